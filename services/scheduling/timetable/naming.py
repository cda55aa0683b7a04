"""Who stands in the way, named in a sentence."""

import uuid
from collections.abc import Iterable

from services.scheduling.planning.obstacles import MOST_NAMED
from services.scheduling.timetable.rules import People


def name_people(ids: Iterable[str], people: People, number: int = 0) -> str:
    """Candidates by number and interpreters by name, "101, 117 …": the dots where there are more, `number` in all or,
    where that is not known, as many as are named at most. Empty when nobody is there any more.
    """
    known = [uuid.UUID(one) for one in ids]
    found = [
        str(people.attendees[one].number) if one in people.attendees else people.interpreters[one]
        for one in known
        if one in people.attendees or one in people.interpreters
    ]
    more = number > len(known) if number else len(known) == MOST_NAMED
    return ", ".join(found) + (" …" if found and more else "")


def name_in_the_way(sentence: str, ids: Iterable[str], people: People, number: int = 0) -> str:
    """The sentence, with those whom it is about in brackets before its full stop."""
    names = name_people(ids, people, number)
    return f"{sentence.removesuffix('.')} ({names})." if names else sentence
