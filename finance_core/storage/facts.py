"""What an audience may be asked by: facts about people, as the lines declare them in SQL.

Each package says in its `facts.py` what may be asked of its own tables; `finance_core/lines.py` has all of them, and
`finance_core/offers/audiences` makes one statement of a question. What is said in confidence is no fact, whoever holds
it: hardship, complaints, questions, locks, self-exclusion. The words for a fact are the chat's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class FactKind(StrEnum):
    """What a fact is compared with."""

    YES_NO = "yes_no"
    NUMBER = "number"  # a whole number
    MONEY = "money"  # minor units of the institution's asset
    DAY = "day"  # a date, or so many days from today
    WORD = "word"


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. Its SQL may use `person` (a row of `customer`) and the parameters `:on` and `:book_zone`, no others.

    Without `rows` it is the expression `value` over `person`. With `rows`, a select of `customer_id` and `value`, it is
    what stands there: for one value at most one row a person, and `otherwise` is what holds of who has none (None: no
    comparison holds); for `YES_NO` and `many` any number of rows, no NULL among them.
    """

    name: str
    kind: FactKind
    value: str = ""
    rows: str | None = None
    otherwise: int | str | None = None
    many: bool = False
    """Whether a person may have several of its words: tags, products held."""
    plain: bool = False
    """Whether it may choose people who want *nothing chosen for me*: language, zone, tier, a product held, consent."""
    words: tuple[str, ...] = ()
    """All that a word may be, where that is known; else what can be said is looked up."""

    def __post_init__(self) -> None:
        """Refuse a fact that says nothing, or two things. Raises ValueError."""
        if (self.rows is None) != bool(self.value):
            raise ValueError(f"the fact {self.name} is either of the person or of rows")
        if self.is_set and self.rows is None:
            raise ValueError(f"the fact {self.name} needs rows")
        if self.many and self.kind is not FactKind.WORD:
            raise ValueError(f"several of {self.name} are words")

    @property
    def is_set(self) -> bool:
        """Whether it is asked for membership: whether any row of the person's fits."""
        return self.many or self.kind is FactKind.YES_NO


ORDERED: Final = (FactKind.NUMBER, FactKind.MONEY, FactKind.DAY)
"""Kinds that are more or less than something."""
