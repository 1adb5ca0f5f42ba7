"""Which message a thing is shown in. What was received, and where conversations stand, is `finance_core.inbox`."""

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field

from finance_core.storage.base import Table


class Anchor(Table, table=True):
    """The message in which a thing (a board, a progress bar) is shown in a chat, so that it is edited later."""

    __tablename__ = "anchor"
    __table_args__ = (Index("ix_anchor_brief", "name", postgresql_where=text("starts_with(name, 'brief:')")),)

    chat_id: int = Field(sa_type=BigInteger, primary_key=True)
    name: str = Field(primary_key=True)
    message_id: int = Field(sa_type=BigInteger)
