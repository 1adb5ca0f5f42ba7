"""Money among friends: red packets, bills that are split, collections."""

from __future__ import annotations

from typing import Final

from finance_core.friends import boards, notices
from handlers.chat.line import Board, ChatIntent, ChatLine, Command, Menu, notices_of
from handlers.friends.screens import bill_boards, packets, told
from handlers.phrases.readers import friends

FRIENDS: Final = ChatLine(
    name="friends",
    routers="handlers.friends.routers",
    commands=(
        Command("packet", reader=friends.packet, menus=(Menu.PRIVATE, Menu.GROUP), rank=66),
        Command("split", reader=friends.split, menus=(Menu.PRIVATE, Menu.GROUP), rank=68),
        Command("bills", opens="bills", menus=(Menu.PRIVATE,), rank=69),
    ),
    intents=(
        ChatIntent("packet", tapped=True, at_once=True),
        ChatIntent("split", at_once=True),
        ChatIntent("bills", tapped=True, look=True),
    ),
    boards=(
        Board(boards.PACKET, boards.packet_board, packets.board),
        Board(boards.DRAFT, boards.draft_board, bill_boards.draft),
        Board(boards.BILL, boards.bill_board, bill_boards.bill),
    ),
    group_taps=("openpacket", "checkpacket", "joinbill", "leavebill", "askbill", "dropbill", "mypart"),
    notices=notices_of(
        notices.KINDS,
        drawn={
            notices.PacketWaiting: told.packet_waiting,
            notices.PacketOpened: told.packet_opened,
            notices.PacketReturned: told.packet_returned,
            notices.BillAsked: told.bill_asked,
            notices.BillNudge: told.bill_nudge,
            notices.PartRefused: told.bill_refused,
            notices.PartOutside: told.bill_outside,
            notices.BillClosed: told.bill_closed,
            notices.CauseEnded: told.cause_ended,
        },
    ),
)
