"""Chains of keys: made at the opening and kept encrypted; key 0 is shown at once, each later one when it is its turn.

No role, screen or command reads a key that has not been published: what hands one out is `key_of`, for draws alone.
"""

from __future__ import annotations

import secrets

from sqlmodel import col, select

from finance_core.circles.draw_models import CircleKey, CirclePick
from finance_core.circles.models import Circle, CirclePlace, PlaceState
from finance_core.circles.rules.draws import key_chain, normal_pick, picks_hash
from finance_core.circles.rules.settings import Order
from finance_core.circles.sealing import key_associated_data, member_associated_data
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

DRAWN: frozenset[str] = frozenset({Order.WHOLE, Order.LOTTERY, Order.AUCTION})
"""The orders in which something is, or may be, drawn."""


def new_last_key() -> str:
    """Return the last key of a new chain: 32 random bytes, in hex."""
    return secrets.token_hex(32)


async def begin_chain(
    unit: Unit, cipher: Cipher, circle: Circle, *, first_round: int, last_round: int, last_key: str
) -> CircleKey:
    """Begin a chain whose key 1 is that of `first_round`; its key 0 may be published from now on."""
    before = await chain_of(unit, circle)
    chain = CircleKey(
        circle_id=circle.id,
        nr=before.nr + 1 if before is not None else 1,
        first_round=first_round,
        last_round=last_round,
        key_zero=key_chain(last_key, last_round - first_round + 1)[0],
        last_key_sealed=b"",
        made_at=unit.now,
    )
    chain.last_key_sealed = cipher.encrypt(last_key.encode(), key_associated_data(circle.id, chain.nr))
    unit.session.add(chain)
    await unit.session.flush()
    return chain


async def chain_of(unit: Unit, circle: Circle) -> CircleKey | None:
    """Return the chain that counts: the last one that was begun; None where nothing is drawn."""
    query = select(CircleKey).where(CircleKey.circle_id == circle.id).order_by(col(CircleKey.nr).desc()).limit(1)
    return await unit.session.scalar(query.execution_options(populate_existing=True))


def chain_key_of(cipher: Cipher, chain: CircleKey, number: int) -> str:
    """Return key `number` of a chain, from 0. The draw alone asks for it, and publishes it. Raises ValueError."""
    length = chain.last_round - chain.first_round + 1
    if not 0 <= number <= length:
        raise ValueError(f"the chain has no key {number}")
    stored = cipher.decrypt(chain.last_key_sealed, key_associated_data(chain.circle_id, chain.nr))
    return key_chain(stored.decode(), length)[number]


def sealed_pick(cipher: Cipher, circle: Circle, customer_id: int, text: str) -> bytes | None:
    """Return a pick encrypted, None where nothing was picked. Raises InvalidInput: `circle_pick`."""
    if not text:
        return None
    pick = normal_pick(text)
    if pick is None:
        raise InvalidInput(ErrorCode.CIRCLE_PICK)
    return cipher.encrypt(pick.encode(), member_associated_data("pick", circle.id, customer_id))


async def publish_picks(unit: Unit, cipher: Cipher, circle: Circle, chain: CircleKey, places: list[CirclePlace]) -> str:
    """Publish what the places have picked, and the hash of it all, with which a chain draws from now on."""
    picks: dict[int, str] = {}
    for place in places:
        if place.pick_sealed is None or place.state != PlaceState.HELD or place.customer_id is None:
            continue
        bound = member_associated_data("pick", circle.id, place.customer_id)
        picks[place.nr] = cipher.decrypt(place.pick_sealed, bound).decode()
        published = CirclePick(circle_id=circle.id, chain=chain.nr, place=place.nr, customer_id=place.customer_id,
                               pick=picks[place.nr])  # fmt: skip
        unit.session.add(published)
    chain.picks_hash = picks_hash(picks)
    await unit.session.flush()
    return chain.picks_hash


async def picks_of(unit: Unit, circle: Circle, chain: int) -> dict[int, str]:
    """Return the picks of a chain that are published, by place."""
    query = select(CirclePick).where(CirclePick.circle_id == circle.id, CirclePick.chain == chain)
    return {row.place: row.pick for row in await unit.session.scalars(query.order_by(col(CirclePick.place)))}
