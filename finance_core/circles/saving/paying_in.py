"""Paying in at a meeting by hand: shares, the social fund's sum, fines. What is debited at 09:00: `debiting`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.notifications import of
from finance_core.circles.saving.finding import Saving, open_meeting, running, saver
from finance_core.circles.saving.models import (
    CircleFine,
    CircleMeeting,
    CircleSavingPayment,
)
from finance_core.circles.saving.notices import CircleSaved
from finance_core.customers.freezing import require_not_frozen
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.ledger import Entry, Transfer, customer_wallet
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class PaidIn:
    """What somebody paid in."""

    reference: str
    shares: int
    amount: Money
    """The shares' price."""
    social: Money
    fines: Money

    @property
    def total(self) -> Money:
        """All that was paid."""
        return self.amount + self.social + self.fines


@dataclass(frozen=True, slots=True)
class DueAt:
    """What a member may buy at the meeting that is open, and what else they would pay with it."""

    meeting: int
    price: Money
    """Of a share."""
    most_shares: int
    """That they may still buy."""
    social: Money
    fines: Money


async def due_at(unit: Unit, circle_id: int, customer_id: int) -> DueAt:
    """Return what a member may pay at the meeting that is open.

    Raises NotFound: `circle`, `not_in_circle`. Conflict: `circle_not_running`, `circle_meeting_closed`.
    """
    saving = await running(unit, circle_id)
    await saver(unit, saving, customer_id)
    meeting = await open_meeting(unit, saving)
    bought, has_paid_social = await _so_far(unit, meeting, customer_id)
    fines = sum(fine.amount for fine in await open_fines(unit, circle_id, customer_id))
    social = 0 if has_paid_social else saving.rules.social_amount
    most = saving.rules.most_shares - bought
    return DueAt(meeting.nr, saving.price, most, Money(social, saving.asset), Money(fines, saving.asset))


async def attend(unit: Unit, circle_id: int, customer_id: int) -> CircleMeeting:
    """Say that somebody is at the meeting that is open. Raises as `open_meeting` and `saver`."""
    saving = await running(unit, circle_id)
    await saver(unit, saving, customer_id)
    meeting = await open_meeting(unit, saving)
    await mark_present(unit, meeting, customer_id)
    return meeting


async def mark_present(unit: Unit, meeting: CircleMeeting, customer_id: int) -> None:
    """Write down that a member is there; twice is once."""
    values = {"circle": meeting.circle_id, "meeting": meeting.nr, "who": customer_id, "now": unit.now}
    await unit.session.execute(_PRESENT, values)


async def pay_in(unit: Unit, circle_id: int, customer_id: int, shares: int, key: str) -> PaidIn:
    """Pay at the meeting that is open: fines first, the social fund's sum if it is not paid at this meeting, and
    shares. Who pays by hand is there.

    Args:
        shares: 0 pays only the rest.

    Raises:
        NotFound: `circle`, `not_in_circle`. Conflict: `circle_not_running`, `circle_meeting_closed`. InsufficientFunds.
        InvalidInput: `circle_shares` with most: more than one may buy at a meeting; `circle_nothing_to_pay`.
    """
    saving = await running(unit, circle_id)
    member = await saver(unit, saving, customer_id)
    known = await _known(unit, saving, key)
    if known is not None:
        return known
    meeting = await open_meeting(unit, saving)
    await require_not_frozen(unit, customer_id)
    bought, has_paid_social = await _so_far(unit, meeting, customer_id)
    if not 0 <= shares <= saving.rules.most_shares - bought:
        raise InvalidInput(ErrorCode.CIRCLE_SHARES, most=saving.rules.most_shares - bought)
    fines = await open_fines(unit, circle_id, customer_id)
    amount, due = shares * saving.rules.share_price, sum(fine.amount for fine in fines)
    social = 0 if has_paid_social else saving.rules.social_amount
    if not amount + social + due:
        raise InvalidInput(ErrorCode.CIRCLE_NOTHING_TO_PAY)
    [posted] = await ledger.post(unit, _entry(saving, meeting, customer_id, amount + due, social, key))
    paid = CircleSavingPayment(
        key=key,
        circle_id=circle_id,
        meeting=meeting.nr,
        customer_id=customer_id,
        shares=shares,
        amount=amount,
        social=social,
        fines=due,
        entry_id=posted.entry_id,
        on_date=unit.open_on,
    )
    unit.session.add(paid)
    member.shares, member.paid = member.shares + shares, member.paid + paid.amount
    for fine in fines:
        fine.paid_at = unit.now
    await unit.session.flush()
    await mark_present(unit, meeting, customer_id)
    result = _paid_in(saving, paid, posted.reference)
    await _tell(unit, saving, customer_id, result)
    await boards.changed(unit, saving.circle)
    return result


async def open_fines(unit: Unit, circle_id: int, customer_id: int) -> list[CircleFine]:
    """Return a member's fines that are to be paid, oldest first."""
    statement = select(CircleFine).where(
        CircleFine.circle_id == circle_id,
        CircleFine.customer_id == customer_id,
        col(CircleFine.paid_at).is_(None),
        col(CircleFine.waived_at).is_(None),
    )
    return list(await unit.session.scalars(statement.order_by(col(CircleFine.id)).with_for_update()))


_PRESENT: Final = text(
    """
    INSERT INTO circle_presence (circle_id, meeting, customer_id, since) VALUES (:circle, :meeting, :who, :now)
    ON CONFLICT DO NOTHING
    """
)


def _entry(saving: Saving, meeting: CircleMeeting, customer_id: int, into_fund: int, social: int, key: str) -> Entry:
    wallet = customer_wallet(customer_id, saving.asset)
    moves = ((saving.cash, into_fund), (saving.social, social))
    transfers = tuple(Transfer(wallet, into, Money(amount, saving.asset)) for into, amount in moves if amount)
    about = {"customer": customer_id, "circle": meeting.circle_id, "meeting": meeting.nr}
    return Entry("circle.saved", key, transfers, about)


async def _known(unit: Unit, saving: Saving, key: str) -> PaidIn | None:
    paid = await unit.session.scalar(select(CircleSavingPayment).where(CircleSavingPayment.key == key))
    posted = await ledger.find(unit, key) if paid is not None else None
    return _paid_in(saving, paid, posted.reference) if paid is not None and posted is not None else None


async def _so_far(unit: Unit, meeting: CircleMeeting, customer_id: int) -> tuple[int, bool]:
    """Return the shares bought at a meeting, and whether the social fund's sum was paid."""
    statement = select(CircleSavingPayment).where(
        CircleSavingPayment.circle_id == meeting.circle_id,
        CircleSavingPayment.meeting == meeting.nr,
        CircleSavingPayment.customer_id == customer_id,
    )
    paid = list(await unit.session.scalars(statement))
    return sum(each.shares for each in paid), any(each.social for each in paid)


def _paid_in(saving: Saving, paid: CircleSavingPayment, reference: str) -> PaidIn:
    amount, social, fines = (Money(each, saving.asset) for each in (paid.amount, paid.social, paid.fines))
    return PaidIn(reference, paid.shares, amount, social, fines)


async def _tell(unit: Unit, saving: Saving, customer_id: int, paid: PaidIn) -> None:
    circle = saving.circle
    content = CircleSaved(
        **of(circle),
        sum=paid.total,
        shares=paid.shares,
        social=paid.social,
        fines=paid.fines,
        reference=paid.reference,
    )
    await enqueue(
        unit,
        content,
        customer_id=customer_id,
        urgency=Urgency.RECEIPT,
        key=f"receipt.circle_saved:{paid.reference}",
        about=f"circle:{circle.id}",
    )
