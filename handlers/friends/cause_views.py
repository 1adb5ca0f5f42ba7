"""A collection as somebody may see it: all that is said of it to its organiser, the sum and the day to others."""

from __future__ import annotations

from finance_core.customers.queries import all_of
from finance_core.friends.boards import CauseBoard, cause_board
from finance_core.friends.causes import gifts_of
from finance_core.friends.models import Cause
from finance_core.kernel.money import ASSETS, Money
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.friends.screens import causes as screens
from handlers.wallet import payees


async def shown_cause(talk: Talk, cause: Cause) -> Screen:
    """Return a collection's screen for this person."""
    seen = await seen_cause(talk, cause)
    if cause.organiser_id != talk.customer.id:
        return screens.for_others(talk.t, seen)
    return screens.for_organiser(talk.t, seen, await _givers(talk, cause), thanked=cause.thanks_sealed is not None)


async def seen_cause(talk: Talk, cause: Cause) -> CauseBoard:
    """Return what anybody may see of a collection: what its board shows."""
    return await cause_board(talk.unit, talk.cipher, cause.id)


async def _givers(talk: Talk, cause: Cause) -> list[tuple[str, Money]]:
    """Return who gave and how much in all, in the order of their first gifts."""
    together: dict[int, int] = {}
    for gift in await gifts_of(talk.unit, cause):
        together[gift.giver_id] = together.get(gift.giver_id, 0) + gift.amount
    people = {person.id: person for person in await all_of(talk.unit, tuple(together))}
    asset = ASSETS[cause.asset]
    return [(payees.name_of(talk, people[giver]), Money(amount, asset)) for giver, amount in together.items()]
