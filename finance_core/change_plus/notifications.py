"""The morning's word of yesterday's income, or the week's on Mondays, as each person prefers."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_ranges
from finance_core.storage.unit import SYSTEM, Unit, Units

TOLD_AT: Final = time(8, 0)
"""On the institution's wall."""

_MONDAY: Final = 0
_WEEK_DAYS: Final = 7

_LAST_HOLDER: Final = text("SELECT coalesce(max(customer_id), 0) FROM holding")

# Several funds of one person are one message, for the income is told by person.
_TELL_DAY: Final = text(
    insert_notices(
        given="""
        WITH earned AS (
            SELECT h.customer_id, f.asset, CAST(sum(h.last_income) AS bigint) AS amount,
                CAST(sum(h.earned - h.owed) AS bigint) AS in_all
            FROM holding h JOIN fund f ON f.id = h.fund_id
            WHERE h.last_on = :day AND h.customer_id > :after AND h.customer_id <= :upto
            GROUP BY h.customer_id, f.asset
        )
        """,
        select="""
        SELECT c.id AS customer_id, c.zone, 'wealth.income' AS kind,
            jsonb_build_object('day_on', CAST(:day AS date),
                'sum', jsonb_build_object('amount', e.amount, 'asset', e.asset),
                'earned', jsonb_build_object('amount', e.in_all, 'asset', e.asset)) AS params,
            'wealth.income:' || c.id || ':' || e.asset || ':' || CAST(:day AS date) AS key,
            'income:' || c.id || ':' || e.asset AS about
        FROM earned e JOIN customer c ON c.id = e.customer_id
        WHERE c.income_notice = 'daily' AND e.amount <> 0
        """,
        urgency=Urgency.SYSTEM,
        merge_key="wealth.income",
    )
)

# The week's lines are what the register says of each day, corrections included; with what the week before was paid
# after its own digest, which a Sunday's income is that was published late.
_TELL_WEEK: Final = text(
    insert_notices(
        given=f"""
        WITH told AS (
            SELECT h.customer_id, f.id AS fund_id, coalesce(max(o.created_at), :told_at) AS last_at
            FROM holding h
                JOIN fund f ON f.id = h.fund_id
                LEFT JOIN outbox o ON o.key = 'wealth.income_week:' || h.customer_id || ':' || f.asset || ':'
                    || CAST(CAST(:first AS date) - 1 AS date)
            WHERE h.customer_id > :after AND h.customer_id <= :upto
            GROUP BY h.customer_id, f.id
        ), by_day AS (
            SELECT h.customer_id, f.asset, moved.value_on AS day, CAST(sum(moved.amount) AS bigint) AS amount
            FROM holding h
                JOIN customer c ON c.id = h.customer_id AND c.income_notice = 'weekly'
                JOIN fund f ON f.id = h.fund_id
                JOIN told ON told.customer_id = h.customer_id AND told.fund_id = f.id
                JOIN account a ON a.code = 'U2010' AND a.book = 'REG:' || f.id AND a.asset = f.unit_asset
                    AND a.owner = h.customer_id
                CROSS JOIN LATERAL {ledger.movements_of("a.id")} moved
            WHERE h.customer_id > :after AND h.customer_id <= :upto AND h.last_on >= :first
                AND moved.kind = 'change_plus.income' AND moved.value_on <= :day
                AND (moved.value_on >= :first OR moved.value_on >= :before AND moved.posted_at > told.last_at)
            GROUP BY h.customer_id, f.asset, moved.value_on
        ), in_all AS (
            SELECT h.customer_id, f.asset, CAST(sum(h.earned - h.owed) AS bigint) AS amount
            FROM holding h JOIN fund f ON f.id = h.fund_id
            WHERE h.customer_id > :after AND h.customer_id <= :upto
            GROUP BY h.customer_id, f.asset
        ), earned AS (
            SELECT d.customer_id, d.asset, CAST(sum(d.amount) AS bigint) AS amount, in_all.amount AS in_all,
                least(min(d.day), CAST(:first AS date)) AS first_on,
                jsonb_agg(jsonb_build_object('day_on', d.day,
                    'sum', jsonb_build_object('amount', d.amount, 'asset', d.asset)) ORDER BY d.day) AS days
            FROM by_day d JOIN in_all USING (customer_id, asset)
            GROUP BY d.customer_id, d.asset, in_all.amount
        )
        """,  # noqa: S608 - constants
        select="""
        SELECT c.id AS customer_id, c.zone, 'wealth.income_week' AS kind,
            jsonb_build_object('first_on', e.first_on, 'last_on', CAST(:day AS date), 'days', e.days,
                'sum', jsonb_build_object('amount', e.amount, 'asset', e.asset),
                'earned', jsonb_build_object('amount', e.in_all, 'asset', e.asset)) AS params,
            'wealth.income_week:' || c.id || ':' || e.asset || ':' || CAST(:day AS date) AS key,
            'income:' || c.id || ':' || e.asset AS about
        FROM earned e JOIN customer c ON c.id = e.customer_id
        WHERE e.amount <> 0
        """,
        urgency=Urgency.SYSTEM,
        merge_key="wealth.income",
    )
)


async def tell_incomes(units: Units, on: date) -> None:
    """Tell yesterday's income to who wants it daily, and on Mondays the week's to who wants it weekly.

    Each newer notice supersedes one that waits, so after days without the scheduler one message is pushed.
    """

    async def tell_day(unit: Unit, chunk: Chunk) -> None:
        await _tell(unit, chunk, on, weekly=False)

    async def tell_week(unit: Unit, chunk: Chunk) -> None:
        await _tell(unit, chunk, on, weekly=True)

    last_id = await _last_holder(units)
    await in_ranges(units, "wealth.tell", on, last_id, tell_day)
    if on.weekday() == _MONDAY:
        await in_ranges(units, "wealth.tell_week", on, last_id, tell_week)


async def tell_late(units: Units, day: date) -> None:
    """Tell who wants it daily the income of a day that was paid after its morning had been told."""

    async def tell_day(unit: Unit, chunk: Chunk) -> None:
        await _tell(unit, chunk, day + timedelta(days=1), weekly=False)

    await in_ranges(units, "wealth.tell_late", day + timedelta(days=1), await _last_holder(units), tell_day)


async def _last_holder(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        return int(await unit.session.scalar(_LAST_HOLDER) or 0)


async def _tell(unit: Unit, chunk: Chunk, on: date, *, weekly: bool) -> None:
    values = {"day": on - timedelta(days=1), "now": unit.now, "after": chunk.after, "upto": chunk.upto}
    await unit.session.execute(_TELL_WEEK if weekly else _TELL_DAY, values | (_week(unit, on) if weekly else {}))
    await wake(unit)


def _week(unit: Unit, on: date) -> dict[str, object]:
    """Return the first day of the week before Monday `on`, that of the week before it, and when that one was told."""
    first = on - timedelta(days=_WEEK_DAYS)
    told_at = datetime.combine(first, TOLD_AT, tzinfo=unit.zone)
    return {"first": first, "before": first - timedelta(days=_WEEK_DAYS), "told_at": told_at}
