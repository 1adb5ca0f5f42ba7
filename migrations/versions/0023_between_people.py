"""Who blocks whom, links that were guessed at, and requests by who asked and when."""

from __future__ import annotations

from migrations.files import run

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0023_between_people", "01_block.sql", "02_link_guess.sql", "03_request_asker.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
