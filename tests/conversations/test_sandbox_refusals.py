"""What the sandbox refuses the bot, in Telegram's own words and codes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.conversations.harness import Person, RunningSandbox, running_sandbox
from tests.conversations.pictures import PIXEL_PNG

NOBODY = 999
BUTTON = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    ana = await sandbox.person("Ana")
    await ana.says("/start")
    return ana


async def call(sandbox: RunningSandbox, method: str, **parameters: Any) -> Any:
    """Call the Bot API and return the result.

    Raises:
        AssertionError: it was refused.
    """
    answer = (await sandbox.http.post(f"/bot{sandbox.token}/{method}", json=parameters)).json()
    assert answer["ok"], answer
    return answer["result"]


async def refusal(sandbox: RunningSandbox, method: str, **parameters: Any) -> str:
    """Call the Bot API, make sure that it refuses, and return "code words"."""
    answer = await sandbox.http.post(f"/bot{sandbox.token}/{method}", json=parameters)
    body = answer.json()
    assert body["ok"] is False
    assert body["error_code"] == answer.status_code
    return f"{body['error_code']} {body['description']}"


REFUSED_TEXTS: list[tuple[dict[str, Any], str]] = [
    ({}, "400 Bad Request: message text is empty"),
    ({"text": " \n"}, "400 Bad Request: message text is empty"),
    ({"text": "x" * 4097}, "400 Bad Request: message is too long"),
    ({"text": "<b>" + "x" * 4097 + "</b>", "parse_mode": "HTML"}, "400 Bad Request: message is too long"),
    (
        {"text": "<b>x", "parse_mode": "HTML"},
        "400 Bad Request: can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "x", "parse_mode": "Word"}, "400 Bad Request: unsupported parse_mode"),
    ({"text": "x", "reply_markup": "{"}, "400 Bad Request: can't parse reply keyboard markup JSON object"),
    (
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "博" * 22}]]}},
        "400 Bad Request: BUTTON_DATA_INVALID",
    ),
    (
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a"}]]}},
        "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (
        {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "a", "url": "nowhere"}]]}},
        "400 Bad Request: inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL",
    ),
    ({"text": "x", "reply_parameters": {"message_id": 99}}, "400 Bad Request: message to be replied not found"),
]


async def test_a_text_that_telegram_would_not_send_is_refused_in_its_words(
    sandbox: RunningSandbox, ana: Person
) -> None:
    for parameters, words in REFUSED_TEXTS:
        assert await refusal(sandbox, "sendMessage", chat_id=ana.id, **parameters) == words


async def test_the_longest_text_and_the_longest_data_pass(sandbox: RunningSandbox, ana: Person) -> None:
    await call(sandbox, "sendMessage", chat_id=ana.id, text="x" * 4096)
    longest = {"inline_keyboard": [[{"text": "a", "callback_data": "d" * 64}]]}
    await call(
        sandbox,
        "sendMessage",
        chat_id=ana.id,
        text="<b>" + "x" * 4096 + "</b>",
        parse_mode="html",
        reply_markup=longest,
    )
    lenient = {"message_id": 99, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await call(
        sandbox, "sendMessage", chat_id=ana.id, text="x", reply_parameters=lenient
    )


async def test_chats_that_do_not_exist_or_never_spoke(sandbox: RunningSandbox) -> None:
    stranger = await sandbox.person("Stranger")
    assert await refusal(sandbox, "sendMessage", text="x") == "400 Bad Request: chat_id is empty"
    for chat_id in (NOBODY, "@nobody", "-100123", ""):
        assert await refusal(sandbox, "sendMessage", chat_id=chat_id, text="x") == "400 Bad Request: chat not found"
    words = "403 Forbidden: bot can't initiate conversation with a user"
    assert await refusal(sandbox, "sendMessage", chat_id=stranger.id, text="x") == words


async def test_somebody_who_blocked_the_bot(sandbox: RunningSandbox, ana: Person) -> None:
    sent = await call(sandbox, "sendMessage", chat_id=ana.id, text="x")
    await ana.blocks()
    words = "403 Forbidden: bot was blocked by the user"
    assert await refusal(sandbox, "sendMessage", chat_id=ana.id, text="y") == words
    edit = {"chat_id": ana.id, "message_id": sent["message_id"], "text": "y"}
    assert await refusal(sandbox, "editMessageText", **edit) == words
    await ana.says("/start")
    await call(sandbox, "sendMessage", chat_id=ana.id, text="welcome back")


async def test_edits_that_change_nothing_or_cannot_be(sandbox: RunningSandbox, ana: Person) -> None:
    said = await ana.says("mine")
    sent = await call(sandbox, "sendMessage", chat_id=ana.id, text="<b>x</b>", parse_mode="HTML", reply_markup=BUTTON)
    edit = {"chat_id": ana.id, "message_id": sent["message_id"]}
    same = {"text": "<b>x</b>", "parse_mode": "HTML", "reply_markup": BUTTON}
    secret = await call(sandbox, "sendMessage", chat_id=ana.id, text="x", protect_content=True)
    again = {"chat_id": ana.id, "message_id": secret["message_id"], "text": "x"}
    assert (await refusal(sandbox, "editMessageText", **again)).startswith("400 Bad Request: message is not modified: ")
    assert (await refusal(sandbox, "editMessageText", **edit, **same)).startswith(
        "400 Bad Request: message is not modified: "
    )
    assert (await refusal(sandbox, "editMessageReplyMarkup", **edit, reply_markup=BUTTON)).startswith(
        "400 Bad Request: message is not modified"
    )
    missing = {"chat_id": ana.id, "message_id": 99, "text": "y"}
    assert await refusal(sandbox, "editMessageText", **missing) == "400 Bad Request: message to edit not found"
    foreign = {"chat_id": ana.id, "message_id": said.id, "text": "y"}
    assert await refusal(sandbox, "editMessageText", **foreign) == "400 Bad Request: message can't be edited"
    assert await refusal(sandbox, "editMessageText", **edit, text="x" * 4097) == "400 Bad Request: MESSAGE_TOO_LONG"
    assert (
        await refusal(sandbox, "editMessageCaption", **edit, caption="y")
        == "400 Bad Request: there is no caption in the message to edit"
    )


async def test_deleting_what_is_not_there_or_too_old(sandbox: RunningSandbox, ana: Person) -> None:
    sent = await call(sandbox, "sendMessage", chat_id=ana.id, text="x")
    words = "400 Bad Request: message to delete not found"
    assert await refusal(sandbox, "deleteMessage", chat_id=ana.id, message_id=99) == words
    old = {"chat_id": ana.id, "message_id": sent["message_id"]}
    await sandbox.travel(days=2)
    too_old = "400 Bad Request: message can't be deleted for everyone"
    assert await refusal(sandbox, "deleteMessage", **old) == too_old
    fresh = (await call(sandbox, "sendMessage", chat_id=ana.id, text="y"))["message_id"]
    both = {"chat_id": ana.id, "message_ids": [99, fresh, sent["message_id"]]}
    assert await refusal(sandbox, "deleteMessages", **both) == too_old
    assert (await ana.last()).text == "y"


async def test_captions_pictures_and_files_that_are_refused(sandbox: RunningSandbox, ana: Person) -> None:
    async def upload(method: str, name: str, content: bytes, **fields: str) -> str:
        form = {"chat_id": str(ana.id), **fields}
        answer = await sandbox.http.post(
            f"/bot{sandbox.token}/{method}", data=form, files={name: ("file.png", content)}
        )
        return f"{answer.status_code} {answer.json().get('description')}"

    too_long = await upload("sendPhoto", "photo", PIXEL_PNG, caption="x" * 1025)
    assert too_long == "400 Bad Request: message caption is too long"
    assert await upload("sendPhoto", "photo", b"no picture") == "400 Bad Request: IMAGE_PROCESS_FAILED"
    assert await upload("sendDocument", "document", b"") == "400 Bad Request: file must be non-empty"
    unknown = "400 Bad Request: wrong file identifier/HTTP URL specified"
    assert await refusal(sandbox, "sendPhoto", chat_id=ana.id, photo="AgAC") == unknown
    assert await refusal(sandbox, "getFile", file_id="AgAC") == "400 Bad Request: invalid file_id"
    outside = {"chat_id": ana.id, "photo": "https://example.org/x.png"}
    assert await refusal(sandbox, "sendPhoto", **outside) == "400 Bad Request: failed to get HTTP URL content"


async def test_a_tap_is_answered_once_and_in_time(
    sandbox: RunningSandbox, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    too_old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await refusal(sandbox, "answerCallbackQuery", callback_query_id="1") == too_old
    await call(sandbox, "sendMessage", chat_id=ana.id, text="x", reply_markup=BUTTON)
    tapping = asyncio.create_task(ana.taps("Go"))
    pending = [update async for update in tapped(sandbox)]
    query_id = pending[0]["callback_query"]["id"]
    assert await refusal(sandbox, "answerCallbackQuery", callback_query_id=query_id, text="x" * 201) == (
        "400 Bad Request: MESSAGE_TOO_LONG"
    )
    await call(sandbox, "answerCallbackQuery", callback_query_id=query_id)
    assert await tapping == {"text": "", "show_alert": False}
    assert await refusal(sandbox, "answerCallbackQuery", callback_query_id=query_id) == too_old
    monkeypatch.setattr("bot.sandbox.taps.ANSWER_SECONDS", 0.05)
    assert await ana.taps("Go") is None


async def tapped(sandbox: RunningSandbox) -> AsyncIterator[dict[str, Any]]:
    offset = 0
    while True:
        for update in await call(sandbox, "getUpdates", offset=offset, timeout=5):
            offset = update["update_id"] + 1
            if "callback_query" in update:
                yield update
                return


async def test_groups_that_are_left_closed_or_moved(sandbox: RunningSandbox, ana: Person) -> None:
    bot_id = 4242
    left = await sandbox.group("Left", ana)
    await sandbox.post(f"groups/{left.chat_id}/members", id=bot_id, action="kick")
    words = "403 Forbidden: bot was kicked from the group chat"
    assert await refusal(sandbox, "sendMessage", chat_id=left.chat_id, text="x") == words
    moved = await sandbox.group("Moved", ana)
    new = await moved.migrates()
    answer = (
        await sandbox.http.post(f"/bot{sandbox.token}/sendMessage", json={"chat_id": moved.chat_id, "text": "x"})
    ).json()
    assert answer == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": new.chat_id},
    }
    assert str(new.chat_id).startswith("-100")
    await call(sandbox, "sendMessage", chat_id=new.chat_id, text="here we are")
    await sandbox.post(f"groups/{new.chat_id}/members", id=bot_id, action="leave")
    words = "403 Forbidden: bot is not a member of the supergroup chat"
    assert await refusal(sandbox, "sendMessage", chat_id=new.chat_id, text="x") == words


async def test_a_member_may_not_do_what_an_administrator_may(sandbox: RunningSandbox, ana: Person) -> None:
    group = await sandbox.group("Circle", ana)
    sent = await call(sandbox, "sendMessage", chat_id=group.chat_id, text="x")
    said = await ana.in_group(group).says("/help")
    pin = {"chat_id": group.chat_id, "message_id": sent["message_id"]}
    words = "400 Bad Request: not enough rights to manage pinned messages in the chat"
    assert await refusal(sandbox, "pinChatMessage", **pin) == words
    words = "400 Bad Request: not enough rights to manage chat invite link"
    assert await refusal(sandbox, "createChatInviteLink", chat_id=group.chat_id) == words
    foreign = {"chat_id": group.chat_id, "message_id": said.id}
    assert await refusal(sandbox, "deleteMessage", **foreign) == "400 Bad Request: message can't be deleted"
    await sandbox.post(f"groups/{group.chat_id}/members", id=4242, action="promote")
    await call(sandbox, "pinChatMessage", **pin)
    await call(sandbox, "deleteMessage", **foreign)
    nobody = {"chat_id": group.chat_id, "user_id": ana.id}
    assert await refusal(sandbox, "approveChatJoinRequest", **nobody) == "400 Bad Request: USER_ALREADY_PARTICIPANT"


async def test_methods_it_does_not_have_and_tokens_it_does_not_know(sandbox: RunningSandbox) -> None:
    words = "501 Not Implemented: the sandbox does not have the method sendDice"
    assert await refusal(sandbox, "sendDice", chat_id=1) == words
    answer = await sandbox.http.get("/bot1:wrong/getMe")
    assert (answer.status_code, answer.json()["description"]) == (401, "Unauthorized")
    assert (await sandbox.http.get("/file/bot1:wrong/photos/x.png")).status_code == 401
    assert (await sandbox.http.get(f"/file/bot{sandbox.token}/photos/../x.png")).status_code == 404


UNREADABLE: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": [1], "text": "x"}, "400 Bad Request: can't parse chat_id"),
    ("deleteMessages", {"chat_id": 1, "message_ids": "1"}, "400 Bad Request: can't parse message_ids"),
    ("setMyCommands", {"commands": "no"}, "400 Bad Request: can't parse commands JSON object"),
    (
        "setMyCommands",
        {"commands": [{"command": "No", "description": "x"}]},
        "400 Bad Request: BOT_COMMAND_INVALID",
    ),
    ("setWebhook", {"url": "http://example.org"}, "400 Bad Request: bad webhook: An HTTPS URL must be provided"),
    ("setWebhook", {"url": "https://x.org", "secret_token": "no way"}, "400 Bad Request: secret token contains"),
    ("sendInvoice", {"chat_id": 1}, '400 Bad Request: parameter "title" is required'),
]


async def test_parameters_that_cannot_be_read_are_named(sandbox: RunningSandbox) -> None:
    for method, parameters, words in UNREADABLE:
        assert (await refusal(sandbox, method, **parameters)).startswith(words)


async def test_bodies_that_cannot_be_read(sandbox: RunningSandbox) -> None:
    url = f"/bot{sandbox.token}/sendMessage"
    for content in (b"{", b"[1]", b"\xff"):
        answer = await sandbox.http.post(url, content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["ok"]) == (400, False)
    answer = await sandbox.http.post(url, content=b"--x--", headers={"Content-Type": "multipart/form-data"})
    assert (answer.status_code, answer.json()["ok"]) == (400, False)


async def test_beyond_the_limits_it_says_how_long_to_wait() -> None:
    async with running_sandbox(limits=True) as sandbox:
        ana = await sandbox.person("Ana")
        await ana.says("/start")
        answers = [await send(sandbox, ana) for _ in range(40)]
        refused = [answer for answer in answers if not answer["ok"]]
        assert refused
        assert refused[0]["error_code"] == 429
        assert refused[0]["parameters"] == {"retry_after": 1}
        assert refused[0]["description"] == "Too Many Requests: retry after 1"
        await sandbox.post("limits", enabled=False)
        assert (await send(sandbox, ana))["ok"]


async def send(sandbox: RunningSandbox, person: Person) -> dict[str, Any]:
    answer = await sandbox.http.post(f"/bot{sandbox.token}/sendMessage", json={"chat_id": person.id, "text": "x"})
    return dict(answer.json())


@pytest.mark.parametrize(
    "body",
    [
        b'{"from": %d, "text": "half \\ud800"}',
        b'{"from": %d, "contact": {"phone_number": "+441234567", "first_name": "\\ud800"}}',
        b'{"from": %d, "contact": {"phone_number": "1", "first_name": "A", "user_id": 1180591620717411303424}}',
        b"[" * 10_000,
    ],
)
async def test_what_cannot_be_sent_on_is_refused_and_stops_no_updates(
    sandbox: RunningSandbox, ana: Person, body: bytes
) -> None:
    content = body.replace(b"%d", str(ana.id).encode())
    headers = {"content-type": "application/json"}
    answer = await sandbox.http.post(f"/sandbox/chats/{ana.id}/messages", content=content, headers=headers)
    assert answer.status_code in (400, 422)
    await ana.says("hello")
    updates = await call(sandbox, "getUpdates", timeout=0)
    assert updates[-1]["message"]["text"] == "hello"


async def test_a_form_of_too_many_fields_and_a_journey_without_end_are_refused(sandbox: RunningSandbox) -> None:
    form = "&".join(f"a{number}=1" for number in range(2_000))
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = await sandbox.http.post(f"/bot{sandbox.token}/sendMessage", content=form, headers=headers)
    assert answer.status_code == 400
    assert (await sandbox.http.post("/sandbox/clock/advance", json={"days": 1e300})).status_code == 422
