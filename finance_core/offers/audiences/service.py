"""Saving audiences under names, version by version, and reading them. A version is never changed.

Questions are handed over as trees with the facts that they may ask by (`finance_core.lines.FACTS`): lines stand above.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from finance_core.approvals import audit
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.offers.audiences.compiling import Selected, selected
from finance_core.offers.audiences.models import Audience, AudienceVersion
from finance_core.offers.audiences.question import Facts, Question, checked, chooses, restored, stored
from finance_core.storage.unit import Unit

LONGEST_NAME: Final = 40
MOST_AUDIENCES: Final = 200
_MAKE: Final = text(
    """
    INSERT INTO audience (name, made_by, made_at)
    SELECT :name, :operator, CAST(:now AS timestamptz) WHERE (SELECT count(*) FROM audience) < :most
    ON CONFLICT (name) DO NOTHING
    """
)
_MAY_BE_CHOSEN: Final = (
    "NOT EXISTS (SELECT FROM consent_given unchosen"
    " WHERE unchosen.topic = 'nothing_chosen' AND unchosen.customer_id = person.id)"
)
NOBODY: Final = audit.NOBODY
"""Who makes an audience from the command line."""


@dataclass(frozen=True, slots=True)
class Saved:
    """An audience with one of its versions, and what that asks."""

    audience: Audience
    version: AudienceVersion

    @property
    def question(self) -> Question:
        """The question as it was saved."""
        return restored(self.version.question)


async def save(unit: Unit, operator_id: int, name: str, question: Question, facts: Facts) -> Saved:
    """Save a question under a name: a new audience, or the next version of the one that has the name.

    The same question again under its name adds no version.

    Raises:
        InvalidInput: `audience_name`, and as `question.checked`. NotAllowed: `no_permission`.
        Conflict: `audiences_many`.
    """
    await _require_maker(unit, operator_id)
    checked(question, facts)
    name = checked_name(name)
    audience = await _made(unit, operator_id, name)
    last = await _last_version(unit, audience.id)
    kept = stored(question)
    if last is not None and last.question == kept:
        return Saved(audience, last)
    version = AudienceVersion(
        audience_id=audience.id,
        number=1 if last is None else last.number + 1,
        question=kept,
        made_by=operator_id,
        made_at=unit.now,
    )
    unit.session.add(version)
    await unit.session.flush()
    audit.record(unit, operator_id, "audience", f"audience:{audience.id}", {"version": version.number})
    return Saved(audience, version)


def checked_name(name: str) -> str:
    """Return a name with single blanks. Raises InvalidInput: `audience_name`: empty, too long, or not printable."""
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME or not tidy.isprintable():
        raise InvalidInput(ErrorCode.AUDIENCE_NAME, most=LONGEST_NAME)
    return tidy


async def audiences(unit: Unit) -> Sequence[Saved]:
    """Return all audiences with their newest versions, by name."""
    newest = select(AudienceVersion).ext(distinct_on(col(AudienceVersion.audience_id)))
    newest = newest.order_by(col(AudienceVersion.audience_id), col(AudienceVersion.number).desc())
    versions = {version.audience_id: version for version in await unit.session.scalars(newest)}
    found = await unit.session.scalars(select(Audience).order_by(col(Audience.name)).limit(MOST_AUDIENCES))
    return [Saved(each, versions[each.id]) for each in found]


async def version_of(unit: Unit, version_id: int) -> Saved:
    """Return a version with its audience. Raises NotFound: `audience`."""
    version = await unit.session.get(AudienceVersion, version_id)
    audience = await unit.session.get(Audience, version.audience_id) if version is not None else None
    if version is None or audience is None:
        raise NotFound(ErrorCode.AUDIENCE)
    return Saved(audience, version)


async def newest_of(unit: Unit, audience_id: int) -> Saved:
    """Return an audience with its newest version. Raises NotFound: `audience`."""
    audience, version = await unit.session.get(Audience, audience_id), await _last_version(unit, audience_id)
    if audience is None or version is None:
        raise NotFound(ErrorCode.AUDIENCE)
    return Saved(audience, version)


async def called(unit: Unit, name: str, number: int | None = None) -> Saved:
    """Return the audience of a name with its newest version, or the one of that number. Raises NotFound: `audience`."""
    audience = await unit.session.scalar(select(Audience).where(Audience.name == " ".join(name.split())))
    if audience is None:
        raise NotFound(ErrorCode.AUDIENCE)
    if number is None:
        return await newest_of(unit, audience.id)
    version = await unit.session.scalar(
        select(AudienceVersion).where(AudienceVersion.audience_id == audience.id, AudienceVersion.number == number)
    )
    if version is None:
        raise NotFound(ErrorCode.AUDIENCE)
    return Saved(audience, version)


async def versions(unit: Unit, audience_id: int) -> Sequence[AudienceVersion]:
    """Return all versions of an audience, the newest first."""
    found = select(AudienceVersion).where(AudienceVersion.audience_id == audience_id)
    return (await unit.session.scalars(found.order_by(col(AudienceVersion.number).desc()))).all()


async def select_of(unit: Unit, version_id: int, facts: Facts) -> Selected:
    """Return SQL and values that select the ids of everybody whom a version fits, as things stand.

    Who wants nothing chosen for them is left out where it asks by more than language, zone, tier and products held.

    Raises:
        NotFound: `audience`. InvalidInput: as `question.checked`, where a fact or a word of it is no longer known.
    """
    question = checked((await version_of(unit, version_id)).question, facts)
    found = selected(question, facts, unit.open_on, unit.zone)
    return replace(found, sql=f"{found.sql} AND {_MAY_BE_CHOSEN}") if chooses(question, facts) else found


async def _require_maker(unit: Unit, operator_id: int) -> None:
    if operator_id != NOBODY:
        await require(unit, operator_id, Permission.PROPOSE_BROADCAST)


async def _made(unit: Unit, operator_id: int, name: str) -> Audience:
    """Return the audience of a name, made now where there was none; whoever saves it at the same time waits."""
    values = {"name": name, "operator": operator_id, "now": unit.now, "most": MOST_AUDIENCES}
    await unit.session.execute(_MAKE, values)
    found = await unit.session.scalar(select(Audience).where(Audience.name == name).with_for_update())
    if found is None:
        raise Conflict(ErrorCode.AUDIENCES_MANY, most=MOST_AUDIENCES)
    return found


async def _last_version(unit: Unit, audience_id: int) -> AudienceVersion | None:
    found = select(AudienceVersion).where(AudienceVersion.audience_id == audience_id)
    return await unit.session.scalar(found.order_by(col(AudienceVersion.number).desc()).limit(1))
