"""What is kept for a place outside the pots (2031): a deposit, what was paid ahead or kept back, what nobody claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from finance_core import ledger
from finance_core.circles.book.accounts import pocket_account, pocket_of
from finance_core.circles.book.models import CircleDue, CirclePayout, CirclePocket, PayoutKind, PocketKind
from finance_core.circles.book.notices import CircleGivenBack
from finance_core.circles.models import Circle
from finance_core.circles.notifications import of
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Entry, Posted, Transfer, customer_wallet
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

_PAYOUT_OF: Final = {
    PocketKind.SECURITY: PayoutKind.DEPOSIT,
    PocketKind.AHEAD: PayoutKind.AHEAD,
    PocketKind.RETENTION: PayoutKind.RETENTION,
    PocketKind.UNCLAIMED: PayoutKind.UNCLAIMED,
}
# Places that owe nothing any more, now or later, and still have something kept for them.
_DONE: Final = text(
    """
    SELECT k.circle_id, k.place, l.customer_id FROM circle_pocket k
        JOIN circle_place l ON l.circle_id = k.circle_id AND l.nr = k.place AND l.state = 'held'
        JOIN circle c ON c.id = k.circle_id AND c.kind = 'rotating' AND c.state IN ('running', 'ended')
        JOIN account a ON a.code = '2031' AND a.book = 'INST' AND a.owner = k.id
        JOIN balance b ON b.account_id = a.id
    WHERE k.circle_id = ANY(:circles) AND k.kind IN ('security', 'ahead', 'retention') AND b.amount > 0
        AND NOT EXISTS (
            SELECT FROM circle_due d WHERE d.circle_id = k.circle_id AND d.place = k.place
                AND (d.paid < d.amount OR d.fine_paid < d.fine OR d.covered > 0))
    GROUP BY k.circle_id, k.place, l.customer_id ORDER BY k.circle_id, k.place
    """
)


async def put_in(unit: Unit, circle: Circle, place: int, payer_id: int, amount: Money, key: str) -> Posted:
    """Take a place's deposit, or refill it: D 2010 C 2031. The same key again is the same deposit.

    Raises: InsufficientFunds.
    """
    pocket = await pocket_of(unit, circle.id, place, PocketKind.SECURITY)
    move = Transfer(customer_wallet(payer_id, amount.asset), pocket_account(pocket, amount.asset), amount)
    about = {"customer": payer_id, "circle": circle.id}
    [posted] = await ledger.post(unit, Entry("circle.deposit", f"circles.deposit:{key}", (move,), about))
    return posted


async def kept_for(unit: Unit, circle: Circle, place: int) -> dict[PocketKind, Money]:
    """Return what is kept for a place, by kind; nothing for what is empty."""
    rows = await unit.session.scalars(
        select(CirclePocket).where(CirclePocket.circle_id == circle.id, CirclePocket.place == place)
    )
    kinds = {pocket_account(row.id, ASSETS[circle.asset]): PocketKind(row.kind) for row in rows}
    kinds = {account: kind for account, kind in kinds.items() if kind is not PocketKind.ADVANCE}
    return {kinds[account]: amount for account, amount in (await ledger.balances(unit, kinds)).items() if amount}


async def waited_for(unit: Unit, circle: Circle, dues: Iterable[CircleDue]) -> list[CircleDue]:
    """Return the dues, of those given by round, that are neither paid nor covered by what was paid ahead."""
    rows = await unit.session.scalars(
        select(CirclePocket).where(CirclePocket.circle_id == circle.id, CirclePocket.kind == PocketKind.AHEAD)
    )
    places = {pocket_account(row.id, ASSETS[circle.asset]): row.place for row in rows}
    ahead = {places[account]: amount.amount for account, amount in (await ledger.balances(unit, places)).items()}
    waiting = []
    for due in dues:
        left, kept = due.amount - due.paid, ahead.get(due.place, 0)
        ahead[due.place] = max(0, kept - left)
        if left > kept:
            waiting.append(due)
    return waiting


async def give_back(
    unit: Unit, circle: Circle, place: int, customer_id: int, key: str, kinds: Sequence[PocketKind] = ()
) -> Posted | None:
    """Pay out what is kept for a place: D 2031 C 2010; None where nothing is. `kinds`: only of these."""
    kept = await kept_for(unit, circle, place)
    wanted = {
        kind: amount
        for kind, amount in kept.items()
        if kind in kinds or (not kinds and kind is not PocketKind.UNCLAIMED)
    }
    if not wanted:
        return None
    wallet = customer_wallet(customer_id, ASSETS[circle.asset])
    moves = []
    for kind, amount in wanted.items():
        pocket = await pocket_of(unit, circle.id, place, kind)
        moves.append(Transfer(pocket_account(pocket, amount.asset), wallet, amount))
    about = {"customer": customer_id, "circle": circle.id}
    [posted] = await ledger.post(unit, Entry("circle.given_back", f"circles.back:{key}", tuple(moves), about))
    for kind, amount in wanted.items():
        await record(unit, circle, _PAYOUT_OF[kind], amount, posted, place=place, customer_id=customer_id)
    return posted


async def record(
    unit: Unit,
    circle: Circle,
    kind: PayoutKind,
    amount: Money,
    posted: Posted,
    *,
    place: int,
    customer_id: int,
    number: int | None = None,
) -> None:
    """Write down a payout to somebody that an entry made, and its receipt."""
    key = f"entry:{posted.entry_id}:{kind}:{number or 0}:{place}"
    unit.session.add(
        CirclePayout(
            key=key,
            circle_id=circle.id,
            round=number,
            place=place,
            customer_id=customer_id,
            amount=amount.amount,
            kind=kind,
            entry_id=posted.entry_id,
            on_date=unit.open_on,
            paid_at=unit.now,
        )
    )
    await unit.session.flush()
    told = CircleGivenBack(
        **of(circle),
        sum=amount,
        what=str(kind),
        reference=posted.reference,
    )
    await enqueue(unit, told, customer_id=customer_id, urgency=Urgency.SYSTEM, key=f"{told.kind}:{key}",
                  about=f"entry:{posted.entry_id}")  # fmt: skip


async def give_back_done(unit: Unit, circles: Sequence[int]) -> None:
    """Give back what is kept for places that have nothing more to pay: with their last payment."""
    for row in (await unit.session.execute(_DONE, {"circles": list(circles)})).all():
        circle = await unit.session.get_one(Circle, row.circle_id)
        key = f"{row.circle_id}:{row.place}:{unit.now.isoformat()}"
        await give_back(unit, circle, row.place, row.customer_id, key)
