"""Savings circles as conversations need them: opened and joined by the use cases, then lived in by chat."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from finance_core.circles import drafts, joining
from finance_core.circles.finding import find
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from tests.builders import CIPHER, yuan
from tests.circles import AGREED, had_one, settings
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from finance_core.circles.models import Circle
    from tests.conversations.harness import Person, Seen
    from tests.conversations.whole_service import Susu

_numbers = count(1)


async def a_circle(susu: Susu, *people: Person, **more: Any) -> Circle:
    """Let people join a circle, a place for each time that they are named, the chair first; it starts by the last.

    A weekly one of 100.00, drawn whole, whose first day is four days ahead; `more` sets it otherwise.
    """
    token = f"sunday-{next(_numbers)}"
    chair, wanted = await susu.customer(people[0]), {each.id: people.count(each) for each in people}
    await had_one(susu.units, chair)
    fields = {
        "places": len(people),
        "first_due_on": await susu.today() + timedelta(days=4),
        "period": Period.WEEK,
        **more,
    }
    async with susu.units.begin() as unit:
        await drafts.draft(unit, CIPHER, chair.id, settings(**fields), token)
        await drafts.open_circle(unit, CIPHER, chair.id, token)
    for person in {each.id: each for each in people}.values():
        who, count = await susu.customer(person), wanted[person.id]
        async with susu.units.begin() as unit:
            request = JoinRequest(places=count, picks=tuple(f"{person.name} {nr}" for nr in range(count)))
            await joining.join(unit, CIPHER, token, who.id, request, AGREED, instalments=yuan(0))
    async with susu.units.begin() as unit:
        return await find(unit, token)


async def types_pin(person: Person) -> None:
    """Confirm the card that is open, with the PIN."""
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)


async def opens(person: Person, words: str, name: str = "Sunday Circle") -> Seen:
    """Open a circle's card from the list, and see these words on it."""
    await person.says("/circles")
    await person.sees("Your circles")
    await person.taps(name)
    return await person.sees(words)


def told(day: date) -> str:
    """Return a day as English texts say it: Mon 16 Mar."""
    return f"{day:%a} {day.day} {day:%b}"
