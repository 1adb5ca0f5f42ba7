"""What is old is found by indexes of its own; @names, notes and goals are encrypted; turns are fair."""

from __future__ import annotations

from migrations.files import run

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0029_privacy_and_retention",
        "01_retention.sql",
        "02_sealed.sql",
        "03_guards.sql",
        "04_fair_turns.sql",
        "05_inbox_store.sql",
        "06_inbox_claim.sql",
        "07_plain_values.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
