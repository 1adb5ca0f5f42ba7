"""What a confirmed card does: each module lists its actions, with the types of their payloads, in `ACTIONS`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeAlias, TypeVar

from finance_core import intents
from finance_core.customers.roles import Permission
from finance_core.intents import Intent
from finance_core.kernel.payloads import Payload
from handlers.chat import receipts
from handlers.chat.coming_back import told
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk, confirmed_by
from handlers.locales import Html, Translator

P = TypeVar("P", bound=Payload)
R = TypeVar("R", bound=Payload)


@dataclass(frozen=True, slots=True)
class Action(Generic[P, R]):
    """A thing that Confirm does. `params` and `result` are the types of what its intents hold.

    `run` does it (one use case of the core, under the intent's key) and returns what `done` needs to show it, now and
    to any later tap. `before` may ask for something that is still missing (a first contract's questions): a screen, or
    None to go on. `needs_pin` is a function where it depends on the person: the first contract of a product takes it,
    later acts not. `permission` is what an operator's act takes: it is asked when Confirm is tapped and again when the
    act is done, as a role may be taken away while its card is open.
    """

    name: str
    params: type[P]
    result: type[R]
    needs_pin: bool | Callable[[Talk, P], Awaitable[bool]]
    run: Callable[[Talk, P, str], Awaitable[R]]
    done: Callable[[Talk, P, R], Screen]
    before: Callable[[Talk, P, Intent], Awaitable[Screen | None]] | None = None
    permission: Permission | Callable[[P], Permission] | None = None
    again: Callable[[Talk, Intent], Awaitable[Screen]] | None = None
    """What a later tap is shown instead of `done`, where that asks for something which may be awaited no more."""
    why: Callable[[Talk, P, P, Intent], Awaitable[Html]] | None = None
    """Says why a card comes back from `before` as another: of what it offered, what it offers now, and its intent."""
    while_behind: bool = False
    """Whether it is done while missed days wait, too: it moves no money, and may be what they wait for."""

    def offered(self, talk: Talk, intent: Intent) -> P:
        """Return what an intent offers. Raises as `intents.params_of`."""
        return intents.params_of(intent, talk.cipher, self.params)

    async def missing(self, talk: Talk, intent: Intent) -> Screen | None:
        """Return what asks for something that is still missing, None when the intent may be carried out."""
        return await self.before(talk, self.offered(talk, intent), intent) if self.before else None

    async def came_back(self, talk: Talk, intent: Intent, screen: Screen) -> Screen:
        """Return what `missing` gave: where that is the card as it is now, with why and what has changed on it."""
        anew = next((talk.cards[token] for token in confirmed_by(screen) if token in talk.cards), None)
        if anew is None or anew.token == intent.token:
            return screen
        intents.note_shown(talk.cards.pop(anew.token), talk.cipher, screen.text)
        before, now = self.offered(talk, intent), self.offered(talk, anew)
        why = await self.why(talk, before, now, intent) if self.why is not None else talk.t("common.back_changed")
        return replace(screen, text=told(talk, why, intents.shown_of(intent, talk.cipher), screen.text))

    async def wants_pin(self, talk: Talk, intent: Intent) -> bool:
        """Say whether the PIN is asked before this intent is carried out."""
        if isinstance(self.needs_pin, bool):
            return self.needs_pin
        return await self.needs_pin(talk, self.offered(talk, intent))

    def permission_for(self, talk: Talk, intent: Intent) -> Permission | None:
        """Return what this intent's act takes of an operator, None for a customer's own."""
        if self.permission is None or isinstance(self.permission, Permission):
            return self.permission
        return self.permission(self.offered(talk, intent))

    async def carry_out(self, talk: Talk, intent: Intent) -> Screen:
        """Do what a confirmed intent offers, keep what came of it, and return what shows it."""
        params = self.offered(talk, intent)
        result = await self.run(talk, params, intent.key)
        card = self.done(talk, params, result)
        own = receipts.on_card(talk.unit, talk.customer.id, card)
        await intents.complete(talk.unit, talk.cipher, intent, result, [(each.kind, each.params) for each in own])
        return receipts.carrying(card, own, talk.t, talk.cipher)

    async def shown_again(self, talk: Talk, intent: Intent) -> Screen:
        """Return what shows an intent that is done."""
        if self.again is not None:
            return await self.again(talk, intent)
        card = self.done(talk, self.offered(talk, intent), intents.result_of(intent, talk.cipher, self.result))
        return receipts.with_receipts(card, intents.told_of(intent, talk.cipher), talk.t, talk.cipher)


AnyAction: TypeAlias = Action[Any, Any]
Actions: TypeAlias = Mapping[str, AnyAction]


def shows(screen: Callable[[Translator, P, R], Screen]) -> Callable[[Talk, P, R], Screen]:
    """Return a `done` that shows a screen in the person's language."""
    return lambda talk, params, result: screen(talk.t, params, result)


def by_name(actions: Iterable[AnyAction]) -> Actions:
    """Return actions by their names. Raises ValueError when two have the same."""
    named: dict[str, AnyAction] = {}
    for action in actions:
        if action.name in named:
            raise ValueError(f"two actions are called {action.name}")
        named[action.name] = action
    return named
