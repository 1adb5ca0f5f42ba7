"""Payloads as JSON: written as they are read back, and refused in one way when they are not what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

import pytest

from bot.processes.conversation import confirmed_actions
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.payloads import DecimalText, InstantText, Nothing, Payload, UnreadablePayload, read
from handlers.desk.intents import Operated


@dataclass(frozen=True, slots=True)
class Part(Payload):
    nr: int


@dataclass(frozen=True, slots=True)
class Sample(Payload):
    sum: Money
    on: date
    at: InstantText
    rate: DecimalText
    note: str | None
    parts: tuple[Part, ...]


SAMPLE: Final = Sample(
    Money(100_050, CNY), date(2026, 3, 12), datetime(2026, 3, 12, 2, tzinfo=UTC), Decimal("1E+2"), None, (Part(1),)
)
STORED: Final[dict[str, Any]] = {
    "sum": {"amount": 100_050, "asset": "CNY"},
    "on": "2026-03-12",
    "at": "2026-03-12T02:00:00+00:00",
    "rate": "100",
    "note": None,
    "parts": [{"nr": 1}],
}


def test_a_payload_is_stored_as_plain_json_and_read_back() -> None:
    assert SAMPLE.as_json() == STORED
    assert read(Sample, STORED) == SAMPLE
    assert read(Nothing, Nothing().as_json()) == Nothing()


@pytest.mark.parametrize(
    ("name", "value", "place"),
    [
        ("sum", {"amount": 1.0, "asset": "CNY"}, "sum.amount"),
        ("sum", {"amount": True, "asset": "CNY"}, "sum.amount"),
        ("sum", {"amount": 1, "asset": "XXX"}, "sum"),
        ("sum", {"amount": 2**63, "asset": "CNY"}, "sum"),
        ("sum", {"amount": 1, "asset": "CNY", "more": 1}, "sum.more"),
        ("on", 20_260_312, "on"),
        ("rate", 1.5, "rate"),
        ("rate", "a half", "rate"),
        ("note", 7, "note"),
        ("parts", [{"nr": "1"}], "parts.0.nr"),
        ("parts", [{}], "parts.0.nr"),
        ("more", 1, "more"),
    ],
)
def test_what_is_not_of_the_payloads_types_is_unreadable_and_no_value_is_told(
    name: str, value: Any, place: str
) -> None:
    with pytest.raises(UnreadablePayload, match=rf"^Sample: {place}: [a-z_]+$"):
        read(Sample, {**STORED, name: value})


@pytest.mark.parametrize("field", ["sum", "on", "at", "rate", "parts"])
def test_a_field_that_holds_something_else_is_not_stored(field: str) -> None:
    wrong: Any = {name: getattr(SAMPLE, name) for name in STORED} | {field: 1.5}
    with pytest.raises(TypeError, match="Sample holds another type than it says"):
        Sample(**wrong).as_json()


def test_an_act_of_a_fund_keeps_a_proposal_only_where_one_was_made() -> None:
    assert Operated().as_json() == {}
    assert read(Operated, {}) == Operated()
    assert Operated(approval=3).as_json() == {"approval": 3}


ACTIONS: Final = confirmed_actions()


@pytest.mark.parametrize("name", ACTIONS)
def test_an_actions_payloads_can_be_read(name: str) -> None:
    for payload in (ACTIONS[name].params, ACTIONS[name].result):
        fields = payload.__dataclass_fields__
        wrong: dict[str, Any] = {**dict.fromkeys(fields, 1.5), "more": 1}
        with pytest.raises(UnreadablePayload, match=rf"^{payload.__name__}: "):
            read(payload, wrong)
