"""Savings circles: who is in one, its places, draws, votes and rounds, and what is paid in them."""

from __future__ import annotations

from migrations.files import run

revision = "0048"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0048_circles",
        "01_circle.sql",
        "02_people.sql",
        "03_places.sql",
        "04_draws.sql",
        "05_decisions.sql",
        "06_rounds.sql",
        "07_payments.sql",
        "08_rights.sql",
        "09_row_guard.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
