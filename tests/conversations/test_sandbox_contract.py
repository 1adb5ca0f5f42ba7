"""Each method family driven by both real libraries; each answer and update held against the types of both."""

from __future__ import annotations

import asyncio
from typing import Any

import aiogram.methods
import aiogram.types
import pytest
import telegram
import telegram.ext
from aiogram import Bot
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup

from tests.conversations.harness import Person, RunningSandbox
from tests.conversations.pictures import PIXEL_PNG, flat_png
from tests.conversations.sandbox_clients import PtbBot, updates

pytestmark = pytest.mark.usefixtures("every_answer_parses_in_both")
CONFIRM = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="✅ Confirm", callback_data="ok:1")]])


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    ana = await sandbox.person("Ana", language="en", username="ana", last_name="Ortiz")
    await ana.says("/start")
    return ana


async def test_both_libraries_learn_who_the_bot_is(bot: Bot, ptb: PtbBot) -> None:
    me = await bot.get_me()
    assert (me.id, me.is_bot, me.username) == (4242, True, "susu_demo_bot")
    assert (ptb.id, ptb.username) == (4242, "susu_demo_bot")


async def test_html_text_is_held_plain_with_entities(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    sent = await bot.send_message(ana.id, "<b>Balance</b> 😀 <i>博</i>", parse_mode="HTML", reply_markup=CONFIRM)
    assert sent.text == "Balance 😀 博"
    assert sent.html_text == "<b>Balance</b> 😀 <i>博</i>"
    pushed = await ptb.send_message(ana.id, "<b>Due</b> &amp; <code>5</code>", parse_mode="HTML")
    assert pushed.text_html == "<b>Due</b> &amp; <code>5</code>"
    seen = await ana.sees("Due")
    assert seen.json["html"] == "<b>Due</b> &amp; <code>5</code>"


async def test_numbers_stay_text_where_text_is_wanted(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    for text in ("123", "true", "null", '{"a": 1}', "[1]"):
        assert (await bot.send_message(ana.id, text)).text == text
        assert (await ptb.send_message(ana.id, text)).text == text


async def test_explicit_entities_are_kept(ana: Person, ptb: PtbBot) -> None:
    bold = telegram.MessageEntity("bold", 0, 2)
    assert (await ptb.send_message(ana.id, "ok then", entities=[bold])).entities == (bold,)


async def test_edits_by_either_library_change_the_message_in_place(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    sent = await bot.send_message(ana.id, "one", reply_markup=CONFIRM)
    edited = await bot.edit_message_text("two", chat_id=ana.id, message_id=sent.message_id, reply_markup=CONFIRM)
    assert isinstance(edited, aiogram.types.Message)
    assert edited.text == "two"
    assert edited.edit_date is not None
    again = await ptb.edit_message_text("three", chat_id=ana.id, message_id=sent.message_id)
    assert isinstance(again, telegram.Message)
    assert again.reply_markup is None
    await bot.edit_message_reply_markup(chat_id=ana.id, message_id=sent.message_id, reply_markup=CONFIRM)
    seen = (await ana.messages())[-1]
    assert (seen.id, seen.text, seen.labels, seen.json["edited"]) == (sent.message_id, "three", ["✅ Confirm"], True)


async def test_messages_are_deleted_one_by_one_and_together(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    sent = [(await bot.send_message(ana.id, str(n))).message_id for n in range(3)]
    pin = await ana.says("246810")
    assert await bot.delete_message(ana.id, pin.id)
    assert await ptb.delete_messages(ana.id, sent[:2])
    gone = {seen.id: seen.text for seen in await ana.messages() if seen.json["deleted"]}
    assert gone == {pin.id: "", sent[0]: "", sent[1]: ""}


async def test_a_tap_reaches_the_bot_and_its_answer_the_person(ana: Person, bot: Bot) -> None:
    await updates(bot)
    sent = await bot.send_message(ana.id, "Shall it be so?", reply_markup=CONFIRM)
    tapping = asyncio.create_task(ana.taps("confirm"))
    query = (await updates(bot))[0].callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == ("ok:1", ana.id, sent.message_id)
    assert await bot.answer_callback_query(query.id, text="Done", show_alert=True)
    assert await tapping == {"text": "Done", "show_alert": True}


async def test_ptb_polls_the_same_updates(ana: Person, ptb: PtbBot) -> None:
    pending = await ptb.get_updates(timeout=5)
    assert [update.message.text for update in pending if update.message] == ["/start"]
    assert pending[0].effective_user is not None
    assert pending[0].effective_user.full_name == "Ana Ortiz"


async def test_pictures_and_documents_go_up_and_come_down(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    png = flat_png(4, 6, (200, 0, 0))
    photo = await bot.send_photo(ana.id, BufferedInputFile(png, "red.png"), caption="<b>Red</b>", parse_mode="HTML")
    assert photo.photo is not None
    assert (photo.photo[-1].width, photo.photo[-1].height, photo.caption) == (4, 6, "Red")
    document = await ptb.send_document(ana.id, b"%PDF-1.7 x", filename="statement.pdf", caption="March")
    assert document.document is not None
    assert document.document.mime_type == "application/pdf"
    fetched = await (await ptb.get_file(document.document.file_id)).download_as_bytearray()
    assert bytes(fetched) == b"%PDF-1.7 x"
    file = await bot.get_file(photo.photo[-1].file_id)
    assert file.file_path is not None
    assert f"/{file.file_path}".endswith(".png")
    again = await ptb.send_photo(ana.id, photo.photo[-1].file_id)
    assert again.photo[-1].file_id == photo.photo[-1].file_id
    shown = await ana.sandbox.http.get((await ana.messages())[1].json["photo"]["url"])
    assert (shown.content, shown.headers["content-type"]) == (png, "image/png")


async def test_an_uploaded_picture_comes_back_to_the_bot(ana: Person, bot: Bot) -> None:
    await updates(bot)
    await ana.sends_photo(PIXEL_PNG, "my face")
    message = (await updates(bot))[0].message
    assert message is not None
    assert message.photo is not None
    assert message.caption == "my face"
    downloaded = await download(ana.sandbox, message.photo[-1].file_id, bot)
    assert downloaded == PIXEL_PNG


async def test_whatever_else_people_send_comes_to_the_bot_as_telegram_writes_it(ana: Person, bot: Bot) -> None:
    await updates(bot)
    said = await ana.says("send 50 to @bo")
    sent = (
        {"voice": True},
        {"sticker": True},
        {"location": [31.2, 121.5]},
        {"document_base64": "JVBERg==", "file_name": "pay slip.pdf"},
        {"forward_of": said.id},
    )
    seen = [await ana.sends(**what) for what in sent]
    came = [update.message for update in (await updates(bot))[1:] if update.message]
    kinds = [message.content_type for message in came]
    assert kinds == ["voice", "sticker", "location", "document", "text"]
    assert [message.text for message in seen] == ["🎤 0:03", "🙂", "📍 31.2, 121.5", "", "send 50 to @bo"]
    assert came[3].document is not None
    assert came[3].document.file_name == "pay slip.pdf"
    assert await download(ana.sandbox, came[3].document.file_id, bot) == b"%PDF"
    assert [message.forward_origin is not None for message in came] == [False, False, False, False, True]
    assert seen[4].json["forwarded_from"] == "Ana"


async def download(sandbox: RunningSandbox, file_id: str, bot: Bot) -> bytes:
    file = await bot.get_file(file_id)
    return (await sandbox.http.get(f"/file/bot{sandbox.token}/{file.file_path}")).content


async def test_albums_are_sent_by_both(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    pictures = [
        aiogram.types.InputMediaPhoto(media=BufferedInputFile(flat_png(2, 2, (n, 0, 0)), f"{n}.png"), caption=f"{n}")
        for n in range(2)
    ]
    sent = await bot.send_media_group(ana.id, list(pictures))
    assert [message.caption for message in sent] == ["0", "1"]
    assert len({message.media_group_id for message in sent}) == 1
    documents = [
        telegram.InputMediaDocument(b"a", filename="a.txt"),
        telegram.InputMediaDocument(b"b", filename="b.txt"),
    ]
    files = [message.document for message in await ptb.send_media_group(ana.id, documents)]
    assert [file.file_name for file in files if file] == ["a.txt", "b.txt"]


async def test_a_caption_is_edited(ana: Person, bot: Bot) -> None:
    photo = await bot.send_photo(ana.id, BufferedInputFile(PIXEL_PNG, "x.png"), caption="old")
    await bot.edit_message_caption(chat_id=ana.id, message_id=photo.message_id, caption="<i>new</i>", parse_mode="HTML")
    assert (await ana.messages())[-1].json["html"] == "<i>new</i>"


async def test_copy_reply_pin_and_typing(ana: Person, bot: Bot, ptb: PtbBot) -> None:
    said = await ana.says("keep this")
    reply = await ptb.send_message(ana.id, "kept", reply_parameters=telegram.ReplyParameters(said.id))
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "keep this"
    copied = await bot.copy_message(ana.id, ana.id, said.id)
    assert (await ana.messages())[-1].id == copied.message_id
    assert await bot.pin_chat_message(ana.id, reply.message_id)
    chat = await ptb.get_chat(ana.id)
    assert chat.pinned_message is not None
    assert chat.pinned_message.text == "kept"
    assert (chat.first_name, chat.username, chat.active_usernames) == ("Ana", "ana", ("ana",))
    assert await ptb.send_chat_action(ana.id, "typing")


async def test_reply_keyboards_ask_for_the_contact(ana: Person, bot: Bot) -> None:
    key = aiogram.types.KeyboardButton(text="📱 Share my phone", request_contact=True)
    keyboard = aiogram.types.ReplyKeyboardMarkup(keyboard=[[key]], resize_keyboard=True, one_time_keyboard=True)
    await updates(bot)
    sent = await bot.send_message(ana.id, "Your phone?", reply_markup=keyboard)
    assert sent.reply_markup is None
    seen = await ana.sees("phone")
    assert (seen.json["keyboard"], seen.json["contact_button"]) == ([["📱 Share my phone"]], "📱 Share my phone")
    await ana.taps("share my phone")
    message = (await updates(bot))[0].message
    assert message is not None
    assert message.contact is not None
    assert (message.contact.user_id, message.contact.first_name) == (ana.id, "Ana")
    await bot.send_message(ana.id, "Thanks", reply_markup=aiogram.types.ReplyKeyboardRemove())
    assert (await ana.sees("Thanks")).json["keyboard_removed"] is True


async def test_commands_are_shown_by_scope_and_language(
    sandbox: RunningSandbox, ana: Person, bot: Bot, ptb: PtbBot
) -> None:
    scopes = aiogram.types
    await bot.set_my_commands([scopes.BotCommand(command="help", description="Help")])
    private = scopes.BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([scopes.BotCommand(command="borrow", description="Borrow")], scope=private)
    await bot.set_my_commands(
        [scopes.BotCommand(command="borrow", description="借款")], scope=private, language_code="zh"
    )
    bo = await sandbox.person("博", language="zh")
    chats = await sandbox.get("chats", person=bo.id)
    assert chats[0]["commands"] == [{"command": "borrow", "description": "借款"}]
    assert await ana.commands() == ["borrow"]
    listed = await ptb.get_my_commands(scope=telegram.BotCommandScopeAllPrivateChats(), language_code="zh")
    assert [one.description for one in listed] == ["借款"]
    await ptb.set_my_commands([("admin", "Only here")], scope=telegram.BotCommandScopeChat(ana.id))
    assert await ana.commands() == ["admin"]
    await ptb.delete_my_commands(scope=telegram.BotCommandScopeChat(ana.id))
    assert await ana.commands() == ["borrow"]
    assert await bot.set_chat_menu_button(chat_id=ana.id, menu_button=scopes.MenuButtonCommands())


async def test_polls_are_voted_in(sandbox: RunningSandbox, ana: Person, bot: Bot) -> None:
    await updates(bot)
    sent = await bot.send_poll(ana.id, "Who starts?", ["Ana", "博"], is_anonymous=False)
    assert sent.poll is not None
    await sandbox.post(f"chats/{ana.id}/votes", **{"from": ana.id}, message_id=sent.message_id, options=[1])
    answer = (await updates(bot))[0].poll_answer
    assert answer is not None
    assert (answer.poll_id, answer.option_ids) == (sent.poll.id, [1])
    assert (await ana.messages())[-1].json["poll"]["options"][1]["voter_count"] == 1


async def test_reactions_go_both_ways(sandbox: RunningSandbox, ana: Person, bot: Bot, ptb: PtbBot) -> None:
    await updates(bot, "message", "message_reaction")
    said = await ana.says("paid!")
    assert await ptb.set_message_reaction(ana.id, said.id, "🎉")
    assert (await ana.messages())[-1].json["reactions"] == [{"type": "emoji", "emoji": "🎉"}]
    await sandbox.post(f"chats/{ana.id}/reactions", **{"from": ana.id}, message_id=said.id, emoji="❤")
    reaction = (await updates(bot))[-1].message_reaction
    assert reaction is not None
    assert [one.model_dump()["emoji"] for one in reaction.new_reaction] == ["❤"]


async def test_an_invoice_is_paid_after_the_bot_agrees(
    sandbox: RunningSandbox, ana: Person, bot: Bot, ptb: PtbBot
) -> None:
    await updates(bot)
    price = telegram.LabeledPrice("Fee", 50)
    sent = await ptb.send_invoice(ana.id, "Card", "A card fee", "order:7", "XTR", [price])
    assert sent.invoice is not None
    assert sent.invoice.total_amount == 50
    paying = asyncio.create_task(
        sandbox.post(f"chats/{ana.id}/payments", **{"from": ana.id}, message_id=sent.message_id)
    )
    query = (await updates(bot))[0].pre_checkout_query
    assert query is not None
    assert (query.invoice_payload, query.total_amount) == ("order:7", 50)
    assert await bot.answer_pre_checkout_query(query.id, ok=True)
    assert await paying == {"ok": True}
    message = (await updates(bot))[0].message
    assert message is not None
    assert message.successful_payment is not None
    assert message.successful_payment.invoice_payload == "order:7"


async def test_inline_results_are_offered_picked_and_edited(sandbox: RunningSandbox, ana: Person, bot: Bot) -> None:
    await sandbox.post("inline/feedback", on=True)
    await updates(bot)
    asking = asyncio.create_task(sandbox.post("inline", **{"from": ana.id}, query="50", chat_id=ana.id))
    query = (await updates(bot))[0].inline_query
    assert query is not None
    text = aiogram.types.InputTextMessageContent(message_text="<b>50.00</b> for you", parse_mode="HTML")
    article = aiogram.types.InlineQueryResultArticle(
        id="gift", title="Send 50", input_message_content=text, reply_markup=CONFIRM
    )
    assert await bot.answer_inline_query(query.id, [article], is_personal=True, cache_time=0)
    assert [result["title"] for result in await asking] == ["Send 50"]
    picked = await sandbox.post("inline", **{"from": ana.id}, result_id="gift", chat_id=ana.id)
    assert (picked["text"], picked["via_bot"]) == ("50.00 for you", "susu_demo_bot")
    told = await updates(bot)
    assert [update.event_type for update in told] == ["message", "chosen_inline_result"]
    assert told[0].message is not None
    assert told[0].message.via_bot is not None
    chosen = told[1].chosen_inline_result
    assert chosen is not None
    assert await bot.edit_message_text("taken", inline_message_id=chosen.inline_message_id)
    assert (await ana.messages())[-1].text == "taken"


async def test_groups_administrators_links_and_requests(
    sandbox: RunningSandbox, ana: Person, bot: Bot, ptb: PtbBot
) -> None:
    bo, chidi = await sandbox.person("博", language="zh"), await sandbox.person("Chidi")
    group = await sandbox.group("Sunday Circle", ana, bo, admins=(ana,))
    await sandbox.post(f"groups/{group.chat_id}/members", id=bot.id, action="promote")
    await updates(bot)
    admins = await ptb.get_chat_administrators(group.chat_id)
    assert [(one.user.id, one.status) for one in admins] == [(ana.id, "creator"), (bot.id, "administrator")]
    assert [(await bot.get_chat_member(group.chat_id, one.id)).status for one in (bo, chidi)] == ["member", "left"]
    assert await ptb.get_chat_member_count(group.chat_id) == 3
    link = await bot.create_chat_invite_link(group.chat_id, name="Friends", creates_join_request=True)
    assert await group.member(chidi, "join", invite_link=link.invite_link) == {"ok": True, "status": "asking"}
    request = (await updates(bot))[0].chat_join_request
    assert request is not None
    assert request.from_user.id == chidi.id
    assert await ptb.approve_chat_join_request(group.chat_id, chidi.id)
    joined = (await updates(bot))[-1].message
    assert joined is not None
    assert joined.new_chat_members is not None
    assert [one.id for one in joined.new_chat_members] == [chidi.id]
    dora = await sandbox.person("Dora")
    await group.member(dora, "join", invite_link=link.invite_link)
    assert await bot.decline_chat_join_request(group.chat_id, dora.id)
    assert (await bot.get_chat_member(group.chat_id, dora.id)).status == "left"
    assert (await bot.get_chat(group.chat_id)).title == "Sunday Circle"
    assert await ptb.leave_chat(group.chat_id)


async def test_webhook_is_set_shown_and_deleted(bot: Bot, ptb: PtbBot) -> None:
    assert await bot.set_webhook("https://susu.example/hook", secret_token="s" * 20, allowed_updates=["message"])
    info = await ptb.get_webhook_info()
    assert (info.url, info.pending_update_count, info.allowed_updates) == ("https://susu.example/hook", 0, ("message",))
    assert await ptb.delete_webhook(drop_pending_updates=True)
    assert (await bot.get_webhook_info()).url == ""


async def test_every_kind_of_update_parses_in_both(sandbox: RunningSandbox, ana: Person, bot: Bot) -> None:
    kinds = ("message", "edited_message", "my_chat_member", "chat_member", "callback_query", "message_reaction")
    await updates(bot, *kinds)
    said = await ana.says("helo")
    await sandbox.post(f"chats/{ana.id}/edits", **{"from": ana.id}, message_id=said.id, text="hello")
    await ana.blocks()
    await ana.unblocks()
    group = await sandbox.group("Circle", ana, admins=(ana,))
    bo = await sandbox.person("博")
    await sandbox.post(f"groups/{group.chat_id}/members", id=bot.id, action="promote")
    await group.member(bo, "join")
    await group.member(bo, "promote")
    await group.member(bo, "leave")
    await group.migrates()
    pending = await updates(bot)
    assert {update.event_type for update in pending} == {"message", "edited_message", "my_chat_member", "chat_member"}
    assert [update for update in pending if update.message and update.message.migrate_to_chat_id]


async def test_calls_come_by_query_form_json_and_in_any_case(sandbox: RunningSandbox, ana: Person) -> None:
    root = f"/bot{sandbox.token}"
    said: dict[str, Any] = {"chat_id": ana.id, "text": "hi"}
    markup = CONFIRM.model_dump_json(exclude_none=True)
    answers = [
        await sandbox.http.get(f"{root}/SENDMESSAGE", params=said),
        await sandbox.http.post(f"{root}/sendMessage", data={**said, "reply_markup": markup}),
        await sandbox.http.post(
            f"{root}/sendmessage", json={**said, "reply_markup": CONFIRM.model_dump(exclude_none=True)}
        ),
        await sandbox.http.post(f"{root}/sendMessage", files={"text": (None, "hi"), "chat_id": (None, str(ana.id))}),
        await sandbox.http.post(f"{root}/sendMessage", params={"chat_id": ana.id}, json={"text": "hi"}),
    ]
    assert [answer.json()["ok"] for answer in answers] == [True] * 5
    assert [answer.json()["result"]["text"] for answer in answers] == ["hi"] * 5
