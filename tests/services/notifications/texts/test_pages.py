"""The pages of texts: every message with sample data, and wording it oneself."""

import html
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.notifications.messages.catalogue import TEXTS
from services.notifications.messages.compose import HIDDEN_LINK
from services.notifications.messages.samples import SAMPLE_LINK
from services.notifications.texts.rules import default_source
from services.notifications.wording.models import OwnText
from shared.events import MessageFailed
from shared.i18n import LANGUAGES
from tests.factories.notifications import facts, person, send_message, tell
from tests.mail import answer
from tests.queries import count_queries
from tests.service_under_test import STRANGER_ORGANISATION_ID, ServiceUnderTest, post_form
from tests.services.notifications.conftest import Post

ONE = "/templates/candidate_invited/nl"
DEFAULT = default_source("candidate_invited", "nl")
OWN = DEFAULT.replace("Wij nodigen u uit", "Graag nodigen wij u uit")


def _page(service: ServiceUnderTest, address: str, status: int = 200, client: FlaskClient | None = None) -> str:
    found = (client or service.signed_in()).get(address)
    assert found.status_code == status, found.get_data(as_text=True)[:500]
    return found.get_data(as_text=True)


def save(
    service: ServiceUnderTest, source: str = OWN, version: int = 0, one: str = ONE, client: FlaskClient | None = None
) -> Any:
    """Save a source as its page does."""
    return post_form(client or service.signed_in(), f"{one}/own", {"source": source, "version": version})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_shown(notifications: ServiceUnderTest, language: str) -> None:
    listed = _page(notifications, "/templates")
    client = notifications.signed_in()
    for name, template in TEXTS.items():
        assert f"/templates/{name}/{language}" in listed
        assert str(template.title) in _page(notifications, f"/templates/{name}/{language}", client=client)
        edited = html.unescape(_page(notifications, f"/templates/{name}/{language}/own", client=client))
        assert default_source(name, language) in edited.replace("\r\n", "\n")


@pytest.mark.parametrize("scheme", ["", "?scheme=light", "?scheme=dark", "?scheme=x"])
def test_mail_in_the_frame_may_do_nothing(notifications: ServiceUnderTest, scheme: str) -> None:
    answered = notifications.signed_in().get(f"/templates/candidate_invited/uk/mail{scheme}")
    policy = answered.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src" not in policy
    assert "data:image/png;base64," in answered.get_data(as_text=True)


@pytest.mark.parametrize(("scheme", "holds"), [("dark", "@media all"), ("light", "@media not all"),
                                               ("x", "@media (prefers-color-scheme: dark)")])  # fmt: skip
def test_mail_is_shown_as_on_a_dark_or_a_light_screen(notifications: ServiceUnderTest, scheme: str, holds: str) -> None:
    assert f"{holds} {{" in _page(notifications, f"{ONE}/mail?scheme={scheme}")


@pytest.mark.parametrize(
    "address",
    ["/templates/nothing/nl", "/templates/event_moved/fr", "/templates/event_moved/fr/mail", "/templates/x/nl/own",
     "/templates/..%2f..%2fetc/nl", "/templates/why/nl", "/templates/merged/nl",
     "/api/texts/nothing/nl", "/api/texts/event_moved/xx"],
)  # fmt: skip
def test_what_is_not_there_is_not_found(notifications: ServiceUnderTest, address: str) -> None:
    _page(notifications, address, 404)


@pytest.mark.parametrize("roles", [("door",), ("desk",), ("case_worker",), ("admin",)])
def test_other_staff_do_not_see_texts(notifications: ServiceUnderTest, roles: tuple[str, ...]) -> None:
    client = notifications.signed_in(*roles)
    for address in ("/templates", ONE, f"{ONE}/mail", f"{ONE}/own", "/api/texts", "/api/texts/event_moved/nl"):
        assert client.get(address).status_code == 403


def test_own_text_is_saved_shown_and_marked(notifications: ServiceUnderTest) -> None:
    answered = save(notifications)
    assert (answered.status_code, answered.headers["Location"]) == (303, ONE)
    page = _page(notifications, ONE)
    for words in ("Graag nodigen wij u uit", "own text", "Changed by Test Person", "<ins>Graag", "<del>Wij"):
        assert words in page
    assert "own text" in _page(notifications, "/templates")
    assert "Graag nodigen wij u uit" in _page(notifications, f"{ONE}/mail")


def test_own_text_of_another_organisation_is_not_ours(notifications: ServiceUnderTest) -> None:
    save(notifications)
    stranger = notifications.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    assert "Graag nodigen" not in _page(notifications, ONE, client=stranger)
    assert save(notifications, client=stranger).status_code == 303


def test_back_to_the_default(notifications: ServiceUnderTest) -> None:
    save(notifications)
    answered = post_form(notifications.signed_in(), f"{ONE}/own/default", {"version": 1}, page=f"{ONE}/own")
    assert (answered.status_code, answered.headers["Location"]) == (303, ONE)
    assert "Graag" not in _page(notifications, ONE)
    again = post_form(notifications.signed_in(), f"{ONE}/own/default", {"version": 2}, page=f"{ONE}/own")
    assert again.status_code == 409
    assert "This text is the default already." in again.get_data(as_text=True)
    assert save(notifications, version=2).status_code == 303


def test_saving_the_default_is_going_back_to_it(notifications: ServiceUnderTest) -> None:
    save(notifications)
    assert save(notifications, f"{DEFAULT}  \r\n", version=1).status_code == 303
    assert "own text" not in _page(notifications, ONE)


def test_second_of_two_editors_is_told_and_keeps_the_text(notifications: ServiceUnderTest) -> None:
    save(notifications)
    mine = DEFAULT.replace("Wij nodigen u uit", "Hartelijk nodigen wij u uit")
    answered = save(notifications, mine, version=0)
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 409
    assert "Somebody else changed this text while you were writing." in page
    assert "Hartelijk nodigen wij u uit" in page
    assert "What somebody else saved, and what you typed" in page
    assert "<del>Graag" in page
    assert 'name="version" value="1"' in page
    assert save(notifications, mine, version=1).status_code == 303


def test_other_mistakes_do_not_make_one_forget_that_somebody_was_faster(notifications: ServiceUnderTest) -> None:
    save(notifications)
    assert save(notifications, f"{OWN}!", version=1).status_code == 303
    page = save(notifications, "subject: {{ nothing }}", version=1).get_data(as_text=True)
    assert 'name="version" value="1"' in page


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "Fill this in."),
        ("x" * 10_001, "at most 10000 characters"),
        ("Hello", "The first line must be the subject"),
        ("subject:", "The first line must be the subject"),
        (DEFAULT.replace("{{ number }}", "{{ numbr }}"), "there is no value “numbr”"),
        (DEFAULT.replace("{{ number }}", "{{ number "), "Line 20 cannot be read"),
        (DEFAULT.replace("[Geef uw antwoord]({{ link }})", ""), "The button with the link is missing"),
        (DEFAULT.replace("![QR-code voor de ingang](pass)", ""), "The QR code is missing"),
        (DEFAULT.replace("{{ number }}", "{{ 7 * 7 }}"), "only the values of the list"),
    ],
)
def test_text_that_cannot_be_sent_is_refused_with_a_sentence(
    notifications: ServiceUnderTest, source: str, sentence: str
) -> None:
    answered = save(notifications, source)
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 422
    assert sentence in page
    assert 'id="error-summary"' in page
    if source:
        assert source in page.replace("\r\n", "\n"), "what was typed is still there"


@pytest.mark.parametrize("version", ["", "x", "-1", "99999999999999", "1.5"])
def test_version_that_is_none_is_refused(notifications: ServiceUnderTest, version: str) -> None:
    answered = save(notifications, version=version)
    assert answered.status_code == 422


def test_default_that_changed_since_is_shown(notifications: ServiceUnderTest) -> None:
    save(notifications)
    with notifications.session() as session:
        own = session.query(OwnText).one()
        own.default_source = DEFAULT.replace("U hebt geen cv nodig.", "Neem uw cv mee.")
    for address in ("/templates", ONE):
        assert "default changed" in _page(notifications, address).lower()
    page = html.unescape(_page(notifications, f"{ONE}/own"))
    assert "The default changed since you wrote your text" in page
    assert "<ins>Neem</ins>" in page or "<del>Neem</del>" in page


def test_text_that_could_not_be_sent_is_shown_as_such(notifications: ServiceUnderTest) -> None:
    save(notifications)
    with notifications.session() as session:
        own = session.query(OwnText).one()
        own.source, own.broken_at = "subject: {{ gone }}", own.changed_at
    assert "own text, cannot be sent" in _page(notifications, "/templates")
    assert "Your text cannot be sent" in _page(notifications, ONE)
    assert "there is no value “gone”" in html.unescape(_page(notifications, f"{ONE}/own"))
    assert _page(notifications, f"{ONE}/mail", 422)


def test_hint_names_languages_that_say_the_default(notifications: ServiceUnderTest) -> None:
    save(notifications)
    assert "In these languages the default is still sent: English, Українська, Русский" in _page(
        notifications, f"{ONE}/own"
    )


def test_list_takes_one_query_for_all_texts(notifications: ServiceUnderTest) -> None:
    few = count_queries(notifications, "/templates")
    for language in LANGUAGES:
        source = default_source("event_cancelled", language) + "\n\nGroeten"
        assert save(notifications, source, one=f"/templates/event_cancelled/{language}").status_code == 303
    assert count_queries(notifications, "/templates") == few


def test_preview_says_what_would_be_said_and_saves_nothing(notifications: ServiceUnderTest) -> None:
    client = notifications.signed_in()
    answered = post_form(client, f"{ONE}/own/sample", {"source": OWN}, page=f"{ONE}/own")
    assert answered.status_code == 200
    assert "Graag nodigen wij u uit" in answered.get_data(as_text=True)
    wrong = post_form(client, f"{ONE}/own/sample", {"source": "subject: {{ x }}"}, page=f"{ONE}/own")
    assert wrong.status_code == 422
    assert "there is no value" in wrong.get_data(as_text=True)
    mail = post_form(client, f"{ONE}/mail", {"source": OWN}, page=f"{ONE}/own")
    assert "Graag nodigen wij u uit" in mail.get_data(as_text=True)
    assert post_form(client, f"{ONE}/mail", {"source": "{{"}, page=f"{ONE}/own").status_code == 422
    assert "Graag" not in _page(notifications, ONE)


def test_markup_and_headers_stay_words(notifications: ServiceUnderTest) -> None:
    evil = OWN.replace("Graag", "<script>alert(1)</script>").replace(
        "subject: ", "subject: <b>\u2028Bcc: evil@example.org\x0b\u202e "
    )
    assert save(notifications, evil).status_code == 303
    for address in (ONE, f"{ONE}/mail", f"{ONE}/own"):
        page = _page(notifications, address)
        assert "<script>alert" not in page
        assert "<b>" not in page.replace("<b></b>", "")
    with notifications.session() as session:
        assert not re.search("[\u2028\x0b\u202e]", session.query(OwnText).one().source or "")


def _try(
    post: Post, source: str = OWN, address: str = "me@example.org", one: str = ONE
) -> tuple[FlaskClient, str, str]:
    """Ask for a test as the page does; whose browser, the page that answers, and where it asks what became of it."""
    tell(post.service, facts())
    post.service.floor.settings.__dict__["smtp_url"] = post.mail.url
    client = post.service.signed_in()
    sent = {"source": source, "address": "me@example.org", "version": 0}
    answered = post_form(client, f"{one}/own/test", sent, page=f"{one}/own")
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 202, page[:800]
    asks = re.search(r'hx-get="([^"]+/own/test/[^"]+)"', page)
    assert asks is not None
    return client, page, asks.group(1)


def test_test_waits_in_the_queue_and_says_when_it_was_sent(post: Post) -> None:
    client, page, asks = _try(post)
    assert "The test is on its way." in page
    assert "me@example.org" in page
    assert "Graag nodigen wij u uit" in page
    assert post.mail.to("me@example.org") == [], "the request does not wait for a mail server"
    assert "hx-get" in _page(post.service, asks, client=client)
    assert post.send() == 1
    said = _page(post.service, asks, client=client)
    assert "The test was sent to me@example.org." in said
    assert "hx-get" not in said
    (mail,) = post.mail.to("me@example.org")
    assert mail.mail["Subject"].startswith("Test: ")
    assert "This is a test of a message text." in mail.text
    assert "Graag nodigen wij u uit" in mail.text
    assert "own text" not in _page(post.service, ONE), "nothing is saved by it"
    (message,) = post.messages()
    assert HIDDEN_LINK in message.text
    assert SAMPLE_LINK not in message.text


@pytest.mark.parametrize(("code", "said"), [(550, "The mail server refuses the address."), (451, "We try again.")])
def test_test_that_is_not_taken_is_said_so_in_a_sentence(post: Post, code: int, said: str) -> None:
    post.mail.fault("me@example.org", answer(code))
    client, _, asks = _try(post)
    assert post.send() == 0
    page = _page(post.service, asks, client=client)
    assert said in page
    assert "hx-get" not in page, "who waits for hours is not asked for every second"
    assert post.service.outbox(MessageFailed) == [], "no service asked for it"
    (message,) = post.messages()
    assert "me@example.org" not in _page(post.service, "/messages/not-arrived"), "it is no message that somebody lacks"
    for address in ("/messages", f"/messages/{message.id}"):
        assert "test" in _page(post.service, address).lower()


def test_too_many_tests_are_refused_beside_what_was_typed(post: Post) -> None:
    client, _, _ = _try(post)
    sent = {"source": OWN, "address": "me@example.org", "version": 0}
    answers = [post_form(client, f"{ONE}/own/test", sent, page=f"{ONE}/own") for _ in range(5)]
    answered = answers.pop()
    assert [one.status_code for one in answers] == [202] * 4
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 429
    assert "Wait a minute and try again." in page
    assert "Graag nodigen wij u uit" in page
    assert len(post.messages()) == 5


def test_both_what_is_wrong_with_the_text_and_with_the_address_is_said(post: Post) -> None:
    sent = {"source": OWN + "\n{{ nonsense }}\n", "address": "nowhere", "version": 0}
    answered = post_form(post.service.signed_in(), f"{ONE}/own/test", sent, page=f"{ONE}/own")
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 422
    assert "This cannot be sent yet" in page
    assert {"#field-address", "#field-source"} <= set(re.findall(r'href="(#field-\w+)"', page))


def test_test_is_a_message_that_is_marked_as_one(post: Post) -> None:
    _try(post)
    (message,) = post.messages()
    assert (message.is_trial, message.event_id, message.person_kind) == (True, None, "staff")


def test_test_of_a_stranger_and_what_is_none_is_not_shown(post: Post) -> None:
    _, _, asks = _try(post)
    stranger = post.service.signed_in(organisation_id=STRANGER_ORGANISATION_ID)
    _page(post.service, asks, 404, stranger)
    command = send_message(tell(post.service, facts()))
    post.service.deliver(command)
    _page(post.service, f"{ONE}/own/test/{command.message_id}", 404)


def test_text_that_cannot_be_sent_is_not_tried(post: Post) -> None:
    client = post.service.signed_in()
    sent = {"source": "subject: {{ person }}", "address": "me@example.org", "version": 0}
    answered = post_form(client, f"{ONE}/own/test", sent, page=f"{ONE}/own")
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 422
    assert "Choose: {{ person.name }}" in page
    assert "subject: {{ person }}" in page
    assert post.messages() == []


BELOW = "/templates/frame/nl"
BELOW_OWN = "Groeten van {{ organisation.name }}. Bel ons gerust: 030 123 45 67."


def test_what_stands_below_every_message_can_be_worded(post: Post) -> None:
    event = tell(post.service, facts())
    assert save(post.service, BELOW_OWN, one=BELOW).status_code == 303
    page = _page(post.service, BELOW)
    for words in ("own text", "<ins>Groeten</ins>", "<del>Dit", "Bel ons gerust"):
        assert words in page, words
    assert "Bel ons gerust" in _page(post.service, ONE), "it stands below the other texts"
    assert "Bel ons gerust" not in _page(post.service, "/templates/candidate_invited/en")
    post.service.deliver(send_message(event, person=person(language="nl", email="me@example.org")))
    post.send()
    (mail,) = post.mail.to("me@example.org")
    for written in (mail.text, mail.html):
        assert "Bel ons gerust" in written
        assert "Dit bericht is van" not in written
        for mandatory in ("U krijgt dit bericht omdat", "Waarom krijg ik dit?", "/notifications/about/"):
            assert mandatory in written
    assert mail.mail["List-Unsubscribe"], "one click ends invitations, whatever stands below"


@pytest.mark.parametrize(
    ("source", "sentence"),
    [
        ("", "Fill this in."),
        ("subject: Hallo\n\nGroeten", "Line 1: there is no subject and no text message here."),
        ("Groeten\nsms: Hallo", "Line 2: there is no subject"),
        ("![QR](pass)", "The QR code has no place below a message."),
        ("{{ organisation }}", "Choose: {{ organisation.name }}, {{ organisation.mailbox }}"),
        ("{{ link }}", "there is no value “link”"),
        ("{{ number }}", "there is no value “number”"),
        ("[Klik](javascript:alert)", "A button must lead to"),
        ("{% for x in [1] %}{% endfor %}", "only the values of the list"),
    ],
)
def test_what_cannot_stand_below_a_message_is_refused(
    notifications: ServiceUnderTest, source: str, sentence: str
) -> None:
    answered = save(notifications, source, one=BELOW)
    page = html.unescape(answered.get_data(as_text=True))
    assert answered.status_code == 422
    assert sentence in page
    assert source in page.replace("\r\n", "\n")


def test_what_stands_below_is_shown_while_it_is_typed_and_tried(post: Post) -> None:
    tell(post.service, facts())
    client = post.service.signed_in()
    typed = post_form(client, f"{BELOW}/own/sample", {"source": BELOW_OWN}, page=f"{BELOW}/own")
    shown = typed.get_data(as_text=True)
    assert "Bel ons gerust" in shown
    assert "Waarom krijg ik dit?" in shown
    assert "SMS" not in shown
    _try(post, BELOW_OWN, one=BELOW)
    assert post.send() == 1
    (mail,) = post.mail.to("me@example.org")
    assert "Bel ons gerust" in mail.text
    assert "Bel ons gerust" not in _page(post.service, ONE), "nothing is saved by it"


def test_default_stands_below_when_the_own_words_cannot_be_sent(post: Post) -> None:
    event = tell(post.service, facts())
    save(post.service, BELOW_OWN, one=BELOW)
    with post.service.session() as session:
        session.query(OwnText).one().source = "{{ gone }}"
    post.service.deliver(send_message(event, person=person(language="nl", email="me@example.org")))
    post.send()
    (mail,) = post.mail.to("me@example.org")
    assert "Dit bericht is van" in mail.text
    assert "Your text cannot be sent" in _page(post.service, BELOW)
    assert "Dit bericht is van" in _page(post.service, ONE)


@pytest.mark.parametrize(
    ("name", "said"),
    [("stand_confirmed", "Vacatures die u noemde"), ("interpreter_roster", "Uw rooster van de dag"),
     ("invitation_answered", "Neem de code"), ("timetable_candidate", None)],
)  # fmt: skip
def test_words_in_the_calendar_are_shown(notifications: ServiceUnderTest, name: str, said: str | None) -> None:
    page = _page(notifications, f"/templates/{name}/nl")
    assert ("In the calendar" in page) == (said is not None)
    assert said is None or said in page
