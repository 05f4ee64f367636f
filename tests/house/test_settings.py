"""Every setting has its sentence in the README, and production refuses to start without real secrets."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from eventsapp.config import PROJECT_ROOT, Mode, Settings, SettingsError

KEY = Fernet.generate_key().decode()
PRODUCTION = {"EVENTSAPP_MODE": "production", "SECRET_KEY": "s" * 40, "SEALING_KEYS": KEY}


def test_every_setting_stands_in_the_readme() -> None:
    source = (PROJECT_ROOT / "eventsapp" / "config.py").read_text()
    readme = (PROJECT_ROOT / "README.md").read_text()
    names = [
        line.strip().strip('"').split(":", 1)[0]
        for line in source.splitlines()
        if line.strip().startswith('"""') and ": " in line
    ]
    settings = [name for name in names if name.isupper()]
    assert len(settings) > 15
    assert [name for name in settings if f"`{name}`" not in readme] == []


def test_production_starts_with_real_secrets(tmp_path: Path) -> None:
    settings = Settings.from_environment(PRODUCTION | {"EVENTSAPP_INSTANCE": str(tmp_path)})
    assert settings.mode is Mode.PRODUCTION
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SEALING_KEYS": ""}, "SEALING_KEYS"),
        ({"SEALING_KEYS": "not-a-key"}, "SEALING_KEYS"),
        ({"PORT": "many"}, "PORT"),
        ({"EVENTSAPP_MODE": "test"}, "EVENTSAPP_MODE"),
    ],
)
def test_what_is_wrong_is_said(change: dict[str, str], word: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=word):
        Settings.from_environment(PRODUCTION | {"EVENTSAPP_INSTANCE": str(tmp_path)} | change)


def test_secrets_are_made_once_outside_production(tmp_path: Path) -> None:
    first = Settings.from_environment({"EVENTSAPP_INSTANCE": str(tmp_path)})
    again = Settings.from_environment({"EVENTSAPP_INSTANCE": str(tmp_path)})
    assert len(first.secret_key) >= 32
    assert (first.secret_key, first.sealing_keys) == (again.secret_key, again.sealing_keys)
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("prefix", ["postgres://", "postgresql://"])
def test_postgresql_is_spoken_to_by_the_driver_that_is_shipped(prefix: str) -> None:
    assert Settings(database_url=f"{prefix}me@host/db").sqlalchemy_url == "postgresql+psycopg://me@host/db"


@pytest.mark.parametrize(
    ("contact", "mail_from", "invites"),
    [
        ("kurser@example.se", "utskick@example.se", "kurser@example.se"),
        ("kurser@Example.SE", "utskick@example.se", "kurser@Example.SE"),
        ("kurser@lansstyrelsen.example", "utskick@example.se", "utskick@example.se"),
        ("kurser@sub.example.se", "utskick@example.se", "utskick@example.se"),
    ],
)
def test_invitations_come_from_an_address_that_letters_may_be_sent_for(
    contact: str, mail_from: str, invites: str
) -> None:
    assert Settings(contact_email=contact, mail_from=mail_from).invites_from == invites
