"""What the filters find in the database, and what they offer."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from eventsapp.core.clock import swedish_midnight, swedish_today
from eventsapp.core.db import db
from eventsapp.core.i18n import in_language
from eventsapp.events.filter_choices import chosen_rows, find_choices
from eventsapp.events.filters import EventFilter, bygone, coming
from eventsapp.events.models import Event, EventFormat, EventLanguage, EventState
from tests.conftest import FrozenClock
from tests.factories.events import (
    make_county,
    make_event,
    make_occasion,
    make_organiser,
    make_series,
    make_target_group,
    make_topic,
)


@pytest.fixture
def four_events(app: Flask, frozen_now: FrozenClock) -> None:
    make_event(
        title="A",
        kind="konferens",
        municipality="2480",
        topics=[make_topic("jamstalldhet")],
        target_groups=[make_target_group("chefer")],
        format=EventFormat.HYBRID,
        body_sv="Om ÖPPENHET och 100 % närvaro",
    )
    make_event(
        title="B",
        municipality="2580",
        counties=[make_county("24"), make_county("25")],
        organiser=make_organiser("lansstyrelsen-norrbotten"),
        co_organisers=[make_organiser("lansstyrelsen-vasterbotten")],
        language=EventLanguage.ENGLISH,
    )
    make_event(
        title="C",
        municipality=None,
        format=EventFormat.ONLINE,
        topics=[make_topic("hedersvald"), make_topic("jamstalldhet")],
        series=make_series(),
    )
    make_event(title="D", municipality="0180", target_groups=[make_target_group("allmanhet")])
    db.session.flush()


def found(query: dict[str, list[str]]) -> str:
    conditions = EventFilter.from_args(MultiDict(query)).conditions()
    return "".join(db.session.scalars(select(Event.title_sv).where(*conditions).order_by(Event.title_sv)))


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, "ABCD"),
        ({"typ": ["konferens"]}, "A"),
        ({"typ": ["konferens", "utbildningsdag"]}, "ABCD"),
        ({"lan": ["24"]}, "AB"),
        ({"lan": ["25"]}, "B"),
        ({"lan": ["01", "25"]}, "BD"),
        ({"kommun": ["2480", "0180"]}, "AD"),
        ({"malgrupp": ["chefer", "allmanhet"]}, "AD"),
        ({"amne": ["jamstalldhet"]}, "AC"),
        ({"amne": ["hedersvald"], "form": ["digitalt"]}, "C"),
        ({"arrangor": ["lansstyrelsen-vasterbotten"]}, "ABCD"),
        ({"arrangor": ["lansstyrelsen-norrbotten"]}, "B"),
        ({"serie": ["demokratimorgon"]}, "C"),
        ({"form": ["plats"]}, "ABD"),
        ({"form": ["digitalt"]}, "AC"),
        ({"form": ["plats", "digitalt"]}, "ABCD"),
        ({"sprak": ["en"]}, "B"),
        ({"q": ["öppenhet NÄRVARO"]}, "A"),
        ({"q": ["100 %"]}, "A"),
        ({"q": ["1_0"]}, ""),
        ({"q": ["öppenhet saknas"]}, ""),
        ({"lan": ["24"], "typ": ["utbildningsdag"]}, "B"),
    ],
)
def test_each_filter_finds_its_own(four_events: None, query: dict[str, list[str]], titles: str):
    assert found(query) == titles


def test_left_out_filter_does_not_count(four_events: None):
    selection = EventFilter(typ=("konferens",), lan=("24",))
    conditions = selection.conditions(leave_out="typ")
    assert db.session.scalars(select(Event.title_sv).where(*conditions).order_by(Event.id)).all() == [
        "A",
        "B",
    ]


def test_choices_are_what_coming_events_have(four_events: None, frozen_now: FrozenClock):
    make_event(
        title="Över",
        kind="kampanj",
        topics=[make_topic("andts")],
        occasions=[make_occasion(swedish_today() - timedelta(days=3))],
    )
    choices = find_choices(coming(frozen_now()), EventFilter())
    assert [choice.code for choice in choices.of("typ")] == ["utbildningsdag", "konferens"]
    assert [choice.label for choice in choices.of("kommun")] == ["Luleå", "Stockholm", "Umeå"]
    assert [choice.code for choice in choices.of("amne")] == ["hedersvald", "jamstalldhet"]
    assert [choice.code for choice in choices.of("malgrupp")] == ["allmanhet", "chefer"]
    assert [choice.code for choice in choices.of("arrangor")] == [
        "lansstyrelsen-norrbotten",
        "lansstyrelsen-vasterbotten",
    ]
    assert [choice.code for choice in choices.of("serie")] == ["demokratimorgon"]
    assert len(choices.of("lan")) == 21
    assert [choice.short_name for choice in choices.of("lan")][:3] == ["Blekinge", "Dalarna", "Gotland"]
    assert choices.labels["kommun", "2480"] == "Umeå"


def test_municipalities_follow_the_county_and_what_is_chosen_stays(
    four_events: None, frozen_now: FrozenClock
):
    chosen = EventFilter(lan=("24",), kommun=("2482",), amne=("andts",), typ=("kampanj",))
    choices = find_choices(coming(frozen_now()), chosen)
    assert [choice.code for choice in choices.of("kommun")] == ["2482", "2480"]
    assert "andts" in [choice.code for choice in choices.of("amne")]
    assert "kampanj" in [choice.code for choice in choices.of("typ")]
    assert not chosen.unknown_to(choices.labels)


def test_choices_are_in_the_language_of_the_page(four_events: None, frozen_now: FrozenClock):
    with in_language("en"):
        labels = find_choices(coming(frozen_now()), EventFilter()).labels
    assert labels["typ", "utbildningsdag"] == "Training day"
    assert labels["lan", "24"] == "Västerbotten County"
    assert labels["kommun", "2480"] == "Umeå"
    assert labels["arrangor", "lansstyrelsen-vasterbotten"] == "County Administrative Board of Västerbotten"


def test_codes_are_looked_up_only_for_what_is_chosen(app: Flask):
    assert len(chosen_rows(EventFilter(q=("våld",), form=("plats",)))) == 1
    assert len(chosen_rows(EventFilter(typ=("konferens",), lan=("24",)))) == 2


def test_what_is_coming_and_what_is_over(app: Flask, frozen_now: FrozenClock):
    yesterday, today = swedish_today() - timedelta(days=1), swedish_today()
    make_event(title="a över", occasions=[make_occasion(yesterday)])
    make_event(title="b pågår", occasions=[make_occasion(today, "09.00", "10.30")])
    make_event(title="c nyss slut", occasions=[make_occasion(today, "08.00", "09.59")])
    make_event(title="d utan datum", occasions=[])
    make_event(title="e genomförd i förtid", state=EventState.COMPLETED)
    make_event(title="f utkast", state=EventState.DRAFT)
    make_event(title="g inställd", state=EventState.CANCELLED)
    make_event(title="h heldag", occasions=[make_occasion(today, all_day=True)])
    make_event(title="i utan datum, genomförd", occasions=[], state=EventState.COMPLETED)
    make_event(title="j boka datumet", state=EventState.SAVE_THE_DATE)

    def letters(condition: object) -> str:
        titles = db.session.scalars(select(Event.title_sv).where(condition).order_by(Event.title_sv))  # type: ignore[arg-type]
        return "".join(title[0] for title in titles)

    assert letters(coming(frozen_now())) == "bdghj"
    assert letters(bygone(frozen_now())) == "acei"
    midnight = swedish_midnight(today + timedelta(days=1))
    assert letters(coming(midnight)) == "dgj"
    assert letters(bygone(midnight)) == "abcehi"
