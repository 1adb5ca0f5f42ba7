"""The command line, called in this process: for tests of what it reads and prints."""

from __future__ import annotations

import sys
from io import StringIO

import pytest

from bot.commands.cli import main


class Called:
    """The command line: its status, its output, its complaints."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.monkeypatch, self.capsys = monkeypatch, capsys

    def __call__(self, *words: str, given: str = "") -> tuple[int, str, str]:
        self.monkeypatch.setattr(sys, "argv", ["susu", *words])
        self.monkeypatch.setattr(sys, "stdin", StringIO(given))
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = self.capsys.readouterr()
        return int(ended.value.code or 0), out, err


@pytest.fixture
def susu_call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Called:
    """Call `susu …` in this process, with a text as its input."""
    return Called(monkeypatch, capsys)
