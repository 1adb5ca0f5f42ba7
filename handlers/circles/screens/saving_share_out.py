"""What a share-out looks like to officers: the value of a share, what each is entitled to, what is set off and paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from finance_core.kernel.money import Money
from finance_core.kernel.payloads import Nothing
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines
from handlers.circles.saving.meeting_intents import ApproveShareOut
from handlers.circles.screens import ways
from handlers.locales import Html, Translator

_AT_LENGTH: Final = 12
"""So many parts are told at length; of more each has a line."""


@dataclass(frozen=True, slots=True)
class Part:
    """One member: shares, what they are worth, what of it is set off, what is paid, what of a loan is owed still."""

    name: str
    shares: int
    entitled: Money
    set_off: Money
    paid: Money
    still_owed: Money
    is_let_go: bool
    """Whether a fine is let go that the shares do not reach for."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A share-out as officers see it, by place."""

    code: str
    cash: Money
    parts: tuple[Part, ...]

    @property
    def each(self) -> str:
        """The value of a share with four decimals: 20.4850."""
        whole = sum(part.entitled.amount for part in self.parts)
        return f"{Money(whole, self.cash.asset).decimal / sum(part.shares for part in self.parts):.4f}"


def _figures(t: Translator, seen: Seen) -> Html:
    paid = sum((part.paid for part in seen.parts), Money.zero(seen.cash.asset))
    shares = sum(part.shares for part in seen.parts)
    return lines(
        t("saving_meetings.share_out_title", code=seen.code),
        t("saving_meetings.share_is_worth", each=f"{seen.cash.asset.symbol}{seen.each}", count=shares),
        "",
        *[_part(t, part) if len(seen.parts) <= _AT_LENGTH else _part_short(t, part) for part in seen.parts],
        "",
        t("saving_meetings.share_out_sums", cash=seen.cash, paid=paid),
    )


def _part(t: Translator, part: Part) -> Html:
    said = t("saving_meetings.part", name=part.name, count=part.shares, sum=part.entitled)
    return lines(
        said,
        t("saving_meetings.part_set_off", set_off=part.set_off, paid=part.paid) if part.set_off else None,
        t("saving_meetings.part_owes", sum=part.still_owed) if part.still_owed else None,
        t("saving_meetings.part_let_go") if part.is_let_go else None,
    )


def _part_short(t: Translator, part: Part) -> Html:
    """A part on one line: so many of them fit into a message."""
    if not part.set_off and not part.still_owed:
        return t("saving_meetings.part", name=part.name, count=part.shares, sum=part.entitled)
    figures = {"sum": part.entitled, "set_off": part.set_off, "paid": part.paid, "owes": part.still_owed}
    return t("saving_meetings.part_short", name=part.name, shares=part.shares, **figures)


def first_card(t: Translator, seen: Seen) -> Html:
    """What it would be, before the first yes."""
    return lines(_figures(t, seen), t("saving_meetings.first_yes"))


def second_card(t: Translator, seen: Seen) -> Html:
    """What was seen, before the second yes."""
    return lines(_figures(t, seen), t("saving_meetings.second_yes"))


def with_drop(t: Translator, card: Screen, seen: Seen) -> Screen:
    """Return the card with the way to give it up."""
    return replace(card, buttons=(*card.buttons, (_drop(t, seen.code),)))


def _drop(t: Translator, code: str) -> Button:
    return Button(t("saving_meetings.drop"), f"sharedrop:{code}")


def waits(t: Translator, seen: Seen) -> Screen:
    """One has said yes; a second one of the officers has to."""
    text = lines(_figures(t, seen), t("saving_meetings.waits_second"))
    return Screen(text, ((_drop(t, seen.code), Button(t("my_circles.officers"), f"meetdesk:{seen.code}")),))


def approved(t: Translator, seen: Seen) -> Screen:
    """It is approved."""
    return Screen(lines(_figures(t, seen), t("saving_meetings.is_paying")), ((ways.see(t, seen.code),),))


def previewed(t: Translator, params: ApproveShareOut, result: Nothing) -> Screen:
    """The first yes is said: the others are asked."""
    officers = Button(t("my_circles.officers"), f"meetdesk:{params.code}")
    return Screen(t("saving_meetings.is_previewed"), ((officers, ways.see(t, params.code)),))


def is_approved(t: Translator, params: ApproveShareOut, result: Nothing) -> Screen:
    """The second yes is said: everybody is paid now."""
    return Screen(t("saving_meetings.is_approved", sum=params.sum), ((ways.see(t, params.code),),))
