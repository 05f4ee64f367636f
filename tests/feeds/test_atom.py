"""The Atom feed: what RFC 4287 asks for, the same selections as the calendar, and entries that keep their identity."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from uuid import UUID
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventState
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_topic
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
NAMES = {"a": "http://www.w3.org/2005/Atom"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def on(day: int, title: str, **facts: object) -> Event:
    return make_event(title=title, occasions=[make_occasion(date(2026, 11, day))], **facts)  # type: ignore[arg-type]


def read(client: PageClient, address: str = "/aktiviteter.atom") -> ElementTree.Element:
    response = client.get(address)
    assert response.status_code == 200
    return ElementTree.fromstring(response.data)


def text_of(element: ElementTree.Element, path: str) -> str:
    found = element.findall(path, NAMES)
    assert len(found) == 1, path
    return found[0].text or ""


def titles(feed: ElementTree.Element) -> list[str]:
    return [entry.text or "" for entry in feed.findall("a:entry/a:title", NAMES)]


def test_a_feed_has_what_the_rfc_asks_for(client: PageClient, frozen_now: FrozenClock) -> None:
    """Section 4.1.1: id, title, updated, author and a link to itself; 4.1.2 the same of each entry."""
    changed = frozen_now.moment - timedelta(hours=3)
    on(3, "Att upptäcka våld", slug="att-upptacka-vald", changed_at=changed)
    feed = read(client)
    own = "http://localhost/aktiviteter.atom"
    assert feed.tag == "{http://www.w3.org/2005/Atom}feed" and feed.get(LANGUAGE) == "sv"
    assert text_of(feed, "a:id") == own
    assert text_of(feed, "a:title").endswith(": nytt och ändrat")
    assert text_of(feed, "a:author/a:name") == "Länsstyrelsen Västerbotten"
    links = {link.get("rel"): link.get("href") for link in feed.findall("a:link", NAMES)}
    assert links == {"self": own, "alternate": "http://localhost/aktiviteter"}
    entry = feed.find("a:entry", NAMES)
    assert entry is not None
    assert text_of(entry, "a:updated") == text_of(feed, "a:updated") == changed.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert UUID(text_of(entry, "a:id")).version == 5
    assert {one.get("term"): one.get("label") for one in entry.findall("a:category", NAMES)} == {
        "utbildningsdag": "Utbildningsdag"
    }
    (link,) = entry.findall("a:link", NAMES)
    assert link.get("href") == "http://localhost/aktiviteter/att-upptacka-vald"


def test_the_summary_is_html_that_is_safe(client: PageClient, frozen_now: FrozenClock) -> None:
    on(3, "A & B <i>", summary_sv="Fem < sex & <script>alert(1)</script>")
    feed = read(client)
    assert titles(feed) == ["A & B <i>"]
    html = BeautifulSoup(text_of(feed, "a:entry/a:summary"), "html5lib")
    assert html.find("script") is None
    assert [line.get_text() for line in html.find_all("p")] == [
        "tisdag 3 november 2026, kl.\u00a009.00–15.30 · Folkets hus, Skolgatan 59, Umeå",
        "Fem < sex & <script>alert(1)</script>",
    ]
    assert feed.find("a:entry/a:summary[@type='html']", NAMES) is not None


def test_what_changed_last_comes_first_and_what_is_not_public_never(
    client: PageClient, frozen_now: FrozenClock
) -> None:
    on(3, "Länge sedan", changed_at=now() - timedelta(days=9))
    on(4, "Nyss", changed_at=now())
    on(5, "Utkast", state=EventState.DRAFT)
    on(6, "Ställs in", state=EventState.CANCELLED, cancelled_at=now(), changed_at=now() - timedelta(days=1))
    make_event(title="När som helst", occasions=[], changed_at=now() - timedelta(days=10))
    make_event(title="Förra året", occasions=[make_occasion(date(2025, 11, 3))])
    assert titles(read(client)) == ["Nyss", "Inställt: Ställs in", "Länge sedan", "När som helst"]


def test_an_entry_keeps_its_identity(client: PageClient, frozen_now: FrozenClock) -> None:
    event = on(3, "Förr")
    before = text_of(read(client), "a:entry/a:id")
    event = db.session.get(Event, event.id)  # type: ignore[assignment]
    event.title_sv, event.slug = "Nu", "ny-adress"
    db.session.commit()
    feed = read(client)
    assert (titles(feed), text_of(feed, "a:entry/a:id")) == (["Nu"], before)
    assert text_of(read(client, "/en/events.atom"), "a:entry/a:id") != before


def test_the_filters_are_those_of_the_calendar(client: PageClient, frozen_now: FrozenClock) -> None:
    on(3, "Vald", topics=[make_topic("jamstalldhet")])
    on(4, "Inte vald")
    feed = read(client, "/aktiviteter.atom?amne=jamstalldhet")
    assert titles(feed) == ["Vald"]
    assert text_of(feed, "a:id") == "http://localhost/aktiviteter.atom?amne=jamstalldhet"


@pytest.mark.parametrize("query", ["utm_source=brev", "amne=finns-inte", "form=rymden"])
def test_what_is_no_filter_is_told(client: PageClient, query: str) -> None:
    response = client.get(f"/aktiviteter.atom?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.startswith("Filtret ")


def test_one_who_has_it_is_told_so(client: PageClient, frozen_now: FrozenClock, queries: Queries) -> None:
    event = on(3, "Förr")
    first = client.get("/aktiviteter.atom")
    assert first.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert first.headers["Cache-Control"] == "public, max-age=900"
    assert "Set-Cookie" not in first.headers
    etag = {"If-None-Match": first.headers["ETag"]}
    with queries() as statements:
        assert client.get("/aktiviteter.atom", headers=etag).status_code == 304
    assert len(statements) <= 1
    frozen_now.advance(minutes=5)
    event = db.session.get(Event, event.id)  # type: ignore[assignment]
    event.title_sv, event.changed_at = "Nu", now()
    db.session.commit()
    second = client.get("/aktiviteter.atom", headers=etag)
    assert second.status_code == 200
    assert second.headers["Last-Modified"] > first.headers["Last-Modified"]
    assert client.head("/aktiviteter.atom").headers["ETag"] == second.headers["ETag"]


def test_what_is_over_leaves_at_midnight(client: PageClient, frozen_now: FrozenClock) -> None:
    on(3, "Snart över")
    first = client.get("/aktiviteter.atom")
    frozen_now.advance(days=365)
    second = client.get("/aktiviteter.atom", headers={"If-None-Match": first.headers["ETag"]})
    assert (second.status_code, titles(ElementTree.fromstring(second.data))) == (200, [])


def test_it_asks_the_database_the_same_for_one_and_for_three(
    client: PageClient, frozen_now: FrozenClock, queries: Queries
) -> None:
    costs = []
    for day in (3, 4, 5):
        on(day, f"Dag {day}")
        db.session.commit()
        with queries() as statements:
            client.get("/aktiviteter.atom")
        costs.append(len(statements))
    assert costs[0] == costs[2] <= 6


def test_characters_that_xml_cannot_hold_are_left_out(client: PageClient, frozen_now: FrozenClock) -> None:
    on(3, "Tyst\u0007 tecken \ufffe å 😀", summary_sv="Rad\u000brad")
    assert titles(read(client)) == ["Tyst tecken å 😀"]


def test_the_lists_name_it_in_their_heads(client: PageClient, frozen_now: FrozenClock) -> None:
    on(3, "Vald", topics=[make_topic("jamstalldhet")])
    for address in ("/aktiviteter", "/aktiviteter/arkiv", "/kalender", "/amnen/jamstalldhet"):
        page = client.get_page(address if "amnen" in address else f"{address}?amne=jamstalldhet")
        link = page.one('head link[type="application/atom+xml"]')
        assert link["href"] == "http://localhost/aktiviteter.atom?amne=jamstalldhet"
