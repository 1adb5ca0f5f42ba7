"""What is held on people, table by table, as the lines declare it: what they are shown, what goes, what stays and why.

Each package says in its `personal.py` what its own tables hold (`Held`) and what of them still needs an account that is
to be closed (`Need`); `finance_core/lines.py` has all of them. Exporting and erasing only do what is declared here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

Row = Mapping[str, Any]


class Why(StrEnum):
    """What something is held for; `privacy.why_<member>` says it."""

    ACCOUNT = "account"  # who somebody is, and what they have chosen
    CONSENTS = "consents"  # what was agreed to and taken back
    CONTRACTS = "contracts"  # contracts, and what came of them
    MONEY = "money"  # movements: what a bookkeeper has to keep
    MESSAGES = "messages"  # what was said and asked
    OFFERS = "offers"  # what is offered to whom, and by what they are chosen
    DEBTS = "debts"  # who was spoken to about debts
    SECURITY = "security"  # what keeps an account safe, and the record of who looked


class Kept(StrEnum):
    """How long something stays after the end; `privacy.kept_<member>` says it."""

    FOR_GOOD = "for_good"  # entries and contracts
    TEN_YEARS = "ten_years"
    FIVE_YEARS = "five_years"
    UNTIL_IT_ENDS = "until_it_ends"  # what somebody has asked for about borrowing, under a keyed hash
    FOUR_HUNDRED_DAYS = "four_hundred_days"  # broadcasts, and what came of them for somebody
    GONE = "gone"  # nothing is left, but for a number


@dataclass(frozen=True, slots=True)
class Held:
    """What one table holds on people.

    `select` is what a person is shown of it, of `:customer` alone; columns whose names begin with "_" are for `opens`
    and are not shown. `opens` gives the associated data of an encrypted column by its row. Without `select` nobody is
    shown it, and `hidden` says why. `erase` are the statements, of `:customers`, `:now` and `:on`, that take away what
    goes; `forget` takes away the rest when its time has come, of `:now`, `:erased_30_days` and `:erased_10_years`
    (people who were erased so long ago). `kept` is how long what is left stays.
    """

    table: str
    why: Why
    kept: Kept
    select: str | None = None
    opens: Mapping[str, Callable[[Row], str]] = field(default_factory=dict)
    erase: tuple[str, ...] = ()
    forget: str | None = None
    hidden: str = ""
    as_csv: bool = False
    """Whether it comes as a table, too: what may have thousands of rows."""
    file: str = ""
    """What its file is called, where that is not the table's name."""

    @property
    def name(self) -> str:
        """What its file is called."""
        return self.file or self.table

    def __post_init__(self) -> None:
        if (self.select is None) == (not self.hidden):
            raise ValueError(f"{self.table}: either shown, or hidden for a reason")


@dataclass(frozen=True, slots=True)
class Need:
    """What an account is still needed for; `privacy.need_<name>` names it to its owner.

    `select` gives `customer_id` and `amount` (minor units of the institution's asset, NULL where it is no sum), of
    `:customers` at `:now` and `:on`; one row for each person who needs the account for that.
    """

    name: str
    select: str


@dataclass(frozen=True, slots=True)
class Personal:
    """All that a package declares."""

    held: tuple[Held, ...] = ()
    needs: tuple[Need, ...] = ()


OF_CUSTOMER: Final = "customer_id = :customer"


def rows_of(table: str, columns: str = "*", where: str = OF_CUSTOMER, order: str = "id") -> str:
    """Return SQL for the rows of a table that are about `:customer`."""
    return f"SELECT {columns} FROM {table} WHERE {where} ORDER BY {order}"  # noqa: S608 - names of ours
