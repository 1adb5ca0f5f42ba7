"""Tabs, which collect a trip's bills, and bills that are split again next month."""

from __future__ import annotations

from migrations.files import run

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0043_tabs", "01_tab.sql", "02_bill_again.sql", "03_rights.sql", "04_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
