"""One entry of many thousand transfers, made by set-based SQL: for the close of business.

    await ledger.stage(unit)
    await unit.session.execute(text("INSERT INTO staged_transfer SELECT <debit_id>, <credit_id>, <amount> FROM …"))
    await ledger.post_staged(unit, f"wealth.income:{on}:{chunk.number}", "wealth.income", on, {"chunk": chunk.number})

The ids come from the table `account`, or from the SQL function `ledger_account(code, owner, asset, book)`, which opens
what is missing. The order of the rows does not matter; floors are held against each account's net sum.
"""

from __future__ import annotations

from datetime import date
from typing import Final, cast

from sqlalchemy import text

from finance_core.kernel.errors import FinanceError, IdempotencyConflict, InsufficientFunds
from finance_core.ledger.errors import AlreadyReversed, DayClosed
from finance_core.ledger.posting import about_json
from finance_core.ledger.values import About, Posted
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

_CREATE: Final = text(
    "CREATE TEMPORARY TABLE IF NOT EXISTS staged_transfer"
    " (debit_id bigint NOT NULL, credit_id bigint NOT NULL, amount bigint NOT NULL) ON COMMIT DELETE ROWS"
)
_EMPTY: Final = text("DELETE FROM staged_transfer")
"""Not TRUNCATE: posting leaves the table empty, so there is hardly ever anything to delete, while a new file for the
table costs twenty times as much as a look at it, and with it go the plans of every statement that reads it."""
_HAS_STAGED: Final = "has_staged"
"""Said of a unit's session. Every unit leaves the table empty: who stages posts, or stages again to throw it away."""
_POST: Final = text(
    "SELECT * FROM ledger_post_staged(:now, :actor, :key, :kind, :on_date, :value_on, :about_on, :about, :reverses)"
)
_ACCOUNT: Final = text("SELECT ledger_path(book, code, owner, asset) AS path, asset FROM account WHERE id = :id")


async def stage(unit: Unit) -> None:
    """Make the session's temporary table `staged_transfer(debit_id, credit_id, amount)` ready and empty."""
    await unit.session.execute(_CREATE)
    if _HAS_STAGED in unit.session.info:
        await unit.session.execute(_EMPTY)
    unit.session.info[_HAS_STAGED] = True


async def post_staged(
    unit: Unit,
    key: str,
    kind: str,
    on: date,
    about: About,
    *,
    value_on: date | None = None,
    about_on: date | None = None,
    reverses: int | None = None,
) -> Posted | None:
    """Write all of `staged_transfer` as one entry of the date `on` and empty it; None when nothing was staged.

    Raises:
        InsufficientFunds: names the first account, by id, that would end below its floor; nothing is written.
        IdempotencyConflict: the key stands with other content. Look with `find` before staging anew what may differ.
        AlreadyReversed, DayClosed: as they say.
    """
    values = {
        "now": unit.now,
        "actor": str(unit.actor),
        "key": key,
        "kind": kind,
        "on_date": on,
        "value_on": value_on,
        "about_on": about_on,
        "about": about_json(about),
        "reverses": reverses,
    }
    row = (await unit.session.execute(_POST, values)).one()
    if row.outcome == "empty":
        return None
    if row.outcome in ("posted", "replayed"):
        return Posted(row.entry_id, row.reference, replayed=row.outcome == "replayed")
    raise await _error(unit, row, key, on)


async def _error(unit: Unit, row: Fetched, key: str, on: date) -> FinanceError:
    match cast("str", row.outcome):
        case "conflict":
            return IdempotencyConflict(key=key)
        case "reversed":
            return AlreadyReversed(key=key)
        case "day_closed":
            return DayClosed(on)
    short = (await unit.session.execute(_ACCOUNT, {"id": row.account_place})).one()
    return InsufficientFunds(account=short.path, asset=short.asset, available=row.available, requested=row.requested)
