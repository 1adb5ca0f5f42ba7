"""Pure rules: a document's number as it is compared, a recovery code, four digits, how long what may be stopped."""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import InvalidInput

PROVE_WITHIN: Final = timedelta(days=3)
"""How long a reset waits for its proof, for its operators, and for the new PIN: each begins anew."""
STOPPED_WITHIN: Final = timedelta(days=7)
"""How long the old PIN or *It was not me* undoes what was done."""
RESETS_A_WEEK: Final = 3
CODES_TRIED: Final = 5
ASKED_AGAIN_BEFORE: Final = timedelta(days=30)
"""A document is asked for again so long before it expires."""
NEVER_EXPIRES: Final = date(2999, 12, 31)
"""Of a document without an end (长期)."""
LOOSE_KEPT: Final = timedelta(days=1)
"""How long a picture is kept that was sent in and never handed in."""

CODE_LETTERS: Final = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""No letter here is taken for another: neither I, L and 1, nor O and 0."""
_GROUPS, _GROUP = 4, 4


class DocumentKind(StrEnum):
    """What can be shown."""

    NATIONAL_ID = "national_id"
    PASSPORT = "passport"
    RESIDENCE_PERMIT = "residence_permit"


class Refusal(StrEnum):
    """Why a document was refused; each has a sentence that says what to do."""

    UNREADABLE = "unreadable"  # blurred, dark, glare
    CUT_OFF = "cut_off"  # a corner or the number is missing
    NUMBER_DIFFERS = "number_differs"  # the number typed is not the document's
    OTHER_PERSON = "other_person"  # the selfie does not look like the document's holder
    NO_DOCUMENT = "no_document"  # a copy, a screen, something else
    OUT_OF_DATE = "out_of_date"  # it has expired
    NOT_CONFIRMED = "not_confirmed"  # it could not be confirmed; nothing more is said


_FORMS: Final = {
    DocumentKind.NATIONAL_ID: re.compile(r"[A-Z0-9]{5,20}"),
    DocumentKind.PASSPORT: re.compile(r"[A-Z0-9]{6,9}"),
    DocumentKind.RESIDENCE_PERMIT: re.compile(r"[A-Z0-9]{6,18}"),
}
_LEFT_OUT: Final = re.compile(r"[\s\-./·]+")
_FEWEST_DIGITS: Final = 3


def document_number(kind: DocumentKind, said: str) -> str:
    """Return a document's number as it is compared: " e12-345 678 " is "E12345678".

    Raises:
        InvalidInput: `document_number`: too short, too long, or not made of letters and digits.
    """
    number = _LEFT_OUT.sub("", unicodedata.normalize("NFKC", said).upper())
    if not _FORMS[kind].fullmatch(number) or sum(map(str.isdigit, number)) < _FEWEST_DIGITS:
        raise InvalidInput(ErrorCode.DOCUMENT_NUMBER)
    return number


def number_key(kind: str, number: str) -> str:
    """Return what the keyed hash of a document's number is made of; no phone's or name's is made of the like."""
    return f"document:{kind}:{number}"


def checked_expiry(day: date, today: date) -> date:
    """Return the last day of a document that is valid. Raises InvalidInput: `document_expired`."""
    if day <= today:
        raise InvalidInput(ErrorCode.DOCUMENT_EXPIRED)
    return min(day, NEVER_EXPIRES)


def new_code() -> str:
    """Return a recovery code, four groups of four letters and digits: 79 bits."""
    groups = ("".join(secrets.choice(CODE_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


def code_digest(said: str) -> bytes:
    """Return the SHA-256 of a recovery code, however it is written. It is random enough to need no slow hash."""
    letters = re.sub(r"[^A-Z0-9]", "", unicodedata.normalize("NFKC", said).upper())
    return hashlib.sha256(letters.encode()).digest()


def four_digits() -> str:
    """Return the four digits that a selfie has to show."""
    return f"{secrets.randbelow(10_000):04d}"
