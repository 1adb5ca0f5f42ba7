"""The PIN in the chat: counted, locked, out of sight, and nobody else's."""

from __future__ import annotations

import pytest
from aiogram.methods import DeleteMessage, SendMessage
from aiogram.types import Update
from structlog.testing import capture_logs

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import TemporarilyUnavailable
from handlers.chat.faults import Faults, Languages
from handlers.chat.pin_states import PinEntry, PinSetup
from handlers.chat.replies import OrElse
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True

WRONG = "135791"


async def comes_to_the_pin(person: Person) -> None:
    await person.says("/withdraw 10")
    await person.taps("Confirm", await person.sees("Take ¥10.00"))
    await person.sees("type your PIN")


async def guesses(person: Person, times: int, answer: str) -> None:
    for _ in range(times):
        await person.says(WRONG)
        await person.sees(answer)


async def test_five_wrong_ones_lock_for_a_quarter_of_an_hour_and_the_right_one_is_not_looked_at(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await comes_to_the_pin(ana)
    await guesses(ana, 4, "Wrong PIN")
    await guesses(ana, 1, "Too many wrong PINs. Try again in 15 minutes")
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("Too many wrong PINs")
    assert await susu.balance(ana) == yuan(100)
    await susu.travel(minutes=16)
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("¥10.00 is on its way to your bank")
    assert (await susu.customer(ana)).pin_failures == 0


async def test_the_tenth_wrong_one_of_a_day_takes_an_operator(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await comes_to_the_pin(ana)
    await guesses(ana, 4, "Wrong PIN")
    await guesses(ana, 1, "Try again in 15 minutes")
    for hours in (1, 1, 2, 3, 5):
        await susu.travel(hours=hours)
        await comes_to_the_pin(ana)
        await guesses(ana, 1, "Too many wrong PINs")
    await susu.travel(hours=9)
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("try again a day after")
    assert await susu.balance(ana) == yuan(100)


async def test_what_is_no_pin_is_no_try_and_full_width_digits_are_digits(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await comes_to_the_pin(ana)
    await ana.says("12345")
    await ana.sees("A PIN is 6 digits")
    await ana.says("1234567")
    await ana.says("abcdef")
    await ana.sees("This is what your PIN would sign")
    await ana.says("hello there")
    await ana.sees("What Susu does")
    await ana.taps("2", await ana.sees("Please type your PIN"))
    await ana.sees("●○○○○○")
    assert (await susu.customer(ana)).pin_failures == 0
    await ana.says("２４６８１０")
    await ana.sees("¥10.00 is on its way to your bank")


async def test_a_pin_that_telegram_will_not_delete_is_told_of(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await comes_to_the_pin(ana)
    await susu.sandbox.fault("400", method="deleteMessage", chat_id=ana.chat_id, times=1)
    await ana.says(PIN)
    await ana.sees("Please delete that message yourself")
    await ana.sees("¥10.00 is on its way to your bank")
    await susu.sandbox.heal()


async def test_what_was_confirmed_three_days_ago_is_not_done_and_its_pin_goes(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await comes_to_the_pin(ana)
    await susu.travel(days=3)
    typed = await ana.says(PIN)
    await ana.sees("This has expired. Please start again; nothing has moved")
    assert await susu.balance(ana) == yuan(100)
    assert [message.json["deleted"] for message in await ana.messages() if message.id == typed.id] == [True]
    await comes_to_the_pin(ana)
    await ana.says(PIN)
    await ana.sees("¥10.00 is on its way to your bank")


@pytest.mark.parametrize("state", [PinEntry.awaited.state, PinSetup.first.state, PinSetup.again.state, None])
async def test_a_pin_goes_whatever_comes_of_its_message(state: str | None) -> None:
    user = {"id": 5, "is_bot": False, "first_name": "Ana", "language_code": "en"}
    message = {"message_id": 7, "date": 1, "chat": {"id": 5, "type": "private"}, "from": user, "text": PIN}
    update = Update.model_validate({"update_id": 1, "message": message})
    first, *rest = Faults(Languages())(TemporarilyUnavailable(ErrorCode.TIMED_OUT), update, state)
    if state is None:
        assert isinstance(first, SendMessage)
        return
    assert isinstance(first, OrElse)
    assert first.method == DeleteMessage(chat_id=5, message_id=7)
    assert len(rest) == 1


async def test_a_pin_is_in_no_log_and_in_no_table(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    with capture_logs() as logs:
        await comes_to_the_pin(ana)
        await guesses(ana, 1, "Wrong PIN")
        await ana.says(PIN)
        await ana.sees("¥10.00 is on its way to your bank")
    assert PIN not in str(logs)
    assert WRONG not in str(logs)
    assert await susu.value("SELECT count(*) FROM inbox WHERE state = 'done' AND payload IS NOT NULL") == 0
    assert await susu.value(_CONVERSATIONS_WITH, pin=PIN) == 0


_CONVERSATIONS_WITH = "SELECT count(*) FROM conversation WHERE position(:pin IN encode(data, 'escape')) > 0"


async def test_the_pin_is_asked_for_on_ones_own_card_only(susu: Susu) -> None:
    ana, eve = await susu.resident("Ana", money=100), await susu.resident("Eve", money=100)
    await comes_to_the_pin(ana)
    await eve.says(PIN)
    await eve.sees("")
    assert await susu.balance(ana) == yuan(100)


async def test_leaving_at_the_pin_moves_nothing_and_its_keys_are_dead(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await comes_to_the_pin(ana)
    keypad = await ana.last()
    await ana.says("/cancel")
    await ana.sees("Cancelled. Nothing has moved")
    await ana.taps("2", keypad)
    await ana.sees("This has expired. Nothing has moved")
    await comes_to_the_pin(ana)
    await ana.taps("Cancel")
    await ana.sees("Cancelled. Nothing has moved")
    await ana.says(PIN)
    await ana.sees("")
    assert await susu.balance(ana) == yuan(100)
