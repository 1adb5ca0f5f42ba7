"""Refusals in the middle of things: told in a sentence, nothing moved, the PIN out of sight, the conversation free."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from finance_core import ledger
from finance_core.storage.unit import Unit
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import yuan
from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def visible(person: Person) -> list[str]:
    """Return what the person has written and still stands in the chat."""
    return [one.text for one in await person.messages() if not one.json["from_bot"] and not one.json["deleted"]]


async def comes_to_the_pin(person: Person, words: str) -> None:
    await person.says(words)
    await person.taps("Confirm", await person.sees("Send ¥|All-in"))
    await person.sees("type your PIN")


async def test_money_gone_between_the_card_and_the_pin_is_told_in_its_place(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await comes_to_the_pin(ana, f"/send @{bo.json['username']} 80")
    async with susu.units.begin() as unit:
        await wallet.withdraw(unit, (await susu.customer(ana)).id, yuan(50), "elsewhere", SANDBOX)
    await ana.says(PIN)
    refused = await ana.sees("¥50.00 is available, ¥80.00 is needed")
    assert refused.labels == ["Top up"]
    assert PIN not in await visible(ana)
    await ana.says("how much do I owe")
    await ana.sees("You owe nothing")
    assert await susu.balance(ana) == yuan(50)
    await susu.verified()


async def test_a_pin_that_nothing_asks_for_does_not_stay_in_the_chat(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says(PIN)
    await ana.sees("looked like a PIN, so I deleted it")
    assert PIN not in await visible(ana)


async def test_more_than_ones_level_may_send_is_refused_before_the_pin(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=150_000), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 100,000.01")
    await ana.sees("Your level allows ¥100,000.00 out")
    await ana.says(f"/send @{bo.json['username']} 100000")
    await ana.sees("Send ¥100,000.00")


async def test_what_came_back_does_not_count_against_the_level(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=150_000), await susu.resident("Bo")
    for _ in range(2):
        await comes_to_the_pin(ana, f"/send @{bo.json['username']} 100000")
        await ana.says(PIN)
        await ana.sees("is on its way")
        await ana.taps("Take back")
        await ana.sees("is back in your wallet")
    assert await susu.balance(ana) == yuan(150_000)
    await susu.verified()


async def test_nobody_sends_to_themselves_or_to_nobody(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says(f"/send @{ana.json['username']} 5")
    await ana.sees("can't send money to yourself")
    await ana.says(f"/request @{ana.json['username']} 5")
    await ana.sees("can't ask yourself")
    await ana.says("/send @nobody_at_all 5")
    await ana.sees("I can't find “@nobody_at_all”")


async def test_a_locked_account_lets_nothing_out_until_the_pin(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await ana.says("/lock")
    await ana.sees("Locked. Until you unlock it")
    await ana.says(f"/send @{bo.json['username']} 5")
    await ana.sees("Your account is locked")
    await ana.taps("Settings")
    await ana.sees("Settings")
    await ana.taps("Unlock")
    await ana.sees("Unlock your account")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("Unlocked")
    await ana.says(f"/send @{bo.json['username']} 5")
    await ana.sees("Send ¥5.00")


async def test_a_quote_does_not_outlive_its_day(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await susu.travel("2026-03-12 23:55")
    await ana.says("/borrow 3000 6")
    await ana.sees("First due Sun 12 Apr 2026")
    await susu.travel("2026-03-13 00:01")
    await ana.taps("Confirm")
    await ana.sees("First due Mon 13 Apr 2026")
    assert await susu.balance(ana) == yuan(0)


async def test_a_pin_typed_on_the_next_day_signs_no_quote_of_yesterday(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/borrow 3000 6")
    await ana.sees("All-in annual rate")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await susu.travel(days=1)
    await ana.says(PIN)
    again = await ana.sees("Another day has begun.*Nothing is signed.*First due Tue 14 Apr 2026")
    assert "Confirm" in again.labels
    assert await susu.balance(ana) == yuan(0)
    assert PIN not in await visible(ana)


async def test_a_card_is_good_for_a_quarter_of_an_hour(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/topup 50")
    await ana.sees("Put ¥50.00")
    await susu.travel(minutes=16)
    answer = await ana.taps("Confirm")
    assert answer is not None
    assert "expired" in answer["text"]
    assert await susu.balance(ana) == yuan(0)


async def test_a_fault_inside_has_a_number_and_leaves_others_alone(susu: Susu, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo", money=100)
    anas = (await susu.customer(ana)).id
    history = ledger.history

    async def broken_for_ana(unit: Unit, account: ledger.Account, **page: int) -> list[ledger.Line]:
        if account.owner == anas:
            await unit.session.execute(text("UPDATE customer SET language = 'zh' WHERE id = :id"), {"id": anas})
            raise ZeroDivisionError("a fault of ours")
        return await history(unit, account, **page)

    monkeypatch.setattr(ledger, "history", broken_for_ana)
    with capture_logs() as logs:
        await ana.says("/history")
        told = await ana.sees("Something went wrong on our side. Nothing is lost")
        await bo.says("/history")
        await bo.sees("Topped up")
    number = re.search(r"E[A-Z2-9]{3}-[A-Z2-9]{4}", told.text)
    assert number is not None
    logged = [entry for entry in logs if entry.get("reference") == number[0]]
    assert [(entry["log_level"], type(entry["exc_info"])) for entry in logged] == [("error", ZeroDivisionError)]
    assert (await susu.customer(ana)).language == "en"
    await ana.says("how much do I owe")
    await ana.sees("You owe nothing")


async def test_a_fault_after_the_pin_moves_nothing(susu: Susu, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, bo = await susu.resident("Ana", money=100), await susu.resident("Bo")
    await comes_to_the_pin(ana, f"/send @{bo.json['username']} 80")

    async def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a fault of ours")

    with monkeypatch.context() as patch, capture_logs():
        patch.setattr(wallet, "_receipt", broken)
        await ana.says(PIN)
        await ana.sees("Something went wrong on our side")
    assert await susu.balance(ana) == yuan(100)
    await ana.says(PIN)
    await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(20)
    await susu.verified()
