"""What happened to a case, written down in the unit that does it."""

from __future__ import annotations

from finance_core.cases.models import CaseEvent, CaseEventKind, ServiceCase
from finance_core.storage.unit import Unit


def record(unit: Unit, case: ServiceCase, event: CaseEventKind, actor_id: int) -> None:
    """Add what just happened to a case, on the open date; `actor_id` is the customer, the operator, 0 for nobody."""
    unit.session.add(
        CaseEvent(
            case_id=case.id,
            event=event,
            actor_id=actor_id,
            at=unit.now,
            on_date=unit.open_on,
            is_late=unit.now > case.due_at,
        )
    )
