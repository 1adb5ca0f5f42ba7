"""The loan book: fees, payments, versions of the schedule, arrears by date, accrual and provisions."""

from __future__ import annotations

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
