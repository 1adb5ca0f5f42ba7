"""The loan book as it stood at the end of a day: each loan, ageing, portfolio at risk, provisions, restructured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import TextClause, text

from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.rules.classes import (
    BUCKETS,
    PROVISION_PERCENT,
    LoanClass,
    bucket_of,
    provision_owner,
)
from finance_core.reports.as_of import LEGS, LOAN_CODES, standing_loans
from finance_core.reports.table import (
    TOTAL,
    Asked,
    Found,
    Grain,
    Report,
    Row,
    Takes,
    count,
    day,
    money,
    number,
    percent,
    share,
    words,
)
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

CURRENT: Final = "not past due"
AT_RISK: Final = {"par1": 0, "par30": 30, "par60": 60, "par90": 90}
"""PAR n is the principal of loans more than so many days past due (PRODUCTS §3; PAR1: one day or more)."""

_LOANS: Final = text(
    standing_loans(
        """
        SELECT *, required_provision(outstanding, loan_class) AS required FROM standing ORDER BY id
        """
    )
)
_RESTRUCTURED: Final = text(standing_loans("SELECT * FROM standing WHERE restructured_on IS NOT NULL ORDER BY id"))
_AGES: Final = text(
    standing_loans(
        """
        SELECT asset, days, count(*) AS loans, CAST(sum(outstanding) AS bigint) AS principal
        FROM standing GROUP BY asset, days
        """
    )
)
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
_BEYOND: Final = ", ".join(
    f"CAST(coalesce(sum(principal) FILTER (WHERE days > {bound}), 0) AS bigint) AS {name}"
    for name, bound in AT_RISK.items()
)
# Balances and arrears hold from one date until the next: each is laid beside the days that are asked for.
_AT_RISK: Final = text(
    f"""
    WITH {LEGS}, moved AS (
        SELECT owner AS loan_id, asset, on_date, sum(amount) AS amount FROM leg GROUP BY owner, asset, on_date
    ), held AS (
        SELECT loan_id, asset, on_date AS from_on, lead(on_date) OVER each_loan AS until_on,
            CAST(sum(amount) OVER each_loan AS bigint) AS principal
        FROM moved WINDOW each_loan AS (PARTITION BY loan_id ORDER BY on_date)
    ), late AS (
        SELECT loan_id, from_on, lead(from_on) OVER (PARTITION BY loan_id ORDER BY from_on) AS until_on, since
        FROM arrears WHERE from_on <= :on
    ), changed AS (
        SELECT loan_id, min(from_on) AS from_on FROM schedule_version WHERE reason = 'restructured' GROUP BY loan_id
    ), standing AS (
        SELECT step.on_date, held.asset, held.principal, step.on_date - late.since AS days,
            changed.loan_id IS NOT NULL AS is_restructured
        FROM unnest(CAST(:days AS date[])) AS step (on_date)
            JOIN held ON held.from_on <= step.on_date AND (held.until_on IS NULL OR held.until_on > step.on_date)
            LEFT JOIN late ON late.loan_id = held.loan_id AND late.from_on <= step.on_date
                AND (late.until_on IS NULL OR late.until_on > step.on_date)
            LEFT JOIN changed ON changed.loan_id = held.loan_id AND changed.from_on <= step.on_date
        WHERE held.principal > 0
    )
    SELECT on_date, asset, CAST(sum(principal) AS bigint) AS gross, {_BEYOND},
        CAST(coalesce(sum(principal) FILTER (WHERE is_restructured), 0) AS bigint) AS restructured
    FROM standing GROUP BY on_date, asset ORDER BY on_date, asset
    """  # noqa: S608 - made of the constants above
)


async def _loan_book(unit: Unit, asked: Asked) -> Found:
    return Found([_loan_row(loan) for loan in await _standing(unit, _LOANS, asked)])


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


def bucket_name(days: int) -> str:
    """Return the bucket of so many days past due as words: "1–30", "> 360", "not past due"."""
    return _bucket_words(bucket_of(days))


def _bucket_words(bucket: tuple[int, int | None] | None) -> str:
    if bucket is None:
        return CURRENT
    first, last = bucket
    return f"> {first - 1}" if last is None else f"{first}–{last}"


async def _ageing(unit: Unit, asked: Asked) -> Found:
    ages = await _standing(unit, _AGES, asked)
    rows: list[Row] = []
    totals: list[Row] = []
    for asset in sorted({age.asset for age in ages}):
        mine = [age for age in ages if age.asset == asset]
        whole = sum(age.principal for age in mine)
        by_bucket = {bucket: [age for age in mine if bucket_of(age.days) == bucket] for bucket in (None, *BUCKETS)}
        rows += (_ageing_row(_bucket_words(bucket), asset, each, whole) for bucket, each in by_bucket.items())
        totals.append(_ageing_row(TOTAL, asset, mine, whole))
    return Found(rows, totals)


def _ageing_row(name: str, asset: str, ages: Sequence[Fetched], whole: int) -> Row:
    principal = sum(row.principal for row in ages)
    return (name, asset, sum(row.loans for row in ages), Money(principal, ASSETS[asset]), share(principal, whole))


async def _par(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "days": list(steps(asked)), "codes": ["1100"]}
    found = (await unit.session.execute(_AT_RISK, values)).all()
    return Found([_par_row(row) for row in found], [])


def steps(asked: Asked) -> Iterator[date]:
    """Yield the last day of each step of the period; the date alone when there is none."""
    if asked.first_on is None or asked.by is None:
        yield asked.last_on
        return
    on = asked.first_on
    while on <= asked.last_on:
        end = _end_of(asked.by, on)
        yield min(end, asked.last_on)
        on = end + timedelta(days=1)


def _end_of(grain: Grain, on: date) -> date:
    """Return the last day of the step that a day is in."""
    start = grain.start_of(on)
    if grain is Grain.MONTH:
        return (start + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return start + timedelta(days=6 if grain is Grain.WEEK else 0)


def _par_row(row: Fetched) -> Row:
    asset = ASSETS[row.asset]
    amounts = [getattr(row, name) for name in (*AT_RISK, "restructured")]
    pairs = [(Money(amount, asset), share(amount, row.gross)) for amount in amounts]
    return (row.on_date, row.asset, Money(row.gross, asset), *(cell for pair in pairs for cell in pair))


async def _provisioning(unit: Unit, asked: Asked) -> Found:
    required = {(row.product_number, row.loan_class, row.asset): row for row in await _standing(unit, _REQUIRED, asked)}
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


def _provision_row(product: str, loan_class: LoanClass, code: str, needed: Fetched | None, held: int) -> Row:
    """Return what is required of a product's class beside what is booked for it (minor units)."""
    asset = ASSETS[code]
    principal, required = (needed.principal, needed.required) if needed else (0, 0)
    amounts = (Money(amount, asset) for amount in (required, held, held - required))
    return (product, loan_class.value, code, Money(principal, asset), Decimal(PROVISION_PERCENT[loan_class]), *amounts)


async def _restructured(unit: Unit, asked: Asked) -> Found:
    loans = await _standing(unit, _RESTRUCTURED, asked)
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


async def _standing(unit: Unit, statement: TextClause, asked: Asked) -> Sequence[Fetched]:
    found = await unit.session.execute(statement, {"on": asked.last_on, "codes": list(LOAN_CODES)})
    return found.all()


LOAN_BOOK: Final = Report(
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
)
AGEING: Final = Report(
    "ageing",
    "Loans and outstanding principal by how late they are.",
    Takes.DATE,
    (words("days_past_due"), words("asset"), count("loans"), money("outstanding"), percent("share")),
    _ageing,
)
PAR: Final = Report(
    "par",
    "Portfolio at risk: principal of loans 1 day or more, and more than 30, 60 and 90 days late, over all principal.",
    Takes.EITHER,
    (
        day("on_date"),
        words("asset"),
        money("outstanding"),
        *(column for name in (*AT_RISK, "restructured") for column in (money(name), percent(f"{name}_percent"))),
    ),
    _par,
    grain=Grain.MONTH,
)
PROVISIONING: Final = Report(
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
)
RESTRUCTURED: Final = Report(
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
)
