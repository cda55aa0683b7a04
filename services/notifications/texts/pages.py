"""Pages for organisers: every message text with sample data, and wording it themselves."""

import uuid
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_limiter import RateLimitExceeded

from services.notifications.channels.sms.segments import count_segments, plain_text
from services.notifications.messages.models import Message
from services.notifications.messages.reasons import REASONS
from services.notifications.messages.seen import MAIL_POLICY
from services.notifications.messages.trials import load_trial
from services.notifications.texts import rules
from services.notifications.texts.check import check_text, tidy
from services.notifications.texts.errors import TooManyTests
from services.notifications.texts.schemas import SaveSchema, SourceSchema, TrialSchema, VersionSchema
from services.notifications.texts.senders import current_sender, current_writer, limit_trials
from services.notifications.texts.trial import Draft, ask_trial, write_calendar_sample, write_sample
from services.notifications.texts.values import describe_values
from services.notifications.wording.diff import compare
from services.notifications.wording.errors import TextChangedMeanwhile
from services.notifications.wording.render import SCHEMES, show_in, write_text
from shared.errors import Refusal
from shared.forms import Form, read_form
from shared.i18n import LANGUAGES
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database, settings

blueprint = Blueprint("texts", __name__)
ONE = "/templates/<name>/<language>"


@blueprint.get("/templates")
@allow(*ORGANISERS)
def all_texts() -> ResponseReturnValue:
    """Every message text that there is, and which are the organisation's own."""
    return render_template("texts/list.html", texts=rules.list_texts(database()), all_languages=LANGUAGES)


@blueprint.get(ONE)
@allow(*ORGANISERS)
def show(name: str, language: str) -> ResponseReturnValue:
    """One message text with sample data: as mail, as text and as SMS."""
    text = rules.load_text(database(), name, language)
    entry = write_calendar_sample(name, language, current_sender(database()))
    said = {"entry": entry, "entry_text": write_text(entry, columns=None) if entry else ""}
    return render_template("texts/show.html", **_about(text), **_tried(text, text.source), **said)


@blueprint.get(f"{ONE}/mail")
@allow(*ORGANISERS)
def mail(name: str, language: str) -> ResponseReturnValue:
    """The HTML of a message text, to be shown in a frame of its own; `?scheme=dark` as at night."""
    text = rules.load_text(database(), name, language)
    return _mail_answer(text, text.source)


@blueprint.post(f"{ONE}/mail")
@allow(*ORGANISERS)
def mail_of_draft(name: str, language: str) -> ResponseReturnValue:
    """The same of what was typed, without saving it."""
    text, form = rules.load_text(database(), name, language), read_form(SourceSchema(), request.form)
    return _mail_answer(text, tidy(form.data["source"])) if form else _framed(form.errors["source"], "text/plain", 422)


@blueprint.get(f"{ONE}/own")
@allow(*ORGANISERS)
def edit(name: str, language: str) -> ResponseReturnValue:
    """Word the message oneself."""
    text = rules.load_text(database(), name, language)
    form = Form({"source": text.source, "version": text.version})
    return _edit_page(text, _check(text, form, text.source) if text.is_broken else form)


@blueprint.post(f"{ONE}/own")
@allow(*ORGANISERS)
def save(name: str, language: str) -> ResponseReturnValue:
    """Say from now on what was typed."""
    text, form = rules.load_text(database(), name, language), read_form(SaveSchema(), request.form)
    if not form:
        return _edit_page(text, form), 422
    try:
        rules.save_text(database(), text, form.data["source"], form.data["version"], current_writer())
    except Refusal as refusal:
        overtaken = isinstance(refusal, TextChangedMeanwhile)
        return _edit_page(text, _refused(form, refusal), overtaken=overtaken), refusal.status
    flash(gettext("Your text is saved. Messages that are sent from now on say it."), "ok")
    return redirect(url_for("texts.show", name=name, language=language), 303)


@blueprint.post(f"{ONE}/own/sample")
@allow(*ORGANISERS)
def sample(name: str, language: str) -> ResponseReturnValue:
    """A fragment: what was typed with sample data, or what is wrong with it."""
    text, form = _read_source(name, language)
    source = form.data["source"] if form else ""
    page = render_template("texts/sample.html", **_tried(text, source), form=form, template=text.template)
    return page, 200 if form else 422


@blueprint.post(f"{ONE}/own/test")
@allow(*ORGANISERS)
def send_test(name: str, language: str) -> ResponseReturnValue:
    """Send what was typed, with sample data, to an address of one's own."""
    text, form = rules.load_text(database(), name, language), read_form(TrialSchema(), request.form)
    if not form:
        typed = tidy(form.value("source"))
        return _edit_page(text, form if form.error("source") else _check(text, form, typed)), 422
    draft = Draft(name, language, tidy(form.data["source"]))
    try:
        trial = _ask_trial(draft, form.data["address"])
    except Refusal as refusal:
        return _edit_page(text, _refused(form, refusal)), refusal.status
    return _edit_page(text, form, trial=trial), 202


def _ask_trial(draft: Draft, address: str) -> Message:
    """Raises TooManyTests instead of showing a page on which what was typed is lost, and what ask_trial raises."""
    try:
        with limit_trials:
            return ask_trial(database(), settings(), draft, current_writer(), address)
    except RateLimitExceeded as fault:
        raise TooManyTests from fault


@blueprint.get(f"{ONE}/own/test/<uuid:message_id>")
@allow(*ORGANISERS)
def show_test(name: str, language: str, message_id: uuid.UUID) -> ResponseReturnValue:
    """A fragment: what has become of a test, which the page asks for until it is known."""
    text, trial = rules.load_text(database(), name, language), load_trial(database(), message_id)
    return render_template("texts/trial.html", text=text, trial=trial, reasons=REASONS)


@blueprint.post(f"{ONE}/own/default")
@allow(*ORGANISERS)
def take_back(name: str, language: str) -> ResponseReturnValue:
    """Back to the default."""
    text, form = rules.load_text(database(), name, language), read_form(VersionSchema(), request.form)
    if not form:
        return _edit_page(text, form), 422
    try:
        rules.take_back(database(), text, form.data["version"], current_writer())
    except Refusal as refusal:
        return _edit_page(text, _refused(form, refusal)), refusal.status
    flash(gettext("The default is sent again from now on."), "ok")
    return redirect(url_for("texts.show", name=name, language=language), 303)


def _read_source(name: str, language: str) -> tuple[rules.Text, Form]:
    """The text, and the form with a source that can be sent; what is wrong stands in the form."""
    text, form = rules.load_text(database(), name, language), read_form(SourceSchema(), request.form)
    if form:
        form.data["source"] = tidy(form.data["source"])
        _check(text, form, form.data["source"])
    return text, form


def _check(text: rules.Text, form: Form, source: str) -> Form:
    """The form, with what is wrong with the source if something is."""
    try:
        check_text(text.template.name, text.language, source)
    except Refusal as refusal:
        form.refuse(refusal)
    return form


def _mail_answer(text: rules.Text, source: str) -> Response:
    scheme = request.args.get("scheme", "")
    try:
        check_text(text.template.name, text.language, source)
    except Refusal as refusal:
        return _framed(refusal.message, "text/plain", 422)
    words = write_sample(text.template.name, text.language, source, current_sender(database()))
    return _framed(show_in(scheme, words.html) if scheme in SCHEMES else words.html, "text/html")


def _framed(content: str, kind: str, status: int = 200) -> Response:
    """What stands in a frame of ours and may do nothing there."""
    answer = Response(content, status, mimetype=kind)
    answer.headers["Content-Security-Policy"] = MAIL_POLICY
    return answer


def _refused(form: Form, refusal: Refusal) -> Form:
    form.refuse(refusal)
    return form


def _edit_page(text: rules.Text, form: Form, trial: Message | None = None, overtaken: bool = False) -> str:
    """The page to write on, with what was typed. Beside it: how it reads, what may be named, what differs.

    `overtaken`: somebody else saved meanwhile; what is saved now goes over theirs, which is shown.
    """
    if request.method == "POST":
        text = rules.load_text(database(), text.template.name, text.language)
    typed, seen = tidy(form.value("source")) or text.source, form.value("version")
    return render_template(
        "texts/edit.html",
        **_about(text),
        **_tried(text, typed),
        form=form,
        trial=trial,
        reasons=REASONS,
        version=text.version if overtaken or not seen.isdecimal() else seen,
        values=describe_values(text.template.name, text.language, *_sender_words()),
        theirs=compare(text.source, typed) if overtaken else [],
        mine=compare(text.default, typed) if typed != text.default else [],
    )


def _about(text: rules.Text) -> dict[str, Any]:
    """What every page about one text shows."""
    by_language = rules.languages_of(database(), text.template.name)
    return {"text": text, "template": text.template, "by_language": by_language, "all_languages": LANGUAGES}


def _tried(text: rules.Text, source: str) -> dict[str, Any]:
    """The source with sample data and with hints; nothing when there is none that can be sent."""
    try:
        if source:
            check_text(text.template.name, text.language, source)
    except Refusal:
        source = ""
    if not source:
        return {"sample": None, "segments": 0, "hints": [], "shown": text.language}
    sample = write_sample(text.template.name, text.language, source, current_sender(database()))
    hints = rules.find_hints(text, source, rules.languages_of(database(), text.template.name))
    return {
        "sample": sample,
        "segments": count_segments(plain_text(sample.short)),
        "hints": hints,
        "shown": text.language,
    }


def _sender_words() -> tuple[str, str]:
    sender = current_sender(database())
    return sender.name, sender.mailbox
