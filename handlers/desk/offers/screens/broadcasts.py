"""Broadcasts as operators see them before they start: lists, the calendar, one with its plan, what is asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import ZoneInfo

from finance_core.customers.roles import Permission
from finance_core.offers.audiences.service import Saved
from finance_core.offers.planning.broadcasts import Listed, Overlap
from finance_core.offers.planning.controlling import HELD
from finance_core.offers.planning.estimating import Reach
from finance_core.offers.planning.models import Broadcast, Offer
from finance_core.offers.planning.notices import BroadcastBack
from finance_core.offers.rules.estimate import Estimate
from finance_core.offers.rules.verdict import least_seen
from finance_core.offers.running.states import RunState
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, page_of
from handlers.desk.offers.screens.offers import topic_said
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator

ON_A_PAGE: Final = 3
AUDIENCES_ON_A_PAGE: Final = 4
WHENS: Final = ("now", "tomorrow", "monday")
BEFORE: Final = ("draft", "proposed", "approved", "scheduled")
RUN_STATES: Final = tuple(str(state) for state in RunState)
FEWEST_SHOWN: Final = 50
"""A count below it reads "fewer than 50"; others are rounded to tens."""
USUAL_SHARE: Final = 0.02
"""The share at which it is said how small a difference could be seen."""
CHOICES: Final[Mapping[str, tuple[Any, ...]]] = {
    "hours": ((9, 20), (9, 12), (12, 17), (17, 20)),
    "rate": (25, 15, 5, 30),
    "held_out": (0, 5, 10, 20),
    "measure": ("contracts", "taps"),
    "window": (7, 1, 30),
}
"""What a tap goes through, one after the other."""
MARKS: Final = {
    "draft": "📝", "proposed": "🔏", "approved": "✅", "scheduled": "📅", "freezing": "📨", "sending": "📨",
    "paused": "⏸", "finished": "🏁", "cancelled": "✖️", "missed": "⌛️",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """What a card of a broadcast shows that has not begun."""

    broadcast: Broadcast
    offer: Offer
    state: str
    audience: str | None
    reach: Reach | None
    estimate: Estimate | None
    variants: int
    proposal: int | None
    is_maker: bool


# -- lists ------------------------------------------------------------------------------------------------------------


def listed(t: Translator, found: Sequence[Listed], start: int, granted: Collection[Permission]) -> Screen:
    """The broadcasts, newest first."""
    page, following = page_of(found, start, ON_A_PAGE)
    rows = tuple((Button(_label(t, each), f"broadcast:{each.id}"),) for _, each in page)
    more = (Button(t("operator.to_more"), f"broadcastsfrom:{following}"),) if following is not None else ()
    to_offers = (Button(t("broadcasts.to_offers"), "do:offers"),) if Permission.PROPOSE_BROADCAST in granted else ()
    said = t("broadcasts.list") if found else t("broadcasts.none")
    calendar_button = (Button(t("broadcasts.to_calendar"), "broadcastcalendar"),) if found and not more else ()
    return Screen(said, (*rows, (*more, *calendar_button, *to_offers), desk_row(t)))


def _label(t: Translator, each: Listed) -> str:
    return f"{MARKS[each.state]} #{each.id} {each.name}"


def state_said(t: Translator, state: str) -> Html:
    """Return where a broadcast stands, in words."""
    return t("broadcasts.in_state", mark=MARKS[state], state=t(f"broadcasts.state_{state}"))


def calendar(t: Translator, planned: Sequence[Listed], overlaps: Sequence[Overlap], zone: ZoneInfo) -> Screen:
    """What is planned or under way, by its start, and where audiences of one time meet."""
    back = (Button(t("broadcasts.to_list"), "do:broadcasts"), *desk_row(t))
    if not planned:
        return Screen(t("broadcasts.nothing_planned"), (back,))
    rows = [
        t(
            "broadcasts.planned",
            number=each.id,
            name=each.name,
            state=state_said(t, each.state),
            first=t.instant(each.starts_at, zone),
            last=t.instant(each.ends_at, zone),
        )
        for each in planned
    ]
    meets = [
        t("broadcasts.overlap", first=each.first, second=each.second, people=people_said(t, each.people))
        for each in overlaps
    ]
    return Screen(lines(t("broadcasts.calendar"), "", *rows, *(("", *meets) if meets else ())), (back,))


def counted(people: int) -> str:
    """Return a count as it is read: "41,200"."""
    return f"{people:,}"


def people_said(t: Translator, people: int) -> Html:
    """Return a count of people as it may be told: rounded to tens, so that two counts do not tell of one person."""
    if people < FEWEST_SHOWN:
        return t("broadcasts.fewer_than", count=FEWEST_SHOWN)
    return t("broadcasts.people", count=counted(round(people, -1)))


# -- one --------------------------------------------------------------------------------------------------------------


def card(t: Translator, facts: Facts, granted: Collection[Permission], zone: ZoneInfo) -> Screen:
    """A broadcast before its start: what goes out, to whom, when and how, what it would come to."""
    broadcast = facts.broadcast
    text = lines(
        t("broadcasts.card", number=broadcast.id, name=facts.offer.name),
        state_said(t, facts.state),
        _why(t, broadcast),
        "",
        topic_said(t, facts.offer),
        t("broadcasts.for_whom", audience=facts.audience or t("operator.none")),
        t(
            "broadcasts.when",
            first=t.instant(broadcast.starts_at, zone),
            last=t.instant(broadcast.ends_at, zone),
            hours=hours_said(broadcast),
        ),
        _how(t, facts),
        *_estimate(t, facts, zone),
    )
    return Screen(text, _buttons(t, facts, granted))


def _why(t: Translator, broadcast: Broadcast) -> Html | None:
    """Return why it is a draft again or missed; who called it off is on record, and not told here."""
    why = broadcast.why
    return None if why is None or why.startswith("operator:") else t("broadcasts.because", why=why_said(t, why))


def why_said(t: Translator, why: str) -> Html:
    """Return why a broadcast did not begin: a refusal, that all were stopped, or that it was too late."""
    if why == HELD:
        return t("broadcasts.was_held")
    key = f"error.{why}"
    return t(key) if t.has(key) else t("broadcasts.too_late")


def hours_said(broadcast: Broadcast) -> str:
    """Return the hours of a person's own day between which it goes."""
    return f"{broadcast.first_hour:02}:00–{broadcast.until_hour:02}:00"


def _how(t: Translator, facts: Facts) -> Html:
    broadcast = facts.broadcast
    return t(
        "broadcasts.how",
        rate=broadcast.rate,
        texts=facts.variants,
        held_out=broadcast.held_out_percent,
        measure=t(f"broadcasts.measure_{broadcast.measure}"),
        days=broadcast.window_days,
    )


def _estimate(t: Translator, facts: Facts, zone: ZoneInfo) -> list[Html | str]:
    reach, estimate = facts.reach, facts.estimate
    if reach is None or estimate is None:
        return []
    out = [
        t("broadcasts.falls_out", people=people_said(t, people), why=t(f"broadcasts.skip_{reason}"))
        for reason, people in sorted(reach.left_out.items(), key=lambda item: -item[1])
    ]
    said = [
        "",
        t("broadcasts.asked", people=people_said(t, reach.asked)),
        *out,
        t("broadcasts.reach", people=people_said(t, estimate.reach)),
    ]
    if estimate.ends_at is not None:
        said.append(t("broadcasts.lasts", until=t.instant(estimate.ends_at, zone)))
    if estimate.in_time < estimate.reach:
        said.append(t("broadcasts.not_in_time", people=people_said(t, estimate.reach - estimate.in_time)))
    if facts.broadcast.is_paid:
        said.append(t("broadcasts.stars", stars=estimate.stars, most=estimate.most_stars))
    return [*said, _seen(t, facts, estimate)]


def _seen(t: Translator, facts: Facts, estimate: Estimate) -> Html | str:
    """Return how small a difference between texts could be seen, where there are several."""
    if facts.variants == 1 or not estimate.reach:
        return ""
    points = least_seen(USUAL_SHARE, estimate.reach // facts.variants) * 100
    return t("broadcasts.could_be_seen", points=f"{points:.2f}", share=f"{USUAL_SHARE:.0%}")


def _buttons(t: Translator, facts: Facts, granted: Collection[Permission]) -> tuple[tuple[Button, ...], ...]:
    number, writes = facts.broadcast.id, Permission.PROPOSE_BROADCAST in granted
    show = (t("broadcasts.to_preview"), f"broadcastshow:{number}")
    to_list = (Button(t("broadcasts.to_list"), "do:broadcasts"),)
    wanted = [show] if facts.audience is not None else []
    if facts.state == "draft" and writes:
        wanted = [
            (t("broadcasts.to_audience"), f"broadcastaudience:{number}"),
            (t("broadcasts.to_when"), f"broadcastwhen:{number}"),
            (t("broadcasts.to_how"), f"broadcasthow:{number}"),
            *wanted,
            *([(t("broadcasts.propose"), f"broadcastpropose:{number}")] if facts.audience is not None else []),
        ]
    elif facts.state == "proposed" and facts.is_maker:
        wanted.append((t("operator.unpropose"), f"broadcastback:{number}"))
    elif facts.state == "proposed" and Permission.SEE_APPROVALS in granted:
        wanted.append((t("broadcasts.decide"), f"proposal:{facts.proposal}"))
    elif facts.state in ("approved", "scheduled") and writes:
        wanted.append((t("broadcasts.call_off"), f"broadcastoff:{number}"))
    if facts.state not in ("draft", "proposed") and writes:
        wanted.append((t("broadcasts.copy"), f"broadcastcopy:{number}"))
    return (*choices(wanted, per_row=2), to_list)


def ask_call_off(t: Translator, found: Listed) -> Screen:
    """Ask whether it is to be called off."""
    yes = Button(t("broadcasts.call_off"), f"broadcastoff:{found.id}:yes")
    return Screen(t("broadcasts.ask_call_off", number=found.id, name=found.name), ((yes, to_broadcast(t, found.id)),))


def to_broadcast(t: Translator, number: int) -> Button:
    """Return the way back to a broadcast."""
    return Button(t("common.back"), f"broadcast:{number}")


# -- what is asked for ------------------------------------------------------------------------------------------------


def ask_audience(t: Translator, broadcast: Broadcast, saved: Sequence[Saved], start: int) -> Screen:
    """For whom it is: one of the saved audiences, in its newest version."""
    page, following = page_of(saved, start, AUDIENCES_ON_A_PAGE)
    rows = tuple(
        (Button(f"{each.audience.name} v{each.version.number}", f"broadcastfor:{broadcast.id}:{each.version.id}"),)
        for _, each in page
    )
    more = (
        (Button(t("operator.to_more"), f"broadcastaudience:{broadcast.id}:{following}"),)
        if following is not None
        else ()
    )
    said = t("broadcasts.ask_audience") if saved else t("broadcasts.no_audiences")
    return Screen(said, (*rows, (*more, to_broadcast(t, broadcast.id))))


def ask_when(t: Translator, broadcast: Broadcast, zone: ZoneInfo) -> Screen:
    """From when until when it goes: a button for what is usual, anything else in writing."""
    usual = [(t(f"broadcasts.when_{each}"), f"broadcastwhen:{broadcast.id}:{each}") for each in WHENS]
    said = t("broadcasts.ask_when", example=f"{broadcast.starts_at.astimezone(zone):%Y-%m-%d} 09:00 – 20:00")
    return Screen(said, (*choices(usual, per_row=1), (to_broadcast(t, broadcast.id),)))


def next_choice(broadcast: Broadcast, what: str) -> dict[str, Any]:
    """Return what a broadcast changes to when somebody taps on one of its choices: the next of them."""
    known = CHOICES[what]
    now = _chosen(broadcast)[what]
    following = known[(known.index(now) + 1) % len(known)] if now in known else known[0]
    match what:
        case "hours":
            return {"first_hour": following[0], "until_hour": following[1]}
        case "held_out":
            return {"held_out_percent": following}
        case "window":
            return {"window_days": following}
    return {what: following}


def _chosen(broadcast: Broadcast) -> dict[str, Any]:
    return {
        "hours": (broadcast.first_hour, broadcast.until_hour),
        "rate": broadcast.rate,
        "held_out": broadcast.held_out_percent,
        "measure": broadcast.measure,
        "window": broadcast.window_days,
    }


def how(t: Translator, broadcast: Broadcast) -> Screen:
    """How it goes: a button for each choice shows it, and a tap takes the next one."""
    said = {
        "hours": hours_said(broadcast),
        "rate": broadcast.rate,
        "held_out": broadcast.held_out_percent,
        "measure": t(f"broadcasts.measure_{broadcast.measure}"),
        "window": broadcast.window_days,
    }
    rows = tuple(
        (Button(t(f"broadcasts.choice_{what}", value=said[what]), f"broadcasthow:{broadcast.id}:{what}"),)
        for what in CHOICES
    )
    return Screen(t("broadcasts.ask_how"), (*rows, (to_broadcast(t, broadcast.id),)))


# -- what is told ------------------------------------------------------------------------------------------------------


def back_said(t: Translator, told: BroadcastBack) -> Screen:
    """A broadcast did not begin: it was missed, or is a draft again, and why."""
    state = t(f"broadcasts.state_{told.state}")
    said = t("broadcasts.is_back", number=told.broadcast, state=state, why=why_said(t, told.why))
    return Screen(said, ((Button(t("operator.open_it"), f"broadcast:{told.broadcast}"),),))
