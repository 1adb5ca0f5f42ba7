"""The embedded PostgreSQL under what machines do to it: kill -9, stale files, other versions, closed folders."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import psutil
import pytest
from structlog.testing import capture_logs

from bot.database import kept_alive
from finance_core.storage.postgres_programs import ServerError, bundled_programs
from finance_core.storage.server import THROWAWAY, EmbeddedServer

ATTACH = """
import sys
from pathlib import Path
from finance_core.storage.server import THROWAWAY, EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]), THROWAWAY)
server.attach()
print("attached", flush=True)
sys.stdin.read()
server.detach()
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "postgres"
    yield place
    server = EmbeddedServer(place, THROWAWAY)
    if server.pid() is not None:
        server.kill()


def another_process(home: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-c", ATTACH, str(home)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "attached\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.communicate("", timeout=60)


def test_the_last_to_leave_stops_the_server_and_no_one_before(home: Path) -> None:
    other = another_process(home)
    server = EmbeddedServer(home, THROWAWAY)
    server.attach()
    end(other)
    assert server.is_alive()
    server.detach()
    assert server.pid() is None
    assert not server.is_alive()


def test_a_killed_process_counts_as_gone_and_the_next_finds_the_server_running(home: Path) -> None:
    other = another_process(home)
    server = EmbeddedServer(home, THROWAWAY)
    before = server.pid()
    other.kill()
    other.communicate()
    server.attach()
    assert server.pid() == before
    server.detach()
    assert server.pid() is None


def test_a_killed_server_is_started_anew_with_what_was_committed(own_server: EmbeddedServer) -> None:
    own_server.run_sql("CREATE TABLE kept (word text); INSERT INTO kept VALUES ('money')")
    own_server.kill()
    assert not own_server.is_alive()
    assert own_server.ensure()
    assert own_server.run_sql("SELECT word FROM kept").strip() == "money"
    assert not own_server.ensure()


def test_whoever_attaches_after_the_server_was_killed_starts_it(own_server: EmbeddedServer) -> None:
    own_server.kill()
    with EmbeddedServer(own_server.home, THROWAWAY) as second:
        assert second.is_alive()
    assert own_server.is_alive(), "the first is attached still"


def test_several_processes_that_attach_at_once_start_one_server(home: Path) -> None:
    words = [sys.executable, "-c", ATTACH, str(home)]
    others = [subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    for process in others:
        assert process.stdout is not None
        assert process.stdout.readline() == "attached\n"
    serving = [each for each in psutil.process_iter(["cmdline"]) if str(home / "data") in (each.info["cmdline"] or [])]
    assert len(serving) == 1
    for process in others:
        end(process)
    assert EmbeddedServer(home, THROWAWAY).pid() is None


def test_a_stale_pid_file_that_names_a_stranger_is_removed(own_server: EmbeddedServer) -> None:
    own_server.kill()
    pid_file = own_server.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert own_server.pid() is None
    assert not own_server.is_alive()
    assert own_server.ensure()


def test_a_damaged_pid_file_does_not_keep_the_server_down(own_server: EmbeddedServer) -> None:
    own_server.kill()
    (own_server.data / "postmaster.pid").write_text("rubbish")
    assert own_server.ensure()


def test_a_folder_of_another_major_version_is_refused_and_left_as_it_is(home: Path) -> None:
    with EmbeddedServer(home, THROWAWAY):
        pass
    (home / "data" / "PG_VERSION").write_text("12\n")
    with pytest.raises(ServerError, match=r"made by PostgreSQL 12, and this Susu brings \d+\. Dump it"):
        EmbeddedServer(home, THROWAWAY).attach()
    assert (home / "data" / "PG_VERSION").read_text() == "12\n"


def test_a_cluster_that_was_interrupted_while_being_made_is_made_again(home: Path) -> None:
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "half").write_text("of a cluster")
    with EmbeddedServer(home, THROWAWAY) as server:
        assert server.is_alive()


def test_a_path_too_long_for_a_socket_still_serves_and_keeps_its_address(tmp_path: Path) -> None:
    home = tmp_path / ("a" * 60) / ("b" * 60) / "postgres"
    with EmbeddedServer(home, THROWAWAY) as server:
        assert len(str(server.socket_folder)) < 60
        assert server.run_sql("SELECT 1", user="susu_owner").strip() == "1"
        assert EmbeddedServer(home, THROWAWAY).url() == server.url()


def test_folders_above_the_cluster_keep_their_mode_and_owner(tmp_path: Path) -> None:
    above = tmp_path / "private"
    above.mkdir(mode=0o700)
    before = above.stat()
    with EmbeddedServer(above / "var" / "postgres", THROWAWAY) as server:
        assert server.is_alive()
    after = above.stat()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_the_cluster_is_private_and_serves_no_network(own_server: EmbeddedServer) -> None:
    assert own_server.home.stat().st_mode & 0o077 == 0
    assert own_server.run_sql("SHOW listen_addresses").strip() == ""
    assert own_server.run_sql("SELECT rolsuper FROM pg_roles WHERE rolname = 'susu_owner'").strip() == "f"


def test_money_is_kept_with_fsync_on_unless_it_is_a_test(home: Path, own_server: EmbeddedServer) -> None:
    with EmbeddedServer(home) as durable:
        assert durable.run_sql("SHOW fsync; SHOW synchronous_commit; SHOW full_page_writes").split() == ["on"] * 3
    assert own_server.run_sql("SHOW fsync").strip() == "off"


def test_a_failing_statement_is_told_in_the_servers_words(own_server: EmbeddedServer) -> None:
    with pytest.raises(ServerError, match='relation "nowhere" does not exist'):
        own_server.run_sql("SELECT * FROM nowhere")


async def test_the_keeper_starts_a_dead_server_for_ever_and_logs_what_keeps_it_down(
    own_server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.database.WATCH_INTERVAL_SECONDS", 0.02)
    monkeypatch.setattr("bot.database.LONGEST_WATCH_PAUSE_SECONDS", 0.05)
    settings = own_server.data / "postgresql.auto.conf"
    good = settings.read_text()
    with capture_logs() as logs:
        async with kept_alive(own_server):
            settings.write_text(good + "no_such_setting = on\n")
            await asyncio.to_thread(own_server.kill)
            await until(lambda: len(_failures(logs)) >= 3)
            settings.write_text(good)
            await until(lambda: any("started anew" in entry["event"] for entry in logs))
            assert await asyncio.to_thread(own_server.is_alive)
    assert "no_such_setting" in _failures(logs)[0]["why"]


def _failures(logs: list[MutableMapping[str, Any]]) -> list[MutableMapping[str, Any]]:
    return [entry for entry in logs if entry["event"] == "postgresql cannot be started"]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110 - it is another process that changes
            await asyncio.sleep(0.02)


def test_a_server_that_cannot_start_says_why(own_server: EmbeddedServer) -> None:
    own_server.kill()
    with (own_server.data / "postgresql.auto.conf").open("a") as settings:
        settings.write("no_such_setting = on\n")
    with pytest.raises(ServerError, match="no_such_setting"):
        own_server.ensure()
    lines = (own_server.data / "postgresql.auto.conf").read_text().splitlines()
    (own_server.data / "postgresql.auto.conf").write_text("\n".join(lines[:-1]) + "\n")
    assert own_server.ensure()


def test_wiping_is_refused_while_somebody_is_attached(own_server: EmbeddedServer) -> None:
    with pytest.raises(ServerError, match="another Susu is using"):
        EmbeddedServer(own_server.home, THROWAWAY).wipe()
    assert own_server.is_alive()


def test_wiping_stops_a_server_that_was_left_behind(home: Path) -> None:
    other = another_process(home)
    other.send_signal(signal.SIGKILL)
    other.communicate()
    server = EmbeddedServer(home, THROWAWAY)
    left_behind = server.pid()
    assert left_behind is not None
    server.wipe()
    assert not home.exists()
    assert not psutil.pid_exists(left_behind) or psutil.Process(left_behind).status() == psutil.STATUS_ZOMBIE


def test_the_wheels_newest_server_is_used() -> None:
    programs = bundled_programs()
    assert programs.major >= 15
    assert (programs.folder / "psql").exists()
