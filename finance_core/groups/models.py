"""Groups, the chat ids that they had before, who was seen in them, and what was said there for private."""

from pydantic import AwareDatetime, SkipValidation
from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlmodel import Field

from finance_core.storage.base import Table
from finance_core.storage.columns import Instant


class GroupChat(Table, table=True):
    """A group in which the bot is or was. A bill, a packet or a circle is bound to `id`, never to a chat's id."""

    __tablename__ = "group_chat"
    __table_args__ = (
        CheckConstraint("chat_id < 0", name="of_many"),
        CheckConstraint("bot_in OR NOT may_pin", name="pins_inside"),
    )

    id: SkipValidation[int] = Field(
        default=None, sa_type=BigInteger, sa_column_args=(Identity(always=True),), primary_key=True
    )
    chat_id: int = Field(sa_type=BigInteger, unique=True)
    title_sealed: bytes | None = None
    language: str
    bot_in: bool
    """Whether the bot is a member now, as far as Telegram has told."""
    may_pin: bool
    """Whether the bot is an admin who may pin messages."""
    met_at: AwareDatetime = Field(sa_type=Instant)


class FormerChat(Table, table=True):
    """A chat id that a group had before it became a supergroup: buttons of its messages still name it."""

    __tablename__ = "group_chat_before"
    __table_args__ = (Index("ix_group_chat_before_group_id", "group_id"),)

    chat_id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    group_id: int = Field(sa_type=BigInteger)
    moved_at: AwareDatetime = Field(sa_type=Instant)


class JoinedGroup(Table, table=True):
    """A group that proved to be another one, found under the chat that it had moved to: it is `group_id` now."""

    __tablename__ = "group_chat_joined"
    __table_args__ = (Index("ix_group_chat_joined_group_id", "group_id"),)

    id: int = Field(sa_type=BigInteger, primary_key=True, sa_column_kwargs={"autoincrement": False})
    group_id: int = Field(sa_type=BigInteger)


class GroupWords(Table, table=True):
    """What somebody said in a group that goes on in private: a link out of the group names it."""

    __tablename__ = "group_words"
    __table_args__ = (
        Index("ix_group_words_customer_id", "customer_id"),
        Index("ix_group_words_said_at", "said_at"),
    )

    token: str = Field(primary_key=True)
    customer_id: int = Field(sa_type=BigInteger)
    sealed: bytes
    said_at: AwareDatetime = Field(sa_type=Instant)


class GroupMember(Table, table=True):
    """Somebody who was seen in a group, by what they did there or by what Telegram told of who comes and goes."""

    __tablename__ = "group_member"
    __table_args__ = (Index("ix_group_member_customer_id", "customer_id"),)

    group_id: int = Field(sa_type=BigInteger, primary_key=True)
    customer_id: int = Field(sa_type=BigInteger, primary_key=True)
    is_in: bool
    seen_at: AwareDatetime = Field(sa_type=Instant)
