"""Finding a person in one of five ways, each by an index. Each search is on record; there are only so many an hour.

What was written is kept nowhere: the record says by what was searched, and who was found.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.approvals import audit
from finance_core.customers.models import Customer
from finance_core.customers.name_words import found_by_words
from finance_core.customers.queries import all_of, by_username
from finance_core.customers.roles import Permission, require
from finance_core.journeys.office.looking import require_not_too_often
from finance_core.journeys.office.rules import By, Search, region_of, searches_in
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.ledger import EntryNotFound
from finance_core.loans.models import Loan
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

FIND: Final = "find"
"""The act on record."""
MOST_SHOWN: Final = 5
MOST_SEARCHES: Final = 60
"""Of one operator within an hour."""

_OWNERS: Final = text(
    """
    SELECT DISTINCT account.owner FROM (
        SELECT debit_id AS id FROM transfer WHERE entry_id = :entry
        UNION ALL
        SELECT credit_id FROM transfer WHERE entry_id = :entry
    ) leg JOIN account USING (id) JOIN chart USING (code)
    WHERE chart.owned_by = 'customer' ORDER BY account.owner LIMIT :most
    """
)


@dataclass(frozen=True, slots=True)
class Hits:
    """Who was found, at most five; `more` where there are others, too."""

    people: tuple[Customer, ...]
    more: bool


async def find(unit: Unit, cipher: Cipher, operator_id: int, said: str) -> Hits:
    """Return who is meant by a @username, a phone, words of a name, a contract's number or a receipt's reference.

    Raises:
        NotAllowed: `no_permission`. InvalidInput: `search_form`. RuleViolation: `searches_many` with `most` an hour.
    """
    await require(unit, operator_id, Permission.FIND_CUSTOMERS)
    searches = searches_in(said, region_of(unit.zone.key))
    if not searches:
        raise InvalidInput(ErrorCode.SEARCH_FORM)
    await require_not_too_often(unit, operator_id, FIND, MOST_SEARCHES)
    ids: list[int] = []
    for search in searches:
        ids += [each for each in await found_by(unit, cipher, search) if each not in ids]
    shown = ids[:MOST_SHOWN]
    by = [str(search.by) for search in searches]
    audit.record(unit, operator_id, FIND, "customers", {"by": by, "found": shown, "more": len(ids) > len(shown)})
    return Hits(tuple(await all_of(unit, shown)), len(ids) > len(shown))


async def found_by(unit: Unit, cipher: Cipher, search: Search) -> list[int]:
    """Return the ids of who is found in one way, at most one more than is shown. Nothing of it is on record yet."""
    match search.by:
        case By.USERNAME:
            holder = await by_username(unit, search.values[0], cipher)
            return [] if holder is None else [holder.id]
        case By.PHONE:
            return await _holders_of(unit, cipher, search.values)
        case By.CONTRACT:
            borrower = await unit.session.scalar(select(Loan.customer_id).where(Loan.id == int(search.values[0])))
            return [] if borrower is None else [borrower]
        case By.RECEIPT:
            return await _owners_of(unit, search.values[0])
        case By.NAME:
            return await found_by_words(unit, cipher, search.values, MOST_SHOWN + 1)


async def _holders_of(unit: Unit, cipher: Cipher, phones: tuple[str, ...]) -> list[int]:
    hashes = [each for phone in phones for each in cipher.fingerprints(phone)]
    holders = select(Customer.id).where(col(Customer.phone_hash).in_(hashes))
    return list(await unit.session.scalars(holders.order_by(col(Customer.id)).limit(MOST_SHOWN + 1)))


async def _owners_of(unit: Unit, reference: str) -> list[int]:
    """Return whose money an entry has moved: a send names both."""
    try:
        entry_id = await ledger.entry_by_reference(unit, reference)
    except EntryNotFound:
        return []
    return list(await unit.session.scalars(_OWNERS, {"entry": entry_id, "most": MOST_SHOWN + 1}))
