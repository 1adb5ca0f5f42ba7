"""The canonical form of an entry, implemented a second time from its description."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import Any

from sqlalchemy import text

from finance_core import ledger
from finance_core.ledger import Entry, Transfer
from finance_core.storage.unit import Actor, Unit, Units
from tests.ledger_cases import ANA, BO, CHIDI, RAIL, a_lived_in_book, top_up, yuan


def request_hash(entry: Entry, about: dict[str, Any], reverses: int | None) -> bytes:
    """Lines of: kind, key, value date, date it is about, id it reverses, metadata, each transfer in order."""

    def dated(day: date | None) -> str:
        return day.isoformat() if day else ""

    # PostgreSQL's jsonb orders names by their length in bytes, then by their bytes.
    ordered = dict(sorted(about.items(), key=lambda item: (len(item[0].encode()), item[0].encode())))
    lines = [f"{move.debit.path}>{move.credit.path}={move.amount.amount}" for move in entry.transfers]
    form = [
        entry.kind,
        entry.key,
        dated(entry.value_on),
        dated(entry.about_on),
        str(reverses or ""),
        json.dumps(ordered, ensure_ascii=False, separators=(", ", ": ")),
        *lines,
    ]
    return hashlib.sha256("\n".join(form).encode()).digest()


async def content_hash(
    unit: Unit, entry: Entry, entry_id: int, about: dict[str, Any], reverses: int | None = None
) -> bytes:
    posted_at = unit.now.strftime("%Y-%m-%dT%H:%M:%S.%f")
    place = f"{entry_id}\n{unit.open_on}\n{posted_at}\n{unit.actor}"
    return b"\x01" + hashlib.sha256(request_hash(entry, about, reverses) + place.encode()).digest()


async def stored_hash(unit: Unit, entry_id: int) -> bytes:
    row = await unit.session.execute(text("SELECT content_hash FROM entry WHERE id = :id"), {"id": entry_id})
    return bytes(row.scalar_one())


async def test_an_entrys_hash_is_what_the_canonical_form_says(units: Units) -> None:
    about: dict[str, Any] = {"note": '午饭 "q" \\ \n\t\b\x01\x7f', "bb": 2, "a": -7, "ccc": "", "名": "x", "zz": 10**17}
    async with units.begin(Actor("customer", 9)) as unit:
        entry = Entry(
            "wallet.send",
            "intent:abc:午",
            (Transfer(RAIL, ANA, yuan("12.34")), Transfer(ANA, BO, yuan("0.01"))),
            about,
            value_on=unit.open_on - timedelta(days=3),
            about_on=unit.open_on - timedelta(days=1),
        )
        (posted,) = await ledger.post(unit, entry)
        assert await stored_hash(unit, posted.entry_id) == await content_hash(unit, entry, posted.entry_id, about)


async def test_a_batch_and_a_reversal_are_hashed_in_the_same_form(units: Units) -> None:
    async with units.begin() as unit:
        entries = [top_up("5.00", f"t{n}", account) for n, account in enumerate((ANA, BO, CHIDI, ANA))]
        receipts = await ledger.post(unit, *entries)
        back = await ledger.reverse(unit, receipts[0].entry_id, "undone", "mistake")
        about = {"why": "mistake", "undoes": receipts[0].reference, "kind": "wallet.top_up"}
        undone = Entry("reversal", "undone", (Transfer(ANA, RAIL, yuan("5.00")),), about)
        for entry, receipt in zip(entries, receipts, strict=True):
            expected = await content_hash(unit, entry, receipt.entry_id, {"rail": "sandbox"})
            assert await stored_hash(unit, receipt.entry_id) == expected
        expected = await content_hash(unit, undone, back.entry_id, about, receipts[0].entry_id)
        assert await stored_hash(unit, back.entry_id) == expected


async def test_every_hash_begins_with_the_version_of_its_form(units: Units) -> None:
    await a_lived_in_book(units)
    async with units.begin() as unit:
        hashes = [
            bytes(value) for value in (await unit.session.execute(text("SELECT content_hash FROM entry"))).scalars()
        ]
    assert {value[:1] for value in hashes} == {b"\x01"}
    assert {len(value) for value in hashes} == {33}
    assert len(set(hashes)) == len(hashes)
