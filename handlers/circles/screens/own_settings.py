"""What is one's own to set in a circle, and where a pot may go."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.journeys.circles import Place
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.circles.screens import ways
from handlers.locales import Translator

_PLACES: Final = 4


def card(t: Translator, code: str, goes_to: str, *, debited: bool, asks_guarantors: bool) -> Screen:
    """How contributions are paid and where a pot goes."""
    said = lines(
        t("my_circles.own_title", code=code),
        t("my_circles.debited_now" if debited else "my_circles.not_debited_now"),
        t("my_circles.pot_goes_to", place=goes_to),
    )
    turn = Button(t("my_circles.debit_stop" if debited else "my_circles.debit_start"), f"circledebit:{code}")
    goes = Button(t("my_circles.change_where"), f"circlegoes:{code}")
    guarantor = ((Button(t("my_circles.guarantor"), f"askguarantor:{code}"),),) if asks_guarantors else ()
    return Screen(said, ((turn,), (goes,), *guarantor, (ways.see(t, code),)))


def ask_where(t: Translator, code: str, places: Sequence[tuple[str, Place]], start: int) -> Screen:
    """Ask where one's pot is to go."""
    shown, following = page_of(places, start, _PLACES)
    said = [(name, f"circlegoto:{code}:{place.kind}:{place.of or 0}") for _, (name, place) in shown]
    more = (Button(t("common.more"), f"circlegoes:{code}:{following}"),) if following is not None else ()
    return Screen(t("my_circles.ask_where"), (*choices(said, per_row=1), (*more, ways.see(t, code))))
