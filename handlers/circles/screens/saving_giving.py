"""What asking the meeting for money looks like: which kind, and a grant."""

from __future__ import annotations

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.saving.meeting_intents import AskForGrant, IsAsked
from handlers.circles.screens import saving_ways
from handlers.circles.screens.saving_meeting import Seen
from handlers.circles.screens.ways import borrow_together
from handlers.locales import Html, Translator


def which(t: Translator, seen: Seen, most_lent: Money) -> Screen:
    """Ask whether it is a loan or a grant."""
    loan = Button(t("saving_meetings.a_loan"), f"do:circle_loan:code={seen.code}")
    grant = Button(t("saving_meetings.a_grant"), f"do:circle_grant:code={seen.code}")
    text = lines(
        t("saving_meetings.which_money"),
        t("saving_meetings.lent_at_most", most=most_lent, rate=t.percent(seen.fund.saving.rules.loan_rate)),
        t("saving_meetings.granted_at_most", most=seen.fund.social),
    )
    return Screen(text, ((loan, grant), (borrow_together(t, seen.code), saving_ways.meeting(t, seen.code))))


def how_much(t: Translator, most: Money) -> Screen:
    """Ask how much."""
    return Screen(t("saving_meetings.grant_how_much", most=most))


def what_for(t: Translator, amount: Money) -> Screen:
    """Ask what it is for."""
    return Screen(t("saving_meetings.grant_what_for", sum=amount))


def card(t: Translator, params: AskForGrant, seen: Seen) -> Html:
    """What is asked, and who reads it, before it is confirmed."""
    return lines(
        t("saving_meetings.grant_card", sum=params.sum, title=seen.title),
        t("my_circles.quoted", words=params.words),
        t("saving_meetings.grant_terms"),
        t("saving_meetings.takes"),
    )


def asked(t: Translator, params: AskForGrant, result: IsAsked) -> Screen:
    """The others are asked."""
    return is_asked(t, params.code, result.request)


def is_asked(t: Translator, code: str, request: int) -> Screen:
    """The others are asked: the way to the vote."""
    see = Button(t("my_circles.see_vote"), f"meetvote:{request}")
    return Screen(t("saving_meetings.is_asked"), ((see, saving_ways.meeting(t, code)),))
