"""The supervisor's children: started again when they crash, never alive without it, gone when it is told to stop."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import psutil
import pytest

from bot.processes.supervisor import LONGEST_PAUSE_SECONDS, pause_seconds

CHECKOUT: Final = Path(__file__).parents[2]
ENDS_SOON_SECONDS: Final = 30

SUPERVISE: Final = """
import asyncio, os, sys
from bot.processes.supervisor import GaveUp, Program, supervise

async def beside():
    await asyncio.Event().wait()

programs = [Program("child", sys.argv[1:])]
tell = lambda line: print(line, flush=True)
try:
    asyncio.run(supervise(programs, environment=os.environ, beside=beside, tell=tell))
    print("stopped", flush=True)
except GaveUp as error:
    print("gave up:", error, flush=True)
"""

QUICK_DEATHS: Final = """
import asyncio, sys
from bot.processes import supervisor
from bot.processes.supervisor import GaveUp, Program, supervise

sys.executable = sys.argv[1]
supervisor.FIRST_PAUSE_SECONDS = supervisor.LONGEST_PAUSE_SECONDS = 0.01

async def beside():
    await asyncio.Event().wait()

programs = [Program("steady", ["steady"]), Program("dying", ["dying"])]
asyncio.run(supervise(programs, environment={}, beside=beside, tell=lambda line: print(line, flush=True)))
"""
CHILDREN: Final = """#!/bin/sh
test "$3" = steady && exec /bin/sleep 60
test -e "$0.wrong" && exit 2
exit 1
"""


class Supervised:
    """A supervisor in a process of its own, with one sandbox as its child."""

    def __init__(self, data: Path, words: list[str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            cwd=CHECKOUT,
            env={**os.environ, "SUSU_DATA_DIR": str(data)},
        )

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def child(self) -> psutil.Process:
        (child,) = psutil.Process(self.process.pid).children()
        return child

    def wait_for_sandbox(self) -> None:
        """The child's own first line comes through the same pipe as ours, which it inherits."""
        assert self.line().startswith("Chat page and Bot API")


@pytest.fixture
def supervised(tmp_path: Path) -> Iterator[Supervised]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Supervised(tmp_path, ["sandbox", "--supervised", "--port", str(port)])
    yield running
    if running.process.poll() is None:
        running.process.kill()
    running.process.communicate()


def test_a_child_that_crashes_is_started_again(supervised: Supervised) -> None:
    supervised.wait_for_sandbox()
    first = supervised.child()
    first.kill()
    assert supervised.line() == "child ended with status -9 and is started again."
    supervised.wait_for_sandbox()
    assert supervised.child().pid != first.pid


def test_when_the_supervisor_is_killed_its_children_end_by_themselves(supervised: Supervised) -> None:
    supervised.wait_for_sandbox()
    child = supervised.child()
    supervised.process.kill()
    gone, alive = psutil.wait_procs([child], timeout=ENDS_SOON_SECONDS)
    assert alive == []
    assert gone == [child]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_when_the_supervisor_is_told_to_stop_its_children_have_ended_before_it(
    supervised: Supervised, number: signal.Signals
) -> None:
    supervised.wait_for_sandbox()
    child = supervised.child()
    supervised.process.send_signal(number)
    assert supervised.line() == "stopped"
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert supervised.process.wait(ENDS_SOON_SECONDS) == 0


def test_a_child_that_says_its_call_is_wrong_is_not_started_again(tmp_path: Path) -> None:
    running = Supervised(tmp_path, ["frobnicate"])
    assert running.line() == "gave up: child ended with status 2."
    running.process.communicate()


def test_a_child_that_dies_quickly_again_and_again_is_started_for_ever_and_leaves_the_others_alone(
    tmp_path: Path,
) -> None:
    children = tmp_path / "children"
    children.write_text(CHILDREN)
    children.chmod(0o755)
    words = [sys.executable, "-c", QUICK_DEATHS, str(children)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT) as process:
        assert process.stdout is not None
        told = [process.stdout.readline() for _ in range(25)]
        assert set(told) == {"dying ended with status 1 and is started again.\n"}
        Path(f"{children}.wrong").touch()  # settings that went wrong after the first start end nobody else
        while "status 2" not in process.stdout.readline():
            pass
        assert "status 2 and is started again" in process.stdout.readline()
        children.unlink()  # nor does a machine that cannot start anything
        while "cannot be started" not in process.stdout.readline():
            pass
        assert "status 71 and is started again" in process.stdout.readline()
        (steady,) = (child for child in psutil.Process(process.pid).children() if "sleep" in child.name())
        assert steady.status() != psutil.STATUS_ZOMBIE
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS_SOON_SECONDS) == 0
    assert not steady.is_running()


def test_pauses_between_starts_grow_and_are_bounded() -> None:
    pauses = [pause_seconds(crashes) for crashes in (*range(1, 20), 10_000)]
    assert pauses == sorted(pauses)
    assert pauses[0] < 1
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
