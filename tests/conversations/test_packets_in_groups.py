"""Red packets where others see them: in a group, by inline mode in a chat of two, and the way from there to Susu."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from bot.commands.friends import verified_packet
from finance_core.notices import board_claims
from tests.builders import yuan
from tests.conversations.harness import Group, Json, Person, Seen
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.whole_service import Susu


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def lunch(susu: Susu, *members: Person) -> Group:
    """A group in which Susu has seen its first member."""
    group = await susu.sandbox.group("Lunch", *members)
    await members[0].in_group(group).says("/help")
    await members[0].in_group(group).sees("What Susu does in a group")
    return group


async def makes(ana: Person, command: str) -> tuple[Seen, str]:
    """Make a packet and return the card that says so, and its token."""
    await ana.says(command)
    await ana.sees("A red packet of")
    await confirms_with_pin(ana)
    made = await ana.sees("can be opened until")
    token = re.search(r"start=p-(\S+)", made.text)
    assert token is not None
    return made, token[1]


async def shows(ana: Person, group: Group, made: Seen) -> Seen:
    await ana.taps("Show it in a group", made)
    where = await ana.sees("Show it in which group")
    answer = await ana.taps("Lunch", where)
    assert answer is not None
    assert answer["text"] == "It will appear in Lunch."
    return await ana.in_group(group).sees("A red packet from Ana")


async def opens(person: Person, group: Group, board: Seen) -> Json:
    answer = await person.in_group(group).taps("Open", board)
    assert answer is not None
    return answer


async def test_a_packet_in_a_group_is_opened_by_a_tap_and_its_card_says_who_opened_what(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=50) for name in ("Ana", "Bo", "Chidi")]
    group = await lunch(susu, ana, bo, chidi)
    made, _ = await makes(ana, "/packet 10 2 bon appetit")
    board = await shows(ana, group, made)
    assert "bon appetit" in board
    assert "0 of 2 opened" in board
    got = (await opens(bo, group, board))["text"]
    assert re.search(r"¥\d\.\d\d from Ana's red packet is in your wallet", got)
    assert (await opens(bo, group, board))["text"] == got
    await ana.in_group(group).sees("1 of 2 opened.*Bo · ¥")
    await opens(chidi, group, board)
    over = await ana.in_group(group).sees("All 2 opened, ¥10.00 together.*Luckiest.*Seed: [0-9a-f]{64}")
    late = await opens(ana, group, board)
    assert "Too late" in late["text"]
    assert over.labels == ["Check the packet"]
    check = await bo.in_group(group).taps("Check the packet", over)
    assert check is not None
    await bo.says(f"/start {check['url'].partition('start=')[2]}")
    shown = await bo.sees("The draw fits its seal")
    found = verified_packet(shown.text[shown.text.index("{") :])
    assert (found["ok"], found["wrong"]) == (True, [])
    assert await susu.balance(ana) == yuan(40)
    assert (await susu.balance(bo)).amount + (await susu.balance(chidi)).amount == 11_000


async def test_a_stranger_is_led_to_susu_and_has_the_share_once_they_have_joined(susu: Susu) -> None:
    ana, bo, dee = await susu.resident("Ana", money=50), await susu.resident("Bo"), await susu.stranger("Dee")
    group = await lunch(susu, ana, bo, dee)
    made, _ = await makes(ana, "/packet 10 2")
    board = await shows(ana, group, made)
    link = (await opens(dee, group, board))["url"].partition("start=")[2]
    await ana.in_group(group).sees("Dee · ¥.*kept until they have joined")
    await bo.says(f"/start {link}")
    await bo.sees("made for somebody else")
    await dee.says(f"/start {link}")
    await dee.sees("We keep it for you until the packet ends")
    await dee.sees("Welcome")
    await dee.taps("English")
    await dee.taps("I agree")
    await dee.sees("from Ana's red packet")
    await ana.in_group(group).sees(r"1 of 2 opened\nDee · ¥\d\.\d\d\n")
    await dee.shares_contact()
    await dee.sees("PIN")
    await dee.says("493027")
    await dee.sees("Once more")
    await dee.says("493027")
    await dee.sees("from Ana's red packet is in your wallet")


async def test_a_packet_sent_by_inline_mode_is_one_packet_wherever_it_is_sent(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo", money=10)
    made, token = await makes(ana, "/packet 10 2")
    assert any(button.get("switch_inline_query") == token for row in made.json["buttons"] for button in row)
    pair = int((await susu.sandbox.post("pairs", people=[ana.id, bo.id]))["chat_id"])

    async def asked(person: Person, query: str = "") -> list[Json]:
        offer: Any = await susu.sandbox.post("inline", **{"from": person.id, "query": query, "chat_id": pair})
        return [one for one in (offer if isinstance(offer, list) else offer["results"]) if one["id"] == token]

    assert await asked(bo) == []
    dee = await susu.stranger("Dee")
    there_too = int((await susu.sandbox.post("pairs", people=[ana.id, dee.id]))["chat_id"])
    body = {"from": dee.id, "query": "", "chat_id": there_too, "whole": True}
    offer = await susu.sandbox.post("inline", **body)
    assert offer["results"] == []
    known = "SELECT count(*) FROM customer WHERE telegram_id = :id"
    assert await susu.value(known, id=dee.id) == 0, "who only looks is not written down"
    assert len(await asked(ana)) == 1
    sent = [
        Seen(await susu.sandbox.post("inline", **{"from": ana.id, "result_id": token, "chat_id": pair}))
        for _ in range(2)
    ]
    there = Person(susu.sandbox, bo.json, pair)
    first = await there.taps("Open", sent[0])
    again = await there.taps("Open", sent[1])
    assert first is not None
    assert again is not None
    assert first["text"] == again["text"]
    for message in sent:
        await until_shown(there, message, "1 of 2 opened")
    opened = "SELECT count(*) FROM packet_share s JOIN packet p ON p.id = s.packet_id"
    assert await susu.value(f"{opened} WHERE p.token = :token AND s.claimant_id IS NOT NULL", token=token) == 1


async def until_shown(person: Person, message: Seen, words: str) -> None:
    for _ in range(100):
        now = next(each for each in await person.messages() if each.id == message.id)
        if words in now:
            return
        await person._look(wait=0.1, since=10**9)
    raise AssertionError(f"the message does not say {words!r}: {now.text}")


async def test_a_packet_survives_its_group_becoming_a_supergroup_between_two_taps(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=50) for name in ("Ana", "Bo", "Chidi")]
    group = await lunch(susu, ana, bo, chidi)
    made, _ = await makes(ana, "/packet 10 3")
    board = await shows(ana, group, made)
    await opens(bo, group, board)
    there = await group.migrates()
    anew = await ana.in_group(there).sees("1 of 3 opened")
    await chidi.in_group(there).taps("Open", anew)
    await ana.in_group(there).sees("2 of 3 opened")
    await ana.in_group(there).taps("Open", anew)
    await ana.in_group(there).sees("All 3 opened, ¥10.00 together")


async def test_in_a_stampede_each_tap_is_answered_and_each_share_opened_once(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=50)
    crowd = [await susu.resident(f"P{number}") for number in range(16)]
    group = await lunch(susu, ana, *crowd)
    made, token = await makes(ana, "/packet 10 5")
    board = await shows(ana, group, made)
    answers = await asyncio.gather(*(opens(person, group, board) for person in crowd for _ in range(2)))
    first, second = [each["text"] for each in answers[::2]], [each["text"] for each in answers[1::2]]
    assert first == second, "who taps twice has the same answer twice"
    got = [said for said in first if "is in your wallet" in said]
    assert (len(got), len({said for said in first if said not in got})) == (5, 1)
    late = next(person for person, said in zip(crowd, first, strict=True) if said not in got)
    assert "Too late" in (await opens(late, group, board))["text"]
    balances = [(await susu.balance(person)).amount for person in crowd]
    assert (sum(balances), sum(amount > 0 for amount in balances)) == (1000, 5)
    stored = "SELECT count(*) FROM inbox WHERE user_id = :id"
    before = await susu.value(stored, id=late.id)
    await opens(late, group, board)
    assert await susu.value(stored, id=late.id) == before, "it needs no more than its answer"
    pair = int((await susu.sandbox.post("pairs", people=[ana.id, late.id]))["chat_id"])
    asked = await susu.sandbox.post("inline", **{"from": ana.id, "query": token, "chat_id": pair})
    assert asked == [], "what is over is not offered"


async def test_where_the_bot_and_the_person_are_in_no_group_the_packet_says_how(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo", money=10)
    made, token = await makes(ana, "/packet 10 2")
    await ana.taps("Show it in a group", made)
    await ana.sees("We share no group yet")
    group = await lunch(susu, bo)
    number = await susu.value("SELECT id FROM group_chat WHERE chat_id = :chat", chat=group.chat_id)
    await susu.inbox.store([forged(ana, f"putpacket:{token}:{number}", made)])
    await ana.sees("aren.t both in that group")


def forged(person: Person, data: str, card: Seen) -> Json:
    user = {"id": person.id, "is_bot": False, "first_name": person.name}
    chat = {"id": person.chat_id, "type": "private", "first_name": person.name}
    message = {"message_id": card.id, "date": 1_772_000_000, "chat": chat, "text": card.text}
    tap = {"id": "forged", "from": user, "chat_instance": "1", "data": data, "message": message}
    return {"update_id": 3_000_000, "callback_query": tap}


async def test_a_packet_begun_in_a_group_is_gone_on_with_in_private(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=50), await susu.resident("Bo")
    group = await lunch(susu, ana, bo)
    await ana.in_group(group).says("/packet 20 5 good luck")
    led = await ana.in_group(group).sees("Make and pay for a red packet in our private chat")
    link = led.json["buttons"][0][0]["url"].partition("start=")[2]
    await bo.says(f"/start {link}")
    await bo.sees("made for somebody else")
    await ana.says(f"/start {link}")
    card = await ana.sees("A red packet of ¥20.00 for 5 people")
    assert "“good luck”\nFor the members of Lunch" in card.text
    for wrong, why in (("0.04 5", "at least 0.01"), ("1000.01 5", "at most 200.00")):
        await ana.in_group(group).says(f"/packet {wrong}")
        await ana.in_group(group).sees(why)
