"""What an operator writes after `/nav`, read into an act or refused as a whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from finance_core.kernel.errors import InvalidInput
from handlers.desk.fund_desk import Act, parsed

DAY = date(2026, 3, 12)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("/nav", None),
        ("/nav bonds 1.0512", Act("publish", "bonds", None, Decimal("1.0512"))),
        ("/nav Steady Bonds 1.0512 2026-03-12", Act("publish", "Steady Bonds", DAY, Decimal("1.0512"))),
        ("/nav correct bonds 2026-03-12 1.05 a digit", Act("correct", "bonds", DAY, Decimal("1.05"), "a digit")),
        ("/nav dividend broad shares 2026-03-12 0.05", Act("dividend", "broad shares", DAY, Decimal("0.05"))),
        ("/nav suspend bonds the market is closed", Act("suspend", "bonds", why="the market is closed")),
        ("/nav lift Steady Bonds", Act("lift", "Steady Bonds")),
    ],
)
def test_an_act_is_read_with_its_fund_day_and_figure(text: str, act: Act | None) -> None:
    assert parsed(text) == act


@pytest.mark.parametrize(
    "text",
    [
        "/nav bonds",
        "/nav 1.05",
        "/nav bonds much",
        "/nav bonds 1.05 12-03-2026",
        "/nav correct bonds 1.05",
        "/nav correct 2026-03-12 1.05",
        "/nav dividend bonds 2026-03-12",
        "/nav dividend bonds 2026-13-12 0.05",
        "/nav suspend",
        "/nav lift",
    ],
)
def test_what_is_no_act_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="nav_command"):
        parsed(text)
