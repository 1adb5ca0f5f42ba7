"""Every setting of the service, read from the environment (`SUSU_…`) and a `.env` file. `.env.example` mirrors it."""

from __future__ import annotations

import difflib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX: Final = "SUSU_"
SANDBOX_TOKEN: Final = "1:sandbox"  # noqa: S105 - opens nothing but this machine's own emulator
_SECRET_CHARACTERS: Final = 16
_DIFFERENT_CHARACTERS: Final = 6
_WEBHOOK_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{16,256}")
_HOURS: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")
_HELPLINE: Final = re.compile(r"[A-Z]{2} [0-9+][0-9 -]{1,18}")
_TOKEN: Final = re.compile(r"\d+:[A-Za-z0-9_-]+")


class BadSettings(Exception):
    """Settings that the service refuses to start with: one line for each, naming the variable, never a secret."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """What an operator may choose. Each field's description is its comment in `.env.example`."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True)

    database_url: str | None = Field(
        None, repr=False, description="A PostgreSQL to use, 15 or newer. Empty: the one that comes along."
    )
    database_owner_url: str | None = Field(
        None,
        repr=False,
        description="The owner's address, for migrations; SUSU_DATABASE_URL is susu_app's then. Empty: both are one.",
    )
    data_dir: Path = Field(Path("var"), description="Where the embedded database, generated secrets and logs live.")
    erasures: Path | None = Field(
        None,
        description="The list of who was erased, kept beside the database's backups. Empty: in the data dir.",
    )
    zone: str = Field(
        "Asia/Shanghai", description="The institution's time zone; it rules money from the first start on."
    )
    institution: str = Field("", max_length=80, description="The institution's name, as contracts and letters say it.")
    support_hours: str = Field(
        "09:00-18:00", description="When people answer on banking days, on the institution's wall clock."
    )
    helpline: str = Field(
        "CN 12356", description="Whom somebody may call who is not well: a country and its number, several by commas."
    )
    secret_key: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="Encrypts personal data: 16 characters or more. To rotate, put a new one and a comma in front."
    )
    telegram_token: SecretStr | None = Field(
        None, description="The bot's token from @BotFather. The sandbox needs none."
    )
    telegram_api_url: str = Field("https://api.telegram.org", description="The Bot API server to talk to.")
    sends_per_second: int = Field(
        25, ge=1, le=30, description="How many messages go out a second, over all workers: Telegram takes 30."
    )
    rail: Literal["sandbox"] | None = Field(
        None, description="How money comes in and goes out: sandbox, in the sandbox alone. Empty: not at all."
    )
    webhook_url: str | None = Field(
        None, description="This service's public HTTPS address, where Telegram brings updates. Empty: the bot polls."
    )
    webhook_secret: SecretStr | None = Field(
        None, description="Proves that a webhook call is Telegram's: 16 to 256 of A-Z a-z 0-9 _ -. A webhook needs it."
    )
    web_host: str = Field("127.0.0.1", description="Where the webhook and health checks listen (behind your proxy).")
    web_port: int = Field(8081, ge=0, le=65535, description="The port of the webhook and health checks.")
    sandbox_port: int = Field(
        8080, ge=0, le=65535, description="The port of the sandbox and its chat page, on this machine only."
    )
    bots: int = Field(1, ge=1, le=16, description="How many bot processes this machine runs: one a core at most.")
    dispatchers: int = Field(8, ge=1, le=64, description="How many conversations one bot process answers at once.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="How much is logged.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="json: one object a line; console: for reading; auto: console on a terminal."
    )

    @field_validator(
        "database_url",
        "database_owner_url",
        "telegram_token",
        "rail",
        "webhook_url",
        "webhook_secret",
        "erasures",
        mode="before",
    )
    @classmethod
    def _empty_is_none(cls, value: Any) -> Any:
        return None if value == "" else value

    @field_validator("secret_key", mode="before")
    @classmethod
    def _split_by_comma(cls, value: Any) -> Any:
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        if any(len(secret.get_secret_value()) < _SECRET_CHARACTERS for secret in value):
            raise ValueError(f"each key needs at least {_SECRET_CHARACTERS} characters")
        if not all(_is_random_enough(secret.get_secret_value()) for secret in value):
            raise ValueError("a key repeats itself or counts up: take one that is random, `openssl rand -base64 32`")
        return value

    @field_validator("database_url", "database_owner_url")
    @classmethod
    def _is_postgres(cls, value: str | None) -> str | None:
        if value is not None and not value.partition("://")[0].startswith("postgres"):
            raise ValueError("expected postgresql://user:password@host/database")
        return value

    @field_validator("telegram_api_url", "webhook_url")
    @classmethod
    def _is_http(cls, value: str | None) -> str | None:
        if value is not None and not re.match(r"https?://[^/]", value):
            raise ValueError("expected http:// or https:// and a host")
        return value.rstrip("/") if value else value

    @field_validator("telegram_token")
    @classmethod
    def _is_token(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _TOKEN.fullmatch(value.get_secret_value()):
            raise ValueError("expected a token like 123456:ABC-def, as @BotFather gives it")
        return value

    @field_validator("support_hours")
    @classmethod
    def _is_hours(cls, value: str) -> str:
        if not _HOURS.fullmatch(value) or value[:5] >= value[6:]:
            raise ValueError("expected from when to when, like 09:00-18:00")
        return value

    @field_validator("helpline")
    @classmethod
    def _is_helplines(cls, value: str) -> str:
        if value and not all(_HELPLINE.fullmatch(part.strip()) for part in value.split(",")):
            raise ValueError("expected a country's two letters and a number, like CN 12356, KE 1199")
        return value

    @field_validator("zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("expected a time zone's name, like Asia/Shanghai or Africa/Accra") from error
        return value

    @model_validator(mode="after")
    def _webhook_has_a_secret(self) -> Self:
        if self.webhook_url is None:
            return self
        if not _WEBHOOK_SECRET.fullmatch(self.webhook_password):
            raise ValueError(
                f"{PREFIX}WEBHOOK_SECRET: a webhook without its secret is open to anybody; "
                "give 16 to 256 of A-Z a-z 0-9 _ -"
            )
        return self

    @model_validator(mode="after")
    def _money_out_of_nothing_stays_in_the_sandbox(self) -> Self:
        token = self.telegram_token.get_secret_value() if self.telegram_token else SANDBOX_TOKEN
        if self.rail == "sandbox" and token != SANDBOX_TOKEN:
            raise ValueError(f"{PREFIX}RAIL: the sandbox's makes money out of nothing: not with a real bot's token")
        return self

    @property
    def owner_url(self) -> str | None:
        """The address of the database's owner, where the database is one's own."""
        return self.database_owner_url or self.database_url

    @property
    def postgres_home(self) -> Path:
        """The folder of the embedded PostgreSQL."""
        return self.data_dir.absolute() / "postgres"

    @property
    def erasure_list(self) -> Path:
        """The file that lists who was erased."""
        return self.erasures or self.data_dir.absolute() / "erasures.jsonl"

    @property
    def bot_token(self) -> str:
        """The token, in the clear.

        Raises:
            BadSettings: there is none.
        """
        if self.telegram_token is None:
            raise BadSettings([f"{PREFIX}TELEGRAM_TOKEN is missing: get one from @BotFather, or try `susu demo`"])
        return self.telegram_token.get_secret_value()

    @property
    def webhook_password(self) -> str:
        """The webhook's secret in the clear; empty when there is none."""
        return self.webhook_secret.get_secret_value() if self.webhook_secret else ""

    def secrets(self) -> list[str]:
        """Return the encryption secrets, current first; made once and kept in the data folder when none is given.

        Raises:
            BadSettings: the database is another machine's, so a secret kept only on this one could be lost without it.
        """
        if self.secret_key:
            return [secret.get_secret_value() for secret in self.secret_key]
        if self.database_url is not None:
            problem = f"{PREFIX}SECRET_KEY is missing: with {PREFIX}DATABASE_URL every process needs the same one"
            raise BadSettings([problem])
        return [kept_secret(self.data_dir / "secret_key")]


def _is_random_enough(secret: str) -> bool:
    """Say whether a secret could be random: not one piece over and over, not a run, not of a few characters alone."""
    repeats = secret in (secret + secret)[1:-1]
    steps = [ord(after) - ord(before) for before, after in pairwise(secret)]
    runs = sum(step in (-1, 0, 1) for step in steps) > len(steps) // 2
    return not repeats and not runs and len(set(secret)) >= _DIFFERENT_CHARACTERS


def kept_secret(path: Path) -> str:
    """Return the secret in `path`, making it (readable by us alone) the first time. Safe for processes that race."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent) as fresh:  # made with mode 0600
            fresh.write(secrets.token_urlsafe(32) + "\n")
            fresh.flush()
            with suppress(FileExistsError):
                os.link(fresh.name, path)
    return path.read_text().strip()


def load_settings(**overrides: Any) -> Settings:
    """Read the settings; `overrides` win over the environment.

    Raises:
        BadSettings: one or more are unusable.
    """
    try:
        return Settings(**overrides)
    except ValidationError as error:
        raise BadSettings([_problem(dict(each)) for each in error.errors(include_input=False)]) from None


def _problem(error: Mapping[str, Any]) -> str:
    words = str(error["msg"]).removeprefix("Value error, ")
    return f"{PREFIX}{str(error['loc'][0]).upper()}: {words}" if error["loc"] else words


def unknown_settings(names: Mapping[str, str]) -> list[str]:
    """Return one line for each `SUSU_…` name that is no setting (a slip of the pen), with the nearest that is."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    strangers = sorted(name for name in names if name.startswith(PREFIX) and name not in known)
    return [_hint(name, difflib.get_close_matches(name, known, n=1)) for name in strangers]


def _hint(name: str, near: list[str]) -> str:
    return f"{name} is no setting" + (f"; did you mean {near[0]}?" if near else "")


def example() -> str:
    """Return the text of `.env.example`: every setting with its meaning and its default."""
    lines = ["# Susu's settings. Copy to .env and change what you need; everything has a default.", ""]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in (None, ()) else field.default
        lines += [f"# {field.description}", f"#{PREFIX}{name.upper()}={default}", ""]
    return "\n".join(lines)
