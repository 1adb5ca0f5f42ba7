"""Logs: one line for each event, with reference numbers, and never a name, a phone, a PIN or a token."""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, Final

import structlog

_PRIVATE: Final = frozenset(
    {"pin", "phone", "first_name", "last_name", "username", "contact", "text", "payload", "caption", "token", "secret"}
)
_TOKEN: Final = re.compile(r"(\d+):[A-Za-z0-9_-]{6,}")
_LONG_NUMBER: Final = re.compile(r"(?<![\w-])\+?\d{6,}(?![\w-])")
_FRAMES_SHOWN: Final = 6
_ERROR_CHARACTERS: Final = 300
_LOUD: Final = ("httpx", "httpcore", "apscheduler", "alembic", "uvicorn.access", "telegram", "asyncio")
"""Libraries that are heard from warnings on; some of them log addresses with the token in them."""
_SILENT: Final = ("aiogram.event",)

Event = MutableMapping[str, Any]


def configure_logging(*, level: str = "info", fmt: str = "auto", process: str = "susu") -> None:
    """Send structlog and the standard library's logs to stderr, as lines of one form. Call once, at the start."""
    as_json = fmt == "json" or (fmt == "auto" and not sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        compact_error,
        without_private_values,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else console_line
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
        )
    )
    _hand_to(handler, level.upper())
    structlog.contextvars.bind_contextvars(process=process)


def _hand_to(handler: logging.Handler, level: str) -> None:
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _LOUD:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def compact_error(_logger: Any, _method: str, event: Event) -> Event:
    """Put an exception on the event's own line: its class, its first words, the innermost frames."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__name__}: {_first_line(error)}"
        frames = traceback.extract_tb(error.__traceback__)[-_FRAMES_SHOWN:]
        event["at"] = " < ".join(f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return event


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0][:_ERROR_CHARACTERS]


def without_private_values(_logger: Any, _method: str, event: Event) -> Event:
    """Mask what names a person or opens something, wherever a call let it slip in."""
    for name, value in event.items():
        if name in _PRIVATE:
            event[name] = "…"
        elif isinstance(value, str) and name != "timestamp":
            event[name] = masked(value)
    return event


def masked(text: str) -> str:
    """Return `text` without tokens and without numbers long enough to be a phone or a PIN."""
    return _LONG_NUMBER.sub("…", _TOKEN.sub(r"\1:…", text))


def console_line(_logger: Any, _method: str, event: Event) -> str:
    """Return the event as a person reads it: time, level, what, figures; always one line."""
    instant, level = str(event.pop("timestamp", ""))[11:19], event.pop("level", "info")
    process, what = event.pop("process", "susu"), event.pop("event", "")
    figures = " ".join(f"{name}={value}" for name, value in event.items())
    return f"{instant} {process:<6} {level:<7} {what} {figures}".rstrip().replace("\n", " ")
