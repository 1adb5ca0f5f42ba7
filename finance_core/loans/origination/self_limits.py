"""What people set for themselves about borrowing: that nothing is lent until a day, and a limit of their own.

Both are tightened at once. A block ends with its last day and cannot be shortened; a limit that is raised or lifted
holds for another week first. Who has switched loans off borrows no earlier than a day after switching them on again.
What runs goes on, and help in hardship is never refused. Each choice is a row: the latest one counts. What somebody had
set who was erased is kept under a keyed hash of their phone, and holds when they join anew or take that phone again; it
is found by their document, too, whichever account of theirs it was set with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlmodel import col, select

from finance_core.account import identity
from finance_core.customers import consents
from finance_core.customers.consents import Wording
from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, RuleViolation
from finance_core.kernel.money import Money
from finance_core.loans.origination.models import KeptSelfLimit, SelfLimit
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

BLOCKS_DAYS: Final = (30, 90, 365)
"""For how long borrowing may be blocked, today not counted."""

LOOSENED_AFTER: Final = timedelta(days=7)
"""How long a limit still holds once it was raised or lifted."""

PAUSE: Final = timedelta(days=1)
"""How long nothing is lent after loans were switched on again."""

BY_DOCUMENT: Final = "document"
"""Where a consent says that it stood, which followed its person to another account by their document."""


async def current(unit: Unit, customer_id: int) -> SelfLimit | None:
    """Return what a person has set, as of their last choice; None for nothing ever."""
    statement = select(SelfLimit).where(SelfLimit.customer_id == customer_id)
    return await unit.session.scalar(statement.order_by(col(SelfLimit.id).desc()).limit(1))


async def blocked_until(unit: Unit, customer_id: int) -> date | None:
    """Return the last day on which nothing is lent to a person; None where they may borrow today.

    Who has switched loans off is lent nothing today or tomorrow, whenever it is asked.
    """
    chosen = await current(unit, customer_id)
    until = chosen.no_lending_until if chosen is not None else None
    stands = [each for each in (until, await paused_until(unit, customer_id)) if each and unit.open_on <= each]
    return max(stands, default=None)


async def paused_until(unit: Unit, customer_id: int) -> date | None:
    """Return the last day of the pause of who has switched loans off, or on again within a day; None for the others."""
    line = await consents.last_line(unit, customer_id, consents.Topic.NO_LOANS)
    if line is None:
        return None
    if line.given:
        return unit.open_on + PAUSE
    return unit.open_on if unit.now < line.at + PAUSE else None


async def require_may_take_on(unit: Unit, customer_id: int) -> None:
    """Refuse a new debt, or standing for one, of who has asked for none. Raises RuleViolation: `self_excluded`."""
    until = await blocked_until(unit, customer_id)
    if until is not None:
        raise RuleViolation(ErrorCode.SELF_EXCLUDED, until=until)


def raised_on(chosen: SelfLimit, today: date) -> date | None:
    """Return the day on which a raised or lifted limit begins to hold; None where none waits."""
    return chosen.next_on if chosen.next_on is not None and chosen.next_on > today else None


async def block(unit: Unit, customer_id: int, days: int) -> SelfLimit:
    """Lend a person nothing for so many days, today besides. A longer block takes the place of a shorter one.

    Raises:
        InvalidInput: `block_days`: none of those that can be chosen. RuleViolation: `block_stands` with `until`: one
            that lasts as long stands already.
    """
    if days not in BLOCKS_DAYS:
        raise InvalidInput(ErrorCode.BLOCK_DAYS)
    await locked(unit, customer_id)
    chosen, until = await current(unit, customer_id), unit.open_on + timedelta(days=days)
    stands = chosen.no_lending_until if chosen is not None else None
    if stands is not None and stands >= until:
        raise RuleViolation(ErrorCode.BLOCK_STANDS, until=stands)
    return await _choose(unit, customer_id, replace(_of(chosen), no_lending_until=until))


async def set_limit(unit: Unit, customer_id: int, limit: Money | None) -> SelfLimit:
    """Let a person owe at most `limit` in loans, principal and open lines together; None lifts it.

    A lower one holds at once. A higher one, or none, holds from a week later on, the day that the row says; asked again
    it is the same day, and any lower one said meanwhile takes its place.

    Raises:
        InvalidInput: `amount_not_positive`.
    """
    if limit is not None and limit.amount <= 0:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    await locked(unit, customer_id)
    chosen = await current(unit, customer_id)
    now, wanted = chosen.limit_on(unit.open_on) if chosen else None, limit.amount if limit else None
    if now is None or (wanted is not None and wanted <= now):
        return await _choose(unit, customer_id, replace(_of(chosen), own_limit=wanted, next_limit=None, next_on=None))
    if chosen is not None and raised_on(chosen, unit.open_on) and chosen.next_limit == wanted:
        return chosen
    later = unit.open_on + LOOSENED_AFTER
    return await _choose(unit, customer_id, replace(_of(chosen), own_limit=now, next_limit=wanted, next_on=later))


@dataclass(frozen=True, slots=True)
class _Set:
    """What a choice comes to."""

    no_lending_until: date | None = None
    own_limit: int | None = None
    next_limit: int | None = None
    next_on: date | None = None

    def limit_on(self, day: date) -> int | None:
        """Return the limit that holds on a day; None where there is none."""
        return self.next_limit if self.next_on is not None and self.next_on <= day else self.own_limit


def _of(chosen: SelfLimit | None) -> _Set:
    if chosen is None:
        return _Set()
    return _Set(chosen.no_lending_until, chosen.own_limit, chosen.next_limit, chosen.next_on)


async def _choose(unit: Unit, customer_id: int, now: _Set) -> SelfLimit:
    before = await current(unit, customer_id)
    since = before.own_limit_on if before is not None and before.own_limit == now.own_limit else None
    chosen = SelfLimit(
        customer_id=customer_id,
        made_at=unit.now,
        made_on=unit.open_on,
        own_limit_on=(since or unit.open_on) if now.own_limit is not None else None,
        **asdict(now),
    )
    unit.session.add(chosen)
    await unit.session.flush()
    return chosen


# -- who was erased, and joins anew -----------------------------------------------------------------------------------

KEEP_OF_ERASED: Final = """
    INSERT INTO kept_self_limit (person_hash, no_lending_until, own_limit, next_limit, next_on, no_loans, kept_on)
    SELECT customer.phone_hash, chosen.no_lending_until, chosen.own_limit, chosen.next_limit, chosen.next_on,
        coalesce(no_loans.given, false), CAST(:on AS date)
    FROM customer
        LEFT JOIN LATERAL (SELECT * FROM self_limit WHERE self_limit.customer_id = customer.id
            ORDER BY id DESC LIMIT 1) chosen ON true
        LEFT JOIN LATERAL (SELECT given FROM consent WHERE consent.customer_id = customer.id AND topic = 'no_loans'
            AND about = '' ORDER BY id DESC LIMIT 1) no_loans ON true
    WHERE customer.id = ANY(:customers) AND customer.phone_hash IS NOT NULL
        AND (chosen.no_lending_until >= CAST(:on AS date) OR chosen.own_limit IS NOT NULL OR no_loans.given)
    ON CONFLICT (person_hash) DO UPDATE SET no_lending_until = excluded.no_lending_until,
        own_limit = excluded.own_limit, next_limit = excluded.next_limit, next_on = excluded.next_on,
        no_loans = excluded.no_loans, kept_on = excluded.kept_on
"""
"""Keeps what people who are about to be erased have set, under the keyed hash of their phone."""


async def carry_over(unit: Unit, customer_id: int, hashes: Sequence[bytes], wording: Wording) -> bool:
    """Let hold what was set before an erasure by who is found under one of `hashes`; say whether anything was.

    `hashes` are keyed hashes of the person's phone, under all secrets. Called whenever one is taken; what is carried
    over is kept no longer, as it stands with the customer from now on. What they have set here holds on where it is
    the stricter.
    """
    found = (await unit.session.scalars(select(KeptSelfLimit).where(col(KeptSelfLimit.person_hash).in_(hashes)))).all()
    for kept in found:
        await _carry(unit, customer_id, kept, wording)
        await unit.session.delete(kept)
    await unit.session.flush()
    return bool(found)


async def carry_over_by_document(unit: Unit, cipher: Cipher, customer_id: int) -> bool:
    """Let hold here what another account under the person's document has set; say whether anything was carried over.

    Called once an operator has looked at the document. Who was erased is found as well: numbers are kept for years, as
    keyed hashes. What they have set here holds on where it is the stricter.
    """
    others = sorted(await identity.others_of(unit, cipher, customer_id))
    carried = [await _take_over(unit, customer_id, other) for other in others]
    return any(carried)


async def _take_over(unit: Unit, customer_id: int, other_id: int) -> bool:
    mine, theirs = _of(await current(unit, customer_id)), await current(unit, other_id)
    held = await _of_another(unit, customer_id, mine, theirs) if theirs is not None else _Set()
    stricter = mine if held == _Set() else _stricter(mine, held, unit.open_on)
    if stricter != mine:
        await _choose(unit, customer_id, stricter)
    return await _switch_off_as(unit, customer_id, other_id) or stricter != mine


async def _of_another(unit: Unit, customer_id: int, mine: _Set, theirs: SelfLimit) -> _Set:
    """Return what of another account's choice is to hold here; what held here since, and was loosened, is over."""
    until, limit = theirs.no_lending_until, theirs.limit_on(unit.open_on)
    is_news = limit is not None and not await _is_held_here(unit, customer_id, mine, limit, theirs.made_at)
    held = replace(_of(theirs), no_lending_until=None) if is_news else _Set()
    return replace(held, no_lending_until=until if until is not None and until >= unit.open_on else None)


async def _is_held_here(unit: Unit, customer_id: int, mine: _Set, limit: int, since: datetime) -> bool:
    """Say whether a limit as low holds here, or has held since then."""
    own = mine.limit_on(unit.open_on)
    if own is not None and own <= limit:
        return True
    as_low = select(SelfLimit.id).where(
        SelfLimit.customer_id == customer_id, SelfLimit.made_at >= since, col(SelfLimit.own_limit) <= limit
    )
    return await unit.session.scalar(as_low.limit(1)) is not None


async def _switch_off_as(unit: Unit, customer_id: int, other_id: int) -> bool:
    """Switch loans off here as the other account has, in the words that were read there; say whether it is news."""
    line = await consents.last_line(unit, other_id, consents.Topic.NO_LOANS)
    if line is None or not line.given:
        return False
    mine = await consents.last_line(unit, customer_id, consents.Topic.NO_LOANS)
    if mine is not None and (mine.given or mine.at >= line.at):
        return False
    wording = Wording(line.wording, line.wording_version, line.language, BY_DOCUMENT)
    return await consents.choose(unit, customer_id, consents.Topic.NO_LOANS, wording, given=True)


def _stricter(one: _Set, other: _Set, today: date) -> _Set:
    """Return the later end of two blocks, and the lower of two limits, by what holds of each today."""
    until = max((each.no_lending_until for each in (one, other) if each.no_lending_until), default=None)
    limited = [each for each in (one, other) if each.limit_on(today) is not None]
    if len(limited) < 2:  # noqa: PLR2004 - one alone keeps what waits of it
        return replace(limited[0] if limited else one, no_lending_until=until)
    lowest = min(each.limit_on(today) or 0 for each in limited)
    return _Set(no_lending_until=until, own_limit=lowest)


async def _carry(unit: Unit, customer_id: int, kept: KeptSelfLimit, wording: Wording) -> None:
    if kept.no_lending_until is not None or kept.own_limit is not None:
        held = _Set(kept.no_lending_until, kept.own_limit, kept.next_limit, kept.next_on)
        await _choose(unit, customer_id, _stricter(_of(await current(unit, customer_id)), held, unit.open_on))
    if kept.no_loans:
        await consents.choose(unit, customer_id, consents.Topic.NO_LOANS, wording, given=True)
