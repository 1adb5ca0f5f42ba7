"""Who may do what at the operators' desk: each handler declares its permission, and the matrix is as it is meant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

import pytest
from aiogram import Router
from aiogram.dispatcher.event.handler import HandlerObject

from bot.processes.conversation import _routers
from finance_core.customers.roles import GRANTED, Permission, Role
from handlers.chat.filters import Tap
from handlers.chat.permissions import NEEDS, OperatorsOnly
from handlers.desk import (
    applications,
    approvals,
    days,
    fund_desk,
    fund_income,
    hardship,
    loan_desk,
    own_accounts,
    queue,
    reports,
    roles,
    support,
    updates,
)

DESK: Final = (approvals.router, loan_desk.router, roles.router, updates.router, days.router)
ROUTERS: Final = (
    *(*DESK, applications.router, hardship.router, reports.router, fund_income.router, fund_desk.router),
    *(support.router, queue.router, own_accounts.router),
)
EVERYBODY: Final = tuple(Role)
LENDING: Final = (Role.CREDIT_OFFICER, Role.ADMINISTRATOR)
SEES_LOANS: Final = (Role.SUPPORT, Role.CREDIT_OFFICER, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR)
READS_REPORTS: Final = tuple(role for role in Role if role is not Role.SUPPORT)
ANSWERS: Final = (Role.SUPPORT, Role.ADMINISTRATOR)
FUNDS: Final = (Role.TREASURER, Role.ADMINISTRATOR)
MATRIX: Final[dict[str, tuple[Role, ...]]] = {
    "desk": EVERYBODY,
    "back_to_desk": EVERYBODY,
    "more": EVERYBODY,
    "reason_written": EVERYBODY,
    "proposals": SEES_LOANS,
    "my_proposals": SEES_LOANS,
    "proposal": SEES_LOANS,
    "objection": SEES_LOANS,
    "objection_written": SEES_LOANS,
    "unpropose": SEES_LOANS,
    "roles": (Role.ADMINISTRATOR,),
    "give_role": (Role.ADMINISTRATOR,),
    "person_written": (Role.ADMINISTRATOR,),
    "role": (Role.ADMINISTRATOR,),
    "take_role": (Role.ADMINISTRATOR,),
    "why_written": (Role.ADMINISTRATOR,),
    "find_loan": SEES_LOANS,
    "which_written": SEES_LOANS,
    "loan_card": SEES_LOANS,
    "loan_events": SEES_LOANS,
    "waiver": LENDING,
    "waiver_of": LENDING,
    "waiver_of_all": LENDING,
    "waiver_sum_written": LENDING,
    "new_plan": LENDING,
    "plan_chosen": LENDING,
    "write_loan_off": LENDING,
    "hand_over": LENDING,
    "collector_written": LENDING,
    "take_back": LENDING,
    "choose_payment": (Role.TREASURER, Role.ADMINISTRATOR),
    "payment_chosen": (Role.TREASURER, Role.ADMINISTRATOR),
    "dead": (Role.ADMINISTRATOR,),
    "again": (Role.ADMINISTRATOR,),
    "book_days": (Role.ADMINISTRATOR,),
}
"""Each handler of the desk, and the roles that may use it. What it leads to asks for its own permission again."""

BY_ROUTER: Final[dict[str, dict[str, tuple[Role, ...]]]] = {
    "officer": dict.fromkeys(
        ("queue", "approval_sum", "open_application", "approve", "approve_less", "decline", "turn_reason"), LENDING
    ),
    "cases": dict.fromkeys(("queue", "open_case", "call", "case_events", "close"), LENDING),
    "reports": dict.fromkeys(("reports", "back_to_reports", "one_report", "as_file"), READS_REPORTS),
    "income": dict.fromkeys(("desk", "income_for", "sell", "back_to_desk"), FUNDS),
    "fund desk": dict.fromkeys(("nav",), FUNDS),
    "support": dict.fromkeys(
        (
            *("queue", "answer_written", "question_written", "goodwill_written", "open_case", "begin_answer"),
            *("begin_question", "queue_page", "take_over", "choose_colleague", "pass_on", "begin_goodwill", "close"),
        ),
        ANSWERS,
    ),
    "queue": dict.fromkeys(
        (
            *("work", "since", "work_page", "entry", "take", "give", "give_to", "away", "until_when", "go_away"),
            "come_back",
        ),
        EVERYBODY,
    ),
    "own accounts": dict.fromkeys(("begin_account", "account_written"), EVERYBODY),
}
"""The same of the desks that have a router of their own."""

CHECKS: Final[dict[Permission, tuple[Role, ...]]] = {
    Permission.APPROVE_GOODWILL: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.SEE_REPORTS: (Role.CREDIT_OFFICER, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR),
    Permission.APPROVE_LOAN_CHANGE: LENDING,
    Permission.APPROVE_WRITE_OFF: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.APPROVE_REVERSAL: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.APPROVE_GRANT: (Role.ADMINISTRATOR,),
    Permission.RUN_SERVICE: (Role.ADMINISTRATOR,),
}


def handlers_of(router: Router) -> Iterator[HandlerObject]:
    for observer in (router.message, router.callback_query):
        yield from observer.handlers


def name(handler: HandlerObject) -> str:
    return str(handler.callback.__name__)


@pytest.mark.parametrize("router", ROUTERS, ids=lambda router: router.name)
def test_each_handler_stands_behind_the_gate_and_says_what_it_needs(router: Router) -> None:
    for observer in (router.message, router.callback_query):
        assert any(isinstance(middleware, OperatorsOnly) for middleware in observer.middleware)
    undeclared = [name(each) for each in handlers_of(router) if not isinstance(each.flags.get(NEEDS), Permission)]
    assert undeclared == []


def test_the_matrix_is_as_it_is_meant_and_whole() -> None:
    assert {handler: roles for router in DESK for handler, roles in granted_by(router).items()} == MATRIX
    assert {router.name: granted_by(router) for router in ROUTERS if router not in DESK} == BY_ROUTER


def granted_by(router: Router) -> dict[str, tuple[Role, ...]]:
    """Return each handler of a router with the roles that may use it."""
    return {
        name(each): tuple(role for role in Role if each.flags[NEEDS] in GRANTED[role]) for each in handlers_of(router)
    }


def test_each_check_is_granted_as_it_is_meant() -> None:
    found = {permission: tuple(role for role in Role if permission in GRANTED[role]) for permission in CHECKS}
    assert found == CHECKS


def test_who_only_reads_is_granted_nothing_that_changes_anything() -> None:
    assert all(permission.startswith("see_") for permission in GRANTED[Role.AUDITOR])


def test_no_two_handlers_listen_to_the_same_tap() -> None:
    """Two with one verb would answer for each other: a desk's button would do what a customer's does."""
    verbs = Counter(
        each.filters[0].callback.verb
        for router in _routers()
        for each in router.callback_query.handlers
        if each.filters is not None and len(each.filters) == 1 and isinstance(each.filters[0].callback, Tap)
    )
    assert [verb for verb, times in verbs.items() if times > 1] == []
    assert verbs["proposal"] == 1
