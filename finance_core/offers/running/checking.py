"""Whether people may be sent a broadcast now: asked when it is fed to the outbox, and again when it is claimed.

Who may not is skipped, with the reason; who may later waits. Everything is read set-wise, for at most 500 people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause, text

from finance_core.customers.offer_checks import OfferCheck, keeping_out, last_line_given
from finance_core.offers.running.counting import Move
from finance_core.offers.running.frequency import WINDOW, Earlier, Rival, skip_of, wait
from finance_core.offers.running.models import BroadcastRun
from finance_core.offers.running.states import RecipientState, RunState
from finance_core.storage.unit import Unit

_OTHERS: Final = text(
    """
    SELECT id, is_credit, state, ends_at FROM broadcast_run
    WHERE kind = 'offer' AND id <> :run AND ends_at > :since AND state <> 'freezing' ORDER BY id
    """
)


@dataclass(frozen=True, slots=True)
class _Person:
    customer_id: int
    zone: ZoneInfo
    wants_fewer: bool


async def held_up(
    unit: Unit, run: BroadcastRun, checks: Sequence[OfferCheck], customers: Sequence[int], *, claimed: bool = False
) -> dict[int, Move]:
    """Return what becomes of those who are not sent it now: skipped for a reason, or later. The others may be.

    Args:
        claimed: they have been fed, and so hold their places among the offers of a week: no other goes before them, and
            only who wants fewer since may have too many.
    """
    if not customers:
        return {}
    moves = {
        customer: Move(customer, RecipientState.SKIPPED, reason)
        for customer, reason in (await _kept_out(unit, run, checks, customers)).items()
    }
    rest = [each for each in customers if each not in moves]
    people = await _people(unit, rest)
    counted = [each.customer_id for each in people if each.wants_fewer or not claimed]
    earlier, rivals = await _earlier(unit, run, counted) if run.kind == "offer" else ({}, {})
    for person in people:
        waits = wait(
            unit.now,
            run.kind,
            person.zone,
            earlier.get(person.customer_id, ()),
            () if claimed else rivals.get(person.customer_id, ()),
            is_credit=run.is_credit,
            wants_fewer=person.wants_fewer,
        )
        skip = skip_of(waits, run.ends_at)
        if skip is not None:
            moves[person.customer_id] = Move(person.customer_id, RecipientState.SKIPPED, str(skip))
        elif waits.until is not None:
            moves[person.customer_id] = Move(person.customer_id, RecipientState.LATER, str(waits.reason), waits.until)
    return moves


async def _kept_out(
    unit: Unit, run: BroadcastRun, checks: Sequence[OfferCheck], customers: Sequence[int]
) -> Mapping[int, str]:
    bound = {
        "customers": list(customers),
        "now": unit.now,
        "on": unit.open_on,
        "topic": run.topic,
        "is_credit": run.is_credit,
    }
    statement = _kept_out_sql(tuple(checks), is_offer=run.kind == "offer", is_credit=run.is_credit)
    return {row.customer_id: row.reason for row in await unit.session.execute(statement, bound)}


@lru_cache(maxsize=8)
def _kept_out_sql(checks: tuple[OfferCheck, ...], *, is_offer: bool, is_credit: bool) -> TextClause:
    return text(
        "WITH asked AS (SELECT unnest(CAST(:customers AS bigint[])) AS customer_id) "
        + keeping_out(checks, is_offer=is_offer, is_credit=is_credit)
    )


_PEOPLE: Final = text(
    f"""
    SELECT asked.id AS customer_id, asked.zone, {last_line_given("'fewer'").replace("asked.customer_id", "asked.id")}
        AS wants_fewer
    FROM customer AS asked WHERE asked.id = ANY(:customers)
    """  # noqa: S608 - put together from code
)


async def _people(unit: Unit, customers: Sequence[int]) -> list[_Person]:
    rows = await unit.session.execute(_PEOPLE, {"customers": list(customers)})
    return [_Person(row.customer_id, ZoneInfo(row.zone), row.wants_fewer) for row in rows]


async def _earlier(
    unit: Unit, run: BroadcastRun, customers: Sequence[int]
) -> tuple[Mapping[int, Sequence[Earlier]], Mapping[int, Sequence[Rival]]]:
    """Return the offers of the last 168 hours that went to people or are on the way, and the broadcasts that go first.

    The runs are named in the statement, so that PostgreSQL looks at their partitions alone.
    """
    bound = {"run": run.id, "since": unit.now - WINDOW}
    others = (await unit.session.execute(_OTHERS, bound)).all() if customers else ()
    earlier: dict[int, list[Earlier]] = defaultdict(list)
    rivals: dict[int, list[Rival]] = defaultdict(list)
    if not others:
        return earlier, rivals
    of_run = {other.id: other for other in others}
    rows = await unit.session.execute(
        _found_in(tuple(of_run)), {"customers": list(customers), "since": unit.now - WINDOW}
    )
    for row in rows:
        other = of_run[row.run_id]
        if row.sent_at is not None or row.state == RecipientState.FED:
            earlier[row.customer_id].append(Earlier(row.sent_at or unit.now, other.is_credit))
        elif other.state == RunState.SENDING and (other.ends_at, other.id) < (run.ends_at, run.id):
            rivals[row.customer_id].append(Rival(other.is_credit))
    return earlier, rivals


def _found_in(runs: tuple[int, ...]) -> TextClause:
    return text(
        f"""
        SELECT run_id, customer_id, state, sent_at FROM broadcast_recipient
        WHERE run_id IN ({", ".join(str(int(each)) for each in runs)}) AND customer_id = ANY(:customers)
            AND state <> 'refused' AND (sent_at > :since OR state IN ('waiting', 'later', 'fed'))
        """  # noqa: S608 - numbers of ours
    )
