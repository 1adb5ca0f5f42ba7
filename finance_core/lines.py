"""The lines of the core: what each of them brings to the day, to the books, to the reports and to two people's work.

This is the one list. A line is added here and nowhere else: its steps say themselves when they run (`Step.at`, `rank`),
its reports how they are read, its actions who may propose and approve them. Nothing is filled by imports: who runs the
day, verifies the books, reads a report, loads the catalogue or decides on a proposal is handed what is derived below.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from finance_core.account import daily as account_daily
from finance_core.account import desk as account_desk
from finance_core.account import personal as account_personal
from finance_core.account import two_people as account_actions
from finance_core.approvals import Action, Actions, freezing, grants
from finance_core.approvals import daily as approvals_daily
from finance_core.approvals import desk as approvals_desk
from finance_core.approvals import personal as operators_personal
from finance_core.business_day import figures as running_figures
from finance_core.business_day import safeguarding
from finance_core.business_day.tick import Calendar
from finance_core.cases import daily as cases_daily
from finance_core.cases import desk as cases_desk
from finance_core.cases import goodwill
from finance_core.cases import offer_checks as cases_checks
from finance_core.cases import personal as cases_personal
from finance_core.catalogue.service import Check
from finance_core.change_plus import approved as incomes
from finance_core.change_plus import daily as change_plus_daily
from finance_core.change_plus import equations as change_plus_equations
from finance_core.change_plus import facts as change_plus_facts
from finance_core.change_plus import personal as change_plus_personal
from finance_core.change_plus import product as money_funds
from finance_core.circles import daily as circles_daily
from finance_core.circles import deadlines as circle_deadlines
from finance_core.circles import desk as circles_desk
from finance_core.circles import equations as circles_equations
from finance_core.circles import facts as circle_facts
from finance_core.circles import offer_checks as circles_checks
from finance_core.circles import operating as circles_operating
from finance_core.circles import personal as circles_personal
from finance_core.circles import product as circle_products
from finance_core.circles import timed as circles_timed
from finance_core.circles.saving import reminding as circle_meeting_reminders
from finance_core.customers import equations as people_equations
from finance_core.customers import facts as people_facts
from finance_core.customers import offer_checks as people_checks
from finance_core.customers import personal as people_personal
from finance_core.customers.consents import Topic
from finance_core.customers.offer_checks import OfferCheck
from finance_core.deposits import daily as deposits_daily
from finance_core.deposits import equations as deposit_equations
from finance_core.deposits import facts as deposit_facts
from finance_core.deposits import personal as deposits_personal
from finance_core.deposits import product as deposit_products
from finance_core.desk import Figure, Source, entries
from finance_core.desk import personal as desk_personal
from finance_core.friends import daily as friends_daily
from finance_core.friends import equations as friends_equations
from finance_core.friends import personal as friends_personal
from finance_core.friends import photos as friends_photos
from finance_core.funds import daily as funds_daily
from finance_core.funds import equations as fund_equations
from finance_core.funds import facts as fund_facts
from finance_core.funds import operating
from finance_core.funds import personal as funds_personal
from finance_core.funds import product as nav_funds
from finance_core.groups import personal as groups_personal
from finance_core.groups import words as group_words
from finance_core.inbox import daily as inbox_daily
from finance_core.inbox import personal as inbox_personal
from finance_core.intents import daily as intents_daily
from finance_core.intents import personal as intents_personal
from finance_core.journeys import change_plus, circles, deposits, redemptions, reminders, sweep
from finance_core.journeys import fund_money as fund_journey
from finance_core.journeys.office import personal as office_personal
from finance_core.journeys.plans import personal as plans_personal
from finance_core.journeys.plans import running
from finance_core.journeys.saving_circles import afterwards as circle_afterwards
from finance_core.journeys.saving_circles import equations as circle_saving_equations
from finance_core.journeys.saving_circles import meetings as circle_meetings
from finance_core.journeys.saving_circles import sharing_out as circle_share_outs
from finance_core.ledger import Equation
from finance_core.ledger import daily as ledger_daily
from finance_core.ledger import personal as ledger_personal
from finance_core.loans import daily as loans_daily
from finance_core.loans import desk as loans_desk
from finance_core.loans import facts as loan_facts
from finance_core.loans import offer_checks as loans_checks
from finance_core.loans import personal as loans_personal
from finance_core.loans.book import equations as loan_equations
from finance_core.loans.operations import handover, restructure, waive, write_off
from finance_core.loans.origination import daily as origination_daily
from finance_core.loans.origination import equations as origination_equations
from finance_core.loans.products import product as loan_products
from finance_core.loans.repayment import shortfalls
from finance_core.notices import personal as notices_personal
from finance_core.offers.audiences import daily as audiences_daily
from finance_core.offers.audiences import facts as tag_facts
from finance_core.offers.audiences import personal as audiences_personal
from finance_core.offers.planning import personal as planning_personal
from finance_core.offers.planning import proposing, starting, watching
from finance_core.offers.planning.people import People, of_version
from finance_core.offers.planning.ways import Way, ways_by_name
from finance_core.offers.running import daily as running_daily
from finance_core.offers.running import personal as running_personal
from finance_core.offers.running import rounds
from finance_core.privacy import erasing
from finance_core.privacy import offer_checks as closing_checks
from finance_core.privacy import personal as privacy_personal
from finance_core.privacy.erasing import Declared
from finance_core.reports import (
    ageing,
    audit,
    balance_sheet,
    circle_loans,
    due_collected,
    expected_cash_flow,
    friends,
    fund_flows,
    fund_money,
    fund_register,
    income_statement,
    loan_book,
    looks,
    manual_entries,
    par,
    provisioning,
    restructured,
    topics,
    trial_balance,
    vintages,
)
from finance_core.reports import audience as audience_report
from finance_core.reports import cases as cases_report
from finance_core.reports import circles as circles_report
from finance_core.reports import consents as consents_report
from finance_core.reports import safeguarding as safeguarding_report
from finance_core.reports.reading import by_name
from finance_core.reports.table import Report
from finance_core.schedule.steps import Step, TimedWork
from finance_core.storage.facts import Fact
from finance_core.storage.personal import Personal
from finance_core.storage.unit import Unit
from finance_core.suitability import personal as suitability_personal
from finance_core.wallet import daily as wallet_daily
from finance_core.wallet import equations as wallet_equations
from finance_core.wallet import facts as wallet_facts
from finance_core.wallet import personal as wallet_personal


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the core: a product, or what serves them all."""

    name: str
    steps: tuple[Step, ...] = ()
    """Of its day, in any order."""
    timed: tuple[TimedWork, ...] = ()
    equations: tuple[Equation, ...] = ()
    """What `verify` proves of it, besides the ledger's own equations, which are proved whatever the lines are."""
    reports: tuple[Report, ...] = ()
    """In the order in which they are listed."""
    checks: Mapping[str, Check] = field(default_factory=dict)
    """What looks at terms before they are sold, by the `line` that they have in the catalogue's file."""
    actions: tuple[Action, ...] = ()
    """What takes two people."""
    personal: tuple[Personal, ...] = ()
    """What its tables hold on people, and what it still needs an account for that is to be closed."""
    waits: tuple[Source, ...] = ()
    """What it has in the operators' one queue."""
    figures: tuple[Figure, ...] = ()
    """What it tells on the card *Since Friday 18:00*, in the order in which it is told."""
    offer_checks: tuple[OfferCheck, ...] = ()
    """Who may not be sent an offer now, as far as it knows."""
    facts: tuple[Fact, ...] = ()
    """What audiences may be asked by, in the order in which an operator reads them."""
    ways: tuple[Way, ...] = ()
    """What buttons under an offer may lead to."""


async def people_of(unit: Unit, version_id: int) -> People:
    """Return whom a version of an audience is for, by all facts that there are."""
    return await of_version(unit, version_id, FACTS)


_DECLARING: Final = (
    Line(
        "ledger",
        personal=(ledger_personal.PERSONAL,),
        steps=(ledger_daily.ROLL_UP,),
        reports=(trial_balance.REPORT, balance_sheet.REPORT, income_statement.REPORT),
    ),
    Line(
        "wallet",
        personal=(wallet_personal.PERSONAL,),
        timed=wallet_daily.TIMED,
        equations=wallet_equations.EQUATIONS,
        facts=wallet_facts.FACTS,
    ),
    Line(
        "friends",
        personal=(friends_personal.PERSONAL,),
        steps=(friends_daily.NUDGE, friends_daily.AGAIN, friends_photos.FORGET),
        timed=friends_daily.TIMED,
        equations=friends_equations.EQUATIONS,
        reports=(friends.REPORT,),
    ),
    Line(
        "circles",
        ways=(Way("circle", Topic.NEWS, "circles"),),
        steps=(
            *circles_daily.STEPS,
            circles.DEBIT_DUE,
            circles.FORWARD,
            circle_meeting_reminders.REMIND,
            circle_meetings.MEET,
            circle_meetings.END,
            circle_afterwards.AFTERWARDS,
        ),
        timed=(*circles_timed.TIMED, *circle_deadlines.TIMED, circle_share_outs.PAY),
        equations=(*circles_equations.EQUATIONS, *circle_saving_equations.EQUATIONS),
        reports=(circles_report.REPORT, circles_report.ROUNDS, circle_loans.REPORT),
        actions=circles_operating.ACTIONS,
        checks={"circles": lambda code, terms, _: circle_products.check(code, terms)},
        personal=(circles_personal.PERSONAL,),
        offer_checks=circles_checks.CHECKS,
        waits=(circles_desk.SOURCE,),
        facts=circle_facts.FACTS,
    ),
    Line(
        "loans",
        ways=(Way("borrow", Topic.LOANS, "loans"),),
        steps=(
            loans_daily.ACCRUE,
            loans_daily.AGE,
            loans_daily.PROVIDE,
            origination_daily.LINES,
            loans_daily.FALL_DUE,
            reminders.REMIND,
            loans_daily.DEBIT,
            shortfalls.TELL,
            origination_daily.GUARANTORS,
        ),
        timed=origination_daily.TIMED,
        equations=(*loan_equations.EQUATIONS, *origination_equations.EQUATIONS),
        reports=(
            loan_book.REPORT,
            ageing.REPORT,
            par.REPORT,
            provisioning.REPORT,
            restructured.REPORT,
            expected_cash_flow.REPORT,
            due_collected.REPORT,
            vintages.REPORT,
        ),
        checks={"loans": loan_products.check, "circle_loans": loan_products.check},
        personal=(loans_personal.PERSONAL,),
        offer_checks=loans_checks.CHECKS,
        actions=(
            *restructure.ACTIONS,
            *waive.ACTIONS,
            *write_off.ACTIONS,
            *handover.ACTIONS,
            *redemptions.ACTIONS,
        ),
        waits=(loans_desk.APPLICATIONS, loans_desk.HARDSHIP),
        figures=loans_desk.FIGURES,
        facts=loan_facts.FACTS,
    ),
    Line(
        "change_plus",
        ways=(Way("invest", Topic.SAVING, "wealth"),),
        steps=(
            change_plus_daily.INCOME,
            change_plus_daily.TELL,
            change_plus_daily.MONEY_IN,
            change_plus.REDEMPTIONS,
            change_plus_daily.SETTLE,
            change_plus.DEBIT_DUE,
            sweep.SWEEP_UP,
        ),
        timed=(*change_plus_daily.TIMED, change_plus.QUEUE),
        equations=change_plus_equations.EQUATIONS,
        checks={"wealth": lambda code, terms, _: money_funds.check(code, terms)},
        actions=incomes.ACTIONS,
        personal=(change_plus_personal.PERSONAL,),
        facts=change_plus_facts.FACTS,
    ),
    Line(
        "funds",
        ways=(Way("funds", Topic.SAVING, "funds"),),
        steps=(funds_daily.VALUE, funds_daily.CONFIRM, fund_journey.PAY),
        timed=funds_daily.TIMED,
        equations=fund_equations.EQUATIONS,
        reports=(fund_register.REPORT, fund_flows.REPORT, fund_money.REPORT),
        checks={"funds": lambda code, terms, _: nav_funds.check(code, terms)},
        actions=operating.ACTIONS,
        personal=(funds_personal.PERSONAL, suitability_personal.PERSONAL),
        facts=fund_facts.FACTS,
    ),
    Line(
        "deposits",
        ways=(Way("deposit", Topic.SAVING, "deposits"),),
        steps=(deposits_daily.ACCRUE, deposits_daily.ASK, deposits.MATURE),
        equations=deposit_equations.EQUATIONS,
        checks={"deposits": lambda code, terms, _: deposit_products.check(code, terms)},
        personal=(deposits_personal.PERSONAL,),
        facts=deposit_facts.FACTS,
    ),
    Line("plans", steps=(running.RUN,), personal=(plans_personal.PERSONAL,)),
    Line("safeguarding", steps=(safeguarding.SWEEP,), reports=(safeguarding_report.REPORT,)),
    Line("inbox", steps=(inbox_daily.FORGET,), figures=running_figures.INBOX, personal=(inbox_personal.PERSONAL,)),
    Line("notices", personal=(notices_personal.PERSONAL,)),
    Line("groups", steps=(group_words.FORGET,), personal=(groups_personal.PERSONAL,)),
    Line(
        "cases",
        steps=(cases_daily.FORGET,),
        timed=cases_daily.TIMED,
        reports=(topics.REPORT, topics.TO_WRITE, cases_report.REPORT),
        actions=goodwill.ACTIONS,
        waits=(cases_desk.SOURCE,),
        figures=cases_desk.FIGURES,
        personal=(cases_personal.PERSONAL,),
        offer_checks=cases_checks.CHECKS,
    ),
    Line(
        "account",
        steps=(account_daily.LOOK_AFTER,),
        actions=account_actions.ACTIONS,
        waits=(account_desk.IDENTITIES, account_desk.PIN_RESETS),
        figures=account_desk.FIGURES,
        personal=(account_personal.PERSONAL,),
    ),
    Line("office", personal=(office_personal.PERSONAL, desk_personal.PERSONAL)),
    Line("intents", steps=(intents_daily.FORGET,), personal=(intents_personal.PERSONAL,)),
    Line(
        "operators",
        timed=approvals_daily.TIMED,
        reports=(manual_entries.REPORT, audit.REPORT, looks.REPORT),
        actions=(*grants.ACTIONS, *freezing.ACTIONS),
        waits=(entries.SOURCE,),
        figures=(*approvals_desk.FIGURES, *running_figures.DAYS),
        personal=(operators_personal.PERSONAL,),
    ),
    Line(
        "audiences",
        steps=audiences_daily.steps_of(lambda: FACTS, lambda: OFFER_CHECKS),
        reports=(audience_report.REPORT, consents_report.REPORT),
        personal=(audiences_personal.PERSONAL,),
        facts=tag_facts.FACTS,
    ),
    Line(
        "offers",
        steps=(running_daily.FORGET,),
        actions=proposing.actions_for(people_of),
        personal=(running_personal.PERSONAL, planning_personal.PERSONAL),
    ),
    Line(
        "people",
        personal=(privacy_personal.PERSONAL, people_personal.PERSONAL),
        offer_checks=(*people_checks.CHECKS, *closing_checks.CHECKS),
        equations=people_equations.EQUATIONS,
        facts=people_facts.FACTS,
    ),
)


def declared_of(lines: Iterable[Line]) -> Declared:
    """Return all that lines hold on people and need accounts for. People's own row comes last: others look it up."""
    parts = [part for line in lines for part in line.personal]
    return Declared(
        tuple(held for part in parts for held in part.held), tuple(need for part in parts for need in part.needs)
    )


DECLARED: Final = declared_of(_DECLARING)
OFFER_CHECKS: Final[tuple[OfferCheck, ...]] = tuple(check for line in _DECLARING for check in line.offer_checks)
"""All that keeps people from being sent an offer now."""
LINES: Final = (
    *_DECLARING,
    Line("accounts", steps=erasing.steps_of(DECLARED)),
    Line(
        "broadcasts",
        timed=(starting.beginning(people_of, OFFER_CHECKS), watching.watched(rounds.timed_work(OFFER_CHECKS))),
    ),
)
"""In the order in which a reader, `susu report` and the messages of the catalogue name them."""


def calendar_of(lines: Iterable[Line]) -> Calendar:
    """Return all that happens by itself. Raises ValueError when two steps have one name or one place in the day."""
    lines = tuple(lines)
    steps = sorted((step for line in lines for step in line.steps), key=lambda step: step.place)
    return Calendar(tuple(steps), tuple(work for line in lines for work in line.timed))


def equations_of(lines: Iterable[Line]) -> tuple[Equation, ...]:
    """Return what the lines prove of the books."""
    return tuple(equation for line in lines for equation in line.equations)


def reports_of(lines: Iterable[Line]) -> Mapping[str, Report]:
    """Return all reports by name. Raises ValueError when two have one name."""
    return by_name(report for line in lines for report in line.reports)


def checks_of(lines: Iterable[Line]) -> Mapping[str, Check]:
    """Return what looks at terms, by the `line` of the catalogue's file."""
    return {name: check for line in lines for name, check in line.checks.items()}


def actions_of(lines: Iterable[Line]) -> Actions:
    """Return all that takes two people. Raises ValueError when two actions have one name."""
    return Actions(action for line in lines for action in line.actions)


def sources_of(lines: Iterable[Line]) -> Mapping[str, Source]:
    """Return what the operators' queue is made of, by name: proposals, and what each line has there."""
    lines = tuple(lines)
    sources = (approvals_desk.source_of(actions_of(lines)), *(source for line in lines for source in line.waits))
    return {source.name: source for source in sources}


def figures_of(lines: Iterable[Line]) -> tuple[Figure, ...]:
    """Return what stands on the card *Since Friday 18:00*."""
    return tuple(figure for line in lines for figure in line.figures)


def facts_of(lines: Iterable[Line]) -> Mapping[str, Fact]:
    """Return all facts by name, those about people first. Raises ValueError when two have one name."""
    found: dict[str, Fact] = {}
    for fact in (fact for line in reversed(tuple(lines)) for fact in line.facts):
        if found.setdefault(fact.name, fact) is not fact:
            raise ValueError(f"two facts are called {fact.name}")
    return found


CALENDAR: Final = calendar_of(LINES)
EQUATIONS: Final = equations_of(LINES)
REPORTS: Final = reports_of(LINES)
CHECKS: Final = checks_of(LINES)
ACTIONS: Final = actions_of(LINES)
SOURCES: Final = sources_of(LINES)
FIGURES: Final = figures_of(LINES)
WAYS: Final = ways_by_name(way for line in LINES for way in line.ways)
FACTS: Final[Mapping[str, Fact]] = facts_of(LINES)
