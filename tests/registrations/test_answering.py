"""The activity's own questions: asked with the form or once the place is secured, with places of alternatives."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from bs4 import Tag
from flask import Flask
from sqlalchemy import func, select, text

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.permissions import Role
from eventsapp.outbox.models import Letter
from eventsapp.places.models import Place, PlaceState
from eventsapp.places.queries import places_taken
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import (
    AnswerOption,
    AskedAt,
    ConditionMatch,
    ConditionTerm,
    Question,
    QuestionKind,
    SeenBy,
    TermSource,
)
from eventsapp.questions.queries import questions_of
from eventsapp.registrations.answered import answered, given_to
from eventsapp.registrations.answering import OptionsFull, answer_questions
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.models import Registration, RegistrationStatus, SignUpReceipt
from eventsapp.registrations.operations import cancel_registration
from eventsapp.registrations.queries import get_event_in_letters, get_registration
from tests.factories.asked import make_question, make_questions, when_answer
from tests.factories.events import make_event, make_occasion
from tests.factories.registrations import make_personal_link, make_registration, make_submission
from tests.page_client import PageClient

PERSON = {
    "Namn": "Åsa Ahlström",
    "E-postadress": "asa@example.se",
    "Var arbetar du?": "Umeå kommun",
}


def loaded(registration: Registration) -> Registration:
    event = get_event_in_letters(registration.event_id)
    found = get_registration(event.id, registration.id)
    found.event = event
    return found


def answer(registration: Registration, question: Question, *options: int, value: str = "") -> None:
    person = loaded(registration)
    asked = [one for one in questions_of("event", person.event_id).all if one.id == question.id]
    answer_questions(
        person, asked, {question.id: Given(value, options)}, actor=Actor.participant(registration.id)
    )


def taken(option_id: int) -> int:
    return sum(pool.taken for pool in places_taken("question_option", [option_id])[option_id])


def test_an_option_gives_its_places_once(app: Flask) -> None:
    event = make_event(capacity_total=10)
    (lunch,) = make_questions(
        event.id, make_question(QuestionKind.ONE_OF, "Lunch", options=[("Fisk", 1), ("Kött", 2), "Inget"])
    )
    fish, meat, none = (option.id for option in lunch.options)
    first, second = make_registration(event), make_registration(event)
    db.session.commit()
    answer(first, lunch, fish)
    db.session.commit()
    with pytest.raises(OptionsFull) as full:
        answer(second, lunch, fish)
    assert full.value.option_ids == {fish}
    db.session.rollback()
    assert given_to(second) == {}
    answer(second, lunch, meat)
    assert (taken(fish), taken(meat)) == (1, 1)
    answer(first, lunch, none)
    assert (taken(fish), taken(meat)) == (0, 1)
    answer(second, lunch, fish)
    assert (taken(fish), taken(meat)) == (1, 0)
    assert given_to(second) == {lunch.id: Given(options=(fish,))}


def test_a_change_of_the_registration_keeps_the_alternative(app: Flask) -> None:
    event = make_event(capacity_total=10)
    (lunch,) = make_questions(event.id, make_question(QuestionKind.ONE_OF, "Lunch", options=[("Fisk", 1)]))
    person = make_registration(event)
    answer(person, lunch, lunch.options[0].id)
    change_registration(
        loaded(person),
        make_submission(organisation="Skellefteå kommun", email=person.email),
        actor=Actor.participant(person.id),
    )
    assert taken(lunch.options[0].id) == 1


def test_who_leaves_gives_the_alternative_back(app: Flask) -> None:
    event = make_event(capacity_total=10)
    lunch, note, secret = make_questions(
        event.id,
        make_question(QuestionKind.ONE_OF, "Lunch", options=[("Fisk", 1)]),
        make_question(label="Fråga till föreläsaren"),
        make_question(label="Hälsa", seen_by=SeenBy.SENSITIVE),
    )
    person = make_registration(event)
    answer(person, lunch, lunch.options[0].id)
    answer(person, note, value="Hur gör ni?")
    answer(person, secret, value="Astma")
    cancel_registration(loaded(person), actor=Actor.participant(person.id))
    assert taken(lunch.options[0].id) == 0
    assert given_to(person) == {note.id: Given("Hur gör ni?")}
    assert db.session.scalar(select(func.count()).select_from(AnswerOption)) == 0
    assert (
        db.session.scalar(select(func.count()).where(Place.state == PlaceState.TAKEN).select_from(Place)) == 0
    )


def test_only_one_who_has_a_place_answers(app: Flask) -> None:
    event = make_event(capacity_total=10)
    (note,) = make_questions(event.id, make_question())
    person = make_registration(event, status=RegistrationStatus.APPLIED)
    with pytest.raises(Conflict, match="när platsen är klar"):
        answer(person, note, value="Hej")
    over = make_event(occasions=[make_occasion(now().date() - timedelta(days=3))])
    (late,) = make_questions(over.id, make_question())
    with pytest.raises(Conflict, match="längre"):
        answer(make_registration(over), late, value="Hej")


def test_what_few_may_see_is_sealed_and_leaves_no_trace(app: Flask) -> None:
    event = make_event()
    secret, choice = make_questions(
        event.id,
        make_question(label="Behov", seen_by=SeenBy.SENSITIVE),
        make_question(QuestionKind.MANY_OF, "Stöd", options=["Tolk", "Slinga"], seen_by=SeenBy.SENSITIVE),
    )
    interpreter = choice.options[0].id
    person = make_registration(event)
    answer(person, secret, value="Epilepsi 4711")
    answer(person, choice, interpreter)
    db.session.commit()
    assert given_to(person) == {
        secret.id: Given("Epilepsi 4711"),
        choice.id: Given(options=(interpreter,)),
    }
    assert db.session.scalar(select(func.count()).select_from(AnswerOption)) == 0
    stored = " ".join(
        str(row)
        for table in ("answers", "audit_entries", "letters")
        for row in db.session.execute(text(f"SELECT * FROM {table}"))
    )
    assert "4711" not in stored
    assert answered(loaded(person), sees_sensitive=False).words == []
    assert [words for _label, words in answered(loaded(person)).words] == ["Epilepsi 4711", "Tolk"]


def test_the_trail_names_the_question_and_never_the_answer(app: Flask) -> None:
    event = make_event()
    (note,) = make_questions(event.id, make_question(label="Vad undrar du?", name="Fråga"))
    person = make_registration(event)
    answer(person, note, value="Om Bo Ek")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "registration.answered")).one()
    assert entry.changes == {"Fråga": None}
    answer(person, note, value="Om Bo Ek")
    assert (
        db.session.scalar(
            select(func.count()).where(AuditEntry.action == "registration.answered").select_from(AuditEntry)
        )
        == 1
    ), "the same answer again is no change"


def test_staff_answer_for_others_and_may_tell_them(app: Flask) -> None:
    event = make_event()
    (note,) = make_questions(event.id, make_question(is_staff_only=True))
    person = loaded(make_registration(event))
    answer_questions(person, [note], {note.id: Given("VIP")}, actor=Actor.user(1, "Karin Öberg"), tell=True)
    assert db.session.scalars(select(Letter.kind)).all() == ["changed"]


def test_the_short_form_then_the_questions_then_the_receipt(client: PageClient) -> None:
    event = make_event()
    (lunch,) = make_questions(
        event.id,
        make_question(QuestionKind.YES_NO, "Äter du lunch?", is_required=True),
        asked_at=AskedAt.SIGN_UP,
    )
    (wish,) = make_questions(event.id, make_question(label="Vad vill du veta?", is_required=True))
    form = client.get_page(f"/aktiviteter/{event.slug}/anmalan")
    refused = form.submit(PERSON, status=400, button="Skicka anmälan")
    assert "Välj ja eller nej." in refused.text
    receipt = refused.submit({lunch.field_name: "yes"}, button="Skicka anmälan")
    assert receipt.heading == "Du är anmäld"
    questions = receipt.click("Svara på frågorna")
    assert questions.heading == "Frågor från arrangören"
    again = questions.submit({}, status=400, button="Spara svaren")
    assert "Svara på frågan." in again.text
    done = again.submit({"Vad vill du veta?": "Hur ni arbetar"}, button="Spara svaren")
    assert "Tack! Svaren är sparade." in done.text
    assert "Svara på frågorna" not in done.text
    person = db.session.scalars(select(Registration)).one()
    assert given_to(person)[wish.id] == Given("Hur ni arbetar")
    assert len(given_to(person)) == 2
    assert client.get(f"/aktiviteter/{event.slug}/anmalan/fragor").status_code == 303


def test_an_address_that_was_registered_gets_the_same_pages_and_keeps_its_answers(client: PageClient) -> None:
    event = make_event()
    (wish,) = make_questions(event.id, make_question(label="Vad vill du veta?"))
    before = make_registration(event, email="asa@example.se", name="Åsa Ahlström")
    answer(before, wish, value="Det gamla")
    form = client.get_page(f"/aktiviteter/{event.slug}/anmalan")
    receipt = form.submit(PERSON, button="Skicka anmälan")
    page = receipt.click("Svara på frågorna")
    assert "Det gamla" not in page.text
    done = page.submit({"Vad vill du veta?": "Någon annans"}, button="Spara svaren")
    assert "Tack! Svaren är sparade." in done.text
    assert given_to(before) == {wish.id: Given("Det gamla")}
    assert db.session.scalars(select(SignUpReceipt)).one().answered_at is not None


def test_a_question_that_an_answer_brings_about_comes_on_the_next_step(client: PageClient) -> None:
    event = make_event()
    (lunch,) = make_questions(
        event.id, make_question(QuestionKind.YES_NO, "Äter du lunch?"), asked_at=AskedAt.SIGN_UP
    )
    (drink,) = make_questions(
        event.id,
        make_question(label="Vad dricker du?", is_required=True, when=[when_answer(lunch, "yes")]),
        asked_at=AskedAt.SIGN_UP,
    )
    form = client.get_page(f"/aktiviteter/{event.slug}/anmalan")
    assert "Vad dricker du?" not in form.text
    more = form.submit(PERSON | {lunch.field_name: "yes"}, button="Skicka anmälan")
    assert more.heading == "Anmäl dig"
    assert "Rätta till" not in more.text
    assert db.session.scalar(select(func.count()).select_from(Registration)) == 0
    receipt = more.submit({"Vad dricker du?": "Vatten"}, button="Skicka anmälan")
    assert receipt.heading == "Du är anmäld"
    person = db.session.scalars(select(Registration)).one()
    assert given_to(person) == {lunch.id: Given("yes"), drink.id: Given("Vatten")}


def test_a_condition_after_the_form_looks_at_the_form(client: PageClient) -> None:
    event = make_event()
    (lunch,) = make_questions(
        event.id, make_question(QuestionKind.YES_NO, "Äter du lunch?"), asked_at=AskedAt.SIGN_UP
    )
    make_questions(
        event.id,
        make_question(
            label="Vad dricker du?",
            when=[
                when_answer(lunch, "yes"),
                ConditionTerm(source=TermSource.MODE, value="online"),
            ],
            condition_match=ConditionMatch.ANY,
        ),
        make_question(label="Varför inte?", when=[when_answer(lunch, "yes", is_negated=True)]),
    )
    page = client.get_page(f"/aktiviteter/{event.slug}/anmalan")
    receipt = page.submit(PERSON | {lunch.field_name: "yes"}, button="Skicka anmälan")
    questions = receipt.click("Svara på frågorna")
    assert "Vad dricker du?" in questions.text
    assert "Varför inte?" not in questions.text


def test_a_look_sends_nothing(client: PageClient) -> None:
    event = make_event()
    (lunch,) = make_questions(
        event.id, make_question(QuestionKind.YES_NO, "Äter du lunch?"), asked_at=AskedAt.SIGN_UP
    )
    make_questions(
        event.id,
        make_question(label="Vad dricker du?", when=[when_answer(lunch, "yes")]),
        asked_at=AskedAt.SIGN_UP,
    )
    url = f"/aktiviteter/{event.slug}/anmalan"
    fields = {"csrf_token": client.csrf_token(url), f"q{lunch.id}": "yes", "look": "1", "name": "Åsa"}
    page = client.post_page(url, fields)
    assert "Vad dricker du?" in page.text
    assert "Rätta till" not in page.text
    assert db.session.scalar(select(func.count()).select_from(SignUpReceipt)) == 0


def test_the_personal_page_leads_to_what_is_unanswered(client: PageClient) -> None:
    event = make_event()
    _wish, lunch = make_questions(
        event.id,
        make_question(label="Vad vill du veta?", is_required=True),
        make_question(QuestionKind.ONE_OF, "Lunch", options=[("Fisk", 1), "Inget"]),
    )
    fish = lunch.options[0].id
    field = lunch.field_name
    person = make_registration(event)
    url = f"/min/anmalan/{make_personal_link(person)}"
    page = client.get_page(url)
    assert "1 fråga väntar på ditt svar." in page.text
    done = page.click("Svara på frågorna").submit(
        {"Vad vill du veta?": "Allt", field: str(fish)}, button="Spara svaren"
    )
    assert "Tack! Svaren är sparade." in done.text
    assert "Dina svar" in done.text
    assert "Allt" in done.text
    other = make_registration(event)
    full = client.get_page(f"/min/anmalan/{make_personal_link(other)}/fragor")
    assert "(fullt)" in full.text
    form = full.form("Spara svaren").fill({"Vad vill du veta?": "Inget"})
    form.values[field] = [str(fish)]
    posted = form.submit(status=400)
    assert "Fisk är fullt. Välj något annat." in posted.text
    assert given_to(other) == {}


def test_staff_see_answers_and_change_them(client: PageClient, sign_in: Callable[..., User]) -> None:
    event = make_event()
    wish, staff_note = make_questions(
        event.id,
        make_question(label="Vad vill du veta?", name="Önskan"),
        make_question(label="Intern anteckning", is_staff_only=True),
    )
    person = make_registration(event, name="Åsa Ahlström")
    answer(person, wish, value="Allt")
    sign_in(reach=Reach.ALL)
    page = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare/{person.id}")
    assert "Önskan" in page.text
    done = page.click("Ändra svaren").submit({"Intern anteckning": "Kommer sent"}, button="Spara")
    assert "Svaren är sparade." in done.text
    assert given_to(person) == {wish.id: Given("Allt"), staff_note.id: Given("Kommer sent")}
    own = client.get_page(f"/min/anmalan/{make_personal_link(person)}")
    assert "Kommer sent" not in own.text


def test_the_letter_of_a_change_says_what_was_answered_but_never_what_few_may_see(app: Flask) -> None:
    event = make_event()
    note, secret = make_questions(
        event.id,
        make_question(label="Vad undrar du?"),
        make_question(label="Hälsa", seen_by=SeenBy.SENSITIVE),
    )
    person = make_registration(event)
    answer(person, note, value="Allt om <samverkan>")
    answer(person, secret, value="Epilepsi")
    person = loaded(person)
    submission = make_submission(email=person.email, name="Åsa Nytt Namn")
    change_registration(person, submission, actor=Actor.participant(person.id))
    letter = db.session.scalars(select(Letter)).one()
    assert "Vad undrar du? Allt om <samverkan>" in letter.body_text
    assert "Allt om &lt;samverkan&gt;" in letter.body_html
    assert "Epilepsi" not in letter.body_text + letter.body_html


def sixty_questions(event_id: int) -> None:
    """Every kind, every third with a condition on the one before it."""
    kinds = [kind for kind in QuestionKind if kind is not QuestionKind.INFORMATION]
    made: list[Question] = []
    for number in range(60):
        kind = QuestionKind.YES_NO if number % 3 == 1 else kinds[number % len(kinds)]
        options = ["A", "B", "C"] if kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF) else []
        made.append(make_question(kind, f"Fråga {number}", options=options, hint_sv="Hjälp"))
    make_questions(event_id, *made, asked_at=AskedAt.SIGN_UP)
    for number in range(2, 60, 3):
        made[number].terms = [when_answer(made[number - 1], "yes")]
    db.session.flush()


def test_sixty_questions_cost_a_bounded_number_of_statements(
    client: PageClient, queries: Callable[[], AbstractContextManager[list[str]]]
) -> None:
    event = make_event()
    sixty_questions(event.id)
    with queries() as shown:
        form = client.get_page(f"/aktiviteter/{event.slug}/anmalan").form()
    assert len(shown) <= 10, "\n".join(shown)
    form.fill(PERSON)
    for name in form.names():
        control = form.page.soup.find(True, attrs={"name": name})
        if name.startswith("q") and control is not None:
            form.values[name] = [_some_answer(control)]
    with queries() as sent:
        more = form.submit()
    assert more.heading == "Anmäl dig"
    with queries() as sent:
        response = more.form().submit()
    assert response.heading == "Du är anmäld"
    person = db.session.scalars(select(Registration)).one()
    assert len(given_to(person)) >= 35
    assert len(sent) <= 35 + 8, "\n".join(one[:90] for one in sent)


def _some_answer(control: Tag) -> str:
    kind = str(control.get("type", control.name))
    return {
        "number": "7",
        "date": "2026-11-25",
        "email": "asa@example.se",
        "tel": "070-123 45 67",
        "url": "https://example.se/a",
        "radio": str(control.get("value")),
        "checkbox": str(control.get("value")),
    }.get(kind, "Något")


def test_one_whom_staff_add_is_asked_through_them(client: PageClient, sign_in: Callable[..., User]) -> None:
    event = make_event()
    (wish,) = make_questions(event.id, make_question(label="Vad vill du veta?"))
    sign_in(Role.ADMINISTRATOR)
    form = client.get_page(f"/personal/aktiviteter/{event.id}/deltagare/ny")
    answers = form.submit({"name": "Bo Ek", "email": "bo@example.se", "organisation": "Umeå kommun"})
    assert answers.heading == "Svar från Bo Ek"
    assert answers.messages == ["Bo Ek är anmäld."]
    answers.submit({"Vad vill du veta?": "Allt"}, button="Spara")
    person = db.session.scalars(select(Registration)).one()
    assert given_to(person) == {wish.id: Given("Allt")}
