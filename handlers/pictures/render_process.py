"""The process that draws: `python -m handlers.pictures.render_process` reads plots on its input and writes PNGs.

A message is four bytes of length and as many of content; an answer has a byte before it, 1 for a picture and 0 for the
words of what went wrong. Its owner (`bot/processes/render_process.py`) is the only one who talks to it, so pickled
values are safe. It ends when its input does, so it never outlives the bot; signals are the bot's business.
"""

from __future__ import annotations

import pickle
import signal
import struct
import sys
from typing import BinaryIO, Final

from handlers.pictures.plot import Bars, Measure, Plot, Series

DRAWN: Final = b"\x01"
FAILED: Final = b"\x00"
LENGTH: Final = struct.Struct(">I")


def main() -> None:
    """Load what it takes, draw once so that all is warm, say so, and serve until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    _answer(target, _warm())
    while (plot := _next(source)) is not None:
        _answer(target, plot)


def _warm() -> Plot:
    return Bars("速速", "Susu", ("1",), (Series("a", (1.0,)), Series("b", (1.0,))), Measure("¥"), frozenset({0}), "✓")


def _next(source: BinaryIO) -> Plot | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    plot: Plot = pickle.loads(source.read(length))  # noqa: S301 - from the process that started this one
    return plot


def _answer(target: BinaryIO, plot: Plot) -> None:
    from handlers.pictures.figures import render

    try:
        kind, content = DRAWN, render(plot)
    except Exception as error:  # noqa: BLE001 - one picture that fails leaves the others alone
        kind, content = FAILED, f"{type(error).__name__}: {error}".encode()
    target.write(kind + LENGTH.pack(len(content)) + content)
    target.flush()


if __name__ == "__main__":
    main()
