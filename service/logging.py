"""JSON logs with request, coop and event ids; a last processor drops whatever could name a person."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from traceback import extract_tb
from types import TracebackType
from typing import Any, Final

import psycopg
import structlog

from domain.errors import LedgerError

PERSONAL: Final = frozenset(
    {
        "name",
        "first_name",
        "last_name",
        "email",
        "phone",
        "address",
        "iban",
        "token",
        "password",
        "person",
        "payer",
        "note",
    }
)
"""Keys that are never logged, whatever their value."""
_TELLING: Final = (LedgerError, psycopg.OperationalError)
"""Errors whose message is written by us or tells of the server, and is logged."""


def drop_personal(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of any key that could hold a person's data or a secret."""
    for key in entry.keys() & PERSONAL:
        entry[key] = "…"
    return entry


def trace(error: BaseException) -> dict[str, Any]:
    """Tell where an error came from: kinds and places, and only such messages as cannot quote a person's input.

    The variables of the frames hold names, IBANs and access codes, and so may the message of a refused value.
    """
    told: dict[str, Any] = {
        "kind": type(error).__qualname__,
        "message": str(error) if isinstance(error, _TELLING) else getattr(error, "sqlstate", None),
        "frames": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)],
    }
    if isinstance(error, BaseExceptionGroup):
        told["group"] = [trace(member) for member in error.exceptions]
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return told if before is None else told | {"after": trace(before)}


def _trace(exc_info: tuple[type[BaseException], BaseException, TracebackType | None]) -> dict[str, Any]:
    return trace(exc_info[1])


def configure_logging(level: str = "INFO") -> None:
    """Send structured JSON lines to standard error, from our code and from the libraries alike."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_trace),
        drop_personal,
    ]
    structlog.configure(
        # First: what is below the level costs nothing more.
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level)
    logging.getLogger("uvicorn.access").disabled = True  # our own middleware logs requests, without their queries
    # Requests that we make are logged by what they are for; their addresses stay out of the log.
    logging.getLogger("httpx2").setLevel(max(logging.WARNING, root.level))


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """Return the logger of a module."""
    bound: structlog.stdlib.BoundLogger = structlog.get_logger(name)
    return bound


def request_id() -> str:
    """The id of the request that is being served; empty outside one."""
    found: str = structlog.contextvars.get_contextvars().get("request_id", "")
    return found
