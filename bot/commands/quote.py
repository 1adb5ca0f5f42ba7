"""`susu quote loan|apr|days`: one JSON object in, one out, without a database.

`quote_loan`, `quote_apr` and `quote_days` take lines of text and give a line for each, refusals included: an answer is
`{"id", …}` or `{"id", "error": {"code", "field", "message"}}`. Amounts are text, in and out.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import orjson

from bot.commands.quote_fields import Fields, Refused, as_day, known_asset, usable_id
from finance_core.kernel.annual_rate import Flow, NoRate, RateTooHigh, all_in_rate, eu_rate, us_rate
from finance_core.kernel.day_counts import DayCount, days_between, year_fraction
from finance_core.kernel.money import Asset, Money
from finance_core.kernel.periods import HolidayShift, IsHoliday, PeriodUnit
from finance_core.kernel.rounding import Rounding
from finance_core.loans.rules.instalments import Event, EventKind
from finance_core.loans.rules.price import Price, price
from finance_core.loans.rules.repayments import Outcome, after
from finance_core.loans.rules.schedule import Instalment, Schedule, full_schedule
from finance_core.loans.rules.terms import (
    MAX_EVERY,
    MAX_INSTALMENTS,
    InterestBy,
    InvalidTerms,
    Method,
    Prepayment,
    Recalculation,
    SettleInterest,
    Style,
    Terms,
    Tranche,
)

MAX_LINE_LENGTH: Final = 1_000_000
MAX_TRANCHES: Final = 100
MAX_EVENTS: Final = 400
MAX_LINES_TIMES_EVENTS: Final = 20_000
"""Events are each laid on every instalment; above this a single answer would keep a core for seconds."""

MAX_FLOWS: Final = 5_000
MAX_HOLIDAYS: Final = 5_000
MAX_UNIT_PERIODS_A_YEAR: Final = 366
RATE_DECIMALS: Final = 6

_log = logging.getLogger(__name__)

_PAIR: Final = 2
_TERMS: Final = frozenset(
    (
        *("id", "principal", "asset", "annual_rate", "method", "instalments", "every", "unit", "disbursed_on"),
        *("first_due_on", "interest_by", "day_count", "style", "grace_principal", "grace_interest", "interest_free"),
        *("round_instalment_to", "rounding", "tranches", "events", "recalculate", "compound", "settle_interest"),
        *("prepayment", "fees", "holidays", "holiday_shift"),
    )
)


class Convention(StrEnum):
    """How a yearly rate is measured."""

    US = "us-appendix-j"
    EU = "eu-ccd"
    IRR = "irr"


def quote_loan(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of loan terms with its schedule, its totals and its price."""
    return _answers(loan_quote, lines)


def quote_apr(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of flows with their yearly rate in percent."""
    return _answers(apr_quote, lines)


def quote_days(lines: Iterable[str]) -> Iterator[str]:
    """Answer each line of two days and a convention with the days and the years between them."""
    return _answers(days_quote, lines)


def _answers(quote: Callable[[object], dict[str, Any]], lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield orjson.dumps(answer(quote, line)).decode()


def answer(quote: Callable[[object], dict[str, Any]], text: str) -> dict[str, Any]:
    """Return what `quote` makes of one JSON text, or the refusal of it. A fault of one answer is no other's."""
    given: object = None
    try:
        given = _parsed(text)
        return quote(given)
    except Refused as refusal:
        return {"id": usable_id(given), "error": refusal.as_json()}
    except Exception:  # noqa: BLE001 - whatever it is, it must not take the answers of other lines with it
        _log.exception("quote.fault")
        return {"id": usable_id(given), "error": Refused("fault", "").as_json()}


def _parsed(text: str) -> object:
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
    fields = Fields(given, _TERMS)
    try:
        terms, events = read_terms(fields), []
        holidays = _holidays(fields)
        plan = full_schedule(terms, holidays)
        outcome = Outcome(plan, None)
        if fields.has("events"):
            events = _events(fields, terms)
            outcome = after(terms, events, holidays) if events else outcome
    except InvalidTerms as invalid:
        raise _refusal(invalid) from invalid
    return _loan_answer(fields.identity(), terms, plan, outcome)


def read_terms(fields: Fields) -> Terms:
    """Return the terms that an input's `fields` describe."""
    asset = known_asset(fields, "asset")
    fees = Fields(
        fields.required("fees") if fields.has("fees") else {}, frozenset({"disbursement", "instalment"}), "fees"
    )
    return Terms(
        principal=Money(fields.amount("principal", asset), asset),
        annual_rate=fields.decimal("annual_rate"),
        method=fields.choice("method", Method),
        count=fields.whole("instalments", 1, MAX_INSTALMENTS),
        every=fields.whole("every", 1, MAX_EVERY, 1),
        unit=fields.choice("unit", PeriodUnit, PeriodUnit.MONTH),
        disbursed_on=fields.day("disbursed_on"),
        first_due_on=fields.day_or_none("first_due_on"),
        interest_by=fields.choice("interest_by", InterestBy, InterestBy.DAY),
        day_count=fields.choice("day_count", DayCount, DayCount.ACT_365F),
        style=fields.choice("style", Style, Style.PROGRESSIVE),
        grace_principal=fields.whole("grace_principal", 0, MAX_INSTALMENTS, 0),
        grace_interest=fields.whole("grace_interest", 0, MAX_INSTALMENTS, 0),
        interest_free=fields.whole("interest_free", 0, MAX_INSTALMENTS, 0),
        round_instalment_to=fields.amount_or_none("round_instalment_to", asset),
        rounding=_rounding(fields),
        tranches=_tranches(fields, asset),
        fee_at_disbursement=fees.amount_or_none("disbursement", asset),
        fee_each_instalment=fees.amount_or_none("instalment", asset),
        holiday_shift=fields.choice("holiday_shift", HolidayShift, HolidayShift.NONE),
        recalculate=fields.choice("recalculate", Recalculation, Recalculation.NONE),
        compound=fields.flag("compound"),
        prepayment=fields.choice("prepayment", Prepayment, Prepayment.NEXT),
        settle_interest=fields.choice("settle_interest", SettleInterest, SettleInterest.DAY),
    )


def _rounding(fields: Fields) -> Rounding:
    rounding = fields.choice("rounding", Rounding, Rounding.HALF_EVEN)
    if rounding not in {Rounding.HALF_EVEN, Rounding.HALF_UP}:
        raise Refused("not_one_of", "rounding", choices="half_even, half_up")
    return rounding


def _tranches(fields: Fields, asset: Asset) -> tuple[Tranche, ...]:
    entries = [
        Fields(entry, frozenset({"on", "amount"}), path) for path, entry in fields.items("tranches", MAX_TRANCHES)
    ]
    return tuple(Tranche(entry.day("on"), entry.amount("amount", asset)) for entry in entries)


def _events(fields: Fields, terms: Terms) -> list[Event]:
    items = fields.items("events", MAX_EVENTS)
    if len(items) * terms.count > MAX_LINES_TIMES_EVENTS:
        raise Refused("too_much", "events", most=MAX_LINES_TIMES_EVENTS)
    entries = [Fields(entry, frozenset({"on", "type", "amount"}), path) for path, entry in items]
    return [_event(entry, terms.principal.asset) for entry in entries]


def _event(entry: Fields, asset: Asset) -> Event:
    kind = entry.choice("type", EventKind)
    if kind is EventKind.REPAY:
        return Event(entry.day("on"), kind, entry.amount("amount", asset))
    if entry.has("amount"):
        raise Refused("amount_does_not_fit", entry.name("amount"))
    return Event(entry.day("on"), kind)


def _holidays(fields: Fields) -> IsHoliday | None:
    days = {as_day(entry, path) for path, entry in fields.items("holidays", MAX_HOLIDAYS)}
    return days.__contains__ if days else None


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
    named = Fields(given, _APR_FIELDS)
    convention = named.choice("convention", Convention)
    fields = Fields(given, _APR_FIELDS_OF[convention])
    try:
        rate = _APR[convention](fields)
    except RateTooHigh:
        raise Refused("rate_too_high", "") from None
    except NoRate:
        raise Refused("no_rate", "") from None
    return _with_id(fields, {"apr": float(rate)})


def _apr_us(fields: Fields) -> Decimal:
    a_year = fields.periods_a_year("unit_periods_per_year", MAX_UNIT_PERIODS_A_YEAR)
    advances, payments = _us_flows(fields, "advances"), _us_flows(fields, "payments")
    return us_rate(advances, payments, a_year)


def _us_flows(fields: Fields, field: str) -> list[Flow]:
    flows: list[Flow] = []
    for path, entry in fields.items(field, MAX_FLOWS, required=True):
        one = Fields(entry, _FLOW_FIELDS[field], path)
        amount, fraction = _positive(one, "amount"), one.fraction("fraction")
        first = one.whole("periods" if field == "advances" else "first_period", 0, MAX_FLOWS)
        count = one.whole("count", 1, MAX_FLOWS, 1)
        if len(flows) + count > MAX_FLOWS:
            raise Refused("too_many", path, most=MAX_FLOWS)
        flows += [Flow(amount, first + nr, fraction) for nr in range(count)]
    return flows


def _apr_eu(fields: Fields) -> Decimal:
    return eu_rate(_eu_flows(fields, "drawdowns"), _eu_flows(fields, "repayments"))


def _eu_flows(fields: Fields, field: str) -> list[Flow]:
    entries = [
        Fields(entry, _FLOW_FIELDS[field], path) for path, entry in fields.items(field, MAX_FLOWS, required=True)
    ]
    return [Flow(_positive(entry, "amount"), entry.years("years")) for entry in entries]


def _apr_irr(fields: Fields) -> Decimal:
    return all_in_rate([_dated_flow(entry, path) for path, entry in fields.items("flows", MAX_FLOWS, required=True)])


def _dated_flow(entry: object, path: str) -> tuple[date, Decimal]:
    if not isinstance(entry, list) or len(entry) != _PAIR:
        raise Refused("not_a_list", path)
    pair = Fields({"day": entry[0], "amount": entry[1]}, frozenset({"day", "amount"}), path)
    return pair.day("day"), pair.decimal("amount", signed=True)


def _positive(fields: Fields, field: str) -> Decimal:
    amount = fields.decimal(field)
    if not amount:
        raise Refused("out_of_range", fields.name(field), least="above 0", most="10^15")
    return amount


_APR: Final[dict[Convention, Callable[[Fields], Decimal]]] = {
    Convention.US: _apr_us,
    Convention.EU: _apr_eu,
    Convention.IRR: _apr_irr,
}
_APR_FIELDS_OF: Final = {
    Convention.US: frozenset({"id", "convention", "unit_periods_per_year", "advances", "payments"}),
    Convention.EU: frozenset({"id", "convention", "drawdowns", "repayments"}),
    Convention.IRR: frozenset({"id", "convention", "flows"}),
}
_APR_FIELDS: Final = frozenset().union(*_APR_FIELDS_OF.values())
_FLOW_FIELDS: Final = {
    "advances": frozenset({"amount", "periods", "fraction"}),
    "payments": frozenset({"amount", "count", "first_period", "fraction"}),
    "drawdowns": frozenset({"amount", "years"}),
    "repayments": frozenset({"amount", "years"}),
}


# -- days -------------------------------------------------------------------------------------------------------------


_DAYS: Final = frozenset({"id", "convention", "start", "end", "expected_days", "expected_year_fraction"})


def days_quote(given: object) -> dict[str, Any]:
    """Return the days and the years from one day to another by a convention, whatever a published case expects.

    Raises:
        Refused: a day does not exist, or they are in the wrong order.
    """
    fields = Fields(given, _DAYS)
    convention, start, end = fields.choice("convention", DayCount), fields.day("start"), fields.day("end")
    if end < start:
        raise Refused("end_before_start", "end")
    years = year_fraction(convention, start, end)
    return _with_id(fields, {"days": days_between(convention, start, end), "year_fraction": float(years)})


def _with_id(fields: Fields, answered: dict[str, Any]) -> dict[str, Any]:
    identity = fields.identity()
    return answered if identity is None else {"id": identity} | answered
