"""What people do: joining, which is not measured, and the mix of conversations, which is.

A script is a list of steps; a step is answered before the next is taken, after a pause. Texts are by language. What is
wanted is a key of the catalogues, see `chatter`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

PIN: Final = "246810"
EITHER: Final = "either"
BORROWER: Final = "borrower"
SAVER: Final = "saver"


@dataclass(frozen=True, slots=True)
class Say:
    """Something typed: one text, or one by language. `{friend}` is another person's username."""

    wanted: str
    en: str
    zh: str | None = None
    is_pin: bool = False

    def text(self, language: str, friend: str) -> str:
        """Return what is typed."""
        said = self.zh if language == "zh" and self.zh is not None else self.en
        return said.format(friend=friend)


@dataclass(frozen=True, slots=True)
class Tap:
    """A button of the last answer, by its label's key or its data."""

    wanted: str
    button: str


@dataclass(frozen=True, slots=True)
class Contact:
    """One's own contact, shared."""

    wanted: str


@dataclass(frozen=True, slots=True)
class Accept:
    """The button under money that somebody sent, if anybody has."""

    wanted: str = "wallet.accepted"
    button: str = "wallet.accept"


Step = Say | Tap | Contact | Accept


@dataclass(frozen=True, slots=True)
class Script:
    """A conversation: how often it comes, relative to the others, and who has it."""

    name: str
    weight: int
    steps: Sequence[Step]
    who: str = EITHER


_PIN: Final = "pin.asked"
_CONFIRM: Final = "common.confirm"
_CANCEL: Final = Tap("common.cancelled", "common.cancel")

JOINING: Final[Sequence[Step]] = (
    Say("onboarding.welcome", "/start"),
    Tap("onboarding.terms", "lang:{language}"),
    Tap("onboarding.phone", "onboarding.agree"),
    Contact("onboarding.pin"),
    Say("onboarding.pin_again", PIN, is_pin=True),
    Say("onboarding.joined", PIN, is_pin=True),
    Say("wallet.topup_card", "/topup 2000"),
    Tap("wallet.topup_done", _CONFIRM),
)
"""How everybody becomes a customer with money in the wallet."""

BORROWING: Final[Sequence[Step]] = (
    Say("borrow.all_in", "/borrow 3000 6"),
    Tap("borrow.ask_adult", _CONFIRM),
    Tap("borrow.ask_income", "common.yes"),
    Say("borrow.ask_other", "6000"),
    Say("borrow.ask_bureau", "0"),
    Tap("borrow.all_in", "common.yes"),
    Tap(_PIN, _CONFIRM),
    Say("borrow.signed", PIN, is_pin=True),
)
"""How a borrower comes to have something to repay."""

INVESTING: Final[Sequence[Step]] = (
    Say("wealth.put_in", "/invest 100"),
    Tap("wealth.ask_adult", _CONFIRM),
    Tap("wealth.put_in", "common.yes"),
    Tap(_PIN, _CONFIRM),
    Say("wealth.put_in_done", PIN, is_pin=True),
)
"""How a saver signs the first contract; later ones need no PIN."""

MIX: Final[Sequence[Script]] = (
    Script("menu", 4, (Say("menu.title", "/menu"), Tap("wealth.my_money", "menu.money"))),
    Script("balance", 4, (Say("wealth.available", "what's my balance", "我的余额"),)),
    Script("history", 2, (Say("history.title", "/history"), Tap("history.title", "history.older"))),
    Script("money", 2, (Say("wealth.my_money", "/money"),)),
    Script(
        "invest",
        3,
        (Say("wealth.title", "/invest"), Say("wealth.put_in", "1.50"), Tap("wealth.put_in_done", _CONFIRM)),
        SAVER,
    ),
    Script("quote", 4, (Say("borrow.all_in", "borrow 3000 for 6 months", "借3000分6期"), _CANCEL), SAVER),
    Script("quote by command", 2, (Say("borrow.all_in", "/borrow 1000 3"), _CANCEL), SAVER),
    Script("owe", 3, (Say("loans.card_title", "how much do I owe", "我欠多少"),), BORROWER),
    Script(
        "repay",
        3,
        (
            Say("loans.ask_repayment", "/repay", "还款"),
            Say("loans.repay_card", "1.50"),
            Tap("loans.repaid", _CONFIRM),
        ),
        BORROWER,
    ),
    Script(
        "send",
        3,
        (
            Say("wallet.send_card", "send 1.20 to @{friend} for lunch", "转1.20给@{friend}"),
            Tap(_PIN, _CONFIRM),
            Say("wallet.send_done", PIN, is_pin=True),
        ),
    ),
    Script("send given up", 1, (Say("wallet.send_card", "/send @{friend} 5 taxi"), _CANCEL)),
    Script("accept", 3, (Accept(),)),
    Script("statement", 1, (Say("history.statement_title", "/statement", "账单"),)),
)

TEXTS: Final[Sequence[Say]] = (
    Say("menu.title", "/menu"),
    Say("wealth.available", "/balance", "我的余额"),
    Say("history.title", "/history"),
    Say("borrow.all_in borrow.declined", "borrow 3000 for 6 months", "借3000分6期"),
    Say("wallet.send_card", "send 1.20 to @{friend} for lunch", "转1.20给@{friend}"),
    Say("loans.card_title loans.nothing_owed", "how much do I owe", "我欠多少"),
)
"""What is said without a pause to find where it saturates: single messages, each with an answer."""
