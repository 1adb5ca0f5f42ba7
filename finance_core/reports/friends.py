"""Money among friends: what was made, what was paid of it and what went back, by step and kind."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import ASSETS, Money
from finance_core.reports.table import Asked, Family, Found, Grain, Report, Row, Takes, count, day, money, words
from finance_core.storage.unit import Unit

# Told from the book by the kind of its entries, so that a closed day stays as it was.
_FRIENDS: Final = text(
    """
    WITH moved AS (
        SELECT CAST(date_trunc(:grain, e.business_date) AS date) AS step, a.asset, t.amount, e.id, e.kind
        FROM entry e JOIN transfer t ON t.entry_id = e.id JOIN account a ON a.id = t.credit_id
        WHERE e.business_date BETWEEN :since AND :upto AND e.kind LIKE 'friends.%'
    )
    SELECT step, what, asset, count(DISTINCT id) FILTER (WHERE place = 'in') AS movements,
        CAST(coalesce(sum(amount) FILTER (WHERE place = 'in'), 0) AS bigint) AS put_in,
        CAST(coalesce(sum(amount) FILTER (WHERE place = 'out'), 0) AS bigint) AS paid,
        CAST(coalesce(sum(amount) FILTER (WHERE place = 'back'), 0) AS bigint) AS returned
    FROM moved JOIN (VALUES
        ('friends.packet', 'packets', 'in'), ('friends.share', 'packets', 'out'),
        ('friends.packet_returned', 'packets', 'back'),
        ('friends.part', 'bills', 'in'), ('friends.part', 'bills', 'out'),
        ('friends.gift', 'collections', 'in'), ('friends.cause_paid', 'collections', 'out'),
        ('friends.gifts_returned', 'collections', 'back')
    ) said (kind, what, place) USING (kind)
    GROUP BY step, what, asset ORDER BY step, what, asset
    """
)
WHAT: Final = ("packets", "bills", "collections")


async def _friends(unit: Unit, asked: Asked) -> Found:
    values = {"since": asked.since, "upto": asked.last_on, "grain": asked.grain.value}
    rows: list[Row] = []
    for row in await unit.session.execute(_FRIENDS, values):
        figures = (Money(amount, ASSETS[row.asset]) for amount in (row.put_in, row.paid, row.returned))
        rows.append((row.step, row.what, row.movements, *figures))
    return Found(rows)


REPORT: Final = Report(
    "friends",
    "Red packets, bills and collections: what people put in, what of it was paid to others, and what went back.",
    Takes.PERIOD,
    (day("step"), words("what"), count("movements"), *(money(name) for name in ("put_in", "paid", "returned"))),
    _friends,
    grain=Grain.MONTH,
    family=Family.SERVICE,
    brief=("step", "what", "movements", "put_in", "paid", "returned"),
    terms=WHAT,
)
