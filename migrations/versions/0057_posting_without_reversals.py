"""Posting takes no reversals: undoing goes by staging alone, and the function that nobody calls is dropped."""

from __future__ import annotations

from migrations.files import run

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0057_posting_without_reversals",
        "01_without_ledger_post.sql",
        "02_ledger_post_on.sql",
        "03_ledger_post_one.sql",
        "04_callable.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
