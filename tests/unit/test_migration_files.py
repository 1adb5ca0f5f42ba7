"""A released migration is never edited: what its files hold is written down, and so is the order they run in."""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path
from typing import Final

import pytest

MIGRATIONS: Final = Path(__file__).parents[2] / "migrations"
REVISIONS: Final = sorted(MIGRATIONS.glob("versions/[0-9]*.py"))
WHAT_TO_DO: Final = (
    "A migration that was released is never edited: undo the change, and make it in a new migration. A new one is added"
    " to the list by: cd migrations && sha256sum versions/NNNN_*.py sql/NNNN_*/*.sql >> checksums.txt"
)


def in_the_list() -> dict[str, str]:
    """Return the checksum of each file by its path below `migrations`, as `sha256sum` writes them."""
    lines = (MIGRATIONS / "checksums.txt").read_text(encoding="utf-8").splitlines()
    listed = [line.split("  ", 1) for line in lines]
    assert len({name for _, name in listed}) == len(listed), "a file is listed twice"
    return {name: checksum for checksum, name in listed}


def on_disk() -> dict[str, str]:
    files = [path for folder in ("versions", "sql") for path in (MIGRATIONS / folder).rglob("*") if path.is_file()]
    return {
        path.relative_to(MIGRATIONS).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.suffix != ".pyc"
    }


def test_no_migration_was_edited_removed_or_left_unlisted() -> None:
    listed, found = in_the_list(), on_disk()
    edited = sorted(name for name in listed.keys() & found.keys() if listed[name] != found[name])
    missing, unlisted = sorted(listed.keys() - found.keys()), sorted(found.keys() - listed.keys())
    assert not edited, f"edited: {', '.join(edited)}. {WHAT_TO_DO}"
    assert not missing, f"removed: {', '.join(missing)}. {WHAT_TO_DO}"
    assert not unlisted, f"not in checksums.txt: {', '.join(unlisted)}. {WHAT_TO_DO}"


@pytest.mark.parametrize("revision", REVISIONS, ids=lambda path: path.stem)
def test_a_revision_runs_every_file_of_its_folder_in_their_order(revision: Path) -> None:
    calls = [node for node in ast.walk(ast.parse(revision.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    [ran] = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "run"]
    folder, *names = [ast.literal_eval(argument) for argument in ran.args]
    assert folder == revision.stem
    assert names == sorted(path.name for path in (MIGRATIONS / "sql" / folder).iterdir())
