"""The words around printed letters, in the language of whoever prints them."""

from flask_babel import gettext

from services.notifications.channels.paper.letters import Sheet
from shared import clock
from shared.i18n import choose_language


def make_sheet(about: str) -> Sheet:
    """The checklist's words, for the reader of this page. `about`: the event's name."""
    return Sheet(
        title=gettext("Letters for %(event)s", event=about),
        language=choose_language(),
        intro=gettext("Tick who has the letter, and note it on the page afterwards."),
        columns=(
            gettext("Row"),
            gettext("Number"),
            gettext("Name"),
            gettext("Language"),
            gettext("Handed over"),
            gettext("Posted"),
        ),
        letter_word=gettext("Letter"),
        made_at=clock.now(),
    )
