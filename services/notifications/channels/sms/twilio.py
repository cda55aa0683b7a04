"""Twilio's Messages API, and others' that speak it: https://www.twilio.com/docs/messaging/api/message-resource.

It knows no key that makes a request count once. Before a text is sent again of which we do not know whether it was
taken, we look through what was sent to that number.
"""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from services.notifications.channels.channel import Taken
from services.notifications.channels.errors import AddressRefused, Lost, NotHandedOver, ServerAway, TryLater
from services.notifications.channels.sms.account import Account
from services.notifications.channels.sms.http import Answer, HttpConnection
from services.notifications.channels.sms.provider import Form, Receipt, Reply, Sms

OPTED_OUT = 21610
"""The person sent STOP to this sender."""
NO_MOBILE = frozenset({21211, 21214, 21217, 21219, 21265, 21401, 21407, 21421, 21614})
"""Not a number, or not one that takes SMS."""
NOT_OUR_TEXT = frozenset({21602, 21605, 21617})
"""An empty text or one that is too long: a mistake of ours, and not of whoever is to read it."""
UNREACHABLE_FOR_GOOD = frozenset({30004, 30005, 30006, *NO_MOBILE, OPTED_OUT})
"""Of receipts: blocked, no such number, a landline. 30003 (switched off), 30007 (filtered) and 30008 may pass."""
ON_THE_WAY = frozenset({"accepted", "scheduled", "queued", "sending", "sent"})
DELIVERED = frozenset({"delivered", "read"})
NOT_DELIVERED = frozenset({"undelivered", "failed", "canceled"})
LOOK_THROUGH = 50
"""Texts to one number that are looked through, newest first."""


class TextUnfit(ValueError):
    """The provider does not take such a text, whomever it is for."""


class Twilio:
    """A connection that sends SMS."""

    def __init__(self, account: Account, http: HttpConnection) -> None:
        self._account, self._http = account, http
        self._messages = f"{account.server}/2010-04-01/Accounts/{account.name}/Messages.json"

    def send(self, sms: Sms) -> Taken:
        """Hand one over, unless it is there already. Raises NotHandedOver, or TextUnfit."""
        if sms.perhaps_sent and (found := self._find(sms)) is not None:
            return found
        sender = "MessagingServiceSid" if self._account.sender.startswith("MG") else "From"
        fields = {"To": sms.mobile, sender: self._account.sender, "Body": sms.text, "StatusCallback": sms.receipts_to}
        said = self._ask("POST", fields)
        sid, segments = said.get("sid"), said.get("num_segments")
        if not isinstance(sid, str) or not sid:
            raise Lost("answer without a name for it")
        return Taken(f"{said.get('status', '')}, {segments} segments", sid)

    def close(self) -> None:
        """Let go of the connection."""
        self._http.close()

    def _find(self, sms: Sms) -> Taken | None:
        """The same text to the same number, sent since we first tried; None for none that is on its way."""
        listed = self._ask("GET", {"To": sms.mobile, "PageSize": str(LOOK_THROUGH)}).get("messages")
        for one in listed if isinstance(listed, list) else []:
            if not isinstance(one, dict) or one.get("body") != sms.text or one.get("status") in NOT_DELIVERED:
                continue
            made, sid = _moment(one.get("date_created")), one.get("sid")
            if isinstance(sid, str) and sid and made is not None and made >= sms.since.replace(microsecond=0):
                return Taken("found at the provider", sid)
        return None

    def _ask(self, method: str, fields: Mapping[str, str]) -> dict[str, Any]:
        """The answer as an object. Raises NotHandedOver or TextUnfit for every other one."""
        answer = self._http.ask(method, self._messages, fields)
        said = _object(answer.body)
        if answer.status >= 300:
            raise _refusal(answer, said)
        if said is None:
            raise Lost("answer that is no JSON", answer.status)
        return said


class TwilioListener:
    """Reads receipts and replies. Its own address matters: a signature is made over it."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def is_genuine(self, address: str, form: Form, signature: str) -> bool:
        """HMAC-SHA1 over the address and the fields in the order of their names, each value once."""
        said = address + "".join(name + value for name in sorted(form) for value in sorted(set(form[name])))
        wanted = base64.b64encode(hmac.digest(self._secret, said.encode("utf-8", "surrogatepass"), "sha1"))
        return hmac.compare_digest(wanted, signature.encode("utf-8", "surrogatepass"))

    def read_receipt(self, form: Form) -> Receipt | None:
        """What became of an SMS."""
        sid, state, code = (_first(form, name) for name in ("MessageSid", "MessageStatus", "ErrorCode"))
        number = int(code) if code.isascii() and code.isdigit() and len(code) < 8 else None
        if not sid:
            return None
        if state in DELIVERED:
            return Receipt(sid, "delivered")
        if state in NOT_DELIVERED:
            return Receipt(sid, "undelivered", number, number in UNREACHABLE_FOR_GOOD)
        return Receipt(sid, "accepted") if state in ON_THE_WAY else None

    def read_reply(self, form: Form) -> Reply | None:
        """What somebody wrote to us."""
        sid, mobile = _first(form, "MessageSid"), _first(form, "From")
        return Reply(sid, mobile, _first(form, "Body")) if sid and mobile else None


def _refusal(answer: Answer, said: dict[str, Any] | None) -> NotHandedOver | TextUnfit:
    """What an answer other than yes means. The provider's own words may hold the number: they are kept, not logged."""
    code = said.get("code") if said is not None else None
    words = str(said.get("message", ""))[:300] if said is not None else ""
    number = code if isinstance(code, int) else answer.status
    if answer.status == 429:
        return TryLater(words, number, answer.after)
    if number == OPTED_OUT:
        return AddressRefused(words, number, closes="opted_out")
    if number in NO_MOBILE:
        return AddressRefused(words, number, closes="bounced")
    if number in NOT_OUR_TEXT:
        return TextUnfit(str(number))
    if answer.status == 503 or 300 <= answer.status < 500:
        # Our account, our sender, or the provider's house as a whole: no reader's number is to blame.
        return ServerAway(words, number, answer.after)
    return Lost(words, number, answer.after)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _moment(text: object) -> datetime | None:
    """Times there are dates of mail: 'Thu, 24 Aug 2023 05:01:45 +0000'."""
    try:
        found = parsedate_to_datetime(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def _first(form: Form, name: str) -> str:
    return (form.get(name) or [""])[0]
