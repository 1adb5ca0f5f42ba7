"""What does not work, what nobody knows of, and who it was that wrote or called."""

from __future__ import annotations

import re
from typing import Final

from finance_core import ledger
from finance_core.inbox.faults import fails_for_many, fault_told
from finance_core.kernel.money import BASE_CURRENCY
from finance_core.ledger import Line
from finance_core.notices.contacts import latest_contacts
from finance_core.notices.models import Contact
from finance_core.wallet import queries
from finance_core.wallet.service import sum_of
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.locales import Html
from handlers.wallet.topics.common import name_of
from handlers.wallet.topics.movements import newest_movements, what_moved

CONTACTS_TOLD: Final = 3
MOVEMENTS_TOLD: Final = 2
LOOKED_THROUGH: Final = 20

_NUMBER: Final = re.compile(r"(?<![A-Za-z0-9])E[A-Z2-9]{3}-[A-Z2-9]{4}(?![A-Za-z0-9])", re.IGNORECASE)


async def app(talk: Talk, asked: Asked) -> Answer:
    """What to try; whether something is known to be wrong; what became of a number that was told."""
    t = talk.t
    named = _NUMBER.search(asked.text)
    text = lines(
        await _fault(talk, named[0].upper()) if named else None,
        t("home_topics.known_fault") if await fails_for_many(talk.unit) else t("home_topics.no_known_fault"),
        t("home_topics.try_this"),
    )
    return Answer(text, (act(t, "menu", t("common.menu")), act(t, "help")))


async def _fault(talk: Talk, number: str) -> Html:
    found = await fault_told(talk.unit, talk.customer.telegram_id, number)
    if found is None:
        return talk.t("home_topics.fault_unknown", number=number)
    said = "home_topics.fault_waits" if found.is_waiting else "home_topics.fault_over"
    return talk.t(said, number=number, at=talk.t.instant(found.at, talk.customer.zone))


async def unrecognised(talk: Talk, asked: Asked) -> Answer:
    """Lock first; what left lately, to whom; what can still be taken back."""
    t, customer = talk.t, talk.customer
    own = [each for each in await queries.waiting(talk.unit, customer.id) if each.sender_id == customer.id]
    left = await _left(talk, asked)
    locked_at = customer.outflow_locked_at
    first = t("home_topics.lock_first") if locked_at is None else t("home_topics.is_locked")
    text = lines(
        first,
        *[await _gone(talk, line) for line in left],
        None if left else t("home_topics.nothing_left"),
        t("home_topics.take_it_back", count=len(own)) if own else None,
        t("home_topics.pin_rule"),
    )
    lock = (act(t, "lock", t("support.lock")),) if locked_at is None else ()
    back = tuple(Button(t("wallet.take_back_sum", amount=sum_of(each)), f"takeback:{each.token}") for each in own[-1:])
    return Answer(text, (*lock, *back, act(t, "history"))[:3])


async def _left(talk: Talk, asked: Asked) -> list[Line]:
    """Return the movements that are asked about: those of the sum that was said, else the latest that left."""
    meant = await newest_movements(talk, amount_asked(asked))
    wallet = ledger.Account("2010", talk.customer.id, BASE_CURRENCY)
    newest = meant or [
        line for line in await ledger.history(talk.unit, wallet, limit=LOOKED_THROUGH) if line.amount.amount < 0
    ]
    return newest[:MOVEMENTS_TOLD]


async def _gone(talk: Talk, line: Line) -> Html:
    """Say a movement, with whom it was paid to where it went to a person."""
    send = await queries.send_numbered(talk.unit, int(line.about["send"])) if "send" in line.about else None
    if send is None or send.sender_id != talk.customer.id:
        return what_moved(talk, line)
    return talk.t("home_topics.went_to", what=what_moved(talk, line), name=await name_of(talk, send.payee_id))


async def why_called(talk: Talk, asked: Asked) -> Answer:
    """What we sent or who called about a debt, from the log; what we never ask for."""
    t = talk.t
    found = await latest_contacts(talk.unit, talk.customer.id, CONTACTS_TOLD)
    text = lines(
        t("home_topics.we_contacted") if found else t("home_topics.no_contact"),
        *[_contact(talk, each) for each in found],
        t("home_topics.never_asked"),
    )
    lock = (act(t, "lock", t("support.lock")),) if talk.customer.outflow_locked_at is None else ()
    return Answer(text, (*lock, ask(t, "fraud.unrecognised"), ask(t, "notices.which")))


def _contact(talk: Talk, contact: Contact) -> Html:
    said = "home_topics.called" if contact.channel == "call" else "home_topics.wrote"
    return talk.t(said, at=talk.t.instant(contact.at, talk.customer.zone), loan=contact.about.partition(":")[2])


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("app.trouble", app),
    Topic("fraud.unrecognised", unrecognised),
    Topic("contact.why_called", why_called),
)
