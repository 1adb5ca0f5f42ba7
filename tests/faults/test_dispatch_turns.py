"""One update, one transaction: what stays, what goes, what is shown, when handlers do all sorts of things."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, MutableMapping
from itertools import count
from typing import Any

import pytest
from aiogram.types import Update
from sqlalchemy import text
from structlog.testing import capture_logs

from finance_core.inbox.dead import dead_updates, replay
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed
from tests.faults.bot_api import ME, Answer, BotApi, a_chat, a_message, a_tap, bot_api
from tests.faults.dispatch_support import Service, a_service, plain_connection, prepare_database


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    async with bot_api() as running:
        yield running


@pytest.fixture
async def service(cloned_url: str, api: BotApi) -> AsyncIterator[Service]:
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api) as running:
        yield running


@pytest.fixture(autouse=True)
def logs() -> Iterator[list[MutableMapping[str, Any]]]:
    with capture_logs() as entries:
        yield entries


async def states(service: Service) -> list[str]:
    return list(await service.column("SELECT state FROM inbox ORDER BY update_id"))


async def test_a_message_is_handled_committed_and_answered(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "hello")])
    await service.api.until(lambda: service.api.texts() == ["did hello"])
    assert await service.deeds() == ["hello"]
    assert await states(service) == ["done"]
    assert await service.column("SELECT id FROM inbox WHERE payload IS NOT NULL") == []


async def test_an_unforeseen_fault_leaves_nothing_but_a_number_and_the_lane_goes_on(
    service: Service, logs: list[MutableMapping[str, Any]]
) -> None:
    await service.inbox.store([a_message(1, 42, "boom"), a_message(2, 42, "hello")])
    await service.api.until(lambda: len(service.api.texts()) == 2)
    (reference,) = await service.column("SELECT reference FROM inbox WHERE reference IS NOT NULL")
    assert service.api.texts() == [f"unforeseen (reference={reference})", "did hello"]
    assert [entry["reference"] for entry in logs if entry["log_level"] == "error"] == [reference]
    assert await service.deeds() == ["hello"]
    assert await service.column("SELECT state FROM conversation") == []
    assert await service.column("SELECT error FROM inbox WHERE update_id = 1") == ["RuntimeError"]


async def test_a_refusal_is_told_and_what_was_half_done_is_not_kept(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "poor"), a_message(2, 42, "hello")])
    await service.api.until(lambda: len(service.api.texts()) == 2)
    assert service.api.texts()[0].startswith("insufficient_funds")
    assert await service.deeds() == ["hello"]
    assert await service.column("SELECT state FROM conversation") == []
    assert await service.column("SELECT reference FROM inbox WHERE reference IS NOT NULL") == []


async def test_a_handler_that_returns_nonsense_is_a_fault_and_rolled_back(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "nonsense")])
    await service.api.until(lambda: len(service.api.texts()) == 1)
    assert service.api.texts()[0].startswith("unforeseen")
    assert await service.deeds() == []


async def test_a_conversation_goes_on_where_it_stood_and_its_data_is_encrypted(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "name")])
    await service.api.until(lambda: len(service.api.texts()) == 1)
    (row,) = await service.column("SELECT data FROM conversation WHERE state = 'naming'")
    assert b"246810" not in row
    await service.inbox.store([a_message(2, 42, "Ana"), a_message(3, 43, "Bo")])
    await service.api.until(lambda: len(service.api.texts()) == 3)
    assert sorted(service.api.texts()[1:]) == ["did Bo", "name: Ana"]
    assert await service.column("SELECT state FROM conversation") == []


OURS = {"message_id": 7, "date": 1, "chat": a_chat(-9), "from": ME, "text": "your name?"}


async def test_a_conversation_in_a_group_is_apart_from_the_private_one(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "name", chat=-9, reply_to_message=OURS)])
    await service.inbox.store([a_message(2, 42, "hello")])
    await service.api.until(lambda: len(service.api.texts()) == 1)
    assert service.api.texts() == ["did hello"]


async def test_what_is_said_in_a_group_waits_for_delivery_and_what_is_said_in_private_does_not(
    service: Service,
) -> None:
    await service.inbox.store([a_message(1, 42, "group and private", chat=-9, reply_to_message=OURS)])
    await service.api.until(lambda: len(service.api.texts()) == 1)
    assert [(call["chat_id"], call["text"]) for call in service.api.made("sendMessage")] == [("42", "privately")]
    async with service.units.begin() as unit:
        waits = await unit.session.execute(text("SELECT kind, chat_id, state FROM outbox"))
        assert waits.all() == [("group.said", -9, "pending")]


async def test_a_chat_that_takes_nothing_ends_only_what_follows_there(service: Service) -> None:
    service.api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    await service.inbox.store([a_message(1, 42, "to both")])
    await service.api.until(lambda: len(service.api.made("sendMessage")) == 2)
    assert [call["chat_id"] for call in service.api.made("sendMessage")] == ["42", "43"]


async def test_a_tap_is_answered_once_even_when_the_handler_answers_twice(service: Service) -> None:
    await service.inbox.store([a_tap(1, 42, "pay")])
    await service.api.until(lambda: len(service.api.calls) >= 3)
    await service.dispatch.stop()
    assert [values["text"] for values in service.api.made("answerCallbackQuery")] == ["noted"]
    assert [values["text"] for values in service.api.made("editMessageText")] == ["done pay"]


async def test_a_tap_that_the_handler_does_not_answer_gets_an_empty_answer(service: Service) -> None:
    await service.inbox.store([a_tap(1, 42, "quiet")])
    await service.api.until(lambda: bool(service.api.made("answerCallbackQuery")))
    assert service.api.made("answerCallbackQuery") == [{"callback_query_id": "1"}]


async def test_a_slow_handlers_tap_is_answered_meanwhile_and_not_again(service: Service) -> None:
    await service.inbox.store([a_tap(1, 42, "wait")])
    await service.gate.reached.wait()
    await service.api.until(lambda: bool(service.api.made("answerCallbackQuery")))
    assert service.api.made("editMessageText") == []
    service.gate.opened.set()
    await service.api.until(lambda: bool(service.api.made("editMessageText")))
    await service.dispatch.stop()
    assert service.api.made("answerCallbackQuery") == [{"callback_query_id": "1"}]


async def test_twenty_taps_at_once_are_twenty_turns_in_order(service: Service) -> None:
    await service.inbox.store([a_tap(number, 42, str(number)) for number in range(1, 21)])
    await service.api.until(lambda: len(service.api.made("answerCallbackQuery")) == 20)
    assert await service.deeds() == [f"tap {number}" for number in range(1, 21)]


async def test_a_flooding_lane_is_asked_to_slow_down_after_what_came_before(service: Service) -> None:
    await service.inbox.store([a_message(number, 42, str(number)) for number in range(1, 60)])
    await service.api.until(lambda: len(service.api.texts()) == 41)
    assert service.api.texts() == [f"did {number}" for number in range(1, 41)] + ["too_fast"]


async def test_an_anchored_message_is_edited_the_next_time(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "board"), a_message(2, 42, "board")])
    await service.api.until(lambda: bool(service.api.made("editMessageText")))
    (message_id,) = await service.column("SELECT message_id FROM anchor WHERE chat_id = 42 AND name = 'board'")
    assert service.api.made("editMessageText")[0]["message_id"] == str(message_id)


async def test_a_reply_that_telegram_refuses_has_its_substitute(service: Service) -> None:
    service.api.fail("editMessageText", 400, "Bad Request: message to edit not found")
    await service.inbox.store([a_message(1, 42, "either")])
    await service.api.until(lambda: service.api.texts() == ["sent"])


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (400, "Bad Request: message is not modified"),
        (403, "Forbidden: bot was blocked by the user"),
        (502, "Bad Gateway"),
    ],
)
async def test_a_reply_that_fails_undoes_nothing_and_the_lane_goes_on(
    service: Service, status: int, description: str
) -> None:
    service.api.fail("sendMessage", status, description)
    await service.inbox.store([a_message(1, 42, "one"), a_message(2, 42, "two")])
    await service.api.until(lambda: "did two" in service.api.texts())
    assert await service.deeds() == ["one", "two"]


async def test_flood_control_is_waited_out(service: Service) -> None:
    service.api.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    await service.inbox.store([a_message(1, 42, "one")])
    await service.api.until(lambda: service.api.texts() == ["did one", "did one"])


async def test_flood_control_beyond_our_patience_holds_nobody_up(service: Service) -> None:
    service.api.fail("sendMessage", 429, "Too Many Requests: retry after 600", retry_after=600)
    await service.inbox.store([a_message(1, 42, "one"), a_message(2, 42, "two")])
    await service.api.until(lambda: service.api.texts() == ["did one", "did two"])


async def test_nul_characters_reach_nobody(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "he\0llo"), a_tap(2, 42, "pa\0y")])
    await service.api.until(lambda: service.api.texts() == ["did hello"])
    await service.api.until(lambda: [values["text"] for values in service.api.made("editMessageText")] == ["done pay"])


FLOODED = (429, {"ok": False, "error_code": 429, "description": "retry", "parameters": {"retry_after": 30}})


@pytest.mark.parametrize("answer", [None, FLOODED], ids=["hanging", "flooded"])
async def test_chats_that_hang_or_are_flooded_hold_up_only_themselves(service: Service, answer: Answer | None) -> None:
    service.api.chats = {str(chat): answer for chat in range(100, 110)}
    await service.inbox.store(
        [a_message(1 + turn * 10 + n, 100 + n, f"{turn}") for turn in range(3) for n in range(10)]
    )
    await service.api.until(lambda: len(service.api.texts()) == 10)
    await service.inbox.store([a_message(90 + n, 42, f"hello {n}") for n in range(3)])
    await service.api.until(lambda: service.api.texts()[10:] == [f"did hello {n}" for n in range(3)])
    assert set(service.api.texts()[:10]) == {"did 0"}  # each chat's next message waits for its reply
    await service.dispatch.stop(timeout_seconds=0.1)


async def test_replies_that_a_stop_cut_off_are_shown_by_the_next_process(service: Service, cloned_url: str) -> None:
    service.api.chats = {"42": None}
    await service.inbox.store([a_message(1, 42, "one"), a_message(2, 42, "two")])
    await service.api.until(lambda: service.api.texts() == ["did one"])
    await service.dispatch.stop(timeout_seconds=0.1)
    assert await states(service) == ["done", "pending"]
    service.api.chats = {}
    async with a_service(cloned_url, service.api) as another:
        await another.api.until(lambda: another.api.texts()[1:] == ["did one", "did two"])
        assert await another.deeds() == ["one", "two"]
        await another.dispatch.stop()
        assert await another.column("SELECT id FROM inbox WHERE owed IS NOT NULL") == []


@pytest.mark.parametrize(("attempts", "counted"), [(1, "replies_unreadable"), (20, "replies_given_up")])
async def test_replies_that_cannot_be_read_or_kill_who_shows_them_are_given_up_and_the_lane_goes_on(
    service: Service, attempts: int, counted: str
) -> None:
    async with service.units.begin() as unit:
        await unit.session.execute(text(OWED_RUBBISH), {"attempts": attempts})
    await service.inbox.store([a_message(2, 42, "two")])
    await service.api.until(lambda: service.api.texts() == ["did two"])
    assert service.dispatch.counters.read()[counted] == 1


OWED_RUBBISH = """
    INSERT INTO inbox
        (bot_id, update_id, lane, chat_id, user_id, received_at, over_limit, state, attempts, finished_at, owed)
    VALUES (77, 1, 'private:42', 42, 42, now(), false, 'done', :attempts, now(), 'rubbish')
"""


async def test_an_unreadable_update_is_dead_and_its_lane_goes_on(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "one", entities="not a list"), a_message(2, 42, "two")])
    await service.api.until(lambda: service.api.texts() == ["did two"])
    assert await states(service) == ["dead", "done"]


async def test_stopping_finishes_what_is_in_hand_and_takes_nothing_new(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "wait")])
    await service.gate.reached.wait()
    stopping = asyncio.create_task(service.dispatch.stop())
    await asyncio.sleep(0)  # let it begin
    await service.inbox.store([a_message(2, 43, "late")])
    service.gate.opened.set()
    await stopping
    assert service.api.texts() == ["waited"]
    assert await states(service) == ["done", "pending"]


async def test_stopping_rolls_back_what_does_not_end_in_time(service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "wait")])
    await service.gate.reached.wait()
    await service.dispatch.stop(timeout_seconds=0.1)
    assert await states(service) == ["pending"]
    assert await service.deeds() == []


# -- what is settled before the transaction ---------------------------------------------------------------------------


class Checker:
    """A preparer that counts its runs."""

    def __init__(self) -> None:
        self.runs: list[tuple[str | None, dict[str, Any]]] = []

    async def __call__(self, update: Update, state: str | None, data: dict[str, Any]) -> dict[str, Any]:
        self.runs.append((state, data))
        return {"answer": f"checked {len(self.runs)}"}


async def test_a_preparer_sees_where_the_conversation_stands_and_the_handler_its_result(
    cloned_url: str, api: BotApi
) -> None:
    await prepare_database(cloned_url)
    checker = Checker()
    async with a_service(cloned_url, api, preparers=[checker]) as service:
        await service.inbox.store([a_message(1, 42, "name"), a_message(2, 42, "Ana"), a_message(3, 42, "hello")])
        await api.until(lambda: len(api.texts()) == 3)
    assert checker.runs == [(None, {}), ("naming", {"asked": "name", "pin": "246810"}), (None, {})]
    assert api.texts()[2] == "checked 3"


async def test_a_preparers_refusal_is_told_and_the_handler_does_not_run(cloned_url: str, api: BotApi) -> None:
    async def refuse(_update: Update, _state: str | None, _data: dict[str, Any]) -> dict[str, Any]:
        raise NotAllowed(ErrorCode.OUTFLOW_LOCKED)

    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, preparers=[refuse]) as service:
        await service.inbox.store([a_message(1, 42, "hello")])
        await api.until(lambda: api.texts() == ["outflow_locked"])
        assert await service.deeds() == []


async def test_a_preparer_that_hangs_is_given_up(cloned_url: str, api: BotApi, monkeypatch: pytest.MonkeyPatch) -> None:
    async def hang(_update: Update, _state: str | None, _data: dict[str, Any]) -> dict[str, Any]:
        await asyncio.Event().wait()
        return {}

    monkeypatch.setattr("bot.dispatch.turn.PREPARE_TIMEOUT_SECONDS", 0.05)
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, preparers=[hang]) as service:
        await service.inbox.store([a_message(1, 42, "hello")])
        await api.until(lambda: api.texts() == ["timed_out"])


async def test_what_is_settled_before_is_settled_once_the_database_is_back(cloned_url: str, api: BotApi) -> None:
    runs = count(1)

    async def away_at_first(_update: Update, _state: str | None, _data: dict[str, Any]) -> dict[str, Any]:
        if next(runs) < 3:
            raise ConnectionRefusedError
        return {"answer": "checked in the end"}

    await prepare_database(cloned_url)
    async with a_service(cloned_url, api, preparers=[away_at_first]) as service:
        await service.inbox.store([a_message(1, 42, "hello")])
        await api.until(lambda: api.texts() == ["checked in the end"])
        assert await service.deeds() == ["hello"]


# -- clashes and outages ----------------------------------------------------------------------------------------------

CLASHES = """
    CREATE SEQUENCE clash;
    GRANT USAGE ON SEQUENCE clash TO susu_app;
    CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.what = 'clash' AND nextval('clash') <= {times} THEN
            RAISE EXCEPTION 'clash' USING ERRCODE = '{code}';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER clash BEFORE INSERT ON deed FOR EACH ROW EXECUTE FUNCTION clash()
"""


async def plant_clash(url: str, code: str, times: int) -> None:
    """Let the first `times` inserts of the deed "clash" fail with `code`; a sequence counts through rollbacks."""
    connection = await plain_connection(url)
    await connection.execute(CLASHES.format(code=code, times=times))
    await connection.close()


@pytest.mark.parametrize("code", ["40001", "40P01", "55P03", "23505"])
async def test_a_clash_is_tried_again_and_its_checks_are_not(cloned_url: str, api: BotApi, code: str) -> None:
    await prepare_database(cloned_url)
    checker = Checker()
    async with a_service(cloned_url, api, preparers=[checker]) as service:
        await plant_clash(cloned_url, code, times=2)
        await service.inbox.store([a_message(1, 42, "clash")])
        await api.until(lambda: api.texts() == ["checked 1"])
        assert await service.deeds() == ["clash"]
        assert service.dispatch.counters.read()["updates_retried"] == 2
    assert len(checker.runs) == 1


async def test_an_update_that_always_clashes_is_dead_told_and_replayable(cloned_url: str, api: BotApi) -> None:
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api) as service:
        await plant_clash(cloned_url, "40001", times=4)
        await service.inbox.store([a_message(1, 42, "clash"), a_message(2, 42, "after")])
        await api.until(lambda: "did after" in api.texts())
        async with service.units.begin() as unit:
            (dead,) = await dead_updates(unit)
        assert api.texts() == [f"unforeseen (reference={dead.reference})", "did after"]
        assert dead.error == "DBAPIError 40001"
        async with service.units.begin() as unit:
            await replay(unit, dead.id)
        await api.until(lambda: api.texts()[-1] == "did clash")
        assert await service.deeds() == ["after", "clash"]


async def test_a_handler_that_hangs_is_dead_after_its_time(
    cloned_url: str, api: BotApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.dispatch.handling.HANDLE_TIMEOUT_SECONDS", 0.1)
    await prepare_database(cloned_url)
    async with a_service(cloned_url, api) as service:
        await service.inbox.store([a_message(1, 42, "wait"), a_message(2, 42, "hello")])
        await api.until(lambda: "did hello" in api.texts())
        assert await states(service) == ["dead", "done"]
        assert await service.deeds() == ["hello"]


async def test_connections_killed_under_a_handler_cost_nothing(cloned_url: str, service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "wait")])
    await service.gate.reached.wait()
    assert await kill_backends(cloned_url, "state = 'idle in transaction'") == 1
    service.gate.opened.set()
    await service.api.until(lambda: service.api.texts() == ["waited"])
    assert await service.deeds() == ["wait"]
    assert await states(service) == ["done"]


async def test_a_lost_claim_does_not_do_an_update_twice(cloned_url: str, service: Service) -> None:
    await service.inbox.store([a_message(1, 42, "wait"), a_message(2, 42, "hello")])
    await service.gate.reached.wait()
    assert await kill_backends(cloned_url, "query LIKE '%inbox_claim%'") >= 1
    service.gate.opened.set()
    await service.api.until(lambda: len(service.api.texts()) == 2)
    assert service.api.texts() == ["waited", "did hello"]
    assert await service.deeds() == ["wait", "hello"]


async def kill_backends(url: str, which: str) -> int:
    owner = await plain_connection(url)
    killed = await owner.fetch(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        f" WHERE datname = current_database() AND pid <> pg_backend_pid() AND {which}"
    )
    await owner.close()
    return len(killed)
