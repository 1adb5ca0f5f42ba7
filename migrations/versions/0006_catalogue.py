"""Products by version, and intents behind buttons."""

from __future__ import annotations

from migrations.files import run

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run("0006_catalogue", "01_product.sql", "02_intent.sql")


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
