"""How late what is due is: said of each part, as a sum of several due days is not as late as its oldest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.kernel.money import Money
from handlers.locales import Html, Translator

MOST_PARTS: Final = 4
"""More are said as one from then on: a daily instalment may be missed many times."""

Part = tuple[int, Money]
"""How many days late, 0 on the due day; and what of it is due."""


def by_lateness(t: Translator, parts: Sequence[Part]) -> list[Html]:
    """Return a line for each part, oldest first; the youngest of many in one. `parts` are of one asset."""
    if len(parts) <= MOST_PARTS:
        return [_one(t, days, amount) for days, amount in parts]
    shown, rest = parts[: MOST_PARTS - 1], parts[MOST_PARTS - 1 :]
    amount = sum((amount for _, amount in rest[1:]), rest[0][1])
    most, least = (t("common.day", count=days) for days in (rest[0][0], rest[-1][0]))
    others = t("loans.parts_late", amount=amount, count=len(rest), least=least, most=most)
    return [*(_one(t, days, amount) for days, amount in shown), others]


def _one(t: Translator, days: int, amount: Money) -> Html:
    if days == 0:
        return t("loans.part_today", amount=amount)
    return t("loans.part_late", amount=amount, days=t("common.day", count=days))
