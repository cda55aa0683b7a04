"""Settings: a frozen object made from the environment, or a clear sentence about what is wrong with it."""

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from environs import Env, EnvError, EnvValidationError
from marshmallow.validate import OneOf

Service = Literal["registration", "scheduling", "notifications"]
SERVICES: tuple[Service, ...] = ("registration", "scheduling", "notifications")


class SettingsError(Exception):
    """The environment does not describe a working system; the message says per setting what to do."""


@dataclass(frozen=True)
class Settings:
    """What one process of one service needs to know. Secrets do not show in its repr."""

    service: Service
    secret_keys: tuple[str, ...] = field(repr=False)
    """The first signs; all verify, so that a key can be replaced without signing everybody out."""
    pass_signing_key: bytes = field(repr=False)
    """Ed25519 seed, 32 bytes (RFC 8032)."""
    base_url: str
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    smtp_url: str = field(repr=False)
    mail_from: str
    log_level: str
    log_format: str
    static_folder: Path
    trusted_proxies: int
    """How many proxies stand in front of a service and set X-Forwarded-*."""
    hold_minutes: int
    """How long a stand stays held for an employer who is filling in the form."""

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only, unless the site itself is plain http (a laptop)."""
        return self.base_url.startswith("https://")


def load_settings(service: Service, environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from `environ` (the process's own when left out).

    Raises SettingsError with a sentence for each setting that is missing or wrong.
    """
    env = Env(eager=False, prefix="HANDDRUK_", environ=dict(os.environ if environ is None else environ))
    values = {
        "secret_keys": env.list("SECRET_KEY", validate=_long_enough),
        "pass_signing_key": env.str("PASS_SIGNING_KEY", validate=_is_seed),
        "base_url": env.str("BASE_URL", validate=_has_scheme("http", "https")),
        "database_url": env.str(
            f"{service.upper()}_DATABASE_URL", validate=_has_scheme("postgresql+psycopg", "postgresql")
        ),
        "redis_url": env.str("REDIS_URL", validate=_has_scheme("redis", "rediss", "unix")),
        "smtp_url": env.str("SMTP_URL", validate=_has_scheme("smtp", "smtps")),
        "mail_from": env.str("MAIL_FROM"),
        "log_level": env.str("LOG_LEVEL", "INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])),
        "log_format": env.str("LOG_FORMAT", "json", validate=OneOf(["json", "console"])),
        "static_folder": env.path("STATIC_FOLDER", Path(__file__).parent / "ui" / "static"),
        "trusted_proxies": env.int("TRUSTED_PROXIES", 1),
        "hold_minutes": env.int("HOLD_MINUTES", 10),
    }
    try:
        env.seal()
    except EnvValidationError as fault:
        raise SettingsError(_explain(fault.error_messages)) from None
    except EnvError as fault:
        raise SettingsError(str(fault)) from None
    values["secret_keys"] = tuple(values["secret_keys"])
    values["pass_signing_key"] = base64.b64decode(values["pass_signing_key"])
    values["base_url"] = values["base_url"].rstrip("/")
    values["database_url"] = values["database_url"].replace("postgresql://", "postgresql+psycopg://", 1)
    return Settings(service=service, **values)


def _explain(messages: Mapping[str, list[str]]) -> str:
    lines = [f"  {name}: {' '.join(faults)}" for name, faults in sorted(messages.items())]
    return "The settings do not hold. Set these in the environment:\n" + "\n".join(lines)


def _long_enough(keys: list[str]) -> None:
    if not keys or any(len(key) < 32 for key in keys):
        raise EnvError("each key must be at least 32 characters; make one with: openssl rand -base64 48")


def _is_seed(text: str) -> None:
    try:
        seed = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        seed = b""
    if len(seed) != 32:
        raise EnvError("must be 32 bytes in base64; make one with: openssl rand -base64 32")


def _has_scheme(*schemes: str):  # type: ignore[no-untyped-def]
    def validate(text: str) -> None:
        if urlsplit(text).scheme not in schemes:
            raise EnvError(f"must be an address that starts with {' or '.join(s + '://' for s in schemes)}")

    return validate
