"""What people agreed to as of a day, and what was given and taken back on it, topic by topic: told from the lines."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text

from finance_core.customers.consents import OFFERS, SWITCHES
from finance_core.customers.roles import Permission
from finance_core.reports.table import Asked, Family, Found, Report, Row, Takes, number, words
from finance_core.storage.unit import Unit

TOPICS: Final = (*OFFERS, *SWITCHES)
_CONSENTS: Final = text(
    """
    WITH line AS (
        SELECT id, customer_id, topic, given, place, CAST(at AT TIME ZONE CAST(:zone AS text) AS date) AS on_date
        FROM consent WHERE about = '' AND topic = ANY(CAST(:topics AS varchar[]))
            AND at < CAST(CAST(:on AS date) + 1 AS timestamp) AT TIME ZONE CAST(:zone AS text)
    ), last AS (
        SELECT DISTINCT ON (customer_id, topic) customer_id, topic, given FROM line ORDER BY customer_id, topic, id DESC
    ), standing AS (
        SELECT topic, count(*) FILTER (WHERE given) AS agree, count(*) FILTER (WHERE NOT given) AS declined
        FROM last GROUP BY topic
    ), on_day AS (
        SELECT topic, count(*) FILTER (WHERE given) AS given_that_day,
            count(*) FILTER (WHERE NOT given) AS taken_back,
            count(*) FILTER (WHERE NOT given AND starts_with(place, 'broadcast ')) AS under_an_offer
        FROM line WHERE on_date = :on GROUP BY topic
    )
    SELECT topic.name AS topic, coalesce(agree, 0) AS agree, coalesce(declined, 0) AS declined,
        coalesce(given_that_day, 0) AS given_that_day, coalesce(taken_back, 0) AS taken_back,
        coalesce(under_an_offer, 0) AS under_an_offer
    FROM unnest(CAST(:topics AS varchar[])) WITH ORDINALITY AS topic (name, place)
        LEFT JOIN standing ON standing.topic = topic.name LEFT JOIN on_day ON on_day.topic = topic.name
    ORDER BY topic.place
    """
)
_COLUMNS: Final = ("agree", "declined", "given_that_day", "taken_back", "under_an_offer")


async def _consents(unit: Unit, asked: Asked) -> Found:
    values = {"on": asked.last_on, "zone": unit.zone.key, "topics": [each.value for each in TOPICS]}
    found = await unit.session.execute(_CONSENTS, values)
    rows: list[Row] = [(row.topic, *(int(getattr(row, name)) for name in _COLUMNS)) for row in found]
    return Found(rows)


REPORT: Final = Report(
    "consents",
    "Who agrees to offers and who has switched something on, by topic; given and taken back on the day, and how.",
    Takes.DATE,
    (words("topic"), *(number(name) for name in _COLUMNS)),
    _consents,
    permission=Permission.SEE_COUNTS,
    family=Family.RECORDS,
    brief=("topic", "agree", "declined", "taken_back"),
    terms=tuple(each.value for each in TOPICS),
)
