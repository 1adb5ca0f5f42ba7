"""Receipt references: a short word for each entry, such as S8F3-K2QW.

A reference is the entry's id, scrambled by a bijection over the 28^7 (13.5 milliard) words: no two ids below that share
one, so no retry is ever needed, and neighbours look unrelated, so nobody reads from two receipts how much happened in
between. It names, it does not authorise: the scramble is not secret. The database computes the same
(`ledger_reference`, migration 0054) at the moment that an id is given; a test keeps the two alike.
"""

from __future__ import annotations

from typing import Final

ALPHABET: Final = "ABCDEFGHJKMNPQRTVWXYZ2346789"
"""No 0 or O, 1, I or L, 5 or S, U: what is read aloud or copied by hand is not mistaken."""

_LEFT: Final = len(ALPHABET) ** 3
_RIGHT: Final = len(ALPHABET) ** 4
_LETTERS: Final = 7
REFERENCES: Final = _LEFT * _RIGHT
_ROUND_KEYS: Final = (20_261, 77_003, 41_117, 90_001, 10_007, 63_949)


def reference_of(entry_id: int) -> str:
    """Return the reference of an entry, by a Feistel network of six rounds over its two halves (3 and 4 letters)."""
    left, right = divmod(entry_id % REFERENCES, _RIGHT)
    for key_left, key_right in zip(_ROUND_KEYS[::2], _ROUND_KEYS[1::2], strict=True):
        left = (left + _mixed(right, key_left)) % _LEFT
        right = (right + _mixed(left, key_right)) % _RIGHT
    return f"S{_letters(left, 3)}-{_letters(right, 4)}"


def entry_id_of(reference: str) -> int:
    """Return the id of the one entry that can have a reference, by the rounds of `reference_of` backwards.

    Raises:
        ValueError: it is no reference, however it was typed (`s8f3 k2qw` is one).
    """
    word = "".join(letter for letter in reference.upper() if letter.isalnum())
    if len(word) != 1 + _LETTERS or word[0] != "S":
        raise ValueError(f"{reference!r} is no reference")
    left, right = _number(word[1:4]), _number(word[4:])
    for key_left, key_right in zip(_ROUND_KEYS[-2::-2], _ROUND_KEYS[-1::-2], strict=True):
        right = (right - _mixed(left, key_right)) % _RIGHT
        left = (left - _mixed(right, key_left)) % _LEFT
    return left * _RIGHT + right


def _mixed(half: int, key: int) -> int:
    """Return a number that depends on each digit of `half`; it stays within 64 bits, as it must in the database."""
    return (half + key) ** 2 * 7919 // 2048


def _letters(number: int, count: int) -> str:
    letters = []
    for _ in range(count):
        number, digit = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))


def _number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * len(ALPHABET) + ALPHABET.index(letter)
    return number
