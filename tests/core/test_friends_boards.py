"""What boards of money among friends show: all that is public, and never more than one message."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from finance_core.customers.queries import by_id
from finance_core.friends import bills, daily, drafts, opening, packets, photos
from finance_core.friends.bills import NewBill
from finance_core.friends.boards import bill_board, draft_board, offered_boards, packet_board
from finance_core.friends.draft_shares import Sharer
from finance_core.friends.models import PacketState
from finance_core.friends.packets import NewPacket
from finance_core.friends.rules.draws import PacketKind
from finance_core.friends.rules.splits import Sharing, Split
from finance_core.groups import service as groups
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict, InvalidInput, NotAllowed, NotFound
from finance_core.notices import boards
from finance_core.storage.unit import Unit, Units
from handlers.friends.screens import bill_boards
from handlers.friends.screens import packets as packet_screens
from handlers.locales import translator
from tests.builders import CIPHER, a_customer, verified, yuan

LONGEST = ("<b>&\u202eعربي🧧" * 40)[:255]
TELEGRAMS_BOUND = 4096


def seen_length(markup: str) -> int:
    """Return how long a text is as Telegram counts: without its markup, in UTF-16."""
    return len(html.unescape(re.sub(r"<[^>]+>", "", markup)).encode("utf-16-le")) // 2


async def many(units: Units, count: int) -> list[int]:
    return [(await a_customer(units, LONGEST)).id for _ in range(count)]


async def shown(units: Units) -> Sequence[tuple[str, int]]:
    async with units.begin() as unit:
        rows = await unit.session.execute(text("SELECT kind, wanted FROM board ORDER BY id"))
        return [(row.kind, row.wanted) for row in rows]


async def a_group(unit: Unit) -> int:
    return (await groups.met(unit, CIPHER, -9, title=LONGEST, language="en")).id


async def test_the_board_of_a_packet_of_many_with_the_longest_names_is_one_message(units: Units) -> None:
    ana, people = await a_customer(units, LONGEST, money=500), await many(units, 25)
    async with units.begin() as unit:
        packet, _ = await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(100), 25, words="&" * 100), "a packet")
        before = await packet_board(unit, CIPHER, packet.id)
        assert (before.seed, before.total, before.luckiest) == (None, None, None)
    for person in people:
        async with units.begin() as unit:
            await opening.claim(unit, "a packet", person)
    async with units.begin() as unit:
        board = await packet_board(unit, CIPHER, packet.id)
    assert (board.state, len(board.opened), board.total) == (PacketState.OPENED, 25, yuan(100))
    assert board.luckiest == max(board.opened, key=lambda each: each.amount.amount)
    for language in ("en", "zh"):
        assert seen_length(packet_screens.board(translator(language), board).text) < TELEGRAMS_BOUND
    await verified(units)


async def test_what_inline_mode_offers_is_read_in_one_statement_and_shows_what_boards_show(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    for number in range(12):
        async with units.begin() as unit:
            await packets.make(unit, CIPHER, ana.id, NewPacket(yuan(1), 2, words=f"wish {number}"), f"packet {number}")
    for person, number in ((bo, 4), (chidi, 4), (bo, 9)):
        async with units.begin() as unit:
            await opening.claim(unit, f"packet {number}", person.id)
    async with units.begin() as unit:
        sender = await by_id(unit, ana.id)
        connection = await unit.session.connection()
        statements: list[str] = []
        event.listen(connection.sync_connection, "before_cursor_execute", lambda *told: statements.append(told[2]))
        offered = await offered_boards(unit, CIPHER, sender, None, 10)
        assert len(statements) == 1
        assert [packet.token for packet, _ in offered] == [f"packet {n}" for n in (11, 10, 9, 8, 7, 6, 5, 3, 2, 1)]
        assert [board for _, board in offered] == [await packet_board(unit, CIPHER, each.id) for each, _ in offered]
        [(_, one)] = await offered_boards(unit, CIPHER, sender, "packet 9", 10)
        assert (one.count, [each.name for each in one.opened]) == (1, ["Bo"])
        for token in ("packet 4", "nobody's"):
            assert await offered_boards(unit, CIPHER, sender, token, 10) == []
        assert await offered_boards(unit, CIPHER, await by_id(unit, bo.id), "packet 9", 10) == []


async def test_each_claim_and_the_end_are_a_change_of_the_packets_boards(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    async with units.begin() as unit:
        equal = NewPacket(yuan(10), 2, kind=PacketKind.EQUAL)
        packet, _ = await packets.make(unit, CIPHER, ana.id, equal, "a packet")
        await boards.show(unit, "packet", packet.id, chat_id=-9, language="en")
        await boards.adopt(unit, "packet", packet.id, inline_id="x", language="en")
    for person in (bo, bo, chidi):
        async with units.begin() as unit:
            await opening.claim(unit, "a packet", person.id)
    assert await shown(units) == [("packet", 3), ("packet", 3)]
    async with units.begin() as unit:
        over = "SELECT bool_and(is_over) FROM board"
        assert await unit.session.scalar(text(over)), "nothing of it changes any more"


async def test_a_bill_of_fifty_with_the_longest_names_is_one_message(units: Units) -> None:
    ana, people = await a_customer(units, LONGEST), await many(units, 50)
    async with units.begin() as unit:
        place = await a_group(unit)
        draft = await drafts.begin(
            unit, CIPHER, ana.id, yuan(510), [Sharer(each) for each in people], "&" * 100, place, "a bill"
        )
        card = await draft_board(unit, CIPHER, draft.id)
        assert [each.amount for each in card.people] == [yuan(10)] * 51
        assert seen_length(bill_boards.draft(translator("en"), card).text) < TELEGRAMS_BOUND
        bill = await drafts.ask(unit, CIPHER, "a bill", ana.id)
        assert (
            seen_length(bill_boards.bill(translator("zh"), await bill_board(unit, CIPHER, bill.id)).text)
            < TELEGRAMS_BOUND
        )


async def test_a_draft_becomes_the_bill_in_the_same_message_and_ends_there(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    async with units.begin() as unit:
        draft = await drafts.begin(unit, CIPHER, ana.id, yuan("100.01"), (), "soup", await a_group(unit), "a bill")
        await boards.show(unit, "bill_draft", draft.id, chat_id=-9, language="en")
        with pytest.raises(InvalidInput):
            await drafts.ask(unit, CIPHER, "a bill", ana.id)
        for person in (bo, chidi, bo):
            await drafts.join(unit, "a bill", person.id)
        await drafts.leave(unit, "a bill", ana.id)
        with pytest.raises(NotAllowed):
            await drafts.ask(unit, CIPHER, "a bill", bo.id)
        bill = await drafts.ask(unit, CIPHER, "a bill", ana.id)
        assert [part.amount for part in await bills.parts_of(unit, bill)] == [5_001, 5_000]
        with pytest.raises(Conflict):
            await drafts.join(unit, "a bill", bo.id)
    assert [kind for kind, _ in await shown(units)] == ["bill"]


async def test_the_board_of_a_bill_tells_nobody_what_is_left_or_who_refused(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    async with units.begin() as unit:
        new = NewBill(yuan(30), (bo.id, chidi.id), Split((1_200, 800), 1_000), title="soup")
        bill = await bills.split(unit, CIPHER, ana.id, new, "a bill")
        await bills.pay(unit, "a bill", bo.id, yuan(7), "some")
        await bills.refuse(unit, CIPHER, "a bill", chidi.id, "I was not there")
        told = bill_boards.bill(translator("en"), await bill_board(unit, CIPHER, bill.id)).text
    assert "⏳ Bo" in told
    assert "⏳ Chidi" in told
    assert not any(secret in told for secret in ("7.00", "5.00", "12.00", "8.00", "not there"))


async def test_a_draft_shows_what_each_would_bear_to_the_cent(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=50) for name in ("Ana", "Bo", "Chidi")]
    async with units.begin() as unit:
        named = [Sharer(bo.id), Sharer(chidi.id)]
        draft = await drafts.begin(unit, CIPHER, ana.id, yuan(100), named, "", await a_group(unit), "a bill")
        board = await draft_board(unit, CIPHER, draft.id)
        assert [(each.name, each.amount) for each in board.people] == [
            ("Bo", yuan("33.33")),
            ("Chidi", yuan("33.33")),
            ("Ana", yuan("33.34")),
        ]
        told = bill_boards.draft(translator("en"), board).text
        assert "¥33.33: Bo, Chidi\n¥33.34: Ana" in told
        await drafts.leave(unit, "a bill", bo.id)
        assert "¥50.00 each" in bill_boards.draft(translator("en"), await draft_board(unit, CIPHER, draft.id)).text


async def test_a_draft_by_sums_weights_and_several_payers_becomes_the_bill_that_it_showed(units: Units) -> None:
    ana, bo, chidi, dee = [await a_customer(units, name, money=500) for name in ("Ana", "Bo", "Chidi", "Dee")]
    named = [Sharer(bo.id, Sharing(amount=10_000)), Sharer(chidi.id, Sharing(weight=2), paid=6_000)]
    async with units.begin() as unit:
        draft = await drafts.begin(unit, CIPHER, ana.id, yuan(300), named, "", await a_group(unit), "a bill")
        await drafts.join(unit, "a bill", dee.id)
        board = await draft_board(unit, CIPHER, draft.id)
        assert [each.amount for each in board.people] == [yuan(100), yuan(100), yuan(50), yuan(50)]
        assert [(each.name, each.amount) for each in board.paid] == [("Chidi", yuan(60)), ("Ana", yuan(240))]
        assert "Paid at the shop: Chidi ¥60.00, Ana ¥240.00" in bill_boards.draft(translator("en"), board).text
        with pytest.raises(Conflict) as stays:
            await drafts.leave(unit, "a bill", chidi.id)
        assert stays.value.code == ErrorCode.BILL_PAYER_STAYS
        bill = await drafts.ask(unit, CIPHER, "a bill", ana.id)
        parts = await bills.parts_of(unit, bill)
        assert [(part.payer_id, part.payee_id, part.amount) for part in parts] == [
            (bo.id, ana.id, 10_000),
            (chidi.id, ana.id, 4_000),
            (dee.id, ana.id, 5_000),
        ]
    await verified(units)


async def test_a_draft_says_what_nobody_bears_and_is_not_asked_for_with_it(units: Units) -> None:
    ana, bo = [await a_customer(units, name, money=500) for name in ("Ana", "Bo")]
    named = [Sharer(bo.id, Sharing(amount=10_000))]
    async with units.begin() as unit:
        place = await a_group(unit)
        draft = await drafts.begin(unit, CIPHER, ana.id, yuan(300), named, "", place, "a bill")
        await drafts.leave(unit, "a bill", ana.id)
        board = await draft_board(unit, CIPHER, draft.id)
        assert board.nobodys == yuan(200)
        assert "¥200.00 is still to be shared out" in bill_boards.draft(translator("en"), board).text
        with pytest.raises(InvalidInput) as short:
            await drafts.ask(unit, CIPHER, "a bill", ana.id)
        assert short.value.code == ErrorCode.BILL_DIFFERENCE
        for wrong in ([Sharer(bo.id, Sharing(amount=30_001))], [Sharer(bo.id, paid=30_001)]):
            with pytest.raises(InvalidInput) as above:
                await drafts.begin(unit, CIPHER, ana.id, yuan(300), wrong, "", place, "another")
            assert above.value.code == ErrorCode.BILL_DIFFERENCE
        for twice in ([Sharer(bo.id), Sharer(bo.id)], [Sharer(ana.id, Sharing(weight=2))]):
            with pytest.raises(InvalidInput) as people:
                await drafts.begin(unit, CIPHER, ana.id, yuan(300), twice, "", place, "another")
            assert people.value.code == ErrorCode.BILL_PEOPLE


async def test_a_draft_that_nobody_asks_for_lapses_within_a_day_and_its_board_says_so(
    units: Units, clock: ManualClock
) -> None:
    ana, bo = [await a_customer(units, name, money=500) for name in ("Ana", "Bo")]
    async with units.begin() as unit:
        draft = await drafts.begin(unit, CIPHER, ana.id, yuan(300), [Sharer(bo.id)], "", await a_group(unit), "a bill")
        await boards.show(unit, "bill_draft", draft.id, chat_id=-9, language="en")
        work = next(each for each in daily.TIMED if each.name == "friends.end_drafts")
        due = await work.next_due(unit)
        assert due == draft.made_at + timedelta(hours=24)
    clock.advance(hours=23)
    assert await work.run(units) == 0
    clock.advance(hours=1)
    async with units.begin() as unit:
        with pytest.raises(Conflict) as over:
            await drafts.join(unit, "a bill", bo.id)
        assert over.value.code == ErrorCode.BILL_DRAFT_OVER
    assert await work.run(units) == 1
    async with units.begin() as unit:
        assert await unit.session.scalar(text("SELECT bool_and(is_over AND wanted = 2) FROM board"))
        told = bill_boards.draft(translator("en"), await draft_board(unit, CIPHER, draft.id))
        assert "lapsed" in told.text
        assert not told.buttons
        assert await work.next_due(unit) is None


async def test_the_photo_of_a_bill_is_seen_by_who_shares_it_and_goes_some_time_after_its_end(units: Units) -> None:
    ana, bo, chidi = [await a_customer(units, name, money=500) for name in ("Ana", "Bo", "Chidi")]
    async with units.begin() as unit:
        await drafts.begin(unit, CIPHER, ana.id, yuan(30), [Sharer(bo.id)], "", await a_group(unit), "a bill")
        await photos.hang(unit, CIPHER, "a bill", ana.id, "an older file")
        await photos.hang(unit, CIPHER, "a bill", ana.id, "a file")
        await photos.hang(unit, CIPHER, "a bill", chidi.id, "another's file")
        await drafts.ask(unit, CIPHER, "a bill", ana.id)
        assert [await photos.seen(unit, CIPHER, "a bill", each.id) for each in (ana, bo)] == ["a file"] * 2
        with pytest.raises(NotAllowed):
            await photos.seen(unit, CIPHER, "a bill", chidi.id)
        kept = await unit.session.scalar(text("SELECT file_sealed FROM bill_photo"))
        assert b"a file" not in kept
        for days, is_open in ((400, True), (89, False), (91, False)):
            if not is_open:
                await unit.session.execute(text("UPDATE bill SET state = 'closed', ended_at = :now"), {"now": unit.now})
            await photos.forget(unit, unit.open_on + timedelta(days=days))
            assert await photos.hangs(unit, "a bill") == (days != 91)
        with pytest.raises(NotFound):
            await photos.seen(unit, CIPHER, "a bill", bo.id)
