"""A row refuses a wrong value when it is made and when it is assigned to, before the database hears of it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from sqlalchemy import inspect

from finance_core.change_plus.models import Fund, Holding
from finance_core.intents.models import Intent
from finance_core.storage.base import Table
from finance_core.wallet.models import Send, SendState
from tests.tables import load_all_tables

NOON = datetime(2026, 3, 12, 12, tzinfo=UTC)
NAIVE = datetime(2026, 3, 12)  # noqa: DTZ001 - a zone is what it lacks


def a_send(**fields: Any) -> Send:
    usual: dict[str, Any] = {
        "token": "t",
        "sender_id": 1,
        "amount": 500,
        "asset": "CNY",
        "note": "",
        "state": SendState.WAITING,
        "sent_at": NOON,
        "sent_in": 2026,
        "delivers_at": NOON,
        "returns_at": NOON + timedelta(days=1),
    }
    return Send(**(usual | fields))


def a_fund(**fields: Any) -> Fund:
    usual: dict[str, Any] = {"id": 1, "code": "F", "asset": "CNY", "unit_asset": "F", "opened_on": date(2026, 3, 12)}
    return Fund(**(usual | fields))


@pytest.mark.parametrize("column", ["amount", "sent_in", "sender_id", "payee_id"])
@pytest.mark.parametrize("value", [1.0, True, "5", Decimal(5)])
def test_an_integer_is_an_int_and_nothing_else(column: str, value: Any) -> None:
    with pytest.raises(ValidationError, match=column):
        a_send(**{column: value})


@pytest.mark.parametrize("value", [NAIVE, date(2026, 3, 12), "2026-03-12T00:00:00Z", 0, None])
def test_an_instant_has_a_zone(value: Any) -> None:
    with pytest.raises(ValidationError, match="sent_at"):
        a_send(sent_at=value)


@pytest.mark.parametrize("value", [NOON, "2026-03-12", 20260312])
def test_a_day_has_no_time(value: Any) -> None:
    with pytest.raises(ValidationError, match="opened_on"):
        a_fund(opened_on=value)


@pytest.mark.parametrize("value", [0.1, "0.1", True, Decimal("NaN")])
def test_a_rate_is_a_finite_decimal(value: Any) -> None:
    with pytest.raises(ValidationError, match="carry"):
        a_fund(carry=value)


@pytest.mark.parametrize("value", [None, 5, b"waiting"])
def test_a_text_is_a_str(value: Any) -> None:
    with pytest.raises(ValidationError, match="state"):
        a_send(state=value)


@pytest.mark.parametrize("value", [[], "{}", {1: "a key that is no text"}])
def test_a_json_object_is_a_dict(value: Any) -> None:
    with pytest.raises(ValidationError, match="params"):
        Intent(
            token="t",
            version=1,
            customer_id=1,
            chat_id=1,
            action="wallet.send",
            params=value,
            state="open",
            created_at=NOON,
            expires_at=NOON,
        )


def test_a_state_is_kept_as_its_word() -> None:
    send = a_send(state=SendState.ACCEPTED)
    assert send.state == "accepted"
    assert type(send.state) is str


def test_what_may_be_missing_is_none_and_defaults_are_set_at_once() -> None:
    send = a_send()
    holding = Holding(fund_id=1, customer_id=1, signed_at=NOON, product_version=1, units_account=1)
    assert {send.id, send.payee_id, send.settled_at} == {None}
    assert (holding.carried, holding.sweep_floor, a_fund().carry) == (0, None, Decimal(0))


def test_a_refused_assignment_leaves_the_row_as_it_was() -> None:
    send = a_send()
    with pytest.raises(ValidationError, match="amount"):
        send.amount = True
    assert send.amount == 500
    send.amount = 700
    assert send.amount == 700


def test_a_refused_assignment_to_a_column_that_is_not_loaded_is_no_change() -> None:
    send = a_send()
    state = inspect(send)
    state._expire(state.dict, set())
    with pytest.raises(ValidationError, match="amount"):
        send.amount = True
    assert "amount" not in send.__dict__
    assert "amount" not in state.committed_state


def test_a_row_and_a_refusal_show_nothing_of_what_a_row_holds() -> None:
    send = a_send(note="for the clinic")
    with pytest.raises(ValidationError) as refused:
        a_send(note=b"for the clinic")
    assert repr(send) == "Send(id=None)"
    assert "clinic" not in f"{send}{refused.value}"


def test_no_table_lets_a_name_through_that_is_no_column() -> None:
    with pytest.raises(ValidationError, match="no attribute 'amuont'"):
        a_send().amuont = 5


def test_every_table_is_strict() -> None:
    load_all_tables()
    tables = Table.__subclasses__()
    assert len(tables) == len(Table.metadata.tables) == 159
    for table in tables:
        assert table.model_config.get("strict") is True
        assert table.model_config.get("validate_assignment") is True
