"""The book's dates, and the role that the service acts as."""

from __future__ import annotations

from migrations.files import run

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0001_book", "01_role.sql", "02_book.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
