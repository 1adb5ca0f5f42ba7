"""Funds at an unknown price: orders, prices, dividends, lots; suitability and what each sale showed."""

from __future__ import annotations

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
