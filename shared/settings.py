"""Settings: a frozen object made from the environment, or a clear sentence about what is wrong with it."""

import base64
import binascii
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qs, urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_der_private_key
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validates, validates_schema
from marshmallow.validate import OneOf, Range, Regexp

PREFIX = "HANDDRUK_"
STATIC_FOLDER = Path(__file__).parent / "ui" / "static"
SCHEMES = {
    "BASE_URL": ("http", "https"),
    "DATABASE_URL": ("postgresql", "postgresql+psycopg"),
    "REDIS_URL": ("redis", "rediss"),
    "SMTP_URL": ("smtp", "smtps"),
    "SMS_URL": ("https", "http"),
}
Service = Literal["registration", "scheduling", "notifications"]
SERVICES: tuple[Service, ...] = ("registration", "scheduling", "notifications")

DOMAIN = r"([a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)?"
NO_DOMAIN = "must be a domain, such as example.org"
PACE = Range(0, 10_000, min_inclusive=False, error="must be a number above 0: how many a second")


class SettingsError(Exception):
    """The environment does not describe a working system; the message says per setting what to do."""


@dataclass(frozen=True)
class DkimKey:
    """A private key as base64 of its PKCS #8 form, and the selector under which DNS has the public one."""

    selector: str
    key: str = field(repr=False)


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
    merge_seconds: int
    """How long news may wait for more news to the same person; both then go as one message."""
    mail_per_second: float | None = None
    """How many mails a second the mail server takes from us, all workers together; None for as many as it answers."""
    dkim_keys: tuple[DkimKey, ...] = field(default=(), repr=False)
    """What mail is signed with (RFC 6376), in this order; none: it is not signed here."""
    dkim_domain: str = ""
    sms_url: str = field(default="", repr=False)
    """Where SMS go: https://account@host?from=sender. Empty: there is no such channel."""
    sms_secret: str = field(default="", repr=False)
    """The account's token: it signs us in, and checks that what comes back is the provider's."""
    sms_per_second: float = 10

    imap_urls: tuple[str, ...] = field(default=(), repr=False)
    """Mailboxes that are read for answers and returned mail: imaps://user:word@host/INBOX."""
    inbox_secret: str = field(default="", repr=False)
    """Signs mail that a provider hands in; empty: nobody may."""

    @property
    def secure_cookies(self) -> bool:
        """Cookies travel over TLS only, unless the site itself is plain http (a laptop)."""
        return self.base_url.startswith("https://")


class _SettingsSchema(Schema):
    """The environment as text, and what each setting must look like."""

    class Meta:
        unknown = EXCLUDE

    secret_keys = fields.String(required=True, data_key="SECRET_KEY")
    pass_signing_key = fields.String(required=True, data_key="PASS_SIGNING_KEY")
    base_url = fields.String(required=True, data_key="BASE_URL")
    database_url = fields.String(required=True, data_key="DATABASE_URL")
    redis_url = fields.String(required=True, data_key="REDIS_URL")
    smtp_url = fields.String(required=True, data_key="SMTP_URL")
    mail_from = fields.Email(required=True, data_key="MAIL_FROM")
    log_level = fields.String(
        data_key="LOG_LEVEL", load_default="INFO", validate=OneOf(["DEBUG", "INFO", "WARNING", "ERROR"])
    )
    log_format = fields.String(data_key="LOG_FORMAT", load_default="json", validate=OneOf(["json", "console"]))
    static_folder = fields.String(data_key="STATIC_FOLDER", load_default=str(STATIC_FOLDER))
    trusted_proxies = fields.Integer(data_key="TRUSTED_PROXIES", load_default=1, validate=Range(0, 10))
    hold_minutes = fields.Integer(data_key="HOLD_MINUTES", load_default=10, validate=Range(1, 120))
    merge_seconds = fields.Integer(data_key="MERGE_SECONDS", load_default=120, validate=Range(0, 3600))
    mail_per_second = fields.Float(data_key="MAIL_PER_SECOND", validate=PACE)
    dkim_key = fields.String(data_key="DKIM_KEY", load_default="")
    dkim_selector = fields.String(data_key="DKIM_SELECTOR", load_default="handdruk")
    dkim_domain = fields.String(
        data_key="DKIM_DOMAIN", load_default="", validate=Regexp(rf"{DOMAIN}\Z", error=NO_DOMAIN)
    )
    sms_url = fields.String(data_key="SMS_URL", load_default="")
    sms_secret = fields.String(data_key="SMS_SECRET", load_default="")
    sms_per_second = fields.Float(data_key="SMS_PER_SECOND", load_default=10, validate=PACE)

    imap_urls = fields.String(data_key="IMAP_URLS", load_default="")
    inbox_secret = fields.String(data_key="INBOX_SECRET", load_default="")

    @validates("secret_keys")
    def _long_enough(self, text: str, **_: object) -> None:
        if any(len(key) < 32 for key in text.split(",")):
            raise ValidationError("each key needs 32 characters or more; make one with: openssl rand -base64 48")

    @validates("pass_signing_key")
    def _is_seed(self, text: str, **_: object) -> None:
        try:
            seed = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            seed = b""
        if len(seed) != 32:
            raise ValidationError("must be 32 bytes in base64; make one with: openssl rand -base64 32")

    @validates("dkim_key")
    def _is_key(self, text: str, **_: object) -> None:
        if not all(_signs_mail(key) for key in text.split(",") if text):
            raise ValidationError(
                "must be an RSA key of 2048 bits or an Ed25519 key, in base64; make one with: handdruk dkim make"
            )

    @validates("dkim_selector")
    def _are_labels(self, text: str, **_: object) -> None:
        if not all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", name) for name in text.split(",")):
            raise ValidationError("must be a name of small letters, digits and hyphens")

    @validates_schema
    def _belong_together(self, given: dict[str, Any], **_: object) -> None:
        keys = given.get("dkim_key", "")
        if keys and len(keys.split(",")) != len(given.get("dkim_selector", "").split(",")):
            raise ValidationError("needs a name for each key of DKIM_KEY", "DKIM_SELECTOR")
        if given.get("sms_url") and not given.get("sms_secret"):
            raise ValidationError("is needed with SMS_URL: the account's token", "SMS_SECRET")

    @validates("sms_url")
    def _names_account(self, text: str, **_: object) -> None:
        found = urlsplit(text)
        if text and not (found.username and found.hostname and parse_qs(found.query).get("from")):
            raise ValidationError("must look like https://account@host?from=sender")

    @validates("base_url", "database_url", "redis_url", "smtp_url", "sms_url")
    def _has_scheme(self, text: str, data_key: str) -> None:
        if text and urlsplit(text).scheme not in SCHEMES[data_key]:
            raise ValidationError(
                f"must be an address that starts with {' or '.join(s + '://' for s in SCHEMES[data_key])}"
            )

    @validates("imap_urls")
    def _are_mailboxes(self, text: str, **_: object) -> None:
        if not all(_is_mailbox(address) for address in text.split()):
            raise ValidationError(
                "must be addresses such as imaps://user:password@imap.example.org/INBOX, with spaces between them"
            )

    @validates("inbox_secret")
    def _hard_to_guess(self, text: str, **_: object) -> None:
        if text and len(text) < 32:
            raise ValidationError("needs 32 characters or more; make one with: openssl rand -base64 48")


def _is_mailbox(address: str) -> bool:
    """Whether it names a server, and who reads what there (RFC 5092)."""
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"imap", "imaps"} and parts.port != 0
    except ValueError:
        return False
    return known and all((parts.hostname, parts.username, parts.password))


def load_settings(service: Service, environ: Mapping[str, str] | None = None) -> Settings:
    """Read every setting from `environ` (the process's own when left out).

    Raises SettingsError with a sentence for each setting that is missing or wrong.
    """
    given = _without_prefix(service, os.environ if environ is None else environ)
    try:
        found: dict[str, Any] = _SettingsSchema().load(given)
    except ValidationError as fault:
        raise SettingsError(_explain(service, cast(dict[str, list[str]], fault.messages))) from None
    found["secret_keys"] = tuple(found["secret_keys"].split(","))
    found["pass_signing_key"] = base64.b64decode(found["pass_signing_key"])
    found["base_url"] = found["base_url"].rstrip("/")
    keys, selectors = found.pop("dkim_key").split(","), found.pop("dkim_selector").split(",")
    found["dkim_keys"] = tuple(DkimKey(*pair) for pair in zip(selectors, keys, strict=False) if pair[1])
    found["dkim_domain"] = found["dkim_domain"] or found["mail_from"].rpartition("@")[2]
    found["database_url"] = found["database_url"].replace("postgresql://", "postgresql+psycopg://", 1)
    found["imap_urls"] = tuple(found["imap_urls"].split())
    found["static_folder"] = Path(found["static_folder"])
    return Settings(service=service, **found)


def _signs_mail(text: str) -> bool:
    """Is it a private key that receivers accept (RFC 8301 §3.2, RFC 8463)?"""
    try:
        key = load_der_private_key(base64.b64decode(text, validate=True), None)
    except (binascii.Error, ValueError, TypeError):
        return False
    return isinstance(key, Ed25519PrivateKey) or (isinstance(key, RSAPrivateKey) and key.key_size >= 2048)


def _without_prefix(service: Service, environ: Mapping[str, str]) -> dict[str, str]:
    """HANDDRUK_LOG_LEVEL → LOG_LEVEL, and the service's own database as DATABASE_URL. An empty value is none."""
    given = {name.removeprefix(PREFIX): value for name, value in environ.items() if name.startswith(PREFIX) and value}
    own = given.get(f"{service.upper()}_DATABASE_URL")
    return {**given, "DATABASE_URL": own} if own else given


def _explain(service: Service, messages: Mapping[str, list[str]]) -> str:
    names = {"DATABASE_URL": f"{service.upper()}_DATABASE_URL"}
    lines = [f"  {PREFIX}{names.get(name, name)}: {' '.join(faults)}" for name, faults in sorted(messages.items())]
    return "The settings do not hold. Set these in the environment:\n" + "\n".join(lines)
