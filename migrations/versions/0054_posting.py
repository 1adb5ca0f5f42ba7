"""Posting in fewer statements: one entry of one transfer has a function of its own, references need no index."""

from __future__ import annotations

from migrations.files import run

revision = "0054"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0054_posting",
        "01_entry.sql",
        "02_ledger_reference.sql",
        "03_ledger_accounts.sql",
        "04_ledger_apply.sql",
        "05_ledger_post_on.sql",
        "06_without_ledger_post.sql",
        "07_ledger_post_one.sql",
        "08_callable.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
