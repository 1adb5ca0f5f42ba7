"""What is told on the way to a loan: to applicants, officers and those who stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from finance_core.kernel.money import Money
from finance_core.notices import Content, Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class LoanReceipt(Content):
    """A loan is signed and paid out."""

    kind: ClassVar[str] = "receipt.loan"
    sum: Money
    reference: str
    first_due_on: date
    first: Money
    cooling_off_until: date
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawReceipt(Content):
    """A line was drawn: what is left of it, and what comes next."""

    kind: ClassVar[str] = "receipt.draw"
    sum: Money
    reference: str
    left: Money
    next_due: Money
    next_due_on: date | None
    balance: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationWaits(Content):
    """To officers: an application waits."""

    kind: ClassVar[str] = "officer.application"
    sum: Money
    application: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationIsLate(Content):
    """To who applied: the day within which an officer was to decide is over, and nobody has."""

    kind: ClassVar[str] = "application.late"
    sum: Money
    application: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOverdue(Content):
    """To officers: the same."""

    kind: ClassVar[str] = "officer.application_overdue"
    sum: Money
    application: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Content):
    """An officer has decided on an application; an approval holds until the day."""

    sum: Money
    application: int
    until_on: date | None
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Approved(Decided):
    """It is approved."""

    kind: ClassVar[str] = "loan.approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(Decided):
    """It is declined, for reasons."""

    kind: ClassVar[str] = "loan.declined"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeAsked(Content):
    """Somebody asks one to stand for a loan: its sum, and the most that the share can come to."""

    kind: ClassVar[str] = "guarantee.asked"
    guarantee: int
    name: Sealed | str
    sum: Money
    at_most: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeAnswered(Content):
    """To the applicant: what one of those who were asked has said, and how many have not answered yet."""

    kind: ClassVar[str] = "guarantee.answered"
    application: int
    name: Sealed | str
    accepted: bool
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GuaranteeCalled(Content):
    """To who stands for a loan: their share of what is overdue. Written by SQL."""

    kind: ClassVar[str] = "guarantee.called"
    guarantee: int
    sum: Money
    name: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class BetweenGuarantor(Content):
    """Money between a borrower and who stands for them, with the other's name."""

    sum: Money
    reference: str
    name: Sealed | str


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorPaid(BetweenGuarantor):
    """To who has paid for somebody."""

    kind: ClassVar[str] = "receipt.guarantor_paid"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidForYou(BetweenGuarantor):
    """To the borrower: somebody has paid for them, and is owed it."""

    kind: ClassVar[str] = "guarantee.paid_for_you"
    guarantee: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidGuarantorBack(BetweenGuarantor):
    """To the borrower who has paid back."""

    kind: ClassVar[str] = "receipt.paid_guarantor_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class GuarantorGotBack(BetweenGuarantor):
    """To who was paid back."""

    kind: ClassVar[str] = "receipt.guarantor_got_back"


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLoanOpened(Content):
    """To each who is to borrow together: somebody proposes it, until a day; `sum` to each over `count` instalments."""

    kind: ClassVar[str] = "group_loan.opened"
    group: int
    name: Sealed | str
    until_on: date
    sum: Money | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLoanToSign(Content):
    """To each whose signature lacks: all lines are approved; it is signed by a day, or nobody is paid."""

    kind: ClassVar[str] = "group_loan.to_sign"
    group: int
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupLoanLapsed(Content):
    """To each of them: it has not come about, and nobody is paid; never why, or by whom."""

    kind: ClassVar[str] = "group_loan.lapsed"
    group: int


KINDS: Final[tuple[type[Content], ...]] = (
    LoanReceipt,
    DrawReceipt,
    ApplicationWaits,
    ApplicationIsLate,
    ApplicationOverdue,
    Approved,
    Declined,
    GuaranteeAsked,
    GuaranteeAnswered,
    GuaranteeCalled,
    GuarantorPaid,
    PaidForYou,
    PaidGuarantorBack,
    GuarantorGotBack,
    GroupLoanOpened,
    GroupLoanToSign,
    GroupLoanLapsed,
)
"""What is told here, each kind once."""
