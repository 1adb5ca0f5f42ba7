"""Circles at the operators' desk: names for who may see people, none for the others; suspended, and goes on, by two."""

from __future__ import annotations

import pytest

from finance_core.circles.rules.settings import Order
from finance_core.customers.roles import Role
from tests.conversations.circles import a_circle, opens
from tests.conversations.harness import Person, Seen
from tests.conversations.test_operator import an_operator, approves, proposes
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def three(susu: Susu) -> tuple[Person, Person, Person]:
    ana, bo, chidi = [await susu.resident(name, money=1_000) for name in ("Ana", "Bo", "Chidi")]
    return ana, bo, chidi


async def at_the_circles(operator: Person) -> Seen:
    """Open the list of circles at the desk."""
    await operator.says("/operator")
    await operator.taps("More ›", await operator.sees("desk|Desk|工作台"))
    await operator.taps("Savings circles")  # by what it is about, where one has roles for much
    seen = await operator.sees(".")
    if "Savings circles" in seen.labels:
        await operator.taps("Savings circles", seen)
        seen = await operator.sees(".")
    return seen


@pytest.mark.parametrize(("role", "named"), [(Role.TREASURER, False), (Role.SUPPORT, True)])
async def test_who_may_not_see_people_sees_circles_without_names(susu: Susu, role: Role, *, named: bool) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    olu = await an_operator(susu, "Olu", role)
    listed = await at_the_circles(olu)
    assert f"{circle.code}{' Sunday Circle' if named else ''}: running" in listed.text
    await olu.taps(circle.code, listed)
    card = await olu.sees("0 of 3")
    assert [name in card.text for name in ("Ana", "Sunday Circle")] == [named, named]


async def test_a_circle_is_suspended_and_goes_on_when_another_operator_approves(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    mei, tre = await an_operator(susu, "Mei", Role.SUPPORT), await an_operator(susu, "Tre", Role.TREASURER)
    for tap, now in (("Suspend the circle", "suspended"), ("Let it go on", "running")):
        await mei.taps(circle.code, await at_the_circles(mei))
        await mei.taps(tap)
        made = await proposes(mei, "the chair asks for it")
        await approves(tre, made)
        await mei.taps(circle.code, await at_the_circles(mei))
        await mei.sees(now)
        card = await opens(bo, "Suspended by the institution" if now == "suspended" else "Round 1 of 3")
        assert ("Pay" in card.labels, "debited at 09:00" in card.text) == (now == "running", now == "running")


async def test_who_has_won_a_dispute_may_be_given_goodwill_by_two(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    circle = await a_circle(susu, ana, bo, chidi, order=Order.FIXED)
    mei, tre = await an_operator(susu, "Mei", Role.SUPPORT), await an_operator(susu, "Tre", Role.TREASURER)
    await opens(bo, "Round 1 of 3")
    await bo.taps("More")
    await bo.taps("Something is wrong")
    await bo.taps("Round 1")
    await bo.says("you debited me twice")
    await bo.taps("Confirm", await bo.sees("debited me twice"))
    await bo.sees("We decide by")
    await mei.taps(f"Decide ({circle.code})", await at_the_circles(mei))
    await mei.taps("Uphold it", await mei.sees("debited me twice"))
    await mei.says("it was our fault")
    await mei.taps("Confirm", await mei.sees("Reason: it was our fault"))
    await mei.taps("Pay goodwill", await mei.sees("Decided; both sides are told"))
    await mei.sees("How much|goodwill")
    await mei.says("5")
    made = await proposes(mei, "two fees of a bank")
    await approves(tre, made)
    await bo.sees(r"\+¥5.00")
    assert str(await susu.balance(bo)) == "1,005.00"
    await susu.verified()
