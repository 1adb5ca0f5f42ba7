"""One PostgreSQL for every test run of this checkout: a throwaway cluster, a migrated template, cheap clones of it."""

from __future__ import annotations

import fcntl
import hashlib
import itertools
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import psutil

from finance_core.storage.postgres_programs import ServerError, bundled_programs, run
from finance_core.storage.server import OWNER_ROLE, THROWAWAY, EmbeddedServer
from migrations.upgrade import upgrade

_CHECKOUT: Final = Path(__file__).parent.parent
_ROOM_WANTED_BYTES: Final = 1 << 30
_TEMPLATES_KEPT: Final = 4
_NAMES_CHECKOUT: Final = "checkout"
_counter = itertools.count()


def cluster_home() -> Path:
    """Return where the tests' cluster lives: in memory where that has room, one for each user and checkout."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _ROOM_WANTED_BYTES
    place = memory if roomy else Path(tempfile.gettempdir())
    name = hashlib.blake2b(str(_CHECKOUT).encode(), digest_size=5).hexdigest()
    return place / f"susu-tests-{os.getuid()}-{name}"


class Cluster:
    """The running cluster of the tests, with a template database for today's migrations."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.template = f"template_{_migrations_hash()}"

    def prepare(self) -> None:
        """Make the template if no process has yet, and drop what killed runs left."""
        with (self.server.home / "template.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self.template not in self._databases("template"):
                self._drop_leftovers()
                self._make_template()

    def clone(self, source: str | None = None) -> str:
        """Return the name of a new database, a copy of `source` (the template). The caller drops it."""
        name = f"clone_{os.getpid()}_{next(_counter)}"
        template = source or self.template
        self._sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy OWNER {OWNER_ROLE}")
        return name

    def drop(self, name: str) -> None:
        self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def dump(self, url: str, *options: str) -> str:
        """Return what `pg_dump` says of a database, as SQL; `restored` makes one of it."""
        words = [bundled_programs().path("pg_dump"), "-h", str(self.server.socket_folder), "-U", OWNER_ROLE, *options]
        said = run([*words, urlsplit(url).path.lstrip("/")], what="pg_dump")
        return re.sub(r"^\\(un)?restrict .*\n", "", said, flags=re.MULTILINE)  # a word of chance, for psql alone

    @contextmanager
    def restored(self, dump: str) -> Iterator[str]:
        """Give the address of a new database that holds what a `dump` says, and drop it afterwards."""
        name = self.clone("template1")
        try:
            self.server.run_sql(dump, database=name, user=OWNER_ROLE)
            yield self.server.url(name)
        finally:
            self.drop(name)

    @contextmanager
    def cloned(self, source_url: str | None = None) -> Iterator[str]:
        """Give the address of a fresh clone, and drop it afterwards: of the template, or of a database that rests."""
        name = self.clone(urlsplit(source_url).path.lstrip("/") if source_url else None)
        try:
            yield self.server.url(name)
        finally:
            self.drop(name)

    def _make_template(self) -> None:
        fresh = f"build_{os.getpid()}"
        self.drop(fresh)
        self._sql(f"CREATE DATABASE {fresh} OWNER {OWNER_ROLE}")
        try:
            with ThreadPoolExecutor(1) as thread:  # alembic's environment wants a thread without an event loop
                thread.submit(upgrade, self.server.url(fresh)).result()
            self._sql(f"ALTER DATABASE {fresh} RENAME TO {self.template}")
        except BaseException:
            self.drop(fresh)
            raise

    def _drop_leftovers(self) -> None:
        for name in self._databases("template")[:-_TEMPLATES_KEPT]:
            self.drop(name)
        for name in (*self._databases("clone"), *self._databases("build")):
            with suppress(ValueError):
                if not psutil.pid_exists(int(name.split("_")[1])):
                    self.drop(name)

    def _databases(self, kind: str) -> list[str]:
        """Return the databases named `kind_…`, oldest first."""
        return self._sql(f"SELECT datname FROM pg_database WHERE datname ~ '^{kind}_' ORDER BY oid").split()

    def _sql(self, statement: str) -> str:
        return self.server.run_sql(statement, database="postgres")


def _migrations_hash() -> str:
    digest = hashlib.blake2b(digest_size=6)
    migrations = _CHECKOUT / "migrations"
    for path in sorted((*migrations.glob("versions/*.py"), *migrations.glob("sql/*/*.sql"))):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@contextmanager
def running_cluster() -> Iterator[Cluster]:
    """Attach to the tests' cluster, started if it is down, its template made; the last to leave stops it."""
    _wipe_clusters_of_vanished_checkouts()
    with EmbeddedServer(cluster_home(), THROWAWAY) as server:
        (server.home / _NAMES_CHECKOUT).write_text(str(_CHECKOUT))
        cluster = Cluster(server)
        cluster.prepare()
        yield cluster


def _wipe_clusters_of_vanished_checkouts() -> None:
    """Give back the memory that tests of a checkout used which is no longer there."""
    for note in cluster_home().parent.glob(f"susu-tests-{os.getuid()}-*/{_NAMES_CHECKOUT}"):
        if not Path(note.read_text()).exists():
            with suppress(ServerError):
                EmbeddedServer(note.parent, THROWAWAY).wipe()
