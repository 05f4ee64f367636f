"""Organisers that the official lists do not have, and the names that past activities used for those they have."""

import json
from dataclasses import dataclass
from typing import Self

from sqlalchemy import insert, select

from eventsapp.cli.demo.texts import DATA
from eventsapp.core.db import db
from eventsapp.core.text import search_text, slugify, sort_key
from eventsapp.organisations.models import Organisation, OrganisationKind


def add_organisers() -> None:
    """Add civil society and other organisers that are missing; flushes."""
    rows = json.loads((DATA / "organisations.json").read_text(encoding="utf-8"))
    known = set(db.session.scalars(select(Organisation.name_sv)))
    new = [
        {
            "code": slugify(row["name"]),
            "kind": OrganisationKind(row["kind"]),
            "name_sv": row["name"],
            "official_name": row["name"],
            "county_code": row["county_code"],
            "is_official": False,
            "sort_key": sort_key(row["name"]),
            "search_text": search_text(row["name"]),
        }
        for row in rows
        if row["name"] not in known
    ]
    if new:
        db.session.execute(insert(Organisation), new)


@dataclass(frozen=True)
class OrganiserNames:
    """What past activities called their organisers: other names of one organisation, and words for many at once."""

    aliases: dict[str, str]
    collective: frozenset[str]

    @classmethod
    def read(cls) -> Self:
        raw = json.loads((DATA / "organisation_names.json").read_text(encoding="utf-8"))
        return cls(raw["aliases"], frozenset(raw["collective"]))

    def single(self, names: list[str]) -> tuple[str, ...]:
        """Those that are one organisation each, under its present name."""
        return tuple(self.aliases.get(name, name) for name in names if name not in self.collective)

    def many(self, names: list[str]) -> list[str]:
        """Those that stand for many organisations, which can only be told in words."""
        return [name for name in names if name in self.collective]
