"""What is paid of dues, many at once: gathered in a temporary table, posted as one entry, written down set-wise.

    await gather(unit)
    await unit.session.execute(text("INSERT INTO circle_part SELECT … FROM circle_due …"))
    posted = await pay_gathered(unit, "circles.debit:2026-03-12:1", "circle.debited", {"chunk": 1})

Each row is money for one due from one source; with the source `repay` it goes to the institution, which has covered the
due (1150). What else is staged before `pay_gathered` (a pot that is paid) stands in
the same entry. The dues are locked by who gathers.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.circles.book.accounts import account_of, opened
from finance_core.ledger import About, Posted
from finance_core.storage.unit import Unit

_CREATE: Final = text(
    """
    CREATE TEMPORARY TABLE IF NOT EXISTS circle_part (
        circle_id bigint NOT NULL, round integer NOT NULL, place integer NOT NULL, payer_id bigint,
        asset varchar NOT NULL, contribution bigint NOT NULL, fine bigint NOT NULL, source varchar NOT NULL,
        from_code varchar NOT NULL, from_owner bigint NOT NULL, claim_id bigint
    ) ON COMMIT DELETE ROWS
    """
)
_EMPTY: Final = text("DELETE FROM circle_part")

GIVEN: Final = """
    SELECT circle_id, round, place, sum(contribution) AS contribution, sum(fine) AS fine
    FROM circle_part WHERE source <> 'repay' GROUP BY circle_id, round, place
"""
"""What is already gathered of each due."""

_OPEN: Final = text(
    opened(
        """
        SELECT '2030' AS code, (circle_id << 32) + round AS owner, asset FROM circle_part
        WHERE contribution > 0 AND source <> 'repay'
        UNION ALL SELECT '1150', k.id, p.asset FROM circle_part p JOIN circle_pocket k
            ON k.circle_id = p.circle_id AND k.place = p.place AND k.kind = 'advance' WHERE p.source = 'repay'
        UNION ALL SELECT '2032', circle_id, asset FROM circle_part WHERE fine > 0
        UNION ALL SELECT from_code, from_owner, asset FROM circle_part
        UNION ALL SELECT '9030', claim_id, asset FROM circle_part WHERE claim_id IS NOT NULL
        UNION ALL SELECT '9039', 0, asset FROM circle_part WHERE claim_id IS NOT NULL
        """
    )
)
_STAGE: Final = text(
    f"""
    WITH legs AS (
        SELECT asset, from_code, from_owner, '2030' AS code, (circle_id << 32) + round AS owner,
            sum(contribution) AS amount
        FROM circle_part WHERE contribution > 0 AND source <> 'repay' GROUP BY 1, 2, 3, 5
        UNION ALL
        SELECT p.asset, p.from_code, p.from_owner, '1150', k.id, sum(p.contribution)
        FROM circle_part p JOIN circle_pocket k
            ON k.circle_id = p.circle_id AND k.place = p.place AND k.kind = 'advance'
        WHERE p.source = 'repay' GROUP BY 1, 2, 3, 5
        UNION ALL
        SELECT asset, from_code, from_owner, '2032', circle_id, sum(fine) FROM circle_part WHERE fine > 0
        GROUP BY 1, 2, 3, 5
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT d.id, c.id, CAST(l.amount AS bigint)
    FROM legs l
        JOIN account d ON d.code = l.from_code AND d.book = 'INST' AND d.asset = l.asset AND d.owner = l.from_owner
        JOIN account c ON c.code = l.code AND c.book = 'INST' AND c.asset = l.asset AND c.owner = l.owner
    UNION ALL
    SELECT {account_of("9030", "p.claim_id", "p.asset")}, {account_of("9039", "0", "p.asset")},
        CAST(sum(p.contribution) AS bigint)
    FROM circle_part p WHERE p.claim_id IS NOT NULL GROUP BY p.claim_id, p.asset
    """  # noqa: S608 - constants
)
_WRITE: Final = text(
    """
    INSERT INTO circle_payment (key, circle_id, round, place, payer_id, contribution, fine, source, entry_id, on_date,
        paid_at)
    SELECT 'entry:' || CAST(:entry AS bigint) || ':' || circle_id || ':' || round || ':' || place || ':' || source,
        circle_id, round, place, payer_id, sum(contribution), sum(fine), source, :entry, :on, :now
    FROM circle_part WHERE source <> 'repay' GROUP BY circle_id, round, place, payer_id, source
    """
)
_APPLY: Final = text(
    f"""
    UPDATE circle_due d SET paid = d.paid + p.contribution, fine_paid = d.fine_paid + p.fine,
        paid_at = CASE WHEN d.amount > 0 AND d.paid + p.contribution = d.amount THEN coalesce(d.paid_at, :now) END
    FROM ({GIVEN}) p
    WHERE d.circle_id = p.circle_id AND d.round = p.round AND d.place = p.place
    """  # noqa: S608 - constants
)
_ADVANCES: Final = text(
    """
    UPDATE circle_due d
    SET covered = d.covered + CASE p.source WHEN 'institution' THEN p.contribution ELSE -p.contribution END
    FROM circle_part p
    WHERE p.source IN ('institution', 'repay')
        AND d.circle_id = p.circle_id AND d.round = p.round AND d.place = p.place
    """
)


async def gather(unit: Unit) -> None:
    """Have the temporary table `circle_part` and the ledger's `staged_transfer` ready and empty."""
    await unit.session.execute(_CREATE)
    await unit.session.execute(_EMPTY)
    await ledger.stage(unit)


async def pay_gathered(unit: Unit, key: str, kind: str, about: About) -> Posted | None:
    """Post what is gathered and staged as one entry, and write it down on its dues; None where there was nothing.

    Raises:
        InsufficientFunds: names the first account that would end below its floor; nothing is written.
    """
    await unit.session.execute(_OPEN)
    await unit.session.execute(_STAGE)
    posted = await ledger.post_staged(unit, key, kind, unit.open_on, about)
    if posted is None or posted.replayed:
        return posted
    await unit.session.execute(_WRITE, {"entry": posted.entry_id, "on": unit.open_on, "now": unit.now})
    await unit.session.execute(_APPLY, {"now": unit.now})
    await unit.session.execute(_ADVANCES)
    return posted
