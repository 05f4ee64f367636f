"""Adding and changing publications."""

from dataclasses import dataclass

from flask_babel import gettext
from sqlalchemy import insert, select
from sqlalchemy.orm.exc import StaleDataError

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.core.i18n import in_language
from eventsapp.core.text import slugify, sort_key
from eventsapp.events.models import Event
from eventsapp.organisations.models import County
from eventsapp.organisations.operations import find_or_create_organisation
from eventsapp.publications import queries
from eventsapp.publications.models import Publication, publication_events

_TEXTS = (
    "title_sv",
    "title_en",
    "document_type",
    "summary_sv",
    "summary_en",
    "audience",
    "url",
    "year_from",
    "year_to",
    "is_public",
)


@dataclass(frozen=True, kw_only=True)
class PublicationFacts:
    """Everything that staff decide about a publication. Publishers are named; new ones are added."""

    title_sv: str
    title_en: str | None
    document_type: str
    summary_sv: str
    summary_en: str | None
    audience: str
    url: str
    year_from: int | None
    year_to: int | None
    is_public: bool
    publishers: tuple[str, ...]
    counties: tuple[str, ...]
    events: tuple[int, ...]


def create_publication(facts: PublicationFacts, *, actor: Actor) -> Publication:
    """Add a publication at an address of its own; flushes."""
    _require_years_in_order(facts)
    moment = now()
    publication = Publication(
        slug=_free_slug(facts.title_sv),
        title_sv=facts.title_sv,
        sort_key=sort_key(facts.title_sv),
        created_at=moment,
        changed_at=moment,
    )
    _fill_in(publication, facts)
    with conflict_if(
        "uq_publications_slug", gettext("Någon lade till en publikation med samma namn just nu. Spara igen.")
    ):
        db.session.add(publication)
    audit.record(
        "publication.added",
        "publication",
        publication.id,
        actor=actor,
        changes={"title_sv": ["", facts.title_sv]},
    )
    return publication


def update_publication(
    publication: Publication, facts: PublicationFacts, *, version: int, actor: Actor
) -> None:
    """Change a publication; its address stays. Raises Conflict when a colleague saved since `version`; flushes."""
    _require_years_in_order(facts)
    if publication.version != version:
        raise Conflict(_saved_in_between())
    before = _as_words(publication)
    _fill_in(publication, facts)
    after = _as_words(publication)
    changes: dict[str, list[str] | None] = {
        name: [before[name], after[name]] for name in before if before[name] != after[name]
    }
    if not changes:
        return
    publication.changed_at = now()
    try:
        db.session.flush()
    except StaleDataError:
        raise Conflict(_saved_in_between()) from None
    audit.record("publication.changed", "publication", publication.id, actor=actor, changes=changes)


def copy_links(original_id: int, copy_id: int) -> None:
    """Give the copy of an event the publications that the original has."""
    rows = db.session.scalars(
        select(publication_events.c.publication_id).where(publication_events.c.event_id == original_id)
    )
    values = [{"publication_id": publication_id, "event_id": copy_id} for publication_id in rows]
    if values:
        db.session.execute(insert(publication_events), values)


def _saved_in_between() -> str:
    return gettext(
        "En kollega sparade medan du arbetade. Det du skrev finns kvar. Kontrollera och spara igen."
    )


def _require_years_in_order(facts: PublicationFacts) -> None:
    if facts.year_from and facts.year_to and facts.year_to < facts.year_from:
        raise DomainError(gettext("Slutåret kan inte vara före startåret"), "year_to")


def _free_slug(title: str) -> str:
    wanted = slugify(title)
    slug, number = wanted, 2
    while queries.slug_exists(slug):
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def _fill_in(publication: Publication, facts: PublicationFacts) -> None:
    for name in _TEXTS:
        setattr(publication, name, getattr(facts, name))
    publication.sort_key = sort_key(facts.title_sv)
    # An organisation that is added flushes, and the publication itself must not be half filled in then.
    with db.session.no_autoflush:
        publication.publishers = [find_or_create_organisation(name) for name in facts.publishers]
        publication.counties = list(db.session.scalars(select(County).where(County.code.in_(facts.counties))))
        publication.events = list(db.session.scalars(select(Event).where(Event.id.in_(facts.events))))


def _as_words(publication: Publication) -> dict[str, str]:
    """The facts as the trail tells them."""
    words = {name: str(getattr(publication, name) or "") for name in _TEXTS if name != "is_public"}
    with in_language("sv"):
        words["is_public"] = gettext("ja") if publication.is_public else gettext("nej")
    words["publishers"] = ", ".join(organisation.name_sv for organisation in publication.publishers)
    words["counties"] = ", ".join(county.name_sv for county in publication.counties)
    words["events"] = ", ".join(sorted(event.title_sv for event in publication.events))
    return words
