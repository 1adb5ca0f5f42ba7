"""The screens of drawing on a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from handlers.locales import Html, Translator
from handlers.screens.base import Button, Screen
from handlers.screens.cards import lines, menu_row

if TYPE_CHECKING:
    from finance_core.intents import Intent
    from finance_core.loans.origination.lines import Line, PlannedLine
    from handlers.talk import Talk

SCHEDULE_LINES: Final = 12


def ask_sum(t: Translator, line: Line) -> Screen:
    """Ask how much to draw: all that is left is a tap away."""
    text = t(
        "borrow.ask_draw", left=line.undrawn, least=line.least, until=line.until, draws=line.draws_left, step=line.step
    )
    whole = Button(t("borrow.draw_all", sum=line.undrawn), f"ans:{line.undrawn.decimal.normalize():f}")
    return Screen(text, ((whole,), menu_row(t)))


def draw_card(t: Translator, amount: Money, planned: Sequence[PlannedLine]) -> Html:
    """What a draw does: the instalments as they will be."""
    rows = [
        f"{each.nr}. {t.short_day(each.due_on)} · {Money(each.total, amount.asset)}"
        for each in planned[:SCHEDULE_LINES]
    ]
    more = t("borrow.and_more", count=len(planned) - SCHEDULE_LINES) if len(planned) > SCHEDULE_LINES else None
    return lines(t("borrow.draw_card", sum=amount), "", *rows, more)


def drawn(talk: Talk, intent: Intent) -> Screen:
    """The draw is in the wallet."""
    result = intent.result or {}
    text = talk.t("borrow.drawn", sum=Money.of_json(intent.params["sum"]), reference=result["reference"])
    return Screen(text, ((Button(talk.t("menu.loans"), "do:loans"), *menu_row(talk.t)),))
