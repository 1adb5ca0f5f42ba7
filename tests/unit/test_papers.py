"""Papers: each character that a person wrote is on the page, in the order in which it is read, or is marked there."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from finance_core.kernel.outside_text import isolated
from handlers.documents.line_breaks import in_lines
from handlers.documents.paper import Document, printed
from handlers.locales import translator
from handlers.privacy.documents import terms

DATED = datetime(2026, 12, 1, 12, tzinfo=UTC)


def a_paper(name: str) -> Document:
    return Document("Loan", "of 1 Dec", "19.86%", "all in", (("fact", "Borrower", name),), "Susu", DATED)


def printed_text(document: Document) -> str:
    """Return what the PDF shows, read back glyph by glyph through the fonts' own tables of characters."""
    return "".join(printed_lines(document))


def printed_lines(document: Document) -> list[str]:
    """Return the same line by line, where no line needs two fonts."""
    pdf = printed(document).decode("latin-1")
    tables = {}
    for number, referred in re.findall(r"^(\d+) 0 obj\n<<[^>]*?/ToUnicode (\d+) 0 R", pdf, re.MULTILINE | re.DOTALL):
        table = re.search(rf"^{referred} 0 obj\n.*?endstream", pdf, re.MULTILINE | re.DOTALL)
        assert table is not None
        pairs = re.findall(r"<([0-9A-F]{2,4})> <([0-9A-F]+)>\n", table[0])
        tables[number] = {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}
    fonts = dict(re.findall(r"/F(\d+) (\d+) 0 R", pdf))
    shown, current = [], ""
    shows = re.compile(r"/F(\d+) [\d.]+ Tf|<([0-9a-f]+)> Tj|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
    for font, hexes, escaped in shows.findall(pdf):
        if font:
            current = fonts[font]
            continue
        raw = bytes.fromhex(hexes) if hexes else unescaped(escaped)
        codes = [int.from_bytes(raw[at : at + 2]) for at in range(0, len(raw), 2)]
        shown.append("".join(tables[current].get(code, "?") for code in codes))
    return shown


def unescaped(text: str) -> bytes:
    kept = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
    return re.sub(r"\\(.)", lambda found: kept.get(found[1], found[1]), text, flags=re.DOTALL).encode("latin-1")


@pytest.mark.parametrize("name", ["Ana", "博", "龚䶮", "张𬱟", "𠮷野", "㛃旸骉峯", "Mwɛ Ọlá"])
def test_a_name_is_printed_with_each_of_its_characters(name: str) -> None:
    with capture_logs() as logs:
        assert name in printed_text(a_paper(name))
    assert logs == []


def test_a_character_that_no_font_has_is_marked_and_logged() -> None:
    with capture_logs() as logs:
        assert "Bo [U+1F9A9]!" in printed_text(a_paper("Bo \U0001f9a9!"))
    assert logs == [{"event": "paper_lacks_glyphs", "log_level": "warning", "characters": ["U+1F9A9"]}]


@pytest.mark.parametrize(
    ("name", "on_the_page"),
    [
        ("דוד", "דוד"[::-1]),
        ("דוד (דודו) 12", "12 (ודוד) דוד"),
        (f"for {isolated('דוד')} 1.05", f"for {'דוד'[::-1]} 1.05"),
        ("סלאם, Bo", f"{'סלאם'[::-1]}, Bo"),
        ("שָׁ", "שָׁ"),
        ("محمد", "\ufeaa\ufee4\ufea4\ufee3"),
        ("سلام", "\ufee1\ufefc\ufeb3"),
    ],
)
def test_what_is_written_from_right_to_left_stands_so_on_the_page(name: str, on_the_page: str) -> None:
    assert on_the_page in printed_text(a_paper(name))


def test_what_is_not_seen_is_not_printed_and_not_marked() -> None:
    with capture_logs() as logs:
        assert "Bo00.5" in printed_text(a_paper("Bo\u202e00.5\u200b\ufe0f"))
    assert logs == []


def test_an_older_paper_is_printed_as_it_was() -> None:
    document = replace(a_paper("龚䶮"), form=1)
    kept = Document.of_text(document.as_text())
    assert kept.form == 1
    assert "[U+" not in printed_text(kept)
    assert printed(kept) == printed(document) != printed(a_paper("龚䶮"))


def test_a_paper_of_common_characters_is_the_same_in_the_first_two_editions() -> None:
    document = a_paper("Ana 博")
    assert printed(replace(document, form=1)) == printed(replace(document, form=2))


@pytest.mark.parametrize("name", ["Ana 博", "龚䶮", "דוד", "Mwɛ Ọlá"])
def test_a_paper_reads_alike_whether_its_fonts_were_cut_before(name: str) -> None:
    document = a_paper(name)
    assert printed_text(document) == printed_text(replace(document, form=2))


CLOSES = "。，、；：！？）》」』】”’…％"
OPENS = "（《「『【“‘￥"


def in_cells(text: str, cells: int) -> list[str]:
    """Return a text's lines where a Chinese character takes two cells and any other one."""
    return in_lines(text, cells, lambda line: sum(1 + (ord(each) >= 0x2E80) for each in line)).split("\n")


@pytest.mark.parametrize(
    ("text", "cells", "lines"),
    [
        ("还款日前一天提醒。到期", 16, ["还款日前一天提", "醒。到期"]),
        ("利息（按日）计", 6, ["利息", "（按", "日）计"]),
        ("利率19.86%，不变", 14, ["利率19.86%，不", "变"]),
        ("应还¥1,000.00元整", 8, ["应还", "¥1,000.0", "0元整"]),
        ("he is 博 here", 7, ["he is", "博 here"]),
        ("ab\nc", 9, ["ab", "c"]),
        ("", 9, [""]),
        ("0123456789", 4, ["0123", "4567", "89"]),
    ],
)
def test_a_line_ends_where_its_language_allows_it(text: str, cells: int, lines: list[str]) -> None:
    assert in_cells(text, cells) == lines


@given(st.text(alphabet="借款应还 ab1。，、（）“”…", max_size=60), st.integers(4, 30))
def test_no_line_is_too_wide_and_nothing_but_blanks_is_lost(text: str, cells: int) -> None:
    lines = in_cells(text, cells)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(sum(1 + (ord(each) >= 0x2E80) for each in line.rstrip(" ")) <= cells for line in lines)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_of_the_terms_begins_with_what_closes_or_ends_with_what_opens(language: str) -> None:
    paper = terms.document(translator(language), "", DATED)
    lines = printed_lines(paper)
    assert len(lines) > 15
    assert [line for line in lines if line[0] in CLOSES or line[-1] in OPENS] == []
    older = printed_lines(replace(paper, form=3))
    assert "".join(older).replace(" ", "") == "".join(lines).replace(" ", "")


def test_a_table_s_cells_are_broken_by_the_same_rules() -> None:
    rows = [["说明", "（逾期利息按天计算，宽限期内不收。）" * 4, "1"]]
    paper = Document("价", "", "", "", (("table", ["项", "内容", "数"], rows),), "Susu", DATED)
    assert [line for line in printed_lines(paper) if line[0] in CLOSES] == []
