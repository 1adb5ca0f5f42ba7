"""Posting: what is written once, what is refused, and what is answered."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from finance_core import ledger
from finance_core.kernel.money import CNY, JPY, Money
from finance_core.ledger import Account, Entry, Posted, Refused, Transfer
from finance_core.ledger.reference import REFERENCES, entry_id_of
from finance_core.storage import unit as storage_unit
from finance_core.storage.unit import Actor, Units
from tests.ledger_cases import (
    ANA,
    BO,
    CAPITAL,
    CHIDI,
    ORDER,
    RAIL,
    UNITS_IN_ISSUE,
    assert_books_are_right,
    holder,
    next_day,
    send,
    subscription,
    top_up,
    units_of,
    yuan,
)


async def test_a_top_up_is_seen_on_both_accounts_and_gives_a_receipt(units: Units) -> None:
    async with units.begin() as unit:
        (receipt,) = await ledger.post(unit, top_up("100.00"))
        found = await ledger.balances(unit, [ANA, RAIL, BO])
    assert not receipt.replayed
    assert receipt.reference == ledger.reference_of(receipt.entry_id)
    assert found == {ANA: yuan("100.00"), RAIL: yuan("100.00"), BO: yuan("0")}
    await assert_books_are_right(units)


async def test_the_database_scrambles_references_as_python_does(units: Units) -> None:
    ids = [0, 1, 2, 614_655, 614_656, 13_492_928_511, 13_492_928_512, 10**15]
    async with units.begin() as unit:
        rows = await unit.session.execute(
            text("SELECT ledger_reference(id) FROM unnest(CAST(:ids AS bigint[])) id"), {"ids": ids}
        )
    assert list(rows.scalars()) == [ledger.reference_of(number) for number in ids]


async def test_a_reference_leads_back_to_the_one_id_that_has_it(units: Units) -> None:
    ids = [0, 1, 2, 614_655, 614_656, 20_261_203, 13_492_928_511]
    assert [entry_id_of(ledger.reference_of(number)) for number in ids] == ids
    assert entry_id_of(ledger.reference_of(7).lower().replace("-", " ")) == 7
    async with units.begin() as unit:
        last = await unit.session.scalar(text("SELECT max_value FROM pg_sequences WHERE sequencename = 'entry_id_seq'"))
    assert last == REFERENCES - 1


@pytest.mark.parametrize("word", ["", "S8F3-K2Q", "S8F3-K2QWX", "E8F3-K2QW", "S0F3-K2QW", "午饭"])
def test_what_is_no_reference_leads_nowhere(word: str) -> None:
    with pytest.raises(ValueError, match=r"reference|substring"):
        entry_id_of(word)


async def test_more_than_the_balance_is_refused_and_nothing_of_the_batch_is_written(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"))
        with pytest.raises(ledger.InsufficientFunds) as refusal:
            await ledger.post(unit, send("60.00"), send("60.00", "again"))
        assert await ledger.balance(unit, ANA) == yuan("100.00")
    assert (refusal.value.account, refusal.value.asset) == ("INST:2010:1:CNY", "CNY")
    assert (refusal.value.available, refusal.value.requested) == (4000, 6000)
    await assert_books_are_right(units)


async def test_in_a_batch_each_entry_stands_or_falls_alone_in_its_order(units: Units) -> None:
    async with units.begin() as unit:
        answers = await ledger.try_post(
            unit,
            [
                send("1.00", "too early"),
                top_up("100.00"),
                send("70.00"),
                send("40.00", "too much"),
                send("30.00", "rest"),
            ],
        )
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("0"), BO: yuan("100.00")}
    assert [type(answer) for answer in answers] == [Refused, Posted, Posted, Refused, Posted]
    assert answers[0] == Refused("too early", "insufficient", ANA, 0, 100)
    assert answers[3] == Refused("too much", "insufficient", ANA, 3000, 4000)
    await assert_books_are_right(units)


async def test_an_entry_is_judged_by_its_whole_not_by_its_first_transfer(units: Units) -> None:
    """Money from a pocket pays a debt in the same entry: the wallet is empty before and after."""
    async with units.begin() as unit:
        await ledger.post(unit, top_up("50.00", to=CHIDI))
        through = Entry("wallet.send", "through", (Transfer(ANA, BO, yuan("50")), Transfer(CHIDI, ANA, yuan("50"))))
        await ledger.post(unit, through)
        assert await ledger.balances(unit, [ANA, BO, CHIDI]) == {ANA: yuan("0"), BO: yuan("50"), CHIDI: yuan("0")}
    await assert_books_are_right(units)


async def test_the_same_key_with_the_same_content_gives_the_first_receipt(units: Units) -> None:
    async with units.begin() as unit:
        (first,) = await ledger.post(unit, top_up("100.00"))
    async with units.begin() as unit:
        (second,) = await ledger.post(unit, top_up("100.00"))
        assert await ledger.balance(unit, ANA) == yuan("100.00")
        assert await ledger.find(unit, "top-up") == second
        assert await ledger.find(unit, "nothing") is None
    assert second == Posted(first.entry_id, first.reference, replayed=True)
    await assert_books_are_right(units)


async def test_a_request_repeated_after_midnight_is_the_same_request(units: Units) -> None:
    async with units.begin() as unit:
        (first,) = await ledger.post(unit, top_up("100.00"))
    await next_day(units)
    async with units.begin() as unit:
        (second,) = await ledger.post(unit, top_up("100.00"))
    assert (second.entry_id, second.replayed) == (first.entry_id, True)


@pytest.mark.parametrize(
    "other",
    [
        top_up("100.01"),
        top_up("100.00", to=BO),
        Entry("wallet.gift", "top-up", top_up("100.00").transfers, {"rail": "sandbox"}),
        Entry("wallet.top_up", "top-up", top_up("100.00").transfers, {"rail": "bank"}),
        Entry("wallet.top_up", "top-up", top_up("100.00").transfers, {"rail": "sandbox"}, on=date(2026, 3, 11)),
        Entry("wallet.top_up", "top-up", top_up("100.00").transfers, {"rail": "sandbox"}, value_on=date(2026, 3, 11)),
        Entry("wallet.top_up", "top-up", top_up("100.00").transfers, {"rail": "sandbox"}, about_on=date(2026, 3, 11)),
        Entry("wallet.top_up", "top-up", top_up("50.00").transfers * 2, {"rail": "sandbox"}),
    ],
)
async def test_the_same_key_with_other_content_is_a_conflict(units: Units, other: Entry) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("100.00"))
        with pytest.raises(ledger.IdempotencyConflict) as conflict:
            await ledger.post(unit, other)
        assert conflict.value.key == "top-up"
        assert await ledger.balance(unit, ANA) == yuan("100.00")
    await assert_books_are_right(units)


async def test_a_key_twice_in_one_batch_is_written_once(units: Units) -> None:
    async with units.begin() as unit:
        answers = await ledger.try_post(unit, [top_up("100.00"), top_up("100.00"), top_up("5.00")])
        assert await ledger.balance(unit, ANA) == yuan("100.00")
    first, same, other = answers
    assert isinstance(first, Posted)
    assert same == Posted(first.entry_id, first.reference, replayed=True)
    assert other == Refused("top-up", "conflict")
    await assert_books_are_right(units)


async def test_one_entry_moves_two_assets_in_three_books(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.post(unit, top_up("500.00", to=ORDER), subscription("500.00"))
        found = await ledger.balances(unit, [ORDER, CAPITAL, UNITS_IN_ISSUE, holder(1)])
    assert found == {
        ORDER: yuan("0"),
        CAPITAL: yuan("500.00"),
        UNITS_IN_ISSUE: units_of("500.00"),
        holder(1): units_of("500.00"),
    }
    await assert_books_are_right(units)


async def test_an_asset_without_decimals_is_kept_in_its_own_units(units: Units) -> None:
    wallet = Account("2010", 1, JPY)
    async with units.begin() as unit:
        await ledger.post(
            unit, Entry("wallet.top_up", "yen", (Transfer(Account("1030", asset=JPY), wallet, Money(3, JPY)),))
        )
        assert await ledger.balances(unit, [wallet, ANA]) == {wallet: Money(3, JPY), ANA: Money(0, CNY)}


async def test_a_credit_line_lets_a_wallet_fall_as_far_and_no_further(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.set_credit_line(unit, ANA, yuan("50.00"))
        await ledger.post(unit, send("50.00"))
        assert await ledger.balance(unit, ANA) == yuan("-50.00")
        assert await ledger.available(unit, ANA) == yuan("0")
        with pytest.raises(ledger.InsufficientFunds):
            await ledger.post(unit, send("0.01", "more"))
    async with units.begin() as unit:
        report = await ledger.verify(unit)
    assert report.ok, report


async def test_a_credit_line_in_use_cannot_be_cut(units: Units) -> None:
    async with units.begin() as unit:
        await ledger.set_credit_line(unit, ANA, yuan("50.00"))
        await ledger.post(unit, send("30.00"))
        with pytest.raises(DBAPIError, match="ck_balance_floor"):
            async with unit.session.begin_nested():
                await ledger.set_credit_line(unit, ANA, yuan("29.99"))


async def test_who_and_when_come_from_the_unit(units: Units) -> None:
    async with units.begin(Actor("customer", 1)) as unit:
        (posted,) = await ledger.post(unit, top_up("1.00"))
        row = (
            await unit.session.execute(
                text("SELECT actor, posted_at, business_date FROM entry WHERE id = :id"), {"id": posted.entry_id}
            )
        ).one()
        assert (row.actor, row.posted_at, row.business_date) == ("customer:1", unit.now, unit.open_on)


async def test_a_date_that_is_not_open_is_refused(units: Units) -> None:
    async with units.begin() as unit:
        for days in (-1, 1):
            late = Entry("x", f"d{days}", top_up("1").transfers, on=unit.open_on + timedelta(days=days))
            with pytest.raises(ledger.DayClosed):
                await ledger.post(unit, late)
        assert await ledger.balance(unit, ANA) == yuan("0")


async def test_a_unit_that_began_before_midnight_is_to_be_tried_again(cloned_units: Units) -> None:
    async with cloned_units.begin() as before_midnight:
        async with cloned_units.begin() as unit:
            await ledger.move_date(unit, unit.open_on + timedelta(days=1))
        with pytest.raises(DBAPIError) as failure:
            async with before_midnight.session.begin_nested():
                await ledger.post(before_midnight, top_up("1.00"))
        assert getattr(failure.value.orig, "sqlstate", None) == "40001"
    async with cloned_units.begin() as unit:
        assert await ledger.balance(unit, ANA) == yuan("0")


async def test_texts_of_any_script_keep_their_hash(units: Units) -> None:
    about: dict[str, str | int] = {"note": '午饭 "quoted" \\ back\nslash \x7f 🍜', "名": 5, "a": -1, "long": 10**18}
    async with units.begin() as unit:
        await ledger.post(unit, Entry("wallet.send", "sent:午饭", top_up("1").transfers, about))
        (line,) = await ledger.history(unit, ANA)
    assert line.about == about
    await assert_books_are_right(units)


@pytest.mark.parametrize("about", [{"rate": 0.5}, {"list": [1]}, {"yes": True}, {1: "one"}])
async def test_metadata_that_is_not_text_or_whole_number_is_refused(units: Units, about: object) -> None:
    async with units.begin() as unit:
        with pytest.raises(TypeError):
            await ledger.post(unit, Entry("x", "k", top_up("1").transfers, about))  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "key"), [("Wallet Send", "k"), ("x", "two\nlines"), ("x", ""), ("x", "k" * 201)])
async def test_a_kind_or_key_out_of_form_is_refused_by_the_database(units: Units, kind: str, key: str) -> None:
    async with units.begin() as unit:
        with pytest.raises(DBAPIError, match=r"ck_entry_(kind_word|key_line)"):
            async with unit.session.begin_nested():
                await ledger.post(unit, Entry(kind, key, top_up("1").transfers))


async def test_a_sum_beyond_the_column_is_refused_and_nothing_is_written(units: Units) -> None:
    most = Money(2**63 - 1, CNY)
    async with units.begin() as unit:
        await ledger.post(unit, Entry("x", "most", (Transfer(RAIL, ANA, most),)))
        with pytest.raises(DBAPIError, match="out of range"):
            async with unit.session.begin_nested():
                await ledger.post(unit, top_up("0.01"))
        assert await ledger.balance(unit, ANA) == most
    await assert_books_are_right(units)


async def test_nothing_to_post_is_nothing_posted(units: Units) -> None:
    async with units.begin() as unit:
        assert await ledger.post(unit) == []
        assert await ledger.try_post(unit, []) == []


async def test_a_large_batch_is_one_call(units: Units) -> None:
    async with units.begin() as unit:
        people = [Account("2010", owner) for owner in range(1, 501)]
        entries = [top_up("1.00", f"t{person.owner}", person) for person in people]
        sends = [send("1.00", f"s{person.owner}", person, Account("2010", person.owner + 500)) for person in people]
        posted = await ledger.post(unit, *entries, *sends)
        assert len({receipt.reference for receipt in posted}) == 1000
        assert set((await ledger.balances(unit, people)).values()) == {yuan("0")}
    await assert_books_are_right(units)


async def test_an_account_is_known_by_its_id_once_the_unit_that_opened_it_is_committed(cloned_units: Units) -> None:
    async def opened_and_undone() -> None:
        async with cloned_units.begin() as unit:
            await ledger.post(unit, top_up("1.00"), top_up("2.00", "b", BO))
            assert ANA not in unit.known_ids
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await opened_and_undone()
    async with cloned_units.begin() as unit:
        assert ANA not in unit.known_ids
        with suppress(ZeroDivisionError):
            async with unit.session.begin_nested():
                await ledger.post(unit, top_up("1.00", "c", CHIDI), top_up("1.00", "d", CHIDI))
                raise ZeroDivisionError
        await ledger.post(unit, top_up("1.00"), top_up("2.00", "b", BO))
    async with cloned_units.begin() as unit:
        assert set(unit.known_ids) == {ANA, BO, RAIL}
        assert {unit.known_ids[each] for each in (ANA, BO)} == set((await ledger.account_ids(unit, [ANA, BO])).values())
        await ledger.post(unit, top_up("1.00", "e"), send("0.50", "f"), top_up("1.00", "g", CHIDI))
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("1.50"), BO: yuan("2.50")}
    await assert_books_are_right(cloned_units)


async def test_ids_that_turn_out_to_be_anothers_are_forgotten_and_the_unit_can_be_tried_again(
    cloned_units: Units,
) -> None:
    async def pay_in(key: str) -> None:
        async with cloned_units.begin() as unit:
            await ledger.post(unit, top_up("1.00", key), top_up("1.00", f"{key} too", BO))

    await pay_in("first")
    known = cloned_units._known_ids
    known[ANA], known[BO] = known[BO], known[ANA]
    with pytest.raises(DBAPIError, match="other ids than was known") as failure:
        await pay_in("second")
    assert getattr(failure.value.orig, "sqlstate", None) == "40001"
    assert not known
    await pay_in("second")
    async with cloned_units.begin() as unit:
        assert await ledger.balances(unit, [ANA, BO]) == {ANA: yuan("2.00"), BO: yuan("2.00")}
    await assert_books_are_right(cloned_units)


async def test_no_more_ids_are_known_than_there_is_room_for(
    cloned_units: Units, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage_unit, "MOST_KNOWN_IDS", 3)
    for number, people in enumerate(([ANA, BO], [CHIDI, BO], [ANA, BO])):
        async with cloned_units.begin() as unit:
            await ledger.post(unit, *(top_up("1.00", f"{number} {who.owner}", who) for who in people))
        assert len(cloned_units._known_ids) <= 3
    async with cloned_units.begin() as unit:
        assert await ledger.balances(unit, [ANA, BO, CHIDI]) == {ANA: yuan("2"), BO: yuan("3"), CHIDI: yuan("1")}
