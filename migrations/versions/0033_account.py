"""An account that is one's own: resets of the PIN, a new phone or Telegram account, who somebody is, holds."""

from __future__ import annotations

from migrations.files import run

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0033_account",
        "01_account_hold.sql",
        "02_pin_reset.sql",
        "03_account_move.sql",
        "04_identity.sql",
        "05_row_guard.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
