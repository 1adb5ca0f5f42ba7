"""The screens of Change Plus. No yield is promised: past figures carry their dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_core.change_plus.notices import Queued, WeekIncome
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.rounding import Rounding, rounded
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, values_of
from handlers.locales import Html, Translator
from handlers.pictures import plots
from handlers.savings.intents import HasPutIn, PutIn

if TYPE_CHECKING:
    from finance_core.change_plus.product import MoneyFund
    from finance_core.change_plus.queries import Yields
    from finance_core.change_plus.rules import Dates

FRACTION_PLACES: Final = 4
"""Decimals of money that is less than a cent."""
SMALLEST_PLACES: Final = 5
"""Of what one yuan earns a day."""
SMALLEST_CARRY: Final = Decimal("0.0001")
"""The least of a fraction carried on that is shown, in major units."""


HISTORY_DAYS: Final = 90
"""How far back the picture of the yield looks."""
SUMS: Final = (100, 500, 1000)
MOST_BESIDE: Final = 2
"""Other ways of saving on the page, which leaves room for *Cancel*; all of them stand in *My money*."""
FLOORS: Final = (0, 500, 1000)
"""Floors of the auto-sweep to tap; any other is written."""


def page(
    t: Translator, fund: MoneyFund, yields: Yields | None, history: Mapping[date, Decimal], *, has_signed: bool
) -> Screen:
    """What Change Plus is, what it yielded, also as a picture with its dates, and how much to put in; the other ways of
    saving are one tap away. Who has signed has the way out and the auto-sweep in the place of sums to tap.
    """
    text = lines(
        t("wealth.title"),
        _yield(t, yields),
        t("wealth.both_yields", simple=yields.simple, compound=yields.compound) if yields else None,
        _range(t, history),
        "",
        _what_it_is(t, fund),
        "",
        t("wealth.ask_amount"),
    )
    sums = tuple(Button(f"{amount:,}", f"ans:{amount}") for amount in SUMS)
    ways = (Button(t("wealth.take_out"), "do:withdraw:source=plus"), Button(t("wealth.sweep_button"), "do:sweep"))
    first = (sums[0], *ways) if has_signed else sums
    picture = plots.yield_history(t, t("wealth.name_change_plus"), history) if len(history) > 1 else None
    return Screen(text, (first, products_row(t)[:MOST_BESIDE]), picture=picture)


def _range(t: Translator, history: Mapping[date, Decimal]) -> Html | None:
    """Say in words what the picture of the yield shows."""
    if len(history) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    least, most = (f"{each:.3f}%" for each in (min(history.values()), max(history.values())))
    return t("wealth.yield_range", first=min(history), last=max(history), least=least, most=most)


def products_row(t: Translator) -> tuple[Button, ...]:
    """The other ways of saving: funds, term deposits, plans."""
    return (
        Button(t("menu.funds"), "do:funds"),
        Button(t("deposits.mine"), "do:deposits"),
        Button(t("plans.mine"), "do:plans"),
    )


def sweep(t: Translator, floor: Money | None) -> Screen:
    """What the auto-sweep does, how it stands, and floors to choose."""
    stands = t("wealth.sweep_off") if floor is None else t("wealth.sweep_on", floor=floor)
    floors = tuple(Button(t("wealth.sweep_above", floor=f"{each:,}"), f"do:sweep:amount={each}") for each in FLOORS)
    off = (Button(t("wealth.sweep_turn_off"), "sweepoff"),) if floor is not None else ()
    text = lines(t("wealth.sweep_title"), stands, "", t("wealth.sweep_what"))
    return Screen(text, (floors, (*off, *menu_row(t))))


def sweep_needs_contract(t: Translator) -> Screen:
    """The auto-sweep is part of a contract that the first order signs."""
    return Screen(t("wealth.sweep_needs_contract"), ((Button(t("wealth.put_in_button"), "do:invest"), *menu_row(t)),))


def put_in_card(
    t: Translator, fund: MoneyFund, amount: Money, dates: Dates, yields: Yields | None, *, left: Money, first: bool
) -> Html:
    """When it earns and when that is seen, what it is, what it yielded; the first time all that a contract must say."""
    return lines(
        t("wealth.put_in", amount=amount),
        t("wealth.earns", earns=dates.confirm_on, seen=dates.seen_on),
        _yield(t, yields),
        _a_day(t, amount, yields),
        "",
        _what_it_is(t, fund) if first else t("wealth.reminder"),
        t("wealth.left", left=left),
    )


def ask_adult(t: Translator) -> Screen:
    """A first contract asks for the age."""
    return Screen(t("wealth.ask_adult"), ((Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no")),))


def too_young(t: Translator) -> Screen:
    """No contract below 18."""
    return Screen(t("wealth.too_young"), (menu_row(t),))


def put_in_done(t: Translator, params: PutIn, result: HasPutIn) -> Screen:
    """The order is given."""
    text = t(
        "wealth.put_in_done",
        amount=params.sum,
        earns=result.earns_on,
        seen=result.seen_on,
        balance=result.balance,
        reference=result.reference,
    )
    return Screen(text, ((Button(t("menu.money"), "do:money"), *menu_row(t)),))


def income_week(t: Translator, told: WeekIncome) -> Screen:
    """The notice of a week's income, with a line for each of its days."""
    days = [t("notice.income_line", day_on=t.short_day(each.day_on), sum=each.sum) for each in told.days]
    span = {"first": t.short_day(told.first_on), "last": t.short_day(told.last_on)}
    return Screen(lines(t("notice.wealth_income_week", **values_of(told), **span), *days))


def queued(t: Translator, told: Queued) -> Screen:
    """The notice of where a redemption stands that waits for the fund's cash, and the day if it can be foreseen."""
    key = "notice.wealth_queued_open" if told.expected_on is None else "notice.wealth_queued"
    return Screen(t(key, **values_of(told)))


def fraction(t: Translator, asset: str, amount: Decimal) -> str:
    """Return a sum with its fraction of a cent: "¥0.0069", cut at four decimals; "¥0.00002" where these are zeros."""
    shown = rounded(amount, Rounding.DOWN, places=FRACTION_PLACES)
    if not shown:
        shown = rounded(amount, Rounding.DOWN, places=SMALLEST_PLACES)
    return f"{ASSETS[asset].symbol}{shown:f}"


def seven_days(t: Translator, yields: Yields) -> Html:
    """Return the seven-day yield on a line, with its dates."""
    first, last = t.short_day(yields.first_on), t.short_day(yields.last_on)
    return t("wealth.yield", rate=yields.compound, first=first, last=last)


def _yield(t: Translator, yields: Yields | None) -> Html:
    return t("wealth.no_yield") if yields is None else seven_days(t, yields)


def _a_day(t: Translator, amount: Money, yields: Yields | None) -> Html | None:
    if yields is None:
        return None
    daily = yields.a_day_of(amount)
    key = "wealth.a_day" if daily * 100 >= 1 else "wealth.less_than_a_cent"
    return t(key, day=t.short_day(yields.last_on), daily=fraction(t, amount.asset.code, daily), amount=amount)


def _what_it_is(t: Translator, fund: MoneyFund) -> Html:
    return t("wealth.what_it_is", risk=fund.risk, quota=fund.fast_quota, cut_off=fund.cut_off)
