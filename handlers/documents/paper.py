"""A document's text as blocks, and its print: a PDF whose bytes depend on the text alone, so that its hash can be kept.

One typeface with Chinese, cut down to the characters used: a contract takes about 30 kB. What the font lacks is taken
from its second part, of rare characters, then from DejaVu Sans; what those lack too is marked.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import structlog
from fpdf import FPDF
from fpdf.fonts import FontFace

from handlers.documents.faces import covered, covered_by_all, cut, dejavu
from handlers.documents.line_breaks import FIRST_WIDE, in_lines
from handlers.documents.scripts import printable
from handlers.fonts import FONT_PATH, RARE_FONT_PATH

PRODUCER: Final = "Susu"
FORM: Final = 4
"""The layout's edition. A paper keeps the one that it was printed with; a later one must still print it so.

1: what the fonts lack is left out, and what is written from right to left stands in the order in which it is read.
2: the PDF library cuts the whole fonts down, which takes a third of a second.
3: the PDF library breaks lines: in Chinese anywhere, so that one may begin with a full stop.
"""

_FACE: Final = "text"
_RARE: Final = "rare characters"
_FALLBACK: Final = "other scripts"
_LINE_MM: Final = 5.2
_SMALL, _BODY, _HEADING, _TITLE, _HEADLINE = 8.5, 10.0, 11.5, 16.0, 22.0
_GREY: Final = (90, 90, 90)
_BLACK: Final = (0, 0, 0)
_LIGHT: Final = (240, 240, 236)
_WHITE: Final = (255, 255, 255)
_ALWAYS: Final = frozenset({*range(0x20, 0x7F), ord("·")})
"""What the pages' own footer needs, numbers and all, whatever a document says."""

_log = structlog.get_logger(__name__)

_BESIDE: Final = 3
_NAME_MM: Final = 58
_VALUE_AT_MM: Final = 60
"""Where what is said of a fact begins, beside its name."""
_SPARE_MM: Final = 0.1
"""Left free in each line, so that rounding breaks none again."""
_KEPT_TOGETHER_MM: Final = 22
"""A heading stays with what it is about: it begins a page where less than this is left."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a paper says. A block is `["heading", text]`, `["text", text]`, `["fact", name, value]` or
    `["table", head, rows]`, all of them text.

    `headline` is the most prominent line, with `under` in small beneath it.
    """

    title: str
    subtitle: str
    headline: str
    under: str
    blocks: tuple[tuple[Any, ...], ...]
    footer: str
    dated: datetime
    form: int = FORM

    def as_text(self) -> str:
        """Return the document as JSON, from which `Document.of_text` makes the same one."""
        facts = {
            **{name: getattr(self, name) for name in ("title", "subtitle", "headline", "under", "blocks", "footer")},
            "dated": self.dated.astimezone(UTC).isoformat(),
            "form": self.form,
        }
        return json.dumps(facts, ensure_ascii=False, sort_keys=True)

    @classmethod
    def of_text(cls, text: str) -> Document:
        """Return the document that `as_text` wrote down."""
        facts = json.loads(text)
        blocks = tuple(tuple(block) for block in facts.pop("blocks"))
        return cls(**{**facts, "dated": datetime.fromisoformat(facts["dated"]), "blocks": blocks})


def printed(document: Document) -> bytes:
    """Return the document as a PDF of A4 pages, the same bytes for the same document."""
    if document.form > 1:
        document = _in_glyphs(document)
    with TemporaryDirectory(prefix="susu-faces-") as folder:
        pdf = _blank(document, _faces(document, Path(folder)))
        _head(pdf, document)
        for kind, *content in document.blocks:
            _BLOCKS[kind](pdf, *content)
        return bytes(pdf.output())


class _Page(FPDF):
    """A page with its number and the document's footer."""

    said = ""
    form = FORM

    def in_lines(self, text: str, width_mm: float) -> str:
        """Return a text as it is broken into lines of a width, in the font that is set."""
        if self.form < 4:  # noqa: PLR2004 -- an edition's number
            return text
        return in_lines(text, width_mm - 2 * self.c_margin - _SPARE_MM, self.get_string_width)

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font(_FACE, size=_SMALL)
        self.set_text_color(*_GREY)
        self.cell(0, 5, f"{self.said} · {self.page_no()}/{{nb}}", align="C")
        self.set_text_color(*_BLACK)


def _blank(document: Document, faces: Mapping[str, Path]) -> _Page:
    pdf = _Page(format="A4")
    # Uncompressed, dated by the document: nothing of the day or the machine of its printing is in it.
    pdf.set_compression(False)
    pdf.set_creation_date(document.dated)
    pdf.set_producer(PRODUCER)
    pdf.set_title(document.title)
    pdf.said, pdf.form = document.footer, document.form
    pdf.set_margins(18, 16, 18)
    pdf.set_auto_page_break(auto=True, margin=18)
    for name, path in faces.items():
        pdf.add_font(name, fname=path)
    if len(faces) > 1:
        pdf.set_fallback_fonts([name for name in faces if name != _FACE])
    pdf.add_page()
    return pdf


def _head(pdf: _Page, document: Document) -> None:
    _write(pdf, document.title, size=_TITLE)
    _write(pdf, document.subtitle, size=_SMALL, colour=_GREY)
    pdf.ln(2)
    pdf.set_fill_color(*_LIGHT)
    _write(pdf, document.headline, size=_HEADLINE, line_mm=13, fill=True)
    _write(pdf, document.under, size=_BODY, fill=True)
    pdf.set_fill_color(*_WHITE)
    pdf.ln(2)


def _heading(pdf: _Page, text: str) -> None:
    if pdf.will_page_break(_KEPT_TOGETHER_MM):
        pdf.add_page()
    pdf.ln(2.5)
    _write(pdf, text, size=_HEADING, line_mm=6.5)


def _text(pdf: _Page, text: str) -> None:
    _write(pdf, text, size=_BODY)


def _fact(pdf: _Page, name: str, value: str) -> None:
    top = pdf.get_y()
    pdf.set_font(_FACE, size=_BODY)
    pdf.set_text_color(*_GREY)
    pdf.multi_cell(_NAME_MM, _LINE_MM, pdf.in_lines(name, _NAME_MM), new_x="LMARGIN", new_y="NEXT", align="L")
    left_ends, page = pdf.get_y(), pdf.page_no()
    pdf.set_text_color(*_BLACK)
    pdf.set_xy(pdf.l_margin + _VALUE_AT_MM, top if page == pdf.page_no() else pdf.t_margin)
    pdf.multi_cell(0, _LINE_MM, pdf.in_lines(value, pdf.epw - _VALUE_AT_MM), new_x="LMARGIN", new_y="NEXT", align="L")
    pdf.set_y(max(left_ends, pdf.get_y()))


def _table(pdf: _Page, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    pdf.set_font(_FACE, size=_SMALL)
    pdf.ln(1)
    aligned = ("LEFT", "LEFT", *["RIGHT"] * (len(head) - 2))
    heading = FontFace(color=_GREY, emphasis="")
    widths = tuple(max(map(_wide, column)) + _BESIDE for column in zip(head, *rows, strict=True))
    with pdf.table(
        text_align=aligned,
        col_widths=widths,
        line_height=4.6,
        borders_layout="HORIZONTAL_LINES",
        headings_style=heading,
    ) as table:
        for row in (head, *rows):
            table.row(
                [pdf.in_lines(text, pdf.epw * wide / sum(widths)) for text, wide in zip(row, widths, strict=True)]
            )


def _wide(text: str) -> int:
    """Return how wide a text is, in halves of a Chinese character."""
    return sum(2 if ord(each) >= FIRST_WIDE else 1 for each in text)


_BLOCKS: Final[Mapping[str, Callable[..., None]]] = {"heading": _heading, "text": _text, "fact": _fact, "table": _table}


def _write(
    pdf: _Page,
    text: str,
    *,
    size: float,
    colour: tuple[int, int, int] = _BLACK,
    line_mm: float = _LINE_MM,
    fill: bool = False,
) -> None:
    pdf.set_font(_FACE, size=size)
    pdf.set_text_color(*colour)
    pdf.multi_cell(0, line_mm, pdf.in_lines(text, pdf.epw), new_x="LMARGIN", new_y="NEXT", align="L", fill=fill)
    pdf.set_text_color(*_BLACK)


def _in_glyphs(document: Document) -> Document:
    """Return the document with all of its text as it is printed; what has no glyph is logged by its number."""
    missing: set[int] = set()

    def of(value: Any) -> Any:
        if isinstance(value, str):
            text, lacking = printable(value, covered_by_all())
            missing.update(lacking)
            return text
        return type(value)(map(of, value)) if isinstance(value, list | tuple) else value

    texts = ("title", "subtitle", "headline", "under", "footer", "blocks")
    made = replace(document, **{name: of(getattr(document, name)) for name in texts})
    if missing:
        _log.warning("paper_lacks_glyphs", characters=[f"U+{point:04X}" for point in sorted(missing)])
    return made


def _faces(document: Document, folder: Path) -> dict[str, Path]:
    """Return the fonts that a document needs, the first one first: cut down to it in a folder, whole before form 3."""
    points = frozenset(map(ord, document.as_text())) - {ord("\n")}
    faces = {_FACE: FONT_PATH, **_other_faces(document.form, points - covered(FONT_PATH))}
    if document.form < 3:  # noqa: PLR2004 -- an edition's number
        return faces
    return {name: cut(path, points | _ALWAYS, folder) for name, path in faces.items()}


def _other_faces(form: int, lacking: frozenset[int]) -> dict[str, Path]:
    """Return which faces a document needs beside the first one, which lacks some of its characters."""
    if form == 1:
        return {_FALLBACK: dejavu()} if lacking else {}
    faces = {_RARE: RARE_FONT_PATH, _FALLBACK: dejavu()}
    return {name: path for name, path in faces.items() if lacking & covered(path)}


logging.getLogger("fpdf").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)
