"""What is encrypted in circles, and what each value is bound to: its own row, so that it opens nowhere else."""

from __future__ import annotations

from typing import Final

from finance_core.notices import Sealed, sealed
from finance_core.storage.cipher import Cipher

TITLE_CHARACTERS: Final = 60
NICKNAME_CHARACTERS: Final = 30
WORDS_CHARACTERS: Final = 500
"""Of what is said in a dispute, of a reason, of a nominee."""


def title_associated_data(token: str) -> str:
    """Return what a circle's name is bound to: its token."""
    return f"circles.title:{token}"


def member_associated_data(what: str, circle_id: int, customer_id: int) -> str:
    """Return what a member's words are bound to: `what` is the column, without its ending (`nickname`)."""
    return f"circles.{what}:{circle_id}:{customer_id}"


def key_associated_data(circle_id: int, chain: int) -> str:
    """Return what the last key of a chain is bound to."""
    return f"circles.key:{circle_id}:{chain}"


def bid_associated_data(what: str, key: str) -> str:
    """Return what a bid's `amount` or `nonce` is bound to: the bid's own key."""
    return f"circles.bid.{what}:{key}"


def case_associated_data(what: str, key: str) -> str:
    """Return what the `words` or the `reason` of a case are bound to: the case's key."""
    return f"circles.case.{what}:{key}"


def request_associated_data(token: str) -> str:
    """Return what the words of a request to a meeting are bound to: its token."""
    return f"circles.request.words:{token}"


def sealed_words(cipher: Cipher, words: str, associated_data: str, most: int = WORDS_CHARACTERS) -> bytes | None:
    """Return words on one line, cut to their length, encrypted; None where nothing was said."""
    said = " ".join(words.split())[:most].rstrip()
    return cipher.encrypt(said.encode(), associated_data) if said else None


def words_of(stored: bytes | None, cipher: Cipher, associated_data: str) -> str:
    """Return what was said, "" for nothing, or when it is not to be read any more."""
    opened = cipher.opened(stored, associated_data) if stored is not None else None
    return opened.decode() if opened is not None else ""


def words_told(stored: bytes | None, associated_data: str) -> Sealed | str:
    """Return words as a notice carries them, still encrypted; "" where nothing was said."""
    return sealed(stored, associated_data) if stored is not None else ""
