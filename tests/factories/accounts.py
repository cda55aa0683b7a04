"""Builds staff and devices through the use cases of the room, and signs people in as a browser does."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pyotp
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from services.registration.accounts.devices import add_device, enrol_device
from services.registration.accounts.models import Device, Staff
from services.registration.accounts.rules import add_staff
from shared import clock
from shared.database import acting_for
from tests.factories.events import make_organisation
from tests.service_under_test import post_form

PASSWORD = "vier groene fietsen"


def make_staff(
    session: Session,
    email: str = "anna@werkregio.example",
    name: str = "Анна Їжакевич-Ґалаґан",
    roles: tuple[str, ...] = ("organiser",),
    password: str = PASSWORD,
) -> Staff:
    """A colleague, in an organisation that is made when it is not there."""
    make_organisation(session)
    return add_staff(session, acting_for(session), email, name, roles, password)


def make_device(session: Session, event_id: uuid.UUID, gate: str = "Entrance north") -> tuple[Device, str]:
    """An enrolled phone, good until tomorrow, and its token."""
    make_organisation(session)
    _, code = add_device(session, event_id, gate, clock.now() + timedelta(days=1))
    return enrol_device(session, code, "Telephone of Ben")


def device_headers(token: str) -> dict[str, str]:
    """What a device sends with each request."""
    return {"Authorization": f"Device {token}"}


def sign_in_first_time(client: FlaskClient, email: str, password: str = PASSWORD) -> str:
    """Sign in and set up the second factor; its secret."""
    post_form(client, "/sign-in", {"email": email, "password": password})
    page = client.get("/sign-in/second-factor").get_data(as_text=True)
    secret = read_secret(page)
    answer = post_form(client, "/sign-in/second-factor", {"code": pyotp.TOTP(secret).now()})
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return secret


def sign_in(client: FlaskClient, email: str, secret: str, password: str = PASSWORD) -> Any:
    """Sign in with the code of this moment; the answer to the second step."""
    post_form(client, "/sign-in", {"email": email, "password": password})
    return post_form(client, "/sign-in/code", {"code": pyotp.TOTP(secret).now()})


def read_secret(page: str) -> str:
    """The key in letters that the set-up page shows."""
    found = re.search(r"<code[^>]*>([A-Z2-7 ]+)</code>", page)
    assert found, page
    return found.group(1).replace(" ", "")
