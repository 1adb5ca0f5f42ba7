"""The people's side: what each call answers, what a wrong one is told, and the clock."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import phonenumbers
import pytest

from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID, DEMO_PEOPLE, MEI_ID, OLU_ID, SUNDAY_CIRCLE_ID
from bot.sandbox.store import Store
from tests.conversations.harness import Person, Refused, RunningSandbox, running_sandbox
from tests.conversations.pictures import PIXEL_PNG


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    ana = await sandbox.person("Ana", language="en")
    await ana.says("/start")
    return ana


async def call(sandbox: RunningSandbox, method: str, **parameters: Any) -> Any:
    answer = (await sandbox.http.post(f"/bot{sandbox.token}/{method}", json=parameters)).json()
    assert answer["ok"], answer
    return answer["result"]


async def sent(sandbox: RunningSandbox, person: Person, text: str, *rows: list[dict[str, str]]) -> int:
    """Let the bot send a text, and return the message's id."""
    markup = {"reply_markup": {"inline_keyboard": list(rows)}} if rows else {}
    return int((await call(sandbox, "sendMessage", chat_id=person.chat_id, text=text, **markup))["message_id"])


async def test_the_demo_begins_with_its_people_and_their_group() -> None:
    async with running_sandbox(demo=True) as sandbox:
        people = {one["id"]: one for one in await sandbox.get("people")}
        assert [people[one]["username"] for one in (ANA_ID, BO_ID, CHIDI_ID, OLU_ID, MEI_ID)] == [
            "ana",
            "bo",
            "chidi",
            "olu",
            "mei",
        ]
        assert [people[one]["role"] for one in (ANA_ID, OLU_ID, MEI_ID)] == ["customer", "operator", "operator"]
        assert all(one["chat_id"] == one["id"] for one in people.values())
        circle = (await sandbox.get("chats", person=ANA_ID))[1]
        assert (circle["chat_id"], circle["title"], circle["kind"], circle["admin"]) == (
            SUNDAY_CIRCLE_ID,
            "Sunday Circle",
            "group",
            True,
        )
        assert len(await sandbox.get("chats", person=OLU_ID)) == 1
        info = await sandbox.get("info")
        assert (info["pin_hint"], info["bot_username"], info["institution"], info["waking"]) == (
            "246810",
            "susu_demo_bot",
            "Susu",
            True,
        )
        await call(sandbox, "sendMessage", chat_id=ANA_ID, text="Your instalment is due.")


def test_the_demos_phones_are_real_ones() -> None:
    assert all(phonenumbers.is_valid_number(phonenumbers.parse(person.phone)) for person in DEMO_PEOPLE)


async def test_a_stranger_has_a_private_chat_a_phone_and_no_history(sandbox: RunningSandbox) -> None:
    eve = await sandbox.post("people", first_name="Eve", username="@eve", language_code="zh")
    assert eve["chat_id"] == eve["id"]
    assert (eve["username"], eve["language_code"], eve["started"]) == ("eve", "zh", False)
    assert phonenumbers.is_valid_number(phonenumbers.parse(eve["phone"]))
    assert await sandbox.get(f"chats/{eve['id']}/messages") == []
    assert (await sandbox.get("chats", person=eve["id"]))[0] == {
        "chat_id": eve["id"],
        "kind": "private",
        "title": "Susu",
        "last": None,
        "unread": 0,
        "commands": [],
        "admin": False,
        "blocked": False,
        "pinned": [],
    }


async def test_waiting_ends_with_the_bots_next_message_or_edit(sandbox: RunningSandbox, ana: Person) -> None:
    card = await sent(sandbox, ana, "old")
    await ana.says("hello")
    waiting = asyncio.create_task(sandbox.get(f"chats/{ana.id}/messages", after=0, wait=30))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await call(sandbox, "editMessageText", chat_id=ana.id, message_id=card, text="new")
    assert [one["text"] for one in await waiting] == ["/start", "new", "hello"]
    at_once = await sandbox.get(f"chats/{ana.id}/messages", after=card, wait=30)
    assert [one["text"] for one in at_once] == ["hello"]


async def test_a_deleted_pin_is_no_answer_to_wait_for(sandbox: RunningSandbox, ana: Person) -> None:
    pin = await ana.says("246810")
    waiting = asyncio.create_task(sandbox.get(f"chats/{ana.id}/messages", after=pin.id, wait=30))
    await call(sandbox, "deleteMessage", chat_id=ana.id, message_id=pin.id)
    await call(sandbox, "setMessageReaction", chat_id=ana.id, message_id=1, reaction=[{"type": "emoji", "emoji": "👌"}])
    assert not waiting.done()
    await sent(sandbox, ana, "right")
    assert [one["text"] for one in await waiting] == ["right"]


async def test_waiting_in_vain_ends_in_time(sandbox: RunningSandbox, ana: Person) -> None:
    assert [one["text"] for one in await sandbox.get(f"chats/{ana.id}/messages", wait=0.05)] == ["/start"]


async def test_a_message_is_shown_as_promised(sandbox: RunningSandbox, ana: Person) -> None:
    row = [{"text": "✅ Confirm", "callback_data": "ok"}, {"text": "Terms", "url": "https://x.org/terms"}]
    message_id = await sent(sandbox, ana, "Shall it be?", row)
    seen = (await sandbox.get(f"chats/{ana.id}/messages"))[-1]
    date = datetime.fromisoformat(seen.pop("date"))
    assert abs(datetime.now(UTC) - date) < timedelta(minutes=1)
    assert seen == {
        "message_id": message_id,
        "chat_id": ana.id,
        "from_bot": True,
        "from": {"id": 4242, "name": "Susu"},
        "text": "Shall it be?",
        "html": "Shall it be?",
        "buttons": [row],
        "keyboard": [],
        "edited": False,
        "deleted": False,
        "reply_to": None,
        "changed": seen["changed"],
    }


async def test_taps_by_label_and_by_data_reach_the_bot(sandbox: RunningSandbox, ana: Person) -> None:
    message_id = await sent(sandbox, ana, "?", [{"text": "✅ Confirm", "callback_data": "ok:1"}])
    taps = [asyncio.create_task(ana.taps(button, message_id)) for button in ("confirm", "✅ Confirm", "ok:1")]
    queries: list[Any] = []
    offset = 0
    while len(queries) < 3:
        for update in await call(sandbox, "getUpdates", offset=offset, timeout=5):
            offset = update["update_id"] + 1
            queries += [update["callback_query"]] if "callback_query" in update else []
    assert [query["data"] for query in queries] == ["ok:1"] * 3
    for query in queries:
        await call(sandbox, "answerCallbackQuery", callback_query_id=query["id"], text=query["id"])
    assert {(await tap or {})["text"] for tap in taps} == {query["id"] for query in queries}


async def test_a_button_that_was_taken_away_can_still_be_under_a_finger(
    sandbox: RunningSandbox, ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.taps.ANSWER_SECONDS", 0.02)
    message_id = await sent(sandbox, ana, "?", [{"text": "Confirm", "callback_data": "ok:1"}])
    await call(sandbox, "editMessageText", chat_id=ana.id, message_id=message_id, text="Done")
    assert (await ana.messages())[-1].json["buttons"] == []
    assert await ana.taps("Confirm", message_id) is None
    pending = await call(sandbox, "getUpdates")
    assert pending[-1]["callback_query"]["data"] == "ok:1"
    assert "reply_markup" not in pending[-1]["callback_query"]["message"]


async def test_a_link_button_opens_and_tells_the_bot_nothing(sandbox: RunningSandbox, ana: Person) -> None:
    message_id = await sent(sandbox, ana, "?", [{"text": "Terms", "url": "https://x.org"}])
    tap = await sandbox.post(f"chats/{ana.id}/taps", **{"from": ana.id}, message_id=message_id, button="terms")
    assert tap == {"answer": None, "url": "https://x.org"}


async def test_contacts_are_ones_own_anothers_or_written_out(sandbox: RunningSandbox, ana: Person) -> None:
    bo = await sandbox.person("博", phone="+8613912345678")
    own = (await ana.shares_contact()).json["contact"]
    assert own == {"phone_number": ana.json["phone"].lstrip("+"), "first_name": "Ana", "user_id": ana.id}
    assert (await ana.shares_contact(bo)).json["contact"]["phone_number"] == "8613912345678"
    card = {"phone_number": "123456", "first_name": "Nobody"}
    assert (await ana.shares_contact(card)).json["contact"] == card


async def test_blocking_and_starting_again_is_told_to_the_bot(sandbox: RunningSandbox, ana: Person) -> None:
    await ana.blocks()
    with pytest.raises(Refused, match="409: Ana has blocked the bot"):
        await ana.says("hello?")
    await ana.says("/start")
    changes = [update["my_chat_member"] for update in await call(sandbox, "getUpdates") if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]


async def test_unread_counts_what_others_wrote_since_one_looked(sandbox: RunningSandbox, ana: Person) -> None:
    await sent(sandbox, ana, "one")
    await sent(sandbox, ana, "two")
    chat = (await sandbox.get("chats", person=ana.id))[0]
    assert (chat["unread"], chat["last"]["text"], chat["last"]["from_bot"]) == (2, "two", True)
    await sandbox.post(f"chats/{ana.id}/read", **{"from": ana.id})
    assert (await sandbox.get("chats", person=ana.id))[0]["unread"] == 0


async def test_in_a_group_the_bot_hears_what_is_meant_for_it(sandbox: RunningSandbox, ana: Person) -> None:
    bo = await sandbox.person("博")
    group = await sandbox.group("Circle", ana, bo, admins=(ana,))
    here = ana.in_group(group)
    asked = (await call(sandbox, "sendMessage", chat_id=group.chat_id, text="How much?"))["message_id"]
    for text in ("chatter", "/help", "/help@susu_demo_bot", "/help@other_bot", "hi @susu_demo_bot", "hi @other_bot"):
        await here.says(text)
    await here.says("50", reply_to=asked)
    heard = [update["message"].get("text") for update in await call(sandbox, "getUpdates") if "message" in update]
    assert heard == ["/start", None, "/help", "/help@susu_demo_bot", "hi @susu_demo_bot", "50"]
    await sandbox.post(f"groups/{group.chat_id}/members", id=4242, action="promote")
    await bo.in_group(group).says("chatter")
    assert (await call(sandbox, "getUpdates"))[-1]["message"]["text"] == "chatter"


async def test_a_group_that_moved_is_gone_from_the_list_and_closed(sandbox: RunningSandbox, ana: Person) -> None:
    group = await sandbox.group("Circle", ana)
    new = await group.migrates()
    listed = [chat["chat_id"] for chat in await sandbox.get("chats", person=ana.id)]
    assert listed == [ana.id, new.chat_id]
    with pytest.raises(Refused, match=f"409: The group has become the supergroup {new.chat_id}"):
        await ana.in_group(group).says("anyone?")
    assert (await ana.in_group(new).messages())[0].json["notice"] == "The group became a supergroup"


async def test_pages_are_told_of_messages_edits_deletions_typing_and_time(sandbox: RunningSandbox, ana: Person) -> None:
    async with sandbox.http.stream("GET", "/sandbox/events", params={"person": ana.id}) as stream:
        lines = stream.aiter_lines()
        await anext(lines)
        message_id = await sent(sandbox, ana, "one")
        await call(sandbox, "editMessageText", chat_id=ana.id, message_id=message_id, text="two")
        await call(sandbox, "sendChatAction", chat_id=ana.id, action="typing")
        await call(sandbox, "deleteMessage", chat_id=ana.id, message_id=message_id)
        await (await sandbox.person("博")).says("not for Ana")
        await sandbox.travel(hours=1)
        events: list[Any] = []
        while len(events) < 5:
            line = await anext(lines)
            events += [json.loads(line.removeprefix("data: "))] if line.startswith("data: ") else []
        assert events == [{"chat_id": ana.id, "kind": kind} for kind in ("message", "edit", "typing", "delete")] + [
            {"chat_id": 0, "kind": "clock"}
        ]


async def test_time_goes_forward_by_hours_days_and_to_an_instant(sandbox: RunningSandbox, ana: Person) -> None:
    start = datetime.fromisoformat((await sandbox.get("clock"))["now"])
    later = await sandbox.travel(days=1, hours=2)
    assert timedelta(hours=26) <= datetime.fromisoformat(later["now"]) - start < timedelta(hours=26, minutes=1)
    target = (start + timedelta(days=40)).replace(hour=20, minute=0, second=0, microsecond=0)
    arrived = await sandbox.travel(to=target)
    assert arrived["business_date"] == (target + timedelta(hours=8)).date().isoformat()
    await sent(sandbox, ana, "a month later")
    date = datetime.fromisoformat((await ana.messages())[-1].json["date"])
    assert timedelta(0) <= date - target < timedelta(minutes=1)
    with pytest.raises(Refused, match="400: Time only goes forward"):
        await sandbox.travel(to=start)


class Journeys:
    """A traveller whose journey lasts until it is let go, so that one can look at the middle of it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 12, 2, 0, tzinfo=UTC)
        self.begun = asyncio.Event()
        self.arrive = asyncio.Event()

    async def now(self) -> dict[str, Any]:
        return {"now": self.time, "business_date": self.time.date()}

    async def advance(self, target: datetime) -> dict[str, Any]:
        self.time += (target - self.time) / 2
        self.begun.set()
        await self.arrive.wait()
        self.time = target
        return await self.now()


async def test_on_the_way_messages_are_dated_on_the_way_and_nothing_is_limited() -> None:
    journeys = Journeys()
    async with running_sandbox(traveller=journeys, limits=True) as sandbox:
        ana = await sandbox.person("Ana")
        await ana.says("/start")
        journey = asyncio.create_task(sandbox.travel(to="2026-03-14T10:00:00+08:00"))
        await journeys.begun.wait()
        for _ in range(40):
            await sent(sandbox, ana, "on the way")
        told = [message for message in await ana.messages() if message.text == "on the way"]
        assert {message.json["date"][:15] for message in told} == {"2026-03-13T02:0"}
        assert not journey.done()
        journeys.arrive.set()
        assert await journey == {"now": "2026-03-14T02:00:00+00:00", "business_date": "2026-03-14"}


class Away:
    """A traveller whose database is not there."""

    async def now(self) -> dict[str, Any]:
        raise ConnectionError

    async def advance(self, target: datetime) -> dict[str, Any]:
        raise ConnectionError


async def test_while_the_traveller_is_away_the_last_known_time_is_told(tmp_path: Path) -> None:
    store = Store(tmp_path / "telegram.sqlite")
    async with running_sandbox(store) as sandbox:
        travelled = await sandbox.travel(days=90)
    async with running_sandbox(store, traveller=Away()) as sandbox:
        clock = await sandbox.get("clock")
        passed = datetime.fromisoformat(clock["now"]) - datetime.fromisoformat(travelled["now"])
        assert timedelta(0) <= passed < timedelta(minutes=1)
        assert clock["business_date"] == travelled["business_date"]
        with pytest.raises(Refused, match="503: The journey could not be finished"):
            await sandbox.travel(days=1)


WRONG: list[tuple[str, str, dict[str, Any] | None, int, str]] = [
    ("POST", "people", {"first_name": ""}, 422, "first_name: String should have at least 1 character."),
    ("POST", "people", {"first_name": "A", "age": 3}, 422, "age: Extra inputs are not permitted."),
    ("POST", "people", {"first_name": "A", "username": "susu_demo_bot"}, 409, "The username @susu_demo_bot is taken."),
    ("POST", "groups", {"title": "G", "members": []}, 400, "A group needs at least one member."),
    ("POST", "groups", {"title": "G", "members": [1]}, 404, "Nobody here has the id 1"),
    ("POST", "groups/1/migrate", None, 404, "There is no chat 1."),
    ("GET", "chats?person=1", None, 404, "Nobody here has the id 1"),
    ("GET", "chats/1/messages", None, 404, "There is no chat 1."),
    ("GET", "chats/{ana}/messages?wait=1e9", None, 422, "wait: Input should be less than or equal to 60."),
    ("POST", "chats/{ana}/messages", {"from": 1, "text": "x"}, 404, "Nobody here has the id 1"),
    ("POST", "chats/{ana}/messages", {"from": "{bo}", "text": "x"}, 403, "博 is not in chat"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}"}, 400, "A message has exactly one of text, contact, photo"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "text": " "}, 400, "A message needs some text."),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "text": "x" * 4097}, 400, "A message holds at most 4096"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "photo_base64": "!"}, 400, "photo_base64 is not base64."),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "photo_base64": "aGk="}, 400, "photo_base64 holds no PNG"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "voice": True, "sticker": True}, 400, "A message has exactly"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "location": [91, 0]}, 400, "location is [latitude, longitude]"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "document_base64": "!"}, 400, "document_base64 is not base64."),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "forward_of": 99}, 404, "There is no message 99"),
    ("POST", "chats/{ana}/messages", {"from": "{ana}", "text": "x", "reply_to": 9}, 404, "There is no message 9"),
    ("POST", "chats/{ana}/taps", {"from": "{ana}", "message_id": 9, "button": "x"}, 404, "There is no message 9"),
    ("POST", "chats/{ana}/taps", {"from": "{ana}", "message_id": 1, "button": "x"}, 404, "Message 1 has no button 'x'"),
    ("POST", "chats/{ana}/taps", {"from": "{bo}", "message_id": 1, "button": "x"}, 403, "博 is not in chat"),
    ("POST", "inline", {"from": "{ana}", "chat_id": 1}, 400, "Give either query"),
    ("POST", "inline", {"from": "{ana}", "chat_id": "{ana}", "result_id": "x"}, 404, "The bot offered no result 'x'"),
    ("POST", "clock/advance", {}, 400, "Say how far"),
    ("POST", "clock/advance", {"days": -1}, 422, "days: Input should be greater than or equal to 0."),
    ("POST", "clock/advance", {"to": "2030-01-01T00:00:00"}, 400, "`to` needs a zone"),
    ("POST", "clock/advance", {"days": 99999}, 400, "One journey is at most"),
    ("POST", "faults", {"kind": "fire"}, 422, "kind: Input should be '429'"),
    ("GET", "files/x", None, 404, "There is no such file."),
    ("GET", "nothing", None, 404, "Not Found: GET /sandbox/nothing."),
    ("DELETE", "people", None, 405, "Method Not Allowed: DELETE /sandbox/people."),
]


async def test_a_wrong_call_gets_one_sentence_that_says_why(sandbox: RunningSandbox, ana: Person) -> None:
    ids = {"{ana}": ana.id, "{bo}": (await sandbox.person("博")).id}
    for method, path, body, status, sentence in WRONG:
        filled = body and {name: ids.get(str(value), value) for name, value in body.items()}
        answer = await sandbox.http.request(method, f"/sandbox/{path.replace('{ana}', str(ana.id))}", json=filled)
        told = answer.json()["error"]
        assert (answer.status_code, told[: len(sentence)]) == (status, sentence)
        assert "\n" not in told


async def test_who_is_mentioned_must_stand_in_the_text(ana: Person) -> None:
    with pytest.raises(Refused, match="400: The text does not mention Ana"):
        await ana.says("hello Bo", mentions=[ana])


async def test_a_body_is_json_whatever_it_is_called(sandbox: RunningSandbox) -> None:
    for kind in ("application/x-www-form-urlencoded", "text/plain"):
        answer = await sandbox.http.post(
            "/sandbox/people", content='{"first_name": "Eve"}', headers={"Content-Type": kind}
        )
        assert answer.json()["first_name"] == "Eve"
    answer = await sandbox.http.post("/sandbox/people", content="first_name=Eve")
    assert (answer.status_code, answer.json()) == (422, {"error": "The body is no JSON."})


async def test_other_sites_and_turned_names_are_refused(sandbox: RunningSandbox) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Host": "evil.example"}, {"Origin": "null"}):
        answer = await sandbox.http.post("/sandbox/people", json={"first_name": "Eve"}, headers=headers)
        assert answer.status_code == 403
    assert await sandbox.get("people") == []
    own = await sandbox.http.get("/sandbox/people", headers={"Origin": sandbox.url})
    assert own.status_code == 200


async def test_the_log_of_calls_tells_method_parameters_answer_and_instant(
    sandbox: RunningSandbox, ana: Person
) -> None:
    await sent(sandbox, ana, "one")
    await sandbox.http.post(
        f"/bot{sandbox.token}/sendPhoto", data={"chat_id": ana.id}, files={"photo": ("x.png", PIXEL_PNG)}
    )
    first, second = await sandbox.calls()
    assert (first["n"], first["method"], first["parameters"]) == (1, "sendMessage", {"chat_id": ana.id, "text": "one"})
    assert first["answer"]["result"]["text"] == "one"
    assert datetime.fromisoformat(first["instant"]).tzinfo is not None
    assert second["parameters"]["photo"] == f"<x.png, {len(PIXEL_PNG)} bytes>"
    assert [call["n"] for call in await sandbox.get("calls", after=1)] == [2]


def test_the_sandboxs_file_is_private(tmp_path: Path) -> None:
    path = tmp_path / "telegram.sqlite"
    path.touch(mode=0o644)
    store = Store(path)
    store.write([("person", "1", b"{}")])
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}
    store.close()
