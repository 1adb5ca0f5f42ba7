"""What the tables of people hold on them, and what goes when somebody is erased: their row keeps a number."""

from __future__ import annotations

from typing import Any, Final

from finance_core.customers.service import name_associated_data, phone_associated_data, username_associated_data
from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

_ERASE_CUSTOMER: Final = """
    UPDATE customer SET telegram_id = -id, chat_id = 0, username = NULL, username_sealed = NULL, username_hash = NULL,
        name_sealed = '', phone_sealed = NULL, phone_hash = NULL, monthly_income = NULL, other_instalments = NULL,
        pin_hash = NULL, pin_failures = 0, pin_failing_since = NULL, pin_locked_until = NULL, outflow_locked_at = NULL,
        adult_confirmed_at = NULL, adult_denied_at = NULL, unreachable_since = CAST(:now AS timestamptz)
    WHERE id = ANY(:customers)
"""
_SHOWN: Final = """
    id, created_at, telegram_id, chat_id, name_sealed, username_sealed, phone_sealed, language, zone, tier,
    terms_version, terms_accepted_at, adult_confirmed_at, adult_denied_at, monthly_income, other_instalments,
    discreet, plain, income_notice, outflow_locked_at, unreachable_since, pin_hash IS NOT NULL AS has_pin
"""


def other_name(column: str = "_other_id") -> Any:
    """Return the associated data of another person's name, by the column that has their number."""
    return lambda row: name_associated_data(row[column])


PERSONAL: Final = Personal(
    held=(
        Held(
            "customer",
            Why.ACCOUNT,
            Kept.GONE,
            rows_of("customer", _SHOWN, "id = :customer"),
            opens={
                "name_sealed": lambda row: name_associated_data(row["id"]),
                "username_sealed": lambda row: username_associated_data(row["id"]),
                "phone_sealed": lambda row: phone_associated_data(row["id"]),
            },
            erase=(_ERASE_CUSTOMER,),
        ),
        Held(
            "customer_activity",
            Why.ACCOUNT,
            Kept.GONE,
            rows_of("customer_activity", "last_active_on", order="last_active_on"),
            erase=("DELETE FROM customer_activity WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "outflow",
            Why.ACCOUNT,
            Kept.GONE,
            rows_of("outflow", "year, amount", order="year"),
            erase=("DELETE FROM outflow WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "account_hold",
            Why.SECURITY,
            Kept.GONE,
            rows_of("account_hold", "why, since, outflow_until, changes_until, ended_at"),
            erase=("DELETE FROM account_hold WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "block",
            Why.ACCOUNT,
            Kept.GONE,
            "SELECT block.blocked_at, block.blocked_id AS _other_id, other.name_sealed AS blocked_sealed"
            " FROM block JOIN customer other ON other.id = block.blocked_id"
            " WHERE block.blocker_id = :customer ORDER BY block.blocked_at",
            opens={"blocked_sealed": other_name()},
            erase=("DELETE FROM block WHERE blocker_id = ANY(:customers) OR blocked_id = ANY(:customers)",),
        ),
        Held(
            "consent",
            Why.CONSENTS,
            Kept.FIVE_YEARS,
            rows_of("consent", "topic, about, given, at, wording, wording_version, language, place"),
            forget="SELECT consent_forget(:now)",
        ),
        Held(
            "consent_given",
            Why.CONSENTS,
            Kept.FIVE_YEARS,
            hidden="what the last of those lines say, side by side; it goes with them",
        ),
        Held(
            "operator_role",
            Why.SECURITY,
            Kept.TEN_YEARS,
            rows_of("operator_role", "role, granted_at, revoked_at"),
        ),
        Held(
            "name_word",
            Why.ACCOUNT,
            Kept.GONE,
            hidden="keyed hashes of the words of a name, by which an operator finds it",
            erase=("DELETE FROM name_word WHERE customer_id = ANY(:customers)",),
        ),
        Held(
            "account_freeze",
            Why.SECURITY,
            Kept.TEN_YEARS,
            rows_of("account_freeze", "frozen_at, lifted_at"),
        ),
        Held("same_person", Why.SECURITY, Kept.TEN_YEARS, hidden="which accounts of operators are one person's"),
    ),
    needs=(
        Need(
            "freeze",
            "SELECT customer_id, CAST(NULL AS bigint) AS amount FROM account_freeze"
            " WHERE lifted_at IS NULL AND customer_id = ANY(:customers)",
        ),
        Need(
            "role",
            "SELECT DISTINCT customer_id, CAST(NULL AS bigint) AS amount FROM operator_role"
            " WHERE revoked_at IS NULL AND customer_id = ANY(:customers)",
        ),
    ),
)
