"""Builders: customers and loans as tests need them, made by the real use cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from itertools import count
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import TextClause, text

from finance_core import ledger
from finance_core.business_day.tick import Calendar, next_due, run_due
from finance_core.catalogue import apply_file
from finance_core.catalogue.service import SHIPPED, Check
from finance_core.customers import consents, operators
from finance_core.customers import service as customers
from finance_core.customers.consents import Wording
from finance_core.customers.models import Customer
from finance_core.customers.roles import Role
from finance_core.kernel.clock import ManualClock
from finance_core.kernel.json import TomlTable
from finance_core.kernel.money import CNY, Money
from finance_core.ledger.equations import LEDGER_EQUATIONS, Equation
from finance_core.ledger.verification import set_for_the_whole_book
from finance_core.lines import CALENDAR, CHECKS, EQUATIONS
from finance_core.loans.models import Loan
from finance_core.loans.origination import signing
from finance_core.storage.cipher import Cipher
from finance_core.storage.unit import Unit, Units
from finance_core.wallet import service as wallet
from finance_core.wallet.rails import SANDBOX

CIPHER = Cipher(["a secret for tests only"])
SHANGHAI = ZoneInfo("Asia/Shanghai")
_AT_ONCE: Final = 17
"""How many equations are looked at by one statement; of more of them the plan takes longer than the look."""
_numbers = count(1)


def yuan(amount: str | int) -> Money:
    return Money.of(str(amount), CNY)


def once(check: Check) -> Check:
    """Return a check that is made once of the same terms and day: it is pure, and prices each tenor and grade."""
    passed: set[tuple[str, str, date]] = set()

    def checked(code: str, terms: TomlTable, on: date) -> None:
        if (code, repr(terms), on) not in passed:
            check(code, terms, on)
            passed.add((code, repr(terms), on))

    return checked


_CHECKS: Mapping[str, Check] = {line: once(check) for line, check in CHECKS.items()}


async def the_catalogue(units: Units) -> None:
    """Put the shipped products on sale."""
    async with units.begin() as unit:
        await apply_file(unit, SHIPPED, _CHECKS)


async def a_customer(
    units: Units, name: str = "Ana", *, tier: int = 1, money: str | int = 0, language: str = "en"
) -> Customer:
    """Make a customer who has joined, with `money` topped up."""
    number = next(_numbers)
    async with units.begin() as unit:
        customer = await customers.start(
            unit,
            CIPHER,
            telegram_id=7_000_000 + number,
            chat_id=7_000_000 + number,
            first_name=name,
            username=f"{name.lower()}{number}",
            language=language,
        )
        await customers.accept_terms(unit, customer.id)
        await customers.share_phone(
            unit,
            CIPHER,
            customer.id,
            raw_phone=f"+86138{number:08d}",
            contact_user_id=customer.telegram_id,
        )
        await customers.confirm_adult(unit, customer.id)
        customer.pin_hash = "set, and never tried in these tests"
        customer.tier = tier
    if money:
        async with units.begin() as unit:
            await wallet.topup(unit, customer.id, yuan(money), f"builder:topup:{number}", SANDBOX)
    return customer


def any_of(equations: Sequence[Equation]) -> TextClause:
    """Return the statement that says whether one of some equations is contradicted."""
    each_wrong = " OR ".join(f"EXISTS ({equation.sql})" for equation in equations)
    return text(f"SELECT {each_wrong}".replace(":", "\\:"))


@cache
def _contradicted(more: tuple[Equation, ...]) -> list[TextClause]:
    every = (*LEDGER_EQUATIONS, *EQUATIONS, *more)
    return [any_of(every[first : first + _AT_ONCE]) for first in range(0, len(every), _AT_ONCE)]


SAID = Wording("a test agrees", "1", "en", "settings")


async def with_bureau(unit: Unit, customer_id: int) -> None:
    """Let somebody agree to the bureau being asked."""
    await consents.choose(unit, customer_id, consents.Topic.BUREAU, SAID, given=True)


async def an_operator(units: Units, name: str = "Olu", *roles: Role) -> Customer:
    """Make a customer who holds `roles`, an administrator when none are named."""
    customer = await a_customer(units, name)
    async with units.begin() as unit:
        for role in roles or (Role.ADMINISTRATOR,):
            await operators.grant(unit, customer.id, role)
    return customer


async def a_loan(
    units: Units, customer: Customer, principal: str | int = 3000, parts: int | None = 6, **more: Any
) -> Loan:
    """Sign a loan today, *Lightning* unless `product` says otherwise; `more` is what `sign` takes by name."""
    async with units.begin() as unit:
        loan, _ = await signing.sign(
            unit,
            customer.id,
            yuan(principal),
            parts,
            f"builder:loan:{next(_numbers)}",
            **{"automatic_debit": True, "from_change_plus": False, **more},
        )
    return loan


async def balance(units: Units, customer: Customer) -> Money:
    async with units.begin() as unit:
        return await ledger.balance(unit, ledger.Account("2010", customer.id))


async def live(units: Units, clock: ManualClock, *, until: str) -> None:
    """Let time pass until `until` ("2026-04-12 09:30" in Shanghai), doing each thing at the instant it falls due."""
    await live_by(CALENDAR, units, clock, datetime.fromisoformat(until).replace(tzinfo=SHANGHAI))


async def live_by(calendar: Calendar, units: Units, clock: ManualClock, until: datetime) -> None:
    """Let time pass until an instant, doing each thing of `calendar` at the instant it falls due."""
    async with units.begin() as unit:
        due = await next_due(unit, calendar)
    while clock.now() < until:
        clock.set(min(max(due, clock.now()), until))
        due = (await run_due(units, calendar)).next_due


async def verified(units: Units, *more: Equation) -> None:
    """Fail unless the whole book verifies, the products' equations included."""
    async with units.begin() as unit:
        await verified_in(unit, *more)


async def verified_in(unit: Unit, *more: Equation) -> None:
    """Fail unless the book verifies as a unit sees it.

    Whether anything contradicts is asked in a few statements, as hundreds of tests ask it; `verify` says what it is.
    """
    if await _is_contradicted(unit, more):
        (await ledger.verify(unit, (*EQUATIONS, *more))).require()
        raise AssertionError("a contradiction that `verify` does not find")


async def _is_contradicted(unit: Unit, more: tuple[Equation, ...]) -> bool:
    async with set_for_the_whole_book(unit):
        return any([await unit.session.scalar(statement) for statement in _contradicted(more)])
