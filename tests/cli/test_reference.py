"""The reference data: complete, right, and loaded again without harm."""

from flask import Flask
from sqlalchemy import func, select

from eventsapp.cli.reference import load_reference_data
from eventsapp.core.db import db
from eventsapp.core.text import sort_key
from eventsapp.events.models import EventKind, TargetGroup, Topic
from eventsapp.organisations.models import (
    County,
    Municipality,
    Organisation,
    OrganisationDomain,
    OrganisationKind,
)


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _organisation(name: str) -> Organisation:
    return db.session.scalars(select(Organisation).where(Organisation.name_sv == name)).one()


def _suggested(domain: str) -> str | None:
    return db.session.scalar(
        select(Organisation.name_sv)
        .join(OrganisationDomain, OrganisationDomain.organisation_id == Organisation.id)
        .where(OrganisationDomain.domain == domain)
    )


def test_everything_is_there(app: Flask) -> None:
    load_reference_data()
    assert (_count(County), _count(Municipality)) == (21, 290)
    assert (_count(EventKind), _count(TargetGroup), _count(Topic)) == (16, 25, 19)
    kinds = dict(
        db.session.execute(
            select(Organisation.kind, func.count())
            .where(Organisation.is_official)
            .group_by(Organisation.kind)
        ).all()
    )
    assert kinds == {
        OrganisationKind.MUNICIPALITY: 289,
        OrganisationKind.REGION: 21,
        OrganisationKind.COUNTY_BOARD: 21,
        OrganisationKind.AGENCY: 40,
        OrganisationKind.UNIVERSITY: 5,
    }


def test_official_names_have_their_own_genitive(app: Flask) -> None:
    load_reference_data()
    names = {
        code: db.session.get_one(Municipality, code).official_name
        for code in ("2080", "2421", "2482", "0480")
    }
    assert names == {
        "2080": "Falu kommun",
        "2421": "Storumans kommun",
        "2482": "Skellefteå kommun",
        "0480": "Nyköpings kommun",
    }


def test_gotland_is_one_organisation(app: Flask) -> None:
    load_reference_data()
    gotland = _organisation("Region Gotland")
    assert (gotland.kind, gotland.municipality_code, gotland.county_code) == (
        OrganisationKind.REGION,
        "0980",
        "09",
    )


def test_domains_suggest_one_organisation_or_none(app: Flask) -> None:
    load_reference_data()
    expected = {
        "umea.se": "Umeå kommun",
        "upplandsvasby.se": "Upplands Väsby kommun",
        "asele.se": "Åsele kommun",
        "mala.se": "Malå kommun",
        "habo.se": "Håbo kommun",
        "habokommun.se": "Habo kommun",
        "regionvasterbotten.se": "Region Västerbotten",
        "norrbotten.se": "Region Norrbotten",
        "gotland.se": "Region Gotland",
        "umu.se": "Umeå universitet",
        "polisen.se": "Polismyndigheten",
        "lansstyrelsen.se": None,
        "example.se": None,
    }
    assert {domain: _suggested(domain) for domain in expected} == expected


def test_the_definite_form_agrees(app: Flask) -> None:
    load_reference_data()
    forms = {
        kind.code: (kind.definite_sv, kind.is_neuter, kind.colour)
        for kind in db.session.scalars(select(EventKind))
    }
    assert forms["konferens"] == ("Konferensen", False, "violet")
    assert forms["webbinarium"] == ("Webbinariet", True, "sky")
    assert forms["webbstod"] == ("Webbstödet", True, "amber")
    assert {colour for _, _, colour in forms.values()} <= {
        "spruce",
        "violet",
        "sky",
        "amber",
        "rose",
        "neutral",
    }


def test_loading_again_repairs_facts_and_leaves_what_staff_have_changed(app: Flask) -> None:
    load_reference_data()
    county = db.session.get_one(County, "24")
    county.name_en = "Wrong"
    topic = db.session.scalars(select(Topic).where(Topic.code == "jamstalldhet")).one()
    topic.name_sv = "Jämställdhet och makt"
    own = Topic(code="egen", name_sv="Egen", name_en="Own", sort_key=sort_key("Egen"))
    db.session.add(own)
    db.session.flush()
    changes = {part.what: (part.inserted, part.updated) for part in load_reference_data()}
    assert changes == {
        "counties": (0, 1),
        "municipalities": (0, 0),
        "organisations": (0, 0),
        "organisation_domains": (0, 0),
        "event_kinds": (0, 0),
        "target_groups": (0, 0),
        "topics": (0, 0),
    }
    assert db.session.get_one(County, "24").name_en == "Västerbotten County"
    assert (
        db.session.scalar(select(Topic.name_sv).where(Topic.code == "jamstalldhet"))
        == "Jämställdhet och makt"
    )
    assert _count(Topic) == 20
