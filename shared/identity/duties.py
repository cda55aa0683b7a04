"""What the roles of staff are for, in one place: routes allow these, and pages offer only what they allow.

An administrator looks after accounts and sees nobody's data by that; who also organises has both roles.
"""

from shared.identity.sessions import STAFF_ROLES, Identity, Role

ORGANISERS = (Role.ORGANISER,)
"""Events from the first plan to the last report, with everybody who has a part in them."""
NEED_TO_KNOW = (Role.DESK, Role.CASE_WORKER)
"""What stands between a candidate and work."""
INVITERS = (*ORGANISERS, *NEED_TO_KNOW)
"""Candidates and their invitations."""
DOOR_KEEPERS = (*ORGANISERS, Role.DOOR)
"""The phones at the door, and who comes in."""
ADMINISTRATORS = (Role.ADMIN,)
"""Accounts of colleagues."""
EVENT_STAFF = tuple(sorted(STAFF_ROLES - {*ADMINISTRATORS}))
"""Which events there are."""
DUTIES = {
    "organise": ORGANISERS,
    "invite": INVITERS,
    "keep_door": DOOR_KEEPERS,
    "administer": ADMINISTRATORS,
    "see_events": EVENT_STAFF,
}


def may(identity: Identity | None, duty: str) -> bool:
    """Whether somebody has a role for this duty of DUTIES. Raises KeyError for another word."""
    return identity is not None and not identity.roles.isdisjoint(DUTIES[duty])
