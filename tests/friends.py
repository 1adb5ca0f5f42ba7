"""Builders for tests of money among friends: a packet's seed, a stranger, a crowd, what somebody was told."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.customers.models import Customer
from finance_core.customers.queries import locked
from finance_core.notices.models import Outbox
from finance_core.storage.unit import Units
from tests.builders import a_customer

SEED: Final = "".join(f"{byte:02x}" for byte in range(32))
"""The one that CIRCLES works its figures with."""

_CROWD: Final = text(
    """
    INSERT INTO customer (telegram_id, chat_id, name_sealed, language, zone, created_at, terms_accepted_at, tier,
        pin_failures, discreet, income_notice)
    SELECT 9000000 + n, 9000000 + n, ''::bytea, 'en', 'Asia/Shanghai', now(), now(), 1, 0, false, 'daily'
    FROM generate_series(1, CAST(:count AS bigint)) n RETURNING id
    """
)


async def pushed(units: Units, who: Customer, kind: str) -> list[dict[str, Any]]:
    """Return what somebody is told by one kind of notice, oldest first."""
    async with units.begin() as unit:
        rows = select(Outbox.params).where(Outbox.customer_id == who.id, Outbox.kind == kind).order_by(col(Outbox.id))
        return list(await unit.session.scalars(rows))


async def a_stranger(units: Units, name: str = "Neo") -> Customer:
    """Make somebody who has only just been seen: nothing is accepted yet."""
    stranger = await a_customer(units, name, tier=0)
    async with units.begin() as unit:
        (await locked(unit, stranger.id)).terms_accepted_at = None
    return stranger


async def a_crowd(units: Units, count: int) -> list[int]:
    """Make many people at once, who have joined and own nothing; return their ids."""
    async with units.begin() as unit:
        return list(await unit.session.scalars(_CROWD, {"count": count}))
