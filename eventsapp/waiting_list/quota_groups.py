"""The groups that quotas count by: what they are called, and which one a typed name means."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import func, select

from eventsapp.core.clock import to_swedish
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_day
from eventsapp.core.text import sort_key
from eventsapp.organisations.models import County, Municipality, Organisation
from eventsapp.organisations.queries import find_by_name, official_names
from eventsapp.places.models import Quota, QuotaBy
from eventsapp.registrations.models import Profession, Registration

KEY_LENGTH = 80


@dataclass(frozen=True)
class Group:
    """One group that a quota counts by; `key` is its code, "" is each group there is."""

    by: QuotaBy
    key: str


def group_names(groups: Collection[Group], event_id: int) -> dict[Group, str]:
    """What groups are called, in at most four statements. An organisation that is in no list of ours is called what its
    people have written."""
    names = _listed_names(groups)
    names |= {
        group: Profession(group.key).label for group in groups if group.by is QuotaBy.PROFESSION and group.key
    }
    written = {
        group.key: group for group in groups if group.by is QuotaBy.ORGANISATION and group not in names
    }
    if any(written):
        key = func.substr(Registration.organisation_sort_key, 1, KEY_LENGTH)
        rows = db.session.execute(
            select(key, func.min(Registration.organisation_name))
            .where(Registration.event_id == event_id, key.in_(list(written)))
            .group_by(key)
        )
        names |= {written[found]: name for found, name in rows}
    return {group: names.get(group, group.key) for group in groups}


def _listed_names(groups: Collection[Group]) -> dict[Group, str]:
    names: dict[Group, str] = {}
    keys = {by: {group.key for group in groups if group.by is by} - {""} for by in QuotaBy}
    if keys[QuotaBy.MUNICIPALITY]:
        for town in db.session.scalars(
            select(Municipality).where(Municipality.code.in_(keys[QuotaBy.MUNICIPALITY]))
        ):
            names[Group(QuotaBy.MUNICIPALITY, town.code)] = town.name
    if keys[QuotaBy.COUNTY]:
        for county in db.session.scalars(select(County).where(County.code.in_(keys[QuotaBy.COUNTY]))):
            names[Group(QuotaBy.COUNTY, county.code)] = county.name
    ids = [int(key) for key in keys[QuotaBy.ORGANISATION] if key.isdecimal()]
    if ids:
        for organisation in db.session.scalars(select(Organisation).where(Organisation.id.in_(ids))):
            names[Group(QuotaBy.ORGANISATION, str(organisation.id))] = organisation.name
    return names


def quotas_in_words(quotas: Sequence[Quota], event_id: int) -> list[str]:
    """Each rule as a sentence: "Högst 2 av varje kommun till den 1 mars 2027"."""
    names = group_names([Group(one.by, one.key) for one in quotas if one.key], event_id)
    lines = []
    for quota in quotas:
        if quota.key:
            group = names[Group(quota.by, quota.key)]
            line = gettext("Högst %(number)s från %(group)s", number=quota.capacity, group=group)
        else:
            line = {
                QuotaBy.MUNICIPALITY: gettext("Högst %(number)s av varje kommun", number=quota.capacity),
                QuotaBy.COUNTY: gettext("Högst %(number)s av varje län", number=quota.capacity),
                QuotaBy.ORGANISATION: gettext(
                    "Högst %(number)s av varje organisation", number=quota.capacity
                ),
                QuotaBy.PROFESSION: gettext("Högst %(number)s av varje yrkesgrupp", number=quota.capacity),
            }[quota.by]
        if quota.unlocks_at is not None:
            day = format_day(to_swedish(quota.unlocks_at).date(), weekday=False)
            line = gettext("%(rule)s till den %(day)s", rule=line, day=day)
        lines.append(line)
    return lines


def find_group(by: QuotaBy, name: str) -> str:
    """The key of the group that a typed name means, "" for no name; raises DomainError at "group" for one that is none."""
    if not name:
        return ""
    wanted = sort_key(name)
    found: str | None = None
    match by:
        case QuotaBy.MUNICIPALITY:
            found = next(
                (
                    town.code
                    for town in db.session.scalars(select(Municipality))
                    if wanted in (sort_key(town.name), sort_key(town.official_name))
                ),
                None,
            )
        case QuotaBy.COUNTY:
            found = next(
                (
                    county.code
                    for county in db.session.scalars(select(County))
                    if wanted
                    in {sort_key(one) for one in (county.name_sv, county.name_en, county.short_name)}
                ),
                None,
            )
        case QuotaBy.PROFESSION:
            found = next((one.value for one in Profession if sort_key(one.label) == wanted), None)
        case QuotaBy.ORGANISATION:
            organisation = find_by_name(name)
            found = str(organisation.id) if organisation else wanted[:KEY_LENGTH]
    if found is None:
        raise DomainError(gettext("Vi hittar ingen grupp med det namnet. Välj ur förslagen."), "group")
    return found


def suggested_groups() -> list[str]:
    """The names to choose from: municipalities, counties, groups of professions and organisations."""
    return [
        *db.session.scalars(select(Municipality.name).order_by(Municipality.sort_key)),
        *(county.name for county in db.session.scalars(select(County).order_by(County.sort_key))),
        *(profession.label for profession in Profession),
        *official_names(),
    ]
