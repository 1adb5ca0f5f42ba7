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
from matplotlib.text import Text
from matplotlib.ticker import FuncFormatter, MaxNLocator
from PIL import Image

from handlers.fonts import FONT_NAME, FONT_PATH
from handlers.pictures.plot import Measure

WIDTH_PIXELS: Final = 720
HEIGHT_PIXELS: Final = 540
DOTS_PER_INCH: Final = 200
"""A phone shows 720 pixels about 360 wide, so a text of 8.7 points here has 12 pixels there, which is the least."""
SHOWN_WIDTH_PIXELS: Final = 360
LEAST_SHOWN_PIXELS: Final = 12
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

TITLE_POINTS: Final = 11.5
TEXT_POINTS: Final = 9.2
SMALL_POINTS: Final = 8.7

MARGIN: Final = 0.035
LINE_HEIGHT: Final = 0.056
"""Of a line of small text, in parts of the picture's height."""
MOST_NOTE_LINES: Final = 2
LEGEND_COLUMNS: Final = 4
LEGEND_HEIGHT: Final = 0.09


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
    written(figure, MARGIN, 0.975, title, TITLE_POINTS, INK, most_lines=1)
    written(figure, MARGIN, 0.89, note, SMALL_POINTS, FAINT_INK, most_lines=MOST_NOTE_LINES)
    return figure


def written(figure: Figure, left: float, top: float, text: str, points: float, colour: str, *, most_lines: int) -> None:
    """Write a text from a place on to the right margin; what is too wide goes on in the next line, and is cut at last.

    `left` and `top` are in parts of the figure.
    """
    drawn = figure.text(left, top, "", fontsize=points, color=colour, va="top", linespacing=1.15)
    room = (1 - left - MARGIN / 2) * WIDTH_PIXELS
    lines: list[str] = []
    rest = legible(text)
    while rest and len(lines) < most_lines:
        kept = _fitting(drawn, rest, room)
        lines.append(kept)
        rest = rest[len(kept) :].lstrip()
    if rest:
        lines[-1] = f"{lines[-1].rstrip()[:-1]}…"
    drawn.set_text("\n".join(lines))


def _fitting(drawn: Text, text: str, room: float) -> str:
    """Return as much of a text's beginning as there is room for, in pixels: up to a blank where there is one."""
    least, most = 1, len(text)
    while least < most:
        middle = (least + most + 1) // 2
        drawn.set_text(text[:middle])
        least, most = (middle, most) if drawn.get_window_extent().width <= room else (least, middle - 1)
    blank = text.rfind(" ", 0, least)
    return text[:least] if least == len(text) or blank <= 0 else text[:blank]


def axes(figure: Figure, measure: Measure) -> Axes:
    """Return the figure's axes: a light grid, few figures, no frame."""
    made = figure.add_axes((0.17, 0.22, 0.80, 0.53))
    for side in ("top", "right", "left"):
        made.spines[side].set_visible(False)
    made.spines["bottom"].set_color(GRID)
    made.tick_params(length=0, labelsize=SMALL_POINTS, colors=FAINT_INK)
    made.grid(visible=True, axis="y", color=GRID, linewidth=0.6)
    made.set_axisbelow(True)
    made.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 2.5, 5, 10]))
    made.yaxis.set_major_formatter(FuncFormatter(_formatter(measure)))
    return made


def _formatter(measure: Measure) -> Callable[[float, int | None], str]:
    def shown(value: float, _place: int | None) -> str:
        scaled = value / measure.per
        figure = f"{scaled:,.0f}" if scaled == round(scaled) else f"{scaled:,.3f}".rstrip("0")
        return legible(f"{measure.prefix}{figure}{measure.suffix}")

    return shown


def say_cut(figure: Figure, drawn: Axes, words: str) -> None:
    """Say above the axes that theirs does not begin at zero, as a small change looks large there."""
    left, bottom, width, height = drawn.get_position().bounds
    drawn.set_position((left, bottom, width, height - 1.4 * LINE_HEIGHT))
    written(figure, MARGIN, bottom + height, f"↕ {words}", SMALL_POINTS, INK, most_lines=1)


def keep_inside(drawn: Axes) -> None:
    """Let the first and the last label below the axis end where it does, so that neither is cut off."""
    labels = drawn.get_xticklabels()
    if len(labels) > 1:
        labels[0].set_horizontalalignment("left")
        labels[-1].set_horizontalalignment("right")


def legend(figure: Figure, drawn: Axes) -> None:
    """Put the names of what is drawn at the foot; of one thing alone the axes take that room."""
    handles, labels = drawn.get_legend_handles_labels()
    if len(handles) == 1:
        left, bottom, width, height = drawn.get_position().bounds
        drawn.set_position((left, bottom - LEGEND_HEIGHT, width, height + LEGEND_HEIGHT))
    if len(handles) > 1:
        figure.legend(
            handles,
            [legible(label) for label in labels],
            loc="lower center",
            bbox_to_anchor=(0.5, 0.0),
            ncols=min(len(handles), LEGEND_COLUMNS),
            fontsize=SMALL_POINTS,
            labelcolor=INK,
            frameon=False,
            handlelength=1.0,
            handletextpad=0.5,
            columnspacing=0.9,
            labelspacing=0.25,
            borderpad=0.1,
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
