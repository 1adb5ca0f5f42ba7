"""Use cases of offers: made, written in each language, given a picture and ways; and what keeps one from being sent.

An offer does not change while a broadcast of it is proposed, or approved and has not begun: what was looked at is what
goes out. From its start on a broadcast has texts of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import exists, func, or_
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from finance_core import catalogue
from finance_core.approvals import Approval, ApprovalState, audit
from finance_core.customers.consents import Topic
from finance_core.customers.roles import Permission, require
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotFound
from finance_core.offers.planning.models import (
    Broadcast,
    BroadcastState,
    Offer,
    OfferKind,
    OfferPicture,
    OfferText,
)
from finance_core.offers.planning.pricing import percents_of_any
from finance_core.offers.planning.ways import Way, checked_ways
from finance_core.offers.rules import markup
from finance_core.offers.rules.drawing import MOST_VARIANTS
from finance_core.offers.rules.placeholders import unknown_in
from finance_core.offers.rules.wording import Fault, FaultKind, faults_in, refusals
from finance_core.storage.unit import Unit

LONGEST_NAME: Final = 60
LONGEST_PICTURE_WORDS: Final = 300
LINES_OF: Final[Mapping[str, tuple[str, ...]]] = {
    Topic.LOANS: ("loans",),
    Topic.SAVING: ("deposits", "wealth", "funds"),
    Topic.NEWS: (),
}
"""The lines of the catalogue whose products an offer on a topic may be about."""
_AHEAD: Final = (BroadcastState.APPROVED, BroadcastState.SCHEDULED)


async def make(
    unit: Unit, actor_id: int, name: str, topic: Topic | None, key: str, product: str | None = None
) -> Offer:
    """Make an offer, or a service notice (`topic` None); the same key answers with the same one.

    Raises:
        NotAllowed: `no_permission`. NotFound: `product`.
        InvalidInput: `text_form`; `offer_product`: of another line than the topic's; credit without a product.
    """
    await require(unit, actor_id, Permission.PROPOSE_BROADCAST)
    known = await unit.session.scalar(select(Offer).where(Offer.token == key))
    if known is not None:
        return known
    await _require_product(unit, topic, product)
    kind = OfferKind.SERVICE if topic is None else OfferKind.OFFER
    offer = Offer(
        token=key,
        name=_checked(name, LONGEST_NAME),
        kind=kind,
        topic=None if topic is None else str(topic),
        product=product,
        buttons=[],
        made_by=actor_id,
        made_at=unit.now,
    )
    unit.session.add(offer)
    await unit.session.flush()
    audit.record(unit, actor_id, "make_offer", f"offer:{offer.id}")
    return offer


async def _require_product(unit: Unit, topic: Topic | None, product: str | None) -> None:
    if product is None and topic != Topic.LOANS:
        return
    lines = LINES_OF.get(topic, ()) if topic is not None else ()
    if product is None or (await catalogue.product(unit, product)).line not in lines:
        raise InvalidInput(ErrorCode.OFFER_PRODUCT)


async def write(
    unit: Unit, actor_id: int, offer_id: int, variant: int, language: str, html: str, picture_words: str | None = None
) -> OfferText:
    """Write one text of an offer in one language, or write it anew.

    Raises:
        NotAllowed: `no_permission`. NotFound: `offer`. Conflict: `offer_in_use`.
        InvalidInput: whatever `require_sendable` finds; `offer_text`: no such variant or nothing written.
    """
    offer = await changeable(unit, actor_id, offer_id)
    html = html.strip()
    if not html or not 0 <= variant < MOST_VARIANTS:
        raise InvalidInput(ErrorCode.OFFER_TEXT, language=language)
    percents, sums = await _any_figures(unit, offer)
    require_sendable(offer, html, language, percents, sums)
    row = insert(OfferText).values(
        offer_id=offer.id, variant=variant, language=language, html=html, picture_words=picture_words
    )
    written = {"html": row.excluded.html, "picture_words": row.excluded.picture_words}
    if picture_words is None:
        written.pop("picture_words")
    await unit.session.execute(
        row.on_conflict_do_update(index_elements=["offer_id", "variant", "language"], set_=written)
    )
    audit.record(unit, actor_id, "write_offer", f"offer:{offer.id}", {"text": variant, "language": language})
    return await _text(unit, offer.id, variant, language)


async def drop_variant(unit: Unit, actor_id: int, offer_id: int, variant: int) -> None:
    """Take one text out in all languages; those after it move up. Raises as `write`."""
    offer = await changeable(unit, actor_id, offer_id)
    for text in await texts_of(unit, offer.id):
        if text.variant == variant:
            await unit.session.delete(text)
    await unit.session.flush()
    for text in await texts_of(unit, offer.id):
        if text.variant > variant:
            text.variant -= 1
            await unit.session.flush()


async def say_picture(unit: Unit, actor_id: int, offer_id: int, language: str, words: str) -> None:
    """Say what the picture shows, in one language, for who reads words alone. Raises as `write`."""
    offer = await changeable(unit, actor_id, offer_id)
    words = _checked(words, LONGEST_PICTURE_WORDS)
    found = [text for text in await texts_of(unit, offer.id) if text.language == language]
    if not found:
        raise InvalidInput(ErrorCode.OFFER_TEXT, language=language)
    for text in found:
        text.picture_words = words
    await unit.session.flush()


async def put_picture(unit: Unit, actor_id: int, offer_id: int, content: bytes | None) -> Offer:
    """Give an offer a picture, as the render process made it, or take it out (None). Raises as `write`."""
    offer = await changeable(unit, actor_id, offer_id)
    offer.picture_id = None if content is None else await _kept(unit, content)
    await unit.session.flush()
    return offer


async def lead_to(unit: Unit, actor_id: int, offer_id: int, ways: Mapping[str, Way], names: Iterable[str]) -> Offer:
    """Say into which products its buttons lead. Raises as `write`; InvalidInput: `offer_ways`."""
    offer = await changeable(unit, actor_id, offer_id)
    offer.buttons = checked_ways(ways, names, Topic(offer.topic) if offer.topic else None)
    await unit.session.flush()
    return offer


async def _kept(unit: Unit, content: bytes) -> int:
    """Return the id of a picture, kept once."""
    sha256 = hashlib.sha256(content).hexdigest()
    row = insert(OfferPicture).values(sha256=sha256, content=content, made_at=unit.now)
    await unit.session.execute(row.on_conflict_do_nothing())
    found = await unit.session.scalar(select(OfferPicture.id).where(OfferPicture.sha256 == sha256))
    assert found is not None
    return found


# -- reading ----------------------------------------------------------------------------------------------------------


async def offer_of(unit: Unit, offer_id: int, *, lock: bool = False) -> Offer:
    """Return an offer. Raises NotFound: `offer`."""
    found = await unit.session.get(Offer, offer_id, with_for_update=lock or None, populate_existing=lock)
    if found is None:
        raise NotFound(ErrorCode.OFFER)
    return found


async def texts_of(unit: Unit, offer_id: int) -> Sequence[OfferText]:
    """Return an offer's texts, by variant and language."""
    texts = select(OfferText).where(OfferText.offer_id == offer_id)
    return (await unit.session.scalars(texts.order_by(col(OfferText.variant), col(OfferText.language)))).all()


async def picture_of(unit: Unit, offer: Offer) -> OfferPicture | None:
    """Return an offer's picture, None where it has none."""
    return None if offer.picture_id is None else await unit.session.get(OfferPicture, offer.picture_id)


async def all_offers(unit: Unit, limit: int = 50) -> Sequence[Offer]:
    """Return offers, newest first."""
    return (await unit.session.scalars(select(Offer).order_by(col(Offer.id).desc()).limit(limit))).all()


async def changeable(unit: Unit, actor_id: int, offer_id: int) -> Offer:
    """Return an offer that somebody may change now, locked.

    Raises:
        NotAllowed: `no_permission`. NotFound: `offer`. Conflict: `offer_in_use`: one of it is proposed or approved.
    """
    await require(unit, actor_id, Permission.PROPOSE_BROADCAST)
    offer = await offer_of(unit, offer_id, lock=True)
    is_proposed = exists().where(
        col(Approval.subject) == func.concat("broadcast:", Broadcast.id), col(Approval.state) == ApprovalState.OPEN
    )
    used = select(Broadcast.id).where(
        Broadcast.offer_id == offer.id, or_(col(Broadcast.state).in_(_AHEAD), is_proposed)
    )
    if await unit.session.scalar(used.limit(1)) is not None:
        raise Conflict(ErrorCode.OFFER_IN_USE)
    return offer


async def _text(unit: Unit, offer_id: int, variant: int, language: str) -> OfferText:
    key = {"offer_id": offer_id, "variant": variant, "language": language}
    found = await unit.session.get(OfferText, key, populate_existing=True)
    assert found is not None
    return found


async def _any_figures(unit: Unit, offer: Offer) -> tuple[Collection[Decimal], Collection[Decimal]]:
    if offer.product is None:
        return (), ()
    return await percents_of_any(unit, offer.product, unit.open_on)


# -- what is refused --------------------------------------------------------------------------------------------------


def names_prices(offer: Offer) -> bool:
    """Say whether each price in its texts has to be the catalogue's: of what is sold, and of what may sell nothing."""
    return offer.kind == OfferKind.SERVICE or offer.product is not None or offer.topic == Topic.LOANS


def require_sendable(
    offer: Offer, html: str, language: str, percents: Collection[Decimal] = (), sums: Collection[Decimal] = ()
) -> list[Fault]:
    """Refuse a text that cannot be sent; return what its checker is warned of.

    Raises:
        InvalidInput: `offer_markup`, `offer_placeholder`, `offer_words`, `offer_price` with `language`, `said` and
            `at` (and `around`); `offer_long` with `length` and `most`.
    """
    if (bad := markup.broken(html)) is not None:
        raise InvalidInput(ErrorCode.OFFER_MARKUP, language=language, said=bad.said, at=bad.at)
    if (braces := unknown_in(html)) is not None:
        raise InvalidInput(ErrorCode.OFFER_PLACEHOLDER, language=language, said=braces.said, at=braces.at)
    require_fits(html, language, has_picture=offer.picture_id is not None)
    read = markup.read(html)
    faults = faults_in(read, language, percents, sums, has_price=names_prices(offer))
    for fault in refusals(faults):
        code = ErrorCode.OFFER_WORDS if fault.kind is FaultKind.REFUSED else ErrorCode.OFFER_PRICE
        raise InvalidInput(code, language=language, said=fault.said, at=fault.at, around=fault.around)
    return faults


def require_fits(html: str, language: str, *, has_picture: bool) -> None:
    """Refuse a text that Telegram finds too long. Raises InvalidInput: `offer_long` with `length` and `most`."""
    length, most = markup.length(html), markup.longest(has_picture=has_picture)
    if length > most:
        raise InvalidInput(ErrorCode.OFFER_LONG, language=language, length=length, most=most)


def _checked(text: str, longest: int) -> str:
    """Return a text without the spaces around it. Raises InvalidInput: `text_form`."""
    kept = text.strip()
    if not kept or len(kept) > longest:
        raise InvalidInput(ErrorCode.TEXT_FORM, most=longest)
    return kept
