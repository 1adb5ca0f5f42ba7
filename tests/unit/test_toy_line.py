"""A new line is one entry in `handlers/lines.py`, a new language one in `handlers/locales/languages.py`.

The line brings a command, an intent in two languages, a notice and an entry of the main menu; the language is a copy of
English with a name of its own. What either needs besides are new files; no file that exists is changed.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Final

import pytest

from bot.processes.conversation import _routers
from finance_core.kernel.money import CNY, Money
from finance_core.notices import Content
from handlers import lines
from handlers.chat.commands import command_menus
from handlers.chat.line import (
    ChatIntent,
    ChatLine,
    Command,
    Menu,
    MenuEntry,
    Notice,
    TextReader,
    vocabulary_of,
)
from handlers.chat.meaning import Meaning, as_said, meaning_of, meaning_of_tap
from handlers.chat.questions import Question
from handlers.chat.screens.base import Screen
from handlers.home.screens import menu
from handlers.joining.screens import onboarding, settings
from handlers.joining.zones import city_of
from handlers.locales import Translator, language_of, languages, translator
from handlers.locales.languages import Language
from handlers.notices.rendering import render
from handlers.phrases.said import Claim, Said
from handlers.phrases.words import Words
from tests.unit import toy_routers

RINGS: Final = Words("toy", "rings")
WORDS: Final = {"en": "bells?", "zh": "铃", "sw": "kengele"}
TEXTS: Final = {"en": "Toy", "zh": "玩具", "sw": "Mwanasesere"}


def rings(said: Said) -> Claim | None:
    return Claim("toy", {"loud": "yes"}) if RINGS.search(said.folded) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rang(Content):
    """A bell was rung, for a sum."""

    kind: ClassVar[str] = "toy.rang"
    sum: Money


def rang(t: Translator, told: Rang) -> Screen:
    return Screen(t("toy.rang", sum=told.sum))


TOY: Final = ChatLine(
    name="toy",
    routers="tests.unit.toy_routers",
    commands=(Command("toy", opens="toy", menus=(Menu.PRIVATE,), rank=65),),
    intents=(ChatIntent("toy", label=True),),
    readers=(TextReader(rings, leads_away=rings),),
    notices=(Notice(Rang, rang),),
    menu=(MenuEntry("toy", row=4, place=1),),
)
CATALOGUE: Final = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "menu"
msgid "toy"
msgstr "{name}"

msgctxt "commands"
msgid "toy"
msgstr "{name}"

msgid "shown"
msgstr "{name}!"

msgid "rang"
msgstr "{name}: {{sum}}"
"""


@pytest.fixture
def with_toys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Add the language and the line; the copy of the languages' folders is where their new files are put."""
    for code in ("en", "zh"):
        shutil.copytree(languages.FOLDER / code, tmp_path / code)
    shutil.copytree(languages.FOLDER / "en", tmp_path / "sw")
    for code, name in TEXTS.items():
        (tmp_path / code / "toy.po").write_text(CATALOGUE.format(name=name), "utf-8")
        (tmp_path / code / "phrases" / "toy.toml").write_text(f"rings = ['{WORDS[code]}']\n", "utf-8")
    moved = [Language(each.code, each.name, each.script, each.direction, tmp_path) for each in languages.LANGUAGES]
    monkeypatch.setattr(languages, "LANGUAGES", (*moved, Language("sw", "Kiswahili", root=tmp_path)))
    monkeypatch.setattr(lines, "LINES", (TOY, *lines.LINES))
    return tmp_path


@pytest.mark.usefixtures("with_toys")
@pytest.mark.parametrize("text", ["/toy 5", "ring the bell", "响铃", "piga kengele", "toy", "玩具", "MWANASESERE"])
def test_the_line_is_meant_in_each_language_by_command_words_and_label(text: str) -> None:
    assert meaning_of(as_said(text, "sw"), None).intent == "toy"
    assert meaning_of_tap("do:toy", None) == Meaning("toy")


@pytest.mark.usefixtures("with_toys")
def test_the_lines_words_lead_away_from_a_question_and_leave_others_alone() -> None:
    payee = Question("send", "payee", {"amount": "5"})
    assert meaning_of(as_said("ring the bell", "en"), payee) == Meaning("toy", {"loud": "yes"})
    assert meaning_of(as_said("borrow 3000", "sw"), None) == Meaning("borrow", {"amount": "3000"})
    assert meaning_of(as_said("借3000", "zh"), None) == Meaning("borrow", {"amount": "3000"})


@pytest.mark.usefixtures("with_toys")
@pytest.mark.parametrize("language", TEXTS)
def test_the_line_is_in_the_menus_and_its_notice_is_drawn(language: str) -> None:
    offered = next(each for each in command_menus() if each.language_code == language).commands
    assert [each.command for each in offered][5:8] == ["request", "toy", "packet"]
    assert next(each for each in offered if each.command == "toy").description == TEXTS[language]
    last = menu.main(translator(language), lines.vocabulary().menu, "@bo").buttons[-1]
    assert [(button.text, button.data) for button in last] == [(TEXTS[language], "do:toy")]
    said = render("toy.rang", Rang(sum=Money.of(5, CNY)).as_json(), language).text
    assert said == f"{TEXTS[language]}: ¥5.00"


@pytest.mark.usefixtures("with_toys")
def test_the_lines_routers_have_their_place() -> None:
    assert _routers()[0] is toy_routers.router


@pytest.mark.usefixtures("with_toys")
def test_the_language_is_offered_and_spoken() -> None:
    assert language_of("sw-KE").name == "Kiswahili"
    for screen in (onboarding.welcome(translator("en")), settings.languages(translator("en"))):
        buttons = [(button.text, button.data) for row in screen.buttons for button in row]
        assert buttons == [("English", "lang:en"), ("中文", "lang:zh"), ("Kiswahili", "lang:sw")]
    assert translator("sw")("common.confirm") == translator("en")("common.confirm")
    assert {each.language_code for each in command_menus()} == {None, "en", "zh", "sw"}
    assert city_of("Africa/Nairobi", "sw") == "Nairobi"


def test_no_file_that_exists_is_touched_but_the_two_lists(with_toys: Path) -> None:
    written = {path.relative_to(with_toys) for path in with_toys.rglob("*") if path.is_file()}
    existing = {path.relative_to(languages.FOLDER) for path in languages.FOLDER.rglob("*") if path.is_file()}
    kept = written & existing
    assert [path for path in kept if (with_toys / path).read_bytes() != (languages.FOLDER / path).read_bytes()] == []
    of_others = {path for path in written - existing if path.parts[0] != "sw"}
    assert of_others == {Path(code, *name) for code in ("en", "zh") for name in (("toy.po",), ("phrases", "toy.toml"))}


def test_two_lines_that_say_the_same_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two lines say what toy is"):
        vocabulary_of((TOY, ChatLine(name="other", routers="", commands=(Command("toy", opens="menu"),))))


def test_nothing_of_it_is_left_afterwards() -> None:
    assert meaning_of(as_said("piga kengele", "en"), None).intent == "out_of_scope"
    assert meaning_of_tap("do:toy", None) is None
    assert language_of("sw").code == "en"
