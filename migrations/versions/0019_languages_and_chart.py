"""A language needs no CHECK of the database any more; the chart is whole in databases of any age."""

from __future__ import annotations

from migrations.files import run

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0019_languages_and_chart", "01_customer.sql", "02_chart_rows.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
