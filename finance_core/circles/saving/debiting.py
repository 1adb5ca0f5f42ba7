"""At 09:00 of a meeting, for many circles at once: it opens, and the standing numbers of shares are debited."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.circles import boards
from finance_core.circles.book.accounts import account_of
from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.notices import Urgency, insert_notices, wake
from finance_core.schedule.chunks import Chunk
from finance_core.storage.unit import Unit

MEETINGS_TODAY: Final = """
    SELECT m.circle_id AS id FROM circle_meeting m JOIN circle c ON c.id = m.circle_id AND c.state = 'running'
    WHERE m.held_on <= :on AND m.state <> 'closed'
"""
_OPEN: Final = text(
    """
    UPDATE circle_meeting m SET state = 'open' FROM circle c
    WHERE c.id = m.circle_id AND c.state = 'running' AND m.held_on <= :on AND m.state = 'coming'
        AND m.circle_id > :after AND m.circle_id <= :upto
    """
)
_CREATE: Final = text(
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS saving_part (
        circle_id bigint NOT NULL, meeting integer NOT NULL, customer_id bigint NOT NULL, asset varchar NOT NULL,
        shares integer NOT NULL, amount bigint NOT NULL, social bigint NOT NULL
    ) ON COMMIT DELETE ROWS
    """
)
_EMPTY: Final = text("DELETE FROM saving_part")
_LOCK: Final = text(
    """
    SELECT ledger_lock(array_agg(a.id ORDER BY a.id), :now) FROM account a
    WHERE a.code = '2010' AND a.book = 'INST' AND a.owner IN (
        SELECT s.customer_id FROM circle_saver s JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'open'
        WHERE s.standing > 0 AND s.circle_id > :after AND s.circle_id <= :upto)
    """
)
# As many whole shares as the wallet pays for after the social fund's sum, circle by circle for who is in several; who
# has bought at this meeting already is left alone.
_GATHER: Final = text(
    """
    WITH wanted AS (
        SELECT s.circle_id, m.nr AS meeting, s.customer_id, c.asset, s.standing, r.share_price, r.social_amount,
            b.amount - b.held - b.floor AS room,
            sum(s.standing * r.share_price + r.social_amount) OVER (
                PARTITION BY s.customer_id, c.asset ORDER BY s.circle_id ROWS UNBOUNDED PRECEDING)
                - s.standing * r.share_price - r.social_amount AS before
        FROM circle_saver s
            JOIN circle c ON c.id = s.circle_id AND c.state = 'running'
            JOIN circle_saving r ON r.circle_id = s.circle_id
            JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'open'
            JOIN circle_member cm ON cm.circle_id = s.circle_id AND cm.customer_id = s.customer_id
                AND cm.automatic_debit AND cm.suspended_at IS NULL
            JOIN account a ON a.code = '2010' AND a.book = 'INST' AND a.asset = c.asset AND a.owner = s.customer_id
            JOIN balance b ON b.account_id = a.id
        WHERE s.standing > 0 AND s.left_at IS NULL
            AND s.circle_id > :after AND s.circle_id <= :upto AND NOT EXISTS (
                SELECT FROM circle_saving_payment p
                WHERE p.circle_id = s.circle_id AND p.meeting = m.nr AND p.customer_id = s.customer_id)
    ), bought AS (
        SELECT *, CAST(least(standing, div(room - before - social_amount, share_price)) AS integer) AS shares
        FROM wanted
        WHERE room - before >= share_price + social_amount
    )
    INSERT INTO saving_part (circle_id, meeting, customer_id, asset, shares, amount, social)
    SELECT circle_id, meeting, customer_id, asset, shares, shares * share_price, social_amount FROM bought
    """
)
_STAGE: Final = text(
    f"""
    WITH part AS (
        SELECT p.customer_id, p.circle_id, p.asset, money.code, money.amount
        FROM saving_part p CROSS JOIN LATERAL (VALUES ('2033', p.amount), ('2032', p.social)) AS money (code, amount)
        WHERE money.amount > 0
    ), credited AS MATERIALIZED (
        SELECT code, circle_id, asset, ledger_account(code, circle_id, asset) AS id
        FROM (SELECT DISTINCT code, circle_id, asset FROM part) wanted
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT {account_of("2010", "part.customer_id", "part.asset")}, credited.id, part.amount
    FROM part JOIN credited USING (code, circle_id, asset)
    """  # noqa: S608 - constants
)
_WRITE: Final = text(
    """
    INSERT INTO circle_saving_payment (key, circle_id, meeting, customer_id, shares, amount, social, fines, entry_id,
        on_date)
    SELECT 'standing:' || circle_id || ':' || meeting || ':' || customer_id, circle_id, meeting, customer_id, shares,
        amount, social, 0, :entry, :on
    FROM saving_part
    """
)
_ADD: Final = text(
    """
    UPDATE circle_saver s SET shares = s.shares + p.shares, paid = s.paid + p.amount
    FROM saving_part p WHERE p.circle_id = s.circle_id AND p.customer_id = s.customer_id AND s.left_at IS NULL
    """
)
_TOLD: Final = text(
    insert_notices(
        select=f"""
        SELECT p.customer_id, u.zone, 'receipt.circle_saved' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("p.amount + p.social")}, 'shares', p.shares,
                'social', {money("p.social")}, 'fines', {money("0")}, 'reference', CAST(:reference AS text)) AS params,
            'receipt.circle_saved:' || p.circle_id || ':' || p.meeting || ':' || p.customer_id AS key,
            'circle:' || c.id AS about
        FROM saving_part p JOIN circle c ON c.id = p.circle_id JOIN customer u ON u.id = p.customer_id
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)
# Who agreed to more than their wallet paid for, once a meeting: they may buy the rest by hand until it is closed.
_SHORT: Final = text(
    insert_notices(
        select=f"""
        SELECT s.customer_id, u.zone, 'circle.short' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'standing', s.standing, 'bought', coalesce(p.shares, 0)) AS params,
            'circle.short:' || c.id || ':' || m.nr || ':' || s.customer_id AS key, 'circle:' || c.id AS about
        FROM circle_saver s
            JOIN circle c ON c.id = s.circle_id AND c.state = 'running'
            JOIN circle_meeting m ON m.circle_id = s.circle_id AND m.state = 'open'
            JOIN circle_member cm ON cm.circle_id = s.circle_id AND cm.customer_id = s.customer_id
                AND cm.automatic_debit AND cm.suspended_at IS NULL
            JOIN customer u ON u.id = s.customer_id
            LEFT JOIN LATERAL (
                SELECT sum(b.shares) AS shares FROM circle_saving_payment b
                WHERE b.circle_id = s.circle_id AND b.meeting = m.nr AND b.customer_id = s.customer_id) p ON true
        WHERE s.standing > coalesce(p.shares, 0) AND s.left_at IS NULL
            AND s.circle_id > :after AND s.circle_id <= :upto
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)


async def open_and_debit(unit: Unit, chunk: Chunk, on: date) -> None:
    """Open the day's meetings of a chunk of circles, and debit the standing numbers of shares: D 2010 C 2033, 2032.

    An entry for all of a chunk. Who cannot pay for one share and the social fund's sum is left alone, and may pay by
    hand until the meeting is closed.
    """
    where = {"after": chunk.after, "upto": chunk.upto}
    await unit.session.execute(_OPEN, {**where, "on": on})
    await unit.session.execute(_CREATE)
    await unit.session.execute(_EMPTY)
    await unit.session.execute(_LOCK, {**where, "now": unit.now})
    await unit.session.execute(_GATHER, where)
    await ledger.stage(unit)
    await unit.session.execute(_STAGE)
    key = f"circles.meet:{on}:{chunk.number}"
    posted = await ledger.post_staged(unit, key, "circle.saving_debited", unit.open_on, {"chunk": chunk.number})
    if posted is not None and not posted.replayed:
        await unit.session.execute(_WRITE, {"entry": posted.entry_id, "on": unit.open_on})
        await unit.session.execute(_ADD)
        await unit.session.execute(_TOLD, {"now": unit.now, "reference": posted.reference})
    await unit.session.execute(_SHORT, {**where, "now": unit.now})
    await boards.all_changed(unit, sorted(chunk.ids))
    await wake(unit)
