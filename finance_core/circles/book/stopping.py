"""Who stops paying: notice after two weeks, a week to mend it, then the place is closed, or all it owes is due at once.

Nobody stops through our fault: a day that is lived through late leaves this to the next one.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.circles.book.closing import close_place, let_all_be_due
from finance_core.circles.book.debits import collect
from finance_core.circles.book.ending import settle
from finance_core.circles.book.notices import OF_CIRCLE, CircleStopped, money
from finance_core.circles.models import Circle, CirclePlace, ClosedWhy
from finance_core.circles.notifications import of
from finance_core.kernel.money import ASSETS, Money
from finance_core.notices import Urgency, enqueue, insert_notices, wake
from finance_core.storage.unit import Unit


def _long_late(by: str) -> str:
    """Return SQL: whether a place has not paid something that was long late on a day, an expression."""
    return f"""EXISTS (
        SELECT FROM circle_due d WHERE d.circle_id = l.circle_id AND d.place = l.nr AND d.paid < d.amount AND d.is_late
            AND d.due_on + CAST(t.terms ->> 'notice_after_days' AS integer) <= {by})"""


_PLACES: Final = """
    FROM circle_place l
        JOIN circle c ON c.id = l.circle_id AND c.kind = 'rotating' AND c.state = 'running'
        JOIN product t ON t.code = c.product AND t.version = c.product_version
        JOIN circle_member m ON m.circle_id = l.circle_id AND m.customer_id = l.customer_id
    WHERE l.state = 'held' AND l.due_at_once_on IS NULL AND m.suspended_at IS NULL
"""
_UNWARNED: Final = f"(l.notice_on IS NULL OR NOT {_long_late('l.notice_on')}) AND {_long_late(':on')}"
"""Who has mended what a notice was about may be given another one."""
WARNED: Final = f"SELECT DISTINCT l.circle_id AS id {_PLACES} AND {_UNWARNED}"
"""A select of the circles in which somebody is to be given notice on the day `:on`."""
STOPPED: Final = f"""
    SELECT l.circle_id, l.nr AS place, l.customer_id, l.received_round {_PLACES}
        AND l.notice_on + CAST(t.terms ->> 'mend_days' AS integer) <= :on AND {_long_late("l.notice_on")}
    ORDER BY l.circle_id, l.nr
"""
"""A select of the places that stop on the day `:on`."""
ANYBODY: Final = f"SELECT id FROM ({WARNED}) warned UNION ALL SELECT circle_id FROM ({STOPPED}) stopped"  # noqa: S608

_WARN: Final = text(
    insert_notices(
        given=f"""
        WITH warned AS (
            UPDATE circle_place w SET notice_on = :on
            FROM (SELECT l.circle_id, l.nr {_PLACES} AND l.circle_id = ANY(:circles) AND {_UNWARNED}) found
            WHERE w.circle_id = found.circle_id AND w.nr = found.nr
            RETURNING w.circle_id, w.nr, w.customer_id, w.received_round
        )
        """,  # noqa: S608 - constants
        select=f"""
        SELECT w.customer_id, u.zone, 'circle.notice' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("owed.amount")}, 'due_on', owed.due_on,
                'days', CAST(:on AS date) - owed.due_on, 'automatic', m.automatic_debit,
                'until_on', CAST(:on AS date) + CAST(t.terms ->> 'mend_days' AS integer) - 1,
                'has_received', w.received_round IS NOT NULL) AS params,
            'circle.notice:' || c.id || ':' || w.nr || ':' || CAST(:on AS date) AS key,
            'circle_notice:' || c.id || ':' || w.customer_id AS about
        FROM warned w JOIN circle c ON c.id = w.circle_id JOIN customer u ON u.id = w.customer_id
            JOIN product t ON t.code = c.product AND t.version = c.product_version
            JOIN circle_member m ON m.circle_id = c.id AND m.customer_id = w.customer_id
            CROSS JOIN LATERAL (
                SELECT sum(d.amount - d.paid + d.fine - d.fine_paid) AS amount, min(d.due_on) AS due_on
                FROM circle_due d WHERE d.circle_id = c.id AND d.place = w.nr AND d.due_on <= :on
                    AND d.paid < d.amount
            ) owed
        """,  # noqa: S608 - constants
        urgency=Urgency.REMINDER,
    )
)


async def give_notice(unit: Unit, circles: list[int], on: date) -> None:
    """Give notice to who has not paid for two weeks."""
    await unit.session.execute(_WARN, {"circles": circles, "on": on, "now": unit.now})
    await wake(unit)


async def stop(unit: Unit, circle_id: int, place: int) -> None:
    """Stop a place whose week is over: closed where it has not received, else all that is left is due at once.

    Its deposit pays what it reaches of that, and so does the wallet of who has agreed to debits.
    """
    row = await unit.session.get_one(CirclePlace, (circle_id, place))
    circle = await unit.session.get_one(Circle, circle_id)
    assert row.customer_id is not None
    has_received = row.received_round is not None
    if has_received:
        await let_all_be_due(unit, circle_id, place)
    else:
        await close_place(unit, circle_id, place, ClosedWhy.STOPPED)
    occasion, about = f"stopped:{circle_id}:{place}", {"circle": circle_id}
    if has_received:
        await collect(unit, [row.customer_id], occasion, about)
    await settle(unit, [circle_id], occasion, about)
    await _tell(unit, circle, row, has_received=has_received)


async def _tell(unit: Unit, circle: Circle, place: CirclePlace, *, has_received: bool) -> None:
    owed = await unit.session.scalar(_OWED, {"circle": circle.id, "place": place.nr})
    told = CircleStopped(
        **of(circle),
        has_received=has_received,
        sum=Money(owed or 0, ASSETS[circle.asset]),
    )
    assert place.customer_id is not None
    about = f"circle:{circle.id}"
    key = f"{told.kind}:{circle.id}:{place.nr}"
    await enqueue(unit, told, customer_id=place.customer_id, urgency=Urgency.SYSTEM, key=key, about=about)


_OWED: Final = text(
    "SELECT CAST(sum(amount - paid + fine - fine_paid) AS bigint) FROM circle_due"
    " WHERE circle_id = :circle AND place = :place"
)
