"""The disk fills under load: what was asked waits or is refused, and once there is room all of it is done, once."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from structlog.testing import capture_logs

from finance_core.storage.engine import create_engine
from finance_core.storage.postgres_programs import ServerError
from finance_core.storage.server import OWNER_ROLE, THROWAWAY, EmbeddedServer
from migrations.upgrade import upgrade
from tests.conversations.whole_service import begin, running_susu
from tests.faults.test_crashes import asks_for_topups, each_is_topped_up_once

SMALL: Final = "size=256m"
PIECE: Final = b"\0" * (1 << 20)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk that is soon full."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", place], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("no full disk was tried: this user cannot mount one")
    yield place
    subprocess.run(["umount", "--lazy", place], check=True)


@pytest.fixture
def server(small_disk: Path) -> Iterator[EmbeddedServer]:
    small_disk.chmod(0o755)
    with EmbeddedServer(small_disk / "postgres", THROWAWAY) as server:
        yield server


def fill(disk: Path) -> Path:
    """Fill a disk to its last page, and return the file that does."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(PIECE)
        except OSError:
            return ballast


async def test_what_is_asked_while_the_disk_is_full_is_done_once_when_there_is_room(
    server: EmbeddedServer, small_disk: Path
) -> None:
    server.run_sql(f"CREATE DATABASE small OWNER {OWNER_ROLE}", database="postgres")
    await asyncio.to_thread(upgrade, server.url("small"))
    engine = create_engine(server.url("small"), pool_size=16)
    await begin(engine)
    with capture_logs():
        async with running_susu(engine) as susu:
            people = [await susu.resident("Ana") for _ in range(6)]
            await asks_for_topups(people)
            ballast = await asyncio.to_thread(fill, small_disk)
            with pytest.raises(ServerError, match="No space left on device"):
                server.run_sql("CREATE TABLE big AS SELECT * FROM generate_series(1, 1e6)", database="small")
            tapping = [asyncio.create_task(person.taps("Confirm")) for person in people for _ in range(3)]
            await asyncio.sleep(1)
            ballast.unlink()
            await asyncio.to_thread(server.ensure)
            await each_is_topped_up_once(susu, people, tapping)
    await engine.dispose()
