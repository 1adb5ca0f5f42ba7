"""Change Plus where it meets loans and sends: what comes out of it pays what is overdue; what is due, or is to be sent,
may be paid from it by a fast redemption and a payment in one entry.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.change_plus import queries, service, settlement
from finance_core.change_plus.models import Fund
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.service import Speed, TakenOut
from finance_core.circles.book.retrying import collect_after
from finance_core.kernel.money import Money
from finance_core.loans.book.funding import NOT_HELD
from finance_core.loans.repayment.debits import collect
from finance_core.schedule.steps import Step, TimedWork
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import SYSTEM, Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.models import Send
from finance_core.wallet.service import Receipt

_PAGE_ROWS: Final = 500

_REDEMPTIONS_DUE: Final = "SELECT FROM fund_order WHERE kind = 'redemption' AND state = 'pending' AND confirm_on <= :on"
_QUEUED: Final = "SELECT FROM fund_order WHERE kind = 'redemption' AND state = 'pending' AND queued_on IS NOT NULL"

_DUE: Final = f"""
    FROM loan l JOIN instalment i ON i.loan_id = l.id
    WHERE l.state = 'active' AND l.automatic_debit AND l.debit_from_change_plus
        AND i.settled_on IS NULL AND i.due_on <= :on AND {NOT_HELD}
        AND EXISTS (SELECT FROM holding h WHERE h.customer_id = l.customer_id)
"""
_ANY_DUE: Final = f"SELECT {_DUE}"
_STILL_DUE: Final = text(
    f"""
    SELECT l.customer_id, array_agg(DISTINCT l.id) AS loans,
        CAST(sum(i.principal + i.interest + i.late_interest + i.penalty + i.fee + i.late_fee
            - i.paid_principal - i.paid_interest - i.paid_penalty - i.paid_fee) AS bigint) AS due
    {_DUE} AND l.customer_id > :after
    GROUP BY l.customer_id ORDER BY l.customer_id LIMIT :rows
    """
)


async def take_out(unit: Unit, customer_id: int, amount: Money, key: str, speed: Speed = Speed.FAST) -> TakenOut:
    """Take money out of Change Plus, then debit what is overdue. Raises as `wealth.service.take_out`."""
    taken = await service.take_out(unit, customer_id, amount, key, speed=speed)
    if taken.at_once:
        await collect(unit, [customer_id], taken.reference)
        await collect_after(unit, customer_id, taken.reference)
    return taken


async def send(
    unit: Unit,
    cipher: Cipher,
    sender_id: int,
    payee_id: int | None,
    amount: Money,
    note: str,
    token: str,
    *,
    delay_hours: int = 0,
) -> tuple[Send, Receipt]:
    """Send money straight from Change Plus: a fast redemption and the send in one entry; it counts towards the quota.

    Raises as `wallet.service.send` and `wealth.service.take_out`.
    """
    first = await service.for_payment(unit, sender_id, amount, f"send:{token}")
    return await wallet.send(
        unit, cipher, sender_id, payee_id, amount, note, token, delay_hours=delay_hours, first=first
    )


async def at_once(unit: Unit, customer_id: int) -> Money:
    """Return what a person can pay with out of Change Plus now: unconfirmed money, and units within today's quota."""
    fund = await fund_on_sale(unit)
    held = await queries.position(unit, fund, customer_id)
    if not held.confirmed:
        return held.on_the_way_in
    return held.on_the_way_in + min(held.confirmed, await queries.fast_left(unit, fund, customer_id))


async def left_after(unit: Unit, customer_id: int, amount: Money) -> Money:
    """Return what stays in Change Plus once `amount` was paid out of it. Raises as `wealth.service.take_out`."""
    fund = await fund_on_sale(unit)
    held = await queries.position(unit, fund, customer_id)
    await service.planned(unit, fund, customer_id, amount, held.pending, Speed.FAST)
    return held.can_leave - amount


async def _pay_redemptions(units: Units, on: date) -> None:
    """Pay standard redemptions that are due, first come first paid; each one's cash is tried on what its owner owes."""
    await _pay(units, on, queued=False)


async def _pay_queued(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        on = unit.open_on
    return await _pay(units, on, queued=True)


async def _pay(units: Units, on: date, *, queued: bool) -> int:
    async with units.begin(SYSTEM) as unit:
        codes = list(await unit.session.scalars(select(Fund.code).order_by(col(Fund.id))))
    count = 0
    for code in codes:
        while paid := await _pay_page(units, code, on, queued=queued):
            count += paid
    return count


async def _pay_page(units: Units, code: str, on: date, *, queued: bool) -> int:
    async with units.begin(SYSTEM) as unit:
        paid = await settlement.pay_next(unit, await fund_on_sale(unit, code), on, queued=queued)
        for customer_id, reference in paid:
            await collect(unit, [customer_id], reference)
            await collect_after(unit, customer_id, reference)
        return len(paid)


async def _debit_due(units: Units, on: date) -> None:
    """Pay from Change Plus what the wallets left due of loans whose contracts agree to it, a customer a unit."""
    after = 0
    while True:
        async with units.begin(SYSTEM) as unit:
            values = {"on": on, "after": after, "rows": _PAGE_ROWS}
            page = (await unit.session.execute(_STILL_DUE, values)).all()
        for row in page:
            async with units.begin(SYSTEM) as unit:
                await pay_due(unit, row.customer_id, row.loans, row.due, f"change_plus.debit:{on}:{row.customer_id}")
        if not page:
            return
        after = page[-1].customer_id


async def pay_due(unit: Unit, customer_id: int, loans: list[int], due: int, key: str) -> None:
    """Take out as much of `due` (minor units) as may leave at once today, and pay `loans` with it in the same entry. It
    counts towards the day's quota; where there is nothing, nothing happens.
    """
    if any([await ledger.find(unit, f"loan:{loan}:debit:{key}") is not None for loan in loans]):
        return
    fund = await fund_on_sale(unit)
    amount = min(Money(due, fund.asset), await at_once(unit, customer_id))
    if amount:
        first = await service.for_payment(unit, customer_id, amount, key)
        await collect(unit, [customer_id], key, first=first, short_is_told=True)


REDEMPTIONS: Final = Step(
    "wealth.redemptions", time(8, 30), "open", "wealth", _pay_redemptions, _REDEMPTIONS_DUE, rank=320
)
QUEUE: Final = TimedWork("wealth.queue", _QUEUED, settlement.next_queued, _pay_queued)
DEBIT_DUE: Final = Step("change_plus.debit_due", time(9, 0), "open", "loans", _debit_due, _ANY_DUE, rank=420)
