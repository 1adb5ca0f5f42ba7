"""Pictures made on the spot, so that no test needs a file."""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

_GPS, _LATITUDE, _ORIENTATION, _DESCRIPTION = 0x8825, 2, 0x0112, 0x010E
_TURNED_RIGHT = 6


def flat_png(width: int, height: int, colour: tuple[int, int, int]) -> bytes:
    """Return a PNG of one colour (8-bit RGB)."""
    rows = (b"\0" + bytes(colour) * width) * height
    return png_that_says(b"IDAT", zlib.compress(rows), width=width, height=height)


def png_that_says(kind: bytes, body: bytes, *, width: int = 300, height: int = 300) -> bytes:
    """Return a PNG whose head tells a size, with one chunk of any content."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (b"IHDR", head), (kind, body), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def with_a_place(width: int = 900, height: int = 600) -> bytes:
    """Return a JPEG as a phone takes it: turned, with the place where it was taken."""
    picture, exif = Image.new("RGB", (width, height), (90, 120, 60)), Image.Exif()
    exif[_ORIENTATION], exif[_DESCRIPTION] = _TURNED_RIGHT, "taken at home"
    exif.get_ifd(_GPS)[_LATITUDE] = (31.0, 13.0, 49.0)
    kept = io.BytesIO()
    picture.save(kept, "JPEG", exif=exif, comment=b"taken at home")
    return kept.getvalue()


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


PIXEL_PNG = flat_png(320, 180, (15, 123, 108))
