"""Entities back into HTML that a page may show as it is: every character escaped, only harmless tags and links."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import pairwise

from bot.sandbox.model import Json

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
}
_SAFE_LINKS = ("http://", "https://", "tg://", "mailto:")


def to_html(text: str, entities: Sequence[Json]) -> str:
    """Return `text` with its entities as tags, properly nested even where they cross."""
    units = text.encode("utf-16-le")
    edges = sorted({0, len(units) // 2, *(edge for entity in entities for edge in _edges(entity))})
    pieces = []
    for first, last in pairwise(edges):
        around = [entity for entity in entities if _edges(entity)[0] <= first and last <= _edges(entity)[1]]
        pieces.append(
            (tuple(_tag(entity, text_of(units, entity)) for entity in around), text_of_span(units, first, last))
        )
    return _joined(pieces)


def text_of(units: bytes, entity: Json) -> str:
    """Return the part of a text (as UTF-16-LE) that an entity covers."""
    return text_of_span(units, *_edges(entity))


def text_of_span(units: bytes, first: int, last: int) -> str:
    """Return the part of a text (as UTF-16-LE) from unit `first` up to `last`."""
    return units[first * 2 : last * 2].decode("utf-16-le", errors="replace")


def _edges(entity: Json) -> tuple[int, int]:
    return entity["offset"], entity["offset"] + entity["length"]


def _tag(entity: Json, covered: str) -> tuple[str, str]:
    """Return an entity's start tag and tag name; no name when it is shown as plain text."""
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>", _TAGS[kind]
    address = {"text_link": entity.get("url", ""), "url": covered, "email": f"mailto:{covered}"}.get(kind, "")
    if address.lower().startswith(_SAFE_LINKS):
        return f'<a href="{escape(address)}" rel="noopener noreferrer" target="_blank">', "a"
    return ('<span class="entity">', "span") if kind in ("bot_command", "mention", "hashtag") else ("", "")


def _joined(pieces: list[tuple[tuple[tuple[str, str], ...], str]]) -> str:
    """Write the pieces, keeping a tag open as long as its neighbours share it."""
    html: list[str] = []
    open_tags: list[tuple[str, str]] = []
    for tags, text in [*pieces, ((), "")]:
        wanted = [tag for tag in tags if tag[1]]
        shared = _shared(open_tags, wanted)
        html += [f"</{name}>" for _, name in reversed(open_tags[shared:])]
        html += [start for start, _ in wanted[shared:]]
        open_tags = wanted
        html.append(escape(text))
    return "".join(html)


def _shared(left: list[tuple[str, str]], right: list[tuple[str, str]]) -> int:
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
