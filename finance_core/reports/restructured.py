"""Loans with a schedule that was agreed anew, and how they do."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.rules.classes import LoanClass
from finance_core.reports.as_of import standing_loans, standing_rows
from finance_core.reports.table import Asked, Family, Found, Report, Takes, count, day, money, number, words
from finance_core.storage.unit import Unit

_RESTRUCTURED: Final = text(standing_loans("SELECT * FROM standing WHERE restructured_on IS NOT NULL ORDER BY id"))


async def _restructured(unit: Unit, asked: Asked) -> Found:
    loans = await standing_rows(unit, _RESTRUCTURED, asked.last_on)
    return Found(
        [
            (
                loan.id,
                loan.customer_id,
                loan.product,
                loan.asset,
                loan.restructured_on,
                loan.times,
                Money(loan.outstanding, ASSETS[loan.asset]),
                Money(loan.suspended, ASSETS[loan.asset]),
                loan.days,
                loan.loan_class,
            )
            for loan in loans
        ]
    )


REPORT: Final = Report(
    "restructured",
    "Loans with a schedule that was agreed anew, and how they do.",
    Takes.DATE,
    (
        number("loan"),
        number("customer"),
        *(words(name) for name in ("product", "asset")),
        day("restructured_on"),
        count("times"),
        money("outstanding"),
        money("suspended"),
        number("days_past_due"),
        words("class"),
    ),
    _restructured,
    family=Family.LOANS,
    brief=("loan", "restructured_on", "outstanding", "days_past_due"),
    terms=tuple(LoanClass),
)
