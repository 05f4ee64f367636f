"""The page of quotas."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from eventsapp.accounts.models import Reach, User
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.places.models import QuotaBy
from eventsapp.registrations.models import Profession, RegistrationStatus
from eventsapp.waiting_list.quota_groups import find_group
from eventsapp.waiting_list.quotas import quotas_of
from tests.conftest import FrozenClock
from tests.factories.events import make_event
from tests.factories.registrations import make_registration
from tests.page_client import PageClient


@pytest.fixture(autouse=True)
def officer(sign_in: Callable[..., User]) -> User:
    return sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)


def address(event: Event) -> str:
    return f"/personal/aktiviteter/{event.id}/kvoter"


def stored(event: Event) -> list[tuple[QuotaBy, str, int, datetime | None]]:
    return [(one.by, one.key, one.capacity, one.unlocks_at) for one in quotas_of(event.id)]


def test_two_of_each_municipality_until_a_day(client: PageClient, frozen_now: FrozenClock) -> None:
    event = make_event(waiting_list=WaitingListRule.OFFER)
    for code in ("2480", "2480", "2480", "2482"):
        make_registration(event, municipality_code=code)
    page = client.get_page(address(event))
    assert "Ingen kvot gäller än." in page.text
    page = page.submit(
        {"rows-0-capacity": "2", "rows-0-by": "municipality", "rows-0-until": "2026-10-20"},
        button="Visa vad som händer",
    )
    assert page.texts(".panel-warning li") == [
        "Umeå har 3 av högst 2. De har kvar sina platser, men ingen fler därifrån får plats.",
        "Ingen på reservlistan får plats genom ändringen. Inga brev skickas.",
        "Ingen blir av med sin plats.",
    ]
    assert stored(event) == []
    page = page.submit(button="Spara kvoterna")
    assert page.messages == ["Kvoterna är sparade."]
    assert stored(event) == [(QuotaBy.MUNICIPALITY, "", 2, datetime(2026, 10, 19, 22, tzinfo=UTC))]
    assert page.table("#pools")[1:] == [
        ["Kvot: Skellefteå", "2", "1", "0", "1"],
        ["Kvot: Umeå", "2", "3", "0", "0 1 för mycket"],
    ]
    assert "Kvoter: Högst 2 av varje kommun till den 20 oktober 2026." in page.text
    page = client.get_page(address(event))
    values = page.form("Visa vad som händer").values
    assert (values["rows-0-capacity"], values["rows-0-until"]) == (["2"], ["2026-10-20"])


def test_a_released_quota_lets_people_in(client: PageClient) -> None:
    event = make_event(waiting_list=WaitingListRule.OFFER)
    make_registration(event, municipality_code="2480")
    page = client.get_page(address(event)).submit(
        {"rows-0-capacity": "1", "rows-0-by": "municipality", "rows-0-group": "umeå"},
        button="Visa vad som händer",
    )
    assert "Kvoten blir full för Umeå." in page.text
    page.submit(button="Spara kvoterna")
    assert stored(event) == [(QuotaBy.MUNICIPALITY, "2480", 1, None)]
    waiting = make_registration(event, status=RegistrationStatus.WAITING, municipality_code="2480")
    page = client.get_page(address(event)).submit({"rows-0-remove": True}, button="Visa vad som händer")
    assert "1 person på reservlistan får eller erbjuds en plats, med ett brev." in page.text
    db.session.refresh(waiting)
    assert waiting.status is RegistrationStatus.WAITING
    page.submit(button="Spara kvoterna")
    db.session.refresh(waiting)
    assert waiting.status is RegistrationStatus.OFFERED
    assert stored(event) == []


def test_rows_that_lack_something_are_kept_with_what_was_typed(client: PageClient) -> None:
    event = make_event()
    page = client.get_page(address(event)).submit(button="Lägg till en kvot")
    assert len(page.all("fieldset.field-group")) == 2
    page = page.submit(
        {"rows-0-capacity": "två", "rows-0-by": "county", "rows-1-by": "county", "rows-1-group": "Småland"},
        button="Visa vad som händer",
    )
    assert page.problems == ["Skriv ett helt tal mellan 0 och 10000.", "Skriv hur många."]
    page = page.submit({"rows-0-capacity": "3", "rows-1-capacity": "3"}, button="Visa vad som händer")
    assert page.problems == ["Vi hittar ingen grupp med det namnet. Välj ur förslagen."]
    page = page.submit({"rows-1-group": ""}, button="Visa vad som händer")
    assert page.problems == ["Två av kvoterna gäller samma grupp."]


@pytest.mark.parametrize(
    ("by", "name", "key"),
    [
        (QuotaBy.MUNICIPALITY, "Umeå", "2480"),
        (QuotaBy.MUNICIPALITY, "umeå kommun", "2480"),
        (QuotaBy.COUNTY, "Västerbotten", "24"),
        (QuotaBy.PROFESSION, "socialtjänst", Profession.SOCIAL_SERVICES.value),
        (QuotaBy.ORGANISATION, "Kulturhuset Ö", "kulturhuset o"),
        (QuotaBy.COUNTY, "", ""),
    ],
)
def test_a_name_means_a_group(app: object, by: QuotaBy, name: str, key: str) -> None:
    make_event()
    found = find_group(by, name)
    assert found == key or (by is QuotaBy.ORGANISATION and found.startswith("kulturhuset"))


def test_a_name_that_is_nobodys(app: object) -> None:
    with pytest.raises(DomainError) as caught:
        find_group(QuotaBy.MUNICIPALITY, "Atlantis")
    assert caught.value.field == "group"
