"""An offered schedule as its borrower sees it, and a loan that is closed in the books and still owed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from finance_core.kernel.money import Money
from finance_core.loans.models import Loan
from finance_core.loans.operations.notices import RestructureOffered, WrittenOff
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.loans.intents import Agreed, AgreeToPlan, Recover, Recovered
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.operations.restructure import Plan


def offered(t: Translator, told: RestructureOffered) -> Screen:
    """A new schedule is offered: the notice, with a button to look at it."""
    look = Button(t("agreement.look"), f"planoffer:{told.offer}")
    return Screen(t("agreement.offered", until_on=told.until_on), ((look,),))


def plan(t: Translator, planned: Plan, offer_id: int, token: str, version: int) -> Screen:
    """What the new schedule is and what it costs, with the buttons to agree and to decline."""
    asset = planned.schedule.asset
    text = lines(
        t("borrow.all_in", rate=t.percent(planned.all_in_rate)),
        t("agreement.plan"),
        "",
        t("agreement.plan_balance", sum=Money(planned.balance, asset)),
        t("agreement.plan_arrears", arrears=Money(planned.capitalised, asset)) if planned.capitalised else None,
        t(
            "agreement.plan_lines",
            count=planned.count,
            instalment=Money(planned.instalment, asset),
            first=planned.schedule.instalments[0].due_on,
            last=planned.ends_on,
        ),
        t(
            "agreement.plan_cost",
            interest=Money(planned.schedule.interest, asset),
            rate=t.percent(planned.wanted.rate),
        ),
    )
    agree = Button(t("agreement.agree"), f"ok:{token}:{version}")
    decline = Button(t("agreement.decline"), f"noplan:{offer_id}")
    return Screen(text, ((agree, decline),))


def declined(t: Translator) -> Screen:
    """The loan stays as it is."""
    return Screen(t("agreement.declined"), (menu_row(t),))


def agreed(t: Translator, params: AgreeToPlan, result: Agreed) -> Screen:
    """The new schedule has taken effect."""
    return Screen(t("agreement.agreed"), ((Button(t("menu.loans"), "do:loans"),), menu_row(t)))


def written_off(t: Translator, told: WrittenOff) -> Screen:
    """A loan is closed in the books: the notice, with a button to pay on it."""
    text = t("agreement.written_off", sum=told.sum, reference=told.reference)
    return Screen(text, ((_pay(t, told.loan),),))


def owed(t: Translator, loan: Loan, amount: Money) -> Screen:
    """A closed loan among a person's loans, with a button to pay on it."""
    past = Button(t("loans.past_loans"), "pastloans")
    return Screen(t("agreement.owed", sum=amount), ((_pay(t, loan.id),), (past, *menu_row(t))))


def ask_sum(t: Translator, loan: Loan, amount: Money) -> Screen:
    """Ask how much is paid."""
    whole = Button(t("agreement.pay_all", sum=amount), f"closedall:{loan.id}")
    return Screen(t("agreement.ask_sum", sum=amount), ((whole,), menu_row(t)))


def pay_card(t: Translator, amount: Money) -> Html:
    """What would be paid."""
    return t("agreement.pay_card", sum=amount)


def paid(t: Translator, params: Recover, result: Recovered) -> Screen:
    """What was paid, and what is still owed."""
    text = t("agreement.paid", sum=result.sum, left=result.left, reference=result.reference)
    return Screen(text, (menu_row(t),))


def _pay(t: Translator, loan_id: int) -> Button:
    return Button(t("agreement.pay"), f"closedloan:{loan_id}")
