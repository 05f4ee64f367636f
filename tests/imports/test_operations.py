"""Lists that are read in, on a real database: what is written when, and what an undo takes back."""

import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import Context
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import delete, func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.config import PROJECT_ROOT
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import TransactionMode, db, set_transaction_mode
from eventsapp.core.errors import Conflict, DomainError
from eventsapp.events.models import Event, EventFormat, EventState, WaitingListRule
from eventsapp.imports.jobs import erase_imported_rows, work_on_imports
from eventsapp.imports.models import BatchState, ImportBatch, ImportRow, RowOutcome, StopReason
from eventsapp.imports.operations import Choices, accept, begin_undo, choose_columns, read_in, throw_away
from eventsapp.imports.preview import Fate, Preview
from eventsapp.imports.preview import preview_of as preview_of_rows
from eventsapp.imports.queries import progress_of, rows_with_cells
from eventsapp.imports.rules import LIMITS
from eventsapp.imports.working import work_on
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Quota, QuotaBy
from eventsapp.places.queries import pools_of
from eventsapp.protection.signals import record_locked
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import QuestionKind, SeenBy
from eventsapp.registrations.answered import given_to
from eventsapp.registrations.models import (
    ACTIVE,
    Registration,
    RegistrationSource,
    RegistrationStatus,
    SensitiveAnswers,
)
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.queries import answers_of, get_event_in_letters, get_registration
from eventsapp.rendering.table_files import read_text
from tests.conftest import FrozenClock
from tests.factories.asked import make_question, make_questions, when_answer
from tests.factories.events import make_event, make_municipality, make_organiser
from tests.factories.registrations import make_registration
from tests.serving import environment

OFFICER = Actor.user(1, "Karin Öberg")
Queries = Callable[[], AbstractContextManager[list[str]]]


def make_list(people: int, *, first: int = 1) -> str:
    lines = [f"Person {n};person{n}@umea.example.se;Umeå kommun" for n in range(first, first + people)]
    return "\n".join(["Namn;E-post;Organisation", *lines])


def read(event: Event, text: str) -> ImportBatch:
    event = get_event_in_letters(event.id)
    batch = read_in(event, read_text(text, LIMITS), language="sv", actor=OFFICER)
    db.session.commit()
    return batch


def preview_of(batch: ImportBatch) -> Preview:
    return preview_of_rows(get_event_in_letters(batch.event_id), batch, rows_with_cells(batch.id))


def accept_list(
    batch: ImportBatch, *, tell: bool = True, overbook: bool = False, skip_broken: bool = True
) -> None:
    accept(
        get_event_in_letters(batch.event_id),
        batch.id,
        Choices(batch.version, tell, overbook, skip_broken),
        actor=OFFICER,
    )
    db.session.commit()


def import_list(event: Event, text: str, **choices: bool) -> ImportBatch:
    batch = read(event, text)
    accept_list(batch, **choices)
    work_on_imports()
    db.session.refresh(batch)
    return batch


def people_of(event: Event) -> list[tuple[str, RegistrationStatus]]:
    rows = db.session.execute(
        select(Registration.name, Registration.status)
        .where(Registration.event_id == event.id)
        .order_by(Registration.id)
    )
    return [(name, status) for name, status in rows]


def outcomes(batch: ImportBatch) -> dict[int, RowOutcome]:
    rows = db.session.execute(
        select(ImportRow.number, ImportRow.outcome)
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.number)
    )
    return {row.number: row.outcome for row in rows}


def problems(batch: ImportBatch) -> dict[int, list[list[str]]]:
    rows = db.session.execute(
        select(ImportRow.number, ImportRow.problems)
        .where(ImportRow.batch_id == batch.id)
        .order_by(ImportRow.number)
    )
    return {number: found for number, found in rows if found}


def letters() -> list[tuple[str, str]]:
    return [
        (letter.kind, letter.recipient) for letter in db.session.scalars(select(Letter).order_by(Letter.id))
    ]


def trail(kind: str = "import") -> list[tuple[str, dict[str, list[str] | None]]]:
    return [
        (entry.action, entry.changes)
        for entry in db.session.scalars(
            select(AuditEntry).where(AuditEntry.subject_kind == kind).order_by(AuditEntry.id)
        )
    ]


@pytest.fixture
def event(app: object) -> Event:
    return make_event(capacity_total=10)


def test_nothing_is_written_before_acceptance(event: Event) -> None:
    batch = read(event, make_list(3))
    assert batch.state is BatchState.READ
    preview = preview_of(batch)
    assert [(row.number, row.name, row.fate) for row in preview.rows] == [
        (2, "Person 1", Fate.PLACE),
        (3, "Person 2", Fate.PLACE),
        (4, "Person 3", Fate.PLACE),
    ]
    work_on_imports()
    assert people_of(event) == []
    assert letters() == []
    assert trail() == []


def test_what_is_stored_cannot_be_read_in_the_database(event: Event) -> None:
    batch = read(event, make_list(1))
    stored = db.session.execute(
        select(ImportRow.sealed_cells).where(ImportRow.batch_id == batch.id)
    ).scalar_one()
    assert stored is not None and "person1" not in stored
    assert "Namn" not in (batch.sealed_headings or "")


def test_an_accepted_list_becomes_registrations_as_if_staff_had_added_each(event: Event) -> None:
    batch = import_list(event, make_list(3))
    assert batch.state is BatchState.DONE and batch.ended_at is not None
    assert people_of(event) == [(f"Person {n}", RegistrationStatus.CONFIRMED) for n in (1, 2, 3)]
    person = db.session.scalars(select(Registration).order_by(Registration.id)).first()
    assert person is not None
    assert (person.email, person.organisation_name, person.source, person.language) == (
        "person1@umea.example.se",
        "Umeå kommun",
        RegistrationSource.STAFF,
        "sv",
    )
    assert [pool.taken for pool in pools_of("event", event.id)] == [3]
    assert letters() == [("confirmed", f"person{n}@umea.example.se") for n in (1, 2, 3)]
    assert outcomes(batch) == dict.fromkeys((2, 3, 4), RowOutcome.PLACED)
    assert [action for action, _changes in trail("registration")] == ["registration.made"] * 3
    assert trail() == [
        ("import.accepted", {"import_rows": ["", "3"], "import_broken": ["", "0"]}),
        ("import.finished", {"import_added": ["", "3"], "import_left_out": ["", "0"]}),
    ]
    assert db.session.scalar(select(func.count(ImportRow.sealed_cells))) == 0


def test_without_letters_nobody_gets_one(event: Event) -> None:
    import_list(event, make_list(2), tell=False)
    assert len(people_of(event)) == 2
    assert letters() == []


def test_two_clicks_are_one_import(event: Event) -> None:
    batch = read(event, make_list(2))
    accept_list(batch)
    accept_list(batch)
    work_on_imports()
    work_on_imports()
    assert len(people_of(event)) == 2
    accept_list(batch)
    work_on_imports()
    assert len(people_of(event)) == 2
    assert [action for action, _changes in trail()] == ["import.accepted", "import.finished"]


def test_each_kind_of_broken_row_is_named(event: Event) -> None:
    long_name = "x" * 201
    text = "\n".join(
        [
            "Namn;E-post;Organisation;Yrkesgrupp",
            "Bra Person;bra@example.se;Umeå kommun;Socialtjänst",
            ";namnlos@example.se;Umeå kommun;",
            "Fel Adress;fel@;Umeå kommun;",
            "Samma Adress;BRA@example.se;Umeå kommun;",
            "Okänt Yrke;yrke@example.se;Umeå kommun;Astronaut",
            f"{long_name};lang@example.se;Umeå kommun;",
            "Styr\x07tecken;styr@example.se;Umeå kommun;",
            "Länk www.example.se;lank@example.se;Umeå kommun;",
            "Utan Arbetsplats;utan@example.se;;",
            "Två Fel;fel;;",
            "Utan Adress;;Umeå kommun;",
        ]
    )
    make_registration(event, email="redan@example.se")
    batch = read(event, f"{text}\nRedan Anmäld;Redan@example.se;Umeå kommun;")
    preview = preview_of(batch)
    assert [(row.number, row.reasons) for row in preview.rows if row.reasons] == [
        (3, ("Uppgift saknas: Namn.",)),
        (4, ("Det är ingen e-postadress.",)),
        (5, ("Adressen står redan på rad 2.",)),
        (6, ("Okänt värde: Yrkesgrupp.",)),
        (7, ("För lång text: Namn.",)),
        (8, ("Tecken som inte går att läsa: Namn.",)),
        (9, ("Länk eller adress där det ska stå ett namn: Namn.",)),
        (10, ("Uppgift saknas: Arbetsplats.",)),
        (11, ("Det är ingen e-postadress.", "Uppgift saknas: Arbetsplats.")),
        (13, ("Adressen är redan anmäld.",)),
    ]
    assert {fate.value: preview.count(fate) for fate in Fate} == {
        "place": 2,
        "full": 0,
        "item_full": 0,
        "registered": 1,
        "broken": 9,
    }
    assert preview.letters == 1
    with pytest.raises(DomainError) as refused:
        accept_list(batch, skip_broken=False)
    assert refused.value.field == "skip_broken"
    db.session.rollback()
    accept_list(batch)
    work_on_imports()
    assert [name for name, _status in people_of(event)] == ["Åsa Ahlström", "Bra Person", "Utan Adress"]
    assert problems(batch)[11] == [["bad_address", "email"], ["missing", "organisation"]]
    assert problems(batch)[13] == [["registered", ""]]
    assert "@" not in str(problems(batch))


def test_those_without_a_place_stand_on_the_list_in_order(event: Event) -> None:
    event.waiting_list = WaitingListRule.AUTOMATIC
    batch = read(event, make_list(12))
    preview = preview_of(batch)
    assert (preview.count("place"), preview.count("full"), preview.keeps_list) == (10, 2, True)
    accept_list(batch)
    work_on_imports()
    assert people_of(event)[9:] == [
        ("Person 10", RegistrationStatus.CONFIRMED),
        ("Person 11", RegistrationStatus.WAITING),
        ("Person 12", RegistrationStatus.WAITING),
    ]
    assert outcomes(batch)[12] is RowOutcome.WAITING
    assert letters()[10:] == [("waiting", f"person{n}@umea.example.se") for n in (11, 12)]


def test_without_a_waiting_list_they_are_left_out(event: Event) -> None:
    event.waiting_list = WaitingListRule.NONE
    batch = import_list(event, make_list(12))
    assert len(people_of(event)) == 10
    assert problems(batch) == {12: [["full", ""]], 13: [["full", ""]]}
    assert pools_of("event", event.id)[0].taken == 10


def test_overbooking_gives_places_above_the_number_and_says_so(event: Event) -> None:
    batch = import_list(event, make_list(12), overbook=True)
    assert [status for _name, status in people_of(event)] == [RegistrationStatus.CONFIRMED] * 12
    assert [number for number, outcome in outcomes(batch).items() if outcome is RowOutcome.OVER] == [12, 13]
    over = [action for action, _changes in trail("registration") if action == "registration.overbooked"]
    assert len(over) == 2


def test_both_ways_of_taking_part(app: object) -> None:
    event = make_event(format=EventFormat.HYBRID, capacity_total=10)
    text = "Namn;Epost;Arbetsplats;Deltar\nA B;a@example.se;X;På plats\nC D;c@example.se;X;online\nE F;e@example.se;X;"
    batch = read(event, text)
    preview = preview_of(batch)
    assert preview.rows[2].reasons == ("Uppgift saknas: Deltar.",)
    choose_columns(
        get_event_in_letters(event.id),
        batch.id,
        batch.columns,
        {"mode": "online", "organisation": ""},
        actor=OFFICER,
    )
    db.session.commit()
    accept_list(batch)
    work_on_imports()
    modes = db.session.scalars(select(Registration.mode).order_by(Registration.id)).all()
    assert [mode.value for mode in modes] == ["onsite", "online", "online"]


def test_each_has_letters_in_the_language_of_the_list(event: Event) -> None:
    rows = ["Namn;E-post;Organisation;Språk", "A B;a@example.se;X;engelska", "C D;c@example.se;X;"]
    import_list(event, "\n".join(rows))
    assert db.session.scalars(select(Registration.language).order_by(Registration.id)).all() == ["en", "sv"]
    subjects = db.session.scalars(select(Letter.subject_line).order_by(Letter.id)).all()
    assert [subject.split(":")[0] for subject in subjects] == ["You are registered", "Du är anmäld"]


def test_a_list_says_how_many_sit_at_a_screen(app: object) -> None:
    event = make_event(format=EventFormat.ONLINE, capacity_total=2, shared_screen_max=30)
    text = "Namn;E-post;Arbetsplats;Antal personer\nA B;a@example.se;X;30\nC D;c@example.se;X;\nE F;e@example.se;X;31"
    batch = read(event, text)
    assert preview_of(batch).rows[2].reasons == ("Inget antal som aktiviteten tillåter: Antal personer.",)
    accept_list(batch)
    work_on_imports()
    assert db.session.scalars(select(Registration.head_count).order_by(Registration.id)).all() == [30, 1]
    assert pools_of("event", event.id)[0].taken == 2
    first = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    assert first is not None and "Ni är 30 personer vid samma skärm." in first.body_text


def test_one_who_signs_up_in_between_is_left_as_they_are(event: Event) -> None:
    batch = read(event, make_list(2))
    accept_list(batch)
    make_registration(event, email="person1@umea.example.se", name="Kom Före")
    db.session.commit()
    work_on_imports()
    assert [name for name, _status in people_of(event)] == ["Kom Före", "Person 2"]
    assert problems(batch) == {2: [["registered", ""]]}


@pytest.mark.parametrize(
    ("state", "reason"),
    [(EventState.CANCELLED, StopReason.CANCELLED), (EventState.DRAFT, StopReason.DRAFT)],
)
def test_an_import_stops_when_nobody_can_be_added_any_more(
    event: Event, state: EventState, reason: StopReason
) -> None:
    batch = read(event, make_list(60))
    accept_list(batch)
    assert work_on(batch.id)
    db.session.commit()
    event.state = state
    db.session.commit()
    work_on_imports()
    db.session.refresh(batch)
    assert (batch.state, batch.stop_reason) == (BatchState.STOPPED, reason)
    assert {name: progress_of(batch)[name] for name in ("placed", "skipped", "pending")} == {
        "placed": 10,
        "skipped": 40,
        "pending": 10,
    }
    assert trail()[-1][0] == "import.stopped"


def test_a_closed_form_does_not_stop_it_as_it_does_not_stop_staff(event: Event) -> None:
    event.registration_closes_on = now().date() - timedelta(days=2)
    batch = import_list(event, make_list(1))
    assert batch.state is BatchState.DONE
    assert len(people_of(event)) == 1


def test_a_deleted_activity_takes_its_lists_with_it(event: Event) -> None:
    batch = read(event, make_list(1))
    accept_list(batch)
    batch_id = batch.id
    db.session.execute(delete(ImportBatch).where(ImportBatch.id == batch_id))
    db.session.commit()
    assert work_on(batch_id) is False
    assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0


def test_no_list_for_what_does_not_take_place(app: object) -> None:
    event = make_event(state=EventState.CANCELLED)
    with pytest.raises(Conflict):
        read(event, make_list(1))


def test_another_preview_than_the_one_that_was_seen_is_not_accepted(event: Event) -> None:
    batch = read(event, make_list(1))
    seen = batch.version
    choose_columns(
        get_event_in_letters(event.id), batch.id, ["name", "email", ""], {"organisation": "X"}, actor=OFFICER
    )
    db.session.commit()
    with pytest.raises(Conflict):
        accept(get_event_in_letters(event.id), batch.id, Choices(seen, True, False, True), actor=OFFICER)
    db.session.rollback()
    accept_list(batch)
    work_on_imports()
    assert db.session.scalar(select(Registration.organisation_name)) == "X"


def test_columns_that_make_no_sense_are_refused(event: Event) -> None:
    batch = read(event, make_list(1))
    loaded = get_event_in_letters(event.id)
    for keys in (["name", "name", ""], ["", "email", "organisation"], ["name", "mode", ""], ["name"]):
        with pytest.raises(DomainError):
            choose_columns(loaded, batch.id, keys, {}, actor=OFFICER)
        db.session.rollback()
        loaded = get_event_in_letters(event.id)


def test_a_list_that_nobody_wants_is_erased(event: Event) -> None:
    batch = read(event, make_list(2))
    throw_away(get_event_in_letters(event.id), batch.id)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(ImportRow)) == 0
    other = import_list(event, make_list(1))
    with pytest.raises(Conflict):
        throw_away(get_event_in_letters(event.id), other.id)


def undo(batch: ImportBatch) -> None:
    begin_undo(get_event_in_letters(batch.event_id), batch.id, actor=OFFICER)
    db.session.commit()
    work_on_imports()
    db.session.refresh(batch)


def test_an_undo_takes_back_what_was_added_and_tells_those_who_were_told(event: Event) -> None:
    before = make_registration(event, name="Före Importen")
    batch = import_list(event, make_list(3))
    undo(batch)
    assert batch.state is BatchState.UNDONE
    assert people_of(event) == [
        ("Före Importen", RegistrationStatus.CONFIRMED),
        *((f"Person {n}", RegistrationStatus.CANCELLED) for n in (1, 2, 3)),
    ]
    assert pools_of("event", event.id)[0].taken == 1
    assert sorted(letters()[3:]) == [("cancelled_by_staff", f"person{n}@umea.example.se") for n in (1, 2, 3)]
    assert trail()[2:] == [
        ("import.undo_begun", {"import_added": ["", "3"]}),
        ("import.undone", {"import_taken_back": ["", "3"], "import_kept": ["", "0"]}),
    ]
    assert before.status is RegistrationStatus.CONFIRMED


def test_an_undo_writes_no_letter_to_those_who_never_had_one(event: Event) -> None:
    batch = import_list(event, make_list(3), tell=False)
    undo(batch)
    assert letters() == []
    assert {status for _name, status in people_of(event)} == {RegistrationStatus.CANCELLED}


def test_an_undo_leaves_what_somebody_has_changed(event: Event) -> None:
    batch = import_list(event, make_list(3))
    changed, gone = db.session.scalars(select(Registration).order_by(Registration.id).limit(2)).all()
    db.session.add(
        AuditEntry(
            at=now(),
            actor_kind="participant",
            action="registration.changed",
            subject_kind="registration",
            subject_id=changed.id,
            event_id=event.id,
        )
    )
    cancel_registration(get_registration(event.id, gone.id), actor=OFFICER)
    db.session.commit()
    told = len(letters())
    undo(batch)
    assert [status for _name, status in people_of(event)] == [
        RegistrationStatus.CONFIRMED,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.CANCELLED,
    ]
    assert letters()[told:] == [("cancelled_by_staff", "person3@umea.example.se")]
    assert problems(batch) == {2: [["changed", ""]]}
    assert outcomes(batch)[2] is RowOutcome.KEPT


def test_places_that_come_free_go_to_those_who_wait_and_are_not_taken_back(event: Event) -> None:
    event.waiting_list = WaitingListRule.AUTOMATIC
    batch = import_list(event, make_list(12))
    waiting = make_registration(event, status=RegistrationStatus.WAITING, name="Väntar Länge")
    db.session.commit()
    undo(batch)
    db.session.refresh(waiting)
    assert waiting.status is RegistrationStatus.CONFIRMED
    kinds = [kind for kind, _recipient in letters()]
    assert kinds.count("moved_up") == 1
    assert kinds.count("left_list") == 2
    assert kinds.count("cancelled_by_staff") == 10


def test_an_undo_is_done_once_and_for_a_day_only(event: Event) -> None:
    batch = import_list(event, make_list(1))
    undo(batch)
    begin_undo(get_event_in_letters(event.id), batch.id, actor=OFFICER)
    assert batch.state is BatchState.UNDONE
    late = import_list(event, make_list(1))
    late.ended_at = now() - timedelta(hours=25)
    db.session.commit()
    with pytest.raises(Conflict):
        begin_undo(get_event_in_letters(event.id), late.id, actor=OFFICER)


def test_a_portion_that_is_lost_is_done_again_without_doubles(event: Event) -> None:
    """What a killed worker leaves: its transaction never came to its end."""
    event.waiting_list = WaitingListRule.AUTOMATIC
    batch = read(event, make_list(120))
    accept_list(batch)
    assert work_on(batch.id)
    db.session.commit()
    assert work_on(batch.id)
    db.session.rollback()
    assert len(people_of(event)) == 50
    work_on_imports()
    assert len(people_of(event)) == len(set(people_of(event))) == 120
    assert len(letters()) == 120


def test_a_portion_that_fails_again_and_again_stops_the_import(
    event: Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = read(event, make_list(1))
    accept_list(batch)

    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("eventsapp.imports.working.admit", fail)
    for _minute in range(3):
        db.session.refresh(batch)
        assert batch.state is BatchState.RUNNING
        work_on_imports()
    db.session.refresh(batch)
    assert (batch.state, batch.stop_reason) == (BatchState.STOPPED, StopReason.FAILED)
    assert people_of(event) == []


def test_an_undo_that_fails_can_be_tried_again(event: Event, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = import_list(event, make_list(2))

    def fail(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("eventsapp.imports.undoing.end_registration", fail)
        undo(batch)
        work_on_imports()
        work_on_imports()
        db.session.refresh(batch)
    assert (batch.state, batch.stop_reason) == (BatchState.STOPPED, StopReason.UNDO_FAILED)
    undo(batch)
    assert batch.state is BatchState.UNDONE
    assert {status for _name, status in people_of(event)} == {RegistrationStatus.CANCELLED}


def test_rows_are_erased_some_days_after_the_end(event: Event, frozen_now: FrozenClock) -> None:
    batch = import_list(event, "Namn;E-post;Organisation\nA B;fel;X\nC D;c@example.se;X")
    unaccepted = read(event, make_list(1)).id
    later = frozen_now.advance(days=8)
    erase_imported_rows()
    db.session.expire_all()
    assert db.session.get(ImportBatch, unaccepted) is None
    assert batch.erased_at == later
    assert batch.sealed_headings is None
    assert db.session.scalar(select(func.count(ImportRow.sealed_cells))) == 0
    assert problems(batch) == {2: [["bad_address", "email"]]}


def test_a_portion_asks_a_bounded_number_of_statements(event: Event, queries: Queries) -> None:
    event.waiting_list = WaitingListRule.AUTOMATIC
    batch = read(event, make_list(120))
    accept_list(batch)
    numbers = []
    for _portion in range(3):
        with queries() as statements:
            work_on(batch.id)
            db.session.commit()
        numbers.append(len(statements))
    assert max(numbers) <= 50 * 12


def test_a_portion_with_room_for_everybody_asks_little(event: Event, queries: Queries) -> None:
    """For each the workplace, the row, and the letter with its calendar file; the rest for all together."""
    event = make_event(capacity_total=500)
    batch = read(event, make_list(50))
    accept_list(batch)
    with queries() as statements:
        work_on(batch.id)
        db.session.commit()
    assert len(statements) <= 50 * 4 + 30
    begin_undo_after(batch)
    with queries() as statements:
        work_on(batch.id)
        db.session.commit()
    assert len(statements) <= 50 * 5 + 30


def begin_undo_after(batch: ImportBatch) -> None:
    work_on_imports()
    begin_undo(get_event_in_letters(batch.event_id), batch.id, actor=OFFICER)
    db.session.commit()


def test_a_quota_counts_those_who_are_read_in(event: Event) -> None:
    make_organiser("umea", name_sv="Umeå kommun", municipality_code=make_municipality("2480").code)
    db.session.add(
        Quota(subject_kind="event", subject_id=event.id, by=QuotaBy.ORGANISATION, key="", capacity=2)
    )
    db.session.commit()
    batch = read(event, f"{make_list(3)}\nD E;d@example.se;Annan arbetsplats")
    preview = preview_of(batch)
    assert [row.fate for row in preview.rows] == [Fate.PLACE, Fate.PLACE, Fate.FULL, Fate.PLACE]
    accept_list(batch)
    work_on_imports()
    assert [name for name, _status in people_of(event)] == ["Person 1", "Person 2", "D E"]
    assert problems(batch) == {4: [["full", ""]]}


def test_answers_on_food_are_kept_apart_and_erased_with_an_undo(app: object) -> None:
    event = make_event(asks_food=True, asks_access=True)
    text = "Namn;E-post;Organisation;Specialkost;Behov\nA B;a@example.se;X;Vegetarisk;Hörslinga\nC D;c@example.se;X;nej;"
    batch = import_list(event, text)
    first, second = db.session.scalars(select(Registration).order_by(Registration.id)).all()
    assert (answers_of(first.id).food, answers_of(first.id).access) == ("vegetarian", "Hörslinga")
    assert (answers_of(second.id).food, answers_of(second.id).access) == ("", "")
    undo(batch)
    assert db.session.scalar(select(func.count()).select_from(SensitiveAnswers)) == 0


def test_lists_are_forgotten_when_somebody_gets_protected_personal_data(event: Event) -> None:
    unaccepted = read(event, make_list(1)).id
    ended = import_list(event, "Namn;E-post;Organisation\nA B;fel;X\nC D;c@example.se;X")
    record_locked.send(1, event_id=event.id, email_key="a@example.se")
    db.session.commit()
    db.session.expire_all()
    assert db.session.get(ImportBatch, unaccepted) is None
    assert ended.erased_at is not None
    assert db.session.scalar(select(func.count(ImportRow.sealed_cells))) == 0


def test_the_list_of_two_thousand_with_thirty_broken_rows(queries: Queries) -> None:
    """The acceptance test of the import: the preview names the thirty, nothing is written before, one undo restores."""
    event = make_event(capacity_total=5000)
    before = make_registration(event, name="Före Importen")
    lines = make_list(2000).split("\n")
    broken = list(range(50, 2000, 65))[:30]
    for number in broken:
        lines[number - 1] = f";rad{number}@example.se;Umeå kommun"
    batch = read(event, "\n".join(lines))
    with queries() as statements:
        preview = preview_of(batch)
    assert len(statements) <= 20
    assert [(row.number, row.email, row.reasons) for row in preview.with_fate(Fate.BROKEN)] == [
        (number, f"rad{number}@example.se", ("Uppgift saknas: Namn.",)) for number in broken
    ]
    assert preview.good == 1970
    assert [name for name, _status in people_of(event)] == ["Före Importen"]
    accept_list(batch, tell=False)
    work_on_imports()
    db.session.refresh(batch)
    assert batch.state is BatchState.DONE
    assert progress_of(batch).added == 1970
    assert pools_of("event", event.id)[0].taken == 1971
    undo(batch)
    assert pools_of("event", event.id)[0].taken == 1
    active = [name for name, status in people_of(event) if status in ACTIVE]
    assert active == [before.name]
    assert letters() == []


@pytest.mark.slow
def test_a_worker_that_is_killed_adds_nobody_twice(app: Flask, tmp_path: Path) -> None:
    event = make_event(capacity_total=110, waiting_list=WaitingListRule.AUTOMATIC)
    batch = read(event, make_list(120))
    accept_list(batch)
    settings, batch_id = app.config["SETTINGS"], batch.id
    db.session.commit()  # On SQLite whoever has begun to write keeps the others waiting.
    killed = subprocess.run(
        [sys.executable, "-m", "tests.imports.die_in_portion", str(batch_id)],
        cwd=PROJECT_ROOT,
        env=environment(settings.database_url, tmp_path, 5000, SEALING_KEYS=",".join(settings.sealing_keys)),
        timeout=120,
    )
    assert killed.returncode == -signal.SIGKILL
    db.session.expire_all()
    assert len(people_of(event)) == 50
    assert len(letters()) == 50
    work_on_imports()
    assert [name for name, _status in people_of(event)] == [f"Person {n}" for n in range(1, 121)]
    assert len(set(letters())) == len(letters()) == 120
    db.session.refresh(batch)
    assert batch.state is BatchState.DONE


def test_two_workers_at_once_add_nobody_twice(event: Event, app: Flask) -> None:
    event.waiting_list = WaitingListRule.AUTOMATIC
    batch = read(event, make_list(150))
    accept_list(batch)
    work = app.extensions["huey_tasks"]["work_on_imports"].call_local
    workers = [Thread(target=Context().run, args=(work,)) for _worker in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    work_on_imports()
    assert [name for name, _status in people_of(event)] == [f"Person {n}" for n in range(1, 151)]
    assert len(letters()) == 150
    assert [action for action, _changes in trail()] == ["import.accepted", "import.finished"]


def test_two_officers_who_accept_at_once_make_one_import(event: Event, app: Flask) -> None:
    batch = read(event, make_list(20))
    event_id, batch_id = event.id, batch.id
    db.session.commit()
    together = Barrier(2)

    def press() -> None:
        with app.app_context():
            set_transaction_mode(TransactionMode.WRITE)
            together.wait()
            accept(get_event_in_letters(event_id), batch_id, Choices(1, True, False, True), actor=OFFICER)
            db.session.commit()
            db.session.remove()

    officers = [Thread(target=Context().run, args=(press,)) for _officer in range(2)]
    for officer in officers:
        officer.start()
    for officer in officers:
        officer.join()
    work_on_imports()
    assert len(people_of(event)) == 10
    assert [action for action, _changes in trail()] == ["import.accepted", "import.finished"]


def test_a_list_answers_the_questions_of_the_activity_as_the_form_would(app: object) -> None:
    event = make_event(title_sv="Dag med frågor")
    lunch, talks, note, secret, dinner = make_questions(
        event.id,
        make_question(QuestionKind.YES_NO, "Äter du lunch?", name="Lunch"),
        make_question(QuestionKind.MANY_OF, "Samtal", options=["Barn, unga", "Små kommuner"], maximum=2),
        make_question(QuestionKind.NUMBER, "Antal kollegor", name="Kollegor", maximum=5),
        make_question(label="Hälsa", seen_by=SeenBy.SENSITIVE),
        make_question(QuestionKind.ONE_OF, "Middag", options=[("Ja", 1), "Nej"]),
    )
    (drink,) = make_questions(event.id, make_question(label="Dryck", when=[when_answer(lunch, "yes")]))
    chosen = talks.options[0].id, talks.options[1].id
    ids = lunch.id, talks.id, note.id, secret.id, drink.id, dinner.id
    rows = [
        "Namn;E-post;Organisation;Lunch;Samtal;Kollegor;Hälsa;Dryck;Middag",
        '"Åsa Ek";asa@umea.example.se;Umeå kommun;Ja;"Barn, unga";3;Astma;Vatten;Ja',
        '"Bo Ek";bo@umea.example.se;Umeå kommun;nej;små kommuner;;;Vatten;',
        '"Cia Ek";cia@umea.example.se;Umeå kommun;kanske;;;;;',
        '"Dan Ek";dan@umea.example.se;Umeå kommun;ja;;9;;;',
    ]
    batch = import_list(event, "\n".join(rows))
    assert set(problems(batch)) == {4, 5}
    people = {one.name: one for one in db.session.scalars(select(Registration)).all()}
    assert set(people) == {"Åsa Ek", "Bo Ek"}
    lunch_id, talks_id, note_id, secret_id, drink_id, _dinner_id = ids
    assert given_to(people["Åsa Ek"]) == {
        lunch_id: Given("yes"),
        talks_id: Given(options=(chosen[0],)),
        note_id: Given("3"),
        secret_id: Given("Astma"),
        drink_id: Given("Vatten"),
    }
    assert given_to(people["Bo Ek"]) == {lunch_id: Given("no"), talks_id: Given(options=(chosen[1],))}
