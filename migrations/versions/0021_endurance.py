"""Replies that are owed still: written with their update, forgotten once they are shown."""

from __future__ import annotations

from migrations.files import run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0021_endurance", "01_inbox.sql", "02_inbox_claim.sql", "03_inbox_release.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
