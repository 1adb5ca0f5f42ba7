"""Pure rules about people: which PIN is too easy, how long a lock lasts, what a tier allows, where a phone lives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel.core import get_global
from phonenumbers import timezone as phone_timezone

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import CNY, Money

PIN_DIGITS: Final = 6
TRIES_BEFORE_LOCK: Final = 5
TRIES_BEFORE_OPERATOR: Final = 10
FIRST_LOCK: Final = timedelta(minutes=15)
TRY_WINDOW: Final = timedelta(hours=24)

_TRIED_FIRST: Final = frozenset(
    {"112233", "445566", "778899", "123321", "147258", "147852", "159357", "159753", "246810", "258456", "789456"}
    | {"520520", "520131", "131452", "147369", "258369", "741852", "102030", "135790", "665544", "332211"}
)
"""PINs on which the lists of stolen ones agree, besides runs and repetitions."""

_PIN = re.compile(r"[0-9]{6}")
_STEPS_THAT_ARE_EASY: Final = {1, 9}
"""Digit steps modulo 10 that make a run, up or down: 123456, 987654, 890123."""


def checked_pin(pin: str, *, allowed: str | None = None) -> str:
    """Return `pin` if it is six ASCII digits and not one that everybody tries first.

    Args:
        allowed: a PIN that is taken although it is weak: everybody's in the demo.

    Raises:
        InvalidInput: `pin_form`, or `pin_weak` (one digit repeated, a run, a pair or triple repeated, 246810).
    """
    if not looks_like_a_pin(pin):
        raise InvalidInput(ErrorCode.PIN_FORM)
    if pin != allowed and is_weak_pin(pin):
        raise InvalidInput(ErrorCode.PIN_WEAK)
    return pin


def looks_like_a_pin(text: str) -> bool:
    """Say whether a text is six ASCII digits and nothing else."""
    return _PIN.fullmatch(text) is not None


def is_weak_pin(pin: str) -> bool:
    """Say whether everybody tries `pin` first: a run (123456), one digit, a pair or a triple repeated, 246810."""
    digits = [int(digit) for digit in pin]
    steps = {(after - before) % 10 for before, after in pairwise(digits)}
    is_run = len(steps) == 1 and steps <= _STEPS_THAT_ARE_EASY
    is_repeated = pin in (pin[:1] * 6, pin[:2] * 3, pin[:3] * 2)
    return is_run or is_repeated or pin in _TRIED_FIRST


@dataclass(frozen=True, slots=True)
class PinTries:
    """Wrong tries in a row, since when, and until when no further one is looked at."""

    failures: int = 0
    since: datetime | None = None
    locked_until: datetime | None = None

    def refuses(self, now: datetime) -> bool:
        """Whether no PIN is looked at now: locked for a while, or until an operator helps."""
        return self.needs_operator(now) or (self.locked_until is not None and now < self.locked_until)

    def needs_operator(self, now: datetime) -> bool:
        """Whether so many tries failed that only an operator unlocks."""
        return self.failures >= TRIES_BEFORE_OPERATOR and not self._is_over(now)

    def counted(self, now: datetime) -> int:
        """Return how many wrong tries count now: a day after the first of them none does."""
        return 0 if self._is_over(now) else self.failures

    def with_another(self, now: datetime) -> PinTries:
        """Return the state once one more try is counted; it is counted before the hash is looked at.

        The 5th locks for 15 minutes, each further one twice as long as the one before.
        """
        failures, since = (1, now) if self._is_over(now) else (self.failures + 1, self.since or now)
        beyond = failures - TRIES_BEFORE_LOCK
        locked_until = now + FIRST_LOCK * 2**beyond if beyond >= 0 else None
        return PinTries(failures, since, locked_until)

    def _is_over(self, now: datetime) -> bool:
        return self.since is not None and now - self.since >= TRY_WINDOW


@dataclass(frozen=True, slots=True)
class Tier:
    """What a level of identification allows (PRODUCTS §1)."""

    number: int
    out_limit: Money
    """The most that may be sent out in a calendar year; at tier 0, ever."""
    out_limit_is_for_life: bool
    loan_limit: Money
    change_plus_limit: Money | None
    """None: the fund's own holding cap alone applies."""


TIERS: Final = (
    Tier(0, Money.of(1_000, CNY), True, Money.zero(CNY), Money.zero(CNY)),
    Tier(1, Money.of(100_000, CNY), False, Money.of(5_000, CNY), Money.of(10_000, CNY)),
    Tier(2, Money.of(200_000, CNY), False, Money.of(50_000, CNY), None),
)


def normalised_phone(raw: str) -> str:
    """Return a phone in E.164 form, "+8613800138000". Telegram leaves the plus out of a contact's number.

    Raises:
        InvalidInput: `phone_form`.
    """
    try:
        parsed = phonenumbers.parse(raw if raw.startswith("+") else f"+{raw}")
    except phonenumbers.NumberParseException:
        raise InvalidInput(ErrorCode.PHONE_FORM) from None
    if not phonenumbers.is_possible_number(parsed):
        raise InvalidInput(ErrorCode.PHONE_FORM)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def zones_of_phone(phone: str) -> tuple[str, ...]:
    """Return the zones in which a phone (E.164) may be, one for each time that they keep; none where that is unknown.

    Islands that share a country's code and its time are no zone of their own: +44 is Europe/London alone.
    """
    parsed = phonenumbers.parse(phone)
    region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    mainland = get_global("territory_zones").get(region, ())
    return distinct_zones(sorted(phone_timezone.time_zones_for_number(parsed), key=lambda zone: zone not in mainland))


def distinct_zones(zones: Sequence[str]) -> tuple[str, ...]:
    """Return the zones whose time, in winter or in summer, differs from those before; unknown ones are left out."""
    kept: dict[tuple[object, ...], str] = {}
    for zone in dict.fromkeys(zones):
        if zone in known_zones():
            kept.setdefault(tuple(probe.astimezone(ZoneInfo(zone)).utcoffset() for probe in _PROBES), zone)
    return tuple(kept.values())


@cache
def known_zones() -> frozenset[str]:
    """Return the names of all zones; finding them looks through a folder of hundreds of files."""
    return frozenset(available_timezones())


_PROBES: Final = (datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 7, 15, tzinfo=UTC))
"""Zones that agree in winter and in summer are one to who chooses."""
