"""The screens of drawing on a line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.loans.intents import Done, Draw
from handlers.loans.screens.price import contract_rate
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.models import Loan
    from finance_core.loans.origination.credit_lines import CreditLine, PlannedDraw

SCHEDULE_LINES: Final = 12


def ask_sum(t: Translator, line: CreditLine) -> Screen:
    """Ask how much to draw: all that is left is a tap away."""
    text = t(
        "borrow.ask_draw", left=line.undrawn, least=line.least, until=line.until, draws=line.draws_left, step=line.step
    )
    whole = Button(t("borrow.draw_all", sum=line.undrawn), f"ans:{line.undrawn.decimal.normalize():f}")
    return Screen(text, ((whole,), menu_row(t)))


def draw_card(t: Translator, loan: Loan, amount: Money, draw: PlannedDraw) -> Html:
    """What a draw costs, at the contract's price, and the instalments as they will be."""
    planned = draw.lines
    rows = [
        f"{each.nr}. {t.short_day(each.due_on)} · {Money(each.total, amount.asset)}"
        for each in planned[:SCHEDULE_LINES]
    ]
    more = t("borrow.and_more", count=len(planned) - SCHEDULE_LINES) if len(planned) > SCHEDULE_LINES else None
    price = t("borrow.draw_cost", cost=draw.cost, sum=amount)
    return lines(
        t("borrow.all_in", rate=t.percent(loan.all_in_rate)),
        contract_rate(t, loan.annual_rate),
        t("borrow.draw_card", sum=amount),
        "",
        *rows,
        more,
        "",
        price,
    )


def drawn(t: Translator, params: Draw, result: Done) -> Screen:
    """The draw is in the wallet."""
    text = t("borrow.drawn", sum=params.sum, reference=result.reference)
    return Screen(text, ((Button(t("menu.loans"), "do:loans"), *menu_row(t)),))
