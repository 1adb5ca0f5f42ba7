"""Messages that go from their chats within the hour are found by an index."""

from __future__ import annotations

from migrations.files import run

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0036_brief_messages", "01_anchor.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
