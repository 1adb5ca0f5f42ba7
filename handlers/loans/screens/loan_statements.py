"""A loan's schedule and its repayment curve, as pictures with the same figures in words, and its statement by lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.locales import Html, Translator
from handlers.pictures import plots

if TYPE_CHECKING:
    from finance_core.loans.book.statement import StatementLine
    from finance_core.loans.models import InstalmentRow, Loan
    from finance_core.loans.queries import LoanView
    from finance_core.reports.curves import Curve

SCHEDULE_LINES: Final = 12
"""Lines of a schedule on one card: a year of months."""

STATEMENT_LINES: Final = 6
PAID, OPEN = "✅", "▫️"
MOST_BARS: Final = 60
"""More instalments than a picture can tell apart."""

KINDS: Final = (
    *("loan_disbursement", "loan_draw", "loan_repayment", "loan_debit", "loan_cooling_off", "loan_restructure"),
    *("loan_waiver", "loan_write_off", "loan_recovery", "loan_true_up"),
)
"""The kinds of entries that a statement has a word for; whatever else is "change"."""


def schedule(t: Translator, view: LoanView, page: int) -> Screen:
    """One page of the schedule as it stands, with what is paid; the first with the same as a picture."""
    rows = view.instalments[page * SCHEDULE_LINES : (page + 1) * SCHEDULE_LINES]
    text = lines(t("loans.schedule_title"), _what_the_parts_are(t, view), "", *[_row(t, row, view) for row in rows])
    back = Button(t("common.back"), f"loan:{view.loan.id}" if view.loan.state == "active" else "pastloans")
    turn = _turn(t, f"schedule:{view.loan.id}", len(view.instalments), page, SCHEDULE_LINES)
    picture = plots.schedule(t, view) if page == 0 and 1 < len(view.instalments) <= MOST_BARS else None
    curve = Button(t("reports.curve_button"), f"curve:{view.loan.id}")
    return Screen(text, ((curve,), (*turn, back, *menu_row(t))), picture=picture)


def curve(t: Translator, loan: Loan, found: Curve) -> Screen:
    """A person's own way down, as a picture and in words."""
    left = list(found.paid.values())[-1]
    planned = [money for on, money in sorted(found.planned.items()) if on <= found.until][-1]
    ahead = planned - left
    text = lines(
        t("reports.curve", left=left, on=found.until),
        t("reports.curve_planned", planned=planned),
        t("reports.curve_ahead", amount=ahead) if ahead.amount > 0 else None,
        t("reports.curve_behind", amount=-ahead) if ahead.amount < 0 else None,
    )
    back = Button(t("menu.loans"), "do:loans")
    return Screen(text, ((back, *menu_row(t)),), picture=plots.repayment_curve(t, found))


def _what_the_parts_are(t: Translator, view: LoanView) -> Html:
    has_more = any(row.fee + row.late_fee + row.penalty for row in view.instalments)
    return t("borrow.parts_and_more" if has_more else "borrow.parts_are")


def _row(t: Translator, row: InstalmentRow, view: LoanView) -> Html:
    paid, left = Money(row.paid, view.asset), Money(row.left, view.asset)
    mark = PAID if row.settled_on or (paid and not left) else OPEN
    line = Html(f"{mark} {row.nr}. {t.short_day(row.due_on)} · {t.money(paid + left)}")
    if mark == PAID:
        line = t("loans.row_paid", line=line)
    parts = _row_parts(t, row, view)
    if not row.settled_on and paid and left:
        line = t("loans.row_part_paid", line=line, paid=paid, left=left)
    return lines(line, f"    = {parts}")


def _row_parts(t: Translator, row: InstalmentRow, view: LoanView) -> str:
    """Return what an instalment consists of: principal, interest, and what else there is of it."""
    more = [part for part in (row.fee + row.late_fee, row.penalty) if part]
    parts = (row.principal, row.interest + row.late_interest, *more)
    return " + ".join(t.money(Money(part, view.asset)) for part in parts)


def statement(t: Translator, loan: Loan, kept: Sequence[StatementLine], page: int) -> Screen:
    """One page of a statement, newest line first, with the whole of it as CSV and PDF."""
    shown = list(reversed(kept))[page * STATEMENT_LINES : (page + 1) * STATEMENT_LINES]
    text = lines(title(t, loan), "", *[_line(t, line) for line in shown] or [t("loans.no_lines")])
    files = (Button(t("loans.csv"), f"accountcsv:{loan.id}"), Button(t("loans.pdf"), f"accountpdf:{loan.id}"))
    back = Button(t("common.back"), f"loan:{loan.id}" if loan.state == "active" else f"pastloan:{loan.id}")
    turn = _turn(t, f"account:{loan.id}", len(kept), page, STATEMENT_LINES)
    return Screen(text, (files, (*turn, back)))


def title(t: Translator, loan: Loan) -> Html:
    """Return the first line of a loan's statement."""
    return t("loans.statement_title", principal=Money(loan.principal, ASSETS[loan.asset]), day=loan.disbursed_on)


def _line(t: Translator, line: StatementLine) -> Html:
    sign = "+" if line.amount.amount > 0 else ""
    head = t(
        "loans.line",
        day=t.short_day(line.on),
        what=what(t, line),
        amount=f"{sign}{t.money(line.amount)}",
        balance=line.balance,
        reference=line.reference,
    )
    return lines(head, _parts(t, line))


def _parts(t: Translator, line: StatementLine) -> Html | None:
    """Return what a line's sum went to, when it went to more than one thing."""
    named = [("principal", line.principal), ("interest", line.interest), ("fee", line.fee), ("penalty", line.penalty)]
    parts = [t(f"loans.of_{name}", amount=Money(abs(part.amount), part.asset)) for name, part in named if part]
    return Html("   " + " · ".join(parts)) if len(parts) > 1 else None


def what(t: Translator, line: StatementLine) -> Html:
    """Return what an entry was, in words."""
    kind = line.kind.replace(".", "_")
    said = t(f"loans.kind_{kind if kind in KINDS else 'other'}")
    return t("loans.undone", what=said) if line.is_reversal else said


def csv_table(t: Translator, kept: Sequence[StatementLine]) -> str:
    """Return the whole statement as CSV, oldest line first."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(t("loans.csv_header").split(","))
    for line in kept:
        sums = (line.amount, line.principal, line.interest, line.fee, line.penalty, line.balance)
        writer.writerow([line.on, what(t, line), *(each.decimal for each in sums), line.reference])
    return table.getvalue()


def _turn(t: Translator, data: str, count: int, page: int, per_page: int) -> tuple[Button, ...]:
    newer = [Button(t("loans.page_back"), f"{data}:{page - 1}")] if page else []
    older = [Button(t("loans.page_on"), f"{data}:{page + 1}")] if count > (page + 1) * per_page else []
    return (*newer, *older)
