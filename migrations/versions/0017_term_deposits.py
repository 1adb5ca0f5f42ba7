"""Term deposits."""

from __future__ import annotations

from migrations.files import run

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0017_term_deposits", "01_deposit_interest.sql", "02_deposit.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
