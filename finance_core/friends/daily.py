"""What happens by itself: packets and collections end at their instants, who still owes parts of bills is nudged."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time
from typing import Final

from sqlalchemy import func, text
from sqlmodel import col, select

from finance_core.friends import causes, drafts, ending
from finance_core.friends.models import BillDraft, Cause, CauseState, DraftState, Packet
from finance_core.notices import Urgency
from finance_core.notices.service import wake
from finance_core.notices.set_based import insert_notices
from finance_core.schedule.steps import Step, TimedWork
from finance_core.storage.unit import SYSTEM, Unit, Units

NUDGED_DAYS: Final = 30
"""After a bill was split: from then on it is quiet."""
_PAGE_ROWS: Final = 500

_OWING: Final = f"""
    SELECT p.payer_id, b.asset, CAST(sum(p.amount - p.paid) AS bigint) AS owed, count(*) AS parts
    FROM bill b JOIN bill_part p ON p.bill_id = b.id
    WHERE b.state = 'open' AND p.state = 'open' AND b.made_on < :on AND b.made_on >= CAST(:on AS date) - {NUDGED_DAYS}
    GROUP BY p.payer_id, b.asset
"""  # noqa: S608 - made of the constant above
_NUDGE: Final = text(
    insert_notices(
        given=f"WITH owing AS ({_OWING})",
        select="""
            SELECT owing.payer_id AS customer_id, customer.zone, 'bill.nudge' AS kind,
                jsonb_build_object('sum', jsonb_build_object('amount', owing.owed, 'asset', owing.asset),
                    'count', owing.parts) AS params,
                'bill.nudge:' || owing.payer_id || ':' || owing.asset || ':' || CAST(:on AS date) AS key,
                'bills:' || owing.payer_id AS about
            FROM owing JOIN customer ON customer.id = owing.payer_id
        """,
        urgency=Urgency.REMINDER,
        merge_key="bill.nudge",
    )
)


_AGAIN: Final = "SELECT bill_id FROM bill_again WHERE asked_at IS NULL AND again_on <= CAST(:on AS date)"
_ASK_AGAIN: Final = text(
    insert_notices(
        given=f"""
        WITH due AS (UPDATE bill_again SET asked_at = :now WHERE bill_id IN ({_AGAIN}) RETURNING bill_id)
        """,  # noqa: S608 - made of the constant above
        select="""
            SELECT bill.organiser_id AS customer_id, customer.zone, 'bill.again' AS kind,
                jsonb_build_object('sum', jsonb_build_object('amount', bill.total, 'asset', bill.asset),
                    'title', CASE WHEN bill.title_sealed IS NULL THEN to_jsonb(CAST('' AS text))
                        ELSE jsonb_build_object(
                            'sealed', translate(encode(bill.title_sealed, 'base64'), E'\n', ''),
                            'place', 'friends.title:' || bill.token) END,
                    'token', bill.token) AS params,
                'bill.again:' || bill.id || ':' || CAST(:on AS date) AS key,
                'bill:' || bill.id AS about
            FROM due JOIN bill ON bill.id = due.bill_id JOIN customer ON customer.id = bill.organiser_id
            WHERE customer.telegram_id > 0
        """,  # below 0: erased
        urgency=Urgency.REMINDER,
    )
)


async def _ask_again(units: Units, on: date) -> None:
    async with units.begin(SYSTEM) as unit:
        await unit.session.execute(_ASK_AGAIN, {"on": on, "now": unit.now})
        await wake(unit)


async def _nudge(units: Units, on: date) -> None:
    async with units.begin(SYSTEM) as unit:
        await unit.session.execute(_NUDGE, {"on": on, "now": unit.now})
        await wake(unit)


async def _next_packet(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Packet.ends_at)).where(col(Packet.settled_at).is_(None)))


async def _end_packets(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        due = select(Packet.id).where(col(Packet.settled_at).is_(None), Packet.ends_at <= unit.now)
        ids = list(await unit.session.scalars(due.order_by(col(Packet.ends_at), col(Packet.id)).limit(_PAGE_ROWS)))
    return await _each(units, ids, ending.end)


async def _next_cause(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Cause.ends_at)).where(Cause.state == CauseState.OPEN))


async def _end_causes(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        due = select(Cause.id).where(Cause.state == CauseState.OPEN, Cause.ends_at <= unit.now)
        ids = list(await unit.session.scalars(due.order_by(col(Cause.ends_at), col(Cause.id)).limit(_PAGE_ROWS)))
    return await _each(units, ids, causes.end)


async def _next_draft(unit: Unit) -> datetime | None:
    first = await unit.session.scalar(select(func.min(BillDraft.made_at)).where(BillDraft.state == DraftState.OPEN))
    return first + drafts.OPEN_FOR if first is not None else None


async def _end_drafts(units: Units) -> int:
    async with units.begin(SYSTEM) as unit:
        return await drafts.expire(unit, _PAGE_ROWS)


async def _each(units: Units, ids: list[int], end: Callable[[Unit, int], Awaitable[object]]) -> int:
    for each in ids:
        async with units.begin(SYSTEM) as unit:
            await end(unit, each)
    return len(ids)


NUDGE: Final = Step("friends.nudge", time(8), "open", "friends", _nudge, _OWING, rank=240)
AGAIN: Final = Step("friends.again", time(8), "open", "friends", _ask_again, _AGAIN, rank=242)
TIMED: Final = (
    TimedWork("friends.end_packets", "SELECT FROM packet WHERE settled_at IS NULL", _next_packet, _end_packets),
    TimedWork("friends.end_causes", "SELECT FROM cause WHERE state = 'open'", _next_cause, _end_causes),
    TimedWork("friends.end_drafts", "SELECT FROM bill_draft WHERE state = 'open'", _next_draft, _end_drafts),
)
