"""Keeping in touch about a loan: the ladder, promises, hardship, calls, and what stands on the loan's timeline."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Role
from finance_core.journeys import money_in
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import InvalidInput, NotAllowed, NotFound, RuleViolation
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.payloads import read
from finance_core.loans import queries
from finance_core.loans.contact import calls, hardship, promises
from finance_core.loans.contact.events import HistoryEvent, events_of
from finance_core.loans.contact.late_loans import late_loans
from finance_core.loans.contact.notices import (
    DueSoon,
    DueToday,
    Late,
    LateLoanWaits,
    PromiseBroken,
    PromiseKept,
    PromiseToday,
)
from finance_core.loans.contact.rules import HardshipReason, cost_a_day
from finance_core.loans.models import Loan
from finance_core.loans.operations import restructure
from finance_core.loans.operations.models import LoanHandover
from finance_core.loans.queries import locked
from finance_core.loans.repayment import repayment
from finance_core.loans.repayment.notices import DebitReceipt, ShortDebit
from finance_core.notices.claims import claim
from finance_core.notices.contacts import contacts_of
from finance_core.notices.outcomes import on_the_wire, sent
from finance_core.storage.unit import Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, a_customer, a_loan, an_operator, balance, live, the_catalogue, verified, yuan
from tests.loan_book import sell
from tests.notices import WORKER, written
from tests.pasts import Past

if TYPE_CHECKING:
    from tests.embedded import Cluster

DUE_ON = date(2026, 4, 12)
"""Of the first instalment of a loan that is signed on the tests' first day."""

EVE = "2026-04-11 20:00"
PUSHED_BEFORE = 2
"""Reminders that Ana has had by then: three days and one day ahead."""


@pytest.fixture(scope="module")
async def past(cluster: Cluster) -> AsyncIterator[Past[None]]:
    """Ana's life up to the evening before her first instalment falls due."""
    past = Past(cluster, _borrow_and_spend, _live_up_to)
    yield past
    await past.forget()


async def _borrow_and_spend(units: Units) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    await a_loan(units, ana)
    left = await balance(units, ana)
    async with units.begin() as unit:
        await wallet.withdraw(unit, ana.id, left, f"spent:{ana.id}", SANDBOX)


async def _live_up_to(units: Units, clock: ManualClock, until: str) -> None:
    await live(units, clock, until="2026-04-08 12:00")
    await lives(units, clock, until=until)


@pytest.fixture
async def units(past: Past[None], clock: ManualClock) -> AsyncIterator[Units]:
    """Units that really commit, on the evening before Ana's first instalment falls due."""
    async with past.at(EVE, clock) as (units, _):
        yield units


async def a_debtor(units: Units, *, zone: str = "Asia/Shanghai", is_debited: bool = True) -> tuple[Customer, Loan]:
    """Return Ana, who has borrowed 3,000 a month ago and spent all of it, and her loan."""
    async with units.begin() as unit:
        loan = await unit.session.get_one(Loan, 1)
        loan.automatic_debit = is_debited
        await customers.choose_zone(unit, loan.customer_id, zone)
        return await by_id(unit, loan.customer_id), loan


async def deliver(units: Units) -> list[str]:
    """Send all that is due, as delivery does; return the kinds in their order."""
    kinds = []
    while True:
        async with units.begin() as unit:
            claimed = await claim(unit, worker=WORKER, limit=50)
        for one in claimed.claims:
            async with units.begin() as unit:
                assert await on_the_wire(unit, WORKER, one)
            async with units.begin() as unit:
                await sent(unit, WORKER, one, message_id=1)
            kinds.append(one.kind)
        if claimed.looked_at == 0:
            return kinds


async def lives(units: Units, clock: ManualClock, *, until: str) -> list[str]:
    """Let time pass and deliver each morning; return what was pushed about debts."""
    pushed = []
    while clock.now() < (target := _shanghai(until)):
        noon = clock.now().replace(hour=4, minute=0)
        step = noon if noon > clock.now() else noon.fromtimestamp(noon.timestamp() + 86_400, UTC)
        await live(units, clock, until=_told(min(step, target)))
        pushed += [kind for kind in await deliver(units) if kind.startswith(("loan.", "debt."))]
    return pushed


def _shanghai(instant: str) -> datetime:
    return datetime.fromisoformat(f"{instant}+08:00").astimezone(UTC)


def _told(instant: datetime) -> str:
    return f"{datetime.fromtimestamp(instant.timestamp() + 8 * 3600, UTC):%Y-%m-%d %H:%M}"


async def promises_to_pay(units: Units, loan: Loan, amount: int, due_on: date) -> None:
    async with units.begin() as unit:
        await promises.promise(unit, loan.id, yuan(amount), due_on, f"promise:{loan.id}:{due_on}")


async def pays(units: Units, ana: Customer, loan: Loan, amount: int) -> None:
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(amount), f"topup:{unit.now}", SANDBOX)
    async with units.begin() as unit:
        await repayment.repay(unit, loan.id, yuan(amount), f"pay:{unit.now}")


async def happened(units: Units, loan: Loan) -> list[HistoryEvent]:
    async with units.begin() as unit:
        return await events_of(unit, loan.id)


async def not_sent(units: Units, loan: Loan) -> list[tuple[str, str | None]]:
    return [(one.kind, one.because) for one in await happened(units, loan) if one.what == "not_sent"]


async def queued(units: Units) -> set[str]:
    """Return the kinds of all notices so far."""
    async with units.begin() as unit:
        return set(await unit.session.scalars(text("SELECT DISTINCT kind FROM outbox")))


async def events(units: Units, loan: Loan) -> list[str]:
    return [one.kind for one in await happened(units, loan) if one.what == "event"]


async def test_each_step_of_the_ladder_is_sent_once_and_stands_on_the_timeline(
    units: Units, clock: ManualClock
) -> None:
    _, loan = await a_debtor(units)
    pushed = await lives(units, clock, until="2026-05-14 12:00")
    the_next_one = ["loan.due_soon", "loan.due_soon"]
    assert pushed == ["loan.due_today", *["loan.late"] * 4, *the_next_one, "loan.late"]
    assert await written(units, DueSoon, DueToday, Late)
    seen = [one for one in await happened(units, loan) if one.what == "push"]
    assert [(one.at.date() - DUE_ON).days for one in seen] == [-3, -1, 0, 1, 3, 7, 15, 27, 29, 30]
    assert await not_sent(units, loan) == []
    instants = [one.at for one in await happened(units, loan)]
    assert instants == sorted(instants)


async def test_who_is_told_that_an_officer_looks_at_the_loan_has_the_officers_told(
    units: Units, clock: ManualClock
) -> None:
    _, loan = await a_debtor(units)
    olu, mei = [await an_operator(units, name, Role.CREDIT_OFFICER) for name in ("Olu", "Mei")]
    tao = await an_operator(units, "Tao", Role.TREASURER)
    await lives(units, clock, until="2026-05-11 12:00")
    async with units.begin() as unit:
        assert await late_loans(unit, olu.id) == []
    await lives(units, clock, until="2026-05-12 07:00")
    assert await officers_told(units) == []
    await lives(units, clock, until="2026-05-12 12:00")
    [late] = [told for told in await written(units, Late) if isinstance(told, Late) and told.days == 30]
    assert [(part.nr, part.days, part.sum) for part in late.parts] == [(1, 30, late.sum)]
    told = LateLoanWaits(loan=loan.id, days=30, sum=late.sum)
    assert await officers_told(units) == [(olu.id, told), (mei.id, told)]
    async with units.begin() as unit:
        assert [late.id for late in await late_loans(unit, olu.id)] == [loan.id]
        with pytest.raises(NotAllowed, match="no_permission"):
            await late_loans(unit, tao.id)
    await verified(units)


async def test_no_officer_is_told_of_what_a_promise_keeps_back(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    await lives(units, clock, until="2026-05-11 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 5, 14))
    await lives(units, clock, until="2026-05-12 12:00")
    assert await officers_told(units) == []


async def officers_told(units: Units) -> list[tuple[int, LateLoanWaits]]:
    """Return which officers were told of a late loan, and what."""
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text("SELECT customer_id, params FROM outbox WHERE kind = 'officer.late_loan' ORDER BY id")
        )
        return [(row.customer_id, read(LateLoanWaits, row.params)) for row in rows]


async def test_what_is_late_since_several_days_is_told_by_its_parts(units: Units, clock: ManualClock) -> None:
    weeks = {"tenors": [{"unit": "week", "counts": [6]}], "default": {"unit": "week", "count": 6}}
    await sell(units, "weekly", **weeks, reminder_days=[0, 1, 3, 7, 15, 30])
    bo = await a_customer(units, "Bo")
    loan = await a_loan(units, bo, 1200, product="weekly")
    async with units.begin() as unit:
        await wallet.withdraw(unit, bo.id, yuan(1200), "spent", SANDBOX)
    await live(units, clock, until="2026-05-03 12:00")
    late = [told for told in await written(units, Late) if isinstance(told, Late) and told.loan == loan.id][-1]
    assert [(part.nr, part.days) for part in late.parts] == [(1, 15), (2, 8), (3, 1)]
    assert late.sum == sum((part.sum for part in late.parts[1:]), late.parts[0].sum)
    async with units.begin() as unit:
        view = await queries.view(unit, await queries.by_id(unit, loan.id, bo.id))
    assert [(due.days, due.amount) for due in view.dues] == [(part.days, part.sum) for part in late.parts]
    await verified(units)


async def test_a_reminder_names_loan_and_instalment_and_what_lies_there_to_pay_it(
    units: Units, clock: ManualClock
) -> None:
    ana, loan = await a_debtor(units)
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(100), "a little", SANDBOX)
    await lives(units, clock, until="2026-04-12 08:30")
    [today] = await written(units, DueToday)
    assert isinstance(today, DueToday)
    assert (today.loan, today.nr, today.count, today.borrowed) == (loan.id, 1, 6, yuan(3000))
    assert (today.sum, today.wallet, today.change_plus) == (yuan("527.13"), yuan(100), yuan(0))


async def test_a_debit_that_falls_short_says_at_once_what_is_missing_until_when_and_what_it_costs(
    units: Units, clock: ManualClock
) -> None:
    ana, loan = await a_debtor(units)
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(100), "a little", SANDBOX)
    await lives(units, clock, until="2026-04-12 08:59")
    assert "debit.short" not in await queued(units)
    await lives(units, clock, until="2026-04-12 09:05")
    async with units.begin() as unit:
        [first, *_] = await queries.instalments(unit, loan.id)
    overdue = first.principal - first.paid_principal
    [told] = await written(units, ShortDebit)
    [debited] = await written(units, DebitReceipt)
    assert isinstance(debited, DebitReceipt)
    assert told == ShortDebit(
        loan=loan.id,
        nr=1,
        count=6,
        borrowed=yuan(3000),
        taken=yuan(100),
        missing=yuan("427.13"),
        besides=yuan(0),
        due_on=DUE_ON,
        last_on=DUE_ON + timedelta(days=loan.grace_days),
        in_grace=Money(cost_a_day(overdue, loan.annual_rate, Decimal(0)), CNY),
        beyond=Money(cost_a_day(overdue, loan.annual_rate, loan.penalty_rate), CNY),
        late_fee=yuan(0),
        references=(debited.reference,),
    )
    assert (debited.sum, debited.due_now) == (yuan(100), yuan("427.13"))
    [on_record] = [one for one in await happened(units, loan) if one.kind == "debit_short"]
    assert on_record.details == {"amount": 100_00, "missing": 427_13, "due_on": "2026-04-12"}
    await lives(units, clock, until="2026-04-14 12:00")
    assert len(await written(units, ShortDebit)) == 1
    await verified(units)


async def test_what_a_debit_took_and_what_it_fell_short_of_are_one_message(units: Units, clock: ManualClock) -> None:
    ana, _ = await a_debtor(units)
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(100), "a little", SANDBOX)
    await live(units, clock, until="2026-04-12 08:59")
    await deliver(units)
    await live(units, clock, until="2026-04-12 10:00")
    assert await deliver(units) == ["debit.short"]


async def test_the_receipt_of_a_debit_goes_by_itself_where_nobody_says_what_it_fell_short_of(
    units: Units, clock: ManualClock
) -> None:
    ana, loan = await a_debtor(units)
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(100), "a little", SANDBOX)
    await promises_to_pay(units, loan, 200, date(2026, 4, 15))
    await live(units, clock, until="2026-04-12 08:59")
    await deliver(units)
    await live(units, clock, until="2026-04-12 09:05")
    assert await deliver(units) == []
    await live(units, clock, until="2026-04-12 09:10")
    assert await deliver(units) == ["receipt.debit"]


async def test_a_debit_that_reaches_is_told_by_its_receipt_alone(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan("527.13"), "just enough", SANDBOX)
    await lives(units, clock, until="2026-04-12 12:00")
    [debited] = await written(units, DebitReceipt)
    assert isinstance(debited, DebitReceipt)
    assert debited.due_now == yuan(0)
    assert "debit.short" not in await queued(units)
    assert "debit_short" not in await events(units, loan)


async def test_a_debit_that_falls_short_while_a_promise_runs_is_on_the_timeline_alone(
    units: Units, clock: ManualClock
) -> None:
    _, loan = await a_debtor(units)
    await promises_to_pay(units, loan, 200, date(2026, 4, 15))
    await lives(units, clock, until="2026-04-12 12:00")
    assert "debit.short" not in await queued(units)
    assert "debit_short" in await events(units, loan)


async def test_a_reminder_that_waits_for_the_day_does_not_ask_for_money_for_a_debit_that_has_been(
    units: Units, clock: ManualClock
) -> None:
    _, loan = await a_debtor(units, zone="Europe/London")
    await live(units, clock, until="2026-04-12 15:00")
    assert await deliver(units) == ["debit.short"]
    [dropped] = [one for one in await happened(units, loan) if one.because == "superseded"]
    assert dropped.kind == "loan.due_today"


async def test_a_step_comes_by_day_where_the_person_lives_and_the_timeline_says_why_it_waited(
    units: Units, clock: ManualClock
) -> None:
    ana, loan = await a_debtor(units, zone="Europe/London", is_debited=False)
    await live(units, clock, until="2026-04-12 14:59")
    assert await deliver(units) == []
    [waiting] = [one for one in await happened(units, loan) if one.what == "waiting"]
    assert (waiting.at, waiting.because) == (datetime(2026, 4, 12, 7, 0, tzinfo=UTC), "quiet_hours")
    await live(units, clock, until="2026-04-12 15:00")
    assert await deliver(units) == ["loan.due_today"]
    push = [one for one in await happened(units, loan) if one.what == "push"][-1]
    assert push.at == datetime(2026, 4, 12, 7, 0, tzinfo=UTC)  # 08:00 of a London summer
    assert push.details["waited_because"] == "quiet_hours"
    async with units.begin() as unit:
        assert (await contacts_of(unit, ana.id, date(2026, 4, 12))).pushes == 1


async def test_a_payment_cancels_what_waits_and_the_timeline_says_so(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-13 08:00")
    await pays(units, ana, loan, 600)
    assert "loan.late" not in await deliver(units)
    assert ("loan.late", "paid") in await not_sent(units, loan)
    await verified(units)


async def test_after_days_without_delivery_only_the_latest_step_is_sent(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-16 12:00")
    assert [kind for kind in await deliver(units) if kind.startswith("loan.")] == ["loan.late"]
    reasons = {because for _, because in await not_sent(units, loan)}
    assert reasons == {"superseded"}
    assert len([one for one in await happened(units, loan) if one.what == "push"]) == PUSHED_BEFORE + 1


async def test_a_promise_silences_the_ladder_and_is_remembered_on_its_morning(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    await lives(units, clock, until="2026-04-12 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 4, 16))
    assert await lives(units, clock, until="2026-04-16 07:59") == []
    assert await not_sent(units, loan) == [("loan.late", "promise"), ("loan.late", "promise")]
    assert await lives(units, clock, until="2026-04-16 12:00") == ["loan.promise_today"]
    await pays(units, ana, loan, 200)
    assert "loan.promise_kept" in await deliver(units)
    assert await written(units, PromiseKept)
    assert await lives(units, clock, until="2026-04-19 12:00") == ["loan.late"]
    kinds = await events(units, loan)
    assert kinds.index("promised") < kinds.index("repaid") < kinds.index("promise_kept")
    await verified(units)


async def test_a_promise_is_kept_by_a_debit_of_money_that_came_in(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    await lives(units, clock, until="2026-04-13 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 4, 16))
    async with units.begin() as unit:
        await money_in.topup(unit, ana.id, yuan(150), "some of it", SANDBOX)
    assert "promise_kept" not in await events(units, loan)
    async with units.begin() as unit:
        await money_in.topup(unit, ana.id, yuan(50), "the rest", SANDBOX)
    assert "promise_kept" in await events(units, loan)


async def test_a_broken_promise_is_said_the_day_after_and_the_ladder_goes_on(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await lives(units, clock, until="2026-04-13 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 4, 18))
    # the 19th has a step of its own, the 7th day late: what is said of the promise takes its place
    pushed = await lives(units, clock, until="2026-04-27 12:00")
    assert pushed == ["loan.promise_today", "loan.promise_broken", "loan.late"]
    assert await written(units, PromiseToday, PromiseBroken, Late)
    assert ("loan.late", "superseded") in await not_sent(units, loan)
    assert "promise_broken" in await events(units, loan)


async def test_days_without_the_scheduler_end_in_the_same_broken_promise(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await lives(units, clock, until="2026-04-13 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 4, 18))
    clock.set(datetime(2026, 4, 23, 4, 0, tzinfo=UTC))
    await live(units, clock, until="2026-04-23 12:01")
    assert [kind for kind in await deliver(units) if kind.startswith("loan.")] == ["loan.promise_broken"]


async def test_after_two_broken_promises_in_a_row_no_third_is_taken(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-13 12:00")
    for due_on, until in ((date(2026, 4, 15), "2026-04-16 12:00"), (date(2026, 4, 18), "2026-04-19 12:00")):
        await promises_to_pay(units, loan, 200, due_on)
        await live(units, clock, until=until)
    with pytest.raises(RuleViolation, match="promises_broken"):
        await promises_to_pay(units, loan, 200, date(2026, 4, 22))


async def test_a_promise_names_what_is_due_by_then_and_what_a_day_costs(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-14 12:00")
    async with units.begin() as unit:
        offered = await promises.offer(unit, loan, date(2026, 4, 20), None)
        assert yuan(527) < offered.amount < yuan(530)
        assert offered.cost_a_day == yuan("0.32")  # 24 % a year of the 481.13 of principal that are overdue
        assert (await promises.offer(unit, loan, date(2026, 4, 20), yuan(200))).amount == yuan(200)
        more_than_all = await promises.offer(unit, loan, date(2026, 4, 20), yuan(99_999))
        assert yuan(3_000) < more_than_all.amount < yuan(3_070)


async def test_nothing_needs_a_promise_while_nothing_falls_due(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-12 12:00")
    await pays(units, ana, loan, 600)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="nothing_due_by"):
            await promises.offer(unit, loan, date(2026, 4, 20), None)


async def test_a_settled_loan_has_kept_its_promise(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-14 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 4, 20))
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(4_000), "an inheritance", SANDBOX)
        await repayment.repay(unit, loan.id, None, "all of it")
    async with units.begin() as unit:
        assert await promises.running_of(unit, loan.id) is None
    assert (await events(units, loan))[-2:] == ["settled", "promise_kept"]
    assert await lives(units, clock, until="2026-04-22 12:00") == ["loan.promise_kept"]


async def in_trouble(units: Units, loan: Loan, *, can_pay: int = 300, note: str = "") -> hardship.Case:
    async with units.begin() as unit:
        return await hardship.open_case(
            unit,
            CIPHER,
            loan.id,
            reason=HardshipReason.JOB,
            note=note,
            can_pay=yuan(can_pay),
            key=f"hardship:{loan.id}:{unit.now}",
        )


async def test_hardship_pauses_the_ladder_for_a_week_and_tells_the_officers(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    await lives(units, clock, until="2026-04-13 12:00")
    await promises_to_pay(units, loan, 200, date(2026, 4, 20))
    opened = await in_trouble(units, loan)
    assert (opened.proposal.holiday_months, opened.proposal.fits) == (0, True)
    assert opened.proposal.instalments > 6
    assert opened.instalment <= yuan(300)
    assert "officer.hardship" in await deliver(units)
    assert await lives(units, clock, until="2026-04-26 12:00") == []
    assert [one for one in await not_sent(units, loan) if one[1] == "hardship"] == [("loan.late", "hardship")] * 2
    assert "promise_withdrawn" in await events(units, loan)
    assert await lives(units, clock, until="2026-04-27 12:00") == ["loan.late"]
    async with units.begin() as unit:
        [case] = await hardship.open_cases(unit)
        looked = await hardship.look_at(unit, case.id, officer.id)
        assert (looked.case.loan_id, looked.can_pay, looked.case.officer_id) == (loan.id, yuan(300), officer.id)
        await hardship.close_case(unit, case.id, officer.id)
    async with units.begin() as unit:
        assert list(await hardship.open_cases(unit)) == []
        with pytest.raises(NotFound, match="case"):
            await hardship.look_at(unit, case.id, officer.id)


async def test_who_can_pay_nothing_gets_a_holiday_proposed(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    await live(units, clock, until="2026-04-13 12:00")
    proposal = (await in_trouble(units, loan, can_pay=0)).proposal
    assert (proposal.holiday_months, proposal.instalments, proposal.fits) == (3, 6, False)


async def test_one_case_at_a_time(units: Units) -> None:
    _, loan = await a_debtor(units)
    await in_trouble(units, loan)
    with pytest.raises(RuleViolation, match="hardship_open"):
        await in_trouble(units, loan)


async def test_what_is_written_about_hardship_is_stored_encrypted(units: Units) -> None:
    _, loan = await a_debtor(units)
    case = (await in_trouble(units, loan, note="I was ill for weeks")).case
    assert case.note_sealed is not None
    assert b"ill" not in case.note_sealed
    assert CIPHER.decrypt(case.note_sealed, hardship.note_associated_data(case.id)) == b"I was ill for weeks"


async def test_a_case_is_none_of_anybodys_business_but_the_officers(units: Units) -> None:
    ana, loan = await a_debtor(units)
    marketing = await an_operator(units, "Mia", Role.MARKETING)
    case = (await in_trouble(units, loan)).case
    for nosy in (ana, marketing):
        async with units.begin() as unit:
            with pytest.raises(NotAllowed, match="no_permission"):
                await hardship.look_at(unit, case.id, nosy.id)


@pytest.mark.parametrize(
    ("state", "then"), [("open", "proposed"), ("approved", "closed"), ("refused", "open"), ("expired", "open")]
)
async def test_a_case_follows_what_was_proposed_for_its_loan(
    units: Units, clock: ManualClock, state: str, then: str
) -> None:
    _, loan = await a_debtor(units)
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    await in_trouble(units, loan)
    await _an_approval(units, loan, officer.id, state)
    await live(units, clock, until="2026-04-12 12:00")
    async with units.begin() as unit:
        assert await unit.session.scalar(text("SELECT state FROM hardship_case")) == then
        assert [case.state for case in await hardship.queue(unit, officer.id)] == [then] * (then != "closed")


async def _an_approval(units: Units, loan: Loan, maker_id: int, state: str) -> None:
    async with units.begin() as unit:
        decided: dict[str, Any] = {
            "subject": f"loan:{loan.id}",
            "maker": maker_id,
            "checker": None if state == "open" else maker_id + 1,
            "state": state,
            "now": unit.now,
            "due_at": unit.now + timedelta(days=3),
            "decided_at": None if state == "open" else unit.now,
            "result": "{}" if state == "approved" else None,
        }
        await unit.session.execute(
            text(
                """
                INSERT INTO approval (key, action, subject, params, why, before, after, state, maker_id, made_at,
                                      due_at, decided_by, decided_at, result)
                VALUES ('a', 'loan.restructure', :subject, '{}', 'because', '{}', '{}', :state, :maker, :now, :due_at,
                        :checker, :decided_at, CAST(:result AS jsonb))
                """
            ),
            decided,
        )


async def test_while_a_new_plan_waits_for_the_borrowers_answer_nobody_reminds_them(
    units: Units, clock: ManualClock
) -> None:
    _, loan = await a_debtor(units)
    async with units.begin() as unit:
        offered_to = await locked(unit, loan.id)
        await restructure.offered(unit, offered_to, restructure.terms_of(offered_to, {"count": 9}), "a plan")
    assert await lives(units, clock, until="2026-04-16 12:00") == ["loan.restructure_offered"]
    assert {because for _, because in await not_sent(units, loan)} == {"hardship"}
    assert await lives(units, clock, until="2026-04-19 12:00") == ["loan.late"]


async def test_a_collectors_loan_is_not_reminded_of_by_us(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units)
    async with units.begin() as unit:
        unit.session.add(LoanHandover(loan_id=loan.id, collector="Fair & Co", from_on=unit.open_on))
    assert await lives(units, clock, until="2026-04-13 12:00") == []
    assert await not_sent(units, loan) == [("loan.due_today", "handed_over"), ("loan.late", "handed_over")]


async def test_a_call_is_logged_and_shows_the_phone_of_the_debtor_alone(units: Units) -> None:
    ana, loan = await a_debtor(units)
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    async with units.begin() as unit:
        phone = await calls.open_call(unit, CIPHER, loan.id, officer.id)
    assert phone.startswith("+86138")
    [call] = [one for one in await happened(units, loan) if one.what == "call"]
    assert call.kind == "call"
    async with units.begin() as unit:
        with pytest.raises(NotAllowed, match="no_permission"):
            await calls.open_call(unit, CIPHER, loan.id, ana.id)


async def test_a_fourth_contact_of_a_day_is_refused_and_the_days_push_waits(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units, zone="Europe/London", is_debited=False)
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    await live(units, clock, until="2026-04-12 23:00")
    await deliver(units)
    async with units.begin() as unit:
        for _ in range(2):
            await calls.open_call(unit, CIPHER, loan.id, officer.id)
        with pytest.raises(RuleViolation, match="call_frequency"):
            await calls.open_call(unit, CIPHER, loan.id, officer.id)


async def test_nobody_is_called_in_the_night_of_their_own_zone(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units, zone="Europe/London")
    clock.set(datetime(2026, 4, 11, 6, 0, tzinfo=UTC))  # seven in the morning there
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    async with units.begin() as unit:
        with pytest.raises(RuleViolation, match="call_quiet_hours") as refused:
            await calls.open_call(unit, CIPHER, loan.id, officer.id)
    assert refused.value.details["until"] == "2026-04-11 08:00"


async def test_three_calls_leave_no_room_for_the_days_push(units: Units, clock: ManualClock) -> None:
    _, loan = await a_debtor(units, zone="Europe/London", is_debited=False)
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    await live(units, clock, until="2026-04-12 15:00")
    async with units.begin() as unit:
        for _ in range(3):
            await calls.open_call(unit, CIPHER, loan.id, officer.id)
    assert "loan.due_today" not in await deliver(units)
    [waiting] = [one for one in await happened(units, loan) if one.what == "waiting"]
    assert (waiting.at, waiting.because) == (datetime(2026, 4, 13, 7, 0, tzinfo=UTC), "frequency")


async def test_who_blocks_the_bot_is_not_reminded_and_the_timeline_says_why(units: Units, clock: ManualClock) -> None:
    ana, loan = await a_debtor(units)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET unreachable_since = now() WHERE id = :id"), {"id": ana.id})
    await live(units, clock, until="2026-04-12 12:00")
    await deliver(units)
    assert await not_sent(units, loan) == [("loan.due_today", "unreachable")]


async def test_a_persons_chat_is_never_a_group(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        with pytest.raises(IntegrityError, match="private_chat"):
            await unit.session.execute(text("UPDATE customer SET chat_id = -100 WHERE id = :id"), {"id": ana.id})


async def test_a_logged_contact_is_never_changed(units: Units) -> None:
    _, loan = await a_debtor(units)
    officer = await an_operator(units, "Olu", Role.CREDIT_OFFICER)
    async with units.begin() as unit:
        await calls.open_call(unit, CIPHER, loan.id, officer.id)
    for change in ("UPDATE contact SET at = now()", "DELETE FROM contact"):
        async with units.begin() as unit:
            with pytest.raises(Exception, match="permission denied"):
                await unit.session.execute(text(change))


async def test_a_zone_that_is_none_is_refused(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        with pytest.raises(InvalidInput, match="zone"):
            await customers.choose_zone(unit, ana.id, "Mars/Olympus")
