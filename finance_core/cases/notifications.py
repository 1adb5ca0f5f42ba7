"""Telling operators of cases: whose it is or who stands in for them, all who may answer where it is nobody's yet."""

from __future__ import annotations

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from finance_core.cases.models import ServiceCase
from finance_core.cases.notices import (
    CaseAdded,
    CaseDue,
    CasePassedOn,
    CaseReopened,
    CaseTakenOver,
    CaseTurned,
    CaseWaits,
)
from finance_core.cases.rules import CaseKind
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, holders, may
from finance_core.customers.same_person import accounts_of
from finance_core.desk.absence import acts_for
from finance_core.notices import Content, Notice, Urgency, enqueue, enqueue_many, working_hours
from finance_core.storage.unit import Unit


async def tell_operators(unit: Unit, case: ServiceCase) -> None:
    """Tell all who may answer it that a case waits; who is not well disturbs them at night, too."""
    urgency = Urgency.SECURITY if case.kind == CaseKind.DISTRESS else Urgency.RECEIPT
    content = CaseWaits(case=case.id, topic=case.topic, case_kind=case.kind)
    await _tell(unit, case, content, str(case.id), await who_may_answer(unit, case), urgency)


async def tell_of_more(unit: Unit, case: ServiceCase, key: str, *, was_asked: bool) -> None:
    """Tell whose case it is that the person wrote more: an answer each time, else once an hour. Nobody's: nobody."""
    if case.officer_id is None:
        return
    content = CaseAdded(case=case.id, topic=case.topic, is_answer=was_asked)
    told = key if was_asked else f"{case.id}:{unit.now:%Y-%m-%dT%H}"
    await _tell(unit, case, content, told, await responsible(unit, case))


async def tell_of_reopened(unit: Unit, case: ServiceCase) -> None:
    """Tell whose case it is, or all who may answer, that the person took it up again."""
    content = CaseReopened(case=case.id, topic=case.topic)
    await _tell(unit, case, content, f"{case.id}:{unit.now.isoformat()}", await responsible(unit, case))


async def tell_of_deadline(unit: Unit, case: ServiceCase) -> None:
    """Tell whose case it is, or all who may answer, that its deadline comes or has passed."""
    due = case.due_at.astimezone(unit.zone)
    content = CaseDue(
        case=case.id,
        topic=case.topic,
        case_kind=case.kind,
        due_on=due.date(),
        at=f"{due:%H:%M}",
        is_overdue=unit.now >= case.due_at,
    )
    await _tell(unit, case, content, f"{case.id}:{case.remind_at}", await responsible(unit, case))


async def tell_of_its_kind(unit: Unit, case: ServiceCase) -> None:
    """Tell a person that their question is a complaint, or a dispute, from now on, and by when it is answered."""
    due = case.due_at.astimezone(ZoneInfo((await by_id(unit, case.customer_id)).zone))
    content = CaseTurned(case=case.id, topic=case.topic, case_kind=case.kind, due_on=due.date(), at=f"{due:%H:%M}")
    key = f"{content.kind}:{case.id}"
    about = f"case:{case.id}"
    await enqueue(unit, content, urgency=Urgency.RECEIPT, key=key, customer_id=case.customer_id, about=about)


async def tell_colleague(unit: Unit, case: ServiceCase, content: CasePassedOn | CaseTakenOver, whom: int) -> None:
    """Tell a colleague that a case is theirs, or no more."""
    await _tell(unit, case, content, f"{case.id}:{unit.now.isoformat()}", [whom])


async def who_may_answer(unit: Unit, case: ServiceCase) -> list[int]:
    """Return who may answer a case: neither whose it is, nor under another account of theirs."""
    own = await accounts_of(unit, case.customer_id)
    return [each for each in await holders(unit, Permission.ANSWER_CASES) if each not in own]


async def responsible(unit: Unit, case: ServiceCase) -> list[int]:
    """Return who is told of a case: who has it or stands in for them; all who may answer where nobody does."""
    if case.officer_id is not None:
        whose = await acts_for(unit, case.officer_id)
        if await may(unit, whose, Permission.ANSWER_CASES):
            return [whose]
    return await who_may_answer(unit, case)


async def _tell(
    unit: Unit,
    case: ServiceCase,
    content: Content,
    name: str,
    whom: Iterable[int],
    urgency: Urgency = Urgency.RECEIPT,
) -> None:
    notices = [
        Notice(
            content=content,
            urgency=urgency,
            not_before=None if urgency is Urgency.SECURITY else working_hours(unit.now, unit.zone),
            key=f"{content.kind}:{name}:{each}",
            customer_id=each,
            about=f"case:{case.id}",
        )
        for each in whom
    ]
    await enqueue_many(unit, notices)
