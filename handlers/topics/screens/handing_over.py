"""What a person is told of their case, and the notice of its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from finance_core.cases.notices import CaseAnswered, CaseWaits
from finance_core.cases.rules import CaseKind
from finance_core.notices import Sealed
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row
from handlers.chat.screens.ways import act
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.cases.models import ServiceCase

QUOTED_CHARACTERS: Final = 200
"""Of a question that is named in its answer."""


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


def answered(t: Translator, told: CaseAnswered) -> Screen:
    """The notice of an answer: which question it is about, and what a colleague writes."""
    asked = _opened(told.question)
    about = t("support.about_words", question=shortened(asked)) if asked else t(f"topics.{told.topic}")
    text = lines(
        t("support.answered", number=f"C{told.case}"), about, "", t("support.says", answer=_opened(told.answer))
    )
    return Screen(text, ((act(t, "talk_to_person", t("support.ask_again"), topic=told.topic), *menu_row(t)),))


def waits(t: Translator, told: CaseWaits) -> Screen:
    """The notice to operators: somebody asked for a person."""
    text = t(f"support.waits_{told.case_kind}", number=f"C{told.case}", question=t(f"topics.{told.topic}"))
    return Screen(text, ((Button(t("support.open"), f"svc:{told.case}"),),))


def shortened(text: str) -> str:
    """Return a text cut to what is quoted of it."""
    return text if len(text) <= QUOTED_CHARACTERS else f"{text[:QUOTED_CHARACTERS]}…"


def _opened(words: Sealed | str | None) -> str:
    assert not isinstance(words, Sealed), "delivery opens texts before they are rendered"
    return words or ""
