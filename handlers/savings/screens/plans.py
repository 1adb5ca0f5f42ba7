"""The screens of plans: the card before the PIN, the list, a goal's progress in words, as a bar and as a picture."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.journeys.plans.notices import Missed, Reached, ShortForDue
from finance_core.kernel.money import ASSETS, BASE_CURRENCY, Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, page_of, progress_bar
from handlers.locales import Html, Translator
from handlers.pictures.plot import Lines, Measure, Series, Tick
from handlers.savings.intents import MakePlan, PlanMade, RoundUp

if TYPE_CHECKING:
    from finance_core.journeys.plans.models import Plan, PlanRun
    from finance_core.journeys.plans.queries import Progress
    from finance_core.journeys.plans.service import Wanted

MISSING: Final = ("due", "money", "limit", "closed", "frozen", "class")
PLACES: Final = ("change_plus", "deposit", "fund")
WEEKDAYS: Final = tuple(range(7))
STEPS: Final = (1, 10)
"""Whole sums that sends are rounded up to."""
_SUMS: Final = (50, 100, 200)
_MOST_BUTTONS: Final = 4
_MOST_ACTS: Final = 5


# -- asking -------------------------------------------------------------------------------------------------------


def ask_amount(t: Translator) -> Screen:
    """How much each time."""
    return Screen(t("plans.ask_amount"), (tuple(Button(f"{sum_}", f"ans:{sum_}") for sum_ in _SUMS), menu_row(t)))


def ask_every(t: Translator, amount: Money) -> Screen:
    """How often."""
    choices = (Button(t("plans.weekly"), "ans:week"), Button(t("plans.monthly"), "ans:month"))
    return Screen(t("plans.ask_every", amount=amount), (choices, menu_row(t)))


def ask_goal(t: Translator) -> Screen:
    """How much is wanted."""
    return Screen(t("plans.ask_goal"), (menu_row(t),))


def ask_by(t: Translator, goal: Money, *, unclear: bool) -> Screen:
    """By when."""
    ways = tuple(Button(t("common.month", count=months), f"ans:{months} months") for months in (3, 6, 12))
    text = lines(t("plans.by_unclear") if unclear else None, t("plans.ask_by", goal=goal))
    now = (Button(t("plans.put_in_now"), f"do:invest:amount={goal.decimal:f}"),)
    return Screen(text, (ways, now, menu_row(t)))


def ask_step(t: Translator) -> Screen:
    """What sends are rounded up to."""
    buttons = tuple(
        Button(t("plans.step_button", step=Money.of(step, BASE_CURRENCY)), f"roundup:{step}") for step in STEPS
    )
    return Screen(t("plans.ask_step"), (buttons, menu_row(t)))


def ask_adult(t: Translator) -> Screen:
    """A plan signs contracts: it asks for the age."""
    return Screen(t("plans.ask_adult"), ((Button(t("common.yes"), "ans:yes"), Button(t("common.no"), "ans:no")),))


def too_young(t: Translator) -> Screen:
    """No contract below 18."""
    return Screen(t("plans.too_young"), (menu_row(t),))


# -- before the PIN -----------------------------------------------------------------------------------------------


def ask_where(t: Translator, deposits: Sequence[tuple[int, str]], funds: Sequence[tuple[str, str]]) -> Screen:
    """Where else the money may go: (days, data) of deposits, (name, data) of funds."""
    terms = tuple(Button(t("plans.place_deposit", days=days), data) for days, data in deposits[:2])
    named = tuple((Button(name, data),) for name, data in funds[:3])
    return Screen(
        t("plans.ask_where" if funds else "plans.ask_where_no_funds"),
        (*((each,) for each in terms), *named, menu_row(t)),
    )


def plan_card(t: Translator, wanted: Wanted, fund: str = "", each: Html | None = None) -> Html:
    """What will happen, from when, where the money goes, and what happens when it is not there.

    `each` is what the fund of that name must say of each purchase.
    """
    day = wanted.day_of_month or 0
    return lines(
        _what(t, wanted, fund),
        t("plans.first", day=wanted.first_on),
        t("plans.last_day") if day > 28 else None,  # noqa: PLR2004 - the days that not every month has
        "",
        each,
        _risk(t, wanted.target),
        t("plans.no_debt"),
    )


def round_up_card(t: Translator, step: Money) -> Html:
    """What rounding up does."""
    example = Money.of("12.30", step.asset)
    lacks = Money(-example.amount % step.amount, step.asset)
    return lines(
        t("plans.round_up_card", step=step, example=example, lacks=lacks),
        "",
        _risk(t, "change_plus"),
        t("plans.no_debt"),
    )


def made(t: Translator, params: MakePlan, result: PlanMade) -> Screen:
    """The plan stands."""
    return Screen(t("plans.made", day=result.first_on), _to_plans(t))


def round_up_made(t: Translator, params: RoundUp, result: PlanMade) -> Screen:
    """Sends are rounded up from now on."""
    return Screen(t("plans.round_up_made"), _to_plans(t))


def _to_plans(t: Translator) -> tuple[tuple[Button, ...], ...]:
    return ((Button(t("plans.mine"), "do:plans"), *menu_row(t)),)


# -- what there is ------------------------------------------------------------------------------------------------


def plans(t: Translator, running: Sequence[tuple[Plan, Progress | None]], start: int = 0) -> Screen:
    """All plans, a line for each, and buttons for those from `start` on."""
    new = (Button(t("plans.new"), "do:plan"), Button(t("plans.new_goal"), "do:goal"))
    round_up = (Button(t("plans.new_round_up"), "do:round_ups"), *menu_row(t))
    if not running:
        return Screen(t("plans.none"), (new, round_up))
    rows = [line for number, (plan, far) in enumerate(running, 1) for line in _lines(t, f"{number}. ", plan, far)]
    page, following = page_of(running, start, _MOST_BUTTONS)
    numbers = tuple(Button(f"{number}", f"plan:{plan.id}") for number, (plan, _) in page)
    more = (Button(t("common.more"), f"do:plans:from={following}"),) if following is not None else ()
    below = (Button(t("plans.new"), "do:plan"), *menu_row(t))
    return Screen(lines(t("plans.title"), *rows), ((*numbers, *more), below))


def plan(t: Translator, found: Plan, far: Progress | None, runs: Sequence[PlanRun]) -> Screen:
    """One plan, how far it is, what its last runs did, and what can be done with it."""
    asset = ASSETS[found.asset]
    text = lines(
        *_lines(t, "", found, far),
        t("plans.saved", amount=Money(found.saved, asset)) if far is None else None,
        t("plans.next", day=found.next_on) if found.next_on and found.state == "active" else None,
        *(_run(t, run, asset.code) for run in runs),
    )
    acts = _acts(t, found, far)
    has_room = sum(map(len, acts)) < _MOST_ACTS
    return Screen(text, (*acts, (Button(t("common.back"), "do:plans"), *(menu_row(t) if has_room else ()))))


def picture(t: Translator, found: Plan, far: Progress, runs: Sequence[PlanRun], today: date) -> Screen:
    """A goal's progress: what was saved over time, and the straight way to the goal."""
    assert found.goal_on is not None
    asset = ASSETS[found.asset]
    saved = _over_time(found, runs, asset.scale, today)
    places = tuple(sorted({*saved, float(found.goal_on.toordinal())}))
    begin = min(places)
    way = tuple(float(far.goal.decimal) * (place - begin) / max(places[-1] - begin, 1) for place in places)
    name = far.name or t("plans.goal")
    drawing = Lines(
        title=name,
        note=t("plans.picture_note", saved=far.saved, goal=far.goal, day=found.goal_on),
        places=places,
        ticks=(Tick(begin, t.short_day(date.fromordinal(int(begin)))), Tick(places[-1], t.short_day(found.goal_on))),
        series=(Series(t("plans.picture_saved"), tuple(saved.get(place) for place in places)),
                Series(t("plans.picture_way"), way)),
        measure=Measure(asset.symbol),
        dashed=frozenset({1}),
    )  # fmt: skip
    return Screen(_progress(t, found, far), ((Button(t("common.back"), f"plan:{found.id}"),),), picture=drawing)


# -- notices ------------------------------------------------------------------------------------------------------


def short_for_due(t: Translator, told: ShortForDue) -> Screen:
    """A plan ran, and a due day is near: what would lack then, how to bring it, and how to have it left out."""
    text = t("plans.short_for_due", amount=told.sum, due=told.due, day=told.due_on, lacking=told.lacking)
    back = Button(t("plans.take_back", amount=told.sum), f"do:withdraw:source=plus:amount={told.sum.decimal:f}")
    ways = (Button(t("menu.topup"), "do:topup"), *((back,) if told.target == "change_plus" else ()))
    return Screen(text, (ways, (Button(t("plans.rather_skip"), f"planact:{told.plan}:skip"),)))


def missed(t: Translator, told: Missed) -> Screen:
    """A plan could not run: why, that nothing is owed, and when it is tried again."""
    text = lines(
        t(f"plans.missed_{told.missing}", amount=told.sum, due=told.due, day=told.due_on),
        t("plans.tried_again", day=told.again_on) if told.again_on else t("plans.tried_tomorrow"),
    )
    now = Button(t("plans.put_in_now"), f"do:invest:amount={told.sum.decimal:f}")
    topup = Button(t("menu.topup"), "do:topup")
    ways: tuple[Button, ...] = ()
    if told.missing == "money" and told.target == "change_plus":
        ways = (topup, now)
    elif told.missing == "class":
        ways = (Button(t("suitability.again"), "do:risk"),)
    return Screen(text, tuple(row for row in (ways, (Button(t("plans.mine"), "do:plans"),)) if row))


def reached(t: Translator, told: Reached) -> Screen:
    """A goal is full."""
    key = "plans.reached_named" if told.goal else "plans.reached"
    return Screen(t(key, amount=told.sum, name=told.goal), ((Button(t("menu.money"), "do:money"),),))


# -- inside -------------------------------------------------------------------------------------------------------


def _what(t: Translator, wanted: Wanted, fund: str) -> Html:
    where = _place(t, wanted.target, fund)
    rhythm = _rhythm(t, wanted.every, wanted.first_on, wanted.day_of_month)
    if wanted.goal is None:
        return t(f"plans.card{_as_fund(wanted.target)}", amount=wanted.amount, rhythm=rhythm, place=where)
    name = wanted.name or t("plans.goal")
    return lines(
        t("plans.goal_card", goal=wanted.goal, name=name, day=wanted.goal_on),
        t(f"plans.card{_as_fund(wanted.target)}", amount=wanted.amount, rhythm=rhythm, place=where),
    )


def _rhythm(t: Translator, every: str, first_on: date, due_day: int | None) -> Html:
    if every == "week":
        return t("plans.each_week", weekday=t(f"plans.weekday_{first_on.weekday()}"))
    return t("plans.each_month", day=due_day)


def _as_fund(target: str) -> str:
    """Return the ending of a text that says a plan into a fund in words of its own."""
    return "_fund" if target.startswith("fund:") else ""


def _place(t: Translator, target: str, fund: str = "") -> Html:
    kind, _, of = target.partition(":")
    return t(f"plans.place_{kind}", days=of, fund=fund or of)


def _risk(t: Translator, target: str) -> Html:
    return t(f"plans.risk_{target.partition(':')[0]}")


def _lines(t: Translator, head: str, found: Plan, far: Progress | None) -> list[Html | str]:
    mark = t("plans.paused") if found.state == "paused" else ""
    return [f"{head}{described(t, found)}{mark}", *([_progress(t, found, far)] if far is not None else [])]


def described(t: Translator, found: Plan) -> Html:
    """Return what a plan does, in a line."""
    amount = Money(found.amount, ASSETS[found.asset])
    if found.every is None:
        return t("plans.line_round_up", step=amount)
    rhythm = _rhythm(t, found.every, found.starts_on, found.due_day)
    return t(
        f"plans.line{_as_fund(found.target)}",
        amount=amount,
        rhythm=rhythm,
        place=_place(t, found.target, found.shown.get("fund", "")),
    )


def _progress(t: Translator, found: Plan, far: Progress) -> Html:
    """A goal in two lines: a bar with its sums, and what it takes from now on."""
    percent = 100 * far.saved.amount // far.goal.amount
    bar = f"{progress_bar(far.saved.amount, far.goal.amount)} {percent}%"
    name = far.name or t("plans.goal")
    far_line = t("plans.progress", name=name, bar=bar, saved=far.saved, goal=far.goal, day=found.goal_on)
    if not far.times_left:
        return lines(far_line, t("plans.too_late", left=far.goal - far.saved))
    key = "plans.takes_week" if found.every == "week" else "plans.takes_month"
    return lines(far_line, t(key, amount=far.needed, times=far.times_left))


def _run(t: Translator, run: PlanRun, asset_code: str) -> Html:
    amount = Money(run.amount, ASSETS[asset_code])
    key = "plans.run_missed" if run.missing else "plans.run_done"
    return t(key, day=t.short_day(run.ran_on), amount=amount)


def _acts(t: Translator, found: Plan, far: Progress | None) -> list[tuple[Button, ...]]:
    rests = found.state == "paused"
    turn = Button(t("plans.resume" if rests else "plans.pause"), f"planact:{found.id}:{'resume' if rests else 'pause'}")
    dues = Button(t(f"plans.near_due_{found.near_due}"), f"planact:{found.id}:dues")
    rows: list[tuple[Button, ...]] = [(turn, Button(t("plans.stop"), f"planact:{found.id}:stop")), (dues,)]
    if far is None:
        return rows
    more = [Button(t("plans.picture"), f"planact:{found.id}:picture")]
    if far.needed.amount > found.amount:
        more.append(Button(t("plans.raise_to", amount=far.needed), f"planact:{found.id}:raise"))
    return [*rows, tuple(more)]


def _over_time(found: Plan, runs: Sequence[PlanRun], scale: int, today: date) -> dict[float, float]:
    """Return what was saved by day (as an ordinal), in major units, from the plan's beginning to today."""
    total, by_day = 0, {float(min(found.starts_on, today).toordinal()): 0.0}
    for run in sorted(runs, key=lambda run: run.ran_on):
        total += run.amount if run.missing is None else 0
        by_day[float(run.ran_on.toordinal())] = total / 10**scale
    by_day[float(today.toordinal())] = total / 10**scale
    return by_day
