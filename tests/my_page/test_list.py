"""The list behind the link: whose it is, what it leads to, and when it ends."""

from datetime import timedelta

import pytest

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.text import email_key
from eventsapp.events.models import Event, EventState, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.participants.models import Device, EntryLink
from eventsapp.protection.locking import lock_record
from eventsapp.registrations.models import EndReason, PersonalLink, Registration, RegistrationStatus
from eventsapp.registrations.queries import find_with_event, get_event_in_letters
from tests.factories.events import make_event, make_occasion
from tests.factories.participants import let_in, mailed_link
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient

ADDRESS = "asa.ahlstrom@umea.example.se"


def past_event(title: str) -> Event:
    day = swedish_today() - timedelta(days=9)
    return make_event(title=title, state=EventState.COMPLETED, occasions=[make_occasion(day)])


def lines(page: Page) -> list[str]:
    return page.texts("article .event-row-title")


def open_first(page: Page) -> Page:
    (button,) = [name for name in page.buttons() if name.startswith("Öppna ")]
    return page.submit(button=button)


def test_all_of_a_persons_registrations_and_nobody_elses(client: PageClient) -> None:
    full = make_event(title="Full dag", capacity_total=1, waiting_list=WaitingListRule.AUTOMATIC)
    for number in range(2):
        make_registration(full, email=f"fore{number}@example.se", status=RegistrationStatus.WAITING)
    make_registration(full, email=ADDRESS, status=RegistrationStatus.WAITING)
    make_registration(make_event(title="Avanmäld dag"), email=ADDRESS, status=RegistrationStatus.CANCELLED)
    make_registration(past_event("Förra dagen"), email=ADDRESS)
    make_registration(make_event(title="Någon annans dag"), email="annan@example.se")
    page = let_in(client, ADDRESS)
    assert page.heading == "Mina anmälningar"
    assert lines(page) == ["Full dag", "Avanmäld dag", "Förra dagen"]
    assert page.texts("h2")[:2] == ["Kommande", "Tidigare"]
    assert page.texts("article .pill")[:3] == ["På reservlistan", "Avanmäld", "Anmäld"]
    assert "Nummer 3 på reservlistan" in page.text
    assert f"adressen {ADDRESS}" in page.text


def test_the_list_asks_the_same_number_of_questions_for_three(client: PageClient, queries) -> None:
    counts: list[int] = []
    for _ in range(2):
        for _ in range(2):
            make_registration(
                make_event(waiting_list=WaitingListRule.OFFER),
                email=ADDRESS,
                status=RegistrationStatus.WAITING,
            )
        if not counts:
            let_in(client, ADDRESS)
        with queries() as statements:
            client.get("/min/anmalningar")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_registration_is_opened_changed_and_cancelled(client: PageClient) -> None:
    registration = make_registration(make_event(title="Min dag"), email=ADDRESS)
    page = open_first(let_in(client, ADDRESS))
    assert page.heading == "Du är anmäld, Åsa"
    assert page.one("svg[role=img]") is not None
    changed = page.click("Ändra din anmälan").submit({"Befattning": "Kurator"}, button="Spara ändringarna")
    assert db.session.get_one(Registration, registration.id).job_title == "Kurator"
    gone = changed.click("Avanmäl dig").submit(button="Avanmäl mig")
    assert gone.heading == "Du är avanmäld"
    db.session.expire_all()
    assert registration.status is RegistrationStatus.CANCELLED
    assert lines(gone.click("Mina anmälningar")) == ["Min dag"]


def test_opening_again_leads_to_the_same_page_and_ticket(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    page = let_in(client, ADDRESS)
    first, second = open_first(page), open_first(page)
    assert first.url == second.url
    assert first.text_of(".code") == second.text_of(".code")
    assert db.session.query(PersonalLink).count() == 1


def test_such_an_address_opens_nothing_on_another_device(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    url = open_first(let_in(client, ADDRESS)).url
    client.forget_cookies()
    assert client.get_page(url).url == "/min"
    token = client.csrf_token("/min")
    answer = client.post(f"{url}/avanmal", data={"csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/min")
    let_in(client, ADDRESS)
    assert client.get_page(url).url == "/min/anmalningar"
    assert db.session.query(Registration).one().status is RegistrationStatus.CONFIRMED


def test_nor_after_this_device_was_shown_out(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    page = let_in(client, ADDRESS)
    url = open_first(page).url
    out = client.get_page("/min").submit(button="Sluta visa mina anmälningar här")
    assert out.url == "/min"
    assert out.messages == ["Den här enheten visar inte dina anmälningar längre."]
    assert db.session.query(Device).count() == 0
    assert client.get_page(url).url == "/min"
    assert client.get_page("/min/anmalningar").url == "/min"


def test_nobody_elses_registration_is_opened(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    other = make_registration(make_event(), email="annan@example.se")
    alias = make_registration(make_event(), email="", name="Deltagare 1", alias_number=1)
    let_in(client, ADDRESS)
    token = client.csrf_token("/min/anmalningar")
    for one in (other.id, alias.id, 999_999):
        answer = client.post(f"/min/anmalningar/{one}/oppna", data={"csrf_token": token})
        assert answer.status_code == 404
    client.forget_cookies()
    token = client.csrf_token("/min")
    answer = client.post(f"/min/anmalningar/{other.id}/oppna", data={"csrf_token": token})
    assert answer.headers["Location"] == "/min"


def test_without_the_forms_token_nothing_is_opened_or_ended(client: PageClient) -> None:
    own = make_registration(make_event(), email=ADDRESS)
    let_in(client, ADDRESS)
    device = db.session.query(Device).one()
    for path in (
        f"/min/anmalningar/{own.id}/oppna",
        "/min/ut",
        f"/min/enheter/{device.id}/avsluta",
        "/min/kom-ihag",
        "/min/glom",
    ):
        assert "eventsapp_" not in str(client.post(path).headers.getlist("Set-Cookie")).replace(
            "eventsapp=", ""
        )
    assert db.session.query(Device).count() == 1
    assert db.session.query(PersonalLink).count() == 0


def test_other_devices_are_seen_and_shown_out(client: PageClient, app) -> None:
    make_registration(make_event(), email=ADDRESS)
    phone = PageClient(app, client.watch)
    let_in(phone, ADDRESS, stay="I tolv månader")
    device = db.session.query(Device).one()
    device.browser = "Firefox, Android"
    stranger = mailed_link("annan@example.se")
    PageClient(app, client.watch).get_page(stranger).submit(button="Visa mina anmälningar")
    page = let_in(client, ADDRESS)
    assert [name for name in page.buttons() if name.startswith("Avsluta")] == ["Avsluta Firefox, Android"]
    page = page.submit(button="Avsluta Firefox, Android")
    assert page.messages == ["Den andra enheten visar inte dina anmälningar längre."]
    assert phone.get_page("/min/anmalningar").url == "/min"
    assert client.get_page("/min").url == "/min/anmalningar"


def test_a_device_of_somebody_else_is_not_shown_out(client: PageClient, app) -> None:
    make_registration(make_event(), email=ADDRESS)
    other = PageClient(app, client.watch)
    let_in(other, "annan@example.se")
    theirs = db.session.query(Device).one().id
    let_in(client, ADDRESS)
    token = client.csrf_token("/min/anmalningar")
    client.post(f"/min/enheter/{theirs}/avsluta", data={"csrf_token": token})
    assert other.get_page("/min").url == "/min/anmalningar"


def test_a_corrected_address_leaves_no_door_open(client: PageClient) -> None:
    registration = make_registration(make_event(title="Min dag"), email=ADDRESS)
    url = open_first(let_in(client, ADDRESS)).url
    registration.email, registration.email_key = "ratt@example.se", email_key("ratt@example.se")
    assert client.get_page(url).url == "/min/anmalningar"
    assert lines(client.get_page("/min")) == []
    client.forget_cookies()
    assert lines(let_in(client, "ratt@example.se")) == ["Min dag"]


def test_a_locked_record_is_shown_to_nobody_and_its_address_is_gone(client: PageClient) -> None:
    registration = make_registration(make_event(), email=ADDRESS)
    url = open_first(let_in(client, ADDRESS)).url
    unused = mailed_link(ADDRESS)
    person = find_with_event(registration.id)
    assert person is not None
    lock_record(
        get_event_in_letters(person.event_id),
        person,
        seal_organisation=False,
        actor=Actor.user(7, "Karin Öberg"),
    )
    assert client.get_page(url).url == "/min"
    assert client.get_page("/min/anmalningar").url == "/min"
    assert client.get_page(unused, status=404).heading == "Länken går inte att använda"
    for table in (Device, EntryLink, Letter):
        assert db.session.query(table).count() == 0
    client.get_page("/min").submit({"E-postadress": ADDRESS})
    assert db.session.query(Letter).count() == 0


def test_a_ticket_is_good_after_the_device_is_out(client: PageClient) -> None:
    """It may hang on somebody's wall."""
    make_registration(make_event(), email=ADDRESS)
    let_in(client, ADDRESS)
    open_first(client.get_page("/min"))
    client.get_page("/min").submit(button="Sluta visa mina anmälningar här")
    link = db.session.query(PersonalLink).one()
    assert link.revoked_at is None and link.device_digest is not None


def test_the_list_in_english(client: PageClient) -> None:
    make_registration(make_event(), email=ADDRESS)
    let_in(client, ADDRESS)
    assert client.get_page("/en/my").url == "/en/my/registrations"


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (EndReason.HANDED_OVER, "Du har lämnat över din plats"),
        (EndReason.OTHER_DATE, "Du har bytt datum"),
        (EndReason.SILENT, "Svarade inte i tid"),
    ],
)
def test_why_a_registration_has_ended(client: PageClient, reason: EndReason, words: str) -> None:
    make_registration(make_event(), email=ADDRESS, status=RegistrationStatus.CANCELLED, end_reason=reason)
    assert words in let_in(client, ADDRESS).texts("article .event-row-meta")


@pytest.mark.parametrize("path", ["/min/anmalningar", "/en/my/registrations"])
def test_the_list_without_a_device_leads_to_where_one_asks(client: PageClient, path: str) -> None:
    assert client.get_page(path).url in ("/min", "/en/my")
    client.browser.set_cookie("eventsapp_device", "forfalskad")
    assert client.get_page(path).url in ("/min", "/en/my")


def test_the_device_remembers_the_latest_registration(client: PageClient) -> None:
    make_registration(
        make_event(), email=ADDRESS, job_title="Gammal titel", registered_at=now() - timedelta(days=9)
    )
    make_registration(
        make_event(), email=ADDRESS, job_title="Kurator", organisation_name="Region Västerbotten"
    )
    page = let_in(client, ADDRESS).submit(button="Kom ihåg mig på den här enheten")
    assert page.messages == ["Den här enheten minns dig nu."]
    assert f"minns enheten dig som Åsa Ahlström, {ADDRESS}" in page.text
    form = client.get_page(f"/aktiviteter/{make_event().slug}/anmalan").form("Skicka anmälan")
    assert form.values["job_title"] == ["Kurator"]
    assert form.values["organisation"] == ["Region Västerbotten"]
    page = client.get_page("/min").submit(button="Glöm mig på den här enheten")
    assert page.messages == ["Den här enheten har glömt vem du är."]
    assert "minns enheten dig" not in page.text
