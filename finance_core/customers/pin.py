"""The PIN: setting it, and trying it without ever holding a transaction open while argon2 works.

A hash is kept encrypted (a pepper): who has the table alone, without the secret, cannot try six digits on it. One from
before is plain until `wrap_pins` has been there, which is part of bringing a database up to date.

A try is counted in a unit of its own, committed before the hash is looked at, so that parallel guesses meet the
lock, and a process killed in between has spent its try.
"""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError
from sqlalchemy import text

from finance_core.customers.models import Customer
from finance_core.customers.queries import locked
from finance_core.customers.rules import TRIES_BEFORE_LOCK, PinTries, checked_pin
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Actor, Unit, Units

_PEPPERED: Final = "sealed:"
WRAPPED_AT_ONCE: Final = 500
_NEXT: Final = text(
    "SELECT id, pin_hash FROM customer WHERE id > :after AND pin_hash IS NOT NULL ORDER BY id LIMIT :most FOR UPDATE"
)
_WRAP: Final = text("UPDATE customer SET pin_hash = :kept WHERE id = :id")

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""argon2id as OWASP's cheat sheet on password storage gives it (19 MiB, 2 passes, 1 lane): one core for some 30 ms.

What protects six digits is the lock after five tries; the hash only has to make a stolen table costly.
"""


class PinOutcome(StrEnum):
    """What became of a try."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"  # not looked at: too many wrong ones
    STOPPED_RESET = "stopped_reset"  # it is the PIN of before a reset, which was stopped by it
    NEEDS_OPERATOR = "needs_operator"  # not looked at: the 10th within 24 hours, or no secret opens its hash


@dataclass(frozen=True, slots=True)
class PinCheck:
    """A try's outcome, and what is left: tries before the next lock, or the minutes that the lock still lasts."""

    outcome: PinOutcome
    tries_left: int = 0
    locked_minutes: int = 0


async def hashed_pin(pin: str, *, allowed: str | None = None) -> str:
    """Return the argon2id hash of `pin`, computed in a thread. Raises InvalidInput: `pin_form`, `pin_weak`."""
    return await asyncio.to_thread(_hasher.hash, checked_pin(pin, allowed=allowed))


async def is_same_pin(pin_hash: str, pin: str) -> bool:
    """Say whether `pin` is the one that was hashed (for typing a new PIN twice), computed in a thread."""
    return await asyncio.to_thread(_matches, pin_hash, pin)


async def set_pin(unit: Unit, cipher: Cipher, customer_id: int, pin_hash: str) -> None:
    """Give the customer a (new) PIN by its hash and forget earlier wrong tries."""
    customer = await locked(unit, customer_id)
    customer.pin_hash = peppered(cipher, customer_id, pin_hash)
    _remember(customer, PinTries())


def peppered(cipher: Cipher, customer_id: int, pin_hash: str) -> str:
    """Return a hash as it is kept: encrypted, bound to its person."""
    stored = cipher.encrypt(pin_hash.encode(), _associated_data(customer_id))
    return _PEPPERED + base64.b64encode(stored).decode()


def is_peppered(kept: str, cipher: Cipher) -> bool:
    """Say whether a kept hash is encrypted under the current secret."""
    return kept.startswith(_PEPPERED) and cipher.is_current(base64.b64decode(kept.removeprefix(_PEPPERED)))


def unpeppered(cipher: Cipher, customer_id: int, kept: str) -> str | None:
    """Return the argon2 hash of what is kept, None where no secret opens it."""
    if not kept.startswith(_PEPPERED):
        return kept
    opened = cipher.opened(base64.b64decode(kept.removeprefix(_PEPPERED)), _associated_data(customer_id))
    return opened.decode() if opened is not None else None


async def wrap_pins(unit: Unit, cipher: Cipher, after: int = 0) -> tuple[int, int, int]:
    """Encrypt the next PINs beyond a customer's id that are plain, or under an older secret.

    Returns:
        The last id that was looked at (0: there was none), how many were encrypted, how many no secret opens.
    """
    rows = (await unit.session.execute(_NEXT, {"after": after, "most": WRAPPED_AT_ONCE})).all()
    done = unreadable = 0
    for row in rows:
        pin_hash = None if is_peppered(row.pin_hash, cipher) else unpeppered(cipher, row.id, row.pin_hash)
        unreadable += pin_hash is None and unpeppered(cipher, row.id, row.pin_hash) is None
        if pin_hash is not None:
            done += 1
            await unit.session.execute(_WRAP, {"id": row.id, "kept": peppered(cipher, row.id, pin_hash)})
    return (rows[-1].id if rows else 0), done, unreadable


async def try_pin(units: Units, cipher: Cipher, customer_id: int, pin: str) -> PinCheck:
    """Try `pin`: one unit counts the try, argon2 looks at it in a thread, a second unit clears the count if right.

    Raises:
        NotFound: `customer`, or `pin_not_set`.
    """
    actor = Actor("customer", customer_id)
    async with units.begin(actor) as unit:
        customer = await locked(unit, customer_id)
        if customer.pin_hash is None:
            raise NotFound(ErrorCode.PIN_NOT_SET)
        tries = tries_of(customer)
        if tries.refuses(unit.now):
            return _refusal(tries, unit)
        tries = tries.with_another(unit.now)
        _remember(customer, tries)
        now, pin_hash = unit.now, unpeppered(cipher, customer_id, customer.pin_hash)
    if pin_hash is None:
        return PinCheck(PinOutcome.NEEDS_OPERATOR)
    if not await asyncio.to_thread(_matches, pin_hash, pin):
        minutes = _minutes_left(tries, now)
        return PinCheck(PinOutcome.WRONG, max(0, TRIES_BEFORE_LOCK - tries.failures), minutes)
    async with units.begin(actor) as unit:
        _remember(await locked(unit, customer_id), PinTries())
    return PinCheck(PinOutcome.RIGHT)


def _associated_data(customer_id: int) -> str:
    return f"customer.pin_hash:{customer_id}"


def _matches(pin_hash: str, pin: str) -> bool:
    try:
        return _hasher.verify(pin_hash, pin)
    except VerificationError:
        return False


def tries_of(customer: Customer) -> PinTries:
    """Return a person's wrong tries in a row, and until when no further one is looked at."""
    return PinTries(customer.pin_failures, customer.pin_failing_since, customer.pin_locked_until)


def _remember(customer: Customer, tries: PinTries) -> None:
    customer.pin_failures = tries.failures
    customer.pin_failing_since = tries.since
    customer.pin_locked_until = tries.locked_until


def _refusal(tries: PinTries, unit: Unit) -> PinCheck:
    if tries.needs_operator(unit.now):
        return PinCheck(PinOutcome.NEEDS_OPERATOR)
    return PinCheck(PinOutcome.LOCKED, locked_minutes=_minutes_left(tries, unit.now))


def _minutes_left(tries: PinTries, now: datetime) -> int:
    if tries.locked_until is None:
        return 0
    seconds = (tries.locked_until - now).total_seconds()
    return max(0, -int(-seconds // 60))
