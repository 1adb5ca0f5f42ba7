"""What people set for themselves: nothing is lent until a day, and no more than a limit of their own."""

from __future__ import annotations

from migrations.files import run

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0028_self_exclusion", "01_self_limit.sql", "02_rights.sql", "03_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
