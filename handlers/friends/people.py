"""Several people, named by their @usernames."""

from __future__ import annotations

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_username
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotFound
from handlers.chat.questions import Slots
from handlers.chat.talk import Talk


async def named(talk: Talk, slots: Slots) -> list[Customer]:
    """Return who is named in the slot `people`, each once, in their order. Raises NotFound: `payee_unknown`."""
    found: dict[int, Customer] = {}
    for name in slots.get("people", "").split():
        person = await by_username(talk.unit, name, talk.cipher)
        if person is None:
            raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=name)
        found[person.id] = person
    return list(found.values())
