"""The pages of protected records."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.queries import history_of
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventFormat, WaitingListRule
from eventsapp.protection.models import ProtectedRecord
from eventsapp.registrations import guessing
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.wishes import wishes_of
from tests.factories.events import make_event, make_municipality
from tests.factories.networks import make_member, make_network
from tests.factories.ranked import make_ranking_event
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient
from tests.registrations.steps import make_choice

CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}( [0-9A-HJKMNP-TV-Z]{4}){2}")


def address(event: Event, rest: str = "/alias") -> str:
    return f"/personal/aktiviteter/{event.id}/deltagare{rest}"


def code_on(page: Page) -> str:
    found = CODE.search(page.text_of("p.fw-bold"))
    assert found is not None
    return found.group()


def only_person() -> Registration:
    db.session.expire_all()
    return db.session.scalars(select(Registration)).one()


def test_an_officer_makes_a_place_and_reads_out_the_code(client: PageClient, officer: User) -> None:
    make_municipality("2481")
    event = make_event(format=EventFormat.HYBRID)
    item = make_choice(event, 5)
    page = client.get_page(address(event, "")).click("Plats under täcknamn")
    assert page.heading == "Ge en plats under täcknamn"
    page = page.submit({"mode": "online", "Kommun": "2481"})
    assert page.problems == []
    assert page.heading == "Koden till Deltagare 1"
    code = code_on(page)
    person = only_person()
    assert (person.name, person.municipality_code, person.mode.value) == ("Deltagare 1", "2481", "online")
    assert item
    page = page.click("Jag har lämnat koden")
    assert page.heading == "Deltagare 1"
    assert code not in page.text
    page = client.get_page("/min/kod").submit({"Din kod": code.lower().replace(" ", "-")})
    assert page.heading == "Du är anmäld, Deltagare 1"


def test_what_is_sealed_is_seen_when_it_is_opened_and_each_time_is_in_the_trail(
    client: PageClient, officer: User
) -> None:
    event = make_event()
    page = client.get_page(address(event)).submit(
        {"Namn": "Anna Dold", "Telefon": "070-555 01 99", "Annat du behöver veta": "Ring\nkvällstid"}
    )
    page = page.click("Jag har lämnat koden")
    assert "Anna" not in page.text
    opened = page.submit(button="Öppna den låsta posten")
    assert opened.heading == "Låst post: Deltagare 1"
    assert "Anna Dold" in opened.text
    assert "070-555 01 99" in opened.text
    person = only_person()
    assert history_of("registration", person.id)[0].action == "registration.sealed_opened"
    page.submit(button="Öppna den låsta posten")
    assert [entry.action for entry in history_of("registration", person.id)].count(
        "registration.sealed_opened"
    ) == 2
    response = client.post(address(event, f"/{person.id}/oppna"), data={})
    assert b"Anna" not in response.data
    client.get_page(address(event, f"/{person.id}"))
    assert "öppnade den låsta posten" in client.get_page(address(event, f"/{person.id}")).text


def test_opening_is_not_kept_and_not_a_get(client: PageClient, officer: User) -> None:
    event = make_event()
    client.get_page(address(event)).submit({"Namn": "Anna Dold"})
    person = only_person()
    page = client.get_page(address(event, f"/{person.id}"))
    answer = page.form("Öppna den låsta posten").send()
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(address(event, f"/{person.id}/oppna")).status_code == 405


def test_the_code_is_answered_once(client: PageClient, officer: User) -> None:
    event = make_event()
    form = client.get_page(address(event)).form("Ge plats och visa koden")
    first = form.send()
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "no-store")
    again = form.submit()
    assert again.heading == "Deltagare 1"
    assert again.messages == [
        "Platsen fanns redan, så koden visas inte igen. Ge en ny kod om den inte kom fram."
    ]
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 1


def test_a_new_code_takes_the_place_of_the_old(client: PageClient, officer: User) -> None:
    event = make_event()
    page = client.get_page(address(event)).submit({})
    old = code_on(page)
    page = page.click("Jag har lämnat koden").click("Ge en ny kod")
    form = page.form("Ge en ny kod")
    new = code_on(form.submit())
    assert form.submit().messages == ["Koden är redan bytt. Ge en ny kod om den inte kom fram."]
    page = client.get_page("/min/kod").submit({"Din kod": old}, status=400)
    assert page.problems == ["Koden stämmer inte. Kontrollera den, eller ring oss."]
    assert client.get_page("/min/kod").submit({"Din kod": new}).heading == "Du är anmäld, Deltagare 1"


def test_a_full_event_has_a_list_or_a_place_above(client: PageClient, officer: User) -> None:
    event = make_event(capacity_total=1, waiting_list=WaitingListRule.OFFER)
    make_registration(event)
    page = client.get_page(address(event))
    assert "Personen ställs på reservlistan" in page.text
    page = page.submit({})
    assert "Deltagare 1 står på reservlistan som nummer 1." in page.text
    page = client.get_page(address(event)).submit({"Ge en plats även om det är fullt": True})
    assert page.heading == "Koden till Deltagare 2"
    plain = make_event(capacity_total=1)
    make_registration(plain)
    assert client.get_page(address(plain)).submit({}).problems == ["Det finns inga platser kvar."]


def test_a_full_choice_is_told_at_its_field(client: PageClient, officer: User) -> None:
    event = make_event()
    item = make_choice(event, 0)
    page = client.get_page(address(event)).submit({"slot_0": str(item)})
    assert page.problems == ["En punkt i programmet som du valde är full. Välj en annan."]


def test_one_under_an_alias_ranks_as_anybody(client: PageClient, officer: User) -> None:
    event, [[first, second]] = make_ranking_event([1, 1])
    page = client.get_page(address(event)).submit({"wish_0_0": str(second.id), "wish_0_1": str(first.id)})
    assert page.heading == "Koden till Deltagare 1"
    assert wishes_of([only_person().id]) == {only_person().id: (second.id, first.id)}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_persons_pages_say_the_alias_and_do_not_ask_who_it_is(
    client: PageClient, officer: User, language: str
) -> None:
    event = make_event(format=EventFormat.HYBRID, asks_phone=True, asks_food=True)
    code = code_on(client.get_page(address(event)).submit({"mode": "onsite", "Kommun": "2480"}))
    client.forget_cookies()
    page = client.get_page("/min/kod" if language == "sv" else "/en/my/code").submit({"typed": code})
    change = page.click("Ändra din anmälan" if language == "sv" else "Change your registration")
    names = change.form().names()
    assert set(names) == {"csrf_token", "mode", "food", "food_other"}
    change.submit({"mode": "online", "food": "vegan"})
    person = only_person()
    assert (person.name, person.mode.value, person.municipality_code) == ("Deltagare 1", "online", "2480")
    page = client.get_page("/min/kod" if language == "sv" else "/en/my/code").submit({"typed": code})
    page = page.click("Avanmäl dig" if language == "sv" else "Cancel your place")
    if language == "sv":
        assert (
            "Din plats blir ledig för någon annan. Vi skickar inget brev. Ångrar du dig, ring oss."
            in page.text
        )
    page = page.submit({})
    assert only_person().status is RegistrationStatus.CANCELLED
    assert page.status == 200


def test_wrong_codes_are_counted_until_there_are_too_many(
    client: PageClient, app: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guessing, "MOST_FAILURES", 2)
    for typed in ("0123 4567 89AB", "fel"):
        page = client.get_page("/min/kod").submit({"Din kod": typed}, status=400)
        assert page.problems == ["Koden stämmer inte. Kontrollera den, eller ring oss."]
    client.get_page("/min/kod").submit({"Din kod": "0123 4567 89AC"}, status=429)


def test_a_code_must_be_typed(client: PageClient, app: object) -> None:
    page = client.get_page("/min/kod").submit({}, status=400)
    assert page.problems == ["Skriv koden som du har fått av oss."]


def test_the_sign_up_form_leads_to_the_code(client: PageClient) -> None:
    event = make_event()
    page = client.get_page(f"/aktiviteter/{event.slug}/anmalan").click("Se din anmälan")
    assert page.heading == "Skriv din kod"


def test_a_record_is_locked_after_saying_what_follows(client: PageClient, officer: User) -> None:
    event, other = make_event(), make_event(title="Den andra dagen")
    person = make_registration(event, name="Anna Dold", email="anna@example.se", job_title="Utredare")
    make_registration(other, name="Anna Dold", email="anna@example.se")
    make_member(make_network(name="Länsnätverket"), email="anna@example.se")
    page = client.get_page(address(event, f"/{person.id}")).click("Lås posten")
    assert page.heading == "Lås posten för Anna Dold"
    assert "Adressen står i nätverket Länsnätverket" in page.text
    assert "Adressen är anmäld till Den andra dagen" in page.text
    page = page.submit({"Lås också organisationen": True})
    assert page.heading == "Koden till Deltagare 1"
    assert "Anna" not in page.text
    assert CODE.fullmatch(code_on(page))
    page = page.click("Jag har lämnat koden")
    assert "Anna" not in page.text
    assert "anna@example.se" not in page.text
    again = client.get_page(address(event, f"/{person.id}/las"))
    assert (again.heading, again.messages) == ("Deltagare 1", ["Posten är redan låst."])
    assert page.submit(button="Öppna den låsta posten").text.count("anna@example.se") == 1


@pytest.mark.parametrize("role", [Role.OFFICER, Role.ADMINISTRATOR])
def test_without_the_right_nothing_is_offered_and_nothing_opens(
    client: PageClient, sign_in: Callable[..., User], role: Role
) -> None:
    sign_in(role, reach=Reach.ALL)
    event = make_event()
    person = make_registration(event)
    assert "Lås posten" not in client.get_page(address(event, f"/{person.id}")).text
    assert "täcknamn" not in client.get_page(address(event, "")).text
    for rest in ("/alias", f"/{person.id}/las", f"/{person.id}/ny-kod"):
        assert client.get(address(event, rest)).status_code == 403
    assert client.post(address(event, f"/{person.id}/oppna")).status_code == 403


def test_a_reader_with_the_right_opens_and_changes_nothing(
    client: PageClient, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.READER, reach=Reach.ALL, may_open_protected=True)
    event = make_event()
    person = make_registration(event, name="Deltagare 1", email="", alias_number=1)
    assert client.get(address(event)).status_code == 403
    page = client.get_page(address(event, f"/{person.id}"))
    assert "Ge en ny kod" not in page.text
    assert "Inget är noterat om personen." in page.submit(button="Öppna den låsta posten").text


def test_another_teams_event_is_not_theirs(client: PageClient, sign_in: Callable[..., User]) -> None:
    sign_in(Role.OFFICER, reach=Reach.OWN, may_open_protected=True)
    event = make_event()
    person = make_registration(event)
    for rest in ("/alias", f"/{person.id}/las"):
        assert client.get(address(event, rest)).status_code == 403
    assert client.post(address(event, f"/{person.id}/oppna")).status_code == 403


def test_an_administrator_gives_the_right(client: PageClient, sign_in: Callable[..., User]) -> None:
    administrator = sign_in(Role.ADMINISTRATOR)
    page = client.get_page(f"/personal/konton/{administrator.id}")
    page.form("Spara").submit({"Får öppna skyddade poster": True})
    db.session.expire_all()
    assert db.session.get(User, administrator.id).may_open_protected
    (entry,) = history_of("user", administrator.id)
    assert entry.changes == {"may_open_protected": ["False", "True"]}


def test_a_form_with_an_old_token_keeps_what_was_typed(client: PageClient, officer: User) -> None:
    event = make_event()
    form = client.get_page(address(event)).form("Ge plats och visa koden")
    form.values["csrf_token"] = ["old"]
    page = form.submit({"Namn": "Anna Dold"})
    assert page.heading == "Ge en plats under täcknamn"
    assert page.one("#sealed_name")["value"] == "Anna Dold"
    assert db.session.scalar(select(func.count()).select_from(ProtectedRecord)) == 0
