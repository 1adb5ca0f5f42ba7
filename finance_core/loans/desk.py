"""What loans bring to the desk: applications and hardship in the one queue, figures of *Since Friday 18:00*."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.desk import Entry, Figure, Source
from finance_core.desk.figures import counted
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans.contact import hardship
from finance_core.loans.origination import officer
from finance_core.storage.unit import Unit

_COLLECTED: Final = text(
    """
    SELECT coalesce(sum(amount), 0) FROM loan_payment
    WHERE on_date >= :since AND reversed_entry_id IS NULL
    """
)


async def _applications(unit: Unit, operator_id: int, _: frozenset[Permission]) -> Sequence[Entry]:
    return [
        Entry(
            "application",
            each.application.id,
            each.application.product,
            each.application.referred_at or each.application.asked_at,
            each.due_at,
        )
        for each in await officer.queue(unit, operator_id)
    ]


async def _hardship(unit: Unit, operator_id: int, _: frozenset[Permission]) -> Sequence[Entry]:
    return [
        Entry(
            "hardship",
            case.id,
            case.reason,
            case.opened_at,
            # reminders come again after that day: until then somebody has to have spoken with them
            datetime.combine(case.paused_until + timedelta(days=1), time(), tzinfo=unit.zone),
            owner_id=case.officer_id,
        )
        for case in await hardship.queue(unit, operator_id)
    ]


async def _collected(unit: Unit, since: datetime) -> Money:
    on = since.astimezone(unit.zone).date()
    return Money(int(await unit.session.scalar(_COLLECTED, {"since": on}) or 0), BASE_CURRENCY)


APPLICATIONS: Final = Source("application", Permission.DECIDE_APPLICATIONS, _applications)
HARDSHIP: Final = Source("hardship", Permission.HELP_IN_HARDSHIP, _hardship, hardship.give)

FIGURES: Final = (
    Figure(
        "applications_waiting",
        Permission.DECIDE_APPLICATIONS,
        counted(text("SELECT count(*) FROM loan_application WHERE state = 'referred'")),
    ),
    Figure(
        "hardship_waiting",
        Permission.HELP_IN_HARDSHIP,
        counted(text("SELECT count(*) FROM hardship_case WHERE state <> 'closed'")),
    ),
    Figure(
        "loans_late",
        Permission.SEE_LOANS,
        counted(
            text(
                "SELECT count(*) FROM loan"
                " WHERE state = 'active' AND funding_circle IS NULL AND overdue_since IS NOT NULL"
            )
        ),
    ),
    Figure(
        "loans_newly_late",
        Permission.SEE_LOANS,
        counted(
            text(
                "SELECT count(*) FROM loan WHERE state = 'active' AND funding_circle IS NULL"
                " AND overdue_since >= CAST(CAST(:since AS timestamptz) AT TIME ZONE"
                " (SELECT zone FROM book WHERE id = 1) AS date)"
            )
        ),
    ),
    Figure(
        "payments_failed",
        Permission.SEE_LOANS,
        counted(text("SELECT count(*) FROM loan_event WHERE kind = 'debit_short' AND at > :since")),
        is_trouble=True,
    ),
    Figure("collected", Permission.SEE_LOANS, _collected),
)
