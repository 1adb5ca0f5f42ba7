"""Consents as lines; accounts that are closed and people who are erased; a raised own limit waits a week."""

from __future__ import annotations

from migrations.files import run

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0034_consent_and_erasure",
        "01_consent.sql",
        "02_account_closing.sql",
        "03_data_export.sql",
        "04_self_limit.sql",
        "05_customer.sql",
        "06_guards.sql",
        "07_forgetting.sql",
        "08_anchors.sql",
        "09_notes.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
