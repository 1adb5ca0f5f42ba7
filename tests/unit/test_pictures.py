"""Pictures as they come: PNGs of a phone's size, small, with every glyph; matplotlib's warnings are errors here."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from PIL import Image

from benchmarks.pictures import samples
from finance_core.kernel.money import CNY, Money
from handlers.fonts import FONT_PATH
from handlers.locales import codes, translator
from handlers.pictures import canvas
from handlers.pictures.canvas import UNKNOWN, legible
from handlers.pictures.figures import bars, lines, render, roll, shares
from handlers.pictures.plot import Bars, Entry, Lines, Measure, Plot, Roll, Series, Shares, Slice, Tick
from handlers.pictures.plots import value_over_time

ENGLISH = translator("en")
YUAN = Measure("¥")
SCHEDULE = Bars(
    "还款计划 · 借款 3,000.00",
    "每期本金与利息",
    ("4月12日", "5月12日", "6月12日"),
    (Series("本金", (980.0, 1000.0, 1020.0)), Series("利息", (46.5, 31.0, None))),
    YUAN,
    done=frozenset({0}),
    done_name="已还",
)
CURVE = Lines(
    "Your repayment",
    "Principal left: planned and paid",
    (0.0, 30.0, 60.0),
    (Tick(0, "12 Mar"), Tick(60, "11 May")),
    (Series("Planned", (3000.0, 2000.0, 1000.0)), Series("Paid", (3000.0, 1800.0, None))),
    YUAN,
    steps=True,
    filled=True,
    dashed=frozenset({0}),
    mark=Tick(40, "today"),
)
ALLOCATION = Shares(
    "我的钱",
    "2026年3月12日",
    (Slice("零钱通", 600.0, "¥600.00 · 60%"), Slice("钱包", 400.0, "¥400.00 · 40%")),
    "¥1,000.00",
)
DRAWINGS: dict[str, Plot] = {
    "schedule": SCHEDULE,
    "curve": CURVE,
    "allocation": ALLOCATION,
    "many bars": replace(SCHEDULE, labels=tuple(map(str, range(52))), series=(Series("a", (1.0,) * 52),)),
    "no bars": replace(SCHEDULE, labels=(), series=(), done=frozenset()),
    "one point": replace(
        CURVE,
        places=(0.0,),
        ticks=(Tick(0, "12 Mar"),),
        series=(Series("Paid", (1.0,)),),
        dashed=frozenset(),
        mark=Tick(0, "today"),
    ),
    "nothing but gaps": replace(CURVE, series=(Series("Paid", (None, None, None)),), dashed=frozenset()),
    "a yield that hardly moves": replace(
        CURVE, series=(Series("y", (0.8412, 0.8413, 0.8412)),), measure=Measure(suffix=" %"), from_zero=False, mark=None
    ),
    "nothing owned": replace(ALLOCATION, slices=(Slice("钱包", 0.0, "¥0.00"),)),
    "eight parts": replace(ALLOCATION, slices=tuple(Slice(f"Part {nr}", 1.0, "12.5%") for nr in range(8))),
    "who has paid": Roll("周日互助会", "第 3 轮", tuple(Entry(f"会员 {nr}", "¥50.00", nr < 4) for nr in range(5))),
    "dollars are no formula": replace(SCHEDULE, title="US$1 and US$2", labels=("$a$", "b", "c")),
}


@pytest.mark.parametrize("name", DRAWINGS)
def test_each_picture_is_a_small_png_of_a_phones_width(name: str) -> None:
    content = render(DRAWINGS[name])
    picture = Image.open(io.BytesIO(content))
    assert picture.format == "PNG"
    assert picture.size == (720, 540)
    assert len(content) < 100_000
    assert len(picture.convert("RGB").getcolors(1 << 20) or ()) > 3


def test_a_roll_of_fifty_is_higher_and_as_wide() -> None:
    fifty = Roll("Choir", "Round 3 of 50", tuple(Entry("W" * 32, "¥50.00", None) for _ in range(50)))
    width, height = Image.open(io.BytesIO(render(fifty))).size
    assert width == 720
    assert height > 540


def figure_of(plot: Plot) -> Figure:
    match plot:
        case Bars():
            return bars(plot)
        case Lines():
            return lines(plot)
        case Shares():
            return shares(plot)
        case Roll():
            return roll(plot)


def texts_of(figure: Figure) -> list[Text]:
    """Return what is written in a figure; the labels of ticks beyond an axis's ends are never drawn."""
    figure.draw_without_rendering()
    sides = [axis for axes in figure.axes for axis in (axes.xaxis, axes.yaxis)]
    beyond = {tick.label1 for axis in sides for tick in axis.get_major_ticks() if not _is_within(axis, tick.get_loc())}
    written = (each for each in figure.findobj(Text) if isinstance(each, Text) and each.get_visible())
    return [each for each in written if each.get_text() and each not in beyond]


def _is_within(axis: Axis, place: float) -> bool:
    least, most = sorted(axis.get_view_interval())
    return bool(least - 1e-9 <= place <= most + 1e-9)


@pytest.mark.parametrize("language", codes())
def test_each_label_is_12_pixels_high_as_a_chat_shows_it_and_is_not_cut_off(language: str) -> None:
    for name, plot in {**samples(translator(language)), **(DRAWINGS if language == "en" else {})}.items():
        figure = figure_of(plot)
        texts = texts_of(figure)
        assert texts, name
        shown = canvas.SHOWN_WIDTH_PIXELS / canvas.WIDTH_PIXELS * canvas.DOTS_PER_INCH / 72
        assert min(float(each.get_fontsize()) for each in texts) * shown >= canvas.LEAST_SHOWN_PIXELS, name
        for each in texts:
            box = each.get_window_extent()
            assert -1 <= box.x0 <= box.x1 <= canvas.WIDTH_PIXELS + 1, (name, each.get_text())
            assert -1 <= box.y0 <= box.y1 <= canvas.HEIGHT_PIXELS + 1, (name, each.get_text())


def test_an_axis_that_does_not_begin_at_zero_says_so() -> None:
    said = {name: [each.get_text() for each in texts_of(figure_of(plot))] for name, plot in samples(ENGLISH).items()}
    cut = {name for name, texts in said.items() if any("The axis does not begin at 0" in text for text in texts)}
    assert cut == {"yield", "nav"}


def test_what_is_less_than_nothing_is_on_the_axis() -> None:
    days = (date(2026, 6, 19), date(2026, 6, 20))
    plot = value_over_time(ENGLISH, {day: Money(amount, CNY) for day, amount in zip(days, (500, -700), strict=True)})
    assert figure_of(plot).axes[0].get_ylim()[0] <= -7


def test_what_is_paid_looks_different() -> None:
    unpaid = replace(SCHEDULE, done=frozenset())
    assert render(unpaid) != render(SCHEDULE)


def test_what_is_paid_of_a_bar_looks_different() -> None:
    unpaid = replace(SCHEDULE, done=frozenset())
    partly = replace(unpaid, series=tuple(replace(each, done=(0.0,) * len(each.values)) for each in unpaid.series))
    assert render(partly) == render(unpaid)
    first = partly.series[0]
    partly = replace(partly, series=(replace(first, done=(1.0, *first.done[1:])), *partly.series[1:]))
    assert render(partly) != render(unpaid)


@pytest.mark.parametrize("plot", [SCHEDULE, CURVE, ALLOCATION], ids=["bars", "lines", "shares"])
def test_the_same_values_give_the_same_picture(plot: Plot) -> None:
    assert render(plot) == render(plot)


def test_names_are_drawn_in_either_script_and_what_no_font_has_becomes_a_box() -> None:
    assert legible("陳喆堃 Ọlá Kofi ₵5 ✓") == "陳喆堃 Ọlá Kofi ₵5 ✓"
    assert legible("Ana 🎉") == f"Ana {UNKNOWN}"
    assert render(replace(SCHEDULE, title="Ana 🎉 陳喆", note="\U0002a6d6"))


def test_the_font_has_all_of_gb2312_and_comes_with_its_licence() -> None:
    in_the_set = [
        bytes((lead, trail)).decode("gb2312", errors="ignore")
        for lead in range(0xB0, 0xF8)
        for trail in range(0xA1, 0xFF)
    ]
    assert UNKNOWN not in legible("".join(in_the_set))
    assert "SIL OPEN FONT LICENSE" in FONT_PATH.with_name("OFL.txt").read_text()
    assert FONT_PATH.stat().st_size < 3_000_000


def test_drawings_are_made_without_loading_what_draws_them() -> None:
    words = "import sys, handlers.chat.screens.base, bot.processes.render_process; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2]
    )
    assert {"matplotlib", "numpy", "PIL"}.isdisjoint(done.stdout.split())


@pytest.mark.parametrize("language", codes())
def test_each_picture_of_the_chat_is_drawn_in_the_readers_language(language: str) -> None:
    for name, plot in samples(translator(language)).items():
        words = [plot.title, plot.note, *(part.name for part in getattr(plot, "series", ()))]
        assert all(words), name
        assert len(render(plot)) < 100_000, name
    title = samples(translator(language))["schedule"].title
    assert title == {"en": "Schedule: loan of ¥12,000.00", "zh": "还款计划：借款 ¥12,000.00"}[language]


def test_what_a_person_named_is_drawn_as_it_is_written() -> None:
    assert samples(translator("en"))["nav"].title == "稳健增长 A&B: price per unit"


def test_the_curve_holds_each_figure_until_the_next_and_ends_today() -> None:
    curve = samples(translator("en"))["repayment curve"]
    assert isinstance(curve, Lines)
    planned, paid = curve.series
    assert planned.values[:3] == (12000.0, 11000.0, 10000.0)
    assert planned.values[-1] == 0
    assert paid.values[:3] == (12000.0, 10700.0, 9400.0)
    assert paid.values[-1] is None
    assert curve.mark is not None
    assert curve.mark.at == date(2026, 6, 20).toordinal()


def test_large_sums_are_told_in_the_languages_own_thousands() -> None:
    day = {date(2026, 6, 20): Money(50_000_000, CNY)}
    measures = {language: value_over_time(translator(language), day).measure for language in codes()}
    assert measures == {"en": Measure("¥", "k", 1_000), "zh": Measure("¥", "万", 10_000)}
