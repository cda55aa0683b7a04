"""The first lines of a mail as text: what the person wrote, without what they answered to."""

import html
import re

from services.notifications.inbox.reading.mail import Mail, Part

MOST_LINES = 15
MOST_HTML = 200_000
_SILENT = {"style", "script", "head", "title"}
_BREAKS = {"br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote"}
_TAG = re.compile(r"/?[a-z][a-z0-9]*")
_QUOTE_BEGINS = re.compile(
    r"(-{2,} ?(original message|oorspronkelijk bericht|исходное сообщение|вихідне повідомлення)\b.{0,80}"
    r"|_{10,}|(on|op|le) .{5,120}(wrote|schreef).{0,100}:|.{5,120}(пише|пишет|написав|написал).{0,100}:)",
    re.IGNORECASE,
)


def first_lines(mail: Mail) -> str:
    """What the writer says, as plain text: the first lines, without quotation and signature."""
    own: list[str] = []
    for line in _text_of(mail).splitlines():
        bare = line.strip()
        if bare == "--" or _QUOTE_BEGINS.fullmatch(bare[:300]):
            break
        if bare.startswith(">"):
            continue
        if bare or (own and own[-1]):
            own.append(bare[:400])
        if len(own) >= MOST_LINES:
            break
    return "\n".join(own).strip()


def first_line(mail: Mail) -> str:
    """The first line that says something."""
    return first_lines(mail).partition("\n")[0]


def _text_of(mail: Mail) -> str:
    plain = next((part for part in mail.parts if part.kind == "text/plain" and not _is_file(part)), None)
    if plain is not None and (text := plain.text()[:MOST_HTML]).strip():
        return text
    shown = next((part for part in mail.parts if part.kind == "text/html" and not _is_file(part)), None)
    return strip_html(shown.text()) if shown is not None else ""


def _is_file(part: Part) -> bool:
    return part.headers.first("content-disposition").strip().lower().startswith("attachment")


def strip_html(source: str) -> str:
    """The text of HTML: nothing of it is ever shown as HTML. Every character is looked at once."""
    before, *tagged = source[:MOST_HTML].split("<")
    said, silent = [before], ""
    for piece in tagged:
        tag, _, text = piece.partition(">")
        name = _TAG.match(tag.lower())
        if name is None:
            continue
        if silent:
            silent = "" if name.group() == f"/{silent}" else silent
        elif name.group() in _SILENT:
            silent = name.group()
        if not silent:
            said.append("\n" + text if name.group().lstrip("/") in _BREAKS else text)
    return html.unescape("".join(said))
