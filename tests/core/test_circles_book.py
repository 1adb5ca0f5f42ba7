"""A circle in the book: what `verify` finds when a row is changed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from sqlalchemy import text

from finance_core import ledger
from finance_core.circles.book.closing import close_place
from finance_core.circles.equations import EQUATIONS
from finance_core.circles.models import ClosedWhy
from finance_core.kernel.clock import ManualClock
from finance_core.lines import REPORTS
from finance_core.reports.reading import table_of
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Unit, Units
from tests.builders import live, the_catalogue
from tests.circle_rounds import Run, a_circle
from tests.embedded import Cluster

OTHER = "UPDATE circle_payment SET {} WHERE id = (SELECT min(id) FROM circle_payment WHERE source = '{}')"
WALLET, AHEAD = "wallet", "ahead"


async def a_round_and_a_half(units: Units, clock: ManualClock) -> Run:
    """Let one round be paid, one place pay ahead, and another be late with a fine that is paid."""
    await the_catalogue(units)
    circle = await a_circle(units, 4, period="week", shortfall="pay")
    await circle.pay(4, 300)
    await live(units, clock, until="2026-03-20 12:00")
    await units_without_consent(circle)
    await live(units, clock, until="2026-03-30 12:00")
    await circle.pay(3, 204)
    return circle


async def units_without_consent(circle: Run) -> None:
    """Withdraw everybody's consent but the last one's."""
    async with circle.units.begin() as unit:
        change = "UPDATE circle_member SET automatic_debit = false WHERE circle_id = :circle AND customer_id <> :last"
        await unit.session.execute(text(change), {"circle": circle.id, "last": circle.people[-1].id})


CHANGES = [
    "UPDATE circle_due SET paid = paid - 1, paid_at = NULL WHERE round = 1 AND place = 2",
    "UPDATE circle_due SET paid = paid + 1 WHERE round = 2 AND place = 1",
    "UPDATE circle_due SET paid_at = paid_at - interval '1 hour' WHERE round = 1 AND place = 2",
    "UPDATE circle_due SET fine_paid = fine_paid - 1 WHERE fine_paid > 0",
    "UPDATE circle_due SET amount = amount + 1, paid_at = NULL WHERE round = 1 AND place = 2",
    *(OTHER.format(change, WALLET) for change in (
        "key = key || 'x'", "circle_id = circle_id + 1", "round = round + 1", "place = place + 1",
        "payer_id = payer_id + 1", "contribution = contribution + 1", "fine = fine + 1", "source = 'payout'",
        "entry_id = entry_id + 1", "on_date = on_date + 1", "paid_at = paid_at + interval '1 hour'",
    )),
    OTHER.format("payer_id = payer_id + 1", AHEAD),
    "UPDATE circle_payout SET amount = amount + 1 WHERE kind = 'prize'",
    "UPDATE circle_payout SET round = round + 1 WHERE kind = 'prize' AND round = 1",
    "UPDATE circle_payout SET on_date = on_date + 1 WHERE kind = 'prize'",
    "UPDATE circle_round SET state = 'short' WHERE nr = 1",
    "UPDATE circle_round SET state = 'collecting' WHERE nr = 1",
    "UPDATE circle SET state = 'ended', ended_at = now()",
    "DELETE FROM circle_payment WHERE id = (SELECT min(id) FROM circle_payment)",
]  # fmt: skip


async def test_what_does_not_fit_the_book_is_found(
    cluster: Cluster, cloned_url: str, cloned_units: Units, clock: ManualClock
) -> None:
    await a_round_and_a_half(cloned_units, clock)
    engine = create_engine(cluster.server.url(urlsplit(cloned_url).path.lstrip("/"), user="postgres"), role=None)
    async with Units(engine, clock).begin() as unit:
        assert (await ledger.verify(unit, EQUATIONS)).ok
        assert [change for change in CHANGES if not await is_found(unit, change)] == []
    await engine.dispose()


async def is_found(unit: Unit, change: str) -> bool:
    """Change the book as a superuser, say whether `verify` finds it, and take the change back."""
    before = await unit.session.begin_nested()
    changed = await unit.session.execute(text(f"WITH changed AS ({change} RETURNING 1) SELECT count(*) FROM changed"))
    assert changed.scalar_one() > 0, change
    is_ok = (await ledger.verify(unit, EQUATIONS)).ok
    await before.rollback()
    return not is_ok


async def test_the_reports_of_a_past_day_stay_as_they_were(units: Units, clock: ManualClock) -> None:
    await the_catalogue(units)
    circle = await a_circle(units, 4, period="week", shortfall="pay", commission_percent=Decimal(2))
    await live(units, clock, until="2026-03-21 12:00")

    async def told(name: str, first_on: date | None) -> list[list[str]]:
        async with units.begin() as unit:
            on = date(2026, 3, 20)
            if first_on is None:
                found = await table_of(unit, REPORTS[name], on=on)
            else:
                found = await table_of(unit, REPORTS[name], first_on=first_on, last_on=on)
        return [[str(cell) for cell in row[1:]] for row in found.rows]

    stood = [["running", "2026-03-12", "4", "1", "800.00", "784.00", "16.00", "0.00", "0.00", "0.00"]]
    assert await told("circles", None) == stood
    assert await told("circle-rounds", date(2026, 3, 1)) == [["1", "800.00", "0.00", "0.00", "784.00", "16.00", "0.00"]]
    async with units.begin() as unit:
        await close_place(unit, circle.id, 3, ClosedWhy.LEFT)
    await live(units, clock, until="2026-04-12 12:00")
    assert await told("circles", None) == stood
