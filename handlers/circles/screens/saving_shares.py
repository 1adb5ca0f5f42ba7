"""What buying shares looks like."""

from __future__ import annotations

from datetime import date

from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import choices, lines, menu_row, room_beside
from handlers.circles.saving.shares_intents import BuyShares, CycleIsLeft, LeaveSaving, SharesAreBought
from handlers.circles.screens import saving_ways, ways
from handlers.circles.screens.saving_told import what_is_in_it
from handlers.locales import Html, Translator


def none_open(t: Translator, code: str, held_on: date | None) -> Screen:
    """No meeting is open: when the next one is, and that shares may be debited then by themselves."""
    when = t("saving_shares.next_on", on=held_on) if held_on is not None else t("saving_boards.all_held")
    standing = Button(t("saving_joining.standing"), f"savestand:{code}")
    return Screen(when, ((standing, ways.see(t, code)),) if held_on is not None else ((ways.see(t, code),),))


def how_many(t: Translator, code: str, price: Money, most: int, social: Money, fines: Money) -> Screen:
    """Ask how many; what is due besides is paid with them, or alone."""
    besides = t.listed([part for part in what_is_in_it(t, 0, social, fines) if part is not None])
    if not most and not besides:
        return Screen(t("saving_shares.all_bought"), ((ways.see(t, code),),))
    said = lines(
        t("saving_shares.how_many", price=price, most=most) if most else t("saving_shares.all_bought"),
        t("saving_shares.besides", what=besides) if besides else None,
    )
    numbers = choices([(str(nr), f"buynumber:{code}:{nr}") for nr in range(1, most + 1)], per_row=5)
    last: tuple[Button, ...] = (ways.see(t, code),)
    if besides and room_beside(*numbers, last):
        last = (Button(t("saving_shares.only_the_rest"), f"buynumber:{code}:0"), *last)
    return Screen(said, (*numbers, last))


def card(t: Translator, title: str, params: BuyShares, price: Money, left: Money) -> Html:
    """What is paid, and what is left in the wallet, before the PIN."""
    return lines(
        t("saving_shares.card", title=title, sum=params.sum),
        t("saving_shares.line_shares", count=params.shares, sum=price * params.shares) if params.shares else None,
        t("saving_shares.line_social", sum=params.social) if params.social else None,
        t("saving_shares.line_fines", sum=params.fines) if params.fines else None,
        t("my_circles.left_in_wallet", left=left),
    )


def bought(t: Translator, params: BuyShares, done: SharesAreBought) -> Screen:
    """It is paid: what one has now, the balance, the reference."""
    parts = [part for part in what_is_in_it(t, params.shares, params.social, params.fines) if part is not None]
    said = lines(
        t("saving_shares.is_paid", sum=params.sum, what=t.listed(parts)),
        t("saving_shares.you_have", count=done.all_shares),
        t("my_circles.balance", left=done.balance),
        t("notice.reference", reference=done.reference),
    )
    return Screen(said, ((ways.see(t, params.code), saving_ways.meeting(t, params.code)), menu_row(t)))


def left(t: Translator, params: LeaveSaving, done: CycleIsLeft) -> Screen:
    """The cycle is left."""
    said = t("saving_shares.left", title=params.title, sum=done.sum)
    return Screen(said, ((ways.to_circles(t), *menu_row(t)),))
