"""A thief with somebody's open phone: they read the chat, tap, share the contact, take pictures. They get nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from finance_core.account import pin_resets, recovery
from finance_core.account.models import ResetState
from finance_core.account.two_people import ACTION
from finance_core.approvals import approve, propose
from finance_core.customers import operators
from finance_core.customers.models import Customer
from finance_core.customers.queries import locked
from finance_core.customers.roles import Role
from finance_core.customers.service import phone_associated_data
from finance_core.lines import ACTIONS
from tests.builders import CIPHER, yuan
from tests.conversations.pictures import with_a_place
from tests.conversations.sending import shows_picture
from tests.conversations.whole_service import PIN

if TYPE_CHECKING:
    from tests.conversations.harness import Person
    from tests.conversations.whole_service import Susu

THIEFS = "731904"


async def with_ones_phone(susu: Susu, person: Person) -> Customer:
    """Let the account hold the very phone that the person's Telegram shares."""
    customer = await susu.customer(person)
    async with susu.units.begin() as unit:
        row = await locked(unit, customer.id)
        phone = str(person.json["phone"])
        row.phone_sealed = CIPHER.encrypt(phone.encode(), phone_associated_data(row.id))
        row.phone_hash = CIPHER.fingerprint(phone)
    return customer


async def a_code_on_paper(susu: Susu, customer: Customer) -> str:
    async with susu.units.begin() as unit:
        code = await recovery.make_code(unit, CIPHER, customer.id)
        await recovery.code_hidden(unit, customer.id)
        return code


async def two_operators_agree(susu: Susu, customer: Customer) -> None:
    """Let two operators be convinced, wrongly."""
    su, wei = await susu.resident("Su"), await susu.resident("Wei")
    maker, checker = (await susu.customer(su)).id, (await susu.customer(wei)).id
    async with susu.units.begin() as unit:
        await operators.grant(unit, maker, Role.SUPPORT)
        await operators.grant(unit, checker, Role.CREDIT_OFFICER)
        reset = await pin_resets.open_of(unit, customer.id)
        assert reset is not None
        subject = f"pin_reset:{reset.id}"
        made = await propose(unit, maker, ACTIONS.called(ACTION), subject, {}, "fooled", subject)
        await approve(unit, ACTIONS, made.id, checker, made.version)


async def begins(thief: Person) -> None:
    await thief.says("/forgotpin")
    await thief.sees("share your phone number again")
    await thief.shares_contact()


async def types_the_pin(person: Person, pin: str) -> None:
    await person.says("/settings")
    await person.taps("My account", await person.sees("Settings"))
    await person.sees("Your account")
    await person.taps("Recovery code")
    await person.sees("Make a recovery code")
    await person.taps("Confirm")
    await person.sees("○○○○○○")
    await person.says(pin)


async def test_with_nothing_prepared_there_is_no_way_but_a_person(susu: Susu) -> None:
    thief = await susu.resident("Ana", money=100)
    await with_ones_phone(susu, thief)
    await thief.says("/forgotpin")
    told = await thief.sees("can't be reset in the chat")
    assert "Talk to a person" in told.labels
    customer = await susu.customer(thief)
    assert await susu.value("SELECT count(*) FROM pin_reset WHERE customer_id = :id", id=customer.id) == 0


async def test_without_the_paper_the_code_is_not_guessed_and_all_is_frozen(susu: Susu) -> None:
    thief = await susu.resident("Ana", money=100)
    customer = await with_ones_phone(susu, thief)
    await a_code_on_paper(susu, customer)
    await begins(thief)
    await thief.sees("Somebody asked for a new PIN")
    await thief.sees("type your recovery code")
    for _ in range(4):
        await thief.says("ABCD-EFGH-JKMN-PQRS")
        await thief.sees("not your recovery code")
    await thief.says("ABCD-EFGH-JKMN-PQRS")
    await thief.sees("was stopped")
    await thief.says("/withdraw 10")
    await thief.sees("Your account is frozen")


async def test_a_selfie_alone_opens_nothing_before_two_people_have_compared_it(susu: Susu) -> None:
    thief = await susu.resident("Ana", tier=2, money=100)
    customer = await with_ones_phone(susu, thief)
    await begins(thief)
    await thief.sees("four digits")
    await shows_picture(thief, with_a_place(), "Two of our staff check it")
    await thief.says("/forgotpin")
    await thief.sees("Two of our staff check it")
    async with susu.units.begin() as unit:
        reset = await pin_resets.open_of(unit, customer.id)
        assert reset is not None
        assert reset.state == ResetState.PROVED
    await types_the_pin(thief, THIEFS)
    await thief.sees("Wrong PIN")


async def test_even_with_all_of_it_nothing_leaves_and_the_owner_takes_it_back(susu: Susu) -> None:
    thief, accomplice = await susu.resident("Ana", money=100), await susu.resident("Eve")
    customer = await with_ones_phone(susu, thief)
    code = await a_code_on_paper(susu, customer)
    await begins(thief)
    await thief.sees("type your recovery code")
    await thief.says(code)
    await thief.sees("Two of our staff check it")
    await two_operators_agree(susu, customer)
    await thief.taps("Choose a new PIN", await thief.sees("choose your new PIN"))
    await thief.sees("Type your new PIN")
    await thief.says(THIEFS)
    await thief.sees("Once more")
    await thief.says(THIEFS)
    await thief.sees("Your new PIN is set")
    for words, refused in (
        ("/withdraw 10", "you can't send or withdraw for 72 hours"),
        ("/phone", "phone and Telegram account can't change"),
        (f"/send @{accomplice.json['username']} 10", "You can't send or withdraw"),
    ):
        await thief.says(words)
        await thief.sees(refused)
    assert await susu.balance(thief) == yuan(100)
    owner = thief  # at their phone again: they type the PIN that they know
    await types_the_pin(owner, PIN)
    await owner.sees("the reset has been stopped and your account is frozen")
    await types_the_pin(owner, THIEFS)
    await owner.sees("Wrong PIN")
    await types_the_pin(owner, PIN)
    await owner.sees("Your recovery code:")
    assert await susu.balance(owner) == yuan(100)
    await susu.verified()


@pytest.mark.parametrize("words", ["/pin", "/phone", "Recovery code", "Trusted contact"])
async def test_whatever_would_help_later_takes_the_pin_now(susu: Susu, words: str) -> None:
    thief, accomplice = await susu.resident("Ana"), await susu.resident("Eve")
    await thief.says(words)
    if words == "Trusted contact":
        await thief.sees("Whom do you trust")
        await thief.says(f"@{accomplice.json['username']}")
    await thief.sees(r"\?")
    await thief.taps("Confirm")
    await thief.sees("○○○○○○")
    await thief.says(THIEFS)
    await thief.sees("Wrong PIN")
    owner = await susu.customer(thief)
    assert await susu.value("SELECT count(*) FROM recovery_code WHERE customer_id = :id", id=owner.id) == 0
    assert await susu.value("SELECT count(*) FROM named_contact WHERE customer_id = :id", id=owner.id) == 0
