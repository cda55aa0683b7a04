"""The JSON API of addresses that nothing is sent to: what the pages offer."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.notifications.people.listing import Listed, list_suppressions
from services.notifications.people.models import Suppression
from services.notifications.people.rules import close_by_hand, lift, load_suppression
from services.notifications.people.schemas import (
    ClosingSchema,
    LiftingSchema,
    ListedSchema,
    SuppressionListSchema,
    SuppressionSchema,
)
from shared.identity import allow, require_identity
from shared.identity.duties import ORGANISERS
from shared.web import database

blueprint = Blueprint(
    "suppressions_api", __name__, url_prefix="/api/suppressions", description="Addresses that nothing is sent to"
)


@blueprint.get("")
@blueprint.arguments(ListedSchema, location="query")
@blueprint.response(200, SuppressionListSchema)
@allow(*ORGANISERS)
def list_all(wanted: dict[str, Any]) -> Listed:
    """Closed addresses, newest first, 25 a page."""
    return list_suppressions(database(), wanted["words"], wanted["page"])


@blueprint.post("")
@blueprint.arguments(ClosingSchema)
@blueprint.response(201, SuppressionSchema)
@allow(*ORGANISERS)
def close_one(wanted: dict[str, Any]) -> Suppression:
    """Send nothing to an address any more."""
    return close_by_hand(database(), **wanted, by=require_identity().display_name)


@blueprint.get("/<uuid:suppression_id>")
@blueprint.response(200, SuppressionSchema)
@allow(*ORGANISERS)
def show(suppression_id: uuid.UUID) -> Suppression:
    """One closed address."""
    return load_suppression(database(), suppression_id)


@blueprint.post("/<uuid:suppression_id>/lift")
@blueprint.arguments(LiftingSchema)
@blueprint.response(200, SuppressionSchema)
@allow(*ORGANISERS)
def lift_one(wanted: dict[str, Any], suppression_id: uuid.UUID) -> Suppression:
    """Send to it again; what the person asked for, only the person can take back."""
    suppression = load_suppression(database(), suppression_id)
    lift(database(), suppression, wanted["because"], by=require_identity().display_name)
    return suppression
