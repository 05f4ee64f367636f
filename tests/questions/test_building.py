"""Changing what is asked, on both databases."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from random import Random
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.audit.models import AuditEntry
from eventsapp.audit.queries import history_of_event
from eventsapp.audit.words import audit_words
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.desk.operations import copy_activity
from eventsapp.events.copying import CopyChoice, CopyDates
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.events.operations import delete_draft
from eventsapp.events.queries import get_event_to_change
from eventsapp.places.queries import pools_of
from eventsapp.programme.operations import add_item
from eventsapp.programme.rules import ItemFacts
from eventsapp.questions.answers import keep_answers
from eventsapp.questions.builder_rules import (
    OptionFacts,
    QuestionFacts,
    SectionFacts,
    TermFacts,
    require_sound,
)
from eventsapp.questions.building import (
    Building,
    SetMoved,
    add_section,
    begin,
    change_section,
    move_question,
    move_section,
    remove_section,
    reorder,
)
from eventsapp.questions.building_copies import copy_question, put_in_bank, take_from_bank
from eventsapp.questions.building_questions import (
    change_question,
    facts_of,
    remove_question,
    restore_question,
    retire_question,
)
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import (
    AskedAt,
    Question,
    QuestionKind,
    QuestionSet,
    QuestionVersion,
    SeenBy,
    TermSource,
)
from eventsapp.questions.queries import questions_of
from eventsapp.questions.subjects import OpenSubject
from eventsapp.registrations.models import Registration, RegistrationStatus
from eventsapp.registrations.question_subject import event_subject
from tests.factories.events import make_event
from tests.factories.questions import OFFICER, add, answer_is, build, choice_facts, question_facts
from tests.factories.registrations import make_registration

pytestmark = pytest.mark.usefixtures("app")
BANK = OpenSubject(kind="bank", id=0, title="Frågebank", may_edit=True, layout="")


@pytest.fixture
def event() -> Event:
    return make_event()


def labels(event: Event) -> list[str]:
    return [one.label_sv for one in questions_of("event", event.id).all]


def answer(event: Event, question: Question, *options: str, **facts: Any) -> Registration:
    """Somebody who has chosen these alternatives, or said yes."""
    person = make_registration(event, **facts)
    chosen = tuple(one.id for one in question.options if one.label_sv in options)
    given = Given(options=chosen) if options else Given("yes")
    keep_answers("registration", person.id, [question], {question.id: given}, moment=now())
    return person


def test_each_change_is_one_version_and_one_row_without_what_was_written(event: Event) -> None:
    building = build(event)
    (question,) = add(building, question_facts("Lunch", hint_sv="Hemlig text"))
    facts = replace(facts_of(question), hint_sv="Annan text", is_required=True)
    section = building.section_of(question)
    assert change_question(building, question, section, facts)
    assert not change_question(building, question, section, facts)
    assert building.question_set.version == 3
    rows = history_of_event(event.id)
    assert [audit_words(one) for one in reversed(rows)] == [
        "Karin Öberg lade till ett avsnitt i formuläret: avsnitt",
        "Karin Öberg lade till en fråga: fråga",
        "Karin Öberg ändrade en fråga: fråga, förklaring och om frågan måste besvaras",
    ]
    assert rows[0].changes == {
        "question": ["Lunch", "Lunch"],
        "question_hint_sv": None,
        "question_is_required": None,
    }
    assert (rows[0].subject_kind, rows[0].subject_id) == ("questions", building.question_set.id)


def test_one_who_has_seen_an_older_version_changes_nothing(event: Event) -> None:
    subject = event_subject(event)
    begin(subject, 0, actor=OFFICER)
    add(build(event), question_facts("Lunch"))
    with pytest.raises(SetMoved):
        begin(subject, 1, actor=OFFICER)
    begin(subject, 2, actor=OFFICER)


def test_sections_of_the_form_itself_stand_first(event: Event) -> None:
    building = build(event)
    add(building, question_facts("Sen"))
    add(building, question_facts("Tidig"), asked_at=AskedAt.SIGN_UP)
    assert labels(event) == ["Tidig", "Sen"]
    first, second = building.sections
    (late,) = second.questions
    move_question(building, late, -1)
    assert [len(one.questions) for one in building.sections] == [2, 0]
    remove_section(building, second)
    with pytest.raises(DomainError):
        remove_section(building, first)


def test_what_has_places_is_not_asked_in_the_form_itself(event: Event) -> None:
    building = build(event)
    add(building, choice_facts("Buss", "Norr", "Söder", capacity=4))
    (section,) = building.sections
    with pytest.raises(DomainError, match="ställs när platsen är klar"):
        change_section(building, section, SectionFacts("Resa", asked_at=AskedAt.SIGN_UP))


def test_options_have_pools_as_long_as_they_have_places(event: Event) -> None:
    building = build(event)
    (question,) = add(building, choice_facts("Buss", "Norr", "Söder", capacity=4))
    north, south = question.options
    assert [pools_of("question_option", one.id)[0].capacity for one in (north, south)] == [4, 4]
    facts = facts_of(question)
    fewer = replace(
        facts, options=(replace(facts.options[0], capacity=9), replace(facts.options[1], capacity=None))
    )
    change_question(building, question, building.sections[0], fewer)
    assert pools_of("question_option", north.id)[0].capacity == 9
    assert pools_of("question_option", south.id) == []
    retire_question(building, question)
    assert pools_of("question_option", north.id) == []
    restore_question(building, question)
    assert pools_of("question_option", north.id)[0].capacity == 9
    assert remove_question(building, question)
    assert pools_of("question_option", north.id) == []


def test_those_who_chose_before_there_was_a_limit_have_places(event: Event) -> None:
    building = build(event)
    (question,) = add(building, choice_facts("Buss", "Norr", "Söder"))
    answer(event, question, "Norr")
    answer(event, question, "Norr")
    answer(event, question, "Söder")
    answer(event, question, "Norr", status=RegistrationStatus.CANCELLED, place=False)
    building = build(event)
    question = building.questions[0]
    facts = facts_of(question)
    one_place = replace(facts, options=tuple(replace(one, capacity=1) for one in facts.options))
    change_question(building, question, building.sections[0], one_place)
    assert [pools_of("question_option", one.id)[0].taken for one in question.options] == [2, 1]
    # Fewer places than are taken are given only by one who knows.
    three = replace(facts, options=tuple(replace(one, capacity=3) for one in facts.options))
    change_question(building, question, building.sections[0], three)
    with pytest.raises(
        DomainError, match="”Norr” får plats för 1, men 2 personer har redan valt det"
    ) as refused:
        change_question(building, question, building.sections[0], one_place)
    assert refused.value.field == "confirmed"
    assert change_question(building, question, building.sections[0], one_place, confirmed=True)
    assert [pools_of("question_option", one.id)[0].taken for one in question.options] == [2, 1]


def test_what_was_answered_is_kept_as_it_was_worded(event: Event) -> None:
    building = build(event)
    (question,) = add(building, choice_facts("Buss", "Norr", "Söder"))
    section = building.sections[0]
    change_question(building, question, section, replace(facts_of(question), label_sv="Vilken buss?"))
    assert question.version == 1
    answer(event, question, "Norr")
    facts = replace(facts_of(question), label_sv="Vilken båt?", is_required=True)
    change_question(building, question, section, facts)
    assert question.version == 2
    change_question(building, question, section, replace(facts, is_required=False))
    assert question.version == 2
    (kept,) = db.session.scalars(select(QuestionVersion))
    wording = json.loads(kept.wording)
    assert (kept.number, wording["label_sv"]) == (1, "Vilken buss?")
    assert [one["label_sv"] for one in wording["options"]] == ["Norr", "Söder"]


def test_an_option_in_use_is_retired_and_comes_back_by_its_name(event: Event) -> None:
    building = build(event)
    (question,) = add(building, choice_facts("Buss", "Norr", "Söder", "Väster"))
    answer(event, question, "Norr")
    section, facts = building.sections[0], facts_of(question)
    north = question.options[0].id
    change_question(
        building, question, section, replace(facts, options=(*facts.options[1:2], OptionFacts("Öster")))
    )
    assert [(one.label_sv, one.retired_at is not None) for one in question.options] == [
        ("Söder", False),
        ("Öster", False),
        ("Norr", True),
    ]
    change_question(
        building, question, section, replace(facts, options=(OptionFacts("norr"), facts.options[1]))
    )
    assert next(one.id for one in question.options if one.retired_at is None) == north


def test_an_option_that_decides_something_does_not_go(event: Event) -> None:
    building = build(event)
    (question,) = add(building, choice_facts("Buss", "Norr", "Söder", "Väster"))
    add(building, question_facts("Bagage", terms=(answer_is(question, str(question.options[0].id)),)))
    facts = facts_of(question)
    with pytest.raises(DomainError, match="Alternativet ”Norr” styr när ”Bagage” visas") as refused:
        change_question(building, question, building.sections[0], replace(facts, options=facts.options[1:]))
    assert refused.value.field == "options"


def test_who_sees_answers_that_are_there_does_not_change(event: Event) -> None:
    building = build(event)
    (question,) = add(building, question_facts("Allergi", QuestionKind.YES_NO))
    few = replace(facts_of(question), seen_by=SeenBy.SENSITIVE, reason_sv="Till köket", keep_days=30)
    answer(event, question)
    with pytest.raises(DomainError, match="vem som ser dem kan inte ändras"):
        change_question(building, question, building.sections[0], few)


def test_a_copy_asks_the_same_under_another_name(event: Event) -> None:
    building = build(event)
    (lunch,) = add(building, question_facts("Lunch"))
    (bus,) = add(
        building, choice_facts("Buss", "Norr", "Söder", capacity=4, terms=(answer_is(lunch, "yes"),))
    )
    copy = copy_question(building, bus)
    assert labels(event) == ["Lunch", "Buss", "Buss (kopia)"]
    assert [one.source_question_id for one in copy.terms] == [lunch.id]
    assert pools_of("question_option", copy.options[0].id)[0].capacity == 4


def test_a_copy_takes_the_same_files(event: Event) -> None:
    building = build(event)
    facts = QuestionFacts(
        kind=QuestionKind.FILE, label_sv="Abstract", file_types="pdf,picture", maximum=8, keep_days=30
    )
    (original,) = add(building, facts)
    copy = copy_question(building, original)
    assert (copy.kind, copy.file_types, copy.maximum) == (QuestionKind.FILE, "pdf,picture", 8)
    with pytest.raises(DomainError, match="Välj minst en sorts filer"):
        change_question(building, copy, building.sections[0], replace(facts, file_types=""))


def test_the_bank_lends_what_can_stand_alone(event: Event) -> None:
    building = build(event)
    (lunch,) = add(building, question_facts("Lunch"))
    (food,) = add(building, question_facts("Allergi", terms=(answer_is(lunch, "yes"),)))
    bank = begin(BANK, 0, actor=OFFICER)
    kept = put_in_bank(bank, food)
    assert kept.terms == []
    other = build(make_event())
    assert take_from_bank(other, None, [kept.id]) == (1, 0)
    assert [one.label_sv for one in other.questions] == ["Allergi"]
    with pytest.raises(DomainError):
        take_from_bank(other, None, [food.id])


def test_a_copied_activity_asks_the_same(event: Event) -> None:
    event.format = EventFormat.HYBRID
    copied = get_event_to_change(event.id)
    item = add_item(
        copied,
        ItemFacts(starts_at=event.occasions[0].starts_at, ends_at=None, title_sv="Film", is_choice=True),
        actor=OFFICER,
    )
    building = build(event)
    lunch, bus = add(building, question_facts("Lunch"), choice_facts("Buss", "Norr", "Söder", capacity=4))
    retire = add(building, question_facts("Gammal"))[0]
    retire_question(building, retire)
    terms = (
        answer_is(lunch, "yes"),
        answer_is(bus, str(bus.options[1].id), is_negated=True),
        TermFacts(TermSource.ITEM, str(item.id)),
        TermFacts(TermSource.MODE, "onsite"),
    )
    add(building, question_facts("Bagage", terms=terms))
    choice = CopyChoice(CopyDates.MOVE, date(2027, 2, 1))
    copy = copy_activity(get_event_to_change(event.id), choice, responsible_id=None, actor=OFFICER)
    db.session.commit()
    found = questions_of("event", copy.id)
    assert [one.label_sv for one in found.all] == ["Lunch", "Buss", "Bagage"]
    new_lunch, new_bus, baggage = found.all
    assert new_lunch.id != lunch.id
    by_source = [(one.source, one.source_question_id, one.value) for one in baggage.terms]
    assert by_source[0] == (TermSource.QUESTION, new_lunch.id, "yes")
    assert by_source[1] == (TermSource.QUESTION, new_bus.id, str(new_bus.options[1].id))
    assert by_source[2][0] is TermSource.ITEM and by_source[2][2] != str(item.id)
    assert by_source[3] == (TermSource.MODE, None, "onsite")
    assert pools_of("question_option", new_bus.options[0].id)[0].capacity == 4


def test_a_draft_that_is_deleted_takes_its_questions_along() -> None:
    draft = make_event(state=EventState.DRAFT, published_at=None)
    building = build(draft)
    (lunch,) = add(building, question_facts("Lunch"))
    add(building, question_facts("Allergi", terms=(answer_is(lunch, "yes"),)))
    kept = make_event()
    add(build(kept), question_facts("Lunch"))
    db.session.commit()
    delete_draft(get_event_to_change(draft.id), actor=OFFICER)
    db.session.commit()
    assert db.session.scalar(select(func.count()).select_from(QuestionSet)) == 1
    assert labels(kept) == ["Lunch"]


def test_there_is_room_for_so_many_questions(event: Event) -> None:
    building = build(event)
    section = add_section(building, SectionFacts("Alla"))
    section.questions.extend(
        Question(kind=QuestionKind.YES_NO, label_sv=str(one), position=one, options=[], terms=[])
        for one in range(200)
    )
    db.session.flush()
    with pytest.raises(DomainError, match="högst 200 frågor"):
        copy_question(building, section.questions[0])


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_done_nothing_is_lost_and_all_can_be_asked(event: Event, seed: int) -> None:
    """Forty steps at random: every refusal leaves all as it was, and every step is a version with a row."""
    chance = Random(seed)
    building = build(event)
    (first,) = add(building, question_facts("Ett"), asked_at=AskedAt.SIGN_UP)
    add(building, *(question_facts(str(number), terms=(answer_is(first, "yes"),)) for number in range(3)))
    add(building, choice_facts("Buss", "Norr", "Söder", capacity=3))
    verbs: list[Callable[[Building, Question], object]] = [
        lambda at, one: move_question(at, one, -1),
        lambda at, one: move_question(at, one, 1),
        lambda at, one: move_section(at, at.section_of(one), chance.choice((-1, 1))),
        retire_question,
        restore_question,
        copy_question,
        remove_question,
        lambda at, one: change_question(
            at, one, chance.choice(at.sections), replace(facts_of(one), is_required=chance.random() < 0.5)
        ),
        lambda at, one: reorder(at, shuffled(at, chance)),
    ]
    db.session.commit()
    for _step in range(40):
        building = build(event)
        verb, question = chance.choice(verbs), chance.choice(building.questions)
        number = len(building.questions)
        try:
            verb(building, question)
        except DomainError:
            db.session.rollback()
        else:
            db.session.commit()
        building = build(event)
        assert abs(len(building.questions) - number) <= 1
        require_sound(building.sections)
        assert [one.asked_at for one in building.sections][1:] == [AskedAt.AFTER] * 2
        for section in building.sections:
            assert [one.position for one in section.questions] == list(range(len(section.questions)))
        rows = select(func.count()).select_from(AuditEntry).where(AuditEntry.subject_kind == "questions")
        assert db.session.scalar(rows) == building.question_set.version


def shuffled(building: Building, chance: Random) -> dict[int, list[int]]:
    """All questions that are asked, in sections and an order by chance."""
    asked = [one.id for one in building.questions if one.retired_at is None]
    chance.shuffle(asked)
    order: dict[int, list[int]] = {one.id: [] for one in building.sections}
    for question_id in asked:
        order[chance.choice(list(order))].append(question_id)
    return order


@pytest.mark.parametrize("known", [False, True])
def test_of_two_officers_at_once_one_is_told(app: Flask, event: Event, known: bool) -> None:
    """Both have seen the same version, and press at the same time; also where nobody has asked anything before."""
    if known:
        add(build(event), question_facts("Lunch"))
    event_id, seen = event.id, 2 if known else 0
    db.session.commit()
    together = Barrier(2)

    def save(title: str) -> str:
        with app.app_context():
            together.wait(10)
            try:
                subject = event_subject(get_event_to_change(event_id))
                add_section(begin(subject, seen, actor=OFFICER), SectionFacts(title))
                db.session.commit()
            except SetMoved:
                db.session.rollback()
                return "told"
            return title

    with ThreadPoolExecutor(2) as officers:
        answers = list(officers.map(save, ["Karins", "Björns"]))
    (saved,) = set(answers) - {"told"}
    assert sorted(answers) == sorted([saved, "told"])
    found = build(event)
    assert [one.title_sv for one in found.sections] == [*(["Avsnitt 1"] if known else []), saved]
    assert found.question_set.version == seen + 1
