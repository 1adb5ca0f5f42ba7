"""Processes that post and take turns: how they are started, told what to do, and compared."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from types import TracebackType
from typing import Final

import psutil

from benchmarks.figures import Json
from benchmarks.meters import Meter, seconds_used
from finance_core.storage.server import DURABLE, EmbeddedServer

ROOT: Final = Path(__file__).resolve().parent.parent
_END_SECONDS: Final = 20


@dataclass(frozen=True)
class Load:
    """So many connections that post so many entries in each transaction."""

    name: str
    connections: int
    batch: int
    to: str = "wallet"


@dataclass(frozen=True)
class Turn:
    """What a poster did when it was its turn."""

    entries: int
    seconds: float
    processor: float
    """Seconds that it and the server's processes used: they hardly depend on what else the machine does."""

    @property
    def rate(self) -> float:
        """Entries a second."""
        return self.entries / self.seconds


class Contestant:
    """A poster's process, which is ready."""

    def __init__(self, process: subprocess.Popen[str], meter: Meter) -> None:
        self._process = process
        self._meter = meter
        self._most_entries = self._answer().get("most_entries")

    def can(self, load: Load) -> bool:
        """Say whether it posts so many entries in one transaction."""
        return self._most_entries is None or load.batch <= self._most_entries

    def takes_turn(self, load: Load, seconds: float) -> Turn:
        """Let it post for so long, while nobody else does."""
        assert self._process.stdin is not None
        told = {"connections": load.connections, "batch": load.batch, "to": load.to, "seconds": seconds}
        used = self._processor_seconds()
        self._process.stdin.write(json.dumps(told) + "\n")
        self._process.stdin.flush()
        done = self._answer()
        return Turn(done["entries"], done["seconds"], self._processor_seconds() - used)

    def _processor_seconds(self) -> float:
        return self._meter.seconds() + seconds_used(psutil.Process(self._process.pid))

    def _answer(self) -> Json:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"a poster has ended: {self._process.args!r}")
        answer: Json = json.loads(line)
        return answer


@dataclass
class Started:
    """Makes a database and starts a poster on it, for a `with`; it ends when it is told nothing more."""

    server: EmbeddedServer
    name: str
    module: str
    words: Sequence[object]
    """What follows the database's address."""
    path: Sequence[Path]
    """Where its Python looks first: `benchmarks` of this revision, and `finance_core` of the one to be measured."""
    python: Path = field(default_factory=lambda: Path(sys.executable))

    def __enter__(self) -> Contestant:
        self.server.run_sql(f'CREATE DATABASE "{self.name}" OWNER susu_owner', database="postgres")
        words = [self.server.url(self.name), *map(str, self.words)]
        self._process = subprocess.Popen(
            [self.python, "-m", f"benchmarks.posters.{self.module}", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.path[0],  # which Python looks in before anything else
            env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, self.path))},
        )
        return Contestant(self._process, Meter(self.server.data))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


@contextmanager
def running_server() -> Iterator[EmbeddedServer]:
    """Run a PostgreSQL with fsync on and without autovacuum, in a folder that is deleted afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with EmbeddedServer(Path(folder) / "postgres", {**DURABLE, "autovacuum": "off"}) as server:
            yield server
            _end_at_once(server)


def _end_at_once(server: EmbeddedServer) -> None:
    """Spare it the seconds in which it would write out what is deleted next."""
    pid = server.pid()
    if pid is not None:
        os.kill(pid, signal.SIGQUIT)


def ratio(ours: Sequence[Turn], theirs: Sequence[Turn]) -> float:
    """Return the median of the ratios of rates, round by round."""
    return median(one.rate / other.rate for one, other in zip(ours, theirs, strict=True))


def processor_ratio(ours: Sequence[Turn], theirs: Sequence[Turn]) -> float:
    """Return how often the processor time of one of our entries goes into that of one of theirs."""
    return microseconds(theirs) / microseconds(ours)


def microseconds(turns: Sequence[Turn]) -> float:
    """Return the processor time of an entry, over all turns."""
    return sum(turn.processor for turn in turns) / sum(turn.entries for turn in turns) * 1e6
