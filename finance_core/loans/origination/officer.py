"""What officers do: the queue of referred applications, a look at one, a decision that the person is told."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import col, select

from finance_core.approvals import audit, require_no_party
from finance_core.customers import queries as customers
from finance_core.customers.models import Customer
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.kernel.money import ASSETS, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.loans.origination import group_loans
from finance_core.loans.origination.applications import call_off_lateness, due_at, end_of, locked
from finance_core.loans.origination.decision import MAX_REASONS, OFFICERS_CANNOT, Decision, Reason
from finance_core.loans.origination.group_lines import besides_of
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.loans.origination.notices import Approved, Decided, Declined
from finance_core.loans.origination.quoting import Quote, decision, quote, require_sum
from finance_core.loans.parties import parties_to_application
from finance_core.notices import Urgency, enqueue
from finance_core.storage.unit import Unit

PAGE: Final = 20
"""Applications of one look at the queue."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One application of the queue."""

    application: LoanApplication
    due_at: datetime
    is_late: bool

    @property
    def principal(self) -> Money:
        """What was applied for."""
        return Money(self.application.principal, ASSETS[self.application.asset])


@dataclass(frozen=True, slots=True)
class File:
    """An application as an officer sees it: what was asked, what it costs and what the rules say as of now."""

    waiting: Waiting
    customer: Customer
    quote: Quote
    decision: Decision
    besides: Money | None = None
    """Of a line of a group: what shares of the others' loans would take a month."""

    @property
    def insurmountable(self) -> tuple[Reason, ...]:
        """What an approval would not get over."""
        return tuple(reason for reason in self.decision.reasons if reason in OFFICERS_CANNOT)

    @property
    def most(self) -> Money:
        """What can be approved at most: what was asked for, or in whole steps what the tier leaves."""
        step = self.quote.product.step.amount
        room = Money(self.decision.tier_room.amount // step * step, self.quote.product.asset)
        return min(self.waiting.principal, room)

    @property
    def may_be_approved(self) -> bool:
        """Whether an officer may approve it, if only for less."""
        return not self.insurmountable and self.most >= self.quote.product.minimum


async def queue(unit: Unit, officer_id: int) -> list[Waiting]:
    """Return the applications that wait, oldest first, without the officer's own.

    Raises:
        NotAllowed: `no_permission`.
    """
    await require(unit, officer_id, Permission.DECIDE_APPLICATIONS)
    statement = select(LoanApplication).where(
        LoanApplication.state == ApplicationState.REFERRED, LoanApplication.customer_id != officer_id
    )
    oldest = statement.order_by(col(LoanApplication.referred_at), col(LoanApplication.id)).limit(PAGE)
    return [_waiting(unit, each) for each in await unit.session.scalars(oldest)]


async def look(unit: Unit, application_id: int, officer_id: int) -> File:
    """Open an application; that somebody looked is on record.

    Raises:
        NotAllowed: `no_permission`, `own_application`, `own_dealing` (they stand for it). NotFound: `application`.
        Conflict: `application_decided`.
    """
    application = await _to_decide(unit, application_id, officer_id)
    audit.record(unit, officer_id, "look", f"customer:{application.customer_id}", {"application": application.id})
    return await _file(unit, application, Money(application.principal, ASSETS[application.asset]))


async def approve(unit: Unit, application_id: int, officer_id: int, principal: Money | None = None) -> LoanApplication:
    """Approve an application, or a smaller sum; the person is told, and has the product's days to take the offer.

    Raises:
        NotAllowed, NotFound, Conflict: as `look`.
        RuleViolation: `application_hard` with `reasons`: what an officer cannot overrule, as things stand;
            `application_above_tier` with `most`.
        InvalidInput: `loan_amount_range`; `approved_above_asked` with `asked`.
    """
    application = await _to_decide(unit, application_id, officer_id)
    asked = Money(application.principal, ASSETS[application.asset])
    approved = principal or asked
    if approved > asked:
        raise InvalidInput(ErrorCode.APPROVED_ABOVE_ASKED, asked=asked)
    file = await _file(unit, application, approved)
    if file.insurmountable:
        raise RuleViolation(ErrorCode.APPLICATION_HARD, reasons=", ".join(file.insurmountable))
    if approved > file.most:
        raise RuleViolation(ErrorCode.APPLICATION_ABOVE_TIER, most=file.most)
    application.approved_principal = approved.amount
    application.expires_at = end_of(unit, unit.open_on + timedelta(days=file.quote.product.offer_days))
    await _decide(unit, application, ApplicationState.APPROVED, officer_id)
    until_on = _last_day(unit, application)
    told = Approved(sum=approved, application=application.id, until_on=until_on, reasons=())
    await _tell(unit, application, told)
    await group_loans.moved(unit, application)
    return application


async def decline(unit: Unit, application_id: int, officer_id: int, reasons: Collection[Reason]) -> LoanApplication:
    """Decline an application with one to four reasons, each of which says what would change it.

    Raises:
        NotAllowed, NotFound, Conflict: as `look`. InvalidInput: `reasons_wanted` with `most`.
    """
    if not 1 <= len(set(reasons)) <= MAX_REASONS:
        raise InvalidInput(ErrorCode.REASONS_WANTED, most=MAX_REASONS)
    application = await _to_decide(unit, application_id, officer_id)
    application.reasons = [str(reason) for reason in Reason if reason in reasons]
    await _decide(unit, application, ApplicationState.DECLINED, officer_id)
    asked = Money(application.principal, ASSETS[application.asset])
    told = Declined(
        sum=asked,
        application=application.id,
        until_on=_last_day(unit, application),
        reasons=tuple(application.reasons),
    )
    await _tell(unit, application, told)
    return application


def _waiting(unit: Unit, application: LoanApplication) -> Waiting:
    due = due_at(application)
    return Waiting(application, due, unit.now > due)


async def _to_decide(unit: Unit, application_id: int, officer_id: int) -> LoanApplication:
    await require(unit, officer_id, Permission.DECIDE_APPLICATIONS)
    application = await locked(unit, application_id)
    if application.customer_id == officer_id:
        raise NotAllowed(ErrorCode.OWN_APPLICATION)
    require_no_party(await parties_to_application(unit, application), officer_id)
    if application.state != ApplicationState.REFERRED:
        raise Conflict(ErrorCode.APPLICATION_DECIDED)
    return application


async def _file(unit: Unit, application: LoanApplication, principal: Money) -> File:
    customer = await customers.by_id(unit, application.customer_id)
    period = PeriodUnit(application.unit)
    offered = await quote(unit, customer, principal, application.count, application.product, period)
    require_sum(offered.product, principal)
    besides = await besides_of(unit, application)
    decided = await decision(unit, customer, offered, refinances=application.refinances, besides=besides)
    return File(_waiting(unit, application), customer, offered, decided, besides)


async def _decide(unit: Unit, application: LoanApplication, state: ApplicationState, officer_id: int) -> None:
    application.state = state
    application.decided_at, application.decided_by = unit.now, f"operator:{officer_id}"
    await call_off_lateness(unit, application, because="decided")
    audit.record(unit, officer_id, f"application_{state}", f"application:{application.id}", {})


def _last_day(unit: Unit, application: LoanApplication) -> date | None:
    """Return the last day on which an offer stands, None where there is none."""
    expires_at = application.expires_at
    return expires_at.astimezone(unit.zone).date() - timedelta(days=1) if expires_at else None


async def _tell(unit: Unit, application: LoanApplication, decided: Decided) -> None:
    await enqueue(
        unit,
        decided,
        customer_id=application.customer_id,
        urgency=Urgency.SYSTEM,
        key=f"{decided.kind}:{application.id}:{unit.now.isoformat()}",
        about=f"application:{application.id}",
    )
