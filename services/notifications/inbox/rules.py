"""Taking in what people send back, each thing once: short answers by text message."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from services.notifications.inbox.keeping import Arrival, Shown, digest_of, keep_once, show
from services.notifications.inbox.questions import open_questions, record_answer, regions_of_number
from services.notifications.inbox.reading.short_answers import read_short_answer
from services.notifications.messages.models import Message

Taken = Literal["answered", "shown", "known", "nobody"]
"""What became of a text message: an answer; shown to a person; here before; of a number that no region knows."""


def take_short_answer(session: Session, mobile: str, text: str, provider_id: str, now: datetime) -> Taken:
    """Take in a text message from `mobile` (E.164); `provider_id` names it at the provider, so that it counts once.

    "1", "ja" and the like answer the one question that is open on this number. Where there are several, or none, or
    it says something else, a person sees it: nothing is guessed. In any region: the number is all that is known.
    """
    answer, asked = read_short_answer(text), open_questions(session, mobile, now)
    if answer is not None and len(asked) == 1:
        return _take_answer(session, asked[0], answer, text, provider_id, now)
    by_region: dict[uuid.UUID, list[Message]] = defaultdict(list)
    for message in asked:
        by_region[message.organisation_id].append(message)
    regions = list(by_region) or regions_of_number(session, mobile)
    if not regions:
        return "nobody" if keep_once(session, _arrival(provider_id, None, now)) else "known"
    shown = [
        _show_to_person(session, _arrival(provider_id, region, now), mobile, text, answer, by_region[region])
        for region in regions
    ]
    return "shown" if any(shown) else "known"


def _take_answer(session: Session, message: Message, answer: str, text: str, provider_id: str, now: datetime) -> Taken:
    arrival = _arrival(provider_id, message.organisation_id, now)
    if not keep_once(session, arrival):
        return "known"
    record_answer(session, message, answer, now)
    show(session, arrival, Shown(message.mobile or "", words=text, state="noted", suggestion=answer, about=message))
    return "answered"


def _show_to_person(
    session: Session, arrival: Arrival, mobile: str, text: str, answer: str | None, asked: Sequence[Message]
) -> bool:
    if not keep_once(session, arrival):
        return False
    several = len(asked) > 1
    reason = "several_questions" if several else "not_understood" if answer is None else "no_question"
    about = asked[0] if len(asked) == 1 else None
    show(session, arrival, Shown(mobile, words=text, reason=reason, suggestion=answer, about=about))
    return True


def _arrival(provider_id: str, region_id: uuid.UUID | None, now: datetime) -> Arrival:
    return Arrival(digest_of("sms", provider_id, str(region_id)), "sms", "short_answer", region_id, now)
