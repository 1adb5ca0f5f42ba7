"""Orders of funds as screens: what is in flight, what was given or taken back, what is pushed of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from finance_core.funds.notices import OfFund, Priced, Switched
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, page_of, values_of
from handlers.funds.intents import BuyFund, CancelOrder, OrderCancelled, OrderGiven, SellUnits, SwitchUnits
from handlers.funds.screens.funds import name_of
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.funds.models import NavOrder
    from finance_core.funds.product import NavFundTerms

_MOST_BUTTONS: Final = 4


def cancel_card(t: Translator, fund: NavFundTerms, order: NavOrder, target: NavFundTerms | None) -> Html:
    """Take an order back?"""
    return lines(t("funds.cancel"), order_line(t, fund, order, target), t("funds.cancel_free"))


def orders(
    t: Translator,
    rows: Sequence[tuple[NavOrder, NavFundTerms, NavFundTerms | None]],
    may_cancel: Sequence[int],
    start: int = 0,
) -> Screen:
    """What is in flight, with its days; what can still be taken back has a button, from the `start`th such on."""
    if not rows:
        return Screen(t("funds.no_orders"), ((Button(t("menu.funds"), "do:funds"), *menu_row(t)),))
    told = [f"{place}. {order_line(t, fund, order, target)}" for place, (order, fund, target) in enumerate(rows, 1)]
    places = [(place, order.id) for place, (order, _, _) in enumerate(rows, 1) if order.id in may_cancel]
    page, following = page_of(places, start, _MOST_BUTTONS)
    buttons = [
        Button(t("funds.take_back", number=place), f"do:fund_cancel:order={order}") for _, (place, order) in page
    ]
    if following is not None:
        buttons.append(Button(t("common.more"), f"do:fund_orders:from={following}"))
    backs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Screen(lines(t("funds.orders_title"), "", *told), (*backs, menu_row(t)))


def order_line(t: Translator, fund: NavFundTerms, order: NavOrder, target: NavFundTerms | None) -> Html:
    """Return an order in a line: what, which fund, priced when, and when money or units come."""
    if order.state == "confirmed":
        owed = order.net if order.kind == "redemption" else order.amount
        return t("funds.order_paying", name=name_of(t, fund), amount=fund.money(owed), day=order.pays_on)
    given = fund.money(order.amount) if order.kind in ("subscription", "dividend") else fund.units(order.amount)
    return t(
        f"funds.order_{order.kind}",
        name=name_of(t, fund),
        amount=given,
        target=name_of(t, target) if target is not None else "",
        priced=order.priced_on,
        comes=order.pays_on or order.confirm_on,
    )


def given(t: Translator, params: BuyFund | SellUnits | SwitchUnits, result: OrderGiven) -> Screen:
    """The order is given."""
    text = t(
        f"funds.given_{result.kind}",
        name=t.own(result.names),
        amount=result.sum,
        priced=result.priced_on,
        comes=result.comes_on,
        balance=result.balance,
        reference=result.reference,
    )
    return Screen(text, ((Button(t("funds.my_orders"), "do:fund_orders"), *menu_row(t)),))


def cancelled(t: Translator, params: CancelOrder, result: OrderCancelled) -> Screen:
    """The order was taken back."""
    text = t("funds.cancelled", balance=result.balance, reference=result.reference)
    return Screen(text, ((Button(t("menu.funds"), "do:funds"), *menu_row(t)),))


def pushed(t: Translator, told: OfFund) -> Screen:
    """Return what became of an order, or of a fund, as a notice."""
    to_fund = told.to_fund if isinstance(told, Switched | Priced) else None
    named = {"name": t.own(told.fund), "target": t.own(to_fund) if to_fund else ""}
    key = f"funds.told_{told.kind.rpartition('.')[2]}"
    text = t(key, **{name: value for name, value in values_of(told).items() if name not in ("fund", "to_fund")} | named)
    return Screen(text, ((Button(t("funds.my_orders"), "do:fund_orders"),),))
