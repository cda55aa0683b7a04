"""Messages in an organisation's own words: said when they are sent, and never a message lost for them."""

import uuid

from sqlalchemy import select, update

from services.notifications.messages.compose import HIDDEN_LINK
from services.notifications.wording.models import OwnText
from services.notifications.wording.rules import Writer, restore_default, save_own_text
from tests.factories.notifications import facts, person, send_message, tell
from tests.queries import queries_of
from tests.service_under_test import STRANGER_ORGANISATION_ID
from tests.services.notifications.conftest import Post

WRITER = Writer(uuid.UUID(int=5), "Olha")
OWN = "subject: Kom naar {{ event.name }}\nsms: Kom. {{ link }}\n\nDag {{ person.name }}\n\n[Antwoord]({{ link }})"


def _say(post: Post, source: str, version: int = 0, organisation_id: uuid.UUID | None = None) -> None:
    chosen = {"organisation_id": organisation_id} if organisation_id else {}
    with post.service.session(**chosen) as session:
        save_own_text(session, "candidate_invited", "nl", source, "subject: default", version, WRITER)


def _invite(post: Post, address: str, language: str = "nl") -> None:
    event = tell(post.service, facts())
    post.service.deliver(send_message(event, person=person(email=address, language=language)))


def _own(post: Post) -> OwnText:
    with post.service.session() as session:
        return session.scalars(select(OwnText)).one()


def test_own_words_are_said_in_their_language_only(post: Post) -> None:
    _say(post, OWN)
    _invite(post, "a@example.org")
    _invite(post, "b@example.org", "uk")
    assert post.send() == 2
    (own,), (default,) = post.mail.to("a@example.org"), post.mail.to("b@example.org")
    assert own.mail["Subject"] == "Kom naar Meet & Greet Stadsloket Zuid"
    assert "Werkregio Rijn en Vecht" in own.text, "what stands below every message stays"
    assert "Запрошення" in str(default.mail["Subject"])


def test_own_words_of_another_organisation_are_not_ours(post: Post) -> None:
    _say(post, OWN, organisation_id=STRANGER_ORGANISATION_ID)
    _invite(post, "a@example.org")
    post.send()
    assert "Uitnodiging" in str(post.mail.to("a@example.org")[0].mail["Subject"])


def test_words_are_those_of_the_moment_of_sending(post: Post) -> None:
    _invite(post, "a@example.org")
    _say(post, OWN)
    _say(post, OWN.replace("Kom naar", "Welkom bij"), version=1)
    post.send()
    assert "Welkom bij" in str(post.mail.to("a@example.org")[0].mail["Subject"])


def test_default_is_said_again_after_going_back(post: Post) -> None:
    _say(post, OWN)
    with post.service.session() as session:
        restore_default(session, "candidate_invited", "nl", 1, WRITER)
    _invite(post, "a@example.org")
    post.send()
    assert "Uitnodiging" in str(post.mail.to("a@example.org")[0].mail["Subject"])
    assert _own(post).broken_at is None


def test_words_that_cannot_be_sent_give_way_to_the_default_and_are_noted(post: Post) -> None:
    for broken in (
        "subject: {{ old_value }}\n\nx",
        "subject: {% if %}",
        "{{ 'x' * 10 ** 9 }}",
        "subject: x\n\n[a](javascript:x)",
    ):
        with post.service.session() as session:
            session.execute(update(OwnText).values(broken_at=None))
        version = _own(post).version if broken != "subject: {{ old_value }}\n\nx" else 0
        _say(post, broken, version)
        address = f"{uuid.uuid4().hex}@example.org"
        _invite(post, address)
        assert post.send() == 1
        assert "Uitnodiging" in str(post.mail.to(address)[0].mail["Subject"])
        assert _own(post).broken_at is not None
    assert set(post.states()) == {"sent"}


def test_first_time_that_they_broke_is_kept_until_they_are_mended(post: Post) -> None:
    _say(post, "subject: {{ old_value }}")
    _invite(post, "a@example.org")
    post.send()
    first = _own(post).broken_at
    _invite(post, "b@example.org")
    post.send()
    assert _own(post).broken_at == first
    _say(post, OWN, version=1)
    assert _own(post).broken_at is None


def test_batch_takes_one_query_for_all_own_words(post: Post) -> None:
    _say(post, OWN)
    for number in range(6):
        _invite(post, f"{number}@example.org")
    with queries_of(post.service) as statements:
        assert post.send() == 6
    rounds = [one for one in statements if "pg_try_advisory_xact_lock" in one]
    assert 1 <= len([one for one in statements if "FROM own_text" in one]) <= len(rounds)


def test_own_words_that_name_links_anywhere_leave_none_with_us(post: Post) -> None:
    """Not in the subject, and not with a message that travelled in the letter of another."""
    _say(post, "subject: Kom {{ link }}\n\nWaarom: {{ about }}")
    event, reader = tell(post.service, facts()), person(email="a@example.org", language="nl")
    for template in ("invitation_answered", "candidate_invited"):
        post.service.deliver(send_message(event, template, person=reader, link_id=uuid.uuid4()))
    post.let_time_pass()
    assert post.send() == 1
    (mail,) = post.mail.to("a@example.org")
    assert "/l/" in mail.text
    assert mail.text.count("/about/") == 2, "the reader has them"
    for message in post.messages():
        assert HIDDEN_LINK in message.text
        assert "/l/" not in message.subject + message.text
        assert "/about/" not in message.subject + message.text
