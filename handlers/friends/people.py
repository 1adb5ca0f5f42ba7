"""Several people, named by their @usernames, and what is said of each in a bill."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

from finance_core.customers.models import Customer
from finance_core.friends.rules.splits import MOST_PEOPLE, MOST_WEIGHT, Sharing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput, NotFound
from finance_core.kernel.money import Asset
from handlers.chat.arguments import whole_number
from handlers.chat.mentions import as_written, person_named
from handlers.chat.questions import Slots
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.phrases.readers.friends import ODD

_NAME: Final = re.compile(r"@\w+")


async def named(talk: Talk, slots: Slots) -> list[Customer]:
    """Return who is named in the slot `people`, each once, in their order. Raises NotFound: `payee_unknown`."""
    return list({person.id: person for person in await _each_named(talk, slots.get("people", ""))}.values())


async def sharings(talk: Talk, slots: Slots, asset: Asset) -> dict[int, Sharing]:
    """Return what each who is named bears of a bill, by their ids in their order; who is named twice bears both.

    Raises NotFound: `payee_unknown`; InvalidInput: `bill_shares`: it cannot be read; `bill_people`: a sum and a weight
        of one person, a weight too large.
    """
    people = await _each_named(talk, slots.get("people", ""))
    said = slots.get("each", "").split() or ["x1"] * len(people)
    if len(said) != len(people):
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)
    found: dict[int, Sharing] = {}
    is_even = "each" not in slots
    for person, share in zip(people, said, strict=True):
        sharing = _sharing(share, asset)
        before = found.get(person.id)
        found[person.id] = sharing if before is None or is_even else _together(before, sharing)
    if any(not 1 <= sharing.weight <= MOST_WEIGHT for sharing in found.values()):
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)
    return found


async def paid_at_the_shop(talk: Talk, slots: Slots, asset: Asset) -> Mapping[int, int]:
    """Return who is said to have paid of a bill, by their ids, each all their sums together, in minor units.

    Raises NotFound: `payee_unknown`; InvalidInput: as `money_slot`.
    """
    said = slots.get("paid", "").split()
    paid: Counter[int] = Counter()
    for name, amount in zip(said[::2], said[1::2], strict=True):
        (payer,) = await _each_named(talk, name)
        paid[payer.id] += _amount(amount, asset)
    return paid


def _sharing(share: str, asset: Asset) -> Sharing:
    if share == ODD:
        raise InvalidInput(ErrorCode.BILL_SHARES)
    if share.startswith("x"):
        return Sharing(weight=whole_number(share[1:]) or 0)
    return Sharing(amount=_amount(share, asset))


def _amount(said: str, asset: Asset) -> int:
    amount = money_slot({"amount": said}, asset=asset)
    if not amount:
        raise InvalidInput(ErrorCode.AMOUNT_NOT_POSITIVE)
    return amount.amount


def _together(one: Sharing, other: Sharing) -> Sharing:
    if (one.amount is None) != (other.amount is None):
        raise InvalidInput(ErrorCode.BILL_PEOPLE, most=MOST_PEOPLE)
    if one.amount is not None and other.amount is not None:
        return Sharing(amount=one.amount + other.amount)
    return Sharing(weight=one.weight + other.weight)


async def _each_named(talk: Talk, said: str) -> list[Customer]:
    return [await _person(talk, name) for name in _NAME.findall(said) or said.split()]


async def _person(talk: Talk, name: str) -> Customer:
    person = await person_named(talk, name)
    if person is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, name))
    return person
