"""The page of one activity."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, time, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from eventsapp.accounts.models import User
from eventsapp.core.clock import from_swedish, swedish_today
from eventsapp.core.db import db
from eventsapp.core.text import sort_key
from eventsapp.events.models import (
    Admission,
    EventFormat,
    EventLanguage,
    EventState,
    FormerSlug,
    RegistrationMode,
    WaitingListRule,
)
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools
from eventsapp.programme.models import ProgrammeItem, Speaker
from eventsapp.publications.models import Publication
from eventsapp.registrations.models import RegistrationStatus
from tests.conftest import FrozenClock
from tests.factories.events import (
    make_event,
    make_link,
    make_occasion,
    make_organiser,
    make_series,
    make_target_group,
    make_topic,
)
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
DAY = date(2026, 11, 25)
SIDE = ".event-side"


def facts(page: Page) -> dict[str, str]:
    """The facts as they read: label → text."""
    return dict(zip(page.texts(".fact dt"), page.texts(".fact dd"), strict=True))


def opened(client: PageClient, **values: Any) -> Page:
    make_event(slug="dagen", title="Dagen", **values)
    return client.get_page("/aktiviteter/dagen")


def test_everything_about_an_ordinary_day(client: PageClient, frozen_now: FrozenClock):
    event = make_event(
        slug="att-upptacka-vald",
        title="Att upptäcka våld",
        occasions=[make_occasion(DAY)],
        registration_closes_on=date(2026, 11, 18),
        target_groups=[make_target_group("chefer"), make_target_group("allmanhet")],
        target_note="Du som är ny",
        topics=[make_topic()],
        cost="Kostnadsfritt, lunch ingår",
        venue_access="Hörslinga\nHiss",
        co_organisers=[
            make_organiser("region-a", name_sv="Region A"),
            make_organiser("kommun-b", name_sv="Kommun B"),
        ],
        series=make_series(),
        links=[make_link("Programmet", "https://exempel.se/program.pdf")],
        body_sv="## Bakgrund\n\nLäs [mer](https://exempel.se/mer).",
    )
    make_registration(event)
    page = client.get_page("/aktiviteter/att-upptacka-vald")
    assert page.heading == "Att upptäcka våld"
    assert page.texts(".crumbs li") == ["Aktiviteter", "Utbildningsdag"]
    assert facts(page) == {
        "När": "onsdag 25 november 2026, kl. 09.00–15.30",
        "Var": "Folkets hus, Skolgatan 59, Umeå · karta (öppnas i nytt fönster)",
        "För vem": "Allmänheten, Chefer och beslutsfattare Du som är ny",
        "Ämne": "Jämställdhet",
        "Kostnad": "Kostnadsfritt, lunch ingår",
        "Tillgänglighet": "Hörslinga Hiss",
        "Arrangör": "Länsstyrelsen Västerbotten med Kommun B och Region A",
        "Serie": "Demokratimorgon",
    }
    assert page.text_of(".prose h2") == "Bakgrund"
    link = page.one(".material a")
    assert link["target"] == "_blank"
    assert page.text_of(".material a") == "Programmet (pdf, öppnas i nytt fönster)"
    side = page.text_of(SIDE)
    assert side.startswith(
        "79 av 80 platser kvar Anmäl dig senast onsdag 18 november 2026 Anmäl dig Spara datumet"
    )
    assert side.endswith("Frågor? jamstalldhet@example.se 010-225 40 00")
    assert page.href("Anmäl dig") == "/aktiviteter/att-upptacka-vald/anmalan"
    assert page.href("Kalenderfil") == "/aktiviteter/att-upptacka-vald.ics"
    assert page.href("010-225 40 00") == "tel:0102254000"
    alternate = page.one('link[rel="alternate"][type="text/calendar"]')
    assert alternate["href"] == "/aktiviteter/att-upptacka-vald.ics"
    google = parse_qs(urlsplit(page.href("Google")).query)
    assert google["dates"] == ["20261125T080000Z/20261125T143000Z"]
    assert google["details"][0].endswith("http://localhost/aktiviteter/att-upptacka-vald")
    assert page.href("Outlook").startswith("https://outlook.office.com/calendar/deeplink/compose?")


@pytest.mark.parametrize(
    ("values", "begins", "has_button"),
    [
        ({"capacity_total": None}, "Obegränsat antal platser Anmäl dig", True),
        ({"capacity_total": 0}, "Fullt Alla platser är tagna.", False),
        (
            {"capacity_total": 0, "waiting_list": WaitingListRule.OFFER},
            "Fullt – du kan ställa dig på reservlistan Ställ dig på reservlistan",
            True,
        ),
        (
            {
                "capacity_total": 0,
                "waiting_list": WaitingListRule.OFFER,
                "registration_closes_on": date(2026, 9, 30),
            },
            "Fullt Anmälan är stängd",
            False,
        ),
        (
            {"admission": Admission.APPROVAL, "registration_closes_on": date(2026, 11, 18)},
            (
                "80 av 80 platser kvar Anmälan godkänns av arrangören. "
                "Sök senast onsdag 18 november 2026 Sök en plats"
            ),
            True,
        ),
        (
            {"admission": Admission.ALLOCATION, "capacity_total": 0},
            "Platserna fördelas efter sista anmälningsdagen. Sök en plats",
            True,
        ),
        (
            {"admission": Admission.CODE, "admission_code": "hemligt-ord"},
            "80 av 80 platser kvar Anmälan kräver en kod. Anmäl dig",
            True,
        ),
        (
            {"admission": Admission.INVITATION},
            "Bara inbjudna Du anmäler dig med länken i din inbjudan. Hittar du inte länken?",
            False,
        ),
        (
            {"admission": Admission.NETWORK},
            "Bara medlemmar i ett nätverk Du anmäler dig med länken i din inbjudan. Hittar du inte länken?",
            False,
        ),
        (
            {"registration_opens_on": date(2026, 10, 5)},
            "80 av 80 platser kvar Anmälan öppnar måndag 5 oktober 2026",
            False,
        ),
        (
            {"registration_closes_on": date(2026, 9, 30)},
            "80 av 80 platser kvar Anmälan är stängd Sista anmälningsdag var onsdag 30 september 2026.",
            False,
        ),
        ({"registration_mode": RegistrationMode.NONE}, "Ingen anmälan behövs Spara datumet", False),
        ({"state": EventState.SAVE_THE_DATE}, "Boka datumet Anmälan öppnar senare. Spara datumet", False),
        (
            {"state": EventState.SAVE_THE_DATE, "registration_opens_on": date(2026, 10, 5)},
            "Boka datumet Anmälan öppnar måndag 5 oktober 2026 Spara datumet",
            False,
        ),
        ({"state": EventState.CANCELLED}, "Utbildningsdagen är inställd Frågor?", False),
        ({"state": EventState.COMPLETED, "kind": "webbinarium"}, "Genomfört", False),
        (
            {
                "format": EventFormat.HYBRID,
                "separate_pools": True,
                "capacity_onsite": 0,
                "capacity_online": 9,
            },
            "På plats Fullt Digitalt 9 av 9 platser kvar Anmäl dig",
            True,
        ),
    ],
)
def test_what_the_side_says_in_each_state(
    client: PageClient, frozen_now: FrozenClock, values: dict[str, Any], begins: str, has_button: bool
):
    page = opened(client, **values)
    assert page.text_of(SIDE).startswith(begins)
    hrefs = [str(link["href"]) for link in page.all("a[href]")]
    assert ("/aktiviteter/dagen/anmalan" in hrefs) is has_button


def test_signing_up_elsewhere_opens_a_new_window_and_says_so(client: PageClient, frozen_now: FrozenClock):
    page = opened(
        client, registration_mode=RegistrationMode.ELSEWHERE, registration_url="https://annan.example/anmal"
    )
    assert page.href("Anmäl dig (öppnas i nytt fönster)") == "https://annan.example/anmal"


def test_begun_and_over(client: PageClient, frozen_now: FrozenClock):
    page = opened(client, occasions=[make_occasion(swedish_today(), "09.00", "12.00")])
    assert page.text_of(SIDE).startswith("Har börjat Spara datumet")
    frozen_now.advance(hours=3)
    page = client.get_page("/aktiviteter/dagen")
    assert page.text_of(SIDE).startswith("Genomförd Frågor?")


@pytest.mark.parametrize(
    ("kind", "pill", "banner"),
    [
        ("konferens", "Inställd", "Konferensen är inställd"),
        ("webbinarium", "Inställt", "Webbinariet är inställt"),
    ],
)
def test_a_cancelled_one_says_so_in_words_that_agree(
    client: PageClient, frozen_now: FrozenClock, kind: str, pill: str, banner: str
):
    page = opened(client, kind=kind, state=EventState.CANCELLED, cancel_reason="Föreläsaren är sjuk.")
    assert pill in page.texts(".pill")
    assert page.text_of(".panel-danger").startswith(f"{banner} Föreläsaren är sjuk.")
    assert facts(page)["När"] != ""


def test_a_moved_one_says_so(client: PageClient, frozen_now: FrozenClock):
    page = opened(client, kind="webbinarium", moved_at=frozen_now() - timedelta(days=1))
    assert "Flyttat" in page.texts(".pill")
    assert (
        page.text_of(".panel-warning")
        == "Webbinariet har fått en ny tid Tiden som står här är den som gäller."
    )


def test_example_data_is_marked(client: PageClient, frozen_now: FrozenClock):
    page = opened(client, is_example=True)
    assert "Exempel" in page.texts(".pill")
    assert "exempel med påhittade uppgifter" in page.text
    assert "exempel med påhittade" not in client.get_page("/aktiviteter").text


def test_every_occasion_is_listed_and_can_be_saved(client: PageClient, frozen_now: FrozenClock):
    page = opened(
        client,
        occasions=[
            make_occasion(date(2026, 9, 25), label_sv="Träff 1"),
            make_occasion(DAY, label_sv="Träff 2"),
            make_occasion(DAY + timedelta(days=7), cancelled_at=frozen_now()),
            make_occasion(DAY + timedelta(days=14), all_day=True, last_day=DAY + timedelta(days=15)),
        ],
    )
    assert page.texts(".fact ol li") == [
        "fredag 25 september 2026, kl. 09.00–15.30 · Träff 1",
        "onsdag 25 november 2026, kl. 09.00–15.30 · Träff 2",
        "onsdag 2 december 2026, kl. 09.00–15.30 Inställt",
        "9–10 december 2026",
    ]
    assert page.href("Kalenderfil med alla tillfällen") == "/aktiviteter/dagen.ics"
    saved = [text for text in page.texts(f"{SIDE} a") if text.startswith("Google")]
    assert saved == [
        "Google , onsdag 25 november 2026, kl. 09.00–15.30",
        "Google , 9–10 december 2026",
    ]


def test_open_without_a_date(client: PageClient, frozen_now: FrozenClock):
    page = opened(client, kind="webbutbildning", occasions=[], format=EventFormat.ONLINE, capacity_total=None)
    assert facts(page)["När"] == "När som helst, i egen takt"
    assert page.all('link[type="text/calendar"]') == []
    assert "Spara datumet" not in page.text


def test_online_shows_no_link_but_says_when_it_comes(client: PageClient, frozen_now: FrozenClock):
    page = opened(
        client, format=EventFormat.HYBRID, join_url="https://mote.example/hemlig", join_note="Kod 4711"
    )
    assert facts(page)["Var"].endswith("Du kan också delta digitalt. Länken visas när du är anmäld.")
    raw = page.response.text
    assert "mote.example" not in raw
    assert "4711" not in raw


def test_the_programme_of_two_days(client: PageClient, frozen_now: FrozenClock):
    event = make_event(
        slug="dagen", title="Dagen", occasions=[make_occasion(DAY), make_occasion(DAY + timedelta(days=1))]
    )

    def item(day: date, starts: time, title: str, **values: Any) -> ProgrammeItem:
        return ProgrammeItem(event_id=event.id, starts_at=from_swedish(day, starts), title_sv=title, **values)

    db.session.add_all(
        [
            item(DAY + timedelta(days=1), time(9), "Andra dagen"),
            item(
                DAY,
                time(9, 30),
                "Att fråga om våld",
                ends_at=from_swedish(DAY, time(11, 30)),
                room="Stora salen",
                text_sv="Om **frågor**.",
                speakers=[Speaker(name="Åsa Ahlström", description="socionom", position=1)],
            ),
        ]
    )
    page = client.get_page("/aktiviteter/dagen")
    assert page.table(".programme") == [
        ["onsdag 25 november 2026"],
        ["09.30–11.30", "Att fråga om våld Om frågor . Åsa Ahlström, socionom Stora salen"],
        ["torsdag 26 november 2026"],
        ["09.00", "Andra dagen"],
    ]


def test_publications_are_among_the_material(client: PageClient, frozen_now: FrozenClock):
    event = make_event(slug="dagen")
    for title, public in (("Länsstrategi", True), ("Hemlig", False)):
        db.session.add(
            Publication(
                slug=title.lower(),
                title_sv=title,
                sort_key=sort_key(title),
                is_public=public,
                created_at=frozen_now(),
                changed_at=frozen_now(),
                events=[event],
            )
        )
    page = client.get_page("/aktiviteter/dagen")
    assert page.texts(".material a") == ["Länsstrategi"]


def test_in_english(client: PageClient, frozen_now: FrozenClock):
    make_event(
        slug="dagen",
        title="Dagen",
        title_en="The day",
        language=EventLanguage.SWEDISH,
        occasions=[make_occasion(DAY)],
        state=EventState.CANCELLED,
    )
    page = client.get_page("/en/events/dagen")
    assert page.heading == "The day"
    assert page.one("h1").get("lang") is None
    assert page.one(".lead-text")["lang"] == "sv"
    assert page.one(".prose")["lang"] == "sv"
    assert "Wednesday 25 November 2026, 09:00–15:30" in page.texts(".fact dd")
    assert page.text_of(".panel-danger").startswith("This training day is cancelled")
    assert page.click("På svenska").url == "/aktiviteter/dagen"


def test_an_old_address_leads_to_the_new_one(client: PageClient, frozen_now: FrozenClock):
    event = make_event(slug="ny")
    db.session.add(FormerSlug(slug="gammal", event_id=event.id))
    response = client.get("/aktiviteter/gammal")
    assert (response.status_code, response.headers["Location"]) == (301, "/aktiviteter/ny")
    assert client.get("/en/events/gammal").headers["Location"] == "/en/events/ny"


@pytest.mark.parametrize("slug", ["finns-inte", "utkast", "..", "a%00b", "a" * 3000])
def test_what_is_not_public_is_not_found(client: PageClient, frozen_now: FrozenClock, slug: str):
    make_event(slug="utkast", state=EventState.DRAFT)
    assert client.get_page(f"/aktiviteter/{slug}", status=404).heading == "Sidan finns inte"


def test_at_most_twelve_statements(
    client: PageClient, frozen_now: FrozenClock, queries: Queries, sign_in: Callable[..., User]
):
    event = make_event(
        slug="dagen",
        topics=[make_topic()],
        target_groups=[make_target_group("chefer")],
        links=[make_link()],
        co_organisers=[make_organiser("region-a", name_sv="Region A")],
    )
    for hour in (9, 10, 11):
        db.session.add(
            ProgrammeItem(
                event_id=event.id,
                starts_at=from_swedish(DAY, time(hour)),
                title_sv="Punkt",
                speakers=[Speaker(name="Åsa"), Speaker(name="Örjan")],
            )
        )
    sign_in()
    with queries() as sent:
        client.get("/aktiviteter/dagen")
    assert len(sent) <= 12


def test_how_one_gets_in_is_a_fact_and_the_code_is_not(client: PageClient):
    page = opened(client, admission=Admission.CODE, admission_code="hemligt-ord")
    assert facts(page)["Anmälan"] == "Anmälan kräver en kod"
    assert "hemligt-ord" not in str(page.soup)


def test_how_many_wait_is_nobody_else_s_business(client: PageClient):
    event = make_event(slug="dagen", capacity_total=1, waiting_list=WaitingListRule.OFFER)
    make_registration(event)
    for _ in range(7):
        make_registration(event, status=RegistrationStatus.WAITING)
    side = client.get_page("/aktiviteter/dagen").text_of(SIDE)
    assert side.startswith("Fullt – du kan ställa dig på reservlistan Ställ dig på reservlistan")
    assert "7" not in side.split("Frågor?")[0].split("Spara datumet")[0]


def test_what_the_dates_of_a_series_share_is_taken_by_them_all(client: PageClient):
    series = make_series()
    series.shared_capacity = 2
    set_pools("series", series.id, {PoolName.ALL: 2})
    make_registration(make_event(series_id=series.id))
    event = make_event(slug="dagen", series_id=series.id)
    assert client.get_page("/aktiviteter/dagen").text_of(SIDE).startswith("1 av 80 plats kvar Anmäl dig")
    make_registration(event)
    assert client.get_page("/aktiviteter/dagen").text_of(SIDE).startswith("Fullt Alla platser är tagna.")
    assert client.get_page("/aktiviteter").texts(".event-row-places") == ["Fullt", "Fullt"]
