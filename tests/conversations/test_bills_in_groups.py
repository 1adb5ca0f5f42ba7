"""Bills in groups: put together by tapping in, asked for by who organises it, paid in private, seen by all."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from finance_core.friends import daily
from finance_core.notices import board_claims
from tests.builders import yuan
from tests.conversations.harness import Group, Person, Seen
from tests.conversations.pictures import flat_png
from tests.conversations.test_friends import confirms_with_pin
from tests.conversations.whole_service import Susu


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def three(susu: Susu) -> tuple[Person, Person, Person, Group]:
    ana, bo, chidi = [await susu.resident(name, money=500) for name in ("Ana", "Bo", "Chidi")]
    return ana, bo, chidi, await susu.sandbox.group("Lunch", ana, bo, chidi)


async def said(person: Person, group: Group, button: str, board: Seen) -> str:
    answer = await person.in_group(group).taps(button, board)
    assert answer is not None
    return str(answer["text"])


async def led(person: Person, group: Group, button: str, board: Seen) -> None:
    """Follow the link that a tap is answered with."""
    answer = await person.in_group(group).taps(button, board)
    assert answer is not None
    await person.says(f"/start {answer['url'].partition('start=')[2]}")


async def test_a_bill_is_begun_under_its_picture_as_well(susu: Susu) -> None:
    ana, bo, _, group = await three(susu)
    await ana.in_group(group).sends_photo(flat_png(4, 4, (200, 0, 0)), f"/split 300 @{bo.json['username']} hotpot")
    await ana.in_group(group).sees("Ana splits a bill of ¥300.00.*hotpot.*In it: Bo, Ana")


async def test_a_bill_is_put_together_in_the_group_and_paid_in_private(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    await ana.in_group(group).says(f"/split 300 @{bo.json['username']} hotpot")
    draft = await ana.in_group(group).sees("Ana splits a bill of ¥300.00.*hotpot.*In it: Bo, Ana.*¥150.00 each")
    assert await said(chidi, group, "I'm in", draft) == "You're in."
    await ana.in_group(group).sees("In it: Bo, Chidi, Ana.*¥100.00 each")
    assert "somebody else" in await said(bo, group, "Ask for it", draft)
    assert await said(ana, group, "Ask for it", draft) == "We've asked each of them in private."
    board = await ana.in_group(group).sees("Ana's bill of ¥300.00.*⏳ Bo.*⏳ Chidi")
    await bo.sees("Ana split a bill with you: your share is ¥100.00")
    await led(bo, group, "Pay my share", board)
    await bo.taps("Pay ¥100.00")
    await confirms_with_pin(bo)
    await ana.in_group(group).sees("✅ Bo.*⏳ Chidi")
    await chidi.taps("No, thanks")
    await chidi.sees("Why not")
    await chidi.taps("No reason")
    await chidi.sees("Declined")
    await ana.sees("Chidi declined to pay ¥100.00")
    await ana.in_group(group).sees("⏳ Chidi")
    assert await said(bo, group, "Pay my share", board) == "It's all paid already."
    await led(chidi, group, "Pay my share", board)
    await chidi.taps("Pay ¥100.00")
    await confirms_with_pin(chidi)
    over = await ana.in_group(group).sees("is settled.*✅ Bo.*✅ Chidi")
    assert over.labels == []
    assert (await susu.balance(ana), await susu.balance(bo)) == (yuan(700), yuan(400))


async def test_what_another_owes_is_neither_seen_nor_opened_by_their_link(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    await ana.in_group(group).says(f"/split 90 @{bo.json['username']}")
    draft = await ana.in_group(group).sees("¥45.00 each")
    await said(ana, group, "Ask for it", draft)
    board = await ana.in_group(group).sees("Ana's bill of ¥90.00")
    assert "somebody else" in await said(chidi, group, "Pay my share", board)
    answer = await bo.in_group(group).taps("Pay my share", board)
    assert answer is not None
    await chidi.says(f"/start {answer['url'].partition('start=')[2]}")
    await chidi.sees("made for somebody else")


async def test_a_bill_with_nobody_waits_for_who_taps_in_and_without_a_sum_it_says_how(susu: Susu) -> None:
    ana, bo, _, group = await three(susu)
    await ana.in_group(group).says("/split")
    await ana.in_group(group).sees("How much is the bill")
    await ana.in_group(group).says("/split 100.01")
    draft = await ana.in_group(group).sees("In it: Ana")
    assert "Nobody else" in await said(ana, group, "Ask for it", draft)
    spoke = await bo.in_group(group).says("/help")
    await ana.in_group(group).sees("What Susu does in a group")
    await ana.in_group(group).says("/split 100.01", reply_to=spoke.id)
    await ana.in_group(group).sees("¥50.00: Bo\n¥50.01: Ana")
    assert await said(ana, group, "Drop it", draft) == "Dropped."
    await ana.in_group(group).sees("Ana isn't splitting ¥100.01 after all")


async def test_who_has_not_joined_is_told_so_and_nothing_is_lost(susu: Susu) -> None:
    ana, _, _, group = await three(susu)
    dee = await susu.stranger("Dee")
    await group.member(dee, "join")
    await ana.in_group(group).says("/split 60")
    draft = await ana.in_group(group).sees("In it: Ana")
    answer = await dee.in_group(group).taps("I'm in", draft)
    assert answer is not None
    await dee.says(f"/start {answer['url'].partition('start=')[2]}")
    await dee.sees("Ana splits a bill of ¥60.00")
    await dee.sees("Welcome")
    await dee.taps("English")
    await dee.taps("I agree")
    await dee.sees("share your phone")
    await dee.shares_contact()
    for words in ("Now choose a PIN", "Once more"):
        await dee.sees(words)
        await dee.says("493027")
    await dee.sees("You're in.")
    await ana.in_group(group).sees("In it: Dee, Ana.*¥30.00 each")


async def test_a_bill_by_sums_and_by_weights_is_put_together_in_the_group_as_well(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    at_bo, at_chidi = (f"@{each.json['username']}" for each in (bo, chidi))
    await ana.in_group(group).says(f"/split 300 {at_bo} 2 {at_chidi} 1 dinner")
    draft = await ana.in_group(group).sees("¥150.00: Bo\n¥75.00: Chidi, Ana")
    await said(ana, group, "Ask for it", draft)
    await bo.sees("your share is ¥150.00")
    await chidi.sees("your share is ¥75.00")
    await ana.in_group(group).says(f"/split {at_bo} 100 200 paid {at_bo} 120")
    draft = await ana.in_group(group).sees("Paid at the shop: Bo ¥120.00, Ana ¥80.00\n\n¥100.00 each|In it: Bo, Ana")
    assert "Paid at the shop: Bo ¥120.00, Ana ¥80.00" in draft.text
    assert "so you are in it" in await said(bo, group, "Not me", draft)
    await said(ana, group, "Ask for it", draft)
    await ana.sees("Bo split a bill with you|Ana split a bill with you: your share is ¥20.00|share is ¥20.00")
    await ana.in_group(group).says(f"/split 300 {at_bo} 300.01")
    await ana.in_group(group).sees("does not add up to ¥300.00: the difference is −¥0.01")


async def test_a_bill_is_split_in_words_that_name_the_bot(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    at_bo, at_chidi = (f"@{each.json['username']}" for each in (bo, chidi))
    await ana.in_group(group).says(f"@susu_demo_bot AA 300 {at_bo} {at_chidi}")
    await ana.in_group(group).sees("Ana splits a bill of ¥300.00.*¥100.00 each")
    await ana.in_group(group).says("@susu_demo_bot red packet 20 for 5 people")
    await ana.in_group(group).sees("Make and pay for a red packet in our private chat")
    await ana.in_group(group).says("@susu_demo_bot how much do I owe?")
    await ana.in_group(group).sees("private")


async def test_a_photo_over_the_words_hangs_on_the_bill_and_is_looked_at_in_private(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    await ana.in_group(group).sends_photo(flat_png(4, 4, (200, 0, 0)), f"/split 300 @{bo.json['username']} hotpot")
    draft = await ana.in_group(group).sees("Ana splits a bill of ¥300.00")
    await said(ana, group, "Ask for it", draft)
    asked = await bo.sees("your share is ¥150.00")
    await bo.taps("See the photo", asked)
    photo = await bo.sees("The bill of ¥300.00")
    assert photo.json["photo"]
    data = next(value for label, value in asked.data.items() if label == "See the photo")
    token = data.partition(":")[2]
    await chidi.says("/bills")
    await chidi.sees("No open bills")
    assert await susu.value("SELECT count(*) FROM bill_photo WHERE token = :token", token=token) == 1


async def test_a_photo_is_put_on_a_bill_of_ones_own_afterwards_and_in_private_too(susu: Susu) -> None:
    ana, bo, _, _ = await three(susu)
    await ana.sends_photo(flat_png(4, 4, (200, 0, 0)), f"/split 300 @{bo.json['username']} hotpot")
    await ana.taps("Confirm", await ana.sees("Split a bill of ¥300.00 equally.*With its photo"))
    await bo.taps("See the photo", await bo.sees("your share is ¥150.00"))
    await bo.sees("The bill of ¥300.00")
    await ana.says(f"/split 80 @{bo.json['username']} tea")
    await ana.taps("Confirm", await ana.sees("Split a bill of ¥80.00"))
    assert "See the photo" not in (await bo.sees("your share is ¥40.00")).labels
    await ana.sends_photo(flat_png(4, 4, (0, 200, 0)))
    await ana.taps("The bill of ¥80.00", await ana.sees("Is this the photo of a bill"))
    await ana.taps("See the photo", await ana.sees("The photo is on the bill of ¥80.00"))
    await ana.sees("The bill of ¥80.00")
    await bo.says("/bills")
    await bo.taps(f"Pay Ana (@{ana.json['username']}) ¥40.00", await bo.sees("You still owe"))
    assert "See the photo" in (await bo.sees("your share of the bill")).labels


async def test_a_photo_is_asked_for_from_the_bill(susu: Susu) -> None:
    ana, bo, _, _ = await three(susu)
    await ana.sends_photo(flat_png(4, 4, (0, 200, 0)))
    await ana.sees("To split a bill with this photo")
    await ana.says(f"/split 80 @{bo.json['username']} tea")
    await ana.taps("Confirm", await ana.sees("Split a bill of ¥80.00"))
    await ana.says("/bills")
    await ana.taps("See the bill of ¥80.00", await ana.sees("Your bill of ¥80.00"))
    await ana.taps("Add a photo", await ana.sees("Your bill of ¥80.00"))
    await ana.sees("Send me the photo of the bill")
    await ana.says("here it is")
    await ana.sees("Send me the photo of the bill")
    await ana.sends_photo(flat_png(4, 4, (0, 200, 0)))
    await ana.sees("The photo is on the bill of ¥80.00")


async def test_a_draft_that_nobody_asks_for_lapses_and_its_card_says_so(susu: Susu) -> None:
    ana, bo, _, group = await three(susu)
    await ana.in_group(group).says(f"/split 300 @{bo.json['username']}")
    draft = await ana.in_group(group).sees("Ana splits a bill of ¥300.00")
    async with susu.units.begin() as unit:
        await unit.session.execute(text("UPDATE bill_draft SET made_at = made_at - interval '25 hours'"))
    assert "has lapsed" in await said(bo, group, "I'm in", draft)
    for work in daily.TIMED:
        await work.run(susu.units)
    assert not (await ana.in_group(group).sees("wasn't asked for within 24 hours")).labels


async def test_a_bill_is_split_in_plain_words_where_the_bot_is_spoken_to(susu: Susu) -> None:
    ana, bo, _, group = await three(susu)
    there = ana.in_group(group)
    await there.says(f"@{susu.sandbox.inside.profile.username} split 300 with @{bo.json['username']}")
    await there.sees("Ana splits a bill of ¥300.00.*In it: Bo, Ana")
    await there.says(f"split 60 with @{bo.json['username']}")
    await there.sees_nothing()
    await there.says(f"@{susu.sandbox.inside.profile.username} send 20 to @{bo.json['username']}")
    await there.sees("I'll tell you in private")


async def test_who_has_no_username_is_mentioned_and_a_typed_id_finds_nobody(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    susu.sandbox.inside.people[bo.id].username = None
    await bo.in_group(group).says("/help")
    await ana.in_group(group).says("/split 60 Bo 🍲 noodles", mentions=[bo])
    draft = await ana.in_group(group).sees("Ana splits a bill of ¥60.00.*noodles.*In it: Bo, Ana.*¥30.00 each")
    assert "@" not in draft.text
    await ana.in_group(group).says(f"/split 60 @{bo.id}")
    refused = await ana.in_group(group).sees("I can't find")
    assert "Bo" not in refused.text
    dee = await susu.stranger("Dee")
    await ana.says("/send Dee 20", mentions=[dee])
    await ana.sees("I can't find “Dee”")
    await ana.says("/send Bo 20", mentions=[bo])
    card = await ana.sees("¥20.00.*Bo|Bo.*¥20.00")
    assert "@" not in card.text
    await ana.says("sorry, I meant Chidi", mentions=[chidi])
    assert "@at" not in (await ana.sees("Chidi.*¥20.00|¥20.00.*Chidi")).text
    await ana.says("/cancel")
    await ana.in_group(group).says("/request 20 Bo lunch", mentions=[bo])
    await bo.sees("Ana.*¥20.00.*lunch")


async def test_several_who_are_mentioned_are_on_buttons_by_their_names(susu: Susu) -> None:
    ana, bo, chidi, group = await three(susu)
    await ana.says("send 20 to Bo and Chidi", mentions=[bo, chidi])
    asked = await ana.sees("one")
    assert asked.labels[:2] == ["Bo", "Chidi"]
    await ana.taps("Chidi")
    assert "@at" not in (await ana.sees("¥20.00.*Chidi|Chidi.*¥20.00")).text
    await ana.says("/cancel")
    await ana.in_group(group).says("/packet 20 1 Bo good luck", mentions=[bo])
    link = await ana.in_group(group).sees("private chat")
    await ana.says(f"/start {link.json['buttons'][0][0]['url'].partition('start=')[2]}")
    card = await ana.sees("¥20.00.*good luck")
    assert "Bo" in card.text
    assert "@at" not in card.text
    await ana.taps("Who may open it")
    await ana.taps("People I name")
    await ana.says("Chidi", mentions=[chidi])
    await ana.sees("For Chidi")
