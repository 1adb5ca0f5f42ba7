"""Broadcasts that run: what goes out, its contents, its recipients in a partition each, and counts of them."""

from __future__ import annotations

from migrations.files import run

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0062_broadcasts", "01_runs.sql", "02_recipients.sql", "03_partitions.sql", "04_rights.sql", "05_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
