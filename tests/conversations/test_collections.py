"""Collections for a cause in the private chat: begun in words, given to by a link, ended, called off, thanked for."""

from __future__ import annotations

import re

from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.test_packets_in_groups import lunch, makes, opens, shows
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def begun(person: Person, *, words: str, turns: tuple[str, ...] = ()) -> str:
    """Begin a collection and return its link's payload; it has a goal where the words name a sum."""
    await person.says(f"/collect {words}")
    if not words[0].isdecimal():
        await person.sees("Is there a goal")
        await person.says("no")
    await person.sees("Collect for")
    for turn in turns:
        await person.taps(turn)
        await person.sees("Collect for")
    await person.taps("Confirm")
    link = re.search(r"start=(c-\S+)", (await person.sees("is open")).text)
    assert link is not None
    return link[1]


async def gives(person: Person, link: str, amount: str) -> None:
    """Open the link and give."""
    await person.says(f"/start {link}")
    await person.sees("collects? for|Your collection")
    await person.taps("Give")
    await person.sees("How much would you like to give")
    await person.says(amount)
    await confirms_the_gift(person)


async def confirms_the_gift(person: Person) -> None:
    """Confirm the gift that is on the card."""
    await person.sees("You can't take it back")
    await confirms_with_pin(person)
    await person.sees("given")


async def test_a_collection_is_given_to_and_paid_out_after_its_last_day(susu: Susu) -> None:
    ana, bo, cy = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Cy")]
    link = await begun(ana, words="50 for the school roof in 2 days")
    await gives(bo, link, "20")
    await gives(cy, link, "5.50")
    await cy.says(f"/start {link}")
    seen = await cy.sees("Ana collects for the school roof")
    assert "¥25.50 of ¥50.00, from 2 gifts" in seen.text
    assert "Given by Bo, Cy" in seen.text
    assert "¥20.00" not in seen.text
    await ana.says("/collections")
    await ana.sees("Your collection")
    await ana.taps("the school roof")
    assert f"Bo (@{bo.json['username']}): ¥20.00" in (await ana.sees("Your collection")).text
    await susu.travel(days=3)
    await ana.sees(r"\+¥25.50")
    await ana.taps("Thank them")
    await ana.sees("What do you want to say")
    await ana.says("Thank you! We bought tiles.")
    await ana.sees("It can be sent once")
    await ana.taps("Confirm")
    await ana.sees("Sent to everybody")
    await bo.sees("We bought tiles")
    await gave_too_late(bo, link)
    assert await susu.balance(ana) == yuan("125.50")


async def gave_too_late(person: Person, link: str) -> None:
    """See that the collection has ended, with nothing to give to."""
    await person.says(f"/start {link}")
    seen = await person.sees("It has ended: ¥25.50 from 2 gifts")
    assert "Give" not in seen.labels


async def test_what_is_called_off_goes_back_whole(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", money=100)
    link = await begun(ana, words="for a wheelchair until the end of the month")
    await gives(bo, link, "30")
    await ana.says(f"/start {link}")
    await ana.sees("Your collection")
    await ana.taps("Call off")
    await ana.sees("goes back to those who gave")
    await ana.taps("Confirm")
    await ana.sees("Called off")
    await bo.sees("came back")
    assert await susu.balance(bo) == yuan(100)


async def test_all_or_nothing_that_falls_short_gives_each_gift_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("博", language="zh", money=100)
    link = await begun(ana, words="500 for a well in 2 days", turns=("All or nothing", "Hide givers' names"))
    await bo.says(f"/start {link}")
    assert "还没有人出资\n目标 ¥500.00" in (await bo.sees("Ana正在为a well筹款")).text
    await bo.taps("出资")
    await bo.sees("您想给“a well”出资多少")
    await bo.says("30")
    await bo.sees("不足 ¥500.00 就全部退回")
    await bo.taps("确认")
    await bo.sees("PIN|密码")
    await bo.says(PIN)
    await bo.sees("已出资 ¥30.00")
    await susu.travel(days=3)
    await bo.sees("30.00")
    await ana.sees("“a well” fell short of its goal.*¥30.00 went back to the givers")
    assert await susu.balance(bo) == yuan(100)


async def test_what_is_missing_of_a_collection_is_asked_and_a_day_must_be_one(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/collect")
    await ana.sees("What is the collection for")
    await ana.says("Grandma's 80th birthday")
    await ana.sees("Until which day")
    await ana.says("whenever")
    await ana.sees("Which day is the last")
    await ana.says("in 4 months")
    await ana.sees("Is there a goal")
    await ana.says("1000")
    await ana.sees("within 90 days")


async def test_whoever_has_travelled_sees_on_boards_how_things_stand_now(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", money=100)
    group = await lunch(susu, ana, bo)
    made, _ = await makes(ana, "/packet 10 2")
    board = await shows(ana, group, made)
    await opens(bo, group, board)
    await ana.in_group(group).sees("1 of 2 opened")
    await susu.sandbox.fault("slow", method="editMessageText", delay_seconds=1)
    await susu.travel(days=1, minutes=1)
    await susu.sandbox.heal()
    [shown] = [each for each in await ana.in_group(group).messages() if "red packet from Ana" in each.text]
    assert "Over: 1 of 2 opened, the rest of ¥10.00 went back" in shown.text
    assert "Seed" in shown.text


async def test_another_person_ends_nothing_and_a_guessed_link_opens_nothing(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", money=100)
    link = await begun(ana, words="for the choir in 2 days")
    await bo.says("/start c-notatoken12")
    await bo.sees("no such collection|not open")
    await bo.says(f"/start {link}")
    shown = await bo.sees("Ana collects for the choir")
    assert "Call off" not in shown.labels


async def test_a_collection_stands_in_a_group_and_is_given_to_in_private(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", money=100)
    group = await susu.sandbox.group("Choir", ana, bo, admins=(ana,))
    there, bo_there = ana.in_group(group), bo.in_group(group)
    await there.says("/collect 60 for new music stands in 2 weeks")
    led = await there.sees("Start a collection in our private chat")
    await ana.says(f"/start {led.json['buttons'][0][0]['url'].partition('start=')[2]}")
    await ana.taps("Confirm", await ana.sees("Collect for"))
    await ana.taps("Show in a group", await ana.sees("is open"))
    await ana.taps("Choir", await ana.sees("which group"))
    board = await bo_there.sees("Ana collects for new music stands")
    assert "No gifts yet\nGoal ¥60.00" in board.text
    answer = await bo_there.taps("Give", board)
    assert answer is not None
    payload = answer["url"].partition("?start=")[2]
    await ana.says(f"/start {payload}")
    await ana.sees("isn't for you|not yours|made for somebody else|link")
    await bo.says(f"/start {payload}")
    await bo.taps("Give", await bo.sees("Ana collects for new music stands"))
    await bo.sees("How much would you like to give")
    await bo.says("20")
    await confirms_the_gift(bo)
    await bo_there.sees("¥20.00 of ¥60.00.*Given by Bo")
    assert await susu.balance(bo) == yuan(80)


async def test_a_question_tells_where_the_money_of_a_collection_lies(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo", money=50)
    await ana.says("where is the money of my collection")
    await ana.sees("You have no collections")
    link = await begun(ana, words="50 for the school roof in 2 days")
    await gives(bo, link, "20")
    await ana.says("where is the money of my collection")
    told = await ana.sees("“the school roof”: ¥20.00 is kept apart until")
    assert "My collections" in told.labels
