"""Applications and decisions, contracts on paper, lines drawn in tranches, guarantees."""

from __future__ import annotations

from migrations.files import run

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0012_loan_contracts", "01_loan.sql", "02_loan_application.sql", "03_loan_contract.sql", "04_guarantee.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
