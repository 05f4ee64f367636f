"""The page of open data, and the data set as DCAT-AP-SE 3.0.1: what the profile demands, and addresses that lead somewhere."""

import json
from xml.etree import ElementTree

from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.page_client import PageClient

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DCAT = "{http://www.w3.org/ns/dcat#}"
TERMS = "{http://purl.org/dc/terms/}"
CARD = "{http://www.w3.org/2006/vcard/ns#}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"


def things(client: PageClient, kind: str) -> list[ElementTree.Element]:
    response = client.get("/datasets/dcat")
    assert response.headers["Content-Type"] == "application/rdf+xml; charset=utf-8"
    return ElementTree.fromstring(response.data).findall(kind)


def pointed_at(thing: ElementTree.Element, name: str) -> list[str]:
    return [child.attrib[f"{RDF}resource"] for child in thing.findall(name)]


def said(thing: ElementTree.Element, name: str) -> dict[str | None, str | None]:
    return {child.get(LANGUAGE): child.text for child in thing.findall(name)}


def test_the_catalogue_has_what_is_demanded(client: PageClient) -> None:
    (catalogue,) = things(client, f"{DCAT}Catalog")
    (data,) = things(client, f"{DCAT}Dataset")
    assert pointed_at(catalogue, f"{DCAT}dataset") == [data.attrib[f"{RDF}about"]]
    assert pointed_at(catalogue, f"{TERMS}license") == [CC0]
    for thing in (catalogue, data):
        assert (
            said(thing, f"{TERMS}title").keys() == said(thing, f"{TERMS}description").keys() == {"sv", "en"}
        )
        (publisher,) = pointed_at(thing, f"{TERMS}publisher")
        agents = things(client, "{http://xmlns.com/foaf/0.1/}Agent")
        assert [agent.attrib[f"{RDF}about"] for agent in agents] == [publisher]
    frequency = "http://publications.europa.eu/resource/authority/frequency/UPDATE_CONT"
    assert pointed_at(data, f"{TERMS}accrualPeriodicity") == [frequency]


def test_the_contact_is_a_function_that_can_be_written_to(client: PageClient) -> None:
    (data,) = things(client, f"{DCAT}Dataset")
    (contact,) = things(client, f"{CARD}Organization")
    assert pointed_at(data, f"{DCAT}contactPoint") == [contact.attrib[f"{RDF}about"]]
    assert said(contact, f"{CARD}fn") == {None: "Länsstyrelsen Västerbotten"}
    assert pointed_at(contact, f"{CARD}hasEmail") == ["mailto:kurser@example.se"]


def test_every_distribution_is_one_of_the_data_set_and_can_be_fetched(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    make_event()
    (data,) = things(client, f"{DCAT}Dataset")
    found = things(client, f"{DCAT}Distribution")
    assert pointed_at(data, f"{DCAT}distribution") == [one.attrib[f"{RDF}about"] for one in found]
    formats = set()
    for one in found:
        (address,) = pointed_at(one, f"{DCAT}downloadURL")
        assert pointed_at(one, f"{DCAT}accessURL") == [address]
        assert pointed_at(one, f"{TERMS}license") == [CC0]
        response = client.get(address.removeprefix("http://localhost"))
        (media_type,) = said(one, f"{TERMS}format").values()
        assert (response.status_code, response.mimetype) == (200, media_type)
        assert pointed_at(one, f"{DCAT}mediaType") == [
            f"http://www.iana.org/assignments/media-types/{media_type}"
        ]
        formats.add(media_type)
    assert formats == {"application/json", "text/csv", "text/calendar", "application/atom+xml"}
    assert len(found) == 8


def test_every_address_in_it_is_absolute_and_every_own_one_described(client: PageClient) -> None:
    root = ElementTree.fromstring(client.get("/datasets/dcat").data)
    described = {thing.attrib[f"{RDF}about"] for thing in root}
    named = {child.attrib[f"{RDF}resource"] for child in root.iter() if f"{RDF}resource" in child.attrib}
    assert all(address.startswith(("https://", "http://", "mailto:")) for address in named | described)
    assert {address for address in named if "oppna-data#" in address} <= described


def test_the_page_says_the_same_as_json_ld(client: PageClient) -> None:
    page = client.get_page("/aktiviteter").click("Öppna data")
    graph = json.loads(str(page.one('script[type="application/ld+json"]').string))["@graph"]
    root = ElementTree.fromstring(client.get("/datasets/dcat").data)
    assert [thing["@id"] for thing in graph] == [thing.attrib[f"{RDF}about"] for thing in root]
    data = next(thing for thing in graph if thing["@type"] == "dcat:Dataset")
    assert {one["@language"] for one in data["dcterms:title"]} == {"sv", "en"}
    assert data["dcterms:accessRights"] == [
        {"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"}
    ]


def test_the_page_lists_the_files_of_its_language(client: PageClient) -> None:
    page = client.get_page("/oppna-data")
    addresses = [row[2] for row in page.table()]
    assert addresses == [
        f"http://localhost{path}"
        for path in ("/aktiviteter.json", "/aktiviteter.csv", "/kalender.ics", "/aktiviteter.atom")
    ]
    assert "CC0 1.0" in page.text
    english = client.get_page("/en/open-data")
    assert english.table()[0][2] == "http://localhost/en/events.json"
