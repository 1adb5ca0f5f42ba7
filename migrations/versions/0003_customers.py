"""Customers, their PIN tries, what went out against the tiers' limits, and who holds which operator's role."""

from __future__ import annotations

from migrations.files import run

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0003_customers", "01_customer.sql", "02_outflow.sql", "03_operator_role.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
