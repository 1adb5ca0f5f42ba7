"""Reads: a person's deposits, what each brings and when (the ladder), and what all of them hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func, text
from sqlmodel import col, select

from finance_core.deposits.models import Deposit, DepositState
from finance_core.deposits.rules import Early, interest, pays_on
from finance_core.kernel.calendars import banking
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Asset, Money
from finance_core.storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Rung:
    """A running deposit as its owner sees it: what it has earned so far, what comes back, and when."""

    deposit: Deposit
    pays_on: date
    """Its maturity, or the first banking day after."""
    earned: Money
    """Up to and with yesterday."""
    interest: Money
    """All of it, up to the day that pays."""

    @property
    def principal(self) -> Money:
        """What was placed."""
        return Money(self.deposit.principal, self.interest.asset)

    @property
    def total(self) -> Money:
        """What comes back at the end: principal and interest."""
        return self.principal + self.interest


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person has in deposits on a day."""

    principal: Money
    earned: Money
    """Interest so far, not paid yet."""
    count: int


@dataclass(frozen=True, slots=True)
class TakenBefore:
    """Money that was taken out early, by the entry that stands in the book."""

    reference: str
    early: Early


_TAKEN: Final = text("SELECT reference, about FROM entry WHERE key = :key")


async def by_id(unit: Unit, deposit_id: int, customer_id: int) -> Deposit:
    """Return a person's own deposit. Raises NotFound: `deposit`, also for another's."""
    return await _found(unit, deposit_id, customer_id)


async def locked(unit: Unit, deposit_id: int, customer_id: int) -> Deposit:
    """Return a person's own deposit, its row locked until the unit ends. Raises NotFound: `deposit`."""
    return await _found(unit, deposit_id, customer_id, for_update=True)


async def by_key(unit: Unit, key: str) -> Deposit | None:
    """Return the deposit that an act opened, None when it opened none."""
    return await unit.session.scalar(select(Deposit).where(Deposit.key == key))


async def taken_early(unit: Unit, key: str) -> TakenBefore | None:
    """Return what an act took out early, None when it has not been done."""
    row = (await unit.session.execute(_TAKEN, {"key": key})).one_or_none()
    if row is None:
        return None
    return TakenBefore(row.reference, Early(**{name: row.about[name] for name in Early.__dataclass_fields__}))


async def ladder(unit: Unit, customer_id: int) -> list[Rung]:
    """Return a person's running deposits, the one that comes back first first."""
    statement = (
        select(Deposit)
        .where(Deposit.customer_id == customer_id, Deposit.state == DepositState.ACTIVE)
        .order_by(col(Deposit.matures_on), col(Deposit.id))
        .execution_options(populate_existing=True)
    )
    return [rung(unit, deposit) for deposit in await unit.session.scalars(statement)]


def rung(unit: Unit, deposit: Deposit) -> Rung:
    """Return a running deposit as it stands on the book's day. Raises NotFound: `calendar_year`, as `pays_on`."""
    asset = ASSETS[deposit.asset]
    paid = max(pays_on(deposit.matures_on, banking()), unit.open_on)
    return Rung(
        deposit=deposit,
        pays_on=paid,
        earned=_interest(deposit, unit.open_on, asset),
        interest=_interest(deposit, paid, asset),
    )


async def standing(unit: Unit, customer_id: int, asset: Asset) -> Standing:
    """Return what a person has in deposits of an asset: one part of *My money*."""
    rows = await unit.session.execute(
        select(col(Deposit.principal), col(Deposit.annual_rate), col(Deposit.opened_on)).where(
            Deposit.customer_id == customer_id, Deposit.state == DepositState.ACTIVE, Deposit.asset == asset.code
        )
    )
    held = rows.all()
    earned = sum(interest(row.principal, row.annual_rate, (unit.open_on - row.opened_on).days) for row in held)
    return Standing(Money(sum(row.principal for row in held), asset), Money(earned, asset), len(held))


async def held(unit: Unit, customer_id: int, asset: Asset) -> Money:
    """Return the principal of a person's running deposits: what their tier's limit is held against."""
    total: ColumnElement[int] = func.coalesce(func.sum(Deposit.principal), 0)
    statement = select(total).where(
        Deposit.customer_id == customer_id, Deposit.state == DepositState.ACTIVE, Deposit.asset == asset.code
    )
    return Money(int(await unit.session.scalar(statement) or 0), asset)


async def has_signed(unit: Unit, customer_id: int) -> bool:
    """Say whether the person has ever opened a deposit."""
    return await unit.session.scalar(select(Deposit.id).where(Deposit.customer_id == customer_id).limit(1)) is not None


async def _found(unit: Unit, deposit_id: int, customer_id: int, *, for_update: bool = False) -> Deposit:
    statement = select(Deposit).where(Deposit.id == deposit_id, Deposit.customer_id == customer_id)
    if for_update:
        statement = statement.with_for_update(key_share=True)
    found = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if found is None:
        raise NotFound(ErrorCode.DEPOSIT)
    return found


def _interest(deposit: Deposit, until: date, asset: Asset) -> Money:
    return Money(interest(deposit.principal, deposit.annual_rate, (until - deposit.opened_on).days), asset)
