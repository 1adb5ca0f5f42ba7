"""Inline mode: asked in any chat, answered, cached or not, picked, edited and tapped without the bot being there."""

from __future__ import annotations

import asyncio
from typing import Any

import aiogram.types
import pytest
import telegram
from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup, InlineQuery

from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID
from tests.conversations.harness import Person, Refused, RunningSandbox, running_sandbox
from tests.conversations.pictures import flat_png
from tests.conversations.sandbox_clients import PtbBot, aiogram_bot, updates

pytestmark = pytest.mark.usefixtures("every_answer_parses_in_both")
OPEN = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="🧧 Open", callback_data="open")]])


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("Ana")


@pytest.fixture
async def bo(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("博")


@pytest.fixture
async def pair(sandbox: RunningSandbox, ana: Person, bo: Person) -> int:
    """The chat of Ana and 博, in which the bot is not."""
    return int((await sandbox.post("pairs", people=[ana.id, bo.id]))["chat_id"])


def article(
    result_id: str, words: str, markup: InlineKeyboardMarkup | None = OPEN
) -> aiogram.types.InlineQueryResultArticle:
    text = aiogram.types.InputTextMessageContent(message_text=words, parse_mode="HTML")
    return aiogram.types.InlineQueryResultArticle(
        id=result_id, title=words, input_message_content=text, reply_markup=markup
    )


async def query_of(bot: Bot) -> InlineQuery:
    while True:
        for update in await updates(bot):
            if update.inline_query:
                return update.inline_query


async def asked(bot: Bot, who: Person, chat_id: int, query: str, *results: Any, **how: Any) -> Any:
    """Let somebody write `@bot query`, and the bot offer results; returns what the phone shows."""
    body = {"from": who.id, "chat_id": chat_id, "query": query, "whole": True}
    asking = asyncio.create_task(who.sandbox.post("inline", **body))
    told = await query_of(bot)
    await bot.answer_inline_query(told.id, list(results), **({"cache_time": 0, "is_personal": True} | how))
    return await asking


async def picked(bot: Bot, who: Person, chat_id: int, *results: Any) -> dict[str, Any]:
    """Let somebody send the first of some results."""
    await asked(bot, who, chat_id, "", *results)
    body = {"from": who.id, "chat_id": chat_id, "result_id": results[0].id}
    sent: dict[str, Any] = await who.sandbox.post("inline", **body)
    return sent


async def test_the_demo_has_a_chat_of_two_people_without_the_bot() -> None:
    async with running_sandbox(demo=True) as sandbox:
        seen = {one: (await sandbox.get("chats", person=one))[-1] for one in (ANA_ID, BO_ID)}
        assert [(chat["kind"], chat["title"]) for chat in seen.values()] == [("pair", "博"), ("pair", "Ana")]
        assert "pair" not in {chat["kind"] for chat in await sandbox.get("chats", person=CHIDI_ID)}
        pair = (await sandbox.get("chats"))[-1]
        assert (pair["kind"], pair["title"], pair["members"]) == ("pair", "Ana, 博", [ANA_ID, BO_ID])
        assert pair["chat_id"] == seen[ANA_ID]["chat_id"]
        async with aiogram_bot(sandbox) as bot:
            await updates(bot)
            said = await sandbox.post(f"chats/{pair['chat_id']}/messages", **{"from": ANA_ID}, text="lunch?")
            assert said["text"] == "lunch?"
            assert await updates_now(bot) == []
            with pytest.raises(TelegramBadRequest, match="chat not found"):
                await bot.send_message(pair["chat_id"], "x")


async def updates_now(bot: Bot) -> list[aiogram.types.Update]:
    return await bot.get_updates(timeout=0)


async def test_the_bot_learns_in_what_kind_of_chat_it_is_asked(
    sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person, pair: int
) -> None:
    group = await sandbox.group("Circle", ana, bo)
    super_id = (await (await sandbox.group("Big", ana)).migrates()).chat_id
    kinds = []
    for chat_id in (ana.id, pair, group.chat_id, super_id):
        asking = asyncio.create_task(sandbox.post("inline", **{"from": ana.id}, chat_id=chat_id, query="20 for 5"))
        told = await query_of(bot)
        kinds.append((told.chat_type, told.query, told.from_user.id))
        await bot.answer_inline_query(told.id, [], cache_time=0)
        assert await asking == []
    assert kinds == [(kind, "20 for 5", ana.id) for kind in ("sender", "private", "group", "supergroup")]


async def test_what_was_sent_is_tapped_and_edited_by_its_inline_id(
    sandbox: RunningSandbox, bot: Bot, ptb: PtbBot, ana: Person, bo: Person, pair: int
) -> None:
    sent = await picked(bot, ana, pair, article("packet", "<b>Red packet</b>"))
    assert (sent["from"]["id"], sent["via_bot"], sent["html"]) == (ana.id, "susu_demo_bot", "<b>Red packet</b>")
    inline_id = sent["inline_message_id"]
    press = {"inline_message_id": inline_id, "from": bo.id, "button": "open"}
    tapping = asyncio.create_task(sandbox.post("inline/taps", **press))
    query = (await updates(bot))[0].callback_query
    assert query is not None
    assert (query.inline_message_id, query.message, query.from_user.id) == (inline_id, None, bo.id)
    assert await ptb.answer_callback_query(query.id, text="0.32", show_alert=True)
    assert await tapping == {"answer": {"text": "0.32", "show_alert": True}}
    assert await bot.edit_message_text("1 of 5", inline_message_id=inline_id, reply_markup=OPEN) is True
    assert await ptb.edit_message_reply_markup(inline_message_id=inline_id) is True
    with pytest.raises(TelegramBadRequest, match="message is not modified"):
        await bot.edit_message_text("1 of 5", inline_message_id=inline_id)
    with pytest.raises(TelegramBadRequest, match="MESSAGE_ID_INVALID"):
        await bot.edit_message_text("x", inline_message_id="nothing")
    seen = (await sandbox.get(f"chats/{pair}/messages"))[-1]
    assert (seen["text"], seen["buttons"], seen["edited"]) == ("1 of 5", [], True)


async def test_a_picture_takes_the_place_of_a_text_by_a_known_file_only(
    sandbox: RunningSandbox, bot: Bot, ptb: PtbBot, ana: Person, pair: int
) -> None:
    await ana.says("/start")
    photo = await bot.send_photo(ana.id, BufferedInputFile(flat_png(4, 4, (9, 9, 9)), "x.png"))
    assert photo.photo is not None
    known = photo.photo[-1].file_id
    await updates(bot)
    inline_id = (await picked(bot, ana, pair, article("packet", "Red packet")))["inline_message_id"]
    new = aiogram.types.InputMediaPhoto(media=BufferedInputFile(flat_png(4, 4, (9, 9, 9)), "x.png"))
    with pytest.raises(TelegramBadRequest, match="invalid message content specified"):
        await bot.edit_message_media(new, inline_message_id=inline_id)
    assert await ptb.edit_message_media(telegram.InputMediaPhoto(known, caption="one"), inline_message_id=inline_id)
    assert await bot.edit_message_caption(inline_message_id=inline_id, caption="<b>two</b>", parse_mode="HTML")
    seen = (await sandbox.get(f"chats/{pair}/messages"))[-1]
    assert (seen["photo"]["file_id"], seen["html"]) == (known, "<b>two</b>")


async def test_one_result_is_sent_to_three_chats_and_each_has_its_own_id(
    sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person, pair: int
) -> None:
    group = await sandbox.group("Circle", ana, bo)
    ids = {
        (await picked(bot, ana, chat, article("p", "Packet")))["inline_message_id"]
        for chat in (pair, group.chat_id, ana.id)
    }
    assert len(ids) == 3
    with pytest.raises(Refused, match="404: There is no inline message 'x'"):
        await sandbox.post("inline/taps", **{"from": ana.id}, inline_message_id="x", button="open")


async def test_the_bot_hears_what_was_picked_only_with_feedback(
    sandbox: RunningSandbox, bot: Bot, ana: Person, pair: int
) -> None:
    await picked(bot, ana, pair, article("one", "Packet"))
    assert await updates_now(bot) == []
    assert await sandbox.post("inline/feedback", on=True) == {"on": True}
    sent = await picked(bot, ana, pair, article("one", "Packet"))
    chosen = (await updates(bot))[0].chosen_inline_result
    assert chosen is not None
    assert (chosen.result_id, chosen.inline_message_id) == ("one", sent["inline_message_id"])
    bare = await picked(bot, ana, pair, article("two", "Words", markup=None))
    chosen = (await updates(bot))[0].chosen_inline_result
    assert chosen is not None
    assert (chosen.result_id, chosen.inline_message_id) == ("two", None)
    assert "inline_message_id" not in bare


async def test_results_that_may_be_cached_are_offered_without_the_bot(
    sandbox: RunningSandbox, bot: Bot, ana: Person, bo: Person, pair: int
) -> None:
    await asked(bot, ana, pair, "own", article("a", "Ana's"), cache_time=60)
    again = await sandbox.post("inline", **{"from": ana.id}, chat_id=pair, query="own")
    assert [one["title"] for one in again] == ["Ana's"]
    others = await asked(bot, bo, pair, "own", article("b", "Bo's"), cache_time=60, is_personal=False)
    assert [one["title"] for one in others["results"]] == ["Bo's"]
    chidi = await sandbox.person("Chidi")
    for one in (bo, chidi):
        shared = await sandbox.post("inline", **{"from": one.id}, chat_id=one.id, query="own")
        assert [result["title"] for result in shared] == ["Bo's"]
    await sandbox.travel(hours=1)
    fresh = await asked(bot, ana, pair, "own", article("c", "New"))
    assert [one["title"] for one in fresh["results"]] == ["New"]


async def test_a_button_above_the_results_leads_into_the_private_chat(
    bot: Bot, ptb: PtbBot, ana: Person, pair: int
) -> None:
    button = aiogram.types.InlineQueryResultsButton(text="Make a packet", start_parameter="packet-new")
    shown = await asked(bot, ana, pair, "", button=button, next_offset="20")
    assert shown == {
        "results": [],
        "button": {"text": "Make a packet", "start_parameter": "packet-new"},
        "next_offset": "20",
    }
    asking = asyncio.create_task(ana.sandbox.post("inline", **{"from": ana.id}, chat_id=pair, query="", offset="20"))
    told = await query_of(bot)
    assert told.offset == "20"
    wrong = aiogram.types.InlineQueryResultsButton(text="Make", start_parameter="no spaces")
    with pytest.raises(TelegramBadRequest, match="START_PARAM_INVALID"):
        await bot.answer_inline_query(told.id, [], button=wrong)
    assert await ptb.answer_inline_query(told.id, [])
    assert await asking == []


async def test_an_answer_to_a_tap_leads_only_to_the_bot_itself(
    sandbox: RunningSandbox, bot: Bot, ana: Person, pair: int
) -> None:
    inline_id = (await picked(bot, ana, pair, article("p", "Packet")))["inline_message_id"]
    press = {"inline_message_id": inline_id, "from": ana.id, "button": "open"}
    tapping = asyncio.create_task(sandbox.post("inline/taps", **press))
    query = (await updates(bot))[0].callback_query
    assert query is not None
    for wrong in ("https://example.org/", "https://t.me/other_bot?start=x", "https://t.me/susu_demo_bot"):
        with pytest.raises(TelegramBadRequest, match="URL_INVALID"):
            await bot.answer_callback_query(query.id, url=wrong)
    link = "https://t.me/susu_demo_bot?start=packet_7"
    await bot.answer_callback_query(query.id, url=link)
    assert await tapping == {"answer": {"text": "", "show_alert": False, "url": link}}


async def test_a_button_that_asks_for_a_chat_tells_the_bot_nothing(
    sandbox: RunningSandbox, bot: Bot, ana: Person
) -> None:
    await ana.says("/start")
    await updates(bot)
    chosen = aiogram.types.SwitchInlineQueryChosenChat(query="packet 7", allow_user_chats=True, allow_group_chats=True)
    send = InlineKeyboardButton(text="Send to a chat", switch_inline_query_chosen_chat=chosen)
    card = await bot.send_message(ana.id, "Paid.", reply_markup=InlineKeyboardMarkup(inline_keyboard=[[send]]))
    tap = await sandbox.post(
        f"chats/{ana.id}/taps", **{"from": ana.id}, message_id=card.message_id, button="send to a chat"
    )
    wanted = {"query": "packet 7", "allow_user_chats": True, "allow_group_chats": True}
    assert tap == {"answer": None, "switch_inline_query_chosen_chat": wanted}
    assert await updates_now(bot) == []
    message = (await sandbox.get(f"chats/{ana.id}/messages"))[-1]
    assert message["buttons"][0][0]["switch_inline_query_chosen_chat"] == wanted


async def test_a_message_is_forwarded_from_another_chat(sandbox: RunningSandbox, ana: Person, pair: int) -> None:
    said = await sandbox.post(f"chats/{pair}/messages", **{"from": ana.id}, text="lunch is 30")
    passed = await ana.sends(forward_of=said["message_id"], forward_from=pair)
    assert (passed.text, passed.json["forwarded_from"]) == ("lunch is 30", "Ana")
