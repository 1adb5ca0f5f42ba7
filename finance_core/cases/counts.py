"""How often each topic was asked, by day, and what came of it: what the report of questions reads."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from sqlalchemy import text

from finance_core.storage.unit import Unit

NO_TOPIC: Final = "unknown"
"""What is counted where nobody knows what was asked."""


class Came(StrEnum):
    """What came of a question. The members are the columns."""

    ASKED = "asked"  # it was answered
    UNSURE = "unsure"  # it was asked back which was meant
    NOT_HELPED = "not_helped"  # the answer did not help
    HANDED_OVER = "handed_over"  # a person answers it


_COUNT: Final = {
    came: text(
        f"""
        INSERT INTO topic_count (on_date, topic, {came}) VALUES (:on, :topic, 1)
        ON CONFLICT (on_date, topic) DO UPDATE SET {came} = topic_count.{came} + 1
        """  # noqa: S608 - the columns are the members above
    )
    for came in Came
}


async def count(unit: Unit, topic: str, came: Came) -> None:
    """Count one question of the open day; what is no topic is counted under `unknown`."""
    await unit.session.execute(_COUNT[came], {"on": unit.open_on, "topic": topic or NO_TOPIC})
