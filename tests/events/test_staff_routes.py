"""The editor and its pages, opened and filled in as an officer does."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.queries import history_of_event
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventFormat, EventState, FormerSlug, RegistrationMode
from eventsapp.events.queries import EVERYTHING, get_event
from tests.conftest import FrozenClock
from tests.factories.accounts import make_team, make_user
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient

SignIn = Callable[..., User]
Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def officer(sign_in: SignIn) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


@pytest.fixture
def event(officer: User) -> Event:
    return make_event(title="Att upptäcka våld", responsible_id=officer.id, slug="att-upptacka-vald")


def read(event: Event) -> Event:
    db.session.expire_all()
    return get_event(event.id, *EVERYTHING)


def editor_of(client: PageClient, event: Event) -> Page:
    return client.get_page(f"/personal/aktiviteter/{event.id}/innehall")


@pytest.mark.usefixtures("officer")
class TestNew:
    def test_one_chooses_a_kind_and_fills_in_the_rest(self, client: PageClient, officer: User) -> None:
        page = client.get_page("/personal/aktiviteter/ny").click("Konferens")
        form = page.form("Spara utkastet")
        assert form.values["kind"] == ["konferens"]
        assert form.values["organiser"] == ["Länsstyrelsen Västerbotten"]
        saved = form.submit(
            {
                "Titel": "Regional konferens om mänskliga rättigheter",
                "Sammanfattning": "En dag om rättigheter.",
                "occasions-0-first_day": "2027-03-25",
                "occasions-0-starts": "9.00",
                "occasions-0-ends": "16",
                "Plats": "Folkets hus",
                "Kommun": "Umeå",
                "topics": ["valdsforebyggande"],
                "Samarrangörer": "Region Västerbotten\nKvinnojouren Iris",
                "E-post för frågor": "jamstalldhet@example.se",
            }
        )
        event = read(db.session.scalars(select(Event)).one())
        assert saved.url == f"/personal/aktiviteter/{event.id}/innehall"
        assert saved.heading == "Regional konferens om mänskliga rättigheter"
        assert (event.state, event.kind.code, event.responsible_id) == (
            EventState.DRAFT,
            "konferens",
            officer.id,
        )
        assert [one.name_sv for one in event.co_organisers] == ["Kvinnojouren Iris", "Region Västerbotten"]
        assert [str(one.starts_at) for one in event.occasions] == ["2027-03-25 08:00:00+00:00"]

    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(self, client: PageClient) -> None:
        page = client.get_page("/personal/aktiviteter/ny?typ=konferens").submit(
            {
                "Titel": "",
                "Sammanfattning": "Det jag skrev",
                "occasions-0-first_day": "25 mars",
                "occasions-0-starts": "nio",
                "Antal platser": "många",
                "Digital länk": "javascript:alert(1)",
            },
            button="Spara utkastet",
        )
        assert page.problems == [
            "Skriv en titel.",
            "Skriv datumet som 2026-11-25.",
            "Skriv tiden som 09.00.",
            "Skriv en webbadress som börjar med https://",
            "Skriv ett helt tal mellan 0 och 100000.",
        ]
        values = page.form("Spara utkastet").values
        assert values["summary_sv"] == ["Det jag skrev"]
        assert values["occasions-0-first_day"] == ["25 mars"]
        assert values["occasions-0-starts"] == ["nio"]
        assert values["capacity_total"] == ["många"]
        assert db.session.scalar(select(func.count(Event.id))) == 0
