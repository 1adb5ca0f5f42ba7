"""Orders of funds as screens: what is in flight, what was given or taken back, what is pushed of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, page_of
from handlers.funds.screens.funds import name_of
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.funds.models import NavOrder
    from finance_core.funds.product import NavFundTerms
    from finance_core.intents import Intent
    from handlers.chat.talk import Talk

PUSHED: Final = frozenset(
    {
        *("receipt.fund_subscription", "receipt.fund_redemption", "receipt.fund_switch", "receipt.fund_cancelled"),
        *("receipt.fund_paid", "fund.confirmed_subscription", "fund.confirmed_redemption", "fund.confirmed_switch"),
        *("fund.confirmed_dividend", "fund.repriced", "fund.suspended", "fund.lifted"),
    }
)
"""The kinds of notices that tell of orders and funds."""

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


def given(talk: Talk, intent: Intent) -> Screen:
    """The order is given."""
    t, result = talk.t, intent.result or {}
    text = t(
        f"funds.given_{result['kind']}",
        name=t.own(result["names"]),
        amount=Money.of_json(result["sum"]),
        priced=date.fromisoformat(result["priced_on"]),
        comes=date.fromisoformat(result["comes_on"]),
        balance=Money.of_json(result["balance"]),
        reference=result["reference"],
    )
    return Screen(text, ((Button(t("funds.my_orders"), "do:fund_orders"), *menu_row(t)),))


def cancelled(talk: Talk, intent: Intent) -> Screen:
    """The order was taken back."""
    t, result = talk.t, intent.result or {}
    text = t("funds.cancelled", balance=Money.of_json(result["balance"]), reference=result["reference"])
    return Screen(text, ((Button(t("menu.funds"), "do:funds"), *menu_row(t)),))


def pushed(kind: str, t: Translator, values: Mapping[str, Any]) -> Screen:
    """Return what became of an order, or of a fund, as a notice."""
    named = {"name": t.own(values["fund"]), "target": t.own(values["to_fund"]) if values.get("to_fund") else ""}
    key = f"funds.told_{kind.rpartition('.')[2]}"
    text = t(key, **{name: value for name, value in values.items() if name not in ("fund", "to_fund")} | named)
    return Screen(text, ((Button(t("funds.my_orders"), "do:fund_orders"),),))
