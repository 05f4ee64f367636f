"""Signing up as a visitor does: forms and links, no JavaScript."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy import event as sqlalchemy_event

from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.throttle import ThrottleCount
from eventsapp.events.models import Event, EventFormat, EventState, FormerSlug, RegistrationMode
from eventsapp.outbox.delivery import claim_next_letter
from eventsapp.outbox.models import Letter
from eventsapp.places.queries import pools_of
from eventsapp.registrations import guessing, queries
from eventsapp.registrations.models import (
    AttendanceMode,
    PersonalLink,
    Profession,
    Registration,
    RegistrationStatus,
    SignUpReceipt,
)
from eventsapp.registrations.personal_links import mint_links
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.mailbox import html_of, text_of
from tests.page_client import Page, PageClient

EMAIL = "asa.ahlstrom@umea.example.se"
ANSWERS = {"Namn": "Åsa Ahlström", "E-postadress": EMAIL, "Var arbetar du?": "Umeå kommun"}


def form_url(event: Event) -> str:
    return f"/aktiviteter/{event.slug}/anmalan"


def sign_up(client: PageClient, event: Event, *, status: int = 200, **others) -> Page:
    fields = ANSWERS | others
    return client.get_page(form_url(event)).submit(fields, status=status)


def registrations() -> list[Registration]:
    return list(db.session.scalars(select(Registration).order_by(Registration.id)))


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def letters() -> list[tuple[str, str]]:
    return [
        (letter.kind, letter.recipient) for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


def everything_asked(**facts) -> Event:
    return make_event(
        **(
            {
                "format": EventFormat.HYBRID,
                "asks_phone": True,
                "asks_food": True,
                "asks_access": True,
            }
            | facts
        )
    )


def test_the_form_asks_the_least_there_is(client: PageClient) -> None:
    page = client.get_page(form_url(make_event()))
    assert page.heading == "Anmäl dig"
    assert page.form("Skicka anmälan").names() == [
        "nonce",
        "csrf_token",
        "name",
        "email",
        "organisation",
        "job_title",
        "profession",
    ]
    tokens = {
        control["name"]: control.get("autocomplete")
        for control in page.all("main form [name]")
        if control.get("type") != "hidden"
    }
    assert tokens == {
        "name": "name",
        "email": "email",
        "organisation": "organization",
        "job_title": "organization-title",
        "profession": None,
    }


def test_the_form_asks_more_where_the_activity_does(client: PageClient) -> None:
    page = client.get_page(form_url(everything_asked()))
    assert page.form("Skicka anmälan").names()[-6:] == [
        "profession",
        "phone",
        "mode",
        "food",
        "food_other",
        "access",
    ]
    options = page.texts("select[name=profession] option")
    assert options == ["Välj om du vill", *(profession.label for profession in Profession)]
    assert len(options) == 10
    assert "Svaret tas bort 14 dagar efter aktiviteten." in page.text


def test_the_form_tells_of_protected_data_and_of_what_becomes_of_the_answers(client: PageClient) -> None:
    page = client.get_page(form_url(make_event()))
    assert "Har du skyddade personuppgifter? Fyll inte i formuläret. Ring oss på 010-225 40 00" in page.text
    assert page.href("Så behandlar vi dina personuppgifter") == "/personuppgifter"
    assert page.one("meta[name=robots]")["content"] == "noindex"


def test_signing_up_takes_two_requests_and_ends_on_the_receipt(client: PageClient) -> None:
    event = make_event()
    slug = event.slug
    form = client.get_page(form_url(event)).form().fill(ANSWERS)
    response = client.post(f"/aktiviteter/{slug}/anmalan", data=form.values)
    assert response.status_code == 303
    assert response.headers["Location"] == f"/aktiviteter/{slug}/anmalan/klar"
    receipt = client.get_page(response.headers["Location"])
    assert receipt.heading == "Du är anmäld"
    assert f"Ett brev är på väg till {EMAIL}." in receipt.text
    assert "Folkets hus, Skolgatan 59, Umeå" in receipt.text
    assert receipt.href("Kalenderfil") == f"/aktiviteter/{slug}.ics"
    assert receipt.href("Google").startswith("https://calendar.google.com/")
    assert receipt.href("Outlook").startswith("https://outlook.office.com/")
    assert receipt.href("Rätta adressen") == f"/aktiviteter/{slug}/anmalan/adress"
    # Ticket and links come by letter only, since anybody can type an address.
    assert "/min/" not in receipt.response.text
    assert receipt.all("svg.qr") == []
    assert [(person.name, person.email, person.language) for person in registrations()] == [
        ("Åsa Ahlström", EMAIL, "sv")
    ]
    assert letters() == [("confirmed", EMAIL)]


def test_everything_that_is_filled_in_is_kept(client: PageClient) -> None:
    event = everything_asked()
    receipt = sign_up(
        client,
        event,
        **{
            "Befattning": "Socialsekreterare",
            "Yrkesgrupp": "Socialtjänst",
            "Telefon": "070-123 45 67",
            "mode": "online",
            "food": "vegan",
            "Annan mat eller något du inte tål": "nötter",
            "Behöver du något för att kunna delta?": "Hörslinga\r\noch ledsagning",
        },
    )
    assert "Du deltar: Digitalt" in receipt.text
    (person,) = registrations()
    assert person.job_title == "Socialsekreterare"
    assert person.profession is Profession.SOCIAL_SERVICES
    assert person.phone == "070-123 45 67"
    assert person.mode is AttendanceMode.ONLINE
    answers = queries.answers_of(person.id)
    assert (answers.food, answers.access) == ("Veganskt, nötter", "Hörslinga\noch ledsagning")


@pytest.mark.parametrize(
    ("choice", "own_words", "kept"),
    [("", "", ""), ("vegetarian", "", "vegetarian"), ("other", "halal", "halal"), ("", "halal", "halal")],
)
def test_food_is_kept_as_it_was_meant(client: PageClient, choice: str, own_words: str, kept: str) -> None:
    sign_up(client, make_event(asks_food=True), food=choice, food_other=own_words)
    assert queries.answers_of(registrations()[0].id).food == kept


def test_the_english_form_makes_an_english_registration(client: PageClient) -> None:
    event = make_event()
    page = client.get_page(f"/en/events/{event.slug}/registration")
    receipt = page.submit(
        {"name": "John Smith", "email": "john@umea.example.se", "organisation": "Umeå kommun"}
    )
    assert receipt.url == f"/en/events/{event.slug}/registration/done"
    assert registrations()[0].language == "en"
    letter = db.session.scalars(select(Letter)).one()
    assert letter.language == "en"


def test_a_double_click_is_one_registration_with_one_receipt(client: PageClient) -> None:
    event = make_event()
    form = client.get_page(form_url(event)).form().fill(ANSWERS)
    first, second = (form.submit() for _ in range(2))
    assert first.heading == second.heading == "Du är anmäld"
    assert first.text == second.text
    assert (count(Registration), count(Letter), count(SignUpReceipt)) == (1, 1, 1)


def test_the_receipt_can_be_loaded_again(client: PageClient) -> None:
    event = make_event()
    receipt = sign_up(client, event)
    assert client.get_page(receipt.url).text == receipt.text
    assert count(Registration) == 1


def test_a_form_sent_again_for_a_colleague_says_that_nothing_was_done(client: PageClient) -> None:
    event = make_event()
    form = client.get_page(form_url(event)).form().fill(ANSWERS)
    form.submit()
    page = form.submit({"Namn": "Bo Berg", "E-postadress": "bo@umea.example.se"})
    (message,) = page.messages
    assert message.startswith("Formuläret var redan skickat, så den här gången ändrades ingenting.")
    assert EMAIL in page.text and "bo@umea" not in page.text
    page.click("Anmäl en person till").submit(
        {"Namn": "Bo Berg", "E-postadress": "bo@umea.example.se", "Var arbetar du?": "Umeå kommun"}
    )
    assert [person.name for person in registrations()] == ["Åsa Ahlström", "Bo Berg"]


def test_without_its_cookie_the_receipt_says_where_the_letter_is(client: PageClient) -> None:
    event = make_event()
    receipt = sign_up(client, event)
    client.forget_cookies()
    page = client.get_page(receipt.url)
    assert page.heading == "Din anmälan finns i brevet"
    assert EMAIL not in page.text
    assert page.href("Till aktiviteten") == f"/aktiviteter/{event.slug}"


def test_a_receipt_of_one_activity_is_not_shown_for_another(client: PageClient) -> None:
    first, second = make_event(), make_event()
    sign_up(client, first)
    page = client.get_page(f"/aktiviteter/{second.slug}/anmalan/klar")
    assert page.heading == "Din anmälan finns i brevet"


def page_without_secrets(text: str) -> str:
    """A page without what differs between any two forms."""
    return re.sub(r'value="[^"]*"', "", text)


@pytest.mark.parametrize("language", ["sv", "en"])
def test_nobody_can_find_out_whether_an_address_is_registered(client: PageClient, language: str) -> None:
    event = make_event()
    make_registration(event, email="registered@umea.example.se")
    url = form_url(event) if language == "sv" else f"/en/events/{event.slug}/registration"

    def walk(email: str) -> list[tuple[int, list[str], str]]:
        """Everything that one who signs up with an address gets to see."""
        client.forget_cookies()
        form = client.get_page(url).form()
        seen = []
        answer = client.post(
            url,
            data=form.fill({"name": "Åsa Ahlström", "email": email, "organisation": "Umeå kommun"}).values,
        )
        seen.append(answer)
        seen += [client.get(f"{url}/{'klar' if language == 'sv' else 'done'}") for _ in range(2)]
        address_url = f"{url}/{'adress' if language == 'sv' else 'address'}"
        correction = client.get_page(address_url)
        seen.append(correction.response)
        seen.append(client.post(address_url, data=correction.form().fill({"email": "x"}).values))
        seen.append(client.post(address_url, data=correction.form().fill({"email": email}).values))
        corrected = f"corrected-{email}"
        seen.append(client.post(address_url, data=correction.form().fill({"email": corrected}).values))
        seen.append(client.get(f"{url}/{'klar' if language == 'sv' else 'done'}"))
        return [
            (
                response.status_code,
                sorted(name for name, _ in response.headers),
                page_without_secrets(response.text).replace(email, "ADDRESS"),
            )
            for response in seen
        ]

    assert walk("newcomer_1@umea.example.se") == walk("registered@umea.example.se")
    assert [kind for kind, _ in letters()] == ["confirmed", "confirmed", "already_registered", "confirmed"]


BAD_INPUT = [
    ({"name": ""}, "Skriv ditt namn"),
    ({"name": " \x00\u200e "}, "Skriv ditt namn"),
    ({"name": "Å" * 201}, "Skriv högst 200 tecken."),
    ({"name": "Vinn pengar på https://bluff.example"}, "Skriv bara namnet, utan länkar och adresser."),
    ({"name": "www.bluff.example"}, "Skriv bara namnet, utan länkar och adresser."),
    ({"email": ""}, "Fyll i en e-postadress, till exempel namn@kommun.se"),
    ({"email": "asa.ahlstrom@"}, "Fyll i en e-postadress, till exempel namn@kommun.se"),
    (
        {"email": "asa@umea.example.se, bo@umea.example.se"},
        "Fyll i en e-postadress, till exempel namn@kommun.se",
    ),
    ({"email": "a@b.se\r\nBcc: bo@umea.example.se"}, "Fyll i en e-postadress, till exempel namn@kommun.se"),
    ({"email": f"{'a' * 300}@umea.example.se"}, "Fyll i en e-postadress, till exempel namn@kommun.se"),
    ({"organisation": ""}, "Skriv var du arbetar"),
    ({"organisation": "x" * 201}, "Skriv högst 200 tecken."),
    ({"job_title": "x" * 201}, "Skriv högst 200 tecken."),
    ({"profession": "trollkarl"}, "Välj en av yrkesgrupperna"),
    ({"phone": "ring mig"}, "Skriv telefonnumret med siffror, till exempel 070-123 45 67."),
    ({"phone": "0" * 41}, "Skriv telefonnumret med siffror, till exempel 070-123 45 67."),
    ({"mode": ""}, "Välj hur du deltar"),
    ({"mode": "by-balloon"}, "Välj hur du deltar"),
    ({"food": "everything"}, "Välj ett av alternativen för mat"),
    ({"food": "other", "food_other": ""}, "Skriv vilken mat du behöver"),
    ({"food": "other", "food_other": "x" * 301}, "Skriv högst 300 tecken."),
    ({"access": "x" * 1001}, "Skriv högst 1000 tecken."),
]


def test_bad_input_is_told_at_its_field_and_everything_else_is_kept(client: PageClient) -> None:
    event = everything_asked()
    url = form_url(event)
    good = {
        "name": "Åsa Ahlström",
        "email": EMAIL,
        "organisation": "Kvinnojouren Iris",
        "job_title": "Samordnare",
        "profession": "ideburen-sektor",
        "phone": "070-123 45 67",
        "mode": "online",
        "food": "vegan",
        "food_other": "nötter",
        "access": "Hörslinga",
    }
    form = client.get_page(url).form()
    untouched = {name: values[-1] for name, values in form.values.items()}
    for wrong, sentence in BAD_INPUT:
        page = client.post_page(url, untouched | good | wrong, status=400)
        assert page.problems == [sentence], wrong
        (link,) = page.all(".error-summary a")
        field = page.one(f"[id='{str(link['href'])[1:]}']")
        assert field["name"] in wrong
        shown = page.form("Skicka anmälan").values
        kept = {name: value for name, value in good.items() if name not in wrong}
        assert {name: shown.get(name, [""])[-1] for name in kept} == kept, wrong
        assert shown["nonce"] == form.values["nonce"]
    assert count(Registration) == 0


def test_every_mistake_is_told_at_once_in_the_order_of_the_form(client: PageClient) -> None:
    page = client.get_page(form_url(everything_asked()))
    assert page.submit({"email": "x", "phone": "x"}, status=400).problems == [
        "Skriv ditt namn",
        "Fyll i en e-postadress, till exempel namn@kommun.se",
        "Skriv var du arbetar",
        "Skriv telefonnumret med siffror, till exempel 070-123 45 67.",
        "Välj hur du deltar",
    ]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"name=%00%ff%fe&email=%F0%9F%98%80&organisation=%ED%A0%80&mode=%00",
        b"name[]=1&name=2&name=3&email=a@b&nonce=" + b"x" * 5000,
        b"&&&===%%%",
    ],
)
def test_a_malformed_request_is_answered_with_the_form(client: PageClient, raw: bytes) -> None:
    event = everything_asked()
    token = client.csrf_token(form_url(event))
    for data in (raw, raw + b"&csrf_token=" + token.encode()):
        response = client.post(form_url(event), data=data, content_type="application/x-www-form-urlencoded")
        assert response.status_code == 400
        assert "Rätta till" in response.text


def test_a_flood_in_one_field_is_refused(client: PageClient) -> None:
    event = make_event()
    data = {"csrf_token": client.csrf_token(form_url(event)), "name": "x" * 3_000_000}
    response = client.post(form_url(event), data=data)
    assert response.status_code == 413


def test_odd_characters_in_a_name_are_cleaned_and_kept(client: PageClient) -> None:
    event = make_event()
    sign_up(client, event, name="  A\u030asa\u202e \x00 Ahlstro\u0308m 🎓 ")
    assert registrations()[0].name == "Åsa Ahlström 🎓"


def test_an_old_page_keeps_everything_and_changes_nothing(client: PageClient) -> None:
    event = make_event()
    url = form_url(event)
    data = {"name": "Åsa Ahlström", "email": EMAIL, "organisation": "Umeå kommun", "nonce": "n" * 32}
    page = client.post_page(url, data, status=400)
    assert page.problems == [
        "Sidan hade varit öppen för länge. Allt du skrev finns kvar. Skicka formuläret igen."
    ]
    assert count(Registration) == 0
    receipt = page.submit()
    assert receipt.heading == "Du är anmäld"


def yesterday() -> object:
    return swedish_today(now()) - timedelta(days=1)


NOT_OPEN: list[tuple[Callable[[], Event], str, str]] = [
    (
        lambda: make_event(registration_closes_on=yesterday()),
        "Anmälan är stängd",
        "Hör av dig till oss om du ändå vill vara med.",
    ),
    (
        lambda: make_event(registration_opens_on=swedish_today(now()) + timedelta(days=3)),
        "Anmälan har inte öppnat än",
        "Anmälan öppnar",
    ),
    (
        lambda: make_event(state=EventState.SAVE_THE_DATE),
        "Anmälan har inte öppnat än",
        "Anmälan öppnar senare. Spara datumet så länge.",
    ),
    (
        lambda: make_event(state=EventState.CANCELLED, cancel_reason="Snöstorm."),
        "Utbildningsdagen är inställd",
        "Snöstorm.",
    ),
    (
        lambda: make_event(occasions=[make_occasion(swedish_today(now()) - timedelta(days=3))]),
        "Det går inte att anmäla sig längre",
        "Aktiviteten har börjat eller är över.",
    ),
    (
        lambda: make_event(registration_mode=RegistrationMode.NONE),
        "Ingen anmälan behövs",
        "Du kan komma utan att anmäla dig.",
    ),
    (
        lambda: make_event(
            registration_mode=RegistrationMode.ELSEWHERE, registration_url="https://exempel.se/anmalan"
        ),
        "Anmälan görs på en annan webbplats",
        "Den som arrangerar tar emot anmälningarna på sin egen webbplats.",
    ),
]


@pytest.mark.parametrize(("make", "heading", "sentence"), NOT_OPEN)
def test_a_form_that_is_not_open_is_a_page_that_says_why_and_what_one_can_do(
    client: PageClient, make: Callable[[], Event], heading: str, sentence: str
) -> None:
    event = make()
    token = client.csrf_token(form_url(make_event()))
    data = {
        "csrf_token": token,
        "name": "Åsa",
        "email": EMAIL,
        "organisation": "Umeå kommun",
        "nonce": "n" * 32,
    }
    for page in (
        client.get_page(form_url(event), status=409),
        client.post_page(form_url(event), data, status=409),
        client.post_page(form_url(event), data | {"email": ""}, status=409),
    ):
        assert page.heading == heading
        assert sentence in page.text
        assert page.href("Läs mer om aktiviteten") == f"/aktiviteter/{event.slug}"
        assert page.href("Se alla kommande aktiviteter") == "/aktiviteter"
    assert count(Registration) == 0


@pytest.mark.parametrize("path", ["", "/klar", "/adress"])
@pytest.mark.parametrize("slug", ["%00", "%FF", "x" * 3000, "%F0%9F%98%80", "..%2f.."])
def test_odd_addresses_are_pages_that_do_not_exist(client: PageClient, slug: str, path: str) -> None:
    assert client.get(f"/aktiviteter/{slug}/anmalan{path}").status_code == 404
    assert client.post(f"/aktiviteter/{slug}/anmalan{path}").status_code in {404, 405}


def test_a_draft_does_not_exist(client: PageClient) -> None:
    event = make_event(state=EventState.DRAFT)
    for path in ("", "/klar", "/adress"):
        client.get_page(form_url(event) + path, status=404)
    client.get_page("/aktiviteter/finns-inte/anmalan", status=404)


def test_a_full_house_is_a_friendly_page(client: PageClient) -> None:
    event = make_event(capacity_total=1)
    form = client.get_page(form_url(event)).form().fill(ANSWERS)
    make_registration(event)
    for page in (form.submit(status=409), client.get_page(form_url(event), status=409)):
        assert page.heading == "Alla platser är tagna"
        assert "Du är inte anmäld." in page.text
    assert count(Registration) == 1
    assert count(SignUpReceipt) == 0


def hybrid_with_places(onsite: int | None, online: int | None) -> Event:
    return make_event(
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_total=None,
        capacity_onsite=onsite,
        capacity_online=online,
    )


@pytest.mark.parametrize(
    ("online", "sentence"),
    [
        (12, "Det är fullt på plats, men det finns 12 platser digitalt."),
        (1, "Det är fullt på plats, men det finns 1 plats digitalt."),
        (None, "Det är fullt på plats, men det finns platser digitalt."),
    ],
)
def test_where_one_way_is_full_the_form_leads_to_the_other_with_everything_kept(
    client: PageClient, online: int | None, sentence: str
) -> None:
    event = hybrid_with_places(1, online)
    form = client.get_page(form_url(event)).form().fill(ANSWERS | {"mode": "onsite"})
    make_registration(event, mode=AttendanceMode.ONSITE)
    page = form.submit(status=409)
    assert page.problems == [sentence]
    assert "På plats i Umeå (fullt)" in page.text
    assert page.one("input[name=mode][value=onsite]").has_attr("disabled")
    again = page.form("Skicka anmälan")
    assert again.values["name"] == ["Åsa Ahlström"]
    receipt = again.submit({"mode": "online"})
    assert receipt.heading == "Du är anmäld"
    assert {pool.name.value: pool.taken for pool in pools_of("event", event.id)} == {"onsite": 1, "online": 1}


def test_where_it_is_full_online_there_may_be_places_on_site(client: PageClient) -> None:
    event = hybrid_with_places(3, 0)
    page = client.get_page(form_url(event))
    assert "Digitalt (fullt)" in page.text and "På plats i Umeå (3 platser kvar)" in page.text
    data = {name: values[-1] for name, values in page.form("Skicka anmälan").values.items()}
    data |= {"name": "Åsa", "email": EMAIL, "organisation": "Umeå kommun", "mode": "online"}
    refused = client.post_page(form_url(event), data, status=409)
    assert refused.problems == ["Det är fullt digitalt, men det finns 3 platser på plats."]


def test_a_hybrid_that_is_full_both_ways_is_full(client: PageClient) -> None:
    page = client.get_page(form_url(hybrid_with_places(0, 0)), status=409)
    assert page.heading == "Alla platser är tagna"


def test_an_address_that_the_activity_had_before_leads_to_its_form(client: PageClient) -> None:
    event = make_event()
    db.session.add(FormerSlug(slug="gammal-adress", event_id=event.id))
    response = client.get("/aktiviteter/gammal-adress/anmalan")
    assert (response.status_code, response.headers["Location"]) == (301, form_url(event))
    form = client.get_page(form_url(event)).form().fill(ANSWERS)
    response = client.post("/aktiviteter/gammal-adress/anmalan", data=form.values)
    # 308 makes the browser send the form again to the new address.
    assert (response.status_code, response.headers["Location"]) == (308, form_url(event))


@contextmanager
def every_statement(app) -> Iterator[list[str]]:
    """What is sent to the database, savepoints and all."""
    statements: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        statements.append(statement)

    sqlalchemy_event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        sqlalchemy_event.remove(db.engine, "before_cursor_execute", note)


def test_signing_up_costs_at_most_twenty_statements(app, client: PageClient) -> None:
    event = everything_asked(separate_pools=True, capacity_onsite=10, capacity_online=10)
    url = form_url(event)
    form = client.get_page(url).form()
    form.fill(ANSWERS | {"mode": "online", "food": "vegan", "access": "Hörslinga", "phone": "070-123 45 67"})
    db.session.commit()
    with every_statement(app) as statements:
        response = client.post(url, data=form.values)
    assert response.status_code == 303
    assert len(statements) <= 20, statements


def test_the_form_costs_a_few_statements(
    app, client: PageClient, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    event = everything_asked()
    url = form_url(event)
    db.session.commit()
    with queries() as statements:
        client.get(url)
    assert len(statements) <= 5


def test_a_wrong_address_is_put_right_from_the_receipt(client: PageClient) -> None:
    event = make_event()
    receipt = sign_up(client, event, **{"E-postadress": "asa@umae.example.se"})
    page = receipt.click("Rätta adressen")
    assert "Brevet gick till asa@umae.example.se." in page.text
    receipt = page.submit({"Rätt e-postadress": EMAIL})
    assert receipt.heading == "Du är anmäld"
    assert receipt.messages == [f"Vi skickar ett nytt brev till {EMAIL}."]
    assert f"Ett brev är på väg till {EMAIL}." in receipt.text
    assert letters() == [("confirmed", "asa@umae.example.se"), ("confirmed", EMAIL)]


def test_a_wrong_correction_is_told_at_the_field(client: PageClient) -> None:
    event = make_event()
    page = sign_up(client, event).click("Rätta adressen")
    assert page.submit({"Rätt e-postadress": "asa@"}, status=400).problems == [
        "Fyll i en e-postadress, till exempel namn@kommun.se"
    ]
    assert page.submit({"Rätt e-postadress": EMAIL.upper()}, status=400).problems == [
        "Det är samma adress som förut."
    ]
    client.forget_cookies()
    assert letters() == [("confirmed", EMAIL)]


def test_when_the_letter_s_link_was_used_the_address_can_no_longer_be_corrected(client: PageClient) -> None:
    event = make_event()
    page = sign_up(client, event).click("Rätta adressen")
    form = page.form().fill({"Rätt e-postadress": "bo@umea.example.se"})
    registrations()[0].link_opened_at = now()
    assert "Fel adress?" not in client.get_page(f"{form_url(event)}/klar").text
    closed = client.get_page(page.url, status=409)
    assert "Det går inte att byta adress här längre." in closed.text
    form.submit(status=409)
    assert registrations()[0].email == EMAIL


def test_letters_do_not_reach_the_wrong_address_once_it_is_corrected(client: PageClient) -> None:
    event = make_event()
    receipt = sign_up(client, event, **{"E-postadress": "asa@umae.example.se"})
    receipt.click("Rätta adressen").submit({"Rätt e-postadress": EMAIL})
    claimed = claim_next_letter(now())
    assert claimed is not None and claimed.recipient == EMAIL
    states = db.session.execute(select(Letter.recipient, Letter.state).order_by(Letter.id)).all()
    assert [tuple(row) for row in states] == [("asa@umae.example.se", "failed"), (EMAIL, "sending")]
    assert count(PersonalLink) == 1


def urls_in(message: EmailMessage) -> set[str]:
    found = set(re.findall(r"http://localhost[^\s\"<]*", text_of(message) + html_of(message)))
    return {url.replace("&amp;", "&").removeprefix("http://localhost") for url in found}


def test_a_mail_scanner_that_opens_every_link_changes_nothing(client: PageClient) -> None:
    event = make_event(registration_closes_on=swedish_today(now()))
    sign_up(client, event)
    claimed = claim_next_letter(now())
    assert claimed is not None
    urls = urls_in(claimed.message)
    assert len([url for url in urls if url.startswith("/min/anmalan/")]) == 3
    client.forget_cookies()
    for url in sorted(urls):
        # One's own calendars are behind the door where one asks for a link.
        status = 303 if url.startswith("/min/kalendrar") else 200
        assert client.get(url).status_code == status, url
        assert client.head(url).status_code == status, url
    (person,) = registrations()
    assert person.status is RegistrationStatus.CONFIRMED
    assert person.link_opened_at is None
    assert person.version == 1
    assert letters() == [("confirmed", EMAIL)]


def test_guessing_at_receipts_is_counted_and_stopped(
    client: PageClient, monkeypatch: pytest.MonkeyPatch, frozen_now: FrozenClock
) -> None:
    monkeypatch.setattr(guessing, "MOST_FAILURES", 3)
    event = make_event()
    url = f"{form_url(event)}/adress"
    token = client.csrf_token(form_url(event))
    for _ in range(3):
        page = client.post_page(url, {"csrf_token": token, "email": EMAIL})
        assert page.heading == "Din anmälan finns i brevet"
    response = client.post(url, data={"csrf_token": token, "email": EMAIL})
    assert response.status_code == 429
    assert response.headers["Retry-After"] == "900"
    assert db.session.scalars(select(ThrottleCount.count)).all() == [3]
    # Signing up itself is never limited by the network address.
    assert sign_up(client, event).heading == "Du är anmäld"
    frozen_now.advance(minutes=15)
    client.post_page(url, {"csrf_token": token, "email": "bo@umea.example.se"})


def test_a_receipt_outlives_what_was_typed_in_the_form(client: PageClient) -> None:
    event = make_event()
    receipt = sign_up(client, event)
    db.session.execute(delete(SignUpReceipt))
    assert client.get_page(receipt.url).heading == "Din anmälan finns i brevet"


def test_a_cancelled_activity_is_told_on_the_receipt(client: PageClient) -> None:
    event = make_event(cancel_reason="Snöstorm.")
    receipt = sign_up(client, event)
    db.session.get_one(Event, event.id).state = EventState.CANCELLED
    page = client.get_page(receipt.url)
    assert "Utbildningsdagen är inställd Snöstorm." in page.text


def test_links_of_several_occasions_say_which_they_are(client: PageClient) -> None:
    first_day = swedish_today(now()) + timedelta(days=20)
    event = make_event(occasions=[make_occasion(first_day), make_occasion(first_day + timedelta(days=7))])
    receipt = sign_up(client, event)
    assert receipt.href("Kalenderfil med alla tillfällen") == f"/aktiviteter/{event.slug}.ics"
    assert len(receipt.all("a[href^='https://calendar.google.com']")) == 2


def test_the_join_link_is_nowhere_on_the_public_pages(client: PageClient) -> None:
    secret = "https://video.example.se/rum/42"
    event = make_event(format=EventFormat.ONLINE, join_url=secret, join_note="Kod 4711")
    pages = [client.get_page(form_url(event)), sign_up(client, event)]
    for page in pages:
        assert secret not in page.response.text and "4711" not in page.response.text
    assert secret not in client.get(f"/aktiviteter/{event.slug}.ics").text
    assert mint_links(registrations()[0].id, "confirmed")
