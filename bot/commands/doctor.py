"""`susu doctor`: what works on this machine, what does not, and how to mend it."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import shutil
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from typing import Any, Final, TypeVar

from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.commands import erasures
from bot.database import HOW_TO_GIVE_IT, attached_meanwhile, revision, secret_opens, service_url, wanted_revision
from bot.settings import Settings, unknown_settings
from finance_core.business_day.leap import CLOCK_TOLERANCE_SECONDS
from finance_core.business_day.operators import WARNED_BEFORE
from finance_core.inbox.dead import DONE_KEPT
from finance_core.intents import daily as intents_daily
from finance_core.notices import retention
from finance_core.storage.calendars import stored_calendars
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.postgres_programs import bundled_programs

_ROOM_WANTED_BYTES: Final = 1 << 30
_OLDEST_SERVER: Final = 150_000
_TELEGRAM_TIMEOUT_SECONDS: Final = 10
_AT_BOTFATHER: Final = {
    "supports_inline_queries": "/setinline, without which no red packet goes to another chat",
    "can_join_groups": "/setjoingroups Enable, without which it cannot be added to a group",
}
"""What is switched on there, by the field of `getMe` that tells, and what lies idle without it."""
Place = TypeVar("Place")


class Unwell(Exception):
    """Something is not as it should be; the text says how to mend it."""


class WillBeUnwell(Exception):
    """Something works, and soon will not; the text says what to do before."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `words` says what was found, and when it is not ok, or soon will not be, how to mend it."""

    name: str
    ok: bool
    words: str
    warning: bool = False
    """Whether it is ok for now alone."""

    @property
    def mark(self) -> str:
        """Three characters for the start of a line."""
        return "NO " if not self.ok else "!  " if self.warning else "ok "

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything that a deployment leans on, one finding for each; a check that fails is a finding too."""
    findings = await _all(_MACHINE, settings)
    try:
        return findings + await _examine_database(settings)
    except Exception as error:  # noqa: BLE001 - what keeps the database away is the finding
        return [*findings, Finding("database", ok=False, words=_words(error))]


async def _examine_database(settings: Settings) -> list[Finding]:
    async with attached_meanwhile(settings) as (url, server):
        more = {
            "encryption": partial(_encryption, settings),
            "erasures": partial(_erasures, settings),
            "login": partial(_login, service_url(settings, server)),
        }
        engine = create_engine(url, role=None, pool_size=1)
        try:
            async with engine.connect() as connection:
                return await _all({**_DATABASE, **more}, connection)
        finally:
            await engine.dispose()


async def _all(checks: Mapping[str, Callable[[Place], Awaitable[str]]], place: Place) -> list[Finding]:
    return [await _look(name, check, place) for name, check in checks.items()]


async def _look(name: str, check: Callable[[Place], Awaitable[str]], place: Place) -> Finding:
    try:
        return Finding(name, ok=True, words=await check(place))
    except WillBeUnwell as warning:
        return Finding(name, ok=True, words=_words(warning), warning=True)
    except Exception as error:  # noqa: BLE001 - a doctor reports what a check died of
        return Finding(name, ok=False, words=_words(error))


def _words(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


async def _python(_settings: Settings) -> str:
    return f"{platform.python_version()} on {platform.system()} {platform.machine()}"


async def _names(_settings: Settings) -> str:
    hints = unknown_settings(os.environ)
    if hints:
        raise Unwell("; ".join(hints))
    return "every SUSU_ name is known"


async def _room(settings: Settings) -> str:
    place = settings.data_dir.absolute()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free
    if free < _ROOM_WANTED_BYTES:
        raise Unwell(f"{free >> 20} MiB free at {place}: make room, or point SUSU_DATA_DIR elsewhere")
    return f"{free >> 30} GiB free at {place}"


async def _secret(settings: Settings) -> str:
    settings.secrets()
    return "given" if settings.secret_key else f"kept in {settings.data_dir / 'secret_key'}"


async def _server(settings: Settings) -> str:
    if settings.database_url is not None:
        return "your own (SUSU_DATABASE_URL)"
    return f"embedded PostgreSQL {bundled_programs().major}"


async def _rail(settings: Settings) -> str:
    if settings.rail is None:
        return "none (SUSU_RAIL): no money can be put in or taken out in the chat"
    return f"{settings.rail}: no real money"


async def _institution(settings: Settings) -> str:
    if not settings.institution:
        raise WillBeUnwell(
            "no SUSU_INSTITUTION: loan cards and contracts don't name the lender; set its legal name before you lend"
        )
    return settings.institution


class _Bot(BaseModel):
    """Who the bot is, as `getMe` tells."""

    username: str
    can_join_groups: bool = False
    can_read_all_group_messages: bool = False
    supports_inline_queries: bool = False


async def _telegram(settings: Settings) -> str:
    if settings.telegram_token is None:
        return "no token: `susu demo` works, `susu run` needs one"
    me, said = await asyncio.to_thread(_bot, f"{settings.telegram_api_url}/bot{settings.bot_token}/getMe")
    off = round((datetime.now(UTC) - parsedate_to_datetime(said)).total_seconds()) if said else 0
    if abs(off) > CLOCK_TOLERANCE_SECONDS:
        raise Unwell(f"this machine's clock and Telegram's differ by {off} s: let it be set by the network (NTP)")
    off_there = [how for field, how in _AT_BOTFATHER.items() if not getattr(me, field)]
    if off_there:
        raise WillBeUnwell(f"@{me.username}, at @BotFather: {'; '.join(off_there)}")
    hears = "everything in groups" if me.can_read_all_group_messages else "what is said to it in groups"
    return f"@{me.username} at {settings.telegram_api_url}; inline mode is on, and it hears {hears}"


def _bot(address: str) -> tuple[_Bot, str | None]:
    """Return who the bot is, and the instant of the answer. Raises Unwell: the server does not know it, or is away."""
    try:
        with urllib.request.urlopen(address, timeout=_TELEGRAM_TIMEOUT_SECONDS) as answer:  # noqa: S310 - http(s), checked
            return _Bot.model_validate(json.load(answer)["result"]), answer.headers["Date"]
    except (OSError, ValueError, KeyError) as error:
        raise Unwell(f"the Bot API server does not know the token, or is away ({type(error).__name__})") from None


async def _version(connection: AsyncConnection) -> str:
    number = int(await connection.scalar(text("SHOW server_version_num")) or 0)
    if number < _OLDEST_SERVER:
        raise Unwell(f"PostgreSQL {number // 10_000} is too old: 15 or newer is needed")
    return f"PostgreSQL {number // 10_000}"


async def _schema(connection: AsyncConnection) -> str:
    found = await revision(connection)
    if found != wanted_revision():
        raise Unwell(f"at {found or 'nothing'}, wanted {wanted_revision()}: run `susu db upgrade`")
    return f"at {found}"


async def _durable(connection: AsyncConnection) -> str:
    if await connection.scalar(text("SHOW fsync")) != "on":
        raise Unwell("fsync is off: a power cut can lose money; ALTER SYSTEM SET fsync = on")
    return "fsync is on"


async def _book(connection: AsyncConnection) -> str:
    row = None
    if await connection.scalar(text("SELECT to_regclass('book')")) is not None:
        row = (await connection.execute(_BOOK)).one_or_none()
    if row is None:
        raise Unwell("the book is not open yet: run `susu db upgrade`")
    behind = (row.today - row.open_on).days
    if behind > 1:
        mend = "if the clock is right, say so with `susu close-day --yes` or at the desk"
        raise Unwell(f"the book is open on {row.open_on}, {behind} days behind the clock: {mend}")
    if behind < 0:
        mend = "PostgreSQL's clock was ahead, or is behind: set it right, and let the days catch up before money moves"
        raise Unwell(f"the book is open on {row.open_on}, {-behind} days ahead of the clock: {mend}")
    return f"open on {row.open_on} ({row.zone})"


async def _calendars(connection: AsyncConnection) -> str:
    if await connection.scalar(text("SELECT to_regclass('calendar_year')")) is None:
        raise Unwell("there is no table of calendars yet: run `susu db upgrade`")
    open_on = await connection.scalar(text("SELECT open_on FROM book"))
    known = (await stored_calendars(connection)).banking
    published, covered = known.published_until(), known.covered_until()
    if covered - open_on <= WARNED_BEFORE:
        raise Unwell(f"no day after {covered} is known, and nothing can be dealt on then: {_APPLY}")
    if published - open_on <= WARNED_BEFORE:
        raise WillBeUnwell(f"published until {published}, then weekends and statutory holidays alone: {_APPLY}")
    return f"published until {published}, provisional until {covered}"


_BOOK: Final = text(
    "SELECT zone, open_on, CAST((clock_timestamp() + clock_offset) AT TIME ZONE zone AS date) AS today FROM book"
)


async def _clock(connection: AsyncConnection) -> str:
    theirs = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    off = round((datetime.now(UTC) - theirs).total_seconds())
    if abs(off) > _OFF_SECONDS:
        raise Unwell(f"this machine's clock and PostgreSQL's differ by {off} s: let both be set by the network (NTP)")
    return "this machine's and PostgreSQL's agree"


_OFF_SECONDS: Final = 5


async def _inbox(connection: AsyncConnection) -> str:
    if await connection.scalar(text("SELECT to_regclass('inbox')")) is None:
        raise Unwell("there is no inbox yet: run `susu db upgrade`")
    row = (await connection.execute(_INBOX, {"late": DONE_KEPT + _FORGOTTEN_WITHIN})).one()
    words = f"{row.waiting} waiting, {row.owing} not answered yet, {row.done} done and kept, {row.dead} given up"
    if row.oldest is not None and row.oldest > _WAITS_LONG:
        raise Unwell(f"{words}; the oldest waits for {row.oldest.total_seconds():.0f} s: is a bot process running?")
    if row.unforgotten:
        raise Unwell(f"{words}; what is older than {DONE_KEPT.days} days is not forgotten: is a worker running?")
    if row.dead:
        raise WillBeUnwell(f"{words}: `susu updates dead` lists them")
    return words


_INBOX: Final = text(
    """
    SELECT count(*) FILTER (WHERE state = 'pending') AS waiting,
           count(*) FILTER (WHERE owed IS NOT NULL) AS owing,
           count(*) FILTER (WHERE state = 'done') AS done,
           count(*) FILTER (WHERE state = 'dead') AS dead,
           clock_timestamp() - min(received_at) FILTER (WHERE state = 'pending') AS oldest,
           coalesce(bool_or(state = 'done' AND finished_at < clock_timestamp() - CAST(:late AS interval)), false)
               AS unforgotten
    FROM inbox
    """
)
_WAITS_LONG: Final = timedelta(minutes=5)
_FORGOTTEN_WITHIN: Final = timedelta(days=2)


async def _broadcasts(connection: AsyncConnection) -> str:
    if await connection.scalar(text("SELECT to_regclass('broadcast_run')")) is None:
        raise Unwell("there are no broadcasts yet: run `susu db upgrade`")
    row = (await connection.execute(_BROADCASTS, {"lately": _MISSED_LATELY})).one()
    words = f"{row.sent} being sent, {row.paused} paused, {row.missed} missed within {_MISSED_LATELY.days} days"
    if row.paused or row.missed:
        raise WillBeUnwell(f"{words}: `susu broadcasts list` names them")
    return words


_BROADCASTS: Final = text(
    """
    SELECT (SELECT count(*) FROM broadcast_run WHERE state IN ('freezing', 'sending')) AS sent,
        (SELECT count(*) FROM broadcast_run WHERE state = 'paused') AS paused,
        (SELECT count(*) FROM broadcast_run WHERE state = 'missed' AND ended_at > now() - CAST(:lately AS interval))
        + (SELECT count(*) FROM broadcast WHERE state = 'missed' AND ends_at > now() - CAST(:lately AS interval))
        AS missed
    """
)
_MISSED_LATELY: Final = timedelta(days=7)


async def _retention(connection: AsyncConnection) -> str:
    if await connection.scalar(text("SELECT to_regclass('outbox')")) is None:
        raise Unwell("there is nothing to keep yet: run `susu db upgrade`")
    kept = {"contents": retention.CONTENTS_DAYS, "rows": retention.ROW_DAYS, "cards": intents_daily.DONE_KEPT.days,
            "abandoned": intents_daily.OTHERS_KEPT.days, "late": _FORGOTTEN_WITHIN}  # fmt: skip
    row = (await connection.execute(_KEPT, kept)).one()
    words = f"{row.notices} notices, {row.cards} cards, {row.conversations} conversations"
    if row.late_notices or row.late_cards:
        late = f"{row.late_notices} notices and {row.late_cards} cards"
        raise Unwell(f"{words}; {late} are not forgotten in time: is a worker running?")
    return f"{words}; nothing is kept longer than it should be"


_KEPT: Final = text(
    """
    SELECT (SELECT count(*) FROM outbox) AS notices, (SELECT count(*) FROM intent) AS cards,
           (SELECT count(*) FROM conversation) AS conversations,
           (SELECT count(*) FROM outbox
            WHERE finished_at < clock_timestamp() - make_interval(days => :rows) - CAST(:late AS interval))
           + (SELECT count(*) FROM outbox
              WHERE finished_at IS NOT NULL AND params <> '{}'
                  AND finished_at < clock_timestamp() - make_interval(days => :contents) - CAST(:late AS interval))
               AS late_notices,
           (SELECT count(*) FROM intent, book WHERE state = 'done'
                AND settled_at < open_on - make_interval(days => :cards) - CAST(:late AS interval))
           + (SELECT count(*) FROM intent, book WHERE state <> 'done'
              AND expires_at < open_on - make_interval(days => :abandoned) - CAST(:late AS interval)) AS late_cards
    """
)


async def _encryption(settings: Settings, connection: AsyncConnection) -> str:
    if await connection.scalar(text("SELECT to_regclass('secret_canary')")) is None:
        raise Unwell("there is no canary yet: run `susu db upgrade`")
    if not await secret_opens(connection, Cipher(settings.secrets())):
        raise Unwell(HOW_TO_GIVE_IT)
    return "the secret opens what is encrypted"


async def _login(url: str, _owner: AsyncConnection) -> str:
    engine = create_engine(url, role=None, pool_size=1)
    try:
        async with engine.connect() as connection:
            name, owns = (await connection.execute(text(_WHO_OWNS))).one()
    finally:
        await engine.dispose()
    if owns:
        raise WillBeUnwell(
            f"the service logs in as {name}, which owns tables: let susu_app log in, and give the owner's address as"
            " SUSU_DATABASE_OWNER_URL (docs/operating.md)"
        )
    return f"the service logs in as {name}, which owns nothing"


async def _erasures(settings: Settings, connection: AsyncConnection) -> str:
    words, wrong = await erasures.figures(connection, settings.erasure_list)
    if wrong is not None:
        raise Unwell(f"{words}; {wrong}")
    return words


_WHO_OWNS: Final = """
    SELECT session_user, r.rolsuper OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid)
    FROM pg_roles r WHERE r.rolname = session_user
"""
_APPLY: Final = "apply the next year's days with `susu calendars apply FILE` (docs/operating.md)"
_MACHINE: Final[dict[str, Callable[[Settings], Awaitable[str]]]] = {
    "python": _python,
    "settings": _names,
    "disk": _room,
    "secret key": _secret,
    "server": _server,
    "telegram": _telegram,
    "rail": _rail,
    "institution": _institution,
}
_DATABASE: Final[dict[str, Callable[[AsyncConnection], Awaitable[str]]]] = {
    "version": _version,
    "durability": _durable,
    "schema": _schema,
    "clock": _clock,
    "book": _book,
    "calendars": _calendars,
    "inbox": _inbox,
    "broadcasts": _broadcasts,
    "retention": _retention,
}
