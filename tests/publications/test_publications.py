"""Publications: the public pages, the editor, what it refuses, and two who save at once."""

from collections.abc import Callable

import pytest
from flask import Flask

from eventsapp.audit.models import AuditEntry
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.core.text import slugify, sort_key
from eventsapp.events.models import EventState
from eventsapp.publications.models import Publication
from tests.factories.events import make_county, make_event, make_organiser
from tests.page_client import PageClient

SignIn = Callable[..., object]


def make_publication(title: str = "Att våga se", **facts: object) -> Publication:
    values: dict[str, object] = {
        "slug": slugify(title),
        "title_sv": title,
        "summary_sv": "En kartläggning av ungas livsutrymme.",
        "sort_key": sort_key(title),
        "created_at": now(),
        "changed_at": now(),
        "publishers": [make_organiser()],
        "counties": [make_county("24")],
    }
    publication = Publication(**(values | facts))
    db.session.add(publication)
    db.session.flush()
    return publication


def test_the_list_is_in_swedish_order_without_hidden_ones(app: Flask, client: PageClient) -> None:
    for title in ("Ögonblick", "Åtgärder", "Arbete"):
        make_publication(title)
    make_publication("Gömd", is_public=False)
    page = client.get_page("/publikationer")
    headings = [heading.get_text(strip=True) for heading in page.soup.select("main h2")]
    assert headings == ["Arbete", "Åtgärder", "Ögonblick"]
    assert "3 publikationer" in page.text


def test_search_and_county_narrow_the_list(app: Flask, client: PageClient) -> None:
    make_publication("Jämställt Västerbotten")
    make_publication("Norrbotten nu", counties=[make_county("25")])
    assert "1 publikation" in client.get_page("/publikationer?q=JÄMSTÄLLT").text
    assert "1 publikation" in client.get_page("/publikationer?lan=25").text
    assert "Inga publikationer passar" in client.get_page("/publikationer?q=xyz").text


def test_a_page_says_years_geography_and_shows_only_public_events(app: Flask, client: PageClient) -> None:
    shown, draft = make_event(title="Dagen"), make_event(title="Utkastet", state=EventState.DRAFT)
    make_publication(year_from=2018, year_to=2020, url="https://example.se/a.pdf", events=[shown, draft])
    page = client.get_page("/publikationer/att-vaga-se")
    assert "2018–2020" in page.text
    assert "Västerbottens län" in page.text
    assert "Dagen" in page.text
    assert "Utkastet" not in page.text
    link = page.soup.find("a", href="https://example.se/a.pdf")
    assert link["rel"] == ["noopener", "noreferrer"]
    assert "öppnas i nytt fönster" in link.get_text()


def test_a_hidden_publication_is_not_found(app: Flask, client: PageClient) -> None:
    make_publication("Gömd", is_public=False)
    client.get_page("/publikationer/gomd", status=404)


def test_the_english_page_marks_what_is_in_swedish(app: Flask, client: PageClient) -> None:
    make_publication(summary_en=None)
    page = client.get_page("/en/publications/att-vaga-se")
    assert page.soup.html["lang"] == "en"
    assert page.soup.select_one("main [lang=sv]") is not None


def test_the_list_costs_the_same_for_one_and_for_three(
    app: Flask, client: PageClient, queries: Callable
) -> None:
    counts = []
    for number in range(3):
        make_publication(f"Publikation {number}")
        db.session.commit()
        with queries() as statements:
            client.get_page("/publikationer")
        counts.append(len(statements))
    assert len(set(counts)) == 1


FILLED_IN = {
    "title_sv": "Ny kartläggning",
    "summary_sv": "Vad den visar.",
    "publishers": "Länsstyrelsen Västerbotten\nKvinnojouren Björken",
    "is_public": "y",
}


def save(client: PageClient, url: str, fields: dict[str, str], status: int = 200) -> object:
    return client.post_page(url, {"csrf_token": client.csrf_token(url), **fields}, status=status)


def test_an_officer_adds_a_publication(app: Flask, client: PageClient, sign_in: SignIn) -> None:
    make_organiser()
    sign_in(Role.OFFICER)
    save(client, "/personal/publikationer/ny", FILLED_IN)
    publication = db.session.query(Publication).one()
    assert publication.slug == "ny-kartlaggning"
    entry = db.session.query(AuditEntry).filter_by(subject_kind="publication").one()
    assert entry.action == "publication.added"
    page = client.get_page("/publikationer/ny-kartlaggning")
    assert "Kvinnojouren Björken" in page.text


def test_two_of_the_same_name_get_addresses_of_their_own(
    app: Flask, client: PageClient, sign_in: SignIn
) -> None:
    sign_in(Role.OFFICER)
    for _ in range(2):
        save(client, "/personal/publikationer/ny", FILLED_IN)
    assert sorted(slug for (slug,) in db.session.query(Publication.slug)) == [
        "ny-kartlaggning",
        "ny-kartlaggning-2",
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"title_sv": ""}, "Skriv en titel"),
        ({"title_sv": "x" * 301}, "Skriv högst 300 tecken."),
        ({"summary_sv": "\x00"}, "Skriv en sammanfattning"),
        ({"publishers": " \n "}, "Skriv vem som ger ut publikationen"),
        ({"url": "javascript:alert(1)"}, "Skriv en webbadress som börjar med https://"),
        ({"year_from": "-5"}, "Skriv ett helt tal mellan"),
        ({"year_from": "2020", "year_to": "2018"}, "Slutåret kan inte vara före startåret"),
        ({"counties": "99"}, "Välj bland alternativen."),
        ({"events": "999999"}, "Välj bland alternativen."),
    ],
)
def test_bad_input_gets_a_sentence_and_loses_nothing(
    app: Flask, client: PageClient, sign_in: SignIn, change: dict[str, str], sentence: str
) -> None:
    make_event()
    sign_in(Role.OFFICER)
    url = "/personal/publikationer/ny"
    answer = client.post(
        url, data={"csrf_token": client.csrf_token(url), **FILLED_IN, "audience": "skola", **change}
    )
    assert answer.status_code in {200, 400}
    assert sentence in answer.text
    assert "skola" in answer.text
    assert db.session.query(Publication).count() == 0


def test_the_second_of_two_savers_is_told_and_loses_nothing(
    app: Flask, client: PageClient, sign_in: SignIn
) -> None:
    publication = make_publication()
    sign_in(Role.OFFICER)
    url = f"/personal/publikationer/{publication.id}"
    mine = {**FILLED_IN, "version": "1", "csrf_token": client.csrf_token(url)}
    save(client, url, {**FILLED_IN, "title_sv": "Kollegans titel", "version": "1"})
    page = client.post_page(url, {**mine, "title_sv": "Min titel"}, status=409)
    assert "En kollega sparade" in page.text
    assert page.soup.find("input", attrs={"name": "title_sv"})["value"] == "Min titel"
    version = page.soup.find("input", attrs={"name": "version"})["value"]
    save(client, url, {**FILLED_IN, "title_sv": "Min titel", "version": str(version)})
    assert db.session.query(Publication).one().title_sv == "Min titel"


def test_a_reader_sees_the_list_and_edits_nothing(app: Flask, client: PageClient, sign_in: SignIn) -> None:
    publication = make_publication()
    sign_in(Role.READER)
    assert "Ny publikation" not in client.get_page("/personal/publikationer").text
    client.get_page(f"/personal/publikationer/{publication.id}", status=403)
