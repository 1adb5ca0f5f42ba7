"""The notices of circles that are more than one text: what is due, what came, what is asked of somebody."""

from __future__ import annotations

from typing import Final

from finance_core.circles import notices
from finance_core.circles.book import notices as book
from finance_core.circles.book.notices import CircleDebt, OfCircle
from finance_core.kernel.money import Money
from finance_core.notices import Content, Sealed
from handlers.chat.line import Draw
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.circles.screens.pictures import round_ended
from handlers.circles.screens.ways import check_bids, check_draw, pay, see, to_circles
from handlers.locales import Html, Translator


def _said(t: Translator, told: OfCircle) -> Html:
    return t(f"notice.{told.kind.replace('.', '_')}", **values_of(told))


def _with(t: Translator, told: OfCircle, *more: Html | None, buttons: tuple[Button, ...] = ()) -> Screen:
    """Return a notice with further lines, and what leads on from it."""
    return Screen(lines(_said(t, told), *more), ((*buttons, see(t, told.code)),))


def _some(t: Translator, key: str, amount: Money) -> Html | None:
    """Return a line about a sum, None where there is none."""
    return t(key, sum=amount) if amount else None


def plain(t: Translator, told: OfCircle) -> Screen:
    """What its own text says, and the way to the circle."""
    return _with(t, told)


def paid(t: Translator, told: book.CirclePaid) -> Screen:
    """What the person has paid, or was debited."""
    return _with(t, told, _some(t, "my_circles.still_due", told.left))


def received(t: Translator, told: book.CircleReceived) -> Screen:
    """A pot has come: what of it went to debts, what is kept, what comes later."""
    return _with(
        t,
        told,
        _some(t, "my_circles.taken", told.taken),
        _some(t, "my_circles.kept_back", told.kept),
        _some(t, "my_circles.missing", told.missing),
    )


def given_back(t: Translator, told: book.CircleGivenBack) -> Screen:
    """Something came back: what it is."""
    return _with(t, told, t(f"my_circles.back_{told.what}"))


def due_soon(t: Translator, told: CircleDebt) -> Screen:
    """What falls due, whether it is debited by itself, and a way to pay it now."""
    how = t("my_circles.is_debited" if told.automatic else "my_circles.by_hand")
    return _with(t, told, how, buttons=(pay(t, told.code),))


def late(t: Translator, told: CircleDebt) -> Screen:
    """What is late, and a way to pay it."""
    return _with(t, told, buttons=(pay(t, told.code),))


def notice(t: Translator, told: book.CircleNotice) -> Screen:
    """The notice: what happens when it is not paid by its day."""
    then = t("my_circles.then_all_due" if told.has_received else "my_circles.then_closed", until=told.until_on)
    return _with(t, told, then, buttons=(pay(t, told.code),))


def stopped(t: Translator, told: book.CircleStopped) -> Screen:
    """The person has stopped: all is due at once, or the place is closed."""
    if not told.has_received:
        return _with(t, told, t("my_circles.place_closed_now"))
    return _with(t, told, t("my_circles.all_is_due", sum=told.sum), buttons=(pay(t, told.code),))


def guarantor_asked(t: Translator, told: book.CircleGuarantorAsked) -> Screen:
    """A place that the person stands for has not paid."""
    return Screen(_said(t, told), ((Button(t("my_circles.stand_in", sum=told.sum), f"standin:{told.code}"),),))


def drawn(t: Translator, told: book.CircleDrawn) -> Screen:
    """The person receives next; the draw, or the bids, can be checked."""
    check = check_bids(t, told.code, told.round) if told.by_bid else check_draw(t, told.code, told.round)
    return _with(t, told, buttons=(check,))


def ended(t: Translator, told: book.CircleEnded) -> Screen:
    """The circle has ended: the sums, and the closing statement."""
    return _with(t, told, buttons=(Button(t("my_circles.documents"), f"circledocs:{told.code}"),))


def new_chain(t: Translator, told: notices.CircleNewChain) -> Screen:
    """A new chain of keys has begun: a new word may be picked."""
    return _with(t, told, buttons=(Button(t("circle_joining.pick_word"), f"pickword:{told.code}"),))


def nudge(t: Translator, told: notices.CircleNudge) -> Screen:
    """The officers ask for what is due."""
    return _with(t, told, buttons=(pay(t, told.code),))


def key_fails(t: Translator, told: book.CircleKeyFails) -> Screen:
    """To operators: a key does not fit; the way to the circle's card at the desk."""
    return Screen(_said(t, told), ((Button(t("my_circles.desk_see"), f"deskcircle:{told.code}"),),))


def join_asked(t: Translator, told: notices.CircleJoinAsked) -> Screen:
    """Somebody wants to join: the chair answers on the officers' card."""
    return Screen(_said(t, told), ((Button(t("my_circles.answer"), f"officers:{told.code}"),),))


def answered(t: Translator, told: notices.CircleAnswered) -> Screen:
    """What became of the wish to join."""
    said = t(f"my_circles.answered_{told.answer}", title=told.title, code=told.code)
    return Screen(said, () if told.answer == "refused" else ((see(t, told.code),),))


def out_free(t: Translator, told: notices.CircleOutFree) -> Screen:
    """The person is out before the start, and why."""
    return Screen(lines(_said(t, told), t(f"my_circles.out_{told.why}")), ((to_circles(t),),))


def started(t: Translator, told: notices.CircleStarted) -> Screen:
    """The circle runs; when the person receives, where that is known."""
    turns = t("my_circles.your_turns", turns=t.listed([str(each) for each in told.turns])) if told.turns else None
    return _with(t, told, turns or t("my_circles.turns_later"))


def office(t: Translator, told: notices.CircleOffice) -> Screen:
    """The person holds an office from now on."""
    return _with(t, told, t(f"my_circles.role_is_{told.role}"))


def vote(t: Translator, told: notices.CircleVote) -> Screen:
    """The person's vote is asked for."""
    asked = Button(t("my_circles.see_vote"), f"circlevote:{told.token}")
    return Screen(lines(_said(t, told), t(f"my_circles.motion_{told.motion}")), ((asked,),))


def vote_over(t: Translator, told: notices.CircleVoteOver) -> Screen:
    """What came of a vote."""
    return _with(t, told, t(f"my_circles.motion_{told.motion}"), t(f"my_circles.result_{told.result}"))


def swap_asked(t: Translator, told: notices.CircleSwapAsked) -> Screen:
    """Somebody would like to swap turns: yes, or no."""
    yes, no = (
        Button(t("my_circles.swap_yes"), f"swapyes:{told.token}"),
        Button(t("my_circles.no"), f"swapno:{told.token}"),
    )
    return Screen(_said(t, told), ((yes, no),))


def swap_answered(t: Translator, told: notices.CircleSwapAnswered) -> Screen:
    """What came of the wish to swap."""
    said = t(f"my_circles.swap_{told.answer}", title=told.title, code=told.code, turn=told.turn)
    return Screen(said, ((see(t, told.code),),))


def place_closed(t: Translator, told: notices.CirclePlaceClosed) -> Screen:
    """The person's place is closed: why, and what comes back when."""
    back = t("my_circles.comes_back_on", sum=told.sum, on=told.on) if told.on is not None else None
    return _with(t, told, t(f"my_circles.closed_{told.why}"), back)


def case_decided(t: Translator, told: notices.CircleCaseDecided) -> Screen:
    """What an operator has decided, and why."""
    return _with(t, told, t(f"my_circles.decided_{told.decision}"), t("my_circles.reason", reason=opened(told.reason)))


def stand_for(t: Translator, told: notices.CircleStandFor) -> Screen:
    """Somebody asks the person to stand for a place: yes with the PIN, or no."""
    yes = Button(t("my_circles.stand_yes"), f"standyes:{told.code}:{told.place}")
    return Screen(_said(t, told), ((yes, Button(t("my_circles.no"), f"standno:{told.code}:{told.place}")),))


def opened(words: Sealed | str) -> str:
    """Return what delivery has opened before a notice is drawn."""
    assert isinstance(words, str), "delivery opens what is sealed before it is rendered"
    return words


DRAWN: Final[dict[type[Content], Draw]] = {
    OfCircle: plain,
    book.CirclePaid: paid,
    book.CircleReceived: received,
    book.CircleGivenBack: given_back,
    book.CircleDueSoon: due_soon,
    book.CircleDueToday: due_soon,
    book.CircleLate: late,
    book.CircleNotice: notice,
    book.CircleStopped: stopped,
    book.CircleGuarantorAsked: guarantor_asked,
    book.CircleDrawn: drawn,
    book.CircleEnded: ended,
    book.CircleRoundEnded: round_ended,
    book.CircleKeyFails: key_fails,
    notices.CircleNewChain: new_chain,
    notices.CircleNudge: nudge,
    notices.CircleJoinAsked: join_asked,
    notices.CircleAnswered: answered,
    notices.CircleOutFree: out_free,
    notices.CircleStarted: started,
    notices.CircleOffice: office,
    notices.CircleVote: vote,
    notices.CircleVoteOver: vote_over,
    notices.CircleSwapAsked: swap_asked,
    notices.CircleSwapAnswered: swap_answered,
    notices.CirclePlaceClosed: place_closed,
    notices.CircleCaseDecided: case_decided,
    notices.CircleStandFor: stand_for,
}
"""What draws each kind; the others, as all of circles, are their text and the way to the circle."""
