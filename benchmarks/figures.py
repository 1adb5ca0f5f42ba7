"""What is made of many measured seconds: percentiles, and lines of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

PERCENTILES: Final = (50, 95, 99)
Json = dict[str, Any]


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return what `percent` of the `ordered` values do not exceed: the nearest rank, so one that was measured."""
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(rank, 1) - 1]


def figures(seconds: Sequence[float]) -> Json:
    """Return the count, and p50, p95, p99 and the worst in milliseconds; only the count when there are none."""
    if not seconds:
        return {"count": 0}
    ordered = sorted(seconds)
    cuts = {f"p{percent}": _milliseconds(percentile(ordered, percent)) for percent in PERCENTILES}
    return {"count": len(ordered), **cuts, "worst": _milliseconds(ordered[-1])}


def line(name: str, measured: Mapping[str, Any]) -> str:
    """Return one line of a table of `figures`."""
    cells = [f"{cut} {value:8.1f} ms" for cut, value in measured.items() if cut != "count"]
    return f"  {name:<24}{measured['count']:>7}   " + "  ".join(cells)


def _milliseconds(seconds: float) -> float:
    return round(seconds * 1000, 1)
