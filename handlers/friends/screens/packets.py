"""What red packets look like: the card before the PIN, what was made, what somebody sees who may open one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from finance_core.friends.boards import Opened, PacketBoard
from finance_core.friends.models import PacketState, ShareState
from finance_core.friends.rules.draws import PacketKind
from finance_core.kernel.money import Money
from handlers.chat.screens.base import Button, Screen
from handlers.chat.screens.cards import MOST_BUTTONS, confirm_buttons, lines, menu_row
from handlers.friends.intents import MakePacket, PacketIsMade
from handlers.locales import Html, Translator

_GROUPS_HERE: Final = MOST_BUTTONS - 2
LINES_AT_MOST: Final = 20
"""Of those who opened a share as many are named on a board, so that it stays a message."""


def ask_sum(t: Translator) -> Screen:
    """Ask how much is put in."""
    return Screen(t("friends.ask_packet_sum"))


def ask_shares(t: Translator) -> Screen:
    """Ask how many shares there are."""
    return Screen(t("friends.ask_packet_shares"))


def ask_people(t: Translator) -> Screen:
    """Ask for whom it is."""
    return Screen(t("friends.ask_packet_people"))


def card(
    t: Translator,
    packet: MakePacket,
    names: Sequence[str],
    left: Money,
    card: tuple[str, int],
    group: str | None = None,
) -> Screen:
    """What the packet is, for whom, and what is left after it. `card` is its intent.

    Buttons turn to the other kind, and to other people. `group` is what the group is called whose members it is for.
    """
    token, version = card
    other = PacketKind.EQUAL if packet.kind is PacketKind.LUCKY else PacketKind.LUCKY
    if names:
        to = t("friends.packet_for", names=t.listed(names))
    else:
        to = t("friends.packet_for_group", group=group) if group is not None else t("friends.packet_by_link")
    said = lines(
        t(f"friends.packet_card_{packet.kind}", count=packet.shares, amount=packet.sum),
        _wished(t, packet.words),
        to,
        t("friends.packet_terms", left=left),
    )
    turn = Button(t(f"friends.packet_turn_{other}"), f"packetkind:{token}:{version}")
    whom = Button(t("friends.packet_whom"), f"packetwhom:{token}:{version}")
    return Screen(said, (*confirm_buttons(t, token, version), (turn,), (whom,)))


def choose_whom(t: Translator, packet: MakePacket, groups: Sequence[tuple[int, str]], card: tuple[str, int]) -> Screen:
    """Ask who may open it: whoever has the link, the members of one of the person's groups, or people they name."""
    of_card = f"{card[0]}:{card[1]}"
    members = [
        (Button(t("friends.packet_members", group=title or t("friends.a_group")), f"packetto:{of_card}:{number}"),)
        for number, title in groups[:_GROUPS_HERE]
    ]
    anybody = Button(t("friends.packet_anybody"), f"packetto:{of_card}")
    people = Button(t("friends.packet_named"), f"packetnames:{of_card}")
    return Screen(t("friends.packet_choose", amount=packet.sum), ((anybody,), *members, (people,)))


def made(t: Translator, packet: MakePacket, until: str, result: PacketIsMade) -> Screen:
    """It is paid for: its link, its group, or that who is named has been told; and what is promised of the draw."""
    commitment = t("friends.packet_commitment", commitment=result.commitment)
    said = lines(
        t("friends.packet_made", amount=packet.sum, count=packet.shares, until=until),
        _where(t, result),
        commitment if packet.kind is PacketKind.LUCKY else None,
        t("notice.reference", reference=result.reference),
    )
    return Screen(said, (*(_ways_to_show(t, packet.token) if result.link else ()), menu_row(t)))


def _where(t: Translator, result: PacketIsMade) -> Html:
    if result.link:
        return t("friends.packet_link", link=result.link)
    if result.group is not None:
        return t("friends.packet_in_group", group=result.group)
    return t("friends.packet_told")


def _ways_to_show(t: Translator, token: str) -> tuple[tuple[Button, ...], ...]:
    return (
        (Button(t("friends.show_in_a_group"), f"showpacket:{token}"),),
        (Button(t("friends.send_to_a_chat"), inline=token),),
    )


def which_group(t: Translator, token: str, groups: Sequence[tuple[int, str]]) -> Screen:
    """Ask in which group a packet is shown: those in which both are, by id and title."""
    if not groups:
        return Screen(t("friends.no_group"), ((Button(t("friends.send_to_a_chat"), inline=token),), menu_row(t)))
    there = [(Button(title or t("friends.a_group"), f"putpacket:{token}:{number}"),) for number, title in groups]
    return Screen(t("friends.which_group"), (*there, menu_row(t)))


def privately(t: Translator, link: str) -> Screen:
    """In a group: a packet is made and paid for in private; the link begins it there."""
    return Screen(t("friends.packet_privately"), ((Button(t("common.open_private"), url=link),),))


def board(t: Translator, packet: PacketBoard) -> Screen:
    """A packet as a group sees it: who opened what, and at its end the luckiest and what it was drawn from."""
    said = lines(
        t("friends.packet_waiting", name=packet.sender),
        _wished(t, packet.words),
        t("friends.board_for_members") if packet.for_members else None,
        "",
        _standing(t, packet),
        *_opened_lines(t, packet.opened, packet.count),
        "",
        t("friends.board_luckiest", name=packet.luckiest.name, amount=packet.luckiest.amount)
        if packet.luckiest and packet.kind == PacketKind.LUCKY
        else None,
        t("friends.board_seed", seed=packet.seed) if packet.seed and packet.kind == PacketKind.LUCKY else None,
        t("friends.board_seal", commitment=packet.commitment) if packet.kind == PacketKind.LUCKY else None,
    )
    if packet.state == PacketState.OPEN:
        verb = "openhere" if packet.for_members else "openpacket"
        return Screen(said, ((Button(t("friends.open"), f"{verb}:{packet.token}"),),))
    return Screen(said, (check_row(t, packet.token),) if packet.kind == PacketKind.LUCKY else ())


def _standing(t: Translator, packet: PacketBoard) -> Html:
    counts = {"opened": packet.count, "shares": packet.shares}
    if packet.total is None:
        return t("friends.board_open", **counts)
    key = "friends.board_all_opened" if packet.state == PacketState.OPENED else "friends.board_ended"
    return t(key, **counts, total=packet.total)


def _opened_lines(t: Translator, opened: Sequence[Opened], count: int) -> list[Html]:
    """Return a line for each who opened one of `count` shares, the latest of many."""
    shown = opened[-LINES_AT_MOST:]
    before = count - len(shown)
    rest = [t("friends.board_before", count=before)] if before else []
    named = [t(f"friends.board_{each.state}", name=each.name, amount=each.amount) for each in shown]
    kept = [t("friends.board_kept")] if any(each.state == ShareState.HELD for each in shown) else []
    return [*rest, *named, *kept]


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
