"""What a person is told of their case, and the notice of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from finance_core.cases.models import WAITING, CaseState
from finance_core.cases.notices import CaseAdded, CaseAnswered, CaseAsked, CaseDue, CaseTurned, CaseWaits, OfCase
from finance_core.cases.rules import CaseKind
from finance_core.notices import Sealed
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.cases.models import ServiceCase
    from finance_core.cases.service import OwnCase, Written

QUOTED_CHARACTERS: Final = 200
"""Of a question that is named in its answer."""
LATEST_SHOWN: Final = 4
"""Texts of one's own case: the last in full."""


def case_text(t: Translator, case: ServiceCase, zone: str, hours: str, ahead: int) -> Html:
    """The number, by when it is answered, when people are there; to who is not well the number alone."""
    if case.kind == CaseKind.DISTRESS:
        return t("support.with_a_colleague", number=case.number)
    return lines(
        t("support.handed_over", number=case.number, due=t.instant(case.due_at, zone)),
        t("support.ahead", count=ahead) if ahead else None,
        t("support.hours", hours=hours),
    )


def meanwhile(t: Translator, kind: str) -> Html | None:
    """What may be done until the answer comes; nothing is said to who is not well."""
    return None if kind == CaseKind.DISTRESS else t(f"support.meanwhile_{kind}")


def handed_over(t: Translator, case: ServiceCase, zone: str, hours: str, ahead: int, *, asks: bool) -> Screen:
    """The case, and what to do meanwhile; where nothing is known of it, what it is about is asked."""
    text = lines(
        case_text(t, case, zone, hours, ahead),
        t("support.about") if asks else meanwhile(t, case.kind),
    )
    return Screen(text, (_leave(t),) if asks else ways(t, case))


def answered_at_once(t: Translator, text: str, buttons: Sequence[Button], case: ServiceCase, told: Screen) -> Screen:
    """An answer that a person follows at once: its own words and buttons first, then the case. Nothing to judge."""
    write = act(t, "tell_person", t("asking.person"), case=str(case.id))
    beneath = ((write,),) if case.kind == CaseKind.DISTRESS else told.buttons
    own = {button.data for button in buttons}
    rest = tuple(row for row in beneath if not own & {button.data for button in row})
    return Screen(lines(text or None, told.text), (*((button,) for button in buttons), *rest))


def ways(t: Translator, case: ServiceCase) -> tuple[tuple[Button, ...], ...]:
    """The buttons beneath a case: locking first, where somebody else may be at the money."""
    lock = ((act(t, "lock", t("support.lock")),),) if case.kind == CaseKind.DISPUTE else ()
    return (*lock, (add(t, case.id), *menu_row(t)))


def add(t: Translator, case_id: int) -> Button:
    """The button that adds to a case."""
    return act(t, "tell_person", t("support.add"), case=str(case_id))


def ask_about(t: Translator) -> Screen:
    """Ask what a case is about."""
    return Screen(t("support.about"), (_leave(t),))


def _leave(t: Translator) -> tuple[Button, ...]:
    """The row that leaves a question open: the case stands all the same."""
    return (act(t, "cancel", t("common.cancel")),)


def added(t: Translator, case: ServiceCase) -> Screen:
    """What was written is with the case."""
    return Screen(t("support.added", number=case.number), (menu_row(t),))


def answer_added(t: Translator, case: ServiceCase) -> Screen:
    """What was asked back is with the case: what the person wrote next was taken for it."""
    text = lines(t("support.added", number=case.number), t("support.meant_otherwise"))
    return Screen(text, ((add(t, case.id), *menu_row(t)),))


def state(t: Translator, case: ServiceCase, zone: str) -> Html:
    """One line: how a case stands."""
    named = {"number": case.number, "question": t(f"topics.{case.topic}")}
    if case.state == CaseState.OPEN:
        return t("support.state_open", **named, due=t.instant(case.due_at, zone))
    if case.state == CaseState.ASKED:
        return t("support.state_asked", **named)
    assert case.ended_at is not None
    day = t.short_day(case.ended_at.astimezone(ZoneInfo(zone)).date())
    key = "support.state_answered" if case.answered_at is not None else "support.state_closed"
    return t(key, **named, day=day)


def own_case(t: Translator, own: OwnCase, zone: str) -> Screen:
    """One's own case: how it stands, and what was written and answered last."""
    case = own.case
    written = [_written(t, each, is_last=each is own.written[-1]) for each in own.written[-LATEST_SHOWN:]]
    text = lines(state(t, case, zone), "", *(written or [t("support.nothing_written_yet")]))
    if case.state in WAITING:
        return Screen(text, ((add(t, case.id), *menu_row(t)),))
    again = (_reopen(t, case.id),) if own.may_reopen else ()
    return Screen(text, ((*again, *menu_row(t)),))


def _written(t: Translator, each: Written, *, is_last: bool) -> Html:
    text = each.text if is_last else shortened(each.text)
    return t("support.colleague_wrote" if each.is_answer else "support.you_wrote", text=text)


def _reopen(t: Translator, case_id: int) -> Button:
    return act(t, "reopen_case", t("support.reopen"), case=str(case_id))


def reopened(t: Translator, case: ServiceCase, zone: str) -> Screen:
    """The case is open again, with a new deadline; what is still missing is asked."""
    text = lines(
        t("support.reopened", number=case.number, due=t.instant(case.due_at, zone)), t("support.what_is_missing")
    )
    return Screen(text, (_leave(t),))


def answered(t: Translator, told: CaseAnswered) -> Screen:
    """The notice of an answer: which question it is about, and what a colleague writes."""
    asked = _opened(told.question)
    about = t("support.about_words", question=shortened(asked)) if asked else t(f"topics.{told.topic}")
    text = lines(
        t("support.answered", number=f"C{told.case}"), about, "", t("support.says", answer=_opened(told.answer))
    )
    again = act(t, "talk_to_person", t("support.ask_again"), topic=told.topic)
    return Screen(text, ((_reopen(t, told.case),), (again, *menu_row(t))))


def asked_back(t: Translator, told: CaseAsked) -> Screen:
    """The notice of a question of ours: what the person writes next goes to the case."""
    text = lines(
        t("support.asked_back", number=f"C{told.case}"),
        t("support.says", answer=_opened(told.question)),
        "",
        t("support.just_write"),
    )
    return Screen(text, ((act(t, "tell_person", t("support.reply"), case=str(told.case)), *menu_row(t)),))


def turned(t: Translator, told: CaseTurned) -> Screen:
    """The notice that a question is a complaint, or a dispute, from now on: its number, by when it is answered."""
    named = {"number": f"C{told.case}", "question": t(f"topics.{told.topic}"), "day": told.due_on, "at": told.at}
    return Screen(t(f"support.turned_{told.case_kind}", **named), ((add(t, told.case), *menu_row(t)),))


def waits(t: Translator, told: CaseWaits) -> Screen:
    """The notice to operators: somebody asked for a person."""
    text = t(f"support.waits_{told.case_kind}", number=f"C{told.case}", question=t(f"topics.{told.topic}"))
    return _to_open(t, text, told.case)


def due(t: Translator, told: CaseDue) -> Screen:
    """The notice to operators: a deadline comes, or has passed. The wall is the institution's."""
    key = "support.overdue" if told.is_overdue else "support.due_soon"
    named = {"number": f"C{told.case}", "question": t(f"topics.{told.topic}")}
    text = t(key, **named, kind=t(f"support.kind_{told.case_kind}"), day=told.due_on, at=told.at)
    return _to_open(t, text, told.case)


def more_was_written(t: Translator, told: CaseAdded) -> Screen:
    """The notice to whose case it is: the person wrote more, or answered what was asked."""
    key = "support.answer_came" if told.is_answer else "support.more_came"
    return _to_open(t, t(key, number=f"C{told.case}", question=t(f"topics.{told.topic}")), told.case)


def of_case(t: Translator, told: OfCase) -> Screen:
    """The notice that a case is the reader's now, is theirs no more, or was taken up again."""
    key = f"support.told_{told.kind.rpartition('.')[2]}"
    return _to_open(t, t(key, number=f"C{told.case}", question=t(f"topics.{told.topic}")), told.case)


def _to_open(t: Translator, text: Html, case_id: int) -> Screen:
    return Screen(text, ((Button(t("support.open"), f"svc:{case_id}"),),))


def shortened(text: str) -> str:
    """Return a text cut to what is quoted of it."""
    return text if len(text) <= QUOTED_CHARACTERS else f"{text[:QUOTED_CHARACTERS]}…"


def _opened(words: Sealed | str | None) -> str:
    assert not isinstance(words, Sealed), "delivery opens texts before they are rendered"
    return words or ""
