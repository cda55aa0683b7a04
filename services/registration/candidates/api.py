"""The JSON API of candidates: what the pages offer."""

import uuid
from typing import Any

from flask_smorest import Blueprint

from services.registration.candidates.erasing import erase_candidate
from services.registration.candidates.models import Candidate
from services.registration.candidates.rules import (
    Listing,
    Profile,
    Wanted,
    add_candidate,
    change_barriers,
    change_candidate,
    list_candidates,
    load_barriers,
    load_candidate,
)
from services.registration.candidates.schemas import BarriersSchema, CandidateSchema, ListingSchema, WantedSchema
from shared.identity import allow
from shared.identity.duties import INVITERS, NEED_TO_KNOW, ORGANISERS
from shared.web import database, settings

blueprint = Blueprint("candidates_api", __name__, url_prefix="/api/candidates", description="People who look for work")


@blueprint.get("")
@allow(*INVITERS)
@blueprint.arguments(WantedSchema, location="query")
@blueprint.response(200, ListingSchema)
def list_all(query: dict[str, Any]) -> Listing:
    """The candidates that fit, by readable name, fifty at a time."""
    wanted: Wanted = query["wanted"]
    return list_candidates(database(), wanted, query["page"])


@blueprint.post("")
@allow(*INVITERS)
@blueprint.arguments(CandidateSchema)
@blueprint.response(201, CandidateSchema)
def add(data: dict[str, Profile]) -> Candidate:
    """Enter somebody."""
    return add_candidate(database(), data["profile"])


@blueprint.get("/<uuid:candidate_id>")
@allow(*INVITERS)
@blueprint.response(200, CandidateSchema)
def show(candidate_id: uuid.UUID) -> Candidate:
    """One candidate, without barriers."""
    return load_candidate(database(), candidate_id)


@blueprint.put("/<uuid:candidate_id>")
@allow(*INVITERS)
@blueprint.arguments(CandidateSchema)
@blueprint.response(200, CandidateSchema)
def change(data: dict[str, Profile], candidate_id: uuid.UUID) -> Candidate:
    """Put this in the place of what was known; a field left out is emptied."""
    candidate = load_candidate(database(), candidate_id)
    change_candidate(database(), candidate, data["profile"], settings().pass_signing_key)
    return candidate


@blueprint.delete("/<uuid:candidate_id>")
@allow(*ORGANISERS)
@blueprint.response(204)
def erase(candidate_id: uuid.UUID) -> None:
    """Erase somebody, in every service; counts stay."""
    erase_candidate(database(), load_candidate(database(), candidate_id))


@blueprint.get("/<uuid:candidate_id>/barriers")
@allow(*NEED_TO_KNOW)
@blueprint.response(200, BarriersSchema)
def show_barriers(candidate_id: uuid.UUID) -> dict[str, list[str]]:
    """What stands in the way; for the desk and case workers alone."""
    return {"barriers": load_barriers(database(), load_candidate(database(), candidate_id).id)}


@blueprint.put("/<uuid:candidate_id>/barriers")
@allow(*NEED_TO_KNOW)
@blueprint.arguments(BarriersSchema)
@blueprint.response(200, BarriersSchema)
def save_barriers(data: dict[str, list[str]], candidate_id: uuid.UUID) -> dict[str, list[str]]:
    """Put these barriers in the place of those that were there."""
    candidate = load_candidate(database(), candidate_id)
    change_barriers(database(), candidate, data["barriers"])
    return {"barriers": load_barriers(database(), candidate.id)}
