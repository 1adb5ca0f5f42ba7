"""What a loan costs beside its all-in rate: the contract's rate, what a late day costs as money, and who lends."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import TYPE_CHECKING

from finance_core.kernel.money import Money
from finance_core.kernel.rounding import Rounding, rounded
from finance_core.loans.contact.rules import cost_a_day
from finance_core.loans.products.product_terms import DAYS_A_YEAR
from handlers.chat.screens.cards import lines
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.loans.origination.quoting import Quote
    from finance_core.loans.queries import LoanView


def daily_rate(annual: Decimal) -> str:
    """Return what a rate of percent a year is a day: "0.05%"."""
    return f"{rounded(annual / DAYS_A_YEAR, Rounding.HALF_UP, places=4).normalize():f}%"


def contract_rate(t: Translator, annual: Decimal) -> Html:
    """Return the contract's rate, percent a year simple, and the same a day."""
    return t("borrow.contract_rate", annual=t.percent(annual), daily=Html(daily_rate(annual)))


def lender(t: Translator, name: str) -> Html:
    """Return who lends, by the legal name; what the lender is where no name is set."""
    return t("borrow.lender", name=name or t("contract.lender_name"))


def lender_circle(t: Translator, title: str) -> Html:
    """Return who lends a circle's loan: its members."""
    return t("borrow.lender_circle", name=title)


def late_quote(t: Translator, quote: Quote) -> Html:
    """Return what a late day of a quoted loan's instalments costs."""
    principals = [Money(line.principal, quote.principal.asset) for line in quote.schedule.instalments]
    product = quote.product
    return _late(t, principals, quote.terms.annual_rate, quote.penalty_rate, product.grace_days, product.fees.late)


def late_loan(t: Translator, view: LoanView) -> Html | None:
    """Return what a late day costs: of what is overdue, else of the instalments to come; None where none is left. Of a
    circle's loan it costs nothing: its meeting may fine it.
    """
    if view.loan.funding_circle is not None:
        return t("contract.late_circle")
    loan, open_rows = view.loan, [row for row in view.running if row.settled_on is None]
    if view.days_past_due:
        late = open_rows[: sum(due.days > 0 for due in view.dues)]
        principals = [Money(sum(row.principal - row.paid_principal for row in late), view.asset)]
    else:
        principals = [Money(row.principal - row.paid_principal, view.asset) for row in open_rows]
    fee = Money(loan.late_fee, view.asset)
    return _late(t, principals, loan.annual_rate, loan.penalty_rate, loan.grace_days, fee) if principals else None


def _late(
    t: Translator, principals: Iterable[Money], annual: Decimal, penalty: Decimal, grace_days: int, fee: Money
) -> Html:
    owed = sorted(principals)
    beyond = _a_day(t, owed, annual, penalty)
    said = (
        t("borrow.late", grace=t("common.day", count=grace_days), within=_a_day(t, owed, annual), beyond=beyond)
        if grace_days
        else t("borrow.late_at_once", beyond=beyond)
    )
    return lines(said, t("borrow.late_fee", fee=fee) if fee else None)


def _a_day(t: Translator, owed: list[Money], annual: Decimal, penalty: Decimal = Decimal(0)) -> Html:
    """Return "¥0.23", or "¥0.23 to ¥0.26" where the instalments' principals differ. `owed`: the least first."""
    least, most = (Money(cost_a_day(each.amount, annual, penalty), each.asset) for each in (owed[0], owed[-1]))
    return t.shown(least) if least == most else t("borrow.from_to", least=least, most=most)
