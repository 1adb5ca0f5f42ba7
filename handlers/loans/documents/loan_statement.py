"""A loan's statement as a paper: where it stands, and every line since it was paid out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from finance_core.kernel.money import Money
from finance_core.loans.book.statement import StatementLine
from finance_core.loans.queries import LoanView
from handlers.documents.paper import Document
from handlers.loans.documents.contract import number
from handlers.loans.screens.loan_statements import what
from handlers.locales import Translator


def statement_document(
    t: Translator, view: LoanView, kept: Sequence[StatementLine], name: str, now: datetime, today: date
) -> Document:
    """Return the statement's text; `name` is the borrower's."""
    loan = view.loan
    rows = [[t.short_day(line.on), str(what(t, line)), *_sums(t, line), line.reference] for line in kept]
    return Document(
        title=str(t("loans.paper_title")),
        subtitle=str(t("contract.subtitle", number=number(loan.id), day=loan.disbursed_on)),
        headline=t.money(view.settlement),
        under=str(t("loans.paper_under", day=today)),
        blocks=(
            ("fact", str(t("contract.borrower")), name),
            ("fact", str(t("contract.lent")), t.money(Money(loan.principal, view.asset))),
            ("fact", str(t("loans.paper_left")), t.money(view.outstanding)),
            ("fact", str(t("loans.paper_due")), t.money(view.due_now)),
            ("heading", str(t("loans.paper_lines"))),
            ("table", str(t("loans.paper_header")).split(","), rows),
        ),
        footer=str(t("contract.footer", number=number(loan.id))),
        dated=now,
    )


def _sums(t: Translator, line: StatementLine) -> list[str]:
    cost = line.interest + line.fee + line.penalty
    return [t.money(each) for each in (line.amount, line.principal, cost, line.balance)]
