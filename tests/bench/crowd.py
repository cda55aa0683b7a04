"""Ten thousand candidates who said yes, each to be told so with pass and calendar entry, in four languages."""

import uuid
from datetime import timedelta

from sqlalchemy import insert
from sqlalchemy.orm import Session, sessionmaker

from services.notifications.calendar.models import CalendarEntry
from services.notifications.messages.models import Message
from services.notifications.messages.rules import hear_event, hear_organisation
from services.registration.invitations.passes import PassContent, pass_text
from shared import clock
from shared.database import act_for
from shared.events import EventFacts, EventPublished, OrganisationChanged
from tests.bench.ground import SIGNING_SEED

LANGUAGES = ("nl", "en", "uk", "ru")
NAMES = {"nl": "Sanne de Vries", "en": "Jude O'Brien", "uk": "Оксана Їжакевич-Ґалаґан", "ru": "Ольга Савчук"}


def queue_crowd(sessions: sessionmaker[Session], count: int) -> None:
    """Queue a message to each. Rows at once: how they come in is not what is measured."""
    now = clock.now()
    organisation_id, event_id = uuid.uuid4(), uuid.uuid4()
    starts_at = now + timedelta(days=30)
    facts = EventFacts(
        event_id, organisation_id, 1, "meet_and_greet", "Meet & Greet Stadsloket Zuid", "published",
        "Europe/Amsterdam", starts_at, starts_at + timedelta(hours=4), "Stadsloket Zuid", "Beatrixlaan 12, Utrecht",
        route="Tram 22, halte Beatrixlaan. Fietsen kunt u voor de deur zetten.",
    )  # fmt: skip
    entries, messages = [], []
    for number in range(1, count + 1):
        language = LANGUAGES[number % 4]
        person_id, entry_id = uuid.uuid4(), uuid.uuid4()
        person = {"organisation_id": organisation_id, "event_id": event_id, "person_id": person_id,
                  "person_kind": "candidate", "language": language, "person_name": NAMES[language],
                  "address": f"{person_id.hex}@mail.example"}  # fmt: skip
        values = {"answer": "accepted", "number": number}
        entry = {"key": "visit", "version": 1, "cancelled": False, "values": values, "changed_at": now}
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=4)}
        entries.append({**person, **entry, **times, "id": entry_id})
        code = pass_text(SIGNING_SEED, PassContent(event_id, number % 60000, 1))
        messages.append({**person, "id": uuid.uuid4(), "template": "invitation_answered", "values": values,
                         "entry_id": entry_id, "method": "REQUEST", "pass_code": code, "link_id": uuid.uuid4(),
                         "queued_at": now, "asked_at": now, "due_at": now})  # fmt: skip
    with sessions.begin() as session:
        act_for(session, organisation_id)
        hear_organisation(
            session, OrganisationChanged(organisation_id, 1, "Werkregio Rijn en Vecht", "post@example.org")
        )
        hear_event(session, EventPublished(facts))
        session.execute(insert(CalendarEntry), entries)
        session.execute(insert(Message), messages)
