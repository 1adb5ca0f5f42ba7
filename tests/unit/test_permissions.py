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

DESK: Final = (approvals.router, loan_desk.router, roles.router, updates.router, days.router)
ROUTERS: Final = (
    *DESK,
    people.router,
    identities.router,
    pin_resets.router,
    applications.router,
    hardship.router,
    reports.router,
    fund_income.router,
    fund_desk.router,
    *(support.router, queue.router, own_accounts.router),
    *(composing.router, broadcasting.router),
    *(audiences.router, tags.router),
)
EVERYBODY: Final = tuple(Role)
WRITES_OFFERS: Final = (Role.MARKETING, Role.ADMINISTRATOR)
FINDS: Final = (Role.SUPPORT, Role.ADMINISTRATOR)
SEES_PEOPLE: Final = (Role.SUPPORT, Role.CREDIT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR)
FREEZES: Final = (Role.SUPPORT, Role.CREDIT_OFFICER, Role.TREASURER, Role.ADMINISTRATOR)
NOTES: Final = (Role.SUPPORT, Role.CREDIT_OFFICER, Role.ADMINISTRATOR)
LENDING: Final = (Role.CREDIT_OFFICER, Role.ADMINISTRATOR)
SEES_LOANS: Final = (Role.SUPPORT, Role.CREDIT_OFFICER, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR)
READS_REPORTS: Final = tuple(role for role in Role if role is not Role.SUPPORT)
OPENS: Final = (Role.SUPPORT, Role.CREDIT_OFFICER, Role.ADMINISTRATOR)
"""Whoever opens pictures of identity: who reads all, an auditor, does not."""
ANSWERS: Final = (Role.SUPPORT, Role.ADMINISTRATOR)
SELLS: Final = (Role.MARKETING, Role.ADMINISTRATOR)
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
    "no_accounts": (Role.ADMINISTRATOR,),
    "accounts_written": (Role.ADMINISTRATOR,),
    "role": (Role.ADMINISTRATOR,),
    **dict.fromkeys(("no_accounts", "accounts_written"), (Role.ADMINISTRATOR,)),
    "take_role": (Role.ADMINISTRATOR,),
    "why_written": (Role.ADMINISTRATOR,),
    "find_loan": SEES_LOANS,
    "which_written": SEES_LOANS,
    "loan_card": SEES_LOANS,
    "more_of_loan": SEES_LOANS,
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
    "troubles": (Role.ADMINISTRATOR,),
    "again": (Role.ADMINISTRATOR,),
    "book_days": (Role.ADMINISTRATOR,),
}
"""Each handler of the desk, and the roles that may use it. What it leads to asks for its own permission again."""

BY_ROUTER: Final[dict[str, dict[str, tuple[Role, ...]]]] = {
    "offers": {
        "all_of_them": WRITES_OFFERS,
        "further": WRITES_OFFERS,
        "new": WRITES_OFFERS,
        "about": WRITES_OFFERS,
        "product": WRITES_OFFERS,
        "name_written": WRITES_OFFERS,
        "one": WRITES_OFFERS,
        "texts": WRITES_OFFERS,
        "write": WRITES_OFFERS,
        "text_written": WRITES_OFFERS,
        "drop": WRITES_OFFERS,
        "picture": WRITES_OFFERS,
        "picture_sent": WRITES_OFFERS,
        "picture_awaited": WRITES_OFFERS,
        "picture_words": WRITES_OFFERS,
        "picture_words_written": WRITES_OFFERS,
        "no_picture": WRITES_OFFERS,
        "ways": WRITES_OFFERS,
        "show": WRITES_OFFERS,
        "test": WRITES_OFFERS,
        "tapped_test": EVERYBODY,
    },
    "broadcasts": {  # who sees the desk is asked for more in the handler: who writes, approves or audits them
        "all_of_them": EVERYBODY,
        "further": EVERYBODY,
        "calendar": EVERYBODY,
        "new": WRITES_OFFERS,
        "copy": WRITES_OFFERS,
        "one": EVERYBODY,
        "audience": WRITES_OFFERS,
        "audience_chosen": WRITES_OFFERS,
        "when": WRITES_OFFERS,
        "when_written": WRITES_OFFERS,
        "how": WRITES_OFFERS,
        "show": EVERYBODY,
        "propose": WRITES_OFFERS,
        "take_back": WRITES_OFFERS,
        "call_off": WRITES_OFFERS,
        "pause": EVERYBODY,
        "resume": EVERYBODY,
        "cancel": EVERYBODY,
        "follow": EVERYBODY,
        "recall": WRITES_OFFERS,
        "result": EVERYBODY,
    },
    "officer": dict.fromkeys(
        ("queue", "approval_sum", "open_application", "approve", "approve_less", "decline", "turn_reason"), LENDING
    ),
    "cases": dict.fromkeys(("queue", "queue_page", "open_case", "call", "case_events", "close"), LENDING),
    "people": {
        **dict.fromkeys(("find", "ask_whom", "search_written", "unfreeze"), FINDS),
        **dict.fromkeys(("person", "told", "sent", "read_notes"), SEES_PEOPLE),
        **dict.fromkeys(("begin_note", "note_written"), NOTES),
        **dict.fromkeys(("freeze_named", "freeze_whom", "frozen_written", "freeze_this", "reason_written"), FREEZES),
    },
    "audiences": {
        **dict.fromkeys(("show_all", "page", "one", "falls_out", "askable"), READS_REPORTS),
        **dict.fromkeys(("new", "change", "question_written", "save", "name_written"), SELLS),
    },
    "tags": {
        **dict.fromkeys(("show_all", "page", "one"), READS_REPORTS),
        **dict.fromkeys(("new", "name_written", "ask_rule", "rule_written", "ask_list", "list_written"), SELLS),
        **dict.fromkeys(("ask_whom_to_give", "ask_whom_to_take", "give", "take"), NOTES),
    },
    "reports": dict.fromkeys(("reports", "back_to_reports", "one_report", "as_file"), READS_REPORTS),
    "identities": {
        **dict.fromkeys(("queue", "open_check", "approve", "refuse"), LENDING),
        "open_pictures": OPENS,
    },
    "pin resets": {
        **dict.fromkeys(("queue", "open_reset", "open_pictures"), OPENS),
        **dict.fromkeys(("propose", "refuse"), (Role.SUPPORT, Role.ADMINISTRATOR)),
    },
    "income": dict.fromkeys(("desk", "income_for", "sell", "back_to_desk"), FUNDS),
    "fund desk": dict.fromkeys(("nav",), FUNDS),
    "support": dict.fromkeys(
        (
            *("queue", "answer_written", "question_written", "goodwill_written", "open_case", "begin_answer"),
            *("begin_question", "queue_page", "take_over", "choose_colleague", "pass_on", "begin_goodwill", "close"),
            *("turn_into", "more"),
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
    Permission.PROPOSE_BROADCAST: WRITES_OFFERS,
    Permission.APPROVE_CREDIT_OFFER: (Role.CREDIT_OFFICER, Role.TREASURER, Role.ADMINISTRATOR),
    Permission.APPROVE_INVESTMENT_OFFER: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.APPROVE_SERVICE_NOTICE: (Role.ADMINISTRATOR,),
    Permission.APPROVE_GOODWILL: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.SEE_REPORTS: (Role.CREDIT_OFFICER, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR),
    Permission.APPROVE_LOAN_CHANGE: LENDING,
    Permission.APPROVE_WRITE_OFF: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.APPROVE_REVERSAL: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.APPROVE_GRANT: (Role.ADMINISTRATOR,),
    Permission.PROPOSE_PIN_RESET: (Role.SUPPORT, Role.ADMINISTRATOR),
    Permission.APPROVE_PIN_RESET: LENDING,
    Permission.REVIEW_IDENTITY: LENDING,
    Permission.OPEN_IDENTITY: OPENS,
    Permission.APPROVE_UNFREEZE: (Role.TREASURER, Role.ADMINISTRATOR),
    Permission.ANSWER_CASES: (Role.SUPPORT, Role.ADMINISTRATOR),
    Permission.SEE_REPORTS: (Role.CREDIT_OFFICER, Role.TREASURER, Role.AUDITOR, Role.ADMINISTRATOR),
    Permission.SEE_AMOUNTS: (Role.CREDIT_OFFICER, Role.AUDITOR, Role.ADMINISTRATOR),
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
