"""A person answers: cases with reminders and events, the desk's one queue, who is away, who wrote a notice."""

from __future__ import annotations

from migrations.files import run

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0031_a_person_answers",
        "01_service_case.sql",
        "02_case_event.sql",
        "03_desk.sql",
        "04_outbox_sender.sql",
        "05_rights.sql",
        "06_row_guard.sql",
        "07_failed_debits.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
