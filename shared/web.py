"""The wiring of every service's web application: sessions, access, errors, languages, headers, health."""

import json
import os
import time
import uuid
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import structlog
from flask import Blueprint, Flask, Response, current_app, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, pass_context
from jinja2.runtime import Context
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import OperationalError as DatabaseAway
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.proxy_fix import ProxyFix

from shared.api_docs import install_api
from shared.database import make_engine, make_sessions
from shared.errors import Refusal
from shared.i18n import choose_language, install_languages, language_choices, switch_language
from shared.identity.access import check_access, require_declared_access
from shared.identity.duties import may
from shared.identity.link_pages import links_blueprint
from shared.identity.links import PATHS
from shared.identity.own_calendar import KINDS, own_calendar_path
from shared.identity.sessions import Identity, current_identity
from shared.limits import limiter
from shared.logs import configure_logs
from shared.metrics import METHODS, REFUSALS, REQUESTS, write_figures
from shared.outbox import jobs_asked_for
from shared.relay import Relay
from shared.settings import Settings
from shared.ui.gallery import gallery_blueprint
from shared.unreadable import refuse_unreadable
from shared.worker import Worker

log = structlog.get_logger()
BearerReader = Callable[[Session, str], Identity | None]
Figures = Callable[[sessionmaker[Session], Settings], Collector]
LARGEST_REQUEST = 1_000_000
POLICY = (
    "default-src 'self'; script-src 'self'{wasm}; style-src 'self'; img-src 'self' data: blob:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


@dataclass
class Floor:
    """What the floor keeps for a running service; `current_app.extensions["handdruk"]`."""

    settings: Settings
    sessions: sessionmaker[Session]
    relay: Relay
    worker: Worker
    read_bearer: BearerReader | None
    assets: dict[str, str]
    figures: Sequence[Collector] = ()


def make_app(
    settings: Settings,
    worker: Worker,
    *,
    pages: Sequence[Blueprint],
    api: Sequence[Blueprint] = (),
    public: Collection[str] = (),
    read_bearer: BearerReader | None = None,
    figures: Sequence[Figures] = (),
) -> Flask:
    """A service's Flask application from its rooms' blueprints.

    `pages` answer with HTML, `api` (flask-smorest blueprints, registered below `/api`) with JSON. `public` names
    the endpoints that anybody may use; every other view must carry `@allow`. `figures` are what this service alone
    counts for its operator. Raises AccessUndeclared.
    """
    configure_logs(settings)
    app = Flask(settings.service, static_folder=str(settings.static_folder), static_url_path="/static")
    app.jinja_loader = _template_loader(settings.service)
    _configure(app, settings)
    sessions = make_sessions(make_engine(settings.database_url), settings.secret_keys)
    relay = Relay(sessions, worker.celery, settings.service)
    counted = [one(sessions, settings) for one in figures]
    app.extensions["handdruk"] = Floor(
        settings, sessions, relay, worker, read_bearer, _read_manifest(settings), counted
    )
    install_languages(app)
    limiter.init_app(app)
    _install_request_cycle(app, CSRFProtect(app))
    _install_template_values(app)
    app.register_blueprint(_floor_blueprint())
    app.register_blueprint(gallery_blueprint())
    if settings.service in PATHS:
        app.register_blueprint(links_blueprint())
    smorest = install_api(app, settings.service, api)
    # After the API, which brings error answers of its own for everything, pages included.
    _install_errors(app)
    for blueprint in api:
        smorest.register_blueprint(blueprint)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    require_declared_access(app, {*public, *_documentation(app)})
    app.extensions["public_endpoints"] = frozenset({*public, *_documentation(app)})
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, *(settings.trusted_proxies,) * 3, x_port=0, x_prefix=settings.trusted_proxies
    )
    return app


def database() -> Session:
    """The session of the present request. The floor commits it when the answer is below 400."""
    session: Session = g.database
    return session


def settings() -> Settings:
    """The settings of the running service."""
    return floor().settings


def floor() -> Floor:
    """What the floor keeps for the running service."""
    found: Floor = current_app.extensions["handdruk"]
    return found


def asset(name: str) -> str:
    """The address of a built file by its plain name: 'app.css' → '/static/app.3f2a.css'."""
    return "/static/" + floor().assets.get(name, name)


def _template_loader(service: str) -> ChoiceLoader:
    root = Path(__file__).parent.parent
    rooms = sorted(root.glob(f"services/{service}/*/templates"))
    return ChoiceLoader([FileSystemLoader(folder) for folder in [*rooms, root / "shared" / "ui" / "templates"]])


def _configure(app: Flask, settings: Settings) -> None:
    app.config.update(
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        # One cookie for the three services: it lives on the site's root, whatever a service's own prefix is.
        SESSION_COOKIE_NAME="handdruk",
        SESSION_COOKIE_PATH="/",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=400 * 24 * 3600,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,
        # It wants a Referer, which our own Referrer-Policy keeps browsers from sending; the token stays required.
        WTF_CSRF_SSL_STRICT=False,
        RATELIMIT_STORAGE_URI=settings.redis_url,
        RATELIMIT_STORAGE_OPTIONS={"socket_connect_timeout": 0.2, "socket_timeout": 0.2},
        RATELIMIT_IN_MEMORY_FALLBACK_ENABLED=True,
        RATELIMIT_HEADERS_ENABLED=False,
        RATELIMIT_KEY_PREFIX=settings.service,
        TEMPLATES_AUTO_RELOAD=False,
    )


def _documentation(app: Flask) -> set[str]:
    return {endpoint for endpoint in app.view_functions if endpoint.startswith("api-docs.")}


def _read_manifest(settings: Settings) -> dict[str, str]:
    file = settings.static_folder / "manifest.json"
    found: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    return found


# ── the request cycle ─────────────────────────────────────────────────────────────────────────────────────────


def _install_request_cycle(app: Flask, csrf: CSRFProtect) -> None:
    @app.before_request
    def begin() -> ResponseReturnValue | None:
        g.started = time.perf_counter()
        g.request_id = _clean_request_id(request.headers.get("X-Request-Id", ""))
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)
        if request.endpoint in {"static", "floor.healthz"}:
            return None
        g.database = floor().sessions()
        refuse_unreadable()
        answer = switch_language() or check_access()
        if answer is None:
            _protect(csrf)
        return answer

    @app.after_request
    def finish(response: Response) -> Response:
        session: Session | None = g.get("database")
        if session is not None:
            _commit_or_roll_back(session, response)
        return _add_headers(response)

    @app.teardown_request
    def close(_: BaseException | None) -> None:
        session: Session | None = g.pop("database", None)
        if session is not None:
            session.close()


def _commit_or_roll_back(session: Session, response: Response) -> None:
    if response.status_code >= 400:
        session.rollback()
        return
    session.commit()
    if session.info.pop("recorded", False):
        floor().relay.wake()
    for job_name, arguments in jobs_asked_for(session):
        floor().worker.ask(job_name, **arguments)


def _clean_request_id(given: str) -> str:
    plain = given.replace("-", "")
    return given if plain.isalnum() and plain.isascii() and 8 <= len(plain) <= 64 else uuid.uuid4().hex


def _protect(csrf: CSRFProtect) -> None:
    """Forms and scripts of ours carry a token; a device signs each request itself and has no cookie to abuse.

    A view that takes no notice of cookies says so with `@app.extensions["csrf"].exempt` (accounts/api.py).
    """
    identity = current_identity()
    if request.method in {"GET", "HEAD", "OPTIONS"} or (identity is not None and identity.kind == "device"):
        return
    csrf.protect(apply_exemptions=True)


def _add_headers(response: Response) -> Response:
    wasm = " 'wasm-unsafe-eval'" if g.get("needs_wasm") else ""
    response.headers.setdefault("Content-Security-Policy", POLICY.format(wasm=wasm))
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=()")
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    response.headers["X-Request-Id"] = g.get("request_id", "")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    if settings().secure_cookies:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    _count(response)
    return response


def _count(response: Response) -> None:
    seconds = time.perf_counter() - g.get("started", time.perf_counter())
    route = request.url_rule.rule if request.url_rule else "none"
    method = request.method if request.method in METHODS else "other"
    REQUESTS.labels(settings().service, route, method, response.status_code).observe(seconds)
    if request.endpoint not in {"static", "floor.healthz", "floor.readyz", "floor.metrics"}:
        # The route and never the path: paths hold tokens.
        log.info("request", route=route, method=method, status=response.status_code, ms=round(seconds * 1000, 1))


# ── errors ────────────────────────────────────────────────────────────────────────────────────────────────────


def _install_errors(app: Flask) -> None:
    app.register_error_handler(Refusal, _answer_refusal)
    app.register_error_handler(CSRFError, _answer_csrf)
    app.register_error_handler(HTTPException, _answer_http)
    app.register_error_handler(DatabaseAway, _answer_away)
    app.register_error_handler(Exception, _answer_fault)


def _answer_refusal(refusal: Refusal) -> ResponseReturnValue:
    REFUSALS.labels(settings().service, refusal.code).inc()
    return error_answer(refusal.status, refusal.code, refusal.message)


def _answer_csrf(_: CSRFError) -> ResponseReturnValue:
    return error_answer(400, "page_too_old", gettext("This page was open for too long. Go back and try again."))


def _answer_http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    sentences = {
        403: gettext("You do not have access to this page."),
        404: gettext("We cannot find this page."),
        413: gettext("This is too much at once. Make the text or the file smaller."),
        422: gettext("Some of what was filled in does not hold."),
        429: gettext("That was too often in a short time. Wait a minute and try again."),
    }
    answer = error_answer(
        status,
        error.name.lower().replace(" ", "_"),
        sentences.get(status, gettext("We cannot handle this request.")),
        errors=getattr(error, "data", {}).get("messages"),
    )
    kept = {"Allow", "Retry-After"}
    answer.headers.extend([(name, value) for name, value in error.get_headers() if name in kept])
    return answer


def _answer_away(_: DatabaseAway) -> ResponseReturnValue:
    log.exception("database_away")
    answer = error_answer(503, "try_again", gettext("We are busy for a moment. Try again in a minute."))
    answer.headers["Retry-After"] = "5"
    return answer


def _answer_fault(_: Exception) -> ResponseReturnValue:
    log.exception("fault")
    return error_answer(500, "fault", gettext("Something went wrong on our side. Try again in a minute."))


def error_answer(status: int, code: str, message: str, errors: Any = None) -> Response:
    """An error as JSON below `/api` and for devices, as a page for people."""
    if request.path.startswith("/api"):
        body = {"code": code, "message": message, "request_id": g.get("request_id", "")}
        answer = jsonify({**body, "errors": errors} if errors else body)
    else:
        reader = current_identity() or g.get("refused")
        page = render_template("ui/error.html", status=status, message=message, identity=reader)
        answer = Response(page, mimetype="text/html")
    answer.status_code = status
    return answer


# ── what every page and every operator can ask ────────────────────────────────────────────────────────────────


def _install_template_values(app: Flask) -> None:
    @app.context_processor
    def values() -> dict[str, Any]:
        return {
            "asset": asset,
            "identity": current_identity(),
            "language": choose_language(),
            "languages": language_choices(),
            "request_id": g.get("request_id", ""),
            "service": settings().service,
        }

    app.add_template_filter(lambda value: quote(str(value), safe=""), "in_address")
    # Macros that are imported see globals only, no context values.
    app.add_template_global(asset, "asset")
    app.add_template_global(_may, "may")
    app.add_template_global(own_calendar, "own_calendar")


@pass_context
def _may(context: Context, duty: str) -> bool:
    """Whether the reader of a page has a role for this duty, such as 'organise' (shared/identity/duties.py)."""
    return may(context.get("identity"), duty)


def own_calendar() -> str:
    """Where the reader of a page finds their calendar address; empty for who has none, such as staff."""
    identity = current_identity()
    if identity is None or identity.kind not in KINDS:
        return ""
    return own_calendar_path(settings().secret_keys, identity)


def _floor_blueprint() -> Blueprint:
    blueprint = Blueprint("floor", __name__)

    @blueprint.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}

    @blueprint.get("/readyz")
    def readyz() -> ResponseReturnValue:
        database().execute(text("SELECT 1 FROM outbox LIMIT 1"))
        return {"status": "ok"}

    @blueprint.get("/api/docs")
    def api_docs() -> ResponseReturnValue:
        return render_template("ui/api.html", url=url_for("api-docs.openapi_json"))

    @blueprint.get("/metrics")
    def metrics() -> ResponseReturnValue:
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        figures = write_figures(floor().sessions, settings().service, folder, floor().figures)
        return Response(figures, mimetype="text/plain")

    return blueprint
