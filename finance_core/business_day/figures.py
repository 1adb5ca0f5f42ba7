"""What the card *Since Friday 18:00* tells of the days and of the service itself."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers.roles import Permission
from finance_core.desk import Figure
from finance_core.desk.figures import counted

DAYS: Final = (
    Figure(
        "days_closed",
        Permission.SEE_DESK,
        counted(text("SELECT count(*) FROM seal WHERE sealed_at > :since")),
    ),
    Figure(
        "days_behind",
        Permission.SEE_DESK,
        counted(
            text(
                "SELECT greatest(CAST(CAST(:now AS timestamptz) AT TIME ZONE zone AS date) - CAST(:on AS date), 0)"
                " FROM book WHERE id = 1"
            )
        ),
        is_trouble=True,
    ),
    Figure(
        "steps_held",
        Permission.RUN_SERVICE,
        counted(text("SELECT count(*) FROM day_step WHERE state = 'held'")),
        is_trouble=True,
    ),
)
INBOX: Final = (
    Figure(
        "updates_dead",
        Permission.RUN_SERVICE,
        counted(text("SELECT count(*) FROM inbox WHERE state = 'dead'")),
        is_trouble=True,
    ),
    Figure(
        "notices_due",
        Permission.RUN_SERVICE,
        counted(text("SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending') AND due_at <= :now")),
    ),
    Figure(
        "notices_unknown",
        Permission.RUN_SERVICE,
        counted(text("SELECT count(*) FROM outbox WHERE state = 'unknown'")),
        is_trouble=True,
    ),
    Figure(
        "answers_lost",
        Permission.ANSWER_CASES,
        counted(
            text(
                "SELECT count(*) FROM outbox WHERE sender_id IS NOT NULL AND state = 'refused' AND created_at > :since"
            )
        ),
        is_trouble=True,
    ),
)
"""What was heard and not done, what was said and not heard."""
