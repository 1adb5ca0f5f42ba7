"""Accounts that are one person's: an operator deals with none of their own, whatever name it bears."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_
from sqlmodel import col, select

from finance_core.customers.models import SamePerson
from finance_core.customers.queries import by_id
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.storage.unit import Unit


async def say_same_person(unit: Unit, customer_id: int, other_id: int) -> None:
    """Keep that two accounts are one person's.

    Raises:
        NotFound: `customer`. Conflict: `same_person_stands`: it is known, or it is one account.
    """
    first, second = sorted(((await by_id(unit, customer_id)).id, (await by_id(unit, other_id)).id))
    if first == second or second in await accounts_of(unit, first):
        raise Conflict(ErrorCode.SAME_PERSON_STANDS)
    unit.session.add(SamePerson(customer_id=first, other_id=second, said_by=str(unit.actor), said_at=unit.now))
    await unit.session.flush()


async def say_all_same_person(unit: Unit, customer_id: int, others: Iterable[int]) -> None:
    """Keep that other accounts are the same person's; those that are known to be are passed over.

    Raises:
        NotFound: `customer`.
    """
    for other in sorted(others):
        if other not in await accounts_of(unit, customer_id):
            await say_same_person(unit, customer_id, other)


async def accounts_of(unit: Unit, customer_id: int) -> frozenset[int]:
    """Return all accounts of the person who has this one, itself among them, over however many steps."""
    known, beyond = frozenset({customer_id}), frozenset({customer_id})
    while beyond:
        ids = sorted(beyond)
        pairs = select(SamePerson).where(or_(col(SamePerson.customer_id).in_(ids), col(SamePerson.other_id).in_(ids)))
        met = {each for pair in await unit.session.scalars(pairs) for each in (pair.customer_id, pair.other_id)}
        beyond = frozenset(met) - known
        known |= beyond
    return known
