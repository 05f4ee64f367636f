"""What one who plans is told about the chosen days."""

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy.orm import Session, scoped_session

from eventsapp.accounts.models import Reach, User
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.free_days import FreeDayKind
from eventsapp.core.permissions import Role
from eventsapp.events.clashes import clashes_of
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.events.queries import get_event
from tests.conftest import FrozenClock
from tests.factories.accounts import make_user
from tests.factories.events import make_event, make_occasion, make_target_group
from tests.page_client import PageClient

SCHOOL = "skola"


@pytest.fixture
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, reach=Reach.ALL)


def planned(title: str, day: date, *, group: str = "socialtjanst", **facts: object) -> Event:
    values: dict[str, object] = {"target_groups": [make_target_group(group)]}
    return make_event(title=title, occasions=[make_occasion(day)], **(values | facts))  # type: ignore[arg-type]


def load(event: Event) -> Event:
    db.session.commit()
    return get_event(event.id)


def near(event: Event, user: User) -> list[str]:
    return [occasion.event.title_sv for occasion in clashes_of(load(event), user, now()).near]


def test_what_is_near_for_the_same_people(
    db_session: scoped_session[Session], frozen_now: FrozenClock
) -> None:
    user = make_user(reach=Reach.ALL)
    event = planned("Min", date(2026, 11, 25))
    planned("Tre dagar före", date(2026, 11, 22))
    planned("Tre dagar efter", date(2026, 11, 28))
    planned("Fyra dagar efter", date(2026, 11, 29))
    planned("Andra deltagare", date(2026, 11, 25), group=SCHOOL)
    planned("Inställd", date(2026, 11, 25), state=EventState.CANCELLED, cancelled_at=frozen_now.moment)
    planned("I Luleå", date(2026, 11, 25), municipality="2580")
    planned("Digital i Luleå", date(2026, 11, 26), municipality="2580", format=EventFormat.HYBRID)
    assert near(event, user) == ["Tre dagar före", "Digital i Luleå", "Tre dagar efter"]


def test_drafts_of_others_are_not_told(db_session: scoped_session[Session], frozen_now: FrozenClock) -> None:
    event = planned("Min", date(2026, 11, 25))
    planned("Utkast", date(2026, 11, 25), state=EventState.DRAFT, published_at=None)
    assert near(event, make_user(reach=Reach.ALL)) == ["Utkast"]
    assert near(event, make_user(reach=Reach.OWN)) == []


def test_holidays_and_bridge_days_among_the_days(
    db_session: scoped_session[Session], frozen_now: FrozenClock
) -> None:
    event = make_event(
        occasions=[
            make_occasion(date(2027, 5, 5), last_day=date(2027, 5, 7), all_day=True),
            make_occasion(date(2027, 5, 20)),
        ]
    )
    found = clashes_of(load(event), make_user(reach=Reach.ALL), now()).free
    assert [(day, free.kind) for day, free in found] == [
        (date(2027, 5, 6), FreeDayKind.HOLIDAY),
        (date(2027, 5, 7), FreeDayKind.BRIDGE),
    ]


def test_what_is_over_or_has_no_date_clashes_with_nothing(
    db_session: scoped_session[Session], frozen_now: FrozenClock
) -> None:
    user = make_user(reach=Reach.ALL)
    planned("Annan", date(2026, 9, 21))
    assert not clashes_of(load(planned("Över", date(2026, 9, 20))), user, now())
    assert not clashes_of(load(make_event(occasions=[], format=EventFormat.ONLINE)), user, now())


def test_the_editor_says_it(client: PageClient, officer: User, frozen_now: FrozenClock) -> None:
    event = planned("Min", date(2027, 5, 7), responsible_id=officer.id)
    other = planned("Den andra", date(2027, 5, 4))
    event_id, slug = event.id, other.slug
    page = client.get_page(f"/personal/aktiviteter/{event_id}/innehall")
    assert page.texts(".panel-info li") == [
        "fredag 7 maj 2027: Klämdag",
        "tisdag 4 maj 2027: samma målgrupp på Den andra",
    ]
    assert page.href("Den andra") == f"/aktiviteter/{slug}"
