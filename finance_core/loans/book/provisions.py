"""Classes and the allowance for losses at a close: what each loan's class asks for, and the day's difference.

The allowance (1190) and its expense (5010) are kept by product and class; see `rules.classes.provision_owner`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core import ledger
from finance_core.schedule.chunks import Chunk
from finance_core.storage.rows import rows_written
from finance_core.storage.unit import Unit

# A loan that changes its class takes its provision along; then each class is brought to what it has to be.
_PROVIDE: Final = text(
    """
    WITH standing AS (
        SELECT l.id, l.product_number, l.asset, l.loan_class AS old_class, l.provision AS old,
            loan_class(l.overdue_since, l.restructured_on, :on) AS new_class,
            coalesce(ledger_close(b, :on), 0) AS outstanding
        FROM loan l
            LEFT JOIN account a ON a.code = '1100' AND a.book = 'INST' AND a.asset = l.asset AND a.owner = l.id
                AND a.owner > :after AND a.owner <= :upto
            LEFT JOIN balance b ON b.account_id = a.id
        WHERE l.id > :after AND l.id <= :upto AND l.funding_circle IS NULL
            AND l.disbursed_on <= :on AND (l.ended_on IS NULL OR l.ended_on >= :on)
    ), required AS (
        SELECT *, required_provision(outstanding, new_class) AS new FROM standing
    ), changed AS MATERIALIZED (
        SELECT * FROM required WHERE (old, old_class) <> (new, new_class)
    ), provided AS (
        UPDATE loan l SET loan_class = changed.new_class, provision = changed.new FROM changed
        WHERE changed.id = l.id AND l.id > :after AND l.id <= :upto
    ), moved AS (
        SELECT provision_owner(product_number, old_class) AS from_owner,
            provision_owner(product_number, new_class) AS to_owner, asset, CAST(sum(old) AS bigint) AS amount
        FROM changed WHERE old_class <> new_class GROUP BY 1, 2, 3
    ), differing AS (
        SELECT provision_owner(product_number, new_class) AS owner, asset, CAST(sum(new - old) AS bigint) AS amount
        FROM changed GROUP BY 1, 2
    )
    INSERT INTO staged_transfer (debit_id, credit_id, amount)
    SELECT ledger_account('1190', from_owner, asset), ledger_account('1190', to_owner, asset), amount
    FROM moved WHERE amount > 0
    UNION ALL
    SELECT ledger_account(CASE WHEN amount > 0 THEN '5010' ELSE '1190' END, owner, asset),
        ledger_account(CASE WHEN amount > 0 THEN '1190' ELSE '5010' END, owner, asset), abs(amount)
    FROM differing WHERE amount <> 0
    """
)


async def provide(unit: Unit, on: date, chunk: Chunk) -> None:
    """Class each loan of a chunk at the close of `on`, and bring the allowance to what principal outstanding asks for.

    A class that changes moves its provision, D 1190 of the old C 1190 of the new; the day's difference is
    D 5010 C 1190, or the reverse. What circles lent has no class and no allowance.
    """
    await ledger.stage(unit)
    staged = await unit.session.execute(_PROVIDE, {"on": on, "after": chunk.after, "upto": chunk.upto})
    if rows_written(staged):
        key = f"loans.provide:{on}:{chunk.number}"
        await ledger.post_staged(unit, key, "loan.provision", on, {"day": on.isoformat()})
