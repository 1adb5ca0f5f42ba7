"""What a circle can be set to, and the one sentence with which each other thing is refused."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Bounds, Order, Security, checked
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.circles.starting import whole_order
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from tests.builders import yuan
from tests.circles import settings

TODAY = date(2026, 3, 12)
BOUNDS = Bounds(yuan(1), yuan(25_000), 3, 50, 24, Decimal(5), Decimal(5), covers=False)
DEPOSIT = {"security": Security.DEPOSIT, "security_amount": yuan(100)}

REFUSED: list[tuple[dict[str, Any], ErrorCode]] = [
    ({"title": "  "}, ErrorCode.CIRCLE_TITLE),
    ({"title": "a" * 61}, ErrorCode.CIRCLE_TITLE),
    ({"contribution": yuan(0)}, ErrorCode.CIRCLE_CONTRIBUTION),
    ({"contribution": yuan(-5)}, ErrorCode.CIRCLE_CONTRIBUTION),
    ({"contribution": yuan("0.01")}, ErrorCode.CIRCLE_CONTRIBUTION),
    ({"contribution": yuan(25_001)}, ErrorCode.CIRCLE_CONTRIBUTION),
    ({"places": 1}, ErrorCode.CIRCLE_PLACES),
    ({"places": 2}, ErrorCode.CIRCLE_PLACES),
    ({"places": 51}, ErrorCode.CIRCLE_PLACES),
    ({"first_due_on": TODAY - timedelta(days=1)}, ErrorCode.CIRCLE_START),
    ({"first_due_on": TODAY}, ErrorCode.CIRCLE_START),
    ({"first_due_on": TODAY + timedelta(days=367)}, ErrorCode.CIRCLE_START),
    ({"places": 25, "period": Period.MONTH}, ErrorCode.CIRCLE_LONG),
    ({"commission_percent": Decimal("5.01")}, ErrorCode.CIRCLE_COMMISSION),
    ({"fine_percent": Decimal(6)}, ErrorCode.CIRCLE_FINE),
    ({"fine_percent": Decimal(-1)}, ErrorCode.CIRCLE_FINE),
    ({"kept_percent": Decimal(6)}, ErrorCode.CIRCLE_KEPT),
    ({"least_reliability": 101}, ErrorCode.CIRCLE_RELIABILITY),
    ({"security": Security.DEPOSIT}, ErrorCode.CIRCLE_SECURITY),
    ({"security_amount": yuan(100)}, ErrorCode.CIRCLE_SECURITY),
    ({"security": Security.DEPOSIT, "security_amount": yuan("300.01")}, ErrorCode.CIRCLE_SECURITY),
    ({"shortfall": ShortfallRule.DEPOSIT}, ErrorCode.CIRCLE_SHORTFALL),
    ({"shortfall": ShortfallRule.GUARANTORS, **DEPOSIT}, ErrorCode.CIRCLE_SHORTFALL),
    ({"is_covered": True}, ErrorCode.CIRCLE_COVER),
    ({"members_pick": True}, ErrorCode.CIRCLE_ORDER),
    ({"order": Order.NONE}, ErrorCode.CIRCLE_ORDER),
]


@pytest.mark.parametrize(("fields", "code"), REFUSED)
def test_what_no_circle_is_is_refused(fields: dict[str, Any], code: ErrorCode) -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(settings(**fields), BOUNDS, TODAY)
    assert refused.value.code is code


@pytest.mark.parametrize(
    "fields",
    [
        {"places": 3},
        {"places": 24, "period": Period.MONTH},
        {"places": 50, "period": Period.DAY},
        {"first_due_on": TODAY + timedelta(days=1)},
        {"order": Order.FIXED, "members_pick": True},
        {"shortfall": ShortfallRule.DEPOSIT, **DEPOSIT},
        {"commission_percent": Decimal(5), "fine_percent": Decimal(0), "kept_percent": Decimal(5)},
        {"security": Security.RETENTION, "security_amount": yuan(300)},
    ],
)
def test_what_a_circle_may_be_is_taken_as_it_is(fields: dict[str, Any]) -> None:
    said = settings(**fields)
    assert checked(said, BOUNDS, TODAY) is said


def test_a_refusal_says_what_would_be_taken() -> None:
    with pytest.raises(InvalidInput) as refused:
        checked(settings(contribution=yuan(0)), BOUNDS, TODAY)
    assert refused.value.details == {"minimum": yuan(1), "maximum": yuan(25_000)}


@pytest.mark.parametrize(
    ("drawn", "late", "turns"),
    [
        ([3, 5, 1, 2, 4], set(), {3: 1, 5: 2, 1: 3, 2: 4, 4: 5}),
        ([3, 5, 1, 2, 4], {3}, {5: 1, 3: 2, 1: 3, 2: 4, 4: 5}),
        ([1, 2, 3, 4, 5, 6], {1, 2}, {3: 1, 4: 2, 1: 3, 2: 4, 5: 5, 6: 6}),
    ],
)
def test_a_whole_order_is_as_drawn_and_who_may_not_come_first_makes_room(
    drawn: list[int], late: set[int], turns: dict[int, int]
) -> None:
    assert whole_order(drawn, late, len(drawn)) == turns
