"""What an account's own tables hold on people. Documents stay 10 years after the end, selfies 30 days; the rest goes.

When somebody was erased stands in their row, which keeps a number: since then nobody reaches them.
"""

from __future__ import annotations

from typing import Final

from finance_core.account.identity import number_associated_data
from finance_core.account.moves import old_phone_associated_data
from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

_REFUSE_WAITING: Final = """
    UPDATE identity_check SET state = 'refused', reason = 'not_confirmed', decided_at = CAST(:now AS timestamptz)
    WHERE state = 'submitted' AND customer_id = ANY(:customers)
"""
"""Nobody looks at the document of who is gone."""


def _all_go(table: str, also: str = "") -> str:
    return f"DELETE FROM {table} WHERE customer_id = ANY(:customers){also}"  # noqa: S608 - names of ours


def _erased_before(table: str, interval: str, also: str = "") -> str:
    return (
        f"DELETE FROM {table} USING customer WHERE customer.id = {table}.customer_id"  # noqa: S608 - names of ours
        f" AND customer.telegram_id = -customer.id{also}"
        f" AND customer.unreachable_since < CAST(:now AS timestamptz) - interval '{interval}'"
    )


PERSONAL: Final = Personal(
    held=(
        Held(
            "identity_check",
            Why.SECURITY,
            Kept.TEN_YEARS,
            rows_of(
                "identity_check",
                "customer_id AS _customer_id, kind, number_sealed, expires_on, state, submitted_at, decided_at, reason",
            ),
            opens={"number_sealed": lambda row: number_associated_data(row["_customer_id"])},
            erase=(_REFUSE_WAITING,),
            forget=_erased_before("identity_check", "10 years"),
        ),
        Held(
            "identity_picture",
            Why.SECURITY,
            Kept.TEN_YEARS,
            rows_of("identity_picture", "purpose, taken_at"),
            erase=(_all_go("identity_picture", " AND check_id IS NULL"),),
            forget=_erased_before(
                "identity_picture",
                "30 days",
                " AND (identity_picture.purpose <> 'document'"
                " OR customer.unreachable_since < CAST(:now AS timestamptz) - interval '10 years')",
            ),
        ),
        Held(
            "pin_reset",
            Why.SECURITY,
            Kept.GONE,
            rows_of("pin_reset", "proof, state, asked_at, proved_at, approved_at, set_at, ended_at"),
            erase=(_all_go("pin_reset", " OR contact_id = ANY(:customers)"),),
        ),
        Held(
            "recovery_code",
            Why.SECURITY,
            Kept.GONE,
            rows_of("recovery_code", "made_at, hidden_at", order="made_at"),
            erase=(_all_go("recovery_code"),),
        ),
        Held(
            "named_contact",
            Why.SECURITY,
            Kept.GONE,
            rows_of("named_contact", "named_at, agreed_at", order="named_at"),
            erase=(_all_go("named_contact", " OR contact_id = ANY(:customers)"),),
        ),
        Held(
            "account_move",
            Why.SECURITY,
            Kept.GONE,
            rows_of("account_move", "customer_id AS _customer_id, kind, old_phone_sealed, state, made_at, stopped_at"),
            opens={"old_phone_sealed": lambda row: old_phone_associated_data(row["_customer_id"])},
            erase=(_all_go("account_move", " OR other_id = ANY(:customers)"),),
        ),
    )
)
