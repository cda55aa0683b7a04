"""Text from bytes: only character sets that mail really comes in, and never a fault."""

import codecs
import re

_KNOWN = [
    *("utf-8", "us-ascii", "utf-16", "utf-16le", "utf-16be", "koi8-r", "koi8-u", "cp866", "mac-cyrillic"),
    *("big5", "gb2312", "gbk", "gb18030", "euc-jp", "euc-kr", "iso-2022-jp", "shift_jis"),
    *(f"iso-8859-{number}" for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 14, 15, 16)),
    *(f"windows-125{number}" for number in range(9)),
]


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


CHARSETS = {_plain(name): codecs.lookup(name) for name in _KNOWN}
"""Looked up once, here: asking Python for a name out of a mail makes it search the disk for a module of that name."""
CHARSETS |= {f"cp125{number}": CHARSETS[f"windows125{number}"] for number in range(9)}
CHARSETS |= {"utf8": CHARSETS["utf8"], "latin1": CHARSETS["iso88591"], "ascii": CHARSETS["usascii"]}


def decode(octets: bytes, charset: str = "") -> str:
    """The bytes as text; where the named set is unknown or does not fit, as UTF-8, and else as Western European."""
    named = CHARSETS.get(_plain(charset[:40]))
    for codec in (named, CHARSETS["utf8"]):
        if codec is not None:
            try:
                return codec.decode(octets, "strict")[0].replace("\0", "")
            except UnicodeError:
                continue
    return CHARSETS["windows1252"].decode(octets, "replace")[0].replace("\0", "")
