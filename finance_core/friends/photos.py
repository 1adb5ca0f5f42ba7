"""The photo of a bill: hung up by its organiser, looked at in private by who shares the bill.

Telegram keeps the picture; here is its id alone, sealed, which this bot can send again. It goes some time after the
bill has ended, with a draft that came to nothing, and with who hung it up.
"""

from __future__ import annotations

from datetime import date, time
from typing import Final

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from finance_core.friends.bills import find, parts_of
from finance_core.friends.models import BillPhoto
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from finance_core.schedule.steps import Step
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import SYSTEM, Unit, Units

KEPT_DAYS: Final = 90
"""After the bill's end, or after it was hung up where no bill came of it: a bill is doubted within a quarter."""
_ANY: Final = "SELECT FROM bill_photo"
_FORGET: Final = text(
    """
    DELETE FROM bill_photo p
    WHERE coalesce((SELECT b.ended_at FROM bill b WHERE b.token = p.token), p.hung_at)
            < CAST(:on AS date) - make_interval(days => :days)
        AND NOT EXISTS (SELECT FROM bill b WHERE b.token = p.token AND b.state = 'open')
    """
)


def photo_associated_data(token: str) -> str:
    """Return the associated data that the id of a bill's photo is bound to."""
    return f"friends.photo:{token}"


async def hang(unit: Unit, cipher: Cipher, token: str, organiser_id: int, file_id: str) -> None:
    """Hang a photo on a bill or a draft of one's own, by Telegram's id of it, in the place of one that hangs there."""
    sealed = cipher.encrypt(file_id.encode(), photo_associated_data(token))
    values = {"token": token, "customer_id": organiser_id, "file_sealed": sealed, "hung_at": unit.now}
    await unit.session.execute(
        insert(BillPhoto)
        .values(values)
        .on_conflict_do_update(
            index_elements=["token"],
            set_={"file_sealed": sealed, "hung_at": unit.now},
            where=BillPhoto.__table__.c.customer_id == organiser_id,  # type: ignore[attr-defined]
        )
    )


async def hangs(unit: Unit, token: str) -> bool:
    """Say whether a photo hangs on a bill."""
    return await unit.session.get(BillPhoto, token) is not None


async def seen(unit: Unit, cipher: Cipher, token: str, customer_id: int) -> str:
    """Return Telegram's id of a bill's photo, for who organises the bill, pays of it or is paid.

    Raises NotFound: `bill`, `bill_no_photo`; NotAllowed: `not_yours`.
    """
    bill = await find(unit, token)
    sharers = {person for part in await parts_of(unit, bill) for person in (part.payer_id, part.payee_id)}
    if customer_id not in {*sharers, bill.organiser_id}:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    photo = await unit.session.get(BillPhoto, token)
    if photo is None:
        raise NotFound(ErrorCode.BILL_NO_PHOTO)
    return cipher.decrypt(photo.file_sealed, photo_associated_data(token)).decode()


async def forget(unit: Unit, on: date) -> None:
    """Take down the photos of bills that ended long before a date."""
    await unit.session.execute(_FORGET, {"on": on, "days": KEPT_DAYS})


async def _forget(units: Units, on: date) -> None:
    async with units.begin(SYSTEM) as unit:
        await forget(unit, on)


FORGET: Final = Step("friends.forget", time(21), "open", "friends", _forget, _ANY, rank=983)
