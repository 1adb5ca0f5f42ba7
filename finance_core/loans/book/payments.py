"""Payments as they are written down beside their entries: what each instalment received, what it was before, and what
the loan's end leaves to be earned. Set-wise: one loan's payment and a morning's debits take the same way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlmodel import select

from finance_core import ledger
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.loans.book import entries
from finance_core.loans.book.allocation import Part, total
from finance_core.loans.models import Loan, LoanPayment
from finance_core.loans.rules.terms import Prepayment
from finance_core.storage.unit import Unit

_WRITE: Final = text(
    """
    INSERT INTO loan_payment (loan_id, entry_id, kind, amount, value_on, on_date, parts, before, loan_before, ahead)
    SELECT paid.loan_id, paid.entry_id, paid.kind, paid.amount, coalesce(CAST(:value_on AS date), :on), :on,
        CAST(paid.parts AS jsonb),
        (SELECT jsonb_agg(to_jsonb(i) - 'loan_id' ORDER BY i.nr) FROM instalment i WHERE i.loan_id = l.id),
        jsonb_build_object('state', l.state, 'ended_on', l.ended_on, 'fee_earned', l.fee_earned,
            'non_accrual_since', l.non_accrual_since, 'suspended_principal', l.suspended_principal,
            'suspended_interest', l.suspended_interest, 'suspended_fee', l.suspended_fee,
            'suspended_penalty', l.suspended_penalty),
        paid.ahead
    FROM unnest(CAST(:loans AS bigint[]), CAST(:entries AS bigint[]), CAST(:kinds AS varchar[]),
            CAST(:amounts AS bigint[]), CAST(:parts AS varchar[]), CAST(:aheads AS varchar[]))
            AS paid (loan_id, entry_id, kind, amount, parts, ahead)
        JOIN loan l ON l.id = paid.loan_id
    ORDER BY paid.entry_id
    """
)


_APPLY: Final = text(
    """
    UPDATE instalment i SET
        paid_penalty = i.paid_penalty + part.penalty,
        paid_fee = i.paid_fee + part.fee,
        paid_interest = i.paid_interest + part.interest,
        paid_principal = i.paid_principal + part.principal,
        penalty_exact = CASE
            WHEN i.paid_principal + part.principal = i.principal AND CAST(:on AS date) - i.due_on <= loan.grace_days
            THEN i.penalty * 36500 ELSE i.penalty_exact END,
        settled_on = CASE
            WHEN i.due_on <= :on AND i.paid_principal + part.principal = i.principal
                AND i.paid_interest + part.interest = i.interest + i.late_interest
                AND i.paid_penalty + part.penalty = i.penalty
                AND i.paid_fee + part.fee = i.charged_fee + i.late_fee
            THEN CAST(:on AS date) END
    FROM unnest(CAST(:loan_id AS bigint[]), CAST(:nr AS integer[]), CAST(:penalty AS bigint[]),
            CAST(:fee AS bigint[]), CAST(:interest AS bigint[]), CAST(:principal AS bigint[]))
            AS part (loan_id, nr, penalty, fee, interest, principal)
        JOIN loan ON loan.id = part.loan_id
    WHERE i.loan_id = part.loan_id AND i.nr = part.nr
    """
)
_PART: Final = ("nr", "penalty", "fee", "interest", "principal")
_EARN_ALL: Final = text("UPDATE loan SET fee_earned = fee_deferred WHERE id = ANY(:loans)")


@dataclass(frozen=True, slots=True)
class Payment:
    """One loan's share of an entry. `kind` is the entry's."""

    loan_id: int
    entry_id: int
    kind: str
    parts: Sequence[Part]
    ahead: Prepayment | None = None
    """The person's choice of what principal paid ahead does."""


async def write(unit: Unit, payments: Sequence[Payment], *, value_on: date | None = None) -> None:
    """Write payments down, set-wise, with the instalments as they are now: call it before they are changed.

    Args:
        value_on: the day from which they count, if it is not the open one.
    """
    await unit.session.flush()
    values = {
        "loans": [payment.loan_id for payment in payments],
        "entries": [payment.entry_id for payment in payments],
        "kinds": [payment.kind for payment in payments],
        "amounts": [total(payment.parts) for payment in payments],
        "parts": [_json(payment.parts) for payment in payments],
        "aheads": [payment.ahead for payment in payments],
    }
    await unit.session.execute(_WRITE, {**values, "on": unit.open_on, "value_on": value_on})


async def of_entry(unit: Unit, entry_id: int) -> LoanPayment:
    """Return the payment that an entry made. Raises NotFound: `loan_payment`."""
    payment = await unit.session.scalar(select(LoanPayment).where(LoanPayment.entry_id == entry_id))
    if payment is None:
        raise NotFound(ErrorCode.LOAN_PAYMENT)
    return payment


async def apply(unit: Unit, parts: Sequence[Part], on: date | None = None) -> None:
    """Write into the instalments what payments gave each, and which of them that settles.

    Args:
        on: the day from which they count, if it is not the open one.
    """
    values: dict[str, object] = {name: [getattr(part, name) for part in parts] for name in ("loan_id", *_PART)}
    await unit.session.execute(_APPLY, {**values, "on": on or unit.open_on})


async def earn_fee_rest(unit: Unit, loans: Sequence[Loan]) -> None:
    """Earn what is left of the deferred fees of loans that have just been repaid: D 2060 C 4020."""
    rests = [(loan, loan.fee_deferred - loan.fee_earned) for loan in loans if loan.fee_earned < loan.fee_deferred]
    if rests:
        keys = {loan.id: f"loan:{loan.id}:fee_rest:{unit.now.isoformat()}" for loan, _ in rests}
        await ledger.post(unit, *(entries.fee_rest(loan, rest, keys[loan.id]) for loan, rest in rests))
        await unit.session.execute(_EARN_ALL, {"loans": [loan.id for loan, _ in rests]})


def _json(parts: Sequence[Part]) -> str:
    return json.dumps([{name: getattr(part, name) for name in _PART} for part in parts])
