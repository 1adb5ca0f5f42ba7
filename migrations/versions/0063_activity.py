"""The day on which somebody was active last; what is old in the outbox is found by an index of its own."""

from __future__ import annotations

from migrations.files import run

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0063_activity", "01_activity.sql", "02_outbox_finished.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
