"""Collections: gifts lie in the pot until the last day is over; then one is paid, or each gets theirs back whole."""

from __future__ import annotations

from datetime import timedelta

import pytest

from finance_core.customers.models import Customer
from finance_core.customers.queries import outflow
from finance_core.friends import causes
from finance_core.friends.causes import MOST_CAUSES, MOST_DAYS, NewCause
from finance_core.friends.models import Cause, CauseState
from finance_core.friends.notifications import Receipt
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, FinanceError, InvalidInput, NotAllowed, RuleViolation
from finance_core.storage.unit import Units
from tests.builders import CIPHER, a_customer, balance, live, verified, yuan
from tests.first_day import OPEN_ON
from tests.friends import pushed

BIKE = NewCause("A bike", OPEN_ON)


async def begun(units: Units, organiser: Customer, new: NewCause = BIKE, token: str = "tkn-cause-01") -> Cause:
    async with units.begin() as unit:
        return await causes.begin(unit, CIPHER, organiser.id, new, token)


async def given(units: Units, cause: Cause, who: Customer, amount: str, key: str = "k1") -> Receipt:
    async with units.begin() as unit:
        return await causes.give(unit, cause.token, who.id, yuan(amount), key)


async def state(units: Units, cause: Cause) -> str:
    async with units.begin() as unit:
        return (await causes.find(unit, cause.token)).state


async def people(units: Units) -> tuple[Customer, Customer, Customer]:
    ana, bo, cy = [await a_customer(units, name, money=100) for name in ("Ana", "Bo", "Cy")]
    return ana, bo, cy


async def test_what_comes_is_kept_and_paid_to_the_organiser_once(units: Units, clock: ManualClock) -> None:
    ana, bo, cy = await people(units)
    cause = await begun(units, ana, NewCause("A bike", OPEN_ON, goal=yuan("500.00")))
    await given(units, cause, bo, "10.00")
    again = await given(units, cause, bo, "10.00")
    assert (again.amount, await balance(units, bo)) == (yuan("10.00"), yuan("90.00"))
    await given(units, cause, cy, "5.00", "k2")
    assert await balance(units, ana) == yuan("100.00")
    await verified(units)
    await live(units, clock, until="2026-03-13 00:30")
    assert (await state(units, cause), await balance(units, ana)) == (CauseState.PAID, yuan("115.00"))
    [told] = await pushed(units, ana, "receipt.cause_paid")
    assert told["count"] == 2
    with pytest.raises(Conflict):
        await given(units, cause, bo, "1.00", "k3")
    async with units.begin() as unit:
        assert await causes.end(unit, cause.id) is None
        await causes.thank(unit, CIPHER, cause.token, ana.id, "We ride and laugh.")
    assert await pushed(units, bo, "cause.thanks")
    async with units.begin() as unit:
        with pytest.raises(Conflict):
            await causes.thank(unit, CIPHER, cause.token, ana.id, "And again.")
    await verified(units)


async def test_all_or_nothing_short_of_its_goal_gives_each_gift_back_whole(units: Units, clock: ManualClock) -> None:
    ana, bo, cy = await people(units)
    new = NewCause("A bike", OPEN_ON, goal=yuan("50.00"), all_or_nothing=True)
    cause, reached = await begun(units, ana, new), await begun(units, ana, new, "tkn-cause-02")
    for number, (who, amount) in enumerate([(bo, "30.00"), (bo, "10.00"), (cy, "9.99")]):
        await given(units, cause, who, amount, f"short{number}")
    await given(units, reached, cy, "50.00", "reached")
    await live(units, clock, until="2026-03-13 00:30")
    assert (await state(units, cause), await state(units, reached)) == (CauseState.SHORT, CauseState.PAID)
    assert (await balance(units, bo), await balance(units, cy)) == (yuan("100.00"), yuan("50.00"))
    assert await balance(units, ana) == yuan("150.00")
    async with units.begin() as unit:
        assert await outflow(unit, bo.id, 2026) == 0
    [told] = await pushed(units, bo, "receipt.gift_returned")
    assert (told["sum"], told["called_off"]) == (yuan("40.00").as_json(), False)
    await verified(units)


async def test_a_collection_called_off_gives_each_gift_back(units: Units) -> None:
    ana, bo, _ = await people(units)
    cause = await begun(units, ana)
    await given(units, cause, bo, "10.00")
    for _ in range(2):
        async with units.begin() as unit:
            await causes.call_off(unit, cause.token, ana.id)
    assert (await state(units, cause), await balance(units, bo)) == (CauseState.CALLED_OFF, yuan("100.00"))
    for person, kind in ((bo, "receipt.gift_returned"), (ana, "cause.ended")):
        assert [told["called_off"] for told in await pushed(units, person, kind)] == [True]
    async with units.begin() as unit:
        with pytest.raises(NotAllowed):
            await causes.call_off(unit, cause.token, bo.id)
    await verified(units)


async def test_one_to_which_nobody_gave_ends_with_nothing(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, "Ana")
    cause = await begun(units, ana)
    await live(units, clock, until="2026-03-13 00:30")
    assert await state(units, cause) == CauseState.SHORT
    assert await pushed(units, ana, "cause.ended")
    await verified(units)


@pytest.mark.parametrize(
    ("new", "code"),
    [
        (NewCause(" ", OPEN_ON), ErrorCode.CAUSE_TITLE),
        (NewCause("A bike", OPEN_ON - timedelta(days=1)), ErrorCode.CAUSE_DAY),
        (NewCause("A bike", OPEN_ON + timedelta(days=MOST_DAYS + 1)), ErrorCode.CAUSE_DAY),
        (NewCause("A bike", OPEN_ON, all_or_nothing=True), ErrorCode.CAUSE_GOAL),
        (NewCause("A bike", OPEN_ON, goal=yuan("0.00")), ErrorCode.AMOUNT_NOT_POSITIVE),
    ],
)
async def test_a_collection_that_cannot_be_is_refused(units: Units, new: NewCause, code: ErrorCode) -> None:
    ana = await a_customer(units, "Ana")
    with pytest.raises(InvalidInput) as refusal:
        await begun(units, ana, new)
    assert refusal.value.code == code


async def test_more_open_collections_than_one_may_have_are_refused(units: Units) -> None:
    ana = await a_customer(units, "Ana")
    for number in range(MOST_CAUSES):
        await begun(units, ana, BIKE, f"tkn-cause-{number}")
    with pytest.raises(RuleViolation):
        await begun(units, ana, BIKE, "tkn-cause-more")


async def test_another_persons_key_is_no_gift(units: Units) -> None:
    ana, bo, cy = await people(units)
    cause = await begun(units, ana)
    await given(units, cause, bo, "10.00")
    with pytest.raises(FinanceError) as refusal:
        await given(units, cause, cy, "10.00")
    assert refusal.value.code == ErrorCode.NOT_YOURS
