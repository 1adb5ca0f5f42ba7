"""How fast Telegram may be sent to. Time is a number here: nothing waits."""

from __future__ import annotations

import asyncio
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram.error import RetryAfter

from bot.delivery.limiter import NotYetError, Pacer, Ticket
from bot.delivery.pacing import Breaker, Pacing, Waiter, next_turn
from finance_core.notices import Urgency

GROUP = -100_1


def run(waiting: list[Waiter], pacing: Pacing, start: float = 0.0) -> list[tuple[float, Waiter]]:
    """Give turns until nobody waits; return when each had its turn."""
    now, turns = start, []
    while waiting:
        waiter, seconds = next_turn(waiting, pacing, now)
        if waiter is None:
            now += seconds
            continue
        pacing.take(waiter.chat_id, now)
        waiting.remove(waiter)
        turns.append((now, waiter))
    return turns


def crowd(chats: list[int], priority: int = 4) -> list[Waiter]:
    return [Waiter(priority, arrival, chat) for arrival, chat in enumerate(chats)]


def test_a_broadcast_goes_out_smoothly_at_25_a_second() -> None:
    at = [when for when, _ in run(crowd(list(range(1, 101))), Pacing())]

    assert [later - earlier for earlier, later in pairwise(at)] == pytest.approx([0.04] * 99)


def test_one_chat_gets_one_message_a_second() -> None:
    assert [when for when, _ in run(crowd([1, 1, 1]), Pacing())] == pytest.approx([0, 1, 2])


def test_a_group_gets_twenty_in_any_minute() -> None:
    at = [when for when, _ in run(crowd([GROUP] * 45), Pacing())]

    assert max(sum(1 for other in at if when <= other < when + 60) for when in at) == 20
    assert at[19] == pytest.approx(19)
    assert at[20] == pytest.approx(60)


def test_a_busy_chat_does_not_hold_up_the_others() -> None:
    turns = run([*crowd([1, 1, 1]), Waiter(4, 3, 2), Waiter(4, 4, 3)], Pacing())

    assert [waiter.chat_id for _, waiter in turns] == [1, 2, 3, 1, 1]


def test_the_urgent_goes_first_and_the_earlier_before_the_later() -> None:
    waiting = [Waiter(4, 0, 1), Waiter(1, 2, 2), Waiter(1, 1, 3), Waiter(0, 3, 4)]

    assert [waiter.chat_id for _, waiter in run(waiting, Pacing())] == [4, 3, 2, 1]


def test_two_workers_share_the_rate() -> None:
    at = [when for when, _ in run(crowd(list(range(1, 11))), Pacing(workers=2))]

    assert at[-1] == pytest.approx(9 * 0.08)


def test_a_429_pauses_that_chat_alone() -> None:
    pacing = Pacing()
    pacing.pause(1, seconds=30, now=0)

    assert pacing.wait_for_chat(1, now=10) == 20
    assert pacing.wait_for_chat(2, now=10) == 0
    assert pacing.pause_of_everyone(10) == 0


def test_the_same_chat_again_and_again_is_still_that_chat_alone() -> None:
    pacing = Pacing()
    for now in range(6):
        pacing.pause(1, seconds=3, now=now)

    assert pacing.pause_of_everyone(6) == 0


def test_three_chats_told_to_wait_at_once_pause_everyone() -> None:
    pacing = Pacing()
    for chat in (1, 2, 3):
        pacing.pause(chat, seconds=30, now=chat)

    assert pacing.pause_of_everyone(3) == 30
    assert pacing.wait_for_anyone(3) == 30


def test_three_chats_told_to_wait_over_an_hour_do_not() -> None:
    pacing = Pacing()
    for chat in (1, 2, 3):
        pacing.pause(chat, seconds=5, now=chat * 1_200)

    assert pacing.pause_of_everyone(3_600) == 0


def test_nothing_is_paced_on_a_journey_through_time() -> None:
    pacing = Pacing(enabled=False)
    pacing.pause_everyone(60, now=0)

    assert {when for when, _ in run(crowd([1] * 50), pacing)} == {0}


def test_a_restart_remembers_what_the_outbox_tells() -> None:
    pacing = Pacing()
    pacing.remember(GROUP, [seconds * 1.5 for seconds in range(1, 21)], now=1_000)
    pacing.remember(7, [0.25], now=1_000)

    assert pacing.wait_for_chat(GROUP, now=1_000) == pytest.approx(30)
    assert pacing.wait_for_chat(7, now=1_000) == pytest.approx(0.75)


def test_what_the_outbox_tells_does_not_count_twice() -> None:
    pacing = Pacing()
    for now in range(15):
        pacing.take(GROUP, now)
    pacing.remember(GROUP, [14.5 - now for now in range(15)], now=14.5)

    assert pacing.wait_for_chat(GROUP, now=20) == 0


def test_memory_does_not_grow_with_the_audience() -> None:
    pacing = Pacing()
    run(crowd(list(range(1, 400))), pacing)
    pacing.take(1_000_000, now=1_000)

    assert list(pacing._sends) == [1_000_000]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, -1, -2]), st.integers(0, 4)), min_size=1, max_size=80))
def test_no_limit_is_ever_passed_and_nobody_is_forgotten(wanted: list[tuple[int, int]]) -> None:
    waiting = [Waiter(priority, arrival, chat) for arrival, (chat, priority) in enumerate(wanted)]
    turns = run(list(waiting), Pacing())

    assert Counter(waiter for _, waiter in turns) == Counter(waiting)
    for chat in {waiter.chat_id for waiter in waiting}:
        at = [when for when, waiter in turns if waiter.chat_id == chat]
        assert all(later - earlier >= 1 - 1e-9 for earlier, later in pairwise(at))
        assert chat > 0 or all(at[index + 20] - at[index] >= 60 - 1e-9 for index in range(len(at) - 20))
    overall = [when for when, _ in turns]
    assert all(later - earlier >= 0.04 - 1e-9 for earlier, later in pairwise(overall))


def test_the_breaker_lets_two_failures_pass_then_waits_longer_and_longer() -> None:
    breaker = Breaker()

    assert [breaker.failed() for _ in range(10)] == [0, 0, 1, 2, 4, 8, 16, 32, 60, 60]
    breaker.worked()
    assert breaker.failed() == 0


class FakeTime:
    """A clock that moves when somebody waits on it."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    async def wait(self, changed: asyncio.Event, seconds: float) -> None:
        for _ in range(10):  # who had a turn comes first
            await asyncio.sleep(0)
        if not changed.is_set():
            self.now += seconds


class Wire:
    """What the limiter is asked to call: notes when, and answers or raises."""

    def __init__(self, time: FakeTime, error: Exception | None = None) -> None:
        self.time, self.error = time, error
        self.calls: list[tuple[float, int]] = []

    async def __call__(self, endpoint: str, data: dict[str, Any]) -> bool:
        self.calls.append((self.time.now, data["chat_id"]))
        if self.error is not None:
            raise self.error
        return True


async def nothing() -> None:
    """Nothing to do before sending."""


async def send(pacer: Pacer, wire: Wire, chat_id: int, urgency: Urgency = Urgency.RECEIPT) -> Any:
    data = {"chat_id": chat_id}
    return await pacer.process_request(wire, ("sendMessage", data), {}, "sendMessage", data, Ticket(urgency, nothing))


async def test_the_limiter_waits_for_each_turn_by_priority() -> None:
    time = FakeTime()
    pacer, wire = Pacer(monotonic=time.monotonic, wait=time.wait), Wire(time)
    sends = [send(pacer, wire, chat, urgency) for chat, urgency in ((1, Urgency.BROADCAST), (1, Urgency.RECEIPT))]
    await asyncio.gather(*sends, send(pacer, wire, 2, Urgency.SECURITY))

    assert [chat for _, chat in wire.calls] == [2, 1, 1]
    assert [when for when, _ in wire.calls] == pytest.approx([0, 0.04, 1.04])


async def test_a_429_goes_to_the_caller_and_the_chat_is_sent_away_until_it_may_be_sent_to() -> None:
    time = FakeTime()
    pacer = Pacer(monotonic=time.monotonic, wait=time.wait)
    with pytest.raises(RetryAfter):
        await send(pacer, Wire(time, RetryAfter(30)), 1)
    wire = Wire(time)
    with pytest.raises(NotYetError) as refusal:
        await send(pacer, wire, 1)
    await send(pacer, wire, 2)

    assert refusal.value.seconds == pytest.approx(30, abs=0.1)
    assert [chat for _, chat in wire.calls] == [2]


async def test_who_waits_when_everyone_is_paused_is_sent_away() -> None:
    time = FakeTime()
    pacer, wire = Pacer(monotonic=time.monotonic, wait=time.wait), Wire(time)
    await send(pacer, wire, 1)
    pacer.pause_everyone(60)
    with pytest.raises(NotYetError):
        await send(pacer, wire, 2)


async def test_a_request_without_a_ticket_is_nobodys_message() -> None:
    time = FakeTime()
    pacer = Pacer(monotonic=time.monotonic, wait=time.wait)
    pacer.pause_everyone(60)

    async def get_me() -> bool:
        return True

    assert await pacer.process_request(get_me, (), {}, "getMe", {}, None) is True


async def test_shutdown_sends_away_who_waits() -> None:
    entered = asyncio.Event()

    async def never(changed: asyncio.Event, seconds: float) -> None:
        entered.set()
        await asyncio.Event().wait()

    time = FakeTime()
    pacer, wire = Pacer(monotonic=time.monotonic, wait=never), Wire(time)
    await send(pacer, wire, 1)
    waiting = asyncio.create_task(send(pacer, wire, 1))
    await entered.wait()
    await pacer.shutdown()
    with pytest.raises(NotYetError):
        await waiting
