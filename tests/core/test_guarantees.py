"""Joint liability: naming, accepting, signing, being asked for one's share, paying it, and being paid back."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InsufficientFunds, InvalidInput, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.loans import queries
from finance_core.loans.models import Loan
from finance_core.loans.origination import applications, guarantees, quoting
from finance_core.loans.origination.models import ApplicationState, Guarantee, GuaranteeState, LoanApplication
from finance_core.loans.origination.notices import GuaranteeCalled
from finance_core.loans.repayment import repayment
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, a_loan, balance, live, the_catalogue, verified, yuan
from tests.notices import written


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def an_offer(units: Units, borrower: Customer) -> LoanApplication:
    async with units.begin() as unit:
        offered = await quoting.quote(unit, borrower, yuan(3000), 6, "group")
        decided = await quoting.decision(unit, borrower, offered)
        return await applications.apply(unit, borrower, offered, decided)


async def named(units: Units, application: LoanApplication, *people: Customer) -> list[Guarantee]:
    async with units.begin() as unit:
        ids = [person.id for person in people]
        return await guarantees.name(unit, CIPHER, application.id, application.customer_id, ids)


async def answers(units: Units, guarantee: Guarantee, *, accepts: bool = True) -> None:
    async with units.begin() as unit:
        await guarantees.answer(unit, guarantee.id, guarantee.customer_id, accepts=accepts)


async def a_group_loan(units: Units, *, money: int = 1000) -> tuple[Customer, list[Customer], Loan, list[Guarantee]]:
    """Ana's loan of 3,000 over six months, for which Bo and Chidi stand; Ana pays by hand and has spent it."""
    ana, bo, chidi = [await a_customer(units, name, money=money) for name in ("Ana", "Bo", "Chidi")]
    application = await an_offer(units, ana)
    asked = await named(units, application, bo, chidi)
    for guarantee in asked:
        await answers(units, guarantee)
    loan = await a_loan(units, ana, 3000, 6, product="group", application_id=application.id, automatic_debit=False)
    async with units.begin() as unit:
        left = await ledger.balance(unit, Account("2010", ana.id))
        await wallet.withdraw(unit, ana.id, left, "spent", SANDBOX)
    return ana, [bo, chidi], loan, asked


async def to_pay(units: Units, guarantee: Guarantee) -> Money:
    async with units.begin() as unit:
        return (await guarantees.standing(unit, guarantee.id, guarantee.customer_id)).to_pay


async def pays(units: Units, guarantee: Guarantee, key: str = "pays") -> Money:
    async with units.begin() as unit:
        paid, _ = await guarantees.pay(unit, guarantee.id, guarantee.customer_id, f"{key}:{guarantee.id}")
    return paid


async def test_each_stands_for_an_equal_share_of_all_that_is_repaid(units: Units) -> None:
    ana, bo, chidi, mei = [await a_customer(units, name) for name in ("Ana", "Bo", "Chidi", "Mei")]
    application = await an_offer(units, ana)
    asked = await named(units, application, bo, chidi, mei)
    whole = sum(principal + interest + fee for _, _, principal, interest, fee in application.quoted["schedule"])
    assert sum(each.at_most for each in asked) == whole
    assert max(each.at_most for each in asked) - min(each.at_most for each in asked) <= 1
    async with units.begin() as unit:
        told = list(await unit.session.scalars(text("SELECT customer_id FROM outbox WHERE kind = 'guarantee.asked'")))
        kept = await unit.session.get(LoanApplication, application.id)
        assert kept is not None
        assert kept.expires_at is not None
        assert kept.expires_at.isoformat() == "2026-03-26T16:00:00+00:00"  # the end of 26 March in Shanghai
    assert sorted(told) == [bo.id, chidi.id, mei.id]


async def test_a_loan_is_signed_when_all_have_accepted_and_not_before(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name) for name in ("Ana", "Bo", "Chidi")]
    application = await an_offer(units, ana)
    with pytest.raises(RuleViolation, match="guarantors_missing"):
        await a_loan(units, ana, 3000, 6, product="group", application_id=application.id)
    first, second = await named(units, application, bo, chidi)
    await answers(units, first)
    with pytest.raises(RuleViolation, match="guarantors_missing"):
        await a_loan(units, ana, 3000, 6, product="group", application_id=application.id)
    await answers(units, second)
    loan = await a_loan(units, ana, 3000, 6, product="group", application_id=application.id)
    async with units.begin() as unit:
        standing = await guarantees.standing_for(unit, bo.id)
    assert [(each.loan.id if each.loan else None, each.borrower.id) for each in standing] == [(loan.id, ana.id)]
    await verified(units)


async def test_without_an_application_of_its_own_a_group_loan_is_not_signed(units: Units) -> None:
    ana = await a_customer(units)
    with pytest.raises(RuleViolation, match="guarantors_missing"):
        await a_loan(units, ana, 3000, 6, product="group")


async def test_one_refusal_and_others_are_named(units: Units) -> None:
    ana, bo, chidi, mei = [await a_customer(units, name) for name in ("Ana", "Bo", "Chidi", "Mei")]
    application = await an_offer(units, ana)
    first, second = await named(units, application, bo, chidi)
    await answers(units, first)
    with pytest.raises(Conflict, match="guarantors_asked"):
        await named(units, application, bo, mei)
    await answers(units, second, accepts=False)
    asked = await named(units, application, bo, mei)
    assert [each.state for each in asked] == [GuaranteeState.ASKED, GuaranteeState.ASKED]
    with pytest.raises(Conflict, match="guarantee_answered"):
        await answers(units, first)


async def test_who_cannot_stand_is_refused(units: Units, clock: ManualClock) -> None:
    ana, bo, chidi = [await a_customer(units, name) for name in ("Ana", "Bo", "Chidi")]
    await a_loan(units, bo, 500, 3, automatic_debit=False)
    await live(units, clock, until="2026-04-14 12:00")
    application = await an_offer(units, ana)
    with pytest.raises(InvalidInput, match="guarantor_not_ready"):
        await named(units, application, bo, chidi)
    with pytest.raises(InvalidInput, match="guarantor_is_borrower"):
        await named(units, application, ana, chidi)
    with pytest.raises(InvalidInput, match="guarantors_count"):
        await named(units, application, chidi, chidi)


async def test_nobody_answers_for_another_and_not_after_the_offer_has_ended(units: Units, clock: ManualClock) -> None:
    ana, bo, chidi = [await a_customer(units, name) for name in ("Ana", "Bo", "Chidi")]
    application = await an_offer(units, ana)
    first, _ = await named(units, application, bo, chidi)
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="guarantee"):
            await guarantees.answer(unit, first.id, chidi.id, accepts=True)
    await live(units, clock, until="2026-03-27 00:10")
    with pytest.raises(Conflict, match="offer_expired"):
        await answers(units, first)
    async with units.begin() as unit:
        kept = await unit.session.get(LoanApplication, application.id)
    assert kept is not None
    assert kept.state == ApplicationState.EXPIRED


async def test_guarantors_are_asked_for_their_share_days_after_the_due_day_and_never_debited(
    units: Units, clock: ManualClock
) -> None:
    _, people, loan, asked = await a_group_loan(units)
    await live(units, clock, until="2026-04-18 12:00")  # due on 15 April: three days late
    assert [await to_pay(units, each) for each in asked] == [yuan(0), yuan(0)]
    await live(units, clock, until="2026-04-19 12:00")
    async with units.begin() as unit:
        told = list(await unit.session.scalars(text("SELECT customer_id FROM outbox WHERE kind = 'guarantee.called'")))
        first = (await queries.instalments(unit, loan.id))[0]
    shares = [await to_pay(units, each) for each in asked]
    owed = first.principal + first.interest + first.fee + first.late_interest + first.penalty + first.late_fee
    assert sum(share.amount for share in shares) == owed
    assert sorted(told) == [person.id for person in people]
    assert await written(units, GuaranteeCalled)
    assert [await balance(units, person) for person in people] == [yuan(1000), yuan(1000)]
    await verified(units)


async def test_a_guarantor_pays_the_share_and_has_a_claim_until_it_is_paid_back(
    units: Units, clock: ManualClock
) -> None:
    ana, (bo, _), loan, asked = await a_group_loan(units)
    await live(units, clock, until="2026-04-19 12:00")
    share = await to_pay(units, asked[0])
    assert await pays(units, asked[0]) == share
    assert await balance(units, bo) == yuan(1000) - share
    assert await to_pay(units, asked[0]) == yuan(0)
    await verified(units)
    assert await pays(units, asked[1]) == await called(units, asked[1])
    async with units.begin() as unit:
        view = await queries.view(unit, loan)
        assert view.days_past_due == 0
        claims = await guarantees.claims_on(unit, ana.id)
    assert next(Money(each.paid, share.asset) for each in claims) == share
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(1000), "money again", SANDBOX)
        back, _ = await guarantees.pay_back(unit, asked[0].id, ana.id, "back")
    assert back == share
    assert await balance(units, bo) == yuan(1000)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="nothing_owed"):
            await guarantees.pay_back(unit, asked[0].id, ana.id, "back again")
    await verified(units)


async def called(units: Units, guarantee: Guarantee) -> Money:
    async with units.begin() as unit:
        found = await unit.session.get(Guarantee, guarantee.id)
        assert found is not None
        return Money(found.called, yuan(0).asset)


async def test_what_the_borrower_pays_meanwhile_nobody_else_is_asked_for(units: Units, clock: ManualClock) -> None:
    ana, _, loan, asked = await a_group_loan(units)
    await live(units, clock, until="2026-04-19 12:00")
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(1000), "money again", SANDBOX)
        due = (await queries.view(unit, loan)).due_now
        await repayment.repay(unit, loan.id, due, "paid late")
    assert [await to_pay(units, each) for each in asked] == [yuan(0), yuan(0)]
    with pytest.raises(RuleViolation, match="nothing_owed"):
        await pays(units, asked[0])
    await live(units, clock, until="2026-04-20 12:00")
    assert await called(units, asked[0]) == yuan(0)
    await verified(units)


async def test_a_guarantor_without_the_money_pays_nothing(units: Units, clock: ManualClock) -> None:
    _, _, _, asked = await a_group_loan(units, money=10)
    await live(units, clock, until="2026-04-19 12:00")
    with pytest.raises(InsufficientFunds):
        await pays(units, asked[0])
    await verified(units)
