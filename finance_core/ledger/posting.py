"""Writing to the book: many entries in one round trip, each once, each balanced, none that breaks a floor.

All the deciding under locks is done in the database by `ledger_post` (migration 0002); here entries become its arrays
and its answers become values.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final, cast

from sqlalchemy import text

from finance_core.kernel.errors import FinanceError, IdempotencyConflict, InsufficientFunds
from finance_core.ledger.errors import AlreadyReversed, DayClosed, HoldGone
from finance_core.ledger.values import Account, Entry, Posted, Reason, Refused
from finance_core.storage.rows import Fetched
from finance_core.storage.unit import Unit

MAX_BATCH_ENTRIES: Final = 10_000
"""Entries of one call: a batch is one statement, and its locks are held until the unit ends."""

_POST: Final = text(
    """
    SELECT * FROM ledger_post(
        :now, :actor, :atomic,
        CAST(:books AS varchar[]), CAST(:codes AS varchar[]), CAST(:owners AS bigint[]), CAST(:assets AS varchar[]),
        CAST(:keys AS varchar[]), CAST(:kinds AS varchar[]), CAST(:on_dates AS date[]), CAST(:on_given AS boolean[]),
        CAST(:value_on AS date[]), CAST(:about_on AS date[]), CAST(:about AS varchar[]), CAST(:reverses AS bigint[]),
        CAST(:captures AS bigint[]),
        CAST(:entries AS integer[]), CAST(:debits AS integer[]), CAST(:credits AS integer[]), CAST(:amounts AS bigint[])
    )
    """
)
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
        AlreadyReversed, DayClosed: as they say.
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
        case "reversed":
            return AlreadyReversed(key=refused.key)
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
    accounts = list(dict.fromkeys(_accounts_of(entries)))
    values = {
        "now": unit.now,
        "actor": str(unit.actor),
        "atomic": atomic,
        "captures": captures or [None] * len(entries),
        **_account_arrays(accounts),
        **_entry_arrays(unit, entries),
        **_transfer_arrays(entries, {account: place for place, account in enumerate(accounts, 1)}),
    }
    rows = (await unit.session.execute(_POST, values)).all()
    return [
        _answer(row, entry, accounts) for row, entry in zip(rows, entries, strict=True) if row.outcome != "withheld"
    ]


def _answer(row: Fetched, entry: Entry, accounts: Sequence[Account]) -> Posted | Refused:
    if row.outcome in ("posted", "replayed"):
        return Posted(row.entry_id, row.reference, replayed=row.outcome == "replayed")
    if row.outcome != "insufficient":
        return Refused(entry.key, cast("Reason", row.outcome))
    return Refused(entry.key, "insufficient", accounts[row.account_place - 1], row.available, row.requested)


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


def _entry_arrays(unit: Unit, entries: Sequence[Entry]) -> dict[str, list[object]]:
    return {
        "keys": [entry.key for entry in entries],
        "kinds": [entry.kind for entry in entries],
        "on_dates": [entry.on or unit.open_on for entry in entries],
        "on_given": [entry.on is not None for entry in entries],
        "value_on": [entry.value_on for entry in entries],
        "about_on": [entry.about_on for entry in entries],
        "about": [about_json(entry.about) for entry in entries],
        "reverses": [entry.reverses for entry in entries],
    }


def _transfer_arrays(entries: Sequence[Entry], places: dict[Account, int]) -> dict[str, list[int]]:
    moves = [(place, transfer) for place, entry in enumerate(entries, 1) for transfer in entry.transfers]
    return {
        "entries": [place for place, _ in moves],
        "debits": [places[transfer.debit] for _, transfer in moves],
        "credits": [places[transfer.credit] for _, transfer in moves],
        "amounts": [transfer.amount.amount for _, transfer in moves],
    }


def about_json(about: object) -> str:
    """Return an entry's metadata as JSON. Raises TypeError for what is not text or a whole number."""
    if not isinstance(about, dict) or not all(
        isinstance(name, str) and type(value) in (str, int) for name, value in about.items()
    ):
        raise TypeError("what an entry is about are texts and whole numbers by name")
    return json.dumps(about, ensure_ascii=False)
