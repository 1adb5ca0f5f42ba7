"""Questions about sends: how one sends, where a send is, why one failed, whether it can be stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from finance_core.customers.blocking import require_reaches
from finance_core.customers.freezing import freeze_of
from finance_core.customers.service import out_limit
from finance_core.intents import Intent, IntentState
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, NotAllowed
from finance_core.kernel.money import Money
from finance_core.wallet import queries
from finance_core.wallet.models import Send, SendState
from finance_core.wallet.rules import ACCEPT_WITHIN, DELAYS_HOURS
from finance_core.wallet.service import send_reference, sum_of
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.locales import Html
from handlers.phrases.sends import BY_LINK
from handlers.wallet import payees
from handlers.wallet.intents import PayRequest, SendMoney
from handlers.wallet.topics.common import available, became_of, has_rail, last_card, name_of, offered_by, what_stops
from handlers.wallet.topics.movements import named_by_reference, same_reference

HOURS: Final = ACCEPT_WITHIN // timedelta(hours=1)
MOST_LOOKED_THROUGH: Final = 50
"""Sends that a reference, a sum or a name is looked for in, the newest."""
MOST_TOLD: Final = 2
"""Sends that an answer tells of, the nearest to what was asked."""


async def how(talk: Talk, asked: Asked) -> Answer:
    """How one sends, whether this person can now, what it costs, until when it can be taken back."""
    t, amount = talk.t, amount_asked(asked)
    stop, there = await what_stops(talk, amount), await available(talk)
    out = await out_limit(talk.unit, talk.customer)
    text = lines(
        t("wallet_topics.send_how") if stop is None else stop.text,
        t("wallet_topics.can_send", available=there, left=out.left),
        t("wallet_topics.send_rule", fee=Money.zero(there.asset), hours=HOURS),
    )
    said = {"amount": f"{amount.decimal:f}"} if amount else {}
    by_link = act(t, "send", t("wallet_topics.by_link_button"), payee=BY_LINK, **said)
    return Answer(text, (*_way_out(stop), act(t, "send", **said), by_link)[:3])


async def not_arrived(talk: Talk, asked: Asked) -> Answer:
    """Where a send is: on its way until when, accepted, come back; and what waits for the person's own *Accept*."""
    t, me = talk.t, talk.customer.id
    other = await _no_send_of_mine(talk, asked)
    if other is not None:
        return other
    waiting = await queries.waiting(talk.unit, me)
    own = await _asked_about(talk, asked, [each for each in waiting if each.sender_id == me])
    coming = await _asked_about(talk, asked, [each for each in waiting if each.sender_id != me])
    told = [await _standing(talk, each) for each in (*own, *coming)[:MOST_TOLD]]
    if not told:
        told = await _last(talk, asked)
    is_locked = bool(own) and talk.customer.outflow_locked_at is not None
    is_frozen = bool(own) and await freeze_of(talk.unit, me) is not None
    text = lines(
        *(told or [t("wallet_topics.nothing_on_its_way")]),
        t("people.frozen_sends") if is_frozen else None,
        t("wallet_topics.locked_sends") if is_locked else None,
        t("wallet_topics.accept_rule", hours=HOURS),
    )
    buttons = (*_take_back(talk, own), *_open(talk, coming), act(t, "history"))
    return Answer(text, buttons[:3])


async def cancel(talk: Talk, asked: Asked) -> Answer:
    """Whether a send can be stopped: while nobody has accepted it, by a tap; after that only by asking for it back."""
    t, me = talk.t, talk.customer.id
    other = await _no_send_of_mine(talk, asked)
    if other is not None:
        return other
    own = [each for each in await queries.waiting(talk.unit, me) if each.sender_id == me]
    meant = await _asked_about(talk, asked, own)
    own = meant if _names_one(asked) else meant or own
    if own:
        told = [await _standing(talk, each) for each in own[:MOST_TOLD]]
        text = lines(t("wallet_topics.can_take_back"), *told, t("wallet_topics.take_back_rule"))
        return Answer(text, (*_take_back(talk, own), act(t, "history"))[:3])
    delays = " / ".join(str(hours) for hours in DELAYS_HOURS[1:])
    told = await _last(talk, asked) or [t("wallet_topics.nothing_sent")]
    text = lines(
        t("wallet_topics.cannot_take_back"), *told, t("wallet_topics.taken_is_theirs"),
        t("wallet_topics.delay_rule", hours=delays),
    )  # fmt: skip
    return Answer(text, (*await _ask_back(talk, asked), act(t, "history")))


async def failed(talk: Talk, asked: Asked) -> Answer:
    """What stops a send now, with the figures of the rule that does; and what became of the last one that was tried."""
    t = talk.t
    card = await last_card(talk, "wallet.send", "wallet.pay_request")
    tried = _tried(talk, card)
    amount = amount_asked(asked) or (tried.sum if tried is not None else None)
    stop = await _unreachable(talk, asked, tried) or await what_stops(talk, amount)
    out, there = await out_limit(talk.unit, talk.customer), await available(talk)
    text = lines(
        stop.text if stop is not None else t("wallet_topics.nothing_stops", available=there, left=out.left),
        await _became(talk, asked, card, tried),
        t("wallet_topics.refused_moves_nothing"),
    )
    own = [each for each in await queries.waiting(talk.unit, talk.customer.id) if each.sender_id == talk.customer.id]
    can_top_up = (act(t, "topup"),) if has_rail(talk) and stop is not None and not stop.buttons else ()
    return Answer(text, (*_take_back(talk, own)[:1], *_way_out(stop), act(t, "send"), *can_top_up)[:3])


# -- inside -------------------------------------------------------------------------------------------------------


def _names_one(asked: Asked) -> bool:
    return "reference" in asked.slots


async def _no_send_of_mine(talk: Talk, asked: Asked) -> Answer | None:
    """Tell of the movement that a reference names where it is no send of this person's; None where it is one."""
    if not _names_one(asked):
        return None
    sent = await queries.sends_of(talk.unit, talk.customer.id, MOST_LOOKED_THROUGH)
    return None if await _asked_about(talk, asked, sent) else await named_by_reference(talk, asked)


async def _asked_about(talk: Talk, asked: Asked, sends: list[Send]) -> list[Send]:
    """Return the sends that a question may mean: of its reference, of its sum, to or from whom it names."""
    if _names_one(asked):
        named = asked.slots["reference"]
        return [each for each in sends if same_reference(await send_reference(talk.unit, each), named)]
    amount, said = amount_asked(asked), asked.slots.get("payee")
    people = {each.id for each in await payees.called(talk, said)} if said else set()
    me = talk.customer.id
    return [
        each
        for each in sends
        if (amount is None or sum_of(each) == amount)
        and (not people or (each.payee_id if each.sender_id == me else each.sender_id) in people)
    ]


async def _standing(talk: Talk, sent: Send) -> Html:
    """Say where a send stands, with its sum, the other's name, its instants and its reference."""
    t, zone, is_own = talk.t, talk.customer.zone, sent.sender_id == talk.customer.id
    name = await name_of(talk, sent.payee_id if is_own else sent.sender_id)
    told = {"amount": sum_of(sent), "name": name, "reference": await send_reference(talk.unit, sent)}
    if not is_own:
        return t("wallet_topics.waits_for_you", until=t.instant(sent.returns_at, zone), **told)
    if sent.state != SendState.WAITING:
        at = t.instant(sent.settled_at or sent.sent_at, zone)
        key = "wallet_topics.was_accepted" if sent.state == SendState.ACCEPTED else "wallet_topics.came_back"
        return t(key, at=at, **told)
    if sent.delivers_at > talk.unit.now:
        return t("wallet_topics.is_delayed", at=t.instant(sent.delivers_at, zone), hours=HOURS, **told)
    since, until = t.instant(sent.sent_at, zone), t.instant(sent.returns_at, zone)
    return t("wallet_topics.is_on_its_way", since=since, until=until, **told)


async def _last_sent(talk: Talk, asked: Asked) -> Send | None:
    sent = await queries.sends_of(talk.unit, talk.customer.id, MOST_LOOKED_THROUGH)
    meant = await _asked_about(talk, asked, sent)
    return next(iter(meant or sent), None)


async def _last(talk: Talk, asked: Asked) -> list[Html]:
    """Say where the last send stands, the one that is asked about before others; nothing where there is none."""
    last = await _last_sent(talk, asked)
    return [await _standing(talk, last)] if last is not None else []


async def _ask_back(talk: Talk, asked: Asked) -> tuple[Button, ...]:
    """Return the button that asks whoever accepted the last send for it."""
    last = await _last_sent(talk, asked)
    if last is None or last.payee_id is None or last.state != SendState.ACCEPTED:
        return ()
    label, said = talk.t("wallet_topics.ask_back", amount=sum_of(last)), f"{sum_of(last).decimal:f}"
    return (act(talk.t, "request", label, payee=f"#{last.payee_id}", amount=said),)


def _take_back(talk: Talk, own: list[Send]) -> tuple[Button, ...]:
    return tuple(
        Button(talk.t("wallet.take_back_sum", amount=sum_of(each)), f"takeback:{each.token}")
        for each in own[:MOST_TOLD]
    )


def _open(talk: Talk, coming: list[Send]) -> tuple[Button, ...]:
    """Return the ways to the cards of what waits to be accepted: the tap shows one, with *Accept* on it."""
    return tuple(
        Button(talk.t("wallet_topics.see_waiting", amount=sum_of(each)), f"waits:{each.token}")
        for each in coming[:MOST_TOLD]
    )


def _tried(talk: Talk, card: Intent | None) -> SendMoney | PayRequest | None:
    """Return what the last card of a send offered; None without one, or for one of an older shape."""
    is_request = card is not None and card.action == "wallet.pay_request"
    return offered_by(talk, card, PayRequest) if is_request else offered_by(talk, card, SendMoney)


async def _became(talk: Talk, asked: Asked, card: Intent | None, tried: SendMoney | PayRequest | None) -> Html:
    """Say what became of the last send that was tried: where it stands, or why it was not carried out."""
    t = talk.t
    if card is None or tried is None:
        return t("wallet_topics.never_tried")
    if card.state == IntentState.DONE:
        return (await _last(talk, asked) or [t("wallet_topics.last_was_paid", amount=tried.sum)])[0]
    at = t.instant(card.created_at, talk.customer.zone)
    return t("wallet_topics.last_tried", amount=tried.sum, at=at, became=became_of(talk, card))


async def _unreachable(talk: Talk, asked: Asked, tried: SendMoney | PayRequest | None) -> Screen | None:
    """Return the refusal that the payee is the reason of: oneself, or somebody who takes nothing from the person."""
    said = asked.slots.get("payee")
    people = [each.id for each in await payees.called(talk, said)] if said else []
    if not people and isinstance(tried, SendMoney) and tried.payee is not None:
        people = [tried.payee]
    if len(people) != 1:
        return None
    try:
        if people[0] == talk.customer.id:
            raise NotAllowed(ErrorCode.SEND_TO_SELF)
        await require_reaches(talk.unit, talk.customer.id, people[0])
    except FinanceError as refused:
        return refusal(talk.t, refused)
    return None


def _way_out(stop: Screen | None) -> tuple[Button, ...]:
    return stop.buttons[0] if stop is not None and stop.buttons else ()


TOPICS: Final = (
    Topic("send.how", how),
    Topic("send.not_arrived", not_arrived),
    Topic("send.failed", failed),
    Topic("send.cancel", cancel),
)
