"""The notices of money among friends that are more than one text."""

from __future__ import annotations

from finance_core.friends.notices import (
    BillAgain,
    BillAsked,
    BillClosed,
    BillNudge,
    CauseEnded,
    CausePaid,
    GiftReturned,
    OfBill,
    PacketOpened,
    PacketReturned,
    PacketWaiting,
    PartOutside,
    PartRefused,
    TabOpened,
)
from finance_core.notices import Sealed
from handlers.chat.screens.base import Screen
from handlers.chat.screens.cards import lines, values_of
from handlers.friends.screens import bills, causes, packets, tabs
from handlers.locales import Html, Translator


def packet_waiting(t: Translator, told: PacketWaiting) -> Screen:
    """Somebody has made a packet for the person: open it."""
    return packets.waiting(t, opened(told.name), opened(told.words), told.token)


def packet_opened(t: Translator, told: PacketOpened) -> Screen:
    """Each share of the person's packet was opened; who was luckiest, and a button that checks the draw."""
    said = t(
        "friends.packet_opened",
        sum=told.sum,
        shares=told.shares,
        name=opened(told.name),
        luckiest=told.luckiest,
    )
    return Screen(said, (packets.check_row(t, told.token),))


def packet_returned(t: Translator, told: PacketReturned) -> Screen:
    """What nobody got of the person's packet is back; a button checks the draw, as it was promised."""
    return Screen(t("notice.receipt_packet_returned", **values_of(told)), (packets.check_row(t, told.token),))


def bill_asked(t: Translator, told: BillAsked) -> Screen:
    """Somebody shares a bill with the person: pay the part, or say no."""
    title = opened(told.title)
    return bills.part(t, opened(told.name), told.sum, title, told.token, has_photo=told.has_photo)


def bill_nudge(t: Translator, told: BillNudge) -> Screen:
    """Parts of bills are still open: how many, what they come to, and the way to them."""
    return Screen(t("notice.bill_nudge", sum=told.sum, count=told.count), ((bills.to_bills(t),),))


def bill_again(t: Translator, told: BillAgain) -> Screen:
    """The day has come on which a bill may be split once more."""
    return bills.once_more(t, told.sum, opened(told.title), told.token)


def tab_opened(t: Translator, told: TabOpened) -> Screen:
    """Somebody keeps a tab with the person."""
    return tabs.opened(t, opened(told.name), opened(told.title), told.token)


def bill_refused(t: Translator, told: PartRefused) -> Screen:
    """Somebody says no to their part, and why."""
    reason = opened(told.reason)
    why = t("friends.bill_reason", reason=reason) if reason else None
    return Screen(lines(_of_bill(t, t("friends.bill_refused", name=opened(told.name), sum=told.sum), told), why))


def bill_outside(t: Translator, told: PartOutside) -> Screen:
    """The person's part counts as paid outside."""
    return Screen(_of_bill(t, t("friends.bill_outside", name=opened(told.name), sum=told.sum), told))


def bill_closed(t: Translator, told: BillClosed) -> Screen:
    """Nothing is to be paid any more."""
    return Screen(_of_bill(t, t("friends.bill_closed", name=opened(told.name), sum=told.sum), told))


def cause_ended(t: Translator, told: CauseEnded) -> Screen:
    """A collection has ended with nothing to pay out."""
    if not told.sum:
        return Screen(t("friends.cause_ended_empty", title=opened(told.title)))
    key = "friends.cause_ended_called_off" if told.called_off else "friends.cause_ended_back"
    return Screen(t(key, title=opened(told.title), sum=told.sum))


def gift_returned(t: Translator, told: GiftReturned) -> Screen:
    """What the person gave is back: the collection fell short of its goal, or was called off."""
    key = "friends.gift_called_off" if told.called_off else "notice.receipt_gift_returned"
    return Screen(t(key, **values_of(told)))


def cause_paid(t: Translator, told: CausePaid) -> Screen:
    """What was given to the person's collection is in the wallet; a button thanks those who gave."""
    return Screen(t("notice.receipt_cause_paid", **values_of(told)), ((causes.thank_button(t, told.token),),))


def opened(words: Sealed | str) -> str:
    """Return what delivery has opened before a notice is drawn."""
    assert isinstance(words, str), "delivery opens what is sealed before it is rendered"
    return words


def _of_bill(t: Translator, said: Html, told: OfBill) -> Html:
    return lines(said, bills.title_line(t, opened(told.title)))
