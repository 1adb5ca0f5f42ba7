"""What leaving a cycle looks like."""

from __future__ import annotations

from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.circles.saving.meeting_intents import HasLeft, LeaveCycle
from handlers.locales import Html, Translator


def card(t: Translator, params: LeaveCycle) -> Html:
    """What the shares bring, what is set off, what is paid, before it is confirmed."""
    return lines(
        t("saving_meetings.leave_card"),
        t("saving_meetings.leave_gets", sum=params.gets),
        t("saving_meetings.leave_owed", sum=params.owed) if params.owed else None,
        t("saving_meetings.leave_fines", sum=params.fines) if params.fines else None,
        t("saving_meetings.leave_paid", sum=params.gets - params.owed - params.fines),
        t("saving_meetings.leave_terms"),
    )


def left(t: Translator, params: LeaveCycle, result: HasLeft) -> Screen:
    """One has left."""
    text = lines(t("saving_meetings.has_left", sum=result.paid), t("my_circles.balance", left=result.balance))
    documents = Button(t("my_circles.documents"), f"circledocs:{params.code}")
    return Screen(text, ((documents, *menu_row(t)),))
