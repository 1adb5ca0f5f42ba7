"""The closing statement of a whole circle: what was paid in, what came back, what is open.

It may be read at any time; once the circle has ended it no longer changes, but for what comes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from finance_core.circles.models import Circle
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_PLACES: Final = text(
    """
    SELECT l.nr, l.customer_id, l.state, l.received_round,
        coalesce(sum(d.paid), 0) AS paid, coalesce(sum(d.fine_paid), 0) AS fines,
        coalesce(sum(d.amount - d.paid + d.fine - d.fine_paid), 0) AS left,
        count(*) FILTER (
            WHERE d.amount > 0 AND d.paid = d.amount AND (NOT d.is_late OR d.is_excused)) AS on_time,
        count(*) FILTER (WHERE d.amount > 0) AS rounds,
        (SELECT coalesce(sum(o.amount), 0) FROM circle_payout o WHERE o.circle_id = l.circle_id AND o.place = l.nr
            AND o.kind IN ('prize', 'late')) AS received,
        (SELECT coalesce(sum(o.amount), 0) FROM circle_payout o WHERE o.circle_id = l.circle_id AND o.place = l.nr
            AND o.kind = 'refund') AS refunded,
        (SELECT coalesce(sum(o.amount), 0) FROM circle_payout o WHERE o.circle_id = l.circle_id AND o.place = l.nr
            AND o.kind = 'fines') AS shared
    FROM circle_place l LEFT JOIN circle_due d ON d.circle_id = l.circle_id AND d.place = l.nr
    WHERE l.circle_id = :circle AND l.state IN ('held', 'closed') GROUP BY l.circle_id, l.nr ORDER BY l.nr
    """
)
_COMMISSION: Final = text(
    """
    SELECT coalesce(sum(o.amount), 0) FROM circle_payout o JOIN circle_round r ON r.circle_id = o.circle_id
        AND r.nr = o.round
    WHERE o.circle_id = :circle AND o.kind = 'commission' AND r.refunds_place IS NULL
    """
)


@dataclass(frozen=True, slots=True)
class PlaceStatement:
    """What became of a place. `left` is still owed of it; `on_time` of `rounds` were paid on time."""

    nr: int
    customer_id: int
    is_closed: bool
    received_round: int | None
    paid: Money
    fines: Money
    received: Money
    refunded: Money
    shared: Money
    left: Money
    on_time: int
    rounds: int


@dataclass(frozen=True, slots=True)
class ClosingStatement:
    """A circle's whole: its places, the commission, and what was paid in and out by all together."""

    places: tuple[PlaceStatement, ...]
    commission: Money
    paid: Money
    received: Money
    fines: Money


async def closing_statement(unit: Unit, circle: Circle) -> ClosingStatement:
    """Return the statement of a whole circle that has started."""
    asset = ASSETS[circle.asset]
    rows = (await unit.session.execute(_PLACES, {"circle": circle.id})).all()
    places = tuple(_place(row, asset) for row in rows)
    commission = Money(int(await unit.session.scalar(_COMMISSION, {"circle": circle.id}) or 0), asset)

    def total(name: str) -> Money:
        return Money(sum(getattr(each, name).amount for each in places), asset)

    return ClosingStatement(places, commission, total("paid"), total("received") + total("refunded"), total("fines"))


def _place(row: Fetched, asset: Asset) -> PlaceStatement:
    def money(amount: int) -> Money:
        return Money(int(amount), asset)

    return PlaceStatement(
        nr=row.nr,
        customer_id=row.customer_id,
        is_closed=row.state == "closed",
        received_round=row.received_round,
        paid=money(row.paid),
        fines=money(row.fines),
        received=money(row.received),
        refunded=money(row.refunded),
        shared=money(row.shared),
        left=money(row.left),
        on_time=row.on_time,
        rounds=row.rounds,
    )
