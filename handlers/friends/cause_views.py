"""A collection as somebody may see it: all that is said of it to its organiser, the sum and the day to others."""

from __future__ import annotations

from finance_core.customers.models import Customer
from finance_core.customers.queries import all_of, by_id
from finance_core.customers.service import display_name
from finance_core.friends.causes import gifts_of
from finance_core.friends.models import Cause, CauseState
from finance_core.friends.notifications import words_of
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
    givers = [(payees.name_of(talk, giver), amount) for giver, amount in await _givers(talk, cause)]
    return screens.for_organiser(talk.t, seen, givers)


async def seen_cause(talk: Talk, cause: Cause) -> screens.Seen:
    """Return what anybody may see of a collection; names only where its organiser said that they are shown."""
    asset = ASSETS[cause.asset]
    gifts = await gifts_of(talk.unit, cause)
    givers = await _givers(talk, cause) if cause.shows_names else []
    return screens.Seen(
        organiser=display_name(await by_id(talk.unit, cause.organiser_id), talk.cipher),
        title=title_of(talk, cause),
        goal=Money(cause.goal, asset) if cause.goal is not None else None,
        given=Money(sum(gift.amount for gift in gifts), asset),
        gifts=len(gifts),
        last_on=cause.last_on,
        all_or_nothing=cause.all_or_nothing,
        shows_names=cause.shows_names,
        names=tuple(display_name(giver, talk.cipher) for giver, _ in givers),
        state=CauseState(cause.state),
        thanked=cause.thanks_sealed is not None,
        token=cause.token,
    )


def title_of(talk: Talk, cause: Cause) -> str:
    """Return what a collection is for, in its organiser's words."""
    return words_of(cause.title_sealed, talk.cipher, cause.token, "title")


async def _givers(talk: Talk, cause: Cause) -> list[tuple[Customer, Money]]:
    """Return who gave and how much in all, in the order of their first gifts."""
    together: dict[int, int] = {}
    for gift in await gifts_of(talk.unit, cause):
        together[gift.giver_id] = together.get(gift.giver_id, 0) + gift.amount
    people = {person.id: person for person in await all_of(talk.unit, tuple(together))}
    asset = ASSETS[cause.asset]
    return [(people[giver], Money(amount, asset)) for giver, amount in together.items()]
