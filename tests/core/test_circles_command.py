"""`susu circles`: what circles there are, their places and rounds, and proposals about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands import circle_desk
from bot.settings import Settings, load_settings
from finance_core.circles import operating
from finance_core.customers.roles import Role
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.storage.unit import Units
from tests.builders import an_operator, live, the_catalogue
from tests.circle_rounds import a_circle


@pytest.fixture
def settings(cloned_url: str, tmp_path: Path) -> Settings:
    return load_settings(
        _env_file=None, database_url=cloned_url, data_dir=tmp_path, secret_key="a secret for tests only"
    )


async def test_circles_are_listed_shown_and_proposed_about(
    cloned_units: Units, clock: ManualClock, settings: Settings
) -> None:
    await the_catalogue(cloned_units)
    await a_circle(cloned_units, 3, code="C4TN-8KQ2", period="week", shortfall="pay")
    operator = await an_operator(cloned_units, "Olu", Role.SUPPORT)
    await live(cloned_units, clock, until="2026-03-20 12:00")
    [listed] = await circle_desk.circles(settings, "running")
    assert (listed.code, listed.contribution, listed.paid, listed.rounds) == ("C4TN-8KQ2", "200.00", 1, 3)
    assert await circle_desk.circles(settings, "ended") == []
    shown = await circle_desk.show(settings, "c4tn-8kq2")
    assert [(each.nr, each.paid, each.due, each.left) for each in shown.places] == [
        (nr, "200.00", "0.00", "400.00") for nr in (1, 2, 3)
    ]
    first, *_ = await circle_desk.rounds(settings, "C4TN-8KQ2")
    assert (first.state, first.receiver_place, first.collected, first.paid_out) == ("paid", 1, "600.00", "600.00")
    number = await circle_desk.propose_change(
        settings, operating.SUSPEND, "C4TN-8KQ2", by=str(operator.id), why="they argue"
    )
    assert number > 0
    with pytest.raises(NotFound) as refused:
        await circle_desk.show(settings, "CXXX-XXXX")
    assert refused.value.code == ErrorCode.CIRCLE
