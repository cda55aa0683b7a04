"""`handdruk dkim`: what it prints is what mail is then signed with, and what DNS must say."""

import re

import dkim as verifier
import pytest
from click.testing import CliRunner

from deploy.dkim import dkim
from services.notifications.channels.email.dkim import Signer
from shared.clock import now
from shared.settings import SettingsError, load_settings
from tests.deploy.compose_file import filled_in

MAIL = b"From: handdruk@example.org\r\nSubject: x\r\n\r\nHello\r\n"


def _run(*options: str, **environ: str) -> str:
    done = CliRunner().invoke(dkim, list(options), env={**filled_in(), **environ})
    assert done.exit_code == 0, done.output
    return done.output


def _settings(said: str) -> dict[str, str]:
    return dict(re.findall(r"^(HANDDRUK_DKIM_\w+)=(.+)$", said, re.MULTILINE))


def _records(said: str) -> dict[str, str]:
    """Name → the strings of the TXT record put together, as a name server answers."""
    found = re.findall(r"^(\S+) IN TXT \( (.+) \)$", said, re.MULTILINE)
    return {name: "".join(re.findall(r'"([^"]*)"', strings)) for name, strings in found}


def test_printed_key_signs_and_printed_record_verifies() -> None:
    said = _run("make", "--domain", "example.org", "--selector", "winter")
    settings = load_settings("notifications", {**filled_in(), **_settings(said)})
    mail = Signer(settings.dkim_domain, settings.dkim_keys).sign(MAIL, now())
    records = _records(said)
    assert verifier.verify(mail, dnsfunc=lambda name, timeout: records[name.decode()].encode())


def test_record_of_the_settings_is_printed_again_for_each_key() -> None:
    made = [
        _settings(_run("make", "--domain", "mail.example.org", "--selector", name, "--kind", kind))
        for name, kind in (("one", "rsa"), ("two", "ed25519"))
    ]
    both = {name: ",".join(one[name] for one in made) for name in ("HANDDRUK_DKIM_KEY", "HANDDRUK_DKIM_SELECTOR")}
    said = _run("record", **both, HANDDRUK_DKIM_DOMAIN="mail.example.org")
    assert list(_records(said)) == ["one._domainkey.mail.example.org.", "two._domainkey.mail.example.org."]
    assert "k=ed25519; p=" in said


def test_record_says_when_nothing_is_signed() -> None:
    assert "HANDDRUK_DKIM_KEY is not set" in _run("record")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"DKIM_KEY": "no base64"}, "HANDDRUK_DKIM_KEY: must be an RSA key of 2048 bits or"),
        ({"DKIM_KEY": "AAAA"}, "HANDDRUK_DKIM_KEY: must be an RSA key"),
        ({"DKIM_SELECTOR": "a b"}, "HANDDRUK_DKIM_SELECTOR: must be a name of small letters"),
        ({"DKIM_DOMAIN": "exa mple"}, "HANDDRUK_DKIM_DOMAIN: must be a domain"),
        ({"MAIL_PER_SECOND": "0"}, "HANDDRUK_MAIL_PER_SECOND: must be a number above 0"),
        ({"MAIL_PER_SECOND": "fast"}, "HANDDRUK_MAIL_PER_SECOND: Not a valid number"),
        ({"SMS_PER_SECOND": "-1"}, "HANDDRUK_SMS_PER_SECOND: must be a number above 0"),
        ({"SMS_URL": "ftp://a@b?from=c"}, "HANDDRUK_SMS_URL: must be an address that starts with https://"),
        ({"SMS_URL": "https://api.example.org"}, "HANDDRUK_SMS_URL: must look like https://account@host?from=sender"),
        ({"SMS_URL": "https://a@b?from=c"}, "HANDDRUK_SMS_SECRET: is needed with SMS_URL"),
    ],
)
def test_wrong_setting_is_answered_with_a_sentence(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as fault:
        load_settings("notifications", {**filled_in(), **{f"HANDDRUK_{name}": text for name, text in given.items()}})
    assert sentence in str(fault.value)


def test_two_keys_need_two_names() -> None:
    made = _settings(_run("make", "--domain", "example.org", "--kind", "ed25519"))["HANDDRUK_DKIM_KEY"]
    with pytest.raises(SettingsError) as fault:
        load_settings("notifications", {**filled_in(), "HANDDRUK_DKIM_KEY": f"{made},{made}"})
    assert "HANDDRUK_DKIM_SELECTOR: needs a name for each key" in str(fault.value)
