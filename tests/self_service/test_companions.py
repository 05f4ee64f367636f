"""How many sit at a screen, and who they are, on the pages that people and staff open; without scripts."""

import csv
import io
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import select

from eventsapp.attendees.queries import AttendeeView, attendee_figures, attendee_page
from eventsapp.audit.models import AuditEntry
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventFormat
from eventsapp.registrations.companions import keep_names, names_of
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from tests.factories.events import make_event
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import PageClient

ASKED = "Hur många är ni vid skärmen?"
SENTENCE = "Ni är 12 personer vid samma skärm."
SignIn = Callable[..., object]
Queries = Callable[[], AbstractContextManager[list[str]]]


def an_event(**facts: object) -> Event:
    values: dict[str, object] = {"format": EventFormat.ONLINE, "shared_screen_max": 20}
    return make_event(**(values | facts))


def the_person() -> Registration:
    db.session.expire_all()
    return db.session.scalars(select(Registration).order_by(Registration.id)).one()


def form_of(event: Event) -> str:
    return f"/aktiviteter/{event.slug}/anmalan"


WHO = {"Namn": "Åsa Ahlström", "E-postadress": "asa@umea.example.se", "Var arbetar du?": "Umeå kommun"}


class TestSigningUp:
    def test_it_is_asked_only_where_the_activity_allows_it(self, client: PageClient) -> None:
        for facts in ({"shared_screen_max": None}, {"format": EventFormat.ONSITE}):
            assert "head_count" not in client.get_page(form_of(an_event(**facts))).form().names()
        page = client.get_page(form_of(an_event()))
        assert page.form().values["head_count"] == ["1"]
        assert "Ni tar en plats tillsammans, men alla räknas som deltagare." in page.text

    def test_a_group_says_how_many_they_are(self, client: PageClient) -> None:
        page = client.get_page(form_of(an_event())).submit({**WHO, ASKED: "12"})
        assert page.heading == "Du är anmäld"
        assert SENTENCE in page.text
        assert the_person().head_count == 12

    @pytest.mark.parametrize("typed", ["0", "-2", "21", "många", "1.5", "", "9" * 30, "١٢"])
    def test_what_is_no_such_number_is_told_at_the_field(self, client: PageClient, typed: str) -> None:
        page = client.get_page(form_of(an_event())).submit({**WHO, ASKED: typed}, status=400)
        assert page.problems == ["Skriv hur många ni är med siffror, mellan 1 och 20."]
        assert db.session.scalars(select(Registration)).all() == []

    @pytest.mark.parametrize("typed", ["7", "0", "hej"])
    def test_on_site_it_is_left_aside_and_said(self, client: PageClient, typed: str) -> None:
        event = an_event(format=EventFormat.HYBRID)
        page = client.get_page(form_of(event))
        assert "På plats anmäler sig var och en." in page.text
        page = page.submit({**WHO, "mode": "onsite", ASKED: typed})
        assert page.heading == "Du är anmäld"
        assert ("Du deltar på plats, så anmälan gäller bara dig." in page.text) is (typed == "7")
        assert the_person().head_count == 1

    def test_a_group_of_colleagues_is_not_asked(self, client: PageClient) -> None:
        page = client.get_page(f"{form_of(an_event())}/grupp")
        assert "head_count" not in page.form().names()


class TestOwnPage:
    @pytest.fixture
    def person(self, client: PageClient) -> Registration:
        return make_registration(
            an_event(format=EventFormat.HYBRID), mode=AttendanceMode.ONLINE, head_count=12
        )

    def test_the_number_is_shown_and_changed(self, client: PageClient, person: Registration) -> None:
        url = f"/min/anmalan/{make_personal_link(person)}"
        assert SENTENCE in client.get_page(url).text
        page = client.get_page(f"{url}/andra")
        assert page.form().values["head_count"] == ["12"]
        assert page.submit({ASKED: "21"}, status=400).problems == [
            "Skriv hur många ni är med siffror, mellan 1 och 20."
        ]
        page = client.get_page(f"{url}/andra").submit({ASKED: "8"})
        assert page.messages == ["Din anmälan är ändrad."]
        assert the_person().head_count == 8

    def test_to_come_in_person_is_for_one_and_says_so(self, client: PageClient, person: Registration) -> None:
        url = f"/min/anmalan/{make_personal_link(person)}"
        page = client.get_page(f"{url}/andra").submit({"mode": "onsite"})
        assert page.messages == ["Din anmälan är ändrad. Den gäller nu bara dig."]
        assert "vid samma skärm" not in page.text
        assert the_person().head_count == 1

    def test_what_one_has_can_be_kept_where_fewer_are_allowed_now(
        self, client: PageClient, person: Registration
    ) -> None:
        url = f"/min/anmalan/{make_personal_link(person)}"
        db.session.get_one(Event, person.event_id).shared_screen_max = 5
        page = client.get_page(f"{url}/andra").submit({"Befattning": "Kurator"})
        assert page.messages == ["Din anmälan är ändrad."]
        assert the_person().head_count == 12

    def test_the_others_are_named_later_some_of_them_or_nobody(
        self, client: PageClient, person: Registration
    ) -> None:
        url = f"/min/anmalan/{make_personal_link(person)}"
        page = client.get_page(client.get_page(url).href("Skriv vilka ni är, om ni vill"))
        assert page.heading == "Vilka är ni vid skärmen?"
        page = page.submit({"names": "  Bo   Berg \r\n\r\nCia Ceder\t\r\n"})
        assert page.messages == ["Namnen är sparade."]
        assert "Med dig: Bo Berg, Cia Ceder." in page.text
        assert names_of([person.id]) == {person.id: ("Bo Berg", "Cia Ceder")}
        entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.action, entry.changes) == ("registration.changed", {"companions": None})
        page = client.get_page(client.get_page(url).href("Ändra namnen"))
        assert page.form().values["names"] == ["Bo Berg\r\nCia Ceder"]
        page.submit({"names": ""})
        assert names_of([person.id]) == {}

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ("Bo\x07 Berg", "Några tecken går inte att läsa. Skriv raderna igen."),
            ("Bo\x00", "Några tecken går inte att läsa. Skriv raderna igen."),
            ("\n".join(["Bo Berg"] * 12), "Det är 12 namn. Ni är 12 vid skärmen, så skriv högst 11."),
            ("\n".join(["Bo"] * 10_000), "Det är 10000 namn. Ni är 12 vid skärmen, så skriv högst 11."),
            ("B" * 201, "Ett namn får ha högst 200 tecken."),
            ("Se www.example.se", "Skriv bara namnen, utan länkar och adresser."),
        ],
    )
    def test_lines_that_are_no_names_are_refused(
        self, client: PageClient, person: Registration, typed: str, problem: str
    ) -> None:
        url = f"/min/anmalan/{make_personal_link(person)}/vid-skarmen"
        page = client.get_page(url).submit({"names": typed}, status=400)
        assert page.problems == [problem]
        assert names_of([person.id]) == {}

    @pytest.mark.parametrize(
        "facts",
        [
            {"head_count": 1},
            {"status": RegistrationStatus.CANCELLED},
            {"alias_number": 1, "name": "Deltagare 1"},
        ],
    )
    def test_nobody_else_names_anybody(self, client: PageClient, facts: dict[str, object]) -> None:
        values: dict[str, object] = {"head_count": 12}
        person = make_registration(an_event(), **(values | facts))
        url = f"/min/anmalan/{make_personal_link(person)}"
        assert client.get_page(f"{url}/vid-skarmen").url == url
        assert "Skriv vilka ni är" not in client.get_page(url).text


class TestStaff:
    def test_the_list_counts_registrations_and_people(self, client: PageClient, sign_in: SignIn) -> None:
        event = an_event()
        make_registration(event, head_count=12, name="Åsa Ahlström")
        make_registration(event, name="Bo Berg")
        make_registration(event, head_count=5, status=RegistrationStatus.CANCELLED)
        assert attendee_page(event.id, AttendeeView(), 1).people == 18
        figures = attendee_figures(event.id, "24")
        assert (figures.confirmed, figures.people) == (2, 13)
        event_id = event.id
        sign_in(Role.ADMINISTRATOR)
        page = client.get_page(f"/personal/aktiviteter/{event_id}/deltagare")
        assert "3 anmälningar, 18 personer" in page.text
        assert "13 personer, flera vid samma skärm" in page.text
        assert "12 personer vid skärmen" in page.table()[0][0]
        page = client.get_page(f"/personal/aktiviteter/{event_id}/deltagare?q=berg")
        assert "1 person i urvalet" in page.text.replace(" · ", " ")
        for address in ("/personal", "/personal/aktiviteter", f"/personal/aktiviteter/{event_id}"):
            assert "13 personer, flera vid samma skärm" in client.get_page(address).text

    def test_nothing_is_said_of_people_where_each_has_a_screen(
        self, client: PageClient, sign_in: SignIn
    ) -> None:
        event = an_event(shared_screen_max=None)
        make_registration(event)
        event_id = event.id
        sign_in(Role.ADMINISTRATOR)
        for address in ("", f"/aktiviteter/{event_id}", f"/aktiviteter/{event_id}/deltagare"):
            page = client.get_page(f"/personal{address}")
            assert "skärm" not in page.text
        assert "1 person" in page.text

    def test_the_lists_cost_the_same_for_one_and_for_five_groups(
        self, client: PageClient, sign_in: SignIn, queries: Queries
    ) -> None:
        event = an_event()
        url = f"/personal/aktiviteter/{event.id}/deltagare?kolumn=namn&kolumn=antal&kolumn=vid-skarmen"
        sign_in(Role.ADMINISTRATOR)
        costs = []
        for number in range(5):
            keep_names(make_registration(event, head_count=3), [f"Bo Berg {number}"])
            db.session.commit()
            with queries() as statements:
                page = client.get_page(url)
            costs.append(len(statements))
        assert costs[0] == costs[4]
        assert [row[1:] for row in page.table()] == [["3", f"Bo Berg {number}"] for number in range(5)]

    def test_the_export_and_the_person_s_page_have_the_names(
        self, client: PageClient, sign_in: SignIn
    ) -> None:
        event = an_event()
        person = make_registration(event, head_count=3)
        keep_names(person, ["Bo Berg", "Cia Ceder"])
        url, person_id = f"/personal/aktiviteter/{event.id}/deltagare", person.id
        sign_in(Role.ADMINISTRATOR)
        page = client.get_page(f"{url}/{person_id}")
        assert "Antal personer vid skärmen 3" in page.text
        assert "Fler vid skärmen Bo Berg, Cia Ceder" in page.text
        answer = client.post(
            f"{url}/export?kolumn=namn&kolumn=antal&kolumn=vid-skarmen",
            data={"csrf_token": client.csrf_token(url), "format": "csv"},
        )
        rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))
        assert rows == [
            ["Namn", "Antal personer", "Fler vid skärmen"],
            ["Ahlström, Åsa", "3", "Bo Berg, Cia Ceder"],
        ]

    def test_staff_add_and_change_the_number(self, client: PageClient, sign_in: SignIn) -> None:
        event = an_event(format=EventFormat.HYBRID)
        url = f"/personal/aktiviteter/{event.id}/deltagare"
        sign_in(Role.ADMINISTRATOR)
        who = {"Namn": "Åsa Ahlström", "Var arbetar personen?": "Umeå kommun", "mode": "online"}
        page = client.get_page(f"{url}/ny").submit({**who, "head_count": "21"})
        assert page.problems == ["Skriv hur många ni är med siffror, mellan 1 och 20."]
        page.submit({"head_count": "20"})
        person = the_person()
        assert person.head_count == 20
        client.get_page(f"{url}/{person.id}/andra").submit({"head_count": "2"})
        assert the_person().head_count == 2
        page = client.get_page(f"{url}/{person.id}/andra").submit({"mode": "onsite"})
        assert page.messages == ["Anmälan är ändrad.", "På plats gäller en anmälan en person."]
        assert the_person().head_count == 1
        page = client.get_page(f"{url}/ny").submit({**who, "mode": "onsite", "head_count": "4"})
        assert page.messages == ["Åsa Ahlström är anmäld.", "På plats gäller en anmälan en person."]
