"""One word for one thing: each language's list of terms (`terms.toml`), and all its texts held to it.

Papers, cards, notices and the menus of commands all take their words from the catalogues; the help of the command line
is in the source, in English.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from handlers.locales import codes, language_of
from handlers.locales.translator import read_catalogues

ROOT: Final = Path(__file__).parents[2]
_FIELDS: Final = {"say", "means", "never", "areas", "except"}
_HYPHEN_AS_MINUS: Final = re.compile(r"(?<![\w/}–-])-(?=[\d{¥])")
_BEGINS_WITH_A_STOP: Final = re.compile(r"^[。，；：！？、”）》]", re.MULTILINE)
_SPACE_BEFORE_MEASURE: Final = re.compile(r"\d (?:天|小时|分钟|秒|年|个月|期|级|字|元)")
_FRAGMENTS: Final = {
    "funds.between",
    "people.due_now",
    "people.next_due",
    "people.until",
    "people.case_due",
    "people.sum",
}
"""What is put behind other words, and so may begin with a comma."""


@cache
def texts(language: str) -> tuple[tuple[str, str], ...]:
    """Return a language's texts with their keys; a text with plural forms has several."""
    found: list[tuple[str, str]] = []
    for area, catalogue in read_catalogues(language).items():
        for message in catalogue:
            if message.id:
                key = message.id if isinstance(message.id, str) else message.id[0]
                forms = message.string if isinstance(message.string, list | tuple) else (message.string,)
                found.extend((f"{message.context or area}.{key}", str(form)) for form in forms)
    return tuple(found)


@cache
def terms(language: str) -> Mapping[str, Mapping[str, Any]]:
    return language_of(language).table("terms")


def help_of_commands() -> Iterator[tuple[str, str]]:
    """Yield what the command line says of itself: the texts of `help=` and `description=`."""
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.keyword) and node.arg in {"help", "description"}:
                where = f"{file.relative_to(ROOT)}:{node.value.lineno}"
                said = (each.value for each in ast.walk(node.value) if isinstance(each, ast.Constant))
                yield from ((where, each) for each in said if isinstance(each, str))


def refused(term: Mapping[str, Any], said: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str, str]]:
    """Yield each text that says a thing by a word that is refused, with its key and the word."""
    areas = term.get("areas")
    for key, text in said:
        if areas is None or key.partition(".")[0] in areas:
            for pattern in term["never"]:
                if found := re.search(pattern, text, re.IGNORECASE | re.MULTILINE):
                    yield key, found[0], text


def is_excepted(term: Mapping[str, Any], key: str) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in term.get("except", {}))


@pytest.mark.parametrize("language", codes())
def test_each_thing_has_one_name_in_all_texts(language: str) -> None:
    said = (*texts(language), *(help_of_commands() if language == "en" else ()))
    wrong = [
        f"{key}: “{word}” (say “{term['say']}”): {text}"
        for term in terms(language).values()
        for key, word, text in refused(term, said)
        if not is_excepted(term, key)
    ]
    assert wrong == []


@pytest.mark.parametrize("language", codes())
def test_the_list_is_whole_and_says_what_is_said(language: str) -> None:
    """A term without meaning, one that nobody says, and an exception that nothing needs have no place in it."""
    everything = "\n".join(text for _, text in texts(language)).casefold()
    for name, term in terms(language).items():
        assert {"say", "means", "never"} <= term.keys() <= _FIELDS, name
        assert term["say"].casefold() in everything, name
        needed = {key for key, _, _ in refused(term, texts(language))}
        unneeded = [
            pattern for pattern in term.get("except", {}) if not any(fnmatchcase(key, pattern) for key in needed)
        ]
        assert unneeded == [], name


@pytest.mark.parametrize("language", codes())
def test_a_refused_word_is_found(language: str) -> None:
    """Each pattern can fail: none is so narrow, or so broken, that it matches nothing."""
    for name, term in terms(language).items():
        for pattern in term["never"]:
            re.compile(pattern)
            assert not re.fullmatch(pattern, ""), name
    assert [*refused({"never": ["by itself"]}, (("a.b", "paid by itself"),))] == [
        ("a.b", "by itself", "paid by itself")
    ]


@pytest.mark.parametrize("language", codes())
def test_there_is_one_minus_sign(language: str) -> None:
    assert [(key, text) for key, text in texts(language) if _HYPHEN_AS_MINUS.search(text)] == []


def test_no_chinese_line_begins_with_a_stop_and_no_space_parts_a_numeral_from_its_measure() -> None:
    said = [(key, text) for key, text in texts("zh") if key not in _FRAGMENTS]
    assert [(key, text) for key, text in said if _BEGINS_WITH_A_STOP.search(text)] == []
    assert [(key, text) for key, text in said if _SPACE_BEFORE_MEASURE.search(text)] == []
