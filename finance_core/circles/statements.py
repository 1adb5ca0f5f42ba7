"""A member's statement of a circle: each payment in and each payout, by the day of the book, with its reference."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.circles.finding import money_of
from finance_core.circles.models import Circle
from finance_core.kernel.money import Money
from finance_core.storage.unit import Unit

# A payment out of a place's own pockets or payout is the member's, too; what a guarantor pays is the guarantor's.
_LINES: Final = text(
    """
    SELECT p.on_date, 'contribution' AS what, p.round, p.place, -p.contribution AS amount, e.reference, p.paid_at, p.id
    FROM circle_payment p JOIN entry e ON e.id = p.entry_id
    WHERE p.circle_id = :circle AND p.payer_id = :customer AND p.contribution > 0
    UNION ALL
    SELECT p.on_date, 'fine', p.round, p.place, -p.fine, e.reference, p.paid_at, p.id
    FROM circle_payment p JOIN entry e ON e.id = p.entry_id
    WHERE p.circle_id = :circle AND p.payer_id = :customer AND p.fine > 0
    UNION ALL
    SELECT o.on_date, o.kind, o.round, o.place, o.amount, e.reference, o.paid_at, o.id
    FROM circle_payout o JOIN entry e ON e.id = o.entry_id
    WHERE o.circle_id = :circle AND o.customer_id = :customer
    ORDER BY 7, 8, 2
    """
)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line: `contribution`, `fine`, or a kind of payout; money that was paid in is negative.

    `round` and `place` are None where it is of none. Of an accumulating circle (`journeys.saving_circles.statements`):
    `shares`, `social`, `fine`, `loan`, `repaid`, `grant`, `shares_back`, `social_back`, `set_off`; its round is the
    meeting.
    """

    on: date
    what: str
    round: int | None
    place: int | None
    amount: Money
    reference: str


@dataclass(frozen=True, slots=True)
class CircleStatement:
    """All lines of one member, oldest first, and their sums."""

    lines: tuple[StatementLine, ...]
    paid: Money
    received: Money


async def statement_of(unit: Unit, circle: Circle, customer_id: int) -> CircleStatement:
    """Return the statement of somebody who is or was in a rotating circle."""
    rows = (await unit.session.execute(_LINES, {"circle": circle.id, "customer": customer_id})).all()
    lines = tuple(
        StatementLine(row.on_date, row.what, row.round, row.place, money_of(circle, row.amount), row.reference)
        for row in rows
    )
    paid = money_of(circle, -sum(each.amount.amount for each in lines if each.amount.amount < 0))
    received = money_of(circle, sum(each.amount.amount for each in lines if each.amount.amount > 0))
    return CircleStatement(lines, paid, received)
