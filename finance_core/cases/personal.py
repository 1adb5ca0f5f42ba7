"""What cases hold on people: what they asked and were answered. At the end all go but complaints and disputes."""

from __future__ import annotations

from typing import Final

from finance_core.cases.service import answered_associated_data, message_associated_data
from finance_core.storage.personal import Held, Kept, Need, Personal, Why, rows_of

PERSONAL: Final = Personal(
    held=(
        Held(
            "service_case",
            Why.MESSAGES,
            Kept.FIVE_YEARS,
            rows_of(
                "service_case",
                "id, topic, kind, language, answered_sealed, state, opened_at, due_at, answered_at, closed_at",
            ),
            opens={"answered_sealed": lambda row: answered_associated_data(row["id"])},
            erase=("SELECT case_forget(:now, CAST(:customers AS bigint[]))",),
            forget="SELECT case_forget(:now, CAST(NULL AS bigint[]))",
        ),
        Held(
            "case_message",
            Why.MESSAGES,
            Kept.FIVE_YEARS,
            "SELECT message.case_id, message.key AS _key, message.is_answer, message.written_at, message.sealed AS"
            " written_sealed FROM case_message message JOIN service_case ON service_case.id = message.case_id"
            " WHERE service_case.customer_id = :customer ORDER BY message.id",
            opens={"written_sealed": lambda row: message_associated_data(row["case_id"], row["_key"])},
        ),
        Held(
            "case_event",
            Why.MESSAGES,
            Kept.FIVE_YEARS,
            "SELECT case_event.case_id, case_event.event, case_event.at FROM case_event"
            " JOIN service_case ON service_case.id = case_event.case_id"
            " WHERE service_case.customer_id = :customer ORDER BY case_event.id",
        ),
    ),
    needs=(
        Need(
            "case",
            "SELECT DISTINCT customer_id, CAST(NULL AS bigint) AS amount FROM service_case"
            " WHERE state IN ('open', 'asked') AND customer_id = ANY(:customers)",
        ),
    ),
)
