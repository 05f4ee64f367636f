"""The data set described as DCAT-AP-SE 3.0.1 (https://docs.dataportal.se/dcat/3.0.1/sv/), for data portals.

It has everything that the profile demands and recommends of a catalogue, a data set, a distribution, an agent and a contact.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eventsapp.rendering.rdf import Iri, Text, Thing, Value

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
}
_EU = "http://publications.europa.eu/resource/authority"
_LANGUAGES = (Iri(f"{_EU}/language/SWE"), Iri(f"{_EU}/language/ENG"))
_SWEDEN = Iri("http://sws.geonames.org/2661886/")
_STATE_IN_A_COUNTY = Iri("http://purl.org/adms/publishertype/RegionalAuthority")
_KEYWORDS = (
    ("utbildning", "training"),
    ("konferens", "conference"),
    ("kompetensutveckling", "professional development"),
    ("kalender", "calendar"),
)


@dataclass(frozen=True)
class Words:
    """Something said in both languages."""

    sv: str
    en: str

    def as_values(self, name: str) -> Iterator[tuple[str, Value]]:
        yield name, Text(self.sv, "sv")
        yield name, Text(self.en, "en")


@dataclass(frozen=True)
class Distribution:
    """One format of the data, in one language. `key` names it among the others."""

    key: str
    media_type: str
    url: str
    language: str
    title: Words
    description: Words


@dataclass(frozen=True)
class DataSet:
    """What is described, and who answers for it. `page_url` is the page of open data; `site_url` the service itself."""

    page_url: str
    site_url: str
    title: Words
    description: Words
    publisher: str
    contact_email: str
    licence: str
    distributions: Sequence[Distribution]


def describe(data: DataSet) -> list[Thing]:
    """The catalogue, its data set with the distributions, the publisher and the contact, each at an address of its own."""
    return [
        _catalogue(data),
        _publisher(data),
        _data_set(data),
        _contact(data),
        *(_distribution(one, data) for one in data.distributions),
    ]


def _catalogue(data: DataSet) -> Thing:
    return Thing(
        f"{data.page_url}#katalog",
        "dcat:Catalog",
        (
            *data.title.as_values("dcterms:title"),
            *data.description.as_values("dcterms:description"),
            ("dcterms:publisher", _publisher_of(data)),
            ("dcterms:license", Iri(data.licence)),
            *(("dcterms:language", language) for language in _LANGUAGES),
            ("dcterms:spatial", _SWEDEN),
            ("foaf:homepage", Iri(data.page_url)),
            ("dcat:themeTaxonomy", Iri(f"{_EU}/data-theme")),
            ("dcat:dataset", Iri(f"{data.page_url}#aktiviteter")),
        ),
    )


def _publisher(data: DataSet) -> Thing:
    return Thing(
        _publisher_of(data).address,
        "foaf:Agent",
        (
            ("foaf:name", Text(data.publisher)),
            ("dcterms:type", _STATE_IN_A_COUNTY),
            ("foaf:homepage", Iri(data.site_url)),
        ),
    )


def _data_set(data: DataSet) -> Thing:
    return Thing(
        f"{data.page_url}#aktiviteter",
        "dcat:Dataset",
        (
            *data.title.as_values("dcterms:title"),
            *data.description.as_values("dcterms:description"),
            ("dcterms:publisher", _publisher_of(data)),
            ("dcat:contactPoint", _contact_of(data)),
            *(pair for sv, en in _KEYWORDS for pair in Words(sv, en).as_values("dcat:keyword")),
            ("dcat:theme", Iri(f"{_EU}/data-theme/EDUC")),
            *(("dcterms:language", language) for language in _LANGUAGES),
            ("dcterms:spatial", _SWEDEN),
            ("dcterms:accrualPeriodicity", Iri(f"{_EU}/frequency/UPDATE_CONT")),
            ("dcterms:accessRights", Iri(f"{_EU}/access-right/PUBLIC")),
            ("dcat:landingPage", Iri(data.page_url)),
            *(("dcat:distribution", Iri(f"{data.page_url}#{one.key}")) for one in data.distributions),
        ),
    )


def _contact(data: DataSet) -> Thing:
    return Thing(
        _contact_of(data).address,
        "vcard:Organization",
        (
            ("vcard:fn", Text(data.publisher)),
            ("vcard:hasEmail", Iri(f"mailto:{data.contact_email}")),
        ),
    )


def _distribution(one: Distribution, data: DataSet) -> Thing:
    return Thing(
        f"{data.page_url}#{one.key}",
        "dcat:Distribution",
        (
            *one.title.as_values("dcterms:title"),
            *one.description.as_values("dcterms:description"),
            ("dcat:accessURL", Iri(one.url)),
            ("dcat:downloadURL", Iri(one.url)),
            ("dcterms:format", Text(one.media_type)),
            ("dcat:mediaType", Iri(f"http://www.iana.org/assignments/media-types/{one.media_type}")),
            ("dcterms:language", _LANGUAGES[0] if one.language == "sv" else _LANGUAGES[1]),
            ("dcterms:license", Iri(data.licence)),
            ("dcatap:availability", Iri(f"{_EU}/planned-availability/STABLE")),
        ),
    )


def _publisher_of(data: DataSet) -> Iri:
    return Iri(f"{data.page_url}#utgivare")


def _contact_of(data: DataSet) -> Iri:
    return Iri(f"{data.page_url}#kontakt")
