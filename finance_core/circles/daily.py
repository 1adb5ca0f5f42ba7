"""What circles do by themselves: at night who is late, in the morning debits and pots, in the evening draws."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from finance_core.circles.book.debits import PEOPLE_DUE, collect
from finance_core.circles.book.lateness import CIRCLES_LATE, judge
from finance_core.circles.book.payouts import begin_due, pay_out
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import Unit, Units

DEBITED_PEOPLE: Final = 2_500
"""People of a chunk that is debited: each is a due, a payment, a receipt."""
PAID_CIRCLES: Final = 500
"""Circles of a chunk whose pots are paid: each locks all its open dues."""

_GROUP: Final = "circles"
"""What waits when one of these steps is held: none is."""
_DUE_CIRCLES: Final = """
    SELECT DISTINCT r.circle_id AS id FROM circle_round r JOIN circle c ON c.id = r.circle_id
    WHERE r.due_on <= :on AND (
        (r.state IN ('coming', 'listed', 'collecting') AND c.state = 'running')
        OR (r.state = 'short' AND c.state IN ('running', 'ended') AND (
            SELECT sum(d.paid) FROM circle_due d WHERE d.circle_id = r.circle_id AND d.round = r.nr
        ) > (
            SELECT coalesce(sum(o.amount), 0) FROM circle_payout o WHERE o.circle_id = r.circle_id AND o.round = r.nr
        )))
"""


async def _judge(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await judge(unit, sorted(chunk.ids), on)

    await in_chunks(units, "circles.late", on, CIRCLES_LATE, work, rows=PAID_CIRCLES)


async def _debit(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await collect(unit, sorted(chunk.ids), f"{on}:{chunk.number}", {"chunk": chunk.number})

    await in_chunks(units, "circles.debit", on, PEOPLE_DUE, work, rows=DEBITED_PEOPLE)


async def _pay(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        circles = sorted(chunk.ids)
        await begin_due(unit, circles)
        await pay_out(unit, circles, f"{on}:{chunk.number}", {"chunk": chunk.number})

    await in_chunks(units, "circles.pay", on, _DUE_CIRCLES, work, rows=PAID_CIRCLES)


LATE: Final = Step("circles.late", time(0, 5), "close", _GROUP, _judge, CIRCLES_LATE, rank=230)
DEBIT: Final = Step("circles.debit", time(9, 0), "open", _GROUP, _debit, PEOPLE_DUE, rank=426)
PAY: Final = Step("circles.pay", time(9, 0), "open", _GROUP, _pay, _DUE_CIRCLES, rank=428)
