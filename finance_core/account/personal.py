"""What proofs hold on people: documents, pictures, codes, named persons, and what was changed by them."""

from __future__ import annotations

from typing import Final

from finance_core.account.identity import number_associated_data
from finance_core.account.moves import old_phone_associated_data
from finance_core.customers.personal import other_name
from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

_CONTACT: Final = """
    SELECT named.named_at, named.agreed_at, named.contact_id AS _other_id, other.name_sealed AS contact_sealed
    FROM named_contact named JOIN customer other ON other.id = named.contact_id
    WHERE named.customer_id = :customer
"""
_SELFIES: Final = """
    DELETE FROM identity_picture WHERE purpose <> 'document' AND customer_id = ANY(:erased_30_days)
"""

_REFUSE_WAITING: Final = """
    UPDATE identity_check SET state = 'refused', reason = 'not_confirmed', decided_at = CAST(:now AS timestamptz)
    WHERE state = 'submitted' AND customer_id = ANY(:customers)
"""
"""Nobody looks at the document of who is gone."""

PERSONAL: Final = Personal(
    held=(
        Held(
            "recovery_code",
            Why.SECURITY,
            Kept.GONE,
            "SELECT made_at, hidden_at FROM recovery_code WHERE customer_id = :customer",
            erase=("DELETE FROM recovery_code WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "named_contact",
            Why.SECURITY,
            Kept.GONE,
            _CONTACT,
            opens={"contact_sealed": other_name()},
            erase=("DELETE FROM named_contact WHERE customer_id = ANY(:customers) OR contact_id = ANY(:customers)",),
        ),
        Held(
            "pin_reset",
            Why.SECURITY,
            Kept.GONE,
            rows_of("pin_reset", "proof, state, asked_at, ends_at, proved_at, approved_at, set_at, ended_at"),
            erase=("DELETE FROM pin_reset WHERE customer_id = ANY(:customers) OR contact_id = ANY(:customers)",),
        ),
        Held(
            "account_move",
            Why.SECURITY,
            Kept.GONE,
            rows_of(
                "account_move",
                "customer_id AS _customer_id, kind, old_phone_sealed, old_telegram_id, state, made_at, stopped_at",
            ),
            opens={"old_phone_sealed": lambda row: old_phone_associated_data(row["_customer_id"])},
            erase=("DELETE FROM account_move WHERE customer_id = ANY(:customers) OR other_id = ANY(:customers)",),
        ),
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
            forget="DELETE FROM identity_check WHERE customer_id = ANY(:erased_10_years)",
        ),
        Held(
            "identity_picture",
            Why.SECURITY,
            Kept.TEN_YEARS,
            hidden="comes as pictures, beside the tables",
            erase=("DELETE FROM identity_picture WHERE check_id IS NULL AND customer_id = ANY(:customers)",),
            forget=_SELFIES,
        ),
        Held(
            "identity_picture",
            Why.SECURITY,
            Kept.TEN_YEARS,
            hidden="comes as pictures, beside the tables",
            forget="DELETE FROM identity_picture WHERE customer_id = ANY(:erased_10_years)",
        ),
    )
)
