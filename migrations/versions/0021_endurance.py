"""What an attack has asked for: replies that are owed until they are shown, and days that wait for a yes."""

from __future__ import annotations

from migrations.files import run

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0021_endurance", "01_inbox.sql", "02_inbox_claim.sql", "03_inbox_release.sql", "04_book.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
