"""To whom: one is found by @username, by a shared contact, or by a name among those one has paid or been paid by.

Nobody is found by a number alone, and no stranger by a name: money would go to whoever happens to be called so. A
number (`#7`) stands on buttons only, and names those alone whom this person was shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.customers.models import Customer
from finance_core.customers.queries import all_of
from finance_core.customers.service import display_name, username_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.wallet import queries
from handlers.chat.arguments import ID_DIGITS, whole_number
from handlers.chat.faults import refusal
from handlers.chat.mentions import as_written, person_named
from handlers.chat.questions import Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.phrases.slots import SEVERAL
from handlers.phrases.words import listed
from handlers.wallet.screens import payees as screens

_SHOWN: Final = "payees_shown"
_MOST_SHOWN: Final = 20
MOST_RECENT: Final = 3


async def found(talk: Talk, intent: str, slots: Slots) -> Customer | Screen | None:
    """Return who is named in `slots`, None for a link. Where nobody or more than one is, ask who is meant."""
    if "payees" in slots and "payee" not in slots:
        await ask(talk.state, intent, "payee", slots)
        several = [(as_written(talk, each), each) for each in slots["payees"].split(SEVERAL)]
        return screens.one_at_a_time(talk.t, intent, several)
    if "payee" not in slots:
        await ask(talk.state, intent, "payee", slots)
        return screens.ask(talk.t, intent, await _lately(talk))
    said = slots["payee"]
    if said.strip().casefold() in listed("answers", "link"):
        return None
    people = await called(talk, said)
    return people[0] if len(people) == 1 else await _asked_again(talk, intent, slots, people)


async def _lately(talk: Talk) -> list[screens.Recent]:
    """Return whom one has paid or been paid by lately, each with the sum of their last payment."""
    met = await queries.met(talk.unit, talk.customer.id, MOST_RECENT)
    people = {each.id: each for each in await all_of(talk.unit, [each.customer_id for each in met])}
    known = [
        (people[each.customer_id], Money(each.amount, BASE_CURRENCY)) for each in met if each.customer_id in people
    ]
    return [screens.Recent(name_of(talk, person), f"#{person.id}", last) for person, last in known]


async def shown(talk: Talk, payee: Customer) -> str:
    """Return the slot value of somebody whom this person was shown, and remember that they were."""
    known = (await talk.state.get_data()).get(_SHOWN, [])
    if payee.id not in known:
        await talk.state.update_data({_SHOWN: [*known, payee.id][-_MOST_SHOWN:]})
    return f"#{payee.id}"


def name_of(talk: Talk, customer: Customer | None) -> str:
    """Return what somebody is called, with the @username; None is whoever opens the link."""
    if customer is None:
        return str(talk.t("wallet.by_link"))
    name, username = display_name(customer, talk.cipher), username_of(customer, talk.cipher)
    return f"{name} (@{username})" if username else name


async def called(talk: Talk, said: str) -> list[Customer]:
    """Return those whom `said` may mean."""
    if said.startswith("@"):
        person = await person_named(talk, said)
        return [person] if person is not None else []
    if said.startswith("#"):
        return await _numbered(talk, whole_number(said[1:], ID_DIGITS))
    return [each for each in await _met(talk) if _is_called(talk, each, said.strip().casefold())]


async def _numbered(talk: Talk, number: int | None) -> list[Customer]:
    """Return who stands behind a button's number: those who were shown, and those one has paid or been paid by."""
    known = (await talk.state.get_data()).get(_SHOWN, [])
    if number is None or number not in {*known, *await queries.counterparties(talk.unit, talk.customer.id)}:
        return []
    return await all_of(talk.unit, [number])


def _is_called(talk: Talk, person: Customer, said: str) -> bool:
    name = display_name(person, talk.cipher).casefold()
    names = {
        name,
        name.split(" ")[0],
        name_of(talk, person).casefold(),
        (username_of(person, talk.cipher) or "").casefold(),
    }
    return said in names - {""}


async def _met(talk: Talk) -> list[Customer]:
    return await all_of(talk.unit, await queries.counterparties(talk.unit, talk.customer.id))


def _on_buttons(talk: Talk, people: Sequence[Customer]) -> list[tuple[str, str]]:
    return [(name_of(talk, each), f"#{each.id}") for each in people]


async def _asked_again(talk: Talk, intent: str, slots: Slots, people: Sequence[Customer]) -> Screen:
    """Ask who is meant: nobody is called so, or several are. What else was said is kept."""
    rest = {name: value for name, value in slots.items() if name not in ("payee", "payees")}
    await ask(talk.state, intent, "payee", rest)
    if people:
        return screens.which_one(talk.t, as_written(talk, slots["payee"]), _on_buttons(talk, people))
    return refusal(talk.t, NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, slots["payee"])))
