"""aiogram's models are built when they are first used, and are then what aiogram itself would have built."""

import json
import subprocess
import sys
from typing import Any

import pytest

OF_AIOGRAM = """
import gc, json, re
gc.disable()  # it takes a quarter of the time, and finds nothing
from pydantic import BaseModel
import {first}
import aiogram

def below(cls):
    for each in cls.__subclasses__():
        yield each
        yield from below(each)

def of_aiogram():
    return [each for each in below(BaseModel) if each.__module__.startswith(("aiogram.types.", "aiogram.methods."))]

def fields_of(model):
    model.model_rebuild()
    return sorted((name, re.sub(" at 0x[0-9a-f]+", "", str(field))) for name, field in model.model_fields.items())

told = {{}}
"""
BEFORE_USE = """
told |= {"models": len(of_aiogram()), "built": sum(each.__pydantic_complete__ for each in of_aiogram())}
from bot.settings import Settings
told["ours"] = Settings.model_rebuild(force=True)
"""
FIELDS = """
told["fields"] = sorted((each.__module__, each.__qualname__, fields_of(each)) for each in of_aiogram())
print(json.dumps(told))
"""


def told_by_a_process(first: str, what: str) -> dict[str, Any]:
    code = OF_AIOGRAM.format(first=first) + what
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


@pytest.fixture(scope="module")
def deferred() -> dict[str, Any]:
    """What a process finds that imports aiogram as the service does; all models are built in it at last."""
    return told_by_a_process("bot", BEFORE_USE + FIELDS)


def test_importing_aiogram_builds_the_simplest_of_its_models_alone(deferred: dict[str, Any]) -> None:
    assert deferred["models"] > 500
    assert deferred["built"] < deferred["models"] / 2


def test_every_model_can_be_built_and_has_the_fields_that_aiogram_gives_it(deferred: dict[str, Any]) -> None:
    assert deferred["fields"] == told_by_a_process("aiogram", FIELDS)["fields"]


def test_a_model_of_ours_is_built_while_aiogram_is_imported(deferred: dict[str, Any]) -> None:
    """Another thread may import models of its own at that moment."""
    assert deferred["ours"] is True
