"""The paper that everything is drawn on: size, font, colours, and the way to a small PNG. Loads matplotlib."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from typing import Final

import matplotlib as mpl
from matplotlib import font_manager, ft2font
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from handlers.fonts import FONT_NAME, FONT_PATH
from handlers.pictures.plot import Measure

WIDTH_PIXELS: Final = 720
HEIGHT_PIXELS: Final = 540
DOTS_PER_INCH: Final = 200
"""A phone shows 720 pixels about 360 points wide, so a text of 8 points here has 11 there: legible, barely smaller
than the chat's own."""
COLOURS_KEPT: Final = 64
"""Flat shapes and grey text edges need no more; the picture is a third of its size."""
COMPRESSION: Final = 6
"""Trying harder takes half as long again as all the plot, for a tenth of the bytes."""
FALLBACK_FONT: Final = "DejaVu Sans"
UNKNOWN: Final = "□"

INK: Final = "#1f2a30"
FAINT_INK: Final = "#66757f"
GRID: Final = "#e3e8eb"
PAPER: Final = "#ffffff"
COLOURS: Final = ("#0f7b6c", "#e39b2d", "#3f6fb5", "#b5476b", "#7a6ab8", "#6f8f3a", "#8c6d4f", "#5b6b75")
"""Told apart by people who see no red or green too; the first is what matters most."""

TITLE_POINTS: Final = 10.5
TEXT_POINTS: Final = 8.0
SMALL_POINTS: Final = 7.0


@cache
def prepare() -> None:
    """Make the font known, once in a process. Without it a picture would have boxes in place of Chinese."""
    font_manager.fontManager.addfont(FONT_PATH)
    mpl.rcParams["font.family"] = [FONT_NAME, FALLBACK_FONT]
    mpl.rcParams["axes.unicode_minus"] = False
    mpl.rcParams["text.parse_math"] = False


@cache
def _glyphs() -> frozenset[int]:
    fallback = font_manager.findfont(FALLBACK_FONT)
    return frozenset().union(*(ft2font.FT2Font(str(path)).get_charmap() for path in (FONT_PATH, fallback)))


def legible(text: str) -> str:
    """Return a text with what no font of ours can draw (an emoji in a name) replaced by a box."""
    return "".join(letter if ord(letter) in _glyphs() or letter == "\n" else UNKNOWN for letter in text)


def sheet(title: str, note: str) -> Figure:
    """Return an empty figure with its title and the line below it."""
    prepare()
    figure = Figure(figsize=(WIDTH_PIXELS / DOTS_PER_INCH, HEIGHT_PIXELS / DOTS_PER_INCH), dpi=DOTS_PER_INCH)
    FigureCanvasAgg(figure)
    figure.set_facecolor(PAPER)
    figure.text(0.035, 0.965, legible(title), fontsize=TITLE_POINTS, color=INK, va="top")
    figure.text(0.035, 0.885, legible(note), fontsize=SMALL_POINTS, color=FAINT_INK, va="top")
    return figure


def axes(figure: Figure, measure: Measure) -> Axes:
    """Return the figure's axes: a light grid, few figures, no frame."""
    made = figure.add_axes((0.14, 0.215, 0.83, 0.585))
    for side in ("top", "right", "left"):
        made.spines[side].set_visible(False)
    made.spines["bottom"].set_color(GRID)
    made.tick_params(length=0, labelsize=SMALL_POINTS, colors=FAINT_INK)
    made.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    made.set_axisbelow(True)
    made.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 2.5, 5, 10]))
    made.yaxis.set_major_formatter(FuncFormatter(_formatter(measure)))
    return made


def _formatter(measure: Measure) -> Callable[[float, int | None], str]:
    def shown(value: float, _place: int | None) -> str:
        scaled = value / measure.per
        figure = f"{scaled:,.0f}" if scaled == round(scaled) else f"{scaled:,.3f}".rstrip("0")
        return legible(f"{measure.prefix}{figure}{measure.suffix}")

    return shown


def legend(figure: Figure, drawn: Axes) -> None:
    """Put the names of what is drawn in one row at the foot."""
    handles, labels = drawn.get_legend_handles_labels()
    if len(handles) > 1:
        figure.legend(
            handles,
            [legible(label) for label in labels],
            loc="lower center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=min(len(handles), 4),
            fontsize=SMALL_POINTS,
            labelcolor=INK,
            frameon=False,
            handlelength=1.2,
            columnspacing=1.2,
        )


def png(figure: Figure) -> bytes:
    """Return the figure as a PNG of few colours: a tenth of the 100 kB that a slow connection may be asked for."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()  # type: ignore[no-untyped-call]
    pixels = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), pixels, "raw", "RGBA", 0, 1).convert("RGB")
    kept = io.BytesIO()
    few_colours = picture.quantize(COLOURS_KEPT, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    few_colours.save(kept, "PNG", compress_level=COMPRESSION)
    return kept.getvalue()
