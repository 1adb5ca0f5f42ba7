"""How updates reach the bot: the long poll and its one poller, webhooks, survival of a restart, faults."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI, Request, Response

from bot.sandbox.store import Store, StoreTaken
from tests.conversations.harness import Person, RunningSandbox, running_sandbox

ROOT = Path(__file__).parents[2]
ANOTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@pytest.fixture
async def ana(sandbox: RunningSandbox) -> Person:
    return await sandbox.person("Ana")


async def poll(sandbox: RunningSandbox, **parameters: Any) -> Any:
    answer = await sandbox.http.post(f"/bot{sandbox.token}/getUpdates", json=parameters)
    body = answer.json()
    return body["result"] if body["ok"] else body


def texts(updates: list[dict[str, Any]]) -> list[str]:
    return [update["message"]["text"] for update in updates if "text" in update.get("message", {})]


async def test_updates_come_in_order_until_they_are_confirmed(sandbox: RunningSandbox, ana: Person) -> None:
    for text in ("one", "two", "three"):
        await ana.says(text)
    first = await poll(sandbox, limit=2)
    assert texts(first) == ["one", "two"]
    assert texts(await poll(sandbox)) == ["one", "two", "three"]
    rest = await poll(sandbox, offset=first[-1]["update_id"] + 1)
    assert texts(rest) == ["three"]
    ids = [update["update_id"] for update in first + rest]
    assert ids == list(range(ids[0], ids[0] + 3))


async def test_a_negative_offset_keeps_only_the_last(sandbox: RunningSandbox, ana: Person) -> None:
    for text in ("one", "two", "three"):
        await ana.says(text)
    assert texts(await poll(sandbox, offset=-1)) == ["three"]
    assert texts(await poll(sandbox)) == ["three"]


async def test_a_long_poll_answers_as_soon_as_something_happens(sandbox: RunningSandbox, ana: Person) -> None:
    polling = asyncio.create_task(poll(sandbox, timeout=50))
    await ana.says("now")
    assert texts(await polling) == ["now"]


async def test_a_second_poller_ends_the_first_with_409(sandbox: RunningSandbox) -> None:
    first = asyncio.create_task(poll(sandbox, timeout=50))
    while not (await sandbox.get("health"))["bot"]:  # noqa: ASYNC110 - health is how one learns it
        await asyncio.sleep(0)
    second = asyncio.create_task(poll(sandbox, timeout=50))
    assert await first == {"ok": False, "error_code": 409, "description": ANOTHER}
    assert await poll(sandbox, timeout=0) == []
    assert (await second)["error_code"] == 409


async def test_only_the_kinds_asked_for_are_kept(sandbox: RunningSandbox, ana: Person) -> None:
    await poll(sandbox, allowed_updates=["callback_query"])
    await ana.says("unheard")
    await poll(sandbox, allowed_updates=["message"])
    await ana.says("heard")
    assert texts(await poll(sandbox)) == ["heard"]


async def test_everything_survives_a_restart_and_update_ids_go_on(tmp_path: Path) -> None:
    path = tmp_path / "sandbox" / "telegram.sqlite"
    async with open_state(path) as sandbox:
        ana = await sandbox.person("Ana", username="ana")
        await ana.says("/start")
        group = await sandbox.group("Circle", ana)
        seen = await poll(sandbox)
        await poll(sandbox, offset=seen[0]["update_id"] + 1)
        await sandbox.http.post(
            f"/bot{sandbox.token}/sendMessage",
            json={"chat_id": ana.id, "text": "hi", "reply_markup": {"inline_keyboard": [[button("Go", "go")]]}},
        )
        await sandbox.travel(days=3)
        before = (await ana.messages())[-1].json
    async with open_state(path) as sandbox:
        ana = await sandbox.known("@ana")
        assert (await ana.messages())[-1].json == before
        pending = await poll(sandbox)
        assert [update["update_id"] for update in pending] == [update["update_id"] for update in seen[1:]]
        await ana.says("again")
        assert (await poll(sandbox))[-1]["update_id"] == seen[-1]["update_id"] + 1
        assert {chat["chat_id"] for chat in await sandbox.get("chats", person=ana.id)} == {ana.id, group.chat_id}
        travelled = (await sandbox.get("clock"))["now"] > before["date"]
        assert travelled


WAKING = """
import asyncio, importlib, sys, threading
import bot.sandbox.loader
from tests.conversations.harness import running_sandbox

go_on = threading.Event()

def slowly(name):
    assert go_on.wait(60)
    return importlib.import_module(name)

async def main():
    bot.sandbox.loader.load = slowly
    async with running_sandbox(demo=True) as sandbox:
        waiting = asyncio.create_task(sandbox.http.get(f"/bot{sandbox.token}/getMe"))
        assert len(await sandbox.get("people")) == 5
        assert (await sandbox.http.get("/")).status_code == 200
        assert "aiogram" not in sys.modules
        assert not waiting.done()
        go_on.set()
        assert (await waiting).json()["ok"]

asyncio.run(main())
"""


async def test_people_are_served_before_the_bot_api_is_loaded_and_calls_wait_for_it() -> None:
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", WAKING, cwd=ROOT)
    assert await process.wait() == 0


KILLED = """
import asyncio, os, signal, sys
from pathlib import Path
from bot.sandbox.store import Store
from tests.conversations.harness import running_sandbox

async def main():
    async with running_sandbox(Store(Path(sys.argv[1]))) as sandbox:
        await (await sandbox.person("Ana", username="ana")).says("remember me")
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_answered_survives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "telegram.sqlite"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", KILLED, str(path), cwd=ROOT)
    assert await process.wait() == -signal.SIGKILL
    async with open_state(path) as sandbox:
        assert [seen.text for seen in await (await sandbox.known("@ana")).messages()] == ["remember me"]
        assert texts(await poll(sandbox)) == ["remember me"]


def button(text: str, data: str) -> dict[str, str]:
    return {"text": text, "callback_data": data}


@contextlib.asynccontextmanager
async def open_state(path: Path) -> AsyncIterator[RunningSandbox]:
    store = Store(path)
    try:
        async with running_sandbox(store) as sandbox:
            yield sandbox
    finally:
        store.close()


def test_two_sandboxes_do_not_share_a_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "telegram.sqlite")
    with pytest.raises(StoreTaken, match="in use by another sandbox"):
        Store(tmp_path / "telegram.sqlite")
    store.close()
    Store(tmp_path / "telegram.sqlite").close()


Receiver = Callable[[Request], Awaitable[Response]]


@contextlib.asynccontextmanager
async def a_bot_with_webhook(receive: Receiver) -> AsyncIterator[str]:
    """Serve a webhook on loopback; yields its address."""
    app = FastAPI()
    app.add_api_route("/hook", receive, methods=["POST"])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/hook"
    finally:
        server.should_exit = True
        await serving


async def set_webhook(sandbox: RunningSandbox, url: str, **more: Any) -> None:
    answer = await sandbox.http.post(f"/bot{sandbox.token}/setWebhook", json={"url": url, **more})
    assert answer.json() == {"ok": True, "result": True}


async def test_a_webhook_is_pushed_each_update_with_the_secret_until_it_takes_it(
    sandbox: RunningSandbox, ana: Person
) -> None:
    came: asyncio.Queue[tuple[str | None, str]] = asyncio.Queue()

    async def receive(request: Request) -> Response:
        update = await request.json()
        first = came.empty() and update["message"]["text"] == "one" and not tried
        tried.append(update["update_id"])
        if first:
            return Response(status_code=500)
        came.put_nowait((request.headers.get("x-telegram-bot-api-secret-token"), update["message"]["text"]))
        return Response()

    tried: list[int] = []
    async with a_bot_with_webhook(receive) as url:
        await set_webhook(sandbox, url, secret_token="s3cret_s3cret_s3cret")
        assert (await poll(sandbox))["error_code"] == 409
        assert (await sandbox.get("health")) == {"ok": True, "bot": True}
        await ana.says("one")
        await ana.says("two")
        assert [await came.get(), await came.get()] == [
            ("s3cret_s3cret_s3cret", "one"),
            ("s3cret_s3cret_s3cret", "two"),
        ]
        assert len(tried) == 3
        info = (await sandbox.http.get(f"/bot{sandbox.token}/getWebhookInfo")).json()["result"]
        assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_a_bot_may_answer_a_push_with_a_call(sandbox: RunningSandbox, ana: Person) -> None:
    async def receive(request: Request) -> dict[str, Any]:
        message = (await request.json())["message"]
        return {"method": "sendMessage", "chat_id": message["chat"]["id"], "text": "by return"}

    async with a_bot_with_webhook(receive) as url:  # type: ignore[arg-type]
        await set_webhook(sandbox, url)
        await ana.says("hello")
        await ana.sees("by return")


async def test_a_webhook_that_is_away_is_told_of(sandbox: RunningSandbox, ana: Person) -> None:
    await set_webhook(sandbox, "http://127.0.0.1:9/hook")
    await ana.says("hello")
    hook = sandbox.inside.state.webhook
    assert await sandbox.inside.updates.bell.until(lambda: sandbox.inside.updates.count == 1, 5)
    while hook.last_error is None:  # noqa: ASYNC110 - the pusher tells nobody of a failure
        await asyncio.sleep(0.01)
    info = (await sandbox.http.get(f"/bot{sandbox.token}/getWebhookInfo")).json()["result"]
    assert info["pending_update_count"] == 1
    assert info["last_error_message"]
    await sandbox.http.post(f"/bot{sandbox.token}/deleteWebhook")
    assert texts(await poll(sandbox)) == ["hello"]


async def test_a_duplicated_update_comes_twice_with_the_same_id(sandbox: RunningSandbox, ana: Person) -> None:
    await sandbox.fault("duplicate_update", times=1)
    await ana.says("twice")
    await ana.says("once")
    updates = await poll(sandbox)
    assert texts(updates) == ["twice", "twice", "once"]
    assert updates[0]["update_id"] == updates[1]["update_id"]


async def test_a_reordered_update_is_overtaken_and_not_lost(sandbox: RunningSandbox, ana: Person) -> None:
    await sandbox.fault("reorder_updates", times=1, delay_seconds=30)
    await ana.says("first")
    await ana.says("second")
    assert texts(await poll(sandbox, timeout=5)) == ["second", "first"]


async def test_a_held_update_comes_alone_when_nothing_overtakes_it(sandbox: RunningSandbox, ana: Person) -> None:
    await sandbox.fault("reorder_updates", times=1, delay_seconds=0.05)
    await ana.says("alone")
    assert texts(await poll(sandbox, timeout=5)) == ["alone"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"kind": "429", "retry_after": 7}, 429), ({"kind": "403"}, 403), ({"kind": "400"}, 400), ({"kind": "500"}, 500)],
)
async def test_a_call_fails_as_asked_and_nothing_happens(
    sandbox: RunningSandbox, ana: Person, fault: dict[str, Any], code: int
) -> None:
    await ana.says("/start")
    await sandbox.fault(method="sendMessage", chat_id=ana.id, times=1, **fault)
    answer = (await send(sandbox, ana)).json()
    assert answer["error_code"] == code
    assert answer.get("parameters", {}).get("retry_after") == fault.get("retry_after")
    await ana.sees_nothing(for_seconds=0.05)
    assert (await send(sandbox, ana)).json()["ok"]


@pytest.mark.parametrize(("kind", "happened"), [("timeout_before", False), ("timeout_after", True)])
async def test_a_lost_call_has_no_answer(sandbox: RunningSandbox, ana: Person, kind: str, happened: bool) -> None:  # noqa: FBT001
    await ana.says("/start")
    await sandbox.fault(kind, method="sendMessage", times=1, delay_seconds=0.01)
    with pytest.raises(httpx.RemoteProtocolError):
        await send(sandbox, ana)
    assert [seen.text for seen in await ana.messages()] == ["/start", *(["x"] if happened else [])]
    assert ("lost" in (await sandbox.calls("sendMessage"))[-1]["answer"]) is True


async def test_a_client_that_gives_up_does_not_hold_the_sandbox(sandbox: RunningSandbox, ana: Person) -> None:
    await ana.says("/start")
    await sandbox.fault("timeout_after", method="sendMessage", times=1, delay_seconds=600)
    with pytest.raises(httpx.ReadTimeout):
        await sandbox.http.post(f"/bot{sandbox.token}/sendMessage", json={"chat_id": ana.id, "text": "x"}, timeout=0.2)
    await ana.sees("x")


async def test_a_slow_call_is_answered_late(sandbox: RunningSandbox, ana: Person) -> None:
    await ana.says("/start")
    await sandbox.fault("slow", method="sendMessage", times=1, delay_seconds=0.1)
    assert (await send(sandbox, ana)).json()["ok"]
    assert (await sandbox.calls("sendMessage"))[-1]["milliseconds"] >= 100


async def test_faults_are_listed_and_cleared(sandbox: RunningSandbox, ana: Person) -> None:
    await ana.says("/start")
    await sandbox.fault("500", method="sendMessage")
    assert (await send(sandbox, ana)).status_code == 500
    assert [(fault["kind"], fault["hits"]) for fault in await sandbox.get("faults")] == [("500", 1)]
    await sandbox.heal()
    assert (await send(sandbox, ana)).status_code == 200


async def send(sandbox: RunningSandbox, person: Person) -> httpx.Response:
    return await sandbox.http.post(f"/bot{sandbox.token}/sendMessage", json={"chat_id": person.id, "text": "x"})
