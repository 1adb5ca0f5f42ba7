"""What is pushed of meetings, fines, votes and share-outs of accumulating circles, with what leads on from it."""

from __future__ import annotations

from typing import Final

from finance_core.circles.saving import meeting_notices as notices
from finance_core.notices import Content
from handlers.chat.line import Draw
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.circles.screens import saving_ways, ways
from handlers.locales import Html, Translator


def _said(t: Translator, told: Content) -> Html:
    return t(f"notice.{told.kind.replace('.', '_')}", **values_of(told))


def meeting_open(t: Translator, told: notices.CircleMeetingOpen) -> Screen:
    """A meeting is open: the way to it."""
    here = Button(t("saving_meetings.i_am_here"), f"imhere:{told.code}")
    return Screen(_said(t, told), ((here, saving_ways.meeting(t, told.code)),))


def meeting_over(t: Translator, told: notices.CircleMeetingOver) -> Screen:
    """A meeting is closed: its minutes, and after the last one what comes."""
    text = lines(
        _said(t, told),
        None if told.has_quorum else t("saving_meetings.had_no_quorum_told"),
        None if told.left else t("saving_meetings.was_the_last"),
    )
    papers = Button(t("saving_meetings.minutes"), f"minutes:{told.code}:{told.nr}")
    return Screen(text, ((papers, ways.see(t, told.code)),))


def fined(t: Translator, told: notices.CircleFined) -> Screen:
    """One is fined: why, how to pay it."""
    pay = Button(t("saving_meetings.pay_it"), f"buynumber:{told.code}:0")
    text = lines(_said(t, told), t(f"saving_meetings.why_{told.why}"), t("saving_meetings.fine_is_paid_so"))
    return Screen(text, ((pay, ways.see(t, told.code)),))


def fine_back(t: Translator, told: notices.CircleFineBack) -> Screen:
    """A fine is taken back."""
    return Screen(lines(_said(t, told), t(f"saving_meetings.why_{told.why}")), ((ways.see(t, told.code),),))


def asked(t: Translator, told: notices.CircleAsked) -> Screen:
    """Somebody asks the meeting: the way to the vote."""
    what = t(f"saving_meetings.asks_for_{told.what}", name=told.name, sum=told.sum)
    see = Button(t("my_circles.see_vote"), f"meetvote:{told.request}")
    return Screen(lines(_said(t, told), what), ((see, saving_ways.meeting(t, told.code)),))


def request_over(t: Translator, told: notices.CircleRequestOver) -> Screen:
    """Nothing is paid: too few were for it, or what stood against it."""
    known = f"error.{told.code_of_why}"
    why = t("saving_meetings.void_plain")
    if told.result == "failed":
        why = t("saving_meetings.request_failed")
    elif told.code_of_why in _SAYS_IT:
        why = t(known)
    return Screen(lines(_said(t, told), why), ((saving_ways.meeting(t, told.code),),))


_SAYS_IT: Final = ("account_frozen", "circle_loan_open", "circle_loan_income", "circle_sharing_out")
"""Refusals whose sentence needs no figure."""


def share_out_seen(t: Translator, told: notices.CircleShareOutSeen) -> Screen:
    """A second yes is asked for."""
    look = Button(t("saving_meetings.look"), f"shareout:{told.code}")
    return Screen(_said(t, told), ((look,),))


def set_off(t: Translator, told: notices.CircleSetOff) -> Screen:
    """What is set off at the share-out, and what is owed still."""
    owes = t("saving_meetings.owes_still", sum=told.still_owed) if told.still_owed else None
    documents = Button(t("my_circles.documents"), f"circledocs:{told.code}")
    return Screen(lines(_said(t, told), owes), ((documents, ways.see(t, told.code)),))


DRAWN: Final[dict[type[Content], Draw]] = {
    notices.CircleMeetingOpen: meeting_open,
    notices.CircleMeetingOver: meeting_over,
    notices.CircleFined: fined,
    notices.CircleFineBack: fine_back,
    notices.CircleAsked: asked,
    notices.CircleRequestOver: request_over,
    notices.CircleShareOutSeen: share_out_seen,
    notices.CircleSetOff: set_off,
}
