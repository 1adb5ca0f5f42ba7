"""An audience's select against its question worked out person by person in Python, over rows made by real use cases."""

from __future__ import annotations

import random

from finance_core.kernel.clock import ManualClock
from finance_core.lines import FACTS
from finance_core.offers.audiences.question import comparisons, restored, stored
from finance_core.storage.unit import Units
from tests.audiences import a_population, drawn, fitted

QUESTIONS = 250


async def test_a_select_finds_whom_the_question_fits_and_nobody_else(units: Units, clock: ManualClock) -> None:
    population = await a_population(units, clock)
    assert all(known.keys() == FACTS.keys() for known in population.known.values())
    chance, asked, sizes = random.Random(16), set(), set()
    async with units.begin() as unit:
        for _ in range(QUESTIONS):
            question = drawn(chance, population)
            found = await fitted(unit, question)
            assert found == population.fitted(question), question
            assert restored(stored(question)) == question
            asked |= {each.fact for each in comparisons(question)}
            sizes.add(len(found))
    assert asked == FACTS.keys()
    assert sizes == set(range(len(population.known) + 1)), "questions that nobody fits, everybody, and all between"
