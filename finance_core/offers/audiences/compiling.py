"""Makes one set-based select of a question: facts' own SQL, joined once each, and bound values, never words as SQL.

*Not* is moved down to the comparisons first. A comparison with a value that somebody has not (no deposit, so no day on
which it ends) does not hold, and *not* of it does. A part of the topmost *and* that asks for membership becomes a
semi-join or an anti-join; elsewhere members are joined as a set. So nothing is looked up person by person, whatever the
question is.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from finance_core.offers.audiences.question import OPPOSITE, All, AnyOf, Facts, How, Is, Not, Question, day_of
from finance_core.storage.facts import Fact, FactKind

JOINED: Final = (
    "person.terms_accepted_at IS NOT NULL AND person.phone_hash IS NOT NULL AND person.pin_hash IS NOT NULL"
    " AND person.telegram_id > 0"
)
"""Who can be in an audience at all: who has joined, and was not erased."""

_SQL_TYPES: Final[Mapping[FactKind, str]] = {
    FactKind.NUMBER: "bigint",
    FactKind.MONEY: "bigint",
    FactKind.DAY: "date",
    FactKind.WORD: "text",
}

HOLDS: Final[Mapping[How, Callable[[Any, Any], bool]]] = {
    How.IS: operator.eq,
    How.IS_NOT: operator.ne,
    How.LESS: operator.lt,
    How.AT_MOST: operator.le,
    How.MORE: operator.gt,
    How.AT_LEAST: operator.ge,
}


@dataclass(frozen=True, slots=True)
class Selected:
    """A select of the ids of people, as SQL with its bound values: `SELECT id FROM (<sql>) AS audience`.

    Its one column is `id`, each id comes once, in no order. `values` begin with `audience_`, so that they stay apart
    from those of a statement around it.
    """

    sql: str
    values: Mapping[str, object]


@dataclass(slots=True)
class Clauses:
    """What becomes of a question: `joins` to `customer person`, the conditions of its topmost *and*, bound values."""

    facts: Facts
    on: date
    zone: ZoneInfo
    joins: list[str] = field(default_factory=list)
    conditions: list[str] = field(default_factory=list)
    values: dict[str, object] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)

    def bound(self, value: object, sql_type: str) -> str:
        """Bind a value; return the expression that is it."""
        name = f"audience_{len(self.values)}"
        self.values[name] = value
        return f"CAST(:{name} AS {sql_type})"

    def of_fact(self, sql: str) -> str:
        """Return a fact's SQL with the open date and the institution's zone bound to it."""
        for name, value, sql_type in ((":on", self.on, "date"), (":book_zone", self.zone.key, "text")):
            if re.search(rf"{name}\b", sql):
                sql = re.sub(rf"{name}\b", self.bound(value, sql_type), sql)
        return sql

    @property
    def source(self) -> str:
        """The FROM clause."""
        return " ".join(("customer person", *self.joins))


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A comparison that has to hold, or must not."""

    asked: Is
    negated: bool


@dataclass(frozen=True, slots=True)
class _Node:
    """Parts of which all have to hold, or one."""

    parts: tuple[_Leaf | _Node, ...]
    all: bool


def clauses_of(question: Question, facts: Facts, on: date, zone: ZoneInfo) -> Clauses:
    """Return the clauses of a question that was checked: one condition for each part of its topmost *and*."""
    made = Clauses(facts, on, zone)
    for part in _parts(_moved(question, negated=False)):
        is_set = isinstance(part, _Leaf) and facts[part.asked.fact].is_set
        made.conditions.append(_semi_join(made, part) if isinstance(part, _Leaf) and is_set else _nested(made, part))
    return made


def selected(question: Question, facts: Facts, on: date, zone: ZoneInfo) -> Selected:
    """Return the select of everybody whom a question fits, which was checked."""
    made = clauses_of(question, facts, on, zone)
    where = " AND ".join((JOINED, *made.conditions))
    return Selected(f"SELECT person.id FROM {made.source} WHERE {where}", made.values)  # noqa: S608 - facts are code


def _moved(question: Question, *, negated: bool) -> _Leaf | _Node:
    match question:
        case Not(no=part):
            return _moved(part, negated=not negated)
        case Is():
            return _Leaf(question, negated)
        case All(all=parts):
            return _Node(tuple(_moved(part, negated=negated) for part in parts), all=not negated)
        case AnyOf(any=parts):
            return _Node(tuple(_moved(part, negated=negated) for part in parts), all=negated)


def _parts(part: _Leaf | _Node) -> tuple[_Leaf | _Node, ...]:
    if isinstance(part, _Leaf) or not part.all:
        return (part,)
    return tuple(inner for each in part.parts for inner in _parts(each))


def _nested(made: Clauses, part: _Leaf | _Node) -> str:
    if isinstance(part, _Node):
        if not part.parts:
            return "true" if part.all else "false"
        word = " AND " if part.all else " OR "
        return f"({word.join(_nested(made, each) for each in part.parts)})"
    fact = made.facts[part.asked.fact]
    return _membership(made, part) if fact.is_set else _compared(made, fact, part)


def _wants_members(leaf: _Leaf) -> bool:
    """Say whether a comparison of a set wants those who are in it: "tag = vip", "active loan = yes"."""
    says_yes = leaf.asked.value if isinstance(leaf.asked.value, bool) else True
    return (says_yes == (leaf.asked.how is How.IS)) != leaf.negated


def _members(made: Clauses, leaf: _Leaf) -> tuple[str, str]:
    """Return a set's rows as a FROM item called `member`, and the condition on its word ("" without one)."""
    fact = made.facts[leaf.asked.fact]
    rows = f"({made.of_fact(fact.rows or '')}) AS member"
    return rows, f"member.value = {made.bound(leaf.asked.value, 'text')}" if fact.many else ""


def _semi_join(made: Clauses, leaf: _Leaf) -> str:
    rows, word = _members(made, leaf)
    condition = " AND ".join(filter(None, ("member.customer_id = person.id", word)))
    wanted = "EXISTS" if _wants_members(leaf) else "NOT EXISTS"
    return f"{wanted} (SELECT FROM {rows} WHERE {condition})"


def _membership(made: Clauses, leaf: _Leaf) -> str:
    """Join the members of a set once, and ask whether a person is among them: this may stand under an *or*."""
    key = f"{leaf.asked.fact}={leaf.asked.value}" if made.facts[leaf.asked.fact].many else leaf.asked.fact
    if key not in made.aliases:
        rows, word = _members(made, leaf)
        alias = made.aliases[key] = f"fact_{len(made.aliases)}"
        found = f"SELECT DISTINCT member.customer_id FROM {rows}{f' WHERE {word}' if word else ''}"  # noqa: S608 - so
        made.joins.append(f"LEFT JOIN ({found}) AS {alias} ON {alias}.customer_id = person.id")
    return f"{made.aliases[key]}.customer_id IS {'NOT ' if _wants_members(leaf) else ''}NULL"


def _compared(made: Clauses, fact: Fact, leaf: _Leaf) -> str:
    """Hold one value of a person against another. A plain `value > 5` lets PostgreSQL join inwards; so it is left so.

    What holds of who has no row is worked out here: only where that fits the comparison too is it put in its place.
    """
    how, is_total = leaf.asked.how, fact.rows is None or fact.otherwise is not None
    if leaf.negated and is_total:
        how = OPPOSITE[how]
    wanted = day_of(leaf.asked.value, made.on) if fact.kind is FactKind.DAY else leaf.asked.value
    value = f"({made.of_fact(fact.value)})" if fact.rows is None else f"{_joined(made, fact)}.value"
    if fact.otherwise is not None and _holds(fact.otherwise, how, wanted):
        value = f"coalesce({value}, {made.bound(fact.otherwise, _SQL_TYPES[fact.kind])})"
    condition = f"{value} {'<>' if how is How.IS_NOT else how.value} {made.bound(wanted, _SQL_TYPES[fact.kind])}"
    return f"({condition}) IS NOT TRUE" if leaf.negated and not is_total else condition


def _joined(made: Clauses, fact: Fact) -> str:
    if fact.name not in made.aliases:
        alias = made.aliases[fact.name] = f"fact_{len(made.aliases)}"
        rows = made.of_fact(fact.rows or "")
        made.joins.append(f"LEFT JOIN ({rows}) AS {alias} ON {alias}.customer_id = person.id")
    return made.aliases[fact.name]


def _holds(value: int | str, how: How, wanted: object) -> bool:
    """Say whether a comparison holds, of two values of one type."""
    return bool(HOLDS[how](value, wanted))
