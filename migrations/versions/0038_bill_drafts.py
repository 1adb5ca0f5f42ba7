"""Bills that are put together in a group before they are asked for."""

from __future__ import annotations

from migrations.files import run

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0038_bill_drafts", "01_bill_draft.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
