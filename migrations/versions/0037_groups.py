"""Groups, who of Susu's people is in them, and the messages there that are kept current."""

from __future__ import annotations

from migrations.files import run

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0037_groups", "01_group_chat.sql", "02_board.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
