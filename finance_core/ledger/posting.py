"""Writing to the book: many entries in one round trip, each once, each balanced, none that breaks a floor.

All the deciding under locks is done in the database, by `ledger_post_one` for an entry of one transfer and by
`ledger_post_on` for others (migrations 0054 and 0057); here entries become their arguments and their answers become
values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, cast

from sqlalchemy import text

from finance_core.kernel.errors import FinanceError, IdempotencyConflict, InsufficientFunds
from finance_core.ledger.errors import DayClosed, HoldGone
from finance_core.ledger.values import Account, Entry, Posted, Reason, Refused
from finance_core.storage.driver import fetch
from finance_core.storage.unit import Unit

MAX_BATCH_ENTRIES: Final = 10_000
"""Entries of one call: a batch is one statement, and its locks are held until the unit ends."""

_ABOUT: Final = json.JSONEncoder(ensure_ascii=False)
_FACTS: Final = (str, int)
_POST: Final = (
    "SELECT * FROM ledger_post_on($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
)
POST_ONE: Final = "SELECT * FROM ledger_post_one($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"
_FIND: Final = text("SELECT id, reference FROM entry WHERE key = :key")
_ACCOUNTS: Final = text(
    "SELECT ledger_accounts(CAST(:books AS varchar[]), CAST(:codes AS varchar[]), CAST(:owners AS bigint[]),"
    " CAST(:assets AS varchar[]))"
)


async def post(unit: Unit, *entries: Entry) -> list[Posted]:
    """Write `entries`, all or none; answer one receipt for each, in order.

    A key that stands in the book with the same content is answered with its first receipt, `replayed`.

    Raises:
        InsufficientFunds: an entry would take an account below its floor; entries before it in the call count.
        IdempotencyConflict: a key came back with other content.
        DayClosed: an entry names a date that is not open.
        sqlalchemy.exc.DBAPIError: with SQLSTATE 40001 when the date moved or a key was taken meanwhile: the whole unit
            is to be tried again.
    """
    answers = await _submit(unit, entries, atomic=True)
    refused = [answer for answer in answers if isinstance(answer, Refused)]
    if refused:
        raise refusal_error(refused[0], _entry_of(entries, refused[0]))
    return cast("list[Posted]", answers)


async def try_post(unit: Unit, entries: Sequence[Entry]) -> list[Posted | Refused]:
    """Write those of `entries` that can be, in their order; answer for each, in the same order, what became of it."""
    return await _submit(unit, entries, atomic=False)


async def find(unit: Unit, key: str) -> Posted | None:
    """Return the receipt of the entry with this key, None when there is none (or it is not committed yet)."""
    row = (await unit.session.execute(_FIND, {"key": key})).one_or_none()
    return None if row is None else Posted(row.id, row.reference, replayed=True)


async def account_ids(unit: Unit, accounts: Iterable[Account]) -> dict[Account, int]:
    """Return the ids of accounts, opening those that are missing. The SQL counterpart is `ledger_account(code, …)`."""
    wanted = list(dict.fromkeys(accounts))
    if not wanted:
        return {}
    ids = (await unit.session.execute(_ACCOUNTS, _account_arrays(wanted))).scalar_one()
    return dict(zip(wanted, ids, strict=True))


async def submit_captures(unit: Unit, entry: Entry, hold_id: int) -> Posted:
    """Write one entry that takes what a hold reserves. `holds.capture` is the use case."""
    (answer,) = await _submit(unit, [entry], atomic=True, captures=[hold_id])
    if isinstance(answer, Refused):
        raise HoldGone(hold_id) if answer.reason == "hold_gone" else refusal_error(answer, entry)
    return answer


def refusal_error(refused: Refused, entry: Entry) -> FinanceError:
    """Return the refusal of a batch's entry as the error that `post` raises for it."""
    match refused.reason:
        case "insufficient":
            assert refused.account is not None
            return InsufficientFunds(
                account=refused.account.path,
                asset=refused.account.asset.code,
                available=refused.available,
                requested=refused.requested,
            )
        case "conflict":
            return IdempotencyConflict(key=refused.key)
        case "day_closed":
            assert entry.on is not None
            return DayClosed(entry.on)
        case "hold_gone":
            raise AssertionError("only a capture names a hold")


async def _submit(
    unit: Unit, entries: Sequence[Entry], *, atomic: bool, captures: Sequence[int | None] | None = None
) -> list[Posted | Refused]:
    if not entries:
        return []
    if len(entries) > MAX_BATCH_ENTRIES:
        raise ValueError(f"a batch has at most {MAX_BATCH_ENTRIES} entries")
    if captures is None and len(entries) == 1 and len(entries[0].transfers) == 1:
        return [await _submit_one(unit, entries[0])]
    accounts = list(dict.fromkeys(_accounts_of(entries)))
    rows = await fetch(
        unit,
        _POST,
        unit.now,
        str(unit.actor),
        atomic,
        await _ids_of(unit, accounts),
        "\n".join(account.path for account in accounts),
        *_entry_arrays(unit, entries),
        captures,
        *_transfer_arrays(entries, {account: place for place, account in enumerate(accounts, 1)}),
    )
    return [
        _answer(row, entry, accounts) for row, entry in zip(rows, entries, strict=True) if row["outcome"] != "withheld"
    ]


async def _ids_of(unit: Unit, accounts: Sequence[Account]) -> list[int]:
    """Return the ids of accounts: those that are known, and of the others those that the database finds or opens."""
    ids = [unit.known_ids.get(account) for account in accounts]
    if None not in ids:
        return cast("list[int]", ids)
    found = await account_ids(unit, (account for account, known in zip(accounts, ids, strict=True) if known is None))
    if not unit.session.in_nested_transaction():  # a savepoint may take back what was opened after it
        unit.found_ids.update(found)
    return [found[account] if known is None else known for account, known in zip(accounts, ids, strict=True)]


async def _submit_one(unit: Unit, entry: Entry) -> Posted | Refused:
    (row,) = await fetch(unit, POST_ONE, *arguments_of_one(unit, entry))
    (moved,) = entry.transfers
    return _answer(row, entry, (moved.debit, moved.credit))


def arguments_of_one(unit: Unit, entry: Entry) -> Sequence[object]:
    """Return what `POST_ONE` takes for an entry of one transfer."""
    (moved,) = entry.transfers
    debit, credit = moved.debit, moved.credit
    return (
        unit.now,
        str(unit.actor),
        entry.key,
        entry.kind,
        entry.on or unit.open_on,
        entry.on is not None,
        entry.value_on,
        entry.about_on,
        about_json(entry.about),
        debit.book,
        debit.asset.code,
        debit.code,
        debit.owner,
        credit.code,
        credit.owner,
        moved.amount.amount,
    )


def _answer(row: Mapping[str, Any], entry: Entry, accounts: Sequence[Account]) -> Posted | Refused:
    outcome = row["outcome"]
    if outcome in ("posted", "replayed"):
        return Posted(row["entry_id"], row["reference"], replayed=outcome == "replayed")
    if outcome != "insufficient":
        return Refused(entry.key, cast("Reason", outcome))
    short = accounts[row["account_place"] - 1]
    return Refused(entry.key, "insufficient", short, row["available"], row["requested"])


def _entry_of(entries: Sequence[Entry], refused: Refused) -> Entry:
    return next(entry for entry in entries if entry.key == refused.key)


def _accounts_of(entries: Iterable[Entry]) -> Iterable[Account]:
    for entry in entries:
        for transfer in entry.transfers:
            yield transfer.debit
            yield transfer.credit


def _account_arrays(accounts: Sequence[Account]) -> dict[str, list[object]]:
    return {
        "books": [account.book for account in accounts],
        "codes": [account.code for account in accounts],
        "owners": [account.owner for account in accounts],
        "assets": [account.asset.code for account in accounts],
    }


def _entry_arrays(unit: Unit, entries: Sequence[Entry]) -> Sequence[list[Any] | None]:
    """Return keys, kinds, dates, whether they were given, value dates, dates they are about, metadata."""
    return (
        [entry.key for entry in entries],
        [entry.kind for entry in entries],
        [entry.on or unit.open_on for entry in entries],
        [entry.on is not None for entry in entries],
        _unless_empty([entry.value_on for entry in entries]),
        _unless_empty([entry.about_on for entry in entries]),
        [about_json(entry.about) for entry in entries],
    )


def _unless_empty(values: list[Any]) -> list[Any] | None:
    """Return None for what nobody gave: the driver looks at each element of an array several times."""
    return None if values.count(None) == len(values) else values


def _transfer_arrays(entries: Sequence[Entry], places: dict[Account, int]) -> Sequence[list[int]]:
    """Return the places of entries, of debit and of credit accounts, and the amounts."""
    moves = [(place, transfer) for place, entry in enumerate(entries, 1) for transfer in entry.transfers]
    return (
        [place for place, _ in moves],
        [places[transfer.debit] for _, transfer in moves],
        [places[transfer.credit] for _, transfer in moves],
        [transfer.amount.amount for _, transfer in moves],
    )


def about_json(about: object) -> str:
    """Return an entry's metadata as JSON. Raises TypeError for what is not text or a whole number."""
    if not isinstance(about, dict):
        raise TypeError("what an entry is about has names")
    for name, value in about.items():
        if not isinstance(name, str) or type(value) not in _FACTS:
            raise TypeError("what an entry is about are texts and whole numbers by name")
    return _ABOUT.encode(about)
