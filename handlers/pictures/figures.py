"""The four forms, drawn: bars, lines, shares, rolls. Each takes its values and returns a figure."""

from __future__ import annotations

from itertools import cycle, islice
from typing import Final, Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from handlers.pictures import canvas
from handlers.pictures.plot import Bars, Entry, Lines, Plot, Roll, Series, Shares, Tick

MOST_LABELS: Final = 4
"""More labels below the axis than this would run into each other on a phone."""
PALE: Final = 0.35
LATE: Final = 0.8
"""From this part of the axis on a mark's label stands to its left."""


def render(plot: Plot) -> bytes:
    """Return a plot as a PNG of 720 × 540 pixels; a long roll is higher."""
    match plot:
        case Bars():
            return canvas.png(bars(plot))
        case Lines():
            return canvas.png(lines(plot))
        case Shares():
            return canvas.png(shares(plot))
        case Roll():
            return canvas.png(roll(plot))


def bars(plot: Bars) -> Figure:
    """Draw stacked bars; those that are done are pale and have a tick above."""
    figure = canvas.sheet(plot.title, plot.note)
    axes = canvas.axes(figure, plot.measure)
    floors = [0.0] * len(plot.labels)
    for series, colour in zip(plot.series, cycle(canvas.COLOURS), strict=False):
        axes.bar([0], [0], color=colour, label=series.name)  # the legend's, which is never pale
        for heights, alpha in zip(_pale_and_full(plot, series), (PALE, 1), strict=True):
            axes.bar(range(len(floors)), heights, 0.72, bottom=floors, color=colour, alpha=alpha)
            floors = [floor + height for floor, height in zip(floors, heights, strict=True)]
    for place in plot.done:
        axes.text(
            place, floors[place], "✓", ha="center", va="bottom", fontsize=canvas.TEXT_POINTS, color=canvas.COLOURS[0]
        )
    if plot.done or any(map(any, (series.done for series in plot.series))):
        axes.bar([0], [0], color=canvas.FAINT_INK, alpha=PALE, label=plot.done_name)
    axes.set_ylim(min(0, min(floors, default=0) * 1.12), max(0, max(floors, default=0) * 1.12) or 1)
    _label_some(axes, plot.labels)
    canvas.legend(figure, axes)
    return figure


def _pale_and_full(plot: Bars, series: Series) -> tuple[list[float], list[float]]:
    """Return the heights of what is over of each bar's part, and of the rest above it."""
    heights = [value or 0.0 for value in series.values]
    done = series.done or (0.0,) * len(heights)
    pale = [height if place in plot.done else done[place] for place, height in enumerate(heights)]
    return pale, [height - over for height, over in zip(heights, pale, strict=True)]


def _label_some(axes: Axes, labels: tuple[str, ...]) -> None:
    """Name the bars, each second or third one when there are many; the last is always named."""
    every = max(1, -(-len(labels) // MOST_LABELS))
    named = sorted(range(len(labels) - 1, -1, -every))
    axes.set_xticks(named, [canvas.legible(labels[place]) for place in named])


def lines(plot: Lines) -> Figure:
    """Draw lines; a plan is dashed, today is a line across."""
    figure = canvas.sheet(plot.title, plot.note)
    axes = canvas.axes(figure, plot.measure)
    for index, (series, colour) in enumerate(zip(plot.series, cycle(canvas.COLOURS), strict=False)):
        _line(axes, plot, index, series, colour)
    _begin_at_zero(figure, axes, plot)
    axes.set_xticks([tick.at for tick in plot.ticks], [canvas.legible(tick.label) for tick in plot.ticks])
    canvas.keep_inside(axes)
    axes.margins(x=0.03)
    if plot.mark is not None:
        _mark(axes, plot.mark)
    canvas.legend(figure, axes)
    return figure


def _mark(axes: Axes, mark: Tick) -> None:
    """Draw a line across with its label, which stands on the side where there is room."""
    axes.axvline(mark.at, color=canvas.FAINT_INK, linewidth=0.7)
    left, right = axes.get_xlim()
    is_late = mark.at > left + LATE * (right - left)
    axes.annotate(
        canvas.legible(mark.label),
        (mark.at, 1),
        xycoords=("data", "axes fraction"),
        xytext=(-2 if is_late else 2, -1),
        textcoords="offset points",
        ha="right" if is_late else "left",
        va="top",
        fontsize=canvas.SMALL_POINTS,
        color=canvas.FAINT_INK,
    )


def _begin_at_zero(figure: Figure, axes: Axes, plot: Lines) -> None:
    """Let the axis have zero in it; where it is told from its own range, say so."""
    bottom, top = axes.get_ylim()
    if plot.from_zero:
        axes.set_ylim(bottom=min(0, bottom if _has_less_than_zero(plot) else 0), top=max(top, 1e-9))
    elif bottom > 0 or top < 0:
        canvas.say_cut(figure, axes, plot.cut_axis)


def _has_less_than_zero(plot: Lines) -> bool:
    return any(value is not None and value < 0 for series in plot.series for value in series.values)


def _line(axes: Axes, plot: Lines, index: int, series: Series, colour: str) -> None:
    found = [(place, value) for place, value in zip(plot.places, series.values, strict=True) if value is not None]
    places, values = [place for place, _ in found], [value for _, value in found]
    axes.plot(
        places,
        values,
        color=colour,
        linewidth=1.6,
        linestyle=(0, (3, 2)) if index in plot.dashed else "-",
        drawstyle="steps-post" if plot.steps else "default",
        marker="o" if len(places) == 1 else "",
        markersize=3.5,
        label=series.name,
        zorder=3 + index,
    )
    if plot.filled and index == 0:
        step: Literal["post"] | None = "post" if plot.steps else None
        axes.fill_between(
            places, values, axes.get_ylim()[0] if not plot.from_zero else 0, step=step, color=colour, alpha=0.12
        )


def shares(plot: Shares) -> Figure:
    """Draw a ring, its sum in the middle, and beside it the list of its parts."""
    figure = canvas.sheet(plot.title, plot.note)
    axes = figure.add_axes((0.02, 0.03, 0.46, 0.8))
    colours = list(islice(cycle(canvas.COLOURS), len(plot.slices)))
    sizes = [max(part.value, 0.0) for part in plot.slices]
    if sum(sizes) > 0:
        axes.pie(sizes, colors=colours, startangle=90, counterclock=False, wedgeprops={"width": 0.32, "edgecolor": "w"})
    axes.set_axis_off()
    axes.text(
        0.5,
        0.5,
        canvas.legible(plot.middle),
        transform=axes.transAxes,
        ha="center",
        va="center",
        fontsize=canvas.TEXT_POINTS,
        color=canvas.INK,
    )
    rows = len(plot.slices)
    for place, (part, colour) in enumerate(zip(plot.slices, colours, strict=True)):
        height = 0.43 + (rows / 2 - place - 0.5) * min(0.15, 0.78 / rows)
        figure.text(0.51, height, "■", fontsize=canvas.TEXT_POINTS, color=colour, va="center")
        figure.text(
            0.555, height + 0.026, canvas.legible(part.name), fontsize=canvas.TEXT_POINTS, color=canvas.INK, va="center"
        )
        figure.text(
            0.555,
            height - 0.032,
            canvas.legible(part.words),
            fontsize=canvas.SMALL_POINTS,
            color=canvas.FAINT_INK,
            va="center",
        )
    return figure


_ROLL_TOP_PIXELS: Final = 130
_ROW_PIXELS: Final = 34
_ROWS_OF_ONE_COLUMN: Final = 12
_MARKS: Final = {True: ("✓", canvas.COLOURS[0]), False: ("○", canvas.COLOURS[1]), None: ("·", canvas.FAINT_INK)}
_MOST_LARGER: Final = 1.5
"""How much larger the letters of a short roll are at most."""
_ROW_CHARACTERS: Final = 50
"""Of usual letters so many fit beside each other, Chinese ones counted twice."""
_WIDE_FROM: Final = 0x2E7F
_NAME_CHARACTERS: Final = {1: 30, 2: 12}
"""Of a name and what stands behind it as much is written, by the number of columns."""


def roll(plot: Roll) -> Figure:
    """Draw a list of names, each with its mark; more than a dozen stand in two columns, a few in larger letters."""
    figure = canvas.sheet(plot.title, plot.note)
    columns = 1 if len(plot.entries) <= _ROWS_OF_ONE_COLUMN else 2
    rows = -(-len(plot.entries) // columns)
    larger = _how_much_larger(plot, rows) if columns == 1 else 1.0
    height = max(canvas.HEIGHT_PIXELS, _ROLL_TOP_PIXELS + rows * _ROW_PIXELS)
    figure.set_size_inches(canvas.WIDTH_PIXELS / canvas.DOTS_PER_INCH, height / canvas.DOTS_PER_INCH)
    for index, entry in enumerate(plot.entries):
        column, row = divmod(index, rows)
        top = 1 - (_ROLL_TOP_PIXELS + row * _ROW_PIXELS * larger) / height
        _entry(figure, (canvas.MARGIN + column / columns, top), entry, _NAME_CHARACTERS[columns], larger)
    return figure


def _how_much_larger(plot: Roll, rows: int) -> float:
    """Return how much larger a short roll's letters are: as its rows and the longest of them leave room for it."""
    longest = max((sum(2 if ord(sign) > _WIDE_FROM else 1 for sign in f"{x.name} {x.words}") for x in plot.entries),
                  default=1)  # fmt: skip
    by_rows = (canvas.HEIGHT_PIXELS - _ROLL_TOP_PIXELS) / (max(rows, 1) * _ROW_PIXELS)
    return max(1.0, min(_MOST_LARGER, by_rows, _ROW_CHARACTERS / longest))


def _entry(figure: Figure, at: tuple[float, float], entry: Entry, most: int, larger: float) -> None:
    (left, top), points = at, canvas.TEXT_POINTS * larger
    mark, colour = _MARKS[entry.done]
    name = entry.name if len(entry.name) <= most else f"{entry.name[: most - 1]}…"
    words = f"{name}  {entry.words}" if entry.words else name
    figure.text(left, top, mark, fontsize=points, color=colour, va="top")
    figure.text(left + 0.045 * larger, top, canvas.legible(words), fontsize=points, color=canvas.INK, va="top")
