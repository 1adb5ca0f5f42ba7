"""Calendars that an operator applied."""

from __future__ import annotations

from migrations.files import run

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0020_calendars", "01_calendar_year.sql", "02_rights.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
