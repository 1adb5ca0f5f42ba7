"""Who sees what of a circle: strangers, members, officers, operators, its group; and how a draw is checked."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from finance_core.circles import (
    board_view,
    desk,
    drafts,
    draw_files,
    membership,
    officer_cards,
    officers,
    queries,
    suspending,
)
from finance_core.circles.book import payments
from finance_core.circles.finding import find
from finance_core.circles.models import CircleState, Role
from finance_core.circles.rules.draws import key_before, picks_hash, tickets
from finance_core.circles.rules.settings import Order, Security
from finance_core.customers import operators
from finance_core.customers.roles import Role as OperatorRole
from finance_core.desk.queue import queue
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import FinanceError
from finance_core.lines import SOURCES
from finance_core.notices import boards
from finance_core.storage.unit import Units
from tests.builders import CIPHER, an_operator, live, the_catalogue, yuan
from tests.circles import FIRST_ON, opened, running, settings, somebody


@pytest.fixture(autouse=True)
async def on_sale(units: Units) -> None:
    units.cipher = CIPHER
    await the_catalogue(units)


async def refused(awaited: Any) -> FinanceError:
    with pytest.raises(FinanceError) as fault:
        await awaited
    return fault.value


async def test_a_stranger_reads_what_it_is_and_the_way_in(units: Units) -> None:
    circle = await opened(units, order=Order.FIXED, members_pick=True, places=5)
    await circle.join(await somebody(units, "Bo"), turns=(3,))
    async with units.begin() as unit:
        card = await queries.stranger_card(unit, CIPHER, await find(unit, circle.token))
    assert (card.settings.title, card.chair, card.free, card.free_turns) == ("Sunday Circle", "Ana", 4, (1, 2, 4, 5))
    assert (card.first_on, card.last_on) == (FIRST_ON, FIRST_ON + timedelta(weeks=4))
    assert "Bo" not in repr(card), "a stranger is told no member's name"


async def test_a_draft_is_seen_by_nobody_else(units: Units) -> None:

    ana = await somebody(units)
    async with units.begin() as unit:
        drafted = await drafts.draft(unit, CIPHER, ana.id, settings(), "a draft")
        assert (await refused(queries.stranger_card(unit, CIPHER, drafted))).code is ErrorCode.CIRCLE


async def test_a_member_reads_turn_dates_paid_received_and_deposit(units: Units, clock: ManualClock) -> None:
    deposit: dict[str, Any] = {"security": Security.DEPOSIT, "security_amount": yuan(50)}
    circle = await running(units, order=Order.FIXED, **deposit)
    bo = circle.people[1]
    async with units.begin() as unit:
        before = await queries.member_card(unit, CIPHER, await find(unit, circle.token), bo.id)
    assert (before.next_on, before.next_due, before.kept) == (FIRST_ON, yuan(100), yuan(50))
    assert [(place.nr, place.receives_on) for place in before.places] == [(2, FIRST_ON + timedelta(weeks=1))]
    await live(units, clock, until="2026-03-29 10:00")
    async with units.begin() as unit:
        row = await find(unit, circle.token)
        card = await queries.member_card(unit, CIPHER, row, bo.id)
        [line] = await queries.circles_of(unit, CIPHER, bo.id)
        stranger = await somebody(units, "Stranger")
        assert (await refused(queries.member_card(unit, CIPHER, row, stranger.id))).code is ErrorCode.CIRCLE
    assert (card.paid, card.received, card.due, card.is_late) == (yuan(200), yuan(400), yuan(0), False)
    assert card.places[0].received_on == date(2026, 3, 29)
    assert (line.title, line.next_on, line.next_due) == ("Sunday Circle", date(2026, 4, 5), yuan(100))


async def test_officers_read_who_is_waiting_and_who_asks_and_never_a_balance(units: Units, clock: ManualClock) -> None:
    circle = await running(units, order=Order.FIXED)
    chair, bo, chi, _ = circle.people
    async with units.begin() as unit:
        await officers.appoint(unit, circle.token, chair.id, bo.id, Role.TREASURER)
        await unit.session.execute(
            text(f"UPDATE circle_member SET automatic_debit = false WHERE customer_id = {chi.id}")
        )
    await live(units, clock, until="2026-03-23 10:00")
    async with units.begin() as unit:
        row = await find(unit, circle.token)
        card = await officer_cards.officer_card(unit, CIPHER, row, bo.id)
        assert (await refused(officer_cards.officer_card(unit, CIPHER, row, chi.id))).code is (
            ErrorCode.CIRCLE_OFFICERS_ONLY
        )
    assert [(each.name, each.round, each.since) for each in card.waiting] == [("P3", 1, FIRST_ON)]
    assert card.officers == {Role.CHAIR: "P1", Role.TREASURER: "P2"}


async def test_who_asks_to_join_is_shown_with_their_reliability_where_they_show_it(units: Units) -> None:
    circle = await opened(units, needs_approval=True)
    bo, chi = await somebody(units, "Bo"), await somebody(units, "Chi")
    await circle.join(bo, shows_reliability=True)
    await circle.join(chi)
    async with units.begin() as unit:
        card = await officer_cards.officer_card(unit, CIPHER, await find(unit, circle.token), circle.chair.id)
    assert [(each.name, each.reliability is not None) for each in card.asking] == [("Bo", True), ("Chi", False)]


async def test_the_board_says_paid_or_waiting_whose_turn_and_the_next_date(units: Units, clock: ManualClock) -> None:
    circle = await running(units, order=Order.FIXED)
    await live(units, clock, until="2026-03-22 10:00")
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE circle_member SET automatic_debit = false"))
        board = await board_view.circle_board(unit, CIPHER, (await find(unit, circle.token)).id)
    assert (board.round, board.rounds, board.due_on) == (2, 4, FIRST_ON + timedelta(weeks=1))
    assert (board.receiver, board.receiver_place) == ("P2", 2)
    assert [(place.name, place.paid, place.has_received) for place in board.people] == [
        ("P1", False, True), ("P2", False, False), ("P3", False, False), ("P4", False, False),
    ]  # fmt: skip


async def test_who_has_paid_ahead_does_not_wait(units: Units, clock: ManualClock) -> None:
    circle = await running(units, order=Order.FIXED)
    chair, bo, chi, dee = circle.people
    row = await circle.row()
    for who, sum_ in ((bo, 100), (chi, 99), (dee, 150)):
        async with units.begin() as unit:
            await payments.pay(unit, row.id, who.id, yuan(sum_), f"ahead:{who.id}")
    await live(units, clock, until=f"{FIRST_ON} 08:00")
    async with units.begin() as unit:
        board = await board_view.circle_board(unit, CIPHER, row.id)
        card = await officer_cards.officer_card(unit, CIPHER, row, chair.id)
        assert await membership.nudge(unit, circle.token, chair.id) == 1
    assert [place.paid for place in board.people] == [False, True, False, True]
    assert [each.customer_id for each in card.waiting] == [chair.id, chi.id]
    assert len(await circle.told(chi, "circle.nudge")) == 1
    await live(units, clock, until=f"{FIRST_ON} 10:00")
    async with units.begin() as unit:
        board = await board_view.circle_board(unit, CIPHER, row.id)
    assert (board.round, [place.paid for place in board.people]) == (2, [False, False, False, False])


async def test_a_board_changes_as_somebody_pays_ahead(units: Units) -> None:
    circle = await running(units, order=Order.FIXED)
    row = await circle.row()
    async with units.begin() as unit:
        await boards.show(unit, "circle", row.id, chat_id=-1, language="en")
        await payments.pay(unit, row.id, circle.people[1].id, yuan(100), "ahead")
        assert await unit.session.scalar(text("SELECT wanted FROM board")) == 2


async def test_a_nickname_stands_for_the_name_on_the_board(units: Units) -> None:
    circle = await opened(units)
    await circle.join(await somebody(units, "Bo"), nickname="The Baker")
    async with units.begin() as unit:
        board = await board_view.circle_board(unit, CIPHER, (await find(unit, circle.token)).id)
    assert [place.name for place in board.people] == ["The Baker"]
    assert (board.state, board.held, board.places, board.round) == ("open", 1, 4, None)
    assert board.key_zero is not None


async def test_a_whole_order_and_a_round_are_checked_by_what_was_published(units: Units, clock: ManualClock) -> None:
    whole, lottery = await running(units), await running(units, order=Order.LOTTERY)
    await live(units, clock, until="2026-03-21 20:30")
    async with units.begin() as unit:
        for circle, number in ((whole, 0), (lottery, 1)):
            row = await find(unit, circle.token)
            file = await draw_files.draw_file(unit, CIPHER, row, number)
            assert key_before(file.key) == file.previous_key
            order = list(tickets(file.purpose, file.key, picks_hash(file.picks), file.code, file.round, file.eligible))
            by_turn = {place.turn: place.nr for place in await circle.places()}
            assert order[0] == by_turn[1]
        row = await find(unit, lottery.token)
        later = draw_files.draw_file(unit, CIPHER, row, 2)
        assert (await refused(later)).code is ErrorCode.CIRCLE_NO_DRAW
        assert (await refused(draw_files.draw_file(unit, CIPHER, row, 0))).code is ErrorCode.CIRCLE_NO_DRAW
        assert (await refused(draw_files.draw_file(unit, CIPHER, row, 9))).code is ErrorCode.CIRCLE_ROUND


async def test_an_operator_reads_shortfalls_and_signs_of_a_pyramid(units: Units, clock: ManualClock) -> None:
    circle = await running(units, order=Order.FIXED, title="Guaranteed returns")
    async with units.begin() as unit:
        await unit.session.execute(text("UPDATE circle_member SET automatic_debit = false"))
    await live(units, clock, until="2026-03-23 10:00")
    async with units.begin() as unit:
        row = await find(unit, circle.token)
        card = await desk.operator_card(unit, CIPHER, row)
        signs = await desk.signs_of(unit, CIPHER, row, ("guaranteed", "returns"))
        listed = await desk.all_circles(unit, CircleState.RUNNING)
    assert [(each.nr, each.due, each.paid) for each in card.shortfalls] == [(1, yuan(400), yuan(0))]
    assert {sign.what for sign in signs} == {"promises"}
    assert [each.id for each in listed] == [row.id]


async def test_an_organiser_with_four_new_circles_of_new_people_is_a_sign(units: Units) -> None:
    chair = await somebody(units)
    for _ in range(4):
        circle = await opened(units, chair)
    await circle.join(await somebody(units, "Bo"))
    async with units.begin() as unit:
        signs = await desk.signs_of(unit, CIPHER, await find(unit, circle.token))
    assert {(sign.what, sign.count) for sign in signs} == {("many_new", 4), ("new_people", 1)}


async def test_disputes_wait_in_the_operators_queue_and_not_for_who_is_in_the_circle(units: Units) -> None:
    circle, olu = await running(units), await an_operator(units, "Olu", OperatorRole.SUPPORT)
    async with units.begin() as unit:
        await operators.grant(unit, circle.chair.id, OperatorRole.SUPPORT)
        case = await suspending.dispute(unit, CIPHER, circle.token, circle.people[1].id, 1, "not so", "a dispute")
        [entry] = await queue(unit, olu.id, SOURCES.values())
        assert (entry.source, entry.number, entry.due_at) == ("circle_case", case.id, case.due_at)
        assert await queue(unit, circle.chair.id, SOURCES.values()) == []
