"""Accumulating circles as conversations need them: begun by the use cases, then lived in by chat."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from finance_core.circles.finding import by_id
from finance_core.circles.models import Role
from finance_core.circles.rules.auctions import Period
from finance_core.circles.saving import beginning, forming, paying_in
from finance_core.circles.saving.beginning import SavingRules
from finance_core.circles.saving.forming import SavingSettings
from finance_core.journeys.saving_circles import lending
from tests.builders import CIPHER
from tests.conversations.test_packets_in_groups import forged
from tests.conversations.whole_service import PIN
from tests.saving_circles import NAMES

if TYPE_CHECKING:
    from finance_core.circles.models import Circle
    from tests.conversations.harness import Person, Seen
    from tests.conversations.whole_service import Susu

RULES: Final = SavingRules(
    share_price=20_00, most_shares=5, social_amount=5_00, fine_amount=10_00, loan_rate=Decimal("1.5"), meetings=3
)
_numbers = count(1)


async def five(susu: Susu, language: str = "en") -> list[Person]:
    """Let five people in, with 1,000.00 each: chair, treasurer, secretary, and two more."""
    return [await susu.resident(name, money=1_000, language=language) for name in NAMES]


async def a_cycle(susu: Susu, people: list[Person], period: Period = Period.DAY, **more: Any) -> Circle:
    """Begin a cycle of these five whose first meeting is tomorrow."""
    ids = [(await susu.customer(each)).id for each in people]
    settings = SavingSettings(
        "Sunday savers", period, await susu.today() + timedelta(days=1), replace(RULES, **more), language="en"
    )
    async with susu.units.begin() as unit:
        circle = await lending.draft(unit, CIPHER, ids[0], settings, f"savers {next(_numbers)}")
        await forming.open_circle(unit, circle.id, ids[0])
        for who in ids:
            await forming.join(unit, CIPHER, circle.id, who)
        for role, who in ((Role.TREASURER, ids[1]), (Role.SECRETARY, ids[2])):
            await forming.name_officer(unit, circle.id, ids[0], role, who)
        await beginning.begin(unit, circle.id, ids[0])
    async with susu.units.begin() as unit:
        return await by_id(unit, circle.id)


async def buys(susu: Susu, circle: Circle, person: Person, shares: int) -> None:
    """Buy shares at the meeting that is open."""
    who = await susu.customer(person)
    async with susu.units.begin() as unit:
        await paying_in.pay_in(unit, circle.id, who.id, shares, f"bought {next(_numbers)}")


async def signs(person: Person) -> None:
    """Confirm the card that is open, with the PIN."""
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)


async def content(susu: Susu, seen: Seen) -> bytes:
    """Return the file that came with a message."""
    return bytes((await susu.sandbox.http.get(seen.json["document"]["url"])).content)


async def forges(susu: Susu, person: Person, data: str) -> None:
    """Tap a button that is under none of the person's messages, or is there no more."""
    update = {**forged(person, data, await person.last()), "update_id": 4_100_000 + next(_numbers)}
    await susu.inbox.store([update])
