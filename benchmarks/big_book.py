"""A book of very many loans, made by SQL: real rows in every table that the close of business reads, a ledger that
`verify` accepts. Every loan is one of *Lightning* over twelve months; each day a thirtieth of them falls due.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncEngine

from finance_core import ledger
from finance_core.catalogue import product as product_on_sale
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product import loan_product
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import Terms
from finance_core.storage.unit import Units

PRINCIPAL: Final = Money.of("3000", CNY)
COUNT: Final = 12
DUE_DAYS: Final = 30
"""On each of so many days falls an equal part of the dues."""
NO_CONSENT_EVERY: Final = 20
"""Each such loan may not be debited, so its dues go unpaid."""
_CHUNK: Final = 10_000

_CUSTOMERS: Final = text(
    """
    INSERT INTO customer (id, telegram_id, chat_id, name_sealed, language, zone, tier, pin_failures, discreet,
        income_notice, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, n, '\\x00', 'en', 'Asia/Shanghai', 2, 0, false, 'daily', :now
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)
_LOANS: Final = text(
    """
    INSERT INTO loan (id, key, customer_id, product, product_version, product_number, grade, asset, principal,
        annual_rate, penalty_rate, grace_days, all_in_rate, count, automatic_debit, debit_from_change_plus, signed_at,
        disbursed_on, cooling_off_until, state)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'benchmark:' || n, n, 'lightning', 1, :number, 'D', 'CNY', :principal, :rate, 5.75, 3, 20, :count,
        n % :no_consent_every <> 0, false, :now, :on, :on, 'active'
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)
_INSTALMENTS: Final = text(
    """
    INSERT INTO instalment (loan_id, nr, starts_on, due_on, principal, interest)
    SELECT n, line.nr, line.starts_on, line.due_on, line.principal, line.interest
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
        JOIN unnest(CAST(:kinds AS integer[]), CAST(:nrs AS integer[]), CAST(:starts AS date[]), CAST(:dues AS date[]),
            CAST(:principals AS bigint[]), CAST(:interests AS bigint[]))
            AS line (kind, nr, starts_on, due_on, principal, interest) ON line.kind = n % :due_days
    ORDER BY n, line.nr
    """
)
_ACCOUNTS: Final = text(
    """
    SELECT cardinality(ledger_accounts(array_agg(CAST('INST' AS varchar)), array_agg(code), array_agg(n),
        array_agg(CAST('CNY' AS varchar))))
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
        CROSS JOIN unnest(CAST(ARRAY['1100', '2010'] AS varchar[])) AS code
    """
)
_DISBURSEMENTS: Final = text(
    """
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('1100', n, 'CNY'), ledger_account('2010', n, 'CNY'), :principal
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """
)


async def build(units: Units, owner: AsyncEngine, loans: int) -> None:
    """Lend to customers 1 to `loans` on the open date; the catalogue is loaded already.

    The planner is told of the new rows before they are posted to, as it would have learned of them in real life.
    """
    async with units.begin() as unit:
        product = loan_product(await product_on_sale(unit, "lightning"))
        terms = product.terms(PRINCIPAL, Tenor(COUNT, PeriodUnit.MONTH), product.rates["D"], unit.open_on)
        shared = {
            "number": product.number,
            "rate": product.rates["D"],
            "principal": PRINCIPAL.amount,
            "count": COUNT,
            "now": unit.now,
            "on": unit.open_on,
            "due_days": DUE_DAYS,
            "no_consent_every": NO_CONSENT_EVERY,
            **_lines(terms),
        }
    chunks = [
        {**shared, "first": first, "last": min(first + _CHUNK - 1, loans)} for first in range(1, loans + 1, _CHUNK)
    ]
    for values in chunks:
        async with units.begin() as unit:
            for statement in (_CUSTOMERS, _LOANS, _INSTALMENTS, _ACCOUNTS):
                await unit.session.execute(statement, _asked(statement, values))
    await tidy(owner)
    for values in chunks:
        async with units.begin() as unit:
            await ledger.stage(unit)
            await unit.session.execute(_DISBURSEMENTS, _asked(_DISBURSEMENTS, values))
            await ledger.post_staged(unit, f"benchmark:lent:{values['first']}", "loan.disbursement", unit.open_on, {})
    await tidy(owner)


async def tidy(owner: AsyncEngine) -> None:
    """Do for all tables what autovacuum does in time."""
    async with owner.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("VACUUM ANALYZE"))


def _asked(statement: TextClause, values: dict[str, Any]) -> dict[str, Any]:
    return {name: values[name] for name in statement.compile().params}


def _lines(terms: Terms) -> dict[str, list[Any]]:
    """Return the columns of thirty schedules: the first due day is one to thirty days away."""
    columns: dict[str, list[Any]] = {name: [] for name in ("kinds", "nrs", "starts", "dues", "principals", "interests")}
    for kind in range(DUE_DAYS):
        starts_on: date = terms.disbursed_on
        for line in schedule(replace(terms, first_due_on=starts_on + timedelta(days=1 + kind))).instalments:
            row = (kind, line.nr, starts_on, line.due_on, line.principal, line.interest)
            for column, value in zip(columns.values(), row, strict=True):
                column.append(value)
            starts_on = line.due_on
    return columns
