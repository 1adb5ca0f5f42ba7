"""Freezing by one, lifting by two: nothing leaves, money comes in, debts are paid; one's own lock is another thing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import text

from finance_core import approvals, ledger
from finance_core.approvals import freezing
from finance_core.change_plus import service as change_plus
from finance_core.change_plus.product import fund_on_sale
from finance_core.customers import service as customers
from finance_core.customers.freezing import freeze_of, reason_of
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.customers.same_person import say_same_person
from finance_core.deposits import service as deposits
from finance_core.guarding import GUARDS
from finance_core.journeys.sweep import SWEEP_UP
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed
from finance_core.lines import ACTIONS
from finance_core.loans.origination import signing
from finance_core.loans.origination.decision import Reason
from finance_core.loans.origination.prospects import prospects
from finance_core.loans.repayment import debits, repayment
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, a_loan, an_operator, balance, the_catalogue, verified, yuan

WHY = "money came from a stolen card"
Act = Callable[[Unit, Customer, Customer], Awaitable[object]]


async def frozen(units: Units, who: Customer, by: Customer) -> None:
    async with units.begin() as unit:
        await freezing.freeze(unit, CIPHER, who.id, WHY, actor_id=by.id)


async def _withdraws(unit: Unit, ana: Customer, bo: Customer) -> object:
    return await wallet.withdraw(unit, ana.id, yuan(1), "out", SANDBOX)


async def _sends(unit: Unit, ana: Customer, bo: Customer) -> object:
    return await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(1), "", wallet.new_token())


async def _pays_a_request(unit: Unit, ana: Customer, bo: Customer) -> object:
    asked = await wallet.request(unit, CIPHER, bo.id, ana.id, yuan(1), "", wallet.new_token())
    return await wallet.pay_request(unit, asked.token, ana.id)


async def _invests(unit: Unit, ana: Customer, bo: Customer) -> object:
    return await change_plus.put_in(unit, ana.id, yuan(10), "in")


async def _opens_a_deposit(unit: Unit, ana: Customer, bo: Customer) -> object:
    return await deposits.open_deposit(unit, ana.id, yuan(100), 90, "deposit")


async def _borrows(unit: Unit, ana: Customer, bo: Customer) -> object:
    return await signing.sign(unit, ana.id, yuan(500), 3, "more", automatic_debit=True, from_change_plus=False)


OUT: list[Act] = [_withdraws, _sends, _pays_a_request, _invests, _opens_a_deposit, _borrows]


@pytest.mark.parametrize("act", OUT)
async def test_nothing_leaves_a_frozen_account(units: Units, act: Act) -> None:
    await the_catalogue(units)
    ana, bo, olu = await a_customer(units, money=900), await a_customer(units, "Bo"), await an_operator(units)
    await frozen(units, ana, olu)
    with pytest.raises(NotAllowed, match="account_frozen"):
        async with units.begin() as unit:
            await act(unit, ana, bo)
    assert await balance(units, ana) == yuan(900)
    await verified(units)


async def test_money_comes_in_and_debts_are_paid_and_what_waits_stays(units: Units) -> None:
    await the_catalogue(units)
    ana, bo, olu = await a_customer(units, money=900), await a_customer(units, "Bo", money=50), await an_operator(units)
    loan = await a_loan(units, ana)
    async with units.begin() as unit:
        out, _ = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(20), "", wallet.new_token())
        coming, _ = await wallet.send(unit, CIPHER, bo.id, ana.id, yuan(30), "", wallet.new_token())
        await change_plus.put_in(unit, ana.id, yuan(100), "before")
    await frozen(units, ana, olu)
    async with units.begin() as unit:
        await wallet.accept(unit, coming.token, ana.id)
        await wallet.topup(unit, ana.id, yuan(5), "in", SANDBOX)
        await change_plus.take_out(unit, ana.id, yuan(100), "back into the wallet")
        await repayment.repay(unit, loan.id, yuan(100), "debt")
        await debits.collect(unit, [ana.id], "tests")
    async with units.begin() as unit:
        with pytest.raises(Conflict, match="send_locked"):
            await wallet.accept(unit, out.token, bo.id)
    async with units.begin() as unit:
        await wallet.cancel(unit, out.token, ana.id)
    await verified(units)


async def test_who_is_frozen_is_told_so_when_they_ask_what_they_may_borrow(units: Units) -> None:
    await the_catalogue(units)
    ana, olu = await a_customer(units), await an_operator(units)
    await frozen(units, ana, olu)
    async with units.begin() as unit:
        found = await prospects(unit, ana)
        assert {each.reasons[0] for each in found} == {Reason.FROZEN}


async def test_the_sweep_leaves_a_frozen_wallet_alone(units: Units) -> None:
    await the_catalogue(units)
    ana, olu = await a_customer(units, money=900), await an_operator(units)
    async with units.begin() as unit:
        await change_plus.put_in(unit, ana.id, yuan(10), "first")
        await change_plus.choose_sweep(unit, ana.id, yuan(100))
        on = unit.open_on
        fund = (await fund_on_sale(unit)).number
    await frozen(units, ana, olu)
    await SWEEP_UP.run(units, on)
    async with units.begin() as unit:
        swept = text("SELECT count(*) FROM fund_order WHERE key LIKE 'sweep:%' AND fund_id = :fund")
        assert await unit.session.scalar(swept, {"fund": fund}) == 0
    assert await balance(units, ana) == yuan(890)
    await verified(units)


async def test_ones_own_lock_and_a_freeze_are_two_things(units: Units) -> None:
    ana, olu = await a_customer(units, money=900), await an_operator(units)
    async with units.begin() as unit:
        await customers.lock_outflow(unit, ana.id)
    await frozen(units, ana, olu)
    async with units.begin() as unit:
        await customers.unlock_outflow(unit, ana.id)
        with pytest.raises(NotAllowed, match="account_frozen"):
            await customers.require_may_send_out(unit, ana.id, yuan(1))


async def test_one_freezes_with_a_reason_and_two_lift_it_and_the_person_is_told(units: Units) -> None:
    ana, olu = await a_customer(units, money=900), await an_operator(units, "Olu", Role.SUPPORT)
    tess, mei = await an_operator(units, "Tess", Role.TREASURER), await an_operator(units, "Mei", Role.MARKETING)
    unfreeze, subject = ACTIONS.called(freezing.UNFREEZE), f"customer:{ana.id}"
    async with units.begin() as unit:
        with pytest.raises(NotAllowed, match="no_permission"):
            await freezing.freeze(unit, CIPHER, ana.id, WHY, actor_id=mei.id)
        with pytest.raises(InvalidInput, match="reason_form"):
            await freezing.freeze(unit, CIPHER, ana.id, "?", actor_id=olu.id)
        with pytest.raises(Conflict, match="account_not_frozen"):
            await approvals.propose(unit, olu.id, unfreeze, subject, {}, "early", "early")
    await frozen(units, ana, olu)
    async with units.begin() as unit:
        standing = await freeze_of(unit, ana.id)
        assert standing is not None
        assert reason_of(standing, CIPHER) == WHY
        assert b"stolen" not in standing.reason_sealed
        with pytest.raises(Conflict, match="freeze_stands"):
            await freezing.freeze(unit, CIPHER, ana.id, WHY, actor_id=tess.id)
        proposal = await approvals.propose(unit, olu.id, unfreeze, subject, {}, "it was her own card", "lift")
        with pytest.raises(NotAllowed, match="own_proposal"):
            await approvals.approve(unit, ACTIONS, proposal.id, olu.id, 1)
    async with units.begin() as unit:
        await approvals.approve(unit, ACTIONS, proposal.id, tess.id, 1)
    async with units.begin() as unit:
        assert await freeze_of(unit, ana.id) is None
        await customers.require_may_send_out(unit, ana.id, yuan(1))
        told = text("SELECT kind, urgency FROM outbox WHERE customer_id = :ana AND kind LIKE 'customer.account%'")
        assert {tuple(row) for row in await unit.session.execute(told, {"ana": ana.id})} == {
            ("customer.account_frozen", "security"),
            ("customer.account_unfrozen", "security"),
        }
        assert (await ledger.verify(unit, GUARDS)).ok


async def test_nobody_freezes_or_opens_an_account_of_their_own(units: Units) -> None:
    tess, other, olu = (
        await an_operator(units, "Tess", Role.TREASURER, Role.SUPPORT),
        await a_customer(units, "Teresa"),
        await an_operator(units, "Olu", Role.SUPPORT),
    )
    async with units.begin() as unit:
        await say_same_person(unit, tess.id, other.id)
        for own in (tess, other):
            with pytest.raises(NotAllowed, match="own_dealing"):
                await freezing.freeze(unit, CIPHER, own.id, WHY, actor_id=tess.id)
    await frozen(units, other, olu)
    unfreeze = ACTIONS.called(freezing.UNFREEZE)
    async with units.begin() as unit:
        proposal = await approvals.propose(unit, olu.id, unfreeze, f"customer:{other.id}", {}, "a mistake", "lift")
        with pytest.raises(NotAllowed, match="own_dealing"):
            await approvals.approve(unit, ACTIONS, proposal.id, tess.id, 1)
