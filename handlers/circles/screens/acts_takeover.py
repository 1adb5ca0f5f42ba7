"""What taking a place over looks like: its link, what it costs and brings, that others have to agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from finance_core.circles.board_view import BoardPlace
from finance_core.circles.cards import StrangerCard
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.shortfalls import GUARANTORS_DAYS, WAITED_DAYS
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, confirm_buttons, lines, menu_row, page_of
from handlers.circles.acts_intents import TakeOver
from handlers.circles.screens import ways
from handlers.circles.screens.opening import constitution
from handlers.locales import Translator

BY_HAND: Final = "hand"
_PLACES: Final = 4


@dataclass(frozen=True, slots=True)
class Costs:
    """What a place still costs after its price, and when it receives; None where that is not known yet."""

    left: Money
    receives_on: date | None
    asks_guarantors: bool


def which_place(t: Translator, code: str, places: Sequence[BoardPlace], start: int) -> Screen:
    """Ask which place is to be taken over."""
    if not places:
        return Screen(t("my_circles.no_place_to_hand_over"), ((ways.see(t, code),),))
    shown, following = page_of(places, start, _PLACES)
    said = [(t("my_circles.place_of", nr=each.nr, name=each.name), f"placeover:{code}:{each.nr}") for _, each in shown]
    more = (Button(t("common.more"), f"circlemove:{code}:replace:{following}"),) if following is not None else ()
    return Screen(t("my_circles.which_handed_over"), (*choices(said, per_row=1), (*more, ways.see(t, code))))


def passed_on(t: Translator, code: str, place: BoardPlace, price: Money, link: str, *, enough: bool) -> Screen:
    """What a place can be taken over for, and the link. `enough`: whether two officers are there to agree."""
    text = lines(
        t("my_circles.hand_over", nr=place.nr, name=place.name),
        t("my_circles.hand_over_price", sum=price) if price else t("my_circles.hand_over_free"),
        t("my_circles.hand_over_agree"),
        None if enough else t("my_circles.hand_over_no_officers"),
        "",
        t("my_circles.hand_over_link", link=link),
    )
    return Screen(text, ((ways.see(t, code),),))


def card(t: Translator, seen: StrangerCard, params: TakeOver, said: Costs, card: tuple[str, int]) -> Screen:
    """All that taking a place over comes to, before the PIN."""
    settings = seen.settings
    days = round_days(settings.first_due_on, settings.places, settings.period)
    each = t(f"my_circles.each_{settings.period}", sum=settings.contribution)
    text = lines(
        t("my_circles.take_over", nr=params.place, title=settings.title, code=seen.code),
        t("my_circles.take_over_price", sum=params.sum) if params.sum else None,
        t("my_circles.take_over_left", each=each, left=said.left, last=seen.last_on),
        t("my_circles.take_over_receives", on=said.receives_on) if said.receives_on is not None
        else t("my_circles.take_over_receives_later"),
        t("my_circles.take_over_asked"),
        t("my_circles.take_over_guarantors", sum=settings.security_amount) if said.asks_guarantors else None,
        "",
        *constitution(t, settings, days)[4:],
        t(f"circle_joining.if_stops_{settings.shortfall}", days=WAITED_DAYS, after=GUARANTORS_DAYS),
        t("circle_joining.not_ours"),
        "",
        t("circle_joining.debits") if params.automatic_debit else t("circle_joining.no_debits"),
        t("circle_joining.retention", sum=params.retention) if params.retention is not None else None,
    )  # fmt: skip
    other = "circle_joining.pay_by_hand" if params.automatic_debit else "circle_joining.let_debit"
    turn = Button(t(other), _anew(params, params.retention, by_hand=params.automatic_debit))
    return Screen(text, (*confirm_buttons(t, *card), (turn,)))


def _anew(params: TakeOver, kept: Money | None, *, by_hand: bool) -> str:
    amount = kept.amount if kept is not None else 0
    return f"takeplace:{params.token}:{params.place}:{amount}:{BY_HAND if by_hand else ''}"


def refused(t: Translator, told: Screen, params: TakeOver, kept: Money | None) -> Screen:
    """What stands in the way; where keeping some of the payout back would change it, the button does."""
    if kept is None:
        return replace(told, buttons=(*told.buttons, menu_row(t)))
    tap = _anew(params, kept, by_hand=not params.automatic_debit)
    keep = Button(t("circle_joining.keep_back", sum=kept), tap)
    return replace(told, buttons=((keep,), *told.buttons, menu_row(t)))


def not_now(t: Translator) -> Screen:
    """The place cannot be taken over as things stand with it."""
    return Screen(t("my_circles.not_taken_over"), ((ways.to_circles(t), *menu_row(t)),))


def asked(t: Translator, params: TakeOver, result: Nothing) -> Screen:
    """It is asked for: nothing is paid before the others agree."""
    said = t("my_circles.take_over_is_asked", nr=params.place, sum=params.sum)
    return Screen(said, ((ways.to_circles(t), *menu_row(t)),))
