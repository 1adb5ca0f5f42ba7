"""Builders for tests about notices: a customer, a notice, what the outbox holds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar

from sqlalchemy import insert
from sqlmodel import col, select

from finance_core import notices
from finance_core.customers.models import Customer
from finance_core.kernel.payloads import read
from finance_core.notices import Content, Sealed
from finance_core.notices.models import Outbox
from finance_core.storage.unit import Unit, Units

WORKER = 7


@dataclass(frozen=True, slots=True)
class Said(Content):
    """A kind of these tests."""

    kind: ClassVar[str] = "test.said"
    text: str | Sealed


def text_of(kind: str, text: str | Sealed) -> Content:
    """Return a text as a notice of any kind."""
    return _said_as(kind)(text)


@cache
def _said_as(kind: str) -> type[Said]:
    return type("SaidAs", (Said,), {"kind": kind, "__slots__": ()})


async def a_customer(units: Units, *, telegram_id: int = 1001, **fields: Any) -> int:
    """Return the id of a new customer in Shanghai who speaks English, unless `fields` say otherwise."""
    async with units.begin() as unit:
        row = {
            "telegram_id": telegram_id,
            "chat_id": telegram_id,
            "name_sealed": b"",
            "language": "en",
            "zone": "Asia/Shanghai",
            "tier": 1,
            "discreet": False,
            "income_notice": "daily",
            "created_at": unit.now,
        }
        made = await unit.session.execute(insert(Customer).values(row | fields).returning(col(Customer.id)))
        return made.scalar_one()


async def enqueue(unit: Unit, key: str, **fields: Any) -> bool:
    """Enqueue a receipt under `key` unless `fields` say otherwise; its content is a text of `kind`, or `content`."""
    content = fields.pop("content", None) or text_of(fields.pop("kind", Said.kind), fields.pop("text", key))
    return await notices.enqueue(unit, content, key=key, **({"urgency": notices.Urgency.RECEIPT} | fields))


async def put(units: Units, *keys: str, **fields: Any) -> None:
    """Enqueue a notice for each key, in order, in a unit of its own."""
    for key in keys:
        async with units.begin() as unit:
            assert await enqueue(unit, key, **fields)


async def row_of(units: Units, key: str) -> Outbox:
    """Return the outbox row under `key`."""
    async with units.begin() as unit:
        return (await unit.session.execute(select(Outbox).where(Outbox.key == key))).scalar_one()


async def states(units: Units) -> dict[str, str]:
    """Return the state of every row by its key."""
    async with units.begin() as unit:
        rows = await unit.session.execute(select(Outbox.key, Outbox.state).order_by(col(Outbox.id)))
        return {row.key: row.state for row in rows}


def a_reminder(about: str, **fields: Any) -> dict[str, Any]:
    """Return the fields of a reminder of a debt, merged with others and superseding earlier ones about the same."""
    reminder = {
        "kind": "loan.due_soon",
        "urgency": notices.Urgency.REMINDER,
        "about": about,
        "merge_key": "debt.reminder",
        "supersedes": True,
    }
    return reminder | fields


async def written(units: Units, *kinds: type[Content]) -> list[Content]:
    """Return what the outbox holds of these kinds, read as what they are: SQL that writes another shape fails here."""
    async with units.begin() as unit:
        query = select(Outbox.kind, Outbox.params).where(col(Outbox.kind).in_([kind.kind for kind in kinds]))
        rows = (await unit.session.execute(query.order_by(col(Outbox.id)))).all()
    of_kind = {kind.kind: kind for kind in kinds}
    assert {row.kind for row in rows} == of_kind.keys()
    return [read(of_kind[row.kind], row.params) for row in rows]
