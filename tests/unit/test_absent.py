"""A module that a library may use and that is not installed is looked for once."""

import sys

import pytest

from bot import absent


class Looked:
    """Counts what is looked for on the path, and finds nothing."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def find_spec(self, name: str, *_: object) -> None:
        self.names.append(name)


def test_importing_an_absent_one_fails_without_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = Looked()
    monkeypatch.setattr(absent, "OPTIONAL", ("nowhere_to_be_found",))
    monkeypatch.setattr(sys, "meta_path", [looked, *sys.meta_path])
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    absent.remember()
    for _ in range(3):
        with pytest.raises(ImportError):
            __import__("nowhere_to_be_found")
    assert looked.names == ["nowhere_to_be_found"]


def test_one_that_is_installed_or_imported_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(absent, "OPTIONAL", ("this", "json"))
    monkeypatch.setattr(sys, "modules", {name: module for name, module in sys.modules.items() if name != "this"})
    absent.remember()
    assert "this" not in sys.modules
    assert sys.modules["json"].dumps(1) == "1"
