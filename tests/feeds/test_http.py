"""How feeds and files answer: validators, compression, methods, refusals, and what they cost."""

import gzip
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import Event, EventFormat, EventState, FormerSlug
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_topic
from tests.factories.registrations import make_registration
from tests.feeds.readers import by_icalendar
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]


def test_headers_of_a_feed(client: PageClient, frozen_now: FrozenClock):
    make_event()
    response = client.get("/kalender.ics")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'inline; filename="kalender.ics"'
    assert response.headers["Cache-Control"] == "public, max-age=900"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Last-Modified"] == "Thu, 01 Oct 2026 08:00:00 GMT"
    assert "Set-Cookie" not in response.headers
    assert int(response.headers["Content-Length"]) == len(response.data)
    etag, weak = response.get_etag()
    assert len(etag or "") == 32
    assert not weak
    assert client.get("/en/calendar.ics").headers["Content-Disposition"] == 'inline; filename="calendar.ics"'


def test_one_who_is_signed_in_gets_the_same_answer(
    client: PageClient, sign_in: Callable[..., User], frozen_now: FrozenClock
):
    make_event()
    before = client.get("/kalender.ics")
    sign_in()
    after = client.get("/kalender.ics")
    assert after.data == before.data
    # The clock of the server itself goes on.
    del after.headers["Date"], before.headers["Date"]
    assert sorted(after.headers) == sorted(before.headers)


def test_head_is_a_get_without_a_body(client: PageClient, frozen_now: FrozenClock):
    make_event()
    got, head = client.get("/kalender.ics"), client.head("/kalender.ics")
    assert head.status_code == 200
    assert head.data == b""
    # The clock of the server itself goes on.
    del head.headers["Date"], got.headers["Date"]
    assert sorted(head.headers) == sorted(got.headers)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "PROPFIND"])
@pytest.mark.parametrize("address", ["/kalender.ics", "/aktiviteter/dagen.ics"])
def test_other_methods_are_not_allowed(
    client: PageClient, frozen_now: FrozenClock, method: str, address: str
):
    make_event(slug="dagen")
    response = client.open(address, method=method)
    assert response.status_code == 405
    assert sorted(response.headers["Allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]
    assert "Traceback" not in response.text


def test_not_modified(client: PageClient, frozen_now: FrozenClock):
    make_event()
    first = client.get("/kalender.ics")
    tag = first.headers["ETag"]
    for sent in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/kalender.ics", headers={"If-None-Match": sent})
        assert again.status_code == 304
        assert again.data == b""
        assert again.headers["ETag"] == tag
        assert again.headers["Cache-Control"] == "public, max-age=900"
        assert again.headers["Vary"] == "Accept-Encoding"
    assert client.get("/kalender.ics", headers={"If-None-Match": '"x"'}).status_code == 200
    since = {"If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/kalender.ics", headers=since).status_code == 304
    # The tag decides where both are sent.
    assert client.get("/kalender.ics", headers={**since, "If-None-Match": '"x"'}).status_code == 200
    early = {"If-Modified-Since": "Tue, 29 Sep 2026 00:00:00 GMT"}
    assert client.get("/kalender.ics", headers=early).status_code == 200
    assert client.get("/kalender.ics", headers={**early, "If-None-Match": tag}).status_code == 304
    assert client.get("/kalender.ics", headers={"If-None-Match": "åäö, ,,"}).status_code == 200


def test_the_same_bytes_until_something_changes(client: PageClient, frozen_now: FrozenClock):
    event = make_event(topics=[make_topic()])
    first = client.get("/kalender.ics")
    frozen_now.advance(hours=5)
    assert client.get("/kalender.ics").data == first.data
    assert client.get("/kalender.ics").headers["Last-Modified"] == first.headers["Last-Modified"]
    db.session.refresh(event)
    event.title_sv = "En ny titel"
    event.changed_at = frozen_now()
    changed = client.get("/kalender.ics")
    assert "En ny titel" in changed.text
    assert changed.headers["ETag"] != first.headers["ETag"]
    assert changed.headers["Last-Modified"] == "Thu, 01 Oct 2026 13:00:00 GMT"


def test_an_event_that_leaves_the_selection_makes_it_newer(client: PageClient, frozen_now: FrozenClock):
    event = make_event(municipality="2480")
    make_event(municipality="2480")
    frozen_now.advance(hours=1)
    assert len(by_icalendar(client.get("/kalender.ics?kommun=2480").data)) == 2
    db.session.refresh(event)
    event.municipality_code = "2580"
    event.changed_at = frozen_now.advance(hours=1)
    response = client.get("/kalender.ics?kommun=2480")
    assert len(by_icalendar(response.data)) == 1
    assert response.headers["Last-Modified"] == "Thu, 01 Oct 2026 10:00:00 GMT"


def test_the_window_moves_the_validators_at_swedish_midnight(client: PageClient, frozen_now: FrozenClock):
    make_event(occasions=[make_occasion(swedish_today() - timedelta(days=60))])
    before = client.get("/kalender.ics")
    frozen_now.set(datetime(2026, 10, 1, 22, 0, 1, tzinfo=UTC))
    after = client.get("/kalender.ics")
    assert (len(by_icalendar(before.data)), len(by_icalendar(after.data))) == (1, 0)
    assert after.headers["Last-Modified"] == "Thu, 01 Oct 2026 22:00:00 GMT"
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_renamed_topic_is_in_the_feed_within_a_quarter_of_an_hour(
    client: PageClient, frozen_now: FrozenClock
):
    topic = make_topic()
    make_event(topics=[topic])
    assert "Jämställdhet" in client.get("/kalender.ics").text
    topic.name_sv = "Jämlikhet"
    frozen_now.advance(seconds=900)
    assert "Jämlikhet" in client.get("/kalender.ics").text


def test_compressed_when_asked_and_worth_it(client: PageClient, frozen_now: FrozenClock):
    for _ in range(5):
        make_event()
    plain = client.get("/kalender.ics")
    compressed = client.get("/kalender.ics", headers={"Accept-Encoding": "gzip, br"})
    assert compressed.headers["Content-Encoding"] == "gzip"
    assert compressed.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(compressed.data) == plain.data
    assert len(compressed.data) * 2 < len(plain.data)
    assert compressed.headers["ETag"] != plain.headers["ETag"]
    assert client.get("/kalender.ics", headers={"Accept-Encoding": "gzip"}).data == compressed.data
    again = client.get(
        "/kalender.ics", headers={"Accept-Encoding": "gzip", "If-None-Match": compressed.headers["ETag"]}
    )
    assert again.status_code == 304
    head = client.head("/kalender.ics", headers={"Accept-Encoding": "gzip"})
    assert head.headers["Content-Encoding"] == "gzip"
    assert int(head.headers["Content-Length"]) == len(compressed.data)
    refused = client.get("/kalender.ics", headers={"Accept-Encoding": "gzip;q=0, identity"})
    assert "Content-Encoding" not in refused.headers
    small = client.get("/kalender.ics?q=finns+inte", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in small.headers


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("kategori=kurs", "Filtret kategori finns inte."),
        ("typ=finns-inte", "Filtret typ kan inte ha värdet finns-inte."),
        ("lan=24&lan=99", "Filtret lan kan inte ha värdet 99."),
        ("form=hybrid", "Filtret form kan inte ha värdet hybrid."),
        ("%00=1", "Filtret  finns inte."),
    ],
)
def test_an_unknown_filter_is_refused_in_plain_words(
    client: PageClient, frozen_now: FrozenClock, query: str, sentence: str
):
    response = client.get(f"/kalender.ics?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text == f"{sentence}\n"


def test_empty_filters_of_a_form_are_no_filters(client: PageClient, frozen_now: FrozenClock):
    make_event()
    assert client.get("/kalender.ics?typ=&lan=&q=").data == client.get("/kalender.ics").data


def test_the_file_of_one_event(client: PageClient, frozen_now: FrozenClock):
    event = make_event(
        slug="ledarskap", occasions=[make_occasion(), make_occasion(swedish_today() + timedelta(days=37))]
    )
    event.occasions[1].changed_at = datetime(2026, 9, 30, 12, tzinfo=UTC)
    event.occasions[0].changed_at = datetime(2026, 9, 29, 12, tzinfo=UTC)
    response = client.get("/aktiviteter/ledarskap.ics")
    assert response.headers["Content-Disposition"] == 'attachment; filename="ledarskap.ics"'
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Last-Modified"] == "Wed, 30 Sep 2026 12:00:00 GMT"
    assert "Set-Cookie" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
    assert len(by_icalendar(response.data)) == 2
    assert "X-WR-CALNAME" not in response.text
    tag = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/aktiviteter/ledarskap.ics", headers=tag).status_code == 304
    english = client.get("/en/events/ledarskap.ics")
    assert "http://localhost/en/events/ledarskap" in english.text
    assert by_icalendar(english.data).keys() == by_icalendar(response.data).keys()


def test_an_old_address_leads_to_the_new_file(client: PageClient, frozen_now: FrozenClock):
    event = make_event(slug="ny")
    db.session.add(FormerSlug(slug="gammal", event_id=event.id))
    response = client.get("/aktiviteter/gammal.ics")
    assert (response.status_code, response.headers["Location"]) == (301, "/aktiviteter/ny.ics")
    english = client.get("/en/events/gammal.ics")
    assert (english.status_code, english.headers["Location"]) == (301, "/en/events/ny.ics")


def test_what_is_not_public_or_has_no_date_has_no_file(client: PageClient, frozen_now: FrozenClock):
    make_event(slug="utkast", state=EventState.DRAFT)
    make_event(slug="nar-som-helst", occasions=[])
    assert client.get("/aktiviteter/utkast.ics").status_code == 404
    assert client.get("/aktiviteter/nar-som-helst.ics").status_code == 404
    assert client.get("/aktiviteter/finns-inte.ics").status_code == 404


def test_three_statements_for_a_few_events_and_for_many(
    client: PageClient, frozen_now: FrozenClock, queries: Queries
):
    def statements(query: str) -> int:
        with queries() as sent:
            assert client.get(f"/kalender.ics{query}").status_code == 200
        return len([statement for statement in sent if statement.lstrip().upper().startswith("SELECT")])

    for _ in range(3):
        make_event(topics=[make_topic("jamstalldhet"), make_topic("andts")])
    assert statements("?lan=24&typ=utbildningsdag") == 3
    for number in range(30):
        make_event(
            municipality=("2480", "2482", "2481")[number % 3],
            topics=[make_topic("andts")],
            occasions=[make_occasion(), make_occasion(swedish_today() + timedelta(days=40))],
        )
    assert statements("?lan=24&typ=utbildningsdag") == 3
    assert statements("") == 3
    assert statements("") == 0, (
        "what was made before is only asked whether it still holds, beside the session"
    )
    with queries() as sent:
        client.get(f"/aktiviteter/{db.session.scalars(select(Event.slug)).first()}.ics")
    assert len(sent) <= 5


def test_nothing_about_those_who_attend_and_no_join_link(client: PageClient, frozen_now: FrozenClock):
    event = make_event(
        format=EventFormat.HYBRID,
        join_url="https://mote.example/hemlig-lank",
        join_note="Lösenord hemligkod",
        reference_number="hemligt-diarienummer",
        slug="dagen",
    )
    make_registration(
        event, name="Hemliga Hedvig", email="hemlig.hedvig@example.se", job_title="hemligt yrke"
    )
    for address in (
        "/kalender.ics",
        "/en/calendar.ics",
        "/aktiviteter/dagen.ics",
        "/aktiviteter/dagen",
        "/aktiviteter",
    ):
        text = client.get(address).text.replace("\r\n ", "")
        assert "hemlig" not in text.casefold(), address
        assert "ATTENDEE" not in text
        assert "CONFERENCE" not in text


def test_robots_may_read_the_feeds_but_no_private_page(client: PageClient):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert response.text.splitlines() == [
        "User-agent: *",
        "Disallow: /min/",
        "Disallow: /en/my/",
        "Disallow: /personal",
        "Disallow: /en/staff",
    ]
