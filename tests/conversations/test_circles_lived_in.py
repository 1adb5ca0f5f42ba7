"""What members of a running circle do in private: see how they stand, pay, check a draw, bid, swap, leave, object."""

from __future__ import annotations

from finance_core.circles.rules.settings import Order
from tests.conversations.circles import a_circle, opens
from tests.conversations.harness import Person
from tests.conversations.whole_service import Susu

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
    await opens(bo, "Next: ¥100.00 on Mon 16 Mar")
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
    await susu.travel("2026-03-15 21:00")
    told = [
        who for who in (ana, bo, chidi) if any("you receive in round 1" in each.text for each in await who.messages())
    ]
    assert len(told) == 1
    await opens(ana, "This pot goes to")
    await ana.taps("Check the draw")
    checked = await ana.sees("Draw of round 1.*The key fits.*smallest ticket")
    file = checked.json["document"]
    assert file["file_name"] == f"draw-{circle.code}-1.json"
    await susu.travel("2026-03-16 10:00")
    winner = told[0]
    await winner.sees(r"\+¥400.00 from Sunday Circle")
    await bo.taps("See the circle")
    await bo.sees("Round 2 of 4")
    await bo.taps("Pay")
    await bo.taps("For somebody else")
    await bo.sees("Nobody else waits|haven't paid")
    await susu.left_in_order()
