"""Just enough of picture formats to know one and its size, as Telegram tells in every photo."""

from __future__ import annotations

import struct
from typing import NamedTuple

PNG_HEAD, GIF_HEAD, WEBP_HEAD = 24, 10, 30
"""Bytes up to and with the size."""
MARK = 0xFF
FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class Picture(NamedTuple):
    """A picture's file suffix, MIME type, and (width, height) in pixels."""

    suffix: str
    mime: str
    size: tuple[int, int]


def picture_of(content: bytes) -> Picture | None:
    """Return what kind of picture the bytes are, or None when they are none."""
    if content.startswith(b"\x89PNG\r\n\x1a\n") and len(content) >= PNG_HEAD:
        return Picture("png", "image/png", struct.unpack(">II", content[16:24]))
    if content.startswith((b"GIF87a", b"GIF89a")) and len(content) >= GIF_HEAD:
        return Picture("gif", "image/gif", struct.unpack("<HH", content[6:10]))
    if content.startswith(b"\xff\xd8") and (size := _jpeg_size(content)):
        return Picture("jpg", "image/jpeg", size)
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP" and (size := _webp_size(content)):
        return Picture("webp", "image/webp", size)
    return None


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    """Walk the segments to the frame header (SOF0 to SOF15, without the tables and arithmetic markers among them)."""
    position = 2
    while position + 9 < len(content) and content[position] == MARK:
        marker = content[position + 1]
        if marker in FRAME_MARKERS:
            height, width = struct.unpack(">HH", content[position + 5 : position + 9])
            return width, height
        if marker == MARK:
            position += 1
            continue
        position += 2 + int(struct.unpack(">H", content[position + 2 : position + 4])[0])
    return None


def _webp_size(content: bytes) -> tuple[int, int] | None:
    if len(content) < WEBP_HEAD:
        return None
    chunk = content[12:16]
    if chunk == b"VP8X":
        return 1 + int.from_bytes(content[24:27], "little"), 1 + int.from_bytes(content[27:30], "little")
    if chunk == b"VP8L":
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    width, height = struct.unpack("<HH", content[26:30])
    return width & 0x3FFF, height & 0x3FFF
