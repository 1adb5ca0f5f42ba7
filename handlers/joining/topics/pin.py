"""Questions about the PIN: it is forgotten, locked, asked for, to be changed.

The answers say how it stands, what goes on without it, and lead to its change and its reset.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from finance_core.customers.pin import tries_of
from finance_core.customers.rules import (
    FIRST_LOCK,
    PIN_DIGITS,
    TRIES_BEFORE_LOCK,
    TRIES_BEFORE_OPERATOR,
    TRY_WINDOW,
)
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.joining.topics.account import go_on, next_step
from handlers.locales import Html

HOURS: Final = TRY_WINDOW // timedelta(hours=1)
MINUTES: Final = FIRST_LOCK // timedelta(minutes=1)


async def forgotten(talk: Talk, asked: Asked) -> Answer:
    """Nobody can read a PIN; how many tries are left, what goes on without it."""
    t = talk.t
    if talk.customer.pin_hash is None:
        return _none_yet(talk)
    text = lines(
        t("joining_topics.nobody_reads_it"),
        _tries(talk),
        t("joining_topics.without_it"),
        t("joining_topics.reset_by_a_person"),
    )
    return Answer(text, (act(t, "forgot_pin", t("account.forgot_pin")), ask(t, "pin.locked")))


async def locked(talk: Talk, asked: Asked) -> Answer:
    """Until when no PIN is looked at, tries so far, what the tenth means; or that it is not locked."""
    t = talk.t
    if talk.customer.pin_hash is None:
        return _none_yet(talk)
    text = lines(
        _tries(talk),
        t("joining_topics.without_it"),
        t(
            "joining_topics.lock_rule",
            tries=TRIES_BEFORE_LOCK,
            minutes=MINUTES,
            most=TRIES_BEFORE_OPERATOR,
            hours=HOURS,
        ),
        t("joining_topics.not_you") if tries_of(talk.customer).counted(talk.unit.now) else None,
    )
    return Answer(text, (*_lock(talk), act(t, "forgot_pin", t("account.forgot_pin"))))


async def why_asked(talk: Talk, asked: Asked) -> Answer:
    """When the PIN is asked for and when not; it cannot be switched off."""
    t = talk.t
    if talk.customer.pin_hash is None:
        return _none_yet(talk)
    text = lines(
        t("joining_topics.why_pin"), t("joining_topics.with_pin"), t("joining_topics.without_it"), _tries(talk)
    )
    return Answer(text, (act(t, "settings"), ask(t, "pin.forgotten")))


async def change(talk: Talk, asked: Asked) -> Answer:
    """How a PIN is changed, and what to do where somebody may know it."""
    t = talk.t
    if talk.customer.pin_hash is None:
        return _none_yet(talk)
    text = lines(
        t("joining_topics.not_changed_here"),
        t("joining_topics.somebody_knows"),
        t("joining_topics.good_pin", digits=PIN_DIGITS),
        _tries(talk),
    )
    return Answer(text, (act(t, "change_pin"), *_lock(talk)))


def _none_yet(talk: Talk) -> Answer:
    """Say that there is no PIN yet, and which step comes before it."""
    t = talk.t
    text = lines(
        t("joining_topics.no_pin_yet", digits=PIN_DIGITS),
        next_step(talk),
        t("joining_topics.good_pin", digits=PIN_DIGITS),
    )
    return Answer(text, (*go_on(talk), ask(t, "account.join")))


def _tries(talk: Talk) -> Html:
    """Say how the PIN stands: locked until when, or how many wrong tries there are and how many are left."""
    t, zone = talk.t, talk.customer.zone
    tries, now = tries_of(talk.customer), talk.unit.now
    count = tries.counted(now)
    if tries.needs_operator(now):
        opens = t.instant((tries.since or now) + TRY_WINDOW, zone)
        return t("joining_topics.pin_shut", tries=count, at=opens)
    if tries.locked_until is not None and tries.refuses(now):
        minutes = -(-(tries.locked_until - now) // timedelta(minutes=1))
        return t("joining_topics.pin_is_locked", tries=count, count=minutes, at=t.instant(tries.locked_until, zone))
    if not count:
        return t("joining_topics.pin_is_fine", most=TRIES_BEFORE_LOCK)
    return t("joining_topics.pin_tries", tries=count, count=max(TRIES_BEFORE_LOCK - count, 1))


def _lock(talk: Talk) -> tuple[Button, ...]:
    """Return *Lock now*, while nothing is locked."""
    is_locked = talk.customer.outflow_locked_at is not None
    return () if is_locked else (act(talk.t, "lock", talk.t("joining_topics.lock_button")),)


TOPICS: Final = (
    Topic("pin.forgotten", forgotten),
    Topic("pin.locked", locked),
    Topic("pin.why_asked", why_asked),
    Topic("pin.change", change),
)
