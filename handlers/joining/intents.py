"""What the cards of joining and settings offer, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from finance_core.kernel.payloads import Payload


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked(Payload):
    """One's own lock is lifted; where operators have frozen the account, that stays."""

    still_frozen: bool = False
