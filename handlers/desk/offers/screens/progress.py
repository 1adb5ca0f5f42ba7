"""How far a broadcast is, with Pause, Resume and Cancel; and what came of it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from typing import Final
from zoneinfo import ZoneInfo

from finance_core.customers.roles import Permission
from finance_core.offers.planning.controlling import STOPPERS
from finance_core.offers.planning.models import Broadcast
from finance_core.offers.planning.results import HELD_OUT, Result
from finance_core.offers.rules.drawing import VARIANTS
from finance_core.offers.rules.verdict import Arm, Comparison, Outcome
from finance_core.offers.running.progress import Progress
from finance_core.offers.running.states import OVER, Paused, RunState
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, progress_bar
from handlers.desk.offers.screens.broadcasts import counted, state_said, to_broadcast
from handlers.desk.screens.approvals import desk_row
from handlers.locales import Html, Translator
from handlers.locales.translator import MINUS

SMALLEST_P: Final = 0.001


@dataclass(frozen=True, slots=True)
class Running:
    """A broadcast that has begun: what it is called, and how far it is."""

    name: str
    progress: Progress


def card(t: Translator, running: Running, granted: Collection[Permission]) -> Screen:
    """How far it is, with what may be done about it."""
    found = running.progress
    buttons = _controls(t, found) if not STOPPERS.isdisjoint(granted) else []
    if found.state in OVER:
        buttons.append((t("broadcasts.to_result"), f"broadcastresult:{found.run_id}"))
        if Permission.PROPOSE_BROADCAST in granted:
            buttons.append((t("broadcasts.copy"), f"broadcastcopy:{found.run_id}"))
            if found.sent and not found.recalled:
                buttons.append((t("broadcasts.recall"), f"broadcastrecall:{found.run_id}"))
    else:
        buttons.append((t("broadcasts.follow"), f"broadcastfollow:{found.run_id}"))
    return Screen(_said(t, running), (*choices(buttons, per_row=2), _last(t)))


def board(t: Translator, shown: tuple[str, Progress]) -> Screen:
    """The message that is kept current: the same, with the same three buttons."""
    running = Running(*shown)
    return Screen(_said(t, running), choices(_controls(t, running.progress), per_row=2))


def _last(t: Translator) -> tuple[Button, ...]:
    return (Button(t("broadcasts.to_list"), "do:broadcasts"), *desk_row(t))


def _controls(t: Translator, found: Progress) -> list[tuple[str, str]]:
    if found.state in OVER:
        return []
    going = found.state == RunState.PAUSED and found.paused_why != Paused.PRICE
    resume = [(t("broadcasts.resume"), f"broadcastresume:{found.run_id}")] if going else []
    pause = [(t("broadcasts.pause"), f"broadcastpause:{found.run_id}")] if found.state == RunState.SENDING else []
    return [*pause, *resume, (t("broadcasts.cancel"), f"broadcastcancel:{found.run_id}")]


def _said(t: Translator, running: Running) -> Html:
    found = running.progress
    percent = 100 * found.done // found.frozen if found.frozen else 0
    return lines(
        t("broadcasts.card", number=found.run_id, name=running.name),
        state_said(t, found.state),
        t("broadcasts.because", why=t(f"desk.paused_{found.paused_why}")) if found.paused_why else None,
        "",
        t("broadcasts.bar", bar=progress_bar(found.done, found.frozen), percent=percent),
        t("broadcasts.sent", count=counted(found.sent), frozen=counted(found.frozen)),
        *_states(t, found),
        t("broadcasts.recalled", count=counted(sum(found.recalled.values()))) if found.recalled else None,
        t("broadcasts.held", count=counted(found.held)) if found.held else None,
        _left(t, found),
    )


def _states(t: Translator, found: Progress) -> list[Html | None]:
    skipped = [
        t("broadcasts.skipped", count=counted(people), why=t(f"broadcasts.skip_{reason}"))
        for reason, people in sorted(found.skipped.items(), key=lambda item: -item[1])
        if people
    ]
    refused = t("broadcasts.refused", count=counted(found.refused), blocked=counted(found.blocked))
    unknown = t("broadcasts.unknown", count=counted(found.unknown))
    return [refused if found.refused else None, unknown if found.unknown else None, *skipped]


def _left(t: Translator, found: Progress) -> Html | None:
    """Return how long the rest takes at its rate, while it goes on."""
    if found.state != RunState.SENDING or not found.waiting:
        return None
    left = timedelta(seconds=max(1, ceil(found.seconds_left)))
    return t("broadcasts.left", count=counted(found.waiting), rate=found.rate, left=str(left))


def ask_cancel(t: Translator, running: Running) -> Screen:
    """Ask whether it is to end for good."""
    number = running.progress.run_id
    yes = Button(t("broadcasts.cancel"), f"broadcastcancel:{number}:yes")
    said = t("broadcasts.ask_cancel", number=number, name=running.name, count=counted(running.progress.waiting))
    return Screen(said, ((yes, to_broadcast(t, number)),))


# -- what came of it --------------------------------------------------------------------------------------------------


def result(t: Translator, running: Running, broadcast: Broadcast, found: Result, zone: ZoneInfo) -> Screen:
    """What came of it: each arm's figures, and once the window is over a verdict."""
    measure = t(f"broadcasts.measure_{broadcast.measure}")
    text = lines(
        t("broadcasts.result", number=broadcast.id, name=running.name),
        t("broadcasts.measured", measure=measure, days=broadcast.window_days),
        "",
        *(_arm(t, number, arm) for number, arm in found.arms.items()),
        "",
        *_verdict(t, found, zone),
    )
    return Screen(text, ((to_broadcast(t, broadcast.id), *desk_row(t)),))


def _arm(t: Translator, number: int, arm: Arm) -> Html:
    name = t("broadcasts.held_out") if number == HELD_OUT else t("broadcasts.arm", variant=VARIANTS[number])
    share = f"{arm.share:.2%}"
    return t("broadcasts.arm_row", name=name, did=counted(arm.did), assigned=counted(arm.assigned), share=share)


def _verdict(t: Translator, found: Result, zone: ZoneInfo) -> list[Html]:
    if not found.is_final:
        if found.ends_at is None:
            return [t("broadcasts.too_early")]
        return [t("broadcasts.verdict_later", at=t.instant(found.ends_at, zone))]
    if found.split.is_off:
        return [t("broadcasts.split_off", p=_p(found.split.p))]
    texts = [_compared(t, pair, VARIANTS[one], VARIANTS[other]) for one, other, pair in found.texts]
    added = [] if found.held_out is None else _added(t, found.held_out)
    return [*texts, *added] or [t("broadcasts.nothing_compared")]


def _compared(t: Translator, pair: Comparison, first: str, second: str) -> Html:
    figures = {
        "first": first,
        "second": second,
        "points": _points(abs(pair.difference)),
        "low": _points(pair.low),
        "high": _points(pair.high),
        "p": _p(pair.p),
    }
    if pair.outcome is Outcome.LESS:
        figures |= {"first": second, "second": first, "low": _points(-pair.high), "high": _points(-pair.low)}
    key = "more" if pair.outcome in (Outcome.MORE, Outcome.LESS) else pair.outcome.value
    return t(f"broadcasts.verdict_{key}", **figures)


def _added(t: Translator, pair: Comparison) -> list[Html]:
    if pair.outcome is Outcome.TOO_FEW:
        return [t("broadcasts.added_too_few")]
    middle, low, high = pair.added
    if pair.outcome is Outcome.NO_DIFFERENCE:
        return [t("broadcasts.added_nothing", low=_signed(low), high=_signed(high))]
    return [
        t(
            "broadcasts.added", count=_signed(middle), low=_signed(low), high=_signed(high), did=pair.second.did,
            p=_p(pair.p),
        )
    ]  # fmt: skip


def _points(part: float) -> str:
    """Return a difference of shares in percentage points, with the sign that texts have."""
    return f"{part * 100:.2f}".replace("-", MINUS)


def _signed(count: int) -> str:
    return str(count).replace("-", MINUS)


def _p(p: float) -> str:
    return f"< {SMALLEST_P}" if p < SMALLEST_P else f"= {p:.3f}"
