"""The command line: comes at once, and a wrong call says what is wrong and ends with 2."""

from __future__ import annotations

import io
import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

import pytest
import structlog

from bot.commands.cli import main
from bot.processes.hosting import wipe
from bot.settings import load_settings
from finance_core.storage.server import THROWAWAY, EmbeddedServer

Susu: TypeAlias = Callable[..., tuple[int, str, str]]

CHECKOUT: Final = Path(__file__).parents[2]
SLOW_TO_LOAD: Final = (
    "aiogram",
    "telegram",
    "alembic",
    "sqlalchemy",
    "sqlmodel",
    "asyncpg",
    "fastapi",
    "pydantic",
    "apscheduler",
)


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("SUSU_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def susu(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Susu:
    """Call the command line in this process; gives exit status, output and complaints."""

    def call(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["susu", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return call


def test_help_comes_without_loading_what_takes_seconds() -> None:
    words = "import sys, bot.commands.cli; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    loaded = set(done.stdout.split())
    assert "typer" in loaded
    assert loaded.isdisjoint(SLOW_TO_LOAD)


def test_figures_are_quoted_without_loading_a_telegram_library_or_a_database() -> None:
    words = "import sys, bot.commands.quote, bot.commands.understand; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True, cwd=CHECKOUT)
    assert {"aiogram", "telegram", "alembic", "asyncpg"}.isdisjoint(done.stdout.split())


def test_help_names_every_command(susu: Susu) -> None:
    status, said, _ = susu("--help")
    assert status == 0
    for command in (
        "demo",
        "run",
        "bot",
        "worker",
        "sandbox",
        "db",
        "close-day",
        "verify",
        "report",
        "understand",
        "quote",
    ):
        assert f"  {command} " in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["frobnicate"], "No such command 'frobnicate'"),
        (["demo", "--port", "eighty"], "Invalid value for '--port'"),
        (["demo", "--prot", "8080"], "No such option: --prot"),
        (["close-day", "--to", "tomorrow"], "give one like 2026-03-13"),
        (["understand"], "give a text, or --lines"),
        (["understand", "--lines", "hello"], "give a text, or --lines"),
        (["quote", "loan", "--table", "--lines"], "leave --lines or --table out"),
        (["calendars", "apply"], "Missing argument 'file'"),
        (["run"], "SUSU_TELEGRAM_TOKEN is missing"),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_ends_with_2(susu: Susu, words: list[str], told: str) -> None:
    status, _, complaint = susu(*words)
    assert status == 2
    assert told in complaint.replace("\n", " ")


def test_a_bad_setting_is_told_before_anything_starts(susu: Susu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUSU_ZONE", "Mars")
    monkeypatch.setenv("SUSU_TELEGRAM_TOKN", "1:x")
    status, _, complaint = susu("run")
    assert status == 2
    assert "SUSU_ZONE: expected a time zone's name" in complaint
    assert "did you mean SUSU_TELEGRAM_TOKEN?" in complaint


@pytest.mark.parametrize("command", ["run", "bot", "worker", "web"])
def test_a_webhook_without_its_secret_keeps_every_process_from_starting(
    susu: Susu, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("SUSU_WEBHOOK_URL", "https://bank.example")
    monkeypatch.setenv("SUSU_TELEGRAM_TOKEN", "1:abcdef")
    status, _, complaint = susu(command)
    assert status == 2
    assert "a webhook without its secret is open to anybody" in complaint


def test_a_port_that_is_taken_is_told_with_another_to_try(susu: Susu) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        status, _, complaint = susu("demo", "--port", str(port))
    assert status == 2
    assert f"port {port} is taken" in complaint
    assert f"SUSU_SANDBOX_PORT={port + 1} make demo" in complaint


def test_starting_over_forgets_what_is_susus_and_nothing_else(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "var")
    for name in ("sandbox", "logs", "holiday-pictures"):
        (settings.data_dir / name).mkdir(parents=True)
    settings.secrets()
    with EmbeddedServer(settings.postgres_home, THROWAWAY):
        pass
    wipe(settings)
    assert [path.name for path in settings.data_dir.iterdir()] == ["holiday-pictures"]


def test_a_line_is_answered_before_the_next_one_is_given() -> None:
    command = [sys.executable, "-m", "bot", "quote", "days", "--lines"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(2):
            process.stdin.write(json.dumps({"id": number}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number


def test_many_lines_come_back_in_their_order_and_a_last_one_needs_no_newline() -> None:
    given = "\n\n".join(json.dumps({"id": number, "note": "é" * 40}) for number in range(3000))
    command = [sys.executable, "-m", "bot", "quote", "loan", "--lines"]
    answered = subprocess.run(command, input=given, capture_output=True, text=True, check=True).stdout
    assert [json.loads(line)["id"] for line in answered.splitlines()] == list(range(3000))


def test_a_quote_may_be_read_as_a_table(susu: Susu, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = {"principal": "3000.00", "asset": "CNY", "annual_rate": "18.25", "method": "equal_instalments"}
    terms |= {"disbursed_on": "2026-12-01", "rounding": "half_up"}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({**terms, "instalments": 6})))
    status, said, _ = susu("quote", "loan", "--table")
    assert status == 0
    assert said.startswith("all-in 19.856613 % a year")
    assert "526.88        2519.62" in said
    monkeypatch.setattr("sys.stdin", io.StringIO("{"))
    status, said, _ = susu("quote", "loan", "--table")
    assert (status, said) == (2, "input: The input is not JSON.\n")
