"""The JSON API of the overview."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.registration.overview.rules import load_overview
from services.registration.overview.schemas import OverviewAnswer, overview_values
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint("api_overview", __name__, url_prefix="/api/events", description="How an event stands")


@blueprint.get("/<uuid:event_id>/overview")
@blueprint.response(200, OverviewAnswer)
@allow(*ORGANISERS)
def show_overview(event_id: uuid.UUID) -> dict[str, Any]:
    """The figures of an event: stands, invitations, answers by day, the published plan, phones at the door."""
    return overview_values(load_overview(database(), event_id))
