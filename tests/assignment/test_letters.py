"""The letter says what one got and did not get, in the person's language, with the way to change."""

from sqlalchemy import select

from eventsapp.assignment.operations import assign_items
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.outbox.models import Letter
from eventsapp.registrations.models import Registration
from tests.factories.ranked import make_ranking_event, make_wisher

STAFF = Actor.user(7, "Karin Öberg")


def letter_to(event: Event, person: Registration) -> Letter:
    assign_items(event.id, actor=STAFF)
    return db.session.scalars(
        select(Letter).where(Letter.subject_id == person.id, Letter.kind == "items_assigned")
    ).one()


def test_everything_that_can_happen_is_said_in_plain_words(app: object) -> None:
    event, [[a, b], [c, d], [e, _f], [g]] = make_ranking_event([5, 5], [0, 5], [0, 5], [0])
    person = make_wisher(event, a, b, c, d, e, g, name="Åsa Ahlström", takes_other_item=True)
    db.session.commit()
    letter = letter_to(event, person)
    assert letter.subject_line == f"Så blev dina val: {event.title_sv}"
    lines = [line for line in letter.body_text.splitlines() if line.startswith("- ")]
    assert [line.split(": ", 1)[1] for line in lines] == [
        "”1A”, ditt förstahandsval.",
        "”2B”. ”2A” gick inte att få.",
        "”3B”. ”3A” gick inte att få, och då ville du gå på en annan punkt.",
        "Ingen punkt. ”4A” gick inte att få.",
    ]
    assert "Hej Åsa!" in letter.body_text
    assert "Du kan välja en annan punkt bland dem som har platser kvar." in letter.body_text
    assert "[[link:change]]" in letter.body_text and "[[link:change]]" in letter.body_html
    assert "Du har valt" not in letter.body_text


def test_the_letter_is_in_the_language_of_the_person(app: object) -> None:
    event, [[a]] = make_ranking_event([5])
    person = make_wisher(event, a, language="en")
    db.session.commit()
    letter = letter_to(event, person)
    assert letter.language == "en"
    assert letter.body_text.startswith("Hello Åsa!")
