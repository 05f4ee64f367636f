"""Ranking programme items: when signing up, afterwards, by staff and by a group; nothing is claimed for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventState, WaitingListRule
from eventsapp.events.queries import get_event_to_change
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.operations import change_item, follow_event, remove_item
from eventsapp.programme.queries import get_item
from eventsapp.programme.rules import ItemFacts
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.letters import LettersOfEvent
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.operations import register
from eventsapp.registrations.queries import chosen_count, find_active, get_event_in_letters
from eventsapp.registrations.reminders import remind_people_of
from eventsapp.registrations.wishes import wishes_of
from eventsapp.self_service.handover_links import add_handover_link
from eventsapp.self_service.handovers import accept_handover
from tests.factories.ranked import make_ranking_event, make_wisher
from tests.factories.registrations import (
    make_handover,
    make_personal_link,
    make_registration,
    make_submission,
)
from tests.page_client import PageClient

Queries = Callable[[], AbstractContextManager[list[str]]]
STAFF = Actor.user(7, "Karin Öberg")
WHO = {"name": "Åsa Ahlström", "email": "asa@umea.example.se", "organisation": "Umeå kommun"}


def sign_up_url(event: Event) -> str:
    return f"/aktiviteter/{event.slug}/anmalan"


def wishes(registration: Registration) -> tuple[int, ...]:
    return wishes_of([registration.id]).get(registration.id, ())


def person(event: Event, address: str = "asa@umea.example.se") -> Registration:
    found = find_active(event.id, address)
    assert found is not None
    db.session.refresh(found)
    return found


def item_places() -> int:
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Place)
            .join(Pool, Pool.id == Place.pool_id)
            .where(Pool.subject_kind == "programme_item", Place.state != PlaceState.FREE)
        )
        or 0
    )


def letter_to(registration: Registration) -> Letter:
    return db.session.scalars(
        select(Letter).where(Letter.subject_id == registration.id).order_by(Letter.id.desc()).limit(1)
    ).one()


def facts_of(item: ProgrammeItem, **changes: object) -> ItemFacts:
    values = {
        name: getattr(item, name) for name in ("starts_at", "ends_at", "title_sv", "is_choice", "capacity")
    }
    return ItemFacts(**(values | changes))


def test_one_ranks_when_signing_up_and_claims_nothing(client: PageClient) -> None:
    event, [[a, _b, c, _d], [e]] = make_ranking_event([1, 5, None, 9], [2])
    page = client.get_page(sign_up_url(event))
    assert {"wish_0_0", "wish_0_1", "wish_0_2", "wish_1_0", "takes_other_item"} <= set(page.form().names())
    assert not {"wish_0_3", "wish_1_1", "slot_0"} & set(page.form().names())
    assert "1A (1 plats)" in page.text and "När platserna är fördelade får du ett brev" in page.text
    page.submit(
        {
            **WHO,
            "wish_0_0": str(c.id),
            "wish_0_1": str(a.id),
            "wish_1_0": str(e.id),
            "takes_other_item": True,
        }
    )
    registration = person(event)
    assert wishes(registration) == (c.id, a.id, e.id)
    assert registration.takes_other_item
    assert item_places() == 0
    letter = letter_to(registration)
    assert "1. 1C, 2. 1A" in letter.body_text and "1. 2A" in letter.body_html
    assert "När platserna är fördelade får du ett brev" in letter.body_text


@pytest.mark.parametrize(
    ("first", "second", "problem"),
    [
        ("a", "a", "Du har redan rangordnat den punkten. Välj en annan."),
        ("", "a", "Välj i ordning. Fyll i förstahandsval först."),
        ("e", "", "Välj en av punkterna"),
        ("other", "", "Välj en av punkterna"),
        ("9" * 30, "", "Välj en av punkterna"),
    ],
)
def test_the_server_refuses_what_the_form_does_not_offer(
    client: PageClient, first: str, second: str, problem: str
) -> None:
    event, [[a, _b], [e]] = make_ranking_event([1, 5], [2])
    _, [[other]] = make_ranking_event([1])
    ids = {"a": str(a.id), "e": str(e.id), "other": str(other.id)}
    token = client.csrf_token(sign_up_url(event))
    page = client.post_page(
        sign_up_url(event),
        {**WHO, "csrf_token": token, "wish_0_0": ids.get(first, first), "wish_0_1": ids.get(second, second)},
        status=400,
    )
    assert page.problems == [problem]
    assert find_active(event.id, "asa@umea.example.se") is None


@pytest.mark.usefixtures("app")
def test_the_operation_refuses_it_too() -> None:
    event, [[a, b, c, d]] = make_ranking_event([1, 5, 5, 5])
    plain, [[e]] = make_ranking_event([1], items_are_ranked=False)
    _, [[other]] = make_ranking_event([1])
    db.session.commit()
    for asked, answers in (
        (event, {"wishes": (a.id, a.id)}),
        (event, {"wishes": (a.id, b.id, c.id, d.id)}),
        (event, {"wishes": (other.id,)}),
        (event, {"wishes": (), "items": (a.id,)}),
        (plain, {"wishes": (e.id,)}),
    ):
        with pytest.raises(DomainError) as error:
            register(
                get_event_in_letters(asked.id), make_submission(asked, **answers), actor=Actor.anonymous()
            )
        assert error.value.field == "items"
        db.session.rollback()


def test_one_who_waits_ranks_too(client: PageClient) -> None:
    event, [[a]] = make_ranking_event([1], capacity_total=0, waiting_list=WaitingListRule.OFFER)
    client.get_page(sign_up_url(event)).submit({**WHO, "wish_0_0": str(a.id)})
    registration = person(event)
    assert registration.status is RegistrationStatus.WAITING
    assert wishes(registration) == (a.id,)
    assert "1. 1A" in letter_to(registration).body_text


def test_a_person_changes_their_wishes(client: PageClient) -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    registration = make_wisher(event, a, b, name="Åsa Ahlström")
    token = make_personal_link(registration)
    page = client.get_page(f"/min/anmalan/{token}")
    assert "1. 1A, 2. 1B" in page.text
    page = client.get_page(f"/min/anmalan/{token}/andra")
    assert page.form().values["wish_0_0"] == [str(a.id)]
    assert page.form().values["wish_0_1"] == [str(b.id)]
    page.submit({"wish_0_0": str(b.id), "wish_0_1": ""})
    assert wishes(registration) == (b.id,)
    assert item_places() == 0
    letter = letter_to(registration)
    assert letter.kind == "changed" and "1. 1B" in letter.body_text and "1A" not in letter.body_text


def test_nobody_waits_for_a_result_of_what_is_cancelled(client: PageClient) -> None:
    event, [[a]] = make_ranking_event([1], state=EventState.CANCELLED, cancel_reason="Snöstorm.")
    registration = make_wisher(event, a)
    token = make_personal_link(registration)
    assert "1A" not in client.get_page(f"/min/anmalan/{token}").text
    letters = LettersOfEvent(get_event_in_letters(event.id))
    assert "1A" not in letters.event_cancelled(registration).body_text


def test_a_page_from_before_items_were_given_out_asks_again(client: PageClient) -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    registration = make_wisher(event, a)
    token = make_personal_link(registration)
    change = client.get_page(f"/min/anmalan/{token}/andra")
    sign_up = client.get_page(sign_up_url(event))
    get_event_to_change(event.id).items_assigned_at = now()
    again = sign_up.submit({**WHO, "wish_0_0": str(a.id)}, status=400)
    assert again.problems == ["Valen i programmet har ändrats. Välj igen."]
    assert find_active(event.id, "asa@umea.example.se") is None
    again.submit({"slot_0": str(b.id)})
    assert item_places() == 1
    again = change.submit({"wish_0_0": str(b.id)}, status=400)
    assert again.problems == ["Valen i programmet har ändrats. Välj igen."]
    again.submit({"slot_0": str(a.id)})
    assert item_places() == 2


@pytest.mark.usefixtures("app")
def test_a_change_without_wishes_keeps_them() -> None:
    event, [[a]] = make_ranking_event([1])
    registration = make_wisher(event, a, takes_other_item=True)
    db.session.commit()
    registration.event = get_event_in_letters(event.id)
    change_registration(registration, make_submission(event, name="Bo Berg"), actor=STAFF)
    assert wishes(registration) == (a.id,)
    assert registration.takes_other_item


def test_staff_rank_for_a_person_and_see_it(client: PageClient, sign_in: Callable[..., User]) -> None:
    sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)
    event, [[a, b]] = make_ranking_event([1, 5])
    base = f"/personal/aktiviteter/{event.id}/deltagare"
    page = client.get_page(f"{base}/ny").submit(
        {"name": "Bo Berg", "email": "bo@umea.example.se", "organisation": "Umeå", "wish_0_0": str(a.id)}
    )
    registration = person(event, "bo@umea.example.se")
    assert wishes(registration) == (a.id,)
    page = client.get_page(f"{base}/{registration.id}/andra")
    page.submit({"wish_0_0": str(b.id), "wish_0_1": str(a.id)})
    assert wishes(registration) == (b.id, a.id)
    page = client.get_page(f"{base}/{registration.id}")
    assert "1. 1B, 2. 1A" in page.text
    page = client.get_page(f"{base}?kolumn=namn&kolumn=program")
    assert page.table()[0][1].endswith("1. 1B, 2. 1A")


def test_a_group_ranks_once_for_all(client: PageClient) -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    page = client.get_page(f"/aktiviteter/{event.slug}/anmalan/grupp")
    page.submit(
        {
            "organisation": "Umeå kommun",
            "wish_0_0": str(b.id),
            "wish_0_1": str(a.id),
            "members-0-name": "Åsa Ahlström",
            "members-0-email": "asa@umea.example.se",
            "members-1-name": "Bo Berg",
            "members-1-email": "bo@umea.example.se",
        }
    )
    for address in ("asa@umea.example.se", "bo@umea.example.se"):
        assert wishes(person(event, address)) == (b.id, a.id)


@pytest.mark.usefixtures("app")
def test_wishes_go_with_the_place_to_a_colleague() -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    first = make_wisher(event, b, a, takes_other_item=True)
    db.session.commit()
    accept_handover(make_handover(first), make_submission(event, name="Bo Berg"), actor=Actor.anonymous())
    successor = person(event, "bo.berg@skelleftea.example.se")
    assert (wishes(first), wishes(successor)) == ((), (b.id, a.id))
    assert successor.takes_other_item


def test_the_colleague_sees_which_wishes_come_along(client: PageClient) -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    handover = make_handover(make_wisher(event, b, a))
    page = client.get_page(f"/min/plats/{add_handover_link(handover.id)}")
    assert "1. 1B, 2. 1A" in page.text
    assert "wish_0_0" not in page.form("Ja, jag tar platsen").names()


@pytest.mark.usefixtures("app")
def test_staff_are_told_how_many_wishes_end_with_an_item() -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    make_wisher(event, a, b)
    make_wisher(event, a, status=RegistrationStatus.CANCELLED)
    assert (chosen_count(a.id), chosen_count(b.id)) == (1, 1)
    event.items_assigned_at = now()
    db.session.flush()
    assert (chosen_count(a.id), chosen_count(b.id)) == (0, 0)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("how", ["removed", "no choice", "moved"])
def test_wishes_end_with_the_item_and_the_others_stay_in_order(how: str) -> None:
    event, [[a, b, c], [d]] = make_ranking_event([1, 5, 5], [2])
    registration = make_wisher(event, a, b, c, d)
    db.session.commit()
    changed, item = get_event_to_change(event.id), get_item(event.id, b.id)
    if how == "removed":
        remove_item(changed, item, actor=STAFF)
    elif how == "no choice":
        change_item(changed, item, facts_of(item, is_choice=False, capacity=None), actor=STAFF)
    else:
        change_item(changed, item, facts_of(item, starts_at=d.starts_at, ends_at=d.ends_at), actor=STAFF)
    db.session.commit()
    assert wishes(registration) == (a.id, c.id, d.id)


@pytest.mark.usefixtures("app")
def test_wishes_follow_a_programme_that_moves() -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    registration = make_wisher(event, b, a)
    db.session.commit()
    changed = get_event_to_change(event.id)
    for occasion in changed.occasions:
        occasion.starts_at, occasion.ends_at = (
            moment + timedelta(days=7) for moment in (occasion.starts_at, occasion.ends_at)
        )
    assert follow_event(changed, actor=STAFF) == 2
    assert wishes(registration) == (b.id, a.id)


def test_one_without_wishes_may_come_all_the_same(client: PageClient) -> None:
    event, _ = make_ranking_event([1, 5])
    client.get_page(sign_up_url(event)).submit(WHO)
    assert wishes(person(event)) == ()
    assert make_registration(event).takes_other_item is False


@pytest.mark.usefixtures("app")
def test_letters_to_many_ask_for_their_wishes_once(queries: Queries) -> None:
    event, [[a, b]] = make_ranking_event([1, 5])
    costs = []
    for _ in range(2):
        people = [make_wisher(event, b, a) for _ in range(3)]
        for one in people:
            one.registered_at = now() - timedelta(days=9)
        db.session.commit()
        with queries() as statements:
            told = remind_people_of(event.id, now())
        db.session.rollback()
        costs.append((told, sum("item_wishes" in one for one in statements)))
    assert costs == [(3, 1), (6, 1)]
    assert remind_people_of(event.id, now()) == 6
    (line,) = {
        next(row for row in one.body_text.splitlines() if "1. " in row) for one in db.session.query(Letter)
    }
    assert f"1. {b.title_sv}, 2. {a.title_sv}" in line
