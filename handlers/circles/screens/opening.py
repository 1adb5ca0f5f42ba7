"""What making a circle looks like: where it begins, the questions, its rules in words, what can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from finance_core.circles.rules.settings import Order, Settings
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, choices, lines, menu_row
from handlers.circles.forming_intents import CircleIsOpen, OpenCircle
from handlers.locales import Html, Translator, codes
from handlers.locales.languages import language_of
from handlers.phrases.readers.circle_kinds import ROTATING, SAVING

BACK: Final = "back"
ASKED: Final = ("amount", "places", "first_day", "title", "secured")
"""What is asked for by a question; the rest by buttons."""
_PAGES: Final = {
    "main": ("amount", "places", "first_day", "order", "rules"),
    "rules": ("shortfall", "security", "fine", "commission", "more"),
    "more": ("title", "period", "language", "people"),
    "people": ("approval", "reliability", "kept"),
}
"""What can be changed, by page; `rules`, `more` and `people` lead to the next ones."""
CHOICES: Final = {
    "order": ("whole", "lottery", "fixed", "pick", "auction"),
    "period": ("day", "week", "two_weeks", "month"),
    "shortfall": ("pay", "wait", "deposit", "guarantors"),
    "security": ("none", "deposit", "guarantors", "retention"),
    "fine": ("0", "1", "2", "3", "5"),
    "commission": ("0", "1", "2", "3", "5"),
    "approval": ("no", "yes"),
    "reliability": ("0", "50", "75", "90", "100"),
    "kept": ("0", "1", "2", "3", "5"),
}
"""What is chosen by buttons: the choices of each."""
FIELDS: Final = tuple(field for fields in _PAGES.values() for field in fields)


def languages() -> tuple[str, ...]:
    """Return the languages that a board can be in."""
    return tuple(codes())


def privately(t: Translator, link: str) -> Screen:
    """In a group: a circle is made in private; the link leads there."""
    return Screen(t("circle_opening.privately"), ((Button(t("common.open_private"), url=link),),))


def ways(t: Translator, bot_username: str, groups: Sequence[tuple[int, str]]) -> Screen:
    """How a circle begins: Susu in a group, or one of the groups where both are; and the reader's own circles."""
    add = Button(t("circle_opening.add_to_group"), url=f"https://t.me/{bot_username}?startgroup=circle")
    room = MOST_BUTTONS - 3
    there = [(Button(title or t("friends.a_group"), f"circlein:{number}"),) for number, title in groups[:room]]
    text = t("circle_opening.ways") if there else t("circle_opening.ways_no_group")
    return Screen(text, (*there, (add,), (Button(t("circle_opening.mine"), "do:circles"), *menu_row(t))))


def ask_kind(t: Translator, *, again: bool) -> Screen:
    """Ask which kind of circle it is to be; `again`: what was answered names neither."""
    kinds = [(t(f"circle_opening.kind_{kind}"), f"ans:{kind}") for kind in (ROTATING, SAVING)]
    unclear = t("circle_opening.kind_unclear") if again else None
    return Screen(lines(unclear, t("circle_opening.ask_kind")), choices(kinds, per_row=1))


def asks(t: Translator, wanted: str, refused: str | None) -> Screen:
    """Ask for one thing of a circle; after a refusal that comes first."""
    return Screen(lines(refused, t(f"circle_opening.ask_{wanted}")))


def card(t: Translator, settings: Settings, days: Sequence[date], group: str, card: tuple[str, int]) -> Screen:
    """The circle as it would be: its constitution in words, and how it is opened."""
    token, version = card
    open_it = Button(t("circle_opening.open_in", group=group), f"opencircle:{token}:{version}:{settings.place_id}")
    change, cancel = (
        Button(t("circle_opening.change"), f"circlechange:{token}:{version}:main"),
        Button(t("common.cancel"), f"no:{token}:{version}"),
    )
    return Screen(
        lines(*constitution(t, settings, days), "", t("circle_opening.fixed_later")), ((open_it,), (change, cancel))
    )


def order_of(order: Order, *, members_pick: bool) -> str:
    """Return how texts name an order: `pick` where members pick their turns."""
    return "pick" if members_pick else str(order)


def constitution(t: Translator, settings: Settings, days: Sequence[date]) -> tuple[Html | None, ...]:
    """Return the rules of a circle, a line each, as they are signed."""
    return (
        t("circle_opening.title", title=settings.title),
        t("circle_opening.each", sum=settings.contribution, period=t(f"circle_opening.period_{settings.period}")),
        t("circle_opening.pot", count=settings.places, pot=settings.pot),
        t("circle_opening.dates", first=days[0], last=days[-1], rounds=len(days)),
        t(f"circle_opening.order_{order_of(settings.order, members_pick=settings.members_pick)}"),
        t(f"circle_opening.shortfall_{settings.shortfall}"),
        _security(t, settings),
        _fine(t, settings),
        t("circle_opening.commission", percent=settings.commission_percent.normalize())
        if settings.commission_percent
        else None,
        t("circle_opening.kept", percent=settings.kept_percent.normalize()) if settings.kept_percent else None,
        t("circle_opening.approval") if settings.needs_approval else None,
        t("circle_opening.reliability", least=settings.least_reliability) if settings.least_reliability else None,
    )


def _fine(t: Translator, settings: Settings) -> Html:
    if not settings.fine_percent:
        return t("circle_opening.no_fine")
    return t("circle_opening.fine", percent=settings.fine_percent.normalize())


def _security(t: Translator, settings: Settings) -> Html | None:
    if settings.security_amount is None:
        return None
    return t(f"circle_opening.security_{settings.security}", sum=settings.security_amount)


def changes(t: Translator, page: str, settings: Settings, card: tuple[str, int]) -> Screen:
    """What can be changed, or the choices of one thing that is chosen by a button."""
    token, version = card
    back = (Button(t("common.back"), f"circlechange:{token}:{version}:{BACK}"),)
    if page in CHOICES or page == "language":
        return Screen(t(f"circle_opening.choose_{page}"), (*_choices(t, page, f"{token}:{version}"), back))
    fields = _PAGES.get(page, _PAGES["main"])
    labels = [(t(f"circle_opening.field_{field}"), _leads(field, f"{token}:{version}")) for field in fields]
    return Screen(t("circle_opening.what_to_change"), (*choices(labels, per_row=2), back))


def _leads(field: str, card: str) -> str:
    return f"circleask:{card}:{field}" if field in ASKED else f"circlechange:{card}:{field}"


def _choices(t: Translator, field: str, card: str) -> tuple[tuple[Button, ...], ...]:
    if field == "language":
        labels = [(language_of(code).name, f"circleset:{card}:language:{code}") for code in languages()]
        return choices(labels, per_row=2)
    if field in ("fine", "commission", "reliability", "kept"):
        labels = [(f"{value}%", f"circleset:{card}:{field}:{value}") for value in CHOICES[field]]
        return choices(labels, per_row=5)
    labels = [
        (t(f"circle_opening.{field}_button_{each}"), f"circleset:{card}:{field}:{each}") for each in CHOICES[field]
    ]
    return choices(labels, per_row=1)


def is_open(t: Translator, params: OpenCircle, opened: CircleIsOpen) -> Screen:
    """The circle is open: its board is in its group, the link invites whoever is not there; it may be called off."""
    said = lines(
        t("circle_opening.is_open", title=opened.title, code=opened.code, group=opened.group),
        t("circle_opening.invitation", link=opened.link),
    )
    join = Button(t("circle_opening.join_myself"), f"joincircle:{params.token}")
    call_off = Button(t("circle_joining.call_off"), f"gocircle:{params.token}:all")
    return Screen(said, ((join,), (call_off, *menu_row(t))))
