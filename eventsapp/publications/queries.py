"""Finding publications."""

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.core.text import search_words, sort_key
from eventsapp.events.models import PUBLIC_STATES, Event
from eventsapp.organisations.models import County
from eventsapp.publications.models import Publication, publication_counties, publication_events
from eventsapp.web.paging import PAGE_SIZE, Page

_PLACES_AND_PUBLISHERS = (selectinload(Publication.counties), selectinload(Publication.publishers))
MOST_EVENTS_TO_CHOOSE = 400


def publications_page(
    *, query: str = "", county: str = "", number: int = 1, hidden_too: bool = False
) -> Page[Publication]:
    """One page of publications in Swedish order of their titles; four statements."""
    conditions: list[ColumnElement[bool]] = [] if hidden_too else [Publication.is_public.is_(True)]
    # The sort key is the title without capitals and accents, the same on both databases.
    conditions.extend(
        Publication.sort_key.contains(sort_key(word), autoescape=True) for word in search_words(query)
    )
    if county:
        conditions.append(
            Publication.id.in_(
                select(publication_counties.c.publication_id).where(
                    publication_counties.c.county_code == county
                )
            )
        )
    total = db.session.scalar(select(func.count()).select_from(Publication).where(*conditions)) or 0
    number = min(number, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.scalars(
        select(Publication)
        .where(*conditions)
        .options(*_PLACES_AND_PUBLISHERS)
        .order_by(Publication.sort_key, Publication.id)
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total)


def counties_with_publications() -> list[tuple[str, str]]:
    """The counties that public publications are about, as (code, name)."""
    rows = db.session.scalars(
        select(County)
        .where(
            County.code.in_(
                select(publication_counties.c.county_code)
                .join(Publication, Publication.id == publication_counties.c.publication_id)
                .where(Publication.is_public)
            )
        )
        .order_by(County.sort_key)
    )
    return [(county.code, county.name) for county in rows]


def all_counties() -> list[tuple[str, str]]:
    """Every county as (code, name)."""
    return [
        (county.code, county.name) for county in db.session.scalars(select(County).order_by(County.sort_key))
    ]


def get_public_publication(slug: str) -> Publication:
    """One publication that the public may see, with everything its page shows; raises NotFound."""
    return _one(select(Publication).where(Publication.slug == slug, Publication.is_public))


def publications_of(event_id: int) -> list[Publication]:
    """The public publications that belong to an event, in Swedish order."""
    return list(
        db.session.scalars(
            select(Publication)
            .join(publication_events, publication_events.c.publication_id == Publication.id)
            .where(publication_events.c.event_id == event_id, Publication.is_public)
            .order_by(Publication.sort_key)
        )
    )


def get_publication(publication_id: int) -> Publication:
    """One publication, also a hidden one; raises NotFound."""
    return _one(select(Publication).where(Publication.id == publication_id))


def _one(statement: Select[Publication]) -> Publication:
    found = db.session.scalars(
        statement.options(*_PLACES_AND_PUBLISHERS, selectinload(Publication.events).joinedload(Event.kind))
    ).one_or_none()
    if found is None:
        raise NotFound
    return found


def events_to_choose(kept: list[int]) -> list[Event]:
    """The newest public events, and those in `kept` whatever their age, for the list in the editor."""
    newest = (
        select(Event.id)
        .where(Event.state.in_(PUBLIC_STATES))
        .order_by(Event.first_starts_at.desc(), Event.id.desc())
        .limit(MOST_EVENTS_TO_CHOOSE)
    )
    return list(
        db.session.scalars(
            select(Event)
            .where(or_(Event.id.in_(newest), Event.id.in_(kept)))
            .options(joinedload(Event.kind))
            .order_by(Event.first_starts_at.desc(), Event.id)
        )
    )


def slug_exists(slug: str) -> bool:
    return db.session.scalar(select(func.count()).where(Publication.slug == slug)) != 0
