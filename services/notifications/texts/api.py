"""The JSON API of texts: everything that their pages do."""

from typing import Any

from flask_smorest import Blueprint

from services.notifications.messages.models import Message
from services.notifications.messages.schemas import MessageSchema
from services.notifications.texts import rules
from services.notifications.texts.check import check_text, tidy
from services.notifications.texts.schemas import (
    SampleSchema,
    SaveSchema,
    SourceSchema,
    SummarySchema,
    TextSchema,
    TrialSchema,
    ValueSchema,
    VersionSchema,
)
from services.notifications.texts.senders import current_sender, current_writer, limit_trials
from services.notifications.texts.trial import Draft, ask_trial, write_sample
from services.notifications.texts.values import Value, describe_values
from shared.identity import allow
from shared.identity.duties import ORGANISERS
from shared.web import database, settings

texts = Blueprint(
    "api_texts", __name__, url_prefix="/api/texts", description="Message texts in an organisation's words"
)
ONE = "/<name>/<language>"


@texts.get("")
@texts.response(200, SummarySchema(many=True))
@allow(*ORGANISERS)
def list_texts() -> list[rules.Text]:
    """Every text in every language: is it the default or the organisation's own?"""
    return [text for _, by_language in rules.list_texts(database()) for text in by_language.values()]


@texts.get(ONE)
@texts.response(200, TextSchema)
@allow(*ORGANISERS)
def show_text(name: str, language: str) -> rules.Text:
    """One text: its source, the default, and what differs."""
    return rules.load_text(database(), name, language)


@texts.get(f"{ONE}/values")
@texts.response(200, ValueSchema(many=True))
@allow(*ORGANISERS)
def list_values(name: str, language: str) -> list[Value]:
    """The values that the source of a text may name, with samples."""
    text, sender = rules.load_text(database(), name, language), current_sender(database())
    return describe_values(text.template.name, text.language, sender.name, sender.mailbox)


@texts.post(f"{ONE}/sample")
@texts.arguments(SourceSchema)
@texts.response(200, SampleSchema)
@allow(*ORGANISERS)
def try_text(data: dict[str, Any], name: str, language: str) -> dict[str, Any]:
    """What a source would say with sample data, without saving it."""
    text, source = rules.load_text(database(), name, language), tidy(data["source"])
    check_text(name, language, source)
    words = write_sample(name, language, source, current_sender(database()))
    hints = rules.find_hints(text, source, rules.languages_of(database(), name))
    return {"subject": words.subject, "text": words.text, "html": words.html, "short": words.short,
            "hints": [str(hint) for hint in hints]}  # fmt: skip


@texts.put(ONE)
@texts.arguments(SaveSchema)
@texts.response(200, TextSchema)
@allow(*ORGANISERS)
def save_text(data: dict[str, Any], name: str, language: str) -> rules.Text:
    """Say this source from now on."""
    text = rules.load_text(database(), name, language)
    rules.save_text(database(), text, data["source"], data["version"], current_writer())
    return rules.load_text(database(), name, language)


@texts.delete(ONE)
@texts.arguments(VersionSchema, location="query")
@texts.response(200, TextSchema)
@allow(*ORGANISERS)
def take_back(data: dict[str, Any], name: str, language: str) -> rules.Text:
    """Say the default again."""
    rules.take_back(database(), rules.load_text(database(), name, language), data["version"], current_writer())
    return rules.load_text(database(), name, language)


@texts.post(f"{ONE}/test")
@texts.arguments(TrialSchema)
@texts.response(202, MessageSchema)
@allow(*ORGANISERS)
@limit_trials
def send_test(data: dict[str, Any], name: str, language: str) -> Message:
    """Queue a source with sample data for the organiser's own address or mobile number; its message says the rest."""
    rules.load_text(database(), name, language)
    draft = Draft(name, language, tidy(data["source"]))
    return ask_trial(database(), settings(), draft, current_writer(), data["address"])
