"""The routers of savings circles."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.circles import (
    acts_bid,
    acts_draw,
    acts_leave,
    acts_officers,
    acts_pay,
    acts_takeover,
    acts_turns,
    acts_words,
    acts_wrong,
    chair,
    desk,
    documents,
    guarantors,
    in_groups,
    joining,
    mine,
    opening,
    own_settings,
    picks,
    votes,
    votes_asked,
)
from handlers.circles.saving import routers as saving

ROUTERS: Final[tuple[Router, ...]] = (
    in_groups.router,
    opening.router,
    joining.router,
    mine.router,
    own_settings.router,
    picks.router,
    chair.router,
    acts_words.router,
    acts_pay.router,
    acts_draw.router,
    acts_bid.router,
    acts_turns.router,
    acts_leave.router,
    acts_takeover.router,
    acts_wrong.router,
    acts_officers.router,
    votes.router,
    votes_asked.router,
    guarantors.router,
    documents.router,
    desk.router,
    *saving.ROUTERS,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (
    *opening.ACTIONS,
    *joining.ACTIONS,
    *acts_pay.ACTIONS,
    *acts_bid.ACTIONS,
    *acts_turns.ACTIONS,
    *acts_leave.ACTIONS,
    *acts_takeover.ACTIONS,
    *acts_wrong.ACTIONS,
    *votes_asked.ACTIONS,
    *guarantors.ACTIONS,
    *desk.ACTIONS,
    *saving.ACTIONS,
)
