"""Audiences: saved questions with versions and counts, and what people agree to now, kept from the lines of consent."""

from __future__ import annotations

from migrations.files import run

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0064_audiences", "01_consent_given.sql", "02_audience.sql", "03_row_guard.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
