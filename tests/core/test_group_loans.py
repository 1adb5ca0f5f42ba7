"""A group borrows together: each decided like anybody, all sign or nobody is paid, each stands for the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Final

import pytest
from sqlalchemy import text

from finance_core.circles import agenda
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.settings import Order
from finance_core.customers.models import Customer
from finance_core.journeys import circle_leaving
from finance_core.journeys import group_loans as journey
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.kernel.periods import HolidayShift
from finance_core.loans import queries
from finance_core.loans.models import Loan
from finance_core.loans.origination import (
    applications,
    group_lines,
    group_loans,
    group_opening,
    guarantees,
    officer,
    quoting,
    signing,
)
from finance_core.loans.origination.contract import Contract, Paper, Write, bare
from finance_core.loans.origination.group_lines import Progress
from finance_core.loans.origination.group_models import GroupLoan, GroupLoanLine, GroupState
from finance_core.loans.origination.models import ApplicationState, LoanApplication
from finance_core.loans.origination.self_limits import block
from finance_core.loans.repayment.repayment import give_back
from finance_core.storage.unit import Units
from handlers.loans.documents.contract import Names, contract_document
from handlers.locales import translator
from tests.builders import CIPHER, SHANGHAI, a_customer, an_operator, balance, live, the_catalogue, verified, yuan
from tests.circles import AGREED, running, somebody

CIRCLE: Final = 8
NAMES: Final = ("Ana", "Bo", "Chidi", "Mei", "Tom")


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 12, 10, 0, tzinfo=SHANGHAI))


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


@pytest.fixture
async def five(units: Units) -> list[Customer]:
    return [await a_customer(units, name) for name in NAMES]


async def opened(units: Units, people: list[Customer], key: str = "opened") -> GroupLoan:
    async with units.begin() as unit:
        ids = [each.id for each in people]
        return await group_opening.open_group(unit, CIRCLE, [*ids, 999_999], ids, ids[0], key)


async def asks(units: Units, group: GroupLoan, who: Customer, amount: int = 3000, count: int = 6) -> LoanApplication:
    async with units.begin() as unit:
        return await group_loans.ask(unit, group.id, who.id, yuan(amount), count, automatic_debit=False)


async def signs(units: Units, group: GroupLoan, who: Customer, *, left: Customer | None = None) -> Progress:
    """Sign, while all who borrow are still of the circle, but who has `left` it."""
    async with units.begin() as unit:
        members = [line.customer_id for line in await group_lines.lines_of(unit, group.id)]
        here = [each for each in members if left is None or each != left.id]
        return await group_loans.sign(unit, group.id, here, who.id)


async def ready(units: Units, people: list[Customer], amount: int = 3000) -> GroupLoan:
    """A group all of whose lines are approved."""
    group = await opened(units, people)
    for who in people:
        await asks(units, group, who, amount)
    return group


async def read(units: Units, group: GroupLoan) -> Progress:
    async with units.begin() as unit:
        return await group_lines.progress(unit, group.id)


async def loans_of(units: Units, who: Customer) -> list[Loan]:
    async with units.begin() as unit:
        return await queries.of_customer(unit, who.id)


async def told(units: Units, who: Customer) -> list[str]:
    async with units.begin() as unit:
        kinds = text("SELECT kind FROM outbox WHERE customer_id = :who ORDER BY id")
        return list(await unit.session.scalars(kinds, {"who": who.id}))


async def test_five_of_3000_stand_for_781_of_each_other(units: Units, five: list[Customer], clock: ManualClock) -> None:
    group = await ready(units, five)
    async with units.begin() as unit:
        mine = await group_lines.line_of(unit, group.id, five[0].id)
        whole = mine.line.whole
        assert whole is not None
    assert [each.customer_id for each in mine.stands_for] == [each.id for each in five[1:]]
    assert sum(each.at_most.amount for each in mine.stands_for) in range(whole - 4, whole + 4)
    for nr, who in enumerate(five[:4], 1):
        assert await signs(units, group, who) == Progress(GroupState.SIGNING, nr, 5, group_until(mine))
        assert await balance(units, who) == yuan(0)
    assert (await signs(units, group, five[4])).is_complete
    assert [await balance(units, who) for who in five] == [yuan(3000)] * 5
    async with units.begin() as unit:
        standing = await guarantees.standing_for(unit, five[0].id)
    assert [(each.borrower.id, each.at_most) for each in standing] == [
        (each.customer_id, each.at_most) for each in mine.stands_for
    ]
    await verified(units)


def group_until(line: group_lines.Line) -> datetime:
    return line.group.expires_at


async def test_the_worked_example_repays_3124_52_and_each_share_is_a_quarter(units: Units) -> None:
    async with units.begin() as unit:
        sold = await quoting.product_named(unit, "group")
    product = sold.model_copy(update={"holiday_shift": HolidayShift.NONE})
    priced = quoting.priced(product, product.default, yuan(3000), "D", date(2026, 12, 1))
    assert (priced.terms.annual_rate, priced.schedule.instalments[0].due_on) == (Decimal(12), date(2027, 1, 15))
    assert priced.repaid == yuan("3124.52")
    lines = [GroupLoanLine(group_loan_id=1, nr=nr, customer_id=nr) for nr in range(1, 6)]
    shares = group_lines.shares_of(lines, lines[0], priced.repaid)
    assert [share for _, share in shares] == [yuan("781.13")] * 4


async def test_who_is_not_of_the_circle_and_too_few_or_many_do_not_open_one(units: Units, five: list[Customer]) -> None:
    stranger = await a_customer(units, "Xu")
    with pytest.raises(InvalidInput, match="group_loan_count"):
        await opened(units, five[:2])
    async with units.begin() as unit:
        ids = [each.id for each in five]
        with pytest.raises(InvalidInput, match="group_loan_member"):
            await group_opening.open_group(unit, CIRCLE, ids, [*ids, stranger.id], ids[0], "x")
        with pytest.raises(InvalidInput, match="group_loan_member"):
            await group_opening.open_group(unit, CIRCLE, [*ids, stranger.id], ids, stranger.id, "y")
    group = await opened(units, five)
    assert (await opened(units, five)).id == group.id
    with pytest.raises(Conflict, match="group_loan_open"):
        await opened(units, five, "another")
    with pytest.raises(NotFound, match="group_loan"):
        await signs(units, group, stranger)


async def test_nobody_signs_before_all_lines_are_approved_and_a_refusal_is_nobodys(
    units: Units, five: list[Customer]
) -> None:
    group = await opened(units, five[:3])
    ana, bo, chidi = five[:3]
    await asks(units, group, ana)
    await asks(units, group, bo)
    with pytest.raises(Conflict, match="group_loan_not_ready"):
        await signs(units, group, ana)
    declined = await asks(units, group, chidi, 9000)
    assert declined.state == ApplicationState.DECLINED
    assert declined.reasons == ["above_limit"]
    assert (await read(units, group)).state == GroupState.ASKING
    assert "loan.declined" not in await told(units, ana)
    approved = await asks(units, group, chidi, 2000)
    assert approved.state == ApplicationState.APPROVED
    assert await told(units, ana) == ["group_loan.to_sign"]
    assert await told(units, bo) == ["group_loan.opened", "group_loan.to_sign"]
    with pytest.raises(Conflict, match="group_loan_signing"):
        await asks(units, group, chidi, 1000)


async def test_a_signature_may_be_taken_back_until_all_are_paid(units: Units, five: list[Customer]) -> None:
    ana, bo, chidi = five[:3]
    group = await ready(units, five[:3])
    await signs(units, group, ana)
    await signs(units, group, bo)
    async with units.begin() as unit:
        assert (await group_loans.withdraw(unit, group.id, ana.id)).signed == 1
    assert not (await signs(units, group, chidi)).is_complete
    assert await loans_of(units, chidi) == []
    assert (await signs(units, group, ana)).is_complete
    with pytest.raises(Conflict, match="group_loan_over"):
        async with units.begin() as unit:
            await group_loans.withdraw(unit, group.id, ana.id)
    await verified(units)


async def test_nobody_is_paid_once_one_who_has_signed_is_not_of_the_circle_any_more(
    units: Units, five: list[Customer]
) -> None:
    ana, bo, chidi = five[:3]
    group = await ready(units, five[:3])
    await signs(units, group, ana)
    await signs(units, group, bo)
    for who in (chidi, ana):
        with pytest.raises(InvalidInput, match="group_loan_member"):
            await signs(units, group, who, left=ana)
    assert [await loans_of(units, who) for who in five[:3]] == [[], [], []]
    assert (await read(units, group)).signed == 2
    assert (await signs(units, group, chidi)).is_complete
    await verified(units)


async def test_after_seven_days_nobody_is_paid(units: Units, five: list[Customer], clock: ManualClock) -> None:
    group = await ready(units, five[:3])
    await signs(units, group, five[0])
    await live(units, clock, until="2026-03-19 10:01")
    assert (await read(units, group)).state == GroupState.LAPSED
    with pytest.raises(Conflict, match="group_loan_over"):
        await signs(units, group, five[1])
    assert [await balance(units, who) for who in five[:3]] == [yuan(0)] * 3
    assert {(await told(units, who))[-1] for who in five[:3]} == {"group_loan.lapsed"}
    async with units.begin() as unit:
        states = set(await unit.session.scalars(text("SELECT state FROM loan_application")))
    assert states == {"expired"}
    await verified(units)


async def test_the_shares_of_the_others_count_in_the_40_percent(
    units: Units, five: list[Customer], clock: ManualClock
) -> None:
    ana, bo, chidi = five[:3]
    async with units.begin() as unit:
        (await unit.session.get_one(Customer, ana.id)).monthly_income = yuan(1500).amount
    group = await opened(units, five[:3])
    own = await asks(units, group, ana)  # some 530 of 1,500: not above 40 %
    assert own.state == ApplicationState.APPROVED
    await asks(units, group, bo)
    clock.set(clock.now() + timedelta(hours=2))
    await asks(units, group, chidi)  # and half of each other's, another 530
    seen = await read(units, group)
    assert (seen.state, seen.until) == (GroupState.ASKING, group.expires_at)  # its days go on from the opening
    assert (await told(units, ana))[-1] == "loan.declined"
    async with units.begin() as unit:
        mine = await group_lines.line_of(unit, group.id, ana.id)
    assert mine.application is not None
    assert (mine.application.state, mine.application.reasons) == ("declined", ["income"])
    assert "loan.declined" not in await told(units, bo)
    await asks(units, group, ana, 1000)
    assert (await read(units, group)).state == GroupState.ASKING  # 190 and 530 are 48 %: an officer looks
    officer_of = await an_operator(units)
    async with units.begin() as unit:
        [waiting] = await officer.queue(unit, officer_of.id)
        await officer.approve(unit, waiting.application.id, officer_of.id)
    seen = await read(units, group)
    assert (seen.state, seen.until) == (GroupState.SIGNING, group.expires_at + timedelta(hours=2))


async def test_what_stands_against_one_at_the_last_signature_is_told_to_them_alone(
    units: Units, five: list[Customer]
) -> None:
    ana, bo, chidi = five[:3]
    group = await ready(units, five[:3])
    await signs(units, group, ana)
    await signs(units, group, bo)
    async with units.begin() as unit:
        await block(unit, ana.id, 30)
    seen = await signs(units, group, chidi)
    assert (seen.is_complete, seen.signed) == (False, 2)
    assert (await told(units, ana))[-1] == "loan.declined"
    assert [await loans_of(units, who) for who in five[:3]] == [[], [], []]
    with pytest.raises(RuleViolation, match="self_excluded"):
        await signs(units, group, ana)
    await verified(units)


async def test_the_others_are_asked_beyond_three_days_and_no_new_one_begins_while_one_is_overdue(
    units: Units, five: list[Customer], clock: ManualClock
) -> None:
    ana, bo, _ = five[:3]
    group = await ready(units, five[:3])
    for who in five[:3]:
        await signs(units, group, who)
    [loan] = await loans_of(units, ana)
    await live(units, clock, until="2026-04-16 12:00")
    with pytest.raises(RuleViolation, match="group_loan_overdue"):
        await opened(units, five[2:], "again")
    await live(units, clock, until="2026-04-20 12:00")
    async with units.begin() as unit:
        due = (await queries.view(unit, loan)).due_now
        of_ana = [each for each in await guarantees.standing_for(unit, bo.id) if each.borrower.id == ana.id]
    [standing] = of_ana
    assert standing.to_pay > yuan(0)
    assert standing.to_pay <= Money(due.amount // 2 + 1, due.asset)
    assert await balance(units, bo) == yuan(3000)  # asked, and not debited
    await verified(units)


async def test_an_officer_who_borrows_with_them_does_not_decide(units: Units, five: list[Customer]) -> None:
    from finance_core.kernel.errors import NotAllowed

    mei = await an_operator(units, "Mei")
    ana, bo = five[:2]
    async with units.begin() as unit:
        (await unit.session.get_one(Customer, ana.id)).monthly_income = yuan(1200).amount
    group = await opened(units, [ana, bo, mei])
    referred = await asks(units, group, ana)
    assert referred.state == ApplicationState.REFERRED
    async with units.begin() as unit:
        with pytest.raises(NotAllowed):
            await officer.approve(unit, referred.id, mei.id)


async def test_one_of_them_ends_it_for_all_and_nobody_learns_who(units: Units, five: list[Customer]) -> None:
    ana, bo, chidi = five[:3]
    group = await ready(units, five[:3])
    await signs(units, group, ana)
    for _ in range(2):
        async with units.begin() as unit:
            await group_opening.call_off(unit, group.id, bo.id)
    assert (await read(units, group)).state == GroupState.LAPSED
    assert [(await told(units, who)).count("group_loan.lapsed") for who in five[:3]] == [1, 0, 1]
    with pytest.raises(Conflict, match="group_loan_over"):
        await signs(units, group, chidi)
    async with units.begin() as unit:
        states = set(await unit.session.scalars(text("SELECT state FROM loan_application")))
        assert states == {"expired"}
    assert (await opened(units, [ana, chidi, five[3]], "without Bo")).state == GroupState.ASKING
    await verified(units)


async def test_what_was_paid_is_not_ended_any_more(units: Units, five: list[Customer]) -> None:
    group = await ready(units, five[:3])
    for who in five[:3]:
        await signs(units, group, who)
    with pytest.raises(Conflict, match="group_loan_over"):
        async with units.begin() as unit:
            await group_opening.call_off(unit, group.id, five[0].id)


async def test_a_line_is_not_signed_alone_nor_stays_beside_another(units: Units, five: list[Customer]) -> None:
    ana, bo, chidi = five[:3]
    group = await opened(units, five[:3])
    first = await asks(units, group, ana)
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="offer_gone"):
            await guarantees.name(unit, CIPHER, first.id, ana.id, [bo.id, chidi.id])
    await asks(units, group, ana, 2000)
    async with units.begin() as unit:
        alone = await applications.offers(unit, ana.id)
        was = await unit.session.get_one(LoanApplication, first.id)
    assert (alone, was.state) == ([], ApplicationState.REPLACED)


async def test_who_signed_for_less_is_asked_anew_when_the_first_day_has_moved_on(
    units: Units, five: list[Customer], clock: ManualClock
) -> None:
    ana, bo, chidi = five[:3]
    clock.set(datetime(2026, 3, 25, 10, 0, tzinfo=SHANGHAI))
    await live(units, clock, until="2026-03-25 10:00")
    group = await ready(units, five[:3])
    await signs(units, group, ana)
    await signs(units, group, bo)
    await live(units, clock, until="2026-03-28 10:00")  # the first instalment is due on 15 May now, not on 15 April
    async with units.begin() as unit:
        shown = await group_lines.terms_of(unit, group.id, chidi.id)
    assert shown.quote.schedule.instalments[0].due_on == date(2026, 5, 15)
    seen = await signs(units, group, chidi)
    assert (seen.is_complete, seen.signed) == (False, 1)
    assert [(await told(units, who)).count("group_loan.to_sign") for who in five[:3]] == [2, 2, 1]
    await signs(units, group, ana)
    assert (await signs(units, group, bo)).is_complete
    async with units.begin() as unit:
        [stands] = [each for each in await guarantees.standing_for(unit, ana.id) if each.borrower.id == chidi.id]
    assert stands.at_most == shown.sureties[0].at_most
    await verified(units)


async def test_an_officer_sees_what_the_others_loans_would_take_too(units: Units, five: list[Customer]) -> None:
    ana, bo, chidi = five[:3]
    async with units.begin() as unit:
        (await unit.session.get_one(Customer, ana.id)).monthly_income = yuan(1500).amount
    group = await opened(units, five[:3])
    await asks(units, group, bo)
    await asks(units, group, chidi)
    waiting = await asks(units, group, ana, 1000)
    assert waiting.state == ApplicationState.REFERRED
    officer_of = await an_operator(units)
    async with units.begin() as unit:
        file = await officer.look(unit, waiting.id, officer_of.id)
    assert file.besides is not None
    assert file.besides > file.quote.monthly
    assert file.decision.outcome == "referred"


async def test_who_stands_neither_leaves_a_rotating_circle_nor_agrees_to_be_replaced_in_it(units: Units) -> None:
    circle = await running(units, 3, order=Order.FIXED)
    ana, _, chidi = circle.people
    row = await circle.row()
    async with units.begin() as unit:
        ids = [each.id for each in circle.people]
        group = await journey.propose(unit, row, ids, ana.id, (yuan(1000), 6), "together")
    for who in circle.people:
        await asks(units, group, who, 1000)
    for who in circle.people:
        async with units.begin() as unit:
            await journey.sign(unit, group.id, who.id, write_for=lambda _: bare)
    newcomer = await somebody(units, "Dee", money=1_000)
    async with units.begin() as unit:
        for act in (circle_leaving.comes_back, circle_leaving.leave):
            with pytest.raises(RuleViolation, match="circle_leaver_stands"):
                await act(unit, circle.token, chidi.id, 3)
        motion = await agenda.ask_to_take_over(
            unit, CIPHER, circle.token, newcomer.id, 3, JoinRequest(), AGREED, "takes over", instalments=yuan(0)
        )
        with pytest.raises(RuleViolation, match="circle_leaver_stands"):
            await circle_leaving.cast(unit, motion.token, chidi.id, is_yes=True)
        await circle_leaving.cast(unit, motion.token, chidi.id, is_yes=False)
    for who in circle.people:  # what they owe is paid: nobody stands any more
        [loan] = await loans_of(units, who)
        async with units.begin() as unit:
            await give_back(unit, loan.id, f"back:{loan.id}")
    async with units.begin() as unit:
        assert (await circle_leaving.leave(unit, circle.token, chidi.id, 3)).at_once == yuan(0)
    await verified(units)


async def test_each_contract_names_who_stands_for_it_and_each_other_line(units: Units, five: list[Customer]) -> None:
    ana, bo, chidi = five[:3]
    agreed: dict[int, Contract] = {}

    def write_for(who: int) -> Write:
        async def write(signed: Contract) -> Paper:
            agreed[who] = signed
            return await bare(signed)

        return write

    group = await opened(units, five[:3])
    for who, amount in ((ana, 3000), (bo, 2000), (chidi, 1000)):
        await asks(units, group, who, amount)
    async with units.begin() as unit:
        read = await group_lines.terms_of(unit, group.id, ana.id)
        drafted = await signing.drafted(
            unit,
            ana.id,
            read.quote,
            automatic_debit=False,
            from_change_plus=False,
            together=(read.sureties, read.stands_for),
        )
    await signs(units, group, ana)
    await signs(units, group, bo)
    async with units.begin() as unit:
        members = [ana.id, bo.id, chidi.id]
        assert (await group_loans.sign(unit, group.id, members, chidi.id, write_for=write_for)).is_complete
    assert agreed.keys() == {ana.id, bo.id, chidi.id}
    assert replace(agreed[ana.id], loan_id=0) == drafted
    assert [(each.customer_id, each.principal) for each in drafted.stands_for] == [
        (bo.id, yuan(2000)),
        (chidi.id, yuan(1000)),
    ]
    for language, heading in (("en", "Guaranteed in return"), ("zh", "互为担保")):
        names = Names("Ana", "Harbour", {ana.id: "Ana", bo.id: "Bo", chidi.id: "Chidi"})
        paper = contract_document(translator(language), agreed[ana.id], SHANGHAI, names)
        blocks = list(paper.blocks)
        after = blocks[blocks.index(("heading", heading)) + 2 :]
        assert [block[1] for block in after[:2]] == ["Bo", "Chidi"]
        assert ["¥2,000.00" in after[0][2], "¥1,000.00" in after[1][2]] == [True, True]
        assert next(block[2] for block in blocks if block[1] == "Bo") == f"¥{drafted.sureties[0].at_most.decimal:,}"
