"""A member's own card of a savings circle, and what else one may do in it."""

from __future__ import annotations

from finance_core.circles.finding import officers_of
from finance_core.circles.models import Circle, CircleMember, MemberState
from finance_core.circles.saving.board_view import saving_board
from finance_core.circles.saving.forming import settings_of
from finance_core.journeys.saving_circles import views
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines
from handlers.chat.talk import Talk
from handlers.circles.saving.joining import opened_circle
from handlers.circles.saving.opening import terms_of
from handlers.circles.screens import saving_boards
from handlers.circles.screens import saving_mine as screens
from handlers.circles.screens.saving_mine import Own
from handlers.circles.screens.ways import see
from handlers.locales import Html


async def card(talk: Talk, circle: Circle, member: CircleMember) -> Screen:
    """Return a member's card; before the cycle begins, how they stand, or the way in."""
    if circle.started_at is None:
        return await opened_circle(talk, circle)
    return screens.card(talk.t, await own(talk, circle, member))


async def own(talk: Talk, circle: Circle, member: CircleMember) -> Own:
    """Return what a member has in a circle that has begun, and what the circle has."""
    is_in = member.state == MemberState.JOINED
    mine = await views.mine(talk.unit, circle.id, talk.customer.id) if is_in else None
    held = await officers_of(talk.unit, circle)
    return Own(
        title=(await settings_of(talk.unit, circle, talk.cipher)).title,
        code=circle.code,
        fund=await views.fund(talk.unit, circle.id),
        mine=mine,
        standing=mine.saver.standing if mine is not None and member.automatic_debit else 0,
        roles=tuple(role for role, person in held.items() if person == talk.customer.id),
    )


async def shares(talk: Talk, circle: Circle, member: CircleMember) -> Html:
    """Return what one's shares of a circle that runs are worth today."""
    return screens.shares(talk.t, await own(talk, circle, member))


async def more(talk: Talk, circle: Circle, member: CircleMember) -> Screen:
    """Return the rules of a circle, and what else one may do in it."""
    if circle.started_at is None:
        return await opened_circle(talk, circle)
    return screens.more(talk.t, await own(talk, circle, member), await terms_of(talk, circle))


async def who_has_paid(talk: Talk, circle: Circle) -> Screen:
    """Return what the group's board says of a circle."""
    seen = await saving_board(talk.unit, talk.cipher, circle)
    head = talk.t("saving_circles.name", title=seen.title, code=seen.code)
    said = saving_boards.runs(talk.t, seen) if circle.started_at is not None else saving_boards.forms(talk.t, seen)
    return Screen(lines(head, *said), ((see(talk.t, seen.code),),))
