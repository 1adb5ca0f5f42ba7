"""A new secret: everything is encrypted anew, what nobody can read is forgotten, and the old one may be given up."""

from __future__ import annotations

import asyncio
import gzip
from datetime import date
from pathlib import Path

import orjson
import pytest
from aiogram.fsm.storage.base import StorageKey
from aiogram.methods import SendMessage
from sqlalchemy import text
from sqlmodel import select

from bot.commands.rotation import PLACES, rotate_secret
from bot.database import WrongSecret, opened, prepare
from bot.dispatch import owed
from bot.dispatch.associated_data import payload_associated_data
from bot.dispatch.conversation import Memory, Standing
from bot.intake.inbox import Inbox
from bot.plain_values import encrypt_plain_values
from bot.settings import Settings, load_settings
from finance_core import intents, ledger
from finance_core.account import identity, moves, pin_resets, recovery, reset_review
from finance_core.account.models import IdentityCheck, Proof
from finance_core.account.rules import DocumentKind, number_key
from finance_core.approvals.freezing import freeze
from finance_core.cases import service as cases
from finance_core.cases.service import Question
from finance_core.customers import operators
from finance_core.customers.freezing import reason_of
from finance_core.customers.models import AccountFreeze, Customer
from finance_core.customers.name_words import found_by_words
from finance_core.customers.pin import PinOutcome, hashed_pin, set_pin, try_pin
from finance_core.customers.queries import by_id, by_phone, by_username
from finance_core.customers.roles import Role
from finance_core.customers.service import display_name, name_associated_data, phone_of, username_of
from finance_core.customers.words import words_of
from finance_core.friends import bills, causes, drafts, packets, photos, tabs
from finance_core.friends.bills import NewBill
from finance_core.friends.causes import NewCause
from finance_core.friends.notifications import words_associated_data
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.splits import Split
from finance_core.friends.tabs import NewTab
from finance_core.groups import service as groups
from finance_core.groups import words as group_words
from finance_core.guarding import GUARDS
from finance_core.intents import Intent
from finance_core.journeys.office.models import CustomerNote
from finance_core.journeys.office.notes import note_associated_data as customer_note_associated_data
from finance_core.journeys.office.notes import take_note
from finance_core.journeys.plans import service as plans
from finance_core.journeys.plans.models import Plan
from finance_core.journeys.plans.queries import name_of
from finance_core.journeys.plans.rules import Every
from finance_core.journeys.plans.service import towards
from finance_core.loans.contact import hardship
from finance_core.loans.contact.rules import HardshipReason
from finance_core.loans.origination.contract import Contract, Paper, contract_associated_data
from finance_core.notices.content import opened as open_notice
from finance_core.storage.cipher import Cipher
from finance_core.storage.engine import create_engine
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.models import MoneyRequest, Send
from handlers.wallet.intents import Moved, TopUp
from migrations.upgrade import upgrade
from tests.builders import CIPHER, a_customer, a_loan, the_catalogue, yuan
from tests.circles import rows_of_a_circle
from tests.core.test_migrations import RELEASES
from tests.embedded import Cluster
from tests.faults.bot_api import BOT_ID, a_message

OLD, NEW = "a secret for tests only", "the secret of the year to come"
HASHES = {
    "kept_self_limit.person_hash",  # of people who were erased: found under the old secret while that is given
    "customer.phone_hash",
    "identity_check.number_hash",
    "customer.username_hash",
    "entry.content_hash",
    "row_guard.digest",
    "seal.previous",
    "seal.head",
    "secret_canary.sealed",
    "name_word.hash",
    "broadcast_picture.content",  # what is published to many is no secret
    "offer_picture.content",
}
"""Bytes that are no ciphertext, or are written anew by themselves."""


def settings_with(url: str, folder: Path, secret: str) -> Settings:
    return load_settings(_env_file=None, database_url=url, data_dir=folder, secret_key=secret)


async def _written(agreed: Contract) -> Paper:
    sealed = CIPHER.encrypt(b"the contract", contract_associated_data(agreed.loan_id))
    return Paper(language="en", sealed=sealed, sha256="of its print")


async def a_life(units: Units) -> tuple[int, int]:
    """Let somebody write, send, borrow and fall on hard times; return their ids."""
    await the_catalogue(units)
    ana, bo = await a_customer(units, "Ana", money=100, tier=2), await a_customer(units, "Bo")
    loan = await a_loan(units, ana, write=_written)
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(5), "for the cake", wallet.new_token())
        await wallet.request(unit, CIPHER, bo.id, ana.id, yuan(5), "and the tea", wallet.new_token())
        gift = NewPacket(yuan(5), 2, words="good luck")
        await packets.make(unit, CIPHER, ana.id, gift, "a packet")
        await bills.split(unit, CIPHER, bo.id, NewBill(yuan(10), (ana.id,), Split((500,), 500), title="tea"), "a bill")
        await bills.refuse(unit, CIPHER, "a bill", ana.id, "not there")
        lunch = await groups.met(unit, CIPHER, -9, title="Lunch", language="en")
        await drafts.begin(unit, CIPHER, ana.id, yuan(30), (), "soup", lunch.id, "a draft")
        await photos.hang(unit, CIPHER, "a draft", ana.id, "AgACAgIAAxkBAAI")
        await group_words.keep(unit, CIPHER, ana.id, "collect", {"title": "a roof"})
        await tabs.open_tab(unit, CIPHER, ana.id, NewTab("trip", (bo.id,)), "a tab")
        await tabs.add(unit, CIPHER, "a tab", ana.id, yuan(12), "taxi", "an item")
        await rows_of_a_circle(unit, ana.id, bo.id)
        cause = await causes.begin(unit, CIPHER, bo.id, NewCause("a bicycle", unit.open_on), "a cause")
        thanks = words_associated_data(cause.token, "thanks")
        cause.thanks_sealed = CIPHER.encrypt(b"we ride", thanks)
        goal = towards(yuan(100), date(2026, 9, 1), Every.WEEK, unit.open_on, "a bicycle")
        await plans.make(unit, CIPHER, ana.id, goal, "a goal")
        card = await intents.propose(
            unit, CIPHER, customer_id=ana.id, chat_id=7, action="wallet.topup", params=TopUp(sum=yuan(1))
        )
        await intents.confirm(unit, card)
        await intents.complete(unit, CIPHER, card, Moved(reference="S", balance=yuan(1)))
        note, can_pay = "my shop burnt down", yuan(10)
        await hardship.open_case(
            unit, CIPHER, loan.id, reason=HardshipReason.JOB, note=note, can_pay=can_pay, key="a case"
        )
        asked = Question("repay.early", "may I pay early?", answered=("repay.early",))
        await cases.hand_over(unit, CIPHER, ana.id, asked, key="asked")
        await operators.grant(unit, bo.id, Role.SUPPORT)
        await take_note(unit, CIPHER, bo.id, ana.id, "has moved to Lagos", key="a note")
        await freeze(unit, CIPHER, bo.id, "a stolen card")
        memory = Memory(unit.session, CIPHER, {})
        memory.write(StorageKey(bot_id=BOT_ID, chat_id=7, user_id=7), Standing("asked", b'{"x":1}'))
        await memory.save()
        await _an_account_of_ones_own(unit, ana, bo)
    await Inbox(units, CIPHER, BOT_ID).store([a_message(1, 42, "hello")])
    reply = owed.sealed(CIPHER, BOT_ID, 1, [SendMessage(chat_id=42, text="an answer")])
    async with units.begin() as unit:
        await unit.session.execute(
            text("UPDATE inbox SET owed = :owed, state = 'dead', finished_at = now()"), {"owed": reply}
        )
    return ana.id, loan.id


async def _an_account_of_ones_own(unit: Unit, ana: Customer, bo: Customer) -> None:
    """Let somebody hand in a document and reset a PIN, and somebody else make a code and change the phone."""
    for purpose in (identity.DOCUMENT, identity.SELFIE):
        await identity.keep_picture(unit, CIPHER, ana.id, purpose, b"a picture")
    await identity.submit(unit, CIPHER, ana.id, DocumentKind.PASSPORT, "E12345678", date(2031, 5, 1))
    phone, me = phone_of(await by_id(unit, ana.id), CIPHER) or "", ana.telegram_id
    reset = await pin_resets.ask(unit, CIPHER, ana.id, Proof.SELFIE, raw_phone=phone, contact_user_id=me)
    await pin_resets.prove_by_selfie(unit, CIPHER, ana.id, b"a selfie")
    await reset_review.agreed(unit, reset)
    await pin_resets.set_new_pin(unit, CIPHER, ana.id, "the hash of a new PIN")
    await recovery.make_code(unit, CIPHER, bo.id)
    await moves.change_phone(unit, CIPHER, bo.id, raw_phone="+8613911112222", contact_user_id=bo.telegram_id)


async def test_everything_opens_with_the_new_secret_alone_after_a_rotation(
    cloned_url: str, cloned_units: Units, tmp_path: Path
) -> None:
    ana, loan = await a_life(cloned_units)
    done = await rotate_secret(settings_with(cloned_url, tmp_path, f"{NEW},{OLD}"))
    assert set(done.anew) == {place.name for place in PLACES} | {
        *("outbox.params", "customer.pin_hash", "intent.params", "intent.result")
    }
    assert done.unreadable == {}
    with pytest.raises(WrongSecret):
        async with opened(settings_with(cloned_url, tmp_path, OLD)):
            pytest.fail("it opened")
    new = Cipher([NEW])
    async with opened(settings_with(cloned_url, tmp_path, NEW)) as database, database.units.begin() as unit:
        person = await by_id(unit, ana)
        assert display_name(person, new) == "Ana"
        assert await by_phone(unit, phone_of(person, new) or "", new) is person
        [check] = (await unit.session.scalars(select(IdentityCheck))).all()
        assert check.number_hash == new.fingerprint(number_key(check.kind, "E12345678"))
        assert await by_username(unit, username_of(person, new) or "", new) is person
        assert await found_by_words(unit, new, ("ana",), 5) == [ana]
        assert await found_by_words(unit, CIPHER, ("ana",), 5) == []
        frozen = (await unit.session.scalars(select(AccountFreeze))).one()
        assert reason_of(frozen, new) == "a stolen card"
        kept = (await unit.session.scalars(select(CustomerNote))).one()
        assert new.opened(kept.sealed, customer_note_associated_data(ana, kept.key)) == b"has moved to Lagos"
        sent = (await unit.session.scalars(select(Send))).one()
        asked = (await unit.session.scalars(select(MoneyRequest))).one()
        assert [wallet.note_of(sent, new), wallet.note_of(asked, new)] == ["for the cake", "and the tea"]
        assert name_of((await unit.session.scalars(select(Plan))).one(), new) == "a bicycle"
        card = (await unit.session.scalars(select(Intent))).one()
        assert intents.params_of(card, new, TopUp).sum == yuan(1)
        assert intents.result_of(card, new, Moved).balance == yuan(1)
        note = await unit.session.scalar(text("SELECT note_sealed FROM hardship_case"))
        case = await unit.session.scalar(text("SELECT id FROM hardship_case"))
        assert new.opened(note, hardship.note_associated_data(case)) == b"my shop burnt down"
        said = (await unit.session.execute(text("SELECT case_id, key, sealed FROM case_message"))).one()
        place = cases.message_associated_data(said.case_id, said.key)
        assert new.opened(said.sealed, place) == b"may I pay early?"
        contract = await unit.session.scalar(text("SELECT sealed FROM loan_contract"))
        assert new.opened(contract, contract_associated_data(loan)) == b"the contract"
        payload = await unit.session.scalar(text("SELECT payload FROM inbox"))
        assert orjson.loads(new.opened(payload, payload_associated_data(BOT_ID, 1)) or b"")["update_id"] == 1
        reply = await unit.session.scalar(text("SELECT owed FROM inbox"))
        assert owed.opened(new, BOT_ID, 1, reply) == [SendMessage(chat_id=42, text="an answer")]
        assert (await ledger.verify(unit, GUARDS)).ok, "a rotation is the service's own act"
        notices = await unit.session.scalars(text("SELECT params FROM outbox WHERE params::text LIKE '%sealed%'"))
        assert "—" not in str([open_notice(params, new) for params in notices])
    again = await rotate_secret(settings_with(cloned_url, tmp_path, f"{NEW},{OLD}"))
    assert again.anew == {}


async def test_what_no_secret_opens_is_forgotten_and_ends_nothing(
    cloned_url: str, cloned_units: Units, tmp_path: Path
) -> None:
    ana, _ = await a_life(cloned_units)
    async with opened(settings_with(cloned_url, tmp_path, OLD)):
        pass  # the canary is there
    async with cloned_units.begin() as unit:
        for change in ("customer SET name_sealed = 'lost'", "customer SET phone_sealed = 'lost'",
                       "hardship_case SET note_sealed = 'lost'", "conversation SET data = 'lost'"):  # fmt: skip
            await unit.session.execute(text(f"UPDATE {change}"))
    done = await rotate_secret(settings_with(cloned_url, tmp_path, f"{NEW},{OLD}"))
    assert done.unreadable == {"customer.name_sealed": 2, "customer.phone_sealed": 2, "hardship_case.note_sealed": 1,
                               "conversation.data": 1}  # fmt: skip
    async with cloned_units.begin() as unit:
        assert await unit.session.scalar(text("SELECT count(*) FROM conversation")) == 0
        assert await unit.session.scalar(text("SELECT count(*) FROM customer WHERE phone_hash IS NOT NULL")) == 0
        assert display_name(await by_id(unit, ana), Cipher([NEW])).startswith("@ana")
        assert await found_by_words(unit, Cipher([NEW]), ("ana",), 5) == []


async def test_no_column_of_bytes_is_left_out(units: Units) -> None:
    query = text(
        "SELECT table_name || '.' || column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'bytea'"
    )
    async with units.begin() as unit:
        columns = set(await unit.session.scalars(query))
    assert columns - HASHES == {place.name for place in PLACES}


async def test_pins_from_before_the_pepper_are_encrypted_at_once_and_still_right(
    cloned_url: str, cloned_units: Units, tmp_path: Path
) -> None:
    people = [await a_customer(cloned_units, name) for name in ("Ana", "Bo")]
    plain = await hashed_pin("246810", allowed="246810")
    async with cloned_units.begin() as unit:
        await unit.session.execute(text("UPDATE customer SET pin_hash = :plain"), {"plain": plain})
    await prepare(settings_with(cloned_url, tmp_path, OLD), cloned_url)
    async with cloned_units.begin() as unit:
        kept = list(await unit.session.scalars(text("SELECT pin_hash FROM customer")))
    assert not any("argon2" in each for each in kept)
    assert (await try_pin(cloned_units, CIPHER, people[0].id, "246810")).outcome is PinOutcome.RIGHT
    assert (await try_pin(cloned_units, CIPHER, people[0].id, "135791")).outcome is PinOutcome.WRONG
    await rotate_secret(settings_with(cloned_url, tmp_path, f"{NEW},{OLD}"))
    new = Cipher([NEW])
    assert (await try_pin(cloned_units, new, people[1].id, "246810")).outcome is PinOutcome.RIGHT
    assert (await try_pin(cloned_units, CIPHER, people[1].id, "246810")).outcome is PinOutcome.NEEDS_OPERATOR


async def test_a_hash_moved_to_another_person_is_nobodys(cloned_units: Units) -> None:
    ana, eve = await a_customer(cloned_units, "Ana"), await a_customer(cloned_units, "Eve")
    async with cloned_units.begin() as unit:
        await set_pin(unit, CIPHER, eve.id, await hashed_pin("135791"))
        await unit.session.execute(
            text("UPDATE customer SET pin_hash = (SELECT pin_hash FROM customer WHERE id = :eve) WHERE id = :ana"),
            {"eve": eve.id, "ana": ana.id},
        )
    assert (await try_pin(cloned_units, CIPHER, ana.id, "135791")).outcome is PinOutcome.NEEDS_OPERATOR


async def test_what_an_earlier_release_kept_plain_is_encrypted_and_found_as_before(cluster: Cluster) -> None:
    with cluster.restored(gzip.decompress(RELEASES[-1].read_bytes()).decode()) as url:
        await asyncio.to_thread(upgrade, url)
        engine = create_engine(url)
        units = Units(engine)
        async with units.begin() as unit:
            plain = (await unit.session.execute(text("SELECT id, username FROM customer ORDER BY id LIMIT 1"))).one()
            notes = set(await unit.session.scalars(text("SELECT note FROM send WHERE note <> ''")))
        assert plain.username is not None
        assert notes
        assert await encrypt_plain_values(units, CIPHER) > 0
        assert await encrypt_plain_values(units, CIPHER) == 0
        await _names_are_found(units)
        async with units.begin() as unit:
            found = await by_username(unit, plain.username.upper(), CIPHER)
            assert found is not None
            assert (found.id, found.username, username_of(found, CIPHER)) == (plain.id, None, plain.username)
            assert {wallet.note_of(each, CIPHER) for each in await unit.session.scalars(select(Send))} - {""} == notes
            assert (await ledger.verify(unit, GUARDS)).ok
        await engine.dispose()


async def _names_are_found(units: Units) -> None:
    """Everybody is found by their name: its words were written when the schema was brought up to date."""
    async with units.begin() as unit:
        without = "SELECT count(*) FROM customer c WHERE NOT EXISTS (SELECT FROM name_word WHERE customer_id = c.id)"
        assert await unit.session.scalar(text(without)) == 0
        for person in await unit.session.scalars(select(Customer)):
            words = words_of((CIPHER.opened(person.name_sealed, name_associated_data(person.id)) or b"").decode())
            assert not words or person.id in await found_by_words(unit, CIPHER, words, 100)
