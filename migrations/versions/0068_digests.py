"""The digest beside a guarded row is computed of one JSON of it, not of one for each column."""

from __future__ import annotations

from migrations.files import run

revision = "0068"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0068_digests", "01_row_digest.sql", "02_guard_row.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
