"""A savings circle that runs: its board, shares bought and debited, the member's own card, documents, leaving."""

from __future__ import annotations

import pytest

from finance_core.notices import board_claims
from tests.builders import yuan
from tests.conversations.circles import types_pin
from tests.conversations.harness import Person, Seen
from tests.conversations.saving_circles import a_cycle, at_the_meeting, five, opens
from tests.conversations.test_bills_in_groups import led
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Spend no time on the seconds between two edits."""
    monkeypatch.setattr(board_claims, "APART_SECONDS", 0)


async def test_shares_are_bought_once_however_often_it_is_tapped_and_the_board_shows_it(susu: Susu) -> None:
    people, group = await five(susu)
    ana, bo, _, dee, eve = people
    circle = await a_cycle(susu, people, group)
    running = await ana.in_group(group).sees("Next meeting.*1 of 6.*Shares: 0.*In the pot: ¥0.00")
    await led(eve, group, "Mine", running)
    await eve.taps("Buy shares", await eve.sees("Yours: 0 shares"))
    await eve.sees("No meeting is open now. The next one is on")
    await bo.taps("Standing number", await opens(bo, "Nothing is debited automatically"))
    await bo.taps("2", await bo.sees("How many shares"))
    await bo.sees("☑️ I agree that 2 shares, ¥45.00 with the social fund")
    await at_the_meeting(susu, circle)
    await bo.sees("−¥45.00 paid into Market women.*2 shares.*social fund ¥5.00")
    assert any("It is open tomorrow" in each.text for each in await eve.messages())
    await ana.in_group(group).sees("Meeting 1 of 6 is open today.*1 of 5 have paid.*Shares: 2.*In the pot: ¥40.00")
    await bo.says("how is the money shared out at the end?")
    await bo.sees("by shares.*Market women.*Yours: 2 shares, ¥40.00 paid, worth ¥40.00 today.*A share is worth ¥20.00")
    await eve.taps("Buy shares", await opens(eve, "At this meeting: 0 of 5 shares bought"))
    await eve.taps("3", await eve.sees("You may buy 5 more.*social fund ¥5.00"))
    offered = await eve.sees("Pay ¥65.00 into Market women.*Shares: 3, ¥60.00.*Social fund: ¥5.00")
    await eve.taps("Confirm", offered)
    await eve.sees("type your PIN")
    await eve.taps(f"ok:{offered.data['Confirm'].partition(':')[2]}", offered)
    await eve.says(PIN)
    receipt = await eve.sees(
        "Paid in: 3 shares, social fund ¥5.00.*You have 3 shares now.*−¥65.00 paid into.*Reference"
    )
    assert receipt.json["buttons"]
    assert (await susu.entries(eve, "circle.saved"), await susu.balance(eve)) == (1, yuan(235))
    await ana.in_group(group).sees("2 of 5 have paid.*Shares: 5.*In the pot: ¥100.00.*Social fund: ¥10.00")
    await led(dee, group, "As a picture", running)
    assert (await dee.sees("2 of 5 have paid", within_seconds=30)).json.get("photo")
    await susu.verified()


async def test_two_circles_of_a_group_have_two_boards(susu: Susu) -> None:
    people, group = await five(susu)
    first = await a_cycle(susu, people, group)
    second = await a_cycle(susu, people, group, share_price=50_00)
    ana = people[0].in_group(group)
    await ana.sees(f"{first.code}.*at ¥20.00 each")
    await ana.sees(f"{second.code}.*at ¥50.00 each")
    await at_the_meeting(susu, first)
    await people[3].taps("Market women (" + second.code + ")", await _list(people[3]))
    await people[3].taps("Buy shares", await people[3].sees("Yours: 0 shares"))
    await people[3].taps("1", await people[3].sees("¥50.00 each"))
    await people[3].sees("Pay ¥55.00")
    await types_pin(people[3])
    await people[3].sees("Paid in: 1 share, social fund")
    await ana.sees(f"{second.code}.*1 of 5 have paid.*Shares: 1, at ¥50.00")
    shown = [each for each in await ana.messages() if first.code in each.text]
    assert "0 of 5 have paid" in shown[-1].text
    await susu.verified()


async def _list(person: Person) -> Seen:
    await person.says("/circles")
    return await person.sees("Your circles")


async def test_who_falls_short_is_told_and_a_refusal_says_what_is_there(susu: Susu) -> None:
    people, _ = await five(susu, money=60)
    dee = people[3]
    circle = await a_cycle(susu, people)
    await dee.taps("Standing number", await opens(dee, "Yours: 0 shares"))
    await dee.taps("5", await dee.sees("How many shares"))
    await dee.sees("☑️ I agree that 5 shares, ¥105.00 with the social fund")
    await at_the_meeting(susu, circle)
    short = await dee.sees("your wallet did not reach for your 5 shares.*2 shares were bought")
    await dee.taps("Buy shares", short)
    await dee.taps("3", await dee.sees("You may buy 3 more"))
    await dee.sees("¥15.00")
    await susu.verified()


async def test_ones_own_card_leads_to_documents_an_operator_and_the_way_out(susu: Susu) -> None:
    people, _ = await five(susu)
    bo, dee = people[1], people[3]
    circle = await a_cycle(susu, people)
    await at_the_meeting(susu, circle)
    await opens(dee, "Yours: 0 shares")
    await dee.says("pay into the circle")
    await dee.taps("2", await dee.sees("You may buy 5 more"))
    await dee.sees("Pay ¥45.00")
    await types_pin(dee)
    await dee.sees("Paid in: 2 shares")
    await dee.taps("Documents", await opens(dee, "Yours: 2 shares, ¥40.00 paid, worth ¥40.00 today"))
    statement = await dee.sees("shares, meeting 1.*social fund, meeting 1")
    for kind in ("CSV", "PDF"):
        await dee.taps(kind, statement)
        assert (await dee.sees("Market women")).json["document"]["url"]
    await dee.taps("More", await opens(dee, "Yours: 2 shares"))
    await dee.taps("Something is wrong", await dee.sees("A share costs ¥20.00"))
    await dee.taps("Meeting 1", await dee.sees("Which meeting"))
    await dee.sees("What is wrong with meeting 1")
    await dee.says("I was there and am not on the list")
    await dee.taps("Confirm", await dee.sees("Something is wrong with meeting 1"))
    await dee.sees("Thank you. We decide by")
    await dee.taps("More", await opens(dee, "Yours: 2 shares"))
    await dee.taps("Leave")
    await dee.sees("¥40.00")
    await types_pin(dee)
    await dee.sees("You have left Market women; ¥40.00 is in your wallet")
    assert await susu.balance(dee) == yuan(295)
    await bo.taps("More", await opens(bo, "Yours: 0 shares"))
    await bo.taps("Leave")
    await bo.sees("You hold an office of the circle")
    await susu.verified()
