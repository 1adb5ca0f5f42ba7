"""Accounts, entries, transfers, balances, holds, seals, and the functions that alone may write them.

The functions run as the owner of the schema (`SECURITY DEFINER`), and the service's role may only read the tables:
there is no other way to write to the book than to post. They are PL/pgSQL and not one large statement, because each
statement in them sees what committed while the one before waited for its locks.
"""

from __future__ import annotations

from migrations.files import run

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run(
        "0002_ledger",
        "01_chart.sql",
        "02_accounts.sql",
        "03_entries.sql",
        "04_holds.sql",
        "05_rollups.sql",
        "06_seals.sql",
        "07_rights.sql",
        "08_append_only.sql",
        "09_ledger_reference.sql",
        "10_ledger_canonical_form.sql",
        "11_ledger_accounts.sql",
        "12_ledger_account.sql",
        "13_ledger_balance.sql",
        "14_ledger_outcome.sql",
        "15_ledger_locks.sql",
        "16_ledger_known.sql",
        "17_ledger_apply.sql",
        "18_ledger_post.sql",
        "19_ledger_staged_look.sql",
        "20_ledger_post_staged.sql",
        "21_ledger_holds.sql",
        "22_ledger_roll_up.sql",
        "23_ledger_seal.sql",
        "24_callable.sql",
        "25_chart_rows.sql",
    )


def downgrade() -> None:
    raise NotImplementedError("the book is append-only: restore a backup instead")
