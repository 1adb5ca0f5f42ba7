"""Finding and helping a person: words of names, freezes, accounts that are one person's, notes."""

from __future__ import annotations

from migrations.files import run

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0032_finding",
        "01_name_word.sql",
        "02_account_freeze.sql",
        "03_same_person.sql",
        "04_customer_note.sql",
        "05_rights.sql",
        "06_row_guard.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
