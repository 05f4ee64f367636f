"""The device that remembers a person: one click where nothing more is asked, else a form that is filled in."""

from collections.abc import Callable
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest

from eventsapp.core.actor import Actor
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.events.models import Admission, Event, EventFormat, WaitingListRule
from eventsapp.participants import remembered
from eventsapp.places.models import QuotaBy
from eventsapp.questions.models import AskedAt
from eventsapp.registrations.models import Profession, Registration, RegistrationStatus
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.rules import asks_only_who
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.questions import add, build, question_facts
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient

EMAIL = "asa.ahlstrom@umea.example.se"
ANSWERS = {
    "Namn": "Åsa Ahlström",
    "E-postadress": EMAIL,
    "Var arbetar du?": "Umeå kommun",
    "Befattning": "Kurator",
    "Yrkesgrupp": "Socialtjänst",
}
BUTTON = "Anmäl dig som Åsa Ahlström"
REMEMBER = "Kom ihåg mig på den här enheten"
FORGET = "Glöm mig på den här enheten"


def page_of(event: Event) -> str:
    return f"/aktiviteter/{event.slug}"


def sign_up(client: PageClient, event: Event) -> Page:
    return client.get_page(f"{page_of(event)}/anmalan").submit(ANSWERS, button="Skicka anmälan")


@pytest.fixture
def known(client: PageClient) -> PageClient:
    """A browser that remembers Åsa, as the receipt of an earlier activity offers it."""
    sign_up(client, make_event(title="Förra gången")).submit(button=REMEMBER)
    return client


def registered(event: Event) -> Registration:
    return db.session.query(Registration).filter_by(event_id=event.id).one()


def nobody(event: Event) -> bool:
    return db.session.query(Registration).filter_by(event_id=event.id).count() == 0


def cookie_of(answer: Any) -> Any:
    (line,) = [
        line for line in answer.headers.getlist("Set-Cookie") if line.startswith(f"{remembered.COOKIE}=")
    ]
    return SimpleCookie(line)[remembered.COOKIE]


@pytest.mark.parametrize("admission", Admission)
def test_who_one_is_is_enough_where_anybody_may_come(admission: Admission) -> None:
    anybody = {Admission.FIRST_COME, Admission.APPROVAL}
    event = Event(admission=admission, format=EventFormat.ONSITE)
    assert asks_only_who(event) is (admission in anybody)
    event.format = EventFormat.HYBRID
    assert asks_only_who(event) is False


def test_nothing_is_remembered_unless_one_asks_for_it(client: PageClient) -> None:
    receipt = sign_up(client, make_event())
    assert REMEMBER in receipt.buttons()
    assert client.browser.get_cookie(remembered.COOKIE) is None
    event = make_event()
    page = client.get_page(page_of(event))
    assert "Åsa" not in page.text and page.href("Anmäl dig") == f"{page_of(event)}/anmalan"
    assert client.get_page(f"{page_of(event)}/anmalan").form("Skicka anmälan").values["name"] == [""]


def test_the_cookie_is_for_us_alone(client: PageClient) -> None:
    answer = sign_up(client, make_event()).form(REMEMBER).send()
    cookie = cookie_of(answer)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", str(365 * 24 * 3600))
    assert cookie["secure"] == ""
    for secret in ("Åsa", "asa", EMAIL, "Kurator"):
        assert secret not in cookie.value


def test_one_click_and_no_field(known: PageClient) -> None:
    event = make_event()
    receipt = known.get_page(page_of(event)).submit(button=BUTTON)
    assert receipt.heading == "Du är anmäld"
    assert receipt.url == f"{page_of(event)}/anmalan/klar"
    assert f"på väg till {EMAIL}" in receipt.text
    person = registered(event)
    assert (person.name, person.email, person.organisation_name, person.job_title, person.profession) == (
        "Åsa Ahlström",
        EMAIL,
        "Umeå kommun",
        "Kurator",
        Profession.SOCIAL_SERVICES,
    )
    assert person.status is RegistrationStatus.CONFIRMED
    assert FORGET in receipt.buttons() and REMEMBER not in receipt.buttons()


def test_a_double_click_gives_one_registration_and_one_letter(known: PageClient) -> None:
    event = make_event()
    form = known.get_page(page_of(event)).form(BUTTON)
    assert form.submit().heading == form.submit().heading == "Du är anmäld"
    assert registered(event).told_registered_at is None


def test_the_button_and_the_form_of_one_page_give_one_registration(known: PageClient) -> None:
    event = make_event()
    page = known.get_page(f"{page_of(event)}/anmalan")
    page.submit(button=BUTTON)
    assert page.submit({"Befattning": "Rektor"}, button="Skicka anmälan").heading == "Du är anmäld"
    assert registered(event).job_title == "Kurator"


def test_in_english_too(known: PageClient) -> None:
    event = make_event(title_en="A day")
    page = known.get_page(f"/en/events/{event.slug}")
    form = next(form for form in page.soup.select("form") if str(form["action"]).endswith("/direct"))
    data = {str(field["name"]): str(field["value"]) for field in form.select("input")}
    assert known.post(str(form["action"]), data=data).status_code == 303
    assert registered(event).language == "en"


def test_where_places_are_given_out_the_button_applies(known: PageClient) -> None:
    event = make_event(admission=Admission.APPROVAL)
    receipt = known.get_page(page_of(event)).submit(button="Sök en plats som Åsa Ahlström")
    assert receipt.heading == "Vi har tagit emot din anmälan"
    assert registered(event).status is RegistrationStatus.APPLIED


def test_where_it_is_full_the_button_waits(known: PageClient) -> None:
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.OFFER)
    make_registration(event, email="fore@example.se")
    receipt = known.get_page(page_of(event)).submit(button="Ställ dig på reservlistan som Åsa Ahlström")
    assert receipt.heading == "Du står på reservlistan som nummer 1"


def test_where_it_is_full_and_nobody_may_wait_there_is_no_button(known: PageClient) -> None:
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.NONE)
    form = known.get_page(page_of(event)).form(BUTTON)
    make_registration(event, email="fore@example.se")
    assert BUTTON not in known.get_page(page_of(event)).buttons()
    # The last place went while the page was open.
    page = form.submit(status=409)
    assert page.heading == known.get_page(f"{page_of(event)}/anmalan", status=409).heading


def code(event: Event) -> None:
    event.admission, event.admission_code = Admission.CODE, "vinter"


def allocation(event: Event) -> None:
    event.admission = Admission.ALLOCATION


def invitation(event: Event) -> None:
    event.admission = Admission.INVITATION


def hybrid(event: Event) -> None:
    event.format = EventFormat.HYBRID


def closed(event: Event) -> None:
    event.registration_closes_on = swedish_today() - timedelta(days=1)


@pytest.mark.parametrize("asking", [code, allocation, invitation, hybrid, closed])
def test_where_more_is_asked_one_click_does_nothing(
    known: PageClient, asking: Callable[[Event], None]
) -> None:
    event = make_event()
    form = known.get_page(page_of(event)).form(BUTTON)
    asking(event)
    assert BUTTON not in known.get_page(page_of(event)).buttons()
    answer = form.send()
    assert answer.headers["Location"] == f"{page_of(event)}/anmalan"
    assert nobody(event)


def test_a_form_that_asks_more_comes_filled_in(known: PageClient) -> None:
    event = make_event(format=EventFormat.HYBRID)
    page = known.get_page(f"{page_of(event)}/anmalan")
    assert BUTTON not in page.buttons()
    assert "Formuläret är ifyllt med det vi vet." in page.text
    values = page.form("Skicka anmälan").values
    assert [values[name] for name in ("name", "email", "organisation", "job_title", "profession")] == [
        ["Åsa Ahlström"],
        [EMAIL],
        ["Umeå kommun"],
        ["Kurator"],
        ["socialtjanst"],
    ]
    receipt = page.submit({"mode": "online"}, button="Skicka anmälan")
    assert receipt.heading == "Du är anmäld"


def test_what_is_typed_goes_before_what_is_remembered(known: PageClient) -> None:
    event = make_event()
    page = known.get_page(f"{page_of(event)}/anmalan")
    page = page.submit({"Namn": "", "Befattning": ""}, button="Skicka anmälan", status=400)
    values = page.form("Skicka anmälan").values
    assert (values["name"], values["job_title"]) == ([""], [""])


def test_a_quota_by_profession_needs_one(client: PageClient) -> None:
    sign_up_without = dict(ANSWERS) | {"Yrkesgrupp": ""}
    page = client.get_page(f"{page_of(make_event())}/anmalan")
    page.submit(sign_up_without, button="Skicka anmälan").submit(button=REMEMBER)
    event = make_event(capacity_total=10)
    form = client.get_page(page_of(event)).form(BUTTON)
    set_quotas(
        get_event_in_letters(event.id),
        [QuotaFacts(by=QuotaBy.PROFESSION, key="socialtjanst", capacity=2)],
        actor=Actor.system(),
    )
    assert BUTTON not in client.get_page(page_of(event)).buttons()
    assert form.send().headers["Location"] == f"{page_of(event)}/anmalan"
    assert nobody(event)


def test_forgetting_is_one_click_too(known: PageClient) -> None:
    event = make_event()
    page = known.get_page(page_of(event))
    form = page.form(BUTTON)
    page = page.submit(button=FORGET)
    assert page.messages == ["Den här enheten har glömt vem du är."]
    assert BUTTON not in page.buttons()
    assert known.browser.get_cookie(remembered.COOKIE) is None
    assert form.send().headers["Location"] == f"{page_of(event)}/anmalan"
    assert nobody(event)


def test_a_page_that_says_who_it_is_stays_out_of_every_cache(known: PageClient) -> None:
    event = make_event()
    urls = (page_of(event), f"{page_of(event)}/anmalan", f"/en/events/{event.slug}")
    for url in urls:
        assert known.get(url).headers["Cache-Control"] == "private, no-store"
    known.forget_cookies()
    for url in urls:
        answer = known.get(url)
        assert answer.headers["Cache-Control"] == "private, no-cache"
        assert "Åsa" not in answer.text


def test_answers_for_everybody_are_the_same_for_one_who_is_remembered(known: PageClient) -> None:
    event = make_event()
    urls = (f"{page_of(event)}/kalender.ics", "/kalender.ics")
    mine = [known.get(url) for url in urls]
    known.forget_cookies()
    for url, answer in zip(urls, mine, strict=True):
        other = known.get(url)
        assert (answer.get_data(), answer.headers["Cache-Control"]) == (
            other.get_data(),
            other.headers["Cache-Control"],
        )


def test_one_who_is_unknown_costs_the_event_page_nothing(client: PageClient, queries) -> None:
    event = make_event()
    url = page_of(event)
    with queries() as before:
        client.get(url)
    sign_up(client, make_event()).submit(button=REMEMBER)
    with queries() as after:
        client.get(url)
    # The choices of the programme and the questions that must be answered; a profession is known.
    assert len(after) - len(before) == 2


@pytest.mark.parametrize("value", ["", "skrap", "gAAAAABskrap", "åäö"])
def test_a_cookie_that_is_not_ours_is_nobody(client: PageClient, value: str) -> None:
    client.browser.set_cookie(remembered.COOKIE, value)
    assert client.get_page(page_of(make_event())).href("Anmäl dig")


def test_it_is_over_after_twelve_months_whatever_the_browser_says(
    known: PageClient, frozen_now: FrozenClock
) -> None:
    frozen_now.advance(days=800)
    assert BUTTON not in known.get_page(page_of(make_event())).buttons()


def test_without_the_forms_token_nothing_happens(known: PageClient) -> None:
    event = make_event()
    assert known.post(f"{page_of(event)}/anmalan/direkt").status_code == 303
    assert nobody(event)
    for path in ("kom-ihag", "glom"):
        answer = known.post(f"{page_of(event)}/anmalan/{path}")
        assert remembered.COOKIE not in str(answer.headers.getlist("Set-Cookie"))


def test_the_page_on_cookies_names_this_one(client: PageClient) -> None:
    for url in ("/kakor", "/en/cookies"):
        assert remembered.COOKIE in client.get_page(url).text


@pytest.mark.parametrize(
    ("facts", "asked_at", "is_enough"),
    [
        ({"is_required": True}, AskedAt.SIGN_UP, False),
        ({"is_required": False}, AskedAt.SIGN_UP, True),
        ({"is_required": True}, AskedAt.AFTER, True),
        ({"is_required": True, "is_staff_only": True}, AskedAt.SIGN_UP, True),
    ],
)
def test_a_question_that_must_be_answered_in_the_form_needs_it(
    known: PageClient, facts: dict[str, Any], asked_at: AskedAt, is_enough: bool
) -> None:
    event = make_event()
    add(build(event), question_facts(**facts), asked_at=asked_at)
    page = known.get_page(page_of(event))
    assert (BUTTON in page.buttons()) is is_enough
    if is_enough:
        assert page.submit(button=BUTTON).heading == "Du är anmäld"
