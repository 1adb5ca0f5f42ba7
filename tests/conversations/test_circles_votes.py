"""What members vote on, by buttons: a payout out of order, another name, another chair, who is late."""

from __future__ import annotations

from datetime import timedelta

from finance_core.circles.rules.settings import Order
from tests.conversations.circles import a_circle, opens
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def three(susu: Susu, money: int = 1_000) -> tuple[Person, Person, Person]:
    ana, bo, chidi = [await susu.resident(name, money=money) for name in ("Ana", "Bo", "Chidi")]
    return ana, bo, chidi


async def asks_for(person: Person, sort: str, what: str) -> None:
    await opens(person, "Round 1 of 3")
    await person.taps("For officers" if person.name == "Ana" else "Votes")
    if person.name == "Ana":
        await person.taps("Votes")
    await person.taps(sort)
    await person.taps(what)


async def test_a_payout_out_of_order_takes_the_yes_of_who_is_passed_over(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await asks_for(chidi, "About the circle…", "A payout out of order")
    asked = await chidi.sees("Which place is to receive earlier")
    assert "Round 1, Ana" not in asked.labels  # nobody is earlier than the next one
    await chidi.taps("Round 3, Chidi")
    await chidi.sees(r"Whose turn is Chidi \(place 3\) to have")
    await chidi.taps("Round 1, Ana")
    await chidi.sees(r"Chidi \(place 3\) receives in round 1 instead of Ana.*Ana must agree.*All 3 members are asked")
    await chidi.taps("Confirm")
    await chidi.sees("The others are asked")
    await bo.sees("we ask for your vote.*Let a place receive earlier")
    await bo.taps("See and vote")
    await bo.sees("place 3 receives in round 1; Ana must agree.*Yes: 1")
    await bo.taps("Yes")
    assert "It passed" not in (await bo.sees("Yes: 2")).text  # two thirds are there, Ana's own yes is not
    await ana.taps("See and vote", await ana.sees("Let a place receive earlier"))
    await ana.taps("Yes", await ana.sees("Ana must agree"))
    await ana.sees("It passed and is done")
    await opens(chidi, "Place 3: receives in round 1")
    await susu.left_in_order()


async def test_another_name_is_voted_on_and_the_list_has_it(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await asks_for(ana, "About the circle…", "Another name")
    await ana.sees("What is the circle to be called")
    await ana.says("x" * 61)
    await ana.sees("60.*What is the circle to be called")
    await ana.says("  Market   <Women> ")
    await ana.sees("Another name for the circle.*About: Market <Women>.*All 3 members")
    await ana.taps("Confirm")
    await ana.sees("The others are asked")
    await chidi.taps("See and vote", await chidi.sees("Another name for the circle"))
    await chidi.taps("Yes", await chidi.sees("About: Market <Women>"))
    await chidi.sees("It passed and is done")
    await opens(bo, "Market <Women>", "Market <Women>")


async def test_of_several_votes_each_has_its_button_and_one_may_be_about_another_chair(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    for sort, what in (("About the circle…", "Move the dates"), ("About a member…", "Another chair")):
        await asks_for(bo, sort, what)
        if what == "Another chair":
            await bo.taps("Chidi")
        await bo.taps("Confirm")
        await bo.sees("The others are asked")
    await opens(chidi, "Round 1 of 3")
    await chidi.taps("Votes")
    listed = await chidi.sees("Votes now")
    assert {"Another chair", "Move all coming dates by one period"} <= set(listed.labels)
    await chidi.taps("Another chair", listed)
    await chidi.taps("Yes", await chidi.sees("About: Chidi"))
    await chidi.sees("It passed and is done")
    await opens(chidi, "You are the chair")


async def test_who_is_late_is_removed_by_a_vote_and_nobody_else(susu: Susu) -> None:
    ana, bo, chidi = await three(susu, money=0)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    await asks_for(ana, "About a member…", "Remove who is late")
    await ana.sees("nobody whom this could be about")
    await susu.gives(ana, 1_000)
    await susu.travel(f"{circle.first_due_on + timedelta(days=2)} 10:00")
    await opens(ana, "Round 2 of 3")
    await ana.taps("For officers")
    await ana.taps("Votes")
    await ana.taps("About a member…")
    await ana.taps("Remove who is late")
    asked = await ana.sees("Remove a member who is late")
    assert "Ana" not in asked.labels
    await ana.taps("Bo", asked)
    await ana.taps("Confirm", await ana.sees("About: Bo"))
    await ana.sees("The others are asked")
    await chidi.taps("See and vote", await chidi.sees("Remove a member who is late"))
    await chidi.taps("Yes", await chidi.sees("About: Bo"))
    await bo.sees("place 2.*closed")
    await susu.left_in_order()
