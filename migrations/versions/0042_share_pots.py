"""The money of a red packet waits in an account for each share."""

from __future__ import annotations

from migrations.files import run

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0042_share_pots", "01_waiting_shares.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
