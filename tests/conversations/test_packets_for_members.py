"""Red packets for the members of one group: made for it, opened there and by them alone, sent nowhere else."""

from __future__ import annotations

import pytest
from aiogram.types import Update
from sqlalchemy import text

from bot.processes.conversation import conversation_bot
from finance_core.friends import opening
from finance_core.kernel.errors import NotAllowed
from finance_core.notices import board_claims
from handlers.groups.asked_members import members_preparer
from tests.builders import yuan
from tests.conversations.harness import Group, Person, Seen
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.test_packets_in_groups import lunch, opens
from tests.conversations.whole_service import Susu
from tests.faults.bot_api import a_tap


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def makes_for_members(ana: Person, group: Group, command: str) -> Seen:
    """Make a packet for the members of Lunch; return its board there."""
    await ana.says(command)
    await ana.taps("Who may open it", await ana.sees("A red packet of"))
    await ana.taps("Members of Lunch", await ana.sees("Who may open the red packet"))
    await ana.sees("For the members of Lunch")
    await confirms_with_pin(ana)
    made = await ana.sees("It's in Lunch: only its members can open it")
    assert "Send it to a chat" not in made.labels
    return await ana.in_group(group).sees("A red packet from Ana.*For the members of this group")


async def test_members_open_it_and_who_is_none_is_told_in_one_sentence(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=50) for name in ("Ana", "Bo", "Chidi")]
    group = await lunch(susu, ana, bo, chidi)
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="promote")
    board = await makes_for_members(ana, group, "/packet 10 2")
    assert "is in your wallet" in (await opens(bo, group, board))["text"], "Telegram is asked: he has not written here"
    await group.member(chidi, "leave")
    await group.member(chidi, "join")
    assert "is in your wallet" in (await opens(chidi, group, board))["text"]
    assert await susu.balance(ana) == yuan(40)
    await susu.verified()


async def test_who_is_outside_opens_nothing_by_an_old_button_or_by_the_link(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=50) for name in ("Ana", "Bo", "Chidi")]
    group = await lunch(susu, ana, bo, chidi)
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="promote")
    board = await makes_for_members(ana, group, "/packet 10 2")
    await group.member(chidi, "leave")
    bot = conversation_bot(susu.sandbox.token, susu.sandbox.url)
    try:
        asks = members_preparer(susu.units, bot)
        for who, is_known in ((bo, {"is_member": True}), (chidi, {"is_member": False}), (ana, {})):
            tap = a_tap(1, who.id, board.data["Open"], chat=group.chat_id)
            assert await asks(Update.model_validate(tap), None, {}) == is_known
    finally:
        await bot.session.close()
    token = board.data["Open"].partition(":")[2]
    async with susu.units.begin() as unit:
        place = await unit.session.scalar(text("SELECT place_id FROM packet_place"))
        with pytest.raises(NotAllowed):
            await opening.claim(unit, token, (await susu.customer(chidi)).id, place_id=place)
    await bo.says(f"/start p-{token}")
    await bo.sees("Only members of the group")


async def test_where_telegram_does_not_say_who_is_in_it_writing_there_shows_it(susu: Susu) -> None:
    ana, bo = [await susu.resident(name, money=50) for name in ("Ana", "Bo")]
    group = await lunch(susu, ana, bo)
    board = await makes_for_members(ana, group, "/packet 10 2")
    assert "Telegram doesn't tell me whether you are in this group" in (await opens(bo, group, board))["text"]
    await bo.in_group(group).says("/help")
    await bo.in_group(group).sees("What Susu does in a group")
    assert "is in your wallet" in (await opens(bo, group, board))["text"]


async def test_while_telegram_is_away_who_is_unknown_is_asked_to_try_again(susu: Susu) -> None:
    ana, bo = [await susu.resident(name, money=50) for name in ("Ana", "Bo")]
    group = await lunch(susu, ana, bo)
    await susu.sandbox.post(f"groups/{group.chat_id}/bot", action="promote")
    board = await makes_for_members(ana, group, "/packet 10 2")
    await susu.sandbox.fault("500", method="getChatMember", times=1)
    assert "tap again in a moment" in (await opens(bo, group, board))["text"]
    assert await susu.balance(bo) == yuan(50)
    assert "is in your wallet" in (await opens(bo, group, board))["text"]


async def test_it_is_for_anybody_or_for_people_whom_one_names_as_well(susu: Susu) -> None:
    ana, bo = [await susu.resident(name, money=50) for name in ("Ana", "Bo")]
    await lunch(susu, ana, bo)
    await ana.says("/packet 10 2 good luck")
    await ana.taps("Who may open it", await ana.sees("For whoever opens the link first"))
    await ana.taps("Members of Lunch", await ana.sees("Who may open the red packet"))
    await ana.taps("Who may open it", await ana.sees("For the members of Lunch"))
    await ana.taps("Whoever has the link", await ana.sees("Who may open the red packet"))
    await ana.taps("Who may open it", await ana.sees("For whoever opens the link first"))
    await ana.taps("People I name", await ana.sees("Who may open the red packet"))
    await ana.sees("Who is it for")
    await ana.says(f"@{bo.json['username']}")
    assert "“good luck”\nFor Bo" in (await ana.sees("A red packet of ¥10.00 for 1 person")).text
