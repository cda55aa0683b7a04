"""Letters on paper: printed once, with what is true at that moment, and ticked off afterwards."""

import io
import re
import threading
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from services.notifications.messages.forgetting import KEEP_WORDS
from services.notifications.messages.models import Message
from services.notifications.printing.forgetting import forget_files
from services.notifications.printing.models import PrintedLetter, PrintRun
from services.notifications.printing.rules import MOST_LETTERS
from services.notifications.texts.rules import default_source
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, act_for
from shared.events import EventFacts, LetterOnPaper, MessageFailed, Person, PersonErased, PutCalendarEntry
from shared.i18n import LANGUAGES
from tests.factories.notifications import facts, move, person, put_entry, send_message, tell, tell_cancelled, tell_moved
from tests.queries import count_queries
from tests.service_under_test import ORGANISATION_ID, STRANGER_ORGANISATION_ID
from tests.services.notifications.conftest import Post


@dataclass
class Desk:
    """An organiser with a printer."""

    post: Post
    client: FlaskClient
    event: EventFacts

    def invite(self, name: str = "Оксана Гриценко", **changes: Any) -> uuid.UUID:
        """Invite somebody without e-mail and mobile; the message's id."""
        somebody = person(name=name, **{"email": None, **changes})
        command = send_message(self.event, person=somebody, pass_code="HD1:abc")
        self.post.service.deliver(command)
        self.post.send()
        return command.message_id

    @property
    def address(self) -> str:
        return f"/events/{self.event.event_id}/letters"

    def print(self) -> str:
        """Press the button; where it leads."""
        answer = self.send(self.address)
        assert answer.status_code == 303
        return answer.headers["Location"]

    def send(self, address: str, **typed: str) -> TestResponse:
        """Send a form of our pages."""
        return self.client.post(address, data=typed, headers={"X-CSRFToken": token_of(self.client, self.address)})

    def read(self, run: str) -> list[str]:
        """The pages of the file."""
        return self.see(f"{run}/file")

    def see(self, address: str) -> list[str]:
        """The pages of a PDF."""
        answer = self.client.get(address)
        assert answer.status_code == 200
        assert answer.mimetype == "application/pdf"
        return pages_of(answer)


def pages_of(answer: TestResponse) -> list[str]:
    """The text of each page of a PDF."""
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(answer.data)).pages]


def token_of(client: FlaskClient, page: str) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(page).text)
    assert found is not None
    return found[1]


@pytest.fixture
def desk(post: Post) -> Desk:
    event = tell(post.service, facts())
    return Desk(post, post.service.signed_in("organiser"), event)


def test_who_has_neither_e_mail_nor_mobile_waits_for_a_letter(desk: Desk) -> None:
    desk.invite()
    assert desk.post.states() == ["to_print"]
    page = desk.client.get(desk.address).text
    assert "Оксана Гриценко" in page
    assert "1 " in page


def test_letters_are_printed_once_with_a_checklist(desk: Desk) -> None:
    desk.invite()
    desk.invite("Jan de Vries", language="nl")
    pages = desk.read(desk.print())
    assert sum("112" in page for page in pages) == 3
    assert all(name in pages[0] for name in ("Оксана Гриценко", "Jan de Vries", "112"))
    assert desk.post.states() == ["sent", "sent"]
    assert {attempt.channel for attempt in desk.post.attempts()} == {"paper"}
    assert desk.print().endswith(desk.address), "nothing is left"
    with desk.post.service.session() as session:
        assert len(session.scalars(select(PrintRun).execution_options(**ACROSS_ORGANISATIONS)).all()) == 1


def test_who_asked_hears_that_a_letter_waits_and_that_it_was_printed(desk: Desk) -> None:
    message_id = desk.invite()
    (waits,) = desk.post.service.outbox(LetterOnPaper)
    assert (waits.message_id, waits.template, waits.printed_at) == (message_id, "candidate_invited", None)
    desk.print()
    _, printed = desk.post.service.outbox(LetterOnPaper)
    assert printed == replace(waits, printed_at=desk.post.messages()[0].sent_at)


@pytest.mark.parametrize(("printed", "outcome"), [(True, ("dropped", "in_hand")), (False, ("to_print", None))])
def test_an_answer_is_printed_only_where_the_pass_is_not_in_hand(
    desk: Desk, printed: bool, outcome: tuple[str, str | None]
) -> None:
    reader = person(email=None)
    desk.post.service.deliver(send_message(desk.event, person=reader, pass_code="HD1:abc"))
    desk.post.send()
    if printed:
        desk.print()
    desk.post.service.deliver(_yes(desk, reader))
    desk.post.send()
    invited, answered = desk.post.messages()
    assert (answered.state, answered.reason) == outcome
    assert invited.state == ("sent" if printed else "dropped")


@pytest.mark.parametrize(
    ("template", "changes"),
    [("candidate_reminder", {"pass_code": "HD1:abc"}), ("invitation_answered", {"values": {"answer": "declined"}})],
)
def test_what_is_not_worth_a_letter_is_let_go_for_who_has_no_address(
    desk: Desk, template: str, changes: dict[str, Any]
) -> None:
    reader = person(email=None)
    desk.post.service.deliver(_yes(desk, reader))
    told = send_message(desk.event, template, person=reader, **{"values": {"number": 112}, **changes})
    desk.post.service.deliver(told)
    desk.post.send()
    [message] = [one for one in desk.post.messages() if one.id == told.message_id]
    assert (message.state, message.reason) == ("dropped", "not_on_paper")
    assert desk.post.service.outbox(MessageFailed) == []


def _yes(desk: Desk, reader: Person) -> PutCalendarEntry:
    """A candidate said yes."""
    return put_entry(
        desk.event, person=reader, key="visit", pass_code="HD1:abc",
        template="invitation_answered", values={"answer": "accepted", "number": 112},
    )  # fmt: skip


@pytest.mark.parametrize(("role", "link"), [("organiser", True), ("desk", False)])
def test_the_desk_prints_and_is_led_nowhere_that_it_may_not_go(desk: Desk, role: str, link: bool) -> None:
    desk.invite()
    desk.client = desk.post.service.signed_in(role)
    for page in (desk.address, desk.print()):
        found = desk.client.get(page)
        assert found.status_code == 200
        assert ("/messages" in found.text.partition("<main")[2]) is link


def test_letter_is_seen_before_it_is_printed_and_nothing_is_noted_of_it(desk: Desk) -> None:
    message_id = desk.invite()
    desk.invite("Jan de Vries", language="nl")
    page = desk.client.get(desk.address).text
    assert f"/messages/{message_id}/letter" in page
    assert f"/messages/{message_id}/letter" in desk.client.get(f"/messages/{message_id}").text
    tell_moved(desk.post.service, move(desk.event, venue="Buurthuis Noord", address="Kerkplein 1, Utrecht"))
    checklist, letter = desk.see(f"/messages/{message_id}/letter")
    assert "Jan de Vries" not in checklist
    assert all(words in letter for words in ("Оксана Гриценко", "112", "Kerkplein 1"))
    asked = desk.client.get(f"/api/messages/{message_id}/letter")
    assert "Kerkplein 1" in pages_of(asked)[1]
    assert desk.post.states() == ["to_print", "to_print"]
    assert desk.post.attempts() == []
    assert [(one.subject, one.mail_id) for one in desk.post.messages()] == [("", None)] * 2
    assert len(desk.read(desk.print())) == 3, "it is printed as if nobody had looked"


def test_letter_that_does_not_wait_is_not_shown(desk: Desk) -> None:
    message_id = desk.invite()
    desk.print()
    sent = desk.client.get(f"/messages/{message_id}/letter")
    assert sent.status_code == 409
    assert "this message is not waiting to be printed" in sent.text
    stranger = desk.post.service.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert stranger.get(f"/messages/{message_id}/letter").status_code == 404
    later = desk.invite()
    tell_cancelled(desk.post.service, desk.event)
    assert desk.client.get(f"/messages/{later}/letter").status_code == 409
    assert desk.post.states()[-1] == "to_print", "looking drops nothing"


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_is_seen_as_a_letter(desk: Desk, language: str) -> None:
    for name in ("candidate_invited", "timetable_candidate", "event_cancelled"):
        one = f"/templates/{name}/{language}"
        assert f"{one}/letter" in desk.client.get(one).text
        _, letter = desk.see(f"{one}/letter")
        assert "112" in letter
        assert "Werkregio" in letter
    assert desk.client.get(f"/templates/employer_invited/{language}/letter").status_code == 404
    assert "/letter" not in desk.client.get(f"/templates/employer_invited/{language}").text


def test_what_was_typed_is_seen_as_a_letter(desk: Desk) -> None:
    source = default_source("candidate_invited", "nl").replace("Wij nodigen u uit", "Graag nodigen wij u uit")
    typed = desk.send("/templates/candidate_invited/nl/letter", source=source)
    assert (typed.status_code, typed.mimetype) == (200, "application/pdf")
    assert "Graag nodigen wij u uit" in pages_of(typed)[1]
    token = {"X-CSRFToken": token_of(desk.client, desk.address)}
    asked = desk.client.post("/api/texts/candidate_invited/nl/letter", json={"source": source}, headers=token)
    assert "Graag nodigen wij u uit" in pages_of(asked)[1]
    wrong = desk.send("/templates/candidate_invited/nl/letter", source="subject: {{ person }}")
    assert wrong.status_code == 422
    assert desk.send("/templates/candidate_invited/nl/letter", source="").status_code == 422


def test_letter_says_what_is_true_when_it_is_printed(desk: Desk) -> None:
    desk.invite()
    tell_moved(desk.post.service, move(desk.event, venue="Buurthuis Noord", address="Kerkplein 1, Utrecht"))
    assert "Kerkplein 1" in "".join(desk.read(desk.print()))


def test_letter_that_is_no_longer_true_is_not_printed(desk: Desk) -> None:
    desk.invite()
    tell_cancelled(desk.post.service, desk.event)
    assert desk.print().endswith(desk.address)
    assert (desk.post.states(), desk.post.reasons()) == (["dropped"], ["event_cancelled"])


def test_who_has_an_address_by_now_gets_it_by_mail(desk: Desk) -> None:
    message_id = desk.invite()
    with desk.post.service.sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        session.get_one(Message, message_id).address = "oksana@example.org"
    assert desk.print().endswith(desk.address)
    assert desk.post.send() == 1
    assert len(desk.post.mail.received) == 1


def test_two_organisers_at_once_print_each_letter_once(desk: Desk) -> None:
    for number in range(6):
        desk.invite(f"Somebody {number}")
    clients = [desk.client, desk.post.service.signed_in("organiser")]
    ready, answers = threading.Barrier(2), []

    def press(client: FlaskClient) -> None:
        headers = {"X-CSRFToken": token_of(client, desk.address)}
        ready.wait(30)
        answers.append(client.post(desk.address, headers=headers).headers["Location"])

    threads = [threading.Thread(target=press, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    pages = "".join(page for run in set(answers) if not run.endswith("letters") for page in desk.read(run)[:1])
    assert all(pages.count(f"Somebody {number}") == 1 for number in range(6))
    with desk.post.service.session() as session:
        rows = session.scalars(select(PrintedLetter).execution_options(**ACROSS_ORGANISATIONS)).all()
        assert len({one.message_id for one in rows}) == len(rows) == 6


def test_ticks_say_what_became_of_each_letter(desk: Desk) -> None:
    for name in ("Anna", "Borys", "Chrystyna"):
        desk.invite(name)
    run = desk.print()
    assert desk.send(run, row="1", tick="posted").status_code == 303
    assert desk.send(run, row="2", tick="not_arrived").status_code == 303
    assert desk.send(run, tick="handed_over").status_code == 303
    states = {message.person_name: (message.state, message.reason) for message in desk.post.messages()}
    assert states == {
        "Anna": ("delivered", None), "Borys": ("bounced", "not_arrived"), "Chrystyna": ("delivered", None),
    }  # fmt: skip
    assert len(desk.post.service.outbox(MessageFailed)) == 1
    answer = desk.send(run, row="2", tick="posted")
    assert answer.status_code == 409
    assert desk.send(run, row="1", tick="not_arrived").status_code == 303, "it came back after all"


@pytest.mark.parametrize(
    "typed",
    [{}, {"tick": "eaten"}, {"row": "99", "tick": "posted"}, {"row": "x", "tick": "posted"},
     {"row": "0", "tick": "posted"}, {"row": str(2**40), "tick": "posted"}, {"tick": "printed"}],
)  # fmt: skip
def test_senseless_ticks_are_refused_with_a_sentence(desk: Desk, typed: dict[str, str]) -> None:
    desk.invite()
    answer = desk.send(desk.print(), **typed)
    assert answer.status_code == 422
    assert "hd-alert" in answer.text
    assert desk.post.states() == ["sent"]


def test_program_can_do_what_the_page_does(desk: Desk) -> None:
    desk.invite()
    assert desk.client.get(f"/api{desk.address}").get_json()["waiting"] == 1
    headers = {"X-CSRFToken": token_of(desk.client, desk.address)}
    told = desk.client.post(f"/api{desk.address}", json={}, headers=headers).get_json()
    assert told["waiting"] == 0
    run = told["runs"][0]
    assert [row["tick"] for row in run["rows"]] == ["printed"]
    assert desk.client.get(f"/api{desk.address}/{run['id']}/file").mimetype == "application/pdf"
    noted = desk.client.post(f"/api{desk.address}/{run['id']}/ticks", json={"tick": "posted"}, headers=headers)
    assert noted.get_json()["rows"][0]["tick"] == "posted"


def test_other_regions_see_and_print_nothing(desk: Desk) -> None:
    desk.invite()
    stranger = desk.post.service.signed_in("organiser", organisation_id=STRANGER_ORGANISATION_ID)
    run = desk.print()
    for address in (desk.address, run, f"{run}/file"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(desk.address).status_code in {400, 404}


def test_file_goes_when_its_time_is_over_and_when_somebody_in_it_is_erased(desk: Desk) -> None:
    service = desk.post.service
    for erase in (False, True):
        desk.invite()
        run = desk.print()
        if erase:
            person_id = desk.post.messages()[-1].person_id
            service.deliver(PersonErased(ORGANISATION_ID, "candidate", person_id))
        else:
            with service.sessions.begin() as session:
                assert forget_files(session, clock.now() + KEEP_WORDS - timedelta(days=1)) == 0
                assert forget_files(session, clock.now() + KEEP_WORDS + timedelta(days=1)) == 1
        assert desk.client.get(f"{run}/file").status_code == 404
        assert desk.client.get(run).status_code == 200, "that it was printed stays"


def test_most_letters_of_one_file_leave_the_rest_waiting(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MOST_LETTERS >= 100
    monkeypatch.setattr("services.notifications.printing.rules.MOST_LETTERS", 2)
    for number in range(3):
        desk.invite(f"Somebody {number}")
    names = desk.read(desk.print())[0]
    assert [f"Somebody {number}" in names for number in range(3)] == [True, True, False]
    assert sorted(desk.post.states()) == ["sent", "sent", "to_print"]


def test_pages_take_the_same_number_of_queries_however_long_they_are(desk: Desk) -> None:
    counts = []
    for more in (1, 5):
        for _ in range(more):
            desk.invite()
        run = desk.print()
        counts.append([count_queries(desk.post.service, address, "organiser") for address in (run, desk.address)])
    assert counts[0] == counts[1]


@pytest.mark.parametrize("mark", ["\ufeff", "\ufffe", "\x07", "\ufb37"])
def test_marks_that_nobody_sees_do_not_stop_the_letters(desk: Desk, mark: str) -> None:
    desk.invite(f"{mark}Anna{mark}")
    tell_moved(desk.post.service, move(desk.event, name=f"Meet{mark} & Greet", venue="Buurthuis Noord"))
    _, letter = desk.read(desk.print())
    assert "Buurthuis Noord" in letter


def test_letter_that_cannot_be_made_does_not_stop_the_others(desk: Desk) -> None:
    broken = desk.invite("Anna")
    desk.invite("Borys")
    with desk.post.service.sessions.begin() as session:
        act_for(session, ORGANISATION_ID)
        message = session.get_one(Message, broken)
        message.values = {}
    pages = desk.read(desk.print())
    assert "Borys" in pages[0]
    assert "Anna" not in pages[0]
    assert {message.person_name: message.state for message in desk.post.messages()}["Anna"] == "failed"
