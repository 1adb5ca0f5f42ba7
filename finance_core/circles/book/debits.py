"""Taking what is due out of what was paid ahead, of deposits and of wallets, for many people at once.

On the due morning, and again after each receipt of money. Oldest due day first across all of a person's circles, in
each round the contribution, then the fine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import text

from finance_core.circles import boards
from finance_core.circles.book.notices import OF_CIRCLE, money
from finance_core.circles.book.parts import GIVEN, gather, pay_gathered
from finance_core.ledger import About, Posted
from finance_core.notices import Urgency, cancel_all, insert_notices, wake
from finance_core.storage.unit import Unit

OPEN_DUES: Final = "(d.paid < d.amount OR d.fine_paid < d.fine)"
_OWING: Final = f"d.due_on <= :on AND {OPEN_DUES} AND c.state IN ('running', 'ended')"
PEOPLE_DUE: Final = f"""
    SELECT d.customer_id AS id FROM circle_due d JOIN circle c ON c.id = d.circle_id WHERE {_OWING}
    UNION
    SELECT customer_id FROM circle_due WHERE covered > 0
"""  # noqa: S608 - constants
"""A select of everybody who owes something on the day `:on`."""

_LOCK: Final = text(
    f"""
    SELECT count(*) FROM (
        SELECT FROM circle_due d JOIN circle c ON c.id = d.circle_id
        WHERE d.customer_id = ANY(:people) AND ({_OWING} OR d.covered > 0)
        ORDER BY d.circle_id, d.round, d.place FOR NO KEY UPDATE OF d
    ) locked
    """  # noqa: S608 - constants
)
_LOCK_WALLETS: Final = text(
    """
    SELECT ledger_lock(array_agg(id ORDER BY id), :now) FROM account
    WHERE code = '2010' AND book = 'INST' AND owner = ANY(:people)
    """
)

_OWED: Final = f"""
    SELECT d.circle_id, d.round, d.place, d.customer_id, d.due_on, d.is_late, c.asset, c.shortfall,
        d.amount - d.paid - coalesce(given.contribution, 0) AS contribution,
        d.fine - d.fine_paid - coalesce(given.fine, 0) AS fine
    FROM circle_due d JOIN circle c ON c.id = d.circle_id
        LEFT JOIN ({GIVEN}) given USING (circle_id, round, place)
    WHERE d.customer_id = ANY(:people) AND {_OWING}
"""  # noqa: S608 - constants
# Out of a pocket, round by round: what was paid ahead; what was kept back, once it is all that is left to pay; the
# deposit of who is late, where the rule says so, or of who has stopped.
_OF_POCKETS: Final = text(
    f"""
    WITH owed AS ({_OWED}), ordered AS (
        SELECT o.*, k.id AS pocket, k.kind, b.amount - b.held AS room,
            sum(o.contribution) OVER (
                PARTITION BY k.id ORDER BY o.round ROWS UNBOUNDED PRECEDING) - o.contribution AS before
        FROM owed o
            JOIN circle_pocket k ON k.circle_id = o.circle_id AND k.place = o.place
            JOIN circle_place l ON l.circle_id = o.circle_id AND l.nr = o.place
            JOIN account a ON a.code = '2031' AND a.book = 'INST' AND a.asset = o.asset AND a.owner = k.id
            JOIN balance b ON b.account_id = a.id
        WHERE b.amount > 0 AND k.kind = :kind AND CASE :kind
            WHEN 'ahead' THEN true
            WHEN 'security' THEN l.due_at_once_on IS NOT NULL OR (o.shortfall = 'deposit' AND o.is_late)
            WHEN 'retention' THEN l.due_at_once_on IS NOT NULL OR o.is_late OR b.amount >= (
                SELECT sum(f.amount - f.paid) FROM circle_due f WHERE f.circle_id = o.circle_id AND f.place = o.place)
            END
    )
    INSERT INTO circle_part (
        circle_id, round, place, payer_id, asset, contribution, fine, source, from_code, from_owner)
    SELECT circle_id, round, place, customer_id, asset, least(contribution, room - before), 0,
        CASE kind WHEN 'security' THEN 'deposit' ELSE kind END, '2031', pocket
    FROM ordered WHERE contribution > 0 AND room > before
    """  # noqa: S608 - constants
)
# What the institution has covered comes first: it is older than all that is still owed.
_REPAY: Final = text(
    """
    WITH ordered AS (
        SELECT d.circle_id, d.round, d.place, d.customer_id, c.asset, d.covered, b.amount - b.held - b.floor AS room,
            sum(d.covered) OVER (
                PARTITION BY d.customer_id, c.asset ORDER BY d.due_on, d.circle_id, d.round, d.place
                ROWS UNBOUNDED PRECEDING) - d.covered AS before
        FROM circle_due d JOIN circle c ON c.id = d.circle_id
            JOIN circle_member m ON m.circle_id = d.circle_id AND m.customer_id = d.customer_id
            JOIN account a ON a.code = '2010' AND a.book = 'INST' AND a.asset = c.asset AND a.owner = d.customer_id
            JOIN balance b ON b.account_id = a.id
        WHERE d.customer_id = ANY(:people) AND d.covered > 0 AND m.automatic_debit AND m.suspended_at IS NULL
    )
    INSERT INTO circle_part (
        circle_id, round, place, payer_id, asset, contribution, fine, source, from_code, from_owner)
    SELECT circle_id, round, place, customer_id, asset, least(covered, room - before), 0, 'repay', '2010', customer_id
    FROM ordered WHERE room > before
    """
)
# A deposit that was used is filled up again, out of what the wallet has left.
_REFILL: Final = text(
    """
    WITH short AS (
        SELECT l.customer_id, c.asset, l.circle_id, l.nr, k.id AS pocket, c.security_amount - kept.amount AS missing,
            b.amount - b.held - b.floor - coalesce((
                SELECT sum(p.contribution + p.fine) FROM circle_part p
                WHERE p.from_code = '2010' AND p.from_owner = l.customer_id AND p.asset = c.asset), 0) AS room
        FROM circle_place l
            JOIN circle c ON c.id = l.circle_id AND c.state = 'running' AND c.shortfall = 'deposit'
            JOIN circle_member m ON m.circle_id = c.id AND m.customer_id = l.customer_id AND m.automatic_debit
            JOIN circle_pocket k ON k.circle_id = l.circle_id AND k.place = l.nr AND k.kind = 'security'
            JOIN account s ON s.code = '2031' AND s.book = 'INST' AND s.asset = c.asset AND s.owner = k.id
            JOIN balance kept ON kept.account_id = s.id
            JOIN account a ON a.code = '2010' AND a.book = 'INST' AND a.asset = c.asset AND a.owner = l.customer_id
            JOIN balance b ON b.account_id = a.id
        WHERE l.customer_id = ANY(:people) AND l.state = 'held' AND l.due_at_once_on IS NULL
            AND kept.amount < c.security_amount
            AND NOT EXISTS (SELECT FROM circle_part p WHERE p.from_owner = k.id AND p.from_code = '2031')
            AND EXISTS (
                SELECT FROM circle_due d
                WHERE d.circle_id = l.circle_id AND d.place = l.nr AND d.paid < d.amount)
    ), ordered AS (
        SELECT s.*, sum(missing) OVER (
            PARTITION BY customer_id, asset ORDER BY circle_id, nr ROWS UNBOUNDED PRECEDING) - missing AS before
        FROM short s
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT d.id, k.id, least(o.missing, o.room - o.before)
    FROM ordered o
        JOIN account d ON d.code = '2010' AND d.book = 'INST' AND d.asset = o.asset AND d.owner = o.customer_id
        JOIN account k ON k.code = '2031' AND k.book = 'INST' AND k.asset = o.asset AND k.owner = o.pocket
    WHERE o.room > o.before
    """
)
_POCKETS: Final = ("ahead", "retention", "security")
_HAVE_POCKETS: Final = text(
    """
    SELECT EXISTS (
        SELECT FROM circle_place l JOIN circle_pocket k ON k.circle_id = l.circle_id AND k.place = l.nr
        WHERE l.customer_id = ANY(:people))
    """
)
# What was repaid is summed up once: the table that it stands in grows while this statement writes into it.
_OF_WALLETS: Final = text(
    f"""
    WITH owed AS ({_OWED}), repaid AS MATERIALIZED (
        SELECT payer_id AS customer_id, asset, sum(contribution) AS amount FROM circle_part
        WHERE source = 'repay' GROUP BY payer_id, asset
    ), ordered AS (
        SELECT o.*, b.amount - b.held - b.floor - coalesce(repaid.amount, 0) AS room,
            sum(o.contribution + o.fine) OVER (
                PARTITION BY o.customer_id, o.asset ORDER BY o.due_on, o.circle_id, o.round, o.place
                ROWS UNBOUNDED PRECEDING) - o.contribution - o.fine AS before
        FROM owed o
            JOIN circle_member m ON m.circle_id = o.circle_id AND m.customer_id = o.customer_id
            JOIN account a ON a.code = '2010' AND a.book = 'INST' AND a.asset = o.asset AND a.owner = o.customer_id
            JOIN balance b ON b.account_id = a.id
            LEFT JOIN repaid ON repaid.customer_id = o.customer_id AND repaid.asset = o.asset
        WHERE m.automatic_debit AND m.suspended_at IS NULL
    )
    INSERT INTO circle_part (
        circle_id, round, place, payer_id, asset, contribution, fine, source, from_code, from_owner)
    SELECT circle_id, round, place, customer_id, asset, least(contribution, room - before),
        greatest(0, least(fine, room - before - contribution)), 'wallet', '2010', customer_id
    FROM ordered WHERE contribution + fine > 0 AND room > before
    """  # noqa: S608 - constants
)


_PAID: Final = text(
    insert_notices(
        given="""
        WITH paid AS (
            SELECT circle_id, payer_id, sum(contribution + fine) AS amount FROM circle_part
            WHERE payer_id IS NOT NULL GROUP BY circle_id, payer_id
        )
        """,
        select=f"""
        SELECT p.payer_id AS customer_id, u.zone, 'receipt.circle_paid' AS kind,
            jsonb_build_object({OF_CIRCLE}, 'sum', {money("p.amount")}, 'reference', CAST(:reference AS text),
                'left', {money("owed.amount")}) AS params,
            'receipt.circle_paid:' || :entry || ':' || c.id || ':' || p.payer_id AS key,
            'entry:' || :entry AS about
        FROM paid p JOIN circle c ON c.id = p.circle_id JOIN customer u ON u.id = p.payer_id
            CROSS JOIN LATERAL (
                SELECT coalesce(sum(d.amount - d.paid + d.fine - d.fine_paid), 0) AS amount FROM circle_due d
                WHERE d.circle_id = c.id AND d.customer_id = p.payer_id AND d.due_on <= :on AND {OPEN_DUES}
            ) owed
        """,  # noqa: S608 - constants
        urgency=Urgency.SYSTEM,
    )
)
_TOUCHED: Final = text("SELECT DISTINCT circle_id FROM circle_part ORDER BY 1")
_SETTLED: Final = text(
    f"""
    SELECT DISTINCT 'circle:' || p.circle_id || ':' || p.payer_id FROM circle_part p
    WHERE p.payer_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM circle_due d WHERE d.circle_id = p.circle_id AND d.customer_id = p.payer_id
            AND d.due_on <= :on AND {OPEN_DUES})
    """  # noqa: S608 - constants
)
_OWES: Final = text(
    f"""
    SELECT EXISTS (
        SELECT FROM circle_due d JOIN circle c ON c.id = d.circle_id WHERE d.customer_id = ANY(:people) AND {_OWING})
    """  # noqa: S608 - constants
)


async def collect(unit: Unit, people: Sequence[int], occasion: str, about: About) -> Posted | None:
    """Debit what is due from these people, as far as it reaches; None where nothing was taken.

    Out of what was paid ahead and of deposits whoever it is; out of wallets of those who have agreed to it.

    Args:
        occasion: makes the entry's key: the same one is one debit ("2026-03-12:4", "entry:17").
        about: what the entry says it is about: a chunk, a customer.
    """
    key, values = f"circles.debit:{occasion}", {"people": list(people), "on": unit.open_on, "now": unit.now}
    if not await unit.session.scalar(_LOCK, values):
        return None
    await gather(unit)
    await unit.session.execute(_LOCK_WALLETS, values)
    have_pockets = await unit.session.scalar(_HAVE_POCKETS, values)
    for kind in _POCKETS if have_pockets else ():
        await unit.session.execute(_OF_POCKETS, {**values, "kind": kind})
    await unit.session.execute(_REPAY, values)
    await unit.session.execute(_OF_WALLETS, values)
    if have_pockets:
        await unit.session.execute(_REFILL, values)
    posted = await pay_gathered(unit, key, "circle.debited", about)
    if posted is not None and not posted.replayed:
        await tell_paid(unit, posted)
    return posted


async def tell_paid(unit: Unit, posted: Posted) -> None:
    """Write receipts of what was gathered and posted, and drop the reminders of who owes nothing any more."""
    values = {"now": unit.now, "on": unit.open_on, "entry": str(posted.entry_id), "reference": posted.reference}
    await unit.session.execute(_PAID, values)
    settled = list(await unit.session.scalars(_SETTLED, values))
    await cancel_all(unit, abouts=settled, because="paid")
    await boards.all_changed(unit, list(await unit.session.scalars(_TOUCHED)))
    await wake(unit)


async def owes(unit: Unit, customer_id: int) -> bool:
    """Say whether a person owes anything to a circle today."""
    values = {"people": [customer_id], "on": unit.open_on}
    return bool(await unit.session.scalar(_OWES, values))
