"""The inbox page, and the same as JSON for tests."""

from dataclasses import asdict
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, redirect, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from deploy.servers.mailcatcher.store import CaughtMail, MailStore
from services.notifications.channels.sms.segments import count_segments

HERE = ZoneInfo("Europe/Amsterdam")
"""The clock of the demo's events: what the mails say and when they came are on one clock."""
OWN_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
"""A page elsewhere may point its own name at this machine; it gets nothing (DNS rebinding)."""
POLICY = "default-src 'none'; style-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'"
MAIL_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src 'self'; "
    "style-src 'unsafe-inline'; frame-ancestors 'self'"
)
"""A mail is a stranger's HTML: no script, no form, nothing fetched from elsewhere."""
SHOWN_INLINE = {"image/png", "image/jpeg", "image/gif", "text/calendar", "text/plain"}


def make_inbox(store: MailStore) -> Flask:
    """The web application of the mail catcher."""
    app = Flask(__name__, template_folder=str(Path(__file__).parent / "templates"), static_folder=None)
    app.config["TRUSTED_HOSTS"] = OWN_HOSTS
    app.jinja_env.filters["moment"] = _write_moment
    app.after_request(_protect)
    _install_pages(app, store)
    _install_json(app, store)
    _install_sms(app, store)
    return app


def _write_moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, HERE).strftime("%d-%m %H:%M:%S")


def _protect(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _install_pages(app: Flask, store: MailStore) -> None:
    @app.get("/")
    def inbox() -> ResponseReturnValue:
        recipient = request.args.get("to", "").strip()
        return render_template("inbox.html", mails=store.search(recipient), recipient=recipient)

    @app.get("/mail/<name>")
    def show(name: str) -> ResponseReturnValue:
        mail = _find(store, name)
        return render_template("mail.html", mail=mail, text=mail.body("plain"), html=mail.body("html"))

    @app.get("/mail/<name>/html")
    def html(name: str) -> ResponseReturnValue:
        mail = _find(store, name)
        answer = Response(_with_pictures(mail), mimetype="text/html")
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @app.get("/mail/<name>/part/<int:number>")
    def part(name: str, number: int) -> ResponseReturnValue:
        mail = _find(store, name)
        parts = mail.parts()
        if number >= len(parts):
            abort(404)
        kind = parts[number].content_type
        shown = kind in SHOWN_INLINE
        answer = Response(mail.content(number), mimetype=kind if shown else "application/octet-stream")
        disposition = "inline" if shown else "attachment"
        answer.headers.set("Content-Disposition", disposition, filename=_plain(parts[number].file_name))
        answer.headers["Content-Security-Policy"] = MAIL_POLICY
        return answer

    @app.get("/mail/<name>/raw")
    def raw(name: str) -> ResponseReturnValue:
        _find(store, name)
        return Response(store.raw(name), mimetype="text/plain")

    @app.get("/inbox.css")
    def style() -> ResponseReturnValue:
        return send_from_directory(Path(__file__).parent / "templates", "inbox.css")

    @app.post("/empty")
    def empty() -> ResponseReturnValue:
        # No cookie gives anybody rights here, but a page elsewhere could still send this form.
        if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
            abort(403)
        store.empty()
        return redirect(url_for("inbox"), 303)


def _install_json(app: Flask, store: MailStore) -> None:
    @app.get("/api/mails")
    def mails() -> ResponseReturnValue:
        return [_describe(mail) for mail in store.search(request.args.get("to", "").strip(), limit=10_000)]

    @app.get("/api/mails/<name>")
    def mail(name: str) -> ResponseReturnValue:
        return _describe(_find(store, name))

    @app.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return {"status": "ok"}


def _install_sms(app: Flask, store: MailStore) -> None:
    """The interface of the SMS provider that we speak (services/notifications/channels/sms/twilio.py)."""

    @app.before_request
    def ask_for_account() -> None:
        # A page elsewhere can send a form here, and cannot sign in to do so.
        if request.path.startswith("/2010-04-01/") and request.authorization is None:
            abort(401)

    @app.post("/2010-04-01/Accounts/<account>/Messages.json")
    def take_sms(**_: str) -> ResponseReturnValue:
        sms = EmailMessage()
        text, mobile = request.form.get("Body", ""), request.form.get("To", "")
        sms["Subject"] = "SMS: " + " ".join(text.split())[:60]
        sms.set_content(text)
        name = store.add(request.form.get("From", ""), [mobile], sms.as_bytes())
        return {"sid": f"SM{name}", "status": "queued", "num_segments": str(count_segments(text))}, 201

    @app.get("/2010-04-01/Accounts/<account>/Messages.json")
    def list_sms(**_: str) -> ResponseReturnValue:
        caught = store.search(request.args.get("To", "").strip(), limit=50)
        return {
            "messages": [
                {
                    "sid": f"SM{mail.id}",
                    "body": (mail.body("plain") or "").removesuffix("\n"),
                    "status": "sent",
                    "date_created": format_datetime(datetime.fromtimestamp(mail.received, UTC)),
                }
                for mail in caught
            ]
        }


def _describe(mail: CaughtMail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "received": mail.received,
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "headers": [[name, str(value)] for name, value in mail.message.items()],
        "text": mail.body("plain"),
        "html": mail.body("html"),
        "parts": [asdict(part) for part in mail.parts()],
    }


def _with_pictures(mail: CaughtMail) -> str:
    """The HTML body: its links open a tab, its own pictures (cid:, RFC 2392) point at their parts."""
    body = '<base target="_blank">' + (mail.body("html") or "")
    for part in mail.parts():
        if part.content_id:
            body = body.replace(f"cid:{part.content_id}", url_for("part", name=mail.id, number=part.number))
    return body


def _plain(name: str) -> str:
    return "".join(letter for letter in name if letter.isalnum() or letter in "._- ") or "part"


def _find(store: MailStore, name: str) -> CaughtMail:
    mail = store.read(name)
    if mail is None:
        abort(404)
    return mail
