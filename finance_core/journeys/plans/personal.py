"""What plans hold on people: what they put aside and for what. At the end they are stopped, and their names go."""

from __future__ import annotations

from typing import Final

from finance_core.journeys.plans.queries import name_associated_data
from finance_core.storage.personal import Held, Kept, Personal, Why, rows_of

_STOP: Final = """
    UPDATE plan SET state = 'stopped', ended_on = CAST(:on AS date)
    WHERE customer_id = ANY(:customers) AND state IN ('active', 'paused')
"""

PERSONAL: Final = Personal(
    held=(
        Held(
            "plan",
            Why.CONTRACTS,
            Kept.FOR_GOOD,
            rows_of(
                "plan",
                "id, key AS _key, kind, target, asset, amount, every, due_day, starts_on, next_on, name_sealed, goal,"
                " goal_on, saved, missed_on, shown, state, made_at, ended_on",
            ),
            opens={"name_sealed": lambda row: name_associated_data(row["_key"])},
            erase=(
                "UPDATE plan SET name_sealed = NULL, shown = '{}' WHERE customer_id = ANY(:customers)",
                _STOP,
            ),
        ),
        Held(
            "plan_run",
            Why.MONEY,
            Kept.FOR_GOOD,
            rows_of(
                "plan_run",
                "plan_id, due_on, ran_on, amount, reference, missing",
                "plan_id IN (SELECT id FROM plan WHERE customer_id = :customer)",
                "plan_id, due_on",
            ),
        ),
    )
)
