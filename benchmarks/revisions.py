"""Two revisions of Susu post in turns: `python -m benchmarks revisions --against REV`, or `make bench-compare REV=…`.

The other revision is checked out beside, into a folder that is deleted afterwards. Both are run by this Python and this
revision's benchmark, each with its own `finance_core` and migrations, on one PostgreSQL.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from benchmarks.contestants import ROOT, Load, Started, processor_ratio, ratio, running_server
from benchmarks.figures import Json
from benchmarks.posting import LOADS, turns_of

THIS, THAT = "this", "that"
_ACCOUNTS: Final = 10_000


def measured(revision: str, rounds: int, seconds: float, loads: Sequence[Load] = LOADS) -> Json:
    """Return how many times as fast as `revision` this one posts, by load: by the clock, and by processor time.

    Raises:
        subprocess.CalledProcessError: git knows no such revision.
    """
    with _checked_out(revision) as tree, running_server() as server, ExitStack() as running:
        paths = {THIS: [ROOT], THAT: [_benchmarks_alone(tree), tree]}
        contestants = {
            name: running.enter_context(Started(server, name, "own", [_ACCOUNTS], path)) for name, path in paths.items()
        }
        turns = turns_of(contestants, loads, rounds, seconds)
    figures = {
        load: {
            "ratio": round(ratio(by_poster[THIS], by_poster[THAT]), 2),
            "of_processor_time": round(processor_ratio(by_poster[THIS], by_poster[THAT]), 2),
        }
        for load, by_poster in turns.items()
    }
    return {"revision": revision, "times_as_fast": figures}


@contextmanager
def _checked_out(revision: str) -> Iterator[Path]:
    """Lay out a revision's files in a folder, without a trace in the repository."""
    with tempfile.TemporaryDirectory() as folder:
        archive, tree = Path(folder) / "revision.tar", Path(folder) / "tree"
        git = shutil.which("git") or "git"
        subprocess.run([git, "-C", ROOT, "archive", "--output", archive, revision], check=True)
        shutil.unpack_archive(archive, tree, filter="data")
        yield tree


def _benchmarks_alone(tree: Path) -> Path:
    """Return a folder in which only this revision's `benchmarks` is, to be looked in first."""
    folder = tree.parent / "benchmarks_of_this"
    folder.mkdir()
    (folder / "benchmarks").symlink_to(ROOT / "benchmarks")
    return folder


def table(result: Json) -> str:
    """Return the ratios for reading."""
    lines = [f"  posting, times as fast as {result['revision']}      by the clock   by processor time"]
    for load, figures in result["times_as_fast"].items():
        lines.append(f"  {load:<40}{figures['ratio']:>12.2f}{figures['of_processor_time']:>20.2f}")
    return "\n".join(lines)
