"""Questions about the account: joining, who may, closing it, another one, a lost or a new phone, details."""

from __future__ import annotations

from typing import Final

from finance_core.change_plus.product import fund_on_sale
from finance_core.customers.freezing import freeze_of
from finance_core.customers.roles import roles_of
from finance_core.customers.rules import TIERS
from finance_core.customers.service import display_name, phone_of
from finance_core.journeys import my_money
from finance_core.kernel.money import BASE_CURRENCY, Money
from finance_core.loans import queries as loans
from finance_core.loans.models import LoanState
from finance_core.loans.operations.recovery import written_off_of
from finance_core.loans.origination import guarantees
from finance_core.storage.unit import Unit
from finance_core.wallet import queries as wallet
from finance_core.wallet.models import Send
from finance_core.wallet.service import sum_of
from handlers.chat.screens.base import Button
from handlers.chat.screens.cards import lines
from handlers.chat.screens.ways import act, ask
from handlers.chat.talk import Talk
from handlers.chat.topic_values import shortened
from handlers.chat.topics import Answer, Asked, Topic
from handlers.joining.zones import city_of
from handlers.locales import Html
from handlers.locales.languages import language_of

DIGITS_SHOWN: Final = 2
"""The last digits of a phone: enough to know one's own by."""
STEPS: Final = 3
"""Of joining: terms, phone, PIN."""


def go_on(talk: Talk) -> tuple[Button, ...]:
    """Return the button of the next step of joining, none for who has joined."""
    return () if talk.customer.has_joined else (act(talk.t, "join", talk.t("onboarding.go_on")),)


def next_step(talk: Talk) -> Html | None:
    """Say which step of joining is next, and how far the person is; None for who has joined."""
    t, customer = talk.t, talk.customer
    if customer.terms_accepted_at is None:
        return t("joining_topics.step_terms", number=1, steps=STEPS)
    if customer.phone_hash is None:
        return t("joining_topics.step_phone", number=2, steps=STEPS)
    if customer.pin_hash is None:
        return t("joining_topics.step_pin", number=3, steps=STEPS)
    return None


def phone_on_file(talk: Talk) -> Html:
    """Say which phone is kept, by its last digits; that none is."""
    phone = phone_of(talk.customer, talk.cipher)
    if phone is None:
        return talk.t("joining_topics.no_phone")
    return talk.t("joining_topics.phone_ends", digits=phone[-DIGITS_SHOWN:])


# -- joining ------------------------------------------------------------------------------------------------------


async def join(talk: Talk, asked: Asked) -> Answer:
    """Which step of joining this person is at, and what may be wrong there."""
    t, step = talk.t, next_step(talk)
    text = lines(
        step or t("joining_topics.has_joined", tier=talk.customer.tier),
        t("joining_topics.join_rule"),
        t("joining_topics.phone_may_be_held") if talk.customer.phone_hash is None else None,
    )
    return Answer(text, (*go_on(talk), act(t, "help")))


async def who_may_join(talk: Talk, asked: Asked) -> Answer:
    """Who may have an account, and contracts; how that stands for this person."""
    t, customer = talk.t, talk.customer
    if customer.adult_denied_at is not None:
        day = customer.adult_denied_at.astimezone(talk.unit.zone).date()
        own = t("joining_topics.said_under_age", day=day)
    elif customer.has_joined:
        own = t("joining_topics.you_are_in", tier=customer.tier)
    else:
        own = t("joining_topics.you_may_join")
    text = lines(own, t("joining_topics.who_rule"), t("joining_topics.level_0_may", limit=TIERS[0].out_limit))
    return Answer(text, (*go_on(talk), ask(t, "limits.what")))


# -- closing, another account --------------------------------------------------------------------------------------


async def close(talk: Talk, asked: Asked) -> Answer:
    """What stands in the way of closing, each with its sum and the act that clears it; what is kept all the same."""
    t, unit, me = talk.t, talk.unit, talk.customer.id
    held = await my_money.holdings(unit, await fund_on_sale(unit), me)
    owed = await owed_by(unit, me)
    own = [each for each in await wallet.waiting(unit, me) if each.sender_id == me]
    sends = (*_take_back(talk, own), act(t, "balance"))
    vouched = await vouched_by(unit, me)
    in_the_way = [
        (t("joining_topics.way_loans", amount=owed), act(t, "repay"), owed),
        (t("joining_topics.way_vouched", amount=vouched), act(t, "guarantees", t("guarantors.mine")), vouched),
        (t("joining_topics.way_sends", amount=held.wallet.on_its_way), sends[0], held.wallet.on_its_way),
        (
            t("joining_topics.way_plus", amount=held.change_plus.total),
            act(t, "withdraw", t("wealth.take_out"), source="plus"),
            held.change_plus.total,
        ),
        (
            t("joining_topics.way_deposits", amount=held.deposits),
            act(t, "deposits", t("deposits.mine")),
            held.deposits,
        ),
        (t("joining_topics.way_funds", amount=held.funds), act(t, "funds"), held.funds),
        (t("joining_topics.way_wallet", amount=held.wallet.available), act(t, "withdraw"), held.wallet.available),
    ]
    open_ = [(line, button) for line, button, amount in in_the_way if amount]
    has_role = bool(await roles_of(unit, me))
    text = lines(
        t("joining_topics.not_yet_free") if open_ or has_role else t("joining_topics.nothing_in_the_way"),
        *[line for line, _ in open_],
        t("joining_topics.way_role") if has_role else None,
        t("joining_topics.close_by_a_person"),
        t("joining_topics.what_stays"),
    )
    return Answer(text, (*(button for _, button in open_[:2]), act(t, "close_account", t("privacy.close_button"))))


async def owed_by(unit: Unit, customer_id: int) -> Money:
    """Return what would settle all of a person's loans today, those that were written off too."""
    running = await loans.of_customer(unit, customer_id, LoanState.ACTIVE)
    views = [await loans.view(unit, loan) for loan in running]
    written_off = [left for _, left in await written_off_of(unit, customer_id)]
    return sum((*(view.settlement for view in views), *written_off), Money.zero(BASE_CURRENCY))


async def vouched_by(unit: Unit, customer_id: int) -> Money:
    """Return what a person may still be asked for as somebody's guarantor, while those loans run."""
    views = await guarantees.standing_for(unit, customer_id)
    running = [view for view in views if view.loan is not None and view.loan.state == LoanState.ACTIVE]
    left = [view.at_most - Money(view.guarantee.paid, view.at_most.asset) for view in running]
    return sum(left, Money.zero(BASE_CURRENCY))


async def other_account(talk: Talk, asked: Asked) -> Answer:
    """One person has one account; what this one has, and what to do from a new Telegram."""
    t, unit = talk.t, talk.unit
    held = await my_money.holdings(unit, await fund_on_sale(unit), talk.customer.id)
    text = lines(
        t("joining_topics.one_account"),
        t("joining_topics.this_account", amount=held.total),
        phone_on_file(talk),
        t("joining_topics.use_the_old_one") if not talk.customer.has_joined else t("joining_topics.stays_with_you"),
        t("joining_topics.other_by_a_person"),
    )
    move = () if talk.customer.phone_hash is not None else (act(t, "move_account"),)
    return Answer(text, (*move, *go_on(talk), ask(t, "phone.lost")))


# -- the phone ----------------------------------------------------------------------------------------------------


async def phone_lost(talk: Talk, asked: Asked) -> Answer:
    """Lock first: whether it is locked, what that stops and what goes on; what has not been accepted yet."""
    t, customer = talk.t, talk.customer
    own = [each for each in await wallet.waiting(talk.unit, customer.id) if each.sender_id == customer.id]
    on_its_way = sum((sum_of(each) for each in own), Money.zero(BASE_CURRENCY))
    locked_at = customer.outflow_locked_at
    if locked_at is None:
        first = t("joining_topics.lock_now")
    else:
        first = t("joining_topics.locked_since", at=t.instant(locked_at, customer.zone))
    freeze = await freeze_of(talk.unit, customer.id)
    text = lines(
        t("people.you_are_frozen", at=t.instant(freeze.frozen_at, customer.zone)) if freeze is not None else None,
        first,
        t("joining_topics.lock_stops"),
        t("joining_topics.lock_sends", amount=on_its_way) if own else None,
        t("joining_topics.pin_protects") if customer.pin_hash is not None else None,
        t("joining_topics.lost_role") if await roles_of(talk.unit, customer.id) else None,
        t("joining_topics.lost_then"),
    )
    lock = act(t, "lock", t("joining_topics.lock_button")) if locked_at is None else act(t, "settings")
    return Answer(text, (lock, *_take_back(talk, own), ask(t, "account.other_account")))


def _take_back(talk: Talk, own: list[Send]) -> tuple[Button, ...]:
    """Return *Take back* of the send that has waited longest to be accepted."""
    return tuple(
        Button(talk.t("wallet.take_back_sum", amount=sum_of(each)), f"takeback:{each.token}") for each in own[:1]
    )


async def phone_changed(talk: Talk, asked: Asked) -> Answer:
    """Which phone is on file, and how another comes there."""
    t, customer = talk.t, talk.customer
    if customer.phone_hash is None:
        return Answer(
            lines(t("joining_topics.no_phone"), t("joining_topics.join_rule")), (*go_on(talk), act(t, "help"))
        )
    text = lines(
        phone_on_file(talk),
        t("joining_topics.phone_not_changed_here"),
        t("joining_topics.telegram_is_enough"),
    )
    return Answer(text, (act(t, "change_phone"), ask(t, "phone.lost")))


async def code_not_received(talk: Talk, asked: Asked) -> Answer:
    """No codes are sent: which step is next, and that whoever asks for a code is not us."""
    t = talk.t
    text = lines(
        t("joining_topics.no_codes"),
        next_step(talk) or phone_on_file(talk),
        t("joining_topics.pin_is_yours") if talk.customer.pin_hash is not None else None,
        t("joining_topics.never_ask"),
    )
    return Answer(text, (*go_on(talk), ask(t, "contact.why_called"), ask(t, "pin.forgotten"))[:3])


# -- details ------------------------------------------------------------------------------------------------------


async def details(talk: Talk, asked: Asked) -> Answer:
    """What is on file, masked; what can be changed here, and what takes a person."""
    t, customer = talk.t, talk.customer
    income = customer.monthly_income
    text = lines(
        t("joining_topics.on_file", name=shortened(display_name(customer, talk.cipher))),
        phone_on_file(talk),
        t(
            "joining_topics.language_and_zone",
            language=language_of(customer.language).name,
            zone=city_of(customer.zone, t.language),
        ),
        t("joining_topics.income_on_file", amount=Money(income, BASE_CURRENCY)) if income is not None else None,
        t("joining_topics.change_here"),
        t("joining_topics.change_by_a_person"),
    )
    return Answer(text, (act(t, "settings"), act(t, "account")))


TOPICS: Final = (
    Topic("account.join", join),
    Topic("account.who_may_join", who_may_join),
    Topic("account.close", close),
    Topic("account.other_account", other_account),
    Topic("phone.lost", phone_lost),
    Topic("phone.changed", phone_changed),
    Topic("code.not_received", code_not_received),
    Topic("details.change", details),
)
