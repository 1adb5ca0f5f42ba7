"""The screens of support: the queue without texts, one case, its answer, whose it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from finance_core.cases.rules import TURNED_INTO, CaseKind
from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, page_of
from handlers.desk.intents import CloseServiceCase
from handlers.desk.screens.approvals import desk_row
from handlers.desk.screens.choosing import people_rows
from handlers.locales import Html, Translator, language_of

if TYPE_CHECKING:
    from finance_core.cases.answering import Answered, Seen
    from finance_core.cases.models import ServiceCase
    from finance_core.cases.service import Written

SHOWN: Final = 5
DELIVERIES: Final = ("pending", "sending", "sent", "refused", "unknown")
"""What may have become of our last message, each with a sentence."""


def queue(t: Translator, waiting: Sequence[ServiceCase], zone: ZoneInfo, start: int) -> Screen:
    """Who waits: number, topic and deadline of each, a page at a time."""
    if not waiting:
        return Screen(t("support.none"), (desk_row(t),))
    page, following = page_of(waiting, start, SHOWN)
    text = lines(t("support.waiting", count=len(waiting)), "", *(_line(t, one, zone) for _, one in page))
    rows = [(Button(t("support.label", number=one.number, kind=_kind(t, one)), f"svc:{one.id}"),) for _, one in page]
    more = (Button(t("operator.to_more"), f"svcpage:{following}"),) if following is not None else ()
    return Screen(text, (*rows, (*more, *desk_row(t))))


def _line(t: Translator, one: ServiceCase, zone: ZoneInfo) -> Html:
    return t("support.line", number=one.number, question=t(f"topics.{one.topic}"), due=t.instant(one.due_at, zone))


def _kind(t: Translator, one: ServiceCase) -> Html:
    return t(f"support.kind_{one.kind}")


def case(t: Translator, seen: Seen, name: str, zone: ZoneInfo, *, pays: bool) -> Screen:
    """One case: who, what it is about, what was written, what the bot had answered, whether ours arrived."""
    one = seen.case
    sure = t("support.sure", percent=one.confidence) if one.confidence is not None else None
    text = lines(
        t("support.title", number=one.number, kind=_kind(t, one), name=name, language=language_of(one.language).name),
        _line(t, one, zone),
        sure,
        t("support.asked_and_waits") if one.asked_at is not None else None,
        t("support.is_reopened") if one.reopened_at is not None else None,
        t("support.for_a_colleague") if seen.stands_in_for is not None else None,
        _told(t, seen),
        "",
        *(_written(t, each) for each in seen.written),
        None if seen.written else t("support.nothing_written"),
        t(f"support.delivery_{seen.delivery}") if seen.delivery in DELIVERIES else None,
    )
    return Screen(text, _acts(t, one, pays=pays))


def _acts(t: Translator, one: ServiceCase, *, pays: bool) -> tuple[tuple[Button, ...], ...]:
    ask = (Button(t("support.ask_back"), f"svcask:{one.id}"),) if _waits(one) else ()
    more = (Button(t("operator.to_more"), f"svcmore:{one.id}"),) if _further(t, one, pays=pays) else ()
    return (
        (Button(t("support.answer"), f"svcanswer:{one.id}"), *ask),
        (Button(t("support.pass_on"), f"svcpass:{one.id}"), Button(t("support.close"), f"svcclose:{one.id}")),
        (*more, Button(t("support.all"), "do:questions")),
    )


def _waits(one: ServiceCase) -> bool:
    return one.answered_at is None or one.state in ("open", "asked")


def more(t: Translator, one: ServiceCase, *, pays: bool, sees: bool) -> Screen:
    """What is done with a case more seldom: the person, another kind of case, goodwill."""
    person = (Button(t("people.to_card"), f"customer:{one.customer_id}"),) if sees else ()
    back = (Button(t("common.back"), f"svc:{one.id}"),)
    return Screen(t("support.more", number=one.number), (*_further(t, one, pays=pays), (*person, *back)))


def _further(t: Translator, one: ServiceCase, *, pays: bool) -> tuple[tuple[Button, ...], ...]:
    """What makes a question a complaint or a dispute, and what pays for what went wrong."""
    turns = tuple(Button(t(f"support.turn_into_{kind}"), f"svckind:{one.id}:{kind}") for kind in TURNED_INTO)
    may_turn = _waits(one) and one.kind == CaseKind.QUESTION
    pay = (Button(t("support.pay"), f"svcpay:{one.id}"),) if pays else ()
    return tuple(row for row in (turns if may_turn else (), pay) if row)


def _told(t: Translator, seen: Seen) -> Html | None:
    """What the bot had answered to it: the questions that it took it for, and the references that it named."""
    if not seen.answered:
        return None
    topics = t.listed(t(f"topics.{topic}") for topic in seen.answered)
    named = t.listed(_reference(t, each) for each in seen.references)
    said = t("support.bot_said", topics=Html(topics))
    return lines(said, t("support.bot_named", references=Html(named))) if named else said


def _reference(t: Translator, each: str) -> Html:
    """Return a receipt's reference as it is, a loan as the desk finds it: "loan 5"."""
    kind, _, number = each.partition(":")
    return t("operator.subject_loan", number=number) if kind == "loan" else t.shown(each)


def _written(t: Translator, each: Written) -> Html:
    return t("support.wrote_answer" if each.is_answer else "support.wrote", text=each.text)


def case_of_another(t: Translator, one: ServiceCase, name: str, zone: ZoneInfo) -> Screen:
    """A colleague's case, without its texts: it may be taken over."""
    text = lines(_line(t, one, zone), t("support.of_another", name=name))
    take = Button(t("support.take_over"), f"svctake:{one.id}")
    return Screen(text, ((take,), (Button(t("support.all"), "do:questions"), *desk_row(t))))


def ask_answer(t: Translator, one: ServiceCase) -> Screen:
    """Ask what is answered, in which language."""
    return _ask(t, "support.ask_answer", one)


def ask_question(t: Translator, one: ServiceCase) -> Screen:
    """Ask what the person is asked back, in which language."""
    return _ask(t, "support.ask_question", one)


def _ask(t: Translator, key: str, one: ServiceCase) -> Screen:
    text = t(key, number=one.number, language=language_of(one.language).name)
    return Screen(text, ((Button(t("common.back"), f"svc:{one.id}"),),))


def sent(t: Translator, said: Answered) -> Screen:
    """The answer, or the question, is on its way; or it will not arrive, as the person has blocked the bot."""
    one = said.case
    lost = t("support.has_blocked") if said.is_unreachable else None
    return Screen(
        lines(t("support.sent" if one.asked_at is None else "support.asked_sent", number=one.number), lost),
        ((Button(t("support.close"), f"svcclose:{one.id}"), Button(t("support.all"), "do:questions")), desk_row(t)),
    )


def choose_colleague(t: Translator, one: ServiceCase, others: Sequence[tuple[int, str]], start: int) -> Screen:
    """Ask which colleague gets a case."""
    if not others:
        return Screen(t("support.no_colleague"), ((Button(t("common.back"), f"svc:{one.id}"),),))
    rows = people_rows(t, others, start, f"svcpassto:{one.id}", f"svcpass:{one.id}")
    return Screen(
        t("support.which_colleague", number=one.number), (*rows, (Button(t("common.back"), f"svc:{one.id}"),))
    )


def passed_on(t: Translator, one: ServiceCase, name: str) -> Screen:
    """A colleague has the case now."""
    text = t("support.passed_on", number=one.number, name=name)
    return Screen(text, ((Button(t("support.all"), "do:questions"), *desk_row(t)),))


def ask_goodwill(t: Translator, one: ServiceCase, most: Money) -> Screen:
    """Ask how much is paid for what went wrong."""
    text = t("support.ask_goodwill", number=one.number, most=most)
    return Screen(text, ((Button(t("common.back"), f"svc:{one.id}"),),))


def close_card(t: Translator, one: ServiceCase) -> Html:
    """What closing means, before it is confirmed."""
    return t("support.close_card", number=one.number)


def closed(t: Translator, params: CloseServiceCase, result: Nothing) -> Screen:
    """The case is closed."""
    return Screen(
        t("support.closed", number=f"C{params.case}"), ((Button(t("support.all"), "do:questions"),), desk_row(t))
    )
