"""How long an audience takes to be counted among very many, and how it is asked.

`python -m benchmarks audiences` makes 1,000,000 people by set-based SQL in a PostgreSQL of its own (fsync on): each has
a wallet with money, was asked for their consents when they joined, a tenth has taken loans back since, and half have a
loan, of which two fifths run. The question is the issue's: consent, zone, tier, wallet balance, no active loan.
Beside it stand the same without each condition, the question in which nothing is selective, and one with an *or*. The
plainest thing is a count of the customers.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from benchmarks.big_book import tidy
from benchmarks.figures import Json, figures, line
from finance_core.customers.consents import Topic
from finance_core.kernel.clock import ManualClock
from finance_core.lines import FACTS, OFFER_CHECKS
from finance_core.offers.audiences.counting import About, count
from finance_core.offers.audiences.question import All, AnyOf, How, Is, Not, Question
from finance_core.storage.engine import create_engine
from finance_core.storage.founding import found
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Unit, Units
from migrations.upgrade import upgrade

PEOPLE: Final = 1_000_000
WANTED_MS: Final = 1_000
TURNS: Final = 9
_CHUNK: Final = 100_000
_UNGUARDED: Final = ("customer", "loan", "consent", "balance")
_OPEN_ON: Final = date(2026, 3, 12)

_MAKE: Final = (
    """
    INSERT INTO customer (id, telegram_id, chat_id, username_hash, name_sealed, language, zone, tier, terms_accepted_at,
        phone_hash, phone_sealed, pin_hash, adult_confirmed_at, pin_failures, discreet, income_notice, created_at)
    OVERRIDING SYSTEM VALUE
    SELECT n, n, n, sha256(CAST('username ' || n AS bytea)), sha256(CAST('name' || n AS bytea)),
        CASE WHEN n % 3 = 0 THEN 'zh' ELSE 'en' END,
        (ARRAY['Asia/Shanghai', 'Africa/Lagos', 'America/Lima', 'Europe/Berlin'])[1 + n % 4], (n / 4) % 3, now(),
        sha256(CAST('phone ' || n AS bytea)), sha256(CAST('sealed' || n AS bytea)), repeat('x', 90), now(), 0, false,
        'daily', now()
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
    """,
    """
    INSERT INTO consent (customer_id, topic, about, given, at, wording, wording_version, language, place)
    SELECT n, topic, '', n % 10 < 6, now(), 'Susu may send me offers. I can end that at any time.', '1', 'en', 'joining'
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
        CROSS JOIN unnest(CAST(ARRAY['loans', 'saving', 'news'] AS varchar[])) AS topic
    """,
    """
    INSERT INTO consent (customer_id, topic, about, given, at, wording, wording_version, language, place)
    SELECT n, 'loans', '', false, now(), 'No more offers', '1', 'en', 'word'
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n WHERE n % 10 = 1
    """,
    """
    SELECT cardinality(ledger_accounts(array_agg(CAST('INST' AS varchar)), array_agg(code), array_agg(n),
        array_agg(CAST('CNY' AS varchar))))
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n
        CROSS JOIN unnest(CAST(ARRAY['1100', '2010'] AS varchar[])) AS code
    """,
    """
    INSERT INTO loan (id, key, customer_id, product, product_version, product_number, grade, asset, principal,
        annual_rate, penalty_rate, grace_days, all_in_rate, count, automatic_debit, debit_from_change_plus, signed_at,
        disbursed_on, cooling_off_until, state)
    OVERRIDING SYSTEM VALUE
    SELECT n, 'benchmark:' || n, n, 'lightning', 1, 1, 'D', 'CNY', 300000, 18.25, 5.75, 3, 20, 12, true, false, now(),
        CURRENT_DATE, CURRENT_DATE, CASE WHEN n % 5 < 2 THEN 'active' ELSE 'settled' END
    FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS n WHERE n % 2 = 0
    """,
)
_MONEY: Final = text(
    "UPDATE balance SET amount = (account.owner * 7919) % 100000, opening = 0 FROM account"
    " WHERE account.id = balance.account_id AND account.code = '2010'"
)

_CONSENT: Final = Is(fact="consent", value="loans")
_ZONE: Final = Is(fact="zone", value="Asia/Shanghai")
_TIER: Final = Is(fact="tier", how=How.AT_LEAST, value=1)
_WALLET: Final = Is(fact="wallet", how=How.MORE, value=50_000)
_FREE: Final = Not(no=Is(fact="active_loan", value=True))
THE_QUESTION: Final = "consent, zone, tier, wallet, no active loan"
QUESTIONS: Final[dict[str, Question]] = {
    THE_QUESTION: All(all=(_CONSENT, _ZONE, _TIER, _WALLET, _FREE)),
    "without the zone": All(all=(_CONSENT, _TIER, _WALLET, _FREE)),
    "consent alone": _CONSENT,
    "wallet alone": _WALLET,
    "nothing is selective": All(
        all=(Is(fact="tier", how=How.AT_LEAST, value=0), Is(fact="wallet", how=How.AT_LEAST, value=0), _FREE)
    ),
    "an or": AnyOf(any=(All(all=(_CONSENT, _WALLET)), _FREE)),
}


def measured(people: int) -> Json:
    """Make so many people, and count among them."""
    with tempfile.TemporaryDirectory() as folder, EmbeddedServer(Path(folder) / "postgres") as server:
        server.run_sql("CREATE DATABASE audiences OWNER susu_owner", database="postgres")
        url = server.url("audiences")
        upgrade(url)
        return asyncio.run(_measured(url, people))


def table(result: Json) -> str:
    """Return the figures as lines, and whether the question's median is within what is wanted."""
    made = f"  {result['people']:,} people made in {result['made_seconds']:.0f} s"
    ways = [line(name, each) for name, each in result["ways"].items()]
    taken = result["ways"][THE_QUESTION]["p50"]
    verdict = "within" if taken <= WANTED_MS else "BEYOND"
    return "\n".join([made, *ways, f"  {THE_QUESTION}: {taken} ms (p50), {verdict} {WANTED_MS} ms"])


async def _measured(url: str, people: int) -> Json:
    engine, owner = create_engine(url), create_engine(url, role=None, pool_size=1)
    async with engine.begin() as connection:
        await found(connection, "Asia/Shanghai", _OPEN_ON)
    began = time.perf_counter()
    await _make(owner, people)
    made = time.perf_counter() - began
    units = Units(engine, ManualClock(datetime(2026, 3, 12, 4, 0, tzinfo=UTC)))
    ways: Json = {}
    async with units.begin() as unit:
        for name, question in QUESTIONS.items():
            ways[name] = figures([await _seconds(unit, question) for _ in range(TURNS)])
        about = About(Topic.LOANS, is_credit=True)
        asked = QUESTIONS[THE_QUESTION]
        ways["and who falls out, by reason"] = figures([await _seconds(unit, asked, about) for _ in range(TURNS)])
        ways["a count of the customers"] = figures([await _plain(unit) for _ in range(TURNS)])
    await engine.dispose()
    await owner.dispose()
    return {"people": people, "made_seconds": round(made, 1), "ways": ways}


async def _make(owner: AsyncEngine, people: int) -> None:
    """Insert the people and what they have. The digests, which no count reads, are left out."""
    async with owner.begin() as connection:
        for name in _UNGUARDED:
            if name != "consent":
                await connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER USER"))
        await connection.execute(text("ALTER TABLE consent DISABLE TRIGGER row_guard"))
    for first in range(1, people + 1, _CHUNK):
        span = {"first": first, "last": min(first + _CHUNK - 1, people)}
        async with owner.begin() as connection:
            await connection.execute(text("SET LOCAL statement_timeout = 0"))
            for statement in _MAKE:
                await connection.execute(text(statement), span)
    async with owner.begin() as connection:
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(_MONEY)
    await tidy(owner)


async def _seconds(unit: Unit, question: Question, about: About | None = None) -> float:
    began = time.perf_counter()
    await count(unit, question, FACTS, OFFER_CHECKS, about)
    return time.perf_counter() - began


async def _plain(unit: Unit) -> float:
    began = time.perf_counter()
    await unit.session.execute(text("SELECT count(*) FROM customer"))
    return time.perf_counter() - began
