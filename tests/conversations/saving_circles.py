"""Savings circles that accumulate, as conversations need them: begun by the use cases, then lived in by chat."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from finance_core.circles.boards import CIRCLE
from finance_core.circles.finding import by_id
from finance_core.circles.models import Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.saving import beginning, forming
from finance_core.circles.saving.beginning import SavingRules
from finance_core.circles.saving.forming import SavingSettings
from finance_core.journeys.saving_circles import lending
from finance_core.notices import boards
from tests.builders import CIPHER
from tests.circles import AGREED
from tests.saving_circles import RULES

if TYPE_CHECKING:
    from finance_core.circles.models import Circle
    from tests.conversations.harness import Group, Person, Seen
    from tests.conversations.whole_service import Susu

NAMES = ("Ana", "Bo", "Chidi", "Dee", "Eve")
_numbers = count(1)


async def five(susu: Susu, *, money: int = 300, languages: tuple[str, ...] = ("en",) * 5) -> tuple[list[Person], Group]:
    """Let Ana, Bo, Chidi, Dee and Eve be in a group, Ana as its admin."""
    pairs = zip(NAMES, languages, strict=True)
    people = [await susu.resident(name, money=money, language=language) for name, language in pairs]
    return people, await susu.sandbox.group("Market women", *people, admins=(people[0],))


async def a_cycle(susu: Susu, people: list[Person], group: Group | None = None, **more: Any) -> Circle:
    """Begin a weekly cycle of people, the first three its officers, whose first meeting is four days ahead.

    `more` are rules of it that are otherwise. Where there is a group, its board is shown there.
    """
    who = [await susu.customer(person) for person in people]
    first_on = await susu.today() + timedelta(days=4)
    rules = SavingRules(**{**asdict(RULES), "social_amount": 5_00, **more})
    settings = SavingSettings("Market women", Period.WEEK, first_on, rules)
    async with susu.units.begin() as unit:
        made = await lending.draft(unit, CIPHER, who[0].id, settings, f"savers-{next(_numbers)}")
        await forming.open_circle(unit, made.id, who[0].id)
        circle_id = made.id
        if group is not None:
            await boards.show(unit, CIRCLE, circle_id, chat_id=group.chat_id, language="en", pins=False)
    for each in who:
        async with susu.units.begin() as unit:
            await forming.join(unit, CIPHER, circle_id, each.id, wording=AGREED)
    async with susu.units.begin() as unit:
        for role, each in ((Role.TREASURER, who[1]), (Role.SECRETARY, who[2])):
            await forming.name_officer(unit, circle_id, who[0].id, role, each.id)
        await beginning.begin(unit, circle_id, who[0].id)
        return await by_id(unit, circle_id)


async def at_the_meeting(susu: Susu, circle: Circle, number: int = 1) -> None:
    """Let time pass until 10:00 of a meeting."""
    day = circle.first_due_on + timedelta(weeks=number - 1)
    await susu.travel(f"{day} 10:00")


async def opens(person: Person, words: str) -> Seen:
    """Open the circle's card from the list, and see these words on it."""
    await person.says("/circles")
    await person.taps("Market women", await person.sees("Your circles"))
    return await person.sees(words)
