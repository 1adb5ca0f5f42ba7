"""What paying into a circle looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from finance_core.circles.board_view import BoardPlace
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row, page_of
from handlers.circles.acts_intents import CircleIsPaid, PayCircle
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_WAITING: Final = 4


def nothing_to_pay(t: Translator, code: str) -> Screen:
    """Nothing is due, and nothing is to come."""
    return Screen(t("my_circles.nothing_comes"), ((_for_another(t, code), ways.see(t, code)),))


def paid_ahead(t: Translator, code: str) -> Screen:
    """All that is left is paid ahead already."""
    return Screen(t("my_circles.all_is_ahead"), ((_for_another(t, code), ways.see(t, code)),))


def ask_sum(t: Translator, most: Money) -> Screen:
    """Ask how much is paid."""
    return Screen(t("my_circles.ask_sum", most=most))


def for_whom(t: Translator, code: str, waiting: Sequence[BoardPlace], start: int) -> Screen:
    """Who has not paid this round: a button pays for each."""
    if not waiting:
        return Screen(t("my_circles.nobody_waits"), ((ways.see(t, code),),))
    shown, following = page_of(waiting, start, _WAITING)
    buttons = choices([(f"{each.nr} {each.name}", f"paythat:{code}:{each.nr}") for _, each in shown], per_row=1)
    further = (Button(t("common.more"), f"payother:{code}:{following}"),) if following is not None else ()
    return Screen(t("my_circles.for_whom"), (*buttons, (*further, ways.see(t, code))))


def pay_card(t: Translator, title: str, amount: Money, due: Money | None, name: str, left: Money) -> Html:
    """What is paid, what of it is due and what is kept ahead, before it is confirmed. `due` None: for another."""
    if due is None:
        said = t("my_circles.pay_for", sum=amount, title=title, name=name)
        return lines(said, t("my_circles.pay_for_terms"), t("my_circles.left_in_wallet", left=left))
    now = min(amount, due)
    return lines(
        t("my_circles.pay_into", sum=amount, title=title),
        t("my_circles.pay_ahead", sum=amount - now) if amount > now else None,
        t("my_circles.pay_part", left=due - amount) if amount < due else None,
        t("my_circles.left_in_wallet", left=left),
    )


def with_others(t: Translator, card: Screen, code: str, place: int | None) -> Screen:
    """Return the card with the ways to another sum, and to another's part."""
    of_place = f":place={place}" if place is not None else ""
    some = Button(t("my_circles.other_sum"), f"do:pay_circle:code={code}{of_place}")
    others = (_for_another(t, code),) if place is None else ()
    return replace(card, buttons=(*card.buttons, (some, *others)))


def paid(t: Translator, params: PayCircle, result: CircleIsPaid) -> Screen:
    """It is paid: what of it is kept ahead, the balance, the reference."""
    said = lines(
        t("my_circles.is_paid_for", sum=params.sum, name=params.name)
        if params.name
        else t("my_circles.is_paid", sum=params.sum),
        t("my_circles.is_ahead", sum=result.ahead) if result.ahead else None,
        t("my_circles.balance", left=result.balance),
        t("notice.reference", reference=result.reference),
    )
    return Screen(said, ((ways.see(t, params.code), *menu_row(t)),))


def debits_turned(t: Translator, card: Screen, *, given: bool) -> Screen:
    """The debits are on or off from now on; the card as it is then."""
    said = t("my_circles.debits_on" if given else "my_circles.debits_off")
    return replace(card, text=lines(said, "", card.text))


def _for_another(t: Translator, code: str) -> Button:
    return Button(t("my_circles.for_another"), f"payother:{code}")
