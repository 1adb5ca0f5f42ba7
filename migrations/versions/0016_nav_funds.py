"""Funds at an unknown price: orders, prices, dividends, lots; suitability and what each sale showed."""

from __future__ import annotations

from migrations.files import run

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0016_nav_funds", "01_funds.sql", "02_orders.sql", "03_suitability.sql", "04_rights.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
