"""The draw of places: once, changed by hand, settled once."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import Reach, User
from eventsapp.admission.draw import Applicant, draw
from eventsapp.admission.models import Allocation, Lot
from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Admission, Event, WaitingListRule
from eventsapp.outbox.models import Letter
from eventsapp.places.models import QuotaBy
from eventsapp.registrations.models import Registration, RegistrationGroup, RegistrationStatus
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.factories.events import make_event, make_municipality
from tests.factories.registrations import make_registration
from tests.page_client import PageClient

APPLIED = RegistrationStatus.APPLIED
TOWNS = ("2480", "2482", "2481", "2580")


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def event_to_draw(places: int = 5, **facts: object) -> Event:
    values: dict[str, object] = {
        "capacity_total": places,
        "admission": Admission.ALLOCATION,
        "waiting_list": WaitingListRule.OFFER,
        "registration_closes_on": swedish_today() - timedelta(days=1),
    }
    return make_event(**(values | facts))


def apply(event: Event, *per_town: int) -> list[Registration]:
    """So many applicants of each of the towns."""
    people = []
    for code, number in zip(TOWNS, per_town, strict=False):
        make_municipality(code)
        for position in range(number):
            people.append(
                make_registration(event, status=APPLIED, name=f"Bo {code}{position}", municipality_code=code)
            )
    return people


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/fordelning{rest}"


def statuses(event: Event) -> Counter[str]:
    return Counter(
        db.session.scalars(select(Registration.status).where(Registration.event_id == event.id)).all()
    )


def letters(event: Event) -> Counter[tuple[str, str]]:
    rows = db.session.scalars(select(Letter).where(Letter.event_id == event.id))
    return Counter((letter.kind, letter.recipient) for letter in rows)


def lots(event: Event) -> list[Lot]:
    return list(db.session.scalars(select(Lot).where(Lot.event_id == event.id).order_by(Lot.position)))


def test_before_the_last_day_the_page_says_when_and_how_many(client: PageClient) -> None:
    event = event_to_draw(registration_closes_on=swedish_today())
    apply(event, 3, 1)
    page = client.get_page(address(event))
    assert "Dagen efter kan du dra lotter här." in page.text
    assert "Dra lotter" not in page.buttons()
    assert page.table("#per-municipality") == [["Skellefteå", "1", "0"], ["Umeå", "3", "0"]]
    token = client.csrf_token(f"/personal/aktiviteter/{event.id}/kvoter")
    client.post(address(event, "/lotta"), data={"csrf_token": token})
    assert lots(event) == []
    assert client.get_page(address(event)).messages == [
        "Lotterna kan dras när sista anmälningsdagen är över."
    ]


def test_lots_are_drawn_once_with_a_seed_that_anybody_can_use(client: PageClient) -> None:
    event = event_to_draw(5)
    people = apply(event, 6, 3, 1, 1)
    page = client.get_page(address(event))
    assert "11 personer har sökt." in page.text
    drawn = page.submit(button="Dra lotter")
    assert drawn.messages == ["Lotterna är dragna. Ingen har fått besked än."]
    allocation = db.session.get(Allocation, event.id)
    assert allocation is not None and len(allocation.seed) == 32
    assert drawn.text_of(".seed") == allocation.seed
    again = draw(
        [Applicant(one.id, one.id, one.municipality_code, (1,)) for one in people], {1: 5}, allocation.seed
    )
    assert [(lot.registration_id, lot.position, lot.gets_place) for lot in lots(event)] == [
        (lot.registration_id, lot.position, lot.gets_place) for lot in again
    ]
    assert letters(event) == Counter()
    before = [(lot.registration_id, lot.gets_place) for lot in lots(event)]
    second = page.submit(button="Dra lotter")
    assert second.messages[0].startswith("Lotterna drogs ")
    assert [(lot.registration_id, lot.gets_place) for lot in lots(event)] == before
    db.session.expire_all()
    assert db.session.get(Allocation, event.id).seed == allocation.seed


def test_quotas_are_kept_and_every_municipality_comes_first(client: PageClient) -> None:
    event = event_to_draw(6)
    apply(event, 6, 3, 1, 1)
    set_quotas(
        get_event_in_letters(event.id),
        [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=2)],
        actor=Actor.system(),
    )
    page = client.get_page(address(event)).submit(button="Dra lotter")
    assert page.table("#per-municipality") == [
        ["Luleå", "1", "1"],
        ["Lycksele", "1", "1"],
        ["Skellefteå", "3", "2"],
        ["Umeå", "6", "2"],
    ]


def test_a_group_comes_all_or_none(client: PageClient) -> None:
    event = event_to_draw(2)
    group = RegistrationGroup(event_id=event.id, all_or_none=True, created_at=event.created_at)
    db.session.add(group)
    db.session.flush()
    for _ in range(3):
        make_registration(event, status=APPLIED, group_id=group.id, municipality_code="2480")
    alone = make_registration(event, status=APPLIED, municipality_code="2480")
    client.get_page(address(event)).submit(button="Dra lotter")
    assert [lot.registration_id for lot in lots(event) if lot.gets_place] == [alone.id]


def test_single_results_are_changed_by_hand(client: PageClient) -> None:
    event = event_to_draw(2)
    apply(event, 4)
    page = client.get_page(address(event)).submit(button="Dra lotter")
    first, last = lots(event)[0], lots(event)[-1]
    page = page.submit(
        {"gets_place": [str(lots(event)[1].registration_id), str(last.registration_id)]},
        button="Spara ändringarna på sidan",
    )
    assert page.messages == ["2 resultat är ändrade."]
    db.session.expire_all()
    assert [lot.gets_place for lot in lots(event)] == [False, True, False, True]
    assert [lot.drawn for lot in lots(event)] == [True, True, False, False]
    entries = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "allocation.changed_by_hand").order_by(AuditEntry.id)
    ).all()
    assert [(entry.subject_id, entry.changes) for entry in entries] == [
        (first.registration_id, {"draw_result": ["får plats", "får inte plats"]}),
        (last.registration_id, {"draw_result": ["får inte plats", "får plats"]}),
    ]
    assert page.submit(button="Spara ändringarna på sidan").messages == ["Ingenting ändrades."]


def test_it_is_settled_once_and_each_is_told_once(client: PageClient) -> None:
    event = event_to_draw(3)
    people = apply(event, 4, 2, 1)
    client.get_page(address(event)).submit(button="Dra lotter")
    page = client.get_page(address(event)).click("Fastställ …")
    assert "3 personer får plats. 3 personer får ett brev." in page.text
    assert "4 personer ställs på reservlistan, i dragen ordning. 4 personer får ett brev." in page.text
    done = page.submit(button="Fastställ")
    assert done.messages == [
        "Fördelningen är fastställd. 3 personer har fått plats. 4 personer står på reservlistan."
    ]
    assert statuses(event) == {RegistrationStatus.CONFIRMED: 3, RegistrationStatus.WAITING: 4}
    told = letters(event)
    assert set(told.values()) == {1} and len(told) == len(people)
    line = db.session.scalars(
        select(Registration.id)
        .where(Registration.event_id == event.id, Registration.status == RegistrationStatus.WAITING)
        .order_by(Registration.waiting_order)
    ).all()
    assert line == [lot.registration_id for lot in lots(event) if not lot.gets_place]
    again = page.submit(button="Fastställ")
    assert again.problems[0].startswith("Fördelningen fastställdes ")
    assert letters(event) == told
    assert "Fastställ …" not in client.get_page(address(event)).texts("a")
    late = client.post(
        address(event, "/andra"),
        data={"csrf_token": page.form().values["csrf_token"], "shown": [str(line[0])]},
    )
    assert late.status_code == 302
    assert client.get_page(address(event)).messages[0].startswith("Fördelningen fastställdes ")


def test_without_a_waiting_list_the_others_are_refused_with_a_reason(client: PageClient) -> None:
    event = event_to_draw(1, waiting_list=WaitingListRule.NONE)
    apply(event, 3)
    client.get_page(address(event)).submit(button="Dra lotter")
    page = client.get_page(address(event, "/faststall"))
    assert "2 personer får nej. 2 personer får ett brev." in page.text
    page = page.submit({"Vad ska brevet säga till dem som inte får plats?": ""}, button="Fastställ")
    assert page.problems == ["Skriv varför."]
    page = page.submit({"Vad ska brevet säga till dem som inte får plats?": "Få platser"}, button="Fastställ")
    assert page.messages == ["Fördelningen är fastställd. 1 person har fått plats. 2 personer har fått nej."]
    refused = db.session.scalars(select(Letter).where(Letter.kind == "refused")).all()
    assert ["Få platser" in letter.body_text for letter in refused] == [True, True]


def test_above_the_number_only_when_it_is_ticked(client: PageClient) -> None:
    event = event_to_draw(1)
    people = apply(event, 3)
    client.get_page(address(event)).submit(button="Dra lotter").submit(
        {"gets_place": [str(one.id) for one in people]}, button="Spara ändringarna på sidan"
    )
    page = client.get_page(address(event, "/faststall"))
    assert "Ger du plats ändå blir det 2 personer fler än antalet platser, och 3 brev skickas." in page.text
    page = page.submit({"Ge plats även utöver antalet platser": True}, button="Fastställ")
    assert page.messages == ["Fördelningen är fastställd. 3 personer har fått plats."]


def test_two_officers_at_once(client: PageClient) -> None:
    event = event_to_draw(1)
    people = apply(event, 3)
    page = client.get_page(address(event)).submit(button="Dra lotter")
    settle = client.get_page(address(event, "/faststall"))
    page.submit({"gets_place": [str(people[0].id), str(people[1].id)]}, button="Spara ändringarna på sidan")
    settle = settle.submit(button="Fastställ")
    assert settle.problems == ["Fördelningen har ändrats medan du läste. Kontrollera och försök igen."]
    assert letters(event) == Counter()
    assert settle.submit(button="Fastställ").messages[0].startswith("Fördelningen är fastställd.")


def test_one_who_has_gone_since_the_draw_gets_nothing(client: PageClient) -> None:
    event = event_to_draw(1)
    apply(event, 2)
    client.get_page(address(event)).submit(button="Dra lotter")
    winner, other = (lot.registration_id for lot in lots(event))
    cancel_registration(get_registration(event.id, winner), actor=Actor.participant(winner))
    db.session.commit()
    page = client.get_page(address(event))
    assert "1 person har avanmält sig eller fått besked sedan dess." in page.text
    client.get_page(address(event, "/faststall")).submit(button="Fastställ")
    assert statuses(event) == {RegistrationStatus.CANCELLED: 1, RegistrationStatus.OFFERED: 1}
    assert db.session.get(Registration, other).status is RegistrationStatus.OFFERED


def test_an_event_without_a_draw_has_no_such_page(client: PageClient, sign_in: Callable[..., User]) -> None:
    client.get_page(address(make_event()), status=404)
    event = event_to_draw()
    sign_in(Role.READER, reach=Reach.ALL)
    assert "Dra lotter" not in client.get_page(address(event)).buttons()
    client.get_page(address(event, "/faststall"), status=403)
    assert client.post(address(event, "/lotta")).status_code == 403


def test_many_lots_cost_as_many_statements_as_few(
    client: PageClient, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    counts = []
    for number in (2, 60):
        event = event_to_draw()
        apply(event, number, 2)
        costs = []
        for button in ("Dra lotter", ""):
            with queries() as statements:
                page = client.get_page(address(event))
            costs.append(len(statements))
            if button:
                page.submit(button=button)
        counts.append(costs)
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 20
