"""Reading the book: balances, histories, statements at any date, the trial balance. Nothing here writes or locks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import Final

from sqlalchemy import text

from finance_core.kernel.money import Money
from finance_core.ledger.chart import Side
from finance_core.ledger.errors import EntryNotFound
from finance_core.ledger.reference import entry_id_of
from finance_core.ledger.values import INST, Account, Line, Statement, TrialLine
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

MAX_PAGE_LINES: Final = 200

_BALANCES: Final = text(
    """
    SELECT asked.place, ledger_balance(account.id, CAST(:on_date AS date)) AS amount
    FROM unnest(CAST(:books AS varchar[]), CAST(:codes AS varchar[]), CAST(:owners AS bigint[]),
        CAST(:assets AS varchar[])) WITH ORDINALITY asked (book, code, owner, asset, place)
    JOIN account USING (code, book, asset, owner)
    """
)
_CAN_GIVE: Final = """
    balance.amount - balance.held - balance.floor + (
        SELECT coalesce(sum(hold.amount), 0) FROM hold
        WHERE hold.account_id = balance.account_id AND hold.state = 'held' AND hold.expires_at <= :now)
"""
_AVAILABLE: Final = text(
    f"""
    SELECT asked.place, {_CAN_GIVE} AS amount
    FROM unnest(CAST(:books AS varchar[]), CAST(:codes AS varchar[]), CAST(:owners AS bigint[]),
        CAST(:assets AS varchar[])) WITH ORDINALITY asked (book, code, owner, asset, place)
    JOIN account USING (code, book, asset, owner) JOIN balance ON balance.account_id = account.id
    """  # noqa: S608 - put together from this module's own words
)
# Its own look-up, so that the planner sees the id in what follows and knows a customer from a busy account.
_ACCOUNT_ID: Final = text(
    "SELECT id FROM account WHERE code = :code AND book = :book AND asset = :asset AND owner = :owner"
)
_SIGNED: Final = """
    :sign * ((SELECT coalesce(sum(amount), 0) FROM transfer WHERE debit_id = :id AND entry_id = entry.id)
           - (SELECT coalesce(sum(amount), 0) FROM transfer WHERE credit_id = :id AND entry_id = entry.id))
"""
_LINE: Final = "entry.id, reference, kind, about, business_date, value_on, posted_at"
# What came into the account and left it again in the same entry: a payment that begins with what pays for it.
_THROUGH: Final = """least(
    (SELECT coalesce(sum(amount), 0) FROM transfer WHERE entry_id = entry.id AND debit_id = :id),
    (SELECT coalesce(sum(amount), 0) FROM transfer WHERE entry_id = entry.id AND credit_id = :id))"""
_HISTORY: Final = text(
    f"""
    WITH page AS (
        SELECT entry_id FROM (
            (SELECT DISTINCT entry_id FROM transfer WHERE debit_id = :id AND entry_id < :before
                ORDER BY entry_id DESC LIMIT :lines)
            UNION
            (SELECT DISTINCT entry_id FROM transfer WHERE credit_id = :id AND entry_id < :before
                ORDER BY entry_id DESC LIMIT :lines)
        ) either_side ORDER BY entry_id DESC LIMIT :lines
    ), newest AS (
        SELECT ledger_balance(:id) - :sign * (
            (SELECT coalesce(sum(amount), 0) FROM transfer WHERE debit_id = :id AND entry_id >= :before)
          - (SELECT coalesce(sum(amount), 0) FROM transfer WHERE credit_id = :id AND entry_id >= :before)
        ) AS balance
    )
    SELECT {_LINE}, {_SIGNED} AS amount, {_THROUGH} AS through, newest.balance
    FROM page JOIN entry ON entry.id = page.entry_id CROSS JOIN newest
    ORDER BY entry.id DESC
    """  # noqa: S608 - made of the constants above
)
_STATEMENT: Final = text(
    f"""
    SELECT {_LINE}, {_SIGNED} AS amount, {_THROUGH} AS through
    FROM entry
    JOIN (
        SELECT entry_id FROM transfer WHERE debit_id = :id
        UNION
        SELECT entry_id FROM transfer WHERE credit_id = :id
    ) touched ON touched.entry_id = entry.id
    WHERE business_date BETWEEN :first_on AND :last_on
    ORDER BY business_date, entry.id
    """  # noqa: S608 - made of the constants above
)
_TRIAL_BALANCE: Final = text(
    """
    WITH leg AS (
        SELECT debit_id AS account_id, entry_id, amount AS debit, 0 AS credit FROM transfer
        UNION ALL
        SELECT credit_id, entry_id, 0, amount FROM transfer
    ), summed AS (
        SELECT leg.account_id,
            coalesce(sum(debit - credit) FILTER (WHERE business_date < :since), 0) AS before,
            coalesce(sum(debit) FILTER (WHERE business_date >= :since), 0) AS debits,
            coalesce(sum(credit) FILTER (WHERE business_date >= :since), 0) AS credits
        FROM leg JOIN entry ON entry.id = leg.entry_id WHERE business_date <= :on_date GROUP BY leg.account_id
    )
    SELECT book, code, chart.name, asset,
        CAST(sign * sum(before) AS bigint) AS opening, CAST(sum(debits) AS bigint) AS debits,
        CAST(sum(credits) AS bigint) AS credits, CAST(sign * sum(before + debits - credits) AS bigint) AS closing
    FROM summed JOIN account ON account.id = summed.account_id
    JOIN (SELECT *, CASE side WHEN 'debit' THEN 1 ELSE -1 END AS sign FROM chart) chart USING (code)
    GROUP BY book, code, chart.name, asset, sign
    ORDER BY book, code, asset
    """
)
_EXISTS: Final = text("SELECT id FROM entry WHERE id = :id")


def movements_of(account_id: str) -> str:
    """Return a subselect of all that has moved an account: its legs, for set-based SQL.

    Its columns are `entry_id`, `kind`, `business_date`, `value_on`, `posted_at` and `amount` in minor units: what was
    credited is positive, what was debited negative. A reversal counts under the kind of what it undoes, so what was
    taken back adds up to nothing.

    Args:
        account_id: an expression of the statement around it, `a.id`; join it as `CROSS JOIN LATERAL`.
    """
    return f"""(
        SELECT leg.entry_id, coalesce(undone.kind, moved_by.kind) AS kind, moved_by.business_date, moved_by.value_on,
            moved_by.posted_at, leg.amount
        FROM (
            SELECT entry_id, amount FROM transfer WHERE credit_id = {account_id}
            UNION ALL
            SELECT entry_id, -amount FROM transfer WHERE debit_id = {account_id}
        ) leg
            JOIN entry moved_by ON moved_by.id = leg.entry_id
            LEFT JOIN entry undone ON undone.id = moved_by.reverses
    )"""  # noqa: S608 - statements are code, not input


async def balance(unit: Unit, account: Account) -> Money:
    """Return an account's balance on its normal side, zero when it was never opened."""
    return (await balances(unit, [account]))[account]


async def balances(unit: Unit, accounts: Iterable[Account], on: date | None = None) -> dict[Account, Money]:
    """Return the balances of several accounts in one round trip, now or at the end of the date `on`."""
    wanted = list(dict.fromkeys(accounts))
    values = {**_natural_keys(wanted), "on_date": on or date.max}
    rows = (await unit.session.execute(_BALANCES, values)).all() if wanted else []
    amounts = {wanted[row.place - 1]: row.amount for row in rows}
    return {account: Money(amounts.get(account, 0), account.asset) for account in wanted}


async def available(unit: Unit, account: Account) -> Money:
    """Return what a floored account can give: balance less live holds, plus its credit line.

    Raises:
        ValueError: the account has no floor.
    """
    return (await available_many(unit, [account]))[account]


async def available_many(unit: Unit, accounts: Iterable[Account]) -> dict[Account, Money]:
    """Return what each of several floored accounts can give, in one round trip. Raises as `available`."""
    wanted = list(dict.fromkeys(accounts))
    for account in wanted:
        if not account.line.floored:
            raise ValueError(f"account {account.code} has no floor")
    values = {**_natural_keys(wanted), "now": unit.now}
    rows = (await unit.session.execute(_AVAILABLE, values)).all() if wanted else []
    amounts = {wanted[row.place - 1]: int(row.amount) for row in rows}
    return {account: Money(amounts.get(account, 0), account.asset) for account in wanted}


def available_of(account_id: str) -> str:
    """Return SQL for what floored accounts can give: `account_id` names one, or is a select of ids. It takes `:now`."""
    return f"(SELECT coalesce(sum({_CAN_GIVE}), 0) FROM balance WHERE balance.account_id IN ({account_id}))"  # noqa: S608


def wallet_of(customer_id: str, asset: str) -> str:
    """Return SQL that selects the account of a person's wallet; both arguments are SQL."""
    return (
        "SELECT account.id FROM account"  # noqa: S608 - as above
        f" WHERE account.code = '2010' AND account.book = '{INST}' AND account.asset = {asset}"
        f" AND account.owner = {customer_id}"
    )


async def balance_on(unit: Unit, account: Account, day: date) -> Money:
    """Return the balance at the end of a business date; later entries, reversals among them, do not change it."""
    return (await balances(unit, [account], day))[account]


async def history(unit: Unit, account: Account, before: int | None = None, limit: int = 10) -> list[Line]:
    """Return the newest entries on an account, newest first, at most `limit` (and `MAX_PAGE_LINES`).

    Args:
        before: the `entry_id` of the last line of the page before; None for the first page.
    """
    account_id = await _id_of(unit, account)
    if account_id is None:
        return []
    values = {
        "id": account_id,
        "sign": _sign(account),
        "before": before if before is not None else 2**63 - 1,
        "lines": min(limit, MAX_PAGE_LINES),
    }
    rows = (await unit.session.execute(_HISTORY, values)).all()
    if not rows:
        return []
    newest_first = accumulate((-int(row.amount) for row in rows[:-1]), initial=int(rows[0].balance))
    return _lines(account, rows, list(newest_first))


async def statement(unit: Unit, account: Account, first_on: date, last_on: date) -> Statement:
    """Return an account's opening balance, entries and closing balance over business dates, oldest first."""
    opening = await balance_on(unit, account, first_on - timedelta(days=1))
    values = {"id": await _id_of(unit, account), "sign": _sign(account), "first_on": first_on, "last_on": last_on}
    rows = (await unit.session.execute(_STATEMENT, values)).all()
    after = list(accumulate((int(row.amount) for row in rows), initial=opening.amount))
    return Statement(
        account, first_on, last_on, opening, _lines(account, rows, after[1:]), Money(after[-1], account.asset)
    )


async def trial_balance(unit: Unit, on: date, since: date | None = None) -> list[TrialLine]:
    """Return what each code of each book and asset opened with on a date (or on `since`), moved, and closed with."""
    rows = await unit.session.execute(_TRIAL_BALANCE, {"on_date": on, "since": since or on})
    return [TrialLine(**row) for row in rows.mappings()]


async def entry_by_reference(unit: Unit, reference: str) -> int:
    """Return the id of the entry with a receipt's reference, however it was typed (`s8f3 k2qw`).

    Raises:
        EntryNotFound: no entry has it.
    """
    try:
        entry_id = await unit.session.scalar(_EXISTS, {"id": entry_id_of(reference)})
    except ValueError:
        entry_id = None
    if entry_id is None:
        raise EntryNotFound(reference)
    return int(entry_id)


def _lines(account: Account, rows: Sequence[Fetched], balances_after: Sequence[int]) -> list[Line]:
    return [
        Line(
            entry_id=row.id,
            reference=row.reference,
            kind=row.kind,
            about=row.about,
            amount=Money(int(row.amount), account.asset),
            through=Money(int(row.through), account.asset),
            balance_after=Money(after, account.asset),
            business_date=row.business_date,
            value_on=row.value_on,
            posted_at=row.posted_at,
        )
        for row, after in zip(rows, balances_after, strict=True)
    ]


async def _id_of(unit: Unit, account: Account) -> int | None:
    return (await unit.session.execute(_ACCOUNT_ID, _natural_key(account))).scalar_one_or_none()


def _natural_key(account: Account) -> dict[str, object]:
    return {"code": account.code, "book": account.book, "asset": account.asset.code, "owner": account.owner}


def _sign(account: Account) -> int:
    return 1 if account.line.side is Side.DEBIT else -1


def _natural_keys(accounts: Sequence[Account]) -> dict[str, list[object]]:
    return {
        "books": [account.book for account in accounts],
        "codes": [account.code for account in accounts],
        "owners": [account.owner for account in accounts],
        "assets": [account.asset.code for account in accounts],
    }
