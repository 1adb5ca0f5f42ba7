"""Provisioning: what is required for each class of each product, and what the allowance holds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row as Fetched
from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.rules.classes import PROVISION_PERCENT, LoanClass, provision_owner
from finance_core.reports.as_of import LEGS, standing_loans, standing_rows
from finance_core.reports.table import Asked, Family, Found, Report, Row, Takes, money, percent, words
from finance_core.storage.unit import Unit

_REQUIRED: Final = text(
    standing_loans(
        """
        SELECT product, product_number, loan_class, asset, CAST(sum(outstanding) AS bigint) AS principal,
            CAST(sum(required_provision(outstanding, loan_class)) AS bigint) AS required
        FROM standing GROUP BY product, product_number, loan_class, asset
        """
    )
)
_BOOKED: Final = text(
    f"WITH {LEGS} SELECT owner, asset, CAST(-sum(amount) AS bigint) AS booked FROM leg GROUP BY owner, asset"  # noqa: S608
)
_PRODUCTS: Final = text(
    "SELECT DISTINCT code, CAST(terms ->> 'number' AS bigint) AS number FROM product WHERE line = 'loans' ORDER BY code"
)


async def _provisioning(unit: Unit, asked: Asked) -> Found:
    required = {
        (row.product_number, row.loan_class, row.asset): row
        for row in await standing_rows(unit, _REQUIRED, asked.last_on)
    }
    values = {"on": asked.last_on, "codes": ["1190"]}
    booked = {(row.owner, row.asset): row.booked for row in await unit.session.execute(_BOOKED, values)}
    rows: list[Row] = []
    for product in await unit.session.execute(_PRODUCTS):
        for loan_class in LoanClass:
            owner = provision_owner(product.number, loan_class)
            for asset in sorted({code for _, _, code in required} | {code for _, code in booked}):
                needed, held = required.get((product.number, loan_class, asset)), booked.get((owner, asset), 0)
                if needed or held:
                    rows.append(_provision_row(product.code, loan_class, asset, needed, held))
    return Found(rows)


def _provision_row(product: str, loan_class: LoanClass, code: str, needed: Fetched[Any] | None, held: int) -> Row:
    """Return what is required of a product's class beside what is booked for it (minor units)."""
    asset = ASSETS[code]
    principal, required = (needed.principal, needed.required) if needed else (0, 0)
    amounts = (Money(amount, asset) for amount in (required, held, held - required))
    return (product, loan_class.value, code, Money(principal, asset), Decimal(PROVISION_PERCENT[loan_class]), *amounts)


REPORT: Final = Report(
    "provisioning",
    "By product and class: principal, the rate, what is required and what the allowance holds.",
    Takes.DATE,
    (
        *(words(name) for name in ("product", "class", "asset")),
        money("outstanding"),
        percent("rate"),
        *(money(name) for name in ("required", "booked", "beyond")),
    ),
    _provisioning,
    family=Family.LOANS,
    brief=("product", "class", "required", "booked"),
    terms=tuple(LoanClass),
)
