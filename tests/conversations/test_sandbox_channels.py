"""Channels as Telegram has them: posts in the channel's name, readers, a bot that is an administrator or not there."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramForbiddenError
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from tests.conversations.harness import Person, Refused, RunningSandbox
from tests.conversations.sandbox_clients import PtbBot, updates

pytestmark = pytest.mark.usefixtures("every_answer_parses_in_both")
EVERYTHING = ("channel_post", "edited_channel_post", "callback_query", "my_chat_member", "chat_member", "message")
GO = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Go", callback_data="go")]])


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("Ana")


@pytest.fixture
async def bo(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("博")


@pytest.fixture
async def news(sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person) -> int:
    """A channel of Ana's that 博 reads; the bot has been told of it."""
    await updates(bot, *EVERYTHING)
    channel: int = (await sandbox.post("channels", title="News", admins=[ana.id], members=[bo.id]))["chat_id"]
    return channel


async def posts(person: Person, channel: int, text: str) -> Any:
    return await person.sandbox.post(f"chats/{channel}/messages", **{"from": person.id}, text=text)


async def test_a_post_has_the_channel_as_its_author_and_comes_as_an_update_of_its_own(
    sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person, news: int
) -> None:
    [joined] = [update.my_chat_member for update in await updates(bot)]
    assert joined is not None
    assert (joined.chat.type, joined.new_chat_member.status) == ("channel", "administrator")
    said = await posts(ana, news, "/help")
    await sandbox.post(f"chats/{news}/edits", **{"from": ana.id}, message_id=said["message_id"], text="/help me")
    first, second = await updates(bot)
    for post, text in ((first.channel_post, "/help"), (second.edited_channel_post, "/help me")):
        assert post is not None
        assert (post.chat.id, post.chat.title, post.chat.type) == (news, "News", "channel")
        assert (post.from_user, post.sender_chat and post.sender_chat.id, post.text) == (None, news, text)
    assert said["from"] == {"id": news, "name": "News", "own": ana.id}
    with pytest.raises(Refused, match="403: Only an administrator of News posts there"):
        await posts(bo, news, "hello?")
    with pytest.raises(Refused, match="403: Only an administrator"):
        await sandbox.post(f"chats/{news}/deletions", **{"from": bo.id}, message_id=said["message_id"])


async def test_the_bot_posts_edits_pins_and_is_tapped_there(
    sandbox: RunningSandbox, bot: Bot, ptb: PtbBot, ana: Person, bo: Person, news: int
) -> None:
    card = await bot.send_message(news, "card", reply_markup=GO)
    assert (card.from_user, card.sender_chat and card.sender_chat.id) == (None, news)
    await ptb.edit_message_text("card 2", news, card.message_id, reply_markup=None)
    await bot.edit_message_reply_markup(chat_id=news, message_id=card.message_id, reply_markup=GO)
    assert await ptb.pin_chat_message(news, card.message_id)
    assert (await bot.get_chat(news)).type == "channel"
    admins = await bot.get_chat_administrators(news)
    assert {(one.user.id, one.status) for one in admins} == {(ana.id, "creator"), (bot.id, "administrator")}
    assert (await ptb.get_chat_member(news, bo.id)).status == "member"
    await updates(bot)
    tapping = asyncio.create_task(
        sandbox.post(f"chats/{news}/taps", **{"from": bo.id}, message_id=card.message_id, button="Go")
    )
    tap = (await updates(bot))[0].callback_query
    assert tap is not None
    assert tap.message is not None
    assert (tap.from_user.id, tap.message.chat.type) == (bo.id, "channel")
    await bot.answer_callback_query(tap.id, text="yes")
    assert (await tapping)["answer"]["text"] == "yes"


async def test_who_comes_and_goes_is_said_to_nobody_but_an_administrator_bot_and_a_bot_reads_nothing_along(
    sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person, news: int
) -> None:
    await updates(bot)
    await sandbox.post(f"groups/{news}/members", id=bo.id, action="leave")
    changes = [update.chat_member for update in await updates(bot)]
    assert [change.new_chat_member.status for change in changes if change] == ["left"]
    assert await sandbox.get(f"chats/{news}/messages") == []
    await sandbox.post(f"groups/{news}/bot", action="demote")
    with pytest.raises(TelegramForbiddenError, match="bot is not a member of the channel chat"):
        await bot.send_message(news, "x")
    await sandbox.post(f"groups/{news}/bot", action="add")
    assert (await bot.get_chat_member(news, bot.id)).status == "administrator"
    with pytest.raises(Refused, match="It is a channel already"):
        await sandbox.post(f"groups/{news}/migrate")
    with pytest.raises(Refused, match="founded the channel"):
        await sandbox.post(f"groups/{news}/members", id=ana.id, action="demote")
    lines = {one["chat_id"]: one for one in await sandbox.get("chats", person=ana.id)}
    assert (lines[news]["kind"], lines[news]["admin"], lines[news]["commands"]) == ("channel", True, [])


async def test_a_post_is_passed_on_as_the_channels(sandbox: RunningSandbox, bot: Bot, ana: Person, news: int) -> None:
    said = await posts(ana, news, "rates rise")
    await updates(bot)
    passed = await ana.sends(forward_of=said["message_id"], forward_from=news)
    assert passed.json["forwarded_from"] == "News"
    [update] = await updates(bot)
    assert update.message is not None
    assert update.message.forward_origin is not None
    assert update.message.forward_origin.type == "channel"
