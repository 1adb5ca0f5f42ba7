"""What pictures show, made of a screen's values: each function returns a plot with its words in one language.

A screen that shows one says the same in its text, since a picture may not come (`Screen.picture`).
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Asset, Money
from handlers.locales import Translator
from handlers.pictures.plot import Bars, Lines, Measure, Series, Shares, Slice, Tick

if TYPE_CHECKING:
    from finance_core.loans.queries import LoanView
    from finance_core.reports.curves import Curve, Steps

DATE_TICKS: Final = 4
PERCENT: Final = Measure(suffix=" %")
LATEST_VINTAGES: Final = 8
"""As many lines as there are colours."""
"""In what large sums are counted on an axis, and from how many of them on."""
_MANY_FROM: Final = 100_000

Share = tuple[str, Money]
"""A part of what somebody owns: its name, and what it is worth."""


# -- loans ------------------------------------------------------------------------------------------------------------


def schedule(t: Translator, view: LoanView) -> Bars:
    """A loan's instalments by due day: principal, interest with what came on top; what is paid is pale, an instalment
    that is paid has a tick.
    """
    rows = view.instalments
    principal, paid = [row.principal for row in rows], [row.paid_principal for row in rows]
    rest = [row.whole - row.principal for row in rows]
    rest_paid = [row.paid - row.paid_principal for row in rows]
    return Bars(
        title=t("pictures.schedule_title", amount=Money(view.loan.principal, view.asset)),
        note=t("pictures.schedule_note", paid=sum(row.settled_on is not None for row in rows), count=len(rows)),
        labels=tuple(t.short_day(row.due_on) for row in rows),
        series=(
            _series(t("pictures.principal"), principal, view.asset, done=paid),
            _series(t("pictures.interest"), rest, view.asset, done=rest_paid),
        ),
        measure=_measure(t, view.asset, principal),
        done=frozenset(place for place, row in enumerate(rows) if row.settled_on is not None),
        done_name=t("pictures.paid"),
    )


def repayment_curve(t: Translator, curve: Curve) -> Lines:
    """The principal left, as planned at signing and as it went."""
    asset = next(iter(curve.planned.values())).asset
    days = sorted({*curve.planned, *curve.paid, curve.until})
    series = (
        Series(t("pictures.planned"), _forward(curve.planned, days, max(curve.planned))),
        Series(t("pictures.left"), _forward(curve.paid, days, curve.until)),
    )
    return Lines(
        title=t("pictures.curve_title"),
        note=t("pictures.curve_note", on=curve.until),
        places=tuple(float(day.toordinal()) for day in days),
        ticks=_date_ticks(t, days[0], days[-1]),
        series=series,
        measure=_measure(t, asset, [money.amount for money in (*curve.planned.values(), *curve.paid.values())]),
        steps=True,
        dashed=frozenset({0}),
        mark=Tick(float(curve.until.toordinal()), t("pictures.today")),
    )


def _forward(steps: Steps, days: Sequence[date], until: date) -> tuple[float | None, ...]:
    """Return what holds on each day up to `until`: the last figure before it."""
    held: float | None = None
    values: list[float | None] = []
    for day in days:
        held = _major(steps[day]) if day in steps else held
        values.append(held if day <= until else None)
    return tuple(values)


# -- the loan book ----------------------------------------------------------------------------------------------------


def portfolio_at_risk(t: Translator, days: Sequence[date], shares: Mapping[str, Sequence[Decimal | None]]) -> Lines:
    """The shares of principal at risk over time, in percent; `shares` by name ("PAR30"), a figure for each day."""
    return Lines(
        title=t("pictures.par_title"),
        note=t("pictures.span", first=days[0], last=days[-1]),
        places=tuple(float(day.toordinal()) for day in days),
        ticks=_date_ticks(t, days[0], days[-1]),
        series=tuple(Series(name, tuple(map(_float, figures))) for name, figures in shares.items()),
        measure=PERCENT,
    )


def vintages(t: Translator, curves: Mapping[date, Sequence[Decimal | None]]) -> Lines:
    """For each month of lending what part was ever late, by months on book; the latest months only."""
    latest = sorted(curves)[-LATEST_VINTAGES:]
    months = max((len(curves[month]) for month in latest), default=1)
    padded = {month: [*curves[month], *[None] * (months - len(curves[month]))] for month in latest}
    return Lines(
        title=t("pictures.vintages_title"),
        note=t("pictures.vintages_note"),
        places=tuple(map(float, range(months))),
        ticks=tuple(Tick(month, str(month)) for month in range(0, months, -(-months // 12))),
        series=tuple(Series(f"{month:%Y-%m}", tuple(map(_float, padded[month]))) for month in latest),
        measure=PERCENT,
    )


# -- wealth -----------------------------------------------------------------------------------------------------------


def allocation(t: Translator, parts: Sequence[Share], on: date, owed: Money | None = None) -> Shares:
    """What somebody owns, by product, as parts of a ring; the figures stand beside it, below the title what is owed
    and what is left.

    `parts` are of one asset, at least one.
    """
    whole = sum((money for _, money in parts[1:]), parts[0][1])
    slices = [Slice(name, _major(money), f"{t.money(money)} · {_percent_of(money, whole)}") for name, money in parts]
    note = t("pictures.owed_and_net", owed=owed, net=whole - owed) if owed else t.day(on)
    return Shares(t("pictures.allocation_title"), note, tuple(slices), t.money(whole))


def value_over_time(t: Translator, net: Mapping[date, Money], owned: Mapping[date, Money] | None = None) -> Lines:
    """What was somebody's own at the end of each day (one asset, at least one day): owned less owed.

    Args:
        owned: of who owes, what they owned on the same days: a dashed line above it.
    """
    days = sorted(net)
    drawn = {t("pictures.net" if owned else "pictures.value"): net, **({t("pictures.owned"): owned} if owned else {})}
    return Lines(
        title=t("pictures.value_title"),
        note=t("pictures.span", first=days[0], last=days[-1]),
        places=tuple(float(day.toordinal()) for day in days),
        ticks=_date_ticks(t, days[0], days[-1]),
        series=tuple(Series(name, tuple(_major(each[day]) for day in days)) for name, each in drawn.items()),
        measure=_measure(t, net[days[0]].asset, [each[day].amount for each in drawn.values() for day in days]),
        filled=True,
        dashed=frozenset({1}),
    )


def income_by_day(t: Translator, name: str, incomes: Mapping[date, Money]) -> Bars:
    """What a fund paid one for each day (at least one day)."""
    days = sorted(incomes)
    return Bars(
        title=t("pictures.income_title", name=name),
        note=t("pictures.span", first=days[0], last=days[-1]),
        labels=tuple(t.short_day(day) for day in days),
        series=(Series(t("pictures.income"), tuple(_major(incomes[day]) for day in days)),),
        measure=_measure(t, incomes[days[0]].asset, [incomes[day].amount for day in days]),
    )


def gain(t: Translator, values: Mapping[date, tuple[Money, Money]]) -> Lines:
    """What funds were worth at the end of each day, and what had been paid for them less what had come back."""
    days = sorted(values)
    amounts = [money.amount for pair in values.values() for money in pair]
    worth, paid = zip(*[values[day] for day in days], strict=True)
    return Lines(
        title=t("pictures.gain_title"),
        note=t("pictures.past_figures", first=days[0], last=days[-1]),
        places=tuple(float(day.toordinal()) for day in days),
        ticks=_date_ticks(t, days[0], days[-1]),
        series=(
            Series(t("pictures.value"), tuple(map(_major, worth))),
            Series(t("pictures.paid_in"), tuple(map(_major, paid))),
        ),
        measure=_measure(t, worth[0].asset, amounts),
        dashed=frozenset({1}),
        from_zero=False,
        cut_axis=t("pictures.cut_axis"),
    )


def yield_history(t: Translator, name: str, yields: Mapping[date, Decimal]) -> Lines:
    """A fund's seven-day yield by day, in percent, with the dates that it is of: what was is no promise."""
    return _history(t, t("pictures.yield_title", name=name), yields, PERCENT)


def nav_history(t: Translator, name: str, navs: Mapping[date, Decimal]) -> Lines:
    """A fund's price for a unit by dealing day, with the dates that it is of."""
    return _history(t, t("pictures.nav_title", name=name), navs, Measure())


def _history(t: Translator, title: str, figures: Mapping[date, Decimal], measure: Measure) -> Lines:
    days, title = sorted(figures), html.unescape(title)
    return Lines(
        title=title,
        note=t("pictures.past_figures", first=days[0], last=days[-1]),
        places=tuple(float(day.toordinal()) for day in days),
        ticks=_date_ticks(t, days[0], days[-1]),
        series=(Series(title, tuple(float(figures[day]) for day in days)),),
        measure=measure,
        from_zero=False,
        cut_axis=t("pictures.cut_axis"),
    )


# -- axes -------------------------------------------------------------------------------------------------------------


def _date_ticks(t: Translator, first: date, last: date) -> tuple[Tick, ...]:
    """Return a few days at even distances, the first and the last among them."""
    span = (last - first).days
    count = min(DATE_TICKS, span + 1)
    days = [first + timedelta(days=span * place // max(count - 1, 1)) for place in range(count)]
    return tuple(Tick(float(day.toordinal()), t.short_day(day)) for day in days)


def _measure(t: Translator, asset: Asset, amounts: Sequence[int]) -> Measure:
    """Return how money stands on the axis: in the thousands of its language when it is large."""
    largest = max((abs(amount) for amount in amounts), default=0) / 10**asset.scale
    if largest < _MANY_FROM:
        return Measure(asset.symbol)
    return Measure(asset.symbol, **t.formats["large"])


def _series(name: str, amounts: Sequence[int], asset: Asset, *, done: Sequence[int] = ()) -> Series:
    return Series(name, _majors(amounts, asset), _majors(done, asset))


def _majors(amounts: Sequence[int], asset: Asset) -> tuple[float, ...]:
    return tuple(_major(Money(amount, asset)) for amount in amounts)


def _major(money: Money) -> float:
    return float(money.decimal)


def _float(figure: Decimal | None) -> float | None:
    return None if figure is None else float(figure)


def _percent_of(part: Money, whole: Money) -> str:
    return f"{100 * part.amount / whole.amount:.1f}%" if whole else "–"
