"""Every message text with sample data, as a reader of each language would get it."""

import base64
from functools import cache

from services.notifications.messages.catalogue import TEMPLATES
from services.notifications.messages.compose import Words, write_words
from services.notifications.messages.errors import TemplateUnknown
from services.notifications.messages.samples import PASS_CODE, sample_values
from shared.i18n import LANGUAGES
from shared.qr import code_png

SENDER = "Werkregio Rijn en Vecht"
MAILBOX = "meetgreet@rijnenvecht.example"


def preview(name: str, language: str, organisation: str = SENDER, mailbox: str = MAILBOX) -> Words:
    """The words of a template for an invented reader. Raises TemplateUnknown."""
    if name not in TEMPLATES or language not in LANGUAGES:
        raise TemplateUnknown
    return write_words(name, language, sample_values(name, organisation, mailbox), sample_picture())


@cache
def sample_picture() -> str:
    """The picture as an address that holds it: a page has no parts beside it, as a mail has."""
    return "data:image/png;base64," + base64.b64encode(code_png(PASS_CODE, scale=4)).decode()
