"""The PostgreSQL that comes along: a folder, a server in it, started by the first who attaches, stopped by the last.

Layout of its home: `data/` (the cluster), `server.log`, the socket, `turn.lock` (held while starting or stopping) and
`attached.lock` (held *shared* by each attached process, so the kernel frees it even on kill -9, and whoever can take it
exclusively is the last). The server itself outlives a killed process; the next to attach finds it and uses it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final, Self
from urllib.parse import quote

import psutil

from finance_core.storage import postgres_programs as programs
from finance_core.storage.postgres_programs import RunAs, ServerError

OWNER_ROLE: Final = "susu_owner"
"""Owns the schema and migrates it. The service connects as it and acts as `susu_app`."""

DATABASE: Final = "susu"
START_TIMEOUT_SECONDS: Final = 120  # a crash under load leaves a log to replay
STOP_TIMEOUT_SECONDS: Final = 20
ORPHANS_TIMEOUT_SECONDS: Final = 40  # backends of a killed server end with their statement, at most 30 s
_PROBE_INTERVAL_SECONDS: Final = 0.03
_STATUS_LINE: Final = 7  # of PostgreSQL's pid file, counted from 0
_SOCKET_FOLDER_BYTES: Final = 90  # the system's limit is 107 with the socket's own name

DURABLE: Final[Mapping[str, str]] = {
    "max_connections": "150",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",  # no disk turns any more: ten thousand rows of a million are looked up, not scanned for
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
"""Settings of a cluster that holds money: fsync stays on."""

THROWAWAY: Final[Mapping[str, str]] = {
    **DURABLE,
    "max_connections": "400",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum_naptime": "1h",
}
"""Settings of a cluster for tests: fast, and lost with the machine, though not with a killed process."""


class EmbeddedServer:
    """One PostgreSQL in one folder, shared by every process that attaches to it.

    Use it as a context manager, or call `attach` and `detach`. Everything here blocks: an event loop calls it in a
    thread.
    """

    def __init__(self, home: Path, settings: Mapping[str, str] = DURABLE) -> None:
        self.home = home.absolute()
        self.data = self.home / "data"
        self.settings = settings
        self._attached: IO[bytes] | None = None
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.attach()
        return self

    def __exit__(self, *raised: object) -> None:
        self.detach()

    def url(self, database: str = DATABASE, user: str = OWNER_ROLE) -> str:
        """Return the address of a database of this server; it stays the same over restarts."""
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder))}"

    @property
    def socket_folder(self) -> Path:
        """Where the socket is: the home, or, where its path is too long for a socket, a private folder in /tmp."""
        path = str(self.home)
        if len(path.encode()) <= _SOCKET_FOLDER_BYTES and not set(path) & set("\"',:"):
            return self.home
        return Path(tempfile.gettempdir()) / f"susu-{hashlib.blake2b(path.encode(), digest_size=8).hexdigest()}"

    def attach(self) -> None:
        """Make sure that the server runs, and keep it running until `detach` or our end. Idempotent.

        Raises:
            ServerError: another major version made the folder, or the server does not start.
        """
        self._make_home()
        with self._turn():
            if not self.is_alive():
                self._start()
            if self._attached is None:
                self._attached = (self.home / "attached.lock").open("ab")
                fcntl.flock(self._attached, fcntl.LOCK_SH)

    def detach(self) -> None:
        """Let go; the last to do so stops the server. Idempotent."""
        if self._attached is None:
            return
        with self._turn(), self._attached as lock:
            self._attached = None
            with suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                self._stop()

    def wipe(self) -> None:
        """Delete the cluster and everything in it. Call it unattached.

        Raises:
            ServerError: another process is attached.
        """
        if not self.home.exists():
            return
        with self._turn(), (self.home / "attached.lock").open("ab") as attached:
            try:
                fcntl.flock(attached, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise ServerError(f"another Susu is using {self.home}: stop it first") from None
            self._stop()
            shutil.rmtree(self.home)

    def ensure(self) -> bool:
        """Start the server anew if it died while we are attached; say whether that was needed.

        Asked every second by each process, so its look costs no connection: whether the process is there.
        """
        if self._is_there():
            return False
        with self._turn():
            if self.is_alive():
                return False
            self._start()
            return True

    def is_alive(self) -> bool:
        """Return whether the server answers `SELECT 1`; a pid or an open socket would not prove that."""
        if not self._is_there():
            return False
        with suppress(ServerError):
            return self.run_sql("SELECT 1", database="postgres").strip() == "1"
        return False

    def run_sql(self, statements: str, *, database: str = DATABASE, user: str = "postgres") -> str:
        """Run statements with psql, stopping at the first that fails, and return its unaligned output.

        Raises:
            ServerError: one failed, or the server does not answer.
        """
        psql = programs.bundled_programs().path("psql")
        words = [psql, "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]
        place = ["-h", str(self.socket_folder), "-U", user, "-d", database]
        return programs.run([*words, *place, "-f", "-"], statements=statements, what="SQL")

    def kill(self) -> None:
        """Kill the server as a power cut would. For tests of what comes after."""
        pid = self.pid()
        if pid is not None:
            os.kill(pid, signal.SIGKILL)
            self._wait_for_end(pid, STOP_TIMEOUT_SECONDS)

    def pid(self) -> int | None:
        """Return the process that serves this folder; None if what the pid file names is dead or something else."""
        lines = self._pid_file_lines()
        if not lines or not lines[0].strip().isdigit():
            return None
        try:
            process = psutil.Process(int(lines[0]))
            ours = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == self.data.resolve()
        except psutil.Error:
            return None
        return process.pid if ours else None

    def _is_there(self) -> bool:
        """Return whether the server's process lives and says that it is ready; one that died may say so still."""
        if self._child is not None:
            self._child.poll()
        return self._status() == "ready" and self.pid() is not None

    # -- starting ---------------------------------------------------------------------------------------------------

    def _make_home(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        programs.give_away(self.home)
        self._check_version()

    def _check_version(self) -> None:
        with suppress(FileNotFoundError):
            made_by = (self.data / "PG_VERSION").read_text().strip()
            ours = programs.bundled_programs().major
            if made_by != str(ours):
                raise ServerError(
                    f"{self.data} was made by PostgreSQL {made_by}, and this Susu brings {ours}. Dump it with the "
                    f"Susu that made it (pg_dump), move the folder away, start, and restore; or give "
                    f"SUSU_DATABASE_URL a server of version {made_by}."
                )

    def _start(self) -> None:
        if not self.data.exists():
            self._create_cluster()
        self._make_socket_folder()
        deadline = time.monotonic() + ORPHANS_TIMEOUT_SECONDS
        while not self._launch():
            if time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL does not start; its last words in {self._log}:\n{self._last_words()}")
            time.sleep(10 * _PROBE_INTERVAL_SECONDS)

    def _launch(self) -> bool:
        """Return whether the server answers; False where backends of a killed one still hold its memory."""
        if self.pid() is None:
            for stale in (self.data / "postmaster.pid", self.socket_folder / ".s.PGSQL.5432.lock"):
                stale.unlink(missing_ok=True)
            with self._log.open("ab") as log:
                self._child = programs.launch(self._as_server(*self._server_words()), log)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self.is_alive():
            if self._has_ended():
                if "still in use" in self._last_words():
                    return False
                raise ServerError(f"PostgreSQL ended; its last words in {self._log}:\n{self._last_words()}")
            if time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL did not answer in {START_TIMEOUT_SECONDS} s; look in {self._log}")
            time.sleep(_PROBE_INTERVAL_SECONDS)
        return True

    def _has_ended(self) -> bool:
        return self._child.poll() is not None if self._child is not None else self.pid() is None

    def _server_words(self) -> list[str]:
        return [
            *("postgres", "-D", str(self.data)),
            *("-c", f'unix_socket_directories="{self.socket_folder}"'),
            *("-c", "unix_socket_permissions=0700"),
            *("-c", "listen_addresses="),
        ]

    def _create_cluster(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a kill halfway leaves nothing."""
        fresh = self.home / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        owner = self.home.stat()
        os.chown(fresh, owner.st_uid, owner.st_gid)
        words = ["initdb", "-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        provider = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
        durable = [] if self.settings.get("fsync") != "off" else ["--no-sync"]
        programs.run(self._as_server(*words, *provider, *durable), what="initdb")
        single = self._as_server("postgres", "--single", "-j", "-D", str(fresh), "postgres")
        programs.run(single, statements=self._first_statements(), what="the cluster's settings")
        fresh.rename(self.data)

    def _first_statements(self) -> str:
        lines = [f"ALTER SYSTEM SET {name} = '{value}'" for name, value in self.settings.items()]
        lines.append(f"CREATE ROLE {OWNER_ROLE} LOGIN CREATEROLE")
        lines.append(f"CREATE DATABASE {DATABASE} OWNER {OWNER_ROLE}")
        return "".join(f"{line};\n\n" for line in lines)

    def _make_socket_folder(self) -> None:
        folder = self.socket_folder
        if folder == self.home:
            return
        folder.mkdir(mode=0o700, exist_ok=True)
        owner, found = self.home.stat().st_uid, folder.stat()
        if found.st_uid not in (owner, os.geteuid()):
            raise ServerError(f"{folder} belongs to another user: remove it, or give SUSU_DATA_DIR a shorter path")
        os.chown(folder, owner, -1)
        folder.chmod(0o700)

    def _as_server(self, program: str, *words: str) -> list[str]:
        return RunAs.owner_of(self.home).command([programs.bundled_programs().path(program), *words])

    # -- stopping ---------------------------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Ask for a fast shutdown, then an immediate one; the log replays what that leaves."""
        for how in (signal.SIGINT, signal.SIGQUIT):
            pid = self.pid()
            if pid is None:
                return
            with suppress(ProcessLookupError):
                os.kill(pid, how)
            if self._wait_for_end(pid, STOP_TIMEOUT_SECONDS):
                return
        raise ServerError(f"PostgreSQL (process {self.pid()}) does not stop")

    def _wait_for_end(self, pid: int, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self._child is not None and self._child.pid == pid:
                self._child.poll()
            if self.pid() != pid:
                return True
            time.sleep(_PROBE_INTERVAL_SECONDS)
        return False

    # -- what the folder says -----------------------------------------------------------------------------------------

    @property
    def _log(self) -> Path:
        return self.home / "server.log"

    def _last_words(self) -> str:
        return self._log.read_text(errors="replace")[-1500:] if self._log.exists() else ""

    def _status(self) -> str:
        lines = self._pid_file_lines()
        return lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else ""

    def _pid_file_lines(self) -> list[str]:
        with suppress(FileNotFoundError):
            return (self.data / "postmaster.pid").read_text().splitlines()
        return []

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One process at a time starts or stops the server."""
        with (self.home / "turn.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
