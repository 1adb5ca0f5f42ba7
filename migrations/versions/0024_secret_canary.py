"""What tells at the start whether the secret that is given is the one that this database was written with."""

from __future__ import annotations

from migrations.files import run

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0024_secret_canary", "01_secret_canary.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
