"""Pages for organisers: searching messages over all events, and everything that was sent to one person."""

import uuid

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from services.notifications.messages.pages import search_values
from services.notifications.messages.schemas import PersonSchema, SearchSchema
from services.notifications.messages.search import (
    Search,
    find_messages,
    find_person,
    is_known_person,
    load_events,
    newest_to,
)
from services.notifications.people.rules import find_suppression, load_preference
from shared.forms import read_form
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("lookup", __name__)


@blueprint.get("/messages")
@allow(*ORGANISERS)
def everywhere() -> ResponseReturnValue:
    """Search over the messages of all events."""
    form = read_form(SearchSchema(), request.args)
    found = find_messages(database(), Search(**form.data))
    values = search_values(form, "lookup.everywhere")
    events = load_events(database(), found.messages)
    return render_template("messages/everywhere.html", found=found, events=events, **values), 200 if form else 422


@blueprint.get("/messages/to")
@allow(*ORGANISERS)
def to_person() -> ResponseReturnValue:
    """Where other services lead to, who do not know whether somebody was ever written to: their messages, or none."""
    person_id = read_form(PersonSchema(), request.args).data.get("person")
    if person_id is None or not is_known_person(database(), person_id):
        return render_template("messages/nobody.html")
    return redirect(url_for("lookup.of_person", person_id=person_id), 303)


@blueprint.get("/people/<uuid:person_id>/messages")
@allow(*ORGANISERS)
def of_person(person_id: uuid.UUID) -> ResponseReturnValue:
    """Everything that was sent to one person, and what the person wants to receive."""
    form = read_form(SearchSchema(), request.args)
    found = find_person(database(), person_id, Search(**form.data))
    newest = newest_to(database(), person_id)
    page = render_template(
        "messages/person.html",
        person_id=person_id,
        newest=newest,
        name=newest.person_name,
        preference=load_preference(database(), person_id),
        closed=find_suppression(database(), "email", newest.address),
        found=found,
        events=load_events(database(), found.messages),
        **search_values(form, "lookup.of_person", person_id=person_id),
    )
    return page, 200 if form else 422
