"""Answers about money and the account: every figure in them is the book's, for each kind of person; none writes."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from html import unescape
from typing import Any, Final

import pytest_asyncio
from aiogram.fsm.context import FSMContext
from aiogram.fsm.storage.base import StorageKey
from aiogram.fsm.storage.memory import MemoryStorage
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from finance_core import intents
from finance_core.catalogue import ProductVersion, product
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Role
from finance_core.customers.service import username_of
from finance_core.deposits import service as deposits
from finance_core.funds.product import fund_on_sale
from finance_core.funds.suspension import suspend
from finance_core.intents import Intent
from finance_core.journeys.plans import service as plans
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import Wanted
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.money import Money
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Actor, Units
from finance_core.suitability.service import assess
from finance_core.wallet import queries as wallet_queries
from finance_core.wallet import service as wallet
from finance_core.wallet.models import Send
from finance_core.wallet.rails import SANDBOX
from handlers.account.routers import ACTIONS as ACCOUNT
from handlers.chat.talk import Talk
from handlers.chat.topics import MOST_CHARACTERS, Answer, Asked, Topic
from handlers.funds.line import FUNDS
from handlers.funds.routers import ACTIONS as FUND_ACTS
from handlers.funds.routers import TOPICS as OF_FUNDS
from handlers.joining.line import JOINING
from handlers.joining.routers import ACTIONS as SETTINGS
from handlers.joining.routers import TOPICS as OF_JOINING
from handlers.lines import vocabulary
from handlers.loans.routers import ACTIONS as LOANS
from handlers.locales import codes, translator
from handlers.savings.line import SAVINGS
from handlers.savings.routers import ACTIONS as SAVING
from handlers.savings.routers import TOPICS as OF_SAVINGS
from handlers.wallet.intents import SendMoney, TopUp
from handlers.wallet.line import WALLET
from handlers.wallet.routers import ACTIONS as WALLETS
from handlers.wallet.routers import TOPICS as OF_WALLET
from tests.builders import (
    CIPHER,
    a_customer,
    a_loan,
    an_operator,
    live,
    the_catalogue,
    verified,
    yuan,
)
from tests.embedded import Cluster
from tests.first_day import OPEN_ON, START, ZONE
from tests.funds import answers_for, buys, sells
from tests.wealth_cases import put_in, take_out

NOW: Final = "2026-03-17 10:00"
"""Tuesday morning: five days after everything began."""
TOPICS: Final[Mapping[str, Topic]] = {topic.name: topic for topic in (*OF_WALLET, *OF_SAVINGS, *OF_FUNDS, *OF_JOINING)}
SAID: Final[tuple[Mapping[str, str], ...]] = (
    {},
    {"amount": "20"},
    {"amount": "400000"},
    {"fund": "bonds"},
    {"count": "90", "unit": "day", "amount": "1000"},
    {"amount": "20", "asset": "EUR"},
    {"reference": "S222-2222"},
    {"payee": "Bo"},
)
"""What a question may say beside its topic; some of it is nothing of ours."""


@dataclass
class Past:
    """What was lived once for this module: the book, and who is in it."""

    units: Units
    connection: AsyncConnection
    people: dict[str, Customer]
    sent: dict[str, Send]

    @asynccontextmanager
    async def talk(self, who: str, language: str | None = None, *, has_rail: bool = True) -> AsyncIterator[Talk]:
        """Give a turn of somebody's conversation, in a unit of work of its own."""
        customer_id = self.people[who].id
        async with self.units.begin(Actor("customer", customer_id)) as unit:
            customer = await by_id(unit, customer_id)
            key = StorageKey(bot_id=1, chat_id=customer.chat_id, user_id=customer.telegram_id)
            yield Talk(
                unit=unit,
                customer=customer,
                t=translator(language or customer.language),
                state=FSMContext(MemoryStorage(), key),
                cipher=CIPHER,
                chat_id=customer.chat_id,
                is_private=True,
                rail=SANDBOX if has_rail else None,
            )

    async def answers(
        self, who: str, topic: str, language: str | None = None, *, words: str = "", has_rail: bool = True, **said: str
    ) -> Answer:
        """Return what somebody is answered."""
        async with self.talk(who, language, has_rail=has_rail) as talk:
            return await TOPICS[topic].answer(talk, Asked(topic, said, words))

    async def value(self, query: str, **values: Any) -> Any:
        async with self.units.begin() as unit:
            return await unit.session.scalar(text(query), values)

    async def money(self, query: str, **values: Any) -> str:
        """Return a sum that a query finds, as people read it."""
        return shown(int(await self.value(query, **values) or 0))

    def id(self, who: str) -> int:
        return self.people[who].id


def shown(minor: int) -> str:
    return translator("en").money(Money(minor, yuan(1).asset))


def read(answer: Answer) -> str:
    """Return an answer as it is read."""
    return unescape(re.sub(r"<[^>]*>", "", answer.text))


def data(answer: Answer) -> list[str]:
    return [button.data or "" for button in answer.buttons]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def past(cluster: Cluster) -> AsyncIterator[Past]:
    """Live five days once; everything is rolled back at the end."""
    with cluster.cloned() as url:
        engine = create_engine(url, pool_size=1)
        async with engine.connect() as connection:
            outer = await connection.begin()
            await found(connection, ZONE, OPEN_ON)
            clock = ManualClock(START)
            units = Units(connection, clock)
            past = Past(units, connection, {}, {})
            await begin(past)
            await live(units, clock, until=NOW)
            await go_on(past)
            yield past
            await verified(units)
            await outer.rollback()
        await engine.dispose()


async def begin(past: Past) -> None:
    """Thursday: people join, save, borrow and buy."""
    units, people = past.units, past.people
    await the_catalogue(units)
    people["ana"] = ana = await a_customer(units, "Ana", money=5000)
    people["bo"] = bo = await a_customer(units, "Bo", tier=2, money=800, language="zh")
    people["empty"] = await a_customer(units, "Eve")
    people["zero"] = await a_customer(units, "Zoe", tier=0, money=1500)
    people["late"] = late = await a_customer(units, "Lea")
    people["locked"] = locked = await a_customer(units, "Lou", money=300)
    people["operator"] = await an_operator(units, "Olu", Role.SUPPORT)
    async with units.begin() as unit:
        people["new"] = await customers.start(
            unit, CIPHER, telegram_id=42, chat_id=42, first_name="Nia <b>", username=None, language="en"
        )
        await assess(unit, ana.id, answers_for(4))
    await put_in(units, ana, 700)
    await put_in(units, bo, 12)
    await buys(units, ana, 500)
    async with units.begin() as unit:
        await deposits.open_deposit(unit, ana.id, yuan(600), 90, "deposit:ana")
        wanted = Wanted(yuan(50), Every.WEEK, date(2026, 3, 20))
        await plans.make(unit, CIPHER, ana.id, wanted, "plan:ana")
        await wallet.withdraw(unit, ana.id, yuan(30), "withdraw:ana", SANDBOX)
        _, _ = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(25), "lunch", "token-taken")
        await wallet.accept(unit, "token-taken", bo.id)
        await wallet.send(unit, CIPHER, bo.id, ana.id, yuan("12.50"), "tea <3", "token-to-ana")
        await wallet.accept(unit, "token-to-ana", ana.id)
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(7), "", "token-back")
        await wallet.cancel(unit, "token-back", ana.id)
        await wallet.send(unit, CIPHER, locked.id, bo.id, yuan(40), "", "token-locked", delay_hours=24)
    await a_loan(units, ana, 1000, None, product="harvest")
    await a_loan(units, late, 1000, 30, product="trader")
    await take_all_out_of(units, late)


async def take_all_out_of(units: Units, who: Customer) -> None:
    """Send everything outside, so that debits find nothing."""
    async with units.begin() as unit:
        there = (await wallet_queries.balance(unit, who.id, yuan(1).asset)).available
        await wallet.withdraw(unit, who.id, there, f"away:{who.id}", SANDBOX)


async def go_on(past: Past) -> None:
    """Tuesday: what is under way when questions are asked."""
    units, people = past.units, past.people
    ana, bo, locked = people["ana"], people["bo"], people["locked"]
    await put_in(units, ana, 60, "second")
    await sells(units, ana, "10.00")
    await take_out(units, bo, "2")
    async with units.begin() as unit:
        past.sent["waiting"], _ = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(20), "rent", "token-waits")
        past.sent["to_ana"], _ = await wallet.send(unit, CIPHER, bo.id, ana.id, yuan(9), "", "token-for-ana")
        past.sent["locked"], _ = await wallet.send(unit, CIPHER, locked.id, None, yuan(15), "", "token-link")
        await customers.lock_outflow(unit, locked.id)
        row = await by_id(unit, locked.id)
        row.pin_failures, row.pin_failing_since = 6, unit.now - timedelta(minutes=5)
        row.pin_locked_until = unit.now + timedelta(minutes=28, seconds=30)
        await a_card(unit, ana, SendMoney(source="wallet", sum=yuan(9999), payee=bo.id, note="", token="x", delay=0))
        await a_card(unit, ana, TopUp(sum=yuan(77)), "wallet.topup")


async def a_card(unit: Any, who: Customer, params: Any, action: str = "wallet.send") -> Intent:
    """Show a card that is not carried out."""
    return await intents.propose(unit, CIPHER, customer_id=who.id, chat_id=who.chat_id, action=action, params=params)


COUNTED: Final = ("entry", "transfer", "intent", "outbox", "send", "fund_order", "nav_order", "deposit", "plan", "hold")


# -- what holds for every answer -----------------------------------------------------------------------------------


def test_each_topic_of_these_lines_is_answered_once() -> None:
    named = [*WALLET.topics, *SAVINGS.topics, *FUNDS.topics, *JOINING.topics]
    assert sorted(named) == sorted(TOPICS)
    assert len(TOPICS) == len((*OF_WALLET, *OF_SAVINGS, *OF_FUNDS, *OF_JOINING)) == 42


async def test_every_answer_is_short_leads_on_and_writes_nothing(past: Past) -> None:
    """`test_answers.py` asks everything of everybody; here it is what may be said beside a topic."""
    before = await counts(past)
    for who in ("locked", "zero"):
        await answered(past, who, "en", {}, tuple(TOPICS))
    for number, said in enumerate(SAID):
        await answered(past, "ana", codes()[number % 2], said, tuple(TOPICS))
    assert await counts(past) == before


async def test_without_a_rail_nothing_leads_to_one(past: Past) -> None:
    for who in ("ana", "empty"):
        await answered(past, who, "en", {}, WALLET.topics, has_rail=False)
        for topic in ("bank.linked", "topup.how", "withdraw.how", "withdraw.failed"):
            answer = await past.answers(who, topic, "en", has_rail=False)
            assert "this service isn't connected to a bank" in read(answer)
            assert {each.partition(":source=wallet")[0] for each in data(answer)}.isdisjoint(
                {"do:topup", "do:withdraw"}
            )


async def answered(
    past: Past,
    who: str,
    language: str,
    said: Mapping[str, str],
    topics: tuple[str, ...],
    *,
    has_rail: bool = True,
) -> None:
    """Ask everything in one unit of work, and fail where an answer is too long, leads nowhere, or leaves a trace."""
    async with past.talk(who, language, has_rail=has_rail) as talk:
        for name in topics:
            answer = await TOPICS[name].answer(talk, Asked(name, said))
            where = (who, name, language, said, read(answer))
            assert 0 < len(read(answer)) <= MOST_CHARACTERS, (len(read(answer)), where)
            assert 1 <= len(answer.buttons) <= 3, where
            assert all(len((button.data or "").encode()) <= 64 for button in answer.buttons), where
            assert len(set(data(answer))) == len(answer.buttons), where
            assert all(leads_somewhere(each) for each in data(answer)), where
            assert not re.search(r"\bNone\b|[{}]|\n\n", read(answer)), where
        assert not talk.unit.session.dirty
        assert not talk.unit.session.new
        assert await talk.state.get_data() == {}


def leads_somewhere(tap: str) -> bool:
    """Say whether a button opens an intent that may be tapped, or is one of the cards' own."""
    verb, _, rest = tap.partition(":")
    return vocabulary().may_be_tapped(rest.partition(":")[0]) if verb == "do" else verb in OWN_TAPS


OWN_TAPS: Final = ("takeback", "waits", "rollover")


async def counts(past: Past) -> list[int]:
    return [int(await past.value(f"SELECT count(*) FROM {table}")) for table in COUNTED]


async def test_every_reference_that_is_told_is_of_the_persons_own_wallet(past: Past) -> None:
    for who in ("ana", "bo", "locked"):
        told = {
            reference
            for topic in TOPICS
            for reference in re.findall(r"\bS[A-Z2-9]{3}-[A-Z2-9]{4}\b", read(await past.answers(who, topic)))
        }
        own = await past.value(_OWN_REFERENCES, me=past.id(who))
        assert told <= set(own or ()), who


_OWN_REFERENCES: Final = """
    SELECT array_agg(e.reference) FROM entry e WHERE e.id IN (
        SELECT t.entry_id FROM transfer t JOIN account a ON a.id IN (t.debit_id, t.credit_id)
        WHERE a.code = '2010' AND a.owner = :me)
        OR e.key IN (SELECT 'send:' || token FROM send WHERE payee_id = :me OR sender_id = :me)
"""
_WALLET: Final = """
    SELECT b.amount FROM account a JOIN balance b ON b.account_id = a.id
    WHERE a.code = '2010' AND a.book = 'INST' AND a.owner = :me
"""
_REFERENCE: Final = "SELECT reference FROM entry WHERE key = :key"


async def test_a_reference_tells_of_ones_own_movements_and_of_nobody_elses(past: Past) -> None:
    theirs = await past.value(_REFERENCE, key="send:token-locked")
    own = await past.value(_REFERENCE, key="send:token-taken")
    topup = await past.value(_LAST, me=past.id("ana"), kind="wallet.topup")
    asked = ("send.not_arrived", "send.cancel", "topup.not_arrived", "withdraw.not_arrived", "wallet.refund")
    for topic in (*asked, "wallet.who_paid_me", "wallet.looks_wrong", "fees.why_charged"):
        other = read(await past.answers("ana", topic, reference=theirs))
        assert other == f"Your wallet has no movement with the reference {theirs}.", topic
        assert "40.00" not in other
        assert "Lou" not in other
        assert topup in read(await past.answers("ana", topic, reference=topup.lower().replace("-", " "))), topic
    assert "Bo accepted your ¥25.00" in read(await past.answers("ana", "send.not_arrived", reference=own))
    assert data(await past.answers("ana", "send.cancel", reference=own))[0].startswith("do:request:payee=#")


# -- the wallet's figures ------------------------------------------------------------------------------------------


async def test_a_send_on_its_way_is_told_with_its_way_back(past: Past) -> None:
    waits, other = past.sent["waiting"], past.sent["to_ana"]
    reference = await past.value(_REFERENCE, key="send:token-waits")
    for topic in ("send.not_arrived", "send.cancel"):
        answer = await past.answers("ana", topic)
        for part in ("¥20.00 to Bo", reference, shown_at(waits.sent_at), shown_at(waits.returns_at)):
            assert part in read(answer), (topic, part)
        assert data(answer)[0] == "takeback:token-waits"
    coming = await past.answers("ana", "send.not_arrived", amount="9")
    assert f"¥9.00 from Bo waits for you to accept it, until {shown_at(other.returns_at)}" in read(coming)
    assert data(coming)[0] == "waits:token-for-ana"


async def test_what_is_no_longer_on_its_way_is_told_as_it_ended(past: Past) -> None:
    taken = read(await past.answers("ana", "send.not_arrived", amount="25"))
    assert "Bo accepted your ¥25.00" in taken
    assert await past.value(_REFERENCE, key="send:token-taken") in taken
    back = read(await past.answers("ana", "send.not_arrived", amount="7"))
    assert "Your ¥7.00 to Bo came back to your wallet" in back
    none = read(await past.answers("empty", "send.not_arrived"))
    assert none.startswith("You've sent nothing yet, and nothing is waiting for you.")
    assert "within 24 hours" in none


async def test_why_a_send_failed_is_told_by_the_rule_that_stops_it(past: Past) -> None:
    there = await past.money(_WALLET, me=past.id("ana"))
    tried = read(await past.answers("ana", "send.failed"))
    assert tried.startswith(f"That is more than you have: {there} is available, ¥9,999.00 is needed.")
    assert "The last one, ¥9,999.00" in tried
    assert "it's still waiting for Confirm" in tried
    left = shown(100_000_00 - int(await past.value(_OUT, me=past.id("ana"))))
    fits = read(await past.answers("ana", "send.failed", amount="1"))
    assert fits.startswith(f"Nothing stops it now: {there} is in your wallet, and {left} is left of your limit.")
    assert read(await past.answers("locked", "send.failed")).startswith("Your account is locked")
    assert data(await past.answers("locked", "send.failed"))[:2] == ["takeback:token-link", "do:unlock"]
    limit = "Your level allows ¥1,000.00 out in all, whatever the year; ¥0.00 is used, so ¥1,200.00 is too"
    assert read(await past.answers("zero", "send.failed", amount="1200")).startswith(limit)
    assert data(await past.answers("new", "send.failed"))[0] == "do:join"
    assert "can't send money to yourself" in read(await past.answers("ana", "send.failed", payee=await at(past, "ana")))


async def at(past: Past, who: str) -> str:
    async with past.units.begin() as unit:
        return f"@{username_of(await by_id(unit, past.id(who)), CIPHER)}"


async def test_top_ups_and_withdrawals_are_told_with_their_receipts(past: Past) -> None:
    came = read(await past.answers("ana", "topup.not_arrived"))
    assert "¥5,000.00 has been in your wallet since Thu 12 Mar 2026, 10:00" in came
    assert await past.value(_LAST, me=past.id("ana"), kind="wallet.topup") in came
    assert "A top-up of ¥77.00" in came
    assert "No" not in read(await past.answers("ana", "topup.not_arrived", amount="5000")).split("\n")[0]
    never = read(await past.answers("ana", "topup.not_arrived", amount="200"))
    assert never.startswith("It hasn't arrived: no top-up of ¥200.00 is in your wallet.")
    out = read(await past.answers("ana", "withdraw.not_arrived"))
    assert out.startswith("Your ¥30.00 left your wallet")
    assert await past.value(_LAST, me=past.id("ana"), kind="wallet.withdraw") in out
    inside = await position_of(past, "ana")
    assert f"Out of Change Plus, {inside}" in read(await past.answers("ana", "withdraw.how"))


async def test_who_paid_is_told_by_name_and_note(past: Past) -> None:
    told = await past.answers("ana", "wallet.who_paid_me", amount="12.50")
    assert "¥12.50 from Bo, “tea <3” · Thu 12 Mar 2026, 10:00" in read(told)
    assert data(told)[1] == f"do:send:payee=#{past.id('bo')}:amount=12.50"
    assert read(await past.answers("empty", "wallet.who_paid_me")).startswith("Nothing has come into your wallet yet.")


async def test_what_came_back_and_what_the_balance_is_made_of(past: Past) -> None:
    back = await past.answers("ana", "wallet.refund")
    assert read(back).startswith("Yes: ¥7.00 came back to your wallet")
    assert await past.value(_LAST, me=past.id("ana"), kind="wallet.send_cancelled") in read(back)
    assert "within 3 days" in read(back)
    assert data(back)[0] == "takeback:token-waits"
    assert read(await past.answers("bo", "wallet.refund", "en")).startswith("No: nothing has come back")
    there = int(await past.value(_WALLET, me=past.id("ana")))
    since = int(await past.value(_SINCE, me=past.id("ana"), on=date(2026, 3, 17)))
    apart = read(await past.answers("ana", "wallet.looks_wrong"))
    assert apart.startswith(f"By our books you have {shown(there)} available.")
    assert f"{shown(there - since)} at the end of Mon 16 Mar 2026, and {shown(since)} since" in apart
    assert "¥20.00 more is sent and not accepted yet." in apart


async def test_limits_are_told_with_what_is_left_of_them(past: Past) -> None:
    used = int(await past.value(_OUT, me=past.id("ana")))
    told = read(await past.answers("ana", "limits.what"))
    assert told.startswith(f"You can still send and withdraw {shown(100_000_00 - used)} this year: {shown(used)} of")
    held = await position_of(past, "ana")
    assert f"Change Plus: {held} of ¥10,000.00" in told
    assert "Deposits: ¥600.00 of ¥10,000.00, ¥9,400.00 more." in told
    assert "level 2 allows ¥200,000.00 a year" in told
    fast = 10_000_00 - int(await past.value("SELECT sum(amount) FROM fund_order WHERE kind = 'fast'"))
    assert f"At once out of Change Plus today: {shown(fast)} of" in read(await past.answers("bo", "limits.what", "en"))
    none = read(await past.answers("zero", "limits.what"))
    assert none.startswith("At your level you can send ¥1,000.00 more in all: ¥0.00 of ¥1,000.00 is used.")
    assert "Change Plus, deposits and funds come with level 1." in none
    assert read(await past.answers("ana", "limits.what", amount="400000")).startswith("Your level allows")


async def test_fees_are_money_out_of_the_catalogue_and_out_of_the_book(past: Past) -> None:
    told = read(await past.answers("ana", "fees.what"))
    for part in ("¥5.00 of ¥1,000.00, deducted", "¥1.00 with each instalment", "1.5 times", "¥5.96 of ¥1,000.00"):
        assert part in told
    fee = await past.money("SELECT sum(fee) FROM nav_order WHERE customer_id = :me", me=past.id("ana"))
    withheld = await past.money("SELECT sum(fee_deferred) FROM loan WHERE customer_id = :me", me=past.id("ana"))
    charged = read(await past.answers("ana", "fees.why_charged"))
    assert f"{fee} on Fri 13 Mar 2026: for buying Steady Bonds" in charged
    assert f"{withheld} on Thu 12 Mar 2026: deducted when 🌾 Harvest was paid out" in charged
    assert read(await past.answers("ana", "fees.why_charged", amount="5")).startswith("Yes, that was a fee:")
    assert read(await past.answers("ana", "fees.why_charged", amount="30")).startswith("¥30.00 wasn't a fee.")
    assert read(await past.answers("bo", "fees.why_charged", "en")).startswith("You've paid no fees so far.")


# -- what earns ----------------------------------------------------------------------------------------------------


async def test_change_plus_is_told_by_its_register(past: Past) -> None:
    held, earned = await position_of(past, "ana"), await past.money(_EARNED, me=past.id("ana"))
    paid = await past.money("SELECT last_income FROM holding WHERE customer_id = :me", me=past.id("ana"))
    income = read(await past.answers("ana", "income.when_shown"))
    assert income.startswith(f"Your latest income is {paid}, for Mon 16 Mar 2026; {earned} in total.")
    assert "¥60.00 earns from Wed 18 Mar 2026; you see its first income on Thu 19 Mar 2026." in income
    out = await past.answers("ana", "wealth.take_out_when")
    assert read(out).startswith(f"Of your {held} in Change Plus, {held} can come at once.")
    assert "arrives on Wed 18 Mar 2026" in read(out)
    much = await past.answers("ana", "wealth.take_out_when", amount="3000")
    assert read(much).startswith(f"No, not ¥3,000.00: you have {held} in Change Plus.")
    enough = await past.answers("ana", "wealth.take_out_when", amount="100")
    assert read(enough).startswith("Yes, ¥100.00 can come at once.")
    assert data(enough)[0] == "do:withdraw:source=plus:amount=100.00"
    empty = read(await past.answers("empty", "income.when_shown"))
    assert empty.startswith("You have nothing in Change Plus")
    assert "earns from Wed 18 Mar 2026" in empty


async def test_an_income_that_is_late_is_told_with_its_day(past: Past) -> None:
    async with past.connection.begin_nested() as later:
        await past.connection.execute(text("UPDATE fund_income SET paid_on = NULL WHERE on_date = '2026-03-16'"))
        coming = read(await past.answers("ana", "income.when_shown"))
        await sell_otherwise(past, "change_plus", portfolio_yield=None)
        await past.connection.execute(text("UPDATE fund_income SET on_date = '2026-04-16' WHERE paid_on IS NULL"))
        late = read(await past.answers("ana", "income.when_shown"))
        await later.rollback()
    assert coming.startswith("The income of Mon 16 Mar 2026 is on its way and not lost.")
    assert late.startswith("The income for Mon 16 Mar 2026 hasn't been published yet; it isn't lost")


async def test_the_yield_is_told_as_money_with_its_days(past: Past) -> None:
    rate = Decimal(await past.value("SELECT rate FROM fund_income WHERE on_date = '2026-03-16'"))
    daily = (1000 * rate / 10_000).quantize(Decimal("0.0001"), ROUND_DOWN)
    told = read(await past.answers("ana", "wealth.yield_meaning", amount="1000"))
    assert told.startswith(f"For ¥1,000.00 it meant ¥{daily} on Mon 16 Mar 2026")
    assert "10 Mar – 16 Mar" in told
    safe = read(await past.answers("ana", "wealth.is_it_safe"))
    assert safe.startswith("Change Plus (risk level R1) can lose value")
    assert not re.search(r"\bsafe\b|guaranteed", safe)
    cash, papers = await past.money(_OF_FUND, code="F1010"), await past.money(_OF_FUND, code="F1020")
    assert f"It holds {cash} at its bank and {papers} in" in safe
    fund = read(await past.answers("ana", "wealth.is_it_safe", fund="bonds"))
    assert "Its worst day in the last year was" in fund
    assert "−" in fund


async def test_deposits_are_told_by_their_contracts(past: Past) -> None:
    maturity = await past.answers("ana", "deposit.maturity")
    interest = (Decimal(600) * Decimal("1.15") * 90 / 36_500).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert f"¥600.00: on Wed 10 Jun 2026 ¥{600 + interest} come back." in read(maturity)
    demand = (Decimal(600) * Decimal("0.20") * 5 / 36_500).quantize(Decimal("0.01"), ROUND_HALF_UP)
    earned = (Decimal(600) * Decimal("1.15") * 5 / 36_500).quantize(Decimal("0.01"), ROUND_HALF_UP)
    early = await past.answers("ana", "deposit.early_out")
    assert read(early).startswith(f"Yes: today you get ¥{600 + demand} for ¥600.00.")
    assert f"you give up ¥{earned - demand} already earned" in read(early)
    assert data(early)[0].startswith("do:break_deposit:deposit=")
    part = read(await past.answers("ana", "deposit.early_out", amount="300"))
    assert part.startswith("Yes: today you get ¥300.01 for ¥300.00.")
    for topic in ("deposit.maturity", "deposit.early_out"):
        none = read(await past.answers("empty", topic))
        assert none.startswith("You have no term deposit.")
        assert "0.20% a year" in none
    start = read(await past.answers("ana", "wealth.how_to_start", words="How do I open a deposit?"))
    assert start.startswith("Say how much: 30 days bring 0.90% a year")
    assert "90 days 1.15%, 180 days 1.35%, 365 days 1.55%" in start
    plan = read(await past.answers("ana", "plan.how"))
    assert "¥50.00 every Friday into Change Plus; next on Fri 20 Mar 2026" in plan


async def test_funds_are_told_by_orders_and_by_the_rule_that_the_card_asks(past: Past) -> None:
    order = await past.answers("ana", "fund.order_when")
    assert "Steady Bonds: 10.00 units sold, priced on Tue 17 Mar 2026, cash on Thu 19 Mar 2026" in read(order)
    assert "until 15:00 on Tue 17 Mar 2026" in read(order)
    assert data(order)[0].startswith("do:fund_cancel:order=")
    async with past.connection.begin_nested() as later:
        async with past.units.begin() as unit:
            await suspend(unit, await fund_on_sale(unit, "steady_bonds"), "no prices", "operator:1")
        waits = read(await past.answers("ana", "fund.order_when"))
        closed = read(await past.answers("ana", "wealth.who_may_buy", fund="bonds"))
        await later.rollback()
    assert "Steady Bonds is suspended: your order waits, and you can cancel it at any time" in waits
    assert "no prices" in closed.split("\n")[0]
    now = read(await past.answers("empty", "fund.order_when"))
    assert "An order placed now gets the NAV of Tue 17 Mar 2026 and is confirmed on Wed 18 Mar 2026" in now
    may = await past.answers("ana", "wealth.who_may_buy", fund="broad shares")
    assert read(may).startswith("Yes, you can buy Broad Shares (risk level R4), from ¥10.00.")
    assert data(may)[0] == "do:fund_buy:fund=broad_shares"
    assert "up to ¥10,000.00 in Broad Shares" in read(may)
    not_yet = await past.answers("empty", "wealth.who_may_buy", fund="broad shares")
    assert read(not_yet).startswith("Broad Shares has risk level R4. Before your first fund there's a risk assessment")
    assert data(not_yet)[0] == "do:risk"
    named = await past.answers("ana", "wealth.who_may_buy", words="Why won't you sell me Broad Shares?")
    assert read(named) == read(may)
    assert read(await past.answers("ana", "wealth.who_may_buy", words="宽基股票为什么不卖给我？")) == read(may)
    much = read(await past.answers("ana", "wealth.who_may_buy", fund="bonds", amount="20000"))
    assert "¥10,000.00" in much.split("\n")[0]


async def test_a_changed_catalogue_changes_the_answers(past: Past) -> None:
    async with past.connection.begin_nested() as later:
        await sell_otherwise(past, "change_plus", fast_quota="500", cut_off="11:30", minimum="5")
        await sell_otherwise(past, "harvest", fees={"at_disbursement_percent": "0.8"})
        terms = [{"days": 90, "rate": "2.20"}, {"days": 365, "rate": "2.50"}]
        await sell_otherwise(past, "term_deposit", terms=terms, demand_rate="0.30", limits={"1": "700"})
        await sell_otherwise(past, "steady_bonds", holding_limits=["0", "900", "500000"])
        told = {topic: read(await past.answers("ana", topic)) for topic in TOPICS}
        none = read(await past.answers("empty", "deposit.early_out"))
        await later.rollback()
    assert "At most ¥500.00 a day arrives at once" in told["wealth.take_out_when"]
    assert "before 11:30 on a dealing day" in told["income.when_shown"]
    assert "from ¥5.00" in told["wealth.how_to_start"]
    assert "¥8.00 of ¥1,000.00, deducted" in told["fees.what"]
    assert "2.20% to 2.50% a year" in told["wealth.what_is"]
    assert "0.30% a year" in none
    assert "Deposits: ¥600.00 of ¥700.00, ¥100.00 more." in told["limits.what"]
    assert "at 0.20% a year" in told["deposit.early_out"], "a contract keeps the terms that it was sold under"
    assert "up to ¥900.00" in read(await after(past, "bonds"))


async def after(past: Past, fund: str) -> Answer:
    async with past.connection.begin_nested() as later:
        await sell_otherwise(past, "steady_bonds", holding_limits=["0", "900", "500000"])
        answer = await past.answers("ana", "wealth.who_may_buy", fund=fund)
        await later.rollback()
    return answer


async def sell_otherwise(past: Past, code: str, **changes: Any) -> None:
    """Sell a product on other terms from today on."""
    async with past.units.begin() as unit:
        sold = await product(unit, code)
        unit.session.add(
            ProductVersion(
                code=code,
                version=sold.version + 1,
                line=sold.line,
                terms={name: value for name, value in {**sold.terms, **changes}.items() if value is not None},
                valid_from=unit.open_on,
                applied_at=unit.now,
            )
        )


# -- the person and the account ------------------------------------------------------------------------------------


async def test_joining_is_told_by_the_step_that_is_missing(past: Past) -> None:
    join = await past.answers("new", "account.join")
    assert read(join).startswith("You're at step 1 of 3: read the terms and agree.")
    assert data(join)[0] == "do:join"
    assert read(await past.answers("ana", "account.join")).startswith("You have joined; you are at level 1.")
    assert data(await past.answers("new", "code.not_received"))[0] == "do:join"
    assert "We send none" not in read(await past.answers("ana", "code.not_received"))


async def test_what_stands_in_the_way_of_closing_is_told_as_money(past: Past) -> None:
    way = await past.answers("ana", "account.close")
    held, there = await position_of(past, "ana"), await past.money(_WALLET, me=past.id("ana"))
    for part in ("In term deposits: ¥600.00", f"In Change Plus: {held}", "accepted yet: ¥20.00", f"wallet: {there}"):
        assert part in read(way)
    assert data(way)[:2] == ["do:repay", "takeback:token-waits"]
    assert "You close it yourself, with your PIN" in read(way)
    assert read(await past.answers("empty", "account.close")).startswith("Nothing is open: you owe nothing")
    assert "You are staff here" in read(await past.answers("operator", "account.close"))
    owed = await past.money(_OWED, me=past.id("late"))
    assert f"Owed on loans: {owed}" in read(await past.answers("late", "account.close"))


async def test_a_lost_phone_is_locked_first(past: Past) -> None:
    lost = await past.answers("ana", "phone.lost")
    assert data(lost)[:2] == ["do:lock", "takeback:token-waits"]
    assert "¥20.00 you sent isn't accepted yet" in read(lost)
    locked = await past.answers("locked", "phone.lost")
    assert read(locked).startswith("Your account has been locked since Tue 17 Mar 2026, 10:00")
    assert "do:lock" not in data(locked)
    assert "tell an administrator" in read(await past.answers("operator", "phone.lost"))
    assert "ends in" in read(await past.answers("ana", "phone.changed"))
    assert read(await past.answers("new", "details.change")).startswith("On file: Nia <b>.")


async def test_a_locked_pin_is_told_with_its_minutes(past: Past) -> None:
    locked = read(await past.answers("locked", "pin.locked"))
    assert locked.startswith("It's locked after 6 wrong tries, for 29 minutes more, until Tue 17 Mar 2026, 10:28.")
    assert "5 wrong tries lock it for 15 minutes" in locked
    assert "after 10 within 24 hours" in locked
    assert read(await past.answers("ana", "pin.locked")).startswith("Your PIN isn't locked: no wrong tries")
    assert read(await past.answers("new", "pin.forgotten")).startswith("You have no PIN yet")
    assert "do:lock" not in data(await past.answers("ana", "pin.forgotten")), "who locks needs the PIN to unlock"
    async with past.connection.begin_nested() as later:
        async with past.units.begin() as unit:
            row = await by_id(unit, past.id("empty"))
            row.pin_failures, row.pin_failing_since = 10, unit.now - timedelta(hours=3)
        shut = read(await past.answers("empty", "pin.locked"))
        stopped = read(await past.answers("zero", "send.failed"))
        await later.rollback()
    assert shut.startswith("It's locked after 10 wrong tries; you can try again on Wed 18 Mar 2026, 07:00.")
    assert stopped.startswith("Nothing stops it now")


def test_the_pin_is_asked_for_what_the_answer_says() -> None:
    of_people = (*WALLETS, *LOANS, *SAVING, *FUND_ACTS, *SETTINGS, *ACCOUNT)
    named = {action.name for action in of_people if action.needs_pin is not False}
    assert named == {
        *("wallet.send", "wallet.pay_request", "wallet.withdraw"),
        *("loan.sign", "loan.draw", "loan.agree", "group_loan.sign"),
        *("guarantee.accept", "guarantee.pay", "guarantee.pay_back"),
        *("deposit.open", "deposit.early", "plan.make", "plan.round_up", "change_plus.put_in"),
        *("fund.buy", "fund.switch", "settings.unlock"),
        *("account.change_pin", "account.change_phone", "account.recovery_code", "account.name_contact"),
        "account.hand_in",
    }, "the answers of pin.why_asked and pin.forgotten list them in words"


async def test_questions_about_papers_lead_to_handing_them_in(past: Past) -> None:
    for topic in ("identity.why", "identity.how", "identity.failed"):
        assert "do:identity" in data(await past.answers("ana", topic)), topic
        assert "do:identity" not in data(await past.answers("bo", topic, "en")), (topic, "at the highest level")
    assert "a document and a selfie" in read(await past.answers("ana", "identity.why"))
    assert read(await past.answers("ana", "identity.failed")).startswith("No document of yours was refused")
    level = (
        "Level 2: ¥200,000.00 out a year, loans up to ¥50,000.00, Change Plus up to ¥500,000.00,"
        " deposits up to ¥500,000.00"
    )
    assert level in read(await past.answers("ana", "identity.how"))
    assert read(await past.answers("bo", "identity.how", "en")).startswith("You're at level 2, the highest.")


def shown_at(instant: datetime) -> str:
    return translator("en").instant(instant, ZONE)


async def position_of(past: Past, who: str) -> str:
    """Return what somebody has in Change Plus by the register and the orders."""
    return await past.money(_IN_CHANGE_PLUS, me=past.id(who))


_OUT: Final = "SELECT coalesce(sum(amount), 0) FROM outflow WHERE customer_id = :me"
_LAST: Final = """
    SELECT e.reference
    FROM entry e JOIN transfer t ON t.entry_id = e.id JOIN account a ON a.id IN (t.debit_id, t.credit_id)
    WHERE a.code = '2010' AND a.owner = :me AND e.kind = :kind ORDER BY e.id DESC LIMIT 1
"""
_SINCE: Final = """
    SELECT coalesce(sum(CASE WHEN a.id = t.credit_id THEN t.amount ELSE -t.amount END), 0)
    FROM entry e JOIN transfer t ON t.entry_id = e.id JOIN account a ON a.id IN (t.debit_id, t.credit_id)
    WHERE a.code = '2010' AND a.owner = :me AND e.business_date = :on
"""
_IN_CHANGE_PLUS: Final = """
    SELECT coalesce((SELECT b.amount FROM account a JOIN balance b ON b.account_id = a.id
        WHERE a.code = 'U2010' AND a.asset = 'CHANGE+' AND a.owner = :me), 0)
    + coalesce((SELECT sum(amount - cancelled) FROM fund_order
        WHERE customer_id = :me AND kind = 'subscription' AND state = 'pending'), 0)
"""
_EARNED: Final = "SELECT earned FROM holding WHERE customer_id = :me"
_OWED: Final = """
    SELECT sum(b.amount) FROM account a JOIN balance b ON b.account_id = a.id JOIN loan l ON l.id = a.owner
    WHERE a.code IN ('1100', '1110', '1120', '1130') AND l.customer_id = :me
"""
_OF_FUND: Final = """
    SELECT coalesce(sum(CASE WHEN a.id = t.debit_id THEN t.amount ELSE -t.amount END), 0)
    FROM transfer t JOIN account a ON a.id IN (t.debit_id, t.credit_id) WHERE a.code = :code AND a.book = 'FUND:1'
"""
