"""The fund's cash: at its bank (F1010) or in instruments (F1020); what the queue of redemptions may expect of it.

Instruments are one sum here: they are bought with the cash beyond what the fund keeps, and sold, up to what a day's
market takes, when more is to be paid than lies at the bank. An operator may sell more of them on any day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, func
from sqlmodel import col, select

from finance_core import ledger
from finance_core.change_plus import entries
from finance_core.change_plus.models import Fund, FundOrder, OrderKind, OrderState
from finance_core.change_plus.product import MoneyFund
from finance_core.change_plus.rules import liquidity_ahead, to_invest, to_sell
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Account, Entry, Posted, Transfer
from finance_core.storage.unit import Unit

DAYS_AHEAD: Final = 60
"""How many dealing days an expectation looks ahead."""

_DAY_QUOTA: Final = 0x7175_6F74
"""The class of the advisory locks of day quotas; the fund's number is the lock."""


@dataclass(frozen=True, slots=True)
class Liquidity:
    """What a fund can pay with, and what waits for it."""

    cash: Money
    instruments: Money
    advanced: Money
    """By the institution, for fast redemptions that the fund has not paid back."""
    waiting: Money
    """Redemptions whose morning has passed without cash."""
    waiting_orders: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a redemption stands in the queue. `expected_on` None: beyond what can be foreseen."""

    number: int
    ahead: Money
    expected_on: date | None


async def lock_fund(unit: Unit, fund: MoneyFund) -> None:
    """Lock a fund's row until the unit ends: what is decided on its cash and quotas is decided one after another."""
    await unit.session.execute(select(Fund.id).where(Fund.id == fund.number).with_for_update(key_share=True))


async def lock_day_quota(unit: Unit, fund: MoneyFund) -> None:
    """Lock what all may put into a fund on a day until the unit ends.

    A lock of its own, which whoever pays redemptions does not take: those hold the fund's row while they wait for
    wallets, and who puts in holds a wallet already.
    """
    await unit.session.execute(select(func.pg_advisory_xact_lock(_DAY_QUOTA, fund.number)))


async def liquidity(unit: Unit, fund: MoneyFund) -> Liquidity:
    """Return a fund's cash, instruments and queue."""
    cash, instruments = await _cash_and_instruments(unit, fund)
    row = (
        await unit.session.execute(
            select(func.coalesce(func.sum(FundOrder.amount), 0), func.count()).where(
                *_pending(fund), col(FundOrder.queued_on).is_not(None)
            )
        )
    ).one()
    return Liquidity(cash, instruments, await advanced(unit, fund), Money(int(row[0]), fund.asset), int(row[1]))


async def advanced(unit: Unit, fund: MoneyFund) -> Money:
    """Return what the institution has advanced for a fund and not been paid back."""
    return await ledger.balance(unit, Account("1200", fund.number, fund.asset))


async def place_in_queue(unit: Unit, fund: MoneyFund, order: FundOrder) -> Place:
    """Return where a waiting redemption stands: how many are before it, and on which day its turn should come."""
    before = select(func.coalesce(func.sum(FundOrder.amount), 0), func.count()).where(
        *_pending(fund),
        (FundOrder.confirm_on < order.confirm_on)
        | ((FundOrder.confirm_on == order.confirm_on) & (FundOrder.id < order.id)),
    )
    amount, count = (await unit.session.execute(before)).one()
    ahead = Money(int(amount), fund.asset)
    expected = await expected_on(unit, fund, ahead + Money(order.amount, fund.asset))
    return Place(int(count) + 1, ahead, expected)


async def expected_on(unit: Unit, fund: MoneyFund, upto: Money) -> date | None:
    """Return the dealing day by which a fund can have paid out `upto`, all that comes before included."""
    return next((day for amount, day in await expectations(unit, fund) if amount >= upto.amount), None)


async def expectations(unit: Unit, fund: MoneyFund) -> list[tuple[int, date]]:
    """Return (how much can have been paid out, by which dealing day) for the dealing days to come."""
    cash, instruments = await _cash_and_instruments(unit, fund)
    amounts = liquidity_ahead(cash.amount, instruments.amount, fund.daily_liquidity.amount, DAYS_AHEAD)
    days, day = [], unit.open_on
    for _ in amounts:
        day = dealing().after(day)
        days.append(day)
    return list(zip(amounts, days, strict=True))


async def sell(unit: Unit, fund: MoneyFund, amount: Money, key: str) -> Posted:
    """Turn instruments into cash, by an operator; who waits for it is paid by the next tick.

    Raises:
        InvalidInput: `amount_not_positive`. RuleViolation: `instruments_short` (available, requested).
    """
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    await lock_fund(unit, fund)
    held = await _instruments(unit, fund)
    known = await ledger.find(unit, key)
    if known is not None:
        return known
    if amount > held:
        raise RuleViolation(ErrorCode.INSTRUMENTS_SHORT, available=held, requested=amount)
    return await _turned(unit, fund, amount, "change_plus.sold", key)


async def raise_cash(unit: Unit, fund: MoneyFund, on: date) -> None:
    """Sell what today's redemptions and the institution's advances need beyond the cash, as far as a day allows."""
    await lock_fund(unit, fund)
    cash, instruments = await _cash_and_instruments(unit, fund)
    amount = to_sell(await _needed(unit, fund, on), cash.amount, instruments.amount, fund.daily_liquidity.amount)
    if amount:
        await _turned(unit, fund, Money(amount, fund.asset), "change_plus.sold", f"wealth.sold:{fund.number}:{on}")


async def invest(unit: Unit, fund: MoneyFund, on: date) -> None:
    """Put the cash beyond what the fund keeps into instruments, unless somebody still waits for money.

    The caller holds the fund's lock.
    """
    if await _needed(unit, fund, on):
        return
    cash, instruments = await _cash_and_instruments(unit, fund)
    amount = to_invest(cash.amount, instruments.amount, fund.cash_share)
    if amount:
        key = f"wealth.invested:{fund.number}:{on}"
        await _turned(unit, fund, Money(-amount, fund.asset), "change_plus.invested", key)


async def _turned(unit: Unit, fund: MoneyFund, amount: Money, kind: str, key: str) -> Posted:
    """Post instruments into cash, or (below zero) cash into instruments."""
    bank, held = entries.of_fund("F1010", fund), entries.of_fund("F1020", fund)
    sides = (bank, held) if amount.amount > 0 else (held, bank)
    move = Transfer(*sides, Money(abs(amount.amount), fund.asset))
    [posted] = await ledger.post(unit, Entry(kind, key, (move,), {"fund": fund.number}))
    return posted


async def _needed(unit: Unit, fund: MoneyFund, on: date) -> int:
    """Return what is to be paid by a day: redemptions that are due, and advances to the institution."""
    is_due = (FundOrder.kind == OrderKind.FAST) & (FundOrder.state == OrderState.CONFIRMED) | (
        FundOrder.kind == OrderKind.REDEMPTION
    ) & (FundOrder.state == OrderState.PENDING)
    statement = select(func.coalesce(func.sum(FundOrder.amount), 0)).where(
        FundOrder.fund_id == fund.number, col(FundOrder.settled_on).is_(None), FundOrder.confirm_on <= on, is_due
    )
    return int(await unit.session.scalar(statement) or 0)


def _pending(fund: MoneyFund) -> tuple[ColumnElement[bool], ...]:
    return (
        col(FundOrder.fund_id) == fund.number,
        col(FundOrder.kind) == OrderKind.REDEMPTION,
        col(FundOrder.state) == OrderState.PENDING,
    )


async def _cash_and_instruments(unit: Unit, fund: MoneyFund) -> tuple[Money, Money]:
    bank, held = entries.of_fund("F1010", fund), entries.of_fund("F1020", fund)
    there = await ledger.balances(unit, [bank, held])
    return there[bank], there[held]


async def _instruments(unit: Unit, fund: MoneyFund) -> Money:
    return await ledger.balance(unit, entries.of_fund("F1020", fund))
