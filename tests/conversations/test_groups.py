"""Groups: what is answered there, who may act on them, and what becomes of them when they move or the bot is out."""

from __future__ import annotations

import asyncio
from itertools import count
from typing import Any

from tests.conversations.harness import Group, Json, Person
from tests.conversations.whole_service import Susu

_updates = count(2_000_000)


async def lunch(susu: Susu, *members: Person) -> Group:
    return await susu.sandbox.group("Lunch", *members)


async def tells(susu: Susu, **event: Any) -> None:
    """Let Telegram tell the bot what the sandbox's people cannot do."""
    await susu.inbox.store([{"update_id": next(_updates), **event}])


def a_chat(group: Group, title: str = "Lunch") -> Json:
    return {"id": group.chat_id, "type": "group", "title": title}


async def row(susu: Susu, group: Group, what: str) -> Any:
    return await susu.value(f"SELECT {what} FROM group_chat WHERE chat_id = :chat", chat=group.chat_id)


async def until(susu: Susu, group: Group, what: str, wanted: object) -> None:
    async with asyncio.timeout(10):
        while await row(susu, group, what) != wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_an_answer_in_a_group_goes_through_delivery_and_who_asked_is_seen_there(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    group = await lunch(susu, ana, bo)
    await ana.in_group(group).says("/help")
    await ana.in_group(group).sees("What Susu does in a group")
    sent = "SELECT count(*) FROM outbox WHERE chat_id = :chat AND kind = 'group.said' AND state = 'sent'"
    async with asyncio.timeout(10):
        while await susu.value(sent, chat=group.chat_id) != 1:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    seen = (
        "SELECT count(*) FROM group_member m JOIN group_chat g ON g.id = m.group_id WHERE g.chat_id = :chat AND is_in"
    )
    assert await susu.value(seen, chat=group.chat_id) == 1


async def test_only_an_admin_chooses_the_language_of_a_group_and_is_asked_for_each_time(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    group = await lunch(susu, ana, bo)
    await bo.in_group(group).says("/language")
    await bo.in_group(group).sees("Only an admin of this group")
    await ana.in_group(group).says("/language")
    asked = await ana.in_group(group).sees("Which language do I speak")
    refused = await bo.in_group(group).taps("中文", asked)
    assert refused is not None
    assert "Only an admin" in refused["text"]
    chosen = await ana.in_group(group).taps("中文", asked)
    assert chosen is not None
    assert "中文" in chosen["text"]
    assert await row(susu, group, "language") == "zh"
    await group.member(bo, "promote")
    await bo.in_group(group).taps("English", asked)
    assert await row(susu, group, "language") == "en"
    await group.member(bo, "demote")
    await bo.in_group(group).taps("中文", asked)
    assert await row(susu, group, "language") == "en"


async def test_where_telegram_does_not_say_who_the_admins_are_nothing_changes(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    group = await lunch(susu, ana)
    await ana.in_group(group).says("/language")
    asked = await ana.in_group(group).sees("Which language do I speak")
    await susu.sandbox.fault("500", method="getChatAdministrators", times=3)
    answer = await ana.in_group(group).taps("中文", asked)
    await susu.sandbox.heal()
    assert answer is not None
    assert "in a moment" in answer["text"]
    assert await row(susu, group, "language") == "en"


async def test_who_has_no_name_and_a_channel_are_told_so(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    group = await lunch(susu, ana)
    anonymous = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    said = {"message_id": 900, "date": 1_772_000_000, "chat": a_chat(group), "text": "/language"}
    await tells(susu, message={**said, "from": anonymous, "sender_chat": a_chat(group)})
    await ana.in_group(group).sees("act for somebody with a name")
    channel = {"id": group.chat_id, "type": "channel", "title": "News"}
    await tells(susu, channel_post={**said, "chat": channel, "sender_chat": channel, "text": "/help"})
    await ana.in_group(group).sees("not in channels")


async def test_a_command_in_a_channel_is_answered_in_a_sentence_and_nothing_else_of_it_is_kept(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    channel = int((await susu.sandbox.post("channels", title="News", admins=[ana.id], members=[bo.id]))["chat_id"])
    there = Person(susu.sandbox, ana.json, channel)
    for said in ("good morning", "/split 300 @bo", "/help@other_bot"):
        await there.says(said)
    await there.sees("not in channels")
    await susu.sandbox.post(f"groups/{channel}/title", title="Old news")
    await there.says("/packet 20 5")
    await until_said(susu, channel, 2)
    kept = "SELECT count(*) FROM group_chat WHERE chat_id = :chat"
    assert await susu.value(kept, chat=channel) == 0
    assert await susu.value("SELECT count(*) FROM customer WHERE telegram_id = :chat", chat=-channel) == 0


async def until_said(susu: Susu, chat_id: int, times: int) -> None:
    """Wait until delivery has said so much in a chat, and fail if it says more."""
    sent = "SELECT count(*) FROM outbox WHERE chat_id = :chat AND state = 'sent'"
    async with asyncio.timeout(10):
        while await susu.value(sent, chat=chat_id) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    assert await susu.value("SELECT count(*) FROM outbox WHERE chat_id = :chat", chat=chat_id) == times


async def test_who_has_no_name_and_says_nothing_to_the_bot_is_not_answered(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    group = await lunch(susu, ana)
    anonymous = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    said = {"message_id": 900, "date": 1_772_000_000, "chat": a_chat(group), "text": "Pizza today?"}
    channel = {"id": group.chat_id, "type": "channel", "title": "News"}
    await tells(susu, message={**said, "from": anonymous, "sender_chat": a_chat(group)})
    await tells(susu, message={**said, "from": anonymous, "sender_chat": a_chat(group), "text": "/help@other_bot"})
    await tells(susu, channel_post={**said, "chat": channel, "sender_chat": channel})
    await tells(susu, message={**said, "from": anonymous, "sender_chat": a_chat(group), "text": "/help"})
    await ana.in_group(group).sees("act for somebody with a name")
    told = "SELECT count(*) FROM outbox WHERE chat_id = :chat"
    assert await susu.value(told, chat=group.chat_id) == 1


async def test_a_group_that_becomes_a_supergroup_is_the_same_one_and_its_old_buttons_work(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    group = await lunch(susu, ana)
    await ana.in_group(group).says("/language")
    asked = await ana.in_group(group).sees("Which language do I speak")
    number = await row(susu, group, "id")
    there = await group.migrates()
    await until(susu, there, "id", number)
    message = {"message_id": asked.id, "date": 1_772_000_000, "chat": a_chat(group), "text": "Which language"}
    tap = {"id": "77", "from": {"id": ana.id, "is_bot": False, "first_name": "Ana"}, "chat_instance": "1"}
    await tells(susu, callback_query={**tap, "message": message, "data": "groupspeaks:zh"})
    await until(susu, there, "language", "zh")
    await ana.in_group(there).says("/help")
    await ana.in_group(there).sees("")
    moved = "SELECT group_id FROM group_chat_before WHERE chat_id = :chat"
    assert await susu.value(moved, chat=group.chat_id) == number


async def test_who_comes_and_goes_is_noted_whoever_caused_it(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo")
    group = await lunch(susu, ana, bo)
    await ana.in_group(group).says("/help")
    await ana.in_group(group).sees("What Susu does in a group")
    is_in = """SELECT is_in FROM group_member m JOIN group_chat g ON g.id = m.group_id JOIN customer c
        ON c.id = m.customer_id WHERE g.chat_id = :chat AND c.telegram_id = :person"""

    async def told(status: str) -> None:
        user = {"id": bo.id, "is_bot": False, "first_name": "Bo"}
        warden = {"id": 7, "is_bot": True, "first_name": "Warden"}
        left, member = {"status": "left", "user": user}, {"status": "member", "user": user}
        kicked = {"status": "kicked", "user": user, "until_date": 0}
        old, new = (left, member) if status == "member" else (member, kicked)
        event = {"chat": a_chat(group), "from": warden, "date": 1, "old_chat_member": old, "new_chat_member": new}
        await tells(susu, chat_member=event)
        async with asyncio.timeout(10):
            while await susu.value(is_in, chat=group.chat_id, person=bo.id) != (status == "member"):  # noqa: ASYNC110
                await asyncio.sleep(0.05)

    await told("member")
    await told("kicked")
    await told("member")


async def test_a_tap_under_a_message_of_inline_mode_is_answered_refused_or_not(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    tap = {"from": {"id": ana.id, "is_bot": False, "first_name": "Ana"}, "chat_instance": "1", "inline_message_id": "x"}
    for number, data in enumerate(("groupspeaks:en", "nothing:we:know")):
        await tells(susu, callback_query={**tap, "id": f"inline{number}", "data": data})
    async with asyncio.timeout(10):
        while True:
            made = [call["parameters"] for call in await susu.sandbox.calls("answerCallbackQuery")]
            said = {one["callback_query_id"]: one.get("text", "") for one in made}
            if {"inline0", "inline1"} <= said.keys():
                break
            await asyncio.sleep(0.05)
    assert "Only an admin" in said["inline0"]
    assert said["inline1"] == "Money is private. Open our own chat."
