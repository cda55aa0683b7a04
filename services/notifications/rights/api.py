"""The JSON API of the page below every message; the token in the address is all it takes, as on the page."""

from typing import Any

from flask import Flask
from flask_smorest import Blueprint

from services.notifications.channels.registry import make_channels
from services.notifications.people.links import read_about_token
from services.notifications.people.rules import Wanted
from services.notifications.rights.causes import cause_of
from services.notifications.rights.rules import account_for, choose_wishes, close_address, open_address, open_message
from services.notifications.rights.schemas import AccountSchema, WishesSchema
from shared.limits import limiter
from shared.web import database, settings

blueprint = Blueprint(
    "about_api", __name__, url_prefix="/api/about", description="What the reader of a message may ask"
)


@blueprint.get("/<token>")
@blueprint.response(200, AccountSchema)
@limiter.limit("120 per minute")
def show(token: str) -> dict[str, Any]:
    """Why somebody got a message, what is kept of them, and what they chose."""
    return _account(token)


@blueprint.put("/<token>")
@blueprint.arguments(WishesSchema)
@blueprint.response(200, AccountSchema)
@limiter.limit("30 per minute")
def save(wanted: Wanted, token: str) -> dict[str, Any]:
    """Choose what to receive."""
    choose_wishes(
        database(), open_message(database(), read_about_token(settings(), token)), wanted, make_channels(settings())
    )
    return _account(token)


@blueprint.delete("/<token>/address")
@blueprint.response(204)
@limiter.limit("10 per minute")
def stop_everything(token: str) -> None:
    """Nothing goes to this address any more: the message was not meant for whoever reads it."""
    close_address(database(), open_message(database(), read_about_token(settings(), token)))


@blueprint.put("/<token>/address")
@blueprint.response(200, AccountSchema)
@limiter.limit("10 per minute")
def write_again(token: str) -> dict[str, Any]:
    """Take that back."""
    open_address(database(), open_message(database(), read_about_token(settings(), token)))
    return _account(token)


def _account(token: str) -> dict[str, Any]:
    message = open_message(database(), read_about_token(settings(), token))
    account = account_for(database(), message, make_channels(settings()))
    shown = {name: getattr(account, name) for name in account.__dataclass_fields__}
    return {**shown, "causes": [cause_of(name, account.event_name) for name in account.templates]}


@blueprint.record_once
def _let_programs_in(state: Any) -> None:
    """No cookie is looked at: the token in the address is all there is, so no other site can abuse one."""
    app: Flask = state.app
    for view in (save, stop_everything, write_again):
        app.extensions["csrf"].exempt(f"{view.__module__}.{view.__name__}")
