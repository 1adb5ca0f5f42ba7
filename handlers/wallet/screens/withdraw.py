"""The screens of taking money out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Html, Translator
from handlers.wallet.intents import Moved, TakenOut, TakeOut, Withdraw

if TYPE_CHECKING:
    from finance_core.change_plus.product import MoneyFund
    from finance_core.change_plus.rules import Dates

_SUMS: Final = (100, 500)
"""Sums to tap beside everything, where there is more than that."""


def nothing(t: Translator) -> Screen:
    """There is nothing to take out."""
    return Screen(t("wealth.nothing_to_take_out"), ((Button(t("menu.topup"), "do:topup"), *menu_row(t)),))


def ask_source(t: Translator, change_plus: Money, wallet: Money, amount: Money | None) -> Screen:
    """Two sources, two buttons; the sum that was said goes along."""
    said = f":amount={amount.decimal:f}" if amount is not None else ""
    return Screen(
        t("wealth.ask_source"),
        (
            (Button(t("wealth.from_change_plus", amount=change_plus), f"do:withdraw:source=plus{said}"),),
            (Button(t("wealth.from_wallet", amount=wallet), f"do:withdraw:source=wallet{said}"),),
            menu_row(t),
        ),
    )


def ask_take_out(t: Translator, most: Money) -> Screen:
    """Ask how much to take out of Change Plus."""
    return Screen(t("wealth.ask_take_out", most=most), _sums(t, most))


def ask_withdrawal(t: Translator, most: Money) -> Screen:
    """Ask how much to take outside."""
    return Screen(t("wealth.ask_withdrawal", most=most), _sums(t, most))


def take_out_card(
    t: Translator, amount: Money, cancelled: Money, left: Money, pays_on: date | None, *, waiting: int
) -> Html:
    """What comes at once and what later, what it costs in income, how many wait already, what stays."""
    units = amount - cancelled
    return lines(
        t("wealth.take_out_card", amount=amount),
        t("wealth.cancelled_part", amount=cancelled) if cancelled else None,
        _how_fast(t, units, pays_on) if units else None,
        t("wealth.others_wait", count=waiting) if waiting else None,
        t("wealth.left_in", left=left),
    )


def beyond_quota(
    t: Translator, fund: MoneyFund, amount: Money, at_once: Money, dates: Dates, *, is_own_quota: bool
) -> Screen:
    """More than may leave at once today: the part that may, or all of it by a standard redemption."""
    fast = (Button(t("wealth.take_at_once", amount=at_once), _take(at_once)),) if at_once else ()
    slow = (Button(t("wealth.take_later", day=t.short_day(dates.confirm_on)), f"{_take(amount)}:speed=standard"),)
    if is_own_quota:
        text = t("wealth.beyond_quota", quota=fund.fast_quota, at_once=at_once, day=dates.confirm_on)
    else:
        text = t("wealth.beyond_line", at_once=at_once, day=dates.confirm_on)
    return Screen(text, tuple(row for row in (fast, slow, menu_row(t)) if row))


def taken_out(t: Translator, params: TakeOut, result: TakenOut) -> Screen:
    """The money is in the wallet, or comes on its day."""
    text = lines(
        t("wealth.taken_out", amount=result.at_once, balance=result.balance) if result.at_once else None,
        t("wealth.comes_later", amount=result.later, day=result.pays_on) if result.later else None,
        t("wealth.reference", reference=result.reference),
    )
    return Screen(text, ((Button(t("menu.money"), "do:money"), *menu_row(t)),))


def withdrawal_card(t: Translator, amount: Money, left: Money) -> Html:
    """What a withdrawal does, before the PIN."""
    return t("wealth.withdrawal_card", amount=amount, fee=Money.zero(amount.asset), left=left)


def withdrawn(t: Translator, params: Withdraw, result: Moved) -> Screen:
    """The money has left."""
    text = t("wealth.withdrawn", amount=params.sum, balance=result.balance, reference=result.reference)
    return Screen(text, (menu_row(t),))


def _how_fast(t: Translator, units: Money, pays_on: date | None) -> Html:
    if pays_on is None:
        return t("wealth.at_once", amount=units)
    return t("wealth.on_a_day", amount=units, day=pays_on)


def _sums(t: Translator, most: Money) -> tuple[tuple[Button, ...], ...]:
    sums = tuple(Button(f"{amount:,}", f"ans:{amount}") for amount in _SUMS if most > Money.of(amount, most.asset))
    everything = (Button(t("wealth.everything", amount=most), f"ans:{most.decimal:f}"),)
    return (sums, everything) if sums else (everything,)


def _take(amount: Money) -> str:
    return f"do:withdraw:source=plus:amount={amount.decimal:f}"
