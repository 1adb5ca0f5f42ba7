"""The screens of the one queue, of *Since Friday 18:00*, of being away; and the notices about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from finance_core.desk.notices import EntryGiven, EntryWaits, StandsIn
from finance_core.notices import Sealed
from finance_core.notices.senders import NotArrived
from finance_core.offers.running.notices import BroadcastPaused
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, page_of
from handlers.desk.screens.approvals import desk_row
from handlers.desk.screens.choosing import people_rows
from handlers.desk.screens.naming import action_name
from handlers.locales import Html, Translator

if TYPE_CHECKING:
    from finance_core.desk.figures import SinceCard
    from finance_core.desk.queue import Entry

MOST_ROWS: Final = 4
ENTRIES: Final[Mapping[str, str]] = {"age": "ageof"}
"""What has no table of its own (`open_entry`): by its kind the tap that opens it, with the number of its subject."""
OPENED_BY: Final[Mapping[str, str]] = {
    "proposal": "proposal",
    "application": "appl",
    "hardship": "case",
    "case": "svc",
    "circle_case": "circase",
    "identity": "idcheck",
    "pin_reset": "pinreset",
}
_HOUR: Final = timedelta(hours=1)
_DAYS_FROM_HOURS: Final = 48
"""From this age on it is told in days."""


# -- the queue --------------------------------------------------------------------------------------------------------


def queue(
    t: Translator,
    entries: Sequence[Entry],
    names: Mapping[int, str],
    now: datetime,
    zone: ZoneInfo,
    me: int,
    start: int,
) -> Screen:
    """What waits: each with its owner, age and deadline; what is overdue is marked."""
    away = Button(t("desk.to_away"), "away")
    if not entries:
        return Screen(t("desk.nothing_waits"), ((away, *desk_row(t)),))
    page, following = page_of(entries, start, MOST_ROWS)
    rows = [_row(t, each, names, now, zone, me) for _, each in page]
    late = sum(each.is_overdue(now) for each in entries)
    head = lines(t("desk.waiting", count=len(entries)), t("desk.overdue", count=late) if late else None)
    buttons = [(Button(_label(t, each), f"entry:{each.source}:{each.number}"),) for _, each in page]
    more = (Button(t("operator.to_more"), f"workpage:{following}"),) if following is not None else ()
    return Screen(lines(head, "", *rows), (*buttons, (*more, away, *desk_row(t))))


def _row(t: Translator, each: Entry, names: Mapping[int, str], now: datetime, zone: ZoneInfo, me: int) -> Html:
    owner = _owner(t, each, names.get(each.owner_id or 0), me)
    said = {"what": _what(t, each), "owner": owner, "age": _age(t, each.age(now))}
    if each.due_at is None:
        return t("desk.row_without_deadline", **said)
    return t("desk.row_overdue" if each.is_overdue(now) else "desk.row", due=t.instant(each.due_at, zone), **said)


def _label(t: Translator, each: Entry) -> Html:
    return t("desk.label", source=t(f"desk.source_{each.source}"), number=_number(each.source, each.number))


def _number(source: str, number: int) -> str:
    """Return the number of an entry as it stands everywhere: a person's case is C7."""
    return f"C{number}" if source == "case" else str(number)


def _what(t: Translator, each: Entry) -> Html:
    """Return what an entry is about, in a few words."""
    match each.source:
        case "case":
            about = t(f"topics.{each.what}")
        case "proposal":
            about = action_name(t, each.what)
        case "hardship":
            about = t(f"collection.reason_{each.what}")
        case "application":
            about = t(f"borrow.product_{each.what}")
        case "identity":
            about = t(f"account.kind_{each.what}")
        case "pin_reset":
            about = t(f"operator.proof_{each.what}")
        case "circle_case":
            about = t(f"desk.circle_case_{each.what}")
        case _:
            about = t(f"desk.entry_{each.what}")
    return t("desk.what", source=t(f"desk.source_{each.source}"), number=_number(each.source, each.number), about=about)


def _owner(t: Translator, each: Entry, name: str | None, me: int) -> Html:
    if each.owner_id is None:
        return t("desk.nobodys")
    if each.owner_id == me:
        return t("desk.mine")
    return t("desk.away_for" if each.stands_in_for is not None else "desk.owned", name=name or "—")


def _age(t: Translator, age: timedelta) -> Html:
    hours = int(age / _HOUR)
    if hours == 0:
        return t("desk.just_now")
    if hours < _DAYS_FROM_HOURS:
        return t("desk.hours", count=hours)
    return t("desk.days", count=age.days)


# -- one entry --------------------------------------------------------------------------------------------------------


def entry(t: Translator, each: Entry, owner: str | None, now: datetime, zone: ZoneInfo, me: int) -> Screen:
    """One entry, and what may be done with it: open it, make it one's own, give it to a colleague."""
    names = {each.owner_id: owner} if each.owner_id is not None and owner is not None else {}
    name = f"{each.source}:{each.number}"
    mine = (Button(t("desk.take"), f"entrytake:{name}"),) if each.owner_id != me else ()
    return Screen(
        _row(t, each, names, now, zone, me),
        (
            (Button(t("support.open"), _opens(each)),),
            (*mine, Button(t("desk.give"), f"entrygive:{name}")),
            (Button(t("desk.to_queue"), "do:work"), *desk_row(t)),
        ),
    )


def _opens(each: Entry) -> str:
    if each.source == "entry":
        return f"{ENTRIES[each.what]}:{each.leads_to.rpartition(':')[2]}"
    return f"{OPENED_BY[each.source]}:{each.number}"


def choose_colleague(t: Translator, each: Entry, others: Sequence[tuple[int, str]], start: int) -> Screen:
    """Ask which colleague gets an entry."""
    name = f"{each.source}:{each.number}"
    back = (Button(t("common.back"), f"entry:{name}"),)
    if not others:
        return Screen(t("support.no_colleague"), (back,))
    rows = people_rows(t, others, start, f"entrygiveto:{name}", f"entrygive:{name}")
    return Screen(t("desk.which_colleague", what=_what(t, each)), (*rows, back))


def given(t: Translator, each: Entry, name: str) -> Screen:
    """The entry is a colleague's."""
    text = t("desk.given", what=_what(t, each), name=name)
    return Screen(text, ((Button(t("desk.to_queue"), "do:work"), *desk_row(t)),))


# -- since the last working day ended ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateLoan:
    """A loan that is long late: whose, and the phone but for its middle, which a call alone shows."""

    loan: int
    name: str
    phone: str
    days: int


def since(
    t: Translator, card: SinceCard, zone: ZoneInfo, *, waiting: int, overdue: int, late: Sequence[LateLoan] = ()
) -> Screen:
    """What happened since the last working day ended; what is to be looked at is marked, what is nothing left out.

    `late` are the loans that the reader may call about.
    """
    told = [
        t(
            "desk.trouble" if each.figure.is_trouble else "desk.fact",
            what=_figure(t, each.figure.name),
            value=each.value,
        )
        for each in card.readings
        if each.value
    ]
    text = lines(
        t("desk.since", at=t.instant(card.since, zone)),
        "",
        *(told or [t("desk.all_quiet")]),
        *_late_lines(t, late),
        "",
        t("desk.in_your_queue", count=waiting),
        t("desk.overdue", count=overdue) if overdue else None,
    )
    calls = (Button(t("desk.to_cases"), "do:cases"),) if late else ()
    rows = (calls, (Button(t("desk.to_queue"), "do:work"), *desk_row(t)))
    return Screen(text, tuple(row for row in rows if row))


def _late_lines(t: Translator, late: Sequence[LateLoan]) -> list[Html]:
    if not late:
        return []
    rows = [
        t("desk.late_loan", name=each.name, loan=each.loan, days=t("common.day", count=each.days), phone=each.phone)
        for each in late
    ]
    return [Html(""), t("desk.late_loans"), *rows]


def _figure(t: Translator, name: str) -> Html:
    return t(f"desk.figure_{name}")


# -- being away -------------------------------------------------------------------------------------------------------


def who_stands_in(t: Translator, others: Sequence[tuple[int, str]], start: int) -> Screen:
    """Ask which colleague looks after one's entries."""
    if not others:
        return Screen(t("support.no_colleague"), (desk_row(t),))
    rows = people_rows(t, others, start, "awaywho", "away")
    return Screen(t("desk.who_stands_in"), (*rows, desk_row(t)))


def until_when(t: Translator, colleague: int, name: str, days: Sequence[date]) -> Screen:
    """Ask until when one is away."""
    rows = [(Button(t.day(day), f"awayuntil:{colleague}:{day}"),) for day in days]
    return Screen(t("desk.until_when", name=name), (*rows, desk_row(t)))


def is_away(t: Translator, name: str, until: datetime, zone: ZoneInfo) -> Screen:
    """One is away until then, and who looks after what is one's own."""
    text = t("desk.is_away", until=t.instant(until, zone), name=name)
    return Screen(text, ((Button(t("desk.back_again"), "back"), *desk_row(t)),))


# -- one's other accounts ---------------------------------------------------------------------------------------------


def ask_own_account(t: Translator, known: Sequence[str]) -> Screen:
    """Name the accounts that are known to be one's own, and ask for another."""
    said = t("desk.own_accounts", names=Html(t.listed(t.shown(each) for each in known))) if known else None
    return Screen(lines(said, t("desk.ask_own_account")), (desk_row(t),))


def own_account_noted(t: Translator, name: str) -> Screen:
    """It is taken down."""
    return Screen(t("desk.own_account_noted", name=name), (desk_row(t),))


# -- notices ----------------------------------------------------------------------------------------------------------


def entry_waits(t: Translator, told: EntryWaits) -> Screen:
    """Something came into the queue."""
    text = t("desk.entry_waits", what=t(f"desk.entry_{told.what}"))
    return Screen(text, ((Button(t("support.open"), f"entry:entry:{told.entry}"),),))


def entry_given(t: Translator, told: EntryGiven) -> Screen:
    """A colleague gave an entry: it is the reader's now."""
    source = t(f"desk.source_{told.source}")
    text = t("desk.entry_given", source=source, number=_number(told.source, told.number), name=_opened(told.name))
    return Screen(text, ((Button(t("support.open"), f"entry:{told.source}:{told.number}"),),))


def stands_in(t: Translator, told: StandsIn) -> Screen:
    """The reader looks after a colleague's entries."""
    text = t("desk.stands_in", name=_opened(told.name), day=told.until_on)
    return Screen(text, ((Button(t("desk.to_queue"), "do:work"),),))


def not_arrived(t: Translator, told: NotArrived) -> Screen:
    """What the reader wrote to a person did not arrive: they have blocked the bot."""
    number = told.about.rpartition(":")[2]
    return Screen(t("desk.not_arrived", number=f"C{number}"), ((Button(t("support.open"), f"svc:{number}"),),))


def _opened(name: Sealed | str) -> str:
    assert not isinstance(name, Sealed), "delivery opens names before they are rendered"
    return name


def broadcast_paused(t: Translator, told: BroadcastPaused) -> Screen:
    """A broadcast that the reader made or checked has paused by itself."""
    return Screen(t("desk.broadcast_paused", number=told.broadcast, why=t(f"desk.paused_{told.why}")))
