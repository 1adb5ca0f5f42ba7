"""What is told to those who borrow together: privately, to each, and never who of the others has not signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from finance_core.customers import queries as customers
from finance_core.customers.service import name_associated_data
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans.origination import applications, notices
from finance_core.loans.origination.group_models import GroupLoan
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.notices import Content, Notice, Urgency, enqueue, enqueue_many, sealed
from finance_core.storage.unit import Unit


async def opened(unit: Unit, group: GroupLoan, people: Sequence[int]) -> None:
    """Ask each but the opener for their line."""
    opener = await customers.by_id(unit, group.opened_by)
    name = sealed(opener.name_sealed, name_associated_data(opener.id))
    sum_each = Money(group.principal, BASE_CURRENCY) if group.principal is not None else None
    content = notices.GroupLoanOpened(
        group=group.id, name=name, until_on=last_day(unit, group), sum=sum_each, count=group.count
    )
    await _tell(unit, group, content, [who for who in people if who != opener.id])


async def to_sign(unit: Unit, group: GroupLoan, people: Sequence[int]) -> None:
    """Ask people for their signature."""
    await _tell(unit, group, notices.GroupLoanToSign(group=group.id, until_on=last_day(unit, group)), people)


async def lapsed(unit: Unit, group: GroupLoan, people: Sequence[int]) -> None:
    """Tell people that it has not come about, and nobody is paid: never why, or by whom."""
    await _tell(unit, group, notices.GroupLoanLapsed(group=group.id), people, Urgency.REMINDER)


async def line_fell(unit: Unit, application: LoanApplication) -> None:
    """Tell somebody, and nobody else, that their line is not approved any more, and why."""
    if application.state != ApplicationState.DECLINED:
        return
    content = notices.Declined(
        sum=applications.principal_of(application),
        application=application.id,
        until_on=None,
        reasons=tuple(application.reasons),
    )
    await enqueue(
        unit,
        content,
        customer_id=application.customer_id,
        urgency=Urgency.SYSTEM,
        key=f"{content.kind}:{application.id}:{unit.now.isoformat()}",
        about=f"application:{application.id}",
    )


def last_day(unit: Unit, group: GroupLoan) -> date:
    """Return the day on whose wall the application ends."""
    return (group.expires_at - timedelta(microseconds=1)).astimezone(unit.zone).date()


async def _tell(
    unit: Unit, group: GroupLoan, content: Content, people: Sequence[int], urgency: Urgency = Urgency.SYSTEM
) -> None:
    told = [
        Notice(
            customer_id=who,
            content=content,
            urgency=urgency,
            key=f"{content.kind}:{group.id}:{who}:{unit.now.isoformat()}",
            about=f"group_loan:{group.id}",
        )
        for who in people
    ]
    await enqueue_many(unit, told)
