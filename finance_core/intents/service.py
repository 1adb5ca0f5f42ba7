"""Proposing, confirming, completing and cancelling an intent. Each takes the row's lock until the unit ends."""

from __future__ import annotations

import base64
import secrets
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, TypeVar, cast

import orjson
from sqlalchemy import update
from sqlmodel import col, select

from finance_core.intents.models import Intent, IntentState
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, NotAllowed, NotFound
from finance_core.kernel.json import JsonObject
from finance_core.kernel.payloads import Payload, read
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit

LIFETIME: Final = timedelta(minutes=15)
"""How long a card may be confirmed. A quote's figures are for the day, so it never outlives the book's date either."""

TOKEN_BYTES: Final = 9

_SEALED: Final = "sealed"
_SHOWN: Final = "_shown"
"""Beside what an intent offers: what its card says."""
_TOLD: Final = "_told"
"""Beside an intent's result: the receipts that its card carries."""

P = TypeVar("P", bound=Payload)


async def propose(
    unit: Unit,
    cipher: Cipher,
    *,
    customer_id: int,
    chat_id: int,
    action: str,
    params: Payload,
    shown: str = "",
    lifetime: timedelta = LIFETIME,
) -> Intent:
    """Store what a card offers, encrypted, and return it with a fresh token (12 characters, unguessable).

    `shown` is what the person reads on it; a card that is drawn after its intent is noted by `note_shown`.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    intent = Intent(
        token=token,
        version=1,
        customer_id=customer_id,
        chat_id=chat_id,
        action=action,
        params=_sealed_json(cipher, _offered(params, shown), associated_data(token, "params")),
        state=IntentState.OPEN,
        created_at=unit.now,
        expires_at=unit.now + lifetime,
    )
    unit.session.add(intent)  # written with what follows: its card's words are noted before
    return intent


def associated_data(token: str, column: str) -> str:
    """Return the associated data that an intent's encrypted column, `params` or `result`, is bound to."""
    return f"intent.{column}:{token}"


def params_of(intent: Intent, cipher: Cipher, kind: type[P]) -> P:
    """Return what the action needs.

    Raises:
        UnreadablePayload: the row is not of that kind, or of an older shape.
        NotFound: `intent`: no secret opens it any more.
    """
    offered = _opened(cipher, intent.params, associated_data(intent.token, "params"))
    return read(kind, {name: value for name, value in offered.items() if name != _SHOWN})


def shown_of(intent: Intent, cipher: Cipher) -> str:
    """Return what the card says that the person confirms, "" where that was not noted. Raises as `params_of`."""
    return str(_opened(cipher, intent.params, associated_data(intent.token, "params")).get(_SHOWN, ""))


def note_shown(intent: Intent, cipher: Cipher, text: str) -> None:
    """Keep what the card says, in the unit that draws it."""
    place = associated_data(intent.token, "params")
    offered = _opened(cipher, intent.params, place)
    if offered.get(_SHOWN) != text:
        intent.params = _sealed_json(cipher, {**offered, _SHOWN: text}, place)


def result_of(intent: Intent, cipher: Cipher, kind: type[P]) -> P:
    """Return what came of an intent that is done. Raises as `params_of`, and for one that is not done."""
    result = _opened(cipher, intent.result or {}, associated_data(intent.token, "result"))
    return read(kind, {name: value for name, value in result.items() if name != _TOLD})


def told_of(intent: Intent, cipher: Cipher) -> list[tuple[str, JsonObject]]:
    """Return the receipts that the card of an intent that is done carries: their kinds and params."""
    result = _opened(cipher, intent.result or {}, associated_data(intent.token, "result"))
    return [(kind, params) for kind, params in cast("list[tuple[str, JsonObject]]", result.get(_TOLD, []))]


async def find(unit: Unit, token: str, version: int, customer_id: int) -> Intent:
    """Return the intent, its row locked, in whatever state it is.

    Raises:
        NotFound: `intent`: no such token (forged, or emptied long ago).
        NotAllowed: `not_yours`: another person's card.
        Conflict: `intent_outdated`: the card has been changed since that button was drawn.
    """
    statement = select(Intent).where(Intent.token == token).with_for_update()
    intent = await unit.session.scalar(statement.execution_options(populate_existing=True))
    if intent is None:
        raise NotFound(ErrorCode.INTENT)
    if intent.customer_id != customer_id:
        raise NotAllowed(ErrorCode.NOT_YOURS)
    if intent.version != version:
        raise Conflict(ErrorCode.INTENT_OUTDATED)
    return intent


async def latest(unit: Unit, customer_id: int, *actions: str) -> Intent | None:
    """Return the newest card of a person that offered one of `actions`, in whatever state it is; None without one."""
    offered = select(Intent).where(Intent.customer_id == customer_id, col(Intent.action).in_(actions))
    return await unit.session.scalar(offered.order_by(col(Intent.id).desc()).limit(1))


async def frequent(unit: Unit, customer_id: int, latest_ones: int = 40) -> list[str]:
    """Return what a person has done by their latest cards, the most frequent action first; once is no habit."""
    done = (
        select(Intent.action, Intent.id)
        .where(Intent.customer_id == customer_id, Intent.state == IntentState.DONE)
        .order_by(col(Intent.id).desc())
        .limit(latest_ones)
    )
    counted = Counter([row.action for row in await unit.session.execute(done)])
    return [action for action, times in counted.most_common() if times > 1]


async def confirm(unit: Unit, intent: Intent) -> bool:
    """Take the confirmation; True the first time, False when it had been taken (a double tap).

    From now on there is a card's lifetime for what it still needs, such as the PIN.

    Raises:
        Conflict: `intent_cancelled`, `intent_outdated` (replaced), or `intent_expired`.
    """
    if intent.state in (IntentState.CONFIRMED, IntentState.DONE):
        return False
    require_usable(unit, intent)
    intent.state, intent.expires_at = IntentState.CONFIRMED, max(intent.expires_at, unit.now + LIFETIME)
    return True


async def complete(
    unit: Unit, cipher: Cipher, intent: Intent, result: Payload, told: Sequence[tuple[str, JsonObject]] = ()
) -> None:
    """Mark a confirmed intent as carried out, with what a later tap should be shown: its result, what it `told`."""
    if intent.state != IntentState.CONFIRMED:
        raise Conflict(ErrorCode.INTENT_OUTDATED)
    kept: JsonObject = {**result.as_json(), **({_TOLD: [[kind, params] for kind, params in told]} if told else {})}
    intent.result = _sealed_json(cipher, kept, associated_data(intent.token, "result"))
    intent.state, intent.settled_at = IntentState.DONE, unit.now


async def cancel(unit: Unit, intent: Intent) -> bool:
    """Give the intent up; False when it was done already (what is done stays done)."""
    if intent.state == IntentState.DONE:
        return False
    intent.state, intent.settled_at = IntentState.CANCELLED, unit.now
    return True


async def cancel_open(unit: Unit, customer_id: int, chat_id: int) -> int:
    """Give up every card of a person in a chat that could still be confirmed; return how many there were."""
    statement = (
        update(Intent)
        .where(
            col(Intent.customer_id) == customer_id,
            col(Intent.chat_id) == chat_id,
            col(Intent.state).in_((IntentState.OPEN, IntentState.CONFIRMED)),
            col(Intent.expires_at) > unit.now,
        )
        .values(state=IntentState.CANCELLED, settled_at=unit.now)
        .returning(col(Intent.id))
    )
    return len((await unit.session.execute(statement)).all())


async def move_chat(unit: Unit, old: int, new: int) -> None:
    """Let cards that were shown in a group, which has become a supergroup, be confirmed in its new chat."""
    await unit.session.execute(update(Intent).where(col(Intent.chat_id) == old).values(chat_id=new))


async def replace(unit: Unit, cipher: Cipher, intent: Intent, params: Payload) -> None:
    """Change an open card's figures: the version moves on, so that buttons of the old drawing no longer act."""
    if intent.state != IntentState.OPEN:
        raise Conflict(ErrorCode.INTENT_OUTDATED)
    intent.params = _sealed(cipher, params, associated_data(intent.token, "params"))
    intent.version += 1
    intent.expires_at = unit.now + LIFETIME


def require_usable(unit: Unit, intent: Intent) -> None:
    """Refuse a card that may not be confirmed or, once confirmed, not be carried out any more.

    What was confirmed long ago (its PIN was typed in an outage) is not done days later: the person begins again.

    Raises:
        Conflict: `intent_cancelled`, `intent_outdated` (replaced), `intent_expired`.
    """
    if intent.state == IntentState.CANCELLED:
        raise Conflict(ErrorCode.INTENT_CANCELLED)
    if intent.state == IntentState.REPLACED:
        raise Conflict(ErrorCode.INTENT_OUTDATED)
    if unit.now >= intent.expires_at:
        raise Conflict(ErrorCode.INTENT_EXPIRED)


def resealed(cipher: Cipher, kept: JsonObject, token: str, column: str) -> tuple[JsonObject, bool]:
    """Return what an intent's column holds, under the current secret, and whether it could be read.

    What is plain, from before it was encrypted, is encrypted; what needs no change is returned as it is.
    """
    place = associated_data(token, column)
    if kept.keys() != {_SEALED}:
        return _sealed_json(cipher, kept, place), True
    stored = base64.b64decode(str(kept[_SEALED]))
    plain = cipher.opened(stored, place)
    if plain is None or cipher.is_current(stored):
        return kept, plain is not None
    return _sealed_json(cipher, orjson.loads(plain), place), True


def _offered(params: Payload, shown: str) -> JsonObject:
    return {**params.as_json(), **({_SHOWN: shown} if shown else {})}


def _sealed(cipher: Cipher, payload: Payload, place: str) -> dict[str, Any]:
    return _sealed_json(cipher, payload.as_json(), place)


def _sealed_json(cipher: Cipher, plain: JsonObject, place: str) -> dict[str, Any]:
    return {_SEALED: base64.b64encode(cipher.encrypt(orjson.dumps(plain), place)).decode()}


def _opened(cipher: Cipher, kept: JsonObject, place: str) -> JsonObject:
    if kept.keys() != {_SEALED}:
        return kept  # from before they were encrypted
    plain = cipher.opened(base64.b64decode(str(kept[_SEALED])), place)
    if plain is None:
        raise NotFound(ErrorCode.INTENT)
    return cast("JsonObject", orjson.loads(plain))
