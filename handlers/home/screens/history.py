"""History and statements as screens: who, what for and when of each movement; money in and out by kind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from finance_core.kernel.money import Money
from finance_core.kernel.periods import add_months
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, menu_row, room_beside
from handlers.locales import Html, Translator
from handlers.wallet.screens import waiting
from handlers.wallet.screens.waiting import Waits

if TYPE_CHECKING:
    from finance_core.ledger import Line, Statement

MOST_KINDS: Final = 6
"""Kinds of money in, and of money out, that a card names; the others are one line."""

TO: Final = ("wallet_send", "wallet_request_paid", "friends_part", "friends_gift", "loan_guarantor_payment")
"""Kinds of what goes to somebody, when it leaves the wallet; what comes in is from them."""


@dataclass(frozen=True, slots=True)
class Movement:
    """A movement as its owner is told of it."""

    line: Line
    name: str = ""
    """The other side; empty where there is none."""
    note: str = ""
    """What it was for, in their words or ours; empty where nothing was said."""
    at: str = ""
    """When it was, on the person's own wall: "14:03"."""
    on: date | None = None
    """The day of that; None: the book's."""

    @property
    def day(self) -> date:
        """The day on which it was, by the person's own wall."""
        return self.on or self.line.business_date


def page(
    t: Translator, movements: Sequence[Movement], *, has_more: bool, is_first: bool, waits: Sequence[Waits] = ()
) -> Screen:
    """One page of movements, newest first, with a way to older ones; below it what waits to be taken."""
    if not movements:
        return Screen(waiting.below(t, t("history.empty"), waits), (*waiting.rows(t, waits), menu_row(t)))
    text = lines(t("history.title"), *_apart(t, movements))
    turn = [Button(t("history.newest"), "do:history")] if not is_first else []
    turn += [Button(t("history.older"), f"older:{movements[-1].line.entry_id}")] if has_more else []
    ways = (tuple(turn), menu_row(t)) if turn else (menu_row(t),)
    return Screen(waiting.below(t, text, waits), (*waiting.rows(t, waits, room_beside(*ways)), *ways))


def movements_of_days(
    t: Translator, kept: Statement, shown: Sequence[Movement], page_number: int, *, has_more: bool
) -> Screen:
    """One page of the movements of some days, newest first."""
    title = t("history.days_title", days=span(t, kept.first_on, kept.last_on))
    came, went = sums(kept)
    in_and_out = t("history.in_and_out", came=came, went=went) if kept.lines else None
    text = lines(title, in_and_out, *(_apart(t, shown) or ["", t("history.none_then")]))
    data = f"moves:{_days(kept)}"
    turn = [Button(t("history.newer"), f"{data}:{page_number - 1}")] if page_number else []
    turn += [Button(t("history.older"), f"{data}:{page_number + 1}")] if has_more else []
    back = Button(t("history.by_kind"), f"days:{_days(kept)}")
    return Screen(text, tuple(row for row in (tuple(turn), (back, *menu_row(t))) if row))


def receipt(t: Translator, movement: Movement) -> Screen:
    """One movement, as its receipt named it."""
    return Screen(lines(t("history.receipt_title"), "", _movement(t, movement)), (menu_row(t),))


def no_receipt(t: Translator, reference: str) -> Screen:
    """No movement of this person's wallet has the reference."""
    return Screen(t("history.no_receipt", reference=reference), (menu_row(t),))


def statement(t: Translator, kept: Statement, today: date) -> Screen:
    """Some days in sums: money in and money out by kind; the way to all of it, as files, and to other months."""
    came, went = sums(kept)
    text = lines(
        statement_title(t, kept),
        t("history.opening", amount=kept.opening),
        t("history.in_and_out", came=came, went=went),
        t("history.closing", amount=kept.closing),
        t("history.movements", count=len(kept.lines)),
        *_by_kind(t, kept),
    )
    data = _days(kept)
    files = (Button(t("history.pdf"), f"pdf:{data}"), Button(t("history.csv"), f"csv:{data}"))
    each = (Button(t("history.each"), f"moves:{data}:0"),) if kept.lines else ()
    return Screen(text, (files, _months(t, kept, today), (*each, *menu_row(t))))


def which_days(t: Translator) -> Screen:
    """The days that were said were not understood: ask again, with this month and the last at hand."""
    return Screen(t("history.which_days"), (_last_and_this(t), menu_row(t)))


def not_begun(t: Translator, first_on: date) -> Screen:
    """The days that were said have not come."""
    return Screen(t("history.not_begun", day=first_on), (_last_and_this(t), menu_row(t)))


def statement_title(t: Translator, kept: Statement) -> Html:
    """Return the statement's first line: which days it covers."""
    return t("history.statement_title", first=kept.first_on, last=kept.last_on)


def span(t: Translator, first_on: date, last_on: date) -> Html:
    """Return "1 Oct – 31 Oct", one day as itself."""
    if first_on == last_on:
        return Html(t.day(first_on))
    return Html(f"{t.day(first_on)} – {t.day(last_on)}")


def sums(kept: Statement) -> tuple[Money, Money]:
    """Return what came in and what went out; what was paid straight from Change Plus did both."""
    came = sum(max(line.amount.amount, 0) + line.through.amount for line in kept.lines)
    went = sum(max(-line.amount.amount, 0) + line.through.amount for line in kept.lines)
    return Money(came, kept.account.asset), Money(went, kept.account.asset)


def kinds(t: Translator, kept: Statement) -> tuple[dict[Html, Money], dict[Html, Money]]:
    """Return what came in and what went out by kind, the largest sum first."""
    came: dict[Html, int] = {}
    went: dict[Html, int] = {}
    for line in kept.lines:
        if line.through:
            plus = t("history.change_plus_take_out")
            came[plus] = came.get(plus, 0) + line.through.amount
            went[what(t, line)] = went.get(what(t, line), 0) + line.through.amount
        if line.amount:
            side = came if line.amount.amount > 0 else went
            side[what(t, line)] = side.get(what(t, line), 0) + abs(line.amount.amount)
    return _largest_first(came, kept), _largest_first(went, kept)


def _largest_first(by_kind: Mapping[Html, int], kept: Statement) -> dict[Html, Money]:
    ordered = sorted(by_kind.items(), key=lambda each: -each[1])
    return {name: Money(amount, kept.account.asset) for name, amount in ordered}


def _by_kind(t: Translator, kept: Statement) -> Iterator[Html | str]:
    for title, by_kind in zip(("history.came", "history.went"), kinds(t, kept), strict=True):
        if by_kind:
            yield ""
            yield t(title)
            yield from _first_kinds(t, list(by_kind.items()))


def _first_kinds(t: Translator, by_kind: Sequence[tuple[Html, Money]]) -> Iterator[Html]:
    shown = by_kind if len(by_kind) <= MOST_KINDS else by_kind[: MOST_KINDS - 1]
    for name, amount in shown:
        yield t("history.kind", what=name, amount=amount)
    rest = [amount for _, amount in by_kind[len(shown) :]]
    if rest:
        yield t("history.kind", what=t("history.other_kinds"), amount=sum(rest[1:], rest[0]))


def _months(t: Translator, kept: Statement, today: date) -> tuple[Button, ...]:
    """The month before what is shown and the one after it, up to this one."""
    this = today.replace(day=1)
    earlier = add_months(kept.first_on.replace(day=1), -1)
    later = add_months(kept.last_on.replace(day=1), 1)
    return tuple(_month(t, month, this) for month in (earlier, later) if month <= this)


def _last_and_this(t: Translator) -> tuple[Button, Button]:
    return Button(t("history.last_month"), "month:last"), Button(t("history.this_month"), "month:this")


def _month(t: Translator, month: date, this: date) -> Button:
    last_month, this_month = _last_and_this(t)
    if month == this:
        return this_month
    if month == add_months(this, -1):
        return last_month
    return Button(t.month(month), f"month:{month:%Y-%m}")


def _days(kept: Statement) -> str:
    return f"{kept.first_on:%Y%m%d}:{kept.last_on:%Y%m%d}"


def what(t: Translator, line: Line) -> Html:
    """Return what a movement was, in words."""
    key = f"history.{line.kind.replace('.', '_')}"
    return t(key) if t.has(key) else t("history.other")


def what_with(t: Translator, movement: Movement) -> Html:
    """Return what a movement was, with whom and what for: "Sent to Chidi · taxi"."""
    said = what(t, movement.line)
    if movement.name:
        is_to = movement.line.kind.replace(".", "_") in TO and movement.line.amount.amount <= 0
        said = t("history.to" if is_to else "history.from", what=said, name=movement.name)
    return t("history.for", what=said, note=movement.note) if movement.note else said


def _apart(t: Translator, movements: Sequence[Movement]) -> list[str]:
    """Return the movements, an empty line before each: on a narrow phone theirs are broken into several."""
    return [line for each in movements for line in ("", _movement(t, each))]


def _movement(t: Translator, movement: Movement) -> Html:
    line = movement.line
    is_direct = bool(line.through and not line.amount)
    sign = "+" if line.amount.amount > 0 else ""
    amount = Html(t.money(line.through if is_direct else line.amount))
    return t(
        "history.line_through" if is_direct else "history.line",
        day=t.short_day(movement.day),
        time=movement.at,
        what=what_with(t, movement),
        amount=amount if is_direct else Html(f"{sign}{amount}"),
        balance=line.balance_after,
        reference=line.reference,
    )
