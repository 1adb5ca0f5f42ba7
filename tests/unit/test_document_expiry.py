"""Until when a document is valid, as people write it; what could be two days is asked again."""

from __future__ import annotations

from datetime import date

import pytest

from finance_core.account.rules import NEVER_EXPIRES
from handlers.account.expiry import expiry_in

DAY = date(2031, 5, 1)


@pytest.mark.parametrize(
    "said",
    ["2031-05-01", "2031/5/1", "2031年5月1日", "20310501", "1.5.2031", "1 May 2031", "May 1st, 2031", " 2031.05.01 "],
)
def test_a_whole_date_is_read(said: str) -> None:
    assert expiry_in(said) == DAY


@pytest.mark.parametrize("said", ["", "05/01/2031", "May", "next year", "2031-02-30", "1 May", "1 May 31", "someday"])
def test_what_is_none_or_two_is_not(said: str) -> None:
    assert expiry_in(said) is None


@pytest.mark.parametrize("said", ["长期", "never", "2999-12-31"])
def test_some_never_expire(said: str) -> None:
    assert expiry_in(said) == NEVER_EXPIRES
