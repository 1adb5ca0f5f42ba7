"""What swapping turns looks like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.circles.board_view import BoardPlace
from finance_core.circles.models import CirclePlace
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, page_of
from handlers.circles.acts_intents import AgreeToSwap, AskToSwap
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_OTHERS: Final = 3


def none_left(t: Translator, code: str) -> Screen:
    """One has received with each place."""
    return Screen(t("my_circles.no_turn_left"), ((ways.see(t, code),),))


def whose(
    t: Translator, code: str, place: CirclePlace, others: Sequence[BoardPlace], start: int, other_own: int
) -> Screen:
    """Whose turn may be had instead of one's own; who holds several that wait may choose another of them."""
    shown, following = page_of(others, start, _OTHERS)
    said = [(t("my_circles.turn_of", turn=x.turn, name=x.name), f"swapwith:{code}:{place.nr}:{x.nr}") for _, x in shown]
    more = (Button(t("common.more"), f"swapturn:{code}:{place.nr}:{following}"),) if following is not None else ()
    mine = t("my_circles.place_nr", nr=other_own)
    own = (Button(mine, f"swapturn:{code}:{other_own}"),) if other_own != place.nr else ()
    text = t("my_circles.whose_turn" if others else "my_circles.no_other_turn", turn=place.turn, nr=place.nr)
    return Screen(text, (*choices(said, per_row=1), (*more, *own, ways.see(t, code))))


def ask_card(t: Translator, params: AskToSwap) -> Html:
    """What asking means, before it is confirmed."""
    return t("my_circles.ask_swap", name=params.name, turn=params.other_turn, your_turn=params.turn)


def asked(t: Translator, params: AskToSwap, result: Nothing) -> Screen:
    """They are asked; nothing has changed yet."""
    return Screen(t("my_circles.swap_is_asked", name=params.name), ((ways.see(t, params.code),),))


def agree_card(t: Translator, params: AgreeToSwap) -> Html:
    """What agreeing means, before it is confirmed."""
    return t("my_circles.agree_swap", turn=params.turn, your_turn=params.your_turn)


def swapped(t: Translator, params: AgreeToSwap, result: Nothing) -> Screen:
    """The turns are exchanged."""
    return Screen(t("my_circles.have_swapped", turn=params.turn), ((ways.see(t, params.code),),))


def refused(t: Translator, code: str) -> Screen:
    """One keeps one's turn."""
    return Screen(t("my_circles.swap_kept"), ((ways.see(t, code),),))
