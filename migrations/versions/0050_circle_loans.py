"""Loans that a savings circle's members lend out of their own money."""

from __future__ import annotations

from migrations.files import run

revision = "0050"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0050_circle_loans", "01_funding.sql", "02_rights.sql", "03_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
