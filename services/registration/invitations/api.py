"""The JSON API of invitations: what the pages offer, for staff and for the candidate."""

import uuid
from collections.abc import Sequence
from typing import Any

from flask_smorest import Blueprint

from services.registration.events.models import Event
from services.registration.events.rules import load_event
from services.registration.invitations.choosing import Effect, estimate_effect, list_chosen
from services.registration.invitations.counts import InvitationCounts, invitation_counts
from services.registration.invitations.mine import load_mine
from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import (
    answer_invitation,
    choose_stay,
    invite_candidates,
    list_invitations,
    load_invitation,
    reissue_pass,
    send_again,
    wish_employers,
)
from services.registration.invitations.schemas import (
    AnswerSchema,
    ChoiceSchema,
    CountsSchema,
    EffectSchema,
    InvitationSchema,
    OwnAnswerSchema,
    OwnInvitationSchema,
    StaySchema,
    WishesSchema,
)
from shared.identity import Role, allow
from shared.identity.duties import INVITERS
from shared.web import database, settings

blueprint = Blueprint("invitations_api", __name__, url_prefix="/api", description="Candidates at an event")
OF_EVENT = "/events/<uuid:event_id>/invitations"
ONE = OF_EVENT + "/<uuid:invitation_id>"
MINE = "/my/invitations/<uuid:invitation_id>"


@blueprint.get(OF_EVENT)
@allow(*INVITERS)
@blueprint.response(200, InvitationSchema(many=True))
def list_all(event_id: uuid.UUID) -> Sequence[Invitation]:
    """All invitations to the event, by number."""
    return list_invitations(database(), _event(event_id).id)


@blueprint.post(OF_EVENT)
@allow(*INVITERS)
@blueprint.arguments(ChoiceSchema)
@blueprint.response(201, InvitationSchema(many=True))
def invite(data: dict[str, Any], event_id: uuid.UUID) -> list[Invitation]:
    """Invite candidates; answers with the new invitations, without those who were invited before."""
    return invite_candidates(database(), _event(event_id), data["candidate_ids"], settings().pass_signing_key)


@blueprint.post(OF_EVENT + "/effect")
@allow(*INVITERS)
@blueprint.arguments(ChoiceSchema)
@blueprint.response(200, EffectSchema)
def effect(data: dict[str, Any], event_id: uuid.UUID) -> Effect:
    """What inviting these candidates would do; nothing is sent."""
    event = _event(event_id)
    return estimate_effect(database(), event, list_chosen(database(), event, data["candidate_ids"]))


@blueprint.get(OF_EVENT + "/counts")
@allow(*INVITERS)
@blueprint.response(200, CountsSchema)
def counts(event_id: uuid.UUID) -> InvitationCounts:
    """The figures of the event's invitations."""
    return invitation_counts(database(), _event(event_id).id)


@blueprint.get(ONE)
@allow(*INVITERS)
@blueprint.response(200, InvitationSchema)
def show(event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """One invitation."""
    return _load(event_id, invitation_id)


@blueprint.post(ONE + "/answer")
@allow(*INVITERS)
@blueprint.arguments(AnswerSchema)
@blueprint.response(200, InvitationSchema)
def answer(data: dict[str, str], event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """Write down what somebody answered by telephone or at the desk."""
    invitation = _load(event_id, invitation_id)
    answer_invitation(database(), invitation, data["answer"], settings().pass_signing_key)
    return invitation


@blueprint.post(ONE + "/pass")
@allow(*INVITERS)
@blueprint.response(200, InvitationSchema)
def replace_pass(event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """Make a new pass; the old one is void."""
    invitation = _load(event_id, invitation_id)
    reissue_pass(database(), invitation, settings().pass_signing_key)
    return invitation


@blueprint.post(ONE + "/send")
@allow(*INVITERS)
@blueprint.response(200, InvitationSchema)
def send(event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    """Send the invitation again."""
    invitation = _load(event_id, invitation_id)
    send_again(database(), invitation, settings().pass_signing_key)
    return invitation


@blueprint.get(MINE)
@allow(Role.CANDIDATE)
@blueprint.response(200, OwnInvitationSchema)
def show_mine(invitation_id: uuid.UUID) -> Invitation:
    """The candidate's own invitation."""
    return load_mine(invitation_id)


@blueprint.post(MINE + "/answer")
@allow(Role.CANDIDATE)
@blueprint.arguments(OwnAnswerSchema)
@blueprint.response(200, OwnInvitationSchema)
def answer_mine(data: dict[str, str], invitation_id: uuid.UUID) -> Invitation:
    """Yes or no, until the event begins."""
    invitation = load_mine(invitation_id)
    answer_invitation(database(), invitation, data["answer"], settings().pass_signing_key, "candidate")
    return invitation


@blueprint.put(MINE + "/wishes")
@allow(Role.CANDIDATE)
@blueprint.arguments(WishesSchema)
@blueprint.response(200, OwnInvitationSchema)
def wish(data: dict[str, Any], invitation_id: uuid.UUID) -> Invitation:
    """The employers that the candidate wants to meet."""
    invitation = load_mine(invitation_id)
    wish_employers(database(), invitation, data["wished_employers"])
    return invitation


@blueprint.put(MINE + "/stay")
@allow(Role.CANDIDATE)
@blueprint.arguments(StaySchema)
@blueprint.response(200, OwnInvitationSchema)
def stay(data: dict[str, Any], invitation_id: uuid.UUID) -> Invitation:
    """The rounds in which the candidate can be there."""
    invitation = load_mine(invitation_id)
    choose_stay(database(), invitation, **data)
    return invitation


def _event(event_id: uuid.UUID) -> Event:
    return load_event(database(), event_id)


def _load(event_id: uuid.UUID, invitation_id: uuid.UUID) -> Invitation:
    return load_invitation(database(), _event(event_id).id, invitation_id)
