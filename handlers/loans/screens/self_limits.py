"""The screens of what people set for themselves about borrowing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans.origination.self_limits import BLOCKS_DAYS, LOOSENED_AFTER, raised_on
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.loans.intents import BlockBorrowing, Blocked, Limited, OwnLimit
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.models import SelfLimit


def standing(t: Translator, chosen: SelfLimit | None, today: date) -> Screen:
    """What is set, and the buttons that set more."""
    text = lines(
        t("self_limits.title"), block_text(t, chosen, today), limit_text(t, chosen, today), "", t("self_limits.rule")
    )
    blocks = tuple(
        Button(t("self_limits.block_button", days=t("common.day", count=days)), f"nolending:{days}")
        for days in BLOCKS_DAYS
    )
    lift = (
        (Button(t("self_limits.lift_button"), "ownlimit:off"),) if chosen is not None and chosen.limit_on(today) else ()
    )
    limit = Button(t("self_limits.limit_button"), "ownlimit")
    return Screen(text, (*((block,) for block in blocks), (limit, *lift), menu_row(t)))


def block_text(t: Translator, chosen: SelfLimit | None, today: date) -> Html:
    """Until when nothing is lent."""
    until = chosen.no_lending_until if chosen is not None else None
    if until is None or until < today:
        return t("self_limits.not_blocked")
    return t("self_limits.is_blocked", until=until)


def limit_text(t: Translator, chosen: SelfLimit | None, today: date) -> Html:
    """What one wants to owe at most, and from when on a higher limit, or none, holds that was asked for."""
    limit = chosen.limit_on(today) if chosen is not None else None
    if chosen is None or limit is None:
        return t("self_limits.no_limit")
    later = raised_on(chosen, today)
    said = t("self_limits.limit", limit=Money(limit, BASE_CURRENCY), days=t("common.day", count=LOOSENED_AFTER.days))
    if later is None:
        return said
    if chosen.next_limit is None:
        return lines(said, t("self_limits.lifted_from", from_on=later))
    return lines(said, t("self_limits.raised_from", limit=Money(chosen.next_limit, BASE_CURRENCY), from_on=later))


def block_card(t: Translator, days: int, today: date) -> Html:
    """What blocking means, before it is confirmed."""
    until = today + timedelta(days=days)
    return t("self_limits.block_card", days=t("common.day", count=days), until=until)


def ask_limit(t: Translator) -> Screen:
    """Ask how much one wants to owe at most."""
    return Screen(t("self_limits.ask_limit"))


def limit_card(t: Translator, limit: Money) -> Html:
    """What a limit means, before it is confirmed."""
    return t("self_limits.limit_card", limit=limit, days=t("common.day", count=LOOSENED_AFTER.days))


def lift_card(t: Translator) -> Html:
    """What lifting it means, before it is confirmed."""
    return t("self_limits.lift_card", days=t("common.day", count=LOOSENED_AFTER.days))


def blocked(t: Translator, params: BlockBorrowing, result: Blocked) -> Screen:
    """Nothing is lent from now on."""
    return Screen(t("self_limits.blocked", until=result.until), (menu_row(t),))


def limited(t: Translator, params: OwnLimit, result: Limited) -> Screen:
    """The limit is set at once, or raised or lifted from a day on."""
    if result.from_on is None:
        text = t("self_limits.lifted") if params.sum is None else t("self_limits.limited", limit=params.sum)
    elif params.sum is None:
        text = t("self_limits.lifted_from", from_on=result.from_on)
    else:
        text = t("self_limits.raised_from", limit=params.sum, from_on=result.from_on)
    return Screen(text, (menu_row(t),))
