"""Groups that borrow together: one application, a line each."""

from __future__ import annotations

from migrations.files import run

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0051_group_loans", "01_group_loan.sql", "02_rights.sql", "03_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
