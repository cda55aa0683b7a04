"""Own wording of organisations: found, put in the place of the default, kept, and taken back."""

import uuid
from collections.abc import Mapping
from typing import Any, NamedTuple

import structlog
from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.wording.errors import TextChangedMeanwhile, TextIsDefault
from services.notifications.wording.models import OwnText
from services.notifications.wording.own import put_own_into_words
from services.notifications.wording.source import Wording
from shared import clock
from shared.database import ACROSS_ORGANISATIONS, acting_for

log = structlog.get_logger()


class Writer(NamedTuple):
    """Who changes a text."""

    id: uuid.UUID
    name: str


class OwnWords:
    """The own texts of organisations, for one batch of messages: one query for each organisation that has one."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._read: dict[uuid.UUID, dict[tuple[str, str], OwnText]] = {}

    def put_into_words(
        self, organisation_id: uuid.UUID, template: str, language: str, values: Mapping[str, Any], headed: bool = True
    ) -> Wording | None:
        """What the organisation itself says; None when it has no words of its own or they cannot be sent.

        Then the default is sent: a message is never lost for its words. The organiser finds it on the page of texts.
        """
        texts = self._texts(organisation_id)
        own = texts.get((template, language))
        if own is None or own.source is None:
            return None
        try:
            return put_own_into_words(own.source, language, values, headed)
        except Exception as fault:
            # Whatever they wrote, the message goes out. The fault's own text may hold a name.
            log.error("own_text_broken", template=template, language=language, fault=type(fault).__name__)
            del texts[template, language]
            _note_broken(self._session, own)
            return None

    def _texts(self, organisation_id: uuid.UUID) -> dict[tuple[str, str], OwnText]:
        if organisation_id not in self._read:
            own = select(OwnText).where(OwnText.organisation_id == organisation_id, OwnText.source.is_not(None))
            found = self._session.scalars(own.execution_options(**ACROSS_ORGANISATIONS))
            self._read[organisation_id] = {(text.template, text.language): text for text in found}
        return self._read[organisation_id]


def find_own_texts(session: Session) -> dict[tuple[str, str], OwnText]:
    """Every text that the session's organisation ever worded itself, by template and language."""
    return {(text.template, text.language): text for text in session.scalars(select(OwnText))}


def find_own_text(session: Session, template: str, language: str) -> OwnText | None:
    """The row of one text, if there ever was one."""
    return session.scalar(select(OwnText).where(OwnText.template == template, OwnText.language == language))


def save_own_text(
    session: Session, template: str, language: str, source: str, default: str, version: int, writer: Writer
) -> OwnText:
    """Say `source` from now on. `version` is what the writer saw, 0 for none; `default` the source of the file.

    Raises TextChangedMeanwhile when somebody else was faster.
    """
    row = {"source": source, "default_source": default, "broken_at": None, **_by(writer)}
    if version == 0:
        first = {"id": uuid.uuid4(), "organisation_id": acting_for(session), "template": template,
                 "language": language, "version": 1, **row}  # fmt: skip
        new = insert(OwnText).values(**first).on_conflict_do_nothing().returning(OwnText)
        saved = session.scalars(new).one_or_none()
    else:
        saved = _change(session, template, language, version, row)
    if saved is None:
        raise TextChangedMeanwhile
    return saved


def restore_default(session: Session, template: str, language: str, version: int, writer: Writer) -> OwnText:
    """Say what the file says again. Raises TextIsDefault, or TextChangedMeanwhile when somebody else was faster."""
    own = find_own_text(session, template, language)
    if own is None or own.source is None:
        raise TextIsDefault
    row = {"source": None, "default_source": None, "broken_at": None, **_by(writer)}
    restored = _change(session, template, language, version, row)
    if restored is None:
        raise TextChangedMeanwhile
    return restored


def _change(session: Session, template: str, language: str, version: int, row: dict[str, Any]) -> OwnText | None:
    """Change the row if it still has this version, in one statement, so that two at once cannot both win."""
    changed = (
        update(OwnText)
        .where(OwnText.organisation_id == acting_for(session), OwnText.version == version)
        .where(OwnText.template == template, OwnText.language == language)
        .values(version=version + 1, **row)
        .returning(OwnText)
        .execution_options(populate_existing=True)
    )
    return session.scalars(changed).one_or_none()


def _by(writer: Writer) -> dict[str, Any]:
    return {"changed_by": writer.id, "changed_by_name": writer.name, "changed_at": clock.now()}


def _note_broken(session: Session, own: OwnText) -> None:
    """Once for each version that somebody wrote."""
    noted = update(OwnText).where(OwnText.id == own.id, OwnText.version == own.version, OwnText.source.is_not(None))
    first = noted.values(broken_at=func.coalesce(OwnText.broken_at, clock.now()))
    session.execute(first.execution_options(**ACROSS_ORGANISATIONS, synchronize_session=False))
