"""What a broadcast would come to: whom it reaches, who falls out and why, how long it takes, how many Stars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import text

from finance_core.customers.consents import Topic
from finance_core.customers.offer_checks import OfferCheck, keeping_out
from finance_core.offers.planning.models import Broadcast, Offer, OfferKind
from finance_core.offers.planning.people import People
from finance_core.offers.rules.estimate import Estimate, Hours, estimated
from finance_core.storage.unit import Unit

FIRST_WAIT: Final = timedelta(minutes=2)
"""Waited after the first hundred."""
FIRST_SENT: Final = 100
LOOKED_BACK_DAYS: Final = 7

_OTHERS: Final = text(
    """
    SELECT count(*) FROM outbox
    WHERE state = 'sent' AND urgency <> 'broadcast'
        AND finished_at > CAST(:wall AS timestamptz) - CAST(:days AS interval)
        AND EXTRACT(hour FROM finished_at AT TIME ZONE :zone) >= :first
        AND EXTRACT(hour FROM finished_at AT TIME ZONE :zone) < :until
    """
)


@dataclass(frozen=True, slots=True)
class Reach:
    """Of the people of an audience: how many there are, who falls out, by reason, and who is left, by zone."""

    asked: int
    left_out: Mapping[str, int]
    by_zone: Mapping[str, int]


async def reach_of(unit: Unit, offer: Offer, people: People, checks: Sequence[OfferCheck]) -> Reach:
    """Return whom an offer would reach now."""
    is_credit = offer.topic == Topic.LOANS
    kept_out = keeping_out(checks, is_offer=offer.kind == OfferKind.OFFER, is_credit=is_credit)
    statement = text(
        f"""
        WITH asked AS MATERIALIZED (SELECT DISTINCT chosen.customer_id FROM ({people.sql}) AS chosen),
            out AS MATERIALIZED ({kept_out})
        SELECT coalesce(out.reason, '') AS reason, customer.zone, count(*) AS people
        FROM asked LEFT JOIN out ON out.customer_id = asked.customer_id
            LEFT JOIN customer ON customer.id = asked.customer_id
        GROUP BY 1, 2
        """  # noqa: S608 - compiled and code; values are bound
    )
    bound = {**people.parameters, "now": unit.now, "on": unit.open_on, "topic": offer.topic, "is_credit": is_credit}
    left_out: Counter[str] = Counter()
    by_zone: Counter[str] = Counter()
    for row in await unit.session.execute(statement, bound):
        if row.reason:
            left_out[row.reason] += row.people
        else:
            by_zone[row.zone] += row.people
    return Reach(left_out.total() + by_zone.total(), left_out, by_zone)


async def estimate_of(unit: Unit, broadcast: Broadcast, reach: Reach) -> Estimate:
    """Return how long a broadcast takes and what it costs, with the two minutes after the first hundred."""
    sent = 100 - broadcast.held_out_percent
    by_zone = {ZoneInfo(zone): people * sent // 100 for zone, people in reach.by_zone.items()}
    starts_at = max(broadcast.starts_at, unit.now)
    waits = FIRST_WAIT if sum(by_zone.values()) > FIRST_SENT else timedelta()
    hours = Hours(time(broadcast.first_hour), time(broadcast.until_hour))
    rate, others = Decimal(broadcast.rate), await _others(unit, broadcast)
    return estimated(by_zone, starts_at + waits, broadcast.ends_at, rate, others, hours, is_paid=broadcast.is_paid)


async def _others(unit: Unit, broadcast: Broadcast) -> Decimal:
    """Return how many other messages a second went out in these hours of the last seven days, on average."""
    hours = broadcast.until_hour - broadcast.first_hour
    bound = {
        "wall": unit.wall,
        "days": timedelta(days=LOOKED_BACK_DAYS),
        "zone": unit.zone.key,
        "first": broadcast.first_hour,
        "until": broadcast.until_hour,
    }
    sent = int(await unit.session.scalar(_OTHERS, bound) or 0)
    return Decimal(sent) / (LOOKED_BACK_DAYS * hours * 3600)
