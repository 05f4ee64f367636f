"""Real subscribers of a real server get what changes, and nothing else."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from icalendar import Calendar

from eventsapp.app import create_app
from eventsapp.core.actor import Actor
from eventsapp.core.clock import swedish_today
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.text import email_key
from eventsapp.events.facts import facts_of
from eventsapp.events.life_cycle import cancel_event
from eventsapp.events.models import Event
from eventsapp.events.operations import update_event
from eventsapp.events.queries import get_event_to_change
from eventsapp.participants.calendars import open_calendar
from tests.databases import Databases, settings_for_tests
from tests.factories.event_facts import occasion_facts
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.feeds.subscriber import Shown, Subscriber
from tests.serving import serving

OFFICER = Actor.user(1, "Karin Öberg")
ADDRESS = "asa.ahlstrom@umea.example.se"
CALENDARS = ("public", "own")
HOME = "Folkets hus, Skolgatan 59, Umeå"


class Office:
    """The officers of the site, who change its activities."""

    def __init__(self, database_url: str, folder: Path) -> None:
        self.app = create_app(settings_for_tests(database_url, folder))

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """What is done in the block is saved at its end."""
        with self.app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            yield
            db.session.commit()
            db.session.remove()
            db.engine.dispose()

    def prepare(self, day: date) -> str:
        """Four activities, which one person is registered for; answers the end of that person's address."""
        with self.at_work():
            for number, title in enumerate(("Blir kvar", "Flyttas", "Ställs in")):
                self.add(title, day + timedelta(days=number))
            make_registration(
                make_event(
                    title="Hela veckan",
                    occasions=[make_occasion(day, last_day=day + timedelta(days=6), all_day=True)],
                ),
                email=ADDRESS,
            )
            return open_calendar(email_key(ADDRESS), "Datorn", "sv")

    @staticmethod
    def add(title: str, day: date) -> None:
        make_registration(make_event(title=title, occasions=[make_occasion(day)]), email=ADDRESS)

    @staticmethod
    def find(title: str) -> Event:
        return get_event_to_change(db.session.query(Event.id).filter_by(title_sv=title).scalar())

    def change_one_cancel_one_add_one(self, day: date) -> None:
        with self.at_work():
            moved = self.find("Flyttas")
            facts = facts_of(moved)
            times = occasion_facts(day + timedelta(days=8), "13:00", "16:00", id=moved.occasions[0].id)
            update_event(moved, replace(facts, occasions=(times,)), actor=OFFICER)
            cancel_event(self.find("Ställs in"), "Föreläsaren är sjuk.", actor=OFFICER)
            self.add("Kommer till", day + timedelta(days=9))


def titles(files: Iterable[bytes]) -> list[str]:
    """The titles in these files, one in each."""
    return sorted(
        str(event["SUMMARY"]) for file in files for event in Calendar.from_ical(file).walk("VEVENT")
    )


@pytest.mark.slow
def test_exactly_what_has_changed_is_fetched(databases: Databases, tmp_path: Path) -> None:
    url = databases.new("sqlite")
    office = Office(url, tmp_path / "office")
    day = swedish_today() + timedelta(days=30)
    span = (day - timedelta(days=1), day + timedelta(days=30))
    token = office.prepare(day)
    subscriber = Subscriber(tmp_path / "subscriber")

    def at(days: int, starts: str, ends: str, title: str, status: str = "CONFIRMED") -> Shown:
        when = day + timedelta(days=days)
        return Shown(f"{when} {starts}", f"{when} {ends}", title, HOME, status)

    week = Shown(f"{day}", f"{day + timedelta(days=6)}", "Hela veckan", HOME, "CONFIRMED")
    stays = at(0, "09.00", "15.30", "Blir kvar")
    first = [week, stays, at(1, "09.00", "15.30", "Flyttas"), at(2, "09.00", "15.30", "Ställs in")]
    then = [
        week,
        stays,
        at(2, "09.00", "15.30", "INSTÄLLT: Ställs in", "CANCELLED"),
        at(8, "13.00", "16.00", "Flyttas"),
        at(9, "09.00", "15.30", "Kommer till"),
    ]

    with serving(url, tmp_path / "server", workers=1) as server:
        subscriber.subscribe(
            {"public": f"{server.url}/kalender.ics", "own": f"{server.url}/kalender/min/{token}.ics"}
        )
        subscriber.sync()
        before = {name: subscriber.files(name) for name in CALENDARS}
        assert subscriber.agenda(*span) == dict.fromkeys(CALENDARS, first)

        subscriber.sync()
        assert {name: subscriber.files(name) for name in CALENDARS} == before, "nothing had changed"

        office.change_one_cancel_one_add_one(day)
        subscriber.sync()
    assert subscriber.agenda(*span) == dict.fromkeys(CALENDARS, then)
    for name in CALENDARS:
        # vdirsyncer takes a feed's entry that has changed for another one: a file goes and a file comes.
        kept, now = before[name], subscriber.files(name)
        assert titles(kept[file] for file in kept.keys() - now.keys()) == ["Flyttas", "Ställs in"]
        assert titles(now[file] for file in now.keys() - kept.keys()) == [
            "Flyttas",
            "INSTÄLLT: Ställs in",
            "Kommer till",
        ]
        assert titles(now[file] for file in now.keys() & kept.keys() if now[file] == kept[file]) == [
            "Blir kvar",
            "Hela veckan",
        ]
