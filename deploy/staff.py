"""`handdruk staff add`: the first account of an organisation, and any other, without a browser."""

import sys

import click
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from deploy.errors import CannotContinue
from services.registration.accounts.models import Organisation
from services.registration.accounts.rules import add_organisation, add_staff, find_organisation
from services.registration.accounts.schemas import NewStaffSchema
from shared.database import act_for, make_engine, make_sessions, transaction
from shared.errors import Refusal
from shared.i18n import LANGUAGES
from shared.identity.sessions import STAFF_ROLES
from shared.settings import load_settings

ROLES = sorted(str(role) for role in STAFF_ROLES)


@click.group()
def staff() -> None:
    """Accounts of the people who work with Handdruk."""


@staff.command()
@click.option("--organisation", prompt=True, help="The labour-market region; made when there is none of this name.")
@click.option("--mailbox", help="Where people can write to the organisation; asked for when it is new.")
@click.option("--name", prompt=True, help="The person's name.")
@click.option("--email", prompt=True, help="The address to sign in with.")
@click.option("--role", "roles", type=click.Choice(ROLES), multiple=True, default=("admin", "organiser"),
              show_default=True, help="Once for each role.")  # fmt: skip
@click.option("--language", type=click.Choice(list(LANGUAGES)), default="nl", show_default=True)
def add(organisation: str, mailbox: str | None, name: str, email: str, roles: tuple[str, ...], language: str) -> None:
    """Make an account. The password is asked for, or read from standard input when that is no terminal."""
    engine = make_engine(load_settings("registration").database_url)
    account = {"name": name, "email": email, "roles": list(roles), "language": language}
    try:
        with transaction(make_sessions(engine)) as session:
            region = _find_or_add_organisation(session, organisation.strip(), mailbox)
            act_for(session, region.id)
            add_staff(session, region.id, **NewStaffSchema().load({**account, "password": _read_password()}))
    except Refusal as refusal:
        raise CannotContinue(refusal.message) from None
    except ValidationError as fault:
        raise CannotContinue(_explain(fault)) from None
    finally:
        engine.dispose()
    click.echo(f"{name} can sign in with {email}. The second factor is set up at the first sign-in.")


def _find_or_add_organisation(session: Session, name: str, mailbox: str | None) -> Organisation:
    if not 1 <= len(name) <= 200:
        raise CannotContinue("Organisation: fill in at most 200 characters.")
    found = find_organisation(session, name)
    if found is not None:
        return found
    if mailbox is None and not sys.stdin.isatty():
        raise CannotContinue(f"There is no organisation called {name} yet. Give --mailbox to make it.")
    return add_organisation(session, name, mailbox or click.prompt("Mailbox of the new organisation"))


def _read_password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password: str = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    return password


def _explain(fault: ValidationError) -> str:
    return "\n".join(f"{field}: {' '.join(map(str, faults))}" for field, faults in fault.normalized_messages().items())
