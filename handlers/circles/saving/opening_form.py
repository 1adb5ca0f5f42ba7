"""What a savings circle that is being made is set to: out of what was said, and as buttons change it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.saving import LONGEST_MONTHS
from finance_core.circles.saving.beginning import SavingRules
from finance_core.circles.saving.forming import SavingSettings
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, InvalidInput
from finance_core.kernel.periods import add_months
from handlers.chat.arguments import whole_number
from handlers.chat.questions import Slots
from handlers.chat.slot_values import money_slot
from handlers.circles.opening_form import (
    AMOUNT,
    FIRST_DAY,
    PERIOD,
    TITLE,
    WANTS,
    WORDS,
    first_day_said,
    usual_first_day,
)
from handlers.phrases.normalise import fold
from handlers.phrases.readers.circle_kinds import is_none, of_saving
from handlers.phrases.readers.days import day_of
from handlers.phrases.readers.saving import goal_day

SHARES, ENDS, SOCIAL, RATE, FINE = "shares", "ends", "social", "rate", "fine"
USUAL_MONTHS: Final = 6
"""How long a cycle is where nothing is said."""
USUAL_RATE: Final = Decimal("1.5")
MOST_MEETINGS: Final = 366
MOST_RATE: Final = 100
"""Percent a month that are still read as a rate: the cap is told of those."""
_RULES: Final = {
    "share_price": AMOUNT, "most_shares": SHARES, "social_amount": SOCIAL, "fine_amount": FINE, "loan_rate": RATE,
    "meetings": ENDS,
}  # fmt: skip
"""By which question each rule is asked for."""
_ASKED_AGAIN: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.CIRCLE_SHARE_PRICE: AMOUNT,
    ErrorCode.CIRCLE_START: FIRST_DAY,
    ErrorCode.CIRCLE_TITLE: TITLE,
    ErrorCode.CIRCLE_CYCLE_LONG: ENDS,
    ErrorCode.CIRCLE_RATE_ABOVE_CAP: RATE,
}


class Unread(Exception):
    """What was said of one thing is not what it can be: `field`, and why."""

    def __init__(self, field: str, refused: FinanceError) -> None:
        super().__init__(field)
        self.field, self.refused = field, refused


def asked_again(refused: FinanceError) -> str | None:
    """Return what is asked once more after the core's refusal, None where that is nothing of the form."""
    if refused.code == ErrorCode.CIRCLE_SAVING_RULES:
        return _RULES.get(str(refused.details.get("field")))
    return _ASKED_AGAIN.get(ErrorCode(refused.code))


def heard(slots: Slots) -> dict[str, str]:
    """Return the slots with what was written in answer read into them: all that it says, and what was asked of it."""
    known = {name: value for name, value in slots.items() if name not in (WORDS, WANTS)}
    text, wanted = slots.get(WORDS, "").strip(), slots.get(WANTS, "")
    if not text:
        return known
    if wanted in (FIRST_DAY, TITLE):
        return {**known, wanted: text}
    found = of_saving(text)
    if wanted != AMOUNT and wanted not in found:
        return {**known, wanted: text}
    if wanted != AMOUNT:
        found = {wanted: found[wanted]}
    return {**known, **found}


def changed(settings: SavingSettings, said: Slots, today: date) -> SavingSettings:
    """Return the settings with what is said in them. Raises Unread: as each is read, with its name."""
    for field, change in _CHANGES.items():
        if field in said:
            try:
                settings = change(settings, said[field], today)
            except FinanceError as refused:
                raise Unread(field, refused) from None
    return settings


def usual(title: str, language: str, place_id: int, said: Slots, today: date) -> SavingSettings:
    """Return what a savings circle is where nothing is said of it, its first meeting and end by the period said."""
    period = Period(said.get(PERIOD, Period.WEEK))
    first = usual_first_day(period, today)
    rules = SavingRules(
        share_price=0,
        most_shares=5,
        social_amount=0,
        fine_amount=0,
        loan_rate=USUAL_RATE,
        meetings=meetings_until(first, period, add_months(first, USUAL_MONTHS) - timedelta(days=1)),
    )
    return SavingSettings(title, period, first, rules, language=language, place_id=place_id)


def meetings_until(first: date, period: Period, last: date) -> int:
    """Return how many meetings there are up to a day, that one too."""
    return sum(day <= last for day in round_days(first, MOST_MEETINGS, period))


def _with(settings: SavingSettings, **rules: Any) -> SavingSettings:
    return replace(settings, rules=replace(settings.rules, **rules))


def _sum(said: str) -> int:
    """Return a sum, 0 where there is to be none. Raises InvalidInput: as `money_slot`."""
    amount = money_slot({AMOUNT: "0" if is_none(said) else _figure(said)})
    return amount.amount if amount is not None else 0


def _figure(said: str) -> str:
    return re.sub(r"^[¥￥]|(?:yuan|cny|元|块)$", "", fold(said).replace(",", "").strip()).strip()


def _price(settings: SavingSettings, said: str, _: date) -> SavingSettings:
    price = _sum(said)
    if not price:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    return _with(settings, share_price=price)


def _shares(settings: SavingSettings, said: str, _: date) -> SavingSettings:
    count = whole_number(said.strip())
    if count is None:
        raise InvalidInput(ErrorCode.COUNT_UNCLEAR)
    return _with(settings, most_shares=count)


def _period(settings: SavingSettings, said: str, _: date) -> SavingSettings:
    """Choose how often they meet: the cycle goes on ending when it did."""
    days = round_days(settings.first_meeting_on, settings.rules.meetings, settings.period)
    period = Period(said)
    meetings = meetings_until(settings.first_meeting_on, period, days[-1])
    return replace(_with(settings, meetings=max(meetings, 3)), period=period)


def _ends(settings: SavingSettings, said: str, today: date) -> SavingSettings:
    """Read when the cycle ends: after so many months or meetings, or on a day. Raises InvalidInput: `circle_ends`."""
    text, first = fold(said), settings.first_meeting_on
    months = re.search(r"(\d+)\s*(?:months?|个?月)", text)
    meetings = re.search(r"(\d+)\s*(?:meetings?|次)", text)
    if months and int(months[1]) > LONGEST_MONTHS:
        raise InvalidInput(ErrorCode.CIRCLE_CYCLE_LONG, months=LONGEST_MONTHS)
    if meetings:
        return _with(settings, meetings=min(int(meetings[1]), 10 * MOST_MEETINGS))
    after = add_months(first, int(months[1])) - timedelta(days=1) if months else None
    last = after or day_of(said, today) or goal_day(said, today)
    if last is None:
        raise InvalidInput(ErrorCode.CIRCLE_ENDS)
    return _with(settings, meetings=meetings_until(first, settings.period, last))


def _rate(settings: SavingSettings, said: str, _: date) -> SavingSettings:
    """Read percent a month. Raises InvalidInput: `circle_rate`."""
    figure = re.sub(r"\s*[%％].*$", "", fold(said).strip())
    try:
        rate = Decimal("0" if is_none(said) else figure)
    except InvalidOperation:
        raise InvalidInput(ErrorCode.CIRCLE_RATE) from None
    if not rate.is_finite() or not 0 <= rate <= MOST_RATE or rate != rate.quantize(Decimal("0.01")):
        raise InvalidInput(ErrorCode.CIRCLE_RATE)
    return _with(settings, loan_rate=rate.quantize(Decimal("0.01")))


def _first_day(settings: SavingSettings, said: str, today: date) -> SavingSettings:
    return replace(settings, first_meeting_on=first_day_said(said, today))


_CHANGES: Final[Mapping[str, Callable[[SavingSettings, str, date], SavingSettings]]] = {
    TITLE: lambda settings, said, _: replace(settings, title=" ".join(said.split())),
    AMOUNT: _price,
    SHARES: _shares,
    PERIOD: _period,
    FIRST_DAY: _first_day,
    ENDS: _ends,
    SOCIAL: lambda settings, said, _: _with(settings, social_amount=_sum(said)),
    RATE: _rate,
    FINE: lambda settings, said, _: _with(settings, fine_amount=_sum(said)),
}
"""What each does to the settings, in the order in which one builds on another."""
