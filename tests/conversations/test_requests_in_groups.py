"""Requests from a group: told to who is asked and to who asks, in private; the group sees nothing."""

from __future__ import annotations

from tests.conversations.harness import Group, Person
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.whole_service import Susu


async def two(susu: Susu) -> tuple[Person, Person, Group]:
    ana, bo = [await susu.resident(name, money=100) for name in ("Ana", "Bo")]
    return ana, bo, await susu.sandbox.group("Lunch", ana, bo)


async def nothing_is_said_by_the_bot(who: Person, group: Group) -> None:
    there = await who.in_group(group).messages()
    assert not [each for each in there if each.json["from_bot"]]


async def test_who_is_named_is_asked_in_private_and_pays_there(susu: Susu) -> None:
    ana, bo, group = await two(susu)
    await ana.in_group(group).says(f"/request 20 @{bo.json['username']} lunch")
    await ana.sees("You've asked Bo.* for ¥20.00. The group sees nothing of it.*“lunch”")
    asked = await bo.sees("Ana.* asks you for ¥20.00.*lunch")
    await ana.in_group(group).sees_nothing()
    await nothing_is_said_by_the_bot(ana, group)
    await bo.taps("Pay ¥20.00", asked)
    await confirms_with_pin(bo)
    await ana.sees("¥20.00 from Bo|Bo.*¥20.00")
    await susu.verified()


async def test_who_is_answered_is_asked(susu: Susu) -> None:
    ana, bo, group = await two(susu)
    spoke = await bo.in_group(group).says("here I am")
    await ana.in_group(group).says("/request 20 the taxi", reply_to=spoke.id)
    await bo.sees("Ana.* asks you for ¥20.00.*the taxi")


async def test_somebody_is_asked_in_words_that_name_the_bot(susu: Susu) -> None:
    ana, bo, group = await two(susu)
    await ana.in_group(group).says(f"@susu_demo_bot ask @{bo.json['username']} for 20 for the taxi")
    await bo.sees("Ana.* asks you for ¥20.00.*the taxi")
    await nothing_is_said_by_the_bot(ana, group)


async def test_what_is_wrong_is_told_in_private_alone(susu: Susu) -> None:
    ana, bo, group = await two(susu)
    at_bo = f"@{bo.json['username']}"
    for said, why in (
        ("/request", "To ask for money from a group"),
        ("/request -5 " + at_bo, "To ask for money from a group"),
        (f"/request 20 {at_bo} @{ana.json['username']}", "To ask for money from a group"),
        ("/request 20 @nobody_at_all", "@nobody_at_all"),
        (f"/request 20 @{ana.json['username']}", "yourself"),
    ):
        await ana.in_group(group).says(said)
        await ana.sees(why)
    await nothing_is_said_by_the_bot(ana, group)
    await bo.sees_nothing()


async def test_who_takes_nothing_from_the_asker_is_not_named_before_the_group(susu: Susu) -> None:
    ana, bo, group = await two(susu)
    await bo.says(f"/block @{ana.json['username']}")
    await bo.taps("Confirm") if "Confirm" in (await bo.last()).labels else None
    await ana.in_group(group).says(f"/request 20 @{bo.json['username']}")
    await ana.sees("Bo|can't")
    await nothing_is_said_by_the_bot(ana, group)


async def joins_by(dee: Person, group: Group, words: str) -> None:
    """Say something in the group, follow the link, and join."""
    await dee.in_group(group).says(words)
    led = await dee.in_group(group).sees("join")
    await dee.says(f"/start {led.json['buttons'][0][0]['url'].partition('start=')[2]}")
    await dee.sees("We'll go on with this once you have joined")
    await dee.taps("English", await dee.sees("Welcome"))
    await dee.taps("I agree")
    await dee.sees("share your phone")
    await dee.shares_contact()
    for step in ("Now choose a PIN", "Once more"):
        await dee.sees(step)
        await dee.says("493027")


async def test_who_has_not_joined_asks_once_they_have(susu: Susu) -> None:
    _, bo, group = await two(susu)
    dee = await susu.stranger("Dee")
    await group.member(dee, "join")
    await joins_by(dee, group, f"/request 20 @{bo.json['username']} lunch")
    await dee.sees("You've asked Bo.* for ¥20.00")
    await bo.sees("Dee.* asks you for ¥20.00.*lunch")


async def test_who_has_not_joined_splits_the_bill_in_the_group_once_they_have(susu: Susu) -> None:
    ana, bo, group = await two(susu)
    dee = await susu.stranger("Dee")
    await group.member(dee, "join")
    await joins_by(dee, group, f"/split 90 @{bo.json['username']} tea")
    await dee.sees("It will appear in Lunch")
    await ana.in_group(group).sees("Dee splits a bill of ¥90.00.*tea.*In it: Bo, Dee")
