"""The process that draws: `python -m handlers.pictures.render_process` reads plots on its input and writes PNGs.

It also makes pictures anew that people have sent. They are decoded nowhere else: a decoder is what a picture attacks.
It has little memory, none of the service's settings, and is killed when it takes too long.

A message is four bytes of length and as many of content; an answer has a byte before it, 1 for a picture, 2 for why
nothing is made of one, and 0 for the words of what went wrong. Its owner, `bot/processes/render_process.py`, alone
talks to it, so pickled values are safe. It ends when its input does, so it never outlives the bot; signals are its
owner's business.
"""

from __future__ import annotations

import pickle
import resource
import signal
import struct
import sys
from typing import BinaryIO, Final

from handlers.pictures.photograph import Photograph
from handlers.pictures.plot import Bars, Measure, Plot, Series

DRAWN: Final = b"\x01"
FAILED: Final = b"\x00"
UNUSABLE: Final = b"\x02"
LENGTH: Final = struct.Struct(">I")
MOST_MEMORY_BYTES: Final = 2 * 1024**3
"""Of address space: the libraries take half of it before anything is drawn."""


def main() -> None:
    """Load what it takes, draw once so that all is warm, say so, and serve until the input ends."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    source, target = sys.stdin.buffer, sys.stdout.buffer
    _answer(target, _warm())
    while (asked := _next(source)) is not None:
        _answer(target, asked)


def _warm() -> Plot:
    return Bars("速速", "Susu", ("1",), (Series("a", (1.0,)), Series("b", (1.0,))), Measure("¥"), frozenset({0}), "✓")


def _next(source: BinaryIO) -> Plot | Photograph | None:
    head = source.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    asked: Plot | Photograph = pickle.loads(source.read(length))  # noqa: S301 - from the process that started this one
    return asked


def _answer(target: BinaryIO, asked: Plot | Photograph) -> None:
    from handlers.pictures.figures import render
    from handlers.pictures.remaking import NotUsable, remade

    try:
        kind, content = DRAWN, remade(asked) if isinstance(asked, Photograph) else render(asked)
    except NotUsable as unusable:
        kind, content = UNUSABLE, unusable.why.value.encode()
    except Exception as error:  # noqa: BLE001 - one picture that fails leaves the others alone
        kind, content = FAILED, f"{type(error).__name__}: {error}".encode()
    target.write(kind + LENGTH.pack(len(content)) + content)
    target.flush()


if __name__ == "__main__":
    main()
