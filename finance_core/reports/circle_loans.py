"""What savings circles have lent to their members, as it stood at the end of a day: no part of our own book."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.as_of import circle_loans, standing_rows
from finance_core.reports.table import Asked, Family, Found, Report, Takes, day, money, number, percent, words
from finance_core.storage.unit import Unit

_LOANS: Final = text(
    circle_loans("SELECT s.*, c.code AS circle FROM standing s JOIN circle c ON c.id = s.funding_circle ORDER BY s.id")
)


async def _circle_loans(unit: Unit, asked: Asked) -> Found:
    return Found(
        [
            (
                loan.circle,
                loan.id,
                loan.customer_id,
                loan.asset,
                loan.disbursed_on,
                Money(loan.principal, ASSETS[loan.asset]),
                Money(loan.outstanding, ASSETS[loan.asset]),
                Money(loan.interest, ASSETS[loan.asset]),
                loan.days,
                loan.all_in_rate,
            )
            for loan in await standing_rows(unit, _LOANS, asked.last_on)
        ]
    )


REPORT: Final = Report(
    "circle-loans",
    "What savings circles have lent to their members out of their own money: what is owed, and how late it is.",
    Takes.DATE,
    (
        words("circle"),
        number("loan"),
        number("customer"),
        words("asset"),
        day("disbursed_on"),
        *(money(name) for name in ("lent", "outstanding", "interest")),
        number("days_past_due"),
        percent("all_in_rate"),
    ),
    _circle_loans,
    family=Family.SERVICE,
    brief=("circle", "loan", "outstanding", "days_past_due"),
)
