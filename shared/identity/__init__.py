"""Who is asking: one signed session for three services, personal links, and the one place where roles are checked."""

from shared.identity.access import allow, check_access, require_declared_access
from shared.identity.links import (
    LinkFor,
    LinkInvalid,
    PersonalLink,
    extend_links,
    forget_links,
    issue_link,
    link_address,
    open_link,
    revoke_links,
)
from shared.identity.sessions import (
    EndedSession,
    Identity,
    Role,
    current_identity,
    end_session,
    end_sessions_of_link,
    require_identity,
    start_session,
)

__all__ = [
    "EndedSession",
    "Identity",
    "LinkFor",
    "LinkInvalid",
    "PersonalLink",
    "Role",
    "allow",
    "check_access",
    "current_identity",
    "end_session",
    "end_sessions_of_link",
    "extend_links",
    "forget_links",
    "issue_link",
    "link_address",
    "open_link",
    "require_declared_access",
    "require_identity",
    "revoke_links",
    "start_session",
]
