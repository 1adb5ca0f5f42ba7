"""Bills of groups: divided unequally, with a photo, lapsing; what is said in a group and goes on in private."""

from __future__ import annotations

from migrations.files import run

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0044_groups_money",
        "01_bill_draft.sql",
        "02_bill_photo.sql",
        "03_group_chat_joined.sql",
        "04_group_words.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
