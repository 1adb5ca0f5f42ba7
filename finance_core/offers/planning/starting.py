"""Broadcasts begin by themselves at their start, exactly as they were approved, or not at all.

What is no longer as it was approved (a price, an audience, a text) goes back to its writer, who is told why; what could
not begin before its end is missed. What a run needs beyond that is `offers.running`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlmodel import col, func, select

from finance_core.approvals import Approval, approval, audit
from finance_core.customers.consents import Topic
from finance_core.customers.offer_checks import OfferCheck
from finance_core.kernel.errors import FinanceError
from finance_core.notices import Urgency, enqueue
from finance_core.offers.planning.broadcasts import PLANNED, broadcast_of, messages_of
from finance_core.offers.planning.models import Broadcast, BroadcastMessage, BroadcastState, Offer
from finance_core.offers.planning.notices import BroadcastBack
from finance_core.offers.planning.offers import picture_of
from finance_core.offers.planning.people import Whom
from finance_core.offers.planning.readying import Ready, is_notice, ready, require_as_bound
from finance_core.offers.rules.drawing import BUCKETS_A_PERCENT
from finance_core.offers.running.freezing import Audience, freeze
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.starting import Content, RunPlan, begin_run, keep_picture
from finance_core.offers.running.states import RunState
from finance_core.schedule.steps import TimedWork
from finance_core.storage.unit import Unit, Units

_WAITING: Final = col(Broadcast.state).in_(PLANNED)


def beginning(whom: Whom, checks: Sequence[OfferCheck]) -> TimedWork:
    """Return the work of beginning broadcasts. `checks` are those of all lines."""

    async def run(units: Units) -> int:
        done = 0
        for broadcast_id in await _due(units):
            done += await begin(units, broadcast_id, whom)
        for broadcast_id in await _freezing(units):
            await _freeze(units, broadcast_id, whom, checks)
            done += 1
        return done

    return TimedWork(
        "broadcasts.begin",
        "SELECT FROM broadcast WHERE state IN ('approved', 'scheduled')"
        " UNION ALL SELECT FROM broadcast_run WHERE state = 'freezing'",
        _next_due,
        run,
    )


async def _next_due(unit: Unit) -> datetime | None:
    return await unit.session.scalar(select(func.min(Broadcast.starts_at)).where(_WAITING))


async def _due(units: Units) -> list[int]:
    async with units.begin() as unit:
        due = select(Broadcast.id).where(_WAITING, Broadcast.starts_at <= unit.now)
        return list(await unit.session.scalars(due.order_by(col(Broadcast.starts_at), col(Broadcast.id))))


async def _freezing(units: Units) -> list[int]:
    async with units.begin() as unit:
        begun = select(BroadcastRun.id).where(BroadcastRun.state == str(RunState.FREEZING))
        return list(await unit.session.scalars(begun.order_by(col(BroadcastRun.id))))


async def begin(units: Units, broadcast_id: int, whom: Whom) -> int:
    """Begin one broadcast that is due; return 1 if anything came of it. Begun already, nothing does."""
    async with units.begin() as unit:
        broadcast = await broadcast_of(unit, broadcast_id, lock=True)
        if broadcast.state not in PLANNED:
            return 0
        if unit.now >= broadcast.ends_at:
            await _end(unit, broadcast, BroadcastState.MISSED, "late")
            return 1
        try:
            found = await ready(unit, broadcast, whom)
            await require_as_bound(unit, found)
        except FinanceError as fault:
            await _end(unit, broadcast, BroadcastState.DRAFT, str(fault.code))
            return 1
        await _begin(unit, found)
        return 1


async def _begin(unit: Unit, found: Ready) -> None:
    broadcast, offer = found.broadcast, found.offer
    decided = await approval(unit, broadcast.approval_id or 0)
    picture = await picture_of(unit, offer)
    name = None if picture is None else await keep_picture(unit, picture.content)
    contents = [_content(each, name) for each in await messages_of(unit, broadcast.id)]
    await begin_run(unit, _plan(found, decided), contents)
    broadcast.state = BroadcastState.STARTED
    await unit.session.flush()
    audit.record(unit, audit.NOBODY, "begin_broadcast", f"broadcast:{broadcast.id}", {"approval": decided.id})


def _plan(found: Ready, decided: Approval) -> RunPlan:
    broadcast, offer = found.broadcast, found.offer
    return RunPlan(
        id=broadcast.id,
        kind=offer.kind,
        topic=None if offer.topic is None else Topic(offer.topic),
        starts_at=broadcast.starts_at,
        ends_at=broadcast.ends_at,
        maker_id=decided.maker_id,
        checker_id=decided.decided_by or 0,
        is_credit=not is_notice(offer) and offer.topic == Topic.LOANS,
        product_line=_line(offer),
        rate=broadcast.rate,
        is_paid=broadcast.is_paid,
        stars_at_most=broadcast.stars_most,
        holdout=broadcast.held_out_percent * BUCKETS_A_PERCENT,
        variants=found.variants,
    )


def _line(offer: Offer) -> str | None:
    return offer.topic if offer.product is not None else None


def _content(message: BroadcastMessage, picture: str | None) -> Content:
    return Content(
        variant=message.variant,
        language=message.language,
        text=message.html,
        buttons=message.buttons,
        picture=picture,
    )


async def _freeze(units: Units, broadcast_id: int, whom: Whom, checks: Sequence[OfferCheck]) -> None:
    async with units.begin() as unit:
        broadcast = await broadcast_of(unit, broadcast_id)
        people = (await whom(unit, broadcast.audience_id or 0)).renamed("p_")
    await freeze(units, broadcast_id, Audience(people.sql, people.parameters), checks)


async def _end(unit: Unit, broadcast: Broadcast, state: BroadcastState, why: str) -> None:
    """Let a broadcast not begin: missed, or back to its writer; who proposed and who approved it are told."""
    decided = await approval(unit, broadcast.approval_id or 0)
    broadcast.state, broadcast.why = state, why
    if state == BroadcastState.DRAFT:
        broadcast.bound = broadcast.approval_id = None
    await unit.session.flush()
    audit.record(unit, audit.NOBODY, "end_broadcast", f"broadcast:{broadcast.id}", {"state": state, "why": why})
    for told in dict.fromkeys((decided.maker_id, decided.decided_by or decided.maker_id)):
        await enqueue(
            unit,
            BroadcastBack(broadcast=broadcast.id, state=str(state), why=why),
            urgency=Urgency.SYSTEM,
            key=f"{BroadcastBack.kind}:{broadcast.id}:{decided.id}:{told}",
            customer_id=told,
            about=f"broadcast:{broadcast.id}",
        )
