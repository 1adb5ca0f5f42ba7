"""Pictures that people send are made anew in the render process: bombs, impostors and places do not get past it."""

from __future__ import annotations

import io
import struct
import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from PIL import Image

from bot.processes.render_process import NotRemade, RenderProcess
from handlers.pictures.photograph import Unusable
from handlers.pictures.render_process import MOST_MEMORY_BYTES
from tests.conversations.pictures import flat_png, png_that_says, with_a_place


@pytest.fixture
async def render_process() -> AsyncIterator[RenderProcess]:
    made = RenderProcess(patience_seconds=60, starting_seconds=60)
    yield made
    await made.close()


async def test_a_picture_is_made_anew_small_upright_and_without_its_place(render_process: RenderProcess) -> None:
    sent = with_a_place(2400, 1200)
    assert Image.open(io.BytesIO(sent)).getexif().get_ifd(0x8825)
    remade = await render_process.remake(sent)
    picture = Image.open(io.BytesIO(remade))
    assert (picture.format, picture.size) == ("JPEG", (800, 1600))
    assert not picture.getexif()
    assert not {"exif", "icc_profile", "comment"} & picture.info.keys()
    assert b"Exif" not in remade
    assert b"taken at home" not in remade


IMPOSTORS = {
    "words": b"I am a passport",
    "nothing": b"",
    "a page": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    "a GIF": b"GIF89a" + bytes(500),
    "a PNG cut short": flat_png(300, 300, (1, 2, 3))[:200],
    "a JPEG by its first bytes": b"\xff\xd8\xff\xe0" + bytes(5_000),
    "a ZIP": b"PK\x03\x04" + bytes(5_000),
    "words that swell": png_that_says(b"zTXt", b"a\0\0" + zlib.compress(bytes(200_000_000))),
}


@pytest.mark.timeout(120)
async def test_what_is_no_picture_is_none_and_the_process_goes_on(render_process: RenderProcess) -> None:
    for name, sent in IMPOSTORS.items():
        with pytest.raises(NotRemade) as refused:
            await render_process.remake(sent)
        assert refused.value.why is Unusable.NO_PICTURE, name
    assert await render_process.remake(flat_png(300, 300, (1, 2, 3)))


async def test_pixels_and_bytes_have_a_bound_that_is_met_before_any_is_decoded(render_process: RenderProcess) -> None:
    await render_process.remake(flat_png(300, 300, (1, 2, 3)))
    bomb = png_that_says(b"IDAT", zlib.compress(bytes(10_000)), width=50_000, height=50_000)
    wide = png_that_says(b"IDAT", zlib.compress(bytes(10_000)), width=10_000, height=5_001)
    began = time.monotonic()
    for sent in (bomb, wide, bytes(20 * 1024 * 1024)):
        with pytest.raises(NotRemade) as refused:
            await render_process.remake(sent)
        assert refused.value.why is Unusable.TOO_LARGE
    assert time.monotonic() - began < 5
    with pytest.raises(NotRemade) as refused:
        await render_process.remake(flat_png(30, 300, (1, 2, 3)))
    assert refused.value.why is Unusable.TOO_SMALL


async def test_the_process_has_little_memory_and_none_of_the_settings(
    render_process: RenderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUSU_SECRET_KEY", "what must not be found there")
    await render_process.remake(flat_png(300, 300, (1, 2, 3)))
    assert render_process._starting is not None
    process = Path("/proc") / str((await render_process._starting).pid)
    if not process.exists():
        pytest.skip("only Linux tells of its processes so")
    assert b"SUSU_" not in (process / "environ").read_bytes()
    assert str(MOST_MEMORY_BYTES) in (process / "limits").read_text()


async def test_who_waits_too_long_is_told_to_send_it_again(render_process: RenderProcess) -> None:
    await render_process.remake(flat_png(300, 300, (1, 2, 3)))
    render_process._patience_seconds = 0.0001
    with pytest.raises(NotRemade) as refused:
        await render_process.remake(flat_png(3000, 3000, (1, 2, 3)))
    assert refused.value.why is Unusable.LATER


def test_the_crafted_pictures_are_what_they_say() -> None:
    bomb = png_that_says(b"IDAT", b"", width=50_000, height=50_000)
    assert struct.unpack(">II", bomb[16:24]) == (50_000, 50_000)
