"""The loan book: fees, payments, versions of the schedule, arrears by date, suspense, classes and provisions."""

from __future__ import annotations

from migrations.files import run

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0011_loan_book",
        "01_loan.sql",
        "02_instalment.sql",
        "03_room.sql",
        "04_loan_payment.sql",
        "05_schedule_version.sql",
        "06_arrears.sql",
        "07_loan_class.sql",
        "08_provisions.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
