"""The demo's institution: founded some weeks ago, with people who have joined and a past that was really lived.

Nothing is written behind the use cases' back: the book is opened on a past date and the days are closed one by one up
to now, so that `susu verify` proves the demo as it proves production.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.commands.catalogue import load_catalogue
from bot.demo import harvest_savers
from bot.demo.lunch import live_through_lunch
from bot.demo.sunday_circle import DAYS_AGO, FIRST_DUE_DAYS_AGO, begin_sunday_circle
from bot.sandbox.model import Person
from bot.sandbox.people import ANA_ID, BO_ID, CHIDI_ID, DEMO_PEOPLE, DEMO_PIN, MEI_ID, OLU_ID
from finance_core import ledger
from finance_core.business_day.travel import travel
from finance_core.customers import consents, operators
from finance_core.customers import service as customers
from finance_core.customers.consents import Topic, Wording
from finance_core.customers.pin import hashed_pin, set_pin
from finance_core.customers.roles import Role
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.lines import CALENDAR
from finance_core.storage.cipher import Cipher
from finance_core.storage.founding import found
from finance_core.storage.unit import Actor, Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX

WEEKS_OF_HISTORY: Final = 5
LUNCH_AGO: Final = timedelta(hours=1)
CAPITAL: Final = Money.of(10_000_000, CNY)
TIERS: Final = {ANA_ID: 2, BO_ID: 1, CHIDI_ID: 1, OLU_ID: 2, MEI_ID: 2}
OPERATORS: Final = (OLU_ID, MEI_ID)
"""Two administrators, so that each can check what the other proposes."""
BUREAU: Final = Wording("The demo's people have agreed.", "demo", "en", "first loan")
MONTHLY_INCOME: Final = Money.of(6_000, CNY)
RECEIPTS_LEFT_TO_PUSH: Final = 2
"""How many of a person's last receipts are pushed at the first start, so that each chat has something to show."""


@dataclass(frozen=True, slots=True)
class Topup:
    """Somebody puts money in, some days before today."""

    days_ago: int
    who: int
    amount: int


@dataclass(frozen=True, slots=True)
class CircleBegins:
    """The three join *Sunday Circle*, of which two rounds are lived through."""

    days_ago: int


@dataclass(frozen=True, slots=True)
class SaversBegin:
    """The five of *Harvest savers* begin their cycle."""

    days_ago: int


@dataclass(frozen=True, slots=True)
class SaversMeet:
    """They hold a meeting: 0 is the first."""

    days_ago: int
    number: int


@dataclass(frozen=True, slots=True)
class Gift:
    """Somebody sends money, and it is taken."""

    days_ago: int
    who: int
    to: int
    amount: int
    note: str


Event: TypeAlias = Topup | Gift | CircleBegins | SaversBegin | SaversMeet

PAST: Final[Sequence[Event]] = (
    Topup(33, ANA_ID, 1_543),
    Topup(32, BO_ID, 1_905),
    Topup(31, CHIDI_ID, 1_866),
    Topup(30, OLU_ID, 33),
    Topup(29, MEI_ID, 33),
    Gift(27, ANA_ID, BO_ID, 50, "lunch"),
    Gift(20, BO_ID, CHIDI_ID, 30, "打车"),
    SaversBegin(harvest_savers.BEGAN_DAYS_AGO),
    SaversMeet(harvest_savers.MEETINGS_DAYS_AGO[0], 0),
    CircleBegins(DAYS_AGO),
    Topup(15, ANA_ID, 750),
    SaversMeet(harvest_savers.MEETINGS_DAYS_AGO[1], 1),
    Gift(9, CHIDI_ID, ANA_ID, 50, "taxi"),
    SaversMeet(harvest_savers.MEETINGS_DAYS_AGO[2], 2),
    Gift(3, ANA_ID, CHIDI_ID, 100, "concert"),
)
"""Ends, with what happens in *Lunch*, *Sunday Circle* and *Harvest savers*, with 2,000.00 in each of three wallets."""

_SHIFT = text("UPDATE book SET clock_offset = :offset WHERE id = 1")
_ARRIVE = text("UPDATE book SET clock_offset = interval '0', travelling_until = NULL WHERE id = 1")
_QUIET_THE_PAST = text(
    """
    UPDATE outbox SET state = 'cancelled', error = 'before the demo', finished_at = clock_timestamp()
    WHERE state = 'pending' AND id NOT IN (
        SELECT id FROM (
            SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY id DESC) AS age FROM outbox
            WHERE urgency = 'receipt' AND kind LIKE 'receipt.%'
        ) numbered WHERE age <= :kept
    )
    """
)


async def found_demo(engine: AsyncEngine, zone: str, cipher: Cipher) -> None:
    """Found the institution five weeks ago and live through them."""
    units, now = Units(engine, cipher=cipher), datetime.now(UTC)
    start = datetime.combine((now - timedelta(weeks=WEEKS_OF_HISTORY)).astimezone(ZoneInfo(zone)).date(), time(10))
    opened_at = start.replace(tzinfo=ZoneInfo(zone))
    async with engine.begin() as connection:
        await found(connection, zone, opened_at.date())
        await connection.execute(_SHIFT, {"offset": opened_at - datetime.now(UTC)})
    await load_catalogue(units)
    await _capital(units)
    ids = await _join(units, cipher)
    here = now.astimezone(ZoneInfo(zone))
    for event in PAST:
        await _let_pass(units, _when(event, here))
        await _live_through(units, cipher, ids, event, here)
    await _let_pass(units, now - LUNCH_AGO)
    await live_through_lunch(units, cipher, ids)
    await _let_pass(units, datetime.now(UTC))
    async with units.begin() as unit:
        await unit.session.execute(_ARRIVE)
        await unit.session.execute(_QUIET_THE_PAST, {"kept": RECEIPTS_LEFT_TO_PUSH})


def _when(event: Event, now: datetime) -> datetime:
    """Return the instant of an event: meetings are at noon, all else so many days ago to the second."""
    if isinstance(event, SaversMeet):
        return harvest_savers.noon(now, event.days_ago)
    return now - timedelta(days=event.days_ago)


async def _live_through(units: Units, cipher: Cipher, ids: dict[int, int], event: Event, now: datetime) -> None:
    match event:
        case CircleBegins():
            await begin_sunday_circle(units, cipher, ids, now.date() - timedelta(days=FIRST_DUE_DAYS_AGO))
        case SaversBegin():
            first_on = now.date() - timedelta(days=harvest_savers.MEETINGS_DAYS_AGO[0])
            await harvest_savers.begin_harvest_savers(units, cipher, ids, first_on)
        case SaversMeet():
            await harvest_savers.meet(units, cipher, ids, event.number)
        case Topup() | Gift():
            async with units.begin(Actor("customer", ids[event.who])) as unit:
                await _happen(unit, cipher, ids, event)


async def _let_pass(units: Units, target: datetime) -> None:
    """Live until `target`; nothing is pushed meanwhile, as nobody was there to read it."""
    await travel(units, target, CALENDAR, drained=_nobody_reads)


async def _nobody_reads() -> None:
    return None


async def _capital(units: Units) -> None:
    async with units.begin() as unit:
        paid_in = Transfer(Account("1010", 1), Account("3010"), CAPITAL)
        await ledger.post(unit, Entry("capital.paid_in", "capital:founding", (paid_in,)))


async def _join(units: Units, cipher: Cipher) -> dict[int, int]:
    """Let everybody join; return customer ids by Telegram id."""
    pin_hash = await hashed_pin(DEMO_PIN, allowed=DEMO_PIN)
    ids = {}
    for person in DEMO_PEOPLE:
        async with units.begin() as unit:
            ids[person.id] = await _joined(unit, cipher, person, pin_hash)
    return ids


async def _joined(unit: Unit, cipher: Cipher, person: Person, pin_hash: str) -> int:
    customer = await customers.start(
        unit,
        cipher,
        telegram_id=person.id,
        chat_id=person.id,
        first_name=person.first_name,
        username=person.username,
        language=person.language_code or "en",
    )
    await customers.accept_terms(unit, customer.id)
    await customers.share_phone(unit, cipher, customer.id, raw_phone=person.phone, contact_user_id=person.id)
    await set_pin(unit, cipher, customer.id, pin_hash)
    await customers.confirm_adult(unit, customer.id)
    await consents.choose(unit, customer.id, Topic.BUREAU, BUREAU, given=True)
    await customers.answer_affordability(unit, customer.id, income=MONTHLY_INCOME, other_instalments=Money.zero(CNY))
    customer.tier = TIERS[person.id]
    if person.id in OPERATORS:
        await operators.grant(unit, customer.id, Role.ADMINISTRATOR)
    return customer.id


async def _happen(unit: Unit, cipher: Cipher, ids: dict[int, int], event: Topup | Gift) -> None:
    amount = Money.of(event.amount, CNY)
    key = f"demo:{event.days_ago}:{event.who}"
    if isinstance(event, Topup):
        await wallet.topup(unit, ids[event.who], amount, key, SANDBOX)
        return
    await wallet.send(unit, cipher, ids[event.who], ids[event.to], amount, event.note, key)
    await wallet.accept(unit, key, ids[event.to])
