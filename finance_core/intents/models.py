"""The table of intents."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from finance_core.storage.base import Base
from finance_core.storage.columns import Instant


class IntentState(StrEnum):
    """Where an intent stands."""

    OPEN = "open"  # shown, nothing tapped yet
    CONFIRMED = "confirmed"  # Confirm was tapped; the PIN (or another answer) is awaited
    DONE = "done"  # carried out, once; `result` says with what
    CANCELLED = "cancelled"  # by the person
    REPLACED = "replaced"  # a newer card took its place


class Intent(Base):
    """One card with Confirm and Cancel: who may tap it, where, what it does, and what the person was shown."""

    __tablename__ = "intent"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'confirmed', 'done', 'cancelled', 'replaced')", name="known_state"),
        Index("ix_intent_customer_id", "customer_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    version: Mapped[int]
    customer_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(BigInteger)
    action: Mapped[str]
    """What it does, `<line>.<verb>`: the name that `handlers` registered it under."""
    params: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What the action needs: strings, whole numbers and lists of them; amounts in minor units."""
    state: Mapped[str]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def key(self) -> str:
        """The idempotency key of what the intent does: never the update's, as 20 taps are 20 updates."""
        return f"intent:{self.id}"
