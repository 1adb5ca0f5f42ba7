"""Digests of the rows that decide about money and power."""

from __future__ import annotations

from migrations.files import run

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0026_row_guards",
        "01_row_guard.sql",
        "02_row_digest.sql",
        "03_guard_row.sql",
        "04_triggers.sql",
        "05_rows_so_far.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
