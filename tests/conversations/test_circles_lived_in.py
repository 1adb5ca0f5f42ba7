"""What members of a running circle do in private: see how they stand, pay, check a draw, bid, swap, leave, object."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from bot.commands.circles import verified_draw
from finance_core.circles.rules.settings import Order, Security
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.customers import operators
from finance_core.customers.roles import Role
from finance_core.journeys.plans import service as plans
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import Wanted
from tests.builders import CIPHER, yuan
from tests.circles import AGREED
from tests.conversations.circles import a_circle, opens, told, types_pin
from tests.conversations.harness import Person
from tests.conversations.test_packets_in_groups import forged
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def three(susu: Susu, money: int = 1_000) -> tuple[Person, Person, Person]:
    ana, bo, chidi = [await susu.resident(name, money=money) for name in ("Ana", "Bo", "Chidi")]
    return ana, bo, chidi


async def test_a_lottery_is_paid_drawn_and_checked(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await ana.says("/circles")
    await ana.sees("You're in no savings circle yet")
    circle = await a_circle(susu, ana, bo, chidi, chidi, order=Order.LOTTERY)
    card = await opens(ana, "¥100.00 a week, 4 places, drawn before each round.*Round 1 of 4.*Paid: 0 of 4")
    assert "Check the draw" not in card.labels  # nothing is drawn yet
    await opens(bo, f"Next: ¥100.00 on {told(circle.first_due_on)}")
    await bo.taps("Pay")
    await bo.sees("Pay ¥100.00 into Sunday Circle.*ahead of its day: ¥100.00")
    await bo.taps("Another sum")
    await bo.sees("At most ¥400.00 is left")
    await bo.says("500")
    await bo.sees("At most ¥400.00 is left to pay")
    await bo.says("150")
    await bo.sees("Pay ¥150.00")
    await bo.taps("Confirm")
    await bo.sees("Paid: ¥150.00.*kept for coming rounds: ¥150.00.*Balance ¥850.00")
    await susu.travel(f"{circle.first_due_on - timedelta(days=1)} 21:00")
    drawn = [
        who for who in (ana, bo, chidi) if any("you receive in round 1" in each.text for each in await who.messages())
    ]
    assert len(drawn) == 1
    await opens(ana, "This pot goes to")
    await ana.taps("Check the draw")
    checked = await ana.sees("Draw of round 1.*The key fits.*smallest ticket")
    await ana.taps("See the circle", checked)
    await ana.sees("Paid: 1 of 4")  # Bo, ahead of the day
    assert verified_draw((await susu.sandbox.http.get(checked.json["document"]["url"])).text)["ok"]
    await susu.travel(f"{circle.first_due_on} 10:00")
    winner = drawn[0]
    await winner.sees(r"\+¥400.00 from Sunday Circle")
    await bo.taps("See the circle")
    await bo.sees("Round 2 of 4")
    await bo.taps("Pay")
    await bo.taps("For somebody else")
    await bo.sees("Nobody else waits|haven't paid")
    await susu.left_in_order()


async def test_a_bid_shows_its_cost_twice_and_can_be_checked(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.AUCTION, commission_percent=Decimal(2))
    await opens(bo, "3 places, by bids")
    await bo.taps("Bid")
    await bo.sees("pot of ¥300.00.*From ¥6.00 to ¥120.00")
    await bo.says("5")
    await bo.sees("¥6.00")
    await bo.says("60")
    await bo.sees("discount of ¥60.00.*receive ¥240.00.*It costs you ¥60.00.*a year")
    await bo.taps("Bid ¥60.00")
    await bo.sees("Bid with place 2.*It costs you ¥60.00.*% a year.*binds you from")
    await bo.taps("Confirm")
    await bo.sees("It costs you ¥60.00.*type your PIN")
    await bo.says(PIN)
    await bo.sees("Your bid of ¥60.00 for round 1 is sealed.*Nonce")
    await bo.taps("See the circle")
    await bo.taps("More")
    await bo.taps("Check the bids")
    await bo.sees("1 seal published.*all bids are sealed.*Your bid with place 2, ¥60.00.*is among them")
    await opens(ana, "by bids")
    await ana.taps("More")
    await ana.taps("Not this time")
    await ana.sees("not in round 1")
    await susu.travel(f"{circle.first_due_on - timedelta(days=1)} 21:00")
    await bo.taps("Check the bids", await bo.sees("you receive in round 1"))
    await bo.sees("Won by place 2 for a discount of ¥60.00")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await bo.sees(r"\+¥240.00 from Sunday Circle")
    await opens(chidi, "Round 2 of 3")
    await chidi.taps("More")
    await chidi.taps("Check the bids")
    await chidi.sees("Won by place 2 for a discount of ¥60.00.*fits its seal")
    await susu.left_in_order()


async def test_of_several_circles_each_button_says_which_and_words_mean_the_one_that_fits(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    lottery = await a_circle(susu, ana, bo, chidi, order=Order.LOTTERY)
    auction = await a_circle(susu, ana, bo, chidi, order=Order.AUCTION)
    await opens(bo, "drawn before each round", f"Sunday Circle ({lottery.code})")
    await bo.taps("Votes")
    await bo.taps("About a member…", await bo.sees("Nothing is being voted on"))
    assert "Suspend a member" not in (await bo.sees("Would you like to ask for a vote")).labels
    await bo.says("pay my circle contribution")
    await bo.sees("Which circle do you mean")
    await bo.taps(f"Sunday Circle ({auction.code})")
    await bo.sees("Pay ¥100.00 into Sunday Circle")
    await bo.says("bid 5")
    await bo.sees(r"Your bid for round 1: a discount of ¥5.00.*As a rate: [0-9]+\.[0-9]{2}% a year")


async def test_turns_are_swapped_votes_counted_and_a_member_leaves(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await opens(chidi, "Place 3: receives in round 3")
    await chidi.taps("More")
    await chidi.taps("Swap turns")
    await chidi.sees("place 3 receives in round 3")
    await chidi.taps("Round 2, Bo")
    await chidi.sees("Ask Bo to swap: you would receive in round 2")
    await types_pin(chidi)
    await chidi.sees("Bo is asked")
    await bo.sees("Chidi would like to swap")
    await bo.taps("Yes, swap")
    await bo.sees("round 3 instead of round 2")
    await types_pin(bo)
    await bo.sees("Swapped: you receive in round 3")
    await chidi.sees("you have swapped. You now receive in round 2")
    await opens(ana, "You are the chair")
    await ana.taps("For officers")
    await ana.sees("Chair: Ana.*Nobody is waiting")
    await ana.taps("Offices")
    await ana.taps("Bo")
    await bo.sees("You are the treasurer")
    await ana.taps("For officers")
    await ana.taps("Votes")
    await ana.sees("Nothing is being voted on")
    await ana.taps("About the circle…")
    await ana.taps("Move the dates")
    await ana.sees("All 3 members are asked")
    await ana.taps("Confirm")
    await ana.sees("The others are asked")
    await bo.sees("we ask for your vote.*Move all coming dates")
    await bo.taps("See and vote")
    await bo.sees("Yes: 1, no: 0. It takes 2 yes of 3")
    await bo.taps("Yes")
    await bo.sees("It passed and is done")
    await opens(chidi, told(circle.first_due_on + timedelta(weeks=2)))
    await chidi.taps("Documents")
    await chidi.sees("Nothing has been paid in or out yet")
    await chidi.taps("Dates for your calendar")
    sent = await chidi.sees("Sunday Circle")
    calendar = (await susu.sandbox.http.get(sent.json["document"]["url"])).text
    assert calendar.count("BEGIN:VEVENT") == 3
    assert f"{circle.first_due_on + timedelta(weeks=1):%Y%m%d}" in calendar
    await opens(bo, "round 3")
    await bo.taps("More")
    await bo.taps("Leave")
    await bo.sees("Leave with place 2.*Nothing comes back.*can undo")
    await types_pin(bo)
    await bo.sees("You have left with place 2")
    await susu.left_in_order()


async def test_a_dispute_holds_the_payout_until_an_operator_decides(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    olu = await susu.resident("Olu")
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(olu)).id, Role.ADMINISTRATOR)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await opens(bo, "Round 1 of 3")
    await bo.taps("More")
    await bo.taps("Something is wrong")
    await bo.taps("Round 1")
    await bo.sees("What is wrong with round 1")
    await bo.says("Ana told us another order before we joined")
    await bo.sees("“Ana told us another order.*within 3 days.*isn't paid out")
    await bo.taps("Confirm")
    await bo.sees("We decide by.*payout of round 1 waits")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await opens(ana, "Its payout waits")
    await ana.taps("Documents")
    await ana.sees("contribution, round 1: −¥100.00")
    await ana.taps("PDF")
    paper = await ana.sees("Sunday Circle")
    assert (await susu.sandbox.http.get(paper.json["document"]["url"])).content.startswith(b"%PDF")
    await olu.says("/operator")
    await olu.sees("Your roles|desk|Desk")
    await olu.taps("More ›")
    await olu.taps("Savings circles")
    await olu.taps("Savings circles")
    await olu.sees(f"Dispute in {circle.code}.*{circle.code} Sunday Circle: running")
    await olu.taps(f"Decide ({circle.code})")
    await olu.sees("Opened by Bo.*another order")
    await olu.taps("Don't uphold it")
    await olu.sees("Both sides read it")
    await olu.says("The order is the one that each of you confirmed")
    await olu.sees("Reason: The order is the one")
    await olu.taps("Confirm")
    await olu.sees("Decided; both sides are told")
    await bo.sees("wasn't upheld.*The order is the one")
    await ana.sees(r"\+¥300.00 from Sunday Circle")
    await susu.left_in_order()


async def test_a_guarantor_is_asked_and_says_yes_with_the_pin(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    dee = await susu.resident("Dee", money=100)
    more = {"security": Security.GUARANTORS, "security_amount": yuan(80), "shortfall": ShortfallRule.GUARANTORS}
    await a_circle(susu, ana, bo, chidi, order=Order.AUCTION, **more)
    await opens(bo, "Round 1 of 3")
    await bo.taps("More")
    await bo.taps("My settings")
    await bo.taps("Ask a guarantor")
    await bo.sees("at most ¥80.00")
    await bo.says("@nobody_at_all")
    await bo.sees("@nobody_at_all")
    await bo.says(f"@{dee.json['username']}")
    await bo.sees("Dee is asked in private")
    await dee.sees("Bo asks you to stand for place 2, for at most ¥80.00")
    await dee.taps("Yes, I guarantee it")
    await dee.sees("Guarantee place 2 of Bo.*at most ¥80.00")
    await types_pin(dee)
    await dee.sees("You guarantee Bo's place, for at most ¥80.00")


async def test_who_is_in_no_circle_reads_nothing_of_it(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi)
    dee = await susu.resident("Dee")
    for number, tap in enumerate(("mycircle", "officers", "circledocs", "paycircle")):
        await dee.says("/circles")
        await dee.sees("in no savings circle")
        await susu.inbox.store(
            [{**forged(dee, f"{tap}:{circle.code}", await dee.last()), "update_id": 3_100_000 + number}]
        )
        await dee.sees("no such circle")
    await opens(bo, "Round 1")
    await susu.inbox.store([forged(bo, f"officers:{circle.code}", await bo.last())])
    await bo.sees("for the officers")


async def test_a_pot_goes_where_its_receiver_wants_it(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    who = await susu.customer(bo)
    async with susu.units.begin() as unit:
        day = await susu.today() + timedelta(days=60)
        wanted = Wanted(yuan(100), Every.MONTH, day, name="Bicycle", goal=yuan(250), goal_on=day + timedelta(days=90))
        await plans.make(unit, CIPHER, who.id, wanted, "a goal")
    circle = await a_circle(susu, bo, ana, chidi, order=Order.FIXED)
    await opens(bo, "Place 1: receives in round 1")
    await bo.taps("More")
    await bo.taps("My settings")
    await bo.sees("debited.*goes to: My wallet")
    await bo.taps("Where it goes")
    asked = await bo.sees("Where is what you receive to go")
    assert asked.labels == ["My wallet", "Goal: Bicycle", "See the circle"]
    await bo.taps("Goal: Bicycle")
    await bo.sees("goes to: Goal: Bicycle")
    await susu.travel(f"{circle.first_due_on} 10:00")
    await bo.sees(r"\+¥300.00 from Sunday Circle")
    await bo.sees("Bicycle")  # the goal is reached, and says so
    assert str(await susu.balance(bo)) == "950.00"
    await susu.left_in_order()


async def test_the_contract_is_read_and_taken_away_as_it_was_signed(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle(susu, ana, bo, chidi, order=Order.LOTTERY)
    await opens(bo, "Round 1")
    await bo.taps("Documents")
    await bo.taps("Contract of a savings circle", await bo.sees("Your statement|Statement"))
    contract = await bo.sees("Contract of Sunday Circle.*Signed on.*Paid in, in all: ¥300.00.*3 places")
    assert AGREED.text in contract.text  # word for word as it was read
    assert re.search("Key 0 of the draws: [0-9a-f]{64}", contract.text)
    await bo.taps("PDF")
    signed = await bo.sees("Sunday Circle")
    assert (await susu.sandbox.http.get(signed.json["document"]["url"])).content.startswith(b"%PDF")
