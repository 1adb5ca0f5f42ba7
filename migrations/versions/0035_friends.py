"""Red packets, bills that are split, collections for a cause."""

from __future__ import annotations

from migrations.files import run

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0035_friends",
        "01_packet.sql",
        "02_packet_share.sql",
        "03_packet_audience.sql",
        "04_bill.sql",
        "05_cause.sql",
        "06_rights.sql",
        "07_row_guard.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
