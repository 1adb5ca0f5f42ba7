"""Closing an account: what stands in the way is named; what names its owner goes; what is kept has a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.erasures import BadErasureList, ErasureList, append, listed, replay
from finance_core.account import identity, recovery
from finance_core.account.rules import DocumentKind, Refusal
from finance_core.cases import service as cases
from finance_core.cases.service import Question
from finance_core.customers import consents
from finance_core.customers import service as customers
from finance_core.customers.blocking import block
from finance_core.customers.consents import Topic
from finance_core.customers.models import Customer
from finance_core.customers.queries import by_telegram_id
from finance_core.customers.same_person import accounts_of
from finance_core.inbox.notices import UpdateDead
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.errors import NotFound
from finance_core.kernel.money import CNY
from finance_core.lines import DECLARED, LINES
from finance_core.loans.origination import self_limits
from finance_core.loans.repayment.repayment import repay
from finance_core.notices import Urgency, enqueue
from finance_core.privacy import closing, erasing
from finance_core.privacy.models import AccountClosing, ClosingState
from finance_core.storage.base import Table
from finance_core.storage.unit import Units
from finance_core.wallet import queries as wallet_queries
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX
from tests.builders import CIPHER, SAID, a_customer, a_loan, an_operator, the_catalogue, verified, yuan
from tests.core.test_identity import an_officer, handed_in
from tests.tables import load_all_tables

NOT_ABOUT_PEOPLE = {
    "anchor": "a chat's messages: a trigger takes those of who is erased",
    "audience": "names of questions",
    "audience_count": "sums",
    "audience_version": "questions",
    "board": "what is shown in groups, by the chats' ids and what it shows",
    "book": "the institution's",
    "broadcast": "what is to be broadcast; its maker by their number",
    "broadcast_content": "what is broadcast",
    "broadcast_count": "sums over recipients",
    "broadcast_message": "what is to be broadcast",
    "broadcast_picture": "what is broadcast",
    "broadcast_run": "what is broadcast; its maker and checker by their numbers",
    "calendar_year": "the institution's",
    "chart": "the institution's",
    "chat_call": "groups, by their chats' ids, for two minutes",
    "circle_eligible": "places of circles, by numbers",
    "circle_key": "hashes, and what they are made of",
    "circle_pocket": "places of circles, by numbers",
    "circle_round": "rounds of circles, by places' numbers",
    "compartment": "the institution's",
    "day_chunk": "the institution's",
    "day_step": "the institution's",
    "fund": "the institution's",
    "fund_income": "the institution's",
    "group_chat": "groups, by their chats' ids",
    "group_chat_before": "groups, by their chats' ids",
    "group_chat_joined": "groups, by ids of ours",
    "income_correction": "the institution's",
    "nav_dividend": "the institution's",
    "nav_fund": "the institution's",
    "nav_price": "the institution's",
    "nav_suspension": "the institution's",
    "circle_meeting": "days of circles",
    "circle_saving": "rules of circles",
    "circle_loan_hold": "circles, by numbers of ours",
    "offer": "what is offered; its maker by their number",
    "offer_picture": "what is offered",
    "offer_text": "what is offered",
    "product": "the institution's",
    "rollup": "sums of the institution's accounts",
    "rollup_tail": "sums of the institution's accounts",
    "packet_place": "chats, by numbers of ours",
    "row_guard": "digests, which go with their rows",
    "seal": "hashes over days",
    "secret_canary": "the institution's",
    "tag": "names that people may be given",
    "topic_count": "no texts, no persons",
}
OF_CHATS = {"anchor", "board", "chat_call", "group_chat", "group_chat_before"}
PERSONS = {"customer_id", "sender_id", "payee_id", "asker_id", "payer_id", "blocker_id", "user_id", "chat_id"}


def test_every_table_is_shown_or_erased_by_a_line_or_is_about_nobody() -> None:
    load_all_tables()
    declared = {held.table for held in DECLARED.held}
    tables = {table.name: {column.name for column in table.columns} for table in Table.metadata.sorted_tables}
    assert declared | NOT_ABOUT_PEOPLE.keys() == tables.keys(), "say in the line's personal.py what is held, and why"
    assert declared & NOT_ABOUT_PEOPLE.keys() == set()
    assert {name for name in NOT_ABOUT_PEOPLE if tables[name] & PERSONS} == OF_CHATS


def test_what_is_encrypted_is_opened_or_is_not_shown() -> None:
    load_all_tables()
    assert any(held.opens for held in DECLARED.held)
    for held in DECLARED.held:
        sealed = {word.strip(",") for word in (held.select or "").split() if word.strip(",").endswith("_sealed")}
        shown = {word.rpartition(".")[2] for word in sealed}
        assert shown - {"name_sealed"} <= held.opens.keys(), held.table


async def days_later(units: Units, clock: ManualClock, days: int) -> None:
    clock.advance(days=days)
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE book SET open_on = open_on + CAST(:days AS integer)"), {"days": days})


async def the_evening(units: Units) -> None:
    [accounts] = [line for line in LINES if line.name == "accounts"]
    for step in accounts.steps:
        async with units.begin() as unit:
            asks = text(f"SELECT EXISTS ({step.wanted})")
            wanted = await unit.session.scalar(asks, _of(step.wanted, unit.open_on))
            on = unit.open_on
        if wanted:
            await step.run(units, on)


def _of(sql: str | None, on: object) -> dict[str, object]:
    return {"on": on} if ":on" in (sql or "") else {}


async def asked(units: Units, *people: Customer) -> None:
    async with units.begin() as unit:
        for person in people:
            await closing.ask(unit, person.id, f"close:{person.id}")


async def found(units: Units, sql: str, **values: object) -> Sequence[object]:
    async with units.begin() as unit:
        return list(await unit.session.scalars(text(sql), values))


async def names(units: Units, person: Customer) -> list[str]:
    async with units.begin() as unit:
        return sorted(
            each.name for each in (await closing.needed(unit, DECLARED.needs, [person.id])).get(person.id, [])
        )


async def test_what_stands_in_the_way_is_named(units: Units) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units, money=100), await a_customer(units, "Bo")
    await a_loan(units, ana, 1000)
    async with units.begin() as unit:
        await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(10), "lunch", "token-of-a-send")
        await cases.hand_over(unit, CIPHER, bo.id, Question("complaint.make", "It hurts."), key="case")
    assert await names(units, ana) == ["balance", "loan", "send"]
    assert await names(units, bo) == ["case", "send"]
    assert await names(units, await a_customer(units, "Free")) == []
    assert await names(units, await an_operator(units)) == ["role"]


async def test_for_seven_days_one_may_change_ones_mind(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    await asked(units, ana, bo)
    await asked(units, ana)  # twice is once
    await days_later(units, clock, 6)
    await the_evening(units)
    async with units.begin() as unit:
        assert (await closing.keep(unit, bo.id)).state == ClosingState.KEPT
        with pytest.raises(NotFound, match="closing"):
            await closing.keep(unit, bo.id)
    await days_later(units, clock, 1)
    await the_evening(units)
    async with units.begin() as unit:
        assert (await unit.session.get_one(Customer, ana.id)).is_erased
        assert not (await unit.session.get_one(Customer, bo.id)).is_erased


async def test_nothing_that_names_the_person_is_left_and_what_is_kept_has_a_reason(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    ana, bo = await a_customer(units, money=50), await a_customer(units, "Bo")
    async with units.begin() as unit:
        await block(unit, ana.id, bo.id)
        await consents.choose(unit, ana.id, Topic.LOANS, SAID, given=True)
        sent, _ = await wallet.send(unit, CIPHER, ana.id, bo.id, yuan(50), "lunch", "token-of-a-send")
        await wallet.accept(unit, sent.token, bo.id)
        asks = await cases.hand_over(unit, CIPHER, ana.id, Question("fees.what", "What does it cost?"), key="asks")
        hurts = await cases.hand_over(unit, CIPHER, ana.id, Question("complaint.make", "It hurts."), key="hurts")
        closed = text(
            "UPDATE service_case SET state = 'closed', closed_at = opened_at, remind_at = NULL WHERE id = ANY(:ids)"
        )
        await unit.session.execute(closed, {"ids": [asks.id, hurts.id]})
        await enqueue(
            unit,
            UpdateDead(reference="U1"),
            urgency=Urgency.RECEIPT,
            key="told",
            customer_id=ana.id,
        )
    await verified(units)
    await asked(units, ana)
    await days_later(units, clock, 8)
    await the_evening(units)

    async with units.begin() as unit:
        left = await unit.session.get_one(Customer, ana.id)
        assert (left.telegram_id, left.chat_id, left.name_sealed) == (-ana.id, 0, b"")
        assert not left.phone_sealed
        assert not left.phone_hash
        assert not left.username_hash
        assert not left.pin_hash
        assert customers.display_name(left, CIPHER)
    assert await found(units, "SELECT blocker_id FROM block") == []
    assert await found(units, "SELECT note_sealed FROM send") == [None]
    assert await found(units, "SELECT key FROM outbox WHERE customer_id = :id", id=ana.id) == []
    assert await found(units, "SELECT kind FROM service_case WHERE customer_id = :id", id=ana.id) == ["complaint"]
    assert await found(units, "SELECT count(*) FROM case_message WHERE author_id = :id", id=ana.id) == [1]
    assert await found(units, "SELECT topic FROM consent WHERE customer_id = :id", id=ana.id) == ["loans"]
    assert await found(units, "SELECT kind FROM outbox WHERE chat_id = :id", id=ana.chat_id) == ["account.erased"]

    await days_later(units, clock, 5 * 366)
    await the_evening(units)
    assert await found(units, "SELECT kind FROM service_case") == []
    assert await found(units, "SELECT topic FROM consent WHERE customer_id = :id", id=ana.id) == []
    assert await found(units, "SELECT count(*) FROM entry") != [0]


async def test_a_document_stays_ten_years_and_the_selfies_thirty_days(units: Units, clock: ManualClock) -> None:
    ana, bo = await a_customer(units), await a_customer(units, "Bo")
    async with units.begin() as unit:
        for purpose in (identity.DOCUMENT, identity.SELFIE):
            await identity.keep_picture(unit, CIPHER, ana.id, purpose, b"a picture")
        until = unit.open_on + timedelta(days=400)
        await identity.submit(unit, CIPHER, ana.id, DocumentKind.PASSPORT, "E12345678", until)
        await identity.keep_picture(unit, CIPHER, ana.id, identity.SELFIE, b"never handed in")
        await recovery.make_code(unit, CIPHER, ana.id)
        await recovery.name_contact(unit, bo.id, ana.id)
    await asked(units, ana)
    pictures = "SELECT purpose FROM identity_picture ORDER BY id"
    for days, left in ((8, ["document", "selfie"]), (29, ["document", "selfie"]), (2, ["document"]), (3_660, [])):
        await days_later(units, clock, days)
        await the_evening(units)
        assert await found(units, pictures) == left
        assert await found(units, "SELECT id FROM identity_check WHERE state = 'submitted'") == []
    assert await found(units, "SELECT id FROM identity_check") == []
    assert await found(units, "SELECT customer_id FROM recovery_code") == []
    assert await found(units, "SELECT customer_id FROM named_contact") == []


async def test_with_a_loan_open_it_waits_and_goes_by_itself_when_it_is_repaid(units: Units, clock: ManualClock) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    loan = await a_loan(units, ana, 1000)
    await verified(units)
    await asked(units, ana)
    await days_later(units, clock, 8)
    await the_evening(units)
    assert await names(units, ana) == ["balance", "loan"]
    async with units.begin() as unit:
        await wallet.topup(unit, ana.id, yuan(100), "interest", SANDBOX)
        await repay(unit, loan.id, None, "all of it")
    async with units.begin() as unit:
        left = (await wallet_queries.balance(unit, ana.id, CNY)).available
        await wallet.withdraw(unit, ana.id, left, "out", SANDBOX)
    await the_evening(units)
    async with units.begin() as unit:
        assert (await unit.session.get_one(Customer, ana.id)).is_erased


async def test_who_was_erased_joins_anew_and_what_they_had_asked_for_still_holds(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    ana = await a_customer(units)
    phone = customers.phone_of(ana, CIPHER)
    assert phone is not None
    async with units.begin() as unit:
        await self_limits.block(unit, ana.id, 90)
        await self_limits.set_limit(unit, ana.id, yuan(2000))
        await consents.choose(unit, ana.id, Topic.NO_LOANS, SAID, given=True)
    await asked(units, ana)
    await days_later(units, clock, 8)
    await the_evening(units)
    async with units.begin() as unit:
        assert await by_telegram_id(unit, ana.telegram_id) is None
        anew = await customers.start(
            unit,
            CIPHER,
            telegram_id=ana.telegram_id,
            chat_id=ana.chat_id,
            first_name="Ana",
            username=None,
            language="en",
        )
        assert anew.id != ana.id
        await customers.share_phone(unit, CIPHER, anew.id, raw_phone=phone, contact_user_id=anew.telegram_id)
        assert await self_limits.carry_over(unit, anew.id, CIPHER.fingerprints(phone), SAID)
        chosen = await self_limits.current(unit, anew.id)
        assert chosen is not None
        assert chosen.own_limit == 200_000
        assert await self_limits.blocked_until(unit, anew.id) is not None
        assert await consents.is_given(unit, anew.id, Topic.NO_LOANS)
    assert await found(units, "SELECT count(*) FROM kept_self_limit") == [0]


async def test_what_was_kept_joins_what_somebody_has_set_since_and_loosens_nothing(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    ana, anew = await a_customer(units), await a_customer(units, "Anna")
    hashes = CIPHER.fingerprints(customers.phone_of(ana, CIPHER) or "")
    async with units.begin() as unit:
        await self_limits.block(unit, ana.id, 30)
        await self_limits.set_limit(unit, ana.id, yuan(2000))
        longer = await self_limits.block(unit, anew.id, 365)
        await self_limits.set_limit(unit, anew.id, yuan(3000))
    await asked(units, ana)
    await days_later(units, clock, 8)
    await the_evening(units)
    async with units.begin() as unit:
        assert await self_limits.carry_over(unit, anew.id, hashes, SAID)
        chosen = await self_limits.current(unit, anew.id)
        assert chosen is not None
        assert (chosen.no_lending_until, chosen.own_limit) == (longer.no_lending_until, 200_000)


async def test_a_block_is_found_by_the_document_under_another_phone_and_erasure_frees_the_number(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    ana, anew, wei = await a_customer(units), await a_customer(units, "Anna"), await an_officer(units)
    await approved(units, ana.id, wei)
    async with units.begin() as unit:
        blocked = await self_limits.block(unit, ana.id, 90)
    await asked(units, ana)
    await days_later(units, clock, 8)
    await the_evening(units)
    await approved(units, anew.id, wei)
    for is_news in (True, False):
        async with units.begin() as unit:
            assert await self_limits.carry_over_by_document(unit, CIPHER, anew.id) is is_news
            assert await self_limits.blocked_until(unit, anew.id) == blocked.no_lending_until
    await verified(units)


async def test_a_limit_and_no_loans_are_found_by_the_document_and_loosened_once_not_tightened_anew(
    units: Units, clock: ManualClock
) -> None:
    await the_catalogue(units)
    ana, anew, wei = await a_customer(units), await a_customer(units, "Anna"), await an_officer(units)
    await approved(units, ana.id, wei)
    async with units.begin() as unit:
        await self_limits.set_limit(unit, ana.id, yuan(2000))
        await consents.choose(unit, ana.id, Topic.NO_LOANS, SAID, given=True)
        await self_limits.set_limit(unit, anew.id, yuan(9000))
    async with units.begin() as unit:
        check = await handed_in(unit, anew.id)
        await identity.open_pictures(unit, CIPHER, check.id, wei)
        await identity.refuse(unit, CIPHER, check.id, wei, Refusal.UNREADABLE)
        assert not await self_limits.carry_over_by_document(unit, CIPHER, anew.id), "nobody has read it"
        assert await accounts_of(unit, ana.id) == {ana.id}
    async with units.begin() as unit:
        check = await handed_in(unit, anew.id)
        await identity.refuse(unit, CIPHER, check.id, wei, Refusal.NOT_CONFIRMED)
        assert await self_limits.carry_over_by_document(unit, CIPHER, anew.id)
        assert not await self_limits.carry_over_by_document(unit, CIPHER, anew.id)
        chosen = await self_limits.current(unit, anew.id)
        assert chosen is not None
        assert chosen.own_limit == 200_000
        assert await consents.is_given(unit, anew.id, Topic.NO_LOANS)
        assert await accounts_of(unit, ana.id) == {ana.id, anew.id}
    await days_later(units, clock, 1)
    async with units.begin() as unit:
        await consents.choose(unit, anew.id, Topic.NO_LOANS, SAID, given=False)
        await self_limits.set_limit(unit, anew.id, None)
    await days_later(units, clock, 8)
    async with units.begin() as unit:
        assert not await self_limits.carry_over_by_document(unit, CIPHER, anew.id), "lifted here as the rule has it"
        chosen = await self_limits.current(unit, anew.id)
        assert chosen is not None
        assert chosen.limit_on(unit.open_on) is None


async def approved(units: Units, customer_id: int, officer_id: int) -> None:
    async with units.begin() as unit:
        check = await handed_in(unit, customer_id)
    async with units.begin() as unit:
        await identity.open_pictures(unit, CIPHER, check.id, officer_id)
        assert await identity.approve(unit, CIPHER, check.id, officer_id) == identity.VERIFIED_TIER


async def test_a_backup_from_before_is_restored_and_the_list_erases_again(
    units: Units, clock: ManualClock, tmp_path: Path
) -> None:
    kept = tmp_path / "beside" / "erasures.jsonl"
    ana, bo = await a_customer(units), await a_customer(units, "Bo", money=5)
    before = await found(units, "SELECT name_sealed FROM customer ORDER BY id")
    await asked(units, ana)
    await days_later(units, clock, 8)
    await the_evening(units)
    assert await ErasureList(units, kept).write() == 1
    assert await ErasureList(units, kept).write() == 0
    assert [line.customer_id for line in listed(kept)] == [ana.id]
    assert "Ana" not in kept.read_text()
    joined = bo.created_at.isoformat()
    append(kept, [erasing.Line(bo.id, joined, "2026-03-20"), erasing.Line(bo.id + 9, joined, "2026-03-20")])

    async with units.begin() as unit:  # what stood before comes back, as it was
        restored = await unit.session.get_one(Customer, ana.id)
        restored.telegram_id, restored.chat_id, restored.name_sealed = ana.telegram_id, ana.chat_id, ana.name_sealed
        await unit.session.execute(text("DELETE FROM row_guard WHERE of_table = 'account_closing'"))
        done = await unit.session.scalar(text("SELECT id FROM account_closing WHERE customer_id = :id"), {"id": ana.id})
        closed = await unit.session.get_one(AccountClosing, done)
        closed.state, closed.settled_at, closed.listed_at = ClosingState.KEPT, unit.now, None
    assert len(before) == 2
    came = await replay(units, kept)
    assert came == {"erased": [ana.id], "waits": [bo.id], "known": [], "other": [bo.id + 9]}
    assert (await replay(units, kept))["known"] == [ana.id]
    async with units.begin() as unit:
        assert (await unit.session.get_one(Customer, ana.id)).is_erased
        await wallet.withdraw(unit, bo.id, yuan(5), "out", SANDBOX)
    await the_evening(units)
    async with units.begin() as unit:
        assert (await unit.session.get_one(Customer, bo.id)).is_erased


def test_a_list_that_was_cut_off_is_read_and_another_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "erasures.jsonl"
    assert listed(kept) == []
    append(kept, [erasing.Line(1, "2026-03-12T02:00:00+00:00", "2026-03-20T13:00:00+00:00")])
    with kept.open("ab") as more:
        more.write(b'{"customer_id": 2, "joi')
    assert [line.customer_id for line in listed(kept)] == [1]
    kept.write_text("nonsense\n")
    with pytest.raises(BadErasureList, match="line 1"):
        listed(kept)
