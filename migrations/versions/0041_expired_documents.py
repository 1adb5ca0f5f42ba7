"""Documents that have expired are found by an index."""

from __future__ import annotations

from migrations.files import run

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0041_expired_documents", "01_identity.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
