"""An interpreter who is erased: forgotten by every service, out of what is to come, and all counts as before."""

import threading
import uuid

import pytest
import structlog
from sqlalchemy import select, text, update

from services.notifications.calendar.feeds import renew_feed
from services.notifications.calendar.models import CalendarEntry, CalendarFeed
from services.notifications.messages.models import Message
from services.notifications.wording.source import clean
from services.scheduling.events.models import Event
from services.scheduling.events.rules import load_event
from services.scheduling.interpreters.errors import InterpreterUnknown
from services.scheduling.interpreters.models import Engagement, Interpreter
from services.scheduling.interpreters.rules import engage_interpreter, load_interpreter
from services.scheduling.timetable.calendar_answers import list_gaps
from services.scheduling.timetable.erasing import erase_interpreter
from services.scheduling.timetable.errors import PlanOutdated
from services.scheduling.timetable.models import RosterBlock
from services.scheduling.timetable.rules import find_plan, load_people, publish_plan
from shared import clock
from shared.events import (
    AddressMended,
    CalendarEntryAnswered,
    EventPublished,
    InterpreterErased,
    MessageAnswered,
    Person,
)
from shared.identity.own_calendar import Owner
from shared.inbox import read_event
from shared.outbox import OutboxRow
from tests.across.test_erasure import House, house, house_messages
from tests.factories.notifications import put_entry
from tests.factories.scheduling import World, make_interpreter, tell_world
from tests.mail import FaultyServer
from tests.service_under_test import ORGANISATION_ID, post_form
from tests.services.scheduling.timetable.asking import send, wait_until_somebody_waits
from tests.services.scheduling.timetable.test_plans import make_plan, publish

__all__ = ["house"]
NAME, EMAIL, MOBILE = "Олена О'Брайєн-Ґава", "olena.gava@tolk.example", "+31611223344"
TRACES = ("Ґава", "olena.gava", "611223344", "SW-4711")


@pytest.fixture
def world(house: House) -> World:
    """A published plan with one interpreter in it; everybody was mailed, and has an answer of hers to keep."""
    scheduling, notifications = house["scheduling"], house["notifications"]
    world = tell_world(scheduling, stands=2, candidates=4, interpreters=0, rounds=6)
    notifications.deliver(EventPublished(world.event))
    with scheduling.session() as session:
        interpreter = make_interpreter(session, NAME)
        interpreter.email, interpreter.mobile, interpreter.register_number = EMAIL, MOBILE, "SW-4711"
        engage_interpreter(session, load_event(session, world.event.event_id), interpreter, range(6))
        world.interpreters.append(interpreter.id)
    publish(scheduling, make_plan(scheduling, world))
    house.carry()
    house.send()
    return world


def _erase(house: House, world: World) -> None:
    with house["scheduling"].session() as session:
        erase_interpreter(session, world.interpreters[0])
    house.carry()


def _is_over(house: House) -> None:
    by = {name: text(f"{name} - interval '400 days'") for name in ("starts_at", "ends_at")}
    with house["scheduling"].session() as session:
        session.execute(update(Event).values(by))


def test_before_it_is_everywhere(house: House, world: World) -> None:
    """The search below finds what is there: otherwise it would prove nothing."""
    found = house.find(*TRACES)
    for place in ("scheduling.interpreter.name", "scheduling.interpreter.register_number", "scheduling.outbox.payload",
                  "scheduling.personal_link.person_name", "notifications.message.text",
                  "notifications.message.address", "notifications.calendar_entry.address"):  # fmt: skip
        assert place in found
    told = [one for one in house_messages(house) if NAME in one.text and one.person_kind != "interpreter"]
    assert {one.person_kind for one in told} == {"candidate", "contact"}, "others were told who interprets"


def test_nothing_says_who_it_was_and_counts_are_as_before(house: House, world: World) -> None:
    before = house.counts()
    _erase(house, world)
    assert house.find(*TRACES) == []
    assert house.counts() == before
    with house["scheduling"].session() as session:
        assert len(session.scalars(select(Interpreter)).all()) == 1
        assert len(session.scalars(select(Engagement)).all()) == 1


def test_messages_to_others_keep_all_but_the_name(house: House, world: World) -> None:
    theirs = {
        one.id: one.text for one in house_messages(house) if one.person_kind != "interpreter" and NAME in one.text
    }
    _erase(house, world)
    now = {one.id: one.text for one in house_messages(house)}
    assert theirs
    for message_id, before in theirs.items():
        assert now[message_id] == before.replace(NAME, "—")


def test_name_that_is_part_of_another_word_stays(house: House, world: World) -> None:
    """Somebody is called Li, and somebody else's letter has the word Limburg in it."""
    with house["notifications"].session() as session:
        session.execute(update(Message).where(Message.person_name == NAME).values(person_name="Li"))
        stops = {"stops": [{"interpreter": "Li", "stand": "Li"}]}
        letter = update(Message).where(Message.template == "timetable_candidate")
        session.execute(letter.values(values=stops, text="Limburg, with interpreter Li"))
    _erase(house, world)
    letters = [one for one in house_messages(house) if one.template == "timetable_candidate"]
    assert {one.text for one in letters} == {"Limburg, with interpreter —"}
    assert letters[0].values == {"stops": [{"interpreter": None, "stand": "Li"}]}


@pytest.mark.parametrize("typed", ["Li  Na", "Li\ufeff Na", "Li (Na) *"])
def test_name_goes_as_it_reads_in_a_letter(house: House, world: World, typed: str) -> None:
    with house["notifications"].session() as session:
        session.execute(update(Message).where(Message.person_name == NAME).values(person_name=typed))
        said = f"With interpreter {clean(typed)}, at stand 4"
        letter = update(Message).where(Message.template == "timetable_candidate")
        session.execute(letter.values(values={"stops": [{"interpreter": typed, "stand": "4"}]}, text=said))
    _erase(house, world)
    letters = [one for one in house_messages(house) if one.template == "timetable_candidate"]
    assert {one.text for one in letters} == {"With interpreter —, at stand 4"}


def test_calendar_address_ends_and_nothing_more_is_mailed(house: House, world: World, mail: FaultyServer) -> None:
    with house["notifications"].session() as session:
        entry = session.scalars(select(CalendarEntry).where(CalendarEntry.person_kind == "interpreter")).first()
        assert entry is not None
        renew_feed(session, Owner(ORGANISATION_ID, "interpreter", world.interpreters[0]))
    sent = len(mail.to(EMAIL))
    assert sent
    _erase(house, world)
    house.send()
    assert len(mail.to(EMAIL)) == sent
    with house["notifications"].session() as session:
        assert session.scalars(select(CalendarFeed)).all() == []
        assert session.scalars(select(CalendarEntry).where(CalendarEntry.person_kind == "interpreter")).all() == []
    waiting = [
        one.reason for one in house_messages(house) if one.person_kind == "interpreter" and one.state == "dropped"
    ]
    assert waiting == ["erased"], "the reminder"


def test_plan_to_come_shows_what_has_no_interpreter_and_the_next_one_does_without(house: House, world: World) -> None:
    scheduling = house["scheduling"]
    _erase(house, world)
    with scheduling.session() as session:
        event = load_event(session, world.event.event_id)
        plan = find_plan(session, event.id)
        gaps = list_gaps(session, event, plan, load_people(session, event))
        assert plan is not None
        assert {gap.answer for gap in gaps} == {"declined"}
        assert sum(len(gap.conversations) for gap in gaps) == sum(
            one.interpreter_id is not None for one in plan.conversations
        )
    page = scheduling.signed_in().get(f"/events/{world.event.event_id}/plan").get_data(as_text=True)
    assert "Ґава" not in page
    assert "name deleted" in page
    assert "name deleted" in scheduling.signed_in().get(f"/events/{world.event.event_id}/interpreters").text
    next_plan = make_plan(scheduling, world)
    publish(scheduling, next_plan)
    house.carry()
    with scheduling.session() as session:
        plan = find_plan(session, world.event.event_id)
        assert plan is not None
        assert {one.interpreter_id for one in plan.conversations} <= {None}
    assert house.find(*TRACES) == []


def test_what_is_over_stays_as_it_was_but_for_the_name(house: House, world: World) -> None:
    _is_over(house)
    _erase(house, world)
    with house["scheduling"].session() as session:
        (engagement,) = session.scalars(select(Engagement)).all()
        assert (engagement.answer, engagement.rounds) == ("needs_action", list(range(6)))
        assert {block.answer for block in session.scalars(select(RosterBlock))} == {"needs_action"}
        plan = find_plan(session, world.event.event_id)
        assert plan is not None
        assert {one.interpreter_id for one in plan.conversations} == {world.interpreters[0]}
    assert house.find(*TRACES) == []


def test_what_comes_too_late_brings_nobody_back(house: House, world: World) -> None:
    scheduling, key = house["scheduling"], world.interpreters[0]
    with scheduling.sessions() as session:
        late = [read_event(row.name, row.payload) for row in session.scalars(select(OutboxRow))
                if str(key) in str(row.payload)]  # fmt: skip
    assert late
    _erase(house, world)
    for event in late:
        house["notifications"].deliver(event)
    event_id, now = world.event.event_id, clock.now()
    for answer in ("tentative", "accepted"):
        scheduling.deliver(
            CalendarEntryAnswered(ORGANISATION_ID, event_id, "interpreter", key, "interpreting", 1, answer, NAME, now)
        )
    asked = (ORGANISATION_ID, event_id, uuid.uuid4(), "interpreter_invited", "interpreter", key)
    scheduling.deliver(MessageAnswered(*asked, "accepted", now))
    scheduling.deliver(AddressMended(ORGANISATION_ID, "interpreter", key, "sms", None, MOBILE))
    house.carry()
    assert house.find(*TRACES) == []
    with scheduling.session() as session:
        (engagement,) = session.scalars(select(Engagement)).all()
        assert (engagement.answer, engagement.rounds) == ("declined", [])


def test_erasing_again_finds_nobody_and_tells_nobody(house: House, world: World) -> None:
    _erase(house, world)
    with house["scheduling"].session() as session, pytest.raises(InterpreterUnknown):
        erase_interpreter(session, world.interpreters[0])
    (told,) = house["scheduling"].outbox(InterpreterErased)
    for _ in range(2):
        house["notifications"].deliver(told)
    assert house.find(*TRACES) == []


def test_fault_in_between_leaves_everything_as_it_was(house: House, world: World) -> None:
    before = house.find(*TRACES)
    with house["scheduling"].session() as session:
        erase_interpreter(session, world.interpreters[0])
        session.rollback()
    assert house.find(*TRACES) == before
    assert house["scheduling"].outbox(InterpreterErased) == []


def test_two_organisers_at_once_erase_once(house: House, world: World) -> None:
    scheduling, refused = house["scheduling"], []

    def second() -> None:
        with scheduling.session() as session:
            try:
                erase_interpreter(session, world.interpreters[0])
            except InterpreterUnknown as refusal:
                refused.append(refusal)

    with scheduling.session() as session:
        erase_interpreter(session, world.interpreters[0])
        other = threading.Thread(target=second)
        other.start()
        wait_until_somebody_waits(scheduling)
    other.join(timeout=20)
    assert len(refused) == 1
    assert len(scheduling.outbox(InterpreterErased)) == 1


def test_plan_that_is_published_at_the_same_moment_names_nobody(house: House, world: World) -> None:
    scheduling, refused = house["scheduling"], []
    draft = make_plan(scheduling, world)

    def second() -> None:
        with scheduling.session() as session:
            try:
                publish_plan(session, draft)
            except PlanOutdated as refusal:
                refused.append(refusal)
                session.rollback()

    with scheduling.session() as session:
        erase_interpreter(session, world.interpreters[0])
        other = threading.Thread(target=second)
        other.start()
        wait_until_somebody_waits(scheduling)
    other.join(timeout=20)
    house.carry()
    assert house.find(*TRACES) == []
    assert len(refused) == 1


def test_organiser_reads_what_goes_and_where_somebody_is_missed(house: House, world: World) -> None:
    client, event_id = house["scheduling"].signed_in(), world.event.event_id
    address = f"/interpreters/{world.interpreters[0]}/erase?event={event_id}"
    page = client.get(address).get_data(as_text=True)
    for words in ("Олена", "What goes", "What stays", "This cannot be undone.", "This interpreter is in the plan of",
                  "Stadsloket Zuid"):  # fmt: skip
        assert words in page
    answered = post_form(client, address, {})
    assert answered.status_code == 303
    assert answered.location.endswith(f"/events/{event_id}/interpreters")
    listed = client.get(answered.location).get_data(as_text=True)
    assert "Ґава" not in listed
    assert str(world.interpreters[0]) not in listed, "no way to what is not there any more"
    assert client.get(address).status_code == 404
    assert post_form(client, f"/events/{event_id}/interpreters/ask", {}).status_code == 422
    with house["scheduling"].session() as session, pytest.raises(InterpreterUnknown):
        load_interpreter(session, world.interpreters[0])


def test_interpreter_without_work_to_come_is_needed_nowhere(house: House, world: World) -> None:
    _is_over(house)
    page = house["scheduling"].signed_in().get(f"/interpreters/{world.interpreters[0]}/erase").get_data(as_text=True)
    assert "Needed at events to come" not in page


def test_programs_erase_too(house: House, world: World) -> None:
    address = f"/api/interpreters/{world.interpreters[0]}"
    assert send(house["scheduling"], address, {}, method="DELETE").status_code == 204
    assert send(house["scheduling"], address, {}, method="DELETE").status_code == 404
    assert house["scheduling"].signed_in().get("/api/interpreters").get_json() == []


@pytest.mark.parametrize("roles", [("desk",), ("case_worker",), ("door",)])
def test_others_do_not_erase(house: House, world: World, roles: tuple[str, ...]) -> None:
    client = house["scheduling"].signed_in(*roles)
    assert client.get(f"/interpreters/{world.interpreters[0]}/erase").status_code == 403


def test_another_region_does_not_find_the_interpreter(house: House, world: World) -> None:
    client = house["scheduling"].signed_in(organisation_id=uuid.uuid4())
    assert client.get(f"/interpreters/{world.interpreters[0]}/erase").status_code == 404


def test_logs_say_no_name(house: House, world: World) -> None:
    with structlog.testing.capture_logs() as logs:
        post_form(house["scheduling"].signed_in(), f"/interpreters/{world.interpreters[0]}/erase", {})
        house.carry()
    assert logs
    assert not any(trace in str(logs) for trace in TRACES)


def test_somebody_of_the_same_name_elsewhere_keeps_it(house: House, world: World) -> None:
    """The letters of another region, and a candidate who has the interpreter's name."""
    namesake = Person("contact", uuid.uuid4(), NAME, "nl", "namesake@example.org")
    house["notifications"].deliver(put_entry(world.event, person=namesake))
    house.send()
    _erase(house, world)
    kept = [one for one in house_messages(house) if one.person_id == namesake.id]
    assert [one.person_name for one in kept] == [NAME]
    assert NAME in kept[0].text
