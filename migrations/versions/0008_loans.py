"""Loan contracts, their instalments and timelines."""

from __future__ import annotations

from migrations.files import run

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0008_loans", "01_loan.sql", "02_instalment.sql", "03_loan_event.sql", "04_earned_interest.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
