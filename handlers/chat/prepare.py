"""What must be settled before a transaction is opened: argon2 works on PINs here, in a thread, with nothing locked."""

from __future__ import annotations

import unicodedata
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiogram.types import Update, User

from finance_core.account import pin_resets
from finance_core.account.models import PinReset, ResetState
from finance_core.customers.models import Customer
from finance_core.customers.pin import PinCheck, PinOutcome, hashed_pin, is_same_pin, try_pin, unpeppered
from finance_core.customers.queries import by_telegram_id
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Units
from handlers.chat.pin_states import AGAIN, CHANGE, FIRST, NEW_PIN, Moving, PinEntry
from handlers.chat.screens.pin import DIGITS, with_key

Prepare = Callable[[Update, str | None, Mapping[str, Any]], Awaitable[dict[str, Any]]]


def pin_preparer(units: Units, cipher: Cipher, *, allowed: str | None) -> Prepare:
    """Return what looks at PINs: gives `pin` (a check), `pin_hash`, `pin_fault` or `pin_same` as the state asks.

    Args:
        allowed: a weak PIN that is taken all the same: everybody's in the demo.
    """

    async def prepare(update: Update, state: str | None, data: Mapping[str, Any]) -> dict[str, Any]:
        pin = _pin_in(update, data)
        if state == PinEntry.awaited.state and pin is not None:
            return await _checked(units, cipher, update, pin)
        if state == Moving.pin.state and pin is not None:
            return {"pin": await _watched(units, cipher, data["account"], pin)}
        if state in FIRST and _text(update) is not None:
            if pin is not None and await _is_the_old_one(units, cipher, update, data, pin):
                return {"pin_fault": ErrorCode.PIN_SAME}
            return await _first(_text(update) or "", allowed)
        if state in AGAIN and pin is not None:
            return {"pin_same": await is_same_pin(data["pin_hash"], pin)}
        return {}

    return prepare


async def _checked(units: Units, cipher: Cipher, update: Update, pin: str) -> dict[str, Any]:
    sender = _from(update)
    async with units.begin() as unit:
        customer = await by_telegram_id(unit, sender.id) if sender else None
        reset = await pin_resets.watched(unit, customer.id) if customer is not None else None
    return {"pin": await _tried(units, cipher, customer.id, pin, reset)} if customer is not None else {}


def _from(update: Update) -> User | None:
    return (update.message or update.callback_query).from_user  # type: ignore[union-attr]


async def _sender(units: Units, update: Update) -> Customer | None:
    sender = _from(update)
    async with units.begin() as unit:
        return await by_telegram_id(unit, sender.id) if sender else None


async def _is_the_old_one(units: Units, cipher: Cipher, update: Update, data: Mapping[str, Any], pin: str) -> bool:
    """Say whether a PIN that is changed would stay the same. Who forgot theirs could guess it here: no word."""
    customer = await _sender(units, update) if data.get(NEW_PIN) == CHANGE else None
    kept = unpeppered(cipher, customer.id, customer.pin_hash) if customer and customer.pin_hash else None
    return kept is not None and await is_same_pin(kept, pin)


async def _watched(units: Units, cipher: Cipher, customer_id: int, pin: str) -> PinCheck:
    async with units.begin() as unit:
        reset = await pin_resets.watched(unit, customer_id)
    return await _tried(units, cipher, customer_id, pin, reset)


async def _tried(units: Units, cipher: Cipher, customer_id: int, pin: str, reset: PinReset | None) -> PinCheck:
    """Try a PIN; the old one stops a reset of it, wherever it is typed."""
    check = await try_pin(units, cipher, customer_id, pin)
    if reset is None or not await _stops(cipher, reset, check, pin):
        return check
    async with units.begin() as unit:
        await pin_resets.stop_by_pin(unit, cipher, reset.id)
    return PinCheck(PinOutcome.STOPPED_RESET)


async def _stops(cipher: Cipher, reset: PinReset, check: PinCheck, pin: str) -> bool:
    """Say whether the old PIN was typed: the right one while a reset is under way, the one before once it is done.

    A PIN that is not looked at because of too many wrong ones is not looked at here either.
    """
    if reset.state != ResetState.SET:
        return check.outcome == PinOutcome.RIGHT
    old = pin_resets.old_pin_of(reset, cipher)
    return check.outcome == PinOutcome.WRONG and old is not None and await is_same_pin(old, pin)


async def _first(text: str, allowed: str | None) -> dict[str, Any]:
    try:
        return {"pin_hash": await hashed_pin(_folded(text), allowed=allowed)}
    except InvalidInput as fault:
        return {"pin_fault": fault.code}


def _pin_in(update: Update, data: Mapping[str, Any]) -> str | None:
    """Return the six digits that were typed, or that the keypad's last key completed."""
    text = _text(update)
    if text is not None:
        folded = _folded(text)
        return folded if len(folded) == DIGITS and folded.isascii() and folded.isdecimal() else None
    verb, _, arguments = ((update.callback_query and update.callback_query.data) or "").partition(":")
    key, *card = arguments.split(":")
    is_its_own = card == [str(data.get("token")), str(data.get("version"))]
    digits = with_key(data.get("digits", ""), key) if verb == "key" and is_its_own else ""
    return digits if len(digits) == DIGITS else None


def _text(update: Update) -> str | None:
    return update.message.text if update.message is not None else None


def _folded(text: str) -> str:
    """Full-width digits are digits too; spaces around a PIN are not part of it."""
    return unicodedata.normalize("NFKC", text).strip()
