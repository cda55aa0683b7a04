"""The one place where roles are checked. Every route is public by name, or says with `allow` who may use it."""

from collections.abc import Callable, Collection
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue

from shared.database import act_for
from shared.errors import NotAllowed
from shared.identity.link_pages import explain_dead_link
from shared.identity.links import LinkEnded, PersonalLink
from shared.identity.sessions import STAFF_ROLES, Identity, Role, SignedIn, read_signed_in

View = TypeVar("View", bound=Callable[..., Any])
FLOOR_PUBLIC = frozenset(
    {
        "static",
        "floor.healthz",
        "floor.readyz",
        "floor.metrics",
        "floor.api_docs",
        "look.gallery",
        "links.open_personal_link",
    }
)
"""Routes of the floor that anybody may use."""


GONE = "X-Gone"
"""The page that a revoked link led to: a copy of it that a phone kept goes, other people's on the phone stay."""


class AccessUndeclared(RuntimeError):
    """A route says neither that it is public nor who may use it: the service does not start."""


def allow(*roles: Role) -> Callable[[View], View]:
    """Only somebody with one of these roles may use the view. Put it under the route decorator."""

    def mark(view: View) -> View:
        view.allowed_roles = frozenset(str(role) for role in roles)  # type: ignore[attr-defined]
        return view

    return mark


def allowed_roles(app: Flask, endpoint: str) -> frozenset[str] | None:
    """The roles a route asks for; None when it declares none."""
    view = app.view_functions[endpoint]
    found = getattr(view, "allowed_roles", None) or getattr(getattr(view, "view_class", None), "allowed_roles", None)
    return found if isinstance(found, frozenset) else None


def require_declared_access(app: Flask, public: Collection[str]) -> None:
    """Raise AccessUndeclared for a route with neither or both; called when the app is made."""
    for endpoint in app.view_functions:
        is_public = endpoint in public or endpoint in FLOOR_PUBLIC
        if is_public == (allowed_roles(app, endpoint) is not None):
            raise AccessUndeclared(endpoint)


def check_access() -> ResponseReturnValue | None:
    """Before each request: find out who asks and whether the route is theirs."""
    if request.endpoint is None:
        return None
    wanted = allowed_roles(current_app, request.endpoint)
    identities, cut_off = _signed_in()
    g.identity = _fitting(identities, wanted)
    if g.identity is not None:
        act_for(g.database, g.identity.organisation_id)
        return None
    if wanted is None:
        return None
    dead = _fitting(cut_off, wanted)
    if dead is not None:
        return _refuse_dead_link(dead)
    if identities or request.path.startswith("/api") or "Authorization" in request.headers:
        # The page that says no leads somebody who is known to their own pages.
        g.refused = _fitting(identities, None)
        raise NotAllowed
    if wanted & STAFF_ROLES and request.method == "GET":
        return redirect("/sign-in?next=" + _own_address())
    raise NotAllowed


def _refuse_dead_link(identity: Identity) -> ResponseReturnValue:
    """The link was revoked since it let this browser in. Programs get it as JSON, like every refusal."""
    if request.path.startswith("/api"):
        raise LinkEnded
    link = g.database.get(PersonalLink, identity.link_id)
    return explain_dead_link(), LinkEnded.status, {GONE: link.path} if link else {}


def _own_address() -> str:
    return quote(request.script_root + request.full_path.rstrip("?"), safe="")


def _signed_in() -> SignedIn:
    bearer = current_app.extensions["handdruk"].read_bearer
    authorization = request.headers.get("Authorization", "")
    if authorization.startswith("Device ") and bearer is not None:
        device: Identity | None = bearer(g.database, authorization.removeprefix("Device "))
        return SignedIn({"device": device} if device else {}, {})
    return read_signed_in(g.database)


def _fitting(identities: dict[str, Identity], wanted: frozenset[str] | None) -> Identity | None:
    """The identity that may use the route; on a public route staff first, since their frame shows more."""
    for identity in sorted(identities.values(), key=lambda one: one.kind != "staff"):
        if wanted is None or identity.roles & wanted:
            return identity
    return None
