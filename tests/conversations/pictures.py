"""Pictures made on the spot, so that no test needs a file or an imaging library."""

from __future__ import annotations

import struct
import zlib


def flat_png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """Return a PNG of one colour (8-bit RGB)."""
    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PIXEL_PNG = flat_png(320, 180, (15, 123, 108))
