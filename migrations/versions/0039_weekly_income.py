"""Income is told once a week unless somebody asks for each morning; a plan knows what falls due."""

from __future__ import annotations

from migrations.files import run

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0039_weekly_income", "01_customer.sql", "02_plan.sql", "03_row_guard.sql", "04_money_request.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
