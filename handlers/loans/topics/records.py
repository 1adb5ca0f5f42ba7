"""What has been paid: how far a loan is, the last payments and what each went to, an instalment taken apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.kernel.errors import FinanceError
from finance_core.kernel.money import Money
from finance_core.loans import queries
from finance_core.loans.book.statement import StatementLine, statement
from finance_core.loans.models import InstalmentRow, Loan
from finance_core.loans.operations.finding import loan_of_receipt
from finance_core.loans.queries import LoanView
from handlers.chat.screens.base import Button
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.loans.screens.loan_statements import what
from handlers.loans.topics import person
from handlers.loans.topics.person import taps, within
from handlers.locales import Html, Translator

LONGEST_REFERENCE: Final = 12
PAYMENTS: Final = frozenset({"loan.repayment", "loan.debit", "loan.guarantor_payment"})
"""The entries that are payments on a loan."""


async def records(talk: Talk, asked: Asked) -> Answer:
    """Say how much is paid so far, what is still to pay, and how many instalments are left; the lists are buttons."""
    t, views = talk.t, await person.running(talk, asked)
    history = Button(t("menu.history"), taps("history"))
    if not views:
        ended = await queries.of_customer(talk.unit, talk.customer.id)
        past = (Button(t("loans.past_loans"), "pastloans"),) if ended else ()
        return Answer(within(await person.nothing_runs(talk), t("loan_topics.records_rule")), (*past, history))
    view = views[0]
    done = sum(row.settled_on is not None for row in view.running)
    to_come = sum(row.left for row in view.instalments)
    text = within(
        t(
            "loan_topics.records",
            loan=person.loan_name(t, view.loan),
            done=done,
            of=len(view.running),
            paid=Money(sum(row.paid for row in view.instalments), view.asset),
            repaid=view.repaid,
        ),
        t(
            "loan_topics.records_left",
            count=len(view.running) - done,
            left=Money(to_come, view.asset),
            principal=view.outstanding,
        ),
        t("loan_topics.due_now", due=view.due_now) if view.due_now else _next(t, view),
        t("loan_topics.records_rule"),
        person.others(t, views),
    )
    return Answer(text, (*_lists(t, view.loan), history))


def _lists(t: Translator, loan: Loan) -> tuple[Button, ...]:
    return (Button(t("loans.schedule"), f"schedule:{loan.id}"), Button(t("loans.statement"), f"account:{loan.id}"))


def _next(t: Translator, view: LoanView) -> Html | None:
    if view.next_due_on is None:
        return None
    return t("loan_topics.next_due", amount=view.next_due, day=view.next_due_on)


# -- a payment that is missed ---------------------------------------------------------------------------------------


async def not_recorded(talk: Talk, asked: Asked) -> Answer:
    """Show the last payments with reference, day and what each went to, and what is open since."""
    t, views, reference = talk.t, await person.running(talk, asked), asked.slots.get("reference")
    named = await _loan_of(talk, reference) if reference is not None else None
    loan = named or (views[0].loan if views else await _last(talk))
    if loan is None:
        return Answer(within(t("loan_topics.no_loan"), t("loan_topics.recorded_rule")), await _history(talk))
    paid = await _payments(talk, loan)
    matching = [line for line in paid if _is_meant(line, amount_asked(asked), reference)]
    shown = (matching or paid)[: person.MOST_LISTED]
    view = next((view for view in views if view.loan is loan), None)
    text = within(
        _recorded(t, loan, shown, _what_was_said(t, asked), found=bool(matching)),
        *[_payment(t, line) for line in shown],
        _open_since(t, view, after=bool(shown)) if view is not None else await person.nothing_runs(talk),
        t("loan_topics.recorded_rule"),
    )
    return Answer(text, (Button(t("loans.statement"), f"account:{loan.id}"), *await _history(talk)))


async def _loan_of(talk: Talk, reference: str) -> Loan | None:
    """Return the person's own loan that a receipt is about."""
    try:
        loan_id = await loan_of_receipt(talk.unit, reference)
        return await queries.by_id(talk.unit, loan_id, talk.customer.id)
    except FinanceError:
        return None


def _is_meant(line: StatementLine, said: Money | None, reference: str | None) -> bool:
    if reference is not None:
        return _word(line.reference) == _word(reference)
    return said is not None and -line.amount == said


def _word(reference: str) -> str:
    """Return a reference without what may be written in it or not: "S8F3K2QW"."""
    return "".join(letter for letter in reference.upper() if letter.isalnum())


def _what_was_said(t: Translator, asked: Asked) -> Html | None:
    """Return the reference or the sum that the question names."""
    reference, said = asked.slots.get("reference"), amount_asked(asked)
    if reference is not None:
        return t.shown(reference[:LONGEST_REFERENCE])
    return t.shown(said) if said is not None else None


async def _last(talk: Talk) -> Loan | None:
    loans = await queries.of_customer(talk.unit, talk.customer.id)
    return loans[-1] if loans else None


async def _history(talk: Talk) -> tuple[Button, ...]:
    return (Button(talk.t("menu.history"), taps("history")),)


async def _payments(talk: Talk, loan: Loan) -> list[StatementLine]:
    """Return the payments on a loan and those that were taken back, newest first."""
    return [line for line in reversed(await statement(talk.unit, loan)) if line.kind in PAYMENTS]


def _recorded(t: Translator, loan: Loan, shown: Sequence[StatementLine], said: Html | None, *, found: bool) -> Html:
    name = person.loan_name(t, loan)
    if not shown:
        return t("loan_topics.none_recorded", loan=name)
    if said is None:
        return t("loan_topics.recorded", count=len(shown), loan=name)
    return t("loan_topics.is_recorded" if found else "loan_topics.not_recorded", said=said, loan=name)


def _payment(t: Translator, line: StatementLine) -> Html:
    """Return a payment's line: the day, what it was, the sum, what it went to, the reference."""
    parts = [
        t(f"loans.of_{part}", amount=-amount)
        for part, amount in (
            ("penalty", line.penalty),
            ("fee", line.fee),
            ("interest", line.interest),
            ("principal", line.principal),
        )
        if amount
    ]
    return t(
        "loan_topics.payment",
        day=Html(t.short_day(line.value_on or line.on)),
        what=what(t, line),
        amount=-line.amount,
        parts=Html(t.listed(parts)),
        reference=line.reference,
    )


def _open_since(t: Translator, view: LoanView, *, after: bool) -> Html:
    if view.due_now:
        return t("loan_topics.open_since" if after else "loan_topics.due_now", due=view.due_now)
    return _next(t, view) or t("loan_topics.due_nothing", loan=person.loan_name(t, view.loan))


# -- a sum that looks wrong -----------------------------------------------------------------------------------------


async def amount_wrong(talk: Talk, asked: Asked) -> Answer:
    """Take the instalment that is due, or next, apart, with the one before beside it and why they differ."""
    t, views = talk.t, await person.running(talk, asked)
    if not views:
        text = within(await person.nothing_runs(talk), t("loan_topics.amount_rule"))
        return Answer(text, await person.ways_without_a_loan(talk))
    view = views[0]
    rows = view.running
    row = _in_question(view, amount_asked(asked))
    before = next((each for each in reversed(rows) if each.nr < row.nr), None)
    text = within(
        t("loan_topics.amount_is", nr=row.nr, of=rows[-1].nr, day=row.due_on, whole=Money(row.whole, view.asset)),
        _apart(t, view, row),
        t("loan_topics.amount_paid", paid=Money(row.paid, view.asset), left=Money(row.left, view.asset))
        if row.paid
        else None,
        _besides(t, view, before) if before is not None else None,
        *(_differences(t, view, row, before) if before is not None else ()),
        t("loan_topics.amount_rule"),
    )
    return Answer(text, _lists(t, view.loan))


def _in_question(view: LoanView, said: Money | None) -> InstalmentRow:
    """Return the instalment whose sum was said, else the oldest that is unpaid."""
    unpaid = [row for row in view.running if row.settled_on is None]
    of_that_sum = [row for row in unpaid if said is not None and row.whole == said.amount]
    return (of_that_sum or unpaid or view.running)[0]


def _apart(t: Translator, view: LoanView, row: InstalmentRow) -> Html:
    """Return what an instalment is made of: principal, interest with its days, and what being late has added."""
    parts = [
        t("loans.of_principal", amount=Money(row.principal, view.asset)),
        t(
            "loan_topics.interest_days",
            amount=Money(row.interest, view.asset),
            days=t("common.day", count=_days(view, row)),
        ),
    ]
    more = (
        ("loan_topics.of_late_interest", row.late_interest),
        ("loans.of_penalty", row.penalty),
        ("loans.of_fee", row.fee + row.late_fee),
    )
    parts += [t(key, amount=Money(amount, view.asset)) for key, amount in more if amount]
    return t("loan_topics.apart", parts=Html(t.listed(parts)))


def _days(view: LoanView, row: InstalmentRow) -> int:
    """Return the days of an instalment's period: since the due day before, else since the disbursement."""
    before = [each.due_on for each in view.running if each.nr < row.nr]
    start = max(before, default=view.loan.restructured_on or view.loan.disbursed_on)
    return (row.due_on - start).days


def _besides(t: Translator, view: LoanView, before: InstalmentRow) -> Html:
    return t(
        "loan_topics.amount_before",
        nr=before.nr,
        whole=Money(before.whole, view.asset),
        principal=Money(before.principal, view.asset),
        interest=Money(before.interest + before.late_interest, view.asset),
    )


def _differences(t: Translator, view: LoanView, row: InstalmentRow, before: InstalmentRow) -> list[Html]:
    """Return why two instalments differ, as far as their figures tell."""
    found = []
    if row.whole == before.whole:
        return [t("loan_topics.differs_not")]
    if row.late_interest or row.penalty or row.late_fee:
        added = Money(row.late_interest + row.penalty + row.late_fee, view.asset)
        found.append(t("loan_topics.differs_late", amount=added))
    if before.late_interest or before.penalty or before.late_fee:
        added = Money(before.late_interest + before.penalty + before.late_fee, view.asset)
        found.append(t("loan_topics.differed_late", amount=added))
    if row.principal + row.interest + row.fee != before.principal + before.interest + before.fee:
        key = "loan_topics.differs_last" if row.nr == view.running[-1].nr else "loan_topics.differs_plan"
        found.append(t(key))
    return found


# -- taking a payment back ------------------------------------------------------------------------------------------


async def undo(talk: Talk, asked: Asked) -> Answer:
    """Say that a payment stays, what the last one did, and what an officer can do where it was made twice."""
    t, views = talk.t, await person.running(talk, asked)
    loan = views[0].loan if views else await _last(talk)
    paid = await _payments(talk, loan) if loan is not None else []
    standing = [line for line in paid if not line.is_reversal]
    if loan is None or not standing:
        rule = t("loan_topics.undo_rule")
        return Answer(within(t("loan_topics.undo_none"), rule), await _history(talk))
    last = standing[0]
    twin = next((line for line in standing[1:] if line.amount == last.amount and line.on == last.on), None)
    text = within(
        t("loan_topics.undo_twice" if twin is not None else "loan_topics.undo", loan=person.loan_name(t, loan)),
        *[_payment(t, line) for line in (last, twin) if line is not None],
        _left_after(t, views[0]) if views else await person.nothing_runs(talk),
        t("loan_topics.undo_rule"),
    )
    return Answer(text, (Button(t("loans.statement"), f"account:{loan.id}"), *await _history(talk)))


def _left_after(t: Translator, view: LoanView) -> Html:
    due = t("loan_topics.due_now", due=view.due_now) if view.due_now else _next(t, view)
    left = t("loan_topics.undo_left", principal=view.outstanding)
    return within(left, due)


TOPICS: Final = (
    Topic("repay.records", records),
    Topic("repay.not_recorded", not_recorded),
    Topic("repay.amount_wrong", amount_wrong),
    Topic("repay.undo", undo),
)
