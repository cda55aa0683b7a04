"""Structured logs: one line an event, with the request id, and without names, addresses or tokens."""

import logging
import re
import sys

import structlog

from shared.settings import Settings

_ROWS = re.compile(
    r"(?:\n|\\n)(?:DETAIL|CONTEXT):.*?(?=(?:\n|\\n)\[SQL|\nThe above exception|\nDuring handling|\nTraceback|\Z)",
    re.DOTALL,
)
"""What PostgreSQL says beside an error: "Key (email)=(…) already exists", "Failing row contains (…)"."""


def leave_out_rows(_: object, __: str, said: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """The event without the values of rows that a fault of the database quotes."""
    return {key: _ROWS.sub("", value) if isinstance(value, str) else value for key, value in said.items()}


def configure_logs(settings: Settings) -> None:
    """Send structlog and the standard library's loggers to stderr, as JSON or for a person's eyes."""
    shared_steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if settings.log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[*shared_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                leave_out_rows,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(settings.log_level)
    for noisy in ("celery.worker.strategy", "celery.app.trace", "fontTools", "alembic.runtime.plugins"):
        # Celery writes task arguments at INFO, and those hold people's names.
        logging.getLogger(noisy).setLevel(logging.WARNING)
