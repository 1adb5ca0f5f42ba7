"""Questions about papers and levels: why they are asked for, how one gets to the next level, why it failed."""

from __future__ import annotations

from typing import Final

from finance_core.account import identity
from finance_core.account.models import CheckState
from finance_core.change_plus.product import fund_on_sale
from finance_core.change_plus.service import holding_limit
from finance_core.customers.rules import TIERS
from finance_core.deposits.product import deposit_on_sale
from finance_core.funds.product import funds_on_sale
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topics import Answer, Asked, Topic
from handlers.joining.topics.account import go_on, next_step
from handlers.locales import Html

HIGHEST: Final = len(TIERS) - 1


async def why(talk: Talk, asked: Asked) -> Answer:
    """What papers would open for this person, and what becomes of them."""
    t, tier = talk.t, talk.customer.tier
    text = lines(
        await _how_it_stands(talk) or _no_papers(talk),
        await _allows(talk, tier),
        await _allows(talk, tier + 1) if tier < HIGHEST else t("joining_topics.highest"),
        t("joining_topics.papers_rule"),
    )
    return Answer(text, (*go_on(talk), *_show(talk), ask(t, "limits.what"))[:3])


async def how(talk: Talk, asked: Asked) -> Answer:
    """How this person gets to the next level; what it opens."""
    t, tier = talk.t, talk.customer.tier
    if tier >= HIGHEST:
        text = lines(t("joining_topics.is_highest", tier=tier), await _allows(talk, tier), await _how_it_stands(talk))
        return Answer(text, (ask(t, "limits.what"),))
    step = next_step(talk)
    text = lines(
        t("joining_topics.level_by_phone") if tier == 0 else t("joining_topics.level_not_open", next=tier + 1),
        step if tier == 0 else await _how_it_stands(talk),
        await _allows(talk, tier + 1),
        t("joining_topics.papers_rule"),
    )
    return Answer(text, (*go_on(talk), *_show(talk), ask(t, "limits.what")))


async def failed(talk: Talk, asked: Asked) -> Answer:
    """How a document of this person's stands: refused and why, with the staff, or none; what may be meant instead."""
    t, tier = talk.t, talk.customer.tier
    text = lines(
        await _how_it_stands(talk) or t("joining_topics.nothing_reviewed"),
        t("joining_topics.your_level", tier=tier),
        next_step(talk),
        t("joining_topics.name_differs"),
    )
    return Answer(text, (*go_on(talk), *_show(talk), ask(t, "details.change"), ask(t, "loan.why_declined"))[:3])


def _no_papers(talk: Talk) -> Html:
    """Say that none are asked for; before the highest level, that they may be sent in."""
    t, tier = talk.t, talk.customer.tier
    may_rise = talk.customer.has_joined and tier < HIGHEST
    return t("joining_topics.papers_may_be_sent" if may_rise else "joining_topics.no_papers_asked", tier=tier)


def _show(talk: Talk) -> tuple[Button, ...]:
    """Return *Show who I am*, for who has joined and may still rise."""
    return (act(talk.t, "identity"),) if talk.customer.has_joined and talk.customer.tier < HIGHEST else ()


async def _how_it_stands(talk: Talk) -> Html | None:
    """Say how the document stands that the person handed in last; None where there is none."""
    t, last = talk.t, await identity.latest_of(talk.unit, talk.customer.id)
    if last is None:
        return None
    if last.state == CheckState.SUBMITTED:
        return t("joining_topics.identity_is_waiting", at=t.instant(last.submitted_at, talk.customer.zone))
    if last.state == CheckState.REFUSED:
        return lines(t("joining_topics.identity_was_refused"), t(f"account.refused_{last.reason}"))
    is_valid = last.expires_on >= talk.unit.open_on
    return t("joining_topics.identity_known" if is_valid else "account.known_expired", day=last.expires_on)


async def _allows(talk: Talk, tier: int) -> Html:
    """Say what a level allows: sums out, loans, Change Plus, deposits, one fund."""
    level, plus = TIERS[tier], await fund_on_sale(talk.unit)
    deposit, sold = await deposit_on_sale(talk.unit), await funds_on_sale(talk.unit)
    return talk.t(
        "joining_topics.allows_for_life" if level.out_limit_is_for_life else "joining_topics.allows",
        tier=tier,
        out=level.out_limit,
        loan=level.loan_limit,
        plus=holding_limit(plus, tier),
        deposits=deposit.limit(tier),
        fund=max((fund.holding_limit(tier) for fund in sold), default=deposit.limit(tier)),
    )


TOPICS: Final = (
    Topic("identity.why", why),
    Topic("identity.how", how),
    Topic("identity.failed", failed),
)
