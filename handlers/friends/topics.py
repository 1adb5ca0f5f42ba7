"""Questions about money among friends: how packets, bills and collections work, and how this person's own stand."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from finance_core.friends import bills as core
from finance_core.friends import queries
from finance_core.friends.boards import CauseBoard
from finance_core.friends.daily import NUDGED_DAYS
from finance_core.friends.models import CauseState, Packet, PacketState, ShareState
from finance_core.friends.opening import shares_of
from finance_core.friends.rules.draws import LEAST_SHARE, MOST_SHARE, MOST_SHARES, OPEN_FOR
from finance_core.friends.rules.splits import MOST_PEOPLE
from finance_core.kernel.money import ASSETS, BASE_CURRENCY, Money
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topic_values import NOTE_CHARACTERS, shortened
from handlers.chat.topics import Answer, Asked, Topic
from handlers.friends.cause_views import seen_cause
from handlers.locales import Html

HOURS: Final = OPEN_FOR // timedelta(hours=1)
MOST_TOLD: Final = 2
"""Packets or collections that an answer tells of, the newest."""


async def packet_how(talk: Talk, asked: Asked) -> Answer:
    """What a packet is, how it is divided, its bounds; what this person gave and got by them this year."""
    t = talk.t
    year = await queries.year_of(talk.unit, talk.customer.id, talk.unit.now.astimezone(talk.unit.zone).year)
    text = lines(
        t("friends.topic_packet"),
        t(
            "friends.topic_packet_rule",
            least=Money(LEAST_SHARE, BASE_CURRENCY),
            most=Money(MOST_SHARE, BASE_CURRENCY),
            count=MOST_SHARES,
            hours=HOURS,
        ),
        t("friends.topic_packet_year", sent=year.sent, received=year.received)
        if year.sent.amount or year.received.amount
        else None,
    )
    return Answer(text, (act(t, "packet"), ask(t, "packet.expired")))


async def packet_expired(talk: Talk, asked: Asked) -> Answer:
    """How this person's latest packets stand, and what becomes of what nobody opens."""
    t = talk.t
    packets = await queries.packets_of(talk.unit, talk.customer.id, MOST_TOLD)
    own = [await _stands(talk, packet) for packet in packets]
    text = lines(*(own or [t("friends.topic_no_packet")]), t("friends.topic_packet_ends", hours=HOURS))
    return Answer(text, (act(t, "history"), act(t, "packet")))


async def _stands(talk: Talk, packet: Packet) -> Html:
    asset = ASSETS[packet.asset]
    back = sum(share.amount for share in await shares_of(talk.unit, packet.id) if share.state == ShareState.RETURNED)
    return talk.t(
        f"friends.topic_packet_{PacketState(packet.state)}",
        total=Money(packet.total, asset),
        opened=packet.opened,
        shares=packet.shares,
        until=talk.t.instant(packet.ends_at, talk.customer.zone),
        back=Money(back, asset),
    )


async def bill(talk: Talk, asked: Asked) -> Answer:
    """What of bills is open on either side, and how one is split."""
    t, me = talk.t, talk.customer.id
    owed = [core.left_of(bill, part) for bill, part in await queries.parts_to_pay(talk.unit, me)]
    own = await queries.open_bills_of(talk.unit, me)
    text = lines(
        t("friends.topic_bill_owed", count=len(owed), sum=sum(owed, Money.zero(owed[0].asset))) if owed else None,
        t("friends.topic_bill_own", count=len(own)) if own else None,
        t("friends.topic_bill", most=MOST_PEOPLE, days=NUDGED_DAYS),
    )
    return Answer(text, (act(t, "bills"), ask(t, "collect.where_is_it")))


async def collection(talk: Talk, asked: Asked) -> Answer:
    """Where the money of this person's collections is, and whose it becomes when."""
    t = talk.t
    causes = await queries.causes_of(talk.unit, talk.customer.id)
    own = [_lies(talk, await seen_cause(talk, cause)) for cause in causes[:MOST_TOLD]]
    text = lines(*(own or [t("friends.topic_no_cause")]), t("friends.topic_cause"))
    return Answer(text, (act(t, "collections", t("friends.to_causes")), act(t, "collect", t("friends.to_collect"))))


def _lies(talk: Talk, seen: CauseBoard) -> Html:
    return talk.t(
        f"friends.topic_cause_{CauseState(seen.state)}",
        title=shortened(seen.title, NOTE_CHARACTERS),
        given=seen.given,
        day=seen.last_on,
    )


TOPICS: Final[tuple[Topic, ...]] = (
    Topic("packet.how", packet_how),
    Topic("packet.expired", packet_expired),
    Topic("bill.how", bill),
    Topic("collect.where_is_it", collection),
)
