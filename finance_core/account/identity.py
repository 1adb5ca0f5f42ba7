"""Use cases of identity: pictures are kept, a document is handed in, an operator opens, approves or refuses it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, delete, func, or_
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from finance_core.account.expiry import put_back
from finance_core.account.models import CheckState, IdentityCheck, IdentityPicture
from finance_core.account.notices import IdentityApproved, IdentityRefused, IdentityWaits
from finance_core.account.notifications import tell_operators
from finance_core.account.rules import DocumentKind, Refusal, checked_expiry, document_number, number_key
from finance_core.approvals import audit
from finance_core.approvals.models import AuditLine
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked
from finance_core.customers.roles import Permission, require
from finance_core.customers.same_person import accounts_of, say_all_same_person
from finance_core.customers.service import raise_tier
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound, RuleViolation
from finance_core.notices import Urgency, enqueue
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

VERIFIED_TIER: Final = 2
QUEUE_SHOWN: Final = 50
DOCUMENT, SELFIE, RESET = "document", "selfie", "reset"
_NOT_THEIRS: Final = (Refusal.NUMBER_DIFFERS, Refusal.OTHER_PERSON, Refusal.NO_DOCUMENT)
"""Reasons by which a document was not its sender's, so that it says nothing of them."""
_READ: Final = (Refusal.OUT_OF_DATE, Refusal.NOT_CONFIRMED)
"""Reasons of who has read the document and seen its holder, so that it says who its sender is all the same."""
OPENED: Final = "open_identity"
"""How an opening of pictures stands on record."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A check as its reviewer sees it: the number, and who else has shown the same one, by customer id."""

    check: IdentityCheck
    number: str
    others: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture, opened for somebody who may see it: a JPEG of our own making."""

    purpose: str
    content: bytes


def number_associated_data(customer_id: int) -> str:
    """Return the associated data that a document's number is bound to."""
    return f"identity_check.number:{customer_id}"


def picture_associated_data(token: str) -> str:
    """Return the associated data that a picture is bound to."""
    return f"identity_picture.sealed:{token}"


# -- handing in -------------------------------------------------------------------------------------------------------


async def keep_picture(
    unit: Unit, cipher: Cipher, customer_id: int, purpose: str, content: bytes, *, reset_id: int | None = None
) -> IdentityPicture:
    """Keep a picture, encrypted; it takes the place of an earlier one that was not handed in.

    Args:
        content: what the render process made of what was sent: nothing else is ever kept.
    """
    await _forget_loose(unit, customer_id, purpose)
    token = secrets.token_hex(16)
    kept = IdentityPicture(
        customer_id=customer_id,
        purpose=purpose,
        token=token,
        reset_id=reset_id,
        taken_at=unit.now,
        sealed=cipher.encrypt(content, picture_associated_data(token)),
    )
    unit.session.add(kept)
    await unit.session.flush()
    return kept


async def submit(
    unit: Unit, cipher: Cipher, customer_id: int, kind: DocumentKind, said_number: str, expires_on: date
) -> IdentityCheck:
    """Hand in a document, with the two pictures that were kept. Those who review are told.

    Raises:
        NotAllowed: `join_first`. Conflict: `identity_waits`: one is looked at already.
        InvalidInput: `document_number`, `document_expired`. RuleViolation: `pictures_missing`.
    """
    customer = await locked(unit, customer_id)
    if not customer.has_joined:
        raise NotAllowed(ErrorCode.JOIN_FIRST)
    if await waiting_of(unit, customer_id) is not None:
        raise Conflict(ErrorCode.IDENTITY_WAITS)
    number, day = document_number(kind, said_number), checked_expiry(expires_on, unit.open_on)
    pictures = await _loose(unit, customer_id)
    if {picture.purpose for picture in pictures} != {DOCUMENT, SELFIE}:
        raise RuleViolation(ErrorCode.PICTURES_MISSING)
    check = IdentityCheck(
        customer_id=customer_id,
        kind=kind,
        number_sealed=cipher.encrypt(number.encode(), number_associated_data(customer_id)),
        number_hash=cipher.fingerprint(number_key(kind, number)),
        expires_on=day,
        state=CheckState.SUBMITTED,
        submitted_at=unit.now,
    )
    unit.session.add(check)
    await unit.session.flush()
    for picture in pictures:
        picture.check_id = check.id
    waits = IdentityWaits(check=check.id)
    await tell_operators(unit, Permission.REVIEW_IDENTITY, waits, f"identity:{check.id}:waits", besides=customer_id)
    return check


async def waiting_of(unit: Unit, customer_id: int) -> IdentityCheck | None:
    """Return a person's document that is looked at now, None when there is none."""
    return await _of(unit, customer_id, CheckState.SUBMITTED)


async def approved_of(unit: Unit, customer_id: int) -> IdentityCheck | None:
    """Return the document by which a person is known, the latest; None when there is none."""
    return await _of(unit, customer_id, CheckState.APPROVED)


async def _read_of(unit: Unit, customer_id: int) -> IdentityCheck | None:
    """Return the latest document of a person's that an operator has read, approved or not; None when there is none."""
    found = select(IdentityCheck).where(IdentityCheck.customer_id == customer_id, _is_read())
    return await unit.session.scalar(found.order_by(col(IdentityCheck.id).desc()).limit(1))


async def latest_of(unit: Unit, customer_id: int) -> IdentityCheck | None:
    """Return the document that a person handed in last, whatever became of it."""
    latest = select(IdentityCheck).where(IdentityCheck.customer_id == customer_id)
    return await unit.session.scalar(latest.order_by(col(IdentityCheck.id).desc()).limit(1))


async def person_of(unit: Unit, check_id: int) -> int:
    """Return whose a document is, by customer id."""
    return (await unit.session.get_one(IdentityCheck, check_id)).customer_id


async def _of(unit: Unit, customer_id: int, state: CheckState) -> IdentityCheck | None:
    found = select(IdentityCheck).where(IdentityCheck.customer_id == customer_id, IdentityCheck.state == state)
    return await unit.session.scalar(found.order_by(col(IdentityCheck.id).desc()).limit(1))


async def _loose(unit: Unit, customer_id: int) -> Sequence[IdentityPicture]:
    found = select(IdentityPicture).where(
        IdentityPicture.customer_id == customer_id,
        col(IdentityPicture.check_id).is_(None),
        col(IdentityPicture.reset_id).is_(None),
    )
    return (await unit.session.scalars(found)).all()


async def _forget_loose(unit: Unit, customer_id: int, purpose: str) -> None:
    loose = delete(IdentityPicture).where(
        col(IdentityPicture.customer_id) == customer_id,
        col(IdentityPicture.purpose) == purpose,
        col(IdentityPicture.check_id).is_(None),
        col(IdentityPicture.reset_id).is_(None),
    )
    await unit.session.execute(loose)


# -- the desk ---------------------------------------------------------------------------------------------------------


async def queue(unit: Unit, reviewer_id: int) -> Sequence[IdentityCheck]:
    """Return the documents that wait, oldest first; one's own are left out. Raises NotAllowed: `no_permission`."""
    await require(unit, reviewer_id, Permission.REVIEW_IDENTITY)
    waiting = select(IdentityCheck).where(
        IdentityCheck.state == CheckState.SUBMITTED, IdentityCheck.customer_id != reviewer_id
    )
    return (await unit.session.scalars(waiting.order_by(col(IdentityCheck.id)).limit(QUEUE_SHOWN))).all()


async def look_at(unit: Unit, cipher: Cipher, check_id: int, reviewer_id: int) -> Seen:
    """Return a document for its reviewer, without the pictures. That they looked is on record.

    Raises:
        NotAllowed: `no_permission`; `own_dealing`: it is theirs, or is another account of theirs.
        NotFound: `identity`.
    """
    check, number = await _reviewed(unit, cipher, check_id, reviewer_id)
    audit.record(unit, reviewer_id, "look", f"customer:{check.customer_id}", {"at": "identity", "check": check.id})
    return Seen(check, number, await _others(unit, cipher, check, number))


async def open_pictures(unit: Unit, cipher: Cipher, check_id: int, reviewer_id: int) -> tuple[Opened, ...]:
    """Return the pictures of a document. Each opening is on record.

    Raises:
        NotAllowed: `no_permission` (it takes both `review_identity` and `open_identity`), `own_dealing`.
        NotFound: `identity`.
    """
    await require(unit, reviewer_id, Permission.OPEN_IDENTITY)
    check, _ = await _reviewed(unit, cipher, check_id, reviewer_id)
    found = select(IdentityPicture).where(IdentityPicture.check_id == check.id)
    pictures = (await unit.session.scalars(found.order_by(col(IdentityPicture.id)))).all()
    audit.record(unit, reviewer_id, OPENED, f"customer:{check.customer_id}", {"check": check.id})
    return opened(cipher, pictures)


def opened(cipher: Cipher, pictures: Sequence[IdentityPicture]) -> tuple[Opened, ...]:
    """Return pictures as they can be shown; what no secret opens is left out."""
    plain = [(each.purpose, cipher.opened(each.sealed, picture_associated_data(each.token))) for each in pictures]
    return tuple(Opened(purpose, content) for purpose, content in plain if content is not None)


async def approve(unit: Unit, cipher: Cipher, check_id: int, reviewer_id: int) -> int:
    """Approve a document, which lifts its person to tier 2; return their tier. Approved already, nothing changes.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `identity`.
        Conflict: `identity_decided`; `pictures_unseen`: the reviewer has not opened the pictures.
        RuleViolation: `document_of_another`: another customer is known by the same number. InvalidInput:
            `document_expired`, meanwhile.
    """
    check, number = await _reviewed(unit, cipher, check_id, reviewer_id)
    if check.state == CheckState.APPROVED:
        return (await locked(unit, check.customer_id)).tier
    _require_open(check)
    checked_expiry(check.expires_on, unit.open_on)
    await require_opened(unit, reviewer_id, check.customer_id, {"check": check.id})
    if await _is_anothers(unit, cipher, check, number):
        raise RuleViolation(ErrorCode.DOCUMENT_OF_ANOTHER, check=check.id)
    _decide(unit, check, CheckState.APPROVED, reviewer_id)
    await _say_whose(unit, cipher, check, number)
    tier = await raise_tier(unit, check.customer_id, VERIFIED_TIER)
    await _tell(unit, check, IdentityApproved(tier=tier))
    return tier


async def refuse(unit: Unit, cipher: Cipher, check_id: int, reviewer_id: int, reason: Refusal) -> None:
    """Refuse a document, with a reason that the person is told. Refused already, nothing changes.

    Raises:
        NotAllowed: `no_permission`, `own_dealing`. NotFound: `identity`. Conflict: `identity_decided`.
    """
    check, number = await _reviewed(unit, cipher, check_id, reviewer_id)
    if check.state == CheckState.REFUSED:
        return
    _require_open(check)
    check.reason = reason
    _decide(unit, check, CheckState.REFUSED, reviewer_id)
    if reason in _READ:
        await _say_whose(unit, cipher, check, number)
    await put_back(unit, unit.open_on, check.customer_id)
    await _tell(unit, check, IdentityRefused(reason=reason))


async def same_people(unit: Unit, customer_id: int) -> frozenset[int]:
    """Return the other accounts of a person, by customer id: said at a grant, or by a document of the same number."""
    known = await accounts_of(unit, customer_id)
    own = select(IdentityCheck.number_hash).where(col(IdentityCheck.customer_id).in_(known))
    same = select(IdentityCheck.customer_id).where(col(IdentityCheck.number_hash).in_(own))
    return (known | frozenset(await unit.session.scalars(same.distinct()))) - {customer_id}


async def others_of(unit: Unit, cipher: Cipher, customer_id: int) -> Sequence[int]:
    """Return who else has shown the document that a person was seen to have, by customer id: who was erased too.

    Nobody whose document it was not. Theirs need not be approved: a blurred picture may have been the end of it.
    """
    check = await _read_of(unit, customer_id)
    if check is None:
        return ()
    number = (cipher.opened(check.number_sealed, number_associated_data(customer_id)) or b"").decode()
    theirs = func.coalesce(IdentityCheck.reason, "").not_in(_NOT_THEIRS)
    return (await unit.session.scalars(_same_number(cipher, check, number).where(theirs).distinct())).all()


async def require_opened(unit: Unit, operator_id: int, customer_id: int, about: dict[str, int]) -> None:
    """Refuse to decide on pictures that one has not opened. Raises Conflict: `pictures_unseen`."""
    looks = select(AuditLine.id).where(
        AuditLine.actor_id == operator_id,
        AuditLine.act == OPENED,
        AuditLine.subject == f"customer:{customer_id}",
        col(AuditLine.details).contains(about),
    )
    await unit.session.flush()
    if await unit.session.scalar(looks.limit(1)) is None:
        raise Conflict(ErrorCode.PICTURES_UNSEEN, **about)


async def _reviewed(unit: Unit, cipher: Cipher, check_id: int, reviewer_id: int) -> tuple[IdentityCheck, str]:
    await require(unit, reviewer_id, Permission.REVIEW_IDENTITY)
    statement = select(IdentityCheck).where(IdentityCheck.id == check_id).with_for_update()
    check = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if check is None:
        raise NotFound(ErrorCode.IDENTITY)
    number = (cipher.opened(check.number_sealed, number_associated_data(check.customer_id)) or b"").decode()
    theirs = await same_people(unit, check.customer_id)
    if reviewer_id in (check.customer_id, *theirs, *await _others(unit, cipher, check, number)):
        raise NotAllowed(ErrorCode.OWN_DEALING)
    return check, number


async def _others(unit: Unit, cipher: Cipher, check: IdentityCheck, number: str) -> tuple[int, ...]:
    """Return who else has handed in a document of the same number, by customer id."""
    same = _same_number(cipher, check, number).distinct()
    return tuple(await unit.session.scalars(same.order_by(col(IdentityCheck.customer_id))))


async def _say_whose(unit: Unit, cipher: Cipher, check: IdentityCheck, number: str) -> None:
    """Keep that who was seen with the same document is one person: as an operator they deal with neither account."""
    same = _same_number(cipher, check, number).join(Customer, col(Customer.id) == col(IdentityCheck.customer_id))
    seen = same.where(_is_read(), Customer.telegram_id > 0).distinct()
    await unit.session.flush()
    await say_all_same_person(unit, check.customer_id, (await unit.session.scalars(seen)).all())


def _is_read() -> ColumnElement[bool]:
    return or_(col(IdentityCheck.state) == CheckState.APPROVED, col(IdentityCheck.reason).in_(_READ))


async def _is_anothers(unit: Unit, cipher: Cipher, check: IdentityCheck, number: str) -> bool:
    """Say whether another customer is known by the same number. Who was erased may join anew with their document."""
    same = _same_number(cipher, check, number).join(Customer, col(Customer.id) == col(IdentityCheck.customer_id))
    known = same.where(IdentityCheck.state == CheckState.APPROVED, Customer.telegram_id > 0)
    return await unit.session.scalar(known.limit(1)) is not None


def _same_number(cipher: Cipher, check: IdentityCheck, number: str) -> SelectOfScalar[int]:
    hashes = cipher.fingerprints(number_key(check.kind, number)) if number else [check.number_hash]
    return select(IdentityCheck.customer_id).where(
        col(IdentityCheck.number_hash).in_(hashes), IdentityCheck.customer_id != check.customer_id
    )


def _require_open(check: IdentityCheck) -> None:
    if check.state != CheckState.SUBMITTED:
        raise Conflict(ErrorCode.IDENTITY_DECIDED)


def _decide(unit: Unit, check: IdentityCheck, state: CheckState, reviewer_id: int) -> None:
    check.state, check.decided_by, check.decided_at = state, reviewer_id, unit.now
    audit.record(unit, reviewer_id, "review", f"customer:{check.customer_id}", {"check": check.id, "state": str(state)})


async def _tell(unit: Unit, check: IdentityCheck, content: IdentityApproved | IdentityRefused) -> None:
    key = f"identity:{check.id}:{check.state!s}"
    await enqueue(unit, content, urgency=Urgency.SECURITY, key=key, customer_id=check.customer_id)
