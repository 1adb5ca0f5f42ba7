"""A guarded row is made JSON once, for its key and its digest: it was once for each column."""

from __future__ import annotations

from migrations.files import run

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0061_digests_at_once", "01_row_digest.sql", "02_guard_row.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
