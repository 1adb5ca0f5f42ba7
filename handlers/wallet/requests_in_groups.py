"""Requests from a group: who is asked is told in private, and so is who asks. The group sees nothing of it."""

from __future__ import annotations

import re
from typing import Final

from aiogram import Router
from aiogram.types import Message

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, IntegrityFault, NotAllowed, NotFound
from finance_core.wallet import service
from finance_core.wallet.rules import checked_amount, trimmed_note
from handlers.chat.faults import refusal
from handlers.chat.filters import InGroup, Means
from handlers.chat.meaning import Meaning, as_said
from handlers.chat.mentions import as_written, in_words, read_in
from handlers.chat.questions import Slots
from handlers.chat.replies import Shown
from handlers.chat.screens.base import Screen
from handlers.chat.slot_values import money_slot
from handlers.chat.talk import Talk
from handlers.groups.answering import answered_by
from handlers.groups.links import link_with_words
from handlers.phrases.readers.friends import asked_for
from handlers.wallet import payees
from handlers.wallet.intents import AskForMoney
from handlers.wallet.screens import requests as screens

_ANSWERED: Final = "answered"
"""The slot with whom the command answered, by an id of ours."""

router = Router(name="requests_in_groups")


@router.message(InGroup(), Means("request"))
async def ask_privately(message: Message, talk: Talk) -> Screen | list[Shown]:
    """Ask who is named or answered for money. What comes of it, a refusal too, is told in private alone.

    A refusal may say something of the other: that they take nothing from the asker, that nobody is called so.
    """
    slots = _said(talk, read_in(message, talk))
    answered = await answered_by(message, talk)
    if answered is not None:
        slots = {**slots, _ANSWERED: str(answered.id)}
    if not talk.customer.has_joined:
        return screens.join_first(talk.t, await link_with_words(talk, "request", slots))
    try:
        async with talk.unit.session.begin_nested():
            return talk.privately(await ask_from_private(talk, slots))
    except IntegrityFault:
        raise
    except FinanceError as refused:
        return talk.privately(refusal(talk.t, refused))


def _said(talk: Talk, written: str) -> Slots:
    """Return what a command says, or words that name the bot: "@susu_bot ask @bo for 20"."""
    words = re.sub(f"@{re.escape(talk.bot_username)}\\b", "", written, flags=re.IGNORECASE).strip()
    command = words if words.startswith("/") else f"/request {words}"
    asked = asked_for(as_said(command, talk.customer.language))
    return in_words(talk, Meaning(asked.intent, asked.slots)).slots


async def ask_from_private(talk: Talk, slots: Slots) -> Screen:
    """Ask for what was said in a group, and say so; or how it is said. Raises as `service.request`."""
    payer, amount = await _payer(talk, slots), money_slot(slots)
    if payer is None or amount is None:
        return screens.how_in_groups(talk.t)
    if payer.id == talk.customer.id:
        raise NotAllowed(ErrorCode.REQUEST_TO_SELF)
    note, token = trimmed_note(slots.get("note", "")), service.new_token()
    checked = checked_amount(amount)
    await service.request(talk.unit, talk.cipher, talk.customer.id, payer.id, checked, note, token)
    params = AskForMoney(sum=checked, payer=payer.id, note=note, token=token)
    return screens.asked_from_group(talk.t, payees.name_of(talk, payer), params)


async def _payer(talk: Talk, slots: Slots) -> Customer | None:
    """Return the one who is named, else who is answered; None where several are, or nobody.

    Raises NotFound: `payee_unknown`.
    """
    names = slots.get("people", "").split()
    if not names:
        return await by_id(talk.unit, int(slots[_ANSWERED])) if _ANSWERED in slots else None
    people = await payees.called(talk, names[0])
    if not people:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, names[0]))
    return people[0] if len(names) == 1 else None
