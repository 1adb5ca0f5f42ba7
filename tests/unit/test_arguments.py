"""Numbers out of taps and links: what is none is refused with the sentence of the thing that it was to name."""

from __future__ import annotations

from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from finance_core.kernel.error_codes import ErrorCode
from finance_core.kernel.errors import NotAllowed, NotFound
from handlers.chat.arguments import card_in, count_in, id_in, id_of, minor_units

HANDLERS = Path(__file__).parents[2] / "handlers"


@pytest.mark.parametrize("said", ["", "x", "-1", "1.5", " 7", "７", "²", "1" * 19])
def test_what_is_no_id_names_nothing(said: str) -> None:
    with pytest.raises(NotFound, match="loan"):
        id_in([said], ErrorCode.LOAN)
    with pytest.raises(NotFound, match="loan"):
        id_of(said, ErrorCode.LOAN)
    with pytest.raises(NotAllowed, match="not_yours"):
        card_in(["token", said])


def test_numbers_are_read_from_their_places() -> None:
    assert (id_in(["7", "x"], ErrorCode.LOAN), id_in(["x", "7"], ErrorCode.LOAN, 1), id_of("7", ErrorCode.LOAN)) == (
        7,
        7,
        7,
    )
    assert (count_in(["7", "12"], 1), count_in(["7"], 1), count_in(["7", "99999"], 1)) == (12, 0, 0)
    assert (minor_units("123456"), minor_units("1" * 16)) == (123456, None)
    assert card_in(["token", "3", "more"]) == ("token", 3)


SAID: Final = {"confirm.py", "coming_back.py"}
"""Where a digit in what somebody says, or on a card, is looked for: no id is read out of it."""


def test_ids_are_read_in_no_other_place() -> None:
    modules = chain(HANDLERS.glob("[!p]*/*.py"), HANDLERS.glob("[!p]*/screens/*.py"))
    readers = {module.name for module in modules if "isdecimal" in module.read_text()}
    # what people type is read elsewhere: a PIN's digits, a number that stands for a button or for a sum
    assert readers == {"arguments.py", "pin.py", "prepare.py", "middleware.py", "answers.py", *SAID}
