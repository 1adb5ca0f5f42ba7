"""Bills: split, paid in parts, refused, paid outside, closed; who still owes is nudged once a day, for a month."""

from __future__ import annotations

import pytest

from finance_core.customers.blocking import block
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked, outflow
from finance_core.friends import bills
from finance_core.friends.bills import MOST_BILLS, NewBill
from finance_core.friends.daily import AGAIN, NUDGE, NUDGED_DAYS
from finance_core.friends.models import Bill, BillState, PartState
from finance_core.friends.notifications import Receipt
from finance_core.friends.rules.splits import Split, split
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, InsufficientFunds, InvalidInput, NotAllowed, RuleViolation
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, balance, verified, yuan
from tests.friends import pushed


async def people(units: Units, *, money: str = "100.00") -> tuple[Customer, Customer, Customer]:
    ana, bo, cy = [await a_customer(units, name, money=money) for name in ("Ana", "Bo", "Cy")]
    return ana, bo, cy


def of_three(bo: Customer, cy: Customer, **more: object) -> NewBill:
    return NewBill(yuan("100.00"), (bo.id, cy.id), split(100_00, [1, 1], 1), title="Tea", **more)  # type: ignore[arg-type]


async def made(units: Units, organiser: Customer, new: NewBill, token: str = "tkn-bill-001") -> Bill:
    async with units.begin() as unit:
        return await bills.split(unit, CIPHER, organiser.id, new, token)


async def paid(units: Units, bill: Bill, who: Customer, amount: str | None = None, key: str = "k1") -> Receipt:
    async with units.begin() as unit:
        return await bills.pay(unit, bill.token, who.id, yuan(amount) if amount else None, key)


async def states(units: Units, bill: Bill) -> tuple[str, list[str]]:
    async with units.begin() as unit:
        now = await bills.find(unit, bill.token)
        return now.state, [part.state for part in await bills.parts_of(unit, now)]


async def code_of(units: Units, bill: Bill, who: Customer, amount: str | None = None, key: str = "k9") -> str:
    with pytest.raises(FinanceError) as refusal:
        await paid(units, bill, who, amount, key)
    return refusal.value.code


async def test_a_bill_is_split_each_is_asked_and_all_have_paid(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy))
    assert bill.own == 33_34
    [asked] = await pushed(units, bo, "bill.asked")
    assert asked["sum"] == yuan("33.33").as_json()
    receipt = await paid(units, bill, bo)
    assert (receipt.amount, receipt.balance) == (yuan("33.33"), yuan("66.67"))
    await paid(units, bill, cy, key="k2")
    assert await states(units, bill) == (BillState.SETTLED, [PartState.PAID] * 2)
    assert await balance(units, ana) == yuan("166.66")
    assert len(await pushed(units, ana, "receipt.part_received")) == 2
    async with units.begin() as unit:
        assert await outflow(unit, bo.id, 2026) == 33_33
    await verified(units)


async def test_the_same_token_again_is_the_same_bill_and_another_persons_is_none(units: Units) -> None:
    ana, bo, cy = await people(units)
    first, again = await made(units, ana, of_three(bo, cy)), await made(units, ana, of_three(bo, cy))
    assert first.id == again.id
    assert len(await pushed(units, bo, "bill.asked")) == 1
    with pytest.raises(NotAllowed):
        await made(units, bo, of_three(ana, cy))


async def test_a_part_may_be_paid_in_parts_and_never_more_than_is_left(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy))
    await paid(units, bill, bo, "10.00", "k1")
    again = await paid(units, bill, bo, "10.00", "k1")
    assert again.amount == yuan("10.00")
    assert await balance(units, bo) == yuan("90.00")
    assert await code_of(units, bill, bo, "23.34") == ErrorCode.BILL_PART_ABOVE
    await paid(units, bill, bo, None, "k2")
    assert await balance(units, bo) == yuan("66.67")
    assert await code_of(units, bill, bo) == ErrorCode.BILL_PART_SETTLED
    await verified(units)


async def test_only_who_owes_a_part_pays_it_and_only_out_of_what_they_have(units: Units) -> None:
    ana, bo, cy = await people(units, money="20.00")
    bill = await made(units, ana, of_three(bo, cy))
    assert await code_of(units, bill, await a_customer(units, "Eve", money=100)) == ErrorCode.NOT_YOURS
    with pytest.raises(InsufficientFunds):
        await paid(units, bill, bo)
    with pytest.raises(InvalidInput):
        await paid(units, bill, bo, "-1.00")


async def test_who_says_no_gives_a_reason_and_may_still_pay(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy))
    async with units.begin() as unit:
        await bills.refuse(unit, CIPHER, bill.token, bo.id, "I missed")
    [told] = await pushed(units, ana, "bill.refused")
    assert "not there" not in str(told)
    assert await states(units, bill) == (BillState.OPEN, [PartState.REFUSED, PartState.OPEN])
    await paid(units, bill, bo)
    assert await states(units, bill) == (BillState.OPEN, [PartState.PAID, PartState.OPEN])


async def test_what_was_paid_outside_moves_nothing_and_settles_the_bill(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy))
    await paid(units, bill, bo, "3.33")
    for nr in (1, 2):
        async with units.begin() as unit:
            await bills.mark_outside(unit, bill.token, ana.id, nr)
    assert await states(units, bill) == (BillState.SETTLED, [PartState.OUTSIDE] * 2)
    assert await balance(units, ana) == yuan("103.33")
    assert await pushed(units, cy, "bill.outside")
    async with units.begin() as unit:
        with pytest.raises(NotAllowed):
            await bills.mark_outside(unit, bill.token, bo.id, 1)
    await verified(units)


async def test_closing_stops_what_is_open_and_keeps_what_was_paid(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy))
    await paid(units, bill, bo)
    async with units.begin() as unit:
        await bills.close(unit, bill.token, ana.id)
    assert await states(units, bill) == (BillState.CLOSED, [PartState.PAID, PartState.STOPPED])
    assert await code_of(units, bill, cy) == ErrorCode.BILL_CLOSED
    assert await pushed(units, cy, "bill.closed")
    assert await balance(units, ana) == yuan("133.33")
    await verified(units)


async def test_where_several_paid_the_debtors_pay_those_who_are_owed(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy, paid=((bo.id, 60_00), (ana.id, 40_00))))
    async with units.begin() as unit:
        parts = [(part.payer_id, part.payee_id, part.amount) for part in await bills.parts_of(unit, bill)]
    assert parts == [(cy.id, bo.id, 26_67), (cy.id, ana.id, 6_66)]
    await paid(units, bill, cy, key="k1")
    await paid(units, bill, cy, key="k2")
    assert await states(units, bill) == (BillState.SETTLED, [PartState.PAID] * 2)
    assert (await balance(units, bo), await balance(units, ana)) == (yuan("126.67"), yuan("106.66"))
    await verified(units)


async def test_a_bill_reaches_nobody_who_has_blocked_its_organiser(units: Units) -> None:
    ana, bo, cy = await people(units)
    async with units.begin() as unit:
        await block(unit, bo.id, ana.id)
    with pytest.raises(NotAllowed):
        await made(units, ana, of_three(bo, cy))


async def test_more_bills_than_a_day_takes_are_refused(units: Units) -> None:
    ana, bo, _ = await people(units)
    for number in range(MOST_BILLS):
        await made(units, ana, NewBill(yuan("2.00"), (bo.id,), Split((1_00,), 1_00)), f"tkn-bill-{number}")
    with pytest.raises(RuleViolation) as refusal:
        await made(units, ana, NewBill(yuan("2.00"), (bo.id,), Split((1_00,), 1_00)), "tkn-bill-more")
    assert refusal.value.code == ErrorCode.BILLS_MANY


async def test_who_owes_is_nudged_once_a_day_for_all_bills_and_no_longer_than_a_month(units: Units) -> None:
    ana, bo, cy = await people(units)
    bill = await made(units, ana, of_three(bo, cy))
    await made(units, ana, NewBill(yuan("2.00"), (bo.id,), Split((1_00,), 1_00)), "tkn-bill-002")
    await paid(units, bill, cy)
    for days in (0, 1, 1, NUDGED_DAYS, NUDGED_DAYS + 1):
        await NUDGE.run(units, bill.made_on.fromordinal(bill.made_on.toordinal() + days))
    told = await pushed(units, bo, "bill.nudge")
    assert [(each["sum"], each["count"]) for each in told] == [(yuan("34.33").as_json(), 2)] * 2
    assert await pushed(units, cy, "bill.nudge") == []


async def test_who_wished_so_is_asked_once_whether_to_split_it_again_and_who_was_erased_is_not(units: Units) -> None:
    ana, bo, cy = await people(units)
    for organiser, token in ((ana, "tkn-bill-001"), (bo, "tkn-bill-002")):
        await made(units, organiser, NewBill(yuan("2.00"), (cy.id,), Split((1_00,), 1_00), title="rent"), token)
        async with units.begin() as unit:
            day = await bills.again_next_month(unit, token, organiser.id)
    async with units.begin() as unit:
        erased = await locked(unit, bo.id)
        erased.telegram_id, erased.chat_id = -bo.id, 0
    for days in (-1, 0, 1):
        await AGAIN.run(units, day.fromordinal(day.toordinal() + days))
    assert [each["token"] for each in await pushed(units, ana, "bill.again")] == ["tkn-bill-001"]
    assert await pushed(units, bo, "bill.again") == []
