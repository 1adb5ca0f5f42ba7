"""The service's role may log in by itself: no process of the service has to know the owner's address."""

from __future__ import annotations

from migrations.files import run

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0025_service_login", "01_login.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
