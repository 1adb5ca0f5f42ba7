"""Funds, orders, incomes, holdings' carry.

Room on each page of holdings keeps the nightly updates on it, and its index untouched.
"""

from __future__ import annotations

from migrations.files import run

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0009_wealth", "01_fund.sql", "02_fund_income.sql", "03_fund_order.sql", "04_holding.sql", "05_rights.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
