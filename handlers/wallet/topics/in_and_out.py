"""Questions about money from outside and to the outside: top-ups, withdrawals, cards and bank accounts."""

from __future__ import annotations

from typing import Final

from finance_core.customers.service import out_limit
from finance_core.intents import IntentState
from finance_core.journeys import change_plus
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import RuleViolation
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.ledger import Line
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.wallet import queries
from finance_core.wallet.rules import MAXIMUM
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.locales import Html
from handlers.wallet.intents import TakeOut, TopUp, Withdraw
from handlers.wallet.topics.common import available, became_of, has_rail, last_card, offered_by, what_stops
from handlers.wallet.topics.movements import named_by_reference

TOPPED_UP: Final = "wallet.topup"
WITHDRAWN: Final = "wallet.withdraw"
MOST_TOLD: Final = 3


async def linked(talk: Talk, asked: Asked) -> Answer:
    """Which bank account or card is kept here: none; where money comes from and goes, what debits are taken from."""
    t = talk.t
    running = await loans.of_customer(talk.unit, talk.customer.id, LoanState.ACTIVE)
    debited = [loan for loan in running if loan.automatic_debit]
    from_plus = any(loan.debit_from_change_plus for loan in debited)
    text = lines(
        t("wallet_topics.none_linked"),
        t("wallet_topics.in_wallet", amount=await available(talk)),
        (t("wallet_topics.debits_both") if from_plus else t("wallet_topics.debits_wallet")) if debited else None,
        t("wallet_topics.ways") if has_rail(talk) else refusal(t, RuleViolation(ErrorCode.NO_RAIL)).text,
    )
    ways = (act(t, "topup"), _withdraw(talk)) if has_rail(talk) else (act(t, "balance"),)
    return Answer(text, ways)


# -- top-ups ------------------------------------------------------------------------------------------------------


async def topup_how(talk: Talk, asked: Asked) -> Answer:
    """How money from outside comes in: over the rail that there is, how much, what it costs, how long it takes."""
    t, there = talk.t, await available(talk)
    request = act(t, "request")
    if not has_rail(talk):
        text = lines(
            refusal(t, RuleViolation(ErrorCode.NO_RAIL)).text,
            t("wallet_topics.in_wallet", amount=there),
            t("wallet_topics.by_itself_never"),
        )
        return Answer(text, (request,))
    amount = amount_asked(asked)
    said = {"amount": f"{amount.decimal:f}"} if amount is not None and amount <= MAXIMUM else {}
    text = lines(
        t("wallet_topics.topup_how", most=MAXIMUM, fee=Money.zero(BASE_CURRENCY)),
        t("wallet_topics.in_wallet", amount=there),
        t("wallet_topics.by_itself_never"),
    )
    return Answer(text, (*_join(talk), act(t, "topup", **said), request))


async def topup_not_arrived(talk: Talk, asked: Asked) -> Answer:
    """Whether a top-up has come: the last ones with their references, or what became of the card that was shown."""
    t, amount = talk.t, amount_asked(asked)
    by_reference = await named_by_reference(talk, asked)
    if by_reference is not None:
        return by_reference
    found = await _newest(talk, TOPPED_UP, amount)
    others = await _newest(talk, TOPPED_UP, None) if amount is not None and not found else []
    if found:
        first = t("wallet_topics.topup_came", **_told(talk, found[0]))
    elif amount is not None:
        first = t("wallet_topics.topup_of_sum_never_came", amount=amount)
    else:
        first = t("wallet_topics.topup_never_came")
    more = (found[1:] or others)[: MOST_TOLD - 1]
    text = lines(
        first,
        *(t("wallet_topics.movement", **_told(talk, line)) for line in more),
        await _unfinished(talk, TOPPED_UP, TopUp),
        t("wallet_topics.topup_rule") if has_rail(talk) else refusal(t, RuleViolation(ErrorCode.NO_RAIL)).text,
    )
    again = (act(t, "topup"),) if has_rail(talk) and not found else ()
    return Answer(text, (*again, act(t, "history")))


# -- withdrawals --------------------------------------------------------------------------------------------------


async def withdraw_how(talk: Talk, asked: Asked) -> Answer:
    """How money leaves for a bank: what may, what it costs, that it takes the PIN; out of Change Plus first."""
    t, amount = talk.t, amount_asked(asked)
    stop, there = await _stops(talk, amount), await available(talk)
    out = await out_limit(talk.unit, talk.customer)
    inside = await change_plus.at_once(talk.unit, talk.customer.id)
    text = lines(
        stop.text if stop is not None else t("wallet_topics.withdraw_how", amount=min(there, out.left)),
        t("wallet_topics.can_send", available=there, left=out.left),
        t("wallet_topics.plus_first", amount=inside) if inside else None,
        t("wallet_topics.withdraw_rule", fee=Money.zero(BASE_CURRENCY)) if has_rail(talk) else None,
    )
    return Answer(text, (*_way_out(stop), *_acts(talk, inside, amount))[:3] or (act(t, "balance"),))


async def withdraw_failed(talk: Talk, asked: Asked) -> Answer:
    """What stops a withdrawal now, with the figures of the rule that does; and what became of the last one tried."""
    t = talk.t
    card = await last_card(talk, WITHDRAWN, "change_plus.take_out")
    is_out = card is None or card.action == WITHDRAWN
    tried: Withdraw | TakeOut | None = offered_by(talk, card, Withdraw) if is_out else offered_by(talk, card, TakeOut)
    amount = amount_asked(asked) or (tried.sum if tried is not None else None)
    stop, there = await _stops(talk, amount), await available(talk)
    out = await out_limit(talk.unit, talk.customer)
    inside = await change_plus.at_once(talk.unit, talk.customer.id)
    if card is None or tried is None:
        became = t("wallet_topics.withdraw_never_tried")
    elif card.state == IntentState.DONE:
        became = t(
            "wallet_topics.last_withdrawal_went", amount=tried.sum, at=t.instant(card.created_at, talk.customer.zone)
        )
    else:
        at = t.instant(card.created_at, talk.customer.zone)
        became = t("wallet_topics.last_tried", amount=tried.sum, at=at, became=became_of(talk, card))
    text = lines(
        stop.text if stop is not None else t("wallet_topics.nothing_stops", available=there, left=out.left),
        became,
        t("wallet_topics.plus_first", amount=inside) if inside else None,
        t("wallet_topics.refused_moves_nothing"),
    )
    return Answer(text, (*_way_out(stop), *_acts(talk, inside, amount))[:3] or (act(t, "balance"),))


async def withdraw_not_arrived(talk: Talk, asked: Asked) -> Answer:
    """Where a withdrawal is: the last ones with their instants and references."""
    t, amount = talk.t, amount_asked(asked)
    by_reference = await named_by_reference(talk, asked)
    if by_reference is not None:
        return by_reference
    found = await _newest(talk, WITHDRAWN, amount) or await _newest(talk, WITHDRAWN, None)
    first = t("wallet_topics.withdrawal_left", **_told(talk, found[0])) if found else t("wallet_topics.withdrawn_never")
    text = lines(
        first,
        *(t("wallet_topics.movement", **_told(talk, line)) for line in found[1:MOST_TOLD]),
        await _unfinished(talk, WITHDRAWN, Withdraw),
        t("wallet_topics.withdrawal_rule"),
        refusal(t, RuleViolation(ErrorCode.NO_RAIL)).text if not has_rail(talk) else None,
    )
    return Answer(text, (act(t, "history"), act(t, "balance")))


# -- inside -------------------------------------------------------------------------------------------------------


async def _newest(talk: Talk, kind: str, amount: Money | None) -> list[Line]:
    return await queries.newest_of(talk.unit, talk.customer.id, BASE_CURRENCY, (kind,), amount=amount, limit=MOST_TOLD)


def _told(talk: Talk, line: Line) -> dict[str, object]:
    """Return what is told of a movement: its sum without a sign, when it was written, its reference."""
    return {
        "amount": Money(abs(line.amount.amount), line.amount.asset),
        "at": talk.t.instant(line.posted_at, talk.customer.zone),
        "reference": line.reference,
    }


async def _unfinished(talk: Talk, action: str, kind: type[TopUp | Withdraw]) -> Html | None:
    """Say that the newest card of an action was not carried out, which may be what is missed; None where it was."""
    card = await last_card(talk, action)
    if card is None or card.state == IntentState.DONE:
        return None
    offered = offered_by(talk, card, kind)
    if offered is None:
        return None
    at = talk.t.instant(card.created_at, talk.customer.zone)
    return talk.t("wallet_topics.card_was_shown", amount=offered.sum, at=at, became=became_of(talk, card))


async def _stops(talk: Talk, amount: Money | None) -> Screen | None:
    """Return what stops a withdrawal now: that there is no way out, or what stops any money that leaves."""
    if not has_rail(talk):
        return refusal(talk.t, RuleViolation(ErrorCode.NO_RAIL))
    return await what_stops(talk, amount)


def _acts(talk: Talk, inside: Money, amount: Money | None) -> tuple[Button, ...]:
    """Return the ways to the cards: out of the wallet over the rail, out of Change Plus where something is in it."""
    take_out = (act(talk.t, "withdraw", talk.t("wealth.take_out"), source="plus"),) if inside else ()
    return (*((_withdraw(talk, amount),) if has_rail(talk) else ()), *take_out)


def _withdraw(talk: Talk, amount: Money | None = None) -> Button:
    said = {"amount": f"{amount.decimal:f}"} if amount is not None else {}
    return act(talk.t, "withdraw", talk.t("wallet_topics.withdraw_button"), source="wallet", **said)


def _way_out(stop: Screen | None) -> tuple[Button, ...]:
    return stop.buttons[0] if stop is not None and stop.buttons else ()


def _join(talk: Talk) -> tuple[Button, ...]:
    return () if talk.customer.has_joined else (act(talk.t, "join", talk.t("onboarding.go_on")),)


TOPICS: Final = (
    Topic("bank.linked", linked),
    Topic("topup.how", topup_how),
    Topic("topup.not_arrived", topup_not_arrived),
    Topic("withdraw.how", withdraw_how),
    Topic("withdraw.failed", withdraw_failed),
    Topic("withdraw.not_arrived", withdraw_not_arrived),
)
