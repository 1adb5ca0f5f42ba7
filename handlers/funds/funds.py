"""Funds at an unknown price: look, buy, sell, switch."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Final, TypeAlias

from aiogram import Router
from aiogram.types import CallbackQuery, Message

from finance_core.funds import lots, queries, service
from finance_core.funds.product import NavFundTerms, fund_on_sale, funds_on_sale, named
from finance_core.funds.queries import Nav
from finance_core.funds.rules import Dates, Proceeds, proceeds
from finance_core.funds.service import Given
from finance_core.intents import Intent
from finance_core.kernel.errors import InsufficientFunds
from finance_core.kernel.money import Money
from finance_core.suitability.queries import current_class
from finance_core.suitability.service import Shown
from finance_core.wallet import queries as wallet
from handlers.chat.actions import Action, shows
from handlers.chat.coming_back import has_passed
from handlers.chat.confirm import offer
from handlers.chat.filters import Means
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.funds.fund_orders import router as orders_in_flight
from handlers.funds.fund_orders import with_funds
from handlers.funds.intents import BuyFund, OrderGiven, PurchaseFigures, SellUnits, SwitchUnits, UnitsOnly
from handlers.funds.screens import fund_orders as order_screens
from handlers.funds.screens import funds as screens
from handlers.funds.screens.funds import BuyFigures, FundView, Readings
from handlers.funds.suitability import unless_unsuitable
from handlers.funds.units import held_units, how_many, said_units
from handlers.locales import Html

router = Router(name="funds")
router.include_router(orders_in_flight)

HISTORY: Final = timedelta(days=92)
LOOK_BACK_DAYS: Final = (30, 91, 365)
"""What a fund did is told over about a month, a quarter and a year, as far as there are prices."""

_Order: TypeAlias = BuyFund | SellUnits | SwitchUnits


@router.message(Means("funds"))
@router.callback_query(Means("funds"))
async def listing(event: Message | CallbackQuery, talk: Talk) -> Screen:
    """Show all funds with their NAVs."""
    return screens.listing(talk.t, [await _view(talk, fund) for fund in await funds_on_sale(talk.unit)])


@router.message(Means("fund"))
@router.callback_query(Means("fund"))
async def page(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Show one fund."""
    funds = await funds_on_sale(talk.unit)
    fund = named(funds, slots.get("fund", ""))
    return screens.page(talk.t, await _view(talk, fund)) if fund is not None else screens.which(talk.t, "fund", funds)


# -- buying -------------------------------------------------------------------------------------------------------


@router.message(Means("fund_buy"))
@router.callback_query(Means("fund_buy"))
async def buy(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask how much, or offer to buy for a sum; who has no class that fits is told why, and what would."""
    funds = await funds_on_sale(talk.unit)
    fund = named(funds, slots.get("fund", ""))
    if fund is None:
        return screens.which(talk.t, "fund_buy", funds)
    talk.require_joined()
    amount = money_slot(slots)
    if amount is None:
        await ask(talk.state, "fund_buy", "amount", {"fund": fund.code})
        return screens.ask_amount(talk.t, fund)
    return await unless_unsuitable(talk, fund, lambda: _buy_card(talk, fund, amount), {"amount": f"{amount.decimal:f}"})


async def _buy_card(talk: Talk, fund: NavFundTerms, amount: Money) -> Screen:
    await service.require_may_buy(talk.unit, fund, talk.customer, amount)
    left = await _left_after(talk, fund, amount)
    price, dates = await queries.latest_nav(talk.unit, fund), service.dates_now(talk.unit, fund)
    figures = BuyFigures.of(fund, amount, price, left)
    text = screens.buy_card(talk.t, fund, figures, dates, price)
    params = BuyFund(
        fund=fund.code,
        version=fund.version,
        sum=amount,
        priced_on=dates.priced_on,
        shown=str(text),
        figures=_figures(figures, dates, price),
    )
    return await offer(talk, BUY, params, text)


async def _before_buying(talk: Talk, params: BuyFund, intent: Intent) -> Screen | None:
    """Show the card anew when another day's price has come to hold, or the terms have changed."""
    fund = await fund_on_sale(talk.unit, params.fund)
    if (params.priced_on, params.version) == (service.dates_now(talk.unit, fund).priced_on, fund.version):
        return None
    return await _buy_card(talk, fund, params.sum)


async def _why_again(talk: Talk, before: BuyFund | SellUnits, now: BuyFund | SellUnits, intent: Intent) -> Html:
    """Say why an order would be priced on another day, or on other terms, than the card said."""
    return _why(talk, before, now, intent, (await fund_on_sale(talk.unit, now.fund)).cut_off)


def _why(talk: Talk, before: _Order, now: _Order, intent: Intent, cut_off: time) -> Html:
    if before.priced_on == now.priced_on:
        return talk.t("funds.back_terms")
    if has_passed(talk, cut_off, intent.created_at):
        return talk.t("funds.back_cut_off", time=cut_off, priced=now.priced_on)
    return talk.t("funds.back_day", priced=now.priced_on)


async def _do_buy(talk: Talk, params: BuyFund, key: str) -> OrderGiven:
    made = await service.subscribe(talk.unit, talk.customer.id, params.fund, params.sum, _shown(talk, params), key)
    return await _result(talk, made)


# -- selling ------------------------------------------------------------------------------------------------------


@router.message(Means("fund_sell"))
@router.callback_query(Means("fund_sell"))
async def sell(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask how many units, or offer to sell them."""
    fund = await _held_fund(event, talk, slots, "fund_sell")
    if isinstance(fund, Screen):
        return fund
    units = await said_units(event, talk, fund, slots)
    if isinstance(units, Readings):
        return screens.units_or_money(talk.t, fund, units, "fund_sell", {"fund": fund.code})
    if units is None:
        await ask(talk.state, "fund_sell", "amount", {"fund": fund.code})
        return screens.ask_units(talk.t, fund, await held_units(talk, fund))
    return await _sell_card(talk, fund, units)


async def _sell_card(talk: Talk, fund: NavFundTerms, units: Money) -> Screen:
    await service.require_may_sell(talk.unit, fund, talk.customer.id, units)
    dates, price = service.dates_now(talk.unit, fund), await queries.latest_nav(talk.unit, fund)
    came = await _would_bring(talk, fund, units, price)
    text = screens.sell_card(talk.t, fund, units, came, dates, price)
    params = SellUnits(fund=fund.code, version=fund.version, sum=units, priced_on=dates.priced_on)
    return await offer(talk, SELL, params, text)


async def _before_selling(talk: Talk, params: SellUnits, intent: Intent) -> Screen | None:
    fund = await fund_on_sale(talk.unit, params.fund)
    if (params.priced_on, params.version) == (service.dates_now(talk.unit, fund).priced_on, fund.version):
        return None
    return await _sell_card(talk, fund, params.sum)


async def _do_sell(talk: Talk, params: SellUnits, key: str) -> OrderGiven:
    made = await service.redeem(talk.unit, talk.customer.id, params.fund, params.sum, key)
    return await _result(talk, made)


# -- switching ----------------------------------------------------------------------------------------------------


@router.message(Means("fund_switch"))
@router.callback_query(Means("fund_switch"))
async def switch(event: Message | CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Ask where to and how many units, or offer to switch them."""
    fund = await _held_fund(event, talk, slots, "fund_switch")
    if isinstance(fund, Screen):
        return fund
    others = [other for other in await funds_on_sale(talk.unit) if other.number != fund.number]
    target = named(others, slots.get("to", ""))
    if target is None:
        return screens.ask_target(talk.t, fund, others, how_many(event, talk, slots))
    units = await said_units(event, talk, fund, slots)
    between = {"fund": fund.code, "to": target.code}
    if isinstance(units, Readings):
        return screens.units_or_money(talk.t, fund, units, "fund_switch", between)
    if units is None:
        await ask(talk.state, "fund_switch", "amount", between)
        return screens.ask_units(talk.t, fund, await held_units(talk, fund))
    return await unless_unsuitable(talk, target, lambda: _switch_card(talk, fund, target, units))


async def _switch_card(talk: Talk, fund: NavFundTerms, target: NavFundTerms, units: Money) -> Screen:
    await service.require_may_switch(talk.unit, fund, target, talk.customer, units)
    dates, price = service.dates_now(talk.unit, fund, target), await queries.latest_nav(talk.unit, fund)
    came = await _would_bring(talk, fund, units, price)
    into = await queries.latest_nav(talk.unit, target)
    none_left = Money.zero(target.asset)
    figures = BuyFigures.of(target, target.money(came.net), into, none_left) if came is not None else None
    text = screens.switch_card(talk.t, fund, target, units, came, figures, dates, price)
    params = SwitchUnits(
        fund=fund.code,
        to=target.code,
        version=target.version,
        sum=units,
        priced_on=dates.priced_on,
        shown=str(text),
        figures=_figures(figures, dates, into) if figures is not None else UnitsOnly(sum=units),
    )
    return await offer(talk, SWITCH, params, text)


async def _before_switching(talk: Talk, params: SwitchUnits, intent: Intent) -> Screen | None:
    fund, target = await _both(talk, params)
    if (params.priced_on, params.version) == (service.dates_now(talk.unit, fund, target).priced_on, target.version):
        return None
    return await _switch_card(talk, fund, target, params.sum)


async def _why_switched_again(talk: Talk, before: SwitchUnits, now: SwitchUnits, intent: Intent) -> Html:
    return _why(talk, before, now, intent, min(fund.cut_off for fund in await _both(talk, now)))


async def _do_switch(talk: Talk, params: SwitchUnits, key: str) -> OrderGiven:
    fund, target = await _both(talk, params)
    shown = _shown(talk, params)
    made = await service.switch(talk.unit, talk.customer.id, fund.code, target.code, params.sum, shown, key)
    return await _result(talk, made)


async def _both(talk: Talk, params: SwitchUnits) -> tuple[NavFundTerms, NavFundTerms]:
    return await fund_on_sale(talk.unit, params.fund), await fund_on_sale(talk.unit, params.to)


@router.callback_query(Means("fund_dividends"))
async def dividends(event: CallbackQuery, talk: Talk, slots: Slots) -> Screen:
    """Take distributions in cash or in units from now on."""
    code = slots.get("fund", "")
    await service.choose_dividends(talk.unit, talk.customer.id, code, slots.get("to", ""))
    return screens.page(talk.t, await _view(talk, await fund_on_sale(talk.unit, code)))


# -- inside -------------------------------------------------------------------------------------------------------


async def _view(talk: Talk, fund: NavFundTerms) -> FundView:
    unit, customer_id = talk.unit, talk.customer.id
    price = await queries.latest_nav(unit, fund)
    grown = [await queries.grown(unit, fund, days) for days in LOOK_BACK_DAYS]
    signed = await queries.holding_of(unit, fund, customer_id)
    return FundView(
        fund=fund,
        price=price,
        growths=[each for each in grown if each is not None],
        history=await queries.navs(unit, fund, price.on - HISTORY, price.on) if price is not None else [],
        position=await queries.position(unit, fund, customer_id) if signed is not None else None,
        suspension=await queries.suspended(unit, fund),
        risk_class=await current_class(unit, customer_id),
    )


async def _would_bring(talk: Talk, fund: NavFundTerms, units: Money, price: Nav | None) -> Proceeds | None:
    """Return about what units bring: at the last NAV, for the holding time that their confirmation gives them."""
    if price is None:
        return None
    parts = await lots.leaving(talk.unit, talk.customer.id, fund.number, units.amount)
    return proceeds(parts, service.dates_now(talk.unit, fund).confirm_on, price.nav, fund.redemption_fees)


async def _held_fund(event: Message | CallbackQuery, talk: Talk, slots: Slots, intent: str) -> NavFundTerms | Screen:
    """Return the fund that is meant, or of the funds held the only one; else what asks for it."""
    to = named(await funds_on_sale(talk.unit), slots.get("to", ""))
    held = [each.fund for each in await queries.positions(talk.unit, talk.customer.id) if each.units]
    held = [each for each in held if to is None or each.number != to.number]
    fund = named(held, slots["fund"]) if "fund" in slots else (held[0] if len(held) == 1 else None)
    if fund is not None:
        return fund
    if not held or "fund" in slots:
        return screens.nothing_held(talk.t)
    said = {"to": slots["to"]} if "to" in slots else {}
    return screens.which(talk.t, intent, held, {**said, **how_many(event, talk, slots)})


def _figures(figures: BuyFigures, dates: Dates, price: Nav | None) -> PurchaseFigures:
    return PurchaseFigures(
        sum=figures.amount,
        fee=figures.fee,
        fee_percent=figures.percent,
        net=figures.net,
        priced_on=dates.priced_on,
        confirm_on=dates.confirm_on,
        nav=price.nav if price else None,
        nav_on=price.on if price else None,
    )


def _shown(talk: Talk, params: BuyFund | SwitchUnits) -> Shown:
    return Shown(talk.customer.language, params.shown, params.figures.as_json())


async def _buying_needs_pin(talk: Talk, params: BuyFund) -> bool:
    return await _is_first(talk, params.fund)


async def _switching_needs_pin(talk: Talk, params: SwitchUnits) -> bool:
    return await _is_first(talk, params.to)


async def _is_first(talk: Talk, code: str) -> bool:
    """The first purchase of a fund is a contract."""
    fund = await fund_on_sale(talk.unit, code)
    return await queries.holding_of(talk.unit, fund, talk.customer.id) is None


async def _result(talk: Talk, made: Given) -> OrderGiven:
    order, fund, target = await with_funds(talk, made.order)
    is_money = order.kind == "subscription"
    return OrderGiven(
        kind=str(order.kind),
        names=fund.name if target is None else _both_names(fund, target),
        sum=fund.money(order.amount) if is_money else fund.units(order.amount),
        priced_on=order.priced_on,
        comes_on=order.pays_on or order.confirm_on,
        balance=made.balance,
        reference=made.reference,
    )


def _both_names(fund: NavFundTerms, target: NavFundTerms) -> dict[str, str]:
    return {language: f"{name} → {target.name[language]}" for language, name in fund.name.items()}


async def _left_after(talk: Talk, fund: NavFundTerms, amount: Money) -> Money:
    available = await wallet.available(talk.unit, talk.customer.id, fund.asset)
    if available < amount:
        raise InsufficientFunds(
            account="wallet", asset=fund.asset.code, available=available.amount, requested=amount.amount
        )
    return available - amount


BUY: Final = Action(
    "fund.buy",
    BuyFund,
    OrderGiven,
    needs_pin=_buying_needs_pin,
    run=_do_buy,
    done=shows(order_screens.given),
    before=_before_buying,
    why=_why_again,
)
SELL: Final = Action(
    "fund.sell",
    SellUnits,
    OrderGiven,
    needs_pin=False,
    run=_do_sell,
    done=shows(order_screens.given),
    before=_before_selling,
    why=_why_again,
)
SWITCH: Final = Action(
    "fund.switch",
    SwitchUnits,
    OrderGiven,
    needs_pin=_switching_needs_pin,
    run=_do_switch,
    done=shows(order_screens.given),
    before=_before_switching,
    why=_why_switched_again,
)
ACTIONS: Final = (BUY, SELL, SWITCH)
