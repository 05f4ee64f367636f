"""The number that tells feeds whether anything is new."""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, scoped_session

from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.events.public_data import PublicData
from eventsapp.organisations.models import Organisation
from tests.factories.events import make_event, make_topic
from tests.factories.registrations import make_registration


def version() -> int:
    return db.session.scalars(select(PublicData.version)).one()


def rename(event: Event) -> None:
    event.title_sv = "Nytt namn"


def give_topic(event: Event) -> None:
    db.session.refresh(event, ["topics"])
    event.topics.append(make_topic("ett-amne"))


def move(event: Event) -> None:
    db.session.refresh(event, ["occasions"])
    event.occasions[0].sequence += 1


def delete(event: Event) -> None:
    db.session.delete(event)


def update_without_loading(_event: Event) -> None:
    db.session.execute(update(Organisation).values(name_en="Renamed"))


@pytest.mark.parametrize("change", [rename, give_topic, move, delete, update_without_loading])
def test_what_a_feed_can_show_raises_it_once(
    db_session: scoped_session[Session], change: Callable[[Event], None]
) -> None:
    event = make_event()
    db_session.commit()
    before = version()
    change(event)
    db_session.flush()
    db_session.commit()
    assert version() == before + 1


def test_a_registration_does_not_raise_it(db_session: scoped_session[Session]) -> None:
    event = make_event()
    db_session.commit()
    before = version()
    make_registration(event)
    db_session.commit()
    assert version() == before


def test_what_is_undone_does_not_raise_it(db_session: scoped_session[Session]) -> None:
    event = make_event()
    db_session.commit()
    before = version()
    rename(event)
    db_session.flush()
    db_session.rollback()
    db_session.commit()
    assert version() == before


def test_a_savepoint_raises_it_with_the_transaction(db_session: scoped_session[Session]) -> None:
    event = make_event()
    db_session.commit()
    before = version()
    with db_session.begin_nested():
        rename(event)
    assert version() == before
    db_session.commit()
    assert version() == before + 1
