"""Calendars that an operator applied."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        CREATE TABLE calendar_year (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_calendar_year PRIMARY KEY,
            year integer NOT NULL,
            days jsonb NOT NULL,
            applied_at timestamptz NOT NULL
        )
        """
    )
    op.execute("REVOKE UPDATE, DELETE ON calendar_year FROM susu_app")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
