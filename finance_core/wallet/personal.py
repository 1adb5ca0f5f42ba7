"""What the wallet holds on people: what they sent and asked for, and to whom, by the name that they saw."""

from __future__ import annotations

from typing import Final

from finance_core.customers.personal import other_name
from finance_core.storage.personal import Held, Kept, Need, Personal, Why
from finance_core.wallet.service import note_associated_data

_SENDS: Final = """
    SELECT send.id, send.sender_id = :customer AS sent, send.amount, send.asset, send.state, send.sent_at,
        send.delivers_at, send.settled_at, send.note_sealed, send.token AS _token, other.id AS _other_id,
        other.name_sealed AS other_sealed
    FROM send
    LEFT JOIN customer other
        ON other.id = CASE WHEN send.sender_id = :customer THEN send.payee_id ELSE send.sender_id END
    WHERE send.sender_id = :customer OR send.payee_id = :customer AND send.told_at IS NOT NULL
        OR send.payee_id = :customer AND send.state = 'accepted'
    ORDER BY send.id
"""
_REQUESTS: Final = """
    SELECT money_request.id, money_request.asker_id = :customer AS asked, money_request.amount, money_request.asset,
        money_request.state, money_request.asked_at, money_request.settled_at, money_request.note_sealed,
        money_request.token AS _token, other.id AS _other_id, other.name_sealed AS other_sealed
    FROM money_request
    JOIN customer other ON other.id = CASE WHEN asker_id = :customer THEN payer_id ELSE asker_id END
    WHERE :customer IN (asker_id, payer_id)
    ORDER BY money_request.id
"""
_FORGET_NOTES: Final = """
    UPDATE money_request SET note_sealed = NULL WHERE asker_id = ANY(:customers) AND note_sealed IS NOT NULL
"""

PERSONAL: Final = Personal(
    held=(
        Held(
            "send",
            Why.MONEY,
            Kept.FOR_GOOD,
            _SENDS,
            opens={"note_sealed": lambda row: note_associated_data(row["_token"]), "other_sealed": other_name()},
            erase=("UPDATE send SET note_sealed = NULL WHERE sender_id = ANY(:customers) AND note_sealed IS NOT NULL",),
            as_csv=True,
        ),
        Held(
            "money_request",
            Why.MONEY,
            Kept.FOR_GOOD,
            _REQUESTS,
            opens={"note_sealed": lambda row: note_associated_data(row["_token"]), "other_sealed": other_name()},
            erase=(_FORGET_NOTES,),
        ),
        Held(
            "link_guess",
            Why.SECURITY,
            Kept.GONE,
            "SELECT since, misses FROM link_guess WHERE customer_id = :customer",
            erase=("DELETE FROM link_guess WHERE customer_id = ANY(:customers)",),
        ),
    ),
    needs=(
        Need(
            "send",
            "SELECT person.id AS customer_id, CAST(sum(send.amount) AS bigint) AS amount"
            " FROM unnest(CAST(:customers AS bigint[])) person (id)"
            " JOIN send ON send.state = 'waiting' AND person.id IN (send.sender_id, send.payee_id) GROUP BY person.id",
        ),
        Need(
            "request",
            "SELECT person.id AS customer_id, CAST(sum(asked.amount) AS bigint) AS amount"
            " FROM unnest(CAST(:customers AS bigint[])) person (id)"
            " JOIN money_request asked ON asked.state = 'open' AND person.id IN (asked.asker_id, asked.payer_id)"
            " GROUP BY person.id",
        ),
    ),
)
