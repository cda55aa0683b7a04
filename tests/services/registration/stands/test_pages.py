"""The employer's pages: forms, refusals, what is kept, and what stays hidden from others."""

import re
import uuid
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.registration.events.rules import cancel_event, lock_event
from services.registration.stands.attending import load_attending
from services.registration.stands.models import EmployerInvitation
from services.registration.stands.rules import stand_states
from shared import clock
from shared.events import PutCalendarEntry, StandBooked, StandCancelled
from tests.factories.events import make_event
from tests.factories.stands import (
    find_stand,
    make_booking,
    make_employer,
    make_hold,
    make_invitation,
    make_work,
)
from tests.queries import queries_of
from tests.service_under_test import ServiceUnderTest, post_form

WORK = {"title": "Fietsmonteur", "sector": "engineering", "hours": "32", "openings": "2", "fits_school_hours": "true",
        "languages_name": ["nl", ""], "languages_value": ["A2", ""]}  # fmt: skip
TEAM = {"languages_name": ["nl", "uk"], "languages_value": ["C2", "B1"]}


class Visit:
    """An employer with the personal link open, at an event with twelve stands."""

    def __init__(self, service: ServiceUnderTest, **invitation: Any) -> None:
        self.service = service
        with service.session() as session:
            self.event = make_event(session)
            self.invitation = make_invitation(session, self.event, **invitation)
        self.client = self.as_contact(self.invitation)
        self.address = f"/my/stands/{self.event.id}"

    def as_contact(self, invitation: EmployerInvitation) -> FlaskClient:
        return self.service.signed_in(
            "employer", kind="employer", subject_id=invitation.contact_id, event_id=invitation.event_id
        )

    def stand(self, label: str) -> str:
        with self.service.session() as session:
            return str(find_stand(session, self.event, label).id)

    def get(self, path: str = "") -> str:
        response = self.client.get(self.address + path)
        assert response.status_code == 200, response.get_data(as_text=True)
        return text_of(response)

    def choose(self, label: str) -> TestResponse:
        return self.post("", {"stand_id": self.stand(label)})

    def post(self, path: str, values: dict[str, Any], page: str | None = None) -> TestResponse:
        found: TestResponse = post_form(
            self.client, self.address + path, values, self.address + (path if page is None else page)
        )
        return found

    def states(self) -> dict[str, str]:
        with self.service.session() as session:
            return {one.stand.label: one.state for one in stand_states(session, self.event) if one.state != "free"}

    def reload(self) -> EmployerInvitation:
        with self.service.session() as session:
            return load_attending(session, self.event.id, self.invitation.contact_id)


def text_of(response: TestResponse) -> str:
    """What a person reads: without tags, entities read."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.get_data(as_text=True))))


@pytest.fixture
def visit(registration: ServiceUnderTest) -> Visit:
    return Visit(registration)


# ── the way through ───────────────────────────────────────────────────────────────────────────────────────────


def test_employer_books_in_three_steps(visit: Visit) -> None:
    assert "12 stands free" in visit.get()
    picked = visit.get(f"?stand={visit.stand('9')}")
    assert "Choose stand 9" in picked
    assert "We keep it for you for 10 minutes" in picked
    chosen = visit.choose("9")
    assert (chosen.status_code, chosen.location) == (303, f"{visit.address}/work")
    assert "Stand 9 is yours for 9 more minutes." in visit.get("/work")
    worked = visit.post("/work", {**WORK, "booking": "yes"})
    assert (worked.status_code, worked.location) == (303, f"{visit.address}/team")
    assert "Fietsmonteur" in visit.get("/team")
    booked = visit.post("/team", {**TEAM, "booking": "yes"})
    assert (booked.status_code, booked.location) == (303, visit.address)
    done = visit.get()
    assert "Stand 9 is booked" in done
    assert "A calendar file is on its way to" in done
    (told,) = visit.service.outbox(StandBooked)
    assert (told.label, told.languages) == ("9", {"nl": "C2", "uk": "B1"})
    (vacancy,) = told.vacancies
    assert (vacancy.title, vacancy.sector, vacancy.hours, vacancy.languages, vacancy.fits_school_hours) == (
        "Fietsmonteur", "engineering", 32, {"nl": "A2"}, True,
    )  # fmt: skip
    assert len(visit.service.outbox(PutCalendarEntry)) == 1


def test_wanted_experience_is_kept_shown_and_can_be_taken_back(visit: Visit) -> None:
    visit.choose("9")
    visit.post("/work", {**WORK, "wanted_experience": ["production", "engineering", "engineering"], "booking": "yes"})
    vacancy = visit.reload().vacancies[0]
    assert vacancy.wanted_experience == ["engineering", "production"]
    assert "experience wanted: Engineering, Production" in visit.get("/team")
    form = visit.client.get(f"{visit.address}/work/{vacancy.id}").get_data(as_text=True)
    assert set(re.findall(r'name="wanted_experience" value="(\w+)" checked', form)) == {"engineering", "production"}
    visit.post(f"/work/{vacancy.id}", {**WORK, "booking": "yes"})
    assert visit.reload().vacancies[0].wanted_experience == []
    assert "experience wanted" not in visit.get("/team")


def test_work_can_be_filled_in_later_and_the_page_says_that_it_is_missing(visit: Visit) -> None:
    visit.choose("9")
    visit.post("/team", {**TEAM, "booking": "yes"})
    assert "Candidates do not see yet which work you offer" in visit.get()


def test_last_step_sent_twice_books_once(visit: Visit) -> None:
    visit.choose("9")
    for _ in range(2):
        visit.post("/team", {**TEAM, "booking": "yes"})
    assert len(visit.service.outbox(StandBooked)) == 1
    assert "Stand 9 is booked" in visit.get()


def test_work_sent_twice_counts_once(visit: Visit) -> None:
    visit.choose("9")
    for _ in range(2):
        visit.post("/work", {**WORK, "booking": "yes"})
    assert [vacancy.title for vacancy in visit.reload().vacancies] == ["Fietsmonteur"]


def test_last_step_leads_back_to_the_work_and_keeps_the_languages(visit: Visit) -> None:
    visit.choose("9")
    visit.post("/work", {**WORK, "booking": "yes"})
    vacancy = visit.reload().vacancies[0]
    away = visit.post("/team", {**TEAM, "booking": "yes", "then": str(vacancy.id)})
    assert away.location == f"{visit.address}/work/{vacancy.id}"
    assert visit.reload().languages == {"nl": "C2", "uk": "B1"}
    assert visit.service.outbox(StandBooked) == []
    new = visit.post("/team", {**TEAM, "booking": "yes", "then": "new"})
    assert new.location == f"{visit.address}/work"


def test_earlier_work_is_offered_again_with_one_button(visit: Visit) -> None:
    with visit.service.session() as session:
        employer_id = load_attending(session, visit.event.id, visit.invitation.contact_id).employer
        before = make_invitation(session, make_event(session), employer_id)
        make_work(session, before, "Bakker in de nacht")
    visit.choose("9")
    page = visit.client.get(f"{visit.address}/work").get_data(as_text=True)
    assert "You offered this before" in page
    vacancy_id = re.findall(r'name="vacancy_id" value="([^"]+)"', page)[0]
    assert visit.post("/work/again", {"vacancy_id": vacancy_id, "booking": "yes"}, "/work").location.endswith("/team")
    assert [vacancy.title for vacancy in visit.reload().vacancies] == ["Bakker in de nacht"]


# ── two at once ───────────────────────────────────────────────────────────────────────────────────────────────


def test_second_to_choose_is_told_and_sees_the_plan_as_it_is_now(visit: Visit) -> None:
    with visit.service.session() as session:
        make_hold(session, make_invitation(session, visit.event), "9")
    answer = visit.choose("9")
    assert answer.status_code == 409
    assert "Somebody else has just chosen stand 9. Choose another stand." in text_of(answer)
    assert "11 stands free" in text_of(answer)
    assert visit.states() == {"9": "held"}


def lose_stand(visit: Visit) -> None:
    """The employer's hold on stand 9 is over, and somebody else booked it."""
    with visit.service.session() as session:
        make_booking(session, make_invitation(session, visit.event), "9")


def test_work_typed_while_the_stand_was_lost_is_kept(visit: Visit) -> None:
    with time_machine.travel(clock.now(), tick=False) as clocks:
        visit.choose("9")
        clocks.shift(timedelta(minutes=11))
        lose_stand(visit)
        sent = visit.post("/work", {**WORK, "booking": "yes"}, page="")
        assert (sent.status_code, sent.location) == (303, visit.address)
        assert "somebody else has chosen it. What you filled in is kept. Choose another stand." in visit.get()
        assert visit.choose("3").location == f"{visit.address}/team"
        assert "Fietsmonteur" in visit.get("/team")


def test_languages_typed_while_the_stand_was_lost_are_kept(visit: Visit) -> None:
    with time_machine.travel(clock.now(), tick=False) as clocks:
        visit.choose("9")
        clocks.shift(timedelta(minutes=11))
        lose_stand(visit)
        sent = visit.post("/team", {**TEAM, "booking": "yes"}, page="")
        assert (sent.status_code, sent.location) == (303, visit.address)
        assert "What you filled in is kept" in visit.get()
        visit.choose("3")
        assert re.search(r'value="uk" selected', visit.client.get(f"{visit.address}/team").get_data(as_text=True))


def test_time_over_and_nobody_else_wanted_the_stand(visit: Visit) -> None:
    with time_machine.travel(clock.now(), tick=False) as clocks:
        visit.choose("9")
        clocks.shift(timedelta(minutes=25))
        visit.post("/team", {**TEAM, "booking": "yes"}, page="")
        assert "Stand 9 is booked" in visit.get()


def test_forms_without_a_stand_lead_to_the_plan(visit: Visit) -> None:
    for path in ("/work", "/team"):
        answer = visit.client.get(visit.address + path)
        assert (answer.status_code, answer.location) == (303, visit.address)


# ── what was typed wrongly ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "  ", "Fill in which work it is."),
        ("title", "x" * 201, "Fill in at most 200 characters."),
        ("sector", "", "Choose a sector."),
        ("sector", "piracy", "Choose a sector."),
        ("hours", "", "Fill in the hours a week, from 4 to 40."),
        ("hours", "3", "Fill in the hours a week, from 4 to 40."),
        ("hours", "41", "Fill in the hours a week, from 4 to 40."),
        ("hours", "veel", "Fill in the hours a week, from 4 to 40."),
        ("hours", "9" * 30, "Fill in the hours a week, from 4 to 40."),
        ("openings", "0", "Fill in a whole number from 1 to 999."),
        ("languages_value", ["", ""], "Choose a level, A1 to C2, for each language."),
        ("languages_name", ["tlh", ""], "This choice is not in the list."),
        ("wanted_experience", ["care", "piracy"], "This choice is not in the list."),
        ("wanted_experience", ["care", "food", "green", "it"], "Choose at most three sectors."),
    ],
)
def test_work_that_does_not_hold_says_so_and_keeps_what_was_typed(
    visit: Visit, field: str, value: Any, sentence: str
) -> None:
    visit.choose("9")
    typed = {**WORK, "title": "Bakker <b>Їжак</b>", field: value, "booking": "yes"}
    answer = visit.post("/work", typed)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    assert "Stand 9 is yours" in text_of(answer)
    if field != "title":
        assert 'value="Bakker &lt;b&gt;Їжак&lt;/b&gt;"' in answer.get_data(as_text=True)
    assert visit.reload().vacancies == []


@pytest.mark.parametrize("typed", [{}, {"languages_name": ["nl"], "languages_value": ["Z9"]}])
def test_team_without_languages_says_so_and_books_nothing(visit: Visit, typed: dict[str, list[str]]) -> None:
    visit.choose("9")
    answer = visit.post("/team", {**typed, "booking": "yes"})
    assert answer.status_code == 422
    assert visit.states() == {"9": "held"}


@pytest.mark.parametrize("stand_id", ["", "nonsense", "'; DROP TABLE stand_booking --"])
def test_choosing_nonsense_leads_back_to_the_plan(visit: Visit, stand_id: str) -> None:
    assert visit.post("", {"stand_id": stand_id}).status_code == 303


def test_choosing_a_stand_that_is_not_there(visit: Visit) -> None:
    assert visit.post("", {"stand_id": str(uuid.uuid4())}).status_code == 404


# ── changing, giving up, not coming ───────────────────────────────────────────────────────────────────────────


@pytest.fixture
def booked(visit: Visit) -> Visit:
    with visit.service.session() as session:
        make_booking(session, load_attending(session, visit.event.id, visit.invitation.contact_id), "9")
    visit.service.forget_outbox()
    return visit


def booking_id(visit: Visit) -> str:
    return re.findall(r"/give-up/([0-9a-f-]+)", visit.client.get(visit.address).get_data(as_text=True))[0]


def test_booked_employer_changes_to_another_stand(booked: Visit) -> None:
    path = f"/move/{booking_id(booked)}"
    assert "Choose another stand" in booked.get(path)
    assert "Change to stand 3" in booked.get(f"{path}?stand={booked.stand('3')}")
    answer = booked.post(path, {"stand_id": booked.stand("3")}, f"{path}?stand={booked.stand('3')}")
    assert answer.location == booked.address
    assert "You now have stand 3." in booked.get()
    assert booked.states() == {"3": "taken"}


def test_booked_employer_changes_to_a_stand_that_somebody_just_took(booked: Visit) -> None:
    with booked.service.session() as session:
        make_hold(session, make_invitation(session, booked.event), "3")
    path = f"/move/{booking_id(booked)}"
    answer = booked.post(path, {"stand_id": booked.stand("3")}, f"{path}?stand={booked.stand('4')}")
    assert answer.status_code == 409
    assert "Somebody else has just chosen stand 3." in text_of(answer)
    assert booked.states() == {"3": "held", "9": "taken"}


def test_booked_employer_gives_up_the_stand(booked: Visit) -> None:
    path = f"/give-up/{booking_id(booked)}"
    assert "Give up stand 9?" in booked.get(path)
    assert booked.post(path, {}).location == booked.address
    assert "You gave up your stand." in booked.get()
    assert (booked.states(), len(booked.service.outbox(StandCancelled))) == ({}, 1)


def test_booked_employer_changes_work_and_languages(booked: Visit) -> None:
    vacancy = booked.reload().vacancies[0]
    assert booked.post(f"/work/{vacancy.id}", WORK).location == booked.address
    assert booked.post("/team", TEAM).location == booked.address
    assert "The changes are saved." in booked.get()
    first, second = booked.service.outbox(StandBooked)
    assert (first.vacancies[0].title, second.languages) == ("Fietsmonteur", {"nl": "C2", "uk": "B1"})
    assert booked.post(f"/work/{vacancy.id}/remove", {}, f"/work/{vacancy.id}").location == booked.address
    assert booked.reload().vacancies == []


def test_employer_says_no_with_one_button_and_yes_with_another(visit: Visit) -> None:
    visit.choose("9")
    assert visit.post("/decline", {}, "").status_code == 303
    assert "You told us that you cannot come" in visit.get()
    assert visit.states() == {}
    assert visit.post("/come", {}, "").status_code == 303
    assert "12 stands free" in visit.get()


def test_employer_lets_a_held_stand_go(visit: Visit) -> None:
    visit.choose("9")
    assert visit.post("/release", {}, "").status_code == 303
    assert visit.states() == {}


def test_second_stand_that_the_organiser_allows(registration: ServiceUnderTest) -> None:
    visit = Visit(registration, stands_allowed=2)
    visit.choose("9")
    visit.post("/team", {**TEAM, "booking": "yes"})
    assert "You may have one more stand." in visit.get()
    assert "Choose a stand" in visit.get("?another=yes")
    visit.post("", {"stand_id": visit.stand("10")}, "?another=yes&stand=" + visit.stand("10"))
    visit.post("/team", {**TEAM, "booking": "yes"})
    assert "Stands 9, 10 are booked" in visit.get()


def test_all_stands_taken_says_so_and_whom_to_write_to(visit: Visit) -> None:
    with visit.service.session() as session:
        for label in range(1, 13):
            make_booking(session, make_invitation(session, visit.event), str(label), title="")
    page = visit.get()
    assert "All stands are taken" in page
    assert "post@werkregio.example" in page


# ── before, during and after ──────────────────────────────────────────────────────────────────────────────────


def test_once_the_event_began_nothing_can_be_changed(booked: Visit) -> None:
    page = f"/give-up/{booking_id(booked)}"
    token = re.findall(r'name="csrf_token" value="([^"]+)"', booked.client.get(booked.address + page).text)[0]
    # The session of the test lasts an hour; the event began half an hour ago.
    with booked.service.session() as session:
        event = lock_event(session, booked.event.id)
        event.starts_at, event.first_round_at = (clock.now() - timedelta(minutes=30),) * 2
    assert "This event is going on" in booked.get()
    assert "You have stand 9." in booked.get(page)
    for path, values in (("/team", TEAM), ("/work", WORK), (page, {}), ("", {"stand_id": booked.stand("3")})):
        answer = booked.client.post(booked.address + path, data={"csrf_token": token, **values})
        assert answer.status_code == 409, path
    assert booked.states() == {"9": "taken"}


def test_event_that_was_cancelled_says_so(booked: Visit) -> None:
    with booked.service.session() as session:
        cancel_event(session, lock_event(session, booked.event.id))
    assert "This event does not take place" in booked.get()


# ── what others may see ───────────────────────────────────────────────────────────────────────────────────────


def test_plan_names_who_booked_and_never_who_holds(visit: Visit) -> None:
    with visit.service.session() as session:
        make_booking(session, make_invitation(session, visit.event, make_employer(session, "Bakkerij Їжак")), "1")
        make_hold(session, make_invitation(session, visit.event, make_employer(session, "Geheim BV")), "2")
    for path in ("", "?view=list", f"?stand={visit.stand('2')}"):
        html = visit.client.get(visit.address + path).get_data(as_text=True)
        assert "Bakkerij" in html
        assert "Geheim" not in html


@pytest.mark.parametrize("path", ["", "/work", "/team", "/move/{booking}", "/give-up/{booking}", "/work/{vacancy}"])
def test_link_of_another_employer_opens_nothing(booked: Visit, path: str) -> None:
    vacancy = booked.reload().vacancies[0]
    path = path.format(booking=booking_id(booked), vacancy=vacancy.id)
    with booked.service.session() as session:
        elsewhere = make_invitation(session, make_event(session))
        colleague = make_invitation(session, booked.event)
    stranger = booked.as_contact(elsewhere)
    assert stranger.get(booked.address + path).status_code == 404
    if "/" in path[1:]:
        assert booked.as_contact(colleague).get(booked.address + path).status_code == 404


def test_stranger_and_staff_do_not_get_the_employers_pages(visit: Visit) -> None:
    assert visit.service.client().get(visit.address).status_code == 403
    assert visit.service.signed_in("organiser").get(visit.address).status_code == 403


def test_names_are_never_read_as_markup(visit: Visit) -> None:
    attack = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
    with visit.service.session() as session:
        make_booking(session, make_invitation(session, visit.event, make_employer(session, attack, attack)), "1")
    visit.choose("9")
    visit.post("/work", {**WORK, "title": attack, "booking": "yes"})
    visit.post("/team", {**TEAM, "booking": "yes"})
    for path in ("", "/work", f"/move/{booking_id(visit)}", f"/move/{booking_id(visit)}?view=list"):
        html = visit.client.get(visit.address + path).get_data(as_text=True)
        assert "<script>alert" not in html
        assert "<img src=x" not in html


@pytest.mark.parametrize("language", ["nl", "en", "uk", "ru"])
def test_pages_open_in_every_language(booked: Visit, language: str) -> None:
    booked.client.set_cookie("language", language)
    for path in ("", "/work", "/team", f"/move/{booking_id(booked)}", f"/give-up/{booking_id(booked)}"):
        html = booked.client.get(booked.address + path).get_data(as_text=True)
        assert f'<html lang="{language}"' in html


def test_plan_takes_the_same_number_of_queries_however_many_booked(visit: Visit) -> None:
    counts = []
    for labels in (range(1, 2), range(2, 11)):
        with visit.service.session() as session:
            for label in labels:
                make_booking(session, make_invitation(session, visit.event), str(label))
        with queries_of(visit.service) as queries:
            visit.get()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 12
