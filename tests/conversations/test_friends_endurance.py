"""What money among friends stands in groups: who blocks, leaves, is removed or renamed; the bot out; cards gone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from finance_core.notices import board_claims
from tests.builders import yuan
from tests.conversations.harness import Group, Person, Seen
from tests.conversations.test_bills_in_groups import led, said, three
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.test_packets_in_groups import lunch, makes, opens, shows, until_shown
from tests.conversations.whole_service import Susu

LONGEST = ("<b>&\u202eعربي🧧" * 40)[:255]
HURTS_NOBODY = LONGEST[:64]
"""As long as Telegram lets a first name be: markup, right to left, emoji."""


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def until(susu: Susu, query: str, wanted: object, **values: Any) -> None:
    async with asyncio.timeout(15):
        while await susu.value(query, **values) != wanted:  # noqa: ASYNC110 - another process's doing
            await asyncio.sleep(0.05)


async def a_packet(susu: Susu, *names: str, shares: int = 3) -> tuple[list[Person], Group, Seen]:
    """Let people into a group in which the first of them shows a packet of 10.00."""
    people = [await susu.resident(name, money=50) for name in names]
    group = await lunch(susu, *people)
    made, _ = await makes(people[0], f"/packet 10 {shares}")
    return people, group, await shows(people[0], group, made)


async def test_who_has_blocked_the_bot_opens_a_share_all_the_same_and_holds_up_nobody(susu: Susu) -> None:
    (ana, bo, chidi), group, board = await a_packet(susu, "Ana", "Bo", "Chidi")
    await susu.sandbox.post(f"chats/{bo.chat_id}/block", **{"from": bo.id}, blocked=True)
    assert "is in your wallet" in (await opens(bo, group, board))["text"]
    assert "is in your wallet" in (await opens(chidi, group, board))["text"]
    await chidi.sees("from Ana's red packet")
    await ana.in_group(group).sees("2 of 3 opened.*Bo · ¥.*Chidi · ¥")
    assert (await susu.balance(bo)).amount > yuan(50).amount
    await until(susu, "SELECT unreachable_since IS NOT NULL FROM customer WHERE telegram_id = :id", True, id=bo.id)
    await susu.left_in_order()


@pytest.mark.parametrize("way", ["leaves", "a person", "another bot", "an anonymous admin"])
async def test_who_is_out_of_a_group_is_offered_it_no_more_whoever_caused_it(susu: Susu, way: str) -> None:
    (ana, bo), group, _ = await a_packet(susu, "Ana", "Bo")
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="promote")
    await bo.in_group(group).says("/help")
    await bo.in_group(group).sees("What Susu does in a group")
    if way == "an anonymous admin":
        await group.member(ana, "anonymous")
    by = {"leaves": bo.id, "another bot": "other_bot"}.get(way, ana.id)
    await group.member(bo, "leave" if way == "leaves" else "kick", by=by)
    is_in = """SELECT is_in FROM group_member m JOIN customer c ON c.id = m.customer_id
        JOIN group_chat g ON g.id = m.group_id WHERE c.telegram_id = :id AND g.chat_id = :chat"""
    await until(susu, is_in, False, id=bo.id, chat=group.chat_id)
    made, _ = await makes(bo, "/packet 5 2")
    await bo.taps("Show it in a group", made)
    await bo.sees("We share no group yet")


async def test_a_new_name_stands_on_the_card_with_its_next_change(susu: Susu) -> None:
    (ana, bo, chidi), group, board = await a_packet(susu, "Ana", "Bo", "Chidi")
    await opens(bo, group, board)
    await ana.in_group(group).sees("Bo · ¥")
    await susu.sandbox.post(f"people/{bo.id}", first_name=HURTS_NOBODY)
    await opens(bo, group, board)
    await opens(chidi, group, board)
    shown = await ana.in_group(group).sees("2 of 3 opened")
    assert "Bo · " not in shown.text
    assert "عربي" in shown.text
    assert "<b>&amp;" not in shown.text
    assert "\u202e" not in shown.text


async def test_the_bot_removed_and_added_brings_its_card_back_as_it_stands_then(susu: Susu) -> None:
    (ana, bo, chidi), group, board = await a_packet(susu, "Ana", "Bo", "Chidi")
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="remove")
    await until(susu, "SELECT bot_in FROM group_chat WHERE chat_id = :chat", False, chat=group.chat_id)
    assert "is in your wallet" in (await opens(bo, group, board))["text"], "the old card's button still works"
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="add")
    anew = await ana.in_group(group).sees("1 of 3 opened.*Bo · ¥")
    assert anew.id > board.id
    await opens(chidi, group, anew)
    await until_shown(ana.in_group(group), anew, "2 of 3 opened")


async def test_a_card_that_an_admin_deletes_is_sent_anew_with_its_next_change(susu: Susu) -> None:
    people = [await susu.resident(name, money=50) for name in ("Ana", "Bo")]
    ana, bo = people
    group = await lunch(susu, *people)
    made, token = await makes(ana, "/packet 10 3")
    board = await shows(ana, group, made)
    await susu.sandbox.post(f"chats/{group.chat_id}/deletions", **{"from": ana.id}, message_id=board.id)
    await bo.says(f"/start p-{token}")
    await bo.sees("red packet")
    await bo.taps("Open")
    anew = await ana.in_group(group).sees("1 of 3 opened.*Bo · ¥")
    assert anew.id > board.id


async def test_one_packet_in_three_chats_is_one_packet_and_each_card_of_it_is_current(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=50) for name in ("Ana", "Bo", "Chidi")]
    groups = [await lunch(susu, ana, bo), await lunch(susu, ana, chidi)]
    _, token = await makes(ana, "/packet 10 2")
    pair = int((await susu.sandbox.post("pairs", people=[ana.id, bo.id]))["chat_id"])
    cards = []
    for chat in (groups[0].chat_id, groups[1].chat_id, pair):
        await susu.sandbox.post("inline", **{"from": ana.id}, query=token, chat_id=chat)
        cards.append(Seen(await susu.sandbox.post("inline", **{"from": ana.id}, result_id=token, chat_id=chat)))
    first = await opens(bo, groups[0], cards[0])
    again = await Person(susu.sandbox, bo.json, pair).taps("Open", cards[2])
    assert again is not None
    assert again["text"] == first["text"]
    await opens(chidi, groups[1], cards[1])
    there = [ana.in_group(groups[0]), ana.in_group(groups[1]), Person(susu.sandbox, ana.json, pair)]
    for person, card in zip(there, cards, strict=True):
        await until_shown(person, card, "All 2 opened, ¥10.00 together")
    assert "Too late" in (await opens(ana, groups[0], cards[0]))["text"]
    assert (await susu.balance(bo)).amount + (await susu.balance(chidi)).amount == yuan(110).amount


async def test_a_sender_who_has_spent_all_the_rest_owes_nobody_a_share(susu: Susu) -> None:
    (ana, bo, chidi), group, board = await a_packet(susu, "Ana", "Bo", "Chidi", shares=2)
    await ana.says(f"/send @{chidi.json['username']} 40")
    await ana.sees("¥40.00")
    await confirms_with_pin(ana)
    await chidi.sees("Ana sent you ¥40.00")
    assert await susu.balance(ana) == yuan(0)
    assert "is in your wallet" in (await opens(bo, group, board))["text"]
    assert "is in your wallet" in (await opens(chidi, group, board))["text"]
    await ana.in_group(group).sees("All 2 opened, ¥10.00 together")
    await susu.verified()


async def test_the_longest_names_of_any_script_are_shown_and_answered_with(susu: Susu) -> None:
    ana, bo = [await susu.resident(HURTS_NOBODY, money=50, username=name) for name in ("longest1", "longest2")]
    group = await susu.sandbox.group(LONGEST, ana, bo)
    await ana.in_group(group).says("/help")
    await ana.in_group(group).sees("What Susu does in a group")
    made, _ = await makes(ana, "/packet 10 2")
    await ana.taps("Show it in a group", made)
    where = await ana.sees("Show it in which group")
    answer = await ana.taps(where.labels[0], where)
    assert answer is not None
    assert "عربي" in answer["text"]
    board = await ana.in_group(group).sees("red packet from")
    assert "red packet is in your wallet" in (await opens(bo, group, board))["text"]
    await ana.in_group(group).sees("1 of 2 opened")
    await ana.in_group(group).says("/split 20 @longest2 &amp; <b>soup")
    draft = await ana.in_group(group).sees("splits a bill of ¥20.00")
    assert "<b>soup" in draft.text


async def test_a_bill_goes_on_in_the_supergroup_that_its_group_becomes_in_the_middle(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    await ana.in_group(group).says(f"/split 300 @{bo.json['username']} hotpot")
    draft = await ana.in_group(group).sees("In it: Bo, Ana")
    there = await group.migrates()
    anew = await ana.in_group(there).sees("In it: Bo, Ana")
    assert await said(chidi, there, "I'm in", anew) == "You're in."
    told = await said(ana, group, "Ask for it", draft)
    assert told == "We've asked each of them in private.", "an old button still works"
    board = await ana.in_group(there).sees("⏳ Bo.*⏳ Chidi")
    await bo.sees("your share is ¥100.00")
    await led(bo, there, "Pay my share", board)
    await bo.taps("Pay ¥100.00")
    await confirms_with_pin(bo)
    await ana.in_group(there).sees("✅ Bo.*⏳ Chidi")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(600), yuan(400))


async def test_an_admin_who_takes_the_right_to_pin_or_demotes_the_bot_loses_no_card(susu: Susu) -> None:
    (ana, bo, chidi), group, board = await a_packet(susu, "Ana", "Bo", "Chidi")
    for action, more in (("promote", {"can_pin": False}), ("demote", {})):
        await susu.sandbox.post(f"groups/{group.chat_id}/bot", action=action, **more)
    await opens(bo, group, board)
    await until_shown(ana.in_group(group), board, "1 of 3 opened")
    await opens(chidi, group, board)
    await until_shown(ana.in_group(group), board, "2 of 3 opened")
