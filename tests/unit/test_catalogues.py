"""The catalogues are whole: each text that the code asks for, in each language, with the same figures in it.

What is asked for is read off the source. A key that is put together from a name is looked up in FAMILIES, which says
what that name may be; a family that is missing there fails.
"""

from __future__ import annotations

import ast
import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final, get_args

import pytest

from finance_core.account import notices as account
from finance_core.account.models import Proof, ResetState
from finance_core.account.notifications import FrozenBy
from finance_core.account.rules import DocumentKind, Refusal
from finance_core.approvals import ApprovalState
from finance_core.approvals import notices as approvals
from finance_core.cases import notices as cases
from finance_core.cases.models import CaseState as ServiceCaseState
from finance_core.cases.rules import TURNED_INTO, CaseKind
from finance_core.circles.agenda import KINDS as MOTIONS
from finance_core.circles.book.notices import CircleRoundEnded
from finance_core.circles.decision_models import CircleCaseKind
from finance_core.circles.models import CircleState, ClosedWhy, Destination, MemberState
from finance_core.circles.models import Role as OfficeRole
from finance_core.circles.rules.auctions import Period
from finance_core.circles.rules.settings import Order, Security
from finance_core.circles.rules.shortfalls import ShortfallRule
from finance_core.circles.saving.models import FineWhy, RequestKind, RequestState, ShareOutState
from finance_core.circles.suspending import Resolution, Verdict
from finance_core.customers import consents
from finance_core.customers.offer_checks import Skip
from finance_core.customers.roles import Role
from finance_core.deposits import notices as deposits
from finance_core.deposits.models import DepositState
from finance_core.desk import notices as desk
from finance_core.friends import notices as friends
from finance_core.friends.models import BillState, CauseState, PacketState, PartState, ShareState
from finance_core.friends.rules.draws import PacketKind
from finance_core.funds.models import OrderKind
from finance_core.funds.notices import OfFund
from finance_core.funds.product import DIVIDEND_CHOICES
from finance_core.groups import notices as groups
from finance_core.journeys.plans import notices as plans
from finance_core.journeys.plans.models import NearDue
from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.money import CNY, Money
from finance_core.kernel.periods import PeriodUnit
from finance_core.ledger.chart import CHART
from finance_core.lines import ACTIONS, DECLARED, FACTS, REPORTS, SOURCES
from finance_core.lines import FIGURES as CARD_FIGURES
from finance_core.lines import WAYS as OFFER_WAYS
from finance_core.loans.contact.models import CaseState
from finance_core.loans.contact.rules import HardshipReason
from finance_core.loans.events import EVENT_KINDS
from finance_core.loans.models import LoanState
from finance_core.loans.operations import notices as operations
from finance_core.loans.origination import notices as origination
from finance_core.loans.origination.decision import Concern, Reason
from finance_core.loans.origination.models import ApplicationState
from finance_core.loans.repayment.previews import CHOICES
from finance_core.loans.rules.classes import LoanClass
from finance_core.notices import Content, Urgency, senders
from finance_core.notices.contact_rules import WhyNot
from finance_core.offers.audiences.counting import NOTHING_CHOSEN
from finance_core.offers.planning import notices as planning
from finance_core.offers.planning.broadcasts import MEASURES
from finance_core.offers.planning.offers import LINES_OF
from finance_core.offers.running import notices as broadcasts
from finance_core.offers.running.states import Paused
from finance_core.privacy import notices as privacy
from finance_core.reports.table import TOTAL, Family
from finance_core.storage.facts import FactKind
from finance_core.storage.personal import Why
from finance_core.suitability.rules import CLASSES, RISKS, questionnaire
from finance_core.wallet import notices as wallet
from finance_core.wallet.models import SendState
from finance_core.wallet.rules import DELAYS_HOURS
from handlers.chat.line import Menu
from handlers.circles.screens import joining as circle_joining
from handlers.circles.screens import opening as circle_opening
from handlers.circles.screens import saving_opening
from handlers.circles.screens.desk import SIGNS
from handlers.circles.screens.documents import WHATS
from handlers.circles.screens.saving_meeting import BETWEEN
from handlers.circles.screens.saving_minutes import PAPER_TABLES, PAPER_WORDS
from handlers.circles.screens.votes import PEOPLE as MOVED_ABOUT_PEOPLE
from handlers.circles.screens.votes import RULES as MOVED_ABOUT_RULES
from handlers.desk.offers.screens import audiences as audiences_screens
from handlers.desk.offers.screens.broadcasts import CHOICES as BROADCAST_CHOICES
from handlers.desk.offers.screens.broadcasts import MARKS, WHENS
from handlers.desk.screens.approvals import MORE_WAYS, WAYS
from handlers.desk.screens.figures import FIGURES
from handlers.desk.screens.fund_desk import ACTS as FUND_ACTS
from handlers.desk.screens.loan_desk import ACTS
from handlers.desk.screens.people import ACTS as PEOPLE_ACTS
from handlers.desk.screens.queue import ENTRIES
from handlers.desk.screens.report_words import DETAILS
from handlers.desk.screens.support import DELIVERIES
from handlers.desk.screens.updates import TROUBLES
from handlers.home.screens.menu import HINTS, UNREAD
from handlers.home.topics.circles import ASKED_OF_CIRCLES
from handlers.lines import vocabulary
from handlers.loans.first_application import QUESTIONS
from handlers.loans.screens.borrow import DEBITS, PARTS, PRODUCTS, UNITS
from handlers.loans.screens.guarantors import STATES as GUARANTOR_STATES
from handlers.loans.screens.loan_statements import KINDS
from handlers.loans.screens.reminders import STEPS
from handlers.locales import codes, language_of, translator
from handlers.locales.translator import read_catalogues
from handlers.phrases.frames import Intent
from handlers.phrases.readers.circle_kinds import ROTATING, SAVING
from handlers.pictures.photograph import Unusable
from handlers.privacy.documents.terms import PARAGRAPHS
from handlers.savings.screens import deposits as deposit_screens
from handlers.savings.screens import plans as plan_screens
from tests.unit.notice_samples import SAMPLES

ROOT: Final = Path(__file__).parents[2]
COMMANDS: Final = {name for menu in Menu for name in vocabulary().named(menu)}
DRAWN_ELSEWHERE: Final[tuple[type[Content], ...]] = (
    CircleRoundEnded,
    *deposits.KINDS,
    *plans.KINDS,
    *(wallet.SendWaiting, wallet.RequestAsked),
    *(friends.PacketWaiting, friends.PacketOpened, friends.OfBill, friends.CauseEnded),
    *(friends.BillAgain, friends.TabOpened),
    *account.KINDS,
    *groups.KINDS,
    *planning.KINDS,
    *privacy.KINDS,
    *(each for each in cases.KINDS if each is not cases.GoodwillPaid),
    *(*desk.KINDS, *senders.KINDS, *broadcasts.KINDS),
    *(approvals.OfProposal, approvals.OfRole),
    *(operations.RestructureOffered, operations.WrittenOff),
    *(origination.ApplicationIsLate, origination.ApplicationOverdue),
    *(origination.ApplicationWaits, origination.Decided, origination.GuaranteeAsked, origination.GuaranteeAnswered),
    *(origination.GuaranteeCalled, origination.PaidForYou),
    OfFund,
)
"""Notices whose texts are their area's own."""

HELD_STEPS: Final = (
    *("funds_value", "funds_confirm", "funds_pay", "deposits_mature", "plans_run"),
    *("wealth_income", "wealth_settle", "wealth_redemptions", "wealth_money_in"),
)
"""Steps that may wait for data; others are told by their names, if ever."""
_DECIDED: Final = ("approve", "refuse", "withdraw", "application_approved", "application_declined")
_ON_CASES: Final = ("answer_case", "ask_back", "close_case", "pass_case_on", "take_case_over")


def recorded_acts() -> set[str]:
    """Return what operators do that goes on record: the third argument of each `audit.record`, as it is in a key."""
    found, named, acts = {*_DECIDED, *_ON_CASES}, dict[str, str](), list[ast.expr]()
    packages = ("finance_core", "handlers", "bot")
    for file in sorted(each for package in packages for each in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            match node:
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.Constant(value=str(text))):
                    named[name] = text
                case ast.Call(func=ast.Attribute(value=ast.Name(id="audit"), attr="record"), args=[_, _, act, *_]):
                    acts.append(act)
    for act in acts:
        match act:
            case ast.Constant(value=str(text)):
                found.add(text)
            case ast.Name(id=name) | ast.Attribute(attr=name):
                found.add(named.get(name, ""))
    return {each.replace(".", "_") for each in found if each}


FAMILIES: Final[Mapping[str, Iterable[str]]] = {
    "account.kind_{}": tuple(DocumentKind),
    "account.proof_{}": tuple(Proof),
    "account.picture_{}": tuple(Unusable),
    "account.picture_of_{}": ("document", "selfie", "reset", "known"),
    "account.reset_{}": ("asked", "proved", "approved", "stopped"),
    "account.refused_{}": tuple(Refusal),
    "account.reason_{}": tuple(Refusal),
    "account.desk_{}": ("approved", "refused"),
    "account.desk_state_{}": tuple(ResetState),
    "operator.proof_{}": tuple(Proof),
    "desk.circle_case_{}": tuple(CircleCaseKind),
    "operator.pin_{}": ("forgotten", "anew"),
    "consents.{}": tuple(consents.Topic),
    "consents.button_{}": (*consents.OFFERS, *consents.SWITCHES),
    "consents.name_{}": consents.OFFERS,
    "audiences.reach_{}": audiences_screens.TOPICS,
    "audiences.out_{}": audiences_screens.TOPICS,
    "audiences.out_title_{}": audiences_screens.TOPICS,
    "audiences.why_{}": (*Skip, NOTHING_CHOSEN),
    "audiences.tag_{}": ("give", "take"),
    "audiences.takes_{}": tuple(FactKind),
    "why_me.fact_{}": tuple(name for name in FACTS if name != "consent"),
    "privacy.need_{}": tuple(need.name for need in DECLARED.needs),
    "privacy.terms_{}": PARAGRAPHS,
    "privacy.why_{}": tuple(Why),
    "corrections.{}": ("amount", "count", "payee", "note", "fund"),
    "borrow.about_{}": PRODUCTS,
    "borrow.ask_{}": QUESTIONS,
    "borrow.debit_button_{}": DEBITS,
    "borrow.debit_{}": DEBITS,
    "borrow.officer_reason_{}": tuple(Reason),
    "borrow.part_button_{}": PARTS,
    "borrow.product_{}": PRODUCTS,
    "borrow.reason_{}": tuple(Reason),
    "borrow.tenor_{}": UNITS,
    "contract.column_{}": ("nr", "due", "principal", "interest", "fee", "total"),
    "contract.debit_{}": DEBITS,
    "contract.{}": ("withheld", "fee_each_instalment"),
    "guarantors.state_{}": GUARANTOR_STATES,
    "officer.concern_{}": tuple(Concern),
    "officer.reason_{}": tuple(Reason),
    "cases.state_{}": tuple(CaseState),
    "circle_boards.{}": ("ended", "called_off"),
    "circle_joining.ask_{}": circle_joining.ASKED,
    "circle_joining.done_{}": ("joined", "asked", "waiting", "approved"),
    "circle_joining.if_stops_{}": tuple(ShortfallRule),
    "circle_joining.is_{}": ("asked", "waiting"),
    "circle_joining.turn_{}": tuple(Order),
    "circle_opening.ask_{}": circle_opening.ASKED,
    "circle_opening.choose_{}": (*circle_opening.CHOICES, "language"),
    "circle_opening.field_{}": circle_opening.FIELDS,
    "circle_opening.kind_{}": (ROTATING, SAVING),
    "circle_opening.order_{}": circle_opening.CHOICES["order"],
    "circle_opening.period_{}": tuple(Period),
    "circle_opening.period_button_{}": saving_opening.CHOICES["period"],
    "circle_opening.security_{}": tuple(each for each in Security if each is not Security.NONE),
    "circle_opening.shortfall_{}": tuple(ShortfallRule),
    "saving_boards.role_{}": tuple(OfficeRole),
    "saving_boards.{}": ("ended", "called_off"),
    "saving_opening.ask_{}": saving_opening.ASKED,
    "saving_opening.choose_{}": tuple(saving_opening.CHOICES),
    "saving_opening.field_{}": saving_opening.FIELDS,
    "circle_opening.{}_button_{}": (),  # the choices by field have a test of their own
    "collection.event_{}": (*EVENT_KINDS, "other"),
    "collection.push_{}": ("due_soon", "due_today", "late", "promise_today", "promise_broken"),
    "collection.reason_{}": tuple(HardshipReason),
    "collection.why_{}": (*WhyNot, "cancelled", "refused", "unknown"),
    "commands.{}": COMMANDS,
    "deposits.roll_{}": deposit_screens.ROLLOVERS,
    "deposits.then_{}": deposit_screens.ROLLOVERS,
    "plans.missed_{}": plan_screens.MISSING,
    "plans.card{}": ("", "_fund"),
    "plans.line{}": ("", "_fund"),
    "plans.near_due_{}": tuple(NearDue),
    "plans.place_{}": plan_screens.PLACES,
    "plans.risk_{}": plan_screens.PLACES,
    "plans.weekday_{}": tuple(map(str, plan_screens.WEEKDAYS)),
    "error.{}": (),  # the codes have a test of their own
    "friends.topic_cause_{}": tuple(CauseState),
    "friends.topic_packet_{}": tuple(PacketState),
    "my_circles.asking_{}": ("asked", "waiting", "approved"),
    "my_circles.case_{}": tuple(CircleCaseKind),
    "my_circles.decide_{}": (*Verdict, Resolution.RESUMED, Resolution.CLOSED),
    "my_circles.desk_{}": tuple(CircleState),
    "my_circles.each_{}": tuple(Period),
    "my_circles.member_{}": tuple(MemberState),
    "my_circles.goes_{}": tuple(Destination),
    "my_circles.move_{}": (*MOVED_ABOUT_PEOPLE, *MOVED_ABOUT_RULES),
    "my_circles.office_{}": tuple(OfficeRole),
    "my_circles.order_{}": tuple(Order),
    "my_circles.shortfall_{}": tuple(ShortfallRule),
    "my_circles.sign_{}": SIGNS,
    "my_circles.state_{}": tuple(each for each in CircleState if each is not CircleState.DRAFT),
    "my_circles.what_{}": WHATS,
    "my_circles.who_is_{}": (OfficeRole.TREASURER, OfficeRole.SECRETARY),
    "my_circles.answered_{}": ("joined", "approved", "refused"),
    "my_circles.back_{}": ("deposit", "ahead", "retention", "refund", "fines", "shares", "grant", "social"),
    "saving_meetings.asks_for_{}": tuple(RequestKind),
    "saving_meetings.debit_{}": ("on", "off"),
    "saving_meetings.desk_{}": tuple(each for each in ShareOutState if each is not ShareOutState.DROPPED),
    "saving_meetings.paper_{}": PAPER_WORDS,
    "saving_meetings.paper_{}_header": PAPER_TABLES,
    "saving_meetings.request_{}": tuple(RequestState),
    "saving_meetings.why_{}": tuple(FineWhy),
    "saving_meetings.{}": BETWEEN,
    "my_circles.closed_{}": tuple(ClosedWhy),
    "my_circles.decided_{}": (*Verdict, *Resolution),
    "my_circles.motion_{}": tuple(MOTIONS),
    "my_circles.out_{}": ("declined", "unconfirmed", "called_off"),
    "my_circles.result_{}": ("passed", "failed", "lapsed"),
    "my_circles.role_is_{}": tuple(OfficeRole),
    "my_circles.swap_{}": ("done", "refused", "lapsed"),
    "home_topics.circle_{}": ASKED_OF_CIRCLES,
    "history.{}": ("this_month", "last_month"),
    "loans.ahead_{}": tuple(choice.value for choice in CHOICES),
    "loans.kind_{}": (*KINDS, "other"),
    "loans.of_{}": ("principal", "interest", "fee", "penalty"),
    "loans.rather_{}": tuple(choice.value for choice in CHOICES),
    "loans.state_{}": tuple(LoanState),
    "loan_topics.came_to_{}": tuple(ApplicationState),
    "loan_topics.last_{}": tuple(state for state in LoanState if state is not LoanState.ACTIVE),
    "loan_topics.not_{}": tuple(Reason),
    "loan_topics.question_{}": QUESTIONS,
    "loan_topics.tenors_{}": UNITS,
    "menu.hint_{}": HINTS,
    "menu.{}": {*vocabulary().labelled(), *get_args(Intent)} - {"out_of_scope", "ask"},
    "notice.{}": tuple(
        kind.replace(".", "_")
        for kind, notice in vocabulary().notices.items()
        if not issubclass(notice.content, DRAWN_ELSEWHERE)
    ),
    "operator.to_{}_notices": TROUBLES,
    "operator.{}_notices": TROUBLES,
    "operator.no_{}_notices": TROUBLES,
    "operator.messages_{}": ("sent", "recalled"),
    "operator.act_{}": tuple(verb for _, verb in ACTS),
    "operator.class_{}": tuple(LoanClass),
    "operator.figure_{}": FIGURES,
    "operator.loan_{}": tuple(LoanState),
    "operator.{}_{}": (),  # its parts are the families beside it
    "operator.circle_{}": ("running", "suspended"),
    "operator.action_{}": tuple(name.replace(".", "_") for name in ACTIONS.names),
    "operator.role_{}": tuple(Role),
    "operator.state_{}": tuple(ApprovalState),
    "friends.bill_board_{}": tuple(BillState),
    "friends.board_part_{}": tuple(PartState),
    "friends.board_{}": tuple(each for each in ShareState if each != ShareState.FREE),  # nobody has opened that one
    "friends.packet_card_{}": tuple(PacketKind),
    "friends.packet_turn_{}": tuple(PacketKind),
    "friends.cause_is_{}": tuple(each for each in CauseState if each != CauseState.OPEN),
    "friends.stands_{}": tuple(each for each in PartState if each != PartState.STOPPED),  # a closed bill is not listed
    "funds.given_{}": ("subscription", "redemption", "switch"),
    "funds.order_{}": tuple(OrderKind),
    "funds.take_{}": DIVIDEND_CHOICES,
    "funds.told_{}": tuple(
        kind.rpartition(".")[2] for kind, notice in vocabulary().notices.items() if issubclass(notice.content, OfFund)
    ),
    "fund_desk.card_{}": FUND_ACTS,
    "fund_desk.done_{}": FUND_ACTS,
    "topics.{}": vocabulary().topics,
    "unread.{}": UNREAD,
    "support.kind_{}": tuple(CaseKind),
    "support.turn_into_{}": TURNED_INTO,
    "support.turned_{}": TURNED_INTO,
    "people.to_{}": (*(verb for _, verb in PEOPLE_ACTS), "freeze", "unfreeze", "age"),
    "people.case_{}": tuple(ServiceCaseState),
    "people.deposit_{}": tuple(DepositState),
    "people.notice_{}": ("pending", "sending", "sent", "refused", "unknown", "cancelled"),
    "people.send_{}": tuple(SendState),
    "people.urgency_{}": tuple(Urgency),
    "people.about_{}": {kind.partition(".")[0] for kind in SAMPLES},
    "operator.account_{}": ("frozen", "open"),
    "support.meanwhile_{}": tuple(set(CaseKind) - {CaseKind.DISTRESS}),
    "support.waits_{}": tuple(CaseKind),
    "support.delivery_{}": DELIVERIES,
    "support.told_{}": ("case_reopened", "case_passed_on", "case_taken_over"),
    "desk.entry_{}": tuple(ENTRIES),
    "desk.figure_{}": tuple(figure.name for figure in CARD_FIGURES),
    "desk.paused_{}": tuple(Paused),
    "broadcasts.choice_{}": tuple(BROADCAST_CHOICES),
    "broadcasts.measure_{}": MEASURES,
    "broadcasts.product_{}": ("term_deposit", "change_plus", "steady_bonds", "even_mix", "broad_shares"),
    "broadcasts.skip_{}": tuple(Skip),
    "broadcasts.state_{}": tuple(MARKS),
    "broadcasts.topic_{}": (*LINES_OF, "service"),
    "broadcasts.verdict_{}": ("more", "no_difference", "too_few"),
    "broadcasts.way_{}": tuple(OFFER_WAYS),
    "broadcasts.when_{}": WHENS,
    "offer_price.currency_{}": ("CNY",),
    "offer_price.term_{}": tuple(PeriodUnit),
    "desk.source_{}": tuple(SOURCES),
    "desk.lacks_{}": ("dealing", "banking", "income", "nav"),
    "desk.step_{}": HELD_STEPS,
    "suitability.class_{}": CLASSES,
    "suitability.q_{}": questionnaire().names(),
    "suitability.q_{}_{}": (),  # options by question have a test of their own
    "suitability.risk_{}": RISKS,
    "operator.to_{}": tuple(name for ways in (WAYS, *MORE_WAYS.values()) for _, name, _ in ways),
    "operator.more_{}": tuple(MORE_WAYS),
    "people.froze_{}": tuple(FrozenBy),
    "operator.subject_{}": (
        "customer",
        "loan",
        "fund",
        "case",
        "pin_reset",
        "application",
        "update",
        "operator",
        "broadcast",
    ),
    "notice.step_{}": STEPS,
    "reports.account_{}": tuple(line.code for line in CHART),
    "reports.act_{}": recorded_acts(),
    "reports.detail_{}": DETAILS,
    "reports.book_{}": ("INST", "FUND", "REG"),
    "reports.cell_{}": {term.replace(" ", "_") for each in REPORTS.values() for term in (TOTAL, *each.terms)},
    "reports.column_{}": {column.name for each in REPORTS.values() for column in each.columns},
    "reports.family_{}": tuple(Family),
    "reports.title_{}": [name.replace("-", "_") for name in REPORTS],
    "settings.{}": ("daily", "weekly", "off"),
    "wallet.delay_button_{}": tuple(map(str, DELAYS_HOURS)),
    "wallet.delay_{}": tuple(map(str, DELAYS_HOURS[1:])),
}
UNTOLD: Final = frozenset({ErrorCode.BOOKS_CONTRADICT})
"""Faults of ours: people are told that something went wrong, with its number."""


@cache
def texts(language: str) -> dict[str, tuple[str, ...]]:
    """Return a language's texts by key: one, or its plural forms."""
    found: dict[str, tuple[str, ...]] = {}
    for area, catalogue in read_catalogues(language).items():
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
                found[f"{message.context or area}.{key}"] = tuple(str(form) for form in forms)
    return found


def trees(*packages: str, naming: str = "") -> Iterator[ast.Module]:
    """Yield the parsed modules of packages, of those alone that name something."""
    for file in sorted(file for package in packages for file in (ROOT / package).rglob("*.py")):
        if naming in (source := file.read_text()):
            yield ast.parse(source, str(file))


def strings(node: ast.expr) -> Iterator[str]:
    """Yield the strings that an expression may be; the names in an f-string are `{}`."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp():
            yield from (*strings(node.body), *strings(node.orelse))
        case ast.JoinedStr():
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)


def called(call: ast.Call) -> str:
    """Return the last name of what is called: `t` for `talk.t(…)`."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def places_of_keys(tree: ast.Module) -> dict[str, int]:
    """Return which functions of a module take a text's key, and at which place."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names = [argument.arg for argument in node.args.args]
            if "key" in names:
                found[node.name] = names.index("key")
    return found


def asked_for(tree: ast.Module) -> Iterator[str]:
    """Yield the keys that a module asks for."""
    taking = {"t": 0, **places_of_keys(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            place = 0 if isinstance(node.func, ast.Call) else taking.get(called(node))
            if place is not None and len(node.args) > place:
                yield from strings(node.args[place])
        elif isinstance(node, ast.Assign) and any(getattr(target, "id", "") == "key" for target in node.targets):
            yield from strings(node.value)


def resolved(keys: Iterable[str], families: Mapping[str, Iterable[str]]) -> Iterator[str]:
    """Yield each key, a family as its members."""
    for key in keys:
        if "{}" in key:
            assert key in families, f"what may stand in {key!r}? Say it in the families of this test"
            yield from (key.replace("{}", str(name)) for name in families[key])
        else:
            yield key


def areas() -> set[str]:
    return {key.partition(".")[0] for key in texts("en")}


@cache
def keys_in_use() -> frozenset[str]:
    found = {key for tree in trees("handlers") for key in asked_for(tree)}
    return frozenset(resolved((key for key in found if key.partition(".")[0] in areas()), FAMILIES))


def codes_in_use() -> set[str]:
    """Return the name of each code that is used anywhere."""
    return {
        node.attr
        for tree in trees("finance_core", "handlers", "bot", naming="ErrorCode")
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == "ErrorCode"
    }


def figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", codes())
def test_each_text_that_is_asked_for_is_there(language: str) -> None:
    assert keys_in_use() - texts(language).keys() == set()


def test_texts_that_are_asked_for_are_found_in_the_source() -> None:
    assert {"wallet.send_card", "loans.settled", "wallet.topup_done", "menu.hint_lend"} <= keys_in_use()


@pytest.mark.parametrize("language", codes())
def test_each_refusal_has_its_sentence_and_each_sentence_its_refusal(language: str) -> None:
    sentences = {key.removeprefix("error.") for key in texts(language) if key.startswith("error.")}
    assert set(ErrorCode) - UNTOLD == sentences


def test_no_code_of_a_refusal_is_unused() -> None:
    assert codes_in_use() == set(ErrorCode.__members__)


def test_each_code_of_a_refusal_is_its_name() -> None:
    assert {code.name.lower(): code.value for code in ErrorCode} == {code.value: code.value for code in ErrorCode}
    assert list(ErrorCode) == sorted(ErrorCode)


def test_the_languages_have_the_same_texts() -> None:
    assert texts("en").keys() == texts("zh").keys()


@pytest.mark.parametrize("language", codes())
def test_no_text_stands_twice_in_a_catalogue(language: str) -> None:
    """Of two that stand under one key, one would be said and the other only look as if it were."""
    twice = []
    for path in sorted(language_of(language).folder.glob("*.po")):
        keys = re.findall(r'^(?:msgctxt "(.*)"\n)?msgid "(.+)"$', path.read_text("utf-8"), re.MULTILINE)
        twice += [(path.name, key) for key, count in Counter(keys).items() if count > 1]
    assert twice == []


def test_the_languages_have_the_same_figures_in_each_text() -> None:
    differing = {
        key: (first, second)
        for key in texts("en").keys() & texts("zh").keys()
        for first, second in product(texts("en")[key], texts("zh")[key])
        if figures(first) != figures(second) and not key.startswith("onboarding.welcome")
    }
    assert differing == {}


@pytest.mark.parametrize("language", codes())
def test_no_text_is_empty_and_its_html_is_closed(language: str) -> None:
    for key, forms in texts(language).items():
        for text in forms:
            assert text.strip(), key
            opened, closed = re.findall(r"<(\w+)>", text), re.findall(r"</(\w+)>", text)
            assert sorted(opened) == sorted(closed), key


NOWHERE: Final = {
    "en": r"(?i)nothing has been stored|write to us|write to support",
    "zh": r"联系我们|找回|索取",
}
"""Ways that are not there yet, and what is not so."""


@pytest.mark.parametrize("language", codes())
def test_no_text_sends_people_where_nothing_is(language: str) -> None:
    said = {key: text for key, forms in texts(language).items() for text in forms}
    answers = {key: text for key, text in said.items() if not key.startswith("topics.")}  # questions send nobody
    assert {key: text for key, text in answers.items() if re.search(NOWHERE[language], text)} == {}
    offered = {command.name for command in vocabulary().commands.values()} | {"start"}
    named = {key: set(re.findall(r"(?<![\w<./])/([a-z_]+)", text)) - offered for key, text in said.items()}
    assert {key: names for key, names in named.items() if names} == {}


@pytest.mark.parametrize("language", codes())
def test_a_text_with_plural_forms_has_all_of_its_languages(language: str) -> None:
    wanted = {"en": 2, "zh": 1}[language]
    plurals = {key for other in codes() for key, forms in texts(other).items() if "{count}" in "".join(forms)}
    counted = {key for key in plurals if len(texts("en")[key]) > 1}
    assert {key: len(texts(language)[key]) for key in counted if len(texts(language)[key]) != wanted} == {}


def test_chinese_texts_are_chinese_and_english_ones_are_not() -> None:
    both = {"onboarding.welcome", "settings.choose_language", "commands.language"}
    chinese = re.compile(r"[\u4e00-\u9fff]")
    assert [key for key, forms in texts("en").items() if chinese.search("".join(forms)) and key not in both] == []
    lacking = {key for key, forms in texts("zh").items() if not chinese.search("".join(forms))} - both
    assert {
        key for key in lacking if re.search(r"[a-z]{3}", re.sub(r"<[^>]*>|{\w+}", "", "".join(texts("zh")[key])))
    } == set()


@pytest.mark.parametrize("language", codes())
def test_each_command_has_a_description_that_telegram_takes(language: str) -> None:
    t = translator(language)
    for name in COMMANDS:
        assert re.fullmatch(r"[a-z0-9_]{1,32}", name)
        assert 1 <= len(t(f"commands.{name}")) <= 256


@pytest.mark.parametrize("language", codes())
def test_each_answer_of_the_questionnaire_has_a_text(language: str) -> None:
    asked = {
        f"suitability.q_{question.key}_{option}"
        for question in questionnaire().questions
        for option in question.options
    }
    assert asked - texts(language).keys() == set()


@pytest.mark.parametrize("language", codes())
def test_each_choice_of_a_circle_has_a_button(language: str) -> None:
    named = {field: values for field, values in circle_opening.CHOICES.items() if values[0].isalpha()}
    asked = {f"circle_opening.{field}_button_{value}" for field, values in named.items() for value in values}
    assert asked - texts(language).keys() == set()


def test_what_is_less_than_nothing_has_one_sign_in_every_text() -> None:
    t = translator("en")
    shown = [t.money(Money(-100_00, CNY)), t.percent(Decimal("-2.57")), t.shown(Decimal("-1.5"))]
    assert shown == ["−¥100.00", "−2.57%", "−1.5"]
    texts = [str(each.string) for code in codes() for texts in read_catalogues(code).values() for each in texts]
    assert [text for text in texts if re.search(r"(?<!\w)-[{¥]", text)] == []
