"""Storing updates: once each, encrypted, in lanes with a bound."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import text

from bot.commands import updates
from bot.commands.doctor import examine
from bot.dispatch.associated_data import payload_associated_data
from bot.intake.envelope import Envelope, envelope
from bot.intake.group_talk import Me
from bot.intake.inbox import Inbox
from bot.settings import load_settings
from finance_core.inbox.daily import FORGET
from finance_core.inbox.dead import bury, dead_updates, forget_finished, replay
from finance_core.kernel.errors import NotFound
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from tests.builders import an_operator
from tests.faults.bot_api import BOT_ID, a_chat, a_message, a_tap, a_user
from tests.first_day import OPEN_ON

CIPHER = Cipher(["a secret of the tests"])
SUSU = Me(BOT_ID, "susu_bot")
ALIKE = int.from_bytes(hashlib.sha256(b"x").digest()[:8], signed=True)
ANONYMOUS = {"id": 1_087_968_824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
GROUP = {"id": -9, "type": "supergroup", "title": "Lunch"}


@pytest.fixture
def inbox(units: Units) -> Inbox:
    return Inbox(units, CIPHER, BOT_ID, lane_limit=5)


async def column(units: Units, query: str, **values: Any) -> Sequence[Any]:
    async with units.begin() as unit:
        return (await unit.session.execute(text(query), values)).scalars().all()


@pytest.mark.parametrize(
    ("update", "where"),
    [
        (a_message(5, 42, "hi"), Envelope(5, "private:42", 42, 42)),
        (a_message(6, 42, "/split 30 @bo", chat=-9), Envelope(6, "group:-9:42", -9, 42)),
        (a_tap(7, 42, "x", chat=-9), Envelope(7, "group:-9:42", -9, 42, ALIKE)),
        ({"update_id": 8, "inline_query": {"id": "1", "from": a_user(42)}}, Envelope(8, "private:42", 42, 42)),
        (
            {"update_id": 9, "callback_query": {"id": "1", "from": a_user(42), "inline_message_id": "x"}},
            Envelope(9, "private:42", 42, 42),
        ),
        (
            {
                "update_id": 10,
                "message": {
                    "from": {"id": 1, "is_bot": True},
                    "sender_chat": {"id": -9},
                    "chat": {"id": -9, "type": "group"},
                    "migrate_to_chat_id": -100,
                },
            },
            Envelope(10, "group:-9:1", -9, 1),
        ),
    ],
)
def test_an_update_goes_to_the_lane_of_its_chat_and_person(update: dict[str, Any], where: Envelope) -> None:
    assert envelope(update, SUSU) == where


@pytest.mark.parametrize(
    "update",
    [
        {"update_id": 1, "channel_post": {"chat": {"id": -5, "type": "channel"}, "text": "news"}},
        a_message(12, 42, "see you at noon", chat=-9),
        a_message(13, 42, "/roll@another_dice", chat=-9),
        a_message(14, 42, "what does @another_dice say?", chat=-9),
        {"update_id": 15, "message_reaction": {"chat": GROUP, "user": a_user(42), "date": 1}},
        {"update_id": 2, "message": {"chat": a_chat(42), "from": {"id": 42, "is_bot": True}, "text": "beep"}},
        a_message(3, 42, "anonymous", chat=-9, sender_chat={"id": -9, "type": "supergroup"}),
        a_message(16, 42, "🧧 A red packet: open it", via_bot={"id": BOT_ID, "is_bot": True, "first_name": "Susu"}),
        {"update_id": 4, "message": {"chat": {"id": -5, "type": "channel"}, "from": a_user(1)}},
        {"update_id": 5, "something_new": {"from": a_user(1)}},
        {"update_id": "6", "message": a_message(6, 1, "x")["message"]},
        {"update_id": 2**70, "message": a_message(6, 1, "x")["message"]},
        {"update_id": 7, "message": {"from": {"id": True}, "chat": {"id": 1, "type": "private"}}},
        {"update_id": 8, "message": "text"},
        {},
        [],
        "update",
        None,
        a_message(1, 0, "from nobody"),
        a_message(1, -1, "from nobody"),
        a_message(1, 42, "in a chat that there is no room for", chat=2**63),
    ],
)
async def test_what_is_nobodys_is_ignored_without_a_word(update: object, inbox: Inbox, units: Units) -> None:
    assert await inbox.store([update]) == {"ignored": 1}
    assert await column(units, "SELECT id FROM inbox") == []


async def test_a_thousand_messages_of_group_talk_leave_no_row(inbox: Inbox, units: Units) -> None:
    talk = [a_message(number, 40 + number % 7, "no, I said Thursday / at 8", chat=-9) for number in range(1, 1001)]
    assert await inbox.store(talk) == {"ignored": 1000}
    assert await column(units, "SELECT count(*) FROM inbox") == [0]


@pytest.mark.parametrize(
    "message",
    [
        {"from": a_user(42), "text": "/bills"},
        {"from": a_user(42), "text": "/bills@Susu_Bot"},
        {"from": a_user(42), "text": "and you, @susu_bot?"},
        {"from": a_user(42), "caption": "/split@susu_bot 30 @bo"},
        {"from": a_user(42), "text": "yes", "reply_to_message": {"from": {"id": BOT_ID, "is_bot": True}}},
        {"from": ANONYMOUS, "sender_chat": GROUP, "text": "/split 30 @bo"},
        {"from": {"id": 7, "is_bot": True}, "new_chat_members": [a_user(42)]},
        {"from": ANONYMOUS, "sender_chat": GROUP, "left_chat_member": a_user(42)},
        {"from": ANONYMOUS, "sender_chat": GROUP, "new_chat_title": "Dinner"},
    ],
)
async def test_what_is_said_to_the_bot_and_news_of_the_group_are_stored(
    message: dict[str, Any], inbox: Inbox, units: Units
) -> None:
    inbox.me = SUSU
    update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": GROUP, **message}}
    assert await inbox.store([update]) == {"stored": 1}
    assert await column(units, "SELECT chat_id FROM inbox") == [-9]


@pytest.mark.parametrize("by", [ANONYMOUS, {"id": 7, "is_bot": True, "first_name": "Warden"}, a_user(42)])
async def test_who_comes_and_goes_is_stored_in_their_own_lane_whoever_caused_it(
    by: dict[str, Any], inbox: Inbox, units: Units
) -> None:
    gone = {"user": a_user(43), "status": "kicked", "until_date": 0}
    update = {"update_id": 1, "chat_member": {"chat": GROUP, "from": by, "date": 1, "new_chat_member": gone}}
    assert await inbox.store([update]) == {"stored": 1}
    assert await column(units, "SELECT lane FROM inbox") == ["group:-9:43"]


async def test_a_command_in_a_channel_is_stored_and_nothing_else_of_it(inbox: Inbox) -> None:
    channel = {"id": -5, "type": "channel", "title": "News"}
    said = [{"update_id": n, "channel_post": {"chat": channel, "text": text}} for n, text in ((1, "/split"), (2, "hi"))]
    assert await inbox.store(said) == {"stored": 1, "ignored": 1}


async def test_fifty_deliveries_of_an_update_are_stored_once(inbox: Inbox, units: Units) -> None:
    once = await inbox.store([a_message(5, 42, "hi")])
    again = await inbox.store([a_message(5, 42, "hi")] * 49)
    assert (once, again) == ({"stored": 1}, {"duplicate": 49})
    assert await column(units, "SELECT update_id FROM inbox") == [5]


async def test_another_bot_counts_its_updates_anew(inbox: Inbox, units: Units) -> None:
    await inbox.store([a_message(5, 42, "hi")])
    assert await Inbox(units, CIPHER, BOT_ID + 1).store([a_message(5, 42, "hi")]) == {"stored": 1}


async def test_a_payload_is_unreadable_in_the_table_and_opens_only_in_its_place(inbox: Inbox, units: Units) -> None:
    await inbox.store([a_message(5, 42, "my PIN is 246810", field_of_tomorrow=1)])
    (payload,) = await column(units, "SELECT payload FROM inbox")
    assert b"246810" not in payload
    assert b'"field_of_tomorrow":1' in CIPHER.decrypt(payload, payload_associated_data(BOT_ID, 5))
    with pytest.raises(InvalidTag):
        CIPHER.decrypt(payload, payload_associated_data(BOT_ID, 6))


async def test_a_lane_that_overflows_is_told_once_and_the_rest_dropped(inbox: Inbox, units: Units) -> None:
    outcomes = await inbox.store([a_message(number, 42, "spam") for number in range(1, 10)])
    assert outcomes == {"stored": 5, "over_limit": 1, "dropped": 3}
    assert await column(units, "SELECT update_id FROM inbox WHERE over_limit") == [6]


async def test_a_flood_in_one_lane_leaves_the_others_alone(inbox: Inbox) -> None:
    await inbox.store([a_message(number, 42, "spam") for number in range(1, 10)])
    assert await inbox.store([a_message(20, 43, "hello")]) == {"stored": 1}


async def test_a_full_inbox_is_read_in_batches(units: Units) -> None:
    updates = [a_message(number, 1000 + number, "hi") for number in range(250)]
    assert await Inbox(units, CIPHER, BOT_ID).store(updates) == {"stored": 250}


async def test_a_dead_update_is_listed_and_runs_again_on_request(inbox: Inbox, units: Units) -> None:
    await inbox.store([a_message(5, 42, "hi")])
    (inbox_id,) = await column(units, "SELECT id FROM inbox")
    async with units.begin() as unit:
        assert await bury(unit, inbox_id, "EABC-DEFG", "OperationalError 40001")
        assert not await bury(unit, inbox_id, "EABC-DEFH", "again")
        (dead,) = await dead_updates(unit)
        assert (dead.update_id, dead.lane, dead.reference) == (5, "private:42", "EABC-DEFG")
        await replay(unit, inbox_id)
        assert await dead_updates(unit) == []
    assert await column(units, "SELECT state FROM inbox") == ["pending"]


async def test_only_a_dead_update_can_be_replayed(inbox: Inbox, units: Units) -> None:
    await inbox.store([a_message(5, 42, "hi")])
    (inbox_id,) = await column(units, "SELECT id FROM inbox")
    async with units.begin() as unit:
        with pytest.raises(NotFound):
            await replay(unit, inbox_id)


POISON: list[Any] = ["half a character \ud800", 2**70, {"deep": [2**64]}]


@pytest.mark.parametrize("poison", POISON)
async def test_an_update_that_cannot_be_stored_holds_up_no_other_and_is_told(
    inbox: Inbox, units: Units, poison: Any
) -> None:
    olu = await an_operator(units)
    batch = [a_message(1, 42, "hi"), a_message(2, 42, poison), a_message(3, 43, "ho")]
    assert await inbox.store(batch) == {"stored": 2, "unstorable": 1}
    assert await inbox.store(batch) == {"duplicate": 2, "unstorable": 1}
    async with units.begin() as unit:
        (dead,) = await dead_updates(unit)
    assert (dead.update_id, dead.lane, dead.error) == (2, "private:42", "Unstorable TypeError")
    told = await column(units, "SELECT customer_id FROM outbox WHERE kind = 'operator.update_dead'")
    assert told == [olu.id]
    assert inbox.counters.read()["updates_unstorable"] == 2


async def test_a_database_that_is_busy_is_no_reason_to_set_an_update_aside(
    inbox: Inbox, units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def busy(*_: object) -> list[str]:
        raise TimeoutError

    monkeypatch.setattr(inbox, "_store_batch", busy)
    with pytest.raises(TimeoutError):
        await inbox.store([a_message(1, 42, "hi")])
    assert await column(units, "SELECT id FROM inbox") == []


async def test_finished_updates_are_forgotten_by_age_and_waiting_ones_never(inbox: Inbox, units: Units) -> None:
    await inbox.store([a_message(1, 42, "old"), a_message(2, 42, "new"), a_message(3, 42, "waiting")])
    finish = (
        "UPDATE inbox SET state = 'done', payload = NULL, finished_at = clock_timestamp() - CAST(:age AS interval)"
        " WHERE update_id = :id RETURNING id"
    )
    await column(units, finish, age=timedelta(days=9), id=1)
    await column(units, finish, age=timedelta(days=1), id=2)
    await inbox.store([a_message(4, 43, "dead for a while"), a_message(5, 43, "dead for long")])
    die = (
        "UPDATE inbox SET state = 'dead', finished_at = clock_timestamp() - CAST(:age AS interval)"
        " WHERE update_id = :id RETURNING id"
    )
    await column(units, die, age=timedelta(days=9), id=4)
    await column(units, die, age=timedelta(days=99), id=5)
    await FORGET.run(units, OPEN_ON)
    assert await column(units, "SELECT update_id FROM inbox ORDER BY id") == [2, 3, 4]
    assert await column(units, f"SELECT EXISTS ({FORGET.wanted})") == [True]  # the dead one is looked at again
    async with units.begin() as unit:
        with pytest.raises(ValueError, match="delivered again"):
            await forget_finished(unit, timedelta(hours=1))


async def test_conversations_are_forgotten_after_a_month_of_silence(units: Units) -> None:
    async with units.begin() as unit:
        for chat, days in ((1, 29), (2, 31)):
            await unit.session.execute(
                text(
                    "INSERT INTO conversation (bot_id, chat_id, user_id, thread_id, state, changed_at)"
                    " VALUES (1, :chat, :chat, 0, 'asked', clock_timestamp() - make_interval(days => :days))"
                ),
                {"chat": chat, "days": days},
            )
    await FORGET.run(units, OPEN_ON)
    assert await column(units, "SELECT chat_id FROM conversation") == [1]


async def test_a_dead_update_is_listed_by_the_command_line_told_by_the_doctor_and_run_again(
    cloned_units: Units, cloned_url: str, tmp_path: Path
) -> None:
    settings = load_settings(
        _env_file=None, database_url=cloned_url, data_dir=tmp_path, secret_key="a-secret-for-this-test"
    )
    await Inbox(cloned_units, CIPHER, BOT_ID).store([a_message(1, 42, "half \ud800"), a_message(2, 42, "hi")])
    (dead,) = await updates.dead(settings, 50)
    (finding,) = [each for each in await examine(settings) if each.name == "inbox"]
    assert (finding.mark, finding.words.partition(":")[0]) == (
        "!  ",
        "1 waiting, 0 not answered yet, 0 done and kept, 1 given up",
    )
    await updates.run_again(settings, dead.id)
    assert await updates.dead(settings, 50) == []
    assert await column(cloned_units, "SELECT state FROM inbox ORDER BY update_id") == ["pending", "pending"]
    assert await column(cloned_units, "SELECT act FROM audit_line") == ["replay"]
    with pytest.raises(NotFound):
        await updates.run_again(settings, dead.id)
