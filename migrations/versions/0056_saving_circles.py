"""Accumulating circles: their rules, meetings, shares, fines, votes on loans and grants, share-outs."""

from __future__ import annotations

from migrations.files import run

<<<<<<<< HEAD:migrations/versions/0053_saving_circles.py
revision = "0053"
down_revision = "0054"
========
revision = "0056"
down_revision = "0054"
>>>>>>>> w7F:migrations/versions/0056_saving_circles.py
branch_labels = None
depends_on = None


def upgrade() -> None:
<<<<<<<< HEAD:migrations/versions/0053_saving_circles.py
    run("0053_saving_circles", "01_saving.sql", "02_rights.sql", "03_row_guard.sql")
========
    run("0056_saving_circles", "01_saving.sql", "02_rights.sql", "03_row_guard.sql")
>>>>>>>> w7F:migrations/versions/0056_saving_circles.py


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
