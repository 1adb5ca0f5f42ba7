"""What an operator searches by, as it was written. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from unicodedata import normalize

import phonenumbers
from babel.core import get_global

from finance_core.customers.words import words_of
from finance_core.ledger.reference import ALPHABET

LONGEST_SEARCH: Final = 100
_LEAST_PHONE_DIGITS: Final = 8
_CONTRACT: Final = re.compile(r"(?:L[-\s]*|[#№]\s*)?0*([1-9][0-9]{0,8})", re.IGNORECASE)
_REFERENCE: Final = re.compile(rf"S[{ALPHABET}]{{3}}[-\s]?[{ALPHABET}]{{4}}", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ().\-]*")
_USERNAME: Final = re.compile(r"@[A-Za-z0-9_]{1,32}")


class By(StrEnum):
    """The five ways to find a person."""

    USERNAME = "username"
    PHONE = "phone"
    CONTRACT = "contract"
    RECEIPT = "receipt"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Search:
    """What is searched by: one @username, phones in E.164 form, a contract's number, a reference, words of a name."""

    by: By
    values: tuple[str, ...]


def searches_in(said: str, region: str | None) -> tuple[Search, ...]:
    """Return the ways in which a text may name a person, the likeliest first; none for what says nothing.

    Args:
        region: whose phones may be written without their country, "CN"; None: nobody's.
    """
    text = " ".join(normalize("NFKC", said)[:LONGEST_SEARCH].split())
    if _USERNAME.fullmatch(text):
        return (Search(By.USERNAME, (text,)),)
    found: list[Search] = []
    if _REFERENCE.fullmatch(text):
        found.append(Search(By.RECEIPT, (text,)))
    if number := _CONTRACT.fullmatch(text):
        found.append(Search(By.CONTRACT, (number[1],)))
    if _PHONE.fullmatch(text) and (phones := phones_in(text, region)):
        found.append(Search(By.PHONE, phones))
    if not found and (words := words_of(text)):
        found.append(Search(By.NAME, words))
    return tuple(found)


def phones_in(text: str, region: str | None) -> tuple[str, ...]:
    """Return the phones that digits may be, in E.164 form: as one of the region, and as an international one."""
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) < _LEAST_PHONE_DIGITS:
        return ()
    regions = (None,) if text.startswith("+") or region is None else (region, None)
    return tuple(dict.fromkeys(phone for each in regions if (phone := _phone(digits, each)) is not None))


def _phone(digits: str, region: str | None) -> str | None:
    try:
        parsed = phonenumbers.parse(digits if region else f"+{digits}", region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed):
        return None
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def region_of(zone: str) -> str | None:
    """Return the region whose people need not write the country of a phone: of Asia/Shanghai it is "CN"."""
    region: str | None = get_global("zone_territories").get(zone)
    return region
