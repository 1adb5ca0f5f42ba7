"""Plans: fixed sums, round-ups, goals."""

from __future__ import annotations

from migrations.files import run

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0018_plans", "01_plan.sql", "02_plan_run.sql", "03_rights.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
