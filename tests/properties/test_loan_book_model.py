"""Any order of payments and closings ends at the ledger that the rules say; what is paid is spread without a rest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.journeys.redemptions import redeem_again
from finance_core.kernel.clock import ManualClock
from finance_core.loans import queries
from finance_core.loans.book.allocation import ORDER, ORDER_BEYOND_90, Owed, allocate, spread, total
from finance_core.loans.models import Loan, LoanPayment
from finance_core.loans.operations.reversal import reverse_payment
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.loans.repayment.prepayment import Left, replanned
from finance_core.loans.rules.classes import LoanClass, provision_owner
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import Prepayment, Terms
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Units
from tests.builders import a_customer, live_by, verified
from tests.embedded import Cluster
from tests.loan_book import LOANS_ONLY, booked, borrow, emptied, fresh, lightning_but, pay, sell, topped_up
from tests.properties.plain_loan import PlainLoan
from tests.properties.test_schedules import any_terms

amounts = st.integers(0, 10**6)
owed_ones = st.builds(
    Owed,
    loan_id=st.just(1),
    nr=st.integers(1, 99),
    due_on=st.dates(date(2026, 3, 1), date(2026, 5, 1)),
    penalty=amounts,
    fee=amounts,
    interest=amounts,
    principal=amounts,
    order=st.sampled_from([ORDER, ORDER_BEYOND_90, ("fee", "principal", "penalty", "interest")]),
)


@given(owed=st.lists(owed_ones, max_size=6), amount=st.integers(0, 10**7))
def test_a_payment_is_spread_whole_and_nothing_receives_more_than_it_owes(owed: list[Owed], amount: int) -> None:
    owed = [
        Owed(1, nr, each.due_on, each.penalty, each.fee, each.interest, each.principal, each.order)
        for nr, each in enumerate(sorted(owed, key=lambda each: each.due_on), 1)
    ]
    parts = allocate(owed, amount)
    assert total(parts) == min(amount, total(owed))
    by_nr = {each.nr: each for each in owed}
    for part in parts:
        for name in ORDER:
            assert 0 <= getattr(part, name) <= getattr(by_nr[part.nr], name)
    for earlier, later in pairwise(parts):
        assert earlier.total == by_nr[earlier.nr].total
        assert earlier.nr < later.nr
    assert total(spread(owed, amount, date(2026, 4, 1))) <= min(amount, total(owed)) or any(
        each.due_on > date(2026, 4, 1) for each in owed
    )


@settings(deadline=None)
@given(
    terms=any_terms(tranches=False),
    paid=st.integers(1, 999),
    nr=st.integers(0, 14),
    ahead=st.sampled_from([Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM, Prepayment.NEXT, Prepayment.LAST]),
)
def test_planning_anew_repays_what_is_left_and_never_costs_more(
    terms: Terms, paid: int, nr: int, ahead: Prepayment
) -> None:
    lines = schedule(terms).instalments
    starts = [terms.disbursed_on, *(line.due_on for line in lines)]
    left = [
        Left(line.nr, start_on, line.due_on, line.principal, line.interest)
        for line, start_on in zip(lines, starts, strict=False)
    ][min(nr, len(lines) - 1) :]
    balance = sum(each.principal for each in left)
    amount = balance * paid // 1000
    splits = replanned(terms, left, amount, ahead)
    assert sum(principal for principal, _ in splits) == balance - amount
    assert all(principal >= 0 and interest >= 0 for principal, interest in splits)
    assert len(splits) <= len(left)


KINDS: Final[tuple[dict[str, Any], ...]] = (
    {"tenors": [{"unit": "day", "counts": [30]}], "default": {"unit": "day", "count": 30},
     "fees": {"each_instalment": "0.05", "late": "0.50"}},
    {"tenors": [{"unit": "week", "counts": [8]}], "default": {"unit": "week", "count": 8},
     "method": "equal_principal", "fees": {"at_disbursement": "3", "late": "2"}},
    {"tenors": [{"unit": "week", "counts": [6]}], "default": {"unit": "week", "count": 6}, "method": "flat",
     "rates": {"per": "year", **dict.fromkeys("ABCD", "5")}, "prepayment": "reduce_term"},
    {"tenors": [{"unit": "day", "counts": [40]}], "default": {"unit": "day", "count": 40}, "method": "bullet",
     "fees": {"at_disbursement": "3"}},
    {"tenors": [{"unit": "week", "counts": [7]}], "default": {"unit": "week", "count": 7},
     "method": "interest_only", "interest_by": "period", "fees": {"each_instalment": "0.20"}},
)  # fmt: skip
"""One product for each method, so that each loan has income accounts of its own."""

COMMON: Final[dict[str, Any]] = {
    "rates": {"per": "year", **dict.fromkeys("ABCD", "9")},
    "minimum": "2500",
    "cooling_off_days": 0,
}
CODES: Final = {"principal": "1100", "interest": "1110", "fee": "1120", "penalty": "1130"}
INCOMES: Final = {"interest": "4010", "fee": "4020", "penalty": "4030"}

Act = tuple[int, int, Prepayment]
"""Days to wait, thousandths of what is owed then, what principal paid ahead does."""
acts = st.lists(
    st.tuples(
        st.integers(1, 16),
        st.sampled_from([1, 40, 200, 333, 999, 1000, 1400]),
        st.sampled_from([Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM]),
    ),
    max_size=6,
)
lives = st.lists(acts, min_size=len(KINDS), max_size=len(KINDS))


@dataclass
class Pair:
    """A loan in the service and the same one on paper."""

    customer: Customer
    loan: Loan
    number: int
    plain: PlainLoan
    acts: dict[int, tuple[int, Prepayment]]
    paid: list[tuple[int, int, Prepayment]] = field(default_factory=list)
    """What was taken: the day, minor units, and what was chosen."""


@settings(
    max_examples=3,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # a month of five loans is too long to be tried smaller
)
@given(lives=lives)
def test_any_payments_and_closings_end_at_the_ledger_that_the_rules_say(
    cluster: Cluster, lives: list[list[Act]]
) -> None:
    asyncio.run(_live(cluster, lives, days=45))


def test_a_loan_that_is_hardly_paid_goes_to_suspense_and_back_as_the_rules_say(cluster: Cluster) -> None:
    smaller, fewer = Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM
    lives: list[list[Act]] = [
        [(20, 40, smaller), (80, 200, smaller), (20, 1000, smaller)],
        [(101, 200, smaller), (3, 999, fewer)],
        [],
        [(60, 1, smaller)],
        [(99, 200, fewer), (5, 200, fewer), (5, 500, fewer), (5, 1000, fewer)],
    ]
    asyncio.run(_live(cluster, lives, days=128))


@settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(lives=lives, places=st.lists(st.integers(0, 5), min_size=len(KINDS), max_size=len(KINDS)))
def test_a_payment_that_is_taken_back_leaves_the_ledger_as_if_it_had_never_come(
    cluster: Cluster, lives: list[list[Act]], places: list[int]
) -> None:
    asyncio.run(_live(cluster, lives, days=30, taken_back=places))


def test_a_payment_that_is_taken_back_may_lead_to_suspense(cluster: Cluster) -> None:
    smaller, fewer = Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM
    lives: list[list[Act]] = [
        [(20, 40, smaller), (20, 999, smaller), (58, 1, smaller)],
        [(2, 200, smaller), (20, 999, fewer), (78, 40, smaller)],
        [(99, 200, fewer), (1, 1000, fewer)],
        [(60, 200, smaller)],
        [(2, 200, smaller), (5, 40, fewer), (60, 999, fewer), (33, 1000, fewer)],
    ]
    asyncio.run(_live(cluster, lives, days=101, taken_back=[1, 1, 0, 0, 2]))


async def _live(cluster: Cluster, lives: Sequence[Sequence[Act]], *, days: int, taken_back: Sequence[int] = ()) -> None:
    clock = ManualClock(datetime(2026, 3, 12, 4, 0, tzinfo=UTC))
    with cluster.cloned() as url:
        engine = create_engine(url)
        async with engine.begin() as connection:
            await found(connection, "Asia/Shanghai", date(2026, 3, 12))
        units = Units(engine, clock)
        pairs = [await _pair(units, kind, life) for kind, life in zip(KINDS, lives, strict=True)]
        for day in range(1, days + 1):
            await _next_noon(units, clock)
            for pair in pairs:
                pair.plain.close()
                if day in pair.acts and not pair.plain.ended:
                    await _pay(units, pair, day, *pair.acts[day])
        for pair in pairs:
            await _compare(units, pair)
        if taken_back:
            for pair, place in zip(pairs, taken_back, strict=True):
                await _take_back(units, pair, place, days)
            await verified(units)
            await _next_noon(units, clock)
            for pair in pairs:
                pair.plain.close()
                await _compare(units, pair)
        await verified(units)
        await engine.dispose()


async def _take_back(units: Units, pair: Pair, place: int, days: int) -> None:
    """Take one of a loan's payments back, and write the loan down anew without it."""
    if not pair.paid:
        return
    place %= len(pair.paid)
    async with units.begin() as unit:
        ours = select(LoanPayment).where(LoanPayment.loan_id == pair.loan.id).order_by(col(LoanPayment.id))
        payment = (await unit.session.scalars(ours)).all()[place]
        loan = await queries.locked(unit, pair.loan.id)
        await reverse_payment(unit, loan, payment, f"taken back:{loan.id}", redeem_again)
    pair.plain = _plain(pair.plain.terms, pair.loan)
    stay = [each for nr, each in enumerate(pair.paid) if nr != place]
    for day in range(1, days + 1):
        pair.plain.close()
        for _, amount, ahead in (each for each in stay if each[0] == day and not pair.plain.ended):
            pair.plain.pay(amount, ahead)


async def _pair(units: Units, kind: dict[str, Any], life: Sequence[Act]) -> Pair:
    code = f"kind_{KINDS.index(kind)}"
    number = await sell(units, code, **{**COMMON, **kind})
    customer = await a_customer(units, code)
    count = kind["default"]["count"]
    loan = await borrow(units, customer, code, 3000, count, debit=False)
    await emptied(units, customer)
    product = _product(code, {**COMMON, **kind}, number)
    day, on_days = 0, {}
    for gap, thousandths, ahead in life:
        day += gap
        on_days[day] = (thousandths, ahead)
    return Pair(customer, loan, number, _plain(product.terms_of(loan), loan), on_days)


def _plain(terms: Terms, loan: Loan) -> PlainLoan:
    return PlainLoan(terms, loan.penalty_rate, loan.grace_days, loan.late_fee)


def _product(code: str, changes: dict[str, Any], number: int) -> LoanProduct:
    return LoanProduct.parsed(code, 1, lightning_but(number, **changes))


async def _next_noon(units: Units, clock: ManualClock) -> None:
    await live_by(LOANS_ONLY, units, clock, clock.now() + timedelta(days=1))


async def _pay(units: Units, pair: Pair, day: int, thousandths: int, ahead: Prepayment) -> None:
    await _compare(units, pair)
    owed = sum(pair.plain.receivable().values())
    amount = Decimal(max(owed * thousandths // 1000, 1)).scaleb(-2)
    await topped_up(units, pair.customer, amount)
    repaid = await pay(units, pair.loan, amount, ahead=ahead)
    assert repaid.amount.amount == pair.plain.pay(int(amount.scaleb(2)), ahead)
    assert repaid.settled is pair.plain.ended
    pair.paid.append((day, repaid.amount.amount, ahead))
    await emptied(units, pair.customer)
    await _compare(units, pair)


async def _compare(units: Units, pair: Pair) -> None:
    """Hold the ledger against the plain loan, account by account."""
    plain, loan = pair.plain, await fresh(units, pair.loan)
    expected = {CODES[name]: amount for name, amount in plain.receivable().items()}
    expected["1195"] = sum(plain.suspended.values())
    expected["2060"] = plain.terms.fee_at_disbursement - plain.fee_earned
    found_there = {code: (await booked(units, code, loan.id)).amount for code in expected}
    assert found_there == expected
    income = {name: (await booked(units, code, pair.number)).amount for name, code in INCOMES.items()}
    assert income == plain.income
    allowance = {each: (await booked(units, "1190", provision_owner(pair.number, each))).amount for each in LoanClass}
    assert allowance == {each: plain.provision if each is plain.loan_class else 0 for each in LoanClass}
    assert (loan.overdue_since, loan.non_accrual_since is not None) == (plain.since, plain.suspends)
