"""From an application to a signed contract, on the book: decisions, offers, officers, papers, fees, refinancing."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from finance_core import ledger
from finance_core.approvals import audit
from finance_core.catalogue import apply_file
from finance_core.catalogue.service import SHIPPED
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.periods import PeriodUnit
from finance_core.ledger import Account
from finance_core.lines import CHECKS
from finance_core.loans import queries
from finance_core.loans.models import Loan, LoanState
from finance_core.loans.origination import applications, contract, officer, quoting, signing
from finance_core.loans.origination.decision import Concern, Outcome, Reason
from finance_core.loans.origination.models import ApplicationState, LoanApplication, LoanContract
from finance_core.loans.repayment import repayment
from finance_core.storage.unit import Units
from tests.builders import a_customer, a_loan, an_operator, balance, live, the_catalogue, verified, yuan
from tests.notices import row_of


@pytest.fixture
def units(cloned_units: Units) -> Units:
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def asks(
    units: Units, customer: Customer, principal: int, product: str = "lightning", **how: Any
) -> LoanApplication:
    """Quote, decide, and write the application down."""
    async with units.begin() as unit:
        offered = await quoting.quote(unit, customer, yuan(principal), code=product, **how)
        decided = await quoting.decision(unit, customer, offered)
        return await applications.apply(unit, customer, offered, decided)


async def earns(units: Units, customer: Customer, income: int) -> None:
    async with units.begin() as unit:
        await unit.session.execute(
            text("UPDATE customer SET monthly_income = :income, other_instalments = 0 WHERE id = :id"),
            {"income": income * 100, "id": customer.id},
        )
    customer.monthly_income, customer.other_instalments = income * 100, 0


async def state_of(units: Units, application: LoanApplication) -> str:
    async with units.begin() as unit:
        found = await unit.session.get(LoanApplication, application.id)
        assert found is not None
        return found.state


# -- products -------------------------------------------------------------------------------------------------------


async def test_a_catalogue_whose_product_breaks_the_cap_changes_nothing(units: Units, tmp_path: Path) -> None:
    dearer = SHIPPED.read_text().replace('D = "18" }', 'D = "23" }').replace('maximum = "50000"', 'maximum = "60000"')
    (tmp_path / "dearer.toml").write_text(dearer)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="product_above_cap"):
            await apply_file(unit, tmp_path / "dearer.toml", CHECKS)
    ana = await a_customer(units)
    async with units.begin() as unit:
        assert (await quoting.quote(unit, ana, yuan(3000), 6)).product.version == 1


async def test_a_contract_keeps_the_version_that_it_was_sold_under(
    units: Units, clock: ManualClock, tmp_path: Path
) -> None:
    ana = await a_customer(units, money=2000)
    loan = await a_loan(units, ana)
    cheaper = SHIPPED.read_text().replace('D = "0.05"', 'D = "0.03"').replace("grace_days = 3", "grace_days = 5")
    (tmp_path / "cheaper.toml").write_text(cheaper)
    async with units.begin() as unit:
        assert "lightning v2" in await apply_file(unit, tmp_path / "cheaper.toml", CHECKS)
    await live(units, clock, until="2026-03-22 12:00")
    async with units.begin() as unit:
        repaid = await repayment.repay(unit, loan.id, yuan(1000), "ahead")
        quote = await quoting.quote(unit, await a_stranger(units), yuan(3000), 6)
    assert (repaid.loan.product_version, repaid.loan.grace_days) == (1, 3)
    assert quote.terms.annual_rate == Decimal("10.95")
    await verified(units)


async def a_stranger(units: Units) -> Customer:
    return await a_customer(units, "Bo")


async def test_from_the_day_of_a_lower_cap_a_dear_grade_is_offered_at_the_cap(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = DATE '2027-12-31'"))
    async with units.begin() as unit:
        quote = await quoting.quote(unit, ana, yuan(3000), 6)
    assert Decimal("11.9") < quote.all_in_rate <= Decimal(12)


# -- applications ---------------------------------------------------------------------------------------------------


async def test_an_application_keeps_what_was_asked_quoted_and_decided(units: Units) -> None:
    ana = await a_customer(units)
    application = await asks(units, ana, 3000)
    assert application.state == ApplicationState.APPROVED
    assert (application.decided_by, application.principal, application.count) == ("rules", 300_000, 6)
    assert len(application.quoted["schedule"]) == 6
    assert application.facts["loans_repaid"] == 0
    assert application.expires_at is not None
    assert application.expires_at.isoformat() == "2026-03-13T00:00:00+08:00"


async def test_the_same_question_on_the_same_day_is_the_same_application(units: Units) -> None:
    ana = await a_customer(units)
    first, again, other = await asks(units, ana, 3000), await asks(units, ana, 3000), await asks(units, ana, 2000)
    assert first.id == again.id != other.id


async def test_an_offer_that_is_signed_becomes_the_loan_and_the_others_end(units: Units) -> None:
    ana = await a_customer(units)
    small, large = await asks(units, ana, 2000), await asks(units, ana, 3000)
    loan = await a_loan(units, ana, 3000, application_id=large.id)
    async with units.begin() as unit:
        signed = await unit.session.get(LoanApplication, large.id)
    assert signed is not None
    assert (signed.state, signed.loan_id) == (ApplicationState.SIGNED, loan.id)
    assert await state_of(units, small) == ApplicationState.REPLACED


async def test_an_offer_ends_with_its_day_and_cannot_be_signed_then(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    application = await asks(units, ana, 3000)
    await live(units, clock, until="2026-03-13 00:30")
    assert await state_of(units, application) == ApplicationState.EXPIRED
    with pytest.raises(Conflict, match="offer_expired"):
        await a_loan(units, ana, 3000, application_id=application.id)
    assert await balance(units, ana) == yuan(0)
    await verified(units)


async def test_an_offer_that_expires_between_confirm_and_pin_is_not_paid_out(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units)
    application = await asks(units, ana, 3000)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE loan_application SET expires_at = :now"), {"now": unit.now})
    with pytest.raises(Conflict, match="offer_expired"):
        await a_loan(units, ana, 3000, application_id=application.id)


async def test_somebody_elses_offer_is_nobodys(units: Units) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    application = await asks(units, ana, 3000)
    with pytest.raises(NotFound, match="application"):
        await a_loan(units, bo, 3000, application_id=application.id)


async def test_more_than_was_offered_is_not_signed(units: Units) -> None:
    ana = await a_customer(units)
    application = await asks(units, ana, 2000)
    with pytest.raises(Conflict, match="offer_is_less"):
        await a_loan(units, ana, 3000, application_id=application.id)


# -- referral and the officer ---------------------------------------------------------------------------------------


async def referred(units: Units, name: str = "Ana") -> tuple[Customer, LoanApplication]:
    """Somebody whose first *Trader* is large: it waits for an officer."""
    customer = await a_customer(units, name)
    return customer, await asks(units, customer, 4000, "trader")


async def test_what_the_rules_refer_waits_in_the_queue_oldest_first(units: Units, clock: ManualClock) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    _, first = await referred(units)
    await live(units, clock, until="2026-03-12 15:00")
    _, second = await referred(units, "Bo")
    await live(units, clock, until="2026-03-13 11:00")
    async with units.begin() as unit:
        waiting = await officer.queue(unit, olu.id)
    assert [each.application.id for each in waiting] == [first.id, second.id]
    assert [each.is_late for each in waiting] == [True, False]
    assert first.concerns == [Concern.FIRST_LARGE]


async def test_what_waits_cannot_be_signed_nor_asked_for_twice(units: Units) -> None:
    bo = await a_customer(units, "Bo")
    with pytest.raises(RuleViolation, match="loan_referred"):
        await a_loan(units, bo, 4000, None, product="trader")
    ana, application = await referred(units)
    with pytest.raises(Conflict, match="offer_gone"):
        await a_loan(units, ana, 4000, None, product="trader", application_id=application.id)
    with pytest.raises(Conflict, match="application_waits"):
        await asks(units, ana, 5000, "trader")


async def test_an_approved_application_is_told_and_signed_within_its_days(units: Units, clock: ManualClock) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana, application = await referred(units)
    async with units.begin() as unit:
        approved = await officer.approve(unit, application.id, olu.id)
        told = await unit.session.scalar(
            text("SELECT params ->> 'until_on' FROM outbox WHERE kind = 'loan.approved' AND customer_id = :ana"),
            {"ana": ana.id},
        )
    assert (approved.decided_by, told) == (f"operator:{olu.id}", "2026-03-19")
    await live(units, clock, until="2026-03-19 22:00")
    loan = await a_loan(units, ana, 4000, None, product="trader", application_id=application.id)
    assert loan.principal == 400_000
    await verified(units)


async def test_an_officers_offer_expires_too(units: Units, clock: ManualClock) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana, application = await referred(units)
    async with units.begin() as unit:
        await officer.approve(unit, application.id, olu.id)
    await live(units, clock, until="2026-03-20 00:10")
    with pytest.raises(Conflict, match="offer_expired"):
        await a_loan(units, ana, 4000, None, product="trader", application_id=application.id)


async def test_less_may_be_approved_and_no_more_than_that_signed(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana, application = await referred(units)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="approved_above_asked"):
            await officer.approve(unit, application.id, olu.id, yuan(4100))
        with pytest.raises(InvalidInput, match="loan_amount_range"):
            await officer.approve(unit, application.id, olu.id, yuan(3550))
        await officer.approve(unit, application.id, olu.id, yuan(3500))
    with pytest.raises(Conflict, match="offer_is_less"):
        await a_loan(units, ana, 4000, None, product="trader", application_id=application.id)
    loan = await a_loan(units, ana, 3500, None, product="trader", application_id=application.id)
    assert loan.principal == 350_000


async def test_an_officer_overrules_judgement_and_nothing_else(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana = await a_customer(units)
    await earns(units, ana, 800)  # 527 a month is more than half of it
    declined = await asks(units, ana, 3000)
    assert declined.reasons == [Reason.INCOME]
    async with units.begin() as unit:
        asked = await applications.ask_a_person(unit, declined.id, ana.id)
        assert (asked.state, asked.concerns) == (ApplicationState.REFERRED, [Concern.ASKED])
        await officer.approve(unit, declined.id, olu.id)
    await a_loan(units, ana, 3000, application_id=declined.id)

    bo = await a_customer(units, "Bo")
    await a_loan(units, bo, 500, 3)
    second = await asks(units, bo, 3000)
    async with units.begin() as unit:
        await applications.ask_a_person(unit, second.id, bo.id)
        with pytest.raises(RuleViolation, match="application_hard"):
            await officer.approve(unit, second.id, olu.id)


async def test_an_officer_approves_no_more_than_the_tier_leaves(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana = await a_customer(units)
    declined = await asks(units, ana, 8000)
    async with units.begin() as unit:
        await applications.ask_a_person(unit, declined.id, ana.id)
        with pytest.raises(RuleViolation, match="application_above_tier") as refused:
            await officer.approve(unit, declined.id, olu.id)
        assert refused.value.details["most"] == yuan(5000)
        await officer.approve(unit, declined.id, olu.id, yuan(5000))


async def test_a_declined_application_names_reasons_and_is_told_once(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana, application = await referred(units)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="reasons_wanted"):
            await officer.decline(unit, application.id, olu.id, [])
        await officer.decline(unit, application.id, olu.id, [Reason.INCOME, Reason.HISTORY])
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="application_decided"):
            await officer.approve(unit, application.id, olu.id)
        with pytest.raises(Conflict, match="application_decided"):
            await applications.ask_a_person(unit, application.id, ana.id)
        told = await unit.session.scalar(
            text("SELECT params -> 'reasons' FROM outbox WHERE kind = 'loan.declined' AND customer_id = :ana"),
            {"ana": ana.id},
        )
    assert told == ["history", "income"]


async def test_nobody_decides_on_their_own_or_without_the_permission(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    mine = await asks(units, olu, 4000, "trader")
    ana, application = await referred(units)
    treasurer = await an_operator(units, "Mei", Role.TREASURER)
    async with units.begin() as unit:
        assert [each.application.id for each in await officer.queue(unit, olu.id)] == [application.id]
        with pytest.raises(NotAllowed, match="own_application"):
            await officer.approve(unit, mine.id, olu.id)
        for somebody in (ana, treasurer):
            with pytest.raises(NotAllowed, match="no_permission"):
                await officer.look(unit, application.id, somebody.id)


async def test_each_look_at_an_application_is_on_record(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana, application = await referred(units)
    async with units.begin() as unit:
        file = await officer.look(unit, application.id, olu.id)
    assert (file.customer.id, file.decision.outcome) == (ana.id, Outcome.REFERRED)
    async with units.begin() as unit:
        lines = await audit.read(unit, actor_id=olu.id)
    assert [(line.act, line.subject) for line in lines] == [("look", f"customer:{ana.id}")]


async def test_an_application_that_waits_can_be_taken_back(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    ana, application = await referred(units)
    async with units.begin() as unit:
        await applications.withdraw(unit, application.id, ana.id)
        assert await officer.queue(unit, olu.id) == []
        with pytest.raises(Conflict, match="application_decided"):
            await officer.approve(unit, application.id, olu.id)
    await asks(units, ana, 3000, "trader")


async def test_who_was_late_not_long_ago_is_looked_at_by_an_officer(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=100)
    loan = await a_loan(units, ana, 500, 3, automatic_debit=False)
    await live(units, clock, until="2026-04-20 12:00")
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, None, "settled late")
    assert (await asks(units, ana, 1000)).concerns == [Concern.RECENT_ARREARS]


async def test_a_contract_signed_twice_under_one_key_is_one_loan(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        terms: dict[str, Any] = {"automatic_debit": True, "from_change_plus": False}
        first, reference = await signing.sign(unit, ana.id, yuan(3000), 6, "once", **terms)
        again, same = await signing.sign(unit, ana.id, yuan(3000), 6, "once", **terms)
    assert (first.id, reference) == (again.id, same)
    assert await balance(units, ana) == yuan(3000)
    await verified(units)


# -- the contract ---------------------------------------------------------------------------------------------------


async def test_the_papers_hash_stands_in_the_entry_that_paid_the_loan_out(units: Units) -> None:
    ana = await a_customer(units)
    written: list[contract.Contract] = []

    async def write(agreed: contract.Contract) -> contract.Paper:
        written.append(agreed)
        return contract.Paper("en", b"sealed", hashlib.sha256(agreed.canonical()).hexdigest())

    loan = await a_loan(units, ana, write=write)
    [agreed] = written
    async with units.begin() as unit:
        assert await contract.is_as_signed(unit, loan, agreed.canonical())
        assert not await contract.is_as_signed(unit, loan, agreed.canonical() + b" ")
        kept = await contract.paper_of(unit, loan)
    assert (kept.language, kept.sealed, kept.signed_on) == ("en", b"sealed", date(2026, 3, 12))
    assert (agreed.commitment, agreed.paid_out, len(agreed.lines)) == (yuan(3000), yuan(3000), 6)
    await verified(units)


async def test_verify_finds_a_paper_that_was_exchanged(units: Units, cloned_url: str) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana)
    async with units.begin() as unit:
        kept = await unit.session.get(LoanContract, loan.id)
        assert kept is not None
        assert kept.sha256 == hashlib.sha256(kept.sealed).hexdigest()
    from finance_core.loans.origination.equations import EQUATIONS
    from finance_core.storage.engine import create_engine

    owner = create_engine(cloned_url, role=None, pool_size=1)
    async with owner.begin() as connection:
        await connection.execute(text("UPDATE loan_contract SET sha256 = 'another'"))
    await owner.dispose()
    async with units.begin() as unit:
        report = await ledger.verify(unit, EQUATIONS)
    assert report.first_wrong is not None
    assert report.first_wrong.name.startswith("loan contract")


async def test_a_fee_withheld_leaves_the_wallet_less_and_is_earned_over_the_loans_life(
    units: Units, clock: ManualClock
) -> None:
    ana = await a_customer(units, money=1000)
    loan = await a_loan(units, ana, 2000, 60, product="harvest", period=PeriodUnit.DAY)
    assert (loan.fee_deferred, len(await rows_of(units, loan))) == (1000, 1)
    assert await balance(units, ana) == yuan(2990)
    await verified(units)
    await live(units, clock, until="2026-04-11 12:00")
    async with units.begin() as unit:
        deferred = await ledger.balance(unit, Account("2060", loan.id))
        assert deferred == yuan(5)
        await repayment.repay(unit, loan.id, None, "settled early")
    async with units.begin() as unit:
        assert await ledger.balance(unit, Account("2060", loan.id)) == yuan(0)
    await verified(units)


async def test_giving_back_within_the_cooling_off_days_returns_the_fee(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=10)
    loan = await a_loan(units, ana, 2000, 60, product="harvest", period=PeriodUnit.DAY)
    await live(units, clock, until="2026-03-15 12:00")
    async with units.begin() as unit:
        given = await repayment.give_back(unit, loan.id, "back")
    assert await balance(units, ana) == yuan(10)
    told = (await row_of(units, f"receipt.loan_given_back:{given.reference}")).params
    assert (told["fee"], told["balance"]) == (yuan(10).as_json(), yuan(10).as_json())
    await verified(units)


async def test_a_bullet_loan_is_repaid_at_once_at_its_end(units: Units) -> None:
    ana = await a_customer(units)
    loan = await a_loan(units, ana, 2000, 180, product="harvest", period=PeriodUnit.DAY)
    [row] = await rows_of(units, loan)
    assert (row.due_on, row.principal) == (date(2026, 9, 8), 200_000)
    assert row.interest == round(200_000 * 0.14 * 180 / 365)


async def test_a_trader_pays_by_the_day_until_it_is_settled(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, money=500)
    loan = await a_loan(units, ana, 1000, 30, product="trader", period=PeriodUnit.DAY)
    assert [row.due_on.day for row in (await rows_of(units, loan))[:3]] == [13, 14, 15]
    await live(units, clock, until="2026-04-11 10:00")
    async with units.begin() as unit:
        assert (await queries.by_id(unit, loan.id, ana.id)).state == LoanState.SETTLED
    await verified(units)


async def test_a_seasonal_loan_is_declined_out_of_season(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = DATE '2026-07-01'"))
    with pytest.raises(RuleViolation, match="season"):
        await a_loan(units, ana, 2000, None, product="harvest")


# -- refinancing ----------------------------------------------------------------------------------------------------


async def half_repaid(units: Units) -> tuple[Customer, Loan]:
    ana = await a_customer(units, money=2000)
    loan = await a_loan(units, ana, 3000, 6)
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, yuan(1500), "half")
    return ana, loan


async def test_a_loan_is_paid_off_by_a_new_ones_disbursement_through_the_wallet(
    units: Units, clock: ManualClock
) -> None:
    ana, old = await half_repaid(units)
    await live(units, clock, until="2026-03-22 12:00")
    before = await balance(units, ana)
    new = await a_loan(units, ana, 3000, 6, refinances=True)
    settled = yuan(1500) + yuan("7.50")  # ten days of 0.05 % a day on what was left
    assert await balance(units, ana) == before + yuan(3000) - settled
    async with units.begin() as unit:
        states = [(each.id, each.state) for each in await queries.of_customer(unit, ana.id)]
        about_the_old = text("SELECT kind FROM entry WHERE about ->> 'loan' = :id ORDER BY id")
        kinds = list(await unit.session.scalars(about_the_old, {"id": str(old.id)}))
    assert states == [(old.id, LoanState.SETTLED), (new.id, LoanState.ACTIVE)]
    assert kinds[-1] == "loan.repayment"
    await verified(units)


async def test_a_refinance_that_does_not_cover_the_old_loan_is_refused_and_moves_nothing(units: Units) -> None:
    ana, _ = await half_repaid(units)
    before = await balance(units, ana)
    with pytest.raises(RuleViolation, match="refinance_too_small") as refused:
        await a_loan(units, ana, 1000, 3, refinances=True)
    assert refused.value.details["settlement"] == yuan(1500)
    assert await balance(units, ana) == before
    await verified(units)


async def test_a_loan_of_which_little_is_repaid_is_not_refinanced(units: Units) -> None:
    ana = await a_customer(units)
    await a_loan(units, ana)
    with pytest.raises(RuleViolation, match="loan_open"):
        await a_loan(units, ana, 4000, 6, refinances=True)


async def rows_of(units: Units, loan: Loan) -> list[Any]:
    async with units.begin() as unit:
        return list(await queries.instalments(unit, loan.id))


async def test_every_application_is_either_signed_or_has_ended_or_waits(units: Units, clock: ManualClock) -> None:
    ana, application = await referred(units)
    await asks(units, ana, 3000)
    await live(units, clock, until="2026-03-13 00:30")
    async with units.begin() as unit:
        states = list(await unit.session.scalars(select(LoanApplication.state).order_by(col(LoanApplication.id))))
    assert states == [ApplicationState.REFERRED, ApplicationState.EXPIRED]
    assert application.referred_at is not None
