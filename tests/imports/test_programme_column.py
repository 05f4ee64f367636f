"""Choices in the programme that stand in a list: read by title, refused by row, and never above what there is unasked."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from eventsapp.accounts.models import User
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, WaitingListRule
from eventsapp.imports.columns import columns_of
from eventsapp.imports.jobs import work_on_imports
from eventsapp.imports.models import ImportBatch, RowOutcome
from eventsapp.imports.preview import Fate
from eventsapp.imports.problems import ProblemKind, Unreadable
from eventsapp.imports.programme_column import reader_of
from eventsapp.places.queries import pools_of
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.queries import items_of
from tests.factories.events import make_event
from tests.factories.ranked import make_ranking_event
from tests.imports.test_operations import accept_list, outcomes, people_of, preview_of, problems, read
from tests.page_client import PageClient
from tests.registrations.steps import make_choice


def item(number: int, title: str, starts: int, ends: int | None = None, **values: str) -> ProgrammeItem:
    return ProgrammeItem(
        id=number,
        title_sv=title,
        starts_at=datetime(2026, 11, 25, starts, tzinfo=UTC),
        ends_at=datetime(2026, 11, 25, ends, tzinfo=UTC) if ends else None,
        is_choice=True,
        **values,
    )


ITEMS = [
    item(1, "Att fråga om våld", 9, title_en="Asking about violence"),
    item(2, "Skyddat boende", 9),
    item(3, "Våld; i nära relationer", 13, 15),
    item(4, "Fördjupning", 14),
    item(5, "Handledning", 9),
    item(6, "Handledning", 13),
]


@pytest.mark.parametrize(
    ("cell", "chosen"),
    [
        ("Att fråga om våld", (1,)),
        ("  ATT FRÅGA  om våld ;fördjupning", (1, 4)),
        ("asking about violence", (1,)),
        ("Våld; i nära relationer", (3,)),
        ("Skyddat boende\nFördjupning;", (2, 4)),
        ("Skyddat boende; Skyddat boende", (2,)),
        ("10.00 Handledning", (5,)),
        ("14:00 handledning;Skyddat boende", (2, 6)),
        (" ; ", None),
    ],
)
def test_items_are_known_by_their_titles(cell: str, chosen: tuple[int, ...] | None) -> None:
    assert reader_of(ITEMS)(cell) == chosen


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Något annat", ProblemKind.UNKNOWN),
        ("Skyddat boende; Något annat", ProblemKind.UNKNOWN),
        ("Handledning", ProblemKind.SAME_TITLE),
        ("Att fråga om våld; Skyddat boende", ProblemKind.SAME_TIME),
        ("Våld i nära relationer; Fördjupning", ProblemKind.OVERLAP),
    ],
)
def test_what_nobody_could_have_chosen_is_refused(cell: str, kind: ProblemKind) -> None:
    with pytest.raises(Unreadable) as refused:
        reader_of(ITEMS)(cell)
    assert refused.value.kind is kind


@pytest.fixture
def event(app: object) -> Event:
    return make_event(capacity_total=4, waiting_list=WaitingListRule.AUTOMATIC)


def a_list(*choices: str) -> str:
    rows = [f"Person {n};p{n}@example.se;Umeå kommun;{one}" for n, one in enumerate(choices, 1)]
    return "\n".join(["Namn;E-post;Arbetsplats;Programval", *rows])


def chosen_by_name() -> dict[str, list[str]]:
    people = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    items = items_of([one.id for one in people])
    return {one.name: [chosen.title_sv for chosen in items.get(one.id, [])] for one in people}


def taken(item_id: int) -> int:
    return pools_of("programme_item", item_id)[0].taken


def test_each_gets_what_the_list_says(event: Event) -> None:
    morning, afternoon = make_choice(event, 5, title="Förmiddag"), make_choice(event, 5, title="Eft", hour=5)
    batch = read(event, a_list("Förmiddag", '"eft; förmiddag"', "", "förmiddag"))
    assert [row.fate for row in preview_of(batch).rows] == [Fate.PLACE] * 4
    accept_list(batch)
    work_on_imports()
    assert chosen_by_name() == {
        "Person 1": ["Förmiddag"],
        "Person 2": ["Förmiddag", "Eft"],
        "Person 3": [],
        "Person 4": ["Förmiddag"],
    }
    assert (taken(morning), taken(afternoon)) == (3, 1)


def test_a_full_item_is_told_and_the_row_is_left_out(event: Event) -> None:
    item_id = make_choice(event, 1, title="Verkstad")
    batch = read(event, a_list("Verkstad", "Verkstad", "", "Okänd"))
    preview = preview_of(batch)
    assert [(row.fate, row.reasons) for row in preview.rows] == [
        (Fate.PLACE, ()),
        (Fate.ITEM_FULL, ()),
        (Fate.PLACE, ()),
        (Fate.BROKEN, ("Okänt värde: Programval.",)),
    ]
    assert (preview.good, preview.letters) == (3, 3)
    accept_list(batch)
    work_on_imports()
    assert [name for name, _status in people_of(event)] == ["Person 1", "Person 3"]
    assert problems(batch) == {3: [["item_full", ""]], 5: [["unknown", "items"]]}
    assert taken(item_id) == 1


def test_above_its_number_comes_only_who_staff_say_may(event: Event) -> None:
    item_id = make_choice(event, 1, title="Verkstad")
    batch = read(event, a_list("Verkstad", "Verkstad"))
    accept_list(batch, overbook=True)
    work_on_imports()
    assert outcomes(batch) == {2: RowOutcome.PLACED, 3: RowOutcome.OVER}
    assert taken(item_id) == 2


def test_who_waits_keeps_the_choice_as_a_wish(event: Event) -> None:
    item_id = make_choice(event, 9, title="Verkstad")
    batch = read(event, a_list(*["Verkstad"] * 5))
    assert preview_of(batch).count("full") == 1
    accept_list(batch)
    work_on_imports()
    assert people_of(event)[-1] == ("Person 5", RegistrationStatus.WAITING)
    assert chosen_by_name()["Person 5"] == ["Verkstad"]
    assert taken(item_id) == 4


def test_the_preview_says_which_choices_are_full(
    event: Event, client: PageClient, sign_in: Callable[..., User]
) -> None:
    make_choice(event, 1, title="Verkstad")
    event_id = event.id
    sign_in(Role.ADMINISTRATOR)
    page = client.get_page(f"/personal/aktiviteter/{event_id}/deltagare/import")
    assert "Programval" in page.text
    page = page.submit(
        {"Eller klistra in raderna": a_list("Verkstad", "Verkstad", "x")}, button="Granska listan"
    )
    assert "1 person har valt en programpunkt som är full" in page.text
    assert "Okänt värde: Programval." in page.text
    batch_id = db.session.scalars(select(ImportBatch.id)).one()
    page = client.get_page(f"/personal/aktiviteter/{event_id}/deltagare/import/{batch_id}?visa=item_full")
    assert [row[3] for row in page.table()] == ["Vald punkt är full"]


def test_a_list_for_an_activity_that_ranks_its_items_has_no_such_column(app: object) -> None:
    event, _ = make_ranking_event([5, 5])
    assert "items" not in columns_of(event)
    event.items_assigned_at = now()
    assert "items" in columns_of(event)


def test_a_list_for_an_activity_without_choices_has_no_such_column(event: Event) -> None:
    batch = read(event, a_list("Verkstad"))
    assert batch.columns == ["name", "email", "organisation", ""]
