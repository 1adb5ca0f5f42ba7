"""The service under test, as a person starts it: real processes, a free port, a folder of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil

from benchmarks.figures import Json

AWAKE_TIMEOUT_SECONDS: Final = 300
CALL_TIMEOUT_SECONDS: Final = 30
VERIFY_TIMEOUT_SECONDS: Final = 120
STOP_TIMEOUT_SECONDS: Final = 30
POLL_SECONDS: Final = 0.2
_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NotRunning(Exception):
    """What should be measured ended, or did not wake up in time; the text holds its last words."""


@dataclass(frozen=True, slots=True)
class Deployment:
    """A running `susu demo` or `susu sandbox`: its process, its folder, the sandbox's address."""

    process: subprocess.Popen[bytes]
    folder: Path
    environment: Mapping[str, str]
    url: str

    def get(self, path: str) -> Any:
        """Call the people's side."""
        return _call(f"{self.url}/sandbox/{path}", None)

    def post(self, path: str, **body: Any) -> Any:
        """Call the people's side."""
        return _call(f"{self.url}/sandbox/{path}", body)

    def until(self, true: Callable[[], bool], what: str, timeout_seconds: float = AWAKE_TIMEOUT_SECONDS) -> None:
        """Wait until `true()`, which may fail as long as nobody answers. Raises NotRunning."""
        deadline = time.monotonic() + timeout_seconds
        while time.monotonic() < deadline and self.process.poll() is None:
            with suppress(OSError, ValueError):
                if true():
                    return
            time.sleep(POLL_SECONDS)
        raise NotRunning(f"{what}: not within {timeout_seconds} s\n{self._last_words()}")

    def verified(self) -> str:
        """Run `susu verify` on the running service, and return what it says in a few words."""
        done = subprocess.run(
            _susu("verify", "--json"),
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            timeout=VERIFY_TIMEOUT_SECONDS,
            check=False,
        )
        if done.returncode not in (0, 1) or not done.stdout:
            return f"could not run: {done.stderr.decode()[-300:]}"
        checks = json.loads(done.stdout)["checks"]
        wrong = [f"{check['name']}: {check['wrong']}" for check in checks if not check["ok"]]
        return f"WRONG: {'; '.join(wrong)}" if wrong else f"all {len(checks)} equations hold"

    def cpu_seconds(self) -> dict[str, float]:
        """Return the processor seconds that each process of `susu demo` has used so far, by name."""
        used: defaultdict[str, float] = defaultdict(float)
        for child in psutil.Process(self.process.pid).children():
            used[program_of(child) or "other"] += _cpu(child)
        pid_file = self.folder / "var" / "postgres" / "data" / "postmaster.pid"
        postmaster = psutil.Process(int(pid_file.read_text().split()[0]))
        return dict(used) | {"postgres": _cpu(postmaster) + sum(_cpu(backend) for backend in postmaster.children())}

    def _last_words(self) -> str:
        logs = sorted(self.folder.rglob("*.log"))
        return "\n".join(f"--- {log.name}\n{log.read_text()[-1500:]}" for log in logs)


@contextmanager
def deployed(command: str, folder: Path, bots: int = 1) -> Iterator[Deployment]:
    """Run `susu demo` (with so many bots) or `susu sandbox` in `folder` while the block runs."""
    port = free_port()
    environment = _environment(folder / "var", port) | {"SUSU_BOTS": str(bots)}
    with (folder / "out.log").open("wb") as log:
        process = subprocess.Popen(
            _susu(command), env=environment, cwd=folder, stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield Deployment(process, folder, environment, f"http://127.0.0.1:{port}")
    finally:
        stop(process)


def stop(process: subprocess.Popen[Any]) -> None:
    """End a process as Ctrl-C does, the hard way if it does not listen."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def free_port() -> int:
    """Return a port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(data: Path, port: int) -> dict[str, str]:
    """Return this process's environment without any settings of the service but ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SUSU_")}
    return {**kept, "SUSU_DATA_DIR": str(data), "SUSU_SANDBOX_PORT": str(port)}


def _susu(*words: str) -> Sequence[str]:
    return (sys.executable, "-m", "bot", *words)


def _call(address: str, body: Json | None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})  # noqa: S310 - our own
    with _DIRECT.open(request, timeout=CALL_TIMEOUT_SECONDS) as answer:
        return json.load(answer)


def program_of(child: psutil.Process) -> str | None:
    """Return which of the supervisor's programs a child is, None for what is none (PostgreSQL)."""
    with suppress(psutil.Error):
        words = child.cmdline()
        return next((name for name in ("sandbox", "worker", "bot") if name in words), None)
    return None


def _cpu(process: psutil.Process) -> float:
    """Return the seconds that a process and its ended children have used."""
    with suppress(psutil.Error):
        return float(sum(process.cpu_times()[:4]))
    return 0.0
