"""Logs: one line for each event, whatever is in it, and nothing that names a person or opens something."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.logs import compact_error, configure_logging, masked, without_private_values

PHONE, TOKEN = "+8613812345678", "7000123:AAF-abcdefghijkl"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_an_event_is_one_line_of_json_with_its_process(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(fmt="json", process="worker")
    structlog.get_logger().info("sent", reference="S8F3-K2QW", words="two\nlines")
    (line,) = capsys.readouterr().err.splitlines()
    event = json.loads(line)
    assert event["event"] == "sent"
    assert event["process"] == "worker"
    assert event["reference"] == "S8F3-K2QW"


@pytest.mark.parametrize("fmt", ["json", "console"])
def test_a_fault_stays_on_one_line_and_says_where(fmt: str, capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(fmt=fmt)
    try:
        int(f"line one {PHONE}\nline two")
    except ValueError:
        structlog.get_logger().exception("update_failed", reference="E-17")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: invalid literal" in line
    assert "test_logs.py" in line
    assert "E-17" in line
    assert PHONE not in line


def test_what_other_libraries_log_takes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(fmt="json")
    logging.getLogger("aiogram.dispatcher").warning("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    (line,) = capsys.readouterr().err.splitlines()
    assert "AAF-" not in line
    assert "/bot7000123:…/getMe" in json.loads(line)["event"]


def test_libraries_that_show_the_token_are_heard_from_warnings_on(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(fmt="json", level="debug")
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot%s/sendMessage", TOKEN)
    assert capsys.readouterr().err == ""


def test_values_with_a_private_name_never_get_into_a_line() -> None:
    event: dict[str, Any] = {"event": "x", "pin": "246810", "phone": PHONE, "first_name": "Ana", "customer": 12}
    assert without_private_values(None, "info", event) == {
        "event": "x",
        "pin": "…",
        "phone": "…",
        "first_name": "…",
        "customer": 12,
    }


@pytest.mark.parametrize("given", [PHONE, "246810", "say 13812345678 twice", "(246810)"])
def test_numbers_long_enough_to_be_a_phone_or_a_pin_are_masked(given: str) -> None:
    assert not any(len(word) >= 6 for word in "".join(c if c.isdigit() else " " for c in masked(given)).split())


@pytest.mark.parametrize("given", ["S8F3-K2QW", "loan 12345", "2026-03-12", "0xdeadbeef12345678", "10:30:59"])
def test_references_and_dates_stay_readable(given: str) -> None:
    assert masked(given) == given


def test_an_event_without_a_fault_is_left_alone() -> None:
    assert compact_error(None, "info", {"event": "x", "exc_info": sys.exc_info()}) == {"event": "x"}
