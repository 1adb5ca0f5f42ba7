"""Income in suspense (1195): set aside when a loan stops accruing, released as cash comes or when it accrues again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text

from finance_core.loans.book.allocation import Part
from finance_core.loans.book.funding import INCOME_OF
from finance_core.loans.models import Loan
from finance_core.storage.unit import Unit

_RECEIVABLE: Final = text(
    """
    SELECT loan_id, sum(principal - paid_principal) AS principal,
        sum(accrued_interest + late_interest - paid_interest) AS interest,
        sum(charged_fee + late_fee - paid_fee) AS fee, sum(penalty - paid_penalty) AS penalty
    FROM instalment WHERE loan_id = ANY(:loans) GROUP BY loan_id
    """
)
_TAKE: Final = text(
    """
    UPDATE loan l SET
        suspended_principal = l.suspended_principal - taken.principal,
        suspended_interest = l.suspended_interest - taken.interest,
        suspended_fee = l.suspended_fee - taken.fee,
        suspended_penalty = l.suspended_penalty - taken.penalty
    FROM unnest(CAST(:loans AS bigint[]), CAST(:principal AS bigint[]), CAST(:interest AS bigint[]),
            CAST(:fee AS bigint[]), CAST(:penalty AS bigint[])) AS taken (loan_id, principal, interest, fee, penalty)
    WHERE l.id = taken.loan_id
    """
)


@dataclass(frozen=True, slots=True)
class Released:
    """What of the suspense of one loan a payment turns into income, in minor units."""

    principal: int = 0
    interest: int = 0
    fee: int = 0
    penalty: int = 0


def released(suspended: int, receivable: int, paid: int) -> int:
    """Return what of `suspended` a payment releases: what is no longer covered by the receivable that is left.

    Of 100 receivable 60 are suspended: paying 30 releases nothing, paying 70 releases 30, paying all releases 60.
    """
    return max(suspended - (receivable - paid), 0)


async def releases(unit: Unit, paid: Mapping[int, Sequence[Part]], loans: Mapping[int, Loan]) -> dict[int, Released]:
    """Return what payments release, by loan id: only of loans that have something in suspense. Nothing is written.

    Call it with the loans read under their locks and up to date, before the payments are written into the instalments.
    """
    affected = [loan_id for loan_id in paid if _is_suspended(loans[loan_id])]
    if not affected:
        return {}
    rows = await unit.session.execute(_RECEIVABLE, {"loans": affected})
    return {
        row.loan_id: Released(
            **{
                name: released(
                    getattr(loans[row.loan_id], f"suspended_{name}"),
                    int(getattr(row, name)),
                    sum(getattr(part, name) for part in paid[row.loan_id]),
                )
                for name in INCOME_OF
            }
        )
        for row in rows
    }


async def take(unit: Unit, taken: Mapping[int, Released]) -> None:
    """Lower what loans have in suspense, set-wise, once the entries that release it are posted."""
    if taken:
        values = {name: [getattr(each, name) for each in taken.values()] for name in INCOME_OF}
        await unit.session.execute(_TAKE, {"loans": list(taken), **values})


def _is_suspended(loan: Loan) -> bool:
    return bool(loan.suspended_principal or loan.suspended_interest or loan.suspended_fee or loan.suspended_penalty)
