"""A little of what `python -m tests.fuzz` does at length: inputs made by chance, none of which may end in a fault."""

from __future__ import annotations

import random
from typing import Final

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from tests.conversations.whole_service import Susu
from tests.fuzz import ALONE, IN_THE_SERVICE, Chance

SERVICE_OF_ITS_OWN = True
SEED: Final = random.SystemRandom().randrange(10**6)


@pytest.mark.parametrize("surface", ALONE)
def test_no_file_and_no_quote_made_by_chance_ends_in_a_fault(surface: str) -> None:
    found = ALONE[surface](100, Chance(f"{SEED}:{surface}"))
    assert found.faults == [], f"seed {SEED}"


@pytest.mark.parametrize("surface", IN_THE_SERVICE)
async def test_nothing_made_by_chance_that_reaches_the_service_ends_in_a_fault(susu: Susu, surface: str) -> None:
    people = [await susu.resident("Eve", money=100) for _ in range(4)]
    with capture_logs():
        found = await IN_THE_SERVICE[surface](susu, people, 40, Chance(f"{SEED}:{surface}"))
    assert found.faults == [], f"seed {SEED}"
    async with susu.units.begin() as unit:
        await unit.session.execute(text("DELETE FROM inbox WHERE state = 'dead'"))  # set aside, as is promised of it
