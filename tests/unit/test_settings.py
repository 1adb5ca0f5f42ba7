"""Settings: every one is in `.env.example`, and a bad one is refused with a sentence that names it."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from bot.processes.hosting import more_bots
from bot.settings import (
    PREFIX,
    SANDBOX_TOKEN,
    BadSettings,
    Settings,
    example,
    kept_secret,
    load_settings,
    unknown_settings,
)

EXAMPLE = Path(__file__).parents[2] / ".env.example"
SECRET = "sixteen-characters-or-more"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(PREFIX + name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def problems(**given: Any) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        load_settings(**given)
    return refused.value.problems


def test_the_example_names_every_setting_with_its_meaning_and_default() -> None:
    assert EXAMPLE.read_text(encoding="utf-8") == example()


def test_the_example_uncommented_is_what_one_gets_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    bare = load_settings()
    lines = [line[1:] for line in example().splitlines() if line.startswith(f"#{PREFIX}")]
    Path(".env").write_text("\n".join(lines), encoding="utf-8")
    assert len(lines) == len(Settings.model_fields)
    assert load_settings() == bare


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text(f"{PREFIX}SANDBOX_PORT=9000\n{PREFIX}ZONE=Africa/Accra\n", encoding="utf-8")
    monkeypatch.setenv(f"{PREFIX}SANDBOX_PORT", "9001")
    settings = load_settings()
    assert (settings.sandbox_port, settings.zone) == (9001, "Africa/Accra")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("sandbox_port", "eighty", "valid integer"),
        ("sandbox_port", "70000", "less than or equal to 65535"),
        ("zone", "Mars/Olympus", "time zone's name"),
        ("zone", "../etc/passwd", "time zone's name"),
        ("database_url", "mysql://x", "postgresql://"),
        ("telegram_token", "abc", "@BotFather"),
        ("telegram_api_url", "api.telegram.org", "https://"),
        ("secret_key", "short", "at least 16 characters"),
        ("secret_key", f"{SECRET},short", "at least 16 characters"),
        ("rail", "gold", "'sandbox'"),
        ("secret_key", "aaaaaaaaaaaaaaaa", "openssl rand"),
        ("secret_key", "abcabcabcabcabcabc", "openssl rand"),
        ("secret_key", "1234567890123456", "openssl rand"),
        ("secret_key", "abcdefghijklmnopqrstuvwxyz", "openssl rand"),
        ("secret_key", f"{SECRET},0101101001011010", "openssl rand"),
        ("log_level", "chatty", "'debug', 'info'"),
        ("dispatchers", "0", "greater than or equal to 1"),
    ],
)
def test_a_bad_setting_is_named_and_told_what_is_wanted(name: str, value: str, words: str) -> None:
    (problem,) = problems(**{name: value})
    assert problem.startswith(f"{PREFIX}{name.upper()}: ")
    assert words in problem


def test_money_out_of_nothing_is_refused_with_a_real_bots_token() -> None:
    (problem,) = problems(rail="sandbox", telegram_token="123456:ABC-def")
    assert "SUSU_RAIL: the sandbox's makes money out of nothing" in problem
    assert load_settings(rail="sandbox", telegram_token=SANDBOX_TOKEN).rail == "sandbox"
    assert load_settings(telegram_token="123456:ABC-def").rail is None


def test_every_bad_setting_is_told_at_once() -> None:
    assert len(problems(zone="Mars", sandbox_port="x")) == 2


@pytest.mark.parametrize("name", ["secret_key", "telegram_token"])
def test_a_refusal_never_repeats_a_secret(name: str) -> None:
    assert "hush-hush" not in "".join(problems(**{name: "hush-hush"}))


@pytest.mark.parametrize("secret", [None, "", "short", "sixteen characters with spaces"])
def test_a_webhook_without_a_proper_secret_is_refused(secret: str | None) -> None:
    (problem,) = problems(webhook_url="https://bank.example/hook", webhook_secret=secret)
    assert problem.startswith(f"{PREFIX}WEBHOOK_SECRET: ")


def test_a_webhook_with_its_secret_is_accepted() -> None:
    settings = load_settings(webhook_url="https://bank.example/hook", webhook_secret=SECRET)
    assert settings.webhook_secret is not None
    assert settings.webhook_secret.get_secret_value() == SECRET


def test_settings_never_show_their_secrets() -> None:
    settings = load_settings(
        secret_key=SECRET, telegram_token="123:hushhush", database_url="postgresql://susu:hushhush@db/susu"
    )
    assert "hushhush" not in repr(settings)
    assert SECRET not in repr(settings)


def test_a_running_service_without_a_token_is_told_where_to_get_one() -> None:
    with pytest.raises(BadSettings, match=r"SUSU_TELEGRAM_TOKEN is missing.*@BotFather.*susu demo"):
        _ = load_settings().bot_token


def test_secrets_are_split_at_commas_current_first() -> None:
    assert load_settings(secret_key=f"{SECRET}-new , {SECRET}-old").secrets() == [f"{SECRET}-new", f"{SECRET}-old"]


def test_without_a_secret_one_is_made_once_and_kept_for_us_alone(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "var")
    first = settings.secrets()
    assert settings.secrets() == first
    assert len(first[0]) >= 32
    path = tmp_path / "var" / "secret_key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret_key"]


def test_a_database_elsewhere_wants_the_secret_given(tmp_path: Path) -> None:
    settings = load_settings(database_url="postgresql://db/susu", data_dir=tmp_path)
    with pytest.raises(BadSettings, match="every process needs the same"):
        settings.secrets()


def test_processes_that_race_for_the_first_secret_get_the_same(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number}" / "secret" for number in range(20)]
    for path in paths:
        with ThreadPoolExecutor(4) as threads:
            assert len(set(threads.map(kept_secret, [path] * 4))) == 1


def test_a_slip_of_the_pen_is_noticed_with_the_nearest_name() -> None:
    hints = unknown_settings({"SUSU_TELEGRAM_TOKN": "x", "SUSU_ZONE": "UTC", "PATH": "/bin"})
    assert hints == ["SUSU_TELEGRAM_TOKN is no setting; did you mean SUSU_TELEGRAM_TOKEN?"]


def test_each_further_bot_is_a_program_of_its_own() -> None:
    assert [more_bots(load_settings(bots=count)) for count in (1, 3)] == [[], ["bot-2", "bot-3"]]
