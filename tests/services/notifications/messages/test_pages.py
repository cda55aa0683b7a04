"""The pages about messages, and the API that offers the same."""

import re
import uuid

import pytest
from sqlalchemy import update

from services.notifications.messages.models import STATES, Attempt, Message
from services.notifications.messages.reasons import OUTCOMES, REASONS
from shared import clock
from shared.events import EventFacts
from shared.paging import PAGE
from tests.factories.notifications import facts, person, put_entry, send_message, tell
from tests.mail import answer
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.notifications.conftest import Post


def _page(post: Post, address: str, status: int = 200) -> str:
    found = post.service.signed_in().get(address)
    assert found.status_code == status, found.get_data(as_text=True)[:500]
    return found.get_data(as_text=True)


def _failed(post: Post) -> tuple[EventFacts, uuid.UUID]:
    event = tell(post.service, facts())
    command = send_message(event, person=person(name="Їжакевич-Ґалаґан", email="dead@example.org"))
    post.mail.fault("dead@example.org", answer(550, "no such user"))
    post.service.deliver(command)
    post.send()
    return event, command.message_id


def test_list_without_messages_says_what_will_come(post: Post) -> None:
    event = tell(post.service, facts())
    assert "No messages yet" in _page(post, f"/events/{event.event_id}/messages")


def test_list_says_who_was_told_what_and_why(post: Post) -> None:
    event, _ = _failed(post)
    post.service.deliver(put_entry(event))
    post.send()
    page = _page(post, f"/events/{event.event_id}/messages")
    for words in ("Їжакевич-Ґалаґан", "dead@example.org", "Invitation to a candidate", "You invited this candidate.",
                  "failed", "The mail server refuses the address.", "Jan de Vries", "Stand confirmed"):  # fmt: skip
        assert words in page


@pytest.mark.parametrize(
    ("query", "found"),
    [("q=Їжакевич", True), ("q=їжакевич+Ґалаґан", True), ("q=DEAD@", True), ("q=nobody", False), ("state=failed", True),
     ("state=sent", False), ("template=candidate_invited", True), ("template=event_moved", False), ("q=%25", False)],
)  # fmt: skip
def test_list_is_narrowed_down(post: Post, query: str, found: bool) -> None:
    event, _ = _failed(post)
    page = _page(post, f"/events/{event.event_id}/messages?{query}")
    assert ("dead@example.org" in page) == found
    assert ("Nothing found" in page) != found


@pytest.mark.parametrize(
    "query", ["state=nonsense", "template=x", "page=0", "page=abc", "page=99999999999", "q=" + "x" * 101]
)
def test_search_that_does_not_hold_is_explained_and_kept(post: Post, query: str) -> None:
    event, _ = _failed(post)
    page = _page(post, f"/events/{event.event_id}/messages?{query}", 422)
    assert "dead@example.org" in page
    if query.startswith("q="):
        assert "x" * 101 in page


def test_page_beyond_the_last_is_the_last(post: Post) -> None:
    event, _ = _failed(post)
    assert "1 to 1 of 1" in _page(post, f"/events/{event.event_id}/messages?page=7")


def test_long_list_has_pages_and_a_constant_number_of_queries(post: Post) -> None:
    event = tell(post.service, facts())
    for _ in range(3):
        post.service.deliver(send_message(event))
    address = f"/events/{event.event_id}/messages"
    few = count_queries(post.service, address)
    for _ in range(30):
        post.service.deliver(send_message(event))
    assert count_queries(post.service, address) == few
    assert f"1 to {PAGE} of 33" in _page(post, address)
    assert "26 to 33 of 33" in _page(post, f"{address}?page=2")


@pytest.mark.parametrize("query", ["endpoint=x", "event_id=x", "_method=XX", "_external=1&_scheme=javascript"])
def test_pages_of_the_list_keep_nothing_but_the_search(post: Post, query: str) -> None:
    event = tell(post.service, facts())
    for _ in range(PAGE + 1):
        post.service.deliver(send_message(event))
    address = f"/events/{event.event_id}/messages"
    assert f'href="{address}?state=queued&amp;page=2"' in _page(post, f"{address}?state=queued&{query}")


def test_message_page_shows_words_and_attempts(post: Post) -> None:
    _, message_id = _failed(post)
    page = _page(post, f"/messages/{message_id}")
    for words in ("Їжакевич-Ґалаґан", "Запрошення на захід", "no such user", "550", "Refused", "Send again", "[…]"):
        assert words in page
    assert "/l/" not in page


def test_message_that_waits_shows_where_its_words_come_from(post: Post) -> None:
    event = tell(post.service, facts())
    command = send_message(event)
    post.service.deliver(command)
    page = _page(post, f"/messages/{command.message_id}")
    assert "waiting to be sent" in page
    assert "/templates/candidate_invited/uk" in page
    assert "Send again" not in page


def test_failed_message_is_sent_again_from_its_page(post: Post) -> None:
    _, message_id = _failed(post)
    client, address = post.service.signed_in(), f"/messages/{message_id}"
    answered = post_form(client, f"{address}/resend", {}, page=address)
    assert (answered.status_code, answered.headers["Location"]) == (303, address)
    assert post.send() == 1
    assert len(post.mail.to("dead@example.org")) == 1


def test_sent_message_is_not_sent_again(post: Post) -> None:
    event = tell(post.service, facts())
    command = send_message(event)
    post.service.deliver(command)
    post.send()
    client, address = post.service.signed_in(), f"/messages/{command.message_id}"
    answered = post_form(client, f"{address}/resend", {}, page=address)
    assert answered.status_code == 409
    assert "Only a message that failed can be sent again." in answered.get_data(as_text=True)
    assert post.send() == 0


def test_message_without_address_cannot_be_sent_again(post: Post) -> None:
    event = tell(post.service, facts())
    command = send_message(event, person=person(email=None))
    post.service.deliver(command)
    post.send()
    client, address = post.service.signed_in(), f"/messages/{command.message_id}"
    assert "Send again" not in client.get(address).get_data(as_text=True)
    assert post_form(client, f"{address}/resend", {}, page=address).status_code == 409


@pytest.mark.parametrize("roles", [("door",), ("desk",), ("case_worker",)])
def test_other_staff_do_not_see_messages(post: Post, roles: tuple[str, ...]) -> None:
    event, message_id = _failed(post)
    client = post.service.signed_in(*roles)
    about = f"/events/{event.event_id}/messages"
    for address in (about, f"/messages/{message_id}", f"/api{about}", f"/api/messages/{message_id}"):
        assert client.get(address).status_code == 403


def test_stranger_finds_nothing(post: Post) -> None:
    event, message_id = _failed(post)
    client = post.service.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    for address in (f"/events/{event.event_id}/messages", f"/messages/{message_id}",
                    f"/api/events/{event.event_id}/messages", f"/api/messages/{message_id}"):  # fmt: skip
        assert client.get(address).status_code == 404
    token = {"X-CSRFToken": _token(post, client)}
    assert client.post(f"/api/messages/{message_id}/resend", headers=token).status_code == 404


@pytest.mark.parametrize(
    "address",
    [f"/events/{uuid.UUID(int=7)}/messages", f"/messages/{uuid.UUID(int=8)}"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(post: Post, address: str) -> None:
    _page(post, address, 404)


def test_pages_know_a_word_for_every_state_reason_and_outcome(post: Post) -> None:
    event, message_id = _failed(post)
    address = f"/events/{event.event_id}/messages"
    for state, reason, outcome in zip(
        [*STATES, *["failed"] * 20], [*REASONS, *["overtaken"] * 20], [*OUTCOMES, *["lost"] * 20], strict=False
    ):
        with post.service.session() as session:
            due = clock.now() if state in {"queued", "sending"} else None
            changed = update(Message).values(state=state, reason=reason, due_at=due, sent_at=clock.now())
            session.execute(changed)
            session.execute(update(Attempt).values(outcome=outcome))
        assert str(REASONS[reason]) in _page(post, address)
        assert str(OUTCOMES[outcome]) in _page(post, f"/messages/{message_id}")


# ── the API ───────────────────────────────────────────────────────────────────────────────────────────────────


def _token(post: Post, client) -> str:  # type: ignore[no-untyped-def]
    page = client.get("/templates").get_data(as_text=True)
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def test_api_lists_messages_with_totals(post: Post) -> None:
    event, message_id = _failed(post)
    found = post.service.signed_in().get(f"/api/events/{event.event_id}/messages?state=failed").get_json()
    assert (found["total"], found["page"], found["by_state"]["failed"]) == (1, 1, 1)
    (message,) = found["messages"]
    assert (message["id"], message["person_name"]) == (str(message_id), "Їжакевич-Ґалаґан")
    assert [(one["number"], one["outcome"], one["code"]) for one in message["attempts"]] == [(1, "refused", 550)]


def test_api_refuses_a_search_that_does_not_hold(post: Post) -> None:
    event, _ = _failed(post)
    answered = post.service.signed_in().get(f"/api/events/{event.event_id}/messages?state=x&page=0")
    assert answered.status_code == 422
    assert set(answered.get_json()["errors"]["query"]) == {"state", "page"}


def test_api_shows_and_resends(post: Post) -> None:
    _, message_id = _failed(post)
    client = post.service.signed_in()
    token = {"X-CSRFToken": _token(post, client)}
    assert client.get(f"/api/messages/{message_id}").get_json()["reason"] == "address_refused"
    answered = client.post(f"/api/messages/{message_id}/resend", headers=token)
    assert (answered.status_code, answered.get_json()["state"]) == (202, "queued")
    assert client.post(f"/api/messages/{message_id}/resend", headers=token).get_json()["code"] == "nothing_to_resend"
    assert post.send() == 1


def test_api_describes_itself(notifications: ServiceUnderTest) -> None:
    described = notifications.signed_in().get("/api/openapi.json").get_json()
    ours = {"/api/events/{event_id}/messages", "/api/messages/{message_id}/resend", "/api/texts"}
    assert ours <= set(described["paths"])
