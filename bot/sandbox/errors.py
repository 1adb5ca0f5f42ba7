"""The two ways to be wrong: a Bot API call is refused in Telegram's words, a person's call with one sentence."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An error answer of the Bot API. `description` carries Telegram's own words, `parameters` what goes with them."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """Return the answer's JSON."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


def bad_request(words: str, **parameters: Any) -> Refusal:
    """Return a 400 in the form that Telegram gives it."""
    return Refusal(400, f"Bad Request: {words}", **parameters)


def forbidden(words: str) -> Refusal:
    """Return a 403 in the form that Telegram gives it."""
    return Refusal(403, f"Forbidden: {words}")


def too_many(retry_after: int) -> Refusal:
    """Return a 429; `retry_after` in whole seconds."""
    return Refusal(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


class WrongCall(Exception):
    """A call on the people's side that cannot be done: an HTTP status and one sentence that says why."""

    def __init__(self, sentence: str, status: int = 400) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.status = status
