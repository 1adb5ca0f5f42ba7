"""A place's own money outside the pots: its deposit, taken when it is taken; all of it back to who leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from finance_core import ledger
from finance_core.circles.book.accounts import pocket_account, pocket_of
from finance_core.circles.book.models import CirclePayout, CirclePocket, PayoutKind, PocketKind
from finance_core.circles.models import Circle, CirclePlace
from finance_core.circles.rules.settings import Security
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Entry, Posted, Transfer, customer_wallet
from finance_core.storage.unit import Unit

_BACK: Final = {
    PocketKind.SECURITY: PayoutKind.DEPOSIT,
    PocketKind.AHEAD: PayoutKind.AHEAD,
    PocketKind.RETENTION: PayoutKind.RETENTION,
}
_ROUND: Final = text("SELECT coalesce(max(id), 0) FROM circle_payout WHERE circle_id = :circle AND place = :place")


async def deposits_of(unit: Unit, circle: Circle, payer_id: int, places: Sequence[CirclePlace]) -> list[Transfer]:
    """Return what pays the deposits of places: D 2010 C 2031; nothing where the circle takes none."""
    if circle.security != Security.DEPOSIT:
        return []
    asset, amount = ASSETS[circle.asset], Money(circle.security_amount, ASSETS[circle.asset])
    return [
        Transfer(
            customer_wallet(payer_id, asset),
            pocket_account(await pocket_of(unit, circle.id, place.nr, PocketKind.SECURITY), asset),
            amount,
        )
        for place in places
    ]


async def take_deposits(
    unit: Unit, circle: Circle, payer_id: int, places: Sequence[CirclePlace], key: str
) -> Posted | None:
    """Take the deposits of places from a wallet; None where the circle takes none. Raises InsufficientFunds."""
    moves = await deposits_of(unit, circle, payer_id, places)
    if not moves:
        return None
    about = {"customer": payer_id, "circle": circle.id}
    [posted] = await ledger.post(unit, Entry("circle.deposit", f"circles.deposit:{key}", tuple(moves), about))
    return posted


async def pockets_of(unit: Unit, circle: Circle, place: int) -> list[tuple[CirclePocket, Money]]:
    """Return the pockets of a place that hold something and may come back to who holds it, and what is in each."""
    query = select(CirclePocket).where(CirclePocket.circle_id == circle.id, CirclePocket.place == place)
    asset = ASSETS[circle.asset]
    pockets = list(await unit.session.scalars(query.order_by(CirclePocket.kind)))
    found = [(each, await ledger.balance(unit, pocket_account(each.id, asset))) for each in pockets]
    return [(pocket, held) for pocket, held in found if held and pocket.kind in _BACK]


async def give_back(unit: Unit, circle: Circle, place: CirclePlace, payee_id: int) -> Money:
    """Give back to who held a place what lies in its pockets; return it. Nothing there: nothing happens."""
    found, asset = await pockets_of(unit, circle, place.nr), ASSETS[circle.asset]
    if not found:
        return Money.zero(asset)
    moves = tuple(
        Transfer(pocket_account(pocket.id, asset), customer_wallet(payee_id, asset), held) for pocket, held in found
    )
    last = await unit.session.scalar(_ROUND, {"circle": circle.id, "place": place.nr})
    key = f"circles.back:{circle.id}:{place.nr}:{payee_id}:{last}"
    about = {"customer": payee_id, "circle": circle.id}
    [posted] = await ledger.post(unit, Entry("circle.given_back", key, moves, about))
    write_down(unit, circle, place, payee_id, found, posted)
    await unit.session.flush()
    return Money(sum(held.amount for _, held in found), asset)


def write_down(
    unit: Unit,
    circle: Circle,
    place: CirclePlace,
    payee_id: int,
    found: Sequence[tuple[CirclePocket, Money]],
    posted: Posted,
) -> None:
    """Write down what came back out of pockets, by an entry."""
    unit.session.add_all(
        CirclePayout(
            key=f"entry:{posted.entry_id}:{pocket.id}",
            circle_id=circle.id,
            place=place.nr,
            customer_id=payee_id,
            amount=held.amount,
            kind=_BACK[PocketKind(pocket.kind)],
            entry_id=posted.entry_id,
            on_date=unit.open_on,
            paid_at=unit.now,
        )
        for pocket, held in found
    )
