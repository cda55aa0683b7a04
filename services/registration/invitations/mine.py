"""The candidate of the present request, and the invitation that is theirs to see."""

import uuid

from services.registration.invitations.models import Invitation
from services.registration.invitations.rules import load_own_invitation
from shared.errors import NotFound
from shared.identity import current_identity
from shared.web import database


def load_mine(invitation_id: uuid.UUID) -> Invitation:
    """The invitation if it is the present candidate's. Raises InvitationUnknown."""
    identity = current_identity()
    if identity is None:
        raise NotFound
    return load_own_invitation(database(), invitation_id, identity.subject_id, identity.event_id)
