"""The closing statement of a circle, for one member and for the whole: what was paid in, what came back, what is open.

It may be read at any time; once the circle has ended it no longer changes, but for what comes later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.circles.models import Circle
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_LINES: Final = text(
    """
    SELECT p.on_date, p.round, p.place, 'contribution' AS what, p.contribution AS amount, e.reference, p.entry_id,
        p.source AS by
    FROM circle_payment p JOIN entry e ON e.id = p.entry_id
    WHERE p.circle_id = :circle AND p.payer_id = :who AND p.contribution > 0
    UNION ALL
    SELECT p.on_date, p.round, p.place, 'fine', p.fine, e.reference, p.entry_id, p.source
    FROM circle_payment p JOIN entry e ON e.id = p.entry_id
    WHERE p.circle_id = :circle AND p.payer_id = :who AND p.fine > 0
    UNION ALL
    SELECT o.on_date, o.round, o.place, o.kind, o.amount, e.reference, o.entry_id, NULL
    FROM circle_payout o JOIN entry e ON e.id = o.entry_id
    WHERE o.circle_id = :circle AND o.customer_id = :who
    ORDER BY 1, 7, 2 NULLS LAST, 4
    """
)
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

IN: Final = ("contribution", "fine")
"""What a member's line takes; all others bring."""


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One movement between a member and the circle.

    Attributes:
        what: `contribution` or `fine`, paid by the member; `prize`, `late`, `refund`, `deposit`, `ahead`, `retention`,
            `fines`, `commission` or `unclaimed`, received.
        by: of what was paid, where it came from: `wallet`, `ahead`, `payout` …; None of what was received.
    """

    on: date
    round: int | None
    place: int | None
    what: str
    amount: Money
    reference: str
    by: str | None


@dataclass(frozen=True, slots=True)
class MemberStatement:
    """All that moved between a member and a circle, oldest first, and its sums; not what others paid for them."""

    lines: tuple[StatementLine, ...]
    paid: Money
    fines: Money
    received: Money
    """Pots, refunds and shared fines; what came back of one's own deposit and money paid ahead is not in it."""
    left: Money
    """Still owed: of all the places that they hold or held."""


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


async def member_statement(unit: Unit, circle: Circle, customer_id: int) -> MemberStatement:
    """Return a member's statement of a circle that has started; nothing in it who never paid or received."""
    asset = ASSETS[circle.asset]
    rows = await unit.session.execute(_LINES, {"circle": circle.id, "who": customer_id})
    lines = tuple(
        StatementLine(row.on_date, row.round, row.place, row.what, Money(row.amount, asset), row.reference, row.by)
        for row in rows
    )
    places = [each for each in (await closing_statement(unit, circle)).places if each.customer_id == customer_id]

    def total(*what: str) -> Money:
        return Money(sum(line.amount.amount for line in lines if line.what in what), asset)

    return MemberStatement(
        lines,
        total("contribution"),
        total("fine"),
        total("prize", "late", "refund", "fines", "unclaimed"),
        Money(sum(each.left.amount for each in places), asset),
    )


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
