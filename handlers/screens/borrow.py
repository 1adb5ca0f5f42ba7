"""The screens of borrowing. The all-in annual rate is the most prominent figure; the cost is shown as money too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from finance_core.kernel.money import ASSETS, Money
from handlers.locales import Html, Translator
from handlers.screens.base import Button, Screen
from handlers.screens.cards import lines, menu_row

if TYPE_CHECKING:
    from finance_core.intents import Intent
    from finance_core.loans.decision import Decision
    from finance_core.loans.quoting import Quote
    from handlers.talk import Talk

DEBITS: Final = ("wallet", "both", "none")
"""How due instalments are paid: from the wallet, from the wallet and then Change Plus, or by hand."""

SCHEDULE_LINES: Final = 12
"""Lines of a schedule on a card: a year of months."""


def ask_principal(t: Translator) -> Screen:
    """Ask how much, with three sums to tap."""
    sums = tuple(Button(f"{amount:,}", f"ans:{amount}") for amount in (500, 1000, 3000))
    return Screen(t("borrow.ask_principal"), (sums,))


def quote_card(t: Translator, quote: Quote, debit: str) -> Html:
    """The price first, then the instalments, then what the person agrees to; `debit` is one of DEBITS."""
    plan = quote.schedule
    first, last = plan.instalments[0], plan.instalments[-1]
    return lines(
        t("borrow.all_in", rate=t.percent(quote.all_in_rate)),
        t("borrow.quote", principal=quote.principal, parts=t("borrow.parts", count=len(plan.instalments))),
        _instalments(t, quote.instalment, Money(last.total, quote.principal.asset)),
        t("borrow.quote_dates", first=first.due_on, last=last.due_on),
        t("borrow.cost", cost=quote.cost, principal=quote.principal),
        "",
        *_table(t, [(line.nr, line.due_on, line.total) for line in plan.instalments], quote.principal.asset.code),
        "",
        t(f"borrow.debit_{debit}"),
        t("borrow.quote_terms", days=t("common.day", count=quote.product.cooling_off_days)),
    )


def _instalments(t: Translator, level: Money, last: Money) -> Html:
    if level == last:
        return t("borrow.quote_level", amount=level)
    return t("borrow.quote_instalment", amount=level, last=last)


def debit_button(t: Translator, debit: str, token: str, version: int) -> Button:
    """The consent to automatic debit, a line of its own: a tap turns it to the next of DEBITS."""
    return Button(t(f"borrow.debit_button_{debit}"), f"debit:{token}:{version}")


def other_counts(t: Translator, quote: Quote) -> tuple[tuple[Button, ...], ...]:
    """Buttons for the other numbers of instalments."""
    amount = quote.principal.decimal
    others = [tenor.count for tenor in quote.product.tenors if tenor != quote.tenor]
    return (
        tuple(Button(t("borrow.parts", count=count), f"do:borrow:amount={amount:f}:count={count}") for count in others),
    )


def declined(t: Translator, decision: Decision, quote: Quote) -> Screen:
    """Up to four reasons, what would change each, and what would be lent instead."""
    reasons = [f"• {t(f'borrow.reason_{reason}', limit=decision.limit)}" for reason in decision.reasons]
    buttons: tuple[tuple[Button, ...], ...] = (menu_row(t),)
    if tuple(decision.reasons) == ("above_limit",) and decision.limit >= quote.product.minimum:
        less = Button(t("borrow.borrow_limit", limit=decision.limit), _borrow(decision.limit, quote.terms.count))
        buttons = ((less,), menu_row(t))
    return Screen(lines(t("borrow.declined"), *reasons), buttons)


def application_question(t: Translator, question: str) -> Screen:
    """One question of a first application."""
    if question in ("adult", "bureau"):
        yes_no = (Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no"))
        return Screen(t(f"borrow.ask_{question}"), (yes_no,))
    return Screen(t(f"borrow.ask_{question}"))


def application_stopped(t: Translator) -> Screen:
    """An answer made a contract impossible."""
    return Screen(t("borrow.application_stopped"), (menu_row(t),))


def signed(talk: Talk, intent: Intent) -> Screen:
    """The contract is signed and paid out."""
    result = intent.result or {}
    text = talk.t("borrow.signed", amount=Money.of_json(intent.params["sum"]), reference=result["reference"])
    return Screen(text, ((Button(talk.t("menu.loans"), "do:loans"), *menu_row(talk.t)),))


def planned_schedule(t: Translator, quote: Quote) -> Screen:
    """The schedule of a loan that is only quoted."""
    rows = [(line.nr, line.due_on, line.total) for line in quote.schedule.instalments]
    return Screen(lines(t("borrow.schedule_title"), *_table(t, rows, quote.principal.asset.code)), (menu_row(t),))


def _table(t: Translator, rows: list[tuple[int, Any, int]], asset: str) -> list[str]:
    return [
        f"{nr}. {t.short_day(due_on)} · {Money(total, ASSETS[asset])}" for nr, due_on, total in rows[:SCHEDULE_LINES]
    ]


def _borrow(amount: Money, count: int) -> str:
    return f"do:borrow:amount={amount.decimal:f}:count={count}"
