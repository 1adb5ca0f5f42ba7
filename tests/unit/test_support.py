"""Whom somebody may call who is not well, by the country of their phone; no number is better than a wrong one."""

from __future__ import annotations

import pytest

from bot.processes.support import support_of
from bot.settings import BadSettings, load_settings
from handlers.chat.support import Support


def test_the_helpline_is_the_phones_countrys() -> None:
    lines = Support(helplines={"CN": "12356", "KE": "1199"})
    assert [lines.helpline(phone) for phone in ("+8613800000000", "+254700000000", "+4915112345678")] == [
        "12356",
        "1199",
        None,
    ]
    assert lines.helpline(None) is None
    assert Support(helplines={"CN": "12356"}).helpline(None) == "12356"
    assert Support().helpline("+8613800000000") is None


def test_the_settings_say_hours_and_helplines() -> None:
    support = support_of(load_settings(_env_file=None, support_hours="08:30-17:00", helpline="CN 12356, KE 1199"))
    assert support == Support("08:30–17:00", {"CN": "12356", "KE": "1199"})
    assert support_of(load_settings(_env_file=None)) == Support("09:00–18:00", {"CN": "12356"})
    assert support_of(load_settings(_env_file=None, helpline="")).helplines == {}


@pytest.mark.parametrize(
    "wrong",
    [{"support_hours": "9-18"}, {"support_hours": "18:00-09:00"}, {"helpline": "12356"}, {"helpline": "China 1"}],
)
def test_settings_that_say_neither_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(BadSettings):
        load_settings(_env_file=None, **wrong)
