"""What a producer of notices says: whom, what about, how urgent. Values only; the text is made when it is sent."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from finance_core.notices.urgency import Urgency

_PLAIN: Final = (str, int, bool, type(None))


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One push. Goes to a customer (`customer_id`), or to a chat that is nobody's own (`chat_id` with `language`).

    `params` are what the text is made of: str, int, bool, None, and lists and dicts of them (money as
    `{"amount": minor, "asset": "CNY"}`, a name as `sealed(…)`). `key` names the notice for good: a second one under
    the same key is the same one. `merge_key` is a kind: due rows of one customer under it go out as one message of
    that kind, at most once a local day (`params = {"items": [{"kind", "params"}, …]}`; a single row keeps its own
    kind). With `supersedes`, older waiting rows of the same customer, `about` and merge key are dropped for this one.

    Raises:
        TypeError: a param is a float, a date or anything else that JSON would bend.
        ValueError: nobody is addressed, or the options contradict each other.
    """

    kind: str
    params: dict[str, Any] = field(default_factory=dict)
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

    def __post_init__(self) -> None:
        _refuse_bent(self.params)
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


def sealed(stored: bytes, associated_data: str) -> dict[str, str]:
    """Return an encrypted value as a param: delivery opens it just before the text is made, it is never stored open.

    `stored` and `associated_data` are what `Cipher.encrypt` gave and was given, for example a customer's `name_sealed`.
    """
    return {"sealed": base64.b64encode(stored).decode(), "place": associated_data}


def _refuse_bent(value: Any) -> None:
    if isinstance(value, dict):
        if not all(type(name) is str for name in value):
            raise TypeError("a param's name is a str")
        _refuse_bent(list(value.values()))
    elif isinstance(value, list | tuple):
        for item in value:
            _refuse_bent(item)
    elif type(value) not in _PLAIN:
        raise TypeError(f"a param is a str, an int, a bool or None, not {type(value).__name__}")
