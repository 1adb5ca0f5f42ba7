"""Payments as they are written down beside their entries: what each instalment received, and what it was before."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Final

from sqlalchemy import text

from finance_core.loans.allocation import Part, total
from finance_core.storage.unit import Unit

_WRITE: Final = text(
    """
    INSERT INTO loan_payment (loan_id, entry_id, kind, amount, value_on, on_date, parts, before, loan_before)
    SELECT paid.loan_id, paid.entry_id, paid.kind, paid.amount, coalesce(CAST(:value_on AS date), :on), :on,
        CAST(paid.parts AS jsonb),
        (SELECT jsonb_agg(to_jsonb(i) - 'loan_id' ORDER BY i.nr) FROM instalment i WHERE i.loan_id = l.id),
        jsonb_build_object('state', l.state, 'ended_on', l.ended_on, 'fee_earned', l.fee_earned,
            'non_accrual_since', l.non_accrual_since, 'suspended_principal', l.suspended_principal,
            'suspended_interest', l.suspended_interest, 'suspended_fee', l.suspended_fee,
            'suspended_penalty', l.suspended_penalty)
    FROM unnest(CAST(:loans AS bigint[]), CAST(:entries AS bigint[]), CAST(:kinds AS varchar[]),
            CAST(:amounts AS bigint[]), CAST(:parts AS varchar[])) AS paid (loan_id, entry_id, kind, amount, parts)
        JOIN loan l ON l.id = paid.loan_id
    ORDER BY paid.entry_id
    """
)


@dataclass(frozen=True, slots=True)
class Payment:
    """One loan's share of an entry. `kind` is the entry's."""

    loan_id: int
    entry_id: int
    kind: str
    parts: Sequence[Part]


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
    }
    await unit.session.execute(_WRITE, {**values, "on": unit.open_on, "value_on": value_on})


def _json(parts: Sequence[Part]) -> str:
    return json.dumps([{name: value for name, value in asdict(part).items() if name != "loan_id"} for part in parts])
