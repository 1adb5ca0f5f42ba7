"""Tags: names for people that audiences ask by."""

from __future__ import annotations

from migrations.files import run

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0065_tags", "01_tag.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
