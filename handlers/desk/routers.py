"""The routers of the desk, each behind the gate (`handlers/chat/permissions.py`)."""

from __future__ import annotations

from typing import Final

from aiogram import Router

from handlers.chat.actions import AnyAction
from handlers.desk import (
    ages,
    applications,
    approvals,
    days,
    fund_desk,
    fund_income,
    hardship,
    identities,
    loan_desk,
    own_accounts,
    people,
    pin_resets,
    queue,
    reports,
    roles,
    support,
    updates,
)
from handlers.desk.offers import audiences, broadcasting, composing, tags

ROUTERS: Final[tuple[Router, ...]] = (
    hardship.router,
    support.router,
    identities.router,
    pin_resets.router,
    people.router,
    queue.router,
    own_accounts.router,
    applications.router,
    approvals.router,
    roles.router,
    ages.router,
    loan_desk.router,
    reports.router,
    fund_desk.router,
    fund_income.router,
    updates.router,
    days.router,
    composing.router,
    broadcasting.router,
    audiences.router,
    tags.router,
)

ACTIONS: Final[tuple[AnyAction, ...]] = (
    *hardship.ACTIONS,
    *support.ACTIONS,
    *identities.ACTIONS,
    *pin_resets.ACTIONS,
    *people.ACTIONS,
    *applications.ACTIONS,
    *approvals.ACTIONS,
    *roles.ACTIONS,
    *days.ACTIONS,
    *ages.ACTIONS,
    *fund_desk.ACTIONS,
    *fund_income.ACTIONS,
)
