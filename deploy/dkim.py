"""`handdruk dkim`: the key that signs mail, and what DNS must say about it."""

import base64

import click
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.notifications.channels.email.dkim import write_record
from shared.settings import load_settings

KEY_SIZE = 2048
"""More does not fit the answers of some name servers, less is refused by large receivers (RFC 8301 §3.2)."""


@click.group()
def dkim() -> None:
    """Signing mail, so that receivers can see that it is yours."""


@dkim.command()
@click.option("--kind", type=click.Choice(["rsa", "ed25519"]), default="rsa", show_default=True,
              help="rsa is understood everywhere; ed25519 is for a second key beside it.")  # fmt: skip
@click.option("--selector", default="handdruk", show_default=True, help="The key's name in DNS; a new one each time.")
@click.option("--domain", required=True, help="The domain that mails come from.")
def make(kind: str, selector: str, domain: str) -> None:
    """Make a key, and print its settings and the DNS record. It is kept nowhere."""
    text = make_key(kind)
    click.echo("Settings; the first is a secret:\n")
    click.echo(f"HANDDRUK_DKIM_KEY={text}\nHANDDRUK_DKIM_SELECTOR={selector}\nHANDDRUK_DKIM_DOMAIN={domain}\n")
    click.echo("Publish this in DNS first, and wait until it is there:\n")
    _tell_record(selector, domain, text)


def make_key(kind: str) -> str:
    """A new private key, `rsa` or `ed25519`, as the settings want it."""
    key = generate_private_key(65537, KEY_SIZE) if kind == "rsa" else Ed25519PrivateKey.generate()
    return base64.b64encode(key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())).decode()


@dkim.command()
def record() -> None:
    """Print the DNS records of the keys in the settings."""
    settings = load_settings("notifications")
    if not settings.dkim_keys:
        click.echo("Mail is not signed here: HANDDRUK_DKIM_KEY is not set. Make a key with: handdruk dkim make")
    for one in settings.dkim_keys:
        _tell_record(one.selector, settings.dkim_domain, one.key)


def _tell_record(selector: str, domain: str, key: str) -> None:
    strings = " ".join(f'"{text}"' for text in write_record(key))
    click.echo(f"{selector}._domainkey.{domain}. IN TXT ( {strings} )")
