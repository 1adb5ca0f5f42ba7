"""What red packets look like: the card before the PIN, what was made, what somebody sees who may open one."""

from __future__ import annotations

from collections.abc import Sequence

from finance_core.friends.rules.draws import PacketKind
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import confirm_buttons, lines, menu_row
from handlers.friends.intents import MakePacket
from handlers.locales import Html, Translator


def ask_sum(t: Translator) -> Screen:
    """Ask how much is put in."""
    return Screen(t("friends.ask_packet_sum"))


def ask_shares(t: Translator) -> Screen:
    """Ask how many shares there are."""
    return Screen(t("friends.ask_packet_shares"))


def card(t: Translator, packet: MakePacket, names: Sequence[str], left: Money, card: tuple[str, int]) -> Screen:
    """What the packet is, and what is left after it; a button turns to the other kind. `card` is its intent."""
    token, version = card
    other = PacketKind.EQUAL if packet.kind is PacketKind.LUCKY else PacketKind.LUCKY
    to = t("friends.packet_for", names=t.listed(names)) if names else t("friends.packet_by_link")
    said = lines(
        t(f"friends.packet_card_{packet.kind}", count=packet.shares, amount=packet.sum),
        _wished(t, packet.words),
        to,
        t("friends.packet_terms", left=left),
    )
    turn = Button(t(f"friends.packet_turn_{other}"), f"packetkind:{token}:{version}")
    return Screen(said, (*confirm_buttons(t, token, version), (turn,)))


def made(t: Translator, packet: MakePacket, until: str, commitment: str, reference: str, link: str | None) -> Screen:
    """It is paid for: its link, or that who is named has been told; and what is promised of the draw."""
    said = lines(
        t("friends.packet_made", amount=packet.sum, count=packet.shares, until=until),
        t("friends.packet_link", link=link) if link else t("friends.packet_told"),
        t("friends.packet_commitment", commitment=commitment) if packet.kind is PacketKind.LUCKY else None,
        t("notice.reference", reference=reference),
    )
    return Screen(said, (menu_row(t),))


def waiting(t: Translator, name: str, words: str, token: str) -> Screen:
    """A packet that somebody may open; `name` is its sender's."""
    said = lines(t("friends.packet_waiting", name=name), _wished(t, words))
    return Screen(said, ((Button(t("friends.open"), f"openpacket:{token}"),),))


def over(t: Translator, name: str, token: str) -> Screen:
    """A packet that nobody opens any more; its draw can be checked."""
    return Screen(t("friends.packet_is_over", name=name), (check_row(t, token), menu_row(t)))


def check_row(t: Translator, token: str) -> tuple[Button, ...]:
    """Return the button that checks a packet's draw."""
    return (Button(t("friends.check"), f"checkpacket:{token}"),)


def checked(t: Translator, published: str, *, fits: bool) -> Screen:
    """What a packet's shares are computed from again, and whether they fit."""
    verdict = t("friends.checked_fits") if fits else t("friends.checked_wrong")
    return Screen(lines(verdict, t("friends.published", published=published)), (menu_row(t),))


def opened(t: Translator, name: str, amount: Money, *, is_held: bool) -> Screen:
    """The share that somebody got; `name` is the sender's. A held one waits until they have joined."""
    key = "friends.opened_held" if is_held else "friends.opened"
    return Screen(t(key, name=name, amount=amount), (menu_row(t),))


def _wished(t: Translator, words: str) -> Html | None:
    return t("friends.wished", words=words) if words else None
