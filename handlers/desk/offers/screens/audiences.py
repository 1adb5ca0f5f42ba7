"""Audiences at the desk: the list, one with its counts, a question that is being written, what may be asked; tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from finance_core.offers.audiences.counting import FEWEST, Counted, told
from finance_core.offers.audiences.question import Facts, Question
from finance_core.offers.audiences.service import Saved
from finance_core.offers.audiences.tags import Counted as TagCounted
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.offers.saying import question_said
from handlers.desk.offers.vocabulary import said_of
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator

ON_A_PAGE: Final = 3
TOPICS: Final = ("loans", "saving", "news")


def listed(t: Translator, found: Sequence[Saved], start: int, *, may_write: bool) -> Screen:
    """All audiences, by name; who may make one has a button for it."""
    page, following = page_of(found, start, ON_A_PAGE)
    text = t("audiences.title", count=len(found)) if found else t("audiences.none")
    opens = choices([(each.audience.name, f"audience:{each.audience.id}") for _, each in page], per_row=1)
    more = (Button(t("common.more"), f"audiences:{following}"),) if following is not None else ()
    new = (Button(t("audiences.new"), "newaudience"),) if may_write else ()
    return Screen(text, (*opens, (*more, *new, *desk_row(t))))


def people(t: Translator, number: int, *, exactly: bool) -> Html:
    """Say a count as it may be told."""
    shown = told(number, exactly=exactly)
    return t("audiences.few", count=FEWEST) if shown is None else t("audiences.people", count=shown)


def card(
    t: Translator,
    saved: Saved,
    facts: Facts,
    counts: Mapping[str, Counted],
    *,
    exactly: bool,
    may_write: bool,
) -> Screen:
    """One audience: its question in words, how many it is now, and how many could be told of each topic."""
    said = question_said(saved.question, facts, t.language)
    text = lines(
        t("audiences.card", name=saved.audience.name, version=saved.version.number),
        t("audiences.question", question=said),
        "",
        *_counted(t, counts, exactly=exactly),
    )
    topics = TOPICS if counts[TOPICS[0]].is_sendable else ()
    out = tuple(Button(t(f"audiences.out_{topic}"), f"audienceout:{saved.version.id}:{topic}") for topic in topics)
    change = ((Button(t("audiences.change"), f"changeaudience:{saved.audience.id}"),),) if may_write else ()
    rows = (row for row in (out[:1], out[1:]) if row)
    return Screen(text, (*change, *rows, (Button(t("audiences.all"), "audiences"), *desk_row(t))))


def _counted(t: Translator, counts: Mapping[str, Counted], *, exactly: bool) -> list[Html]:
    any_of = counts[TOPICS[0]]
    matched = t("audiences.matched", people=people(t, any_of.matched, exactly=exactly))
    if not any_of.is_sendable:
        return [matched, t("audiences.too_few", count=FEWEST)]
    return [
        matched,
        *(t(f"audiences.reach_{topic}", people=people(t, counts[topic].reach, exactly=exactly)) for topic in TOPICS),
    ]


def falling_out(t: Translator, saved: Saved, topic: str, counted: Counted, *, exactly: bool) -> Screen:
    """Why people of an audience are told nothing of a topic: each is counted once, with the first reason."""
    rows = [
        t("audiences.out_row", why=t(f"audiences.why_{reason}"), people=people(t, number, exactly=exactly))
        for reason, number in counted.out.items()
        if number
    ]
    text = lines(
        t(f"audiences.out_title_{topic}", name=saved.audience.name),
        t("audiences.matched", people=people(t, counted.matched, exactly=exactly)),
        *(rows or [t("audiences.out_nobody")]),
        t("audiences.left", people=people(t, counted.reach, exactly=exactly)),
    )
    return Screen(text, ((Button(t("common.back"), f"audience:{saved.audience.id}"), *desk_row(t)),))


# -- writing one ------------------------------------------------------------------------------------------------------


def ask_question(t: Translator, name: str | None, now: Question | None, facts: Facts) -> Screen:
    """Ask for a question, and show how it was where there is one."""
    text = lines(
        t("audiences.ask", name=name) if name else t("audiences.ask_new"),
        t("audiences.as_it_is", question=question_said(now, facts, t.language)) if now is not None else None,
        "",
        t("audiences.example"),
    )
    return Screen(text, ((Button(t("audiences.what"), "askable"), *desk_row(t)),))


def drafted(t: Translator, question: Question, facts: Facts, counted: Counted, *, exactly: bool) -> Screen:
    """A question as it was understood, with its count: it is saved, or written anew."""
    text = lines(
        t("audiences.understood", question=question_said(question, facts, t.language)),
        t("audiences.matched", people=people(t, counted.matched, exactly=exactly)),
        None if counted.is_sendable else t("audiences.too_few", count=FEWEST),
    )
    save = Button(t("audiences.save"), "saveaudience")
    return Screen(text, ((save,), (Button(t("audiences.what"), "askable"), *desk_row(t))))


def ask_name(t: Translator) -> Screen:
    """Ask what the audience is to be called."""
    return Screen(t("audiences.ask_name"), (desk_row(t),))


def askable(t: Translator, facts: Facts) -> Screen:
    """All that may be asked by, with what each is held against."""
    rows = [
        t(f"audiences.takes_{fact.kind}", fact=said_of(t.language, "facts", fact.name))
        if not fact.words
        else t(
            "audiences.takes_one_of",
            fact=said_of(t.language, "facts", fact.name),
            words=t.listed(said_of(t.language, f"words.{fact.name}", word) for word in fact.words),
        )
        for fact in facts.values()
    ]
    return Screen(lines(t("audiences.askable"), "", *rows, "", t("audiences.joined_by")), (desk_row(t),))


# -- tags -------------------------------------------------------------------------------------------------------------


def tags(t: Translator, found: Sequence[TagCounted], start: int, *, exactly: bool, may_write: bool) -> Screen:
    """All tags with how many people have each."""
    page, following = page_of(found, start, ON_A_PAGE)
    rows = [
        t("audiences.tag_row", tag=each.tag.name, people=people(t, each.people, exactly=exactly)) for _, each in page
    ]
    text = lines(t("audiences.tags_title"), *rows) if found else t("audiences.tags_none")
    opens = choices([(each.tag.name, f"tag:{each.tag.id}") for _, each in page], per_row=3)
    more = (Button(t("common.more"), f"tags:{following}"),) if following is not None else ()
    new = (Button(t("audiences.tag_new"), "newtag"),) if may_write else ()
    return Screen(text, (*opens, (*more, *new, *desk_row(t))))


def tag(t: Translator, it: TagCounted, facts: Facts, *, exactly: bool, may_write: bool, by_hand: bool) -> Screen:
    """One tag: its rule in words, how many people have it, and the ways to give and take it."""
    question = it.question
    text = lines(
        t("audiences.tag_card", tag=it.tag.name),
        t("audiences.tag_people", people=people(t, it.people, exactly=exactly)),
        t("audiences.tag_rule", question=question_said(question, facts, t.language))
        if question is not None
        else t("audiences.tag_by_hand"),
    )
    writes = (Button(t("audiences.tag_set_rule"), f"tagrule:{it.tag.id}"),) if may_write else ()
    lists = (Button(t("audiences.tag_list"), f"taglist:{it.tag.id}"),) if may_write and question is None else ()
    acts = ("give", "take") if by_hand and question is None else ()
    hand = tuple(Button(t(f"audiences.tag_{act}"), f"tag{act}:{it.tag.id}") for act in acts)
    rows = (row for row in ((*writes, *lists), hand) if row)
    return Screen(text, (*rows, (Button(t("audiences.tags_all"), "tags"), *desk_row(t))))


def ask_tag(t: Translator) -> Screen:
    """Ask what a new tag is called."""
    return Screen(t("audiences.ask_tag"), (desk_row(t),))


def ask_rule(t: Translator, name: str) -> Screen:
    """Ask by which question a tag is given and taken."""
    text = lines(t("audiences.ask_rule", tag=name), "", t("audiences.example"))
    return Screen(text, ((Button(t("audiences.what"), "askable"), *desk_row(t)),))


def ask_list(t: Translator, name: str) -> Screen:
    """Ask for a list of customers."""
    return Screen(t("audiences.ask_list", tag=name), (desk_row(t),))


def ask_whom(t: Translator, name: str, *, give: bool) -> Screen:
    """Ask to whom a tag is given, or from whom it is taken."""
    return Screen(t("audiences.ask_whom_give" if give else "audiences.ask_whom_take", tag=name), (desk_row(t),))


def list_done(t: Translator, it: TagCounted, read: int, *, exactly: bool) -> Screen:
    """A list was read: how many lines, and how many people have the tag now. Which lines named somebody is not said."""
    text = lines(
        t("audiences.list_read", count=read),
        t("audiences.tag_people", people=people(t, it.people, exactly=exactly)),
    )
    return Screen(text, ((Button(t("audiences.tags_all"), "tags"), *desk_row(t)),))
