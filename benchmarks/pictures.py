"""How long pictures take and how large they are, each kind in each language, by the real render process when warm.

Warm means that the renderer has loaded what it draws with and has drawn once, as it has in a bot that runs. The first
figure is the time from starting it to that; nobody waits for it. The processor's time is measured apart, in this
process: it hardly depends on what else the machine is doing.
"""

from __future__ import annotations

import asyncio
import math
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

from benchmarks.figures import Json
from bot.processes.render_process import RenderProcess
from finance_core.kernel.money import CNY, Money
from finance_core.loans.models import InstalmentRow, Loan, LoanState
from finance_core.loans.queries import LoanView
from finance_core.reports.curves import Curve
from handlers.locales import Translator, codes, translator
from handlers.pictures import plots
from handlers.pictures.plot import Plot

ROUNDS: Final = 5
WANTED_MILLISECONDS: Final = 300
WANTED_KILOBYTES: Final = 100
TODAY: Final = date(2026, 6, 20)


def samples(t: Translator) -> dict[str, Plot]:
    """Return one drawing of each kind, with as much in it as it will have in life."""
    weeks = [TODAY - timedelta(weeks=back) for back in range(26, -1, -1)]
    year = [TODAY - timedelta(days=back) for back in range(364, -1, -1)]
    months = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(5, 17)]
    return {
        "schedule": plots.schedule(t, sample_view(12)),
        "repayment curve": plots.repayment_curve(t, _curve()),
        "par": plots.portfolio_at_risk(
            t, weeks, {name: [_wave(place, base) for place in range(27)] for name, base in _AT_RISK.items()}
        ),
        "vintages": plots.vintages(
            t, {month: [_wave(age, nr / 5) for age in range(12 - nr)] for nr, month in enumerate(months)}
        ),
        "allocation": plots.allocation(t, _owned(t), TODAY),
        "value": plots.value_over_time(t, {day: Money(1_000_000 + 900 * place, CNY) for place, day in enumerate(year)}),
        "yield": plots.yield_history(
            t, "Change Plus", {day: Decimal("0.84") + _wave(place, 0) / 100 for place, day in enumerate(year[-90:])}
        ),
        "nav": plots.nav_history(
            t, "稳健增长 A&B", {day: Decimal("1.2345") + _wave(place, 1) / 50 for place, day in enumerate(year)}
        ),
    }


_AT_RISK: Final = {"PAR1": 6, "PAR30": 3, "PAR90": 1}


def _wave(place: int, base: float) -> Decimal:
    return Decimal(round(base + math.sin(place / 4), 4)).quantize(Decimal("0.0001"))


def sample_view(count: int) -> LoanView:
    """Return a loan of 12,000 in so many parts, three of them paid and one late."""
    principal = 1_200_000 // count
    first_day = date(2026, 1, 15)
    loan = Loan(
        key="benchmark",
        customer_id=1,
        product="instalment",
        product_version=1,
        product_number=1,
        grade="A",
        asset="CNY",
        principal=1_200_000,
        annual_rate=Decimal(18),
        penalty_rate=Decimal(9),
        grace_days=3,
        all_in_rate=Decimal("19.56"),
        count=count,
        automatic_debit=True,
        debit_from_change_plus=False,
        signed_at=datetime(2026, 1, 15, 4, tzinfo=UTC),
        disbursed_on=first_day,
        cooling_off_until=first_day,
        state=LoanState.ACTIVE,
    )
    rows = [
        InstalmentRow(
            loan_id=1,
            nr=nr,
            starts_on=date(2026 + nr // 12, nr % 12 + 1, 15),
            due_on=date(2026 + (nr + 1) // 12, (nr + 1) % 12 + 1, 15),
            principal=principal,
            interest=18_000 - 1_400 * nr,
            late_interest=500 if nr == 4 else 0,  # noqa: PLR2004 - the late one
            penalty=0,
            fee=0,
            late_fee=0,
            settled_on=TODAY if nr <= 3 else None,  # noqa: PLR2004 - the paid ones
        )
        for nr in range(1, count + 1)
    ]
    nothing = Money.zero(CNY)
    return LoanView(
        loan=loan,
        asset=CNY,
        due_now=nothing,
        outstanding=nothing,
        settlement=nothing,
        next_due_on=None,
        next_due=nothing,
        days_past_due=0,
        may_be_given_back=False,
        instalments=rows,
    )


def _curve() -> Curve:
    rows = sample_view(12).instalments
    days = [date(2026, 1, 15), *(row.due_on for row in rows)]
    planned = {day: Money(1_200_000 - 100_000 * nr, CNY) for nr, day in enumerate(days)}
    paid = {day: planned[day] - Money(30_000 * nr, CNY) for nr, day in enumerate(days[:5])}
    return Curve(planned, paid, TODAY)


def _owned(t: Translator) -> list[plots.Share]:
    names = (t("menu.balance"), "Change Plus", "90 d", "180 d", "稳健增长")
    return [(str(name), Money(100_000 * (place + 1), CNY)) for place, name in enumerate(names)]


async def _measured() -> Json:
    render_process = RenderProcess(patience_seconds=60, starting_seconds=60)
    try:
        begun = time.perf_counter()
        await render_process.draw(samples(translator("en"))["schedule"])
        result: Json = {"start_ms": _milliseconds(begun), "pictures": {}}
        for language in codes():
            for name, plot in samples(translator(language)).items():
                result["pictures"][f"{name}, {language}"] = await _one(render_process, plot)
        return result
    finally:
        await render_process.close()


async def _one(render_process: RenderProcess, plot: Plot) -> Json:
    times, content = [], b""
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        content = await render_process.draw(plot)
        times.append(_milliseconds(begun))
    return {
        "median_ms": sorted(times)[ROUNDS // 2],
        "worst_ms": max(times),
        "processor_ms": _processor_milliseconds(plot),
        "kb": round(len(content) / 1000, 1),
    }


def _processor_milliseconds(plot: Plot) -> float:
    from handlers.pictures.figures import render

    render(plot)
    begun = time.process_time()
    for _ in range(ROUNDS):
        render(plot)
    return round(1000 * (time.process_time() - begun) / ROUNDS, 1)


def _milliseconds(begun: float) -> float:
    return round(1000 * (time.perf_counter() - begun), 1)


def measured() -> Json:
    """Return each picture's median and worst milliseconds, and its kilobytes."""
    return asyncio.run(_measured())


def table(result: Json) -> str:
    """Return the figures as a table, with what is wanted of them."""
    lines = [f"  {'the renderer starts in':<28}{result['start_ms']:9.1f} ms, before anybody waits"]
    for name, each in result["pictures"].items():
        times = (
            f"{each['median_ms']:9.1f} ms   worst {each['worst_ms']:7.1f} ms   processor {each['processor_ms']:6.1f} ms"
        )
        lines.append(f"  {name:<28}{times}   {each['kb']:6.1f} kB")
    slowest = max(each["median_ms"] for each in result["pictures"].values())
    largest = max(each["kb"] for each in result["pictures"].values())
    met = slowest < WANTED_MILLISECONDS and largest <= WANTED_KILOBYTES
    wanted = f"wanted: below {WANTED_MILLISECONDS} ms and {WANTED_KILOBYTES} kB"
    return "\n".join([*lines, f"  {wanted}: {'met' if met else 'NOT met'}"])
