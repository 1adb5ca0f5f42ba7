"""Builders for tests about planning: an offer in both languages, its broadcast, put up and proposed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any, Final

from finance_core import approvals
from finance_core.approvals import Approval
from finance_core.customers.consents import Topic
from finance_core.customers.models import Customer
from finance_core.lines import ACTIONS, FACTS, people_of
from finance_core.offers.audiences import service as audiences
from finance_core.offers.audiences.question import EVERYBODY, Question
from finance_core.offers.planning import broadcasts, offers, readying
from finance_core.offers.planning.models import Broadcast, Offer
from finance_core.offers.planning.proposing import action_of
from finance_core.offers.planning.readying import Message, Ready
from finance_core.storage.unit import Actor, Unit, Units

TEXTS: Final = {"en": "Seeds for spring, {name}. <b>Look at it.</b>", "zh": "{name}，春耕备种。<b>来看看。</b>"}
WHY: Final = "for the spring sowing"
_keys = (f"offers:{each}" for each in count(1))


async def an_offer(
    units: Units,
    maker: Customer,
    topic: Topic | None = Topic.LOANS,
    product: str | None = "lightning",
    texts: dict[str, str] | None = None,
) -> Offer:
    """Make an offer with one text in each language."""
    async with units.begin(Actor("operator", maker.id)) as unit:
        offer = await offers.make(unit, maker.id, "Spring", topic, next(_keys), product)
        for language, html in (texts or TEXTS).items():
            await offers.write(unit, maker.id, offer.id, 0, language, html)
        return offer


async def a_draft(
    units: Units, maker: Customer, offer: Offer, question: Question = EVERYBODY, **wanted: Any
) -> Broadcast:
    """Draft a broadcast of an offer to an audience, from now on."""
    async with units.begin(Actor("operator", maker.id)) as unit:
        saved = await audiences.save(unit, maker.id, "all who have joined", question, FACTS)
        made = await broadcasts.draft(unit, maker.id, offer.id, next(_keys))
        return await broadcasts.change(
            unit, maker.id, made.id, audience_id=saved.version.id, **{"starts_at": unit.now, **wanted}
        )


def messages_for(found: Ready) -> Sequence[Message]:
    """Return messages as the chat would write them, without the words of the price."""
    return [Message(each.variant, each.language, f"{each.html}\n\n{found.figures is not None}") for each in found.texts]


async def put_up(unit: Unit, maker: Customer, broadcast: Broadcast) -> Broadcast:
    """Put a broadcast up for approval."""
    found = await readying.ready(unit, broadcast, people_of)
    return await readying.put_up(unit, maker.id, found, messages_for(found))


async def proposed(units: Units, maker: Customer, broadcast: Broadcast) -> Approval:
    """Put a broadcast up and propose it."""
    async with units.begin(Actor("operator", maker.id)) as unit:
        await put_up(unit, maker, broadcast)
        offer = await offers.offer_of(unit, broadcast.offer_id)
        action = ACTIONS.called(action_of(offer))
        return await approvals.propose(unit, maker.id, action, f"broadcast:{broadcast.id}", {}, WHY, next(_keys))


async def approved(units: Units, checker: Customer, proposal: Approval) -> Approval:
    """Approve a proposal as it was seen."""
    async with units.begin(Actor("operator", checker.id)) as unit:
        return await approvals.approve(unit, ACTIONS, proposal.id, checker.id, proposal.version)
