"""The No to the question of age."""

from __future__ import annotations

from migrations.files import run

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0022_age_denied", "01_customer.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
