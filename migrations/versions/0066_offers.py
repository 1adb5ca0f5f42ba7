"""Offers with their texts and pictures, broadcasts, and what was tapped."""

from __future__ import annotations

from migrations.files import run

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0066_offers", "01_offers.sql", "02_rights.sql", "03_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
