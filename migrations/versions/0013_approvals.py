"""Maker and checker, roles, the audit log, and what operations leave on a loan."""

from __future__ import annotations

from migrations.files import run

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0013_approvals", "01_approval.sql", "02_audit_line.sql", "03_loan_handover.sql", "04_restructure_offer.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
