"""Sends on their way, and requests for money."""

from __future__ import annotations

from migrations.files import run

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0007_wallet", "01_send.sql", "02_money_request.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
