"""The end of a deposit: paid out, or going on as a new contract under the terms of that day.

All that has matured by the day is done, so a morning that was missed is made up; the interest of the days between is in
what the nights accrued.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlmodel import col, select

from finance_core import ledger
from finance_core.deposits import entries
from finance_core.deposits.models import Deposit, DepositState, Rollover
from finance_core.deposits.notices import MaturedReceipt, RolledReceipt
from finance_core.deposits.product import DepositProduct, deposit_on_sale
from finance_core.deposits.service import new_deposit, offered
from finance_core.kernel.calendars import banking
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import ASSETS, Money
from finance_core.ledger import Posted
from finance_core.notices import Notice, Urgency, cancel_all, enqueue_many
from finance_core.schedule.chunks import Chunk
from finance_core.schedule.steps import Held
from finance_core.storage.unit import Unit

MATURED: Final = "SELECT id FROM deposit WHERE state = 'active' AND matures_on <= CAST(:on AS date)"


@dataclass(frozen=True, slots=True)
class Ending:
    """How a deposit ends. `following` is the contract that it goes on as; `declined`: it was to go on, and cannot."""

    deposit: Deposit
    following: Deposit | None = None
    declined: bool = False


def is_banking_day(day: date) -> bool:
    """Say whether deposits are paid on `day`. Raises Held: nobody knows, for the calendar does not reach that far."""
    try:
        return banking().is_open(day)
    except NotFound:
        raise Held(f"the banking calendar of {day.year}") from None


async def end_matured(unit: Unit, on: date, chunk: Chunk) -> list[tuple[int, str]]:
    """End the chunk's deposits that have matured; return each customer with the reference of what came."""
    deposits = await _matured(unit, on, chunk)
    sold = {code: await _on_sale(unit, code) for code in {deposit.product for deposit in deposits}}
    endings = [_ending(unit, deposit, sold[deposit.product]) for deposit in deposits]
    unit.session.add_all([ending.following for ending in endings if ending.following is not None])
    await unit.session.flush()
    posted = await ledger.post(unit, *[_entry(ending) for ending in endings])
    for ending in endings:
        _write_down(ending, on)
    await unit.session.flush()
    await _tell(unit, list(zip(endings, posted, strict=True)))
    return [(deposit.customer_id, answer.reference) for deposit, answer in zip(deposits, posted, strict=True)]


async def _matured(unit: Unit, on: date, chunk: Chunk) -> Sequence[Deposit]:
    statement = (
        select(Deposit)
        .where(
            Deposit.state == DepositState.ACTIVE,
            Deposit.matures_on <= on,
            Deposit.id > chunk.after,
            Deposit.id <= chunk.upto,
        )
        .order_by(col(Deposit.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return (await unit.session.scalars(statement)).all()


async def _on_sale(unit: Unit, code: str) -> DepositProduct | None:
    try:
        return await deposit_on_sale(unit, code)
    except NotFound:
        return None


def _ending(unit: Unit, deposit: Deposit, product: DepositProduct | None) -> Ending:
    """Return how a deposit ends: as its owner chose, or paid out when that is no longer sold."""
    if deposit.rollover == Rollover.OUT:
        return Ending(deposit)
    goes_on = deposit.principal + (deposit.accrued if deposit.rollover == Rollover.ALL else 0)
    amount = Money(goes_on, ASSETS[deposit.asset])
    try:
        if product is None or not product.takes(amount, deposit.days):
            return Ending(deposit, declined=True)
        made = offered(product, amount, deposit.days, unit.open_on)
    except NotFound:  # the banking calendar does not reach the new maturity
        return Ending(deposit, declined=True)
    key = f"deposit:{deposit.id}:rolled"
    return Ending(deposit, new_deposit(unit, product, deposit.customer_id, made, key, rolled_from=deposit.id))


def _entry(ending: Ending) -> ledger.Entry:
    if ending.following is None:
        return entries.paid_out(ending.deposit)
    return entries.rolled(ending.deposit, ending.following)


def _write_down(ending: Ending, on: date) -> None:
    deposit = ending.deposit
    deposit.state = DepositState.PAID if ending.following is None else DepositState.ROLLED
    deposit.ended_on, deposit.paid_interest = on, deposit.paid_interest + deposit.accrued


async def _tell(unit: Unit, ended: Sequence[tuple[Ending, Posted]]) -> None:
    abouts = [f"deposit:{ending.deposit.id}" for ending, _ in ended]
    await cancel_all(unit, abouts=abouts, kinds=["deposit.matures"], because="matured")
    await enqueue_many(unit, [_notice(ending, answer) for ending, answer in ended])


def _notice(ending: Ending, answer: Posted) -> Notice:
    deposit = ending.deposit
    return Notice(
        content=_receipt(ending, answer.reference),
        urgency=Urgency.SYSTEM,
        key=f"receipt.deposit_ended:{deposit.id}",
        customer_id=deposit.customer_id,
        about=f"deposit:{deposit.id}",
    )


def _receipt(ending: Ending, reference: str) -> MaturedReceipt | RolledReceipt:
    deposit, following, asset = ending.deposit, ending.following, ASSETS[ending.deposit.asset]
    interest = Money(deposit.accrued, asset)
    if following is None:
        paid = Money(deposit.principal, asset) + interest
        return MaturedReceipt(sum=paid, interest=interest, reference=reference, declined=ending.declined)
    return RolledReceipt(
        sum=Money(following.placed, asset),
        interest=interest,
        reference=reference,
        days=following.days,
        rate=following.annual_rate,
        matures_on=following.matures_on,
    )
