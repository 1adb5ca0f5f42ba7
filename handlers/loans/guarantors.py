"""Standing for somebody's loan: naming people, their answer, what they are asked to pay, paying them back."""

from __future__ import annotations

import re
from typing import Final

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from finance_core.customers.models import Customer
from finance_core.customers.queries import by_id, by_phone, by_telegram_id
from finance_core.customers.rules import normalised_phone
from finance_core.customers.service import display_name, username_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError, NotFound
from finance_core.kernel.payloads import Nothing
from finance_core.loans.origination import applications, guarantees
from finance_core.loans.origination.quoting import product_named
from handlers.chat.actions import Action, shows
from handlers.chat.arguments import id_in
from handlers.chat.confirm import offer
from handlers.chat.filters import Asked, Means, Tap
from handlers.chat.mentions import as_written, person_named
from handlers.chat.questions import Question, Slots, ask
from handlers.chat.screens.base import Screen
from handlers.chat.talk import Talk
from handlers.loans.intents import NamePeople, OfGuarantee, PaidBetween
from handlers.loans.screens import guarantors as screens

router = Router(name="guarantors")
_NAMED: Final = re.compile(r"@\w+|\+?\d[\d -]{6,}\d")
"""A @username or a phone number, in a text that names several."""


# -- naming them ----------------------------------------------------------------------------------------------------


async def group_screen(talk: Talk, application_id: int) -> Screen:
    """Show who has been asked to stand for an offer; where somebody is still to be named, ask for all of them."""
    application = await applications.of_customer(talk.unit, application_id, talk.customer.id)
    standing = await guarantees.of_application(talk.unit, application_id)
    names = {each.customer_id: await _name(talk, each.customer_id) for each in standing}
    is_open = not standing or any(each.state == "refused" for each in standing)
    if is_open:
        await ask(talk.state, "guarantors", "people", {"application": str(application_id)})
    product = await product_named(talk.unit, application.product)
    assert product.guarantees is not None
    return screens.group(talk.t, application, standing, names, product.guarantees)


@router.callback_query(Tap("group"))
async def group(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show who stands for an offer so far."""
    return await group_screen(talk, id_in(arguments, ErrorCode.GUARANTEE))


@router.message(Means("guarantors"))
async def named(event: Message, talk: Talk, slots: Slots) -> Screen:
    """Take the people who are named, by @username, mention or phone; whom nobody knows is asked for again."""
    said = _NAMED.findall(slots["people"])
    people = [await _found(talk, each.strip()) for each in said]
    return await _offer(talk, int(slots["application"]), people, slots.get("known", ""))


@router.message(F.contact, Asked("people"))
async def by_contact(message: Message, talk: Talk, question: Question) -> Screen:
    """Take a shared contact as one more of them."""
    contact = message.contact
    assert contact is not None
    person = await by_telegram_id(talk.unit, contact.user_id) if contact.user_id else None
    person = person or await by_phone(talk.unit, normalised_phone(contact.phone_number), talk.cipher)
    if person is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=contact.first_name)
    return await _offer(talk, int(question.slots["application"]), [person], question.slots.get("known", ""))


async def _offer(talk: Talk, application_id: int, people: list[Customer], known: str) -> Screen:
    """Show everybody who is named so far; more may be named until it is confirmed."""
    ids = list(dict.fromkeys([*map(int, known.split(",") if known else ()), *(person.id for person in people)]))
    application = await applications.of_customer(talk.unit, application_id, talk.customer.id)
    product = await product_named(talk.unit, application.product)
    assert product.guarantees is not None
    slots = {"application": str(application_id), "known": ",".join(map(str, ids))}
    await ask(talk.state, "guarantors", "people", slots)
    names = [await _name(talk, person) for person in ids]
    text = screens.people_card(talk.t, names, product.guarantees)
    if not product.guarantees.least <= len(ids) <= product.guarantees.most:
        return Screen(text)
    return await offer(talk, NAME, NamePeople(application=application_id, people=tuple(ids)), text)


async def _do_name(talk: Talk, params: NamePeople, key: str) -> Nothing:
    await guarantees.name(talk.unit, talk.cipher, params.application, talk.customer.id, params.people)
    return Nothing()


async def _found(talk: Talk, said: str) -> Customer:
    """Return whom a @username, a mention or a phone names. Raises NotFound: `payee_unknown`."""
    if said.startswith("@"):
        person = await person_named(talk, said)
    else:
        try:
            person = await by_phone(talk.unit, normalised_phone(said), talk.cipher)
        except FinanceError:
            person = None
    if person is None:
        raise NotFound(ErrorCode.PAYEE_UNKNOWN, payee=as_written(talk, said))
    return person


async def _name(talk: Talk, customer_id: int) -> str:
    person = await by_id(talk.unit, customer_id)
    name, username = display_name(person, talk.cipher), username_of(person, talk.cipher)
    return f"{name} (@{username})" if username else name


# -- standing -------------------------------------------------------------------------------------------------------


@router.message(Means("guarantees"))
@router.callback_query(Means("guarantees"))
async def standing_for(event: Message | CallbackQuery, talk: Talk) -> list[Screen]:
    """Show what a person stands for: each loan with the share, the most it can come to, and what is asked for now."""
    return await standing_screens(talk) or [screens.nothing(talk.t)]


async def standing_screens(talk: Talk) -> list[Screen]:
    """Return a card for each thing that a person stands for."""
    found = await guarantees.standing_for(talk.unit, talk.customer.id)
    return [screens.standing(talk.t, each, await _name(talk, each.borrower.id)) for each in found]


async def claim_screens(talk: Talk) -> list[Screen]:
    """Return a card for each person who has paid for one's own loan and is to get it back."""
    claims = await guarantees.claims_on(talk.unit, talk.customer.id)
    return [screens.claim_on_me(talk.t, each, await _name(talk, each.customer_id)) for each in claims]


@router.callback_query(Tap("stand"))
async def look(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show for what one is asked to stand; Confirm and the PIN accept it."""
    view = await guarantees.standing(talk.unit, id_in(arguments, ErrorCode.GUARANTEE), talk.customer.id)
    name = await _name(talk, view.borrower.id)
    if view.guarantee.state != "asked":
        return screens.standing(talk.t, view, name)
    application = await applications.locked(talk.unit, view.guarantee.application_id)
    product = await product_named(talk.unit, application.product)
    assert product.guarantees is not None
    text = screens.stand_card(talk.t, view, name, product.guarantees, application)
    card = await offer(talk, ACCEPT, OfGuarantee(guarantee=view.guarantee.id), text)
    return Screen(card.text, (*card.buttons, screens.refuse_row(talk.t, view.guarantee.id)))


@router.callback_query(Tap("stand_no"))
async def refuse(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Refuse to stand; the applicant names others."""
    await guarantees.answer(talk.unit, id_in(arguments, ErrorCode.GUARANTEE), talk.customer.id, accepts=False)
    return screens.refused(talk.t)


async def _do_accept(talk: Talk, params: OfGuarantee, key: str) -> Nothing:
    await guarantees.answer(talk.unit, params.guarantee, talk.customer.id, accepts=True)
    return Nothing()


@router.callback_query(Tap("stand_pay"))
async def pay(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay what is asked for now. Raises RuleViolation `nothing_owed` when it is confirmed too late."""
    view = await guarantees.standing(talk.unit, id_in(arguments, ErrorCode.GUARANTEE), talk.customer.id)
    name = await _name(talk, view.borrower.id)
    if not view.to_pay:
        return screens.standing(talk.t, view, name)
    text = screens.pay_card(talk.t, view, name)
    return await offer(talk, PAY, OfGuarantee(guarantee=view.guarantee.id), text)


async def _do_pay(talk: Talk, params: OfGuarantee, key: str) -> PaidBetween:
    amount, reference = await guarantees.pay(talk.unit, params.guarantee, talk.customer.id, key)
    return PaidBetween(sum=amount, reference=reference)


@router.callback_query(Tap("stand_back"))
async def pay_back(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Offer to pay a guarantor back what they have paid."""
    claims = await guarantees.claims_on(talk.unit, talk.customer.id)
    claim = next((each for each in claims if each.id == id_in(arguments, ErrorCode.GUARANTEE)), None)
    if claim is None:
        raise NotFound(ErrorCode.GUARANTEE)
    text = screens.pay_back_card(talk.t, claim, await _name(talk, claim.customer_id))
    return await offer(talk, PAY_BACK, OfGuarantee(guarantee=claim.id), text)


async def _do_pay_back(talk: Talk, params: OfGuarantee, key: str) -> PaidBetween:
    amount, reference = await guarantees.pay_back(talk.unit, params.guarantee, talk.customer.id, key)
    return PaidBetween(sum=amount, reference=reference)


NAME: Final = Action("guarantee.name", NamePeople, Nothing, needs_pin=False, run=_do_name, done=shows(screens.asked))
ACCEPT: Final = Action(
    "guarantee.accept", OfGuarantee, Nothing, needs_pin=True, run=_do_accept, done=shows(screens.accepted)
)
PAY: Final = Action("guarantee.pay", OfGuarantee, PaidBetween, needs_pin=True, run=_do_pay, done=shows(screens.paid))
PAY_BACK: Final = Action(
    "guarantee.pay_back", OfGuarantee, PaidBetween, needs_pin=True, run=_do_pay_back, done=shows(screens.paid)
)
ACTIONS: Final = (NAME, ACCEPT, PAY, PAY_BACK)
