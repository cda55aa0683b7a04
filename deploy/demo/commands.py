"""`handdruk demo`: load the demo, and say how to sign in to it."""

import click
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from deploy.demo.house import open_house
from deploy.demo.sign_ins import SIGN_INS, demo_password, present_code
from deploy.demo.story import ORGANISATION, tell_story
from deploy.errors import CannotContinue
from services.registration.accounts.models import Organisation, Staff
from shared.database import ACROSS_ORGANISATIONS
from shared.settings import Settings

SEED = 2026


@click.group()
def demo() -> None:
    """An invented region with three Meet & Greets: one that was, one today, one to come."""


@demo.command()
@click.option("--if-empty", is_flag=True, help="Do nothing where there is an organisation already.")
@click.option("--seed", default=SEED, show_default=True, help="Another seed, other people and answers.")
def load(if_empty: bool, seed: int) -> None:
    """Load the demo and print how to sign in. Its past is told without sending the mails of that time."""
    with open_house(seed) as house:
        session = house.registration
        # Two at once would both find nothing.
        session.execute(select(func.pg_advisory_xact_lock(2026)))
        if session.scalar(select(exists().where(Organisation.name == ORGANISATION))):
            if not if_empty:
                raise CannotContinue(f"The demo is there already: {ORGANISATION}.")
        elif if_empty and session.scalar(select(exists(Organisation.id))):
            return
        else:
            tell_story(house)
        if _has_sign_ins(session):
            click.echo(_describe(house.settings))


@demo.command()
@click.argument("email", default=SIGN_INS[0].email)
def code(email: str) -> None:
    """Print a code of the second factor for EMAIL, by default the organiser's."""
    with open_house(SEED) as house:
        found = present_code(house.registration, house.settings, email)
    if found is None:
        raise CannotContinue(f"{email} is no account of the demo, or the demo is not loaded.")
    click.echo(found)


def _has_sign_ins(session: Session) -> bool:
    known = select(exists().where(Staff.email == SIGN_INS[0].email)).execution_options(**ACROSS_ORGANISATIONS)
    return bool(session.scalar(known))


def _describe(settings: Settings) -> str:
    lines = [f"  {one.email:<30}{one.what}" for one in SIGN_INS]
    return "\n".join(
        [
            f"The demo has these accounts. The password of each is {demo_password(settings)}",
            *lines,
            "Signing in asks for a code: .venv/bin/handdruk demo code [EMAIL] prints it.",
        ]
    )
