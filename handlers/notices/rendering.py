"""What is pushed: a notice's kind and params become a screen, in the person's language. Delivery calls `render`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar, cast

from finance_core.approvals import notices as approving
from finance_core.change_plus import notices as plus
from finance_core.deposits import notices as depositing
from finance_core.funds.notices import OfFund
from finance_core.journeys.plans import notices as planning
from finance_core.kernel.json import JsonObject
from finance_core.kernel.payloads import UnreadablePayload, read
from finance_core.loans.contact import notices as contact
from finance_core.loans.operations import notices as operations
from finance_core.loans.origination import notices as origination
from finance_core.loans.repayment import notices as repayment
from finance_core.notices import Content, Sealed
from finance_core.wallet import notices as money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.desk.screens import applications, approvals
from handlers.funds.screens import fund_orders
from handlers.loans.screens import agreement, borrow, guarantors, loan_receipts, reminders
from handlers.locales import Html, Translator, translator
from handlers.notices.kinds import KINDS
from handlers.savings.screens import deposits, plans
from handlers.wallet.screens import wallet

_OPERATORS = ("operator.", "officer.")
"""How the kinds begin that are told to operators: discretion is for what a customer gets."""

C = TypeVar("C", bound=Content)
Draw = Callable[[Translator, Any], Screen]


def _send_waiting(t: Translator, told: money.SendWaiting) -> Screen:
    return wallet.send_offered(t, _opened(told.name), told.sum, told.note, told.token)


def _request_asked(t: Translator, told: money.RequestAsked) -> Screen:
    return wallet.request_offered(t, _opened(told.name), told.sum, told.note, told.token)


def _opened(name: Sealed | str | None) -> str:
    assert isinstance(name, str), "delivery opens names before they are rendered"
    return name


def _week(t: Translator, told: plus.WeekIncome) -> Screen:
    """The week's income, and a line for each of its days."""
    days = [t("notice.income_line", day_on=t.short_day(each.day_on), sum=each.sum) for each in told.days]
    return Screen(lines(t("notice.wealth_income_week", **values_of(told)), *days))


def _queued(t: Translator, told: plus.Queued) -> Screen:
    """Where a redemption stands that waits for the fund's cash, and the day if it can be foreseen."""
    key = "notice.wealth_queued_open" if told.expected_on is None else "notice.wealth_queued"
    return Screen(t(key, **values_of(told)))


def _several_debts(t: Translator, told: contact.DebtReminder) -> Screen:
    """Several debts in one message."""
    debts = [_read(item.kind, cast("JsonObject", item.params)) for item in told.items]
    return reminders.reminder(t, [debt for debt in debts if isinstance(debt, contact.Debt)])


def _one_debt(t: Translator, told: contact.Debt) -> Screen:
    return reminders.reminder(t, [told])


def _drawn(kind: type[C], draw: Callable[[Translator, C], Screen]) -> tuple[type[Content], Draw]:
    return kind, draw


_DRAWN: Final[Mapping[type[Content], Draw]] = dict(
    (
        _drawn(money.SendWaiting, _send_waiting),
        _drawn(money.RequestAsked, _request_asked),
        _drawn(plus.WeekIncome, _week),
        _drawn(plus.Queued, _queued),
        _drawn(depositing.Matures, deposits.matures),
        _drawn(depositing.OpenedReceipt, deposits.receipt_opened),
        _drawn(depositing.EarlyReceipt, deposits.receipt_early),
        _drawn(depositing.MaturedReceipt, deposits.receipt_matured),
        _drawn(depositing.RolledReceipt, deposits.receipt_rolled),
        _drawn(planning.Missed, plans.missed),
        _drawn(planning.Reached, plans.reached),
        _drawn(OfFund, fund_orders.pushed),
        _drawn(origination.ApplicationWaits, applications.application_waits),
        _drawn(origination.Approved, borrow.approved),
        _drawn(origination.Declined, borrow.declined_by_officer),
        _drawn(origination.GuaranteeAsked, guarantors.asked_to_stand),
        _drawn(origination.GuaranteeAnswered, guarantors.answered),
        _drawn(origination.GuaranteeCalled, guarantors.called),
        _drawn(origination.PaidForYou, guarantors.paid_for_you),
        _drawn(repayment.RepaymentReceipt, loan_receipts.repaid),
        _drawn(repayment.SettlementReceipt, loan_receipts.settled),
        _drawn(repayment.SettlingDebitReceipt, loan_receipts.debit_settled),
        _drawn(repayment.GivenBackReceipt, loan_receipts.given_back),
        _drawn(operations.RestructureOffered, agreement.offered),
        _drawn(operations.WrittenOff, agreement.written_off),
        _drawn(contact.Debt, _one_debt),
        _drawn(contact.DebtReminder, _several_debts),
        _drawn(contact.HardshipWaits, reminders.hardship_waits),
        _drawn(approving.ApprovalWaits, approvals.approval_waits),
        _drawn(approving.ApprovalDecided, approvals.approval_decided),
        _drawn(approving.RoleGranted, approvals.role_granted),
        _drawn(approving.RoleRevoked, approvals.role_revoked),
    )
)
"""Kinds whose screens are their area's own; a family's screen is that of all its kinds."""


def render(kind: str, params: JsonObject, language: str, *, discreet: bool = False) -> Screen:
    """Return the screen of one notice. A kind without a rendering of its own is the text `notice.<kind>`.

    Args:
        discreet: the person wants no sums on a lock screen; what operators are told is not shortened.

    Raises:
        UnreadablePayload: an unknown kind, or params that are not that kind's.
    """
    t = translator(language)
    if discreet and not kind.startswith(_OPERATORS):
        return Screen(t("notice.discreet"), ((Button(t("common.menu"), "do:menu"),),))
    told = _read(kind, params)
    draw = drawing_of(type(told))
    return draw(t, told) if draw is not None else Screen(_text(t, told), _buttons(t, told))


def drawing_of(kind: type[Content]) -> Draw | None:
    """Return what draws a kind, or the family that it is of; None for a text of its own."""
    return next((_DRAWN[each] for each in kind.__mro__ if each in _DRAWN), None)


def _read(kind: str, params: JsonObject) -> Content:
    if kind not in KINDS:
        raise UnreadablePayload(f"no notice is called {kind}")
    return read(KINDS[kind], params)


def _text(t: Translator, told: Content) -> Html:
    values = values_of(told)
    if values.get("name", "") is None:
        values["name"] = t("notice.by_link")
    note = t("notice.note", note=values["note"]) if values.get("note") else None
    return lines(t(f"notice.{told.kind.replace('.', '_')}", **values), note)


def _buttons(t: Translator, told: Content) -> tuple[tuple[Button, ...], ...]:
    if isinstance(told, origination.LoanReceipt):
        return ((Button(t("menu.loans"), "do:loans"),),)
    return ()
