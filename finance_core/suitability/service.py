"""Use cases: answer the questionnaire, keep what was shown before a sale; and refuse a product above one's class."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import select

from finance_core.customers.queries import locked
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.storage.unit import Unit
from finance_core.suitability.models import Assessment, Disclosure
from finance_core.suitability.queries import latest
from finance_core.suitability.rules import CLASSES, assessed, fits, questionnaire, valid_until


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person was shown of a product before they confirmed: the card's text, in their language."""

    language: str
    text: str
    figures: JsonObject
    """The figures in it: money as JSON, days as text, rates as text."""


async def assess(unit: Unit, customer_id: int, answers: Mapping[str, str]) -> Assessment:
    """Keep a person's answers and return what they come to; it holds from now on, for a year.

    Raises:
        InvalidInput: `suitability_answers`.
        RuleViolation: `suitability_often` (most): answered too often today, which looks like trying for a class.
    """
    asked = questionnaire()
    result = assessed(answers, asked)
    await locked(unit, customer_id)
    today = select(func.count()).where(Assessment.customer_id == customer_id, Assessment.taken_on == unit.open_on)
    if (await unit.session.scalar(today) or 0) >= asked.most_a_day:
        raise RuleViolation(ErrorCode.SUITABILITY_OFTEN, most=asked.most_a_day)
    made = Assessment(
        customer_id=customer_id,
        questionnaire=asked.version,
        answers={key: answers[key] for key in asked.names()},
        score=result.score,
        risk_class=result.risk_class,
        taken_at=unit.now,
        taken_on=unit.open_on,
        valid_until=valid_until(unit.open_on, asked.valid_months),
    )
    unit.session.add(made)
    await unit.session.flush()
    return made


async def require_fits(unit: Unit, customer_id: int, risk: str) -> Assessment:
    """Return the assessment that lets a person buy a product of this risk.

    Raises:
        NotAllowed: `suitability_missing`; `suitability_expired` (until); `suitability_above` (risk, risk_class).
    """
    held = await latest(unit, customer_id)
    if held is None:
        raise NotAllowed(ErrorCode.SUITABILITY_MISSING)
    if held.valid_until < unit.open_on:
        raise NotAllowed(ErrorCode.SUITABILITY_EXPIRED, until=held.valid_until)
    if not fits(risk, held.risk_class):
        raise NotAllowed(ErrorCode.SUITABILITY_ABOVE, risk=risk, risk_class=CLASSES[held.risk_class - 1])
    return held


async def keep_shown(
    unit: Unit, customer_id: int, product: tuple[str, int, str], shown: Shown, assessment_id: int | None, key: str
) -> None:
    """Keep what a sale was made on.

    Args:
        product: its code, the version that is sold, its risk.
        key: of the sale.
    """
    code, version, risk = product
    unit.session.add(
        Disclosure(
            key=key,
            customer_id=customer_id,
            product=code,
            product_version=version,
            risk=risk,
            assessment_id=assessment_id,
            language=shown.language,
            text=shown.text,
            text_hash=text_hash(shown.text),
            figures=dict(shown.figures),
            confirmed_at=unit.now,
        )
    )
    await unit.session.flush()


def text_hash(text: str) -> str:
    """Return the SHA-256 of a text, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()
