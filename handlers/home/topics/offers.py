"""Offers: which there are, why one came, how they end; told by what somebody agreed to, and by what went out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from finance_core.customers import consents
from finance_core.customers.consents import OFFERS
from finance_core.customers.consents import Topic as Consented
from finance_core.customers.models import Consent
from finance_core.notices.queries import last_offer_at
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.locales import Html


async def what(talk: Talk, asked: Asked) -> Answer:
    """No offer is open; nothing is drawn, given away or paid for bringing people."""
    t = talk.t
    text = lines(t("home_topics.no_offers"), await offers_agreed_to(talk), t("home_topics.offers_rule"))
    return Answer(text, (act(t, "settings"),))


async def why_me(talk: Talk, asked: Asked) -> Answer:
    """The last offer that went out; since when the person agrees to which; by what they may be picked."""
    t, agreed = talk.t, await _agreed(talk)
    last = await last_offer_at(talk.unit, talk.customer.id)
    sent = t("home_topics.offer_was", at=t.instant(last, talk.customer.zone)) if last else t("home_topics.offer_never")
    since = [
        t(
            "home_topics.offer_since",
            topic=t(f"consents.name_{topic}"),
            at=t.instant(agreed[topic].at, talk.customer.zone),
        )
        for topic in OFFERS
        if topic in agreed
    ]
    agreed_to = t("home_topics.offers_agreed", topics=t.listed(since)) if since else t("home_topics.offers_off")
    picked = "home_topics.offers_plain" if Consented.NOTHING_CHOSEN in agreed else "home_topics.offers_picked"
    return Answer(lines(sent, agreed_to, t(picked)), _ways(talk, agreed))


async def stop(talk: Talk, asked: Asked) -> Answer:
    """What the person gets offers about, and that one word ends them; what goes on."""
    t, agreed = talk.t, await _agreed(talk)
    return Answer(lines(await offers_agreed_to(talk), t("home_topics.offers_end")), _ways(talk, agreed))


async def offers_agreed_to(talk: Talk) -> Html:
    """Say which offers the person agrees to get."""
    t, given = talk.t, await consents.given_offers(talk.unit, talk.customer.id)
    if not given:
        return t("home_topics.offers_off")
    return t("home_topics.offers_on", topics=t.listed([t(f"consents.name_{topic}") for topic in given]))


async def _agreed(talk: Talk) -> Mapping[Consented, Consent]:
    """Return the lines of what is agreed to now, by topic."""
    last = await consents.last_lines(talk.unit, talk.customer.id)
    return {Consented(topic): line for (topic, about), line in last.items() if line.given and not about}


def _ways(talk: Talk, agreed: Mapping[Consented, Consent]) -> tuple[Button, ...]:
    end = (act(talk.t, "offers_stop"),) if any(topic in agreed for topic in OFFERS) else ()
    return (*end, act(talk.t, "consents"))


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("offers.what", what),
    Topic("offer.why_me", why_me),
    Topic("offer.stop", stop),
)
