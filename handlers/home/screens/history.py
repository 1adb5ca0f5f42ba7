"""History and statements as screens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Html, Translator
from handlers.wallet.screens import waiting
from handlers.wallet.screens.waiting import Waits

if TYPE_CHECKING:
    from finance_core.ledger import Line, Statement


def page(
    t: Translator, movements: Sequence[Line], *, has_more: bool, is_first: bool, waits: Sequence[Waits] = ()
) -> Screen:
    """One page of movements, newest first, with a way to older ones; below it what waits to be taken."""
    if not movements:
        return Screen(waiting.below(t, t("history.empty"), waits), (*waiting.rows(t, waits), menu_row(t)))
    text = lines(t("history.title"), "", *[_movement(t, line) for line in movements])
    turn = [Button(t("history.newest"), "do:history")] if not is_first else []
    turn += [Button(t("history.older"), f"older:{movements[-1].entry_id}")] if has_more else []
    ways = (tuple(turn), menu_row(t)) if turn else (menu_row(t),)
    return Screen(waiting.below(t, text, waits), (*waiting.rows(t, waits), *ways))


def receipt(t: Translator, line: Line) -> Screen:
    """One movement, as its receipt named it."""
    return Screen(lines(t("history.receipt_title"), "", _movement(t, line)), (menu_row(t),))


def no_receipt(t: Translator, reference: str) -> Screen:
    """No movement of this person's wallet has the reference."""
    return Screen(t("history.no_receipt", reference=reference), (menu_row(t),))


def statement(t: Translator, kept: Statement, which: str) -> Screen:
    """A month in four lines, and the way to all of it as a file."""
    asset = kept.account.asset
    came = sum(line.amount.amount for line in kept.lines if line.amount.amount > 0)
    went = -sum(line.amount.amount for line in kept.lines if line.amount.amount < 0)
    text = lines(
        statement_title(t, kept),
        t("history.opening", amount=kept.opening),
        t("history.in_and_out", came=Money(came, asset), went=Money(went, asset)),
        t("history.closing", amount=kept.closing),
        t("history.movements", count=len(kept.lines)),
    )
    other = ("last", "last_month") if which == "this" else ("this", "this_month")
    file = Button(t("history.csv"), f"csv:{which}")
    return Screen(text, ((file, Button(t(f"history.{other[1]}"), f"month:{other[0]}")), menu_row(t)))


def statement_title(t: Translator, kept: Statement) -> Html:
    """Return the statement's first line: which days it covers."""
    return t("history.statement_title", first=kept.first_on, last=kept.last_on)


def what(t: Translator, line: Line) -> Html:
    """Return what a movement was, in words."""
    key = f"history.{line.kind.replace('.', '_')}"
    return t(key) if t.has(key) else t("history.other")


def _movement(t: Translator, line: Line) -> Html:
    if line.through and not line.amount:
        return t(
            "history.line_through",
            day=t.short_day(line.business_date),
            what=what(t, line),
            amount=line.through,
            balance=line.balance_after,
            reference=line.reference,
        )
    sign = "+" if line.amount.amount > 0 else ""
    return t(
        "history.line",
        day=t.short_day(line.business_date),
        what=what(t, line),
        amount=f"{sign}{t.money(line.amount)}",
        balance=line.balance_after,
        reference=line.reference,
    )
