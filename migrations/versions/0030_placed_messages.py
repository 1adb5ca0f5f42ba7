"""Where a card ended up is noted as its lane is given back, in one round trip."""

from __future__ import annotations

from migrations.files import run

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0030_placed_messages", "01_inbox_release.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
