"""Corrections of an income that was paid already."""

from __future__ import annotations

from migrations.files import run

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0015_change_plus", "01_income_correction.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
