"""Whom a payee's name finds: a @username, a shared contact, or somebody one has paid or been paid by. Nobody else."""

from __future__ import annotations

from tests.conversations.harness import Person
from tests.conversations.whole_service import PIN, Susu


async def pays(sender: Person, payee: Person, amount: int) -> None:
    await sender.says(f"/send @{payee.json['username']} {amount}")
    await sender.sees("Send ¥")
    await sender.taps("Confirm")
    await sender.sees("type your PIN")
    await sender.says(PIN)
    await sender.sees("is on its way")
    await payee.sees("sent you")
    await payee.taps("Accept")
    await payee.sees("is in your wallet")


async def test_nobody_is_found_by_a_number(susu: Susu) -> None:
    ana, olu = await susu.resident("Ana", money=100), await susu.resident("Olu")
    number = (await susu.customer(olu)).id
    for begun, asked in (("/send", "To whom"), ("/request", "Who should pay you")):
        await ana.says(begun)
        await ana.sees(asked)
        for written in (f"#{number}", f"@{number}", f"customer {number}"):
            await ana.says(written)
            assert "Olu" not in (await ana.sees("I can't find")).text
        await ana.says("/cancel")
        await ana.sees("")


async def test_a_name_is_looked_for_among_those_one_has_paid_or_been_paid_by(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    mei, stranger = await susu.resident("Mei", money=100), await susu.resident("Mei")
    await ana.says("send 5 to Mei")
    await ana.sees("I can't find “Mei”")
    await ana.says(stranger.json["username"])
    await ana.sees("I can't find")
    await pays(ana, mei, 5)
    await ana.says("send 6 to mei")
    await ana.sees(f"Send ¥6.00 to Mei .@{mei.json['username']}")
    await mei.says("send 7 to Ana")
    await mei.sees(f"Send ¥7.00 to Ana .@{ana.json['username']}")


async def test_a_name_that_is_changed_at_telegram_is_taken_over_with_the_next_message(susu: Susu) -> None:
    ana, mei = await susu.resident("Ana", money=100), await susu.resident("Mei", money=100)
    await pays(ana, mei, 5)
    account = susu.sandbox.inside.people[mei.id]
    account.first_name, account.username = "Meimei", "meimei_of_today"
    await mei.says("/balance")
    await mei.sees("Available")
    row = await susu.customer(mei)
    assert b"Meimei" not in row.name_sealed
    await ana.says("send 6 to Meimei")
    await ana.sees("Send ¥6.00 to Meimei .@meimei_of_today")
    await ana.says("send 7 to @meimei_of_today")
    await ana.sees("Send ¥7.00 to Meimei")
    await ana.says("send 8 to Mei")
    await ana.sees("I can't find “Mei”")


async def test_a_name_that_several_have_is_asked_about(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    first, second = await susu.resident("Ben", money=100), await susu.resident("Ben", money=100)
    await pays(ana, first, 5)
    await pays(second, ana, 5)
    await ana.says("send 6 to Ben for tea")
    asked = await ana.sees("You know several people called “Ben”")
    assert len(asked.labels) == 3
    await ana.taps(f"Ben (@{second.json['username']})")
    await ana.sees(f"Send ¥6.00 to Ben .@{second.json['username']}.*“tea”")


async def test_who_only_asked_for_money_is_no_acquaintance(susu: Susu) -> None:
    ana, zed = await susu.resident("Ana", money=100), await susu.resident("Zed")
    await zed.says(f"/request @{ana.json['username']} 5")
    await zed.sees("Ask Ana")
    await zed.taps("Confirm")
    await ana.sees("Zed")
    await ana.says("send 5 to Zed")
    await ana.sees("I can't find “Zed”")


async def test_a_paid_request_makes_both_known_to_each_other(susu: Susu) -> None:
    ana, kofi = await susu.resident("Ana", money=100), await susu.resident("Kofi", money=50)
    await kofi.says(f"/request @{ana.json['username']} 5")
    await kofi.sees("Ask Ana")
    await kofi.taps("Confirm")
    await ana.sees("Kofi")
    await ana.taps("Pay ¥5.00")
    await ana.sees("Send ¥5.00 to Kofi")
    await ana.taps("Confirm")
    await ana.sees("type your PIN")
    await ana.says(PIN)
    await ana.sees("Balance|paid")
    await ana.says("send 6 to Kofi")
    await ana.sees("Send ¥6.00 to Kofi")
    await kofi.says("request 6 from Ana")
    await kofi.sees("Ask Ana")


async def test_a_shared_contact_stays_the_payee_until_the_card(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.shares_contact(bo)
    await ana.sees("How much for Bo")
    await ana.says("20")
    await ana.sees("Send ¥20.00 to Bo")


async def test_the_same_as_last_time_is_a_card_of_the_last_sum(susu: Susu) -> None:
    ana, mei = await susu.resident("Ana", money=100), await susu.resident("Mei", money=100)
    await ana.says(f"same as last time to @{mei.json['username']}")
    await ana.sees("How much")
    await ana.says("/cancel")
    await ana.sees("")
    await pays(ana, mei, 5)
    await ana.says("same as last time to Mei")
    await ana.sees(f"Send ¥5.00 to Mei .@{mei.json['username']}")
    await ana.says("send it again")
    await ana.sees("To whom|Who")
    await ana.taps(f"Mei (@{mei.json['username']})")
    await ana.sees("Send ¥5.00 to Mei")
