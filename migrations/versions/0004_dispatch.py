"""The inbox with its two functions, conversation state, anchors."""

from __future__ import annotations

from migrations.files import run

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0004_dispatch",
        "01_inbox.sql",
        "02_conversation.sql",
        "03_anchor.sql",
        "04_inbox_lane_class.sql",
        "05_inbox_store.sql",
        "06_inbox_claim.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
