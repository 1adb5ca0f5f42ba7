"""A loan as operators see it: its facts, what may be done to it, and the steps to each proposal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_core.customers.roles import Permission
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans.models import Loan, LoanState
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, choices, lines
from handlers.desk.screens.approvals import desk_row
from handlers.loans.screens.borrow import product_name
from handlers.loans.screens.collection import events as events_screen
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.contact.events import HistoryEvent
    from finance_core.loans.models import LoanPayment
    from finance_core.loans.operations.restructure import Plan, RestructureTerms
    from finance_core.loans.queries import LoanView

LOANS_ON_A_LIST: Final = 5
MORE_INSTALMENTS: Final = 3
LESS_RATE: Final = Decimal(2)
"""Percent a year that one tap takes off."""

ACTS: Final = (
    (Permission.PROPOSE_LOAN_CHANGE, "newplan"),
    (Permission.PROPOSE_LOAN_CHANGE, "waiver"),
    (Permission.PROPOSE_LOAN_CHANGE, "handover"),
    (Permission.PROPOSE_LOAN_CHANGE, "recall"),
    (Permission.PROPOSE_WRITE_OFF, "writeoff"),
    (Permission.PROPOSE_REVERSAL, "undopay"),
)
"""What may be done to a loan, and who may propose it; each is a button's verb and has a text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A loan as an operator looks at it."""

    view: LoanView
    name: str
    memo: Money
    """What is still owed of it after a write-off."""
    collector: str | None


# -- finding one ------------------------------------------------------------------------------------------------------


def ask_which(t: Translator) -> Screen:
    """Ask which loan."""
    return Screen(t("operator.ask_which"), (desk_row(t),))


def loans_of(t: Translator, name: str, found: Sequence[Loan]) -> Screen:
    """Somebody's loans, newest first, each with a button."""
    if not found:
        return Screen(t("operator.no_loans", name=name), (desk_row(t),))
    shown = sorted(found, key=lambda each: -each.id)[:LOANS_ON_A_LIST]
    labels = [
        (
            t(
                "operator.loan_row",
                number=each.id,
                sum=_money(each, each.principal),
                day=t.short_day(each.disbursed_on),
                state=t(f"operator.loan_{each.state}"),
            ),
            f"deskloan:{each.id}",
        )
        for each in shown
    ]
    return Screen(t("operator.loans_of", name=name), (*choices(labels, per_row=1), desk_row(t)))


# -- the card ---------------------------------------------------------------------------------------------------------


def loan(t: Translator, facts: Facts, granted: Collection[Permission]) -> Screen:
    """A loan's facts, and a button for each act that is granted and possible."""
    it = facts.view.loan
    text = lines(
        t("operator.loan", number=it.id, name=facts.name, state=t(f"operator.loan_{it.state}")),
        t(
            "operator.loan_terms",
            sum=_money(it, it.principal),
            product=product_name(t, it.product),
            day=it.disbursed_on,
            rate=t.percent(it.annual_rate),
        ),
        *(_standing(t, facts) if it.state == LoanState.ACTIVE else ()),
        t("operator.loan_memo", sum=facts.memo) if facts.memo else None,
        t("operator.loan_collector", collector=facts.collector) if facts.collector else None,
        t("operator.loan_restructured", day=it.restructured_on) if it.restructured_on else None,
    )
    return Screen(text, _acts(t, facts, granted))


def _standing(t: Translator, facts: Facts) -> tuple[Html, ...]:
    view, it = facts.view, facts.view.loan
    suspended = it.suspended_principal + it.suspended_interest + it.suspended_fee + it.suspended_penalty
    return (
        t("operator.loan_owed", outstanding=view.outstanding, due=view.due_now, settlement=view.settlement),
        t("operator.loan_late", days=t("common.day", count=view.days_past_due)) if view.days_past_due else Html(""),
        t(
            "operator.loan_book",
            of_class=t(f"operator.class_{it.loan_class}"),
            provision=_money(it, it.provision),
            suspended=_money(it, suspended),
        ),
    )


def _acts(t: Translator, facts: Facts, granted: Collection[Permission]) -> tuple[tuple[Button, ...], ...]:
    it = facts.view.loan
    possible = {
        LoanState.ACTIVE: {"newplan", "waiver", "writeoff", "undopay", "recall" if facts.collector else "handover"},
        LoanState.SETTLED: {"undopay"},
    }.get(LoanState(it.state), set())
    verbs = [verb for needed, verb in ACTS if verb in possible and needed in granted]
    buttons = [(t(f"operator.act_{verb}"), f"{verb}:{it.id}") for verb in verbs]
    further = _further(t, it, granted)
    if len(buttons) + len(further) > MOST_BUTTONS:
        further = (Button(t("operator.to_more"), f"deskloanmore:{it.id}"),)
    return (*choices(buttons, per_row=2), further)


def _further(t: Translator, it: Loan, granted: Collection[Permission]) -> tuple[Button, ...]:
    line = Button(t("operator.timeline"), f"deskline:{it.id}")
    person = (Button(t("people.to_card"), f"customer:{it.customer_id}"),) if Permission.SEE_CUSTOMERS in granted else ()
    return (line, *person, *desk_row(t))


def more_of(t: Translator, it: Loan, granted: Collection[Permission]) -> Screen:
    """Where a loan leads to besides what may be proposed about it."""
    return Screen(t("operator.more_of_loan", number=it.id), (_further(t, it, granted), (_back(t, it.id),)))


def events(t: Translator, loan_id: int, happened: Sequence[HistoryEvent], zone: str) -> Screen:
    """A loan's timeline, newest first, as far as one card goes."""
    screen = events_screen(t, loan_id, happened, 0, zone, all_=True)
    return replace(screen, buttons=((_back(t, loan_id), *desk_row(t)),))


# -- steps to a proposal ----------------------------------------------------------------------------------------------


def choose_waiver(t: Translator, it: Loan, sums: Mapping[str, Money]) -> Screen:
    """What may be waived, with what is due of each."""
    labels = [
        (t("operator.waiver_row", what=t(f"operator.figure_{name}"), sum=amount), f"waiverof:{it.id}:{name}")
        for name, amount in sums.items()
        if amount
    ]
    text = t("operator.choose_waiver" if labels else "operator.nothing_to_waive", number=it.id)
    return Screen(text, (*choices(labels, per_row=1), (_back(t, it.id),)))


def ask_waiver(t: Translator, it: Loan, what: str, most: Money) -> Screen:
    """Ask how much is waived."""
    text = t("operator.ask_waiver", what=t(f"operator.figure_{what}"), sum=most)
    return Screen(text, ((Button(t("operator.waive_all", sum=most), f"waiverall:{it.id}:{what}"),), (_back(t, it.id),)))


def new_plan(t: Translator, it: Loan, planned: Plan) -> Screen:
    """What a new schedule would come to, with buttons that change it."""
    wanted = planned.wanted
    text = lines(
        t("operator.new_plan", number=it.id),
        t("operator.plan_balance", sum=_money(it, planned.balance), arrears=_money(it, planned.capitalised)),
        t(
            "operator.plan_schedule",
            count=planned.count,
            instalment=_money(it, planned.instalment),
            first=planned.schedule.instalments[0].due_on,
            last=planned.ends_on,
        ),
        t("operator.plan_rate", rate=t.percent(wanted.rate)),
    )
    changes = (
        ("operator.plan_longer", replace(wanted, count=wanted.count + MORE_INSTALMENTS)),
        ("operator.plan_later", replace(wanted, holiday=wanted.holiday + 1)),
        ("operator.plan_cheaper", replace(wanted, rate=max(wanted.rate - LESS_RATE, Decimal(0)))),
    )
    rows = choices([(t(key), _plan_data("newplan", it, changed)) for key, changed in changes], per_row=3)
    start_over = Button(t("operator.plan_anew"), f"newplan:{it.id}")
    go_on = Button(t("operator.plan_go_on"), _plan_data("planok", it, wanted))
    return Screen(text, (*rows, (start_over, go_on), (_back(t, it.id),)))


def _plan_data(verb: str, it: Loan, wanted: RestructureTerms) -> str:
    return f"{verb}:{it.id}:{wanted.count}:{wanted.holiday}:{wanted.rate:f}"


def ask_collector(t: Translator, it: Loan) -> Screen:
    """Ask to whom a loan is handed over."""
    return Screen(t("operator.ask_collector", number=it.id), ((_back(t, it.id),),))


def choose_payment(t: Translator, it: Loan, paid: Sequence[LoanPayment]) -> Screen:
    """A loan's payments, newest first, each with a button."""
    labels = [
        (
            t("operator.payment_row", day=t.short_day(each.value_on), sum=_money(it, each.amount)),
            f"undopayment:{it.id}:{each.id}",
        )
        for each in paid[:LOANS_ON_A_LIST]
    ]
    text = t("operator.choose_payment" if labels else "operator.no_payments", number=it.id)
    return Screen(text, (*choices(labels, per_row=1), (_back(t, it.id),)))


def _back(t: Translator, loan_id: int) -> Button:
    return Button(t("common.back"), f"deskloan:{loan_id}")


def _money(it: Loan, amount: int) -> Money:
    return Money(amount, ASSETS[it.asset])
