"""A member's documents of a circle: contract and statement as text and as papers, a table, the dates for a calendar."""

from __future__ import annotations

import asyncio

from aiogram import Router
from aiogram.types import CallbackQuery

from finance_core.circles.finding import member_of, money_of, places_of
from finance_core.circles.joining import debits_of, promised
from finance_core.circles.membership import DueDate, dates_of
from finance_core.circles.models import Circle, CircleMember, CircleState, MemberState
from finance_core.circles.queries import member_card
from finance_core.circles.requests import JoinRequest
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.dates import round_days
from finance_core.circles.rules.settings import Kind
from finance_core.circles.saving.finding import meetings
from finance_core.circles.sealing import member_associated_data, words_of
from finance_core.circles.statements import CircleStatement, statement_of
from finance_core.customers import consents
from finance_core.customers.consents import Topic
from finance_core.customers.service import display_name
from finance_core.journeys.saving_circles.statements import statement_of as saving_statement_of
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import Conflict
from handlers.chat.arguments import argument
from handlers.chat.filters import Tap
from handlers.chat.misses import CountsMisses
from handlers.chat.screens.base import File, Screen
from handlers.chat.talk import Talk
from handlers.circles.mine import of_member
from handlers.circles.screens import contract as contracts
from handlers.circles.screens import documents as screens
from handlers.circles.screens.contract import Signed
from handlers.documents.paper import printed

router = Router(name="circle_documents")
router.callback_query.middleware(CountsMisses())


@router.callback_query(Tap("circledocs"))
async def statement(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one's statement of a circle, with the ways to take it away."""
    circle, _ = await of_member(talk, argument(arguments))
    own = await member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    kept = await _kept(talk, circle)
    return screens.statement(talk.t, own, kept, has_dates=await _has_dates(talk, circle))


async def _kept(talk: Talk, circle: Circle) -> CircleStatement:
    """Return one's statement, by the circle's kind."""
    if circle.kind == Kind.ACCUMULATING:
        return await saving_statement_of(talk.unit, circle, talk.customer.id)
    return await statement_of(talk.unit, circle, talk.customer.id)


async def _days(talk: Talk, circle: Circle) -> list[DueDate]:
    """Return one's coming dates: of an accumulating circle its meetings."""
    if circle.kind != Kind.ACCUMULATING:
        return await dates_of(talk.unit, circle.token, talk.customer.id)
    coming = [each for each in await meetings(talk.unit, circle.id) if each.held_on >= talk.unit.open_on]
    return [DueDate(each.held_on, each.nr, money_of(circle, 0), receives=False) for each in coming]


async def _has_dates(talk: Talk, circle: Circle) -> bool:
    member = await member_of(talk.unit, circle, talk.customer.id)
    is_over = circle.state in (CircleState.ENDED, CircleState.CALLED_OFF)
    return member is not None and member.state == MemberState.JOINED and not is_over


@router.callback_query(Tap("circlecontract"))
async def contract(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Show one's contract of a circle, as it was signed. Raises Conflict: `circle_not_running`, nothing is yet."""
    circle, member = await of_member(talk, argument(arguments))
    own = await member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    return contracts.contract(talk.t, own, await _signed(talk, circle, member))


async def _signed(talk: Talk, circle: Circle, member: CircleMember) -> Signed:
    """Return what somebody has signed. Raises Conflict: `circle_not_running`: the circle has not started."""
    if member.agreed_at is None or circle.rounds is None:
        raise Conflict(ErrorCode.CIRCLE_NOT_RUNNING, state=circle.state)
    mine = [each for each in await places_of(talk.unit, circle) if each.customer_id == talk.customer.id]
    turns = tuple(each.turn for each in mine if each.turn is not None)
    count = max(len(mine), 1)
    request = JoinRequest(places=count, turns=turns if len(turns) == count else ())
    consent = await consents.last_line(talk.unit, talk.customer.id, Topic.DEBIT, debits_of(circle))
    bound = member_associated_data("nominee", circle.id, talk.customer.id)
    return Signed(
        name=display_name(talk.customer, talk.cipher),
        on=member.agreed_at.astimezone(talk.unit.zone).date(),
        places=count,
        rounds=circle.rounds,
        days=round_days(circle.first_due_on, circle.rounds, Period(circle.period)),
        promised=await promised(talk.unit, circle, request),
        wording=consent.wording if consent is not None else "",
        given=consent is not None and consent.given,
        retention=money_of(circle, member.retention) if member.retention else None,
        nominee=words_of(member.nominee_sealed, talk.cipher, bound),
    )


@router.callback_query(Tap("circlepaper"))
async def taken_away(callback: CallbackQuery, talk: Talk, arguments: list[str]) -> Screen:
    """Send the contract, the statement or the dates as a file: `circlepaper:<code>:contract`, `pdf`, `csv`, `ics`."""
    circle, member = await of_member(talk, argument(arguments))
    own = await member_card(talk.unit, talk.cipher, circle, talk.customer.id)
    title = talk.t("my_circles.name", title=own.card.settings.title, code=circle.code)
    match argument(arguments, 1):
        case "contract":
            signed = await _signed(talk, circle, member)
            paper = contracts.paper(talk.t, own, signed, talk.institution, talk.unit.now)
            content = await asyncio.to_thread(printed, paper)
            return Screen(title, document=File(f"circle-{circle.code}-contract.pdf", content))
        case "ics":
            days = await _days(talk, circle)
            content = screens.calendar(talk.t, own, days, talk.unit.now).encode()
            return Screen(title, document=File(f"circle-{circle.code}.ics", content))
        case "csv":
            kept = await _kept(talk, circle)
            return Screen(
                title, document=File(f"circle-{circle.code}.csv", screens.table(talk.t, kept).encode("utf-8-sig"))
            )
    kept = await _kept(talk, circle)
    name = display_name(talk.customer, talk.cipher)
    paper = screens.paper(talk.t, own, kept, name, talk.institution, talk.unit.now)
    return Screen(title, document=File(f"circle-{circle.code}.pdf", await asyncio.to_thread(printed, paper)))
