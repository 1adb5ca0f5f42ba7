"""`susu quote loan|apr|days`: one JSON object in, one out, without a database.

`quote_loan`, `quote_apr` and `quote_days` take lines of text and give a line for each, refusals included: an answer is
`{"id", …}` or `{"id", "error": {"code", "field", "message"}}`. Amounts are text, in and out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

import orjson

from bot.commands import quote_inputs
from bot.commands.quote_fields import Refused, read, usable_id
from bot.commands.quote_inputs import Convention
from finance_core.kernel.annual_rate import NoRate, RateTooHigh, all_in_rate, eu_rate, us_rate
from finance_core.kernel.day_counts import days_between, year_fraction
from finance_core.loans.rules.price import Price, price
from finance_core.loans.rules.repayments import Outcome, after
from finance_core.loans.rules.schedule import Instalment, Schedule, full_schedule
from finance_core.loans.rules.terms import InvalidTerms, Terms

MAX_LINE_LENGTH: Final = 1_000_000
RATE_DECIMALS: Final = 6

_log = logging.getLogger(__name__)


def quote_loan(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of loan terms with its schedule, its totals and its price."""
    return answers(loan_quote, lines)


def quote_apr(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of flows with their yearly rate in percent."""
    return answers(apr_quote, lines)


def quote_days(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of two days and a convention with the days and the years between them."""
    return answers(days_quote, lines)


def answers(quote: Callable[[object], dict[str, Any]], lines: Iterable[str]) -> Iterator[str]:
    """Yield what `quote` makes of each line, as JSON; refusals are answers too."""
    for line in lines:
        yield orjson.dumps(answer(quote, line)).decode()


def answer(quote: Callable[[object], dict[str, Any]], text: str) -> dict[str, Any]:
    """Return what `quote` makes of one JSON text, or the refusal of it. A fault of one answer is no other's."""
    given: object = None
    try:
        given = parsed(text)
        return quote(given)
    except Refused as refusal:
        return {"id": usable_id(given), "error": refusal.as_json()}
    except Exception:  # noqa: BLE001 - whatever it is, it must not take the answers of other lines with it
        _log.exception("quote.fault")
        return {"id": usable_id(given), "error": Refused("fault", "").as_json()}


def parsed(text: str) -> object:
    """Return a text as JSON. Raises Refused: it is none, or too long."""
    if len(text) > MAX_LINE_LENGTH:
        raise Refused("too_long", "", most=MAX_LINE_LENGTH)
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Refused("not_json", "") from None


# -- a loan -----------------------------------------------------------------------------------------------------------


def loan_quote(given: object) -> dict[str, Any]:
    """Return the schedule of the terms `given` after its events, with totals, price and settlement.

    Raises:
        Refused: the terms are wrong.
    """
    asked = read(quote_inputs.LOAN, given)
    try:
        terms = asked.terms()
        holidays = asked.holiday_dates()
        is_holiday = holidays.__contains__ if holidays else None
        plan = full_schedule(terms, is_holiday)
        events = asked.event_list()
        outcome = after(terms, events, is_holiday) if events else Outcome(plan, None)
    except InvalidTerms as invalid:
        raise _refusal(invalid) from invalid
    return _loan_answer(usable_id(given), terms, plan, outcome)


_FIELD_NAMES: Final = {
    "count": "instalments",
    "fee_at_disbursement": "fees.disbursement",
    "fee_each_instalment": "fees.instalment",
}


def _refusal(invalid: InvalidTerms) -> Refused:
    return Refused(invalid.reason, _FIELD_NAMES.get(invalid.field, invalid.field), **invalid.figures)


def _loan_answer(identity: str | int | None, terms: Terms, plan: Schedule, outcome: Outcome) -> dict[str, Any]:
    scale = terms.principal.asset.scale
    nothing = as_text(0, scale)
    return {
        "id": identity,
        "instalments": [_instalment(line, scale, nothing) for line in outcome.schedule.instalments],
        "totals": _totals(outcome.schedule, scale),
        "apr": _price(terms, plan),
        "settlement": None if outcome.settlement is None else as_text(outcome.settlement, scale),
    }


def _instalment(line: Instalment, scale: int, nothing: str) -> dict[str, Any]:
    nr, due_on, days, principal, interest, fee, balance_after, penalty, paid = line
    return {
        "nr": nr,
        "due_on": due_on,
        "days": days,
        "principal": as_text(principal, scale),
        "interest": as_text(interest, scale),
        "fee": as_text(fee, scale) if fee else nothing,
        "penalty": as_text(penalty, scale) if penalty else nothing,
        "total": as_text(principal + interest + fee + penalty, scale),
        "balance_after": as_text(balance_after, scale),
        "paid": as_text(paid, scale) if paid else nothing,
    }


def _totals(schedule: Schedule, scale: int) -> dict[str, str]:
    columns = list(zip(*schedule.instalments, strict=True))
    principal, interest, fee, _, penalty, paid = (sum(column) for column in columns[3:])
    return {
        "principal": as_text(principal, scale),
        "interest": as_text(interest, scale),
        "fee": as_text(fee, scale),
        "penalty": as_text(penalty, scale),
        "total": as_text(principal + interest + fee + penalty, scale),
        "paid": as_text(paid, scale),
    }


def _price(terms: Terms, plan: Schedule) -> dict[str, Any]:
    """Return the rates as text; where one is null `error` says why, `rate_too_high` or `no_rate`."""
    try:
        rates, missing = price(terms, plan), "rate_too_high"
    except NoRate:
        rates, missing = Price(None, None, None), "no_rate"
    shown: dict[str, Any] = {
        name: None if rate is None else format(round(rate, RATE_DECIMALS), "f")
        for name, rate in zip(Price._fields, rates, strict=True)
    }
    return shown if None not in rates else shown | {"error": Refused(missing, "apr").as_json()}


def as_text(amount: int, scale: int) -> str:
    """Return minor units as a plain decimal: 100050 at scale 2 is "1000.50"."""
    digits = str(amount)
    if amount < 0 or len(digits) <= scale or not scale:
        return format(Decimal(amount).scaleb(-scale), f".{scale}f")
    return f"{digits[:-scale]}.{digits[-scale:]}"


def texts(amounts: Iterable[int], scale: int) -> list[str]:
    """Return minor units as plain decimals."""
    return [as_text(amount, scale) for amount in amounts]


_COLUMNS: Final = ("nr", "due_on", "days", "principal", "interest", "fee", "total", "balance_after", "paid")


def loan_table(answered: dict[str, Any]) -> str:
    """Return a loan's answer as text that a person reads: the price first, a line for each instalment, the sums."""
    if "error" in answered:
        return f"{answered['error']['field'] or 'input'}: {answered['error']['message']}"
    rates = {name: rate or "—" for name, rate in answered["apr"].items()}
    price_line = "all-in {irr} % a year (EU {eu} %, US {us} %)".format(**rates)
    totals = {"nr": "", "due_on": "", "days": "", "balance_after": ""} | answered["totals"]
    rows = [dict(zip(_COLUMNS, _COLUMNS, strict=True)), *answered["instalments"], totals]
    texts = [[str(row[column]) for column in _COLUMNS] for row in rows]
    widths = [max(len(text) for text in column) for column in zip(*texts, strict=True)]
    lines = ["  ".join(text.rjust(width) for text, width in zip(row, widths, strict=True)) for row in texts]
    settled = [f"settlement {answered['settlement']}"] if answered["settlement"] else []
    return "\n".join([price_line, *lines, *settled])


# -- a yearly rate ----------------------------------------------------------------------------------------------------


def apr_quote(given: object) -> dict[str, Any]:
    """Return the yearly rate of the flows `given`, in percent, in the convention that they name.

    Raises:
        Refused: the flows are wrong, or no rate balances them.
    """
    convention = read(quote_inputs.APR, given).convention
    try:
        rate = _APR[convention](given)
    except RateTooHigh:
        raise Refused("rate_too_high", "") from None
    except NoRate:
        raise Refused("no_rate", "") from None
    return with_id(given, {"apr": float(rate)})


def _apr_us(given: object) -> Decimal:
    asked = read(quote_inputs.US, given)
    advances = [each.flow() for each in asked.advances]
    payments = [flow for each in asked.payments for flow in each.flows()]
    return us_rate(advances, payments, asked.unit_periods_per_year)


def _apr_eu(given: object) -> Decimal:
    asked = read(quote_inputs.EU, given)
    return eu_rate([each.flow() for each in asked.drawdowns], [each.flow() for each in asked.repayments])


def _apr_irr(given: object) -> Decimal:
    return all_in_rate([(each.day, each.amount) for each in read(quote_inputs.IRR, given).flows])


_APR: Final[dict[Convention, Callable[[object], Decimal]]] = {
    Convention.US: _apr_us,
    Convention.EU: _apr_eu,
    Convention.IRR: _apr_irr,
}


# -- days -------------------------------------------------------------------------------------------------------------


def days_quote(given: object) -> dict[str, Any]:
    """Return the days and the years from one day to another by a convention, whatever a published case expects.

    Raises:
        Refused: a day does not exist, or they are in the wrong order.
    """
    asked = read(quote_inputs.DAYS, given)
    convention, start, end = asked.convention, asked.start, asked.end
    if end < start:
        raise Refused("end_before_start", "end")
    years = year_fraction(convention, start, end)
    return with_id(given, {"days": days_between(convention, start, end), "year_fraction": float(years)})


def with_id(given: object, answered: dict[str, Any]) -> dict[str, Any]:
    """Return an answer with the `id` of what it answers, where that has one."""
    identity = usable_id(given)
    return answered if identity is None else {"id": identity} | answered
