"""Moving to another date of the same series: the operation and its page."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now, swedish_today
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.events.models import Admission, Event, EventFormat, EventState, WaitingListRule
from eventsapp.events.words import when_in_words
from eventsapp.outbox.models import Letter, LetterAttachment
from eventsapp.places.models import QuotaBy
from eventsapp.places.operations import PoolFull
from eventsapp.places.queries import pools_of
from eventsapp.registrations import queries
from eventsapp.registrations.models import (
    AttendanceMode,
    EndReason,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.other_dates import dates_for
from eventsapp.registrations.rules import NotOpen
from eventsapp.self_service.date_moving import move_to_date
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.factories.events import make_event, make_occasion, make_series
from tests.factories.registrations import make_handover, make_personal_link, make_registration
from tests.page_client import PageClient
from tests.registrations.steps import (
    STAFF,
    letters_to,
    loaded,
    make_choice,
    person,
    sign_up,
    statuses,
    step,
    trail_of,
)
from tests.registrations.test_series_places import dates as sharing_dates

pytestmark = pytest.mark.usefixtures("app")
CONFIRMED, WAITING, OFFERED, CANCELLED = (
    RegistrationStatus.CONFIRMED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.CANCELLED,
)


def two_dates(**facts: object) -> tuple[Event, Event]:
    """Two dates of one series; `facts` are those of the second."""
    series = make_series()
    first = make_event(series_id=series.id, capacity_total=1, waiting_list=WaitingListRule.OFFER)
    later = make_occasion(swedish_today() + timedelta(days=60))
    second = make_event(series_id=series.id, occasions=[later], **facts)
    return first, second


def move(registration: Registration, other: Event) -> Registration:
    """Move a person, and answer their registration on the other date."""
    with step():
        found = person(registration)
        move_to_date(found, loaded(other), actor=Actor.participant(found.id))
    return person(person(registration).replaced_by_id or 0)


def choices(registration: Registration) -> list[tuple[int, int | None]]:
    found = [(one.event.id, one.left) for one in dates_for(person(registration), now()).with_places]
    db.session.commit()
    return found


def test_the_place_there_is_taken_and_the_one_here_goes_to_the_next_in_line() -> None:
    first, second = two_dates(capacity_total=1, asks_food=True)
    one = make_registration(first, food="vegan", access="Hörslinga", job_title="Kurator")
    waiting = make_registration(first, status=WAITING)
    new = move(one, second)
    assert statuses(one, waiting, new) == [CANCELLED, OFFERED, CONFIRMED]
    assert (new.event_id, new.email, new.job_title) == (second.id, one.email, "Kurator")
    assert person(one).end_reason is EndReason.OTHER_DATE
    assert queries.answers_of(one.id) == queries.Answers()
    assert queries.answers_of(new.id) == queries.Answers(food="vegan")
    assert (trail_of(one), trail_of(new)) == (["moved_date"], ["came_from_date"])
    assert (letters_to(one), letters_to(new)) == ([], ["date_changed"])


def test_the_letter_has_both_dates_the_calendar_file_and_what_did_not_come_along() -> None:
    first, second = two_dates(title_sv="Att upptäcka våld i Luleå")
    first.title_sv = "Att upptäcka våld i Umeå"
    item = make_choice(first, 3)
    one = sign_up(first, items=(item,), access="Hörslinga").registration
    assert one is not None
    with step():
        first.asks_access = True
    one = person(one)
    new = move(one, second)
    letter = db.session.scalars(select(Letter).where(Letter.kind == "date_changed")).one()
    assert letter.subject_line == "Du har bytt datum: Att upptäcka våld i Luleå"
    assert when_in_words(loaded(second)) in letter.body_text
    assert f"inte längre anmäld till Att upptäcka våld i Umeå, {when_in_words(loaded(first))}." in (
        letter.body_text
    )
    assert "- Dina val i programmet. Välj igen på sidan för det nya datumet." in letter.body_text
    attached = db.session.scalars(select(LetterAttachment).where(LetterAttachment.letter_id == letter.id))
    (file,) = attached.all()
    assert second.slug in file.content.decode().replace("\r\n ", "")
    assert queries.chosen_items([new.id]) == {}
    assert [pool.taken for pool in pools_of("programme_item", item)] == [0]


def test_moving_twice_is_moving_once() -> None:
    first, second = two_dates()
    one = make_registration(first)
    new = move(one, second)
    assert move(one, second).id == new.id
    assert [pool.taken for pool in pools_of("event", second.id)] == [1]


def test_a_full_date_leaves_everything_as_it_was() -> None:
    first, second = two_dates(capacity_total=1, waiting_list=WaitingListRule.OFFER)
    make_registration(second)
    one = make_registration(first)
    db.session.commit()
    assert choices(one) == []
    with pytest.raises(PoolFull, match="Du har kvar din plats som förut"):
        move_to_date(person(one), loaded(second), actor=Actor.participant(one.id))
    db.session.rollback()
    assert statuses(one) == [CONFIRMED]
    assert trail_of(one) == []


def test_a_place_that_is_shared_with_the_other_date_is_kept() -> None:
    series, (first, second) = sharing_dates(2, 1)
    one = sign_up(first).registration
    waiting = sign_up(second).registration
    assert one and waiting
    new = move(one, second)
    assert statuses(new, waiting) == [CONFIRMED, WAITING]
    assert [pool.taken for pool in pools_of("series", series.id)] == [1]


def test_only_open_dates_of_the_series_with_places_are_shown() -> None:
    first, second = two_dates(capacity_total=3)
    series_id = first.series_id
    one = make_registration(first)
    facts: list[dict[str, object]] = [
        {"series_id": None},
        {"state": EventState.DRAFT},
        {"state": EventState.SAVE_THE_DATE},
        {"registration_closes_on": swedish_today() - timedelta(days=1)},
        {"admission": Admission.APPROVAL},
        {"admission": Admission.CODE, "admission_code": "granit"},
        {"capacity_total": 0},
        {"occasions": [make_occasion(swedish_today() - timedelta(days=3))]},
    ]
    for more in facts:
        make_event(**({"series_id": series_id} | more))  # type: ignore[arg-type]
    full_online = make_event(
        series_id=series_id,
        format=EventFormat.HYBRID,
        separate_pools=True,
        capacity_onsite=0,
        capacity_online=5,
    )
    again = make_event(series_id=series_id)
    make_registration(again, email=one.email)
    assert choices(one) == [(second.id, 3)]
    online = make_registration(first, place=False, mode=AttendanceMode.ONLINE)
    assert (full_online.id, 5) in choices(online)


def test_who_cannot_move_and_where_to() -> None:
    first, second = two_dates()
    elsewhere, closed = (
        make_event(),
        make_event(series_id=first.series_id, registration_closes_on=swedish_today() - timedelta(days=1)),
    )
    one = make_registration(first)
    alias, nameless = (
        make_registration(first, place=False, alias_number=1),
        make_registration(first, place=False, email=""),
    )
    waiting = make_registration(first, status=WAITING)
    db.session.commit()
    for who, where in (
        (alias, second),
        (nameless, second),
        (waiting, second),
        (one, elsewhere),
        (one, first),
    ):
        with pytest.raises(Conflict):
            move_to_date(person(who), loaded(where), actor=Actor.participant(who.id))
        db.session.rollback()
    with pytest.raises(NotOpen):
        move_to_date(person(one), loaded(closed), actor=Actor.participant(one.id))
    db.session.rollback()
    make_registration(second, email=one.email)
    db.session.commit()
    with pytest.raises(Conflict, match="redan anmäld till det datumet"):
        move_to_date(person(one), loaded(second), actor=Actor.participant(one.id))


def test_a_quota_of_the_other_date_holds() -> None:
    first, second = two_dates()
    one = make_registration(first, municipality_code="2480")
    make_registration(second, municipality_code="2480")
    with step():
        set_quotas(loaded(second), [QuotaFacts(by=QuotaBy.MUNICIPALITY, capacity=1)], actor=STAFF)
    with pytest.raises(PoolFull):
        move_to_date(person(one), loaded(second), actor=Actor.participant(one.id))
    db.session.rollback()
    with step():
        set_quotas(loaded(second), [QuotaFacts(by=QuotaBy.PROFESSION, capacity=1)], actor=STAFF)
    with pytest.raises(Conflict, match="välj yrkesgrupp först"):
        move_to_date(person(one), loaded(second), actor=Actor.participant(one.id))


def test_an_offer_to_a_colleague_ends() -> None:
    first, second = two_dates()
    one = make_registration(first)
    handover = make_handover(one)
    move(one, second)
    db.session.refresh(handover)
    assert (handover.outcome, handover.email) == ("withdrawn", "")


def test_the_page_shows_the_dates_and_moves_by_a_button(client: PageClient) -> None:
    first, second = two_dates(capacity_total=2, title_sv="Att upptäcka våld i Luleå")
    one = make_registration(first, name="Åsa Ahlström")
    url = f"/min/anmalan/{make_personal_link(one)}"
    second_when, second_id = when_in_words(loaded(second)).replace("\xa0", " "), second.id
    page = client.get_page(url).click("Byt till ett annat datum")
    assert page.heading == "Byt till ett annat datum"
    assert f"Att upptäcka våld i Luleå, {second_when}" in page.text
    assert "(2 platser kvar)" in page.text
    page = page.submit({}, button="Byt datum", status=400)
    assert page.problems == ["Välj ett av datumen som har platser kvar."]
    page = page.submit({"other": str(second_id)}, button="Byt datum")
    assert page.heading == "Du har bytt datum"
    assert f"Du är anmäld till Att upptäcka våld i Luleå, {second_when}, i stället." in page.text
    assert "Anmäl dig igen" not in page.text


def test_full_dates_lead_to_their_waiting_list(client: PageClient) -> None:
    first, second = two_dates(capacity_total=0, waiting_list=WaitingListRule.OFFER)
    without_list = make_event(series_id=first.series_id, capacity_total=0)
    url = f"/min/anmalan/{make_personal_link(make_registration(first))}/byt-datum"
    second_slug, other_title = second.slug, without_list.title_sv
    page = client.get_page(url)
    assert "Det finns inget annat datum med lediga platser just nu." in page.text
    assert [link["href"] for link in page.all("main ul li a")] == [f"/aktiviteter/{second_slug}/anmalan"]
    assert other_title not in page.text


def test_a_page_without_dates_says_so(client: PageClient) -> None:
    event = make_event(series_id=make_series().id)
    url = f"/min/anmalan/{make_personal_link(make_registration(event))}"
    page = client.get_page(url).click("Byt till ett annat datum")
    assert "Det finns inget annat datum med lediga platser just nu." in page.text
    alone = f"/min/anmalan/{make_personal_link(make_registration(make_event()))}"
    assert "Byt till ett annat datum" not in client.get_page(alone).text
    page = client.get_page(alone + "/byt-datum")
    assert page.messages == ["Det går inte att byta datum. Kontakta oss."]
