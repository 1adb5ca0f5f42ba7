"""The wallet as people use it: top-up, send by name, contact and link, taking, sending back, requests."""

from __future__ import annotations

import re

import pytest

from handlers.chat.who_talks import WhoTalks
from tests.builders import yuan
from tests.conversations.harness import Person, Seen
from tests.conversations.whole_service import PIN, Susu, the_dispatcher

SERVICE_OF_ITS_OWN = True

REFERENCE = re.compile(r"S[A-HJ-NP-TV-Z2-9]{3}-[A-HJ-NP-TV-Z2-9]{4}")


def reference(message: Seen) -> str:
    """Return the reference that a message shows."""
    match = REFERENCE.search(message.text)
    assert match is not None, message.text
    return match[0]


async def confirms_with_pin(person: Person) -> None:
    await person.taps("Confirm")
    await person.sees("type your PIN")
    await person.says(PIN)


async def sends(susu: Susu, sender: Person, words: str, shows: str = "is on its way") -> None:
    await sender.says(words)
    await sender.sees("Send ¥")
    await confirms_with_pin(sender)
    await sender.sees(shows)


async def test_money_is_put_in_by_a_command_with_its_sum(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/topup 1,000.50")
    await ana.sees("Put ¥1,000.50 into your wallet")
    await ana.taps("Confirm")
    card = await ana.sees("¥1,000.50 is in your wallet")
    assert reference(card)
    assert [message.id for message in await ana.messages() if message.json["from_bot"]] == [card.id], "one message"
    assert await susu.balance(ana) == yuan("1000.50")


async def test_without_a_rail_no_money_comes_in_or_goes_out_and_the_chat_says_so(
    susu: Susu, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await susu.resident("Ana", money=20)
    await ana.says("/topup 30")
    card = await ana.sees("Put ¥30.00 into your wallet")
    dispatcher, _ = the_dispatcher()
    for observer in (dispatcher.message, dispatcher.callback_query):
        for middleware in observer.outer_middleware:
            if isinstance(middleware, WhoTalks):
                monkeypatch.setattr(middleware, "rail", None)
    await ana.taps("Confirm", card)  # of a card from before
    await ana.sees("this service isn't connected to a bank. Nothing has moved")
    await ana.says("/topup 40")
    await ana.sees("this service isn't connected to a bank")
    await ana.says("/withdraw 10")
    await ana.sees("this service isn't connected to a bank")
    assert await susu.balance(ana) == yuan(20)
    await susu.verified()


async def test_money_is_put_in_step_by_step_from_the_menu(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/menu")
    await ana.sees("What would you like to do")
    await ana.taps("Top up")
    await ana.sees("How much would you like to put in")
    await ana.taps("500")
    await ana.sees("Put ¥500.00 into your wallet")
    await ana.taps("Confirm")
    await ana.sees("¥500.00 is in your wallet")


async def test_a_typed_1_is_the_first_button(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/menu")
    await ana.sees("What would you like to do")
    await ana.says("5")
    await ana.sees("How much would you like to put in")


async def test_a_send_shows_payee_sum_fee_and_balance_before_the_pin_and_is_taken(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 50 lunch")
    card = await ana.sees("Send ¥50.00 to Bo")
    assert re.search(r"“lunch”.*Fee ¥0.00 · balance after ¥150.00", card.text, re.DOTALL)
    await confirms_with_pin(ana)
    sent = await ana.sees("¥50.00 is on its way.*🧾 −¥50.00 sent to Bo.*Balance ¥150.00")
    told = await bo.sees("Ana sent you ¥50.00.*“lunch”")
    assert reference(told) == reference(sent)
    await bo.taps("Accept")
    taken = await bo.sees(r"¥50.00 is in your wallet.*🧾 \+¥50.00 from Ana")
    assert reference(taken) != reference(sent)
    assert reference(await ana.sees("Bo accepted your ¥50.00")) == reference(sent)
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(150), yuan(50))
    await susu.verified()


async def test_a_send_is_asked_for_piece_by_piece(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.says(f"@{bo.json['username']}")
    await ana.sees("How much for Bo")
    await ana.says("20")
    await ana.sees("Send ¥20.00 to Bo")
    await confirms_with_pin(ana)
    await ana.sees("is on its way")
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.taps(f"Bo (@{bo.json['username']})")
    await ana.sees("How much for Bo")


async def test_the_pin_can_be_tapped(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 10")
    await ana.sees("Send ¥10.00")
    await ana.taps("Confirm")
    await ana.sees("○○○○○○")
    for count, digit in enumerate(PIN[:-1], 1):
        await ana.taps(digit)
        await ana.sees("●" * count + "○" * (6 - count))
    await ana.taps("⌫")
    await ana.sees("●●●●○○")
    await ana.taps(PIN[-2])
    await ana.sees("●●●●●○")
    await ana.taps(PIN[-1])
    await ana.sees("is on its way")
    assert await susu.balance(ana) == yuan(190)


async def test_a_shared_contact_names_the_payee(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.shares_contact(bo)
    await ana.sees("How much for Bo")
    await ana.taps("50")
    await ana.sees("Send ¥50.00 to Bo")


async def test_a_contact_nobody_knows_is_said_so_and_the_question_stays(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.shares_contact(await susu.stranger("Zoe"))
    await ana.sees("I can't find “Zoe”")
    await ana.says(f"@{bo.json['username']}")
    await ana.sees("How much for Bo")


async def test_money_sent_by_link_is_taken_by_the_first_who_opens_it_and_by_nobody_else(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=100) for name in ("Ana", "Bo", "Chidi")]
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.taps("By link")
    await ana.sees("How much for whoever opens the link")
    await ana.says("30")
    await ana.sees("Send ¥30.00 to whoever opens the link")
    await confirms_with_pin(ana)
    link = re.search(r"https://t\.me/\S+\?start=(\S+)", (await ana.sees("opens this link first")).text)
    assert link is not None
    for friend in (bo, chidi):
        await friend.says(f"/start {link[1]}")
        await friend.sees("Ana sent you ¥30.00")
    await bo.taps("Accept")
    await bo.sees("¥30.00 is in your wallet")
    await chidi.taps("Accept")
    await chidi.sees("Somebody else has accepted it")
    await chidi.says(f"/start {link[1]}")
    await chidi.sees("This link has been used")
    assert [await susu.balance(one) for one in (ana, bo, chidi)] == [yuan(70), yuan(130), yuan(100)]
    await susu.verified()


async def test_ones_own_link_cannot_be_taken_by_oneself(susu: Susu) -> None:
    ana = await susu.resident("Ana", money=100)
    await ana.says("/send")
    await ana.sees("To whom?")
    await ana.taps("By link")
    await ana.sees("How much")
    await ana.says("30")
    await ana.sees("Send ¥30.00")
    await confirms_with_pin(ana)
    link = re.search(r"start=(\S+)", (await ana.sees("opens this link first")).text)
    assert link is not None
    await ana.says(f"/start {link[1]}")
    await ana.sees("Ana sent you ¥30.00")
    await ana.taps("Accept")
    await ana.sees("can't send money to yourself")


async def test_a_link_that_leads_nowhere_says_so(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/start s-forged")
    await ana.sees("There is no such transfer")
    await ana.says("/start nonsense")
    await ana.sees("This link doesn't work")


async def test_what_was_sent_is_sent_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(susu, ana, f"/send @{bo.json['username']} 50")
    await bo.sees("Ana sent you ¥50.00")
    await bo.taps("Send back")
    await bo.sees("¥50.00 goes back to the sender")
    await ana.sees(r"🧾 \+¥50.00 came back: Bo didn't accept it.*Balance ¥200.00")
    await bo.taps("Menu")
    assert await susu.balance(ana) == yuan(200)


async def test_what_nobody_has_taken_yet_is_taken_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(susu, ana, f"/send @{bo.json['username']} 50")
    await bo.sees("Ana sent you ¥50.00")
    await ana.taps("Take back")
    await ana.sees("¥50.00 is back in your wallet")
    await bo.taps("Accept")
    await bo.sees("The sender has taken it back")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(200), yuan(0))


async def test_what_is_taken_cannot_be_taken_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(susu, ana, f"/send @{bo.json['username']} 50")
    await bo.sees("Ana sent you ¥50.00")
    await bo.taps("Accept")
    await bo.sees("is in your wallet")
    await ana.taps("Take back")
    await ana.sees("It has been accepted already")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(150), yuan(50))


async def test_what_nobody_takes_in_24_hours_comes_back(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(susu, ana, f"/send @{bo.json['username']} 50")
    await bo.sees("Ana sent you ¥50.00")
    await susu.travel(hours=23)
    assert await susu.balance(ana) == yuan(150)
    await susu.travel(hours=2)
    await ana.sees(r"🧾 \+¥50.00 came back: Bo didn't accept it")
    await bo.taps("Accept")
    await bo.sees("gone back to the sender already")
    assert await susu.balance(ana) == yuan(200)
    await susu.verified()


async def test_money_whose_push_was_missed_is_told_wherever_one_looks(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await bo.blocks()
    await sends(susu, ana, f"/send @{bo.json['username']} 50 lunch")
    await bo.unblocks()
    for said in ("/start", "/balance", "/history", "/money"):
        await bo.says(said)
        told = await bo.sees("Ana sent you ¥50.00: accept it by \\w+ 1\\d Mar 2026")
        assert "📥 ¥50.00 · Ana" in told.labels
    await bo.taps("📥 ¥50.00 · Ana")
    await bo.sees("Ana sent you ¥50.00.*“lunch”.*Reference S")
    await bo.taps("Accept")
    await bo.sees("¥50.00 is in your wallet")
    await bo.says("/balance")
    assert "waits" not in (await bo.sees("Available ¥50.00")).text
    await susu.verified()


async def test_ones_own_send_that_waits_is_told_and_taken_back_from_there(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await sends(susu, ana, f"/send @{bo.json['username']} 50")
    for said in ("/start", "/balance", "/history", "/money"):
        await ana.says(said)
        told = await ana.sees("¥50.00 to Bo, not accepted yet: comes back \\w+ 1\\d Mar 2026")
    await ana.taps("📤 ¥50.00 · Bo", told)
    await ana.sees("not accepted yet")
    await ana.taps("Take back")
    await ana.sees("¥50.00 is back in your wallet")
    await ana.taps("📤 ¥50.00 · Bo")
    await ana.sees("has been used, or the money has gone back")
    await susu.verified()


async def test_a_delayed_send_waits_for_its_sender_only_until_it_is_delivered(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await delays(ana, f"/send @{bo.json['username']} 50", "2 hours")
    await ana.says("/balance")
    await ana.sees("¥50.00 to Bo, delivered \\w+ 1\\d Mar 2026")
    await bo.says("/balance")
    assert "¥50.00" not in (await bo.sees("Available ¥0.00")).text
    await susu.travel(hours=3)
    await bo.says("/balance")
    await bo.sees("Ana sent you ¥50.00: accept it by")


async def test_of_many_sends_that_wait_the_first_five_are_shown_and_the_others_a_page_further(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    for amount in range(1, 8):
        await sends(susu, ana, f"/send @{bo.json['username']} {amount}")
    await bo.says("/start")
    told = await bo.sees("1–5 of 7")
    assert [label.split(" · ")[0] for label in told.labels] == [*(f"📥 ¥{each}.00" for each in range(1, 6)), "More"]
    await bo.taps("More", told)
    last = await bo.sees("6–7 of 7")
    assert [label.split(" · ")[0] for label in last.labels] == ["📥 ¥6.00", "📥 ¥7.00", "More"]
    await bo.taps("More", last)
    await bo.sees("1–5 of 7")
    for looked, beside in (("/balance", 1), ("/money", 2)):
        await bo.says(looked)
        card = await bo.sees("… and 2 more")
        shown = [label.split(" · ")[0] for label in card.labels[: beside + 1]]
        assert shown == [*(f"📥 ¥{amount}.00" for amount in range(1, beside + 1)), "All that waits: 7"]
    await bo.taps("All that waits: 7")
    assert len((await bo.sees("On its way.*1–5 of 7")).labels) == 6
    await bo.taps("More")
    last = await bo.sees("6–7 of 7")
    await bo.taps(last.labels[1], last)
    await bo.sees("Ana sent you ¥7.00")


async def delays(person: Person, words: str, to: str) -> None:
    """Offer a send and turn its delay until the card says `to`."""
    await person.says(words)
    if "@" not in words:
        await person.sees("To whom")
        await person.taps("By link")
    card = await person.sees("Send ¥")
    while to not in card.text:
        await person.taps(next(label for label in card.labels if "Deliver" in label))
        card = await person.sees("Send ¥")
    await confirms_with_pin(person)
    await person.sees("is on its way")


async def test_a_delayed_send_is_told_at_the_end_of_its_delay_and_its_24_hours_start_then(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await delays(ana, f"/send @{bo.json['username']} 50", "Delivered 24 hours after you confirm")
    assert await susu.balance(ana) == yuan(150)
    await susu.travel(hours=23)
    assert not any("Ana sent you" in message.text for message in await bo.messages())
    await susu.travel(hours=2)
    await bo.sees("Ana sent you ¥50.00")
    await susu.travel(hours=22)
    await bo.taps("Accept")
    await bo.sees("is in your wallet")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(150), yuan(50))
    await susu.verified()


async def test_a_delayed_send_that_is_taken_back_is_never_told(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await delays(ana, f"/send @{bo.json['username']} 50", "Delivered 2 hours after you confirm")
    await ana.taps("Take back")
    await ana.sees("¥50.00 is back in your wallet")
    await susu.travel(hours=3)
    assert not any("Ana sent you" in message.text for message in await bo.messages())
    await susu.verified()


async def test_a_delayed_link_opens_only_after_its_delay(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await delays(ana, "/send 50", "Delivered 2 hours after you confirm")
    link = re.search(r"start=(\S+)", "".join(message.text for message in await ana.messages()))
    assert link is not None
    await bo.says(f"/start {link[1]}")
    await bo.sees("Ana sent you ¥50.00")
    await bo.taps("Accept")
    await bo.sees("It can be accepted in 2 h")
    await susu.travel(hours=2.1)
    await bo.taps("Accept")
    await bo.sees("is in your wallet")
    await susu.verified()


async def test_a_request_is_paid_with_the_pin(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo", money=100)
    await ana.says(f"/request @{bo.json['username']} 40 cinema")
    await ana.sees("Ask Bo .* for ¥40.00")
    await ana.taps("Confirm")
    await ana.sees("You've asked for ¥40.00")
    await bo.sees("Ana asks you for ¥40.00.*“cinema”")
    await bo.taps("Pay ¥40.00")
    await bo.sees("Send ¥40.00 to Ana")
    await confirms_with_pin(bo)
    await bo.sees("🧾 −¥40.00 paid to Ana")
    await ana.sees(r"🧾 \+¥40.00 from Bo")
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(40), yuan(60))
    await susu.verified()


async def test_a_request_that_was_paid_once_is_not_paid_again(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo", money=100)
    await ana.says(f"/request @{bo.json['username']} 40")
    await ana.sees("Ask Bo")
    await ana.taps("Confirm")
    asked = await bo.sees("asks you for ¥40.00")
    await bo.taps("Pay ¥40.00", asked)
    await bo.sees("Send ¥40.00")
    await confirms_with_pin(bo)
    await bo.sees("🧾 −¥40.00 paid to Ana")
    pay = next(data for label, data in asked.data.items() if label.startswith("Pay"))
    await bo.taps(pay, asked)
    await bo.sees("paid already")
    assert await susu.balance(bo) == yuan(60)


async def test_a_request_is_refused_and_its_asker_is_told(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana"), await susu.resident("Bo", money=100)
    await ana.says(f"/request @{bo.json['username']} 40")
    await ana.sees("Ask Bo")
    await ana.taps("Confirm")
    await bo.sees("asks you for ¥40.00")
    await bo.taps("No, thanks")
    await bo.sees("we've told them")
    await ana.sees("Bo declined your request for ¥40.00")
    assert await susu.balance(bo) == yuan(100)


async def test_updates_that_telegram_gives_twice_are_taken_once(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await susu.sandbox.fault("duplicate_update", chat_id=ana.chat_id)
    await ana.says("/topup 40")
    await ana.sees("Put ¥40.00")
    await ana.taps("Confirm")
    await ana.sees("¥40.00 is in your wallet")
    await susu.sandbox.heal()
    await ana.says("how much do I owe")
    await ana.sees("You owe nothing")
    assert len([message for message in await ana.messages() if "¥40.00 is in your wallet" in message]) == 1
    assert await susu.balance(ana) == yuan(40)


async def test_a_reply_that_telegram_holds_up_comes_later(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await susu.sandbox.fault("429", method="sendMessage", chat_id=ana.chat_id, times=1, retry_after=1)
    await ana.says("/topup 40")
    await ana.sees("Put ¥40.00")
    await susu.sandbox.heal()


async def test_the_balance_is_told(susu: Susu) -> None:
    ana = await susu.resident("Ana", money="1234.56")
    await ana.says("/balance")
    await ana.sees("¥1,234.56")
    await ana.says("what's my balance")
    await ana.sees("¥1,234.56")


async def test_a_long_note_is_cut_where_the_card_shows_it(susu: Susu) -> None:
    ana, bo = await susu.resident("Ana", money=200), await susu.resident("Bo")
    await ana.says(f"/send @{bo.json['username']} 5 for " + "rent and more " * 20)
    card = await ana.sees("Send ¥5.00")
    shown = re.search("“(.*)”", card.text)
    assert shown is not None
    assert len(shown[1]) <= 140
    await confirms_with_pin(ana)
    await ana.sees("is on its way")
    assert shown[1] in await bo.sees("Ana sent you ¥5.00")


async def test_a_receipt_stays_in_the_chat_and_what_its_buttons_open_comes_below(susu: Susu) -> None:
    ana = await susu.resident("Ana")
    await ana.says("/topup 40")
    await ana.taps("Confirm", await ana.sees("Put ¥40.00"))
    receipt = await ana.sees("¥40.00 is in your wallet.*Reference S")
    await ana.taps("Menu", receipt)
    assert (await ana.sees("What would you like to do")).id > receipt.id
    assert receipt.text in [message.text for message in await ana.messages()]
