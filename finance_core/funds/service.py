"""Use cases of people: buy, sell, switch, take an order back, choose how dividends are taken.

Each locks its customer's row, so that limits and units of one person are decided one act after another.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from finance_core import ledger
from finance_core.customers.freezing import require_not_frozen
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked as lock_customer
from finance_core.funds import entries, lots, prices, queries
from finance_core.funds.models import NavHolding, NavOrder, OrderKind, OrderState
from finance_core.funds.notices import Cancelled, Redeemed, Subscribed, Switched
from finance_core.funds.notifications import of_order, tell_order
from finance_core.funds.product import DIVIDEND_CHOICES, NavFundTerms, fund_on_sale, funds_on_sale
from finance_core.funds.rules import Dates, dates_of, may_cancel, net_of_fee, subscription_percent
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import (
    Conflict,
    InsufficientFunds,
    InvalidInput,
    NotAllowed,
    NotFound,
    RuleViolation,
    TemporarilyUnavailable,
)
from finance_core.kernel.money import Money
from finance_core.ledger import Posted
from finance_core.notices import Urgency
from finance_core.storage.unit import Unit
from finance_core.suitability.models import Assessment
from finance_core.suitability.queries import current_class
from finance_core.suitability.rules import fits
from finance_core.suitability.service import Shown, keep_shown, require_fits


@dataclass(frozen=True, slots=True)
class Given:
    """An order that has been given (or taken back): its reference, and the wallet's balance after it."""

    order: NavOrder
    reference: str
    balance: Money


async def subscribe(
    unit: Unit,
    customer_id: int,
    code: str,
    amount: Money,
    shown: Shown,
    key: str,
    *,
    urgency: Urgency = Urgency.RECEIPT,
) -> Given:
    """Buy units for `amount`, fee included; the first time signs the contract (the caller has checked the PIN).

    Args:
        shown: the card that was confirmed: it is kept with the sale.
        urgency: of the receipt: a person's own act is told at once, the system's (a plan's) waits for the morning.

    Raises:
        InsufficientFunds. InvalidInput: `fund_minimum` (minimum). NotAllowed: `account_frozen`, `adult_unconfirmed`,
            `suitability_…`.
        RuleViolation: `fund_limit` (limit, held, requested, tier, next_tier).
        TemporarilyUnavailable: `fund_suspended` (fund, reason).
    """
    fund = await fund_on_sale(unit, code)
    customer = await lock_customer(unit, customer_id)
    known = await _known(unit, key)
    if known is not None:
        return await _again(unit, fund, known)
    assessed = await require_may_buy(unit, fund, customer, amount)
    await prices.opened(unit, fund)
    await _sign(unit, fund, customer_id)
    fee = amount.amount - net_of_fee(amount.amount, subscription_percent(amount.amount, fund.subscription_fees))
    dates = dates_now(unit, fund)
    order = await _order(unit, fund, customer_id, OrderKind.SUBSCRIPTION, amount.amount, dates, key, fee=fee)
    await keep_shown(unit, customer_id, _sold(fund), shown, assessed.id, key)
    return await _give(unit, fund, order, urgency=urgency)


async def redeem(unit: Unit, customer_id: int, code: str, units: Money, key: str) -> Given:
    """Sell units; the money comes `pays_on`.

    Raises:
        InvalidInput: `fund_minimum_units` (minimum). RuleViolation: `fund_units_short` (available, requested).
        TemporarilyUnavailable: `fund_suspended`.
    """
    fund = await fund_on_sale(unit, code)
    await lock_customer(unit, customer_id)
    known = await _known(unit, key)
    if known is not None:
        return await _again(unit, fund, known)
    await require_may_sell(unit, fund, customer_id, units)
    order = await _order(unit, fund, customer_id, OrderKind.REDEMPTION, units.amount, dates_now(unit, fund), key)
    return await _give(unit, fund, order)


async def switch(unit: Unit, customer_id: int, code: str, to_code: str, units: Money, shown: Shown, key: str) -> Given:
    """Sell units of one fund and buy another's with what they bring, both at the prices of one day.

    Raises:
        InvalidInput: `fund_same`, and what `redeem` raises; what `subscribe` raises of the fund that it goes to, with
            the units' worth at the last NAV.
    """
    fund, target = await fund_on_sale(unit, code), await fund_on_sale(unit, to_code)
    customer = await lock_customer(unit, customer_id)
    known = await _known(unit, key)
    if known is not None:
        return await _again(unit, fund, known)
    assessed = await require_may_switch(unit, fund, target, customer, units)
    for each in sorted((fund, target), key=lambda fund: fund.number):
        await prices.opened(unit, each)
    await _sign(unit, target, customer_id)
    dates = dates_now(unit, fund, target)
    order = await _order(unit, fund, customer_id, OrderKind.SWITCH, units.amount, dates, key, target=target)
    await keep_shown(unit, customer_id, _sold(target), shown, assessed.id, key)
    return await _give(unit, fund, order, target)


async def cancel(unit: Unit, customer_id: int, order_id: int, key: str) -> Given:
    """Take an order back, free: until its own cut-off, and at any time while its fund is suspended.

    Raises:
        NotFound: `fund_order`: there is none, or not of this person.
        Conflict: `fund_order_settled` (it is priced, or was taken back); `fund_order_cut_off` (priced_on).
    """
    await lock_customer(unit, customer_id)
    order = await _locked_order(unit, customer_id, order_id)
    fund = await queries.fund_numbered(unit, order.fund_id)
    found = await ledger.find(unit, key)
    if found is not None:
        return Given(order, found.reference, await _wallet(unit, fund, customer_id))
    await require_may_cancel(unit, fund, order)
    [posted] = await ledger.post(unit, entries.cancelled(order, fund, key))
    order.state, order.cancelled_on = OrderState.CANCELLED, unit.open_on
    if order.kind != OrderKind.SUBSCRIPTION:
        await lots.put_back(unit, order)
    await unit.session.flush()
    given = Given(order, posted.reference, await _wallet(unit, fund, customer_id))
    await tell_order(unit, order, posted, Cancelled(**of_order(order, fund, posted), balance=given.balance))
    return given


async def choose_dividends(unit: Unit, customer_id: int, code: str, choice: str) -> None:
    """Take a fund's distributions in `cash` or in `units` from now on.

    Raises:
        InvalidInput: `dividend_choice`. NotFound: `fund_holding`.
    """
    if choice not in DIVIDEND_CHOICES:
        raise InvalidInput(ErrorCode.DIVIDEND_CHOICE)
    fund = await fund_on_sale(unit, code)
    await lock_customer(unit, customer_id)
    holding = await queries.holding_of(unit, fund, customer_id)
    if holding is None:
        raise NotFound(ErrorCode.FUND_HOLDING)
    holding.dividends = choice


# -- what is looked at before a card is shown, and again when it is confirmed ---------------------------------------


async def require_may_buy(unit: Unit, fund: NavFundTerms, customer: Customer, amount: Money) -> Assessment:
    """Refuse what the terms, the tier or the person's class forbid. Raises as `subscribe`."""
    if amount < fund.minimum:
        raise InvalidInput(ErrorCode.FUND_MINIMUM, minimum=fund.minimum)
    return await _require_may_hold(unit, fund, customer, amount)


async def require_may_sell(unit: Unit, fund: NavFundTerms, customer_id: int, units: Money) -> None:
    """Refuse what is not there, or too little. Raises as `redeem`."""
    await _require_open(unit, fund)
    if units.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    there = await ledger.available(unit, entries.units_of(customer_id, fund))
    if units > there:
        raise RuleViolation(ErrorCode.FUND_UNITS_SHORT, available=there, requested=units)
    if units < min(fund.minimum_units, there):
        raise InvalidInput(ErrorCode.FUND_MINIMUM_UNITS, minimum=fund.minimum_units)


async def require_may_switch(
    unit: Unit, fund: NavFundTerms, target: NavFundTerms, customer: Customer, units: Money
) -> Assessment:
    """Refuse what either half would be refused. Raises as `switch`."""
    if fund.number == target.number or fund.asset != target.asset:
        raise InvalidInput(ErrorCode.FUND_SAME)
    await require_may_sell(unit, fund, customer.id, units)
    worth = await queries.worth(unit, fund, units.amount)
    return await _require_may_hold(unit, target, customer, worth)


async def require_may_cancel(unit: Unit, fund: NavFundTerms, order: NavOrder) -> None:
    """Refuse an order that cannot be taken back any more. Raises as `cancel`."""
    if order.state != OrderState.PENDING or order.kind == OrderKind.DIVIDEND:
        raise Conflict(ErrorCode.FUND_ORDER_SETTLED)
    if await queries.is_waiting_for_suspension(unit, order):
        return
    if not may_cancel(unit.local_now().replace(tzinfo=None), order.priced_on, fund.cut_off):
        raise Conflict(ErrorCode.FUND_ORDER_CUT_OFF, on=order.priced_on)


def dates_now(unit: Unit, fund: NavFundTerms, target: NavFundTerms | None = None) -> Dates:
    """Return when an order given now is priced, confirmed and paid; a switch keeps the earlier cut-off of the two."""
    cut_off = min(fund.cut_off, target.cut_off) if target is not None else fund.cut_off
    return dates_of(unit.local_now(), cut_off, fund.pays_after, dealing())


async def fitting(unit: Unit, customer_id: int) -> list[NavFundTerms]:
    """Return the funds that a person's class allows; none without a class that holds."""
    risk_class = await current_class(unit, customer_id)
    if risk_class is None:
        return []
    return [fund for fund in await funds_on_sale(unit) if fits(fund.risk, risk_class)]


# -- inside -------------------------------------------------------------------------------------------------------


async def _require_may_hold(unit: Unit, fund: NavFundTerms, customer: Customer, amount: Money) -> Assessment:
    await _require_open(unit, fund)
    await require_not_frozen(unit, customer.id)
    if customer.adult_confirmed_at is None:
        raise NotAllowed(ErrorCode.ADULT_UNCONFIRMED)
    assessed = await require_fits(unit, customer.id, fund.risk)
    limit = fund.holding_limit(customer.tier)
    held = await queries.committed(unit, fund, customer.id)
    if held + amount > limit:
        next_tier = customer.tier + 1 if customer.tier + 1 < len(fund.holding_limits) else None
        raise RuleViolation(
            ErrorCode.FUND_LIMIT, limit=limit, held=held, requested=amount, tier=customer.tier, next_tier=next_tier
        )
    return assessed


async def _require_open(unit: Unit, fund: NavFundTerms) -> None:
    suspension = await prices.suspension_of(unit, fund.number)
    if suspension is not None:
        raise TemporarilyUnavailable(ErrorCode.FUND_SUSPENDED, reason=suspension.reason)


async def _sign(unit: Unit, fund: NavFundTerms, customer_id: int) -> None:
    if await queries.holding_of(unit, fund, customer_id) is not None:
        return
    unit.session.add(
        NavHolding(
            fund_id=fund.number,
            customer_id=customer_id,
            signed_at=unit.now,
            product_version=fund.version,
            dividends=fund.dividends,
        )
    )
    await unit.session.flush()


async def _order(  # noqa: PLR0913 - an order's own facts
    unit: Unit,
    fund: NavFundTerms,
    customer_id: int,
    kind: OrderKind,
    amount: int,
    dates: Dates,
    key: str,
    *,
    fee: int = 0,
    target: NavFundTerms | None = None,
) -> NavOrder:
    order = NavOrder(
        key=key,
        fund_id=fund.number,
        to_fund_id=target.number if target is not None else None,
        customer_id=customer_id,
        kind=kind,
        amount=amount,
        product_version=(target or fund).version,
        state=OrderState.PENDING,
        ordered_at=unit.now,
        ordered_on=unit.open_on,
        priced_on=dates.priced_on,
        confirm_on=dates.confirm_on,
        pays_on=dates.pays_on if kind == OrderKind.REDEMPTION else None,
        fee=fee,
        to_fee=0,
        net=0,
        units_in=0,
    )
    unit.session.add(order)
    await unit.session.flush()
    return order


async def _give(
    unit: Unit,
    fund: NavFundTerms,
    order: NavOrder,
    target: NavFundTerms | None = None,
    *,
    urgency: Urgency = Urgency.RECEIPT,
) -> Given:
    await _require_wallet(unit, fund, order)
    [posted] = await ledger.post(unit, entries.ordered(order, fund))
    if order.kind != OrderKind.SUBSCRIPTION:
        await lots.take(unit, order)
    given = Given(order, posted.reference, await _wallet(unit, fund, order.customer_id))
    await tell_order(unit, order, posted, _receipt(order, fund, target, posted, given.balance), urgency)
    return given


def _receipt(
    order: NavOrder, fund: NavFundTerms, target: NavFundTerms | None, posted: Posted, balance: Money
) -> Subscribed | Redeemed | Switched:
    told = of_order(order, fund, posted)
    if target is not None:
        return Switched(**told, balance=balance, to_fund=target.name)
    return (Subscribed if order.kind == OrderKind.SUBSCRIPTION else Redeemed)(**told, balance=balance)


async def _require_wallet(unit: Unit, fund: NavFundTerms, order: NavOrder) -> None:
    """Refuse before the ledger does, which would name an account. Raises InsufficientFunds."""
    if order.kind != OrderKind.SUBSCRIPTION:
        return
    there = await ledger.available(unit, ledger.customer_wallet(order.customer_id, fund.asset))
    if there.amount < order.amount:
        raise InsufficientFunds(account="wallet", asset=fund.asset.code, available=there.amount, requested=order.amount)


async def _known(unit: Unit, key: str) -> NavOrder | None:
    return await unit.session.scalar(select(NavOrder).where(NavOrder.key == key))


async def _again(unit: Unit, fund: NavFundTerms, order: NavOrder) -> Given:
    posted = await ledger.find(unit, order.key)
    assert posted is not None, "an order is given by its entry"
    return Given(order, posted.reference, await _wallet(unit, fund, order.customer_id))


async def _locked_order(unit: Unit, customer_id: int, order_id: int) -> NavOrder:
    statement = select(NavOrder).where(NavOrder.id == order_id, NavOrder.customer_id == customer_id).with_for_update()
    order = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if order is None:
        raise NotFound(ErrorCode.FUND_ORDER)
    return order


async def _wallet(unit: Unit, fund: NavFundTerms, customer_id: int) -> Money:
    return await ledger.balance(unit, ledger.customer_wallet(customer_id, fund.asset))


def _sold(fund: NavFundTerms) -> tuple[str, int, str]:
    return fund.code, fund.version, fund.risk
