"""The studio and its easel: real pictures from a real process, and what becomes of it when something goes wrong."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from bot.processes import render_process as studios
from bot.processes.render_process import NotDrawn, Studio
from handlers.pictures.plot import Bars, Measure, Series

DRAWING = Bars("还款计划", "本金与利息", ("4月", "5月"), (Series("本金", (1.0, 2.0)),), Measure("¥"))
BROKEN: Any = replace(DRAWING, labels=("4月",))


@pytest.fixture
async def studio() -> AsyncIterator[Studio]:
    made = Studio(patience_seconds=60, starting_seconds=60)
    yield made
    await made.close()


async def test_a_drawing_comes_back_as_a_picture_and_later_ones_from_the_same_process(studio: Studio) -> None:
    first, second = await asyncio.gather(studio.draw(DRAWING), studio.draw(DRAWING))
    assert first == second
    assert Image.open(io.BytesIO(first)).size == (720, 540)
    assert await _easel(studio) is await _easel(studio)


async def test_a_drawing_that_cannot_be_drawn_is_told_and_leaves_the_next_one_alone(studio: Studio) -> None:
    with pytest.raises(NotDrawn, match="Error"):
        await studio.draw(BROKEN)
    assert await studio.draw(DRAWING)


async def test_an_easel_that_died_is_replaced(studio: Studio) -> None:
    await studio.draw(DRAWING)
    easel = await _easel(studio)
    easel.kill()
    await easel.wait()
    with pytest.raises(NotDrawn, match="the easel is gone"):
        await studio.draw(DRAWING)
    assert await studio.draw(DRAWING)


async def test_who_waits_too_long_gets_none_and_the_easel_goes_on_starting() -> None:
    studio = Studio(starting_seconds=0.01)
    with pytest.raises(NotDrawn, match="too long"):
        await studio.draw(DRAWING)
    easel = await _easel(studio)
    assert easel.returncode is None
    await studio.close()
    assert easel.returncode == 0


async def test_a_picture_that_takes_too_long_is_given_up_with_its_easel(studio: Studio) -> None:
    await studio.draw(DRAWING)
    easel = await _easel(studio)
    studio._patience_seconds = 0.001
    with pytest.raises(NotDrawn, match="too long"):
        await studio.draw(DRAWING)
    assert easel.returncode is not None
    studio._patience_seconds = 60
    assert await studio.draw(DRAWING)


async def test_a_queue_that_is_full_refuses_at_once(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studios, "LONGEST_QUEUE", 1)
    first = asyncio.create_task(studio.draw(DRAWING))
    await asyncio.sleep(0)
    with pytest.raises(NotDrawn, match="too many"):
        await studio.draw(DRAWING)
    assert await first


async def test_an_easel_ends_when_its_owner_does(studio: Studio) -> None:
    await studio.draw(DRAWING)
    easel = await _easel(studio)
    assert easel.stdin is not None
    easel.stdin.close()  # what the end of the bot's process comes to
    async with asyncio.timeout(10):
        assert await easel.wait() == 0


async def _easel(studio: Studio) -> asyncio.subprocess.Process:
    assert studio._starting is not None
    return await studio._starting
