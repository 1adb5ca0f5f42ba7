"""The routers of loans. A statement "of my loan" is asked for before the wallet's, which is *home*'s."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.chat.topics import Topic
from handlers.loans import (
    agreement,
    borrow,
    collection,
    contract_files,
    drawdown,
    group_asking,
    group_card,
    group_opening,
    guarantors,
    loan_statements,
    loans,
    own_income,
    self_limits,
)
from handlers.loans.topics import before, decisions, late, limits, papers, paying, records

ROUTERS: Final[tuple[Router, ...]] = (
    borrow.router,
    loans.router,
    loan_statements.router,
    collection.router,
    drawdown.router,
    guarantors.router,
    group_opening.router,
    group_card.router,
    group_asking.router,
    contract_files.router,
    agreement.router,
    self_limits.router,
    own_income.router,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (
    *borrow.ACTIONS,
    *drawdown.ACTIONS,
    *guarantors.ACTIONS,
    *group_opening.ACTIONS,
    *group_card.ACTIONS,
    *group_asking.ACTIONS,
    *loans.ACTIONS,
    *agreement.ACTIONS,
    *collection.ACTIONS,
    *self_limits.ACTIONS,
)

TOPICS: Final[tuple[Topic, ...]] = (
    *before.TOPICS,
    *limits.TOPICS,
    *decisions.TOPICS,
    *papers.TOPICS,
    *paying.TOPICS,
    *late.TOPICS,
    *records.TOPICS,
)
