"""Documents made of the translator's texts: it escapes them for Telegram's HTML, and paper needs none of that."""

from __future__ import annotations

from typing import Any, TypeAlias

from handlers.documents.paper import Document

Block: TypeAlias = tuple[Any, ...]
"""A block of `Document`."""


def plain_document(*, blocks: tuple[Block, ...], dated: Any, **texts: str) -> Document:
    """Return the document with all of its text as people read it."""
    said = {name: _unescaped(text) for name, text in texts.items()}
    return Document(**said, blocks=tuple(_unescaped(block) for block in blocks), dated=dated)


def _unescaped(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    if isinstance(value, list | tuple):
        return type(value)(_unescaped(each) for each in value)
    return value
