"""The waiting list as staff see it, and what they do there."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools
from eventsapp.registrations.models import (
    OfferOutcome,
    PlaceOffer,
    Registration,
    RegistrationGroup,
    RegistrationStatus,
)
from tests.conftest import FrozenClock
from tests.factories.events import make_event, make_occasion, make_series
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

WAITING, OFFERED, CONFIRMED = (
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.CONFIRMED,
)
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def full_event(places: int = 1, **facts: object) -> Event:
    """An activity whose places are taken, with a waiting list."""
    event = make_event(capacity_total=places, waiting_list=facts.pop("rule", WaitingListRule.OFFER), **facts)
    for number in range(places):
        make_registration(event, name=f"Har Plats{number}")
    return event


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/reservlista{rest}"


def letters(event: Event) -> list[tuple[str, str]]:
    return [
        (letter.kind, letter.recipient)
        for letter in db.session.scalars(
            select(Letter).where(Letter.event_id == event.id).order_by(Letter.id)
        )
    ]


def actions(registration: Registration) -> list[str]:
    return list(
        db.session.scalars(
            select(AuditEntry.action)
            .where(AuditEntry.subject_kind == "registration", AuditEntry.subject_id == registration.id)
            .order_by(AuditEntry.id)
        )
    )


def test_the_line_is_shown_in_its_order(client: PageClient) -> None:
    event = full_event()
    group = RegistrationGroup(event_id=event.id, all_or_none=True, created_at=event.created_at)
    db.session.add(group)
    db.session.flush()
    make_registration(event, status=WAITING, name="Bo Berg", municipality_code="2480")
    make_registration(
        event,
        status=WAITING,
        name="Ann Alm",
        organisation_name="Region X",
        group_id=group.id,
        takes_any_mode=True,
    )
    page = client.get_page(address(event))
    assert [row[1:7] for row in page.table("#line")] == [
        ["1", "Berg, Bo", "Umeå kommun", "Umeå", "På plats", "–"],
        [
            "2",
            "Alm, Ann",
            "Region X",
            "–",
            "På plats digitalt går också bra",
            f"Alla eller ingen grupp {group.id}",
        ],
    ]
    assert page.texts(".figure-card") == [
        "2 på reservlistan",
        "0 erbjudanden väntar på svar",
        "0 lediga platser",
    ]
    assert page.table("#pools") == [["Platser", "1", "1", "0", "0"]]
    assert "Reservlista (2)" in page.texts(".tabs a")
    assert "Den som får ett erbjudande har 48 timmar på sig att svara" in page.text


def test_offers_have_their_deadline_and_dead_ones_are_marked(
    client: PageClient, frozen_now: FrozenClock, officer: User
) -> None:
    event = make_event(capacity_total=2, waiting_list=WaitingListRule.OFFER)
    make_registration(event, status=OFFERED, name="Bo Berg")
    frozen_now.advance(hours=24)
    make_registration(event, status=OFFERED, name="Ann Alm")
    frozen_now.advance(hours=30)
    page = client.get_page(address(event))
    assert [row[0] + row[3] for row in page.table("#offers")] == [
        "Berg, Bo3 okt 2026 10.00 Tiden har gått ut",
        "Alm, Ann4 okt 2026 10.00",
    ]


def test_nobody_waits(client: PageClient) -> None:
    event = make_event(waiting_list=WaitingListRule.OFFER)
    assert "Ingen väntar" in client.get_page(address(event)).text
    assert "Ge plats" not in client.get_page(address(event)).buttons()


def test_the_first_gets_a_free_place(client: PageClient) -> None:
    event = full_event()
    first = make_registration(event, status=WAITING, name="Bo Berg")
    make_registration(event, status=WAITING, name="Ann Alm")
    page = client.get_page(address(event)).form("Ge plats").submit({"person": [str(first.id)]})
    assert page.heading == "Ge plats"
    assert "Ger du plats ändå blir det 1 person fler än antalet platser, och 1 brev skickas." in page.text
    assert "Varför går de före andra på listan?" not in page.text
    page = page.submit(button="Ge plats")
    assert page.messages == ["Ingen fick plats nu. Bo Berg fick inte plats, för det är fullt."]
    page = client.get_page(address(event, f"/ge-plats?person={first.id}")).submit(
        {"Ge plats även utöver antalet platser": True}, button="Ge plats"
    )
    assert page.messages == ["1 person har fått plats."]
    db.session.refresh(first)
    assert (first.status, first.waiting_order) == (CONFIRMED, None)
    assert actions(first) == ["registration.overbooked", "registration.given_place"]
    assert letters(event) == [("confirmed", first.email)]


def test_one_who_goes_before_others_needs_a_reason(client: PageClient) -> None:
    event = full_event()
    make_registration(event, status=WAITING, name="Bo Berg")
    second = make_registration(event, status=WAITING, name="Ann Alm")
    page = client.get_page(address(event)).form("Ge plats").submit({"person": [str(second.id)]})
    assert "Andra står före på listan och går miste om sin tur. Därför behövs ett skäl." in page.text
    page = page.submit({"Ge plats även utöver antalet platser": True}, button="Ge plats")
    assert page.problems == ["Skriv varför."]
    page = page.submit({"Varför går de före andra på listan?": "Hon håller i passet"}, button="Ge plats")
    assert page.messages == ["1 person har fått plats."]
    assert actions(second)[-1] == "registration.taken_before_others"
    assert "Hon håller i passet" in page.text_of("aside .history-short")


def test_more_than_the_page_said_are_not_put_above_the_number(client: PageClient) -> None:
    event = make_event(capacity_total=2, waiting_list=WaitingListRule.OFFER)
    make_registration(event)
    people = [make_registration(event, status=WAITING) for _ in range(2)]
    both = "&".join(f"person={one.id}" for one in people)
    page = client.get_page(address(event, f"/ge-plats?{both}"))
    assert "1 person får plats." in page.text
    make_registration(event)
    page = page.submit({"Ge plats även utöver antalet platser": True}, button="Ge plats")
    assert page.problems == ["Platser har tagits medan du läste, så det blir fler än sidan sade. Läs igen."]
    assert "blir det 2 personer fler än antalet platser" in page.text
    page = page.submit({"Ge plats även utöver antalet platser": True}, button="Ge plats")
    assert page.messages == ["2 personer har fått plats."]


def test_the_second_of_two_officers_is_told(client: PageClient) -> None:
    event = make_event(capacity_total=3, waiting_list=WaitingListRule.OFFER)
    one = make_registration(event, status=WAITING, name="Bo Berg")
    page = client.get_page(address(event, f"/ge-plats?person={one.id}"))
    assert page.submit(button="Ge 1 person plats").messages == ["1 person har fått plats."]
    assert page.submit(button="Ge 1 person plats").messages == [
        "Ingen fick plats nu. Bo Berg hade redan fått en plats."
    ]
    assert letters(event) == [("confirmed", one.email)]
    again = client.get_page(address(event, f"/ta-bort?person={one.id}"))
    assert "Ingen av dem väntar längre." in again.text


def test_a_place_is_offered_and_taken_back(client: PageClient) -> None:
    event = full_event(2)
    first = make_registration(event, status=WAITING, name="Bo Berg")
    second = make_registration(event, status=WAITING, name="Ann Alm")
    assert (
        "Det finns ingen ledig plats att erbjuda"
        in client.get_page(address(event, f"/erbjud?person={first.id}")).text
    )
    set_pools("event", event.id, {PoolName.ALL: 3})
    page = client.get_page(address(event, f"/erbjud?person={second.id}"))
    assert "1 person erbjuds en plats. 1 person får ett brev." in page.text
    page = page.submit({"Varför går de före andra på listan?": "Bor nära"}, button="Erbjud 1 person plats")
    assert page.messages == ["1 person har fått ett erbjudande."]
    assert [row[0] for row in page.table("#offers")] == ["Alm, Ann"]
    page = page.click("Dra tillbaka erbjudandet – Ann Alm")
    assert "Ann Alm ställs sist på reservlistan, som nummer 2." in page.text
    page = page.submit({"Varför?": "Fel person"}, button="Dra tillbaka erbjudandet")
    assert page.messages == ["Erbjudandet till Ann Alm är tillbakadraget."]
    assert [row[0] for row in page.table("#offers")] == ["Berg, Bo"]
    assert [row[2] for row in page.table("#line")] == ["Alm, Ann"]
    assert letters(event) == [
        ("place_offered", second.email),
        ("waiting", second.email),
        ("place_offered", first.email),
    ]


def test_people_are_taken_off_the_list_with_a_reason(client: PageClient) -> None:
    event = full_event()
    people = [make_registration(event, status=WAITING, name=f"Bo Berg{number}") for number in range(3)]
    both = "&".join(f"person={one.id}" for one in people[:2])
    page = client.get_page(address(event, f"/ta-bort?{both}"))
    assert "2 personer tas bort och får ett nej. 2 personer får ett brev." in page.text
    page = page.submit({"Varför?": ""}, button="Ta bort 2 personer")
    assert page.problems == ["Skriv varför."]
    page = page.submit({"Varför?": "Kursen är för rektorer"}, button="Ta bort 2 personer")
    assert page.messages == ["2 personer har fått nej."]
    assert letters(event) == [("refused", people[0].email), ("refused", people[1].email)]
    assert len(page.table("#line")) == 1


def test_one_is_moved_with_a_reason(client: PageClient) -> None:
    event = full_event()
    people = [make_registration(event, status=WAITING, name=f"Bo Berg{number}") for number in range(3)]
    page = client.get_page(address(event, f"/flytta?person={people[2].id}"))
    assert "Bo Berg2 är nummer 3 av 3." in page.text
    page = page.submit({"Nytt nummer": "", "Varför?": ""}, button="Flytta")
    assert page.problems == ["Skriv ett nummer.", "Skriv varför."]
    page = page.submit({"Nytt nummer": "4", "Varför?": "Bor långt bort"}, button="Flytta")
    assert page.problems == ["Skriv ett nummer mellan 1 och 3."]
    page = page.submit({"Nytt nummer": "1"}, button="Flytta")
    assert page.messages == ["Bo Berg2 är nu nummer 1."]
    assert [row[2] for row in page.table("#line")] == ["Berg2, Bo", "Berg0, Bo", "Berg1, Bo"]
    assert "Karin Öberg flyttade en person på reservlistan: Bo Berg2" in page.text
    assert "Orsak: Bor långt bort" in page.text_of("aside .history-short")


def test_nobody_is_ticked(client: PageClient) -> None:
    event = full_event()
    make_registration(event, status=WAITING)
    page = client.get_page(address(event)).form("Ge plats").submit()
    assert page.messages == ["Markera minst en person först."]
    assert page.url == address(event)


def test_all_on_the_page_are_ticked_by_a_link(client: PageClient) -> None:
    event = full_event()
    for _ in range(2):
        make_registration(event, status=WAITING)
    page = client.get_page(address(event)).click("Markera alla 2 på sidan")
    assert len(page.form("Ge plats").values["person"]) == 2
    assert "person" not in page.click("Avmarkera alla").form("Ge plats").values


def test_another_date_of_the_series_is_offered(client: PageClient) -> None:
    series = make_series()
    event = full_event(series_id=series.id)
    later = make_event(
        series_id=series.id, capacity_total=3, occasions=[make_occasion(swedish_today() + timedelta(days=60))]
    )
    make_registration(later)
    people = [make_registration(event, status=WAITING, name=f"Bo Berg{number}") for number in range(3)]
    known = make_registration(later, email=people[0].email)
    all_three = "&".join(f"person={one.id}" for one in people)
    page = client.get_page(address(event, f"/annat-datum?{all_three}"))
    (choice,) = [text for text in page.texts(".form-check-label") if "plats" in text]
    assert choice.endswith("1 plats kvar, 1 erbjuds")
    page = page.submit({"other": str(later.id)}, button="Erbjud datumet")
    assert page.messages == [
        (
            "1 person har erbjudits det andra datumet. 2 personer fick inget erbjudande: det är fullt, eller så är de "
            "redan anmälda dit."
        )
    ]
    assert len(page.table("#line")) == 3
    made = db.session.scalars(
        select(Registration).where(Registration.event_id == later.id, Registration.status == OFFERED)
    ).one()
    assert made.email == people[1].email != known.email
    assert letters(later) == [("other_date_offered", people[1].email)]
    offers = client.get_page(address(later)).table("#offers")
    assert offers[0][0] == "Berg1, Bo väntar på ett annat datum"


def test_one_who_was_offered_this_date_instead_leaves_it_when_the_offer_is_withdrawn(
    client: PageClient,
) -> None:
    series = make_series()
    event = full_event(series_id=series.id)
    later = make_event(
        series_id=series.id, capacity_total=1, occasions=[make_occasion(swedish_today() + timedelta(days=60))]
    )
    waiting = make_registration(event, status=WAITING, name="Bo Berg")
    client.get_page(address(event, f"/annat-datum?person={waiting.id}")).submit(
        {"other": str(later.id)}, button="Erbjud datumet"
    )
    page = client.get_page(address(later)).click("Dra tillbaka erbjudandet – Bo Berg")
    assert "väntar sedan bara på det andra" in page.text
    page.submit({"Varför?": "Salen brann"}, button="Dra tillbaka erbjudandet")
    there = db.session.scalars(select(Registration).where(Registration.event_id == later.id)).one()
    assert (there.status, there.waiting_order) == (RegistrationStatus.CANCELLED, None)
    db.session.refresh(waiting)
    assert waiting.status is WAITING
    assert letters(later)[-1] == ("left_list", waiting.email)


def test_there_is_no_other_date(client: PageClient) -> None:
    event = full_event()
    one = make_registration(event, status=WAITING)
    page = client.get_page(address(event, f"/annat-datum?person={one.id}"))
    assert "Det finns inget annat datum med lediga platser" in page.text
    assert page.click("Gör ett nytt datum av reservlistan").heading == "Gör ett nytt datum av reservlistan"


def test_one_with_an_offer_gets_the_held_place_also_when_it_is_overfull(client: PageClient) -> None:
    event = make_event(capacity_total=2, waiting_list=WaitingListRule.OFFER)
    make_registration(event)
    one = make_registration(event, status=OFFERED)
    set_pools("event", event.id, {PoolName.ALL: 1})
    page = client.get_page(address(event, f"/ge-plats?person={one.id}")).submit(button="Ge 1 person plats")
    assert page.messages == ["1 person har fått plats."]
    db.session.refresh(one)
    assert one.status is CONFIRMED
    outcome = db.session.scalars(select(PlaceOffer.outcome).where(PlaceOffer.registration_id == one.id)).one()
    assert outcome is OfferOutcome.ACCEPTED


def test_readers_see_and_do_nothing(client: PageClient, sign_in: Callable[..., User]) -> None:
    event = full_event()
    one = make_registration(event, status=WAITING)
    sign_in(Role.READER, reach=Reach.ALL)
    page = client.get_page(address(event))
    assert "Ge plats" not in page.buttons()
    for rest in ("ge-plats", "erbjud", "ta-bort", "flytta", "dra-tillbaka", "annat-datum", "nytt-datum"):
        client.get_page(address(event, f"/{rest}?person={one.id}"), status=403)


def test_officers_of_other_teams_stay_out(client: PageClient, sign_in: Callable[..., User]) -> None:
    event = full_event()
    one = make_registration(event, status=WAITING)
    sign_in(Role.OFFICER, reach=Reach.OWN)
    for rest in ("", f"/ge-plats?person={one.id}", f"/nytt-datum?person={one.id}"):
        client.get_page(address(event, rest), status=403)


@pytest.mark.parametrize("rest", ["", "/ge-plats", "/erbjud", "/ta-bort"])
def test_many_cost_as_many_statements_as_few(client: PageClient, queries: Queries, rest: str) -> None:
    event = full_event()
    people = [make_registration(event, status=WAITING) for _ in range(2)]
    counts = []
    for _ in range(2):
        chosen = "&".join(f"person={one.id}" for one in people)
        with queries() as statements:
            client.get_page(address(event, f"{rest}?{chosen}"))
        counts.append(len(statements))
        people += [make_registration(event, status=WAITING) for _ in range(58)]
    assert counts[0] == counts[1] <= 20
