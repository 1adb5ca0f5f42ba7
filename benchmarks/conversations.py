"""From tap to answer: real conversations with the whole service, and where it saturates, beside a bare echo.

`susu demo` runs as a person starts it (sandbox, bot and worker as processes, PostgreSQL with fsync on) in a folder of
its own; the load is another process. Only loopback, and everything ends by itself. The sandbox's copy of Telegram's
flood limits is off, since it is the service that is measured.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.deployment import Deployment, deployed, stop
from benchmarks.figures import Json, line

PAUSE_SECONDS: Final = 2.0
SEED: Final = 2026
RISE_STEP_SECONDS: Final = 3.0
PUSHES_TIMEOUT_SECONDS: Final = 120
LOAD_GRACE_SECONDS: Final = 300
ANA_ID: Final = 5_000_001
WANTED: Final = {"p50": 150.0, "p99": 500.0}
"""Milliseconds from tap to answer, on two cores that have nothing else to do."""


@dataclass(frozen=True, slots=True)
class Options:
    """How much load: so many people, for so many seconds, and so long at each step of the rise (0: no rise)."""

    people: int = 50
    seconds: float = 60.0
    step_seconds: float = RISE_STEP_SECONDS


def measured(options: Options) -> Json:
    """Return every figure. Raises NotRunning."""
    with _folder() as folder, deployed("demo", folder) as demo:
        demo.until(lambda: bool(demo.get("health")["bot"]), "the bot is awake")
        demo.until(lambda: _has_been_pushed_to(demo), "the worker is awake", PUSHES_TIMEOUT_SECONDS)
        result = _susu(demo, options)
    if options.step_seconds:
        with _folder() as folder, deployed("sandbox", folder) as sandbox, _echoing(sandbox):
            sandbox.until(lambda: bool(sandbox.get("health")["bot"]), "the echo is awake")
            result["echo"] = _rise(sandbox, _moved_in(sandbox, options.people), options, echo=True)
    return result


def table(result: Json) -> str:
    """Return the figures for reading."""
    mix = result["mix"]
    lines = [
        f"conversations of {result['people']} people, a mean pause of {PAUSE_SECONDS:g} s, {mix['seconds']} s",
        f"  {mix['updates_per_second']} updates a second",
        line("tap to answer", mix["answer"]),
        line("with a PIN", mix["pin"]),
        *(line(f"  {name}", of_name) for name, of_name in mix["by_conversation"].items()),
        f"  wanted: p50 ≤ {WANTED['p50']:g} ms, p99 ≤ {WANTED['p99']:g} ms: {'met' if result['met'] else 'NOT met'}",
        f"  answers missed or wrong: {result['missed']}",
        *_indented(result["examples"]),
        f"  the book afterwards: {result['verified']}",
        "  processor per update: "
        + ", ".join(f"{name} {spent:.1f} ms" for name, spent in result["cpu_ms_per_update"].items()),
    ]
    for name in ("susu", "echo"):
        if name in result:
            lines += [f"{name} saturates at {result[name]['updates_per_second']:.0f} updates a second"]
            lines += [f"  answers missed or wrong: {result[name]['missed']}", *_indented(result[name]["examples"])]
            lines += [
                line(f"{step['people']} at once, {step['updates_per_second']:.0f}/s", _cuts(step))
                for step in result[name]["steps"]
            ]
    return "\n".join(lines)


def _susu(demo: Deployment, options: Options) -> Json:
    people = _moved_in(demo, options.people)
    joined = _loaded(demo, people, {"join": {}})
    before = demo.cpu_seconds()
    how = {"seconds": options.seconds, "pause_seconds": PAUSE_SECONDS, "seed": SEED}
    told = _loaded(demo, people, {"mix": how}, options.seconds)
    after, mix = demo.cpu_seconds(), told["mix"]
    updates = max(mix["answer"]["count"] + mix["pin"]["count"], 1)
    result = {
        "people": options.people,
        "joining": joined["join"],
        "mix": mix,
        "met": all(mix["answer"].get(cut, 0) <= most for cut, most in WANTED.items()),
        "missed": joined["missed"] + told["missed"],
        "examples": [*joined["examples"], *told["examples"]],
        "cpu_ms_per_update": {name: round((after[name] - before.get(name, 0)) * 1000 / updates, 2) for name in after},
    }
    if options.step_seconds:
        result["susu"] = _rise(demo, people, options, echo=False)
    return {**result, "verified": demo.verified()}


def _rise(deployment: Deployment, people: list[Json], options: Options, *, echo: bool) -> Json:
    told = _loaded(deployment, people, {"rise": {"step_seconds": options.step_seconds, "echo": echo}})
    risen: Json = told["rise"]
    return {**risen, "missed": told["missed"], "examples": told["examples"]}


def _moved_in(deployment: Deployment, count: int) -> list[Json]:
    """Let strangers move in, speaking English and Chinese by turns of two, and lift the flood limits."""
    deployment.post("limits", enabled=False)
    return [
        deployment.post("people", first_name=f"P{n}", username=f"bench{n}", language_code="zh" if n // 2 % 2 else "en")
        for n in range(count)
    ]


def _has_been_pushed_to(demo: Deployment) -> bool:
    """Say whether the worker has delivered: the demo's first receipts."""
    return any(message["from_bot"] for message in demo.get(f"chats/{ANA_ID}/messages"))


def _loaded(deployment: Deployment, people: list[Json], stages: Json, seconds: float = 0.0) -> Json:
    """Let the load's process carry out stages, and return its results."""
    order = {"url": deployment.url, "people": people, "stages": stages}
    done = subprocess.run(
        (sys.executable, "-m", "benchmarks.load"),
        input=json.dumps(order),
        stdout=subprocess.PIPE,
        text=True,
        timeout=seconds + LOAD_GRACE_SECONDS,
        check=True,
    )
    result: Json = json.loads(done.stdout)
    return result


@contextmanager
def _folder() -> Iterator[Path]:
    """Give a folder that PostgreSQL's own user may pass through, when root runs this."""
    with tempfile.TemporaryDirectory(prefix="susu-bench-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def _echoing(sandbox: Deployment) -> Iterator[None]:
    sandbox.until(lambda: bool(sandbox.get("health")["ok"]), "the sandbox answers")
    process = subprocess.Popen((sys.executable, "-m", "benchmarks.echo", sandbox.url), stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        stop(process)


def _indented(examples: list[str]) -> list[str]:
    return [f"    {example}" for example in examples]


def _cuts(step: Json) -> Json:
    return {name: step[name] for name in ("count", "p50", "p95", "p99", "worst") if name in step}
