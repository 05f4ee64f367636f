"""Decisions about names of organisations, on values alone."""

from eventsapp.core.text import clean_line
from eventsapp.organisations.models import Organisation, OrganisationKind

MAX_NAME = 200

_CIVIL_SOCIETY_WORDS = (
    "förening",
    "förbund",
    "stiftelse",
    "jour",
    "nätverk",
    "församling",
    "kyrka",
    "rädda barnen",
    "röda korset",
    "rfsl",
    "rfsu",
    "unizon",
    "roks",
    "sensus",
    "idrott",
    "scout",
)


def name_key(name: str) -> str:
    """The form in which two spellings of one name are the same."""
    return clean_line(name).casefold()


def has_name(organisation: Organisation, key: str) -> bool:
    """Whether `key` (see `name_key`) is one of the organisation's names; they stand one a line in its search text."""
    return key in organisation.search_text.split("\n")


def kind_of_new(name: str) -> OrganisationKind:
    """What an organisation that somebody wrote the name of most likely is; official ones are known already."""
    key = name_key(name)
    if any(word in key for word in _CIVIL_SOCIETY_WORDS):
        return OrganisationKind.CIVIL_SOCIETY
    return OrganisationKind.OTHER


def mail_domains(address: str) -> list[str]:
    """The domains to look up for an address or a domain, the whole one first: "skola.umea.se", "umea.se"."""
    labels = clean_line(address).casefold().rsplit("@", 1)[-1].strip(".").split(".")
    if len(labels) < 2 or len(labels) > 10 or not all(labels):
        return []
    return [".".join(labels[start:]) for start in range(len(labels) - 1)]
