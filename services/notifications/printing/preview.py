"""A letter before it is printed: of a message that waits, as it would be now, and of a text with sample data."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.notifications.channels.letter import Letter
from services.notifications.channels.paper.letters import PaperLetter, write_letters
from services.notifications.events.models import Organisation
from services.notifications.events.rules import load_event
from services.notifications.messages.catalogue import TEXTS
from services.notifications.messages.compose import Setting
from services.notifications.messages.models import Message
from services.notifications.messages.parts import find_known
from services.notifications.messages.samples import EVENT, PASS_CODE, VALUES, sample_values
from services.notifications.printing.errors import NothingToPrint
from services.notifications.printing.rules import NUMBER, make_letter, on_paper, take_waiting
from services.notifications.printing.sheet import make_sheet
from services.notifications.texts.check import check_text
from services.notifications.texts.errors import TextUnknown
from services.notifications.texts.trial import Draft, Sender
from services.notifications.wording.own import put_own_into_words
from shared import clock
from shared.i18n import language_name
from shared.qr import code_png
from shared.settings import Settings


def preview_letter(session: Session, settings: Settings, message: Message) -> bytes:
    """The PDF with the letter that this message waits to be printed in. Nothing is noted of it.

    Raises NothingToPrint when the message does not wait for paper, or is not true any more.
    """
    if message.state != "to_print" or message.event_id is None:
        raise NothingToPrint
    event = load_event(session, message.event_id)
    sheet = make_sheet(event.name)
    organisation = session.scalars(select(Organisation).where(Organisation.id == event.organisation_id)).one()
    made = None
    with session.begin_nested() as trying:
        # Made as it will be, with all that is noted on the way; and then nothing of that has happened.
        for messages in take_waiting(session, event.id, message.person_id):
            known = find_known(session, messages)
            setting = Setting(settings, organisation, event, sheet.made_at, known.own)
            letter = make_letter(session, messages, known, setting)
            made = on_paper(messages, letter, sheet.language) if letter is not None else None
        trying.rollback()
    if made is None:
        raise NothingToPrint
    return write_letters([made], sheet, settings.static_folder)


def preview_text(settings: Settings, draft: Draft, sender: Sender) -> bytes:
    """The PDF with a letter of what was typed, with sample data.

    Raises TextUnknown for what never goes on paper, and TextRefused.
    """
    if not TEXTS[draft.name].fits_paper:
        raise TextUnknown
    check_text(draft.name, draft.language, draft.source)
    sheet = make_sheet(EVENT["name"])
    values = sample_values(draft.name, sender.name, sender.mailbox)
    body = put_own_into_words(draft.source, draft.language, values)
    letter = Letter(
        mail_id="",
        written_at=clock.now(),
        sender=sender.name,
        answers_to=sender.mailbox,
        reader=values["person"]["name"],
        address="",
        language=draft.language,
        subject=body.subject,
        text="",
        html="",
        picture=code_png(PASS_CODE) if "pass" in TEXTS[draft.name].carries else None,
        body=body,
    )
    number = str(VALUES["number"])
    paper = PaperLetter(
        letter=letter,
        number=number,
        number_words=NUMBER[draft.language].format(number),
        readable_name=VALUES["readable_name"],
        language_name=language_name(draft.language, sheet.language),
    )
    return write_letters([paper], sheet, settings.static_folder)
