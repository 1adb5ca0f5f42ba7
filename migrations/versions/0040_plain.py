"""Who wants words alone, without pictures and emoji, says so in the settings."""

from __future__ import annotations

from migrations.files import run

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0040_plain", "01_customer.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
