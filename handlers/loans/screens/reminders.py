"""Reminders as they are pushed: what is due, all debts in one message, the sentence of the step, a way to pay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final, cast

from finance_core.circles.book.notices import KINDS as CIRCLE_KINDS
from finance_core.circles.book.notices import OfCircle
from finance_core.circles.saving.notices import KINDS as SAVING_KINDS
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import read
from finance_core.loans.contact.notices import (
    KINDS,
    Debt,
    DebtReminder,
    DueSoon,
    DueToday,
    HardshipWaits,
    Instalment,
    Late,
    LateLoanWaits,
    PromiseBroken,
)
from finance_core.loans.contact.rules import OFFICER_FROM_DAYS
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.loans.screens.lateness import by_lateness
from handlers.locales import Html, Translator

_LATE_STEPS: Final = (("officer", OFFICER_FROM_DAYS), ("trouble", 15), ("late", 0))
"""What is said beyond the grace days, from how many days late on."""

STEPS: Final = ("soon", "tomorrow", "today", "circle", "grace", "grace_ends", *(step for step, _ in _LATE_STEPS))
"""The steps of the ladder that have a sentence of their own."""


_BY_KIND: Final = {content.kind: content for content in (*KINDS, *CIRCLE_KINDS, *SAVING_KINDS)}


def one_debt(t: Translator, told: Debt) -> Screen:
    """The notice of one debt."""
    return reminder(t, [told])


def several_debts(t: Translator, told: DebtReminder) -> Screen:
    """The notice that stands for several debts, of loans and of circles. Raises UnreadablePayload."""
    debts = [read(_BY_KIND[item.kind], cast("JsonObject", item.params)) for item in told.items]
    circles = [_to_a_circle(t, debt) for debt in debts if isinstance(debt, OfCircle)]
    loans = [debt for debt in debts if isinstance(debt, Debt)]
    to_circles = ((Button(t("my_circles.to_circles"), "do:circles"),),) if circles else ()
    if not loans:
        return Screen(lines(*circles), to_circles)
    of_loans = reminder(t, loans)
    return Screen(lines(of_loans.text, *circles), (*of_loans.buttons, *to_circles))


def _to_a_circle(t: Translator, debt: OfCircle) -> Html:
    """A line of what is due to a circle, or of its meeting, as its own notice says it."""
    return t(f"notice.{debt.kind.replace('.', '_')}", **values_of(debt))


def reminder(t: Translator, debts: Sequence[Debt]) -> Screen:
    """What is due, all debts merged into one message, each with the sum as of now, and a way to pay.

    The sentence of the step is that of the debt which is worst.
    """
    worst = max(debts, key=_weight)
    automatic = any(debt.automatic and isinstance(debt, DueSoon | DueToday) for debt in debts)
    text = lines(
        t("notice.debt_reminder") if len(debts) > 1 else None,
        *[line for debt in debts for line in _due(t, debt)],
        _what_lies_there(t, debts),
        _step(t, worst),
        t("notice.automatic") if automatic else None,
    )
    loans = {debt.loan for debt in debts}
    pay = Button(t("notice.pay_now"), "do:loans" if len(loans) > 1 else _pay(worst))
    return Screen(text, ((pay,), *_other_ways(t, worst)))


def _other_ways(t: Translator, debt: Debt) -> tuple[tuple[Button, ...], ...]:
    """Who is late may name a day or say that it cannot be paid, a tap away; of a circle's loan its members decide."""
    if (not _is_late(debt) and not _besides(debt)) or _is_of_circle(debt):
        return ()
    name_a_day = Button(t("menu.promise"), f"do:promise:loan={debt.loan}")
    return ((name_a_day,), (Button(t("menu.hardship"), "do:hardship"),))


def _is_late(debt: Debt) -> bool:
    return isinstance(debt, Late | PromiseBroken)


def _is_of_circle(debt: Debt) -> bool:
    return isinstance(debt, Instalment) and debt.of_circle


def _weight(debt: Debt) -> tuple[bool, int]:
    """Sort by what is later: late debts by their days, the others by how near they are."""
    return _is_late(debt), debt.days if _is_late(debt) else -debt.days


def _pay(debt: Debt) -> str:
    """Return the button's data: which loan, and which sum was told as due, as it may differ by the time of the tap."""
    told = f":told={_told(debt).amount}" if isinstance(debt, Instalment) else ""
    return f"do:repay:loan={debt.loan}{told}"


def _told(debt: Instalment) -> Money:
    """Return all that was told of: of what is to come only if nothing else is owed before."""
    if not debt.besides:
        return debt.sum
    return debt.besides if isinstance(debt, DueSoon) else debt.sum + debt.besides


def _due(t: Translator, debt: Debt) -> list[Html]:
    due = _what_is_due(t, debt)
    besides = _besides(debt)
    which = _which(t, debt)
    due = [*due, which] if which else due
    if not besides:
        return due
    return [*due, t("notice.due_today_besides" if _is_late(debt) else "notice.overdue_besides", sum=besides)]


def _what_is_due(t: Translator, debt: Debt) -> list[Html]:
    """The sum and its day; of what is late since several days, each part with its own."""
    if isinstance(debt, Late) and len(debt.parts) > 1:
        return [
            t("notice.loan_late_parts", sum=debt.sum),
            *by_lateness(t, [(each.days, each.sum) for each in debt.parts]),
        ]
    if isinstance(debt, DueSoon) and debt.days == 1:
        return [t("notice.loan_due_tomorrow", sum=debt.sum, due_on=debt.due_on)]
    days = t("common.day", count=debt.days)
    return [t(f"notice.{debt.kind.replace('.', '_')}", sum=debt.sum, days=days, due_on=debt.due_on)]


def _which(t: Translator, debt: Debt) -> Html | None:
    """Of which loan, and which of its instalments."""
    if not isinstance(debt, Instalment) or debt.borrowed is None:
        return None
    if isinstance(debt, Late) and len(debt.parts) > 1:
        nrs = (debt.parts[0].nr, debt.parts[-1].nr)
        return t("notice.of_instalments", first=nrs[0], last=nrs[1], count=debt.count, borrowed=debt.borrowed)
    return t("notice.of_instalment", nr=debt.nr, count=debt.count, borrowed=debt.borrowed)


def _what_lies_there(t: Translator, debts: Sequence[Debt]) -> Html | None:
    """What lies in the wallet and in Change Plus to pay all of it, and what is missing; debits take what they may."""
    told = [debt for debt in debts if isinstance(debt, Instalment) and debt.wallet is not None]
    if not told:
        return None
    wallet, plus = told[0].wallet, told[0].change_plus
    if wallet is None or plus is None or {debt.sum.asset for debt in told} != {wallet.asset}:
        return None
    is_reached = all(debt.from_change_plus for debt in told)
    needed = sum((debt.sum + debt.besides for debt in told), Money.zero(wallet.asset))
    missing = needed - wallet - (plus if is_reached else Money.zero(plus.asset))
    there = "in_wallet" if not plus else "in_both" if is_reached else "in_both_apart"
    enough = t("notice.missing", missing=missing) if missing.amount > 0 else t("notice.enough")
    return t("notice.there", there=t(f"notice.{there}", wallet=wallet, plus=plus), enough=enough)


def _besides(debt: Debt) -> Money | None:
    """Return what is late besides what is to come, or due today besides what is late; None for nothing."""
    return (debt.besides or None) if isinstance(debt, Instalment) else None


def _step(t: Translator, debt: Debt) -> Html | None:
    """What is said at this step of the ladder; a promise has said it all."""
    if not isinstance(debt, Instalment):
        return None
    return t(f"notice.step_{step_of(debt)}", last_on=debt.due_on + timedelta(days=debt.grace))


def step_of(debt: Instalment) -> str:
    """Return which of STEPS is said of an instalment."""
    match debt:
        case DueSoon():
            return "tomorrow" if debt.days == 1 else "soon"
        case DueToday():
            return "today"
    if debt.of_circle:
        return "circle"
    if debt.days <= debt.grace:
        return "grace_ends" if debt.days == debt.grace else "grace"
    return next(step for step, from_days in _LATE_STEPS if debt.days >= from_days)


def hardship_waits(t: Translator, told: HardshipWaits) -> Screen:
    """Tell an officer that a case waits."""
    text = t("notice.officer_hardship", loan=told.loan)
    return Screen(text, ((Button(t("notice.open_case"), f"case:{told.case}"),),))


def late_loan_waits(t: Translator, told: LateLoanWaits) -> Screen:
    """Tell an officer of a loan that its debtor was told an officer looks at."""
    text = t("notice.officer_late_loan", loan=told.loan, sum=told.sum, days=t("common.day", count=told.days))
    return Screen(text, ((Button(t("notice.open_loan"), f"deskloan:{told.loan}"),),))
