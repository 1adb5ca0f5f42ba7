"""What origination does each day: offers that nobody took and lines that were not drawn end, guarantors are asked."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Final, cast

from sqlalchemy import text

from finance_core import ledger
from finance_core.loans.contact.ladder import OWED_OF_INSTALMENT
from finance_core.loans.origination.group_opening import end_those_over
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk, in_chunks
from finance_core.schedule.steps import Step, TimedWork
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
_OFFERS: Final = "SELECT FROM loan_application WHERE state = 'approved'"
_NEXT_OFFER: Final = text("SELECT min(expires_at) FROM loan_application WHERE state = 'approved'")


_LOANS_STOOD_FOR: Final = """
    SELECT DISTINCT g.loan_id AS id FROM guarantee g JOIN loan l ON l.id = g.loan_id WHERE l.state = 'active'
"""
# Nothing is overdue any more: what was asked for and not paid is asked for no longer.
_CALL_OFF: Final = text(
    """
    UPDATE guarantee g SET called = g.paid
    WHERE g.loan_id > :after AND g.loan_id <= :upto AND g.called > g.paid
        AND NOT EXISTS (SELECT FROM instalment i
            WHERE i.loan_id = g.loan_id AND i.settled_on IS NULL AND i.due_on < :on)
    """
)
# Each is asked for the share of what has become overdue since the last time, the first ones a cent more.
_CALL: Final = text(
    insert_notices(
        given=f"""
        WITH overdue AS (
            SELECT g.id, g.share_nr, g.share_of, g.at_most - g.called AS room, max(d.due_on) AS through,
                CAST(sum({OWED_OF_INSTALMENT}) AS bigint) AS amount
            FROM guarantee g
                JOIN loan l ON l.id = g.loan_id
                JOIN product p ON p.code = l.product AND p.version = l.product_version
                JOIN instalment d ON d.loan_id = l.id
            WHERE g.loan_id > :after AND g.loan_id <= :upto AND l.state = 'active' AND d.settled_on IS NULL
                AND CAST(:on AS date) - d.due_on > CAST(p.terms -> 'guarantees' ->> 'asked_after_days' AS integer)
                AND (g.called_through IS NULL OR d.due_on > g.called_through)
            GROUP BY g.id
        ), called AS (
            UPDATE guarantee g SET
                called = g.called + least(o.room, o.amount / o.share_of
                    + CASE WHEN o.share_nr <= o.amount % o.share_of THEN 1 ELSE 0 END),
                called_through = o.through
            FROM overdue o WHERE g.id = o.id
            RETURNING g.id, g.loan_id, g.customer_id, g.called - g.paid AS amount
        )
        """,  # noqa: S608 - constants
        select="""
        SELECT c.customer_id, guarantor.zone, 'guarantee.called' AS kind,
            jsonb_build_object(
                'guarantee', c.id,
                'sum', jsonb_build_object('asset', l.asset, 'amount', c.amount),
                'name', jsonb_build_object(
                    'sealed', translate(encode(borrower.name_sealed, 'base64'), E'\\n', ''),
                    'place', 'customer.name:' || borrower.id)
            ) AS params,
            'guarantee.called:' || c.id || ':' || CAST(:on AS date) AS key, 'loan:' || c.loan_id AS about
        FROM called c
            JOIN loan l ON l.id = c.loan_id
            JOIN customer borrower ON borrower.id = l.customer_id
            JOIN customer guarantor ON guarantor.id = c.customer_id
        WHERE c.amount > 0
        """,
        urgency=Urgency.REMINDER,
    )
)


_GROUPS: Final = "SELECT FROM group_loan WHERE state IN ('asking', 'signing')"
_NEXT_GROUP: Final = text("SELECT min(expires_at) FROM group_loan WHERE state IN ('asking', 'signing')")


async def _call_guarantors(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        values = {"on": on, "after": chunk.after, "upto": chunk.upto}
        await unit.session.execute(_CALL_OFF, values)
        await unit.session.execute(_CALL, {**values, "now": unit.now})
        await wake(unit)

    await in_chunks(units, "loans.guarantors", on, _LOANS_STOOD_FOR, work)


async def _end_lines(units: Units, on: date) -> None:
    async def work(unit: Unit, chunk: Chunk) -> None:
        await ledger.stage(unit)
        values = {"on": on, "now": unit.now, "after": chunk.after, "upto": chunk.upto}
        await unit.session.execute(_END_LINES, values)
        await ledger.post_staged(unit, f"loans.lines:{on}:{chunk.number}", "loan.line_expired", on, {})

    await in_chunks(units, "loans.lines", on, _LINES, work)


async def _next_offer(unit: Unit) -> datetime | None:
    return cast("datetime | None", await unit.session.scalar(_NEXT_OFFER))


async def _end_offers(units: Units) -> int:
    async with units.begin() as unit:
        return len((await unit.session.execute(_END_OFFERS, {"now": unit.now})).all())


async def _next_group(unit: Unit) -> datetime | None:
    return cast("datetime | None", await unit.session.scalar(_NEXT_GROUP))


async def _end_groups(units: Units) -> int:
    ended = 0
    while True:
        async with units.begin() as unit:
            of_these = await end_those_over(unit)
        ended += of_these
        if not of_these:
            return ended


GUARANTORS: Final = Step("loans.guarantors", time(10, 0), "open", "loans", _call_guarantors, _LOANS_STOOD_FOR, rank=440)
LINES: Final = Step("loans.lines", time(0, 10), "open", "loans", _end_lines, _LINES, rank=110)
TIMED: Final = (
    TimedWork("loans.groups", _GROUPS, _next_group, _end_groups),
    TimedWork("loans.offers", _OFFERS, _next_offer, _end_offers),
)
