"""What the institution covers of a pot that is not full, where the catalogue lets it, and what it gives up at last.

Covered dues are paid as far as their round goes; who holds the place owes the institution (1150), which is repaid
before anything else. What is not back in time is borne by it (5060).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.circles.book.accounts import account_of, opened
from finance_core.circles.book.parts import gather, pay_gathered
from finance_core.ledger import About
from finance_core.storage.unit import Unit

_MISSING: Final = """
    FROM circle_round r JOIN circle c ON c.id = r.circle_id AND c.state = 'running' AND c.is_covered
        JOIN product t ON t.code = c.product AND t.version = c.product_version
            AND CAST(t.terms ->> 'covers' AS boolean)
        JOIN circle_place l ON l.circle_id = r.circle_id AND l.nr = r.receiver_place
        JOIN circle_due d ON d.circle_id = r.circle_id AND d.round = r.nr AND d.paid < d.amount
            AND d.customer_id <> l.customer_id
    WHERE r.circle_id = ANY(:circles) AND r.state = 'collecting' AND r.held_by IS NULL
        AND r.refunds_place IS NULL AND :on >= r.due_on + CASE c.shortfall
            WHEN 'pay' THEN 1 + CAST(t.terms ->> 'grace_days' AS integer)
            ELSE CAST(t.terms ->> 'wait_days' AS integer) END
"""
_POCKETS: Final = text(
    f"""
    INSERT INTO circle_pocket (circle_id, place, kind)
    SELECT DISTINCT d.circle_id, d.place, 'advance' {_MISSING} ON CONFLICT DO NOTHING
    """
)
_GATHER: Final = text(
    f"""
    INSERT INTO circle_part (
        circle_id, round, place, payer_id, asset, contribution, fine, source, from_code, from_owner)
    SELECT d.circle_id, d.round, d.place, NULL, c.asset, d.amount - d.paid, 0, 'institution', '1150', (
        SELECT k.id FROM circle_pocket k
        WHERE k.circle_id = d.circle_id AND k.place = d.place AND k.kind = 'advance')
    {_MISSING}
    """  # noqa: S608 - constants
)
LOST: Final = """
    SELECT DISTINCT d.circle_id AS id FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN product t ON t.code = c.product AND t.version = c.product_version
    WHERE d.covered > 0 AND d.due_on + CAST(t.terms ->> 'lost_after_days' AS integer) <= :on
"""
"""A select of the circles in which something that was covered is given up on the day `:on`."""
_LOST: Final = """
    SELECT d.circle_id, d.round, d.place, d.covered, c.asset, k.id AS pocket
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        JOIN product t ON t.code = c.product AND t.version = c.product_version
        JOIN circle_pocket k ON k.circle_id = d.circle_id AND k.place = d.place AND k.kind = 'advance'
    WHERE d.circle_id = ANY(:circles) AND d.covered > 0
        AND d.due_on + CAST(t.terms ->> 'lost_after_days' AS integer) <= :on
"""
_OPEN: Final = text(opened(f"SELECT '5060' AS code, 0 AS owner, asset FROM ({_LOST}) lost"))  # noqa: S608 - constants
_STAGE: Final = text(
    f"""
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT {account_of("5060", "0", "lost.asset")}, {account_of("1150", "lost.pocket", "lost.asset")},
        CAST(sum(lost.covered) AS bigint)
    FROM ({_LOST}) lost GROUP BY lost.pocket, lost.asset
    """  # noqa: S608 - constants
)
_GIVE_UP: Final = text(
    f"""
    UPDATE circle_due d SET covered = 0 FROM ({_LOST}) lost
    WHERE d.circle_id = lost.circle_id AND d.round = lost.round AND d.place = lost.place
    """  # noqa: S608 - constants
)


async def cover(unit: Unit, circles: Sequence[int], occasion: str, about: About) -> None:
    """Pay what is missing in pots that would be paid short now, where the institution covers it: D 1150 C 2030.

    The caller has locked the rounds and their dues.
    """
    values = {"circles": list(circles), "on": unit.open_on}
    await unit.session.execute(_POCKETS, values)
    await gather(unit)
    await unit.session.execute(_GATHER, values)
    await pay_gathered(unit, f"circles.cover:{occasion}", "circle.covered", about)


async def give_up(unit: Unit, circles: Sequence[int], on: date, occasion: str, about: About) -> None:
    """Bear what was covered and has not come back in time: D 5060 C 1150."""
    values = {"circles": list(circles), "on": on}
    await unit.session.execute(_OPEN, values)
    await ledger.stage(unit)
    await unit.session.execute(_STAGE, values)
    posted = await ledger.post_staged(unit, f"circles.lost:{occasion}", "circle.lost", unit.open_on, about)
    if posted is not None and not posted.replayed:
        await unit.session.execute(_GIVE_UP, values)
