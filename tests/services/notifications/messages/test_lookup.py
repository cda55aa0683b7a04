"""Searching over all events, what one person was sent, what did not arrive, and the send in progress."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from services.notifications.messages.models import Attempt, Message
from services.notifications.messages.outcome import begin_attempt
from services.notifications.messages.progress import MINUTES, load_progress
from services.notifications.messages.rules import load_message
from services.notifications.messages.seen import mail_as_seen
from services.notifications.messages.undelivered import mend, send_all_again
from services.notifications.people.rules import stop_invitations, suppress
from shared import clock
from shared.events import AddressMended, EventFacts, PersonErased
from tests.factories.notifications import facts, person, put_entry, send_message, tell
from tests.mail import answer
from tests.queries import count_queries
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID, post_form
from tests.services.notifications.conftest import Post, claim_some

DEAD = "dead@example.org"


def _page(post: Post, address: str, status: int = 200) -> str:
    found = post.service.signed_in().get(address)
    assert found.status_code == status
    return found.get_data(as_text=True)


def _failed(post: Post, **who: object) -> tuple[EventFacts, uuid.UUID]:
    event = tell(post.service, facts())
    told = send_message(event, person=person(**{"email": DEAD, **who}))
    post.mail.fault(DEAD, answer(550, "no such user"))
    post.service.deliver(told)
    post.send()
    return event, told.message_id


def _many(post: Post, event: EventFacts, count: int, state: str = "queued") -> None:
    """That many messages at once, as rows."""
    due = "now() + interval '1 day'" if state == "queued" else "NULL"
    reason = "'address_refused'" if state == "failed" else "NULL"
    with post.service.session() as session:
        session.execute(
            text(
                "INSERT INTO message (id, organisation_id, event_id, template, version, person_kind, person_id,"
                " person_name, language, address, values, link_service, state, reason, queued_at, asked_at, due_at,"
                " tries, subject, text)"
                " SELECT gen_random_uuid(), :organisation, :event, 'candidate_invited', 0, 'candidate',"
                f" gen_random_uuid(), 'Person ' || n, 'uk', 'person' || n || '@example.org', '{{}}', 'registration',"
                f" '{state}', {reason}, now(), now(), {due}, 0, 'Invitation', '' FROM generate_series(1, :count) AS n"
            ),
            {"organisation": ORGANISATION_ID, "event": event.event_id, "count": count},
        )


# ── searching ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_search_finds_messages_of_all_events_and_names_the_event(post: Post) -> None:
    for name in ("Meet & Greet Zuid", "Meet & Greet Noord"):
        event = tell(post.service, facts(name=name))
        post.service.deliver(send_message(event, person=person(name="Їжакевич-Ґалаґан")))
    page = _page(post, "/messages?q=їжакевич")
    assert "Meet &amp; Greet Zuid" in page
    assert "Meet &amp; Greet Noord" in page
    assert "1 to 2 of 2" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=+31612", True), ("q=612345678", True), ("q=%25", False), ("q=_", False), ("q=%5C", False), ("q=O'BRIEN", True),
     ("channel=email", False), ("state=queued", True), ("q=siobhan+nobody", False)],
)  # fmt: skip
def test_search_reads_numbers_and_signs_as_they_are(post: Post, query: str, found: bool) -> None:
    event = tell(post.service, facts())
    reader = person(name="Siobhán O'Brien", email="sob@example.org", mobile="+31612345678")
    post.service.deliver(send_message(event, person=reader))
    assert ("sob@example.org" in _page(post, f"/messages?{query}")) == found


def test_search_that_does_not_hold_is_explained(post: Post) -> None:
    for address in ("/messages?channel=pigeon", f"/people/{_failed(post)[1]}/messages?state=x"):
        assert post.service.signed_in().get(address).status_code in {404, 422}


def test_person_page_has_all_events_and_what_the_person_wants(post: Post) -> None:
    somebody = person(name="Оксана Гриценко", email=DEAD)
    for name in ("Zuid", "Noord"):
        event = tell(post.service, facts(name=f"Meet & Greet {name}"))
        post.service.deliver(send_message(event, person=somebody))
        post.service.deliver(send_message(event))
    with post.service.session() as session:
        suppress(session, ORGANISATION_ID, "email", DEAD, "bounced")
    page = _page(post, f"/people/{somebody.id}/messages")
    for words in ("Messages to Оксана Гриценко", "Meet &amp; Greet Zuid", "Meet &amp; Greet Noord", "1 to 2 of 2",
                  "all messages", "/suppressions/"):  # fmt: skip
        assert words in page


def test_page_of_somebody_who_was_erased_says_so(post: Post) -> None:
    somebody = person(name="Оксана Гриценко")
    command = send_message(tell(post.service, facts()), person=somebody)
    post.service.deliver(command)
    post.service.deliver(PersonErased(command.organisation_id, "candidate", somebody.id))
    page = _page(post, f"/people/{somebody.id}/messages")
    assert "Messages to a person whose name was deleted" in page
    assert "What this person wants" not in page, "nothing is kept of that"


def test_other_services_lead_to_a_person_whether_or_not_somebody_wrote_to_them(post: Post) -> None:
    _failed(post)
    (message,) = post.messages()
    answer = post.service.signed_in().get(f"/messages/to?person={message.person_id}")
    assert (answer.status_code, answer.location) == (303, f"/people/{message.person_id}/messages")
    for nobody in (f"?person={uuid.uuid4()}", "?person=x", ""):
        assert "We have not written to this person." in _page(post, f"/messages/to{nobody}")
    stranger = post.service.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(f"/messages/to?person={message.person_id}").status_code == 200


def test_person_whom_nobody_wrote_to_is_unknown(post: Post) -> None:
    _page(post, f"/people/{uuid.uuid4()}/messages", 404)
    _failed(post)
    stranger = post.service.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    (message,) = post.messages()
    assert stranger.get(f"/people/{message.person_id}/messages").status_code == 404
    assert DEAD not in stranger.get("/messages").get_data(as_text=True)
    assert DEAD not in stranger.get("/messages/not-arrived").get_data(as_text=True)


@pytest.mark.parametrize("state", ["queued", "failed"])
def test_lists_take_the_same_number_of_queries_however_long(post: Post, state: str) -> None:
    event = tell(post.service, facts())
    addresses = ("/messages", "/messages/not-arrived", f"/events/{event.event_id}/messages", "/suppressions")
    _many(post, event, 1, state)
    one = [count_queries(post.service, address) for address in addresses]
    for more in (24, 975):
        _many(post, event, more, state)
        assert [count_queries(post.service, address) for address in addresses] == one


def test_search_of_many_messages_uses_the_index(post: Post) -> None:
    event = tell(post.service, facts())
    _many(post, event, 20_000)
    with post.service.session() as session:
        session.execute(text("ANALYZE message"))
        # So few rows are read as quickly without it; what counts is that the index fits the search.
        session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(
            session.scalars(
                text(
                    "EXPLAIN SELECT count(*) FROM message WHERE lower(message.person_name || ' ' ||"
                    " coalesce(message.address, '') || ' ' || coalesce(message.mobile, '') || ' ' || message.subject)"
                    " LIKE '%person19999%'"
                )
            )
        )
    assert "ix_message_searched" in plan
    assert "1 to 1 of 1" in _page(post, "/messages?q=person19999@")


# ── one message ───────────────────────────────────────────────────────────────────────────────────────────────


def test_message_is_shown_as_its_reader_saw_it_and_can_do_nothing(post: Post) -> None:
    event = tell(post.service, facts())
    told = send_message(event, person=person(name="<script>alert(1)</script>", email="seen@example.org"))
    post.service.deliver(told)
    post.send()
    answered = post.service.signed_in().get(f"/messages/{told.message_id}/mail")
    page = answered.get_data(as_text=True)
    assert "sandbox" in answered.headers["Content-Security-Policy"]
    assert "<h1" in page
    assert "<script>" not in page
    assert "/l/" not in page
    (message,) = post.messages()
    assert "Werkregio" in mail_as_seen(message, "Werkregio")


def test_message_page_shows_what_the_calendar_answered(post: Post) -> None:
    event = tell(post.service, facts())
    put = put_entry(event)
    post.service.deliver(put)
    post.send()
    page = _page(post, f"/messages/{put.message_id}")
    assert "answer in the calendar" in page
    assert f"/people/{put.person.id}/messages" in page


# ── what did not arrive ───────────────────────────────────────────────────────────────────────────────────────


def test_what_did_not_arrive_says_what_went_wrong_and_what_to_do(post: Post) -> None:
    _failed(post, name="Оксана Гриценко")
    page = _page(post, "/messages/not-arrived")
    for words in (
        "Оксана Гриценко",
        DEAD,
        "The mail server refuses the address.",
        "Correct it here and send the message again.",
    ):
        assert words in page


def test_address_is_mended_and_the_message_sent_again(post: Post) -> None:
    _, message_id = _failed(post)
    client, page = post.service.signed_in(), "/messages/not-arrived"
    form = {"channel": "email", "address": " right@example.org "}
    assert post_form(client, f"/messages/{message_id}/mend", form, page=page).status_code == 303
    assert post.send() == 1
    assert len(post.mail.to("right@example.org")) == 1
    (mended,) = post.service.outbox(AddressMended)
    assert (mended.person_kind, mended.channel, mended.old, mended.new) == (
        "candidate",
        "email",
        DEAD,
        "right@example.org",
    )
    assert "Everything has arrived" in _page(post, page)


def test_other_messages_to_the_same_wrong_address_follow(post: Post) -> None:
    somebody = person(email=DEAD)
    event = tell(post.service, facts())
    told = [send_message(event, name, person=somebody) for name in ("candidate_invited", "event_moved")]
    post.mail.fault(DEAD, answer(550), answer(550))
    for one in told:
        post.service.deliver(one)
        post.send()
    other = send_message(event, person=person(email="fine@example.org"))
    post.service.deliver(other)
    client = post.service.signed_in()
    form = {"channel": "email", "address": "right@example.org"}
    post_form(client, f"/messages/{told[0].message_id}/mend", form, page="/messages/not-arrived")
    post.send()
    by_id = {message.id: message for message in post.messages()}
    assert {by_id[one.message_id].address for one in told} == {"right@example.org"}
    assert by_id[other.message_id].address == "fine@example.org"
    assert not [message for message in post.messages() if message.state == "failed"]


@pytest.mark.parametrize("typed", ["", "nobody", "a@b@c", "x" * 300, "right@example.org\r\nBcc: a@example.org"])
def test_wrong_address_is_explained_beside_its_field_and_kept(post: Post, typed: str) -> None:
    _, message_id = _failed(post)
    client = post.service.signed_in()
    answered = post_form(
        client, f"/messages/{message_id}/mend", {"channel": "email", "address": typed}, page="/messages/not-arrived"
    )
    page = answered.get_data(as_text=True)
    assert answered.status_code == 422
    assert f'id="address-{message_id}-error"' in page
    assert typed.split("\r")[0] in page
    assert post.send() == 0


def test_closed_address_is_no_mending(post: Post) -> None:
    _, message_id = _failed(post)
    with post.service.session() as session:
        suppress(session, ORGANISATION_ID, "email", "closed@example.org", "opted_out")
    form = {"channel": "email", "address": "closed@example.org"}
    answered = post_form(post.service.signed_in(), f"/messages/{message_id}/mend", form, page="/messages/not-arrived")
    assert answered.status_code == 422
    assert "Nothing is sent to this address any more." in answered.get_data(as_text=True)


def test_person_who_was_told_is_off_the_list_and_counted(post: Post) -> None:
    _, message_id = _failed(post)
    client, page = post.service.signed_in(), "/messages/not-arrived"
    assert post_form(client, f"/messages/{message_id}/told", {}, page=page).status_code == 303
    assert (post.states(), post.reasons()) == (["dropped"], ["told_otherwise"])
    assert "Everything has arrived" in _page(post, page)
    assert client.post(f"/messages/{message_id}/told").status_code == 400


def test_after_a_fault_of_a_server_all_are_sent_again_and_no_dead_address(post: Post) -> None:
    event, dead = _failed(post)
    told = [send_message(event) for _ in range(3)]
    post.service.deliver_all(told)
    with post.service.session() as session:
        ours = update(Message).where(Message.id != dead)
        session.execute(ours.values(state="failed", reason="attempts_used_up", due_at=None))
    page = _page(post, "/messages/not-arrived")
    assert "Send 3 messages again" in page
    client = post.service.signed_in()
    post_form(client, "/messages/not-arrived/send-again", {}, page="/messages/not-arrived")
    assert post.send() == 3
    assert [message.state for message in post.messages() if message.id == dead] == ["failed"]


def test_after_a_fault_those_with_a_telephone_only_are_sent_again_too_and_no_unknown_text(post: Post) -> None:
    event = tell(post.service, facts())
    told = send_message(event, person=person(email=None, mobile="+31612345678"))
    post.service.deliver_all([told, send_message(event, "text_of_tomorrow")])
    with post.service.session() as session:
        ours = update(Message).where(Message.id == told.message_id)
        session.execute(ours.values(state="failed", reason="attempts_used_up", due_at=None))
    assert "Send 1 message again" in _page(post, "/messages/not-arrived")
    with post.service.session() as session:
        assert send_all_again(session) == 1
    assert sorted(post.states()) == ["failed", "queued"]


def test_letter_that_is_ready_for_the_wrong_address_is_not_begun(post: Post) -> None:
    _, message_id = _failed(post)
    (failed,) = post.messages()
    other = send_message(tell(post.service, facts()), person=person(id=failed.person_id, email=DEAD))
    post.service.deliver(other)
    (ready,) = claim_some(post)
    assert ready.letter.address == DEAD
    with post.service.session() as session:
        mend(session, load_message(session, message_id), "email", "right@example.org")
    with post.service.session() as session:
        assert begin_attempt(session, ready) is None
    assert post.send() == 2
    assert len(post.mail.to("right@example.org")) == 2


def test_number_that_nothing_is_sent_to_is_mended_as_a_number(post: Post) -> None:
    told = send_message(tell(post.service, facts()), person=person(email=None, mobile="+31612345678"))
    with post.service.session() as session:
        suppress(session, ORGANISATION_ID, "sms", "+31612345678", "bounced")
    post.service.deliver(told)
    post.send()
    page = _page(post, "/messages/not-arrived")
    assert '<input type="hidden" name="channel" value="sms">' in page
    assert 'value="+31612345678"' in page
    form = {"channel": "sms", "address": "06 87654321"}
    sent = post_form(post.service.signed_in(), f"/messages/{told.message_id}/mend", form, page="/messages/not-arrived")
    assert sent.status_code == 303
    assert [(one.mobile, one.state) for one in post.messages()] == [("+31687654321", "queued")]


def test_what_is_not_wanted_has_no_address_to_mend(post: Post) -> None:
    told = send_message(tell(post.service, facts()))
    post.service.deliver(told)
    with post.service.session() as session:
        stop_invitations(session, load_message(session, told.message_id), "candidate", "one_click")
    post.send()
    page = _page(post, "/messages/not-arrived")
    assert "This person wants no invitations and reminders." in page
    assert "Save and send again" not in page


def test_what_is_over_needs_nobody(post: Post) -> None:
    event = tell(post.service, facts(starts_at=clock.now() - timedelta(days=2)))
    _many(post, event, 3, "failed")
    assert "Everything has arrived" in _page(post, "/messages/not-arrived")


# ── the send in progress ──────────────────────────────────────────────────────────────────────────────────────


def test_progress_counts_what_happened_in_each_minute(post: Post) -> None:
    event, _ = _failed(post)
    for _ in range(3):
        post.service.deliver(send_message(event))
    post.send()
    _many(post, event, 40)
    with post.service.session() as session:
        soon = update(Message).where(Message.state == "queued").values(due_at=clock.now())
        session.execute(soon)
        progress = load_progress(session, event.event_id, clock.now())
    assert len(progress.minutes) == MINUTES
    assert sum(one.sent for one in progress.minutes) == 3
    assert sum(one.failed for one in progress.minutes) == 1
    assert sum(one.queued for one in progress.minutes) == 44
    assert (progress.waiting, progress.is_running) == (40, True)
    assert progress.done_at is not None
    assert progress.done_at > clock.now()


def test_progress_asks_for_itself_again_only_while_something_is_on_its_way(post: Post) -> None:
    event = tell(post.service, facts())
    told = send_message(event)
    post.service.deliver(told)
    address = f"/events/{event.event_id}/messages/progress"
    assert "hx-trigger" in _page(post, address)
    post.send()
    page = _page(post, address)
    assert "hx-trigger" not in page
    assert "Nothing is being sent at the moment." in page


def test_what_waits_for_days_is_no_part_of_the_rush(post: Post) -> None:
    event = tell(post.service, facts())
    _many(post, event, 5)
    with post.service.session() as session:
        assert not load_progress(session, event.event_id, clock.now()).is_running


# ── the API ───────────────────────────────────────────────────────────────────────────────────────────────────


def _api(post: Post):
    client = post.service.signed_in()
    page = client.get("/templates").get_data(as_text=True)
    return client, {"X-CSRFToken": page.split('name="csrf-token" content="')[1].split('"')[0]}


def test_api_does_what_the_pages_do(post: Post) -> None:
    event, message_id = _failed(post)
    client, token = _api(post)
    (message,) = post.messages()
    assert client.get("/api/messages?q=dead").get_json()["total"] == 1
    assert client.get(f"/api/people/{message.person_id}/messages").get_json()["total"] == 1
    assert client.get(f"/api/people/{uuid.uuid4()}/messages").status_code == 404
    assert client.get("/api/messages/not-arrived").get_json()["our_fault"] == 0
    assert len(client.get(f"/api/events/{event.event_id}/messages/progress").get_json()["minutes"]) == MINUTES
    wrong = client.put(f"/api/messages/{message_id}/address", json={"address": "nobody"}, headers=token)
    assert (wrong.status_code, wrong.get_json()["code"]) == (422, "address_unreadable")
    right = client.put(f"/api/messages/{message_id}/address", json={"address": "right@example.org"}, headers=token)
    assert (right.status_code, right.get_json()["state"]) == (202, "queued")
    assert client.post("/api/messages/not-arrived/resend", headers=token).get_json() == {"count": 0}
    assert client.post(f"/api/messages/{message_id}/told", headers=token).status_code == 409


def test_no_attempt_is_lost_by_mending(post: Post) -> None:
    _, message_id = _failed(post)
    client, token = _api(post)
    client.put(f"/api/messages/{message_id}/address", json={"address": "right@example.org"}, headers=token)
    post.send()
    with post.service.session() as session:
        outcomes = session.scalars(select(Attempt.outcome).order_by(Attempt.number)).all()
    assert list(outcomes) == ["refused", "accepted"]
