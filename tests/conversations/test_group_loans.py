"""Members of a circle borrow together: proposed from its card, asked for and signed in private, paid at once; late."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count

from sqlalchemy import text

from finance_core.circles.membership import choose_nickname, put_in_group
from finance_core.circles.models import Circle
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order
from finance_core.customers import operators
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.groups import service as groups
from tests.builders import CIPHER, yuan
from tests.conversations.circles import a_circle, opens, types_pin
from tests.conversations.harness import Group, Person, Seen
from tests.conversations.test_packets_in_groups import forged
from tests.conversations.whole_service import PIN, Susu

SERVICE_OF_ITS_OWN = True


async def three(susu: Susu, language: str = "en", money: int = 500) -> tuple[Person, Person, Person]:
    ana, bo, chidi = [await susu.resident(name, money=money, language=language) for name in ("Ana", "Bo", "Chidi")]
    return ana, bo, chidi


async def a_circle_in_its_group(susu: Susu, *people: Person) -> tuple[Circle, Group]:
    """A running monthly circle of these people, the chair first, that lives in a group of theirs."""
    circle = await a_circle(susu, *people, order=Order.FIXED, period=Period.MONTH)
    group = await susu.sandbox.group("Sunday Circle", *people, admins=(people[0],))
    await people[0].in_group(group).says("/help")
    await people[0].in_group(group).sees("private|私聊")
    async with susu.units.begin() as unit:
        chat = await groups.met(unit, CIPHER, group.chat_id, title="Sunday Circle", language="en")
        return await put_in_group(unit, circle.token, (await susu.customer(people[0])).id, chat.id), group


async def proposes(person: Person, amount: str = "3000") -> None:
    """Propose from the circle's card that each borrows a sum over six months."""
    await opens(person, "Round 1")
    await person.taps("More")
    await person.sees("Who hasn't paid")
    await person.taps("Borrow together")
    await person.sees("Borrowing together · Sunday Circle.*How much do you propose to each. ¥1,000.00 to ¥40,000.00")
    await person.says(amount)
    await person.sees("to each, in 6 instalments.*Who: Ana, Bo, Chidi.*All-in annual rate.*at most ¥1,5")
    await person.taps("Confirm")
    await person.sees("2 others are asked in private")


async def asks(person: Person) -> None:
    """Ask for the line that was proposed."""
    await person.taps("Ask for ¥3,000.00 in 6 instalments")
    await person.sees("All-in annual rate.*Borrow ¥3,000.00 in 6 instalments.*Group.*Nothing is signed yet")
    await person.taps("Confirm")


async def all_ask(ana: Person, bo: Person, chidi: Person) -> None:
    """Let all three ask for what was proposed, the last one seeing that all parts are approved."""
    await asks(ana)
    await ana.sees("Your part of ¥3,000.00 is approved")
    await bo.sees("Ana proposes to borrow together.*¥3,000.00 to each, in 6 instalments")
    await asks(bo)
    await bo.sees("Your part of ¥3,000.00 is approved")
    await chidi.sees("Ana proposes to borrow together")
    await asks(chidi)
    await chidi.sees("All parts are approved: you can sign now")


async def reads(person: Person) -> None:
    """Open from the notice what is to be signed."""
    notice = await person.sees("Borrowing together: all parts are approved. Sign yours by")
    await person.taps("Read and sign", notice)
    await person.sees("All-in annual rate.*guaranteed by.*You guarantee:")


async def is_late(susu: Susu, person: Person) -> None:
    """Take somebody's money away and live four days beyond their first due day."""
    await person.says("/withdraw 3400")
    await person.sees("Take ¥3,400.00 to your bank")
    await types_pin(person)
    await person.sees("is on its way to your bank")
    async with susu.units.begin() as unit:
        first = "SELECT min(due_on) FROM instalment i JOIN loan l ON l.id = i.loan_id WHERE product = 'group'"
        due_on = (await unit.session.scalars(text(first))).one()
    await susu.travel(f"{due_on + timedelta(days=4)} 12:00")


async def test_three_borrow_together_sign_are_paid_and_one_is_late(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    _, group = await a_circle_in_its_group(susu, ana, bo, chidi)
    await proposes(ana)
    await ana.in_group(group).sees("Borrowing together · Sunday Circle.*Signed: 0 of 3")
    await all_ask(ana, bo, chidi)
    await reads(ana)
    card = await ana.last()
    assert re.search(r"guaranteed by Bo, Chidi: each for at most ¥1,5\d\d\.\d\d", card.text)
    assert re.search(r"• Bo: a loan of ¥3,000.00, at most ¥1,5.*• Chidi: a loan of ¥3,000.00", card.text, re.DOTALL)
    await ana.taps("Read the contract")
    paper = await ana.sees("not signed|Not signed")
    assert (await susu.sandbox.http.get(paper.json["document"]["url"])).content.startswith(b"%PDF")
    await types_pin_on(ana, card.id)
    await ana.sees("You have signed.*Signed: 1 of 3")
    await ana.in_group(group).sees("Signed: 1 of 3")
    await reads(bo)
    await types_pin(bo)
    await bo.sees("Signed: 2 of 3")
    assert await susu.balance(ana) == yuan(500)
    await chidi.taps("Read and sign")
    await chidi.sees("Signed: 2 of 3.*With Confirm and your PIN you sign both")
    await types_pin(chidi)
    await chidi.sees("¥3,000.00 is in your wallet: all have signed, and all are paid.*Reference")
    assert [await susu.balance(who) for who in (ana, bo, chidi)] == [yuan(3500)] * 3
    board = await ana.in_group(group).sees("Complete: all 3 have signed")
    assert not re.search(r"\bBo\b|Chidi|¥", board.text)
    await bo.says("/loans")
    await bo.sees("Borrowed together with Sunday Circle: you guarantee each other's loans")
    await bo.says("/guarantees")
    await bo.sees("Chidi.*loan of ¥3,000.00 · guarantees it, signed")
    await susu.left_in_order()
    await is_late(susu, chidi)
    called = await bo.sees("Chidi is late with the loan you guarantee. Your share is ¥")
    await bo.taps("Pay my share", called)
    await types_pin(bo)
    await chidi.sees("Bo, your guarantor, has paid ¥.* of your loan")
    await ana.sees("Chidi is late with the loan you guarantee")
    assert not any("late" in each.text for each in await ana.in_group(group).messages())
    await ana.says("/grouploan")
    await ana.sees("A loan that this circle took together is overdue")
    await opens(ana, "Round")
    await ana.taps("More")
    await ana.sees("Who hasn't paid")
    await ana.taps("Leave")
    await ana.sees("You guarantee a loan that members of this circle took together")
    await susu.left_in_order()


async def number_of(susu: Susu) -> int:
    """Return the id of the application that was made last."""
    return int(await susu.value("SELECT max(id) FROM group_loan"))


_updates = count(3_200_000)


async def taps_again(susu: Susu, person: Person, data: str, message: Seen) -> None:
    """Let a tap arrive that the chat does not show any more, or never did."""
    await susu.inbox.store([{**forged(person, data, message), "update_id": next(_updates)}])


async def types_pin_on(person: Person, card: int) -> None:
    """Confirm an older card, with the PIN."""
    await person.taps("Confirm", card)
    await person.sees("type your PIN")
    await person.says(PIN)


async def test_one_says_no_and_the_others_learn_only_that_it_has_not_come_about(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    _, group = await a_circle_in_its_group(susu, ana, bo, chidi)
    await proposes(ana)
    await bo.sees("Ana proposes to borrow together")
    await bo.taps("Not me")
    await bo.sees("This ends it for all.*The others learn only")
    await bo.taps("Confirm")
    await bo.sees("It is over")
    for other in (ana, chidi):
        told = await other.sees("Borrowing together has not come about")
        assert not re.search(r"\bBo\b", told.text)
    await ana.in_group(group).sees("Not complete: it has not come about")
    await taps_again(susu, ana, f"grouploan:{await number_of(susu)}", await ana.last())
    await ana.sees("Nobody was paid, and nobody guarantees anything")
    await proposes(ana)


async def test_a_signature_is_taken_back_taps_come_twice_and_who_has_left_stops_it(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle_in_its_group(susu, ana, bo, chidi)
    await proposes(ana)
    await all_ask(ana, bo, chidi)
    await reads(ana)
    card = await ana.last()
    await types_pin(ana)
    await ana.sees("Signed: 1 of 3")
    await taps_again(susu, ana, card.data["Confirm"], card)  # a tap that comes twice shows what came of it
    await ana.taps("See how it stands")
    await ana.sees("Signed: 1 of 3.*You may take it back")
    await ana.taps("Take my signature back")
    await ana.sees("Your signature is taken back. Nobody is told")
    await ana.taps("See how it stands")
    await ana.sees("Signed: 0 of 3")
    await reads(bo)
    await opens(chidi, "Round 1")
    await chidi.taps("More")
    await chidi.sees("Who hasn't paid")
    await chidi.taps("Leave")
    await chidi.sees("Leave with place 3")
    await types_pin(chidi)
    await chidi.sees("You have left")
    await types_pin(bo)
    await bo.sees("If one of you has left it, end this one and propose it anew without them")
    await bo.says("/grouploan")
    await bo.sees("You guarantee:")
    await bo.taps("End it for all")
    await bo.sees("This ends it for all")
    await bo.taps("Confirm")
    await bo.sees("It is over")
    assert [await susu.balance(who) for who in (ana, bo, chidi)] == [yuan(500)] * 3
    await susu.verified()


async def test_after_seven_days_it_is_over_and_who_forgot_was_told_at_the_start(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    _, group = await a_circle_in_its_group(susu, ana, bo, chidi)
    await proposes(ana)
    await bo.says("/start")
    await bo.sees("Borrowing together waits for you")
    await all_ask(ana, bo, chidi)
    await reads(ana)
    card = await ana.last()
    await susu.travel(days=7, minutes=5)
    await ana.sees("Borrowing together has not come about")
    await ana.in_group(group).sees("Not complete")
    await taps_again(susu, ana, card.data["Confirm"], card)
    await ana.sees("over|expired")
    await susu.verified()


async def test_a_line_above_the_income_goes_to_an_officer_who_sees_the_shares(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    olu = await susu.resident("Olu")
    async with susu.units.begin() as unit:
        await operators.grant(unit, (await susu.customer(olu)).id, Role.CREDIT_OFFICER)
        (await unit.session.get_one(Customer, (await susu.customer(chidi)).id)).monthly_income = yuan(1500).amount
    await a_circle_in_its_group(susu, ana, bo, chidi)
    await proposes(ana)
    await asks(ana)
    await ana.sees("is approved")
    await bo.sees("Ana proposes")
    await asks(bo)
    await bo.sees("is approved")
    await chidi.sees("Ana proposes")
    await chidi.taps("Ask for ¥3,000.00 in 6 instalments")
    refused = await chidi.sees("can't lend")
    assert "See how it stands" in refused.labels
    await chidi.taps("Another sum")
    await chidi.sees("How much would you like")
    await chidi.says("1000 for 12 months")
    await chidi.sees("Borrow ¥1,000.00 in 12 instalments")
    await chidi.taps("In 6 instalments")
    await chidi.sees("Borrow ¥1,000.00 in 6 instalments.*credit officer")
    await chidi.taps("Confirm")
    await chidi.sees("A credit officer looks at your part")
    assert not any("officer" in each.text for each in await ana.messages())
    await olu.says("/queue")
    await olu.sees("1 application")
    await olu.taps("Open it")
    await olu.sees("Borrows together: the shares of the others' loans would take ¥")
    await olu.taps("Approve")
    await types_pin(olu)
    await olu.sees("is approved")
    told = await chidi.sees("¥1,000.00")
    await chidi.taps("See the offer", told)
    await chidi.sees("guaranteed by Ana, Bo: each.*You guarantee:.*With Confirm and your PIN you sign both")
    await ana.sees("all parts are approved")


async def test_others_see_nothing_of_it_and_bad_input_gets_a_sentence(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    dee = await susu.resident("Dee")
    await dee.says("/grouploan")
    await dee.sees("you need a running savings circle with at least 3 members")
    circle, _ = await a_circle_in_its_group(susu, ana, bo, chidi)
    async with susu.units.begin() as unit:
        await choose_nickname(unit, CIPHER, circle.token, (await susu.customer(chidi)).id, "Sunny")
    await ana.says("/borrow")
    await ana.sees("You may borrow")
    await ana.taps("Group")
    await ana.sees("You may borrow")
    await ana.taps("With my circle")
    await ana.sees("How much do you propose")
    await ana.says("50")
    await ana.sees("¥1,000.00")
    await ana.says("3000")
    await ana.sees("to each, in 6 instalments.*Who: Ana, Bo, Sunny")
    await ana.taps("6 instalments ⟳")
    await ana.sees("to each, in 12 instalments")
    await ana.taps("Who…")
    await ana.sees("Chosen with you: 3")
    await ana.taps("☑ Bo")
    await ana.sees("Chosen with you: 2")
    await ana.taps("Done")
    await ana.sees("Between 3 and 10 people borrow together")
    await ana.says("/grouploan")
    await ana.sees("How much do you propose")
    await ana.says("3000")
    await ana.sees("to each")
    await ana.taps("Confirm")
    await ana.sees("2 others are asked in private")
    await bo.says("/borrow")
    await bo.sees("You may borrow")
    await bo.taps("Group")
    await bo.sees("Ana proposes ¥3,000.00 to each")
    nr = await number_of(susu)
    taps = (f"grouploan:{nr}", f"groupask:{nr}:300000:6", f"groupend:{nr}", f"groupback:{nr}", f"groupdraft:{nr}")
    for tap in taps:
        await dee.says("/help")
        await taps_again(susu, dee, tap, await dee.sees("."))
        await dee.sees("There is no such loan of a group")


async def test_it_is_all_said_in_chinese(susu: Susu) -> None:
    ana, bo, chidi = [await susu.resident(name, money=500, language="zh") for name in ("小安", "小博", "小齐")]
    await a_circle_in_its_group(susu, ana, bo, chidi)
    await ana.says("/circles")
    await ana.sees("您的互助会")
    await ana.taps("Sunday Circle")
    await ana.sees("第1轮|第 1")
    await ana.taps("更多")
    await ana.sees("罚|扣款")
    await ana.taps("联保借款")
    await ana.sees("建议每人借多少")
    await ana.says("3000")
    await ana.sees("每人 ¥3,000.00，分6期.*综合年化利率.*最多担保 ¥1,5")
    await ana.taps("确认")
    await ana.sees("已私下询问另外 2 人")
    for who in (ana, bo, chidi):
        if who is not ana:
            await who.sees("小安提议一起借款")
        await who.taps("申请 ¥3,000.00，分6期")
        await who.sees("综合年化利率.*现在还不签约")
        await who.taps("确认")
        await who.sees("¥3,000.00 已通过|所有人都已通过")
    for nr, who in enumerate((ana, bo, chidi), 1):
        await who.says("/grouploan")
        await who.sees("您为以下的人担保")
        await who.taps("确认")
        await who.sees("密码")
        await who.says(PIN)
        await who.sees(f"已签约：{nr}/3 人" if nr < 3 else "全部签约，已一起放款")
    await susu.verified()


async def test_who_has_never_applied_answers_what_a_first_contract_asks_and_comes_back_to_the_line(susu: Susu) -> None:
    ana, bo, chidi = await three(susu)
    await a_circle_in_its_group(susu, ana, bo, chidi)
    async with susu.units.begin() as unit:
        customer = await unit.session.get_one(Customer, (await susu.customer(bo)).id)
        customer.monthly_income = customer.other_instalments = None
    await proposes(ana)
    await bo.sees("Ana proposes")
    await bo.taps("Ask for ¥3,000.00 in 6 instalments")
    await bo.sees("Nothing is signed yet")
    await bo.taps("Debit: from my wallet ⟳")
    await bo.sees("Change Plus")
    await bo.taps("Confirm")
    await bo.sees("earn|income")
    await bo.says("6000")
    await bo.sees("other")
    await bo.says("0")
    await bo.sees("Borrow ¥3,000.00 in 6 instalments.*Nothing is signed yet")
    await bo.taps("Confirm")
    await bo.sees("Your part of ¥3,000.00 is approved")
