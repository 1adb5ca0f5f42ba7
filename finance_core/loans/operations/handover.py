"""Handing a loan over to collection, and taking it back. The ladder stands still meanwhile; contact rules hold on."""

from __future__ import annotations

from typing import Final

from sqlmodel import col, select

from finance_core.approvals import Action, Approval, Preview
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from finance_core.kernel.json import JsonObject
from finance_core.loans import queries
from finance_core.loans.events import record
from finance_core.loans.models import Loan
from finance_core.loans.operations import common
from finance_core.loans.operations.models import LoanHandover
from finance_core.loans.operations.notices import HandedOver, TakenBack
from finance_core.loans.parties import parties_to_subject
from finance_core.notices import cancel
from finance_core.notices.contact_rules import WhyNot
from finance_core.storage.unit import Unit

HAND_OVER: Final = "loan.hand_over"
TAKE_BACK: Final = "loan.take_back"


async def running_handover(unit: Unit, loan_id: int) -> LoanHandover | None:
    """Return who collects a loan now, None when nobody but us does."""
    statement = select(LoanHandover).where(LoanHandover.loan_id == loan_id, col(LoanHandover.until_on).is_(None))
    return await unit.session.scalar(statement)


async def _preview(unit: Unit, subject: str, params: JsonObject) -> Preview:
    loan = await common.running(unit, subject)
    collector = common.short_text(params, "collector")
    if await running_handover(unit, loan.id) is not None:
        raise Conflict(ErrorCode.HANDED_OVER)
    view = await queries.view(unit, loan)
    due = {"due_now": view.due_now.as_json()}
    return Preview({**due, "collector": None}, {**due, "collector": collector})


async def _hand_over(unit: Unit, approval: Approval) -> JsonObject:
    loan = await common.running(unit, approval.subject)
    collector = common.short_text(approval.params, "collector")
    unit.session.add(LoanHandover(loan_id=loan.id, collector=collector, from_on=unit.open_on))
    record(unit, loan, "handed_over", {"collector": collector})
    await cancel(unit, about=f"loan:{loan.id}", because=WhyNot.HANDED_OVER)
    await common.tell(unit, loan, HandedOver(loan=loan.id, collector=collector), approval.idempotency_key)
    return {"collector": collector}


async def _preview_back(unit: Unit, subject: str, _params: JsonObject) -> Preview:
    loan = await common.running(unit, subject)
    handover = await _handed_over(unit, loan)
    return Preview({"collector": handover.collector}, {"collector": None})


async def _take_back(unit: Unit, approval: Approval) -> JsonObject:
    loan = await common.running(unit, approval.subject)
    handover = await _handed_over(unit, loan)
    handover.until_on = unit.open_on
    record(unit, loan, "taken_back", {"collector": handover.collector})
    await common.tell(unit, loan, TakenBack(loan=loan.id, collector=handover.collector), approval.idempotency_key)
    return {"collector": handover.collector}


async def _handed_over(unit: Unit, loan: Loan) -> LoanHandover:
    handover = await running_handover(unit, loan.id)
    if handover is None:
        raise Conflict(ErrorCode.NOT_HANDED_OVER)
    return handover


_PERMISSIONS: Final = (Permission.PROPOSE_LOAN_CHANGE, Permission.APPROVE_LOAN_CHANGE)
ACTIONS: Final = (
    Action(HAND_OVER, *_PERMISSIONS, parties_to_subject, _preview, _hand_over),
    Action(TAKE_BACK, *_PERMISSIONS, parties_to_subject, _preview_back, _take_back),
)
