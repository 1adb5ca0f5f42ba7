"""Where each conversation stands, and which message a thing is shown in. What was received is `finance_core.inbox`."""

from pydantic import AwareDatetime
from sqlalchemy import BigInteger
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant


class Conversation(Table, table=True):
    """Where a person stands in a chat: aiogram's FSM state, and its data, encrypted."""

    __tablename__ = "conversation"

    bot_id: int = Field(sa_type=BigInteger, primary_key=True)
    chat_id: int = Field(sa_type=BigInteger, primary_key=True)
    user_id: int = Field(sa_type=BigInteger, primary_key=True)
    thread_id: int = Field(sa_type=BigInteger, primary_key=True)
    """0 outside of topics."""
    state: str | None = None
    data: bytes | None = None
    changed_at: AwareDatetime = Field(sa_type=Instant)
    """Machine time."""


class Anchor(Table, table=True):
    """The message in which a thing (a board, a progress bar) is shown in a chat, so that it is edited later."""

    __tablename__ = "anchor"

    chat_id: int = Field(sa_type=BigInteger, primary_key=True)
    name: str = Field(primary_key=True)
    message_id: int = Field(sa_type=BigInteger)
