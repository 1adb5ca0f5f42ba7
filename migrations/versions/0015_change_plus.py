"""Change Plus in full: auto-sweep, the queue when cash is short, corrections of an income."""

from __future__ import annotations

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
