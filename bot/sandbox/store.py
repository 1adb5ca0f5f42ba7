"""The sandbox's own file: one SQLite table of JSON things and one of uploaded bytes.

Everything lives in memory; a change is written through before its call is answered. There is no fsync: a killed
process loses nothing, a power cut may, and a sandbox is not worth the wait.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

Change: TypeAlias = tuple[str, str, bytes | None]
"""Kind, key and JSON of a thing; None removes it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS thing (kind TEXT, key TEXT, body BLOB NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS content (file_id TEXT PRIMARY KEY, bytes BLOB NOT NULL);
"""


class StoreTaken(Exception):
    """Another sandbox has the file open."""


class Store:
    """Keeps the state in `path`; without one, in memory for as long as the process lives."""

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the file.

        Raises:
            StoreTaken: another process has it.
        """
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
            _make_private(path)
        self._db = sqlite3.connect(path or ":memory:", isolation_level=None, check_same_thread=False, timeout=0)
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = OFF")
            self._db.executescript(_SCHEMA)
        except sqlite3.OperationalError as fault:
            self._db.close()
            raise StoreTaken(f"{path} is in use by another sandbox ({fault})") from fault

    def things(self, kind: str) -> Iterator[bytes]:
        """Yield the JSON of everything of one kind."""
        for (body,) in self._db.execute("SELECT body FROM thing WHERE kind = ?", (kind,)):
            yield body

    def write(self, changes: Sequence[Change]) -> None:
        """Write all changes or none."""
        kept = [change for change in changes if change[2] is not None]
        gone = [change[:2] for change in changes if change[2] is None]
        self._db.execute("BEGIN")
        try:
            self._db.executemany("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", kept)
            self._db.executemany("DELETE FROM thing WHERE kind = ? AND key = ?", gone)
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def write_content(self, file_id: str, content: bytes | None) -> None:
        """Keep an uploaded file's bytes; None removes them."""
        if content is None:
            self._db.execute("DELETE FROM content WHERE file_id = ?", (file_id,))
            return
        self._db.execute("INSERT OR REPLACE INTO content VALUES (?, ?)", (file_id, content))

    def read_content(self, file_id: str) -> bytes | None:
        """Return a file's bytes, or None when there is no such file."""
        row = self._db.execute("SELECT bytes FROM content WHERE file_id = ?", (file_id,)).fetchone()
        return bytes(row[0]) if row else None

    def close(self) -> None:
        """Close the file."""
        self._db.close()


def _make_private(path: Path) -> None:
    """Make the file, or take it over, readable by us alone: chats stand in it. SQLite's files beside it follow suit."""
    path.touch(mode=0o600)
    path.chmod(0o600)
