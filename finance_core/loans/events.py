"""What happened to a loan, in order: the timeline that a person, an officer and a court may read."""

from __future__ import annotations

from typing import Any

from finance_core.loans.models import Loan, LoanEvent
from finance_core.storage.unit import Unit


def record(unit: Unit, loan: Loan, kind: str, details: dict[str, Any]) -> None:
    """Add what just happened, on the unit's business date."""
    unit.session.add(LoanEvent(loan_id=loan.id, kind=kind, on_date=unit.open_on, at=unit.now, details=details))
