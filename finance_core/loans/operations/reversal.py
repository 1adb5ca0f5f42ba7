"""A payment taken back after later ones were booked: it was never received, so the loan is made what it would be.

The later payments are reversed newest first, then the payment; its rows are made what they were before it; the days and
the later payments are lived through again (`replay`); what the days charge otherwise is posted (`true_up`).
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.approvals import Action, Approval, Preview
from finance_core.customers.roles import Permission
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotFound, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.kernel.money import ASSETS, Money
from finance_core.loans import queries
from finance_core.loans.events import record
from finance_core.loans.models import Loan, LoanPayment, LoanState
from finance_core.loans.operations import common, waive
from finance_core.loans.operations.notices import PaymentReversed
from finance_core.loans.operations.replay import replay_days
from finance_core.loans.operations.true_up import true_up
from finance_core.loans.parties import parties_to_subject
from finance_core.loans.repayment.repayment import bring_up_to_date
from finance_core.storage.unit import Unit

ACTION: Final = "loan.reverse_payment"
GUARANTORS: Final = "loan.guarantor_payment"
"""Money of theirs that really came: what it makes the borrower owe them is theirs to give back."""

KeepSource = Callable[[Unit, int, str], Awaitable[None]]
"""Takes the unit, the entry of a payment that was reversed, and a key: writes again what brought the payment's money,
as that stays done. Where money comes from is other lines' business (`journeys/redemptions.py`)."""

_PLANNED_OTHERWISE: Final = text(
    """
    SELECT count(*) FROM schedule_version
    WHERE loan_id = :loan AND from_on >= :on AND reason NOT IN ('signed', 'paid_ahead')
    """
)
_SINCE: Final = text("SELECT since FROM arrears WHERE loan_id = :loan AND from_on < :on ORDER BY from_on DESC LIMIT 1")
_DROP_ROWS: Final = text("DELETE FROM instalment WHERE loan_id = :loan")
_RESTORE_ROWS: Final = text(
    """
    INSERT INTO instalment
    SELECT (jsonb_populate_record(CAST(NULL AS instalment), line || CAST(:whose AS jsonb))).*
    FROM jsonb_array_elements(CAST(:rows AS jsonb)) line
    """
)


# -- by two people ----------------------------------------------------------------------------------------------------


def action(keep_source: KeepSource) -> Action:
    """Return the action that takes a payment back by two people."""
    return Action(
        ACTION,
        Permission.PROPOSE_REVERSAL,
        Permission.APPROVE_REVERSAL,
        parties_to_subject,
        partial(_preview, keep_source),
        partial(_carry_out, keep_source),
    )


async def reversible(unit: Unit, loan_id: int, limit: int = 6) -> Sequence[LoanPayment]:
    """Return the payments that may be taken back, newest first: people's, debits, guarantors'; waivers are none."""
    paid = select(LoanPayment).where(
        LoanPayment.loan_id == loan_id, col(LoanPayment.reversed_entry_id).is_(None), LoanPayment.kind != waive.KIND
    )
    return (await unit.session.scalars(paid.order_by(col(LoanPayment.id).desc()).limit(limit))).all()


async def _preview(keep_source: KeepSource, unit: Unit, subject: str, params: JsonObject) -> Preview:
    """Take the payment back, look, and undo it: the figures are those that it would really come to."""
    loan, payment = await _named(unit, subject, params)
    before = await _figures(unit, loan, payment.amount)
    async with unit.session.begin_nested() as attempt:
        await reverse_payment(unit, loan, payment, f"preview:{payment.id}:{unit.now.isoformat()}", keep_source)
        after = await _figures(unit, loan, 0)
        await attempt.rollback()
    await unit.session.refresh(loan)
    return Preview(before, after)


async def _figures(unit: Unit, loan: Loan, paid: int) -> JsonObject:
    view = await queries.view(unit, loan)
    return {
        "paid": common.money(loan, paid),
        "outstanding": view.outstanding.as_json(),
        "due_now": view.due_now.as_json(),
    }


async def _carry_out(keep_source: KeepSource, unit: Unit, approval: Approval) -> JsonObject:
    loan, payment = await _named(unit, approval.subject, approval.params)
    amount = payment.amount
    await reverse_payment(unit, loan, payment, approval.idempotency_key, keep_source)
    view = await queries.view(unit, loan)
    told = PaymentReversed(loan=loan.id, sum=Money(amount, ASSETS[loan.asset]), due_now=view.due_now)
    await common.tell(unit, loan, told, approval.idempotency_key)
    return {"payment": payment.id}


async def _named(unit: Unit, subject: str, params: JsonObject) -> tuple[Loan, LoanPayment]:
    loan = await queries.locked(unit, common.subject_id(subject))
    payment = await unit.session.get(LoanPayment, params.get("payment"), populate_existing=True)
    if payment is None or payment.loan_id != loan.id or payment.kind == waive.KIND:
        raise NotFound(ErrorCode.LOAN_PAYMENT)
    await _require_reversible(unit, loan, payment)
    return loan, payment


async def _require_reversible(unit: Unit, loan: Loan, payment: LoanPayment) -> None:
    if payment.kind == GUARANTORS:
        raise RuleViolation(ErrorCode.PAYMENT_OF_GUARANTOR)
    if payment.reversed_entry_id is not None:
        raise Conflict(ErrorCode.PAYMENT_REVERSED)
    if loan.state not in (LoanState.ACTIVE, LoanState.SETTLED):
        raise Conflict(ErrorCode.LOAN_SETTLED)
    if await unit.session.scalar(_PLANNED_OTHERWISE, {"loan": loan.id, "on": payment.on_date}):
        raise RuleViolation(ErrorCode.REVERSAL_OF_OLD_SCHEDULE)


# -- the use case -----------------------------------------------------------------------------------------------------


async def reverse_payment(unit: Unit, loan: Loan, payment: LoanPayment, key: str, keep_source: KeepSource) -> None:
    """Take a payment back, as if it had never come; what was paid goes back to the wallet that paid it.

    Works as well when the loan was settled meanwhile: it runs again, unless it is paid without the payment too.

    Args:
        loan: locked.

    Raises:
        Conflict: `payment_reversed`, `loan_settled` (void or written off).
        RuleViolation: `reversal_of_old_schedule`: the loan was restructured, or drawn on, after the payment.
    """
    await _require_reversible(unit, loan, payment)
    if loan.state == LoanState.ACTIVE:
        await bring_up_to_date(unit, loan)
    undone = await _since(unit, payment)
    for each in reversed(undone):
        posted = await ledger.reverse(unit, each.entry_id, f"{key}:undo:{each.id}", "payment_reversed")
        each.reversed_entry_id = posted.entry_id
        await keep_source(unit, each.entry_id, f"{key}:redeemed:{each.id}")
    await _restore(unit, loan, payment)
    since = await unit.session.scalar(_SINCE, {"loan": loan.id, "on": payment.value_on})
    await replay_days(unit, loan, undone[1:], payment.value_on, since, key)
    await true_up(unit, loan, f"{key}:true_up")
    record(unit, loan, "payment_reversed", {"payment": payment.id, "amount": payment.amount})
    await unit.session.flush()
    await common.end_if_paid(unit, loan)


async def _since(unit: Unit, payment: LoanPayment) -> list[LoanPayment]:
    """Return a payment and those after it that stand, oldest first."""
    later = select(LoanPayment).where(
        LoanPayment.loan_id == payment.loan_id,
        LoanPayment.id >= payment.id,
        col(LoanPayment.reversed_entry_id).is_(None),
    )
    return list(await unit.session.scalars(later.order_by(col(LoanPayment.id))))


async def _restore(unit: Unit, loan: Loan, payment: LoanPayment) -> None:
    """Make the loan and its instalments what they were before a payment."""
    await unit.session.flush()
    await unit.session.execute(_DROP_ROWS, {"loan": loan.id})
    whose = json.dumps({"loan_id": loan.id})
    await unit.session.execute(_RESTORE_ROWS, {"whose": whose, "rows": json.dumps(payment.before)})
    for name, value in payment.loan_before.items():
        is_day = name.endswith(("_on", "_since")) and value is not None
        setattr(loan, name, date.fromisoformat(value) if is_day else value)
    await unit.session.flush()
