"""What the wallet's answers share: names, what would stop money that leaves now, what became of a card."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, TypeVar

from finance_core import intents
from finance_core.business_day.behind import require_caught_up
from finance_core.customers.pin import tries_of
from finance_core.customers.service import require_may_send_out
from finance_core.intents import Intent, IntentState, params_of
from finance_core.intents.service import LIFETIME
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, InsufficientFunds, NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.kernel.payloads import Payload, UnreadablePayload
from finance_core.wallet import queries
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Screen
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import shortened
from handlers.locales import Html
from handlers.wallet.waiting import other_side

P = TypeVar("P", bound=Payload)

_LIMITS: Final = (ErrorCode.OUTFLOW_LIMIT, ErrorCode.OUTFLOW_LIMIT_EVER)
LEAST: Final = Money(1, BASE_CURRENCY)
"""The smallest sum that could leave: what is asked for where no sum was said."""


async def name_of(talk: Talk, customer_id: int | None) -> str:
    """Return what the other side of a payment is called, cut to what an answer has room for."""
    return shortened(await other_side(talk, customer_id))


async def available(talk: Talk) -> Money:
    """Return what the person can use of their wallet now."""
    return await queries.available(talk.unit, talk.customer.id, BASE_CURRENCY)


def has_rail(talk: Talk) -> bool:
    """Say whether money comes in and goes out in the chat."""
    return talk.rail is not None and talk.rail.settles_at_once


async def what_stops(talk: Talk, amount: Money | None) -> Screen | None:
    """Return the refusal that a sum would meet if it were to leave the wallet now; None where nothing stops it.

    Joining, days that are being caught up, the lock, the level's limit, the PIN, the balance: by the rules themselves.
    """
    try:
        talk.require_joined()
        require_caught_up(talk.unit)
        await require_may_send_out(talk.unit, talk.customer.id, amount or LEAST)
        if amount is not None:
            await _require_balance(talk, amount)
    except FinanceError as refused:
        is_used_up = amount is None and refused.code in _LIMITS
        return _used_up(talk, refused) if is_used_up else refusal(talk.t, refused)
    if not await available(talk):
        top_up = ((act(talk.t, "topup"),),) if has_rail(talk) else ()
        return Screen(talk.t("wallet_topics.wallet_is_empty"), top_up)
    return pin_stop(talk)


def _used_up(talk: Talk, refused: FinanceError) -> Screen:
    """Say that nothing is left of what the level lets out, where no sum was asked about."""
    limit, used = refused.details["limit"], refused.details["used"]
    return Screen(talk.t("wallet_topics.limit_is_used", limit=limit, used=used))


def pin_stop(talk: Talk) -> Screen | None:
    """Return what is told while no PIN is looked at; None where one is."""
    tries, now = tries_of(talk.customer), talk.unit.now
    if tries.needs_operator(now):
        return Screen(talk.t("pin.needs_operator"))
    if tries.locked_until is None or not tries.refuses(now):
        return None
    return Screen(talk.t("pin.locked", count=-(-(tries.locked_until - now) // timedelta(minutes=1))))


async def _require_balance(talk: Talk, amount: Money) -> None:
    there = await available(talk)
    if there < amount:
        raise InsufficientFunds(
            account="wallet", asset=amount.asset.code, available=there.amount, requested=amount.amount
        )


def became_of(talk: Talk, card: Intent) -> Html:
    """Say what became of a card that was not carried out: given up, run out, or still waiting, and for what."""
    is_open = card.expires_at > talk.unit.now
    match IntentState(card.state):
        case IntentState.CANCELLED:
            return talk.t("wallet_topics.card_cancelled")
        case IntentState.OPEN if is_open:
            return talk.t("wallet_topics.card_waits")
        case IntentState.CONFIRMED if is_open:
            return talk.t("wallet_topics.card_wants_pin")
        case IntentState.CONFIRMED:
            return talk.t("wallet_topics.card_without_pin")
        case _:
            return talk.t("wallet_topics.card_ran_out", minutes=LIFETIME // timedelta(minutes=1))


def offered_by(talk: Talk, card: Intent | None, kind: type[P]) -> P | None:
    """Return what a card offered; None without one, where no secret opens it, or where it is of an older shape."""
    try:
        return params_of(card, talk.cipher, kind) if card is not None else None
    except (UnreadablePayload, NotFound):
        return None


async def last_card(talk: Talk, *actions: str) -> Intent | None:
    """Return the newest card of these actions that the person was shown."""
    return await intents.latest(talk.unit, talk.customer.id, *actions)
