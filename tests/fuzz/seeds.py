"""Small examples to begin with, in the shapes that the world writes; all of them made here."""

import uuid
from collections.abc import Mapping

from tests.factories import incoming

UID = str(uuid.UUID(int=7))
ID = f"{UID}@example.org"
READER = "reader@example.org"
MAILS = (
    incoming.mail("Ja\n\n> Komt u?", In_Reply_To=f"<{ID}>"),
    incoming.mail("Привіт", content_type="text/plain; charset=koi8-u", Subject="=?utf-8?B?0J/RgNC40LLRltGC?="),
    incoming.multipart("alternative", incoming.text_part("x"), "Content-Type: text/html\n\n<p>y<br>&amp;</p>"),
    incoming.outlook_reply(UID, READER),
    incoming.google_reply(UID, READER),
    incoming.apple_reply(UID, READER),
    incoming.mail("Weg", Auto_Submitted="auto-replied"),
    incoming.complaint(ID),
)
RETURNS = (incoming.dsn(ID, READER), incoming.exim_return(ID, READER), incoming.dsn(ID, READER, "delayed", "4.2.2"))
SEEDS: Mapping[str, tuple[bytes, ...]] = {
    "mail": (*MAILS, *RETURNS),
    "calendar": tuple(
        incoming.reply_file(UID, READER, method=method).encode() for method in ("REPLY", "COUNTER", "CANCEL")
    ),
    "return": RETURNS,
    "fields": tuple(mail.partition(b"\r\n\r\n")[0] for mail in MAILS),
    "sms": (
        b"MessageSid=SM1&From=%2B31612345678&Body=1",
        b"MessageSid=SM1&MessageStatus=undelivered&ErrorCode=30005",
        "MessageSid=SM1&From=%2B31612345678&Body=Так.".encode(),
    ),
}
DICTIONARY = (
    b"BEGIN:VEVENT",
    b"END:VEVENT",
    b"METHOD:REPLY",
    b"PARTSTAT=",
    b"Content-Type: multipart/mixed; boundary=",
    b"--=_b",
    b"Content-Transfer-Encoding: base64",
    b"message/rfc822",
    b"message/delivery-status",
    b"=?utf-8?Q?",
    b"?=",
    b"Action: ",
    b"Status: 5.1.1",
    b"charset=",
    b"TZID=",
    b"\r\n ",
    b'"',
)
"""Words that the formats are made of, so that chance puts them together."""
