"""Questions about funds: which price an order gets and when it is done, who may buy what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from finance_core.funds import queries
from finance_core.funds.models import NavOrder, OrderState
from finance_core.funds.product import NavFundTerms, funds_on_sale, named, names_of
from finance_core.funds.service import dates_now, fitting, require_may_buy
from finance_core.kernel.calendars import dealing
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.suitability.models import Assessment
from finance_core.suitability.queries import latest
from finance_core.suitability.rules import CLASSES, questionnaire
from handlers.chat.faults import refusal
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act
from handlers.chat.talk import Talk
from handlers.chat.topic_values import amount_asked
from handlers.chat.topics import Answer, Asked, Topic
from handlers.funds.fund_orders import may_cancel, with_funds
from handlers.funds.screens.fund_orders import order_line
from handlers.locales import Html
from handlers.phrases.normalise import fold

MOST_TOLD: Final = 3


async def fund_asked(talk: Talk, asked: Asked) -> NavFundTerms | None:
    """Return the fund that a question is about: that of its slot, else the one that its words name; None for none."""
    sold, said = await funds_on_sale(talk.unit), asked.slots.get("fund")
    return named(sold, said) if said else mentioned(sold, asked.text)


def mentioned(funds: Sequence[NavFundTerms], words: str) -> NavFundTerms | None:
    """Return the fund whose name a text has in it, the longest name first; None where it has none."""
    folded = fold(words)
    found = [(len(name), fund) for fund in funds for name in names_of(fund) if _has_word(folded, fold(name))]
    return max(found, key=lambda each: each[0])[1] if found else None


def _has_word(folded: str, name: str) -> bool:
    """Say whether a name stands in a text; one in Latin letters as a word of its own."""
    return re.search(rf"\b{re.escape(name)}\b" if name.isascii() else re.escape(name), folded) is not None


async def order_when(talk: Talk, asked: Asked) -> Answer:
    """Each order in flight: whose NAV it gets, when it is confirmed and paid, until when it may be taken back."""
    t, fund = talk.t, await fund_asked(talk, asked)
    orders = await queries.in_flight(talk.unit, talk.customer.id)
    orders = [each for each in orders if fund is None or fund.number in (each.fund_id, each.to_fund_id)]
    if not orders:
        return await _no_order(talk, fund)
    rows = [await with_funds(talk, order) for order in orders]
    told = [order_line(t, own, order, target) for order, own, target in rows]
    backs = [(order, own) for order, own, _ in rows if await may_cancel(talk, own, order)]
    text = lines(
        *told[:MOST_TOLD],
        await _until_when(talk, *backs[0]) if backs else t("funds_topics.too_late_to_take_back"),
        t("funds_topics.order_rule", cut_off=rows[0][1].cut_off),
    )
    back = tuple(_take_back(talk, order, own) for order, own in backs[:1])
    return Answer(text, (*back, act(t, "fund_orders", t("funds.my_orders")), act(t, "funds")))


async def _until_when(talk: Talk, order: NavOrder, fund: NavFundTerms) -> Html:
    """Say until when an order may be taken back: its own cut-off, or as long as its fund is suspended."""
    if await queries.is_waiting_for_suspension(talk.unit, order):
        return talk.t("funds_topics.is_suspended", name=talk.t.own(fund.name))
    return talk.t("funds_topics.may_be_taken_back", day=order.priced_on, cut_off=fund.cut_off)


async def _no_order(talk: Talk, fund: NavFundTerms | None) -> Answer:
    """Say what became of the last order, and which price one that is given now would get."""
    t = talk.t
    shown = fund or next(iter(await funds_on_sale(talk.unit)))
    last = await queries.last_order(talk.unit, talk.customer.id, fund.number if fund is not None else None)
    dates = dates_now(talk.unit, shown)
    text = lines(
        await _became(talk, last) if last is not None else t("funds_topics.no_order"),
        t("funds_topics.given_now", priced=dates.priced_on, confirm=dates.confirm_on, pays=dates.pays_on),
        t("funds_topics.order_rule", cut_off=shown.cut_off),
    )
    return Answer(text, (_page_of(talk, fund) if fund is not None else act(t, "funds"),))


async def _became(talk: Talk, order: NavOrder) -> Html:
    t, fund = talk.t, await queries.fund_numbered(talk.unit, order.fund_id)
    name = t.own(fund.name)
    if order.state == OrderState.CANCELLED:
        return t("funds_topics.was_taken_back", name=name, day=order.cancelled_on)
    if order.state == OrderState.PAID and order.paid_on is not None:
        return t("funds_topics.was_paid", name=name, day=order.paid_on)
    return t(
        "funds_topics.was_confirmed", name=name, day=order.confirmed_on or order.confirm_on, priced=order.priced_on
    )


async def who_may_buy(talk: Talk, asked: Asked) -> Answer:
    """Whether this person may buy what is asked about, or which funds fit; by their class, level and the day."""
    t, fund = talk.t, await fund_asked(talk, asked)
    held = await latest(talk.unit, talk.customer.id)
    if fund is not None:
        first, button = await _may_buy(talk, asked, fund)
        limits = t("funds_topics.limit_of", name=t.own(fund.name), limit=fund.holding_limit(talk.customer.tier))
    else:
        fits = await fitting(talk.unit, talk.customer.id)
        first, button = _what_fits(talk, held, fits), _questions(talk) if not fits else act(t, "funds")
        sold = await funds_on_sale(talk.unit)
        most = max(each.holding_limit(talk.customer.tier) for each in sold)
        limits = t("funds_topics.limit_of_each", limit=most, tier=talk.customer.tier)
    has_joined = talk.customer.has_joined
    text = lines(
        None if has_joined else t("error.join_first"),
        first,
        _class_of(talk, held),
        limits,
        _today(talk),
        t("funds_topics.who_rule"),
    )
    join = () if has_joined else (act(t, "join", t("onboarding.go_on")),)
    return Answer(text, (*join, button, *(() if fund is None else (_page_of(talk, fund),)))[:3])


async def _may_buy(talk: Talk, asked: Asked, fund: NavFundTerms) -> tuple[Html, Button]:
    """Say whether this person may buy a fund now, by the rule that the card asks too, and the act that follows."""
    t, amount = talk.t, amount_asked(asked) or fund.minimum
    name = t.own(fund.name)
    try:
        await require_may_buy(talk.unit, fund, talk.customer, amount)
    except FinanceError as refused:
        return _why_not(talk, fund, refused), _questions(talk)
    buy = act(t, "fund_buy", t("funds_topics.buy_button", name=name), fund=fund.code)
    return t("funds_topics.you_may", name=name, risk=fund.risk, minimum=fund.minimum), buy


def _why_not(talk: Talk, fund: NavFundTerms, refused: FinanceError) -> Html:
    t, name = talk.t, talk.t.own(fund.name)
    if refused.code == ErrorCode.SUITABILITY_MISSING:
        return t("suitability.needed", name=name, risk=fund.risk)
    if refused.code == ErrorCode.SUITABILITY_ABOVE:
        return t("suitability.above", name=name, risk=fund.risk, risk_class=refused.details["risk_class"])
    if refused.code == ErrorCode.ADULT_UNCONFIRMED:
        is_denied = talk.customer.adult_denied_at is not None
        return t("funds_topics.under_age") if is_denied else t("funds_topics.age_is_asked", name=name)
    return Html(refusal(t, refused).text)


def _what_fits(talk: Talk, held: Assessment | None, fits: Sequence[NavFundTerms]) -> Html:
    t = talk.t
    if fits:
        return t("funds_topics.these_fit", names=t.listed(f"{t.own(each.name)} {each.risk}" for each in fits))
    if held is None or held.valid_until < talk.unit.open_on:
        return t("funds_topics.answer_first", count=len(questionnaire().questions))
    return t("funds_topics.none_fits")


def _class_of(talk: Talk, held: Assessment | None) -> Html:
    """Say the person's class and until when it holds, or that they have none."""
    t = talk.t
    if held is None:
        return t("funds_topics.no_class")
    told = {"risk_class": CLASSES[held.risk_class - 1], "until": held.valid_until}
    return t("funds_topics.class_was" if held.valid_until < talk.unit.open_on else "funds_topics.class_is", **told)


def _today(talk: Talk) -> Html:
    """Say whether orders of today still deal today, or on which day they do."""
    today = talk.unit.local_now().date()
    if dealing().is_open(today):
        return talk.t("funds_topics.deals_today")
    return talk.t("funds_topics.deals_next", day=dealing().after(today))


def _take_back(talk: Talk, order: NavOrder, fund: NavFundTerms) -> Button:
    label = talk.t("funds_topics.take_back_button", name=talk.t.own(fund.name))
    return act(talk.t, "fund_cancel", label, order=str(order.id))


def _questions(talk: Talk) -> Button:
    return act(talk.t, "risk", talk.t("funds_topics.questions_button"))


def _page_of(talk: Talk, fund: NavFundTerms) -> Button:
    return act(talk.t, "fund", talk.t.own(fund.name), fund=fund.code)


TOPICS: Final[tuple[Topic, ...]] = (Topic("fund.order_when", order_when), Topic("wealth.who_may_buy", who_may_buy))
