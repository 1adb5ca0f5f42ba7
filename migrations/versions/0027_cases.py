"""What is handed over to a person, and how often each topic is asked."""

from __future__ import annotations

from migrations.files import run

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0027_cases",
        "01_service_case.sql",
        "02_case_message.sql",
        "03_topic_count.sql",
        "04_rights.sql",
        "05_row_guard.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
