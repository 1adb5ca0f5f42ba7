"""Use cases of Change Plus: put in, take out (unconfirmed money first, then at once or by a standard redemption).

Each locks its customer's row, so that quotas and limits of one person are decided one act after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from finance_core import ledger
from finance_core.change_plus import entries, queries
from finance_core.change_plus.liquidity import lock_day_quota, lock_fund
from finance_core.change_plus.models import Fund, FundOrder, Holding, OrderKind, OrderState
from finance_core.change_plus.notices import PutInReceipt, RedemptionReceipt, TakenOutReceipt
from finance_core.change_plus.product import MoneyFund, fund_on_sale
from finance_core.change_plus.rules import Dates, TakeOut, Unconfirmed, dates_of, plan_take_out
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.customers.rules import TIERS
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleViolation, TemporarilyUnavailable
from finance_core.kernel.money import Money
from finance_core.ledger import Entry, Transfer
from finance_core.notices import Content, Urgency, enqueue
from finance_core.storage.once import write_once
from finance_core.storage.unit import Unit
from finance_core.suitability.service import Shown, keep_shown


class Speed(StrEnum):
    """How units are taken out."""

    FAST = "fast"  # cash at once, up to a quota; the units earn nothing that day
    STANDARD = "standard"  # unlimited; earns until the dealing day that confirms it, cash then


@dataclass(frozen=True, slots=True)
class PutIn:
    """An order that has been given: its reference, when it earns and is seen, and the wallet's balance after it."""

    reference: str
    amount: Money
    dates: Dates
    balance: Money


@dataclass(frozen=True, slots=True)
class TakenOut:
    """What was taken out: how much is in the wallet, how much comes later and when, the wallet's balance after it."""

    reference: str
    at_once: Money
    later: Money
    pays_on: date | None
    balance: Money


async def put_in(
    unit: Unit,
    customer_id: int,
    amount: Money,
    key: str,
    *,
    shown: Shown | None = None,
    urgency: Urgency = Urgency.RECEIPT,
) -> PutIn:
    """Put money from the wallet into Change Plus; the first time signs the contract (the caller has checked the PIN).

    Args:
        shown: the card that was confirmed, where there was one: it is kept with the sale.
        urgency: of the receipt: a person's own act is told at once, the system's (a plan's) waits for the morning.

    Raises:
        InsufficientFunds. NotAllowed: `adult_unconfirmed`, `account_frozen`.
        InvalidInput: `change_plus_minimum` (minimum).
        RuleViolation: `change_plus_limit` (limit, held, requested, tier, next_tier).
        TemporarilyUnavailable: `fund_day_quota` (left).
    """
    fund = await fund_on_sale(unit)
    customer = await lock_customer(unit, customer_id)
    known = await _known_order(unit, key)
    if known is not None:
        return await _put_in_again(unit, fund, known)
    await require_may_put_in(unit, fund, customer, amount)
    await _founded(unit, fund)
    await _signed(unit, fund, customer)
    dates = dates_now(unit, fund)
    order = await _order(unit, fund, customer_id, OrderKind.SUBSCRIPTION, amount.amount, dates.confirm_on, key)
    [posted] = await ledger.post(unit, entries.put_in(order, fund.asset))
    if shown is not None:
        await keep_shown(unit, customer_id, (fund.code, fund.version, fund.risk), shown, None, key)
    made = PutIn(posted.reference, amount, dates, await _wallet(unit, fund, customer_id))
    await enqueue(
        unit,
        PutInReceipt(
            sum=amount,
            balance=made.balance,
            earns_on=dates.confirm_on,
            seen_on=dates.seen_on,
            reference=posted.reference,
        ),
        customer_id=customer_id,
        urgency=urgency,
        key=f"receipt.change_plus_in:{posted.entry_id}",
        about=f"entry:{posted.entry_id}",
    )
    await _require_day_quota(unit, fund, amount)
    return made


async def take_out(
    unit: Unit,
    customer_id: int,
    amount: Money,
    key: str,
    *,
    speed: Speed = Speed.FAST,
    urgency: Urgency = Urgency.RECEIPT,
) -> TakenOut:
    """Take money out of Change Plus into the wallet: unconfirmed money first (that part of its order is cancelled).

    Args:
        urgency: of the notice: a person's own act is a receipt at once, the system's waits for the morning.

    Raises:
        InvalidInput: `amount_not_positive`. RuleViolation: `change_plus_short` (available, requested),
        `fast_quota` (left, quota) when more units than the day's rest are wanted at once, `fund_advance_line` (left)
        when the institution cannot advance as much for the fund.
    """
    fund = await fund_on_sale(unit)
    await lock_customer(unit, customer_id)
    found = await ledger.find(unit, key)
    if found is not None:
        return await _taken_out_again(unit, fund, customer_id, amount, key, found.reference)
    entry, order = await _given_out(unit, fund, customer_id, amount, speed, key)
    [posted] = await ledger.post(unit, entry)
    taken = await _taken_out(unit, fund, customer_id, amount, order, posted.reference)
    await _tell_taken_out(unit, customer_id, taken, urgency, posted.entry_id)
    return taken


async def for_payment(unit: Unit, customer_id: int, amount: Money, key: str) -> tuple[Transfer, ...]:
    """Take money out at once for a payment: return the transfers that bring it into the wallet, with which the
    payment's own entry is to begin. It counts towards the day's quota. Raises as `take_out`.
    """
    fund = await fund_on_sale(unit)
    await lock_customer(unit, customer_id)
    entry, _ = await _given_out(unit, fund, customer_id, amount, Speed.FAST, key)
    return entry.transfers


async def choose_sweep(unit: Unit, customer_id: int, floor: Money | None) -> None:
    """Turn the auto-sweep on, above `floor` in the wallet, or (None) off.

    Raises:
        NotFound: `holding`: the first order signs the contract. InvalidInput: `amount_not_positive` (below zero).
    """
    holding = await queries.holding_of(unit, await fund_on_sale(unit), customer_id)
    if holding is None:
        raise NotFound(ErrorCode.HOLDING)
    if floor is not None and floor.amount < 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    holding.sweep_floor = None if floor is None else floor.amount
    await unit.session.flush()


async def planned(
    unit: Unit, fund: MoneyFund, customer_id: int, amount: Money, pending: Sequence[FundOrder], speed: Speed
) -> TakeOut:
    """Return how `amount` would be taken out now. Raises as `take_out`."""
    if amount.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    plan = plan_take_out(amount.amount, [Unconfirmed(order.id, order.left) for order in pending])
    units = await ledger.available(unit, entries.units_of(customer_id, fund))
    if plan.units > units.amount:
        everything = Money(amount.amount - plan.units + units.amount, fund.asset)
        raise RuleViolation(ErrorCode.CHANGE_PLUS_SHORT, available=everything, requested=amount)
    if speed == Speed.FAST and plan.units:
        await _require_fast(unit, fund, customer_id, Money(plan.units, fund.asset))
    return plan


async def require_may_put_in(unit: Unit, fund: MoneyFund, customer: Customer, amount: Money) -> None:
    """Refuse what a freeze, the terms, the tier or the holding cap forbid. Raises as `put_in`."""
    await require_not_frozen(unit, customer.id)
    if amount < fund.minimum:
        raise InvalidInput(ErrorCode.CHANGE_PLUS_MINIMUM, minimum=fund.minimum)
    limit = holding_limit(fund, customer.tier)
    held = (await queries.position(unit, fund, customer.id)).total
    if held + amount > limit:
        next_tier = customer.tier + 1 if customer.tier + 1 < len(TIERS) else None
        raise RuleViolation(
            ErrorCode.CHANGE_PLUS_LIMIT,
            limit=limit,
            held=held,
            requested=amount,
            tier=customer.tier,
            next_tier=next_tier,
        )


def holding_limit(fund: MoneyFund, tier: int) -> Money:
    """Return the most that a person of a tier may hold: the tier's limit, or the fund's cap where that is lower."""
    limit = TIERS[tier].change_plus_limit
    return fund.holding_cap if limit is None else min(limit, fund.holding_cap)


def dates_now(unit: Unit, fund: MoneyFund) -> Dates:
    """Return when an order given now is confirmed, earns and is seen."""
    return dates_of(unit.local_now(), fund.cut_off, dealing())


# -- inside -------------------------------------------------------------------------------------------------------


async def _require_fast(unit: Unit, fund: MoneyFund, customer_id: int, units: Money) -> None:
    await lock_fund(unit, fund)
    own, line = await queries.quota_left(unit, fund, customer_id), await queries.line_left(unit, fund)
    if units > own:
        raise RuleViolation(ErrorCode.FAST_QUOTA, left=min(own, line), quota=fund.fast_quota)
    if units > line:
        raise RuleViolation(ErrorCode.FUND_ADVANCE_LINE, left=line)


async def _given_out(
    unit: Unit, fund: MoneyFund, customer_id: int, amount: Money, speed: Speed, key: str
) -> tuple[Entry, FundOrder | None]:
    """Plan a sum that is taken out, cancel and order what that takes, and return the entry that is still to be made."""
    pending = await queries.pending_orders(unit, fund, customer_id, locked=True)
    plan = await planned(unit, fund, customer_id, amount, pending, speed)
    order = await _redemption(unit, fund, customer_id, plan.units, speed, key) if plan.units else None
    cancelled = [(each.order_id, each.amount) for each in plan.cancelled]
    await _cancel_parts(unit, pending, dict(cancelled))
    return entries.take_out(fund, customer_id, cancelled, order, key), order


async def _founded(unit: Unit, fund: MoneyFund) -> None:
    """Write the fund's row, if nobody has put in before."""
    values = {
        "id": fund.number,
        "code": fund.code,
        "asset": fund.asset.code,
        "unit_asset": fund.unit_asset.code,
        "opened_on": unit.open_on,
    }
    await write_once(unit, insert(Fund).values(values))


async def _require_day_quota(unit: Unit, fund: MoneyFund, amount: Money) -> None:
    """Hold an order that was just made against what all may put in on a day.

    It is the last that is done: from here to its commit others who put in wait.
    """
    await lock_day_quota(unit, fund)
    left = fund.day_quota - await queries.put_in_today(unit, fund)
    if left < Money.zero(fund.asset):
        raise TemporarilyUnavailable(ErrorCode.FUND_DAY_QUOTA, left=max(left + amount, Money.zero(fund.asset)))


async def _signed(unit: Unit, fund: MoneyFund, customer: Customer) -> None:
    if await queries.holding_of(unit, fund, customer.id) is not None:
        return
    if customer.adult_confirmed_at is None:
        raise NotAllowed(ErrorCode.ADULT_UNCONFIRMED)
    [units_account] = (await ledger.account_ids(unit, [entries.units_of(customer.id, fund)])).values()
    unit.session.add(
        Holding(
            fund_id=fund.number,
            customer_id=customer.id,
            signed_at=unit.now,
            product_version=fund.version,
            units_account=units_account,
        )
    )


async def _order(
    unit: Unit, fund: MoneyFund, customer_id: int, kind: OrderKind, amount: int, confirm_on: date, key: str
) -> FundOrder:
    order = FundOrder(
        key=key,
        fund_id=fund.number,
        customer_id=customer_id,
        kind=kind,
        amount=amount,
        cancelled=0,
        state=OrderState.CONFIRMED if kind == OrderKind.FAST else OrderState.PENDING,
        ordered_at=unit.now,
        ordered_on=unit.open_on,
        confirm_on=confirm_on,
    )
    unit.session.add(order)
    await unit.session.flush()
    return order


async def _redemption(unit: Unit, fund: MoneyFund, customer_id: int, units: int, speed: Speed, key: str) -> FundOrder:
    """A fast one is settled with the fund on the next dealing day; a standard one is confirmed by its own dates."""
    if speed == Speed.FAST:
        return await _order(unit, fund, customer_id, OrderKind.FAST, units, dealing().after(unit.open_on), key)
    confirm_on = dates_now(unit, fund).confirm_on
    return await _order(unit, fund, customer_id, OrderKind.REDEMPTION, units, confirm_on, key)


async def _cancel_parts(unit: Unit, pending: Sequence[FundOrder], parts: dict[int, int]) -> None:
    for order in pending:
        order.cancelled += parts.get(order.id, 0)
        if not order.left:
            order.state, order.settled_on = OrderState.CANCELLED, unit.open_on
    await unit.session.flush()


async def _known_order(unit: Unit, key: str) -> FundOrder | None:
    return await unit.session.scalar(select(FundOrder).where(FundOrder.key == key))


async def _put_in_again(unit: Unit, fund: MoneyFund, order: FundOrder) -> PutIn:
    [posted] = await ledger.post(unit, entries.put_in(order, fund.asset))
    dates = dates_of(order.ordered_at.astimezone(unit.zone), fund.cut_off, dealing())
    amount = Money(order.amount, fund.asset)
    return PutIn(posted.reference, amount, dates, await _wallet(unit, fund, order.customer_id))


async def _taken_out_again(
    unit: Unit, fund: MoneyFund, customer_id: int, amount: Money, key: str, reference: str
) -> TakenOut:
    return await _taken_out(unit, fund, customer_id, amount, await _known_order(unit, key), reference)


async def _taken_out(
    unit: Unit, fund: MoneyFund, customer_id: int, amount: Money, order: FundOrder | None, reference: str
) -> TakenOut:
    waits = order is not None and order.kind == OrderKind.REDEMPTION
    later = Money(order.amount, fund.asset) if order is not None and waits else Money.zero(fund.asset)
    pays_on = order.confirm_on if order is not None and waits else None
    return TakenOut(reference, amount - later, later, pays_on, await _wallet(unit, fund, customer_id))


async def _tell_taken_out(unit: Unit, customer_id: int, taken: TakenOut, urgency: Urgency, entry_id: int) -> None:
    told: list[Content] = []
    if taken.at_once:
        told.append(TakenOutReceipt(sum=taken.at_once, balance=taken.balance, reference=taken.reference))
    if taken.later and taken.pays_on is not None:
        told.append(RedemptionReceipt(sum=taken.later, pays_on=taken.pays_on, reference=taken.reference))
    for receipt in told:
        await enqueue(
            unit,
            receipt,
            customer_id=customer_id,
            urgency=urgency,
            key=f"{receipt.kind}:{entry_id}",
            about=f"entry:{entry_id}",
        )


async def _wallet(unit: Unit, fund: MoneyFund, customer_id: int) -> Money:
    return await ledger.balance(unit, ledger.customer_wallet(customer_id, fund.asset))
