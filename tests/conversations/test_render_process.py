"""The render process: real pictures from a real process, and what becomes of it when something goes wrong."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from bot.processes import render_process as studios
from bot.processes.render_process import NotDrawn, RenderProcess
from handlers.pictures.plot import Bars, Measure, Series

DRAWING = Bars("还款计划", "本金与利息", ("4月", "5月"), (Series("本金", (1.0, 2.0)),), Measure("¥"))
BROKEN: Any = replace(DRAWING, labels=("4月",))


@pytest.fixture
async def render_process() -> AsyncIterator[RenderProcess]:
    made = RenderProcess(patience_seconds=60, starting_seconds=60)
    yield made
    await made.close()


async def test_a_drawing_comes_back_as_a_picture_and_later_ones_from_the_same_process(
    render_process: RenderProcess,
) -> None:
    first, second = await asyncio.gather(render_process.draw(DRAWING), render_process.draw(DRAWING))
    assert first == second
    assert Image.open(io.BytesIO(first)).size == (720, 540)
    assert await _renderer(render_process) is await _renderer(render_process)


async def test_a_drawing_that_cannot_be_drawn_is_told_and_leaves_the_next_one_alone(
    render_process: RenderProcess,
) -> None:
    with pytest.raises(NotDrawn, match="Error"):
        await render_process.draw(BROKEN)
    assert await render_process.draw(DRAWING)


async def test_a_renderer_that_died_is_replaced(render_process: RenderProcess) -> None:
    await render_process.draw(DRAWING)
    renderer = await _renderer(render_process)
    renderer.kill()
    await renderer.wait()
    with pytest.raises(NotDrawn, match="the renderer is gone"):
        await render_process.draw(DRAWING)
    assert await render_process.draw(DRAWING)


async def test_who_waits_too_long_gets_none_and_the_renderer_goes_on_starting() -> None:
    render_process = RenderProcess(starting_seconds=0.01)
    with pytest.raises(NotDrawn, match="too long"):
        await render_process.draw(DRAWING)
    renderer = await _renderer(render_process)
    assert renderer.returncode is None
    await render_process.close()
    assert renderer.returncode == 0


async def test_a_picture_that_takes_too_long_is_given_up_with_its_renderer(render_process: RenderProcess) -> None:
    await render_process.draw(DRAWING)
    renderer = await _renderer(render_process)
    render_process._patience_seconds = 0.001
    with pytest.raises(NotDrawn, match="too long"):
        await render_process.draw(DRAWING)
    assert renderer.returncode is not None
    render_process._patience_seconds = 60
    assert await render_process.draw(DRAWING)


async def test_a_queue_that_is_full_refuses_at_once(
    render_process: RenderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studios, "LONGEST_QUEUE", 1)
    first = asyncio.create_task(render_process.draw(DRAWING))
    await asyncio.sleep(0)
    with pytest.raises(NotDrawn, match="too many"):
        await render_process.draw(DRAWING)
    assert await first


async def test_a_renderer_ends_when_its_owner_does(render_process: RenderProcess) -> None:
    await render_process.draw(DRAWING)
    renderer = await _renderer(render_process)
    assert renderer.stdin is not None
    renderer.stdin.close()  # what the end of the bot's process comes to
    async with asyncio.timeout(10):
        assert await renderer.wait() == 0


async def _renderer(render_process: RenderProcess) -> asyncio.subprocess.Process:
    assert render_process._starting is not None
    return await render_process._starting
