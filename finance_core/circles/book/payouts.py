"""Paying pots out: when they are full, and what is there of those that are not, by the circle's rule.

Many circles at once: which rounds are to be paid, and what of each pot goes where, is worked out in a temporary table;
all of it is one entry. The receiver's own contribution and debts to the circle come out of the payout first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.circles import boards
from finance_core.circles.book.accounts import account_of, opened
from finance_core.circles.book.debits import OPEN_DUES
from finance_core.circles.book.parts import gather, pay_gathered
from finance_core.circles.book.received import tell_received
from finance_core.circles.book.round_ends import tell_groups
from finance_core.ledger import About, Posted
from finance_core.storage.unit import Unit

PAID_FROM: Final = time(9, 0)
"""Of the due day: a pot that is full before waits for that hour."""
MOST_PASSES: Final = 60
"""A payout may fill another pot of its circle by paying the receiver's debts: no circle has more rounds than that."""

_CREATE: Final = text(
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS circle_paying (
        circle_id bigint NOT NULL, round integer NOT NULL, place integer NOT NULL, customer_id bigint NOT NULL,
        asset varchar NOT NULL, kind varchar NOT NULL, paid_before bigint NOT NULL, gross bigint NOT NULL,
        commission bigint NOT NULL, prize bigint NOT NULL, missing bigint NOT NULL, commission_code varchar NOT NULL,
        commission_owner bigint NOT NULL, wanted bigint NOT NULL, unclaimed boolean NOT NULL,
        taken bigint NOT NULL, kept bigint NOT NULL
    ) ON COMMIT DELETE ROWS
    """
)
_EMPTY: Final = text("DELETE FROM circle_paying")

_BEGINS: Final = "(r.state = 'listed' OR (r.state = 'coming' AND c.receiving_order NOT IN ('lottery', 'auction')))"
"""Of a round that is due: it collects from now on. One that is drawn does not before its list was published."""
_PAYABLE: Final = f"""(
    (r.state IN ('collecting', 'short') AND c.state IN ('running', 'ended')) OR (c.state = 'running' AND {_BEGINS})
)"""
_RECEIVER: Final = """coalesce(
    (SELECT t.nr FROM circle_place t
        WHERE r.state IN ('coming', 'listed') AND t.circle_id = r.circle_id AND t.turn = r.nr AND t.state = 'held'),
    r.receiver_place)"""
"""A turn may have been swapped until the evening before."""
_LOCK_ROUNDS: Final = text(
    f"""
    SELECT count(*) FROM (
        SELECT FROM circle_round r JOIN circle c ON c.id = r.circle_id
        WHERE r.circle_id = ANY(:circles) AND r.due_on <= :on AND {_PAYABLE}
        ORDER BY r.circle_id, r.nr FOR NO KEY UPDATE OF r
    ) locked
    """  # noqa: S608 - constants
)
_LOCK_DUES: Final = text(
    f"""
    SELECT count(*) FROM (
        SELECT FROM circle_due d WHERE d.circle_id = ANY(:circles) AND d.due_on <= :on AND {OPEN_DUES}
        ORDER BY d.circle_id, d.round, d.place FOR NO KEY UPDATE OF d
    ) locked
    """  # noqa: S608 - constants
)
_BEGIN: Final = text(
    f"""
    UPDATE circle_round r SET state = 'collecting', receiver_place = {_RECEIVER}
    FROM circle c
    WHERE c.id = r.circle_id AND r.circle_id = ANY(:circles) AND c.state = 'running' AND r.due_on <= :on AND {_BEGINS}
    """  # noqa: S608 - constants
)


def _part_of(whole: str, amount: str, of: str) -> str:
    """Return SQL for `rules.paying.in_proportion` of the sum so far: half-up, exactly."""
    return f"CASE WHEN {of} = 0 THEN 0 ELSE div(2 * CAST({whole} AS numeric) * ({amount}) + {of}, 2 * {of}) END"


# Places and dues are named by their circles too, so that no chunk reads those of all circles.
# `own` is what of the receiver's own contributions to this round comes out of the pot: never so much that what is owed
# for earlier rounds, which comes first, would not leave room for it.
_WORK_OUT: Final = text(
    f"""
    INSERT INTO circle_paying
    WITH pot AS (
        SELECT r.circle_id, r.nr AS round, CASE r.state WHEN 'short' THEN 'short' ELSE 'collecting' END AS state,
            r.due_on, l.nr AS place, l.customer_id, c.asset,
            coalesce(r.commission, 0) AS commission, r.refunds_place, c.commission_to, c.organiser_id, c.security,
            c.security_amount, m.retention, coalesce(l.closed_why = 'gone', false) AS unclaimed,
            sum(d.amount) AS expected, sum(d.paid) AS collected,
            coalesce(sum(d.amount - d.paid) FILTER (WHERE d.customer_id = l.customer_id), 0) AS own_left,
            (SELECT coalesce(sum(o.amount), 0) FROM circle_payout o
                WHERE o.circle_id = r.circle_id AND o.round = r.nr
                    AND (o.kind <> 'refund' OR r.refunds_place = o.place)) AS paid_before,
            r.due_on + CASE c.shortfall WHEN 'pay' THEN 1 + CAST(t.terms ->> 'grace_days' AS integer)
                ELSE CAST(t.terms ->> 'wait_days' AS integer) END AS anyway_on
        FROM circle_round r
            JOIN circle c ON c.id = r.circle_id
            JOIN product t ON t.code = c.product AND t.version = c.product_version
            JOIN circle_place l ON l.circle_id = r.circle_id AND l.circle_id = ANY(:circles) AND l.nr = {_RECEIVER}
            JOIN circle_member m ON m.circle_id = r.circle_id AND m.customer_id = l.customer_id
            JOIN circle_due d ON d.circle_id = r.circle_id AND d.circle_id = ANY(:circles) AND d.round = r.nr
        WHERE r.circle_id = ANY(:circles) AND r.due_on <= :paid_on AND {_PAYABLE}
            AND r.held_by IS NULL AND (m.suspended_at IS NULL OR r.refunds_place IS NOT NULL)
        GROUP BY r.circle_id, r.nr, l.nr, l.customer_id, l.closed_why, c.id, t.terms, m.retention
    ), owing AS (
        SELECT p.*, {_part_of("p.commission", "p.collected + p.own_left", "p.expected")} AS most_commission,
            (SELECT coalesce(sum(
                    e.fine - e.fine_paid + CASE WHEN e.round < p.round THEN e.amount - e.paid ELSE 0 END), 0)
                FROM circle_due e
                WHERE e.circle_id = p.circle_id AND e.customer_id = p.customer_id AND e.round <= p.round
                    AND e.due_on <= :on) AS earlier
        FROM pot p
        WHERE p.state = 'collecting' OR p.collected > p.paid_before OR p.own_left > 0
    ), owned AS (
        SELECT o.*, CASE WHEN o.refunds_place IS NOT NULL THEN 0 ELSE greatest(0, least(o.own_left,
            o.collected - o.paid_before - o.most_commission - o.earlier)) END AS own FROM owing o
    ), grossed AS (
        SELECT o.*, o.collected - o.paid_before + o.own AS gross FROM owned o
        WHERE CASE o.state WHEN 'short' THEN o.collected > o.paid_before
            ELSE o.collected + o.own = o.expected OR CAST(:paid_on AS date) >= o.anyway_on END
    ), shared AS (
        SELECT g.*, {_part_of("g.commission", "g.paid_before + g.gross", "g.expected")}
            - {_part_of("g.commission", "g.paid_before", "g.expected")} AS commission_now
        FROM grossed g
    )
    SELECT circle_id, round, place, customer_id, asset,
        CASE WHEN refunds_place IS NOT NULL THEN 'refund' WHEN state = 'short' THEN 'late' ELSE 'prize' END,
        paid_before, gross, commission_now, gross - commission_now, expected - paid_before - gross,
        CASE WHEN refunds_place IS NOT NULL THEN '2032' WHEN commission_to = 'organiser' THEN '2010' ELSE '4040' END,
        CASE WHEN refunds_place IS NOT NULL THEN circle_id
            WHEN commission_to = 'organiser' THEN organiser_id ELSE 0 END,
        CASE WHEN refunds_place IS NOT NULL OR state = 'short' THEN 0
            ELSE retention + CASE security WHEN 'retention' THEN security_amount ELSE 0 END END,
        unclaimed, 0, 0
    FROM shared
    """  # noqa: S608 - constants
)
# What receivers owe to the circle comes out of their payouts, oldest round first.
_DEBTS: Final = text(
    f"""
    WITH payout AS (
        SELECT circle_id, customer_id, asset, sum(prize) AS prize FROM circle_paying
        WHERE NOT unclaimed AND kind <> 'refund' GROUP BY circle_id, customer_id, asset
    ), ordered AS (
        SELECT d.circle_id, d.round, d.place, d.customer_id, w.asset, w.prize AS room,
            d.amount - d.paid AS contribution, d.fine - d.fine_paid AS fine,
            sum(d.amount - d.paid + d.fine - d.fine_paid) OVER (
                PARTITION BY d.circle_id, d.customer_id ORDER BY d.round, d.place ROWS UNBOUNDED PRECEDING)
                - (d.amount - d.paid + d.fine - d.fine_paid) AS before
        FROM payout w JOIN circle_due d ON d.circle_id = w.circle_id AND d.customer_id = w.customer_id
        WHERE d.due_on <= :on AND {OPEN_DUES}
    )
    INSERT INTO circle_part (
        circle_id, round, place, payer_id, asset, contribution, fine, source, from_code, from_owner)
    SELECT circle_id, round, place, customer_id, asset, least(contribution, room - before),
        greatest(0, least(fine, room - before - contribution)), 'payout', '2010', customer_id
    FROM ordered WHERE room > before
    """  # noqa: S608 - constants
)
_TAKEN: Final = text(
    """
    UPDATE circle_paying w SET taken = least(w.prize, p.amount)
    FROM (SELECT circle_id, payer_id, sum(contribution + fine) AS amount FROM circle_part GROUP BY 1, 2) p
    WHERE p.circle_id = w.circle_id AND p.payer_id = w.customer_id AND w.kind <> 'refund'
    """
)
_KEEP: Final = text(
    """
    WITH kept AS (
        SELECT w.circle_id, w.round, w.place, least(w.prize - w.taken, w.wanted, (
            SELECT coalesce(sum(d.amount - d.paid), 0) FROM circle_due d
            WHERE d.circle_id = w.circle_id AND d.place = w.place AND d.round > w.round)) AS amount
        FROM circle_paying w WHERE w.wanted > 0
    ), made AS (
        INSERT INTO circle_pocket (circle_id, place, kind)
        SELECT circle_id, place, 'retention' FROM kept WHERE amount > 0 ON CONFLICT DO NOTHING
    )
    UPDATE circle_paying w SET kept = k.amount FROM kept k
    WHERE k.circle_id = w.circle_id AND k.round = w.round AND k.amount > 0
    """
)
_NOBODYS: Final = text(
    """
    INSERT INTO circle_pocket (circle_id, place, kind)
    SELECT circle_id, place, 'unclaimed' FROM circle_paying WHERE unclaimed ON CONFLICT DO NOTHING
    """
)
_TARGETS: Final = """
    SELECT w.circle_id, w.round, w.asset, '2010' AS code, w.customer_id AS owner, w.prize - w.kept AS amount
    FROM circle_paying w WHERE NOT w.unclaimed
    UNION ALL
    SELECT w.circle_id, w.round, w.asset, '2031', k.id, CASE WHEN w.unclaimed THEN w.prize ELSE w.kept END
    FROM circle_paying w JOIN circle_pocket k ON k.circle_id = w.circle_id AND k.place = w.place
        AND k.kind = CASE WHEN w.unclaimed THEN 'unclaimed' ELSE 'retention' END
    UNION ALL
    SELECT w.circle_id, w.round, w.asset, w.commission_code, w.commission_owner, w.commission FROM circle_paying w
"""
_OPEN: Final = text(
    opened(
        f"""
        SELECT code, owner, asset FROM ({_TARGETS}) target WHERE amount > 0
        UNION ALL
        SELECT '2030', (circle_id << 32) + round, asset FROM circle_paying
        """  # noqa: S608 - constants
    )
)
_STAGE: Final = text(
    f"""
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT {account_of("2030", "(w.circle_id << 32) + w.round", "w.asset")}, a.id, CAST(w.amount AS bigint)
    FROM ({_TARGETS}) w
        JOIN account a ON a.code = w.code AND a.book = 'INST' AND a.asset = w.asset AND a.owner = w.owner
    WHERE w.amount > 0
    """  # noqa: S608 - constants
)
_WRITE: Final = text(
    """
    INSERT INTO circle_payout (key, circle_id, round, place, customer_id, amount, kind, entry_id, on_date, paid_at)
    SELECT 'round:' || circle_id || ':' || round || ':' || paid_before || ':' || kind, circle_id, round, place, who,
        amount, kind, :entry, :on, :now
    FROM (
        SELECT circle_id, round, paid_before, place, CASE WHEN unclaimed THEN NULL ELSE customer_id END AS who,
            prize AS amount, kind FROM circle_paying
        UNION ALL
        SELECT circle_id, round, paid_before, NULL,
            CASE commission_code WHEN '2010' THEN commission_owner END, commission, 'commission' FROM circle_paying
    ) paid
    WHERE amount > 0
    """
)
_ROUNDS: Final = text(
    """
    UPDATE circle_round r SET receiver_place = w.place, paid_at = coalesce(r.paid_at, :now),
        state = CASE WHEN w.missing = 0 THEN 'paid' ELSE 'short' END,
        full_at = CASE WHEN w.missing = 0 THEN CAST(:now AS timestamptz) END
    FROM circle_paying w WHERE r.circle_id = w.circle_id AND r.nr = w.round
    """
)
_PLACES: Final = text(
    """
    UPDATE circle_place l SET received_round = w.round, received_at = :now, turn = w.round
    FROM circle_paying w
    WHERE l.circle_id = w.circle_id AND l.nr = w.place AND w.kind = 'prize' AND l.received_round IS NULL
    """
)
_PAID: Final = text("SELECT DISTINCT circle_id FROM circle_paying ORDER BY 1")
_MOVED: Final = text("SELECT DISTINCT circle_id FROM circle_part WHERE source = 'payout' ORDER BY 1")
"""Circles of which a payout has paid a due: only in those can a further pot have filled."""


async def begin_due(unit: Unit, circles: Sequence[int]) -> None:
    """Let the rounds of these circles that are due collect; one that is drawn, not before its list was published."""
    await unit.session.execute(_BEGIN, {"circles": list(circles), "on": unit.open_on})


async def lock_rounds(unit: Unit, circles: Sequence[int]) -> None:
    """Lock the rounds of these circles that collect or came out short: before dues are, so that nobody locks another
    out.
    """
    await unit.session.execute(_LOCK_ROUNDS, {"circles": list(circles), "on": unit.open_on})


async def pay_out(unit: Unit, circles: Sequence[int], occasion: str, about: About) -> list[int]:
    """Pay all pots of these circles that are to be paid; return the circles that paid.

    A pot is paid when it is full (the receiver's own contribution may come out of it), or, with what is there, on the
    morning that the circle's rule names; what comes later goes to the same receiver. A dispute, or a receiver who is
    suspended, holds it.

    Args:
        occasion: makes the entries' keys: once for each pass.
        about: what the entry says it is about: a chunk, a circle.
    """
    paid: set[int] = set()
    waiting = list(circles)
    for number in range(MOST_PASSES):
        if not waiting:
            break
        found, waiting = await _pass(unit, waiting, f"circles.pay:{occasion}:{number}", about)
        paid |= set(found)
    return sorted(paid)


async def _pass(unit: Unit, circles: Sequence[int], key: str, about: About) -> tuple[list[int], list[int]]:
    """Pay what is to be paid now once; return the circles that paid, and those of them that may pay again."""
    values = {"circles": list(circles), "on": unit.open_on}
    await lock_rounds(unit, circles)
    await unit.session.execute(_LOCK_DUES, values)
    await _have_table(unit)
    await gather(unit)
    await unit.session.execute(_WORK_OUT, {**values, "paid_on": _last_paid_on(unit)})
    found = list(await unit.session.scalars(_PAID))
    if not found:
        return [], []
    await _post(unit, key, about)
    await boards.all_changed(unit, found)
    return found, list(await unit.session.scalars(_MOVED))


def _last_paid_on(unit: Unit) -> date:
    """Return the last due day whose pots may be paid by now: none is before 09:00 of its day."""
    is_before = unit.local_now() < datetime.combine(unit.open_on, PAID_FROM, unit.zone)
    return unit.open_on - timedelta(days=1) if is_before else unit.open_on


async def _have_table(unit: Unit) -> None:
    await unit.session.execute(_CREATE)
    await unit.session.execute(_EMPTY)


async def _post(unit: Unit, key: str, about: About) -> None:
    await unit.session.execute(_DEBTS, {"on": unit.open_on})
    for statement in (_TAKEN, _KEEP, _NOBODYS, _OPEN, _STAGE):
        await unit.session.execute(statement)
    posted = await pay_gathered(unit, key, "circle.paid_out", about)
    await unit.session.execute(_ROUNDS, {"now": unit.now})
    await unit.session.execute(_PLACES, {"now": unit.now})
    await tell_groups(unit)
    if posted is not None:
        await _write_down(unit, posted)


async def _write_down(unit: Unit, posted: Posted) -> None:
    assert not posted.replayed, "a pot is locked before it is paid"
    await unit.session.execute(_WRITE, {"entry": posted.entry_id, "on": unit.open_on, "now": unit.now})
    await tell_received(unit, posted)
