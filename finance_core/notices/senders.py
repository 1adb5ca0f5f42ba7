"""Who wrote to a person is told when it did not arrive: the person has blocked the bot, or is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from sqlalchemy import text

from finance_core.notices.content import Content
from finance_core.notices.notice import Notice
from finance_core.notices.quiet_hours import working_hours
from finance_core.notices.service import enqueue_many
from finance_core.notices.urgency import Urgency
from finance_core.storage.unit import Unit

_WRITTEN: Final = text(
    """
    SELECT id, sender_id, about, key FROM outbox
    WHERE id = ANY(:ids) AND sender_id IS NOT NULL AND state = 'refused' ORDER BY id
    """
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotArrived(Content):
    """To who wrote it: what they wrote about something (`case:5`) did not arrive."""

    kind: ClassVar[str] = "operator.not_arrived"
    about: str


KINDS: Final[tuple[type[Content], ...]] = (NotArrived,)
"""What is told here, each kind once."""


async def tell_senders(unit: Unit, refused: Sequence[int]) -> None:
    """Tell who wrote the notices among these rows of the outbox that they did not arrive, each once."""
    if not refused:
        return
    written = (await unit.session.execute(_WRITTEN, {"ids": list(refused)})).all()
    await enqueue_many(
        unit,
        [
            Notice(
                content=NotArrived(about=row.about or ""),
                urgency=Urgency.RECEIPT,
                not_before=working_hours(unit.now, unit.zone),
                key=f"{NotArrived.kind}:{row.key}",
                customer_id=row.sender_id,
                about=row.about,
            )
            for row in written
        ],
    )
