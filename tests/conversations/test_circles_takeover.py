"""Taking a place over: by a link, with the yes of who has it and of two officers; or at the desk, of who is gone."""

from __future__ import annotations

from datetime import timedelta

from finance_core.circles.rules.settings import Order
from finance_core.customers import operators
from finance_core.customers.roles import Role
from tests.conversations.circles import a_circle, opens, told, types_pin
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def three(susu: Susu) -> tuple[Person, Person, Person]:
    ana, bo, chidi = [await susu.resident(name, money=1_000) for name in ("Ana", "Bo", "Chidi")]
    return ana, bo, chidi


async def appoints(ana: Person, *names: str) -> None:
    await opens(ana, "You are the chair")
    await ana.taps("For officers")
    await ana.taps("Offices")
    for name in names:
        await ana.taps(name)
        await ana.sees(f": {name}")


async def test_a_place_is_taken_over_by_its_link_once_its_holder_and_two_officers_agree(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    dee = await susu.resident("Dee", money=1_000)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await appoints(ana, "Bo")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await opens(chidi, "Round 2 of 3")
    await chidi.taps("More")
    await chidi.taps("Leave")
    await chidi.taps("Hand it over instead", await chidi.sees("Leave with place 3"))
    offered = await chidi.sees("Who comes pays ¥100.00 for it.*link to pass on")
    assert "no two officers" not in offered.text
    await dee.says("/start " + offered.text.partition("start=")[2].split()[0])
    card = await dee.sees("Take over place 3 in Sunday Circle.*you pay ¥100.00.*¥200.00 in all.*must agree")
    assert told(circle.first_due_on + timedelta(weeks=2)) in card.text
    assert "Chidi" not in card.text  # whose it is, members know
    await dee.taps("No debits", card)
    await dee.sees("Take over place 3.*I pay each contribution myself")
    await types_pin(dee)
    await dee.sees("Asked: place 3")
    for person in (ana, chidi):
        await person.taps("See and vote", await person.sees("Somebody takes a place over"))
        await person.taps("Yes", await person.sees("Dee takes place 3 over from Chidi and pays ¥100.00"))
    assert str(await susu.balance(dee)) == "1,000.00"  # nothing is paid before all have agreed
    await bo.taps("See and vote", await bo.sees("Somebody takes a place over"))
    await bo.taps("Yes", await bo.sees("Dee takes place 3"))
    await bo.sees("It passed and is done")
    await opens(dee, "Place 3: receives in round 3")
    assert [str(await susu.balance(each)) for each in (dee, chidi)] == ["900.00", "1,000.00"]
    await susu.left_in_order()


async def test_an_officer_hands_on_anybodys_place_and_a_member_their_own(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    for person, names in ((ana, {"Place 1, Ana", "Place 2, Bo", "Place 3, Chidi"}), (bo, {"Place 2, Bo"})):
        await opens(person, "Round 1 of 3")
        if person is ana:
            await ana.taps("For officers")
        await person.taps("Votes")
        await person.taps("About a member…")
        await person.taps("Hand a place over")
        assert names == {each for each in (await person.sees("Which place")).labels if each.startswith("Place")}
    await bo.taps("Place 2, Bo")
    await bo.sees("Nothing was paid in yet.*no two officers yet")


async def test_what_stands_in_the_way_of_taking_over_is_told(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    dee = await susu.resident("Dee", money=1_000, has_applied=False)
    await dee.says(f"/start kt-{circle.token}-2")
    if "18 or older" in (await dee.sees("18 or older|earn in a month")).text:
        await dee.taps("Yes")
        await dee.sees("earn in a month")
    await dee.says("100")
    await dee.sees("would take ¥400.00 in 30 days|is the most")
    await dee.says(f"/start kt-{circle.token}-9")
    await dee.sees("This place can't be taken over now")
    await dee.says("/start kt-nothing-2")
    await dee.sees("no such circle")
    await bo.says(f"/start kt-{circle.token}-2")  # their own
    assert "Confirm" not in (await bo.sees("This place can't be taken over now")).labels


async def test_the_desk_lets_the_nominee_of_who_is_gone_take_over(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    olu, dee = await susu.resident("Olu"), await susu.resident("Dee", money=500)
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(olu)).id, Role.ADMINISTRATOR)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await appoints(ana, "Bo")
    await opens(ana, "You are the chair")
    await ana.taps("For officers")
    await ana.taps("Votes")
    await ana.taps("About a member…")
    await ana.taps("Suspend a member")
    await ana.taps("Chidi")
    await ana.taps("Confirm", await ana.sees("About: Chidi"))
    await bo.taps("See and vote", await bo.sees("Suspend a member"))
    await bo.taps("Yes")
    await bo.sees("It passed and is done")
    await olu.says("/operator")
    await olu.taps("More ›", await olu.sees("desk|Desk"))
    await olu.taps("Savings circles")
    await olu.taps("Savings circles")
    await olu.taps(f"Decide ({circle.code})", await olu.sees("Suspension in"))
    await olu.taps("Let somebody take over", await olu.sees("About Chidi"))
    await olu.sees("Nobody was named when joining.*@username")
    await olu.says("@nobody_at_all")
    await olu.sees("@nobody_at_all")
    await olu.says(f"@{dee.json['username']}")
    await olu.sees("Both sides read it")
    await olu.says("Their sister goes on for them")
    await olu.taps("Confirm", await olu.sees("The nominee takes the places over.*About: Dee.*Their sister"))
    await olu.sees("Decided; both sides are told")
    await opens(dee, "Place 3: receives in round 3")
    await susu.left_in_order()
