"""What one's own circles look like: the list, a card, what else may be done, who has paid."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from finance_core.circles.board_view import BoardPlace, CircleBoard
from finance_core.circles.cards import MemberCard, MyCircle, PlaceCard
from finance_core.circles.models import CircleState, MemberState
from finance_core.circles.rules.settings import Kind, Order
from finance_core.kernel.money import Money
from handlers.chat.plain import plain
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row, page_of, room_beside
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_LISTED: Final = 4
"""Circles with a button on one page."""
CARD: Final = "mycircle"
"""What opens a member's card of a circle."""
_OVER: Final = (CircleState.ENDED, CircleState.CALLED_OFF)


def circles(t: Translator, found: Sequence[MyCircle], start: int, opens: str = CARD) -> Screen:
    """One's circles, each with what comes next, and a button to each. `opens`: what it opens of it, by its verb."""
    if not found:
        return Screen(t("my_circles.none"), (menu_row(t),))
    shown, following = page_of(found, start, _LISTED)
    titles = Counter(each.title for each in found)
    buttons = choices([(_label(t, each, titles), f"{opens}:{each.code}") for _, each in shown], per_row=1)
    further = (Button(t("common.more"), f"circlelist:{following}"),) if following is not None else ()
    said = [_listed(t, each) for _, each in shown]
    head = t("my_circles.title", count=len(found)) if opens == CARD else t("my_circles.which_circle")
    return Screen(lines(head, *said), (*buttons, (*further, *menu_row(t))))


def _label(t: Translator, each: MyCircle, titles: Counter[str]) -> str:
    """Return what a circle's button says: its name, with the code where another has the same name."""
    is_alone = titles[each.title] == 1
    return each.title if is_alone and each.title else plain(t("my_circles.name", title=each.title, code=each.code))


def _listed(t: Translator, each: MyCircle) -> Html:
    return lines("", t("my_circles.name", title=each.title, code=each.code), _what_comes(t, each))


def _what_comes(t: Translator, each: MyCircle) -> Html:
    if each.state in _OVER:
        return t(f"my_circles.state_{each.state}")
    if each.member != MemberState.JOINED:
        return t(f"my_circles.member_{each.member}")
    if each.state != CircleState.RUNNING:
        forms = each.kind is Kind.ACCUMULATING and each.state is CircleState.OPEN
        return t("my_circles.state_forming" if forms else f"my_circles.state_{each.state}")
    if each.due:
        return t("my_circles.due_now", sum=each.due)
    return _what_comes_next(t, each)


def _what_comes_next(t: Translator, each: MyCircle) -> Html:
    if each.next_on is None:
        return t("my_circles.nothing_comes")
    if each.kind is Kind.ACCUMULATING:
        return t("my_circles.next_meeting", on=each.next_on)
    return t("my_circles.next", sum=each.next_due, on=each.next_on)


def card(t: Translator, own: MemberCard, board: CircleBoard | None, ahead: Money, *, may_bid: bool) -> Screen:
    """A started circle as its member reads it. `board`: of one that runs; `ahead`: what is paid before its day."""
    said = lines(
        t("my_circles.name", title=own.card.settings.title, code=own.card.code),
        _terms(t, own, board),
        _standing(t, own),
        _round(t, board) if board is not None else None,
        "",
        *_money(t, own, ahead),
        *[_place(t, each) for each in own.places],
        *_roles(t, own),
    )
    return Screen(said, _ways(t, own, may_bid=may_bid, is_drawn=_is_drawn(own, board)))


def _terms(t: Translator, own: MemberCard, board: CircleBoard | None) -> Html:
    """Return the terms in a line; it may have started with fewer places than were drafted."""
    settings = own.card.settings
    places = len(board.people) if board is not None else settings.places
    each = t(f"my_circles.each_{settings.period}", sum=settings.contribution)
    order = t(f"my_circles.order_{settings.order}")
    return t("my_circles.terms", each=each, places=places, order=order)


def _standing(t: Translator, own: MemberCard) -> Html | None:
    """Return how one stands where that is anything but an ordinary member of a circle that runs."""
    if own.state != MemberState.JOINED:
        place = t("my_circles.in_line", position=own.position) if own.position is not None else None
        return lines(t(f"my_circles.member_{own.state}"), place)
    if own.card.state != CircleState.RUNNING:
        return t(f"my_circles.state_{own.card.state}")
    return t("my_circles.you_are_suspended") if own.is_suspended else None


def _round(t: Translator, board: CircleBoard) -> Html | None:
    if board.round is None or board.rounds is None:
        return None
    paying = [each for each in board.people if each.paid is not None]
    paid = sum(each.paid is True for each in paying)
    whose = t("my_circles.goes_to", name=board.receiver) if board.receiver else t("my_circles.not_known_yet")
    held = t("my_circles.round_is_held") if board.is_held else None
    return lines(t("my_circles.round", nr=board.round, rounds=board.rounds, on=board.due_on),
                 t("my_circles.have_paid", paid=paid, count=len(paying)), whose, held)  # fmt: skip


def _money(t: Translator, own: MemberCard, ahead: Money) -> list[Html | None]:
    due = t("my_circles.due_late" if own.is_late else "my_circles.due_now", sum=own.due) if own.due else None
    return [
        due,
        _coming(t, own, ahead),
        t("my_circles.in_all", paid=own.paid, received=own.received),
        t("my_circles.kept", sum=own.kept) if own.kept else None,
    ]


def _coming(t: Translator, own: MemberCard, ahead: Money) -> Html | None:
    """Return what comes next: what is paid ahead is used first, the wallet pays the rest."""
    if own.next_on is None or not own.next_due or own.card.state is not CircleState.RUNNING:
        return None
    left = own.next_due - min(ahead, own.next_due)
    if not left:
        return t("my_circles.next_is_ahead", sum=own.next_due, on=own.next_on)
    return t("my_circles.next_debited" if own.automatic_debit else "my_circles.next", sum=left, on=own.next_on)


def _place(t: Translator, place: PlaceCard) -> Html:
    if place.is_closed:
        closed = t("my_circles.place_closed", nr=place.nr)
        return closed if place.refunded_on is None else t("my_circles.place_back", nr=place.nr, on=place.refunded_on)
    if place.received_on is not None:
        return t("my_circles.place_received", nr=place.nr, on=place.received_on)
    if place.receives_on is not None:
        return t("my_circles.place_receives", nr=place.nr, round=place.turn, on=place.receives_on)
    return t("my_circles.place_waits", nr=place.nr)


def _roles(t: Translator, own: MemberCard) -> list[Html]:
    return [t(f"my_circles.role_is_{role}") for role in own.roles]


def _is_drawn(own: MemberCard, board: CircleBoard | None) -> bool:
    """Say whether there is a draw to check."""
    if own.card.settings.order is Order.LOTTERY:
        return board is not None and board.key is not None
    return own.card.settings.order is Order.WHOLE


def _ways(t: Translator, own: MemberCard, *, may_bid: bool, is_drawn: bool) -> tuple[tuple[Button, ...], ...]:
    code, last = own.card.code, (ways.to_circles(t), *menu_row(t))
    documents = Button(t("my_circles.documents"), f"circledocs:{code}")
    if own.card.state == CircleState.CALLED_OFF or own.state in _GONE:
        return ((documents,), last) if own.paid else (last,)
    if own.card.state == CircleState.ENDED:
        return ((documents,), last)
    first = [ways.pay(t, code)] if own.card.state is CircleState.RUNNING else []
    if may_bid:
        first.append(Button(t("my_circles.bid"), f"bidcircle:{code}"))
    elif is_drawn:
        first.append(ways.check_draw(t, code, 0))
    more = Button(t("common.more"), f"circlemore:{code}")
    officers = Button(t("my_circles.officers"), f"officers:{code}") if own.roles else ways.votes(t, code)
    return (*((tuple(first),) if first else ()), (documents, more), (officers, ways.to_circles(t)))


_GONE: Final = (MemberState.LEFT, MemberState.REMOVED, MemberState.REFUSED)


def more(t: Translator, own: MemberCard, *, debited: bool) -> Screen:
    """What else may be done in a circle, and the rules that matter for it."""
    code, settings = own.card.code, own.card.settings
    said = lines(
        t("my_circles.name", title=settings.title, code=code),
        t("my_circles.rules", fine=settings.fine_percent),
        t(f"my_circles.shortfall_{settings.shortfall}"),
        t("my_circles.not_covered") if not settings.is_covered else None,
        t("my_circles.debited_now" if debited else "my_circles.not_debited_now"),
    )
    by_order = {
        Order.FIXED: (Button(t("my_circles.swap"), f"swapturn:{code}"),),
        Order.AUCTION: (
            Button(t("my_circles.not_now"), f"notnow:{code}"),
            Button(t("my_circles.bids"), f"bids:{code}"),
        ),
    }
    who_paid = Button(t("my_circles.who_paid"), f"circleboard:{code}")
    first = by_order.get(settings.order, (who_paid,))
    wrong = Button(t("my_circles.wrong"), f"circlewrong:{code}")
    leave = Button(t("my_circles.leave"), f"leavecircle:{code}")
    own_settings = Button(t("my_circles.own_settings"), f"circleown:{code}")
    rows: tuple[tuple[Button, ...], ...] = (first, (wrong, leave), (own_settings, ways.see(t, code)))
    if own.card.state == CircleState.RUNNING and room_beside(*rows):
        rows = (*rows, (ways.borrow_together(t, code),))
    return Screen(said, rows)


def who_has_paid(t: Translator, board: CircleBoard) -> Screen:
    """Who has paid in this round, whose turn it is: what the group's board says too."""
    said = lines(
        t("my_circles.name", title=board.title, code=board.code),
        _round(t, board),
        "",
        *[_line(t, x) for x in board.people],
    )
    return Screen(said, ((ways.see(t, board.code),),))


def _line(t: Translator, place: BoardPlace) -> Html:
    key = (
        "my_circles.line_out"
        if place.paid is None
        else "my_circles.line_paid"
        if place.paid
        else "my_circles.line_waits"
    )
    received = t("my_circles.line_received") if place.has_received else ""
    return t(key, nr=place.nr, name=place.name, received=received)
