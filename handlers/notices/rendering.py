"""What is pushed: a notice's kind and params become a screen, in the person's language. Delivery calls `render`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.desk.screens import applications, approvals
from handlers.funds.screens import fund_orders
from handlers.loans.screens import agreement, borrow, guarantors, loan_receipts, reminders
from handlers.locales import Html, Translator, translator
from handlers.savings.screens.deposits import NOTICES as DEPOSIT_NOTICES
from handlers.savings.screens.plans import NOTICES as PLAN_NOTICES
from handlers.wallet.screens import wallet

Params = Mapping[str, Any]

_OPERATORS = ("operator.", "officer.")
"""How the kinds begin that are told to operators: discretion is for what a customer gets."""


def _send_waiting(t: Translator, values: Params) -> Screen:
    return wallet.send_offered(t, values["name"], values["sum"], values["note"], values["token"])


def _request_asked(t: Translator, values: Params) -> Screen:
    return wallet.request_offered(t, values["name"], values["sum"], values["note"], values["token"])


def _week(t: Translator, values: Params) -> Screen:
    """The week's income, and a line for each of its days."""
    days = [
        t("notice.income_line", day_on=t.short_day(date.fromisoformat(each["day_on"])), sum=Money.of_json(each["sum"]))
        for each in values["days"]
    ]
    return Screen(lines(t("notice.wealth_income_week", **values), *days))


def _queued(t: Translator, values: Params) -> Screen:
    """Where a redemption stands that waits for the fund's cash, and the day if it can be foreseen."""
    key = "notice.wealth_queued_open" if values["expected_on"] is None else "notice.wealth_queued"
    return Screen(t(key, **values))


_DRAWN: Final[Mapping[str, Callable[[Translator, Params], Screen]]] = {
    "send.waiting": _send_waiting,
    "request.asked": _request_asked,
    "wealth.income_week": _week,
    "wealth.queued": _queued,
    "operator.approval_waits": approvals.approval_waits,
    "operator.approval_decided": approvals.approval_decided,
    "receipt.repayment": loan_receipts.repaid,
    "receipt.loan_settled": loan_receipts.settled,
    "receipt.debit_settled": loan_receipts.debit_settled,
    "receipt.loan_given_back": loan_receipts.given_back,
    "loan.restructure_offered": agreement.offered,
    "loan.written_off": agreement.written_off,
    "operator.role_granted": approvals.role_granted,
    "operator.role_revoked": approvals.role_revoked,
    "officer.hardship": reminders.hardship_waits,
    "officer.application": applications.application_waits,
    **DEPOSIT_NOTICES,
    **PLAN_NOTICES,
    "guarantee.asked": guarantors.asked_to_stand,
    "guarantee.answered": guarantors.answered,
    "guarantee.called": guarantors.called,
    "guarantee.paid_for_you": guarantors.paid_for_you,
    "loan.approved": borrow.approved,
    "loan.declined": borrow.declined_by_officer,
}
"""Kinds whose screens are their area's own."""


def render(kind: str, params: Params, language: str) -> Screen:
    """Return the screen of one notice. A kind without a rendering of its own is the text `notice.<kind>`."""
    t = translator(language)
    if params.get("discreet") and not kind.startswith(_OPERATORS):
        return Screen(t("notice.discreet"), ((Button(t("common.menu"), "do:menu"),),))
    if kind == "debt.reminder":
        return reminders.reminder(t, [(item["kind"], item["params"]) for item in params["items"]])
    if kind in reminders.DEBTS:
        return reminders.reminder(t, [(kind, params)])
    values = {name: _value(name, value) for name, value in params.items()}
    if kind in _DRAWN:
        return _DRAWN[kind](t, values)
    if kind in fund_orders.PUSHED:
        return fund_orders.pushed(kind, t, values)
    return Screen(_text(t, kind, values), _buttons(t, kind))


def _text(t: Translator, kind: str, values: dict[str, Any]) -> Html:
    if values.get("name", "") is None:
        values["name"] = t("notice.by_link")
    note = t("notice.note", note=values["note"]) if values.get("note") else None
    return lines(t(f"notice.{kind.replace('.', '_')}", **values), note)


def _buttons(t: Translator, kind: str) -> tuple[tuple[Button, ...], ...]:
    if kind == "receipt.loan":
        return ((Button(t("menu.loans"), "do:loans"),),)
    return ()


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"amount", "asset"}:
        return Money.of_json(value)
    if (name == "on" or name.endswith(("_on", "_until"))) and isinstance(value, str):
        return date.fromisoformat(value)
    return value
