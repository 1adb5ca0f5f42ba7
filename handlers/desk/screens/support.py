"""The screens of support: the queue without texts, one case, its answer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.desk.intents import CloseServiceCase
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator, language_of

if TYPE_CHECKING:
    from finance_core.cases.models import ServiceCase
    from finance_core.cases.service import Seen, Written

SHOWN: Final = 5


def queue(t: Translator, waiting: Sequence[ServiceCase], zone: ZoneInfo) -> Screen:
    """Who waits: number, topic and deadline of each."""
    if not waiting:
        return Screen(t("support.none"), (desk_row(t),))
    text = lines(t("support.waiting", count=len(waiting)), "", *(_line(t, one, zone) for one in waiting[:SHOWN]))
    rows = [(Button(t("support.label", number=one.number, kind=_kind(t, one)), f"svc:{one.id}"),) for one in waiting]
    return Screen(text, (*rows[:SHOWN], desk_row(t)))


def _line(t: Translator, one: ServiceCase, zone: ZoneInfo) -> Html:
    return t("support.line", number=one.number, question=t(f"topics.{one.topic}"), due=t.instant(one.due_at, zone))


def _kind(t: Translator, one: ServiceCase) -> Html:
    return t(f"support.kind_{one.kind}")


def case(t: Translator, seen: Seen, name: str, zone: ZoneInfo) -> Screen:
    """One case: who, what it is about, what was written, what the bot had answered."""
    one = seen.case
    sure = t("support.sure", percent=one.confidence) if one.confidence is not None else None
    text = lines(
        t("support.title", number=one.number, kind=_kind(t, one), name=name, language=language_of(one.language).name),
        t("support.line", number=one.number, question=t(f"topics.{one.topic}"), due=t.instant(one.due_at, zone)),
        sure,
        _told(t, seen),
        "",
        *(_written(t, each) for each in seen.written),
        None if seen.written else t("support.nothing_written"),
    )
    acts = (Button(t("support.answer"), f"svcanswer:{one.id}"), Button(t("support.close"), f"svcclose:{one.id}"))
    return Screen(text, (acts, (Button(t("support.all"), "do:questions"), *desk_row(t))))


def _told(t: Translator, seen: Seen) -> Html | None:
    """What the bot had answered to it: the questions that it took it for, and the references that it named."""
    if not seen.answered:
        return None
    topics = t.listed(t(f"topics.{topic}") for topic in seen.answered)
    return t("support.bot_said", topics=Html(topics), references=" ".join(seen.references) or "—")


def _written(t: Translator, each: Written) -> Html:
    return t("support.wrote_answer" if each.is_answer else "support.wrote", text=each.text)


def ask_answer(t: Translator, one: ServiceCase) -> Screen:
    """Ask what is answered, in which language."""
    return Screen(
        t("support.ask_answer", number=one.number, language=language_of(one.language).name),
        ((Button(t("common.back"), f"svc:{one.id}"),),),
    )


def sent(t: Translator, one: ServiceCase) -> Screen:
    """The answer is on its way."""
    return Screen(
        t("support.sent", number=one.number),
        ((Button(t("support.close"), f"svcclose:{one.id}"), Button(t("support.all"), "do:questions")), desk_row(t)),
    )


def close_card(t: Translator, one: ServiceCase) -> Html:
    """What closing means, before it is confirmed."""
    return t("support.close_card", number=one.number)


def closed(t: Translator, params: CloseServiceCase, result: Nothing) -> Screen:
    """The case is closed."""
    return Screen(
        t("support.closed", number=f"C{params.case}"), ((Button(t("support.all"), "do:questions"),), desk_row(t))
    )
