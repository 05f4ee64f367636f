"""Counties, municipalities, official organisations and the lists that activities are described with."""

import csv
import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import insert, select, update

from eventsapp.core.db import Base, db
from eventsapp.core.text import search_text, slugify, sort_key
from eventsapp.events.models import EventKind, TargetGroup, Topic
from eventsapp.organisations.models import (
    County,
    Municipality,
    Organisation,
    OrganisationDomain,
    OrganisationKind,
)

DATA = Path(__file__).parent / "data"

Value = str | int | bool | None
Row = dict[str, Value]

_AGENCY_KINDS = {
    "lansstyrelse": OrganisationKind.COUNTY_BOARD,
    "myndighet": OrganisationKind.AGENCY,
    "del_av_lansstyrelse": OrganisationKind.AGENCY,
    "universitet": OrganisationKind.UNIVERSITY,
    "del_av_universitet": OrganisationKind.UNIVERSITY,
}


@dataclass(frozen=True)
class Loaded:
    """How many rows of one kind were new and how many had changed."""

    what: str
    inserted: int
    updated: int


def load_reference_data() -> list[Loaded]:
    """Insert what is missing and update official facts that changed; delete nothing; the caller commits.

    Kinds, target groups and topics are lists that staff extend and rename, so existing ones are left as they are.
    """
    loaded = [
        _load(County, "code", _counties()),
        _load(Municipality, "code", _municipalities()),
        _load_organisations(),
        _load_domains(),
        _load(EventKind, "code", _event_kinds(), update_changed=False),
        _load(TargetGroup, "code", _named_rows(target_group_rows()), update_changed=False),
        _load(Topic, "code", _named_rows(_read_csv("topics.csv")), update_changed=False),
    ]
    db.session.expire_all()
    return loaded


def target_group_rows() -> list[dict[str, str]]:
    """The controlled target groups; `also` (see `target_group_codes`) is how past activities named them."""
    return [{key: row[key] for key in ("code", "name_sv", "name_en")} for row in _target_groups()]


def target_group_codes() -> dict[str, str]:
    """The free words of past activities → the code of the controlled group that they belong to."""
    return {word: row["code"] for row in _target_groups() for word in row["also"]}


@cache
def municipality_names() -> dict[str, str]:
    """The names of the municipalities by code."""
    return {row["code"]: row["name"] for row in _read_csv("municipalities.csv")}


@cache
def _target_groups() -> list[dict[str, str]]:
    rows: list[dict[str, str]] = json.loads((DATA / "target_groups.json").read_text(encoding="utf-8"))
    return rows


def _read_csv(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _counties() -> list[Row]:
    return [
        {
            "code": row["code"],
            "name_sv": row["name"],
            "name_en": row["name_en"],
            "short_name": row["name_short"],
            "sort_key": sort_key(row["name"]),
        }
        for row in _read_csv("counties.csv")
    ]


def _municipalities() -> list[Row]:
    return [
        {
            "code": row["code"],
            "name": row["name"],
            "official_name": row["official_name"],
            "county_code": row["county_code"],
            "sort_key": sort_key(row["name"]),
        }
        for row in _read_csv("municipalities.csv")
    ]


def _event_kinds() -> list[Row]:
    return [
        {
            "code": row["code"],
            "name_sv": row["name_sv"],
            "name_en": row["name_en"],
            "sort_key": sort_key(row["name_sv"]),
            "is_retired": False,
            "colour": row["colour"],
            "definite_sv": row["definite_sv"],
            "is_neuter": row["neuter"] == "1",
            "position": 10 * number,
        }
        for number, row in enumerate(_read_csv("event_kinds.csv"), start=1)
    ]


def _named_rows(rows: Iterable[Mapping[str, str]]) -> list[Row]:
    return [
        {
            "code": row["code"],
            "name_sv": row["name_sv"],
            "name_en": row["name_en"],
            "sort_key": sort_key(row["name_sv"]),
            "is_retired": False,
        }
        for row in rows
    ]


@dataclass(frozen=True, kw_only=True)
class _OrganisationFacts:
    """What the files say about one organisation; `also` are other names that people search for."""

    code: str
    kind: OrganisationKind
    name: str
    name_en: str
    official_name: str = ""
    county_code: str | None = None
    municipality_code: str | None = None
    org_number: str | None = None
    website: str | None = None
    also: tuple[str, ...] = ()

    def row(self) -> Row:
        return {
            "code": self.code,
            "kind": self.kind,
            "name_sv": self.name,
            "name_en": self.name_en,
            "official_name": self.official_name or self.name,
            "county_code": self.county_code,
            "municipality_code": self.municipality_code,
            "org_number": self.org_number,
            "website": self.website,
            "is_official": True,
            "sort_key": sort_key(self.name),
            "search_text": search_text(
                *dict.fromkeys((self.name, self.official_name, self.name_en, *self.also))
            ),
        }


def _organisations() -> list[Row]:
    municipalities = _read_csv("municipalities.csv")
    regions = _read_csv("regions.csv")
    return [
        facts.row()
        for facts in (
            *_municipal_organisations(municipalities, {region["name"] for region in regions}),
            *_regional_organisations(regions, municipalities),
            *_agencies(_read_csv("agencies.csv")),
        )
    ]


def _municipal_organisations(
    municipalities: list[dict[str, str]], region_names: set[str]
) -> Iterator[_OrganisationFacts]:
    slugs = Counter(slugify(row["official_name"]) for row in municipalities)
    for row in municipalities:
        # Region Gotland is one legal person that is both region and municipality: it must not stand twice in a list.
        if row["official_name"] in region_names:
            continue
        slug = slugify(row["official_name"])
        yield _OrganisationFacts(
            # Habo and Håbo are two municipalities with one slug.
            code=slug if slugs[slug] == 1 else f"{slug}-{row['code']}",
            kind=OrganisationKind.MUNICIPALITY,
            name=row["official_name"],
            name_en=f"{row['name']} Municipality",
            county_code=row["county_code"],
            municipality_code=row["code"],
            also=(f"{row['name']} kommun", row["also_called"]),
        )


def _regional_organisations(
    regions: list[dict[str, str]], municipalities: list[dict[str, str]]
) -> Iterator[_OrganisationFacts]:
    own_municipality = {row["official_name"]: row["code"] for row in municipalities}
    for row in regions:
        yield _OrganisationFacts(
            code=slugify(row["name"]),
            kind=OrganisationKind.REGION,
            name=row["name"],
            name_en=row["name_en"],
            county_code=row["county_code"],
            municipality_code=own_municipality.get(row["name"]),
            org_number=row["org_number"],
        )


def _agencies(agencies: list[dict[str, str]]) -> Iterator[_OrganisationFacts]:
    for row in agencies:
        yield _OrganisationFacts(
            code=row["code"],
            kind=_AGENCY_KINDS[row["kind"]],
            name=row["name"],
            name_en=row["name_en"],
            official_name=row["official_name"],
            county_code=row["county_code"] or None,
            org_number=row["org_number"],
            website=row["website"],
            also=tuple(row["aliases"].split("|")),
        )


def _load_organisations() -> Loaded:
    return _load(Organisation, "code", _organisations())


def _load_domains() -> Loaded:
    """Mail domains that suggest an organisation. One that would suggest several is left out, so nobody is guessed wrong."""
    official = db.session.scalars(select(Organisation).where(Organisation.is_official)).all()
    by_code = {organisation.code: organisation.id for organisation in official}
    by_municipality = {organisation.municipality_code: organisation.id for organisation in official}
    by_region = {
        organisation.county_code: organisation.id
        for organisation in official
        if organisation.kind == OrganisationKind.REGION
    }
    known = {row["municipality_code"]: row["domain"] for row in _read_csv("municipality_mail_domains.csv")}
    suggestions: list[tuple[str, int]] = []
    for municipality in _read_csv("municipalities.csv"):
        domain = known.get(municipality["code"], _likely_domain(municipality["name"]))
        suggestions.append((domain, by_municipality[municipality["code"]]))
    for region in _read_csv("region_mail_domains.csv"):
        suggestions.append((region["domain"], by_region[region["county_code"]]))
    for agency in _read_csv("agencies.csv"):
        host = urlsplit(agency["website"]).hostname or ""
        suggestions.append((host.removeprefix("www."), by_code[agency["code"]]))
    times = Counter(domain for domain, _ in suggestions)
    rows: list[Row] = [
        {"domain": domain, "organisation_id": organisation_id}
        for domain, organisation_id in suggestions
        if times[domain] == 1
    ]
    return _load(OrganisationDomain, "domain", rows)


def _likely_domain(name: str) -> str:
    """Upplands Väsby → upplandsvasby.se, which nearly every municipality uses; the few others are in a file."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return plain.replace(" ", "") + ".se"


def _load(model: type[Base], key: str, rows: Sequence[Row], *, update_changed: bool = True) -> Loaded:
    """Bring a table up to the rows: one select, one insert for all that is new, an update for each that changed."""
    table = model.__table__
    columns = [table.c[name] for name in rows[0]]
    existing = {row[key]: dict(row) for row in db.session.execute(select(*columns)).mappings()}
    new = [row for row in rows if row[key] not in existing]
    changed = (
        [row for row in rows if row[key] in existing and existing[row[key]] != row] if update_changed else []
    )
    if new:
        db.session.execute(insert(model), new)
    for row in changed:
        db.session.execute(update(model).where(table.c[key] == row[key]).values(row))
    return Loaded(what=model.__tablename__, inserted=len(new), updated=len(changed))
