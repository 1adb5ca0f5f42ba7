"""Circles in groups that change: a supergroup in the middle, the bot and its people gone and back, who has no name."""

from __future__ import annotations

import pytest

from finance_core.circles import membership
from finance_core.circles.boards import CIRCLE
from finance_core.circles.models import Circle
from finance_core.circles.rules.settings import Order
from finance_core.groups import service as groups
from finance_core.notices import board_claims, boards
from tests.builders import CIPHER
from tests.conversations.circles import a_circle, opens
from tests.conversations.harness import Group, Person
from tests.conversations.test_bills_in_groups import led
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def in_their_group(susu: Susu, **more: object) -> tuple[Person, Person, Person, Group, Circle]:
    """A circle of three that runs, with its board in their group."""
    ana, bo, chidi = [await susu.resident(name, money=1_000) for name in ("Ana", "Bo", "Chidi")]
    group = await susu.sandbox.group("Sunday Circle", ana, bo, chidi, admins=(ana,))
    circle = await a_circle(susu, ana, bo, chidi, **{"order": Order.FIXED, **more})
    await bound(susu, ana, group, circle)
    return ana, bo, chidi, group, circle


async def bound(susu: Susu, chair: Person, group: Group, circle: Circle) -> None:
    who = await susu.customer(chair)
    async with susu.units.begin() as unit:
        there = await groups.met(unit, CIPHER, group.chat_id, title="Sunday Circle", language="en")
        await membership.put_in_group(unit, circle.token, who.id, there.id)
        await boards.show(unit, CIRCLE, circle.id, chat_id=group.chat_id, language="en")


async def test_a_group_becomes_a_supergroup_between_two_taps_on_a_circles_card(susu: Susu) -> None:
    ana, bo, _, group, circle = await in_their_group(susu)
    board = await ana.in_group(group).sees("Round 1 of 3")
    await led(bo, group, "Mine", board)
    await bo.sees("Place 2: receives in round 2")
    there = await group.migrates()
    await bo.taps("Pay")
    await bo.taps("Confirm", await bo.sees("Pay ¥100.00"))
    await bo.sees("Paid: ¥100.00")
    anew = await ana.in_group(there).sees("Round 1 of 3.*✅ 2. Bo")
    await led(ana, there, "Mine", anew)
    await ana.sees("You are the chair")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await ana.in_group(there).sees("round 1 of 3 has ended.*went to Ana.*Everybody has paid")
    await ana.in_group(there).sees("Round 2 of 3")


async def test_two_circles_in_a_group_have_two_boards_and_end_their_rounds_each(susu: Susu) -> None:
    ana, bo, chidi, group, first = await in_their_group(susu)
    second = await a_circle(susu, bo, ana, chidi, order=Order.FIXED)
    await bound(susu, bo, group, second)
    for circle in (first, second):
        await ana.in_group(group).sees(f"{circle.code}.*Round 1 of 3")
    await susu.travel(f"{first.first_due_on} 10:00")
    await ana.in_group(group).sees(f"{first.code}.*has ended.*went to Ana")
    await ana.in_group(group).sees(f"{second.code}.*has ended.*went to Bo")


async def test_who_leaves_the_group_blocks_the_bot_or_sends_it_away_is_still_in_the_circle(susu: Susu) -> None:
    ana, bo, chidi, group, circle = await in_their_group(susu)
    await ana.in_group(group).sees("Round 1 of 3")
    await group.member(chidi, "leave")
    await bo.blocks()
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="remove")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await opens(chidi, "Round 2 of 3")
    assert [str(await susu.balance(each)) for each in (ana, bo, chidi)] == ["1,200.00", "900.00", "900.00"]
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="add")
    await ana.in_group(group).sees("Round 2 of 3")  # its board returns with the bot
    await bo.unblocks()
    await opens(bo, "receives in round 2")
    await susu.left_in_order()


async def test_an_admin_without_a_name_is_told_that_acts_need_one(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo")
    group = await susu.sandbox.group("Sunday Circle", ana, bo, admins=(ana,))
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="promote")
    await group.member(ana, "anonymous")
    await ana.in_group(group).says("/circle 50 weekly 4 people")
    await ana.in_group(group).sees("name|anonym")
    await group.member(ana, "named")
    await ana.in_group(group).says("/circle 50 weekly 4 people")
    await ana.in_group(group).sees("made in private")


async def forming(susu: Susu, ana: Person, group: Group, *approval: str) -> str:
    """Let Ana open a circle of four in her group; return what the invitation makes people write."""
    await ana.in_group(group).says("/circle 50 weekly 4 people lottery")
    said = await ana.in_group(group).sees("made in private")
    [url] = [button["url"] for row in said.json["buttons"] for button in row if "url" in button]
    await ana.says(f"/start {url.partition('start=')[2]}")
    card = await ana.sees("4 places")
    for tap in approval:
        await ana.taps(tap, card)
        card = await ana.sees(".")
    await ana.taps("Open in Sunday Circle", card)
    return "/start " + (await ana.sees("Invite people by this link")).text.partition("start=")[2].split()[0]


async def joins(person: Person, link: str, *, places: int = 1, button: str = "Join") -> None:
    await person.says(link)
    card = await person.sees("In all you pay in")
    if places > 1:
        await person.taps(f"Take {places} places", card)
        card = await person.sees(f"{places} places")
    await person.taps(button, card)
    await person.sees("type your PIN")
    await person.says(PIN)


async def test_by_the_invitation_people_ask_and_the_chair_says_yes_to_each(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=500) for name in ("Ana", "Bo", "Chidi")]
    group = await susu.sandbox.group("Sunday Circle", ana, admins=(ana,))
    way = ("Change…", "Rules…", "More…", "Who joins, who leaves…", "Approval", "Yes, the chair approves")
    link = await forming(susu, ana, group, *way)
    for person, answer in ((bo, "Yes to Bo"), (chidi, "No, thanks")):
        await joins(person, link)
        await person.sees("asked")
        await ana.taps("Answer", await ana.sees(f"{person.name}.*wants to join"))
        await ana.taps(answer, await ana.sees(person.name))
    await bo.sees("You are in: a place in Sunday Circle")
    await chidi.sees("not|no ")
    await ana.in_group(group).sees("In it: Bo.*3 places are left")


async def test_who_wants_more_places_than_are_left_waits_and_gets_those_of_who_goes(susu: Susu) -> None:
    people = [await susu.resident(name, money=500) for name in ("Ana", "Bo", "Chidi", "Dee")]
    ana, bo, chidi, dee = people
    group = await susu.sandbox.group("Sunday Circle", ana, admins=(ana,))
    link = await forming(susu, ana, group)
    await joins(bo, link, places=2)
    await bo.sees("You are in Sunday Circle")
    await joins(chidi, link)
    await chidi.sees("You are in Sunday Circle")
    await joins(dee, link, places=2, button="Wait for a place")
    await dee.sees("number 1 on the waiting list")
    await bo.taps("Take it back")
    await bo.taps("Confirm", await bo.sees("before it starts"))
    await dee.sees("You are in: a place in Sunday Circle")
    await ana.in_group(group).sees("Chidi, Dee|Dee, Chidi")
    await susu.verified()


async def test_officers_nudge_who_is_waiting_once_a_day(susu: Susu) -> None:
    ana, bo, _, _, circle = await in_their_group(susu)
    await opens(bo, "Round 1 of 3")
    await bo.taps("More")
    await bo.taps("My settings", await bo.sees("pays a fine"))
    await bo.taps("Stop the debits", await bo.sees("goes to: My wallet"))
    await bo.sees("No more debits")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await opens(ana, "Round 1 of 3")
    await ana.taps("For officers")
    await ana.taps("Remind them", await ana.sees("Bo"))
    await ana.sees("Reminded in private")
    await bo.sees("the others are waiting for it")
    await ana.taps("Remind them")
    await ana.sees("reminded today already")
    await susu.verified()
