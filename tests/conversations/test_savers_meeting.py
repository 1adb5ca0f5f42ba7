"""A cycle of an accumulating circle, lived through in the chat: meetings, fines, grants, loans, the share-out."""

from __future__ import annotations

from datetime import timedelta

from finance_core.circles.models import Circle
from finance_core.circles.rules.auctions import Period
from tests.conversations.harness import Person
from tests.conversations.savers import a_cycle, buys, content, five, forges, signs
from tests.conversations.whole_service import Susu

SERVICE_OF_ITS_OWN = True


async def at_the_meeting(susu: Susu, circle: Circle, day: int = 0, hour: str = "10:00") -> None:
    """Travel to the meeting `day` days after the first."""
    await susu.travel(f"{circle.first_due_on + timedelta(days=day)} {hour}")


async def test_a_cycle_with_a_fine_and_a_grant_is_shared_out_to_the_cent(susu: Susu) -> None:
    people = await five(susu)
    circle = await a_cycle(susu, people)
    await at_the_meeting(susu, circle)
    await says_to_be_there(people[4])
    for person, shares in zip(people, (2, 1, 2), strict=False):
        await buys(susu, circle, person, shares)
    await fines(susu, circle, people[0], people[3])
    await is_granted(susu, people[4], people[:4])
    await closes(susu, circle, people[2], people[1])
    await shares_out(susu, circle, people[1], people[0])


async def says_to_be_there(eve: Person) -> None:
    await eve.sees("meeting 1 of 3 is open")
    await eve.taps("I am here")
    await eve.sees("You are there.*Meeting 1 of 3.*There: 1 of 5.*take 3.*Who is there: Eve")


async def fines(susu: Susu, circle: Circle, ana: Person, dede: Person) -> None:
    """The chair fines somebody, who is told and pays, once."""
    await ana.taps("Meeting", await ana.sees("meeting 1 of 3 is open"))
    await ana.sees("There: 4 of 5.*Bought: 5 shares, ¥100.00")
    await ana.taps("For officers")
    await ana.sees("Waits for Chidi as secretary.*Not there yet: Dede")
    assert "Close the meeting" not in (await ana.last()).labels
    await ana.taps("Fine somebody")
    await ana.sees("Who is fined")
    await ana.taps("Dede")
    await ana.sees("What for is Dede fined")
    await ana.taps("Not at the meeting")
    await ana.sees("Fine Dede ¥10.00")
    await ana.taps("Confirm")
    await ana.sees("Dede is fined ¥10.00, and told")
    await dede.sees("you are fined ¥10.00.*Not at the meeting")
    await dede.taps("Pay it")
    await dede.sees("¥15.00")
    await signs(dede)
    await dede.sees("¥985.00")
    assert (await susu.balance(dede)).decimal == 985
    await forges(susu, dede, f"buynumber:{circle.code}:0")
    await dede.sees("Nothing else is due")


async def is_granted(susu: Susu, eve: Person, others: list[Person]) -> None:
    """A grant is asked for with its reason, voted on, and paid by the fourth yes of five."""
    await eve.taps("Ask for money")
    await eve.sees("What would you like to ask.*at most ¥0.00.*A grant.*at most ¥20.00")
    await eve.taps("A grant")
    await eve.sees("The social fund has ¥20.00")
    await eve.says("30")
    await eve.sees("The circle has ¥20.00 for that now")
    await eve.says("12")
    await eve.sees("¥12.00: what is it for")
    await eve.says("The roof leaks & the rain comes in")
    await eve.sees("Ask the meeting of Sunday savers for ¥12.00.*“The roof leaks & the rain comes in”")
    await eve.taps("Confirm")
    await eve.sees("The others are asked")
    for number, person in enumerate(others):
        await person.sees("we ask for your vote.*Eve asks for ¥12.00 out of the social fund")
        await person.taps("See and vote")
        await person.sees(f"“The roof leaks.*Yes: {number}, no: 0. There: 5 of 5")
        await person.taps("Yes")
    await others[-1].sees("Yes: 4, no: 0.*It passed and is paid")
    await eve.sees(r"\+¥12.00")
    assert (await susu.balance(eve)).decimal == 1012


async def closes(susu: Susu, circle: Circle, chidi: Person, bo: Person) -> None:
    """The secretary alone closes it; minutes are there as text and as a paper, without what the grant was for."""
    await forges(susu, bo, f"closemeet:{circle.code}")
    await bo.sees("for the officers of the circle")
    await chidi.taps("Meeting")
    await chidi.sees("Who is there")
    await chidi.taps("For officers")
    await chidi.sees("closing the meeting")
    await chidi.taps("Close the meeting")
    await chidi.sees("Close meeting 1.*There: 5 of 5")
    await chidi.taps("Confirm")
    await chidi.sees("Meeting 1 is closed")
    await bo.sees("meeting 1 is over. 5 of 5 were there; ¥110.00 in cash")
    await bo.taps("Minutes")
    passed = "Eve asks for ¥12.00.*Yes: 4, no: 0. It passed and is paid"
    written = await bo.sees(f"Minutes of meeting 1 of 3.*by Chidi.*{passed}.*Dede: ¥10.00. Not at the meeting")
    assert "roof" not in written.text
    await bo.taps("PDF")
    assert (await content(susu, await bo.sees("Minutes of meeting 1, Sunday savers"))).startswith(b"%PDF")
    await susu.left_in_order()


async def shares_out(susu: Susu, circle: Circle, bo: Person, ana: Person) -> None:
    """The other meetings close by the clock; two of the three share out, and each has a closing statement."""
    await at_the_meeting(susu, circle, 2, "20:05")
    await bo.sees("meeting 3 is over. 0 of 5.*Fewer than half.*That was the last one")
    await forges(susu, bo, f"shareout:{circle.code}")
    await bo.sees("A share is worth ¥22.0000; there are 5.*Ana: 2 shares, ¥44.00.*Eve: 0 shares, ¥0.00.*first of two")
    await bo.taps("Confirm")
    await bo.sees("You have said yes")
    await ana.sees("one of the officers has said yes to the share-out of ¥110.00 in cash")
    await ana.taps("Look at it")
    await ana.sees("Paid out in all: ¥110.00.*second yes")
    await signs(ana)
    await ana.sees("Approved: ¥110.00")
    await susu.travel(f"{circle.first_due_on + timedelta(days=2)} 20:10")
    await bo.sees("has ended. You paid in ¥25.00 and received ¥22.00")
    await bo.taps("Documents")
    await bo.sees("Closing statement.*shares, meeting 1: −¥20.00.*meeting 1: −¥5.00.*for your shares: ¥22.00")
    await bo.taps("CSV")
    assert b"22.00" in await content(susu, await bo.sees("Sunday savers"))
    assert (await susu.balance(ana)).decimal == 1000 - 45 + 44
    await susu.left_in_order()
    await forges(susu, bo, f"saveagain:{circle.code}")
    await bo.sees("chair")
    await forges(susu, ana, f"mycircle:{circle.code}")
    assert "Another cycle" in (await ana.sees("You are the chair")).labels


async def test_a_loan_is_quoted_signed_voted_paid_and_repaid(susu: Susu) -> None:
    ana, bo, chidi, dede, eve = await five(susu)
    circle = await a_cycle(susu, [ana, bo, chidi, dede, eve], Period.MONTH, meetings=6)
    await at_the_meeting(susu, circle)
    for person in (ana, bo, chidi, dede):
        await buys(susu, circle, person, 5)
    await is_quoted(susu, dede)
    await is_voted(susu, circle, ana, [bo, chidi, eve])
    assert (await susu.balance(dede)).decimal == 1000 - 105 + 300
    await susu.left_in_order()
    await dede.says("/loans")
    card = await dede.sees("19.56%")
    assert "Being late costs no interest and no penalty" in card.text
    assert "Lender: the members of Sunday savers" in card.text
    await dede.says("repay 100")
    await dede.sees("¥100.00")
    await dede.taps("Confirm")
    await dede.sees("¥100.00")
    assert (await susu.balance(dede)).decimal == 1095
    await susu.left_in_order()
    await forges(susu, dede, f"leavecircle:{circle.code}")
    await dede.sees("more than your shares bring: pay ¥100.00 first")
    await forges(susu, bo, f"leavecircle:{circle.code}")
    await bo.sees("You hold an office of the circle")
    await forges(susu, eve, f"leavecircle:{circle.code}")
    await eve.sees("¥0.00")
    await signs(eve)
    await eve.sees("left")
    await susu.left_in_order()


async def is_quoted(susu: Susu, dede: Person) -> None:
    """The card has the price, each instalment, the cap and what lies in the fund; signed with the PIN."""
    await dede.taps("Meeting", await dede.sees("meeting 1 of 6 is open"))
    await dede.sees("Who is there")
    await dede.taps("Ask for money")
    await dede.sees("A loan: at most ¥300.00 now, at 1.50% a month")
    await dede.taps("A loan")
    await dede.sees("At most ¥300.00: three times your savings of ¥100.00, of the ¥400.00")
    await dede.says("301")
    await dede.sees("At most ¥300.00: three times")
    await dede.says("300")
    await dede.sees("over how many months")
    await dede.taps("2 months")
    parts = r"1. .*¥154.50 = ¥150.00 \+ ¥4.50 interest.*2. .*¥152.25"
    card = await dede.sees(f"19.56%.*all-in rate is 24.00%.*{parts}.*In the fund now: ¥400.00.*fine it with ¥10.00")
    await dede.taps("Read the contract")
    assert (await content(susu, await dede.sees("contract"))).startswith(b"%PDF")
    assert "debited from your wallet" in card.text
    assert "You sign now, with your PIN" in card.text
    await dede.taps("Don't debit me", card)
    await dede.sees("You pay each instalment by hand")
    await signs(dede)
    await dede.sees("The others are asked")


async def is_voted(susu: Susu, circle: Circle, ana: Person, others: list[Person]) -> None:
    """Four of five decide it; who taps twice has voted once."""
    await ana.sees("Dede asks for a loan of ¥300.00")
    await ana.taps("See and vote")
    first = await ana.sees("Yes: 0, no: 0")
    await ana.taps("Yes")
    await ana.sees("Your vote is in")
    await forges(susu, ana, first.data["Yes"])
    await ana.sees("You have voted on that already")
    for person in others:
        await forges(susu, ana, f"meetvotes:{circle.code}")
        await ana.sees("Dede asks for a loan of ¥300.00 over 2 months.*no: 0")
        await person.sees("Dede asks for a loan of ¥300.00")
        await person.taps("See and vote")
        await person.sees("It takes two thirds")
        await person.taps("Yes")
    await others[-1].sees("It passed and is paid")


async def test_what_passes_at_the_day_s_end_has_its_contract_too(susu: Susu) -> None:
    ana, bo, chidi, dede, eve = await five(susu)
    circle = await a_cycle(susu, [ana, bo, chidi, dede, eve], Period.MONTH, meetings=6)
    await at_the_meeting(susu, circle)
    for person in (ana, bo, chidi):
        await buys(susu, circle, person, 5)
    await asks(susu, circle, ana, "90", "1 month")
    for person in (bo, chidi):
        await person.sees("Ana asks for a loan")
        await person.taps("See and vote")
        await person.sees("It takes two thirds")
        await person.taps("Yes")
    await at_the_meeting(susu, circle, 0, "20:10")
    await ana.says("/loans")
    await ana.sees("Lender: the members")
    await ana.taps("More")
    await ana.sees("Loan of ¥90.00")
    await ana.taps("Contract")
    assert (await content(susu, await ana.sees("contract|Contract"))).startswith(b"%PDF")
    await susu.left_in_order()


async def asks(susu: Susu, circle: Circle, person: Person, amount: str, months: str) -> None:
    """Ask the open meeting for a loan, signed."""
    await forges(susu, person, f"do:circle_loan:code={circle.code}")
    await person.sees("How much do you ask for")
    await person.says(amount)
    await person.sees("over how many months")
    await person.taps(months)
    await person.sees("You sign now, with your PIN")
    await signs(person)
    await person.sees("The others are asked")


async def test_strangers_read_nothing_and_refusals_are_one_sentence(susu: Susu) -> None:
    people = await five(susu)
    ana = people[0]
    circle = await a_cycle(susu, people)
    await ana.says("/circles")
    await ana.sees("Your circles")
    await forges(susu, ana, f"meeting:{circle.code}")
    await ana.sees("The next meeting, 1 of 3")
    for tap, sentence in (
        (f"imhere:{circle.code}", "No meeting is open now"),
        (f"askmoney:{circle.code}", "No meeting is open now"),
        (f"shareout:{circle.code}", "The cycle has meetings to come"),
        (f"minutes:{circle.code}", "no minutes yet"),
        ("meetvote:999", "no such request"),
    ):
        await forges(susu, ana, tap)
        await ana.sees(sentence)
    faye = await susu.resident("Faye")
    for tap in ("meeting", "minutes", "meetdesk", "shareout"):
        await faye.says("/circles")
        await faye.sees("in no savings circle")
        await forges(susu, faye, f"{tap}:{circle.code}")
        await faye.sees("no such circle")


async def test_a_meeting_in_chinese(susu: Susu) -> None:
    people = await five(susu, "zh")
    ana, bo, chidi, dede, _ = people
    circle = await a_cycle(susu, people)
    await at_the_meeting(susu, circle)
    await ana.sees("第 1 次例会开始了")
    await ana.taps("我到了")
    await ana.sees("已报到.*第 1 次例会.*到会：1 人，共 5 人")
    await buys(susu, circle, bo, 1)
    await forges(susu, chidi, f"closemeet:{circle.code}")
    await chidi.sees("结束第 1 次例会")
    await chidi.taps("确认")
    await dede.sees("第 1 次例会结束.*到会不足一半")
    await dede.taps("例会记录")
    await dede.sees("第 1 次例会记录.*Chidi 宣布结束")
    await dede.taps("PDF")
    assert (await content(susu, await dede.sees("例会记录"))).startswith(b"%PDF")
