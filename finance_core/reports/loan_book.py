"""The loan book: each loan with principal left, as it stood at the end of a day."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.rules.classes import LoanClass
from finance_core.reports.as_of import standing_loans, standing_rows
from finance_core.reports.buckets import CURRENT, bucket_name
from finance_core.reports.table import Asked, Family, Found, Report, Row, Takes, day, money, number, percent, words
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_LOANS: Final = text(
    standing_loans(
        """
        SELECT *, required_provision(outstanding, loan_class) AS required FROM standing ORDER BY id
        """
    )
)


async def _loan_book(unit: Unit, asked: Asked) -> Found:
    return Found([_loan_row(loan) for loan in await standing_rows(unit, _LOANS, asked.last_on)])


def _loan_row(loan: Fetched) -> Row:
    asset = ASSETS[loan.asset]
    lent, *sums = (
        Money(amount, asset)
        for amount in (
            loan.principal, loan.outstanding, loan.interest, loan.fees, loan.penalty, loan.suspended, loan.required
        )
    )  # fmt: skip
    return (
        loan.id,
        loan.customer_id,
        loan.product,
        loan.grade,
        loan.asset,
        loan.disbursed_on,
        lent,
        *sums,
        loan.days,
        bucket_name(loan.days),
        loan.loan_class,
        loan.restructured_on,
        loan.all_in_rate,
    )


REPORT: Final = Report(
    "loan-book",
    "Each loan with principal left: what it owes, how late it is, its class, the provision for it, its price.",
    Takes.DATE,
    (
        number("loan"),
        number("customer"),
        *(words(name) for name in ("product", "grade", "asset")),
        day("disbursed_on"),
        *(money(name) for name in ("lent", "outstanding", "interest", "fees", "penalty", "suspended", "provision")),
        number("days_past_due"),
        words("bucket"),
        words("class"),
        day("restructured_on"),
        percent("all_in_rate"),
    ),
    _loan_book,
    family=Family.LOANS,
    brief=("loan", "product", "outstanding", "days_past_due", "class"),
    terms=(CURRENT, *LoanClass),
)
