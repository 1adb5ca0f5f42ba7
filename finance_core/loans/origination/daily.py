"""What ends by itself: offers that nobody took, lines that were not drawn in time or whose loan has ended."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.storage.steps import Chunk, Step, TimedWork, in_chunks
from finance_core.storage.unit import Unit, Units

_LINES: Final = "SELECT id FROM loan WHERE undrawn > 0 AND (draw_until < :on OR state <> 'active')"
_END_LINES: Final = text(
    f"""
    WITH ended AS (
        UPDATE loan l SET undrawn = 0, draws_left = 0 FROM loan before
        WHERE before.id = l.id AND l.id > :after AND l.id <= :upto AND l.id IN ({_LINES})
        RETURNING l.id, l.asset, before.undrawn
    ), told AS (
        INSERT INTO loan_event (loan_id, kind, on_date, at, details)
        SELECT id, 'line_expired', :on, :now, jsonb_build_object('amount', undrawn) FROM ended
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('9029', 0, asset), ledger_account('9020', id, asset), undrawn FROM ended
    """  # noqa: S608 - constants
)
_END_OFFERS: Final = text(
    "UPDATE loan_application SET state = 'expired' WHERE state = 'approved' AND expires_at <= :now RETURNING id"
)
_NEXT_OFFER: Final = text("SELECT min(expires_at) FROM loan_application WHERE state = 'approved'")


async def _end_lines(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await ledger.stage(unit)
        values = {"on": on, "now": unit.now, "after": chunk.after, "upto": chunk.upto}
        await unit.session.execute(_END_LINES, values)
        await ledger.post_staged(unit, f"loans.lines:{on}:{chunk.number}", "loan.line_expired", on, {})

    await in_chunks(units, "loans.lines", on, _LINES, work)


async def _next_offer(unit: Unit) -> datetime | None:
    return await unit.session.scalar(_NEXT_OFFER)


async def _end_offers(units: Units) -> int:
    async with units.begin() as unit:
        return len((await unit.session.execute(_END_OFFERS, {"now": unit.now})).all())


LINES: Final = Step("loans.lines", time(0, 10), "open", "loans", _end_lines)
TIMED: Final = (TimedWork("loans.offers", _next_offer, _end_offers),)
