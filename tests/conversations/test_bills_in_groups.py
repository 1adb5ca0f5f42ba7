"""Bills in groups: put together by tapping in, asked for by who organises it, paid in private, seen by all."""

from __future__ import annotations

import pytest

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
    await ana.in_group(group).sees("In it: Bo, Ana.*¥50.00 each")
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


async def test_a_bill_by_sums_is_not_divided_equally_in_the_group_but_led_into_private(susu: Susu) -> None:
    ana, bo, _, group = await three(susu)
    for said_there in (f"/split 300 @{bo.json['username']} 100", f"/split @{bo.json['username']} x2 300"):
        await ana.in_group(group).says(said_there)
        assert (await ana.in_group(group).sees("In a group a bill is shared equally")).labels
