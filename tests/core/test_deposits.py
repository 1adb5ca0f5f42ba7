"""The life of a term deposit: opened, earning by the day, taken out early, paid or rolled over at maturity."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.business_day.tick import run_due
from finance_core.catalogue import ProductVersion, product
from finance_core.customers.models import Customer
from finance_core.deposits import queries, service
from finance_core.deposits.models import Deposit, DepositState, Rollover
from finance_core.deposits.notices import Matures
from finance_core.deposits.product import DepositProduct
from finance_core.deposits.queries import Rung
from finance_core.deposits.service import Opened, TakenEarly
from finance_core.journeys import deposits as journey
from finance_core.kernel.calendars import Calendar
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InsufficientFunds, InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import Money
from finance_core.ledger import Account
from finance_core.lines import CALENDAR
from finance_core.storage.unit import Units
from tests.builders import SHANGHAI, a_customer, a_loan, balance, live, the_catalogue, verified, yuan
from tests.notices import written


@pytest.fixture
def units(cloned_units: Units) -> Units:
    """Units that really commit: months in one outer transaction pile up savepoints, which slow each other down."""
    return cloned_units


@pytest.fixture(autouse=True)
async def _on_sale(units: Units) -> None:
    await the_catalogue(units)


async def opens(
    units: Units, customer: Customer, amount: str | int = 10_000, days: int = 30, key: str = "opened"
) -> Opened:
    async with units.begin() as unit:
        return await service.open_deposit(unit, customer.id, yuan(amount), days, f"{key}:{customer.id}")


async def takes(units: Units, made: Opened, part: str | int | None = None, key: str = "taken") -> TakenEarly:
    async with units.begin() as unit:
        amount = None if part is None else yuan(part)
        return await journey.take_early(
            unit, made.deposit.id, made.deposit.customer_id, amount, f"{key}:{made.deposit.id}"
        )


async def chooses(units: Units, made: Opened, choice: Rollover) -> None:
    async with units.begin() as unit:
        await service.choose_rollover(unit, made.deposit.id, made.deposit.customer_id, choice)


async def deposit(units: Units, made: Opened) -> Deposit:
    async with units.begin() as unit:
        return await queries.by_id(unit, made.deposit.id, made.deposit.customer_id)


async def ladder(units: Units, customer: Customer) -> list[Rung]:
    async with units.begin() as unit:
        return await queries.ladder(unit, customer.id)


async def payable(units: Units, made: Opened) -> Money:
    """Return what the ledger says that the deposit has earned."""
    async with units.begin() as unit:
        return await ledger.balance(unit, Account("2045", made.deposit.id))


async def new_terms(units: Units, **changes: Any) -> None:
    """Sell deposits on other terms from today on."""
    async with units.begin() as unit:
        sold = await product(unit, "term_deposit")
        unit.session.add(
            ProductVersion(
                code=sold.code,
                version=sold.version + 1,
                line=sold.line,
                terms={**sold.terms, **changes},
                valid_from=unit.open_on,
                applied_at=unit.now,
            )
        )


async def begin_on(units: Units, clock: ManualClock, on: date) -> None:
    """Begin the (empty) book at 10:00 of another day."""
    clock.set(datetime.combine(on, time(10), tzinfo=SHANGHAI))
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = :on WHERE id = 1"), {"on": on})


async def told(units: Units, kind: str) -> list[dict[str, Any]]:
    async with units.begin() as unit:
        rows = await unit.session.scalars(
            text("SELECT params FROM outbox WHERE kind = :kind ORDER BY id"), {"kind": kind}
        )
        return list(rows)


# -- opening ------------------------------------------------------------------------------------------------------


async def test_money_goes_from_the_wallet_into_the_deposit(units: Units) -> None:
    ana = await a_customer(units, tier=2, money=15_000)
    made = await opens(units, ana, 10_000, 90)
    assert (made.balance, made.deposit.matures_on) == (yuan(5_000), date(2026, 6, 10))
    assert made.deposit.annual_rate == Decimal("1.15")
    [rung] = await ladder(units, ana)
    # 10,000 × 1.15 % × 90 / 365 = 28.356…
    assert (rung.pays_on, rung.earned, rung.interest, rung.total) == (
        date(2026, 6, 10), yuan(0), yuan("28.36"), yuan("10028.36"),
    )  # fmt: skip
    await verified(units)


async def test_the_same_opening_twice_is_one_deposit(units: Units) -> None:
    ana = await a_customer(units, tier=2, money=15_000)
    first, second = await opens(units, ana), await opens(units, ana)
    assert (first.reference, first.deposit.id) == (second.reference, second.deposit.id)
    assert await balance(units, ana) == yuan(5_000)
    assert len(await told(units, "receipt.deposit_opened")) == 1


@pytest.mark.parametrize(
    ("amount", "days", "refusal", "code"),
    [
        (1000, 45, InvalidInput, "deposit_days"),
        ("49.99", 30, InvalidInput, "deposit_amount_range"),
        ("200000.01", 30, InvalidInput, "deposit_amount_range"),
        ("10000.01", 30, RuleViolation, "deposit_limit"),
        (5000, 30, InsufficientFunds, "insufficient_funds"),
    ],
)
async def test_what_is_not_sold_or_not_there_is_refused(
    units: Units, amount: str | int, days: int, refusal: type[Exception], code: str
) -> None:
    ana = await a_customer(units, money=1_000)
    with pytest.raises(refusal, match=code):
        await opens(units, ana, amount, days)
    assert await balance(units, ana) == yuan(1_000)


async def test_the_tiers_limit_counts_what_runs_already(units: Units) -> None:
    ana = await a_customer(units, money=12_000)
    await opens(units, ana, 6_000)
    with pytest.raises(RuleViolation, match="deposit_limit") as refused:
        await opens(units, ana, 5_000, key="another")
    assert (refused.value.details["held"], refused.value.details["next_tier"]) == (yuan(6_000), 2)
    await opens(units, ana, 4_000, key="what fits")


async def test_who_is_not_known_to_be_adult_opens_none(units: Units) -> None:
    ana = await a_customer(units, money=1_000)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET adult_confirmed_at = NULL"))
    with pytest.raises(NotAllowed, match="adult_unconfirmed"):
        await opens(units, ana, 500)


async def test_a_deposit_whose_maturity_no_calendar_knows_is_refused(units: Units, clock: ManualClock) -> None:
    await begin_on(units, clock, date(2028, 6, 1))
    ana = await a_customer(units, money=1_000)
    with pytest.raises(NotFound, match="calendar_year"):
        await opens(units, ana, 500, 365)
    await opens(units, ana, 500, 180)


@pytest.mark.parametrize(
    "terms",
    [
        {"terms": []},
        {"terms": [{"days": 3, "rate": "1"}]},
        {"demand_rate": "2"},
        {"minimum": "300000"},
        {"limits": {"1": "ten"}},
    ],
)
async def test_terms_that_make_no_sense_are_not_loaded(units: Units, terms: dict[str, Any]) -> None:
    async with units.begin() as unit:
        sold = (await product(unit, "term_deposit")).terms
    with pytest.raises(InvalidInput, match="product_terms"):
        DepositProduct.parsed("term_deposit", 2, {**sold, **terms})


# -- earning and maturity -----------------------------------------------------------------------------------------


async def test_each_night_adds_what_the_day_earned_and_the_maturity_pays_it(units: Units, clock: ManualClock) -> None:
    """12 March + 30 days is Saturday 11 April: paid on Monday, with the interest of 32 days."""
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-03-13 00:06")
    assert await payable(units, made) == yuan("0.25")  # 10,000 × 0.9 % / 365 = 0.2465…
    await live(units, clock, until="2026-03-14 00:06")
    assert await payable(units, made) == yuan("0.49")  # 0.4931…
    await verified(units)
    await live(units, clock, until="2026-04-11 12:00")
    assert await balance(units, ana) == yuan(0)
    assert await payable(units, made) == yuan("7.40")  # 7.397… of 30 days
    await live(units, clock, until="2026-04-13 08:29")
    assert await balance(units, ana) == yuan(0)
    await live(units, clock, until="2026-04-13 08:31")
    assert await balance(units, ana) == yuan("10007.89")  # 7.890… of 32 days
    ended = await deposit(units, made)
    assert (ended.state, ended.ended_on, ended.paid_interest) == (DepositState.PAID, date(2026, 4, 13), 789)
    [receipt] = await told(units, "receipt.deposit_matured")
    assert Money.of_json(receipt["sum"]) == yuan("10007.89")
    await live(units, clock, until="2026-04-14 12:00")
    await verified(units)


async def test_a_maturity_in_the_national_week_waits_until_banks_open(units: Units, clock: ManualClock) -> None:
    """1 September + 30 days is 1 October; banks open again on the 8th: 37 days of interest."""
    await begin_on(units, clock, date(2026, 9, 1))
    ana = await a_customer(units, tier=2, money=10_000)
    await opens(units, ana, 10_000, 30)
    [rung] = await ladder(units, ana)
    assert (rung.pays_on, rung.interest) == (date(2026, 10, 8), yuan("9.12"))
    await live(units, clock, until="2026-10-08 08:29")
    assert await balance(units, ana) == yuan(0)
    await live(units, clock, until="2026-10-08 08:31")
    assert await balance(units, ana) == yuan("10009.12")
    await verified(units)


async def test_a_make_up_saturday_is_a_banking_day(units: Units, clock: ManualClock) -> None:
    await begin_on(units, clock, date(2026, 9, 10))
    ana = await a_customer(units, money=1_000)
    await opens(units, ana, 1_000, 30)
    await live(units, clock, until="2026-10-10 08:31")
    assert await balance(units, ana) == yuan("1000.74")
    await verified(units)


async def test_ten_days_of_outage_end_where_a_run_without_would_have(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units, tier=2, money=10_000), await a_customer(units, "Bo", money=1_000)
    made, other = await opens(units, ana, 10_000, 30), await opens(units, bo, 1_000, 90)
    await live(units, clock, until="2026-04-08 12:00")
    clock.set(datetime(2026, 4, 18, 12, tzinfo=SHANGHAI))
    await run_due(units, CALENDAR)
    assert await balance(units, ana) == yuan("10007.89")
    assert (await deposit(units, made)).ended_on == date(2026, 4, 13)
    assert await payable(units, other) == yuan("1.17")  # 37 days: 1.1657…
    await verified(units)


async def test_a_deposit_held_by_a_missing_calendar_goes_on_earning(
    units: Units, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-04-12 12:00")
    no_year_known = Calendar(closed=frozenset(), extra=frozenset(), statuses={})
    with monkeypatch.context() as patch:
        patch.setattr("finance_core.deposits.maturity.banking", lambda: no_year_known)
        await live(units, clock, until="2026-04-13 12:00")
    assert await balance(units, ana) == yuan(0)
    await live(units, clock, until="2026-04-14 08:31")
    assert await balance(units, ana) == yuan("10008.14")  # 33 days: 8.136…
    assert (await deposit(units, made)).state == DepositState.PAID
    await verified(units)


async def test_what_matures_pays_what_is_overdue(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=1_000)
    await a_loan(units, ana)
    await opens(units, ana, 4_000, 30)
    await live(units, clock, until="2026-04-13 08:29")
    assert await balance(units, ana) == yuan(0)
    await live(units, clock, until="2026-04-13 08:31")
    left = await balance(units, ana)
    assert yuan(3_470) < left < yuan(3_480)  # 4,003.16 less an instalment of 527.13 and a day's lateness
    await verified(units)


# -- what happens at the end --------------------------------------------------------------------------------------


async def test_three_days_before_people_are_asked_once(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-04-08 07:59")
    assert await told(units, "deposit.matures") == []
    await live(units, clock, until="2026-04-10 12:00")
    [asked] = await told(units, "deposit.matures")
    assert await written(units, Matures)
    assert (asked["deposit"], asked["matures_on"], asked["rollover"]) == (made.deposit.id, "2026-04-11", "out")
    assert asked["pays_on"] == "2026-04-13", "the 11th is a Saturday"
    assert Money.of_json(asked["sum"]) == yuan("10007.89"), "interest runs until the banking day that pays it"


async def test_the_principal_goes_on_under_the_terms_of_that_day(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await chooses(units, made, Rollover.PRINCIPAL)
    await live(units, clock, until="2026-04-02 12:00")
    await new_terms(units, terms=[{"days": 30, "rate": "2.00"}])
    await live(units, clock, until="2026-04-13 08:31")
    assert await balance(units, ana) == yuan("7.89")
    [rung] = await ladder(units, ana)
    following = rung.deposit
    assert (following.rolled_from, following.annual_rate, following.product_version) == (
        made.deposit.id, Decimal("2.00"), 2,
    )  # fmt: skip
    assert (rung.principal, following.matures_on) == (yuan(10_000), date(2026, 5, 13))
    assert (await deposit(units, made)).state == DepositState.ROLLED
    assert len(await told(units, "receipt.deposit_rolled")) == 1
    await live(units, clock, until="2026-04-15 12:00")
    await verified(units)


async def test_principal_and_interest_go_on_together(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await chooses(units, made, Rollover.ALL)
    await live(units, clock, until="2026-04-13 08:31")
    assert await balance(units, ana) == yuan(0)
    [rung] = await ladder(units, ana)
    assert (rung.principal, rung.earned) == (yuan("10007.89"), yuan(0))
    await live(units, clock, until="2026-04-15 12:00")
    await verified(units)


async def test_what_is_no_longer_sold_is_paid_out_and_that_is_said(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await chooses(units, made, Rollover.ALL)
    await new_terms(units, terms=[{"days": 90, "rate": "1.15"}])
    await live(units, clock, until="2026-04-13 08:31")
    assert await balance(units, ana) == yuan("10007.89")
    [receipt] = await told(units, "receipt.deposit_matured")
    assert receipt["declined"]
    await verified(units)


async def test_a_choice_after_the_end_is_refused_and_anothers_deposit_does_not_exist(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = await a_customer(units, tier=2, money=10_000), await a_customer(units, "Bo")
    made = await opens(units, ana)
    async with units.begin() as unit:
        with pytest.raises(NotFound, match="deposit"):
            await service.choose_rollover(unit, made.deposit.id, bo.id, Rollover.ALL)
    await live(units, clock, until="2026-04-13 12:00")
    with pytest.raises(Conflict, match="deposit_ended"):
        await chooses(units, made, Rollover.ALL)


# -- early --------------------------------------------------------------------------------------------------------


async def test_all_of_it_taken_early_earns_the_demand_rate(units: Units, clock: ManualClock) -> None:
    """After 10 days 2.47 were earned at 0.90 %; at 0.20 % they are 0.55, so 1.92 are given up."""
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-03-22 10:00")
    assert await payable(units, made) == yuan("2.47")
    taken = await takes(units, made)
    assert (taken.early.interest, taken.early.given_up, taken.balance) == (55, 192, yuan("10000.55"))
    assert (await deposit(units, made)).state == DepositState.BROKEN
    assert await ladder(units, ana) == []
    await live(units, clock, until="2026-03-24 12:00")
    await verified(units)


async def test_a_part_taken_early_leaves_the_rest_as_agreed(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-03-22 10:00")
    taken = await takes(units, made, 4_000)
    # 1.48 stays earned on 6,000; 4,000 earned 0.99 of which 0.22 is paid
    assert (taken.early.left_accrued, taken.early.interest, taken.balance) == (148, 22, yuan("4000.22"))
    assert await payable(units, made) == yuan("1.48")
    await verified(units)
    with pytest.raises(RuleViolation, match="deposit_part_taken"):
        await takes(units, made, 1_000, key="again")
    await live(units, clock, until="2026-04-13 08:31")
    assert await balance(units, ana) == yuan("10004.95")  # 6,000 × 0.9 % × 32 / 365 = 4.734…
    await live(units, clock, until="2026-04-14 12:00")
    await verified(units)


async def test_the_rest_may_still_be_taken_whole(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-03-22 10:00")
    await takes(units, made, 4_000)
    taken = await takes(units, made, key="the rest")
    assert taken.balance == yuan("10000.55")
    await verified(units)


async def test_the_same_taking_twice_is_one(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=10_000)
    made = await opens(units, ana, 10_000, 30)
    await live(units, clock, until="2026-03-22 10:00")
    first, second = await takes(units, made, 4_000), await takes(units, made, 4_000)
    assert (first.early, first.reference) == (second.early, second.reference)
    assert second.balance == yuan("4000.22")


async def test_taken_on_the_day_it_was_opened_it_earns_nothing(units: Units) -> None:
    ana = await a_customer(units, money=1_000)
    taken = await takes(units, await opens(units, ana, 1_000))
    assert (taken.early.interest, taken.balance) == (0, yuan(1_000))
    await verified(units)


async def test_taken_just_after_midnight_it_has_earned_the_day_before(units: Units, clock: ManualClock) -> None:
    """The night has not accrued yet: the act does so, and the night finds nothing left to do."""
    ana = await a_customer(units, tier=2, money=100_000)
    made = await opens(units, ana, 100_000, 30)
    await live(units, clock, until="2026-03-13 00:02")
    assert await payable(units, made) == yuan(0)
    taken = await takes(units, made, 50_000)
    assert (taken.early.interest, taken.early.left_accrued) == (27, 123)
    await live(units, clock, until="2026-03-13 12:00")
    assert await payable(units, made) == yuan("1.23")
    await verified(units)


@pytest.mark.parametrize(
    ("part", "refusal", "code"),
    [("951", RuleViolation, "deposit_part_range"), ("0", InvalidInput, "amount_not_positive")],
)
async def test_a_part_that_leaves_too_little_or_nothing_is_refused(
    units: Units, part: str, refusal: type[Exception], code: str
) -> None:
    made = await opens(units, await a_customer(units, money=1_000), 1_000)
    with pytest.raises(refusal, match=code):
        await takes(units, made, part)


async def test_between_maturity_and_payment_it_is_on_its_way(units: Units, clock: ManualClock) -> None:
    made = await opens(units, await a_customer(units, money=1_000), 1_000)
    await live(units, clock, until="2026-04-12 12:00")
    with pytest.raises(RuleViolation, match="deposit_matured") as refused:
        await takes(units, made)
    assert refused.value.details["pays_on"] == date(2026, 4, 13)


async def test_what_is_taken_early_pays_what_is_overdue(units: Units, clock: ManualClock) -> None:
    ana = await a_customer(units, tier=2, money=1_000)
    await a_loan(units, ana)
    made = await opens(units, ana, 4_000, 90)
    await live(units, clock, until="2026-04-13 12:00")
    await takes(units, made)
    assert yuan(3_400) < await balance(units, ana) < yuan(3_500)
    await verified(units)
