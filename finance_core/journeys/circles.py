"""Circles where they meet Change Plus, plans and loans: what pays a contribution, and where a payout goes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, time
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from finance_core import ledger
from finance_core.change_plus import service as change_plus
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.queries import position as change_plus_held
from finance_core.circles import membership
from finance_core.circles.book import payments
from finance_core.circles.book.debits import OPEN_DUES
from finance_core.circles.book.payments import PaidIn
from finance_core.circles.book.retrying import collect_after
from finance_core.circles.models import Destination
from finance_core.journeys.change_plus import at_once
from finance_core.journeys.plans import queries as plans
from finance_core.journeys.plans import targets
from finance_core.journeys.plans.models import Plan, PlanKind, PlanState
from finance_core.journeys.plans.running import reached
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.loans.repayment import repayment
from finance_core.notices import Urgency
from finance_core.schedule.steps import Step
from finance_core.storage.unit import SYSTEM, Unit, Units

_PAGE_ROWS: Final = 500

_DUE: Final = f"""
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN circle_member m ON m.circle_id = d.circle_id AND m.customer_id = d.customer_id
    WHERE d.due_on <= :on AND {OPEN_DUES} AND c.state IN ('running', 'ended')
        AND m.automatic_debit AND m.debit_from_change_plus AND m.suspended_at IS NULL
        AND EXISTS (SELECT FROM holding h WHERE h.customer_id = d.customer_id)
"""
_ANY_DUE: Final = f"SELECT {_DUE}"
_STILL_DUE: Final = text(
    f"""
    SELECT d.customer_id, c.asset, CAST(sum(d.amount - d.paid + d.fine - d.fine_paid) AS bigint) AS due
    {_DUE} AND d.customer_id > :after
    GROUP BY d.customer_id, c.asset ORDER BY d.customer_id LIMIT :rows
    """
)
# Payouts of a day to who wants them elsewhere: what is left of them after debts to the circle and what is kept back.
_ELSEWHERE: Final = """
    FROM circle_payout o JOIN circle c ON c.id = o.circle_id
        JOIN circle_member m ON m.circle_id = o.circle_id AND m.customer_id = o.customer_id
    WHERE o.on_date = :on AND o.kind IN ('prize', 'late') AND m.destination <> 'wallet'
"""
_ANY_ELSEWHERE: Final = f"SELECT {_ELSEWHERE}"
_PAYOUTS: Final = text(
    f"""
    SELECT o.id, o.customer_id, c.asset, m.destination, m.destination_id, o.amount
        - CAST((SELECT coalesce(sum(p.contribution + p.fine), 0) FROM circle_payment p
            WHERE p.circle_id = o.circle_id AND p.entry_id = o.entry_id AND p.payer_id = o.customer_id
                AND p.source = 'payout') AS bigint)
        - CAST((SELECT coalesce(sum(t.amount), 0)
            FROM transfer t JOIN account d ON d.id = t.debit_id AND d.code = '2030'
                AND d.owner = (o.circle_id << 32) + o.round
                JOIN account k ON k.id = t.credit_id AND k.code = '2031'
            WHERE t.entry_id = o.entry_id) AS bigint) AS amount
    {_ELSEWHERE} AND o.id > :after AND (CAST(:only AS bigint[]) IS NULL OR o.circle_id = ANY(:only))
    ORDER BY o.id LIMIT :rows
    """  # noqa: S608 - constants
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pot may go; `of` is the goal's or the loan's id."""

    kind: Destination
    of: int | None = None


async def pay(
    unit: Unit, circle_id: int, payer_id: int, amount: Money, key: str, *, place: int | None = None
) -> PaidIn:
    """Pay into a circle by hand; pots that it fills are paid, and go where their receivers want them.

    Raises as `circles.book.payments.pay`.
    """
    paid = await payments.pay(unit, circle_id, payer_id, amount, key, place=place)
    await forward(unit, [circle_id])
    return paid


async def collect_from(unit: Unit, customer_id: int, occasion: str) -> None:
    """Debit what somebody owes to circles, as money has come in; what that pays out goes where it is wanted."""
    paid = await collect_after(unit, customer_id, occasion)
    if paid:
        await forward(unit, paid)


async def destinations_of(unit: Unit, customer_id: int) -> list[Place]:
    """Return where somebody's pots may go: the wallet, Change Plus where they have it, their goals, their loans."""
    held = await change_plus_held(unit, await fund_on_sale(unit), customer_id)
    goals = [each for each in await plans.of_customer(unit, customer_id) if each.kind == PlanKind.GOAL and each.left]
    return [
        Place(Destination.WALLET),
        *([Place(Destination.CHANGE_PLUS)] if held.confirmed or held.on_the_way_in else []),
        *[Place(Destination.GOAL, each.id) for each in goals],
        *[Place(Destination.LOAN, each.id) for each in await loans.of_customer(unit, customer_id, LoanState.ACTIVE)],
    ]


async def choose_destination(unit: Unit, token: str, customer_id: int, place: Place) -> None:
    """Choose where one's own pot goes. Raises NotFound: `circle_destination`, no such place of theirs; as below it."""
    if place not in await destinations_of(unit, customer_id):
        raise NotFound(ErrorCode.CIRCLE_DESTINATION)
    await membership.choose_destination(unit, token, customer_id, place.kind, place.of)


async def forward(unit: Unit, circles: list[int] | None = None) -> int:
    """Send today's payouts (of these circles; None: of all, a page) on to where their receivers want them, each once.

    What a destination does not take, as it is full, settled or frozen, stays in the wallet. Returns the last payout.
    """
    return await _forward_page(unit, circles, 0)


async def _forward_page(unit: Unit, circles: list[int] | None, after: int) -> int:
    values = {"on": unit.open_on, "after": after, "only": circles, "rows": _PAGE_ROWS}
    rows = (await unit.session.execute(_PAYOUTS, values)).all()
    for row in rows:
        key = f"circles.forward:{row.id}"
        wallet = ledger.customer_wallet(row.customer_id, ASSETS[row.asset])
        amount = min(Money(row.amount, ASSETS[row.asset]), await ledger.available(unit, wallet))
        if amount.amount > 0 and not await _is_sent(unit, row.destination, row.destination_id, key):
            await _send(unit, row.destination, row.destination_id, row.customer_id, amount, key)
    return rows[-1].id if len(rows) == _PAGE_ROWS else 0


async def _is_sent(unit: Unit, destination: str, of: int | None, key: str) -> bool:
    """Say whether a payout has gone on already, by the key of the entry that a destination makes."""
    entry_key = f"loan:{of}:repay:{key}" if destination == Destination.LOAN else key
    return await ledger.find(unit, entry_key) is not None


async def _send(unit: Unit, destination: str, of: int | None, customer_id: int, amount: Money, key: str) -> None:
    try:
        async with unit.session.begin_nested():
            await _TO[Destination(destination)](unit, of or 0, customer_id, amount, key)
    except FinanceError:
        return


async def _to_change_plus(unit: Unit, _: int, customer_id: int, amount: Money, key: str) -> None:
    await change_plus.put_in(unit, customer_id, amount, key, urgency=Urgency.SYSTEM)


async def _to_goal(unit: Unit, plan_id: int, customer_id: int, amount: Money, key: str) -> None:
    """Put a payout towards a goal, no more than it still lacks."""
    query = select(Plan).where(Plan.id == plan_id, Plan.customer_id == customer_id, Plan.state == PlanState.ACTIVE)
    plan = await unit.session.scalar(query.with_for_update(key_share=True))
    wanted = min(amount, Money(plan.left, amount.asset)) if plan is not None else Money.zero(amount.asset)
    if plan is not None and wanted:
        await targets.put(unit, customer_id, plan.target, wanted, key, plan.shown)
        plan.saved += wanted.amount
        if not plan.left:
            await reached(unit, plan)


async def _to_loan(unit: Unit, loan_id: int, _: int, amount: Money, key: str) -> None:
    await repayment.repay(unit, loan_id, amount, key)


_TO: Final[dict[Destination, Callable[[Unit, int, int, Money, str], Awaitable[None]]]] = {
    Destination.CHANGE_PLUS: _to_change_plus,
    Destination.GOAL: _to_goal,
    Destination.LOAN: _to_loan,
}


async def _debit_change_plus(units: Units, on: date) -> None:
    """Pay out of Change Plus what the wallets of who has agreed to it left due, a person a unit."""
    after = 0
    while True:
        async with units.begin(SYSTEM) as unit:
            values = {"on": on, "after": after, "rows": _PAGE_ROWS}
            page = (await unit.session.execute(_STILL_DUE, values)).all()
        for row in page:
            async with units.begin(SYSTEM) as unit:
                due = Money(row.due, ASSETS[row.asset])
                await pay_due(unit, row.customer_id, due, f"circles.change_plus:{on}:{row.customer_id}")
        if not page:
            return
        after = page[-1].customer_id


async def pay_due(unit: Unit, customer_id: int, due: Money, key: str) -> None:
    """Take out as much of `due` as may leave Change Plus at once today, and pay circles with it; once for each key."""
    if await ledger.find(unit, key) is not None:
        return
    wallet = await ledger.available(unit, ledger.customer_wallet(customer_id, due.asset))
    amount = min(due - min(due, wallet), await at_once(unit, customer_id))
    if amount.amount > 0:
        await change_plus.take_out(unit, customer_id, amount, key, urgency=Urgency.SYSTEM)
        await collect_after(unit, customer_id, key)


async def _forward(units: Units, on: date) -> None:
    after = 0
    while True:
        async with units.begin(SYSTEM) as unit:
            after = await _forward_page(unit, None, after) if unit.open_on == on else 0
        if not after:
            return


DEBIT_DUE: Final = Step(
    "circles.debit_change_plus", time(9, 0), "open", "circles", _debit_change_plus, _ANY_DUE, rank=427
)
FORWARD: Final = Step("circles.forward", time(9, 0), "open", "circles", _forward, _ANY_ELSEWHERE, rank=435)
