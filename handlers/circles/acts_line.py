"""What a member's acts bring to the line of circles: intents that ask for something, what they ask, buttons."""

from __future__ import annotations

from typing import Final

from handlers.chat.line import ChatIntent, Holds

INTENTS: Final = (
    ChatIntent("pay_circle", tapped=True, takes_sum=True, at_once=True),
    ChatIntent("bid_circle", tapped=True),
    ChatIntent("set_circle"),
    ChatIntent("pick_word"),
    ChatIntent("dispute_circle"),
    ChatIntent("ask_guarantor"),
    ChatIntent("rename_circle"),
    ChatIntent("take_over"),
    ChatIntent("circle_desk", tapped=True, look=True),
    ChatIntent("decide_circle"),
)
"""What is asked about an act: how much is paid or bid, a word for the draws, what is wrong, why one decides so."""

ANSWERS: Final = {
    "contribution": Holds.SUM,
    "bid": Holds.SUM,
    "circle_set": Holds.OWN_WORDS,
    "draw_word": Holds.OWN_WORDS,
    "circle_name": Holds.OWN_WORDS,
    "guarantor": Holds.NAME,
    "nominee_named": Holds.NAME,
    "what_is_wrong": Holds.OWN_WORDS,
    "why_so": Holds.OWN_WORDS,
}

TAPS: Final = (
    *(
        "mycircle",
        "circlemore",
        "circleboard",
        "circledebit",
        "circleown",
        "circlegoes",
        "circlegoto",
        "pickword",
        "circlesets",
    ),
    *("paycircle", "payother", "paythat", "checkdraw"),
    *("bidcircle", "bidplace", "bidcard", "unbid", "bids", "notnow"),
    *("swapturn", "swapwith", "swapyes", "swapno", "leavecircle", "leaveplace", "circlewrong", "wronground"),
    *("officers", "admit", "admitno", "nudgecircle", "circleroles", "appoint", "stepdown"),
    *("circlevotes", "circlevote", "voteyes", "voteno", "circlemoves", "circlemove", "moveabout"),
    *("moveearly", "moveorder", "placeover", "takeplace"),
    *("askguarantor", "standin", "standyes", "standno", "circledocs", "circlepaper", "circlecontract"),
)
"""Buttons that name a circle by its code."""
