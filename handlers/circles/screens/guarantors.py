"""What standing for a place looks like."""

from __future__ import annotations

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.circles.acts_intents import CircleIsPaid, PayForPlace, StandForPlace
from handlers.circles.screens import ways
from handlers.locales import Html, Translator


def ask_whom(t: Translator, most: Money) -> Screen:
    """Ask who is to stand for one's place."""
    return Screen(t("my_circles.ask_guarantor", sum=most))


def asked(t: Translator, name: str, code: str) -> Screen:
    """They are asked in private."""
    return Screen(t("my_circles.guarantor_is_asked", name=name), ((ways.see(t, code),),))


def stand_card(t: Translator, params: StandForPlace) -> Html:
    """For whom, at most how much, and what that means, before the PIN."""
    return lines(
        t("my_circles.stand_card", name=params.name, nr=params.place, code=params.code, sum=params.sum),
        t("my_circles.stand_terms"),
    )


def stands(t: Translator, params: StandForPlace, result: Nothing) -> Screen:
    """One stands for the place."""
    return Screen(t("my_circles.stands", name=params.name, sum=params.sum), (menu_row(t),))


def refused(t: Translator) -> Screen:
    """One does not stand for it."""
    return Screen(t("my_circles.stands_not"), (menu_row(t),))


def pay_card(t: Translator, params: PayForPlace, left: Money) -> Html:
    """What is paid for whom, and that they owe it."""
    return lines(
        t("my_circles.stand_in_card", name=params.name, code=params.code, sum=params.sum),
        t("my_circles.stand_in_terms", name=params.name),
        t("my_circles.left_in_wallet", left=left),
    )


def paid(t: Translator, params: PayForPlace, result: CircleIsPaid) -> Screen:
    """It is paid for them."""
    said = lines(
        t("my_circles.is_paid_for", sum=params.sum, name=params.name),
        t("my_circles.balance", left=result.balance),
        t("notice.reference", reference=result.reference),
    )
    return Screen(said, (menu_row(t),))


def nothing_is_due(t: Translator) -> Screen:
    """They have paid meanwhile."""
    return Screen(t("my_circles.nothing_is_asked"), (menu_row(t),))
