"""The notices of accumulating circles that are more than one text."""

from __future__ import annotations

from typing import Final

from finance_core.circles.book.notices import OfCircle
from finance_core.circles.saving import notices
from finance_core.kernel.money import Money
from finance_core.notices import Content
from handlers.chat.line import Draw
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.circles.screens import saving_ways
from handlers.circles.screens.ways import see
from handlers.locales import Html, Translator


def said(t: Translator, told: OfCircle) -> Html:
    """Return a notice's own text."""
    return t(f"notice.{told.kind.replace('.', '_')}", **values_of(told))


def what_is_in_it(t: Translator, shares: int, social: Money, fines: Money) -> tuple[Html | None, ...]:
    """Return of what a payment consists: shares, the social fund's sum, fines."""
    return (
        t("saving_circles.of_shares", count=shares) if shares else None,
        t("saving_circles.of_social", sum=social) if social else None,
        t("saving_circles.of_fines", sum=fines) if fines else None,
    )


def saved(t: Translator, told: notices.CircleSaved) -> Screen:
    """What the person has paid in, or was debited, and what for."""
    parts = t.listed([part for part in what_is_in_it(t, told.shares, told.social, told.fines) if part is not None])
    text = lines(said(t, told), parts, t("notice.reference", reference=told.reference))
    return Screen(text, ((see(t, told.code),),))


def begins(t: Translator, told: notices.CircleCycleBegins) -> Screen:
    """The cycle begins: its meetings, and what is debited at each."""
    debited = t("saving_circles.debited", count=told.standing, sum=told.sum)
    text = lines(said(t, told), debited if told.standing else t("saving_circles.not_debited"))
    return Screen(text, ((see(t, told.code),),))


def soon(t: Translator, told: notices.CircleMeetingSoon) -> Screen:
    """A meeting comes: when, and what is debited at it."""
    when = t("saving_circles.today") if not told.days else t("saving_circles.tomorrow")
    sum_ = t("saving_circles.debited_sum", sum=told.sum) if told.standing else t("saving_circles.not_debited")
    return Screen(lines(said(t, told), when, sum_), ((see(t, told.code),),))


def short(t: Translator, told: notices.CircleShort) -> Screen:
    """The wallet did not reach for all shares: how many were bought, and that the rest may be bought by hand."""
    done = t("saving_circles.short_bought", count=told.bought) if told.bought else t("saving_circles.short_none")
    rest = saving_ways.buy_shares(t, told.code)
    top_up = Button(t("menu.topup"), "do:topup")
    text = lines(said(t, told), done, t("saving_circles.until_closed"))
    return Screen(text, ((rest, top_up), (see(t, told.code),)))


DRAWN: Final[dict[type[Content], Draw]] = {
    notices.CircleSaved: saved,
    notices.CircleCycleBegins: begins,
    notices.CircleMeetingSoon: soon,
    notices.CircleShort: short,
}
