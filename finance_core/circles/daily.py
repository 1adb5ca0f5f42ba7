"""What circles do by themselves: at night who is late, in the morning debits and pots, in the evening draws."""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text

from finance_core.circles.book.covering import LOST, cover, give_up
from finance_core.circles.book.debits import PEOPLE_DUE, collect
from finance_core.circles.book.ending import DONE, end, share_late_fines
from finance_core.circles.book.lateness import CIRCLES_LATE, judge
from finance_core.circles.book.payouts import begin_due, lock_rounds, pay_out
from finance_core.circles.book.pockets import give_back_done
from finance_core.circles.book.reminding import TOLD, UNPAID, ask_guarantors, remind
from finance_core.circles.book.retrying import collect_again
from finance_core.circles.book.stopping import ANYBODY, STOPPED, WARNED, give_notice, stop
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step
from finance_core.storage.unit import SYSTEM, Unit, Units

DEBITED_PEOPLE: Final = 2_000
"""People of a chunk that is debited: each is a due, a payment, a receipt."""
PAID_CIRCLES: Final = 250
"""Circles of a chunk whose pots are paid: each locks all its open dues."""

ENDED_CIRCLES: Final = 20
"""Circles of a chunk that end: each of them is a few entries."""

_GROUP: Final = "circles"
"""What waits when one of these steps is held: none is."""
_DUE_CIRCLES: Final = """
    SELECT DISTINCT r.circle_id AS id FROM circle_round r JOIN circle c ON c.id = r.circle_id
    WHERE r.due_on <= :on AND (
        (r.state IN ('coming', 'listed', 'collecting') AND c.state = 'running'
            AND (r.state <> 'coming' OR c.receiving_order NOT IN ('lottery', 'auction')))
        OR (r.state = 'short' AND c.state IN ('running', 'ended') AND (
            SELECT sum(d.paid) FROM circle_due d WHERE d.circle_id = r.circle_id AND d.round = r.nr
        ) > (
            SELECT coalesce(sum(o.amount), 0) FROM circle_payout o
            WHERE o.circle_id = r.circle_id AND o.round = r.nr AND (o.kind <> 'refund' OR r.refunds_place = o.place)
        )))
"""


_PAID_AND_OWING: Final = """
    SELECT DISTINCT o.customer_id AS id FROM circle_payout o
        JOIN circle_due d ON d.customer_id = o.customer_id AND d.due_on <= :on AND d.paid < d.amount
        JOIN circle c ON c.id = d.circle_id AND c.state IN ('running', 'ended')
    WHERE o.on_date = :on AND o.kind IN ('prize', 'late')
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
    """Pay the pots; who has received and owes to other circles is debited for those, and what that fills is paid."""

    async def again(unit: Unit, chunk: Chunk) -> None:
        await collect_again(unit, sorted(chunk.ids), f"{on}:received:{chunk.number}", {"chunk": chunk.number})

    async def work(unit: Unit, chunk: Chunk) -> None:
        circles = sorted(chunk.ids)
        await lock_rounds(unit, circles)
        await cover(unit, circles, f"{on}:{chunk.number}", {"chunk": chunk.number})
        await pay_out(unit, circles, f"{on}:{chunk.number}", {"chunk": chunk.number})
        await begin_due(unit, circles)
        await give_back_done(unit, circles)
        await share_late_fines(unit, circles, f"{on}:{chunk.number}")

    await in_chunks(units, "circles.pay", on, _DUE_CIRCLES, work, rows=PAID_CIRCLES)
    await in_chunks(units, "circles.debit_again", on, _PAID_AND_OWING, again, rows=PAID_CIRCLES)


async def _give_up(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await give_up(unit, sorted(chunk.ids), on, f"{on}:{chunk.number}", {"chunk": chunk.number})

    await in_chunks(units, "circles.lost", on, LOST, work, rows=PAID_CIRCLES)


async def _end(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        for circle_id in sorted(chunk.ids):
            await end(unit, circle_id)

    await in_chunks(units, "circles.end", on, DONE, work, rows=ENDED_CIRCLES)


async def _stop(units: Units, on: date) -> None:
    async with units.begin(SYSTEM) as unit:
        is_belated = unit.local_now().date() > on
        found = [] if is_belated else (await unit.session.execute(text(STOPPED), {"on": on})).all()
    if is_belated:
        return
    for row in found:
        async with units.begin(SYSTEM) as unit:
            await stop(unit, row.circle_id, row.place)

    async def work(unit: Unit, chunk: Chunk) -> None:
        await give_notice(unit, sorted(chunk.ids), on)

    await in_chunks(units, "circles.stop", on, WARNED, work, rows=PAID_CIRCLES)


async def _remind(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await remind(unit, sorted(chunk.ids), on)

    await in_chunks(units, "circles.remind", on, TOLD, work, rows=DEBITED_PEOPLE)


async def _ask_guarantors(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await ask_guarantors(unit, sorted(chunk.ids), on)

    await in_chunks(units, "circles.guarantors", on, UNPAID, work, rows=PAID_CIRCLES)


LATE: Final = Step("circles.late", time(0, 5), "close", _GROUP, _judge, CIRCLES_LATE, rank=230)
STOP: Final = Step("circles.stop", time(0, 10), "open", _GROUP, _stop, ANYBODY, rank=130)
GIVE_UP: Final = Step("circles.lost", time(0, 10), "open", _GROUP, _give_up, LOST, rank=132)
REMIND: Final = Step("circles.remind", time(8, 0), "open", _GROUP, _remind, TOLD, rank=215)
DEBIT: Final = Step("circles.debit", time(9, 0), "open", _GROUP, _debit, PEOPLE_DUE, rank=426)
PAY: Final = Step("circles.pay", time(9, 0), "open", _GROUP, _pay, _DUE_CIRCLES, rank=428)
END: Final = Step("circles.end", time(9, 0), "open", _GROUP, _end, DONE, rank=432)
GUARANTORS: Final = Step("circles.guarantors", time(10, 0), "open", _GROUP, _ask_guarantors, UNPAID, rank=442)
STEPS: Final = (LATE, STOP, GIVE_UP, REMIND, DEBIT, PAY, END, GUARANTORS)
"""All of them, in the order of the day."""
