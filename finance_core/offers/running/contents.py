"""What a run says, as delivery reads it; and its pictures, each uploaded once and then sent by its file id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text, update
from sqlmodel import col, select

from finance_core.offers.running.models import BroadcastContent, BroadcastPicture, BroadcastRun
from finance_core.offers.running.starting import Buttons
from finance_core.storage.unit import Unit

UPLOAD_SECONDS: Final = 30
"""How long a worker has for an upload before another may begin one."""
ELSE: Final = ("en", "zh")
"""Which language is taken where somebody's own is not among those that were written."""


@dataclass(frozen=True, slots=True)
class Said:
    """One variant in one language."""

    text: str
    buttons: Buttons
    picture: str | None


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a run says, and how it is sent. It never changes while the run goes on."""

    kind: str
    paid_rate: int
    """How many a second of a paid broadcast; 0: it is not paid."""
    said: Mapping[tuple[int, str], Said]

    def of(self, variant: int, language: str) -> Said:
        """Return what somebody is sent. Raises KeyError: the variant says nothing."""
        for each in (language, *ELSE):
            if (variant, each) in self.said:
                return self.said[variant, each]
        return next(said for (nr, _), said in self.said.items() if nr == variant)


_BEGIN: Final = text(
    """
    UPDATE broadcast_picture SET uploading_until = clock_timestamp() + make_interval(secs => :seconds)
    WHERE hash = :hash AND file_id IS NULL AND (uploading_until IS NULL OR uploading_until < clock_timestamp())
    RETURNING content
    """
)


async def contents_of(unit: Unit, run_id: int) -> Contents | None:
    """Return what a run says, None where there is no such run."""
    run = await unit.session.get(BroadcastRun, run_id)
    if run is None:
        return None
    rows = await unit.session.scalars(select(BroadcastContent).where(BroadcastContent.run_id == run_id))
    said = {(row.variant, row.language): Said(row.text, row.buttons, row.picture) for row in rows}
    return Contents(run.kind, run.rate if run.is_paid else 0, said)


async def file_of(unit: Unit, picture: str) -> str | None:
    """Return Telegram's name for a picture, None where it was not uploaded yet."""
    return await unit.session.scalar(select(BroadcastPicture.file_id).where(BroadcastPicture.hash == picture))


async def begin_upload(unit: Unit, picture: str) -> bytes | None:
    """Return a picture that is the caller's to upload, None where another has done it or is at it."""
    content: bytes | None = await unit.session.scalar(_BEGIN, {"hash": picture, "seconds": UPLOAD_SECONDS})
    return content


async def end_upload(unit: Unit, picture: str, file_id: str | None) -> None:
    """Keep Telegram's name for a picture; None: it was not uploaded, so another may try."""
    kept = update(BroadcastPicture).where(col(BroadcastPicture.hash) == picture)
    await unit.session.execute(kept.values(file_id=file_id, uploading_until=None))


async def forget_file(unit: Unit, picture: str, file_id: str) -> None:
    """Telegram takes its name for a picture no more: it is uploaded again."""
    gone = update(BroadcastPicture).where(
        col(BroadcastPicture.hash) == picture, col(BroadcastPicture.file_id) == file_id
    )
    await unit.session.execute(gone.values(file_id=None))
