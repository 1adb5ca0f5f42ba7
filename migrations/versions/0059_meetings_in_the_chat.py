"""What a meeting is asked for has a reason, in the asker's words; what lay in the funds at a meeting's end is kept."""

from __future__ import annotations

from migrations.files import run

revision = "0059"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0059_meetings_in_the_chat", "01_columns.sql", "02_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
