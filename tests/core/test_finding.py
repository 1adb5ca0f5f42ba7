"""Finding a person in five ways, the card by role, notes: each on record, none for who may not, none of one's own."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from finance_core import ledger
from finance_core.approvals import audit
from finance_core.approvals.notices import AccountUnfrozen
from finance_core.customers import service as customers
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.customers.same_person import accounts_of, say_same_person
from finance_core.customers.words import words_of
from finance_core.guarding import GUARDS
from finance_core.journeys.office import finding, looking, notes
from finance_core.journeys.office.finding import MOST_SEARCHES, find
from finance_core.journeys.office.rules import By, searches_in
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, RuleViolation
from finance_core.notices import Urgency, enqueue
from finance_core.reports import looks
from finance_core.reports.table import asked, read
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from tests.builders import CIPHER, a_customer, a_loan, an_operator, the_catalogue, yuan


async def named(units: Units, name: str, *, like: Customer | None = None) -> Customer:
    """Return somebody of this name: a new customer, or the one given, who has changed it."""
    person = like or await a_customer(units, "Person")
    async with units.begin() as unit:
        return await customers.start(
            unit,
            CIPHER,
            telegram_id=person.telegram_id,
            chat_id=person.chat_id,
            first_name=name,
            username=None,
            language="en",
        )


async def found(units: Units, operator: Customer, said: str) -> list[int]:
    async with units.begin() as unit:
        return [each.id for each in (await find(unit, CIPHER, operator.id, said)).people]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Zoë-Ann  ＬＩ", ("zoe", "ann", "li")),
        ("王小博", ("王", "小", "博")),
        ("Łukasz O’Neill", ("lukasz", "oneill")),
        ("STRAßE strasse", ("strasse",)),
        ("Ana 王", ("ana", "王")),
        ("😀", ()),
        ("मीना", ("मीना",)),
    ],
)
def test_case_accents_and_width_do_not_count_and_chinese_goes_by_characters(name: str, words: tuple[str, ...]) -> None:
    assert len(words_of(name)) == len(words)
    assert name == "मीना" or words_of(name) == words


@pytest.mark.parametrize(
    ("said", "ways"),
    [
        ("@Ana", {By.USERNAME: ("@Ana",)}),
        ("138 0013 8000", {By.PHONE: ("+8613800138000", "+13800138000")}),
        ("+86 138-0013-8000", {By.PHONE: ("+8613800138000",)}),
        ("L-000017", {By.CONTRACT: ("17",)}),
        ("＃17", {By.CONTRACT: ("17",)}),
        ("s8f3 k2qw", {By.RECEIPT: ("s8f3 k2qw",)}),
        ("Ana Silva", {By.NAME: ("ana", "silva")}),
        ("' OR 1=1 --", {By.NAME: ("or", "1")}),
        ("…", {}),
    ],
)
def test_what_is_written_says_by_what_is_searched(said: str, ways: dict[By, tuple[str, ...]]) -> None:
    assert {search.by: search.values for search in searches_in(said, "CN")} == ways


async def test_a_person_is_found_in_five_ways_and_a_receipt_names_both(units: Units) -> None:
    await the_catalogue(units)
    olu = await an_operator(units, "Olu", Role.SUPPORT)
    ana, bo = await a_customer(units, "Ana", money=500), await a_customer(units, "Bo")
    loan = await a_loan(units, ana)
    async with units.begin() as unit:
        sent, receipt = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(20), "", wallet.new_token())
        _, taken = await wallet.accept(unit, sent.token, bo.id)
        phone = customers.phone_of(ana, CIPHER)
        username = customers.username_of(ana, CIPHER)
    for said in (f"@{username}".upper(), str(phone), str(phone)[3:], f"L-{loan.id:06d}", receipt.reference.lower()):
        assert ana.id in await found(units, olu, said), said
    assert await found(units, olu, "ＡNÁ") == [ana.id]
    assert await found(units, olu, taken.reference) == [bo.id]
    assert await found(units, olu, "An") == []
    async with units.begin() as unit:
        searches = [line for line in await audit.read(unit, actor_id=olu.id) if line.act == finding.FIND]
        assert searches[0].details == {"by": ["username"], "found": [ana.id], "more": False}
        assert "ana" not in str([line.details for line in searches]).lower()


async def test_the_words_are_kept_current_and_a_list_says_that_there_are_more(units: Units) -> None:
    olu = await an_operator(units, "Olu", Role.SUPPORT)
    bo = await named(units, "王小博")
    assert await found(units, olu, "小博") == [bo.id]
    await named(units, "José Müller", like=bo)
    assert await found(units, olu, "小博") == []
    assert await found(units, olu, "muller JOSE") == [bo.id]
    async with units.begin() as unit:
        await say_many(unit, bo.id)
        hits = await find(unit, CIPHER, olu.id, "jose")
        assert (len(hits.people), hits.more) == (finding.MOST_SHOWN, True)


async def say_many(unit: Unit, like: int) -> None:
    """Let seven others be called as somebody is."""
    await unit.session.execute(
        text(
            "INSERT INTO customer (telegram_id, chat_id, name_sealed, language, zone, tier, pin_failures, discreet,"
            " income_notice, created_at) SELECT 880000 + n, 880000 + n, '', 'en', 'Asia/Shanghai', 1, 0, false,"
            " 'daily', now() FROM generate_series(1, 7) n"
        )
    )
    await unit.session.execute(
        text(
            "INSERT INTO name_word SELECT hash, id FROM name_word, customer"
            " WHERE customer_id = :like AND telegram_id BETWEEN 880000 AND 880010"
        ),
        {"like": like},
    )


async def test_nobody_else_finds_anybody_and_searching_has_its_limit(units: Units, clock: ManualClock) -> None:
    eve = await a_customer(units, "Eve")
    mei, bao = await an_operator(units, "Mei", Role.MARKETING), await an_operator(units, "Bao", Role.CREDIT_OFFICER)
    olu = await an_operator(units, "Olu", Role.SUPPORT)
    for who in (eve, mei, bao):
        with pytest.raises(NotAllowed, match="no_permission"):
            await found(units, who, "Olu")
    with pytest.raises(InvalidInput, match="search_form"):
        await found(units, olu, " … ")
    for _ in range(MOST_SEARCHES):
        await found(units, olu, "nobody at all")
    with pytest.raises(RuleViolation, match="searches_many"):
        await found(units, olu, "Eve")
    for _ in range(looking.MOST_CARDS):
        async with units.begin() as unit:
            audit.record(unit, olu.id, looking.LOOK, f"customer:{eve.id}", {"at": "card"})
    with pytest.raises(RuleViolation, match="searches_many"):
        async with units.begin() as unit:
            await looking.card_of(unit, CIPHER, olu.id, eve.id)
    clock.advance(hours=1, seconds=1)
    assert await found(units, olu, "Eve") == [eve.id]


async def test_the_card_says_as_much_as_the_role_sees_and_each_look_is_reported(units: Units) -> None:
    await the_catalogue(units)
    ana = await a_customer(units, "Ana", money=500)
    loan = await a_loan(units, ana)
    olu, bao = await an_operator(units, "Olu", Role.SUPPORT), await an_operator(units, "Bao", Role.CREDIT_OFFICER)
    mei = await an_operator(units, "Mei", Role.MARKETING)
    async with units.begin() as unit:
        await enqueue(unit, AccountUnfrozen(on=unit.open_on), urgency=Urgency.SYSTEM, key="told", customer_id=ana.id)
        _, receipt = await wallet.send(unit, CIPHER, ana.id, olu.id, yuan(20), "for tea", wallet.new_token())
        less = await looking.card_of(unit, CIPHER, olu.id, ana.id)
        more = await looking.card_of(unit, CIPHER, bao.id, ana.id)
        assert (less.name, less.phone, less.holds) == ("Ana", more.phone, None)
        assert less.phone is not None
        assert "•••" in less.phone
        assert [(each.number, each.state, each.due_now) for each in less.loans] == [(loan.id, "active", None)]
        assert more.holds == yuan(3500)
        assert more.loans[0].due_now is not None
        told = await looking.notices_of(unit, olu.id, ana.id)
        assert "customer.account_unfrozen" in {each.kind for each in told}
        [send] = await looking.sends_of(unit, olu.id, ana.id)
        assert (send.reference, send.state, send.amount) == (receipt.reference, "waiting", None)
        [seen] = await looking.sends_of(unit, bao.id, ana.id)
        assert seen.amount == yuan(20)
        with pytest.raises(NotAllowed, match="no_permission"):
            await looking.card_of(unit, CIPHER, mei.id, ana.id)
        on = unit.open_on
        report = await read(unit, looks.REPORT, asked(looks.REPORT, (on, on), None, (on, on), None))
        assert [row[:3] + row[5:] for row in report.rows] == [
            (olu.id, ana.id, 3, looks.ACQUAINTED),
            (bao.id, ana.id, 2, ""),
        ]


async def test_nobody_looks_at_an_account_of_their_own_under_whatever_name(units: Units) -> None:
    olu, second, third = (
        await an_operator(units, "Olu", Role.SUPPORT),
        await a_customer(units, "Olga"),
        await a_customer(units, "Ola"),
    )
    async with units.begin() as unit:
        await say_same_person(unit, third.id, second.id)
        await say_same_person(unit, olu.id, second.id)
        assert await accounts_of(unit, third.id) == {olu.id, second.id, third.id}
        with pytest.raises(Conflict, match="same_person_stands"):
            await say_same_person(unit, third.id, olu.id)
        for own in (olu, second, third):
            for look in (looking.card_of, notes.notes_of):
                with pytest.raises(NotAllowed, match="own_dealing"):
                    await look(unit, CIPHER, olu.id, own.id)


async def test_a_note_is_encrypted_and_added_to_and_names_its_author(units: Units) -> None:
    ana, olu = await a_customer(units, "Ana"), await an_operator(units, "Olu", Role.SUPPORT)
    kim = await an_operator(units, "Kim", Role.AUDITOR)
    async with units.begin() as unit:
        for _ in range(2):
            await notes.take_note(unit, CIPHER, olu.id, ana.id, " has moved to Lagos ", key="one")
        await notes.take_note(unit, CIPHER, olu.id, ana.id, "and back", key="two")
        read_ones = await notes.notes_of(unit, CIPHER, kim.id, ana.id)
        assert [(each.text, each.author_id) for each in read_ones] == [
            ("and back", olu.id),
            ("has moved to Lagos", olu.id),
        ]
        with pytest.raises(NotAllowed, match="no_permission"):
            await notes.take_note(unit, CIPHER, kim.id, ana.id, "an auditor changes nothing", key="three")
        with pytest.raises(InvalidInput, match="note_length"):
            await notes.take_note(unit, CIPHER, olu.id, ana.id, "x" * 501, key="four")
        stored = (await unit.session.execute(text("SELECT sealed FROM customer_note"))).scalars().all()
        assert b"Lagos" not in b"".join(stored)
        assert (await ledger.verify(unit, GUARDS)).ok


WAYS = {
    "name_word": "SELECT customer_id FROM name_word WHERE hash = '\\x01'",
    "username": "SELECT id FROM customer WHERE username_hash IN ('\\x01')",
    "phone": "SELECT id FROM customer WHERE phone_hash IN ('\\x01')",
    "contract": "SELECT customer_id FROM loan WHERE id = 7",
    "receipt": "SELECT id FROM entry WHERE id = 7",
    "its legs": "SELECT debit_id FROM transfer WHERE entry_id = 7",
}


@pytest.mark.parametrize("way", WAYS)
async def test_each_way_goes_by_an_index(units: Units, way: str) -> None:
    async with units.begin() as unit:
        await unit.session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(await unit.session.scalars(text(f"EXPLAIN {WAYS[way]}")))
        assert "Index" in plan
        assert "Seq Scan" not in plan


async def test_where_time_was_moved_notices_are_told_by_the_time_of_people(units: Units, clock: ManualClock) -> None:
    ana, olu = await a_customer(units, "Ana"), await an_operator(units, "Olu", Role.SUPPORT)
    async with units.begin() as unit:
        await enqueue(unit, AccountUnfrozen(on=unit.open_on), urgency=Urgency.SECURITY, key="told", customer_id=ana.id)
        said_at = unit.now
        machine = text(
            "UPDATE outbox SET state = 'refused', chat_id = :chat, finished_at = :at WHERE customer_id = :id"
        )
        values = {"at": said_at + timedelta(seconds=2), "id": ana.id, "chat": ana.chat_id}
        await unit.session.execute(machine, values)
        assert {each.at for each in await looking.notices_of(unit, olu.id, ana.id)} == {said_at + timedelta(seconds=2)}
        unit.now += timedelta(days=30)
        assert {each.at for each in await looking.notices_of(unit, olu.id, ana.id)} == {said_at}
