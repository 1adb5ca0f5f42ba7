"""Savings circles that form: asked for in a group by an admin, made and joined in private, shown by one board."""

from __future__ import annotations

import pytest

from finance_core.notices import board_claims
from tests.conversations.harness import Group, Person, Seen
from tests.conversations.test_bills_in_groups import led
from tests.conversations.whole_service import PIN, Susu


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def four(susu: Susu) -> tuple[Person, Person, Person, Person, Group]:
    people = [await susu.resident(name, money=500) for name in ("Ana", "Bo", "Chidi", "Dee")]
    ana, bo, chidi, dee = people
    return ana, bo, chidi, dee, await susu.sandbox.group("Sunday Circle", *people, admins=(ana,))


async def goes_private(person: Person, group: Group, command: str) -> None:
    """Say something in the group that leads into private, and follow the link."""
    await person.in_group(group).says(command)
    said = await person.in_group(group).sees("made in private")
    await follows(person, said)


async def follows(person: Person, seen: Seen) -> None:
    [url] = [button["url"] for row in seen.json["buttons"] for button in row if "url" in button]
    await person.says(f"/start {url.partition('start=')[2]}")


async def joins(person: Person, group: Group, board: Seen) -> Seen:
    """Join by the board, and confirm with the PIN; return the card that said what it comes to."""
    await led(person, group, "Join", board)
    card = await person.sees("In all you pay in")
    await person.taps("Join", card)
    await person.sees("type your PIN")
    await person.says(PIN)
    return card


async def test_a_circle_is_opened_by_an_admin_and_runs_when_its_last_place_is_taken(susu: Susu) -> None:
    ana, bo, chidi, dee, group = await four(susu)
    await bo.in_group(group).says("/circle 50 weekly 4 people")
    await bo.in_group(group).sees("admin")
    await goes_private(ana, group, "/circle 50 weekly 4 people lottery")
    card = await ana.sees("Sunday Circle.*¥50.00 a week for each place.*4 places, so a pot of ¥200.00")
    assert "all turns are drawn at the start" in card.text
    await ana.taps("Change…", card)
    await ana.taps("Places")
    await ana.sees("How many places")
    await ana.says("2")
    await ana.sees("A circle has 3 to 50 places.*How many places")
    await ana.says("3")
    await ana.sees("3 places, so a pot of ¥150.00")
    await ana.taps("Open in Sunday Circle")
    await ana.sees("is open")
    board = await bo.in_group(group).sees("Sunday Circle.*Nobody is in it yet.*3 places are left.*Key 0")
    said = await joins(bo, group, board)
    assert "In all you pay in ¥150.00" in said.text
    assert "you may receive less" in said.text
    assert "It does not stand for the members" in said.text
    assert "☑️ I agree that my contributions are debited" in said.text
    await bo.sees("You are in Sunday Circle")
    await ana.in_group(group).sees("In it: Bo.*2 places are left")
    await bo.taps("See the circle")
    await bo.sees("You are in: place 1")
    await bo.taps("Pick a word")
    await bo.sees("Write a word of your own")
    await bo.says("x" * 4000)
    await bo.sees("A pick has at most 64 characters.*Write a word of your own")
    await bo.says("mango")
    await bo.sees("Your word for the draws: mango")
    await joins(chidi, group, board)
    await chidi.sees("You are in Sunday Circle")
    await led(dee, group, "Join", board)
    await dee.sees("In all you pay in")
    await dee.taps("Pick a word")
    await dee.sees("Write a word of your own")
    await dee.says("x" * 4000)
    await dee.sees("A pick has at most 64 characters.*Write a word of your own")
    await dee.says("rain")
    await dee.sees("Your word for the draws: rain")
    await dee.taps("Join")
    await dee.sees("type your PIN")
    await dee.says(PIN)
    await dee.sees("the circle has started")
    running = await ana.in_group(group).sees("Round 1 of 3: a pot of ¥150.00.*It goes to.*⏳ 1. Bo.*⏳ 3. Dee")
    await led(dee, group, "As a picture", running)
    assert (await dee.sees("Round 1 of 3")).json.get("photo")


async def test_what_cannot_be_is_said_in_a_sentence_and_loses_nothing(susu: Susu) -> None:
    bo, ana = await susu.resident("Bo"), await susu.resident("Ana", money=500)
    group = await susu.sandbox.group("Sunday Circle", bo, ana, admins=(bo, ana))
    await ana.in_group(group).says("/help")
    await ana.in_group(group).sees("private")
    await ana.says("/circle")
    await ana.sees("Choose the group")
    await ana.taps("Sunday Circle")
    await ana.sees("Which kind of circle")
    await ana.taps("Each time one gets it all")
    for said, refused in (
        ("about fifty", "How much does each place pay in"),
        ("0", "above zero|more than nothing|greater"),
        ("-5 a week", "How much does each place pay in"),
        ("0.001", "How much does each place pay in"),
    ):
        await ana.sees("How much does each place pay in, and how often")
        await ana.says(said)
        await ana.sees(f"{refused}.*|How much does each place pay in")
    await ana.says("50 a month from 1 January 2020, 10 people, auction")
    await ana.sees("The first day is between.*On which day is the first contribution due")
    await ana.says("in 3 weeks")
    card = await ana.sees("¥50.00 a month for each place.*10 places.*sealed bids")
    await ana.taps("Change…", card)
    await ana.taps("Rules…")
    await ana.taps("Not paid")
    await ana.taps("Use their deposit")
    await ana.sees("Each place puts in a deposit of ¥50.00")
    await group.member(ana, "demote")
    await ana.taps("Open in Sunday Circle")
    await ana.sees("admin")
    await group.member(ana, "promote")
    await ana.taps("Open in Sunday Circle", card)
    await ana.in_group(group).sees("Nobody is in it yet")
    await ana.says("/circle 30 weekly 4 people")
    await ana.taps("Sunday Circle", await ana.sees("Choose the group"))
    await ana.sees("¥30.00 a week for each place.*4 places")
    await ana.taps("Open in Sunday Circle")
    await ana.taps("Call it off", await ana.sees("is open"))
    await ana.sees("Everybody is out free")
    await ana.taps("Confirm")
    await ana.sees("Sunday Circle is called off")


async def test_a_circle_starts_with_fewer_when_each_has_confirmed_the_new_total(susu: Susu) -> None:
    ana, bo, chidi, dee, group = await four(susu)
    await goes_private(ana, group, "/circle 每月50，5人，固定")
    await ana.sees("¥50.00 a month.*5 places")
    await ana.taps("Open in Sunday Circle")
    board = await ana.in_group(group).sees("Nobody is in it yet")
    for person in (ana, bo, chidi, dee):
        await joins(person, group, board)
        await person.sees("You are in Sunday Circle")
    await dee.taps("Take it back")
    await dee.sees("before it starts")
    await dee.taps("Confirm")
    await dee.sees("You are out of Sunday Circle")
    await led(ana, group, "Join", board)
    await ana.sees("You are in: place 2")
    await ana.taps("Turns")
    await ana.sees("In which order do the 5 places receive")
    await ana.says("2 3")
    await ana.sees("In which order do the 5 places receive")
    await ana.says("5 4 3 2 1")
    await ana.sees("Set. Whose days or turn it changes confirms once more")
    await ana.taps("See the circle")
    await ana.sees("You are in: place 2")
    await ana.taps("Start now")
    await ana.sees("The new total is ¥150.00")
    await ana.taps("Confirm")
    await ana.says(PIN)
    await ana.sees("was asked to confirm")
    for person in (bo, chidi):
        await led(person, group, "Join", board)
        await person.taps("Confirm the new total", await person.sees("You are in: place"))
        await person.sees("The new total is ¥150.00")
        await person.taps("Confirm")
        await person.says(PIN)
        await person.sees("Confirmed")
    await chidi.taps("See the circle")
    await chidi.sees("¥50.00 a month, 3 places, fixed turns.*Round 1 of 3")
    await ana.in_group(group).sees("Round 1 of 3")
    await susu.verified()


async def test_the_chair_lets_people_in_and_who_wants_more_places_than_are_left_waits(susu: Susu) -> None:
    bo = await susu.resident("博", money=500, language="zh")
    ana, chidi, dee = [await susu.resident(name, money=500) for name in ("Ana", "Chidi", "Dee")]
    group = await susu.sandbox.group("Sunday Circle", ana, bo, chidi, dee, admins=(ana,))
    await ana.in_group(group).says("@susu_demo_bot start a circle, 4 people, 50 a month")
    await follows(ana, await ana.in_group(group).sees("made in private"))
    card = await ana.sees("¥50.00 a month.*4 places")
    people = ("Change…", "Rules…", "More…", "Who joins, who leaves…")
    for tap in (*people, "Kept of leavers", "5%", *people, "Reliability", "90%", *people, "Reliability", "0%"):
        await ana.taps(tap, card)
        if tap == "90%":
            await ana.sees("at least 90% of their rounds.*|Of what comes back to who leaves 5% is kept")
    for tap in (*people, "Approval", "Yes, the chair approves"):
        await ana.taps(tap, card)
    assert "leaves 5% is kept" in (await ana.sees("The chair says yes")).text
    await ana.taps("Open in Sunday Circle", card)
    board = await ana.in_group(group).sees("4 places are left")
    await joins(ana, group, board)
    await ana.sees("You are in Sunday Circle")
    await led(bo, group, "Join", board)
    assert "须先经 Ana 同意" in (await bo.sees("合计交 ¥200.00")).text
    await bo.taps("入会")
    await bo.sees("请输入密码")
    await bo.says(PIN)
    await bo.sees("已申请加入 Sunday Circle.*未扣款")
    await ana.sees("博.*wants to join")
    await ana.taps("Answer")
    await ana.sees("博")
    await ana.taps("Yes to 博")
    await bo.sees("您已加入：Sunday Circle")
    await ana.in_group(group).sees("In it: Ana, 博.*2 places are left")
    await susu.verified()


async def test_what_stands_in_the_way_of_joining_is_told_with_what_would_change_it(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=500), await susu.resident("Bo", money=500, has_applied=False)
    group = await susu.sandbox.group("Sunday Circle", ana, bo, admins=(ana,))
    await goes_private(ana, group, "/circle 600 monthly 12 people lottery")
    await ana.taps("Open in Sunday Circle", await ana.sees("12 places, so a pot of ¥7,200.00"))
    board = await ana.in_group(group).sees("12 places are left")
    await led(bo, group, "Join", board)
    if "18 or older" in (await bo.sees("18 or older|earn in a month")).text:
        await bo.taps("Yes")
    await bo.sees("What do you earn in a month")
    await bo.says("1000")
    await bo.sees("circles and loans would take ¥600.00 in 30 days; ¥400.00 is the most")
    await led(ana, group, "Join", board)
    await ana.sees("After receiving you would still have ¥6,600.00 to pay; ¥5,000.00 is the most")
    await ana.taps("Keep back ¥1,600.00 of my payout")
    assert "In all you pay in ¥7,200.00" in (await ana.sees("Of each payout ¥1,600.00 is kept back")).text
