"""Telling people something of a circle, once for each occasion."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from finance_core.circles.models import Circle, CircleMember
from finance_core.circles.sealing import member_associated_data, title_associated_data, words_told
from finance_core.customers.queries import by_id
from finance_core.customers.service import name_associated_data
from finance_core.notices import Content, Notice, Sealed, Urgency, enqueue_many, sealed
from finance_core.storage.unit import Unit


def of(circle: Circle) -> dict[str, Any]:
    """Return what each notice says of a circle: its id, its code, its name."""
    return {"circle": circle.id, "code": circle.code, "title": title_of(circle)}


def title_of(circle: Circle) -> Sealed | str:
    """Return a circle's name as a notice carries it; "" where it is forgotten."""
    return words_told(circle.title_sealed or None, title_associated_data(circle.token))


async def tell(
    unit: Unit, people: Iterable[int], told: Content, occasion: str, *, urgency: Urgency = Urgency.RECEIPT
) -> int:
    """Tell each of some people something, once for each kind and occasion (`circle:5`, `motion:7`); return how many."""
    written = [
        Notice(content=told, urgency=urgency, key=f"{told.kind}:{occasion}:{who}", customer_id=who, about=occasion)
        for who in dict.fromkeys(people)
    ]
    return await enqueue_many(unit, written)


async def name_of(unit: Unit, customer_id: int) -> Sealed:
    """Return a person's name as a notice carries it, still encrypted."""
    return sealed((await by_id(unit, customer_id)).name_sealed, name_associated_data(customer_id))


async def called(unit: Unit, circle: Circle, customer_id: int) -> Sealed | str:
    """Return how somebody is called in a circle, as a notice carries it: by their nickname, where they have one."""
    member = await unit.session.get(CircleMember, (circle.id, customer_id))
    if member is None or member.nickname_sealed is None:
        return await name_of(unit, customer_id)
    return words_told(member.nickname_sealed, member_associated_data("nickname", circle.id, customer_id))
