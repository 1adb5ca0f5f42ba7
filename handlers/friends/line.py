"""Money among friends: red packets, bills that are split, collections."""

from __future__ import annotations

from typing import Final

from finance_core.friends import boards, notices
from finance_core.kernel.error_codes import ErrorCode
from handlers.chat.line import Board, ChatIntent, ChatLine, Command, Holds, Menu, notices_of
from handlers.friends.screens import bill_boards, causes, packets, told
from handlers.phrases.readers import friends

_DRAFTS: Final = ("joinbill", "leavebill", "askbill", "dropbill")

FRIENDS: Final = ChatLine(
    name="friends",
    routers="handlers.friends.routers",
    commands=(
        Command("packet", reader=friends.packet, menus=(Menu.PRIVATE, Menu.GROUP), rank=66),
        Command("split", reader=friends.split, menus=(Menu.PRIVATE, Menu.GROUP), rank=68),
        Command("collect", reader=friends.collect, menus=(Menu.PRIVATE, Menu.GROUP), rank=67),
        Command("tab", reader=friends.tab, menus=(Menu.PRIVATE,), rank=69),
        Command("collections", opens="collections"),
        Command("bills", opens="bills", menus=(Menu.PRIVATE,), rank=70),
    ),
    intents=(
        ChatIntent("packet", tapped=True, takes_sum=True, at_once=True),
        ChatIntent("split", takes_sum=True, at_once=True, more=(friends.of_each,)),
        ChatIntent("bills", tapped=True, look=True),
        ChatIntent("tab", tapped=True),
        ChatIntent("tab_paid", tapped=True),
        ChatIntent("collect", tapped=True, more=(friends.in_a_sentence,)),
        ChatIntent("collections", tapped=True, look=True),
        ChatIntent("give", tapped=True, at_once=True),
        ChatIntent("thank"),
        ChatIntent("pay_part", tapped=True, at_once=True),
        ChatIntent("no_part"),
        ChatIntent("bill_photo"),
    ),
    topics=("packet.how", "packet.expired", "bill.how", "collect.where_is_it"),
    answers={
        "title": Holds.OWN_WORDS,
        "tab_item": Holds.OWN_WORDS,
        "goal_sum": Holds.SUM_OR_NOTHING,
        "gift": Holds.SUM,
        "thanks": Holds.OWN_WORDS,
        "part": Holds.SUM,
        "why": Holds.OWN_WORDS,
        "packet_people": Holds.OWN_WORDS,
    },
    boards=(
        Board(boards.PACKET, boards.packet_board, packets.board),
        Board(boards.DRAFT, boards.draft_board, bill_boards.draft),
        Board(boards.BILL, boards.bill_board, bill_boards.bill),
        Board(boards.CAUSE, boards.cause_board, causes.board),
    ),
    group_taps=("openpacket", "openhere", "checkpacket", *_DRAFTS, "mypart", "giveto"),
    member_taps=("openhere",),
    naming_taps=(
        *("openpacket", "openhere", "checkpacket", "putpacket", "showpacket"),
        *("paybill", "nobill", "noreason", "bill", "outside", "closebill", "againbill", "splitagain"),
        *("billphoto", "addphoto", "hangphoto"),
        *_DRAFTS,
        "mypart",
        *("cause", "endcause", "thankfor", "showcause", "putcause", "giveto"),
        *("tab", "tabout", "settletab", "droptab"),
    ),
    misses=(ErrorCode.PACKET, ErrorCode.BILL, ErrorCode.CAUSE, ErrorCode.TAB),
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
            notices.BillAgain: told.bill_again,
            notices.TabOpened: told.tab_opened,
            notices.GiftReturned: told.gift_returned,
            notices.CauseEnded: told.cause_ended,
            notices.CausePaid: told.cause_paid,
        },
    ),
)
