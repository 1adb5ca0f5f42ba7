"""Steps and chunks of the close of business, done or held."""

from __future__ import annotations

from migrations.files import run

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0010_business_day", "01_day_step.sql", "02_day_chunk.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
