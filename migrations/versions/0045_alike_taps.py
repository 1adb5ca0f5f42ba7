"""Taps of one button by many are found together, and end together without a unit of work each."""

from __future__ import annotations

from migrations.files import run

revision = "0045"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0045_alike_taps",
        "01_inbox.sql",
        "02_inbox_store.sql",
        "03_inbox_claim.sql",
        "04_inbox_claim_alike.sql",
        "05_inbox_end.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
