"""When a round's key failed, so that its draw is tried again later; payments are held by equations."""

from __future__ import annotations

from migrations.files import run

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0052_circle_rounds", "01_failed_at.sql", "02_payments_by_equations.sql", "03_covered.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
