"""What a producer of notices says: whom, what about, how urgent. Values only; the text is made when it is sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from finance_core.notices.content import Content
from finance_core.notices.urgency import Urgency


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One push. Goes to a customer (`customer_id`), or to a chat that is nobody's own (`chat_id` with `language`).

    `content` is what the text is made of. `key` names the notice for good: a second one under the same key is the same
    one. `merge_key` is a kind: due rows of one customer under it go out as one message of that kind, at most once a
    local day (its content is `items`, each an `Item`; a single row keeps its own kind). With `supersedes`, older
    waiting rows of the same customer, `about` and merge key are dropped for this one. `sender_id` is the operator who
    wrote it in person: they are told when it does not arrive (`senders.py`).

    Raises:
        ValueError: nobody is addressed, or the options contradict each other.
    """

    content: Content
    urgency: Urgency
    key: str
    customer_id: int | None = None
    chat_id: int | None = None
    language: str | None = None
    about: str | None = None
    not_before: datetime | None = None
    merge_key: str | None = None
    supersedes: bool = False
    reference: str | None = None
    sender_id: int | None = None

    def __post_init__(self) -> None:
        if (self.customer_id is None) == (self.chat_id is None):
            raise ValueError("a notice goes to a customer or to a chat")
        if self.chat_id is not None and self.language is None:
            raise ValueError("a chat that is nobody's own needs a language")
        if self.not_before is not None and self.not_before.tzinfo is None:
            raise ValueError("an instant has a zone")
        if self.merge_key is not None and (self.customer_id is None or not self.urgency.keeps_quiet_hours):
            raise ValueError("only what waits for the morning is merged, and only for a customer")
        if self.supersedes and (self.about is None or self.merge_key is None):
            raise ValueError("what supersedes says what it is about, and under which merge key")
