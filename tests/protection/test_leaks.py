"""Unmistakable words are planted as name, address, telephone number, title and note, in every way that a person leaves traces.
Once the record is locked they are looked for everywhere: they are found nowhere but under seal."""

import io
import logging
import zipfile
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from eventsapp.accounts.models import User
from eventsapp.admission.allocation import draw_lots
from eventsapp.attendees.queries import AttendeeColumn, attendee_figures
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import Admission, Event, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.protection.queries import details_of
from eventsapp.questions.models import AskedAt
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.companions import keep_names
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.web.pages import site_url
from tests.factories.asked import make_question, make_questions
from tests.factories.events import make_event
from tests.factories.invitations import make_invitation
from tests.factories.registrations import make_registration, make_submission
from tests.leaks import leaking_bytes, leaking_columns, leaking_letter_files, leaks
from tests.page_client import PageClient

SECRETS = {
    "name": "Zebrastina Qvarnholm",
    "email": "Zebrastina.Qvarnholm@plantering.example.se",
    "phone": "070-987 65 43",
    "job_title": "Hemlig Domptör",
    "organisation": "Dolda Hörnet AB",
}
NEEDLES = (
    "zebrastina",
    "qvarnholm",
    "plantering",
    "987 65 43",
    "domptör",
    "domptor",
    "dolda hörnet",
    "dolda h",
)
ALL_NEEDLES = (*NEEDLES, "gömstället")


def plant(event: Event, client: PageClient, run_job: Callable[[str], None]) -> int:
    """The person signs up as anybody does, once more from another tab, and changes after the last day, of which the
    officer has a letter; they are invited too. Answers the id of the registration."""
    for _ in range(2):
        client.get_page(f"/aktiviteter/{event.slug}/anmalan").submit(
            {**SECRETS, "food": "other", "food_other": "Zebrastinas mat", "Vem är du?": "Jag är Zebrastina"}
        )
    make_invitation(event, name=SECRETS["name"], email=SECRETS["email"])
    person = db.session.scalars(select(Registration).where(Registration.name == SECRETS["name"])).one()
    person.event = get_event_in_letters(event.id)
    person.event.registration_closes_on = swedish_today(now()) - timedelta(days=1)
    db.session.flush()
    keep_names(person, ["Zebrastinas syster"])
    typed = make_submission(event, **SECRETS, food="vegan")
    change_registration(person, typed, actor=Actor.participant(person.id))
    db.session.commit()
    run_job("deliver_letters")
    return person.id


def staff_addresses(event: Event, person: Registration) -> list[str]:
    here = f"/personal/aktiviteter/{event.id}"
    columns = "&".join(f"kolumn={column.value}" for column in AttendeeColumn)
    return [
        "/personal",
        "/personal/aktiviteter",
        here,
        f"{here}/deltagare?{columns}",
        f"{here}/deltagare?{columns}&sortera=organisation",
        f"{here}/deltagare/{person.id}",
        f"{here}/deltagare/{person.id}/andra",
        *([f"{here}/deltagare/{person.id}/svar"] if event.has_questions else []),
        f"{here}/deltagare/{person.id}/avanmal",
        f"{here}/deltagare/{person.id}/las",
        f"{here}/deltagare/{person.id}/ny-kod",
        f"{here}/behov",
        f"{here}/historik",
        f"{here}/inbjudna",
        "/personal/brev",
        *(f"/personal/brev/{letter}" for letter in letter_ids()),
    ]


def letter_ids() -> list[int]:
    return list(db.session.scalars(text("SELECT id FROM letters ORDER BY id")))


def public_addresses(event: Event) -> list[str]:
    return [
        "/",
        "/aktiviteter",
        f"/aktiviteter/{event.slug}",
        f"/aktiviteter/{event.slug}/anmalan",
        f"/en/events/{event.slug}",
        "/prenumerera",
        "/min/kod",
        site_url("feeds.event", slug=event.slug, lang="sv"),
        site_url("feeds.calendar", lang="sv"),
    ]


def unpacked(content: bytes) -> str:
    """All that an Excel file says."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "\n".join(book.read(name).decode("utf-8") for name in book.namelist())


def exports(client: PageClient, event: Event) -> dict[str, str]:
    columns = "&".join(f"kolumn={column.value}" for column in AttendeeColumn)
    address = f"/personal/aktiviteter/{event.id}/deltagare"
    token = client.csrf_token(address)
    files = {
        kind: client.post(f"{address}/export?{columns}", data={"csrf_token": token, "format": kind}).data
        for kind in ("xlsx", "csv")
    }
    return {"xlsx": unpacked(files["xlsx"]), "csv": files["csv"].decode("utf-8-sig")}


def assert_clean_everywhere(
    client: PageClient, event: Event, person: Registration, needles: tuple[str, ...] = NEEDLES
) -> None:
    """No page and no file that anybody can open says who it is; the alias stands where the name stood."""
    found = {}
    for address in [*staff_addresses(event, person), *public_addresses(event)]:
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code in (200, 409), address  # The form may be closed.
        found[address] = leaks(answer.data, needles)
    assert {address: words for address, words in found.items() if words} == {}
    for needle in needles[:2]:
        page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare?q={needle}")
        assert "Ingen passar in på urvalet" in page.text
    for content in exports(client, event).values():
        assert leaks(content, needles) == []
        assert person.name in content


def test_a_locked_record_is_found_nowhere_but_under_seal(
    client: PageClient,
    officer: User,
    run_job: Callable[[str], None],
    backend: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    event = make_event(asks_phone=True, asks_food=True)
    make_questions(event.id, make_question(label="Vem är du?"), asked_at=AskedAt.SIGN_UP)
    make_registration(event, name="Bo Berg", email="bo@example.se")
    db.session.commit()
    with_name = plant(event, client, run_job)
    assert {
        "registrations.name",
        "registrations.email_key",
        "registrations.phone",
        "registrations.job_title",
        "registrations.organisation_sort_key",
        "registrations.search_text",
        "letters.recipient",
        "letters.body_text",
        "invitations.email",
        "letters.body_html",
        "answers.value",
        "companions.name",
    } <= set(leaking_columns(NEEDLES))
    assert len(leaking_letter_files(client.app, NEEDLES)) >= 3
    assert backend != "sqlite" or leaking_bytes(NEEDLES) != []
    officers = db.session.scalars(select(Letter).where(Letter.kind == "officer_late_change")).one()
    assert SECRETS["name"] in officers.body_text

    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare/{with_name}/las")
    page = page.submit({"Lås också organisationen": True})
    assert page.heading == "Koden till Deltagare 1"

    person = db.session.get(Registration, with_name)
    assert leaks(page.text, NEEDLES) == []
    assert leaking_columns(NEEDLES) == []
    db.session.refresh(officers)
    assert "Deltagare 1" in officers.body_text
    assert details_of(person.id).name == SECRETS["name"]
    assert_clean_everywhere(client, event, person)
    assert leaking_letter_files(client.app, NEEDLES) == []
    assert leaks(caplog.text, NEEDLES) == []
    if backend == "sqlite":
        assert leaking_bytes(NEEDLES) == []


@pytest.mark.parametrize(
    ("status", "facts", "list_page"),
    [
        ("waiting", {"capacity_total": 0, "waiting_list": WaitingListRule.OFFER}, "reservlista"),
        ("applied", {"admission": Admission.APPROVAL}, "ansokningar"),
        (
            "applied",
            {"admission": Admission.ALLOCATION, "registration_closes_on": date(2026, 1, 1)},
            "fordelning",
        ),
    ],
)
def test_one_who_waits_or_has_applied_is_an_alias_there_too(
    client: PageClient, officer: User, status: str, facts: dict[str, object], list_page: str
) -> None:
    event = make_event(**facts)
    person = make_registration(
        event,
        status=RegistrationStatus(status),
        name=SECRETS["name"],
        email=SECRETS["email"],
        organisation_name=SECRETS["organisation"],
    )
    if list_page == "fordelning":
        draw_lots(get_event_in_letters(event.id), actor=Actor.system())
    address = f"/personal/aktiviteter/{event.id}/{list_page}"
    assert leaks(client.get_page(address).text, NEEDLES) != []
    client.get_page(f"/personal/aktiviteter/{event.id}/deltagare/{person.id}/las").submit(
        {"Lås också organisationen": True}
    )
    page = client.get_page(address)
    assert leaks(page.text, NEEDLES) == []
    assert "Deltagare 1" in page.text
    db.session.refresh(person)
    assert person.status is RegistrationStatus(status)


@pytest.mark.parametrize("waits", [False, True])
def test_what_is_noted_of_an_alias_is_found_nowhere_but_under_seal(
    client: PageClient, officer: User, backend: str, caplog: pytest.LogCaptureFixture, waits: bool
) -> None:
    caplog.set_level(logging.DEBUG)
    event = make_event(capacity_total=1 if waits else 9, waiting_list=WaitingListRule.OFFER, asks_food=True)
    make_registration(event, name="Bo Berg", email="bo@example.se")
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare/alias").submit(
        {
            "sealed_name": SECRETS["name"],
            "sealed_phone": SECRETS["phone"],
            "sealed_note": "Bor på Gömstället 4",
            "municipality": "2480",
        }
    )
    assert leaks(page.text, ALL_NEEDLES) == []
    person = db.session.scalars(select(Registration).where(Registration.alias_number == 1)).one()
    assert person.status is (RegistrationStatus.WAITING if waits else RegistrationStatus.CONFIRMED)
    assert letter_ids() == []
    assert leaking_columns(ALL_NEEDLES) == []
    assert_clean_everywhere(client, event, person, ALL_NEEDLES)
    assert leaks(caplog.text, ALL_NEEDLES) == []
    if backend == "sqlite":
        assert leaking_bytes(ALL_NEEDLES) == []
    queue = client.get_page(f"/personal/aktiviteter/{event.id}/reservlista")
    assert ("Deltagare 1" in queue.text) is waits
    assert attendee_figures(event.id, "24").municipalities == (0 if waits else 1)
