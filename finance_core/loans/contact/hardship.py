"""Hardship: somebody cannot pay as agreed. They say what has changed and what they could pay; an officer gets the case
with a proposal; reminders pause for a week. Interest goes on, and nothing is changed without a second person.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.approvals import audit, require_no_party
from finance_core.catalogue import product_version
from finance_core.customers.roles import Permission, holders, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import PeriodUnit, add_periods
from finance_core.loans import queries
from finance_core.loans.contact import promises
from finance_core.loans.contact.models import CaseState, HardshipCase
from finance_core.loans.contact.notices import HardshipWaits
from finance_core.loans.contact.rules import HARDSHIP_PAUSE_DAYS, HardshipReason, Proposal, propose
from finance_core.loans.events import record
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.parties import parties_to_loan
from finance_core.loans.products.parts import Tenor
from finance_core.loans.products.product import loan_product
from finance_core.loans.products.product_terms import LoanProduct
from finance_core.loans.rules.schedule import schedule
from finance_core.loans.rules.terms import Method, Terms
from finance_core.notices import Notice, Urgency, cancel, enqueue_many
from finance_core.notices.contact_rules import WhyNot
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

LONGEST_NOTE: Final = 500
MONTHS_A_YEAR: Final = 12
MONTH_IN_UNITS: Final = {PeriodUnit.MONTH: 1, PeriodUnit.WEEK: 4, PeriodUnit.DAY: 30}
PERIODS_A_YEAR: Final = {PeriodUnit.MONTH: 12, PeriodUnit.WEEK: 52, PeriodUnit.DAY: 365}

_LAST: Final = 2**63 - 1

OPEN: Final = "SELECT id FROM hardship_case WHERE state <> 'closed'"

CHANGE: Final = "loan.restructure"
"""The action by which a case is helped; what is proposed for its loan from the case's day on belongs to it."""

_SETTLE: Final = text(
    """
    UPDATE hardship_case h SET state = now.state, approval_id = now.approval_id,
        closed_at = CASE WHEN now.state = 'closed' THEN CAST(:now AS timestamptz) END
    FROM (
        SELECT h.id, a.id AS approval_id, CASE
            WHEN l.state <> 'active' OR a.state = 'approved' THEN 'closed'
            WHEN a.state = 'open' THEN 'proposed'
            ELSE 'open' END AS state
        FROM hardship_case h
            JOIN loan l ON l.id = h.loan_id
            LEFT JOIN LATERAL (
                SELECT id, state FROM approval
                WHERE action = :change AND subject = 'loan:' || h.loan_id AND made_at >= h.opened_at
                ORDER BY id DESC LIMIT 1
            ) a ON true
        WHERE h.id > :after AND h.id <= :upto AND h.state <> 'closed'
    ) now
    WHERE h.id = now.id AND (h.state, h.approval_id) IS DISTINCT FROM (now.state, now.approval_id)
    """
)


@dataclass(frozen=True, slots=True)
class Case:
    """A case as an officer sees it: the loan as it stands, what was said, what a rule proposes."""

    case: HardshipCase
    view: queries.LoanView
    can_pay: Money
    """A month."""
    proposal: Proposal

    @property
    def instalment(self) -> Money:
        """What one instalment of the proposed schedule is."""
        return Money(self.proposal.instalment, self.view.asset)

    @property
    def holiday_periods(self) -> int:
        """The holiday in the loan's own periods: a month is four weeks or thirty days of them."""
        a_month = MONTH_IN_UNITS[PeriodUnit(self.view.loan.unit)]
        return self.proposal.holiday_months * a_month // self.view.loan.every


async def open_case(
    unit: Unit, cipher: Cipher, loan_id: int, *, reason: HardshipReason, note: str, can_pay: Money, key: str
) -> Case:
    """Take down that a loan cannot be paid as agreed, propose what could be, tell the officers, pause the reminders.

    Args:
        note: what the person wrote about it, "" for nothing; stored encrypted, read by officers only.
        can_pay: what could be paid a month, zero for nothing.

    Raises:
        Conflict: `loan_settled`. RuleViolation: `hardship_open`; `loan_of_circle`: its members decide on it.
        InvalidInput: `note_too_long`.
    """
    loan = await queries.locked(unit, loan_id)
    if loan.state != LoanState.ACTIVE:
        raise Conflict(ErrorCode.LOAN_SETTLED)
    if loan.funding_circle is not None:
        raise RuleViolation(ErrorCode.LOAN_OF_CIRCLE)
    if await case_of(unit, loan.id) is not None:
        raise RuleViolation(ErrorCode.HARDSHIP_OPEN)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput(ErrorCode.NOTE_TOO_LONG, most=LONGEST_NOTE)
    view = await queries.view(unit, loan)
    proposal = await proposal_for(unit, view, reason, can_pay)
    case = HardshipCase(
        key=key,
        loan_id=loan.id,
        customer_id=loan.customer_id,
        reason=reason,
        can_pay=can_pay.amount,
        proposal=proposal.as_json(),
        opened_on=unit.open_on,
        opened_at=unit.now,
        paused_until=unit.open_on + timedelta(days=HARDSHIP_PAUSE_DAYS),
        state=CaseState.OPEN,
    )
    unit.session.add(case)
    await unit.session.flush()
    case.note_sealed = cipher.encrypt(note.encode(), note_associated_data(case.id)) if note else None
    record(unit, loan, "hardship", {"reason": reason.value, "can_pay": can_pay.amount, "case": case.id})
    await promises.withdraw(unit, loan)
    await cancel(unit, about=f"loan:{loan.id}", because=WhyNot.HARDSHIP)
    await _tell_officers(unit, case)
    return Case(case, view, can_pay, proposal)


def note_associated_data(case_id: int) -> str:
    """Return the associated data that a note's encryption is bound to."""
    return f"hardship_case.note:{case_id}"


async def proposal_for(unit: Unit, view: queries.LoanView, reason: HardshipReason, can_pay: Money) -> Proposal:
    """Return what the rule proposes when `can_pay` could be paid a month: all that is owed, planned anew."""
    product = loan_product(await product_version(unit, view.loan.product, view.loan.product_version))
    period = _period(view.loan)
    left = sum(row.settled_on is None for row in view.instalments)
    an_instalment = can_pay.amount * MONTHS_A_YEAR * period.every // PERIODS_A_YEAR[period.unit]
    return propose(reason, an_instalment, max(left, 1), _level(product, period, view, unit.open_on))


async def open_cases(unit: Unit) -> Sequence[HardshipCase]:
    """Return the cases that wait for an officer or for a second person, oldest first."""
    statement = select(HardshipCase).where(HardshipCase.state != CaseState.CLOSED).order_by(col(HardshipCase.id))
    return (await unit.session.scalars(statement.execution_options(populate_existing=True))).all()


async def queue(unit: Unit, officer_id: int) -> Sequence[HardshipCase]:
    """Return the open cases for an officer, without those of a loan that they owe or stand for.

    Raises:
        NotAllowed: `no_permission`.
    """
    await require(unit, officer_id, Permission.HELP_IN_HARDSHIP)
    await settle_cases(unit)
    return [case for case in await open_cases(unit) if officer_id not in await parties_to_loan(unit, case.loan_id)]


async def case_of(unit: Unit, loan_id: int) -> HardshipCase | None:
    """Return a loan's open case, None when it has none."""
    statement = select(HardshipCase).where(HardshipCase.loan_id == loan_id, HardshipCase.state != CaseState.CLOSED)
    return await unit.session.scalar(statement)


async def look_at(unit: Unit, case_id: int, officer_id: int) -> Case:
    """Return a case for an officer, who is its officer from then on if it had none; that they looked is on record.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case` (closed ones are not found either).
    """
    await require(unit, officer_id, Permission.HELP_IN_HARDSHIP)
    case = await _locked_open(unit, case_id, officer_id)
    case.officer_id = case.officer_id or officer_id
    audit.record(unit, officer_id, "look", f"loan:{case.loan_id}", {"at": "hardship", "case": case.id})
    loan = await unit.session.get_one(Loan, case.loan_id)
    view = await queries.view(unit, loan)
    return Case(case, view, Money(case.can_pay, view.asset), Proposal.of_json(case.proposal))


async def close_case(unit: Unit, case_id: int, officer_id: int) -> HardshipCase:
    """Close a case without changing the loan: it was talked over, or has passed. Reminders come again.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`.
    """
    await require(unit, officer_id, Permission.HELP_IN_HARDSHIP)
    case = await _locked_open(unit, case_id, officer_id)
    case.state, case.closed_at, case.officer_id = CaseState.CLOSED, unit.now, officer_id
    loan = await unit.session.get_one(Loan, case.loan_id)
    record(unit, loan, "hardship_closed", {"case": case.id})
    return case


async def give(unit: Unit, case_id: int, giver_id: int, colleague_id: int) -> None:
    """Make a case a colleague's, or one's own.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `case`.
    """
    await require(unit, giver_id, Permission.HELP_IN_HARDSHIP)
    case = await _locked_open(unit, case_id, giver_id)
    case.officer_id = colleague_id
    await unit.session.flush()


async def settle_cases(unit: Unit, after: int = 0, upto: int = _LAST) -> None:
    """Follow what was proposed for the loans of the cases `after < id <= upto`: waiting, approved, or open again."""
    await unit.session.execute(_SETTLE, {"after": after, "upto": upto, "now": unit.now, "change": CHANGE})


async def _locked_open(unit: Unit, case_id: int, officer_id: int) -> HardshipCase:
    statement = select(HardshipCase).where(HardshipCase.id == case_id, HardshipCase.state != CaseState.CLOSED)
    case = await unit.session.scalar(statement.with_for_update().execution_options(populate_existing=True))
    if case is None:
        raise NotFound(ErrorCode.CASE)
    require_no_party(await parties_to_loan(unit, case.loan_id), officer_id)
    return case


def _period(loan: Loan) -> Tenor:
    """Return one period of a loan that is planned anew: its own, a month for one that was to be paid at its end."""
    return Tenor(1, PeriodUnit(loan.unit), loan.every) if loan.count > 1 else Tenor(1, PeriodUnit.MONTH)


def _level(product: LoanProduct, period: Tenor, view: queries.LoanView, today: date) -> Callable[[int, int], int]:
    """Return the function that gives the level instalment of all that is owed, by count and months of holiday."""

    def level(count: int, holiday_months: int) -> int:
        after = add_periods(today, holiday_months, PeriodUnit.MONTH)
        terms = product.terms(view.settlement, replace(period, count=count), view.loan.annual_rate, today)
        return schedule(_plain(terms, add_periods(after, period.every, period.unit))).instalments[0].total

    return level


def _plain(terms: Terms, first_due_on: date) -> Terms:
    return replace(
        terms,
        method=Method.EQUAL_INSTALMENTS,
        first_due_on=first_due_on,
        fee_at_disbursement=0,
        fee_each_instalment=0,
        grace_principal=0,
        grace_interest=0,
    )


async def _tell_officers(unit: Unit, case: HardshipCase) -> None:
    waits = HardshipWaits(case=case.id, loan=case.loan_id)
    officers = await holders(unit, Permission.HELP_IN_HARDSHIP)
    parties = await parties_to_loan(unit, case.loan_id)
    await enqueue_many(
        unit,
        [
            Notice(
                content=waits,
                urgency=Urgency.SYSTEM,
                key=f"{waits.kind}:{case.id}:{officer}",
                customer_id=officer,
            )
            for officer in officers
            if officer not in parties
        ],
    )
