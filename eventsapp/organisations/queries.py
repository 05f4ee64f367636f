"""Finding organisations by what people write."""

from collections.abc import Iterable
from dataclasses import dataclass
from time import monotonic

from flask import current_app
from sqlalchemy import Select, bindparam, func, select

from eventsapp.core.db import db
from eventsapp.core.text import like_pattern, search_words
from eventsapp.organisations.models import County, Organisation, OrganisationDomain, OrganisationKind
from eventsapp.organisations.rules import MAX_NAME, has_name, mail_domains, name_key

SUGGESTIONS = 8
KEPT_NAMES = "official_names"
"""Under which name an application keeps `official_names`."""
_KEPT_SECONDS = 60
_MAX_ID = 2**31 - 1


@dataclass(frozen=True)
class Suggestion:
    """An official organisation as the picker shows it; `note` tells those of one kind apart."""

    id: int
    name: str
    note: str


def official_names() -> tuple[str, ...]:
    """The names of all official organisations in Swedish order, for the browser's own list of suggestions.

    They come with a new version of the product, and each sign-up form has all of them, so they are read once a minute.
    """
    kept: tuple[float, tuple[str, ...]] | None = current_app.extensions.get(KEPT_NAMES)
    if kept is not None and monotonic() < kept[0] + _KEPT_SECONDS:
        return kept[1]
    names = tuple(
        db.session.scalars(
            select(Organisation.name_sv).where(Organisation.is_official).order_by(Organisation.sort_key)
        )
    )
    current_app.extensions[KEPT_NAMES] = (monotonic(), names)
    return names


# Each sign-up asks it, and to make a statement takes longer than to run it.
_NAMED_LIKE = (
    select(Organisation)
    .where(Organisation.search_text.like(bindparam("pattern"), escape="\\"))
    .order_by(Organisation.is_official.desc(), Organisation.id)
)


def find_by_name(name: str) -> Organisation | None:
    """The organisation that has exactly this name, whatever the capitals; an official one before others."""
    key = name_key(name)
    if not key or len(key) > MAX_NAME:
        return None
    candidates = db.session.scalars(_NAMED_LIKE, {"pattern": like_pattern(key)})
    return next((organisation for organisation in candidates if has_name(organisation, key)), None)


def find_by_names(names: Iterable[str]) -> dict[str, Organisation]:
    """As `find_by_name` for several: each name that is known → its organisation."""
    found = {name: find_by_name(name) for name in dict.fromkeys(names)}
    return {name: organisation for name, organisation in found.items() if organisation is not None}


def match_organisation(text: str, organisation_id: int | None = None) -> Organisation | None:
    """The organisation that a person means: the one they chose from the list, or the one they wrote the name of.

    An id counts only while its organisation still has the written name, since the text may have changed after.
    """
    if organisation_id is not None and 0 < organisation_id <= _MAX_ID:
        chosen = db.session.get(Organisation, organisation_id)
        if chosen is not None and has_name(chosen, name_key(text)):
            return chosen
    return find_by_name(text)


def free_code(wanted: str) -> str:
    """`wanted`, or with a number behind it when another organisation has that code."""
    taken = set(
        db.session.scalars(
            select(Organisation.code).where(Organisation.code.startswith(wanted, autoescape=True))
        )
    )
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"


def suggest(query: str, *, limit: int = SUGGESTIONS) -> list[Suggestion]:
    """Official organisations with every word of `query` in a name; those that begin with it come first."""
    words = search_words(query[:MAX_NAME])
    if not words:
        return []
    statement = _official_ones().order_by(
        Organisation.search_text.like(like_pattern(" ".join(words)).removeprefix("%"), escape="\\").desc(),
        Organisation.sort_key,
        Organisation.id,
    )
    for word in words:
        statement = statement.where(Organisation.search_text.like(like_pattern(word), escape="\\"))
    return _suggestions(statement.limit(limit))


def suggest_by_domain(address: str) -> list[Suggestion]:
    """The organisation that a mail address or domain belongs to, as a list of one or none."""
    domains = mail_domains(address)
    if not domains:
        return []
    closest = (
        select(OrganisationDomain.organisation_id)
        .where(OrganisationDomain.domain.in_(domains))
        .order_by(func.length(OrganisationDomain.domain).desc())
        .limit(1)
    )
    return _suggestions(_official_ones().where(Organisation.id.in_(closest)))


def _official_ones() -> Select[Organisation, County]:
    return (
        select(Organisation, County)
        .outerjoin(County, County.code == Organisation.county_code)
        .where(Organisation.is_official)
    )


def _suggestions(statement: Select[Organisation, County]) -> list[Suggestion]:
    return [
        Suggestion(organisation.id, organisation.name_sv, _note(organisation, county))
        for organisation, county in db.session.execute(statement)
    ]


def _note(organisation: Organisation, county: County | None) -> str:
    if county is not None and organisation.kind is OrganisationKind.MUNICIPALITY:
        return county.name
    return ""
