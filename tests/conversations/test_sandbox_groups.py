"""Groups as Telegram has them: who is what, who did it, pins, the limit, the supergroup; by both real libraries."""

from __future__ import annotations

import asyncio
from typing import Any

import aiogram.types
import pytest
import telegram
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto

from bot.sandbox.limits import GROUP_PER_MINUTE
from bot.sandbox.store import Store
from bot.sandbox.wire import GROUP_ANONYMOUS_ID, OTHER_BOT_ID
from tests.conversations.harness import Group, Person, Refused, RunningSandbox, running_sandbox
from tests.conversations.pictures import flat_png
from tests.conversations.sandbox_clients import PtbBot, aiogram_bot, updates

pytestmark = pytest.mark.usefixtures("every_answer_parses_in_both")
EVERYTHING = ("message", "edited_message", "callback_query", "my_chat_member", "chat_member")
GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("Ana", username="ana")


@pytest.fixture
async def bo(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("博", username="bo")


@pytest.fixture
async def circle(sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person) -> Group:
    """A group of Ana, who founded it, and 博; the bot has read what happened so far."""
    circle = await sandbox.group("Sunday Circle", ana, bo, admins=(ana,))
    await updates(bot, *EVERYTHING)
    return circle


async def bot_is(circle: Group, action: str, **more: Any) -> None:
    await circle.sandbox.post(f"groups/{circle.chat_id}/bot", action=action, **more)


def told(pending: list[aiogram.types.Update]) -> list[tuple[str, int, str, str]]:
    """Return each change of a member: its kind, who did it, and what the member was and is."""
    changes = [(update.event_type, update.my_chat_member or update.chat_member) for update in pending]
    return [
        (kind, change.from_user.id, change.old_chat_member.status, change.new_chat_member.status)
        for kind, change in changes
        if change is not None
    ]


async def test_edits_and_messages_share_a_groups_twenty_a_minute(ana: Person) -> None:
    async with running_sandbox(limits=True) as sandbox, aiogram_bot(sandbox) as bot:
        eve = await sandbox.person("Eve")
        group = (await sandbox.group("Circle", eve)).chat_id
        card = (await bot.send_message(group, "0")).message_id
        for n in range(1, GROUP_PER_MINUTE):
            await bot.edit_message_text(str(n), chat_id=group, message_id=card)
        with pytest.raises(TelegramRetryAfter) as refused:
            await bot.edit_message_text("one more", chat_id=group, message_id=card)
        assert 50 < refused.value.retry_after <= 60
        with pytest.raises(TelegramRetryAfter):
            await bot.send_message(group, "one more")
        assert (await sandbox.get(f"chats/{group}/messages"))[-1]["text"] == str(GROUP_PER_MINUTE - 1)


async def test_edits_in_private_and_by_inline_mode_are_not_counted(ana: Person) -> None:
    async with running_sandbox(limits=True) as sandbox, aiogram_bot(sandbox) as bot:
        eve = await sandbox.person("Eve")
        await eve.says("/start")
        card = (await bot.send_message(eve.id, "0")).message_id
        for n in range(2 * GROUP_PER_MINUTE):
            await bot.edit_message_text(f"now {n}", chat_id=eve.id, message_id=card)


async def test_the_bot_is_told_who_added_removed_and_made_it_an_administrator(
    bot: Bot, circle: Group, ana: Person
) -> None:
    await bot_is(circle, "remove")
    with pytest.raises(TelegramForbiddenError, match="bot was kicked from the group chat"):
        await bot.send_message(circle.chat_id, "x")
    await bot_is(circle, "add")
    await bot_is(circle, "promote", can_pin=False)
    await bot_is(circle, "promote")
    await bot_is(circle, "demote")
    pending = await updates(bot)
    standings = [("member", "kicked"), ("kicked", "member"), ("member", "administrator")]
    standings += [("administrator", "administrator"), ("administrator", "member")]
    assert told(pending) == [("my_chat_member", ana.id, *change) for change in standings]
    rights = [update.my_chat_member.new_chat_member for update in pending if update.my_chat_member]
    pinning = [one.can_pin_messages for one in rights if isinstance(one, aiogram.types.ChatMemberAdministrator)]
    assert pinning == [False, True]
    said = [update.message.content_type for update in pending if update.message]
    assert said == ["left_chat_member", "new_chat_members"]


async def test_changes_of_others_come_only_to_an_administrator_and_say_who_did_it(
    bot: Bot, circle: Group, ana: Person, bo: Person
) -> None:
    await circle.member(bo, "leave")
    assert told(await updates(bot)) == []
    await bot_is(circle, "promote")
    await updates(bot)
    await circle.member(bo, "join", by=ana.id)
    await circle.member(bo, "kick", by="other_bot")
    pending = await updates(bot)
    assert told(pending) == [
        ("chat_member", ana.id, "left", "member"),
        ("chat_member", OTHER_BOT_ID, "member", "kicked"),
    ]
    authors = [update.message.from_user for update in pending if update.message]
    assert [(one.id, one.is_bot) for one in authors if one] == [(ana.id, False), (OTHER_BOT_ID, True)]
    notices = [one.json["notice"] for one in (await ana.in_group(circle).messages())[-2:]]
    assert notices == ["Ana added 博", "Gatekeeper removed 博"]


async def test_who_did_not_ask_for_changes_of_members_gets_none(bot: Bot, circle: Group, bo: Person) -> None:
    await bot_is(circle, "promote")
    await updates(bot, "message", "my_chat_member")
    await circle.member(bo, "kick")
    assert [update.event_type for update in await updates(bot)] == ["message"]


async def test_an_anonymous_administrator_speaks_and_acts_as_the_group(
    bot: Bot, ptb: PtbBot, circle: Group, ana: Person, bo: Person
) -> None:
    await bot_is(circle, "promote")
    await circle.member(ana, "anonymous")
    admins = {one.user.id: one.to_dict() for one in await ptb.get_chat_administrators(circle.chat_id)}
    assert (admins[ana.id]["is_anonymous"], admins[bot.id]["is_anonymous"]) == (True, False)
    await updates(bot)
    said = await ana.in_group(circle).says("/help")
    await circle.member(bo, "kick", by=ana.id)
    pending = await updates(bot)
    messages = [update.message for update in pending if update.message]
    for message in messages:
        assert message.from_user is not None
        assert message.sender_chat is not None
        assert (message.from_user.id, message.sender_chat.id) == (GROUP_ANONYMOUS_ID, circle.chat_id)
    assert told(pending) == [("chat_member", GROUP_ANONYMOUS_ID, "member", "kicked")]
    assert said.json["from"] == {"id": GROUP_ANONYMOUS_ID, "name": "Sunday Circle", "anonymous": True, "own": ana.id}
    await circle.member(ana, "named")
    await ana.in_group(circle).says("it was me")
    last = (await updates(bot))[-1].message
    assert last is not None
    assert last.from_user is not None
    assert (last.from_user.id, last.sender_chat) == (ana.id, None)


async def test_a_tap_of_an_anonymous_administrator_has_a_name(bot: Bot, circle: Group, ana: Person) -> None:
    await circle.member(ana, "anonymous")
    card = await bot.send_message(circle.chat_id, "?", reply_markup=GO)
    tapped = await _tapped(bot, ana.in_group(circle), card.message_id)
    assert (tapped.from_user.id, tapped.chat_instance != "") == (ana.id, True)


async def _tapped(bot: Bot, person: Person, message_id: int) -> aiogram.types.CallbackQuery:
    """Let somebody tap *Go*, answer, and return what the bot was told."""
    tapping = asyncio.create_task(person.taps("Go", message_id))
    queries: list[aiogram.types.CallbackQuery] = []
    while not queries:
        queries = [update.callback_query for update in await updates(bot) if update.callback_query]
    await bot.answer_callback_query(queries[0].id, text="yes")
    assert await tapping == {"text": "yes", "show_alert": False}
    return queries[0]


async def test_a_member_learns_of_itself_and_of_the_administrators_alone(
    bot: Bot, ptb: PtbBot, circle: Group, ana: Person, bo: Person
) -> None:
    assert (await bot.get_chat_member(circle.chat_id, bot.id)).status == "member"
    assert [one.user.id for one in await ptb.get_chat_administrators(circle.chat_id)] == [ana.id]
    for one in (ana, bo):
        with pytest.raises(TelegramBadRequest, match="member list is inaccessible"):
            await bot.get_chat_member(circle.chat_id, one.id)
    await bot_is(circle, "promote")
    assert [(await bot.get_chat_member(circle.chat_id, one.id)).status for one in (ana, bo)] == ["creator", "member"]


async def test_pins_need_the_right_are_told_and_listed(
    sandbox: RunningSandbox, bot: Bot, ptb: PtbBot, circle: Group, ana: Person
) -> None:
    first, second = [(await bot.send_message(circle.chat_id, text)).message_id for text in ("one", "two")]
    await bot_is(circle, "promote", can_pin=False)
    with pytest.raises(TelegramBadRequest, match="not enough rights to manage pinned messages in the chat"):
        await bot.pin_chat_message(circle.chat_id, first)
    with pytest.raises(TelegramBadRequest, match="not enough rights to manage pinned messages in the chat"):
        await bot.unpin_chat_message(circle.chat_id)
    await bot_is(circle, "promote", can_pin=True)
    await updates(bot)
    assert await bot.pin_chat_message(circle.chat_id, second)
    assert await ptb.pin_chat_message(circle.chat_id, first)
    assert await bot.pin_chat_message(circle.chat_id, first)
    pinned = [update.message.pinned_message for update in await updates(bot) if update.message]
    assert [one.message_id for one in pinned if one] == [second, first]
    chat = next(one for one in await sandbox.get("chats", person=ana.id) if one["chat_id"] == circle.chat_id)
    assert [one["message_id"] for one in chat["pinned"]] == [first, second]
    assert await ptb.unpin_chat_message(circle.chat_id)
    shown = (await bot.get_chat(circle.chat_id)).pinned_message
    assert shown is not None
    assert shown.message_id == first
    assert await bot.unpin_chat_message(circle.chat_id, message_id=first)
    for message_id in (None, first):
        with pytest.raises(TelegramBadRequest, match="message to unpin not found"):
            await bot.unpin_chat_message(circle.chat_id, message_id=message_id)
    await bot.pin_chat_message(circle.chat_id, first)
    await sandbox.post(f"chats/{circle.chat_id}/deletions", **{"from": ana.id}, message_id=first)
    with pytest.raises(TelegramBadRequest, match="message to edit not found"):
        await bot.edit_message_text("three", chat_id=circle.chat_id, message_id=first)
    assert (await bot.get_chat(circle.chat_id)).pinned_message is None


async def test_a_member_neither_pins_nor_deletes_what_others_wrote(
    sandbox: RunningSandbox, bot: Bot, circle: Group, bo: Person
) -> None:
    card = (await bot.send_message(circle.chat_id, "board")).message_id
    for what in ("pins", "deletions"):
        with pytest.raises(Refused, match="403: Only an administrator"):
            await sandbox.post(f"chats/{circle.chat_id}/{what}", **{"from": bo.id}, message_id=card)


async def test_a_supergroup_has_new_numbers_and_the_old_group_is_closed_to_the_bot(
    sandbox: RunningSandbox, bot: Bot, circle: Group, ana: Person
) -> None:
    await bot_is(circle, "promote", can_pin=False)
    card = (await bot.send_message(circle.chat_id, "board", reply_markup=GO)).message_id
    await updates(bot)
    new = await circle.migrates()
    pending = await updates(bot)
    assert [update.event_type for update in pending] == ["message", "my_chat_member", "message"]
    assert told(pending) == [("my_chat_member", ana.id, "left", "administrator")]
    moved = [update.message for update in pending if update.message]
    assert (moved[0].chat.id, moved[0].migrate_to_chat_id) == (circle.chat_id, new.chat_id)
    assert (moved[1].chat.id, moved[1].migrate_from_chat_id) == (new.chat_id, circle.chat_id)
    old: dict[str, Any] = {"chat_id": circle.chat_id, "message_id": card}
    for closed in (
        bot.send_message(circle.chat_id, "x"),
        bot.edit_message_text("x", **old),
        bot.edit_message_reply_markup(**old),
        bot.delete_message(**old),
        bot.pin_chat_message(**old),
        bot.get_chat_administrators(circle.chat_id),
    ):
        with pytest.raises(TelegramMigrateToChat) as refused:
            await closed
        assert refused.value.migrate_to_chat_id == new.chat_id
    member = await bot.get_chat_member(new.chat_id, bot.id)
    assert isinstance(member, aiogram.types.ChatMemberAdministrator)
    assert not member.can_pin_messages


async def test_a_button_in_the_old_group_still_gives_a_tap_there(bot: Bot, circle: Group, bo: Person) -> None:
    card = (await bot.send_message(circle.chat_id, "board", reply_markup=GO)).message_id
    await circle.migrates()
    tapped = await _tapped(bot, bo.in_group(circle), card)
    assert tapped.message is not None
    assert (tapped.message.chat.id, tapped.message.chat.type) == (circle.chat_id, "group")


async def test_the_line_that_tells_of_the_supergroup_cannot_be_deleted(bot: Bot, circle: Group) -> None:
    await bot_is(circle, "promote")
    new = await circle.migrates()
    with pytest.raises(TelegramBadRequest, match="message can't be deleted"):
        await bot.delete_message(new.chat_id, 1)


async def test_after_two_days_nobody_deletes_anything(
    sandbox: RunningSandbox, bot: Bot, circle: Group, ana: Person
) -> None:
    await bot_is(circle, "promote")
    old = await ana.in_group(circle).says("hello")
    await sandbox.travel(hours=48)
    with pytest.raises(TelegramBadRequest, match="message can't be deleted for everyone"):
        await bot.delete_message(circle.chat_id, old.id)


async def test_a_text_becomes_a_picture_and_another_picture(bot: Bot, ptb: PtbBot, circle: Group) -> None:
    card = (await bot.send_message(circle.chat_id, "board", reply_markup=GO)).message_id
    red = InputMediaPhoto(
        media=BufferedInputFile(flat_png(4, 4, (200, 0, 0)), "red.png"), caption="<b>Red</b>", parse_mode="HTML"
    )
    edited = await bot.edit_message_media(red, chat_id=circle.chat_id, message_id=card, reply_markup=GO)
    assert isinstance(edited, aiogram.types.Message)
    assert (edited.caption, edited.text, edited.photo is not None) == ("Red", None, True)
    green = telegram.InputMediaPhoto(flat_png(6, 4, (0, 200, 0)), caption="Green")
    again = await ptb.edit_message_media(green, chat_id=circle.chat_id, message_id=card)
    assert isinstance(again, telegram.Message)
    assert (again.photo[-1].width, again.reply_markup) == (6, None)
    with pytest.raises(TelegramBadRequest, match="there is no text in the message to edit"):
        await bot.edit_message_text("x", chat_id=circle.chat_id, message_id=card)
    same = aiogram.types.InputMediaPhoto(media=again.photo[-1].file_id, caption="Green")
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_media(same, chat_id=circle.chat_id, message_id=card)


async def test_replies_to_what_was_meant_for_the_bot_and_captions_that_name_it_reach_it(
    bot: Bot, circle: Group, ana: Person
) -> None:
    here = ana.in_group(circle)
    asked = await here.says("/split 300 @bo")
    about = await here.says("and the tip?", reply_to=asked.id)
    await here.says("what tip?", reply_to=(await here.says("chatter")).id)
    await here.says("that tip", reply_to=about.id)
    await here.sends_photo(flat_png(2, 2, (0, 0, 0)), "/split 120 @bo")
    await here.sends_photo(flat_png(2, 2, (0, 0, 0)), "lunch")
    heard = [update.message for update in await updates(bot) if update.message]
    words = [message.text or message.caption for message in heard]
    assert words == ["/split 300 @bo", "and the tip?", "that tip", "/split 120 @bo"]


async def test_people_and_groups_get_other_names(
    sandbox: RunningSandbox, bot: Bot, circle: Group, ana: Person, bo: Person
) -> None:
    await sandbox.post(f"people/{bo.id}", first_name="عبد الرحمن", username=None)
    title = "🎉<b>" + "长" * 250
    assert await sandbox.post(f"groups/{circle.chat_id}/title", title=title) == {
        "chat_id": circle.chat_id,
        "title": title,
    }
    await bo.in_group(circle).says("/help")
    renamed, said = [update.message for update in await updates(bot) if update.message]
    assert renamed.new_chat_title == title
    assert said.from_user is not None
    assert (said.from_user.first_name, said.from_user.username) == ("عبد الرحمن", None)
    with pytest.raises(Refused, match="409: The username @ana is taken"):
        await sandbox.post(f"people/{bo.id}", username="ana")


async def test_what_cannot_be_done_to_a_member_is_told(
    sandbox: RunningSandbox, circle: Group, ana: Person, bo: Person
) -> None:
    wrong = (
        ({"id": bo.id, "action": "anonymous"}, "409: Only a person who is an administrator can be anonymous"),
        ({"id": ana.id, "action": "demote"}, "409: Ana founded the group"),
        ({"id": ana.id, "action": "kick", "by": bo.id}, "403: 博 is no administrator"),
        ({"id": bo.id, "action": "leave", "by": ana.id}, "400: One leaves by oneself"),
        ({"id": bo.id, "action": "kick", "by": 1}, "404: Nobody here has the id 1"),
        ({"id": bo.id, "action": "join"}, "409: 博 is already in the group"),
    )
    for body, sentence in wrong:
        with pytest.raises(Refused, match=sentence):
            await sandbox.post(f"groups/{circle.chat_id}/members", **body)
    with pytest.raises(Refused, match="409: Susu is already in the group"):
        await bot_is(circle, "add")


async def test_rights_pins_and_names_outlive_the_process(ana: Person) -> None:
    store = Store()
    async with running_sandbox(store) as sandbox, aiogram_bot(sandbox) as bot:
        eve = await sandbox.person("Eve")
        group = await sandbox.group("Circle", eve, admins=(eve,))
        await group.member(eve, "anonymous")
        card = (await bot.send_message(group.chat_id, "board")).message_id
        await bot_is(group, "promote")
        await bot.pin_chat_message(group.chat_id, card)
    async with running_sandbox(store) as sandbox:
        chat = (await sandbox.get("chats", person=eve.id))[1]
        assert [one["message_id"] for one in chat["pinned"]] == [card]
        assert chat["members"] == [{"id": eve.id, "name": "Eve", "status": "creator", "anonymous": True}]
        assert chat["bot"] == {"member": True, "admin": True, "can_pin": True}


async def test_what_the_bots_owner_switches_off_is_told_and_kept_to(
    sandbox: RunningSandbox, bot: Bot, circle: Group, ana: Person
) -> None:
    await bot_is(circle, "remove")
    off = {"inline_mode": False, "joins_groups": False, "privacy": False}
    assert await sandbox.post("botfather", **off) == off
    me = await bot.get_me()
    assert (me.supports_inline_queries, me.can_join_groups, me.can_read_all_group_messages) == (False, False, True)
    for founding in (bot_is(circle, "add"), sandbox.group("Another", ana)):
        with pytest.raises(Refused, match="409: Susu can't be added to groups"):
            await founding
    assert await sandbox.post("inline", **{"from": ana.id}, chat_id=ana.id, query="x") == []
    await sandbox.post("botfather", joins_groups=True)
    await bot_is(circle, "add")
    await updates(bot)
    await ana.in_group(circle).says("chatter")
    heard = (await updates(bot))[0].message
    assert heard is not None
    assert heard.text == "chatter"
