"""The files of the demonstration: every word that names something names something that exists."""

import csv
import json
from collections import Counter
from datetime import date

import pytest

from eventsapp.cli.demo.archive import read_archive
from eventsapp.cli.demo.coming import activity_facts, occasion_days
from eventsapp.cli.demo.organisers import OrganiserNames
from eventsapp.cli.demo.people import Crowd, mail_name
from eventsapp.cli.demo.texts import DATA, ActivityText, read_activities
from eventsapp.cli.reference import DATA as REFERENCE
from eventsapp.cli.reference import target_group_codes, target_group_rows
from eventsapp.events.checks import require_showable
from eventsapp.events.models import EventFormat, EventState, RegistrationMode

ACTIVITIES = read_activities()
WEB_COURSES = {"webbkurs-om-vald", "webbkurs-om-heder", "vasterbotten-mot-vald"}
TODAYS = [
    date(2026, 11, 23),
    date(2026, 12, 31),
    date(2027, 2, 28),
    date(2027, 5, 1),
    date(2027, 7, 15),
    date(2028, 9, 3),
]


def _codes(name: str, column: str = "code") -> set[str]:
    with (REFERENCE / name).open(encoding="utf-8") as file:
        return {row[column] for row in csv.DictReader(file)}


def _organisations() -> set[str]:
    own = {row["name"] for row in json.loads((DATA / "organisations.json").read_text(encoding="utf-8"))}
    return (
        own
        | _codes("agencies.csv", "name")
        | _codes("regions.csv", "name")
        | _codes("municipalities.csv", "official_name")
    )


@pytest.mark.parametrize("activity", ACTIVITIES, ids=lambda activity: activity.key)
def test_codes_and_names_exist(activity: ActivityText) -> None:
    assert activity.kind in _codes("event_kinds.csv")
    assert set(activity.topics) <= _codes("topics.csv")
    assert set(activity.target_groups) <= {row["code"] for row in target_group_rows()}
    assert {activity.organiser, *activity.co_organisers} <= _organisations()
    assert activity.municipality is None or activity.municipality in _codes("municipalities.csv")
    if activity.municipality:
        assert activity.municipality[:2] in activity.counties
    if activity.made_from:
        assert activity.made_from in {past.id for past in read_archive()} | WEB_COURSES


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_every_activity_is_right_whenever_it_is_loaded(today: date) -> None:
    for activity in ACTIVITIES:
        days = occasion_days(activity, today)
        require_showable(activity_facts(activity, days, today, None), activity.state)
        if activity.occasions:
            late = activity.state is EventState.COMPLETED
            assert (days[0] < today) is late, activity.key
            assert (days[0] - today).days <= 400, activity.key
            assert all(day.weekday() < 5 for day in days), activity.key


def test_texts_are_plain_swedish_without_addresses_of_real_people() -> None:
    for path in (DATA / "activities").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for word in ("OBS", "t.ex.", "vänligen", "Vänligen", "hybrid\n", "bl.a."):
            assert word not in text, f"{path.name} has {word}"
    for activity in ACTIVITIES:
        assert activity.contact_email.endswith("@example.se")
        assert not activity.join_url or ".example.se/" in activity.join_url
        words = f"{activity.title} {activity.title_en}".casefold()
        for state in ("inställ", "save the date", "boka datumet", "fullbok", "flytta"):
            assert state not in words


def test_there_is_one_of_everything_that_must_be_shown() -> None:
    states = Counter(activity.state for activity in ACTIVITIES)
    assert states[EventState.SAVE_THE_DATE] >= 3
    assert states[EventState.CANCELLED] == 1
    assert states[EventState.DRAFT] == 1
    assert sum(activity.moved_by_days > 0 for activity in ACTIVITIES) == 1
    modes = Counter(activity.registration for activity in ACTIVITIES)
    assert modes[RegistrationMode.NONE] >= 2
    assert modes[RegistrationMode.ELSEWHERE] >= 2
    assert sum(not activity.occasions for activity in ACTIVITIES) >= 4
    assert any(len(activity.occasions) == 4 for activity in ACTIVITIES)
    assert any(activity.language == "en" for activity in ACTIVITIES)
    assert any(activity.opens_in_days for activity in ACTIVITIES)
    assert sum(activity.text_en is not None for activity in ACTIVITIES) >= 10
    assert sum(len(activity.text) > 400 for activity in ACTIVITIES) >= 15
    assert 300 <= sum(activity.taken_onsite + activity.taken_online for activity in ACTIVITIES) <= 700


def test_nobody_sits_where_there_is_no_seat() -> None:
    for activity in ACTIVITIES:
        apart = activity.format is EventFormat.HYBRID and not activity.shared_pool
        if apart:
            assert activity.seats_onsite is None or activity.taken_onsite <= activity.seats_onsite
            assert activity.seats_online is None or activity.taken_online <= activity.seats_online
        else:
            seats = activity.seats_total or activity.seats_onsite or activity.seats_online
            assert seats is None or activity.taken_onsite + activity.taken_online <= seats
        if activity.taken_onsite + activity.taken_online:
            assert activity.registration is RegistrationMode.REQUIRED


def test_the_archive_is_whole_and_its_words_are_known() -> None:
    archive, names, groups = read_archive(), OrganiserNames.read(), target_group_codes()
    assert len(archive) == 78
    assert Counter(past.status for past in archive) == {"genomfört": 75, "save the date": 2, "inställt": 1}
    known = _organisations()
    for past in archive:
        assert set(names.single([past.organiser, *past.collaborators])) <= known
        assert set(past.target_groups) <= set(groups)
        assert set(past.topics) <= _codes("topics.csv")
        assert past.source.startswith("http")


def test_a_crowd_is_the_same_each_time_and_nobody_comes_twice() -> None:
    crowds = [Crowd(7), Crowd(7)]
    gathered = [
        [crowd.gather(30, ("socialtjanst", "forskola-skola"), []) for _ in range(4)] for crowd in crowds
    ]
    assert gathered[0] == gathered[1]
    for people in gathered[0]:
        assert len({person.email for person in people}) == 30
        assert all(person.email.endswith("@example.se") for person in people)
        assert {person.sector for person in people} <= {"social", "school"}
    addresses = [person.email for person in crowds[0].people]
    assert len(set(addresses)) == len(addresses)


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("Åsa Ahlström", "asa.ahlstrom"),
        ("Nils-Ánte Fjällström", "nilsante.fjallstrom"),
        ("Omar Al Rashid", "omar.al.rashid"),
        ("Lejla Hodžić", "lejla.hodzic"),
    ],
)
def test_addresses_are_made_of_names(name: str, address: str) -> None:
    assert mail_name(name) == address
