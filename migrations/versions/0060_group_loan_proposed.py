"""What is proposed to those who would borrow together: a sum and a time for each."""

from __future__ import annotations

from migrations.files import run

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0060_group_loan_proposed", "01_proposed.sql", "02_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
