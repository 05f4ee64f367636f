"""Every setting of the product, read once from the environment."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from cryptography.fernet import Fernet

PROJECT_ROOT = Path(__file__).resolve().parent.parent
VERSION = "1.2.0"


class SettingsError(RuntimeError):
    """A setting is missing or wrong; the message says which one and what to write."""


class Mode(StrEnum):
    """How careful the product is about secrets and demonstration data."""

    DEMONSTRATION = "demonstration"
    PRODUCTION = "production"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings, each with the sentence that the README repeats."""

    mode: Mode = Mode.DEMONSTRATION
    """EVENTSAPP_MODE: "demonstration" (default) or "production", which refuses to start without real secrets."""
    instance_path: Path = PROJECT_ROOT / "instance"
    """EVENTSAPP_INSTANCE: the folder for the SQLite files, demonstration letters and generated secrets."""
    database_url: str = ""
    """DATABASE_URL: the SQLAlchemy address of the database; empty means an SQLite file in the instance folder."""
    secret_key: str = ""
    """SECRET_KEY: at least 32 characters that sign cookies; made up and kept in the instance folder when not in production."""
    sealing_keys: tuple[str, ...] = ()
    """SEALING_KEYS: Fernet keys, separated by commas, newest first, for what is stored encrypted; older ones still open."""
    site_url: str = "http://127.0.0.1:5000"
    """SITE_URL: the public address, used in letters and calendar entries, without a final slash."""
    site_name: str = "Kurser och konferenser"
    """SITE_NAME: the name of the service in the page head."""
    site_organisation: str = "Länsstyrelsen Västerbotten"
    """SITE_ORGANISATION: the authority behind the service, also the sender's name of letters."""
    home_county: str = "24"
    """HOME_COUNTY: the two-digit code of the county that comes first in lists and counts."""
    contact_email: str = "kurser@example.se"
    """CONTACT_EMAIL: the function mailbox that people write to, and that gets feedback on accessibility."""
    contact_phone: str = "010-225 40 00"
    """CONTACT_PHONE: the number that people with protected personal data ring."""
    open_data_licence: str = "https://creativecommons.org/publicdomain/zero/1.0/"
    """OPEN_DATA_LICENCE: the address of the licence that the open data has, without a language; CC0 1.0 unless set."""
    data_protection_email: str = "dataskydd@example.se"
    """DATA_PROTECTION_EMAIL: the address of the data protection officer."""
    mail_from: str = "kurser@example.se"
    """MAIL_FROM: the address that letters are sent from."""
    smtp_url: str = ""
    """SMTP_URL: smtp://user:password@host:587 (STARTTLS when offered) or smtps://…:465; empty writes letters to files."""
    answers_url: str = ""
    """ANSWERS_URL: imaps://user:password@host/INBOX, the mailbox that calendars answer invitations to; empty reads none."""
    port: int = 5000
    """PORT: the port that `make run` serves on."""
    trusted_proxies: int = 0
    """TRUSTED_PROXIES: how many reverse proxies in front add X-Forwarded headers that may be believed."""
    reminder_days: int = 3
    """REMINDER_DAYS: how many days before an activity its reminder is sent, where the activity says nothing else."""
    sensitive_days: int = 14
    """SENSITIVE_DAYS: how many days after an activity the answers on food and access needs are erased."""
    feed_days_back: int = 60
    """FEED_DAYS_BACK: how many days past activities stay in the calendar feeds."""
    files_folder: Path | None = None
    """FILES_FOLDER: the folder for files that participants send as answers; empty means `files` in the instance folder."""
    file_megabytes: int = 10
    """FILE_MEGABYTES: the largest file in MB that a question may accept."""
    testing: bool = False

    @property
    def files_path(self) -> Path:
        return self.files_folder or self.instance_path / "files"

    @property
    def invites_from(self) -> str:
        """The address that calendar invitations come from, and that people and calendars answer to: the function mailbox,
        unless its domain is not the one that letters are sent for, since others' mail servers would then refuse it."""
        domains = {address.rpartition("@")[2].lower() for address in (self.contact_email, self.mail_from)}
        return self.contact_email if len(domains) == 1 else self.mail_from

    @property
    def is_demonstration(self) -> bool:
        return self.mode is Mode.DEMONSTRATION

    @property
    def sqlalchemy_url(self) -> str:
        """The database address with the drivers that we ship (psycopg 3)."""
        url = self.database_url or f"sqlite:///{self.instance_path / 'eventsapp.db'}"
        for prefix in ("postgres://", "postgresql://"):
            if url.startswith(prefix):
                return "postgresql+psycopg://" + url.removeprefix(prefix)
        return url

    @property
    def uses_postgresql(self) -> bool:
        return self.sqlalchemy_url.startswith("postgresql")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Settings":
        """Read the settings; raise SettingsError with a plain sentence when one is unusable."""
        mode = _mode(environ.get("EVENTSAPP_MODE", Mode.DEMONSTRATION))
        instance = Path(environ.get("EVENTSAPP_INSTANCE", cls.instance_path))
        port = _whole_number(environ, "PORT", cls.port)
        secret_key = environ.get("SECRET_KEY", "")
        sealing_keys = tuple(key.strip() for key in environ.get("SEALING_KEYS", "").split(",") if key.strip())
        if mode is Mode.PRODUCTION:
            _require_real_secrets(secret_key, sealing_keys)
        else:
            secret_key = secret_key or _kept_secret(
                instance / "secret_key", lambda: secrets.token_urlsafe(48)
            )
            sealing_keys = sealing_keys or (
                _kept_secret(instance / "sealing_key", lambda: Fernet.generate_key().decode()),
            )
        _require_fernet(sealing_keys)
        return cls(
            mode=mode,
            instance_path=instance,
            database_url=environ.get("DATABASE_URL", ""),
            secret_key=secret_key,
            sealing_keys=sealing_keys,
            site_url=environ.get("SITE_URL", f"http://127.0.0.1:{port}").rstrip("/"),
            site_name=environ.get("SITE_NAME", cls.site_name),
            site_organisation=environ.get("SITE_ORGANISATION", cls.site_organisation),
            home_county=environ.get("HOME_COUNTY", cls.home_county),
            contact_email=environ.get("CONTACT_EMAIL", cls.contact_email),
            contact_phone=environ.get("CONTACT_PHONE", cls.contact_phone),
            open_data_licence=environ.get("OPEN_DATA_LICENCE", cls.open_data_licence),
            data_protection_email=environ.get("DATA_PROTECTION_EMAIL", cls.data_protection_email),
            mail_from=environ.get("MAIL_FROM", cls.mail_from),
            smtp_url=environ.get("SMTP_URL", ""),
            answers_url=environ.get("ANSWERS_URL", ""),
            port=port,
            trusted_proxies=_whole_number(environ, "TRUSTED_PROXIES", 0),
            reminder_days=_whole_number(environ, "REMINDER_DAYS", cls.reminder_days),
            sensitive_days=_whole_number(environ, "SENSITIVE_DAYS", cls.sensitive_days),
            feed_days_back=_whole_number(environ, "FEED_DAYS_BACK", cls.feed_days_back),
            files_folder=Path(environ["FILES_FOLDER"]) if environ.get("FILES_FOLDER") else None,
            file_megabytes=_whole_number(environ, "FILE_MEGABYTES", cls.file_megabytes),
        )


def _mode(value: str) -> Mode:
    try:
        return Mode(value)
    except ValueError:
        raise SettingsError(f"EVENTSAPP_MODE is '{value}'; write demonstration or production.") from None


def _whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    value = environ.get(name, "")
    if not value:
        return default
    if not value.isdecimal():
        raise SettingsError(f"{name} is '{value}'; write a whole number.")
    return int(value)


def _require_real_secrets(secret_key: str, sealing_keys: tuple[str, ...]) -> None:
    if len(secret_key) < 32:
        raise SettingsError("SECRET_KEY must be set to at least 32 random characters in production.")
    if not sealing_keys:
        raise SettingsError("SEALING_KEYS must hold at least one Fernet key in production.")


def _require_fernet(sealing_keys: tuple[str, ...]) -> None:
    for key in sealing_keys:
        try:
            Fernet(key)
        except ValueError:
            raise SettingsError(
                "SEALING_KEYS holds a key that is not 32 bytes in URL-safe base64; make one with "
                '`python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`.'
            ) from None


def _kept_secret(path: Path, make: object) -> str:
    """Read a generated secret, making it the first time; several processes may start at once."""
    assert callable(make)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    value = str(make())
    with os.fdopen(descriptor, "w") as file:
        file.write(value)
    return value
