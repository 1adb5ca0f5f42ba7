"""aiogram's models are built when they are first used, and are then what aiogram itself would have built."""

import subprocess
import sys

COUNT = """
from pydantic import BaseModel
import {first}
import aiogram

def below(cls):
    for each in cls.__subclasses__():
        yield each
        yield from below(each)

def of_aiogram():
    return [each for each in below(BaseModel) if each.__module__.startswith(("aiogram.types.", "aiogram.methods."))]
"""


def run(first: str, what: str) -> str:
    code = COUNT.format(first=first) + what
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


BUILT = "print(len(of_aiogram()), sum(each.__pydantic_complete__ for each in of_aiogram()))"
SCHEMAS = """
import re
for each in sorted(of_aiogram(), key=lambda each: (each.__module__, each.__qualname__)):
    each.model_rebuild()
    fields = sorted((name, re.sub(" at 0x[0-9a-f]+", "", str(field))) for name, field in each.model_fields.items())
    print(each.__module__, each.__qualname__, fields)
"""


def test_importing_aiogram_builds_the_simplest_of_its_models_alone() -> None:
    models, built = (int(count) for count in run("bot", BUILT).split())
    assert models > 500
    assert built < models / 2


def test_every_model_can_be_built_and_has_the_fields_that_aiogram_gives_it() -> None:
    assert run("bot", SCHEMAS) == run("aiogram", SCHEMAS)


def test_a_model_of_ours_is_built_while_aiogram_is_imported() -> None:
    """Another thread may import models of its own at that moment."""
    print_one = "from bot.settings import Settings\nprint(Settings.model_rebuild(force=True))"
    assert run("bot", print_one).strip() == "True"
