"""The database that a process works on: attached, at the schema that this code is written for, founded."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.settings import Settings
from finance_core.customers.service import name_associated_data
from finance_core.storage import canary
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import APP_ROLE, create_engine
from finance_core.storage.founding import found_today
from finance_core.storage.server import EmbeddedServer
from finance_core.storage.unit import Units

SCHEMA_TIMEOUT_SECONDS: Final = 600
WATCH_INTERVAL_SECONDS: Final = 1.0
LONGEST_WATCH_PAUSE_SECONDS: Final = 30.0
"""Between two tries to start a server that does not start (a full disk, a port or memory that is taken)."""
_SCHEMA_POLL_SECONDS: Final = 0.1
_SHOWN_CHARACTERS: Final = 1500
_UPGRADE_LOCK: Final = 0x5355_5355_0002
_VERSIONS: Final = Path(__file__).parent.parent / "migrations" / "versions"
_A_NAME = text("SELECT id, name_sealed FROM customer WHERE name_sealed <> '' ORDER BY id DESC LIMIT 1")
_PLAIN_PINS = text("SELECT EXISTS (SELECT FROM customer WHERE pin_hash LIKE '$argon2%')")
_PLAIN_VALUES = text(
    "SELECT EXISTS (SELECT FROM customer WHERE username IS NOT NULL)"
    " OR EXISTS (SELECT FROM send WHERE note IS NOT NULL)"
    " OR EXISTS (SELECT FROM money_request WHERE note IS NOT NULL)"
    " OR EXISTS (SELECT FROM plan WHERE name IS NOT NULL)"
    " OR EXISTS (SELECT FROM intent WHERE NOT params ? 'sealed' OR NOT result ? 'sealed')"
    # the words of names are written from the newest person back: where the first one has some, all have
    " OR EXISTS (SELECT FROM (SELECT id FROM customer ORDER BY id LIMIT 1) oldest"
    " WHERE NOT EXISTS (SELECT FROM name_word WHERE customer_id = oldest.id))"
)
_NOBODY_PREPARES = text("SELECT pg_try_advisory_xact_lock_shared(:lock)")
log = structlog.get_logger(__name__)


Seed = Callable[[AsyncEngine, str, Cipher], Awaitable[None]]
"""Opens the book in a zone and gives the institution a past."""


class WrongSchema(Exception):
    """The database is not at the schema that this code is written for; the text says how to mend it."""


class WrongSecret(Exception):
    """The secret is not the one that the database was written with: with it every update would be buried unread."""


HOW_TO_GIVE_IT: Final = (
    "the secret is not the one that this database was written with: give SUSU_SECRET_KEY as it was"
    " (while it is rotated: the new one, a comma, the old one)"
)


@contextmanager
def attached(settings: Settings) -> Iterator[tuple[str, EmbeddedServer | None]]:
    """Give the owner's address of the database, and the embedded server when that is where it lives (meanwhile)."""
    if settings.owner_url is not None:
        yield settings.owner_url, None
        return
    with EmbeddedServer(settings.postgres_home) as server:
        yield server.url(), server


def service_url(settings: Settings, server: EmbeddedServer | None) -> str:
    """Return the address that the service logs in at: as a role that owns nothing, where it can be had."""
    return server.url(user=APP_ROLE) if server is not None else settings.database_url or ""


@asynccontextmanager
async def attached_meanwhile(settings: Settings) -> AsyncIterator[tuple[str, EmbeddedServer | None]]:
    """`attached`, in a thread; whoever is cancelled while the server starts still lets go of it."""
    place = attached(settings)
    entering = asyncio.ensure_future(asyncio.to_thread(place.__enter__))
    try:
        given = await asyncio.shield(entering)
    except asyncio.CancelledError:
        await entering
        await asyncio.to_thread(place.__exit__, None, None, None)
        raise
    try:
        yield given
    finally:
        await asyncio.to_thread(place.__exit__, None, None, None)


def wanted_revision() -> str:
    """Return the revision that this code is written for: the last file's number (Alembic takes a second)."""
    return max(path.name for path in _VERSIONS.glob("[0-9]*.py")).partition("_")[0]


async def revision(connection: AsyncConnection) -> str | None:
    """Return the revision that the database is at, None when it is empty."""
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    found: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


async def prepare(settings: Settings, url: str, seed: Seed | None = None) -> None:
    """Migrate the database; on the institution's first day open its book and put the shipped products on sale.

    Only one process prepares at a time, and who opens the database waits until it is done.

    Args:
        seed: opens the book instead, with a past and people of its own: the demo's.

    Raises:
        WrongSchema: the database is ahead of this code.
    """
    async with _preparing(url) as connection:
        if seed is not None:
            await _forget_half_a_past(connection)
        if await _upgrade(url, await revision(connection)):
            log.info("schema brought up to date", revision=wanted_revision())
        engine = create_engine(url)
        try:
            await _found(settings, engine, seed)
            await _pepper_pins(settings, engine)
            await _encrypt_plain_values(settings, engine)
        finally:
            await engine.dispose()


async def bring_up_to_date(url: str) -> bool:
    """Run the migrations that the database lacks, one process at a time; say whether there were any.

    Raises:
        WrongSchema: the database is ahead of this code.
    """
    async with _preparing(url) as connection:
        return await _upgrade(url, await revision(connection))


@asynccontextmanager
async def _preparing(url: str) -> AsyncIterator[AsyncConnection]:
    """Hold the lock that everybody who opens the database waits for."""
    engine = create_engine(url, role=None, pool_size=1)
    try:
        async with engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("SET lock_timeout = 0"))
            await connection.execute(text("SET statement_timeout = 0"))
            await connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _UPGRADE_LOCK})
            yield connection
    finally:
        await engine.dispose()


async def _upgrade(url: str, at: str | None) -> bool:
    if at == wanted_revision():
        return False
    if at is not None and at > wanted_revision():
        raise WrongSchema(f"the database is at {at}, and this Susu knows {wanted_revision()}: use the newer Susu")
    from migrations.upgrade import upgrade

    await asyncio.to_thread(upgrade, url)
    return True


async def _forget_half_a_past(connection: AsyncConnection) -> None:
    """Empty the database if its seeding was cut off: only then does its clock stand before the wall's."""
    if await connection.scalar(text("SELECT to_regclass('book')")) is None:
        return
    if await connection.scalar(text("SELECT count(*) FROM book WHERE clock_offset < interval '-1 minute'")):
        log.warning("the demo's past was cut off while it was made, and is made again")
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public"))


async def _pepper_pins(settings: Settings, engine: AsyncEngine) -> None:
    """Encrypt the PINs of a database from before they were: all at once, and none is ever plain again."""
    async with engine.connect() as connection:
        if not await connection.scalar(_PLAIN_PINS):
            return
    cipher, last, units = Cipher(settings.secrets()), 0, Units(engine)
    await _require_secret(engine, cipher)
    from finance_core.customers.pin import wrap_pins  # argon2 takes a while to load

    while True:
        async with units.begin() as unit:
            last, wrapped, _ = await wrap_pins(unit, cipher, last)
        if not last:
            return
        log.info("pins encrypted", count=wrapped)


async def _encrypt_plain_values(settings: Settings, engine: AsyncEngine) -> None:
    """Encrypt what a database of an earlier release holds plain, and none of it is ever plain again."""
    async with engine.connect() as connection:
        if not await connection.scalar(_PLAIN_VALUES):
            return
    cipher = Cipher(settings.secrets())
    await _require_secret(engine, cipher)
    from bot.plain_values import encrypt_plain_values  # every line, which a database without any does not need

    log.info("plain values encrypted", count=await encrypt_plain_values(Units(engine), cipher))


async def _found(settings: Settings, engine: AsyncEngine, seed: Seed | None) -> None:
    async with engine.connect() as connection:
        if await connection.scalar(text("SELECT count(*) FROM book")):
            return
    if seed is not None:
        await seed(engine, settings.zone, Cipher(settings.secrets()))
    else:
        from bot.commands.catalogue import load_catalogue  # all lines, which a book that is there does not need

        await found_today(engine, settings.zone)
        await load_catalogue(Units(engine))
    log.info("book opened", zone=settings.zone)


@dataclass(frozen=True, slots=True)
class Database:
    """What a running process works with. `owner_url` is for what the service's own role may not do."""

    settings: Settings
    owner_url: str
    engine: AsyncEngine
    units: Units
    cipher: Cipher


@asynccontextmanager
async def opened(settings: Settings, *, wait: bool = False, pool_size: int = 10) -> AsyncIterator[Database]:
    """Attach to the database and check its schema.

    Args:
        wait: whether somebody else is bringing the schema up to date, so that it is worth waiting for.

    Raises:
        WrongSchema: the schema is not this code's (in time).
        WrongSecret: the database was written with another secret.
    """
    async with attached_meanwhile(settings) as (url, server), kept_alive(server):
        engine = create_engine(service_url(settings, server), pool_size=pool_size)
        try:
            await _require_schema(engine, SCHEMA_TIMEOUT_SECONDS if wait else 0)
            cipher = Cipher(settings.secrets())
            await _require_secret(engine, cipher)
            yield Database(settings, url, engine, Units(engine, cipher=cipher), cipher)
        finally:
            await engine.dispose()


@asynccontextmanager
async def kept_alive(server: EmbeddedServer | None) -> AsyncIterator[None]:
    """Watch over the embedded server, if there is one, while the body runs."""
    if server is None:
        yield
        return
    watch = asyncio.create_task(keep_alive(server))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.gather(watch, return_exceptions=True)


async def keep_alive(server: EmbeddedServer) -> None:
    """Start the server anew whenever it has died, for ever. Every attached process watches; one gets its turn.

    A start that fails is logged with the server's last words, and tried again after a pause that grows: what kept it
    down may pass, and nobody else would start it.
    """
    pause = WATCH_INTERVAL_SECONDS
    while True:
        await asyncio.sleep(pause)
        try:
            started = await asyncio.to_thread(server.ensure)
        except Exception as error:  # noqa: BLE001 - a keeper that ends is a database that stays down
            pause = min(2 * pause, LONGEST_WATCH_PAUSE_SECONDS)
            why = str(error)[-_SHOWN_CHARACTERS:]
            log.error("postgresql cannot be started", why=why, again_in_seconds=pause)  # noqa: TRY400 - its own words
        else:
            pause = WATCH_INTERVAL_SECONDS
            if started:
                log.warning("postgresql had died and was started anew")


async def _require_schema(engine: AsyncEngine, seconds: float) -> None:
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = await _revision_and_founding(engine)
        if found == (wanted_revision(), True):
            return
        if asyncio.get_running_loop().time() >= deadline:
            at = f"its schema is at {found[0] or 'nothing'}, wanted {wanted_revision()}"
            raise WrongSchema(
                f"the database is not ready ({at}): run `susu db upgrade`, or wait for whoever prepares it"
            )
        await asyncio.sleep(_SCHEMA_POLL_SECONDS)


async def secret_opens(connection: AsyncConnection, cipher: Cipher) -> bool:
    """Say whether the secrets are those that the database was written with; True where nothing is encrypted yet."""
    opens = await canary.opens(connection, cipher)
    if opens is not None:
        return opens
    named = (await connection.execute(_A_NAME)).first()  # a database from before the canary
    return named is None or cipher.opened(named.name_sealed, name_associated_data(named.id)) is not None


async def _require_secret(engine: AsyncEngine, cipher: Cipher) -> None:
    async with engine.begin() as connection:
        if not await secret_opens(connection, cipher):
            raise WrongSecret(HOW_TO_GIVE_IT)
        await canary.plant(connection, cipher)


async def _revision_and_founding(engine: AsyncEngine) -> tuple[str | None, bool]:
    with suppress(SQLAlchemyError, OSError, asyncpg.PostgresError):  # asyncpg's own: no such role yet
        async with engine.begin() as connection:
            if not await connection.scalar(_NOBODY_PREPARES, {"lock": _UPGRADE_LOCK}):
                return None, False
            at = await revision(connection)
            founded = at == wanted_revision() and await connection.scalar(text("SELECT count(*) FROM book")) == 1
            return at, founded
    return None, False
