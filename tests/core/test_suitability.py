"""Suitability: answers give a class, a class holds a year, and a product above it is refused with the reason."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from finance_core.kernel.errors import InvalidInput, NotAllowed, RuleViolation
from finance_core.storage.unit import Units
from finance_core.suitability import queries, rules, service
from tests.builders import a_customer
from tests.funds import answers_for


@pytest.mark.parametrize("risk_class", [1, 2, 3, 4, 5])
async def test_answers_come_to_a_class_that_allows_that_risk_and_none_above(units: Units, risk_class: int) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        made = await service.assess(unit, ana.id, answers_for(risk_class))
        assert made.risk_class == risk_class
        await service.require_fits(unit, ana.id, rules.RISKS[risk_class - 1])
        if risk_class < len(rules.RISKS):
            with pytest.raises(NotAllowed, match="suitability_above"):
                await service.require_fits(unit, ana.id, rules.RISKS[risk_class])


def test_who_can_bear_no_loss_is_of_the_first_class_whatever_else_they_say() -> None:
    boldest = {question.key: list(question.options)[-1] for question in rules.questionnaire().questions}
    assert rules.assessed(boldest, rules.questionnaire()).risk_class == 5
    assert rules.assessed(boldest | {"loss": "none"}, rules.questionnaire()).risk_class == 1
    assert rules.assessed(boldest | {"fall": "sell_all"}, rules.questionnaire()).risk_class == 2


def test_the_best_answers_score_a_hundred() -> None:
    asked = rules.questionnaire()
    assert sum(max(question.options.values()) for question in asked.questions) == 100
    assert 6 <= len(asked.questions) <= 8


async def test_a_class_holds_for_a_year_and_not_a_day_longer(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        made = await service.assess(unit, ana.id, answers_for(3))
        assert made.valid_until == date(2027, 3, 11)
        await unit.session.execute(text("UPDATE book SET open_on = '2027-03-11' WHERE id = 1"))
    async with units.begin() as unit:
        assert await queries.current_class(unit, ana.id) == 3
        await unit.session.execute(text("UPDATE book SET open_on = '2027-03-12' WHERE id = 1"))
    async with units.begin() as unit:
        assert await queries.current_class(unit, ana.id) is None
        with pytest.raises(NotAllowed, match="suitability_expired"):
            await service.require_fits(unit, ana.id, "R1")
        await service.assess(unit, ana.id, answers_for(2))
        assert await queries.current_class(unit, ana.id) == 2


async def test_answers_that_are_not_whole_or_come_too_often_are_refused(units: Units) -> None:
    ana = await a_customer(units)
    answers = answers_for(3)
    async with units.begin() as unit:
        for wrong in ({}, {**answers, "aim": "win the lottery"}, {key: answers[key] for key in list(answers)[1:]}):
            with pytest.raises(InvalidInput, match="suitability_answers"):
                await service.assess(unit, ana.id, wrong)
        for _ in range(3):
            await service.assess(unit, ana.id, answers)
        with pytest.raises(RuleViolation, match="suitability_often"):
            await service.assess(unit, ana.id, answers)


async def test_what_is_kept_is_never_changed(units: Units) -> None:
    ana = await a_customer(units)
    async with units.begin() as unit:
        await service.assess(unit, ana.id, answers_for(3))
        shown = service.Shown("en", "the card", {})
        await service.keep_shown(unit, ana.id, ("steady_bonds", 1, "R2"), shown, None, "sale")
    for statement in (
        "UPDATE assessment SET risk_class = 5",
        "DELETE FROM disclosure",
        "UPDATE disclosure SET text = ''",
    ):
        with pytest.raises(Exception, match="permission denied"):
            async with units.begin() as unit:
                await unit.session.execute(text(statement))


@pytest.mark.parametrize(("place", "risk_class"), [(0, 1), (1, 3), (2, 4), (3, 5)])
def test_only_the_boldest_answers_are_of_the_highest_class(place: int, risk_class: int) -> None:
    asked = rules.questionnaire()
    answers = {question.key: list(question.options)[place] for question in asked.questions}
    assert rules.assessed(answers, asked).risk_class == risk_class
