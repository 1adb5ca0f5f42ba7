"""Change Plus where it meets loans: what comes out of it pays what is overdue, and what is due may be paid from it."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.kernel.money import Money
from finance_core.loans.collection import collect
from finance_core.notices import Urgency
from finance_core.storage.steps import Chunk, Step, in_chunks
from finance_core.storage.unit import SYSTEM, Unit, Units
from finance_core.wealth import queries, service, settlement
from finance_core.wealth.product import fund_on_sale
from finance_core.wealth.service import Speed, TakenOut

_PAGE_ROWS: Final = 500

_STILL_DUE: Final = text(
    """
    SELECT l.customer_id, CAST(sum(i.principal + i.interest + i.late_interest + i.penalty
        - i.paid_principal - i.paid_interest - i.paid_penalty) AS bigint) AS due
    FROM loan l JOIN instalment i ON i.loan_id = l.id
    WHERE l.state = 'active' AND l.automatic_debit AND l.debit_from_change_plus
        AND i.settled_on IS NULL AND i.due_on <= :on AND l.customer_id > :after
        AND EXISTS (SELECT FROM holding h WHERE h.customer_id = l.customer_id)
    GROUP BY l.customer_id ORDER BY l.customer_id LIMIT :rows
    """
)


async def take_out(unit: Unit, customer_id: int, amount: Money, key: str, speed: Speed = Speed.FAST) -> TakenOut:
    """Take money out of Change Plus, then debit what is overdue. Raises as `wealth.service.take_out`."""
    taken = await service.take_out(unit, customer_id, amount, key, speed=speed)
    if taken.at_once:
        await collect(unit, [customer_id], taken.reference)
    return taken


async def _pay_redemptions(units: Units, on: date) -> None:
    """Pay standard redemptions that are due; each one's cash is tried on what its owner owes."""

    async def work(unit: Unit, chunk: Chunk) -> None:
        for customer_id, reference in await settlement.pay_redemptions(unit, on, chunk):
            await collect(unit, [customer_id], reference)

    await in_chunks(units, "wealth.redemptions", on, settlement.DUE_REDEMPTIONS, work)


async def _debit_due(units: Units, on: date) -> None:
    """Pay from Change Plus what the wallets left due of loans whose contracts agree to it, a customer a unit."""
    after = 0
    while True:
        async with units.begin(SYSTEM) as unit:
            values = {"on": on, "after": after, "rows": _PAGE_ROWS}
            page = (await unit.session.execute(_STILL_DUE, values)).all()
        for row in page:
            async with units.begin(SYSTEM) as unit:
                await pay_due(unit, row.customer_id, row.due, f"change_plus.debit:{on}:{row.customer_id}")
        if not page:
            return
        after = page[-1].customer_id


async def pay_due(unit: Unit, customer_id: int, due: int, key: str) -> None:
    """Take out as much of `due` (minor units) as may leave at once today, and pay with it: a fast redemption and a
    payment in one unit of work. It counts against the day's quota; where there is nothing, nothing happens.
    """
    fund = await fund_on_sale(unit)
    if await ledger.find(unit, key) is not None:
        return
    held = await queries.position(unit, fund, customer_id)
    at_once = held.on_the_way_in + min(held.confirmed, await queries.fast_left(unit, fund, customer_id))
    amount = min(Money(due, fund.asset), at_once)
    if amount:
        await service.take_out(unit, customer_id, amount, key, urgency=Urgency.SYSTEM)
        await collect(unit, [customer_id], key)


REDEMPTIONS: Final = Step("wealth.redemptions", time(8, 30), "open", "wealth", _pay_redemptions)
DEBIT_DUE: Final = Step("change_plus.debit_due", time(9, 0), "open", "loans", _debit_due)
