"""Every refusal that a use case can give: a few classes for its kind, a code for its situation, its figures inside.

The class says what kind of refusal it is, which decides what callers do: ask again, retry, give up. The code
(`error_codes.ErrorCode`) says which situation it is; `handlers` has a sentence for each in each language. A situation
has a class of its own only where that class is caught, or its figures have one shape (`InsufficientFunds`).
"""

from __future__ import annotations

from typing import Any, ClassVar

from finance_core.kernel.error_codes import ErrorCode


class FinanceError(Exception):
    """A refusal that a person can be told. `code` names the situation, `details` its figures, for the sentence."""

    def __init__(self, code: ErrorCode, **details: Any) -> None:
        super().__init__(code, details)
        self.code = code
        self.details: dict[str, Any] = details

    def __str__(self) -> str:
        figures = ", ".join(f"{name}={value}" for name, value in self.details.items())
        return f"{self.code} ({figures})" if figures else self.code


class InvalidInput(FinanceError):
    """What was given cannot be understood or is out of range; asking again with other input may succeed."""


class NotAllowed(FinanceError):
    """The actor may not do this (a role, a tier, a lock, another person's thing)."""


class RuleViolation(FinanceError):
    """A rule of the product or of the ledger forbids it as things stand."""


class Conflict(FinanceError):
    """Something else happened first; look again before trying again."""


class NotFound(FinanceError):
    """There is no such thing, or not for this actor."""


class TemporarilyUnavailable(FinanceError):
    """Not now: days are being caught up, a quota is spent, a service is away. The same request may succeed later."""


class IntegrityFault(FinanceError):
    """The books contradict themselves. Never expected; stops what found it."""


class InsufficientFunds(RuleViolation):
    """An account would fall below its floor. Amounts in minor units of `asset`."""

    CODE: ClassVar[ErrorCode] = ErrorCode.INSUFFICIENT_FUNDS

    def __init__(self, *, account: str, asset: str, available: int, requested: int) -> None:
        super().__init__(self.CODE, account=account, asset=asset, available=available, requested=requested)
        self.account = account
        self.asset = asset
        self.available = available
        self.requested = requested


class IdempotencyConflict(Conflict):
    """A key came back with other content: two different things under one name."""

    CODE: ClassVar[ErrorCode] = ErrorCode.IDEMPOTENCY_CONFLICT

    def __init__(self, *, key: str) -> None:
        super().__init__(self.CODE, key=key)
        self.key = key
