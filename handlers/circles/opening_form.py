"""What a circle that is being made is set to: out of what was said, and as buttons change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from typing import Final

from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import CommissionTo, Order, Security, Settings
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.kernel.money import Money
from finance_core.kernel.periods import add_months
from handlers.chat.arguments import whole_number
from handlers.chat.questions import Slots
from handlers.chat.slot_values import money_slot
from handlers.phrases.readers.circles import of_circle
from handlers.phrases.readers.days import day_of
from handlers.phrases.readers.saving import goal_day

WORDS: Final = "circle_words"
"""The slot of what is written in answer to the form; `wants` says what was asked."""
WANTS: Final = "wants"
AMOUNT, PLACES, FIRST_DAY, TITLE, SECURED, PERIOD = "amount", "places", "first_day", "title", "secured", "period"
PICK: Final = "pick"
"""A fixed order in which members pick a free turn."""
SAID: Final = (AMOUNT, PLACES, FIRST_DAY, TITLE, PERIOD, "order")
"""What may be said of a circle before it has a card."""
FIRST_DAYS: Final = {Period.DAY: 3, Period.WEEK: 7, Period.TWO_WEEKS: 7}
"""In how many days a circle begins where nothing is said; a monthly one on the first of the month after next week."""

ASKED_AGAIN: Final[Mapping[ErrorCode, str]] = {
    ErrorCode.CIRCLE_CONTRIBUTION: AMOUNT,
    ErrorCode.CIRCLE_FIRST_POT: AMOUNT,
    ErrorCode.AMOUNT_UNCLEAR: AMOUNT,
    ErrorCode.AMOUNT_TOO_FINE: AMOUNT,
    ErrorCode.AMOUNT_NOT_POSITIVE: AMOUNT,
    ErrorCode.AMOUNT_OTHER_ASSET: AMOUNT,
    ErrorCode.CIRCLE_PLACES: PLACES,
    ErrorCode.CIRCLE_FIRST_PLACES: PLACES,
    ErrorCode.CIRCLE_LONG: PLACES,
    ErrorCode.COUNT_UNCLEAR: PLACES,
    ErrorCode.CIRCLE_START: FIRST_DAY,
    ErrorCode.CIRCLE_TITLE: TITLE,
    ErrorCode.CIRCLE_SECURITY: SECURED,
}
"""What is asked once more after a refusal."""


def heard(slots: Slots) -> dict[str, str]:
    """Return the slots with what was written in answer read into them: all that it says, and what was asked of it."""
    known = {name: value for name, value in slots.items() if name not in (WORDS, WANTS)}
    text, wanted = slots.get(WORDS, "").strip(), slots.get(WANTS, "")
    if not text:
        return known
    if wanted in (FIRST_DAY, TITLE, SECURED):
        return {**known, wanted: text}
    said = of_circle(text)
    if wanted == PLACES and PLACES not in said:
        return {**known, **{name: value for name, value in said.items() if name != AMOUNT}, PLACES: text}
    return {**known, **({AMOUNT: text} if wanted == AMOUNT else {}), **said}


def contribution(said: Slots) -> Money | None:
    """Return what each place pays, None where it was not said. Raises InvalidInput: as `money_slot`."""
    amount = money_slot({AMOUNT: said[AMOUNT].replace(",", "")}) if AMOUNT in said else None
    if amount is not None and not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    return amount


def places(said: Slots) -> int | None:
    """Return how many places there are, None where it was not said. Raises InvalidInput: `count_unclear`."""
    if PLACES not in said:
        return None
    count = whole_number(said[PLACES].strip())
    if count is None:
        raise InvalidInput(ErrorCode.COUNT_UNCLEAR)
    return count


def first_day_said(said: str, today: date) -> date:
    """Return the day that somebody names. Raises InvalidInput: `circle_start` (from_on, until_on): none ahead."""
    day = day_of(said, today) or goal_day(said, today)
    if day is None:
        raise InvalidInput(ErrorCode.CIRCLE_START, from_on=today + timedelta(days=1), until_on=add_months(today, 12))
    return day


def begun(said: Slots, each: Money, count: int, today: date, usual: Settings) -> Settings:
    """Return the settings of what was said; `usual` has the title and the language where nothing is said of them.

    Raises InvalidInput: as `first_day_said`.
    """
    period = Period(said.get(PERIOD, Period.WEEK))
    first = first_day_said(said[FIRST_DAY], today) if FIRST_DAY in said else usual_first_day(period, today)
    made = replace(usual, contribution=each, places=count, period=period, first_due_on=first)
    made = with_choice(made, "order", said["order"]) if "order" in said else made
    return replace(made, title=" ".join(said[TITLE].split())) if TITLE in said else made


def changed(settings: Settings, said: Slots, today: date) -> Settings:
    """Return the settings with what was said anew. Raises InvalidInput: as what reads it."""
    for name in (PERIOD, "order"):
        settings = with_choice(settings, name, said[name]) if name in said else settings
    each, count = contribution(said), places(said)
    day = first_day_said(said[FIRST_DAY], today) if FIRST_DAY in said else settings.first_due_on
    secured = settings.security_amount
    if SECURED in said:
        secured = money_slot({AMOUNT: of_circle(said[SECURED]).get(AMOUNT, said[SECURED])})
    return replace(
        settings,
        contribution=each or settings.contribution,
        places=count if count is not None else settings.places,
        first_due_on=day,
        title=" ".join(said[TITLE].split()) if TITLE in said else settings.title,
        security_amount=secured,
    )


def with_choice(settings: Settings, field: str, value: str) -> Settings:
    """Return the settings with one of their choices made by a button. What is no choice changes nothing."""
    choose = _CHOICES.get(field)
    if choose is None:
        return settings
    try:
        return choose(settings, value)
    except (ValueError, InvalidOperation):
        return settings


def _order(settings: Settings, value: str) -> Settings:
    return replace(settings, order=Order.FIXED if value == PICK else Order(value), members_pick=value == PICK)


def _shortfall(settings: Settings, value: str) -> Settings:
    rule = ShortfallRule(value)
    if rule in (ShortfallRule.DEPOSIT, ShortfallRule.GUARANTORS):
        return replace(_security(settings, rule.value), shortfall=rule)
    return replace(settings, shortfall=rule)


def _security(settings: Settings, value: str) -> Settings:
    """Choose what stands for who has received: one contribution for a place, where nothing else was said."""
    security = Security(value)
    amount = None if security is Security.NONE else settings.security_amount or settings.contribution
    needed = {ShortfallRule.DEPOSIT: Security.DEPOSIT, ShortfallRule.GUARANTORS: Security.GUARANTORS}
    fits = needed.get(settings.shortfall, security) is security
    rule = settings.shortfall if fits else ShortfallRule.PAY
    return replace(settings, security=security, security_amount=amount, shortfall=rule)


def _commission(settings: Settings, value: str) -> Settings:
    return replace(settings, commission_percent=Decimal(value), commission_to=CommissionTo.ORGANISER)


_CHOICES: Final[Mapping[str, Callable[[Settings, str], Settings]]] = {
    "order": _order,
    PERIOD: lambda settings, value: replace(settings, period=Period(value)),
    "shortfall": _shortfall,
    "security": _security,
    "fine": lambda settings, value: replace(settings, fine_percent=Decimal(value)),
    "commission": _commission,
    "approval": lambda settings, value: replace(settings, needs_approval=value == "yes"),
    "reliability": lambda settings, value: replace(settings, least_reliability=int(value) or None),
    "kept": lambda settings, value: replace(settings, kept_percent=Decimal(value)),
}


def usual_first_day(period: Period, today: date) -> date:
    """Return the first day where nothing is said of it."""
    if period in FIRST_DAYS:
        return today + timedelta(days=FIRST_DAYS[period])
    return add_months((today + timedelta(days=7)).replace(day=1), 1)
