"""Tags: given to people by hand, by a file, or by a question that is asked anew each day. They go with the person.

A tag by rule is given and taken by its question alone. A file names customers by number, phone or username; which of
its lines named somebody is never told, only how many have the tag now, as counts are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import text
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.customers.queries import by_id
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound, RuleViolation
from finance_core.offers.audiences.compiling import selected
from finance_core.offers.audiences.models import CustomerTag, Tag
from finance_core.offers.audiences.question import Facts, Question, checked, facts_of, restored, stored
from finance_core.offers.audiences.service import NOBODY
from finance_core.storage.rows import rows_written
from finance_core.storage.unit import Unit

LONGEST_TAG: Final = 40
MOST_TAGS: Final = 200

_MAKE: Final = text(
    """
    INSERT INTO tag (name, question, made_by, made_at)
    SELECT :name, NULL, :operator, CAST(:now AS timestamptz) WHERE (SELECT count(*) FROM tag) < :most
    ON CONFLICT (name) DO NOTHING
    """
)
_GIVE: Final = text(
    """
    INSERT INTO customer_tag (tag_id, customer_id, given, tagged_by, tagged_at)
    SELECT :tag, person.id, :given, :operator, CAST(:now AS timestamptz)
    FROM customer person JOIN (SELECT DISTINCT unnest(CAST(:customers AS bigint[])) AS id) named USING (id)
    WHERE person.telegram_id > 0 AND person.terms_accepted_at IS NOT NULL
    ON CONFLICT DO NOTHING
    """
)
_TAKE: Final = text("DELETE FROM customer_tag WHERE tag_id = :tag AND customer_id = ANY(CAST(:customers AS bigint[]))")
_ASK_ANEW: Final = """
    INSERT INTO customer_tag (tag_id, customer_id, given, tagged_by, tagged_at)
    SELECT :tag, audience.id, 'rule', 0, CAST(:now AS timestamptz) FROM ({asked}) AS audience
    ON CONFLICT DO NOTHING
"""
_NO_LONGER: Final = """
    DELETE FROM customer_tag WHERE tag_id = :tag AND NOT EXISTS (
        SELECT FROM ({asked}) AS audience WHERE audience.id = customer_tag.customer_id)
"""
_HOW_MANY: Final = text("SELECT tag_id, count(*) AS people FROM customer_tag GROUP BY tag_id")


class Given(StrEnum):
    """How somebody came to a tag."""

    HAND = "hand"
    FILE = "file"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Counted:
    """A tag and how many people have it."""

    tag: Tag
    people: int

    @property
    def question(self) -> Question | None:
        """Its rule."""
        return None if self.tag.question is None else restored(self.tag.question)


def checked_tag(name: str) -> str:
    """Return a tag in small letters. Raises InvalidInput: `tag_name`: letters, digits and hyphens, 1 to 40 of them."""
    tidy = name.strip().casefold()
    if not 0 < len(tidy) <= LONGEST_TAG or not all(each.isalnum() or each in "-_" for each in tidy):
        raise InvalidInput(ErrorCode.TAG_NAME, most=LONGEST_TAG)
    return tidy


async def tags(unit: Unit) -> Sequence[Counted]:
    """Return all tags with how many people have each, by name."""
    people = {row.tag_id: int(row.people) for row in await unit.session.execute(_HOW_MANY)}
    found = await unit.session.scalars(select(Tag).order_by(col(Tag.name)))
    return [Counted(each, people.get(each.id, 0)) for each in found]


async def tags_of(unit: Unit, customer_id: int) -> Sequence[str]:
    """Return the tags that somebody has, by name."""
    found = select(Tag.name).join(CustomerTag, col(CustomerTag.tag_id) == Tag.id)
    found = found.where(CustomerTag.customer_id == customer_id).order_by(col(Tag.name))
    return (await unit.session.scalars(found)).all()


async def give(unit: Unit, operator_id: int, name: str, customer_id: int) -> bool:
    """Give one person a tag by hand, which is made where it is new; return whether they did not have it.

    Raises:
        NotAllowed: `no_permission`: who takes no notes about customers tags none by hand, either. NotFound: `customer`.
        InvalidInput: `tag_name`. RuleViolation: `tag_by_rule`. Conflict: `tags_many`.
    """
    await _require_by_hand(unit, operator_id)
    await by_id(unit, customer_id)
    tag = await _by_hand(unit, operator_id, name)
    audit.record(unit, operator_id, "tag", f"customer:{customer_id}", {"tag": tag.id})
    return await _given(unit, operator_id, tag, [customer_id], Given.HAND) > 0


async def take(unit: Unit, operator_id: int, name: str, customer_id: int) -> bool:
    """Take a tag from one person by hand; return whether they had it. Raises: as `give`, and NotFound: `tag`."""
    await _require_by_hand(unit, operator_id)
    tag = await called(unit, name)
    if tag.question is not None:
        raise RuleViolation(ErrorCode.TAG_BY_RULE)
    audit.record(unit, operator_id, "untag", f"customer:{customer_id}", {"tag": tag.id})
    return rows_written(await unit.session.execute(_TAKE, {"tag": tag.id, "customers": [customer_id]})) > 0


async def give_all(unit: Unit, operator_id: int, name: str, customers: Iterable[int]) -> Tag:
    """Give the people of a file a tag. Numbers of nobody are passed over; nothing says which.

    Raises: NotAllowed: `no_permission`. InvalidInput: `tag_name`. RuleViolation: `tag_by_rule`. Conflict: `tags_many`.
    """
    await _require_maker(unit, operator_id)
    tag = await _by_hand(unit, operator_id, name)
    audit.record(unit, operator_id, "tag", f"tag:{tag.id}", {"given": Given.FILE.value})
    await _given(unit, operator_id, tag, list(customers), Given.FILE)
    return tag


async def set_rule(unit: Unit, operator_id: int, name: str, question: Question, facts: Facts) -> Tag:
    """Have a tag given and taken by a question, now and on each day; who had it by hand and does not fit loses it.

    Raises:
        InvalidInput: `tag_name`, `tag_of_tags`, and as `question.checked`. NotAllowed: `no_permission`.
        Conflict: `tags_many`.
    """
    await _require_maker(unit, operator_id)
    if "tag" in facts_of(checked(question, facts)):
        raise InvalidInput(ErrorCode.TAG_OF_TAGS)
    tag = await _made(unit, operator_id, name)
    tag.question = stored(question)
    audit.record(unit, operator_id, "tag", f"tag:{tag.id}", {"given": Given.RULE.value})
    await ask_anew(unit, tag, facts)
    return tag


async def ask_anew(unit: Unit, tag: Tag, facts: Facts) -> None:
    """Give and take a tag by rule as its question says today. Raises InvalidInput: as `question.checked`."""
    asked = selected(checked(restored(tag.question), facts), facts, unit.open_on, unit.zone)
    await unit.session.execute(text(_NO_LONGER.format(asked=asked.sql)), {**asked.values, "tag": tag.id})
    values = {**asked.values, "tag": tag.id, "now": unit.now}
    await unit.session.execute(text(_ASK_ANEW.format(asked=asked.sql)), values)


async def called(unit: Unit, name: str) -> Tag:
    """Return the tag of a name. Raises NotFound: `tag`."""
    tag = await unit.session.scalar(select(Tag).where(Tag.name == name.strip().casefold()))
    if tag is None:
        raise NotFound(ErrorCode.TAG)
    return tag


async def _given(unit: Unit, operator_id: int, tag: Tag, customers: list[int], given: Given) -> int:
    values = {"tag": tag.id, "customers": customers, "given": given.value, "operator": operator_id, "now": unit.now}
    return rows_written(await unit.session.execute(_GIVE, values))


async def _by_hand(unit: Unit, operator_id: int, name: str) -> Tag:
    tag = await _made(unit, operator_id, name)
    if tag.question is not None:
        raise RuleViolation(ErrorCode.TAG_BY_RULE)
    return tag


async def _made(unit: Unit, operator_id: int, name: str) -> Tag:
    """Return the tag of a name, made now where there was none; whoever makes it at the same time waits."""
    name = checked_tag(name)
    values = {"name": name, "operator": operator_id, "now": unit.now, "most": MOST_TAGS}
    await unit.session.execute(_MAKE, values)
    tag = await unit.session.scalar(select(Tag).where(Tag.name == name).with_for_update())
    if tag is None:
        raise Conflict(ErrorCode.TAGS_MANY, most=MOST_TAGS)
    return tag


async def _require_maker(unit: Unit, operator_id: int) -> None:
    if operator_id != NOBODY:
        await require(unit, operator_id, Permission.PROPOSE_BROADCAST)


async def _require_by_hand(unit: Unit, operator_id: int) -> None:
    if operator_id != NOBODY:
        await require(unit, operator_id, Permission.TAKE_NOTES)
