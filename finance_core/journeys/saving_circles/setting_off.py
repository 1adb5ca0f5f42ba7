"""What members owe an accumulating circle, and how it is set off against what they get."""

from __future__ import annotations

from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles.saving.finding import Saving
from finance_core.circles.saving.models import CircleSavingPayment
from finance_core.circles.saving.paying_in import open_fines
from finance_core.kernel.money import Money
from finance_core.ledger import Entry, Transfer, customer_wallet
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.repayment.repayment import bring_up_to_date
from finance_core.storage.unit import Unit


async def running_loans(unit: Unit, circle_id: int) -> list[Loan]:
    """Return a circle's loans that run, locked, oldest first."""
    statement = select(Loan).where(Loan.funding_circle == circle_id, Loan.state == LoanState.ACTIVE)
    ordered = statement.order_by(col(Loan.id)).with_for_update(key_share=True)
    return list(await unit.session.scalars(ordered.execution_options(populate_existing=True)))


async def settlement(unit: Unit, loan: Loan) -> int:
    """Return what ends a locked loan today, in minor units; it is brought up to date."""
    await bring_up_to_date(unit, loan)
    return sum(each.total for each in await queries.owed(unit, [loan.id], unit.open_on))


async def set_off_fines(unit: Unit, saving: Saving, customer_id: int, room: int, key: str) -> int:
    """Pay open fines out of what somebody gets, as far as `room` (minor units) reaches, the oldest first; return how
    much that is. The rest is let go, of a fine that is reached in part, too.
    """
    left = room
    for fine in await open_fines(unit, saving.circle.id, customer_id):
        if fine.amount <= left:
            fine.paid_at = unit.now
        else:
            fine.waived_at = unit.now
        left -= min(fine.amount, left)
    if left == room:
        return 0
    amount = Money(room - left, saving.asset)
    wallet = customer_wallet(customer_id, saving.asset)
    moves = (Transfer(saving.cash, wallet, amount), Transfer(wallet, saving.cash, amount))
    about = {"customer": customer_id, "circle": saving.circle.id}
    [posted] = await ledger.post(unit, Entry("circle.fines_set_off", f"{key}:fines", moves, about))
    unit.session.add(
        CircleSavingPayment(
            key=f"{key}:fines",
            circle_id=saving.circle.id,
            meeting=saving.rules.meetings,
            customer_id=customer_id,
            shares=0,
            amount=0,
            social=0,
            fines=amount.amount,
            entry_id=posted.entry_id,
            on_date=unit.open_on,
        )
    )
    await unit.session.flush()
    return amount.amount
