"""Demonstration data: the real past, and a made-up coming year with made-up people."""

from dataclasses import dataclass

from sqlalchemy import exists, select

from eventsapp.accounts.models import User
from eventsapp.cli.demo.archive import load_archive, load_publications
from eventsapp.cli.demo.attendees import SEED, load_attendees
from eventsapp.cli.demo.circles import load_circles
from eventsapp.cli.demo.coming import Officers, load_coming_year
from eventsapp.cli.demo.letters import add_sent_letters
from eventsapp.cli.demo.organisers import add_organisers
from eventsapp.cli.demo.people import Crowd
from eventsapp.cli.demo.protected import add_protected
from eventsapp.cli.demo.questions import load_questions
from eventsapp.cli.demo.queues import load_queues
from eventsapp.cli.demo.ranking import load_ranking
from eventsapp.cli.demo.screens import add_screens
from eventsapp.cli.demo.staff import DEMO_ACCOUNTS, DEMO_PASSWORD, add_staff, demo_password_hash
from eventsapp.core.clock import now
from eventsapp.core.db import db

__all__ = ["DEMO_ACCOUNTS", "DEMO_PASSWORD", "DemoReport", "has_demo_data", "load_demo_data"]


@dataclass(frozen=True)
class DemoReport:
    """What was loaded."""

    past: int
    coming: int
    publications: int
    people: int


def has_demo_data() -> bool:
    """Whether the demonstration has been loaded before."""
    return bool(db.session.scalar(select(exists().where(User.email_key == DEMO_ACCOUNTS[0].email))))


def load_demo_data() -> DemoReport | None:
    """Load everything once, around today; the reference data must be there, and the caller commits.

    Answers None, and does nothing, where it has been loaded before. Never for production: the caller sees to that.
    """
    password_hash = demo_password_hash()
    if has_demo_data():
        return None
    moment = now()
    staff = add_staff(password_hash)
    officers = Officers(violence=staff["karin.oberg@example.se"], safety=staff["ahmed.karimi@example.se"])
    add_organisers()
    publications = load_publications()
    past = load_archive(officers.violence)
    coming = load_coming_year(officers, publications, moment)
    crowd = Crowd(SEED)
    people = load_attendees(coming, crowd, moment)
    load_queues(coming, crowd, moment)
    load_circles(coming, officers.violence, moment)
    add_protected(coming, officers.violence)
    load_questions(coming, moment)
    load_ranking(coming)
    add_screens(coming)
    add_sent_letters(coming)
    return DemoReport(past=len(past), coming=len(coming), publications=len(publications), people=people)
