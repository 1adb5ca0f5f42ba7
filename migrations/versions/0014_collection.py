"""Contacts with debtors, promises to pay, and hardship."""

from __future__ import annotations

from migrations.files import run

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0014_collection",
        "01_contact.sql",
        "02_outbox.sql",
        "03_customer.sql",
        "04_promise.sql",
        "05_hardship_case.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
