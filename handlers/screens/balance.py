"""Where one stands, as screens: the balance in short, and *My money*."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from handlers.locales import Html, Translator
from handlers.screens.base import Button, Screen
from handlers.screens.cards import lines, menu_row
from handlers.screens.wealth import fraction, seven_days

if TYPE_CHECKING:
    from finance_core.wallet.queries import WalletBalance
    from finance_core.wealth.queries import Position, Yields

_SMALLEST_SHOWN: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that a person has and owes."""

    wallet: WalletBalance
    change_plus: Position
    owed: Money
    """What would settle all loans today."""

    @property
    def total(self) -> Money:
        return self.wallet.available + self.wallet.on_its_way + self.change_plus.total


def balance(t: Translator, standing: Standing) -> Screen:
    """What is available, and beside it what is elsewhere."""
    wallet, held = standing.wallet, standing.change_plus
    text = lines(
        t("wealth.available", amount=wallet.available),
        t("wealth.on_its_way", amount=wallet.on_its_way) if wallet.on_its_way else None,
        t("wealth.in_change_plus", amount=held.total) if held.total else None,
        t("wealth.owed", amount=standing.owed) if standing.owed else None,
    )
    ways = (Button(t("menu.topup"), "do:topup"), Button(t("menu.money"), "do:money"))
    return Screen(text, (ways, (Button(t("menu.history"), "do:history"), *menu_row(t))))


def money(t: Translator, standing: Standing, yields: Yields | None) -> Screen:
    """The total first, then yesterday's income, then each part."""
    wallet, held = standing.wallet, standing.change_plus
    text = lines(
        t("wealth.my_money", amount=standing.total),
        _income(t, held),
        "",
        t("wealth.in_wallet", amount=wallet.available),
        t("wealth.on_its_way", amount=wallet.on_its_way) if wallet.on_its_way else None,
        t("wealth.in_change_plus", amount=held.total),
        *_parts(t, held),
        seven_days(t, yields) if yields else None,
        *(("", t("wealth.owed", amount=standing.owed)) if standing.owed else ()),
    )
    ways = (Button(t("wealth.put_in_button"), "do:invest"), Button(t("wealth.take_out"), "do:withdraw"))
    return Screen(text, (ways, (Button(t("menu.history"), "do:history"), *menu_row(t))))


def _income(t: Translator, held: Position) -> Html | None:
    """Yesterday's income and all of it; nothing before the first."""
    if not (held.yesterday or held.earned):
        return None
    return t("wealth.yesterday", amount=held.yesterday, earned=held.earned)


def _parts(t: Translator, held: Position) -> Iterator[Html]:
    """What of Change Plus is on its way in or out, and the fraction that is too small to be paid."""
    for earns_on, orders in groupby(sorted(held.pending, key=lambda order: order.confirm_on), lambda o: o.confirm_on):
        amount = Money(sum(order.left for order in orders), held.confirmed.asset)
        yield t("wealth.earns_from", amount=amount, day=earns_on)
    if held.on_the_way_out:
        yield t("wealth.leaving", amount=held.on_the_way_out)
    if held.carry >= _SMALLEST_SHOWN:
        yield t("wealth.carried", amount=fraction(t, held.confirmed.asset.code, held.carry))
