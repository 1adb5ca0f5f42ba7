"""Nobody deals with what is their own: who owes it, stands for it or is paid by it neither makes nor checks."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import pytest
from sqlalchemy import text

from finance_core import approvals
from finance_core.approvals import freezing, grants
from finance_core.cases import goodwill
from finance_core.cases import service as cases
from finance_core.cases.service import Question
from finance_core.change_plus import approved
from finance_core.change_plus.product import fund_on_sale
from finance_core.circles import operating
from finance_core.customers import operators
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role, roles_of
from finance_core.funds.product import fund_on_sale as nav_fund
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import NotAllowed
from finance_core.kernel.money import CNY, Money
from finance_core.lines import ACTIONS
from finance_core.loans.contact import hardship
from finance_core.loans.contact.rules import HardshipReason
from finance_core.loans.models import Loan
from finance_core.loans.operations import handover, restructure, reversal, waive, write_off
from finance_core.loans.origination import applications, guarantees, officer, quoting
from finance_core.loans.repayment import repayment
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Units
from handlers.desk.intents import Propose
from handlers.desk.screens.approvals import draft
from handlers.locales import translator
from tests.builders import a_customer, a_loan, an_operator, the_catalogue, yuan
from tests.circle_rounds import a_circle
from tests.funds import BONDS, an_investor, buys, funds_on_sale
from tests.loan_book import days
from tests.wealth_cases import put_in

CIPHER: Final = Cipher(["a secret of the tests"])
WHY: Final = "as agreed on the phone"
ON_LOANS: Final[dict[str, dict[str, Any]]] = {
    restructure.ACTION: {"count": 9},
    waive.ACTION: {"what": "penalty", "sum": Money(1, CNY).as_json()},
    write_off.ACTION: {},
    handover.HAND_OVER: {"collector": "Fair & Co"},
    handover.TAKE_BACK: {},
    reversal.ACTION: {"payment": 1},
}
ON_ROLES: Final = {grants.GRANT: {"role": "auditor"}}
ON_PEOPLE: Final = (freezing.UNFREEZE, "account.pin_reset")
"""Tried in `test_freezing` and `test_pin_resets`."""
ON_CASES: Final = {goodwill.ACTION: {"sum": Money(100, CNY).as_json()}}
ON_CIRCLES: Final = (operating.SUSPEND, operating.RESUME)
ON_OFFERS: Final = ("broadcast.offer", "broadcast.credit", "broadcast.notice", "broadcast.recall")
"""Who wrote one or planned it decides nothing of it, under whatever account: `test_offers_planning`."""
ON_FUNDS: Final = ("fund.income", "fund.income_correction", "fund.nav_correction", "fund.nav_far")


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def operator_with_a_role(units: Units, who: Customer) -> None:
    async with units.begin() as unit:
        await operators.grant(unit, who.id, Role.ADMINISTRATOR)


async def a_group_loan(units: Units) -> tuple[Loan, Customer, Customer]:
    """A loan of Ana's for which Bo and Chidi stand; Ana and Bo are operators."""
    ana, bo, chidi = [await a_customer(units, name, money=1000) for name in ("Ana", "Bo", "Chidi")]
    async with units.begin() as unit:
        offered = await quoting.quote(unit, ana, yuan(3000), 6, "group")
        application = await applications.apply(unit, ana, offered, await quoting.decision(unit, ana, offered))
    async with units.begin() as unit:
        for each in await guarantees.name(unit, CIPHER, application.id, ana.id, [bo.id, chidi.id]):
            await guarantees.answer(unit, each.id, each.customer_id, accepts=True)
    loan = await a_loan(units, ana, 3000, 6, product="group", application_id=application.id, automatic_debit=False)
    for who in (ana, bo):
        await operator_with_a_role(units, who)
    return loan, ana, bo


def test_every_action_is_tried_here() -> None:
    assert set(ACTIONS.names) == {*ON_LOANS, *ON_ROLES, *ON_CASES, *ON_FUNDS, *ON_PEOPLE, *ON_CIRCLES, *ON_OFFERS}


async def test_nobody_proposes_goodwill_on_their_own_complaint(units: Units) -> None:
    olu = await an_operator(units, "Olu")
    async with units.begin() as unit:
        case = await cases.hand_over(unit, CIPHER, olu.id, Question("complaint.make", "rude"), key="own")
        action, params = ACTIONS.called(goodwill.ACTION), ON_CASES[goodwill.ACTION]
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.propose(unit, olu.id, action, f"case:{case.id}", params, WHY, "key")


@pytest.mark.parametrize("action", ON_CIRCLES)
async def test_who_is_in_a_circle_neither_makes_nor_checks_anything_of_it(units: Units, action: str) -> None:
    run = await a_circle(units, 3)
    member = run.people[1]
    await operator_with_a_role(units, member)
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    if action == operating.RESUME:
        async with units.begin() as unit:
            suspend = ACTIONS.called(operating.SUSPEND)
            made = await approvals.propose(unit, olu.id, suspend, f"circle:{run.id}", {}, WHY, "first")
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)
    async with units.begin() as unit:
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.propose(unit, member.id, ACTIONS.called(action), f"circle:{run.id}", {}, WHY, "own")
    async with units.begin() as unit:
        made = await approvals.propose(unit, olu.id, ACTIONS.called(action), f"circle:{run.id}", {}, WHY, "key")
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.approve(unit, ACTIONS, made.id, member.id, made.version)


@pytest.mark.parametrize("action", ON_LOANS)
async def test_neither_borrower_nor_guarantor_makes_or_checks_anything_of_their_loan(
    units: Units, clock: ManualClock, action: str
) -> None:
    loan, ana, bo = await a_group_loan(units)
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    params: dict[str, Any] = dict(ON_LOANS[action])
    if action == waive.ACTION:
        await days(units, clock, until="2026-04-25 12:00")
    if action == handover.TAKE_BACK:
        await decided(units, olu, mei, handover.HAND_OVER, loan, ON_LOANS[handover.HAND_OVER])
    if action == reversal.ACTION:
        async with units.begin() as unit:
            await repayment.repay(unit, loan.id, yuan(100), "pays")
            params = {"payment": await unit.session.scalar(text("SELECT max(id) FROM loan_payment"))}
    for party in (ana, bo):
        async with units.begin(Actor("operator", party.id)) as unit:
            with pytest.raises(NotAllowed, match="own_dealing"):
                await approvals.propose(
                    unit, party.id, ACTIONS.called(action), f"loan:{loan.id}", params, WHY, f"own:{party.id}"
                )
    async with units.begin(Actor("operator", olu.id)) as unit:
        made = await approvals.propose(unit, olu.id, ACTIONS.called(action), f"loan:{loan.id}", params, WHY, "made")
        told = "SELECT customer_id FROM outbox WHERE kind = 'operator.approval_waits' AND about = :about"
        waits = set(await unit.session.scalars(text(told), {"about": f"approval:{made.id}"}))
    assert mei.id in waits
    assert not {ana.id, bo.id} & waits
    for party in (ana, bo):
        async with units.begin(Actor("operator", party.id)) as unit:
            with pytest.raises(NotAllowed, match="own_dealing"):
                await approvals.approve(unit, ACTIONS, made.id, party.id, made.version)
            with pytest.raises(NotAllowed, match="own_dealing"):
                await approvals.refuse(unit, ACTIONS, made.id, party.id, "it is mine")
    async with units.begin(Actor("operator", mei.id)) as unit:
        assert (await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)).result is not None


async def decided(
    units: Units, maker: Customer, checker: Customer, action: str, loan: Loan, params: dict[str, Any]
) -> None:
    async with units.begin(Actor("operator", maker.id)) as unit:
        made = await approvals.propose(
            unit, maker.id, ACTIONS.called(action), f"loan:{loan.id}", params, WHY, f"{action}:{loan.id}"
        )
    async with units.begin(Actor("operator", checker.id)) as unit:
        await approvals.approve(unit, ACTIONS, made.id, checker.id, made.version)


@pytest.mark.parametrize("action", ON_ROLES)
async def test_nobody_gives_or_takes_a_role_of_their_own(units: Units, action: str) -> None:
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    await an_operator(units, "Sam")
    subject, params = f"customer:{olu.id}", ON_ROLES[action]
    async with units.begin(Actor("operator", olu.id)) as unit:
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.propose(unit, olu.id, ACTIONS.called(action), subject, params, WHY, "own")
    async with units.begin(Actor("operator", mei.id)) as unit:
        made = await approvals.propose(unit, mei.id, ACTIONS.called(action), subject, params, WHY, "another's")
    async with units.begin(Actor("operator", olu.id)) as unit:
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.approve(unit, ACTIONS, made.id, olu.id, made.version)
        assert await roles_of(unit, olu.id) == {Role.ADMINISTRATOR}


async def test_what_a_borrower_proposed_before_it_was_theirs_to_leave_alone_is_not_approved(units: Units) -> None:
    loan, ana, _ = await a_group_loan(units)
    olu, mei = await an_operator(units, "Olu"), await an_operator(units, "Mei")
    async with units.begin(Actor("operator", olu.id)) as unit:
        action = ACTIONS.called(write_off.ACTION)
        made = await approvals.propose(unit, olu.id, action, f"loan:{loan.id}", {}, WHY, "made")
        made.maker_id = ana.id
        await unit.session.flush()
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.approve(unit, ACTIONS, made.id, mei.id, made.version)


@pytest.mark.parametrize("action", ["fund.income", "fund.income_correction"])
async def test_who_holds_change_plus_neither_makes_nor_checks_its_income(units: Units, action: str) -> None:
    olu, mei = await a_customer(units, "Olu", money=100), await an_operator(units, "Mei")
    await operator_with_a_role(units, olu)
    await put_in(units, olu, 100)
    async with units.begin() as unit:
        day = unit.open_on
        params = approved.params_of(await fund_on_sale(unit), day, Decimal(9))
        parties = await ACTIONS.called(action).parties(unit, approved.subject_of(day), params)
    assert olu.id in parties
    assert mei.id not in parties
    assert parties.whose is None


@pytest.mark.parametrize("action", ["fund.nav_correction", "fund.nav_far"])
async def test_who_has_an_order_that_a_nav_settles_neither_makes_nor_checks_the_nav(units: Units, action: str) -> None:
    await funds_on_sale(units)
    olu, mei = await an_investor(units, "Olu", money=1000), await an_operator(units, "Mei")
    await operator_with_a_role(units, olu)
    await buys(units, olu, 100)
    async with units.begin() as unit:
        fund = await nav_fund(unit, BONDS)
        params = {"day": unit.open_on.isoformat(), "nav": "2"}
        parties = await ACTIONS.called(action).parties(unit, f"fund:{fund.number}", params)
    assert olu.id in parties
    assert mei.id not in parties


async def test_an_officer_decides_no_application_that_they_stand_for(units: Units) -> None:
    ana = await a_customer(units, "Ana")
    olu, chidi = await an_operator(units, "Olu"), await a_customer(units, "Chidi")
    async with units.begin() as unit:
        offered = await quoting.quote(unit, ana, yuan(3000), 6, "group")
        application = await applications.apply(unit, ana, offered, await quoting.decision(unit, ana, offered))
        await guarantees.name(unit, CIPHER, application.id, ana.id, [olu.id, chidi.id])
        application.state, application.referred_at = "referred", unit.now
        await unit.session.flush()
        with pytest.raises(NotAllowed, match="own_dealing"):
            await officer.look(unit, application.id, olu.id)
        with pytest.raises(NotAllowed, match="own_dealing"):
            await officer.approve(unit, application.id, olu.id)


async def test_an_officer_neither_sees_nor_closes_a_hardship_case_of_their_own(units: Units) -> None:
    loan, ana, bo = await a_group_loan(units)
    mei = await an_operator(units, "Mei")
    async with units.begin() as unit:
        opened = await hardship.open_case(
            unit, CIPHER, loan.id, reason=HardshipReason.JOB, note="", can_pay=yuan(300), key="hardship"
        )
    for party in (ana, bo):
        async with units.begin(Actor("operator", party.id)) as unit:
            assert await hardship.queue(unit, party.id) == []
            with pytest.raises(NotAllowed, match="own_dealing"):
                await hardship.look_at(unit, opened.case.id, party.id)
            with pytest.raises(NotAllowed, match="own_dealing"):
                await hardship.close_case(unit, opened.case.id, party.id)
    async with units.begin(Actor("operator", mei.id)) as unit:
        assert [case.id for case in await hardship.queue(unit, mei.id)] == [opened.case.id]
        assert (await hardship.close_case(unit, opened.case.id, mei.id)).officer_id == mei.id


@pytest.mark.parametrize(("language", "warning"), [("en", "This loan isn't overdue"), ("zh", "没有逾期")])
async def test_a_loan_that_is_not_late_is_not_written_off_without_a_warning(
    units: Units, language: str, warning: str
) -> None:
    loan, _, _ = await a_group_loan(units)
    async with units.begin() as unit:
        preview = await ACTIONS.called(write_off.ACTION).preview(unit, f"loan:{loan.id}", {})
    assert preview.before["days_late"] == 0
    params = Propose(action=write_off.ACTION, subject=f"loan:{loan.id}", params={}, why=WHY)
    card = draft(translator(language), params, preview, "Ana @ana", {}, ("token", 1)).text
    assert warning in card
    assert "Ana @ana" in card
    late_by = approvals.Preview({**preview.before, "days_late": 3}, {**preview.after, "days_late": 3})
    assert warning not in draft(translator(language), params, late_by, "Ana @ana", {}, ("token", 1)).text
