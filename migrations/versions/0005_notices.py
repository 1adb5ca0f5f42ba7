"""Outbox and pacing."""

from __future__ import annotations

from migrations.files import run

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0005_notices", "01_outbox.sql", "02_pacing.sql", "03_next_allowed.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
