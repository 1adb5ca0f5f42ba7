"""The table of intents."""

from enum import StrEnum

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant, JsonObject


class IntentState(StrEnum):
    """Where an intent stands."""

    OPEN = "open"  # shown, nothing tapped yet
    CONFIRMED = "confirmed"  # Confirm was tapped; the PIN (or another answer) is awaited
    DONE = "done"  # carried out, once; `result` says with what
    CANCELLED = "cancelled"  # by the person
    REPLACED = "replaced"  # a newer card took its place


class Intent(Table, table=True):
    """One card with Confirm and Cancel: who may tap it, where, what it does, and what the person was shown."""

    __tablename__ = "intent"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'confirmed', 'done', 'cancelled', 'replaced')", name="known_state"),
        Index("ix_intent_customer_id", "customer_id", "id"),
        Index("ix_intent_plain", "id", postgresql_where=text("NOT params ? 'sealed' OR NOT result ? 'sealed'")),
        Index("ix_intent_expires_at", "expires_at", postgresql_where=text("state <> 'done'")),
        Index("ix_intent_settled_at", "settled_at", postgresql_where=text("state = 'done'")),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    token: str = Field(unique=True)
    version: int
    customer_id: int = Field(sa_type=BigInteger)
    chat_id: int = Field(sa_type=BigInteger)
    action: str
    """What it does, `<line>.<verb>`: the name that `handlers` registered it under."""
    params: JsonObject = Field(sa_type=JSONB)
    """What the action needs, encrypted, and so is `result`."""
    state: str
    result: JsonObject | None = Field(default=None, sa_type=JSONB)
    created_at: AwareDatetime = Field(sa_type=Instant)
    expires_at: AwareDatetime = Field(sa_type=Instant)
    settled_at: AwareDatetime | None = Field(default=None, sa_type=Instant)

    @property
    def key(self) -> str:
        """The idempotency key of what the intent does: never the update's, as 20 taps are 20 updates."""
        return f"intent:{self.id}"
