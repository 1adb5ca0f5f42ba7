"""Erasing people whose account is closed, many at once, as the lines declare; forgetting what was kept for years.

The evening looks at every closing whose days are over: who needs the account for nothing is erased, all others wait
and are looked at again. A person is erased whole, in one transaction. What their lines keep has a reason (`Kept`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.notices import Notice, Urgency, enqueue_many
from finance_core.privacy.closing import needed
from finance_core.privacy.models import AccountClosing, ClosingState
from finance_core.privacy.notices import Erased
from finance_core.schedule.steps import Step
from finance_core.storage.personal import Held, Need
from finance_core.storage.unit import Unit, Units

PEOPLE: Final = 1_000
"""Erased in one transaction at most."""

_ANY_DUE: Final = "SELECT FROM account_closing WHERE state = 'asked' AND due_on <= :on"
_ANY_KEPT: Final = "SELECT FROM account_closing WHERE state = 'erased'"


@dataclass(frozen=True, slots=True)
class Declared:
    """What the lines hold, and what they need an account for."""

    held: tuple[Held, ...]
    needs: tuple[Need, ...]


def steps_of(declared: Declared) -> tuple[Step, ...]:
    """Return the steps of the day that erase and forget what `declared` says."""

    async def run(units: Units, _on: date) -> None:
        after = 0
        while True:
            async with units.begin() as unit:
                after = await _erase_due(unit, declared, after)
            if not after:
                return

    async def forget_kept(units: Units, _on: date) -> None:
        async with units.begin() as unit:
            await forget(unit, declared)

    return (
        Step("accounts.erase", time(21), "open", "accounts", run, _ANY_DUE, rank=985),
        Step("accounts.forget", time(21), "open", "accounts", forget_kept, _ANY_KEPT, rank=986),
    )


async def _erase_due(unit: Unit, declared: Declared, after: int) -> int:
    """Erase who is due and needs the account no more, of the next closings; return the last one's id, 0 at the end."""
    statement = select(AccountClosing).where(
        AccountClosing.state == ClosingState.ASKED, AccountClosing.due_at <= unit.now, col(AccountClosing.id) > after
    )
    found = statement.order_by(col(AccountClosing.id)).limit(PEOPLE).with_for_update(skip_locked=True)
    due = (await unit.session.scalars(found)).all()
    if not due:
        return 0
    last = due[-1].id
    waits = await needed(unit, declared.needs, [closing.customer_id for closing in due])
    await erase(unit, declared, [closing for closing in due if closing.customer_id not in waits])
    return last


async def erase(unit: Unit, declared: Declared, closings: Sequence[AccountClosing]) -> None:
    """Erase people whose closings these are: tell them, and take away all that goes, as the lines declare it.

    The caller has seen that nothing needs their accounts.
    """
    people = [closing.customer_id for closing in closings]
    if not people:
        return
    for closing in closings:
        closing.state, closing.settled_at = ClosingState.ERASED, unit.now
    await unit.session.flush()
    await _say_goodbye(unit, closings)
    for statement in (each for held in declared.held for each in held.erase):
        await _run(unit, statement, people)
    unit.session.expire_all()


async def _say_goodbye(unit: Unit, closings: Sequence[AccountClosing]) -> None:
    people = {closing.customer_id: closing.id for closing in closings}
    reached = select(Customer).where(col(Customer.id).in_(people), col(Customer.unreachable_since).is_(None))
    notices = [
        Notice(
            content=Erased(on=unit.open_on),
            urgency=Urgency.RECEIPT,
            key=f"erased:{people[customer.id]}",
            chat_id=customer.chat_id,
            language=customer.language,
        )
        for customer in await unit.session.scalars(reached)
        if not customer.is_erased
    ]
    await enqueue_many(unit, notices)


async def forget(unit: Unit, declared: Declared) -> None:
    """Take away what was kept of people who were erased long ago."""
    ages = {name: await _erased(unit, age) for name, age in _AGES.items()}
    for held in declared.held:
        if held.forget is not None:
            await _run(unit, held.forget, [], ages)


_AGES: Final = {"erased_30_days": timedelta(days=30), "erased_10_years": timedelta(days=3653)}
_LOOKED_BACK: Final = timedelta(days=400)
"""Who was erased longer ago than that beyond an age was looked at on every day since."""


async def _erased(unit: Unit, age: timedelta) -> list[int]:
    """Return who has come of an age since their erasure, within the days that are looked back."""
    latest = unit.now - age
    found = select(AccountClosing.customer_id).where(
        AccountClosing.state == ClosingState.ERASED,
        col(AccountClosing.settled_at) <= latest,
        col(AccountClosing.settled_at) > latest - _LOOKED_BACK,
    )
    return list(await unit.session.scalars(found))


async def _run(unit: Unit, statement: str, people: list[int], ages: Mapping[str, list[int]] | None = None) -> None:
    asked = text(statement)
    values: dict[str, Any] = {"customers": people, "now": unit.now, "on": unit.open_on, **(ages or {})}
    await unit.session.execute(asked, {name: values[name] for name in asked.compile().params})


# -- the list outside the database ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One erasure, as the list outside the database has it. No name: numbers and instants alone.

    `joined_at` tells one from a later person who was given the same number in a restored database.
    """

    customer_id: int
    joined_at: str
    erased_at: str


async def unlisted(unit: Unit, limit: int = PEOPLE) -> list[tuple[AccountClosing, Line]]:
    """Return erasures that are not on the list yet, oldest first, their rows locked."""
    statement = select(AccountClosing).where(
        AccountClosing.state == ClosingState.ERASED, col(AccountClosing.listed_at).is_(None)
    )
    found = statement.order_by(col(AccountClosing.id)).limit(limit).with_for_update(skip_locked=True)
    closings = (await unit.session.scalars(found)).all()
    people = select(Customer).where(col(Customer.id).in_([closing.customer_id for closing in closings]))
    joined = {person.id: person.created_at.isoformat() for person in await unit.session.scalars(people)}
    return [(each, Line(each.customer_id, joined[each.customer_id], _at(each))) for each in closings]


def _at(closing: AccountClosing) -> str:
    assert closing.settled_at is not None
    return closing.settled_at.isoformat()


class Replayed(dict[str, list[int]]):
    """Customers by what a line of the list came to: `erased`, `waits`, `known` (nothing to do), `other` (not they)."""


async def replay(unit: Unit, declared: Declared, listed: Sequence[Line]) -> Replayed:
    """Erase again who is on the list and stands in this database: a backup from before was restored.

    Who needs the account for something in the restored book is not erased at once: the closing is asked for, its days
    are over, and it goes by itself when the last of it ends.
    """
    came = Replayed(erased=[], waits=[], known=[], other=[])
    again: list[AccountClosing] = []
    for line in {line.customer_id: line for line in listed}.values():
        person = await unit.session.get(Customer, line.customer_id)
        if person is None or person.created_at.isoformat() != line.joined_at:
            came["other"].append(line.customer_id)
        elif person.is_erased:
            came["known"].append(line.customer_id)
        else:
            again.append(await _closing_of(unit, line))
    waits = await needed(unit, declared.needs, [closing.customer_id for closing in again])
    came["waits"] = [closing.customer_id for closing in again if closing.customer_id in waits]
    now = [closing for closing in again if closing.customer_id not in waits]
    came["erased"] = [closing.customer_id for closing in now]
    await erase(unit, declared, now)
    return came


async def _closing_of(unit: Unit, line: Line) -> AccountClosing:
    known = await unit.session.scalar(
        select(AccountClosing).where(
            AccountClosing.customer_id == line.customer_id, AccountClosing.state == ClosingState.ASKED
        )
    )
    closing = known or AccountClosing(
        key=f"replayed:{line.customer_id}:{line.erased_at}",
        customer_id=line.customer_id,
        asked_at=unit.now,
        due_at=unit.now,
        due_on=unit.open_on,
    )
    closing.due_at, closing.due_on = min(closing.due_at, unit.now), min(closing.due_on, unit.open_on)
    unit.session.add(closing)
    await unit.session.flush()
    return closing
