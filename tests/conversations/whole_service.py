"""Susu and the sandbox in one process: the real sandbox over real HTTP, aiogram, python-telegram-bot and PostgreSQL.

    async with whole_service(cluster) as susu:
        ana = await susu.resident("Ana", money=2000)
        await ana.says("/borrow 3000 6")
        await ana.sees("All-in annual rate")

It is composed as `bot/processes/run.py` does. Time begins on Thursday 12 March 2026, 10:00 in Shanghai, and passes when
a script travels.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache, partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from argon2 import PasswordHasher
from sqlalchemy import text

from bot.commands.catalogue import load_catalogue
from bot.delivery.attachments import Attachments
from bot.delivery.limiter import Pacer, wait_on_the_loop
from bot.delivery.loop import Delivery
from bot.delivery.push import delivery_bot
from bot.demo.travelling import BookTraveller
from bot.dispatch.engine import Dispatch
from bot.intake.inbox import Inbox
from bot.intake.poll import Poller
from bot.processes.conversation import conversation_bot, conversation_dispatcher, set_commands
from bot.processes.pictures import picture_preparer
from bot.processes.render_process import RenderProcess
from finance_core import ledger
from finance_core.business_day.tick import moves_are_due
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.pin import set_pin
from finance_core.customers.queries import by_telegram_id
from finance_core.guarding import GUARDS
from finance_core.kernel.money import CNY, Money
from finance_core.ledger import Account, Entry, Transfer
from finance_core.lines import CALENDAR
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from handlers.chat.faults import Faults, Languages
from handlers.chat.prepare import pin_preparer
from handlers.chat.support import Support
from handlers.friends.late import late_answer
from handlers.groups.admins import admins_preparer
from handlers.groups.asked_members import members_preparer
from handlers.notices.rendering import board_screen, render
from tests.builders import CIPHER, verified, with_bureau, yuan
from tests.conversations.harness import Json, Person, RunningSandbox, running_sandbox
from tests.first_day import OPEN_ON, START, ZONE

if TYPE_CHECKING:
    from aiogram import Dispatcher
    from sqlalchemy.ext.asyncio import AsyncEngine

    from tests.embedded import Cluster

PIN: Final = "246810"
INSTITUTION: Final = "Harbour Savings & Loans"
WORKERS: Final = 8
CAPITAL: Final = Money.of(1_000_000, CNY)
SHANGHAI: Final = ZoneInfo(ZONE)
HURRY: Final = 50
"""Delivery paces its pushes as ever, by a clock that runs so many times as fast."""

_SET_OFF = text("UPDATE book SET clock_offset = :offset WHERE id = 1")
_numbers = count(1)


@dataclass(frozen=True)
class Susu:
    """The running service and the sandbox, as a script uses them."""

    sandbox: RunningSandbox
    engine: AsyncEngine
    units: Units
    inbox: Inbox
    may_travel: bool = True

    async def stranger(self, name: str, language: str | None = "en", **more: Any) -> Person:
        """Let somebody move in who has never written to Susu."""
        return await self.sandbox.person(name, language=language, **more)

    async def resident(
        self,
        name: str,
        *,
        language: str = "en",
        tier: int = 1,
        money: str | int = 0,
        has_applied: bool = True,
        username: str | None = None,
    ) -> Person:
        """Let somebody in who has joined already, their PIN 246810, with `money` in the wallet.

        Args:
            has_applied: whether they have answered what a first contract asks; they earn 6,000 a month then.
        """
        handle = username or f"{name.lower() if name.isascii() else 'person'}{next(_numbers)}"
        person = await self.sandbox.person(name, language=language, username=handle)
        self.sandbox.inside.people[person.id].started = True
        async with self.units.begin() as unit:
            await _join(unit, person, language, tier, has_applied=has_applied)
        if money:
            await self.gives(person, money)
            await person.sees("🧾")
        return person

    async def gives(self, person: Person, money: str | int) -> None:
        """Put money into a wallet, as its owner does by a top-up. The receipt is pushed."""
        customer = await self.customer(person)
        async with self.units.begin() as unit:
            await wallet.topup(unit, customer.id, yuan(money), f"given:{next(_numbers)}", SANDBOX)

    async def customer(self, person: Person) -> Customer:
        """Return the row behind a person."""
        async with self.units.begin() as unit:
            found_row = await by_telegram_id(unit, person.id)
        assert found_row is not None, f"{person.name} is no customer"
        return found_row

    async def balance(self, person: Person) -> Money:
        """Return what is in a person's wallet."""
        customer = await self.customer(person)
        async with self.units.begin() as unit:
            return await ledger.balance(unit, Account("2010", customer.id))

    async def entries(self, person: Person, kind: str = "%") -> int:
        """Return how many journal entries (of a kind) touched a person's wallet."""
        customer = await self.customer(person)
        return int(await self.value(_ENTRIES, owner=customer.id, kind=kind))

    async def value(self, query: str, **values: Any) -> Any:
        """Return one value that a query finds."""
        async with self.units.begin() as unit:
            return await unit.session.scalar(text(query), values)

    async def verified(self) -> None:
        """Fail unless the whole book verifies, the products' equations included."""
        await verified(self.units)

    async def left_in_order(self) -> None:
        """Fail unless the book verifies, the guards too, every push could be rendered, and no update was given up."""
        await verified(self.units, *GUARDS)
        assert await self.value("SELECT string_agg(kind, ' ') FROM outbox WHERE error LIKE 'not rendered%'") is None
        assert await self.value("SELECT string_agg(error, ' ') FROM inbox WHERE state = 'dead'") is None

    async def travel(self, to: str | None = None, **length: float) -> Json:
        """Let time pass: `days=1`, or until an instant on Shanghai's wall, "2026-04-12 09:30"."""
        assert self.may_travel, "other modules' scripts share this time: say SERVICE_OF_ITS_OWN = True in the module"
        instant = datetime.fromisoformat(to).replace(tzinfo=SHANGHAI) if to else None
        return await self.sandbox.travel(to=instant, **length)

    async def today(self) -> date:
        """Return the business date."""
        async with self.units.begin() as unit:
            return unit.open_on


_ENTRIES = """
    SELECT count(DISTINCT e.id) FROM entry e JOIN transfer t ON t.entry_id = e.id
        JOIN account a ON a.id IN (t.debit_id, t.credit_id)
    WHERE a.code = '2010' AND a.owner = :owner AND e.kind LIKE :kind
"""


async def _join(unit: Unit, person: Person, language: str, tier: int, *, has_applied: bool) -> None:
    customer = await customers.start(
        unit,
        CIPHER,
        telegram_id=person.id,
        chat_id=person.chat_id,
        first_name=person.name,
        username=person.json["username"],
        language=language,
    )
    await customers.accept_terms(unit, customer.id)
    await customers.share_phone(
        unit, CIPHER, customer.id, raw_phone=f"+86139{next(_numbers):08d}", contact_user_id=person.id
    )
    await set_pin(unit, CIPHER, customer.id, pin_hash())
    customer.tier = tier
    if has_applied:
        await customers.confirm_adult(unit, customer.id)
        await with_bureau(unit, customer.id)
        await customers.answer_affordability(unit, customer.id, income=yuan(6000), other_instalments=yuan(0))


@cache
def pin_hash() -> str:
    """Return a real argon2id hash of everybody's PIN, with parameters that cost next to nothing to look at."""
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


@cache
def the_dispatcher() -> tuple[Dispatcher, Languages]:
    """Return aiogram's dispatcher of this process: its routers have one parent in a lifetime, so towns share it."""
    languages = Languages()
    support = Support(helplines={"CN": "12356"})
    return conversation_dispatcher(CIPHER, languages, INSTITUTION, SANDBOX, support), languages


@asynccontextmanager
async def whole_service(cluster: Cluster, *, workers: int = WORKERS, may_travel: bool = True) -> AsyncIterator[Susu]:
    """Run everything on a database of its own while the block runs."""
    with cluster.cloned() as url:
        engine = create_engine(url, pool_size=workers + 6)
        try:
            await begin(engine)
            async with running_susu(engine, workers=workers) as susu:
                yield replace(susu, may_travel=may_travel)
        finally:
            await engine.dispose()


async def begin(engine: AsyncEngine) -> None:
    """Found the institution on 12 March 2026, with its capital and the shipped products."""
    units = Units(engine)
    async with engine.begin() as connection:
        await found(connection, ZONE, OPEN_ON)
        await connection.execute(_SET_OFF, {"offset": START - datetime.now(UTC)})
    await load_catalogue(units)
    async with units.begin() as unit:
        paid_in = Transfer(Account("1010", 1), Account("3010"), CAPITAL)
        await ledger.post(unit, Entry("capital.paid_in", "capital:tests", (paid_in,)))


@asynccontextmanager
async def running_susu(engine: AsyncEngine, *, workers: int = WORKERS) -> AsyncIterator[Susu]:
    """Run the sandbox, intake, dispatch and delivery on a founded database."""
    async with without_a_bot(engine) as susu, a_bot(susu.sandbox, susu.units, workers):
        await until_listening(susu.sandbox)
        yield susu


@asynccontextmanager
async def without_a_bot(engine: AsyncEngine) -> AsyncIterator[Susu]:
    """Run the sandbox and delivery on a founded database; the bot is another process's."""
    units = Units(engine, cipher=CIPHER)
    async with running_sandbox(traveller=BookTraveller(units)) as sandbox, delivering(sandbox, units):
        yield Susu(sandbox, engine, units, Inbox(units, CIPHER, int(sandbox.token.partition(":")[0])))


@asynccontextmanager
async def a_bot(sandbox: RunningSandbox, units: Units, workers: int = WORKERS) -> AsyncIterator[None]:
    """Run intake and dispatch, as `bot.processes.run.run_bot` does."""
    dispatcher, languages = the_dispatcher()
    bot = conversation_bot(sandbox.token, sandbox.url)
    renderer = RenderProcess(patience_seconds=60, starting_seconds=60)
    preparers = [
        pin_preparer(units, CIPHER, allowed=PIN),
        picture_preparer(bot, renderer.remake),
        admins_preparer(units, bot),
        members_preparer(units, bot),
    ]
    ready = late_answer(dispatcher["ended_packets"], languages)
    dispatch = Dispatch(
        units,
        bot,
        dispatcher,
        CIPHER,
        preparers,
        Faults(languages),
        ready=ready,
        workers=workers,
        render_process=renderer,
    )
    await dispatch.start()
    await set_commands(bot)
    polling = asyncio.create_task(Poller(units, bot, Inbox(units, CIPHER, bot.id, dispatch.counters), ready).run())
    try:
        yield
    finally:
        polling.cancel()
        await asyncio.gather(polling, return_exceptions=True)
        await dispatch.stop()
        await bot.session.close()


@asynccontextmanager
async def delivering(sandbox: RunningSandbox, units: Units) -> AsyncIterator[Delivery]:
    """Run delivery, as `bot.processes.run.run_worker` does."""
    bot = delivery_bot(sandbox.token, sandbox.url, _hurried())
    attached = Attachments(units, CIPHER).attached
    delivery = Delivery(
        units,
        bot,
        render,
        CIPHER,
        lambda unit: moves_are_due(unit, CALENDAR),
        attached,
        partial(board_screen, CIPHER),
    )
    running = asyncio.create_task(delivery.run())
    try:
        yield delivery
    finally:
        await delivery.stop()
        await running


def _hurried() -> Pacer:
    async def wait(changed: asyncio.Event, seconds: float) -> None:
        await wait_on_the_loop(changed, seconds / HURRY)

    return Pacer(monotonic=lambda: time.monotonic() * HURRY, wait=wait)


async def until_listening(sandbox: RunningSandbox) -> None:
    """Wait until a bot polls."""
    async with asyncio.timeout(60):
        while not (await sandbox.get("health"))["bot"]:  # noqa: ASYNC110 - it may be another process that begins to
            await asyncio.sleep(0.01)
