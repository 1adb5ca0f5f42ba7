"""Getting a broadcast ready for a second person: everything that would be refused later is refused here.

What people will read is made of the operator's text and the figures of the day of sending; the chat writes it, as the
core has no words, and it is kept whole (`put_up`). Approving and starting compare with what is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import delete, text
from sqlmodel import col

from finance_core.approvals import audit
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, RuleViolation
from finance_core.kernel.json import JsonObject
from finance_core.offers.planning.broadcasts import changeable, messages_of
from finance_core.offers.planning.models import Broadcast, BroadcastMessage, Offer, OfferKind, OfferText
from finance_core.offers.planning.offers import offer_of, picture_of, require_fits, require_sendable, texts_of
from finance_core.offers.planning.people import People, Whom
from finance_core.offers.planning.pricing import Figures, figures_of
from finance_core.offers.rules import markup
from finance_core.offers.rules.drawing import VARIANTS
from finance_core.offers.rules.placeholders import LONGEST_NAME, NAME, filled
from finance_core.offers.rules.wording import languages
from finance_core.storage.unit import Unit

FEWEST_PEOPLE: Final = 50
"""Fewer could be told apart, and are not sent to."""


@dataclass(frozen=True, slots=True)
class Ready:
    """What a broadcast is made of on the day of sending."""

    broadcast: Broadcast
    offer: Offer
    texts: Sequence[OfferText]
    picture: str | None
    """The hash of its picture."""
    people: People
    figures: Figures | None
    warned: tuple[str, ...]
    """Words that its checker is warned of, each once."""

    @property
    def variants(self) -> int:
        """How many texts there are."""
        return 1 + max(text.variant for text in self.texts)


@dataclass(frozen=True, slots=True)
class Message:
    """What people read in one language, whole; `{name}` alone is still to be filled in."""

    variant: int
    language: str
    html: str
    buttons: tuple[tuple[Mapping[str, str], ...], ...] = ()


async def ready(unit: Unit, broadcast: Broadcast, whom: Whom) -> Ready:
    """Return what a broadcast is made of, if all of it can be sent.

    Raises:
        InvalidInput: `offer_text` with the language in which one is missing; whatever `require_sendable` finds;
            `offer_picture_words`: the picture has none. RuleViolation: `broadcast_audience`: none is chosen;
            `broadcast_few`; `offer_without_example`. NotFound: `product`.
    """
    offer = await offer_of(unit, broadcast.offer_id)
    texts, picture = await texts_of(unit, offer.id), await picture_of(unit, offer)
    _require_complete(texts, has_picture=picture is not None)
    if broadcast.audience_id is None:
        raise RuleViolation(ErrorCode.BROADCAST_AUDIENCE)
    people = await whom(unit, broadcast.audience_id)
    if await _count(unit, people) < FEWEST_PEOPLE:
        raise RuleViolation(ErrorCode.BROADCAST_FEW, fewest=FEWEST_PEOPLE)
    figures = None
    if offer.product is not None:
        figures = await figures_of(unit, offer.product, people, sending_day(unit, broadcast))
    percents, sums = (figures.percents, figures.sums) if figures is not None else ((), ())
    faults = [f for each in texts for f in require_sendable(offer, each.html, each.language, percents, sums)]
    warned = tuple(dict.fromkeys(fault.said for fault in faults))
    return Ready(broadcast, offer, texts, picture.sha256 if picture else None, people, figures, warned)


async def _count(unit: Unit, people: People) -> int:
    statement = text(f"SELECT count(*) FROM ({people.sql}) AS people")  # noqa: S608 - compiled, values are bound
    return int(await unit.session.scalar(statement, dict(people.parameters)) or 0)


def sending_day(unit: Unit, broadcast: Broadcast) -> date:
    """Return the day for which an offer's figures are computed: that of the start, today at the earliest."""
    return max(broadcast.starts_at.astimezone(unit.zone).date(), unit.open_on)


def _require_complete(texts: Sequence[OfferText], *, has_picture: bool) -> None:
    there = {(text.variant, text.language): text for text in texts}
    variants = 1 + max((text.variant for text in texts), default=0)
    for variant in range(variants):
        for language in languages():
            text = there.get((variant, language))
            if text is None:
                raise InvalidInput(ErrorCode.OFFER_TEXT, language=language)
            if has_picture and not text.picture_words:
                raise InvalidInput(ErrorCode.OFFER_PICTURE_WORDS, language=language)


async def put_up(unit: Unit, actor_id: int, found: Ready, messages: Sequence[Message]) -> Broadcast:
    """Keep what people will read, to be proposed next: what is kept is what is approved, and what goes out.

    Raises:
        NotAllowed: `no_permission`. Conflict: `broadcast_state`, `broadcast_proposed`. InvalidInput: `offer_long`,
            `offer_markup`: with its figures a text is too long, or its markup breaks.
    """
    broadcast = await changeable(unit, actor_id, found.broadcast.id)
    if {(each.variant, each.language) for each in messages} != {(each.variant, each.language) for each in found.texts}:
        raise ValueError("a message for each text is wanted")
    for each in messages:
        _require_whole(each, has_picture=found.picture is not None)
    kept = delete(BroadcastMessage).where(col(BroadcastMessage.broadcast_id) == broadcast.id)
    await unit.session.execute(kept)
    unit.session.add_all(
        BroadcastMessage(
            broadcast_id=broadcast.id,
            variant=each.variant,
            language=each.language,
            html=each.html,
            buttons=[[dict(button) for button in row] for row in each.buttons],
        )
        for each in messages
    )
    await unit.session.flush()
    broadcast.bound = dict(await binding(unit, found))
    await unit.session.flush()
    audit.record(unit, actor_id, "put_up_broadcast", f"broadcast:{broadcast.id}")
    return broadcast


def _require_whole(message: Message, *, has_picture: bool) -> None:
    html = filled(message.html, {NAME: LONGEST_NAME})
    if (bad := markup.broken(html)) is not None:
        raise InvalidInput(ErrorCode.OFFER_MARKUP, language=message.language, said=bad.said, at=bad.at)
    require_fits(html, message.language, has_picture=has_picture)


# -- what is bound ----------------------------------------------------------------------------------------------------


async def binding(unit: Unit, found: Ready) -> JsonObject:
    """Return all that is compared at approval and again at the start, as it is now."""
    broadcast, offer = found.broadcast, found.offer
    kept = {_named(each.variant, each.language): _hash(each) for each in await messages_of(unit, broadcast.id)}
    written = {_named(each.variant, each.language): _sha256(each.html) for each in found.texts}
    words = {_named(each.variant, each.language): each.picture_words for each in found.texts if each.picture_words}
    return {
        "kind": offer.kind,
        "topic": offer.topic,
        "messages": kept,
        "texts": written,
        "picture": found.picture,
        "picture_words": words,
        "ways": list(offer.buttons),
        "audience": broadcast.audience_id,
        "product": offer.product,
        "figures": None if found.figures is None else found.figures.as_json(),
        "starts_at": broadcast.starts_at.isoformat(),
        "ends_at": broadcast.ends_at.isoformat(),
        "hours": [broadcast.first_hour, broadcast.until_hour],
        "rate": broadcast.rate,
        "is_paid": broadcast.is_paid,
        "stars_most": broadcast.stars_most,
        "held_out_percent": broadcast.held_out_percent,
        "variants": found.variants,
        "measure": broadcast.measure,
        "window_days": broadcast.window_days,
        "warned": list(found.warned),
    }


async def require_as_bound(unit: Unit, found: Ready) -> JsonObject:
    """Return what is bound, if everything is still as it was put up.

    Raises:
        Conflict: `broadcast_not_put_up`; `offer_price_changed`: the product's figures are others now;
            `broadcast_outdated`: anything else is.
    """
    if found.broadcast.bound is None:
        raise Conflict(ErrorCode.BROADCAST_NOT_PUT_UP)
    now, then = await binding(unit, found), found.broadcast.bound
    if now["figures"] != then["figures"]:
        raise Conflict(ErrorCode.OFFER_PRICE_CHANGED)
    if now != then:
        raise Conflict(ErrorCode.BROADCAST_OUTDATED)
    return now


def is_notice(offer: Offer) -> bool:
    """Say whether it is a service notice."""
    return offer.kind == OfferKind.SERVICE


def _named(variant: int, language: str) -> str:
    return f"{VARIANTS[variant]}.{language}"


def _hash(message: BroadcastMessage) -> str:
    return _sha256(f"{message.html}\0{message.buttons}")


def _sha256(said: str) -> str:
    return hashlib.sha256(said.encode()).hexdigest()
