"""The pages of a public authority, in both languages, and the feedback that anyone can leave."""

import pytest
from sqlalchemy import func, select

from eventsapp.about.operations import PER_HOUR
from eventsapp.core.db import db
from eventsapp.outbox.models import Letter, LetterState
from tests.page_client import PageClient

PAGES = [
    ("/personuppgifter", "Så behandlar vi dina personuppgifter", "skyddade personuppgifter"),
    ("/tillganglighet", "Tillgänglighetsredogörelse", "Delvis förenlig"),
    ("/kakor", "Kakor", "Vi använder bara kakor för sådant som du själv ber om"),
    ("/kontakt", "Kontakt", "010-225 40 00"),
    ("/om", "Om webbplatsen", "EUPL 1.2"),
]
ENGLISH = [
    ("/en/personal-data", "public interest"),
    ("/en/accessibility", "Partially compliant"),
    ("/en/cookies", "We only use cookies for things that you ask for yourself"),
    ("/en/contact", "010-225 40 00"),
    ("/en/about", "EUPL 1.2"),
]


@pytest.mark.parametrize(("url", "heading", "words"), PAGES)
def test_the_swedish_pages(client: PageClient, url: str, heading: str, words: str) -> None:
    page = client.get_page(url)
    assert page.heading == heading
    assert words in page.text


@pytest.mark.parametrize(("url", "words"), ENGLISH)
def test_the_english_pages(client: PageClient, url: str, words: str) -> None:
    assert words in client.get_page(url).text


def test_personal_data_are_explained_shortly_first(client: PageClient) -> None:
    page = client.get_page("/personuppgifter")
    headings = page.texts("main h2")
    assert headings[0] == "Det viktigaste först"
    for article_13 in (
        "Vem som ansvarar",
        "Rättslig grund",
        "Vem som får ta del av uppgifterna",
        "Hur länge vi sparar uppgifterna",
        "Dina rättigheter",
        "Om du är missnöjd",
    ):
        assert article_13 in headings
    assert "dataskydd@example.se" in page.text
    assert "raderas 14 dagar efter aktiviteten" in page.text
    assert "samtycke" in page.text


def test_the_statement_has_what_the_law_asks_for(client: PageClient) -> None:
    page = client.get_page("/tillganglighet")
    assert page.href("anmäla brister till Digg (öppnas i nytt fönster)") == "https://www.digg.se/tdosanmalan"
    assert "23 november 2026" in page.text
    assert "12 §" in page.text and "(9 §)" in page.text
    assert "Vi har bedömt webbplatsen själva" in page.text


def test_pages_to_read_set_no_cookie(client: PageClient) -> None:
    for url in ("/personuppgifter", "/kakor", "/kontakt", "/om"):
        assert "Set-Cookie" not in client.get(url).headers


def test_feedback_without_a_name_reaches_the_mailbox(client: PageClient) -> None:
    form = client.get_page("/tillganglighet").form("Skicka")
    thanks = form.fill({"Vad är svårt att använda?": "Knappen syns inte i <mörkt> läge."}).submit()
    assert thanks.url == "/tillganglighet/tack"
    assert thanks.heading == "Tack, vi har fått ditt meddelande"
    letter = db.session.scalars(select(Letter)).one()
    assert letter.recipient == "kurser@example.se"
    assert letter.state is LetterState.WAITING
    assert letter.reply_to is None
    assert letter.subject_line == "Synpunkter på webbplatsens tillgänglighet"
    assert "Knappen syns inte i <mörkt> läge." in letter.body_text
    assert "Personen har valt att vara anonym." in letter.body_text
    assert "Knappen syns inte i &lt;mörkt&gt; läge." in letter.body_html


def test_feedback_with_an_address_can_be_answered(client: PageClient) -> None:
    form = client.get_page("/en/accessibility").form()
    thanks = form.fill(
        {"message": "The list is hard to read aloud.", "place": "Events", "email": "asa.ahlstrom@example.se"}
    ).submit()
    assert thanks.url == "/en/accessibility/thank-you"
    letter = db.session.scalars(select(Letter)).one()
    assert letter.language == "sv"
    assert letter.reply_to == "asa.ahlstrom@example.se"
    assert "gärna på engelska" in letter.body_text
    assert "Events" in letter.body_text


def test_an_empty_message_and_a_bad_address_come_back_with_everything_kept(client: PageClient) -> None:
    form = client.get_page("/tillganglighet").form("Skicka")
    page = form.fill({"place": "Startsidan", "email": "asa.ahlstrom@"}).submit()
    assert page.problems == [
        "Skriv vad som är svårt att använda",
        "Fyll i en e-postadress, till exempel namn@kommun.se",
    ]
    assert page.one("#place")["value"] == "Startsidan"
    assert page.one("#email")["value"] == "asa.ahlstrom@"
    assert db.session.scalar(select(func.count(Letter.id))) == 0


def test_a_flood_is_stopped_kindly(client: PageClient) -> None:
    form = client.get_page("/tillganglighet").form("Skicka")
    for number in range(PER_HOUR):
        form.fill({"message": f"Synpunkt {number}"}).submit()
    page = form.fill({"message": "En till"}).submit()
    assert page.problems == [
        "Det har kommit ovanligt många meddelanden härifrån. Ring oss eller försök om en timme."
    ]
    assert page.text_of("#message") == "En till"
    assert db.session.scalar(select(func.count(Letter.id))) == PER_HOUR
