"""What people ask about loans is answered from their own book: every figure is the book's, and nothing is written.

One past is lived once: people of each kind, who borrow on 12 March 2026 and ask on 28 March at noon.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

import pytest
import pytest_asyncio
from aiogram.fsm.context import FSMContext
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from finance_core.business_day.safeguarding import SWEEP
from finance_core.business_day.tick import Calendar
from finance_core.catalogue import apply_file
from finance_core.catalogue.service import SHIPPED
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, balance
from finance_core.lines import CHECKS
from finance_core.loans import daily, queries
from finance_core.loans.contact import hardship, promises
from finance_core.loans.contact.rules import HardshipReason, cost_a_day
from finance_core.loans.models import Loan
from finance_core.loans.operations import write_off
from finance_core.loans.origination import applications, guarantees, officer, quoting, self_limits
from finance_core.loans.origination.decision import Outcome, Reason, decide
from finance_core.loans.origination.models import LoanApplication
from finance_core.loans.origination.prospects import Raise, prospects, raises
from finance_core.loans.queries import LoanView
from finance_core.loans.repayment import previews, repayment, shortfalls
from finance_core.loans.rules.terms import Prepayment
from finance_core.notices.contacts import log_call
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from handlers.chat.talk import Talk
from handlers.chat.topics import MOST_CHARACTERS, Answer, Asked
from handlers.loans.line import LOANS
from handlers.loans.routers import TOPICS
from handlers.locales import translator
from tests.builders import (
    CIPHER,
    SHANGHAI,
    a_customer,
    a_loan,
    an_operator,
    live_by,
    the_catalogue,
    verified,
    with_bureau,
    yuan,
)
from tests.first_day import OPEN_ON, START, ZONE
from tests.loan_book import emptied, pay

if TYPE_CHECKING:
    from tests.embedded import Cluster

STEPS: Final = (daily.ACCRUE, daily.AGE, daily.PROVIDE, SWEEP, daily.FALL_DUE, daily.DEBIT, shortfalls.TELL)
DAYS: Final = Calendar(STEPS, ())
"""The days of loans, with what is written down of a debit that did not reach."""
TODAY: Final = date(2026, 3, 28)
NOON: Final = datetime(2026, 3, 28, 12, tzinfo=SHANGHAI)
BY_NAME: Final = {topic.name: topic for topic in TOPICS}
EN, ZH = translator("en"), translator("zh")
ASKED_ELSEWHERE: Final = ("Nora", "New", "Lock", "Off", "Bo")
"""Their like are in the table that all lines' answers are held to (`test_answers.py`)."""
ASKED_IN_BOTH: Final = ("Ana", "Late")


@dataclass
class Street:
    """Everybody in the book with their loans and applications, by name."""

    engine: AsyncEngine
    clock: ManualClock
    people: dict[str, Customer] = field(default_factory=dict)
    loans: dict[str, Loan] = field(default_factory=dict)
    applications: dict[str, LoanApplication] = field(default_factory=dict)
    officers: list[Customer] = field(default_factory=list)

    @property
    def units(self) -> Units:
        return Units(self.engine, self.clock)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def street(cluster: Cluster) -> AsyncIterator[Street]:
    with cluster.cloned() as url:
        street = Street(create_engine(url), ManualClock(START))
        async with street.engine.begin() as connection:
            await found(connection, ZONE, OPEN_ON)
        await the_catalogue(street.units)
        await _borrow(street)
        await live_by(DAYS, street.units, street.clock, NOON)
        await _this_morning(street)
        yield street
        await verified(street.units)
        await street.engine.dispose()


async def _borrow(street: Street) -> None:
    units, people, loans = street.units, street.people, street.loans
    street.officers.append(await an_operator(units, "Olu"))
    for name, money in (("Ana", 2000), ("Late", 0), ("Hua", 0), ("Off", 0), ("Sue", 4000), ("Tom", 2000), ("Hal", 0)):
        people[name] = await a_customer(units, name, money=money)
    for name in ("Nora", "Gil", "Bo", "Dee", "App", "Cal", "Lock", "Grace"):
        people[name] = await a_customer(units, name, money=500)
    async with units.begin() as unit:
        people["New"] = await customers.start(
            unit, CIPHER, telegram_id=6_000_001, chat_id=6_000_001, first_name="New", username="new1", language="en"
        )
    for name in ("Ana", "Off", "Sue"):
        loans[name] = await a_loan(units, people[name], from_change_plus=name == "Ana")
    for name in ("Late", "Hua"):
        loans[name] = await a_loan(units, people[name], 3000, None, product="trader")
    loans["Tom"] = await a_loan(units, people["Tom"], 3000, None, product="trader", pay_out=yuan(1000))
    loans["Hal"] = await a_loan(units, people["Hal"], 2000, 180, product="harvest")
    loans["Ana's harvest"] = await a_loan(units, people["Ana"], 1000, 180, product="harvest")
    loans["Grace"] = await _group_loan(street)
    await pay(units, loans["Sue"], None)
    for name in ("Late", "Hua", "Off"):
        await emptied(units, people[name])
    street.applications["Dee"] = await _applies(units, people["Dee"], 6000)


async def _group_loan(street: Street) -> Loan:
    units, people = street.units, street.people
    made = await _applies(units, people["Grace"], 3000, "group")
    async with units.begin() as unit:
        asked = await guarantees.name(unit, CIPHER, made.id, people["Grace"].id, [people["Gil"].id, people["Bo"].id])
    for each in asked:
        async with units.begin() as unit:
            await guarantees.answer(unit, each.id, each.customer_id, accepts=True)
    return await a_loan(units, people["Grace"], 3000, 6, product="group", application_id=made.id)


async def _applies(units: Units, customer: Customer, principal: int, product: str = "lightning") -> LoanApplication:
    async with units.begin() as unit:
        offered = await quoting.quote(unit, customer, yuan(principal), code=product)
        decided = await quoting.decision(unit, customer, offered)
        return await applications.apply(unit, customer, offered, decided)


async def _this_morning(street: Street) -> None:
    """Who applies, signs, cannot pay or is locked today; what is written off, what is paid ahead, who was called."""
    units, people, loans = street.units, street.people, street.loans
    street.applications["App"] = await _applies(units, people["App"], 4000, "trader")
    loans["Cal"] = await a_loan(units, people["Cal"])
    async with units.begin() as unit:
        await hardship.open_case(
            unit, CIPHER, loans["Hua"].id, reason=HardshipReason.JOB, note="", can_pay=yuan(100), key="hua"
        )
        await write_off.write_off(unit, await queries.locked(unit, loans["Off"].id), "off")
        await customers.lock_outflow(unit, people["Lock"].id)
        locked = await unit.session.get_one(Customer, people["Lock"].id)
        locked.pin_failures, locked.pin_failing_since = 5, unit.now
        locked.pin_locked_until = NOON + timedelta(minutes=15)
        earns = await unit.session.get_one(Customer, people["Ana"].id)
        earns.monthly_income, earns.other_instalments = 200_000, 0
        await with_bureau(unit, earns.id)
        await log_call(
            unit,
            customer_id=people["Hua"].id,
            zone=ZONE,
            about=f"loan:{loans['Hua'].id}",
            caller_id=people["Bo"].id,
            details={},
        )
    await pay(units, loans["Ana"], 300)


# -- asking ---------------------------------------------------------------------------------------------------------


@asynccontextmanager
async def talking(street: Street, name: str, language: str = "en") -> AsyncIterator[Talk]:
    """Give a turn of somebody in this street; nothing that a test does in it stays."""
    async with street.engine.connect() as connection:
        outer = await connection.begin()
        async with Units(connection, street.clock).begin() as unit:
            yield await talk_of(unit, street.people[name], language)
        await outer.rollback()


async def talk_of(unit: Unit, customer: Customer, language: str) -> Talk:
    me = await unit.session.get_one(Customer, customer.id)
    state = cast("FSMContext", None)  # no answer looks at it
    return Talk(unit, me, translator(language), state, CIPHER, me.chat_id, is_private=True)


async def asks(talk: Talk, topic: str, said: str = "", **slots: str) -> Answer:
    return await BY_NAME[topic].answer(talk, Asked(topic, slots, said))


async def answer(street: Street, name: str, topic: str, said: str = "", **slots: str) -> Answer:
    async with talking(street, name) as talk:
        return await asks(talk, topic, said, **slots)


async def view_of(talk: Talk, loan: Loan) -> LoanView:
    return await queries.view(talk.unit, await queries.by_id(talk.unit, loan.id, talk.customer.id))


def shown(amount: int | Money) -> str:
    return EN.money(Money(amount, CNY) if isinstance(amount, int) else amount)


def taps(said: Answer) -> list[str]:
    return [button.data or "" for button in said.buttons]


def read(said: Answer) -> str:
    return re.sub(r"<[^>]+>", "", said.text)


# -- of all answers -------------------------------------------------------------------------------------------------


def test_each_topic_that_the_line_names_has_its_answer() -> None:
    assert sorted(BY_NAME) == sorted(LOANS.topics)
    assert len(TOPICS) == 34


async def fingerprint(street: Street) -> dict[str, tuple[int, int]]:
    """Return how many rows each table has, and a sum over all that is in them."""
    async with street.engine.connect() as connection:
        names = await connection.scalars(text("SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'public'"))
        found = {}
        for name in names.all():
            row = await connection.execute(
                text(f"SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {name} t")
            )
            found[name] = tuple(row.one())
        return found


async def test_every_question_of_everybody_is_answered_in_words_and_nothing_is_written(street: Street) -> None:
    before = await fingerprint(street)
    for name, person in street.people.items():
        if name in ASKED_ELSEWHERE:
            continue
        for language in ("en", "zh") if name in ASKED_IN_BOTH else ("en",):
            async with street.units.begin() as unit:
                talk = await talk_of(unit, person, language)
                for topic in TOPICS:
                    said = await topic.answer(talk, Asked(topic.name, {}))
                    about = (name, language, topic.name, said)
                    assert 20 < len(said.text) <= MOST_CHARACTERS, about
                    assert 1 <= len(said.buttons) <= 3, about
                    assert all(button.data and len(button.data.encode()) <= 64 for button in said.buttons), about
                    assert not re.search(r"[{}]|None|Decimal", said.text), about
    assert await fingerprint(street) == before


@pytest.mark.parametrize("name", ["Ana", "Late", "New"])
async def test_what_cannot_be_read_beside_a_question_leads_to_no_fault(street: Street, name: str) -> None:
    odd = {
        "amount": "0.001",
        "count": "999",
        "unit": "year",
        "loan": "1",
        "product": "gold",
        "when": "never",
        "day": "x",
    }
    async with talking(street, name) as talk:
        for topic in TOPICS:
            assert (await asks(talk, topic.name, "qwertz", **odd)).text
            assert (await asks(talk, topic.name, amount="99999999", count="7", unit="week")).text


async def test_anothers_loan_is_not_told_whatever_a_button_says(street: Street) -> None:
    own = await answer(street, "Hal", "repay.early")
    assert await answer(street, "Hal", "repay.early", loan=str(street.loans["Ana"].id)) == own


# -- before borrowing -----------------------------------------------------------------------------------------------


async def test_what_a_sum_over_a_time_would_cost_is_what_the_card_shows(street: Street) -> None:
    async with talking(street, "Nora") as talk:
        quote = await quoting.quote(talk.unit, talk.customer, yuan(3000), 6)
        said = await asks(talk, "loan.interest", amount="3000", count="6")
    for figure in (shown(yuan(3000)), shown(quote.instalment), shown(quote.cost), EN.percent(quote.all_in_rate)):
        assert figure in said.text
    assert EN.day(quote.schedule.instalments[-1].due_on) in said.text
    assert taps(said)[0] == "do:borrow:product=lightning:amount=3000.00:count=6:unit=month"


async def test_without_a_sum_a_thousand_is_the_example_and_a_running_loan_comes_first(street: Street) -> None:
    said = await answer(street, "Nora", "loan.interest")
    assert shown(yuan(1000)) in said.text
    async with talking(street, "Ana") as talk:
        view = await view_of(talk, street.loans["Ana"])
        said = await asks(talk, "loan.interest")
    paid = sum(row.paid_interest for row in view.instalments)
    to_come = sum(row.interest + row.late_interest for row in view.instalments) - paid
    assert paid > 0
    assert f"you have paid {shown(paid)} of interest so far; {shown(to_come)} is still to come" in said.text


async def test_a_sum_that_is_not_lent_is_refused_in_words_and_the_example_is_priced(street: Street) -> None:
    said = await answer(street, "Nora", "loan.interest", amount="120")
    assert "¥500.00" in said.text
    assert shown(yuan(1000)) in said.text


async def test_a_named_loan_is_told_by_itself(street: Street) -> None:
    said = await answer(street, "Nora", "loan.what_is_it", "What's the Harvest loan meant for?")
    assert "seed and fertiliser" in said.text
    assert "¥1,000.00 to ¥30,000.00" in said.text
    assert "Lightning" not in said.text
    assert taps(said)[0] == "do:borrow:product=harvest"


async def test_who_has_not_joined_is_told_what_is_missing(street: Street) -> None:
    for topic in ("loan.not_offered", "loan.who_may", "loan.limit_how_much", "loan.how_to_apply", "loan.why_stopped"):
        assert "do:join" in taps(await answer(street, "New", topic)), topic
    assert "share your phone number (level 1): to ¥5,000.00" in read(await answer(street, "New", "loan.limit_raise"))


# -- limits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Nora", "Ana", "Sue", "Tom", "Cal"])
async def test_the_most_that_is_said_is_the_most_that_would_be_approved(street: Street, name: str) -> None:
    async with talking(street, name) as talk:
        said = (await asks(talk, "loan.limit_how_much")).text
        for each in await prospects(talk.unit, talk.customer):
            if not each.is_open:
                continue
            assert shown(each.most) in said
            for principal, is_within in ((each.most, True), (each.most + each.product.step, False)):
                tenor = each.offered.tenor
                quote = quoting.priced(each.product, tenor, principal, each.decided.grade, TODAY)
                outcome = decide(each.facts, each.product, principal, quote.monthly, TODAY)
                assert ("above_limit" not in outcome.reasons and outcome.outcome is not Outcome.DECLINED) is is_within
        assert [each.product.code for each in await prospects(talk.unit, talk.customer) if each.is_open]


async def test_an_income_that_is_known_bounds_the_sum(street: Street) -> None:
    async with talking(street, "Nora") as talk:
        talk.customer.monthly_income, talk.customer.other_instalments = 100_000, 10_000
        await talk.unit.session.flush()
        [found, *_] = await prospects(talk.unit, talk.customer)
        said = await asks(talk, "loan.limit_why_low", product="lightning")
    assert found.offered.monthly + yuan(100) <= yuan(400)
    assert found.most < yuan(5000)
    assert "do:own_income" in taps(said)
    assert "40% of your ¥1,000.00 a month, ¥400.00; ¥100.00 of that is used" in said.text


async def test_a_limit_that_fell_is_told_with_its_day_and_what_made_it_fall(street: Street) -> None:
    said = await answer(street, "Cal", "loan.limit_why_low", product="lightning")
    day = EN.day(TODAY)
    assert f"On {day} your limit was ¥5,000.00, now it is ¥2,000.00: you owed ¥0.00 then and owe ¥3,000.00" in said.text
    assert f"with your ⚡ Lightning of ¥3,000.00 of {day}" in said.text


async def test_what_would_raise_the_limit_is_what_the_rules_give_then(street: Street) -> None:
    async with talking(street, "Nora") as talk:
        [lightning, *_] = await prospects(talk.unit, talk.customer)
        ways = raises(lightning.facts, lightning.product)
        said = await asks(talk, "loan.limit_raise")
    assert [(way.by, way.to) for way in ways] == [(Raise.TOGETHER, yuan(10_000))]
    assert "to ¥10,000.00" in said.text
    assert "do:ask:topic=identity.how" in taps(said)


async def test_a_sum_that_is_asked_about_is_held_against_the_limit(street: Street) -> None:
    assert (await answer(street, "Nora", "loan.limit_how_much", amount="1500")).text.startswith("Yes, ¥1,500.00")
    assert (await answer(street, "Nora", "loan.limit_how_much", amount="8000")).text.startswith("Not ¥8,000.00 today")


async def test_what_is_left_of_a_line_is_told_and_can_be_drawn(street: Street) -> None:
    loan = street.loans["Tom"]
    said = await answer(street, "Tom", "loan.limit_how_much", product="trader")
    assert said.text.startswith(f"You can still draw {shown(2000_00)} of your 🧺 Trader line")
    assert EN.day(cast("date", loan.draw_until)) in said.text
    assert f"draw:{loan.id}" in taps(said)


async def test_who_has_a_loan_may_borrow_the_same_again_once_it_is_paid(street: Street) -> None:
    async with talking(street, "Ana") as talk:
        view = await view_of(talk, street.loans["Ana"])
        said = await asks(talk, "loan.borrow_again", product="lightning")
    repaid = view.repaid.amount * 100 // view.whole.amount
    assert f"{shown(view.settlement)} today" in said.text
    assert f"you're at {repaid}%" in said.text


async def test_what_is_stopped_is_told_with_since_when_and_what_lifts_it(street: Street) -> None:
    said = await answer(street, "Lock", "loan.why_stopped")
    assert EN.instant(NOON, ZONE) in said.text
    assert EN.instant(NOON + timedelta(minutes=15), ZONE) in said.text
    assert taps(said) == ["do:unlock"]
    assert "Nothing is blocked" in (await answer(street, "Nora", "loan.why_stopped")).text
    written_off = await answer(street, "Off", "loan.why_stopped")
    assert taps(written_off) == [f"closedloan:{street.loans['Off'].id}"]


# -- decisions ------------------------------------------------------------------------------------------------------


async def test_a_refusal_is_told_with_its_day_its_reasons_and_what_the_check_says_today(street: Street) -> None:
    made = street.applications["Dee"]
    said = await answer(street, "Dee", "loan.why_declined")
    assert f"On {EN.day(OPEN_ON)} we declined ¥6,000.00" in said.text
    assert "Your limit is ¥5,000.00 today" in said.text
    assert "Today up to ¥5,000.00" in said.text
    assert taps(said)[0] == "do:borrow:product=lightning:amount=5000.00"
    assert taps(said)[-1] == f"person:{made.id}"


async def test_what_the_rules_said_is_read_again_from_the_facts_that_an_application_keeps(street: Street) -> None:
    async with talking(street, "Dee") as talk:
        made = await applications.of_customer(talk.unit, street.applications["Dee"].id, talk.customer.id)
        again = await applications.as_decided(talk.unit, made)
        assert again is not None
        assert [str(reason) for reason in again.reasons] == made.reasons
        assert again.limit == Money(made.credit_limit, CNY)
        made.facts = {"of": "another release"}
        assert await applications.as_decided(talk.unit, made) is None


async def test_an_application_with_an_officer_has_its_hours(street: Street) -> None:
    made = street.applications["App"]
    said = await answer(street, "App", "loan.review_time")
    assert made.referred_at is not None
    assert EN.instant(made.referred_at, ZONE) in said.text
    assert EN.instant(applications.due_at(made), ZONE) in said.text
    assert taps(said) == [f"withdraw_application:{made.id}"]
    assert f"withdraw_application:{made.id}" in taps(await answer(street, "App", "loan.cancel"))
    assert "a credit officer has to decide first" in (await answer(street, "App", "loan.when_paid_out")).text


async def test_an_officers_no_is_told_in_their_reasons_and_goes_to_no_officer_again(street: Street) -> None:
    made, olu = street.applications["App"], street.officers[0]
    async with talking(street, "App") as talk:
        await officer.decline(talk.unit, made.id, olu.id, [Reason.INCOME, Reason.HISTORY])
        said = await asks(talk, "loan.why_declined")
        review = await asks(talk, "loan.review_time")
    assert said.text.startswith(f"On {EN.day(TODAY)} a credit officer declined ¥4,000.00 (🧺 Trader)")
    assert "The instalments would take too much of your income" in said.text
    assert "We don't know you well enough yet for this amount" in said.text
    assert not any(each.startswith("person:") for each in taps(said))
    assert f"was declined on {EN.day(TODAY)}" in review.text


async def test_an_offer_that_waits_for_its_signature_is_told_with_its_end(street: Street) -> None:
    made, olu = street.applications["App"], street.officers[0]
    async with talking(street, "App") as talk:
        approved = await officer.approve(talk.unit, made.id, olu.id, yuan(3500))
        review = await asks(talk, "loan.review_time")
        paid_out = await asks(talk, "loan.when_paid_out")
        out = await asks(talk, "loan.cancel")
    assert approved.expires_at is not None
    for said in (review, paid_out, out):
        assert f"It's approved: ¥3,500.00 (🧺 Trader). Sign by {EN.instant(approved.expires_at, ZONE)}" in said.text
        assert taps(said) == [f"offer:{made.id}"]
    assert "you still have to sign with your PIN" in paid_out.text


async def test_a_second_look_that_was_asked_for_is_told_with_its_hour(street: Street) -> None:
    async with talking(street, "Dee") as talk:
        made = await applications.ask_a_person(talk.unit, street.applications["Dee"].id, talk.customer.id)
        said = await asks(talk, "loan.why_declined")
    assert f"a credit officer decides by {EN.instant(applications.due_at(made), ZONE)}" in said.text


async def test_a_group_loan_waits_for_its_people(street: Street) -> None:
    async with talking(street, "Nora") as talk:
        offered = await quoting.quote(talk.unit, talk.customer, yuan(3000), 6, "group")
        decided = await quoting.decision(talk.unit, talk.customer, offered)
        made = await applications.apply(talk.unit, talk.customer, offered, decided)
        people = [street.people["Gil"].id, street.people["Bo"].id]
        first, _ = await guarantees.name(talk.unit, CIPHER, made.id, talk.customer.id, people)
        await guarantees.answer(talk.unit, first.id, first.customer_id, accepts=True)
        said = await asks(talk, "loan.when_paid_out")
    assert "1 of 2 guarantors have accepted" in said.text


async def test_a_loan_in_its_first_days_may_be_given_back_for_its_principal(street: Street) -> None:
    loan = street.loans["Cal"]
    said = await answer(street, "Cal", "loan.cancel")
    assert f"until the end of {EN.day(loan.cooling_off_until)}" in said.text
    assert f"You pay {shown(loan.principal)} and nothing else" in said.text
    assert taps(said) == [f"giveback:{loan.id}"]


async def test_after_those_days_the_sum_that_ends_it_is_told(street: Street) -> None:
    async with talking(street, "Hal") as talk:
        view = await view_of(talk, street.loans["Hal"])
        said = await asks(talk, "loan.cancel")
    assert shown(view.settlement) in said.text
    assert "within 7 days of signing" in said.text
    assert taps(said) == [f"do:repay:loan={view.loan.id}:amount={view.settlement.decimal:f}"]


async def test_where_the_money_is_names_the_entry_that_paid_it_out(street: Street) -> None:
    async with talking(street, "Hal") as talk:
        reference = await talk.unit.session.scalar(
            text("SELECT reference FROM entry WHERE key = :key"), {"key": f"{street.loans['Hal'].key}:disbursed"}
        )
        held = await balance(talk.unit, Account("2010", talk.customer.id))
        said = await asks(talk, "loan.when_paid_out")
    assert reference in said.text
    assert shown(yuan(1990)) in said.text  # 2,000.00 less the fee of 0.5 %
    assert f"Your wallet has {shown(held)} now" in said.text


async def test_a_call_of_an_officer_is_told_and_none_too(street: Street) -> None:
    assert f"called you on {EN.instant(NOON, ZONE)}" in (await answer(street, "Hua", "loan.phone_call")).text
    assert "We haven't called you" in (await answer(street, "Nora", "loan.phone_call")).text


# -- papers, and standing for others ----------------------------------------------------------------------------------


async def test_the_letter_of_a_settled_loan_is_one_tap_away(street: Street) -> None:
    said = await answer(street, "Sue", "loan.papers")
    assert taps(said)[0] == f"letter:{street.loans['Sue'].id}"
    assert EN.day(OPEN_ON) in said.text


async def test_who_stands_for_a_loan_is_told_for_whom_and_for_how_much(street: Street) -> None:
    async with talking(street, "Gil") as talk:
        [standing] = await guarantees.standing_for(talk.unit, talk.customer.id)
        said = await asks(talk, "loan.guarantor")
    assert f"Grace's ¥3,000.00: at most {shown(standing.at_most)}" in said.text
    assert "2 to 9 guarantors" in said.text
    assert "do:guarantees" in taps(said)


async def test_consent_to_ask_the_bureau_is_told_with_its_day(street: Street) -> None:
    assert f"On {EN.day(TODAY)} you agreed" in (await answer(street, "Ana", "loan.credit_record")).text
    assert "you haven't agreed" in (await answer(street, "Nora", "loan.credit_record")).text


async def test_who_wants_to_borrow_no_more_is_told_what_can_be_set_and_what_is(street: Street) -> None:
    said = await answer(street, "Nora", "loan.opt_out")
    assert said.text.startswith("There's nothing to close")
    assert taps(said)[0] == "do:own_limits"
    async with talking(street, "Tom") as talk:
        await self_limits.set_limit(talk.unit, talk.customer.id, yuan(4000))
        chosen = await self_limits.block(talk.unit, talk.customer.id, 90)
        said = await asks(talk, "loan.opt_out")
        stopped = await asks(talk, "loan.why_stopped")
        how_much = await asks(talk, "loan.limit_how_much")
    until = EN.day(cast("date", chosen.no_lending_until))
    assert f"borrowing is blocked until the end of {until}" in said.text
    assert "Your own limit is ¥4,000.00" in said.text
    assert f"You can still draw {shown(2000_00)} of your line" not in said.text
    assert until in stopped.text
    assert "You asked us not to lend to you" in how_much.text
    async with talking(street, "Nora") as talk:
        await self_limits.set_limit(talk.unit, talk.customer.id, yuan(800))
        said = await asks(talk, "loan.limit_how_much")
    assert "Up to ¥800.00 today" in said.text
    assert "You set yourself a limit of ¥800.00" in said.text


# -- paying ---------------------------------------------------------------------------------------------------------


async def test_paying_early_takes_what_the_payment_would_take_and_saves_what_is_not_earned(street: Street) -> None:
    for name in ("Hal", "Late", "Tom"):
        async with talking(street, name) as talk:
            view = await view_of(talk, street.loans[name])
            taken = await repayment.to_take(talk.unit, view.loan.id, None)
            left = await talk.unit.session.scalar(
                text(
                    "SELECT sum(principal + interest + late_interest + penalty + fee + late_fee - paid_principal"
                    " - paid_interest - paid_penalty - paid_fee) FROM instalment WHERE loan_id = :loan"
                ),
                {"loan": view.loan.id},
            )
            said = await asks(talk, "repay.early")
        assert f"{shown(taken)} settles your" in said.text
        assert f"saves {shown(int(left) - taken.amount)} of interest" in said.text
        assert taps(said)[0] == f"do:repay:loan={view.loan.id}:amount={taken.decimal:f}"


async def test_a_part_ahead_is_shown_in_both_ways(street: Street) -> None:
    async with talking(street, "Ana") as talk:
        loan = street.loans["Ana"]
        tried = await previews.previews(talk.unit, loan.id, yuan(500))
        said = await asks(talk, "repay.early_partial", amount="500", loan=str(loan.id))
    for choice in (Prepayment.REDUCE_INSTALMENT, Prepayment.REDUCE_TERM):
        assert shown(tried[choice].saves) in said.text
        assert shown(tried[choice].to_come[-1].amount) in said.text
    assert taps(said)[0] == f"do:repay:loan={loan.id}:amount=500.00"


async def test_a_bullet_loan_that_is_paid_in_part_is_the_same_either_way(street: Street) -> None:
    said = await answer(street, "Hal", "repay.early_partial", amount="500")
    assert said.text.count("That saves") == 1
    assert "makes no difference" in said.text


async def test_the_next_due_day_and_sum_are_the_schedules(street: Street) -> None:
    async with talking(street, "Tom") as talk:
        view = await view_of(talk, street.loans["Tom"])
        said = await asks(talk, "repay.when_due")
    row = next(row for row in view.instalments if row.settled_on is None)
    assert f"{shown(row.whole - row.paid)} on your" in said.text
    assert f"due on {EN.day(row.due_on)}" in said.text
    assert EN.day(view.instalments[-1].due_on) in said.text
    assert "09:00" in said.text
    assert "within 3 days" in said.text


async def test_of_several_loans_the_named_one_is_told_and_the_other_is_a_tap_away(street: Street) -> None:
    first, second = street.loans["Ana"], street.loans["Ana's harvest"]
    said = await answer(street, "Ana", "repay.when_due")
    assert "You also have: 🌾 Harvest of ¥1,000.00" in said.text
    assert f"do:ask:topic=repay.when_due:loan={second.id}" in taps(said)
    other = await answer(street, "Ana", "repay.when_due", loan=str(second.id))
    assert "🌾 Harvest of ¥1,000.00 is due" in other.text
    assert f"do:ask:topic=repay.when_due:loan={first.id}" in taps(other)
    by_name = await answer(street, "Ana", "repay.when_due", "when is my harvest loan due")
    assert by_name.text == other.text


async def test_automatic_debit_is_told_as_it_was_agreed(street: Street) -> None:
    said = await answer(street, "Ana", "repay.auto_debit", loan=str(street.loans["Ana"].id))
    assert "from the wallet first, then from Change Plus" in said.text
    async with talking(street, "Ana") as talk:
        (await queries.by_id(talk.unit, street.loans["Ana"].id, talk.customer.id)).automatic_debit = False
        said = await asks(talk, "repay.auto_debit", loan=str(street.loans["Ana"].id))
    assert said.text.startswith("No:")
    assert taps(said)[0] == f"autodebit:{street.loans['Ana'].id}"


async def test_what_can_pay_is_what_is_there(street: Street) -> None:
    async with talking(street, "Tom") as talk:
        held = await balance(talk.unit, Account("2010", talk.customer.id))
        said = await asks(talk, "repay.pay_from")
    assert f"From your wallet ({shown(held)} there)" in said.text
    assert taps(said)[0].endswith(":source=wallet")


async def test_who_has_no_loan_is_told_so_and_the_rule(street: Street) -> None:
    for topic in TOPICS:
        if topic.name.startswith("repay.") and topic.name not in ("repay.undo", "repay.pay_from"):
            assert (await answer(street, "Nora", topic.name)).text.startswith("You have no loan"), topic.name
    assert f"settled on {EN.day(OPEN_ON)}" in (await answer(street, "Sue", "repay.early")).text


async def test_what_is_owed_of_a_written_off_loan_is_told_and_can_be_paid(street: Street) -> None:
    async with talking(street, "Off") as talk:
        owed = await balance(talk.unit, Account("9010", street.loans["Off"].id))
        said = await asks(talk, "repay.how")
    assert said.text.startswith(f"{shown(owed)} is still owed")
    assert taps(said) == [f"closedloan:{street.loans['Off'].id}"]


# -- late -----------------------------------------------------------------------------------------------------------


async def test_what_is_late_is_told_since_when_how_much_and_what_a_day_costs(street: Street) -> None:
    async with talking(street, "Late") as talk:
        view = await view_of(talk, street.loans["Late"])
        penalty, overdue = (
            await talk.unit.session.execute(
                text(
                    "SELECT sum(penalty - paid_penalty), sum(principal - paid_principal) FROM instalment"
                    " WHERE loan_id = :loan AND due_on < :today AND settled_on IS NULL"
                ),
                {"loan": view.loan.id, "today": TODAY},
            )
        ).one()
        said = await asks(talk, "repay.late")
    assert view.days_past_due == 9
    assert f"{shown(view.due_now)} on your" in said.text
    assert f"since {EN.day(date(2026, 3, 19))}, 9 days late" in said.text
    assert f"{shown(int(penalty))} of it is penalty" in said.text
    a_day = cost_a_day(int(overdue), view.loan.annual_rate, view.loan.penalty_rate)
    assert f"Each further day costs {shown(a_day)} (24.00% a year on {shown(int(overdue))} overdue" in said.text
    assert f"ended on {EN.day(date(2026, 3, 22))}" in said.text
    assert f"next reminder comes on {EN.day(date(2026, 4, 3))}" in said.text  # 15 days late
    assert taps(said)[0] == f"do:repay:loan={view.loan.id}:amount={view.due_now.decimal:f}"


async def test_within_the_days_of_grace_a_day_costs_the_usual_interest(street: Street) -> None:
    async with talking(street, "Late") as talk:
        oldest = (await view_of(talk, street.loans["Late"])).dues[0].amount
        await wallet.topup(talk.unit, talk.customer.id, oldest, "just the oldest", SANDBOX)
        await repayment.repay(talk.unit, street.loans["Late"].id, oldest, "the oldest")
        view = await view_of(talk, street.loans["Late"])
        said = await asks(talk, "repay.late")
    overdue = next(row for row in view.instalments if row.settled_on is None)
    a_day = cost_a_day(overdue.principal - overdue.paid_principal, view.loan.annual_rate, Decimal(0))
    assert view.days_past_due == 2
    assert f"Paid by {EN.day(date(2026, 3, 29))}, there's no penalty" in said.text
    assert f"Until then each day costs {shown(a_day)} (18.00% a year" in said.text


async def test_what_a_week_of_delay_would_cost_is_computed_before_anything_is_late(street: Street) -> None:
    async with talking(street, "Hal") as talk:
        view = await view_of(talk, street.loans["Hal"])
        said = await asks(talk, "repay.late", count="2", unit="week")
    rate = view.loan.annual_rate + view.loan.penalty_rate
    cost = (Decimal(view.outstanding.amount) * rate * 14 / 36_500).quantize(Decimal(1))
    assert "Nothing on your" in said.text
    assert f"paid 14 days late, it would cost {shown(int(cost))} more" in said.text


async def test_a_debit_that_did_not_reach_is_told_as_it_was_recorded(street: Street) -> None:
    async with talking(street, "Late") as talk:
        view = await view_of(talk, street.loans["Late"])
        event = (
            await talk.unit.session.execute(
                text(
                    "SELECT at, details FROM loan_event WHERE loan_id = :loan AND kind = 'debit_short' ORDER BY id DESC"
                ),
                {"loan": view.loan.id},
            )
        ).first()
        said = await asks(talk, "repay.failed")
    assert event is not None
    assert said.text.startswith(EN.instant(event.at, ZONE))
    assert f"{shown(event.details['missing'])} was missing" in said.text
    assert f"{shown(view.due_now)} is due now, 9 days late" in said.text
    assert "tomorrow at 09:00" in said.text
    assert taps(said)[0] == "do:topup"


async def test_a_debit_that_went_through_is_told_with_its_reference(street: Street) -> None:
    async with talking(street, "Tom") as talk:
        reference = await talk.unit.session.scalar(
            text(
                "SELECT e.reference FROM loan_payment p JOIN entry e ON e.id = p.entry_id"
                " WHERE p.loan_id = :loan ORDER BY p.id DESC LIMIT 1"
            ),
            {"loan": street.loans["Tom"].id},
        )
        said = await asks(talk, "repay.failed")
    assert reference in said.text


async def test_more_time_is_a_day_within_a_fortnight_or_an_officer(street: Street) -> None:
    async with talking(street, "Late") as talk:
        offered = await promises.offer(talk.unit, street.loans["Late"], date(2026, 4, 3), None)
        said = await asks(talk, "repay.more_time", day="2026-04-03")
        latest = await asks(talk, "repay.more_time")
    assert f"you can promise {shown(offered.amount)} by {EN.day(date(2026, 4, 3))}" in said.text
    assert f"Each day late costs {shown(offered.cost_a_day)}" in said.text
    assert taps(said) == [f"do:promise:loan={street.loans['Late'].id}:when=2026-04-03", taps(said)[1]]
    assert EN.day(TODAY + timedelta(days=14)) in latest.text
    assert f"since {EN.day(TODAY)}" in (await answer(street, "Hua", "repay.more_time")).text


async def test_a_promise_that_stands_is_told(street: Street) -> None:
    async with talking(street, "Late") as talk:
        await promises.promise(talk.unit, street.loans["Late"].id, yuan(200), date(2026, 4, 2), "late-promises")
        said = await asks(talk, "repay.more_time")
    assert f"You've promised ¥200.00 by {EN.day(date(2026, 4, 2))}" in said.text


# -- records --------------------------------------------------------------------------------------------------------


async def test_how_far_a_loan_is_adds_up_to_its_instalments(street: Street) -> None:
    async with talking(street, "Tom") as talk:
        view = await view_of(talk, street.loans["Tom"])
        said = await asks(talk, "repay.records")
    paid, left = sum(row.paid for row in view.instalments), sum(row.left for row in view.instalments)
    assert "2 of 13 instalments of your" in said.text
    assert f"{shown(paid)} so far, {shown(view.repaid)} of it principal" in said.text
    assert f"11 are left: {shown(left)} as planned" in said.text


async def test_the_last_payments_are_told_with_what_each_went_to(street: Street) -> None:
    async with talking(street, "Ana") as talk:
        [payment] = (
            await talk.unit.session.execute(
                text(
                    "SELECT p.amount, p.parts, e.reference FROM loan_payment p JOIN entry e ON e.id = p.entry_id"
                    " WHERE p.loan_id = :loan"
                ),
                {"loan": street.loans["Ana"].id},
            )
        ).all()
        said = await asks(talk, "repay.not_recorded", loan=str(street.loans["Ana"].id))
        of_that_sum = await asks(talk, "repay.not_recorded", amount="300", loan=str(street.loans["Ana"].id))
    for part in ("interest", "principal"):
        assert f"{part} {shown(sum(each[part] for each in payment.parts))}" in said.text
    assert payment.reference in said.text
    assert of_that_sum.text.startswith("Yes, ¥300.00")


async def test_a_payment_is_found_by_its_reference_on_whichever_of_ones_loans_it_is(street: Street) -> None:
    async with talking(street, "Ana") as talk:
        reference = await talk.unit.session.scalar(
            text("SELECT e.reference FROM loan_payment p JOIN entry e ON e.id = p.entry_id WHERE p.loan_id = :loan"),
            {"loan": street.loans["Ana"].id},
        )
        said = await asks(talk, "repay.not_recorded", reference=reference.lower().replace("-", " "))
        other = await asks(talk, "repay.not_recorded", reference="SXXX-XXXX", loan=str(street.loans["Ana"].id))
    assert said.text.startswith("Yes, ")
    assert "<b>¥300.00</b>" in said.text
    assert "There's no SXXX-XXXX" in other.text
    theirs = await answer(street, "Hal", "repay.not_recorded", reference=reference)
    assert "¥300.00" not in theirs.text


async def test_an_instalment_is_taken_apart_with_the_one_before_beside_it(street: Street) -> None:
    async with talking(street, "Late") as talk:
        rows = (await view_of(talk, street.loans["Late"])).instalments
        said = await asks(talk, "repay.amount_wrong", amount=str(Decimal(rows[1].whole) / 100))
    first, second = rows[0], rows[1]
    assert f"Instalment 2 of 13, due on {EN.day(second.due_on)}, is {shown(second.whole)} in all" in said.text
    assert f"principal {shown(second.principal)}, interest {shown(second.interest)} (7 days)" in said.text
    assert f"Instalment 1 was {shown(first.whole)}" in said.text
    assert f"Being late added {shown(first.late_interest + first.penalty)} to that one" in said.text


async def test_two_payments_alike_on_one_day_are_seen(street: Street) -> None:
    async with talking(street, "Ana") as talk:
        await repayment.repay(talk.unit, street.loans["Ana"].id, yuan(300), "twice")
        said = await asks(talk, "repay.undo", loan=str(street.loans["Ana"].id))
    assert said.text.startswith("There are two equal payments on your")
    assert said.text.count("<b>¥300.00</b>") == 2


# -- the catalogue --------------------------------------------------------------------------------------------------


async def test_another_catalogue_is_another_answer_for_new_loans_and_the_same_for_a_contract(
    street: Street, tmp_path: Path
) -> None:
    changed = (
        SHIPPED.read_text(encoding="utf-8")
        .replace("counts = [3, 6, 12]", "counts = [3, 6, 10]")
        .replace('D = "0.05"', 'D = "0.03"')
        .replace("grace_days = 3", "grace_days = 5")
        .replace("cooling_off_days = 7", "cooling_off_days = 9")
        .replace("asked_after_days = 3", "asked_after_days = 4")
    )
    (tmp_path / "changed.toml").write_text(changed, encoding="utf-8")
    async with talking(street, "Ana") as talk:
        own = [await asks(talk, topic, loan=str(street.loans["Ana"].id)) for topic in ("repay.when_due", "repay.late")]
        await apply_file(talk.unit, tmp_path / "changed.toml", CHECKS)
        again = [
            await asks(talk, topic, loan=str(street.loans["Ana"].id)) for topic in ("repay.when_due", "repay.late")
        ]
        assert again == own
    async with talking(street, "Nora") as talk:
        await apply_file(talk.unit, tmp_path / "changed.toml", CHECKS)
        texts = {
            topic: (await asks(talk, topic)).text
            for topic in ("loan.terms", "loan.interest", "repay.when_due", "loan.cancel", "loan.guarantor")
        }
    assert "3, 6, 10 months" in texts["loan.terms"]
    assert "0.03% a day" in texts["loan.interest"]
    assert "within 5 days" in texts["repay.when_due"]
    assert "within 9 days of signing" in texts["loan.cancel"]
    assert "more than 4 days late" in texts["loan.guarantor"]


async def test_chinese_answers_are_in_chinese_with_the_same_figures(street: Street) -> None:
    texts: dict[str, dict[str, str]] = {}
    for language in ("en", "zh"):
        async with talking(street, "Late", language) as talk:
            texts[language] = {topic.name: (await asks(talk, topic.name)).text for topic in TOPICS}
    for topic, english in texts["en"].items():
        chinese = texts["zh"][topic]
        assert re.search(r"[\u4e00-\u9fff]", chinese), topic
        sums = r"¥[\d,]+\.\d\d"
        assert set(re.findall(sums, english)) <= set(re.findall(sums, chinese)), topic
