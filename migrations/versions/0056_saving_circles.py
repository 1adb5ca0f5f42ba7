"""Accumulating circles: their rules, meetings, shares, fines, votes on loans and grants, share-outs."""

from __future__ import annotations

from migrations.files import run

revision = "0056"
down_revision = "0054"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0056_saving_circles", "01_saving.sql", "02_rights.sql", "03_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
