"""The pages where officers build what they ask."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select

from eventsapp.accounts.models import Reach, User
from eventsapp.audit.models import AuditEntry
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import Event, EventFormat
from eventsapp.questions.answers import keep_answers
from eventsapp.questions.builder_rules import TermFacts
from eventsapp.questions.building import move_question
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import Answer, Question, QuestionKind, TermSource
from eventsapp.questions.queries import find_set, questions_of
from tests.factories.events import make_event
from tests.factories.files import make_file
from tests.factories.questions import add, answer_is, build, choice_facts, question_facts
from tests.factories.registrations import make_registration
from tests.page_client import Page, PageClient, Upload

Queries = Callable[[], AbstractContextManager[list[str]]]


@pytest.fixture
def event(sign_in: Callable[..., User]) -> Event:
    sign_in(Role.OFFICER, name="Karin Öberg", reach=Reach.ALL)
    return make_event()


def address(event: Event, rest: str = "") -> str:
    return f"/personal/aktiviteter/{event.id}/fragor{rest}"


def labels(event: Event) -> list[str]:
    db.session.rollback()
    return [one.label_sv for one in questions_of("event", event.id).all]


def rows(page: Page) -> list[str]:
    return page.texts("[data-question] .cell-main")


def answer(event: Event, question: Question, given: Given) -> None:
    person = make_registration(event)
    keep_answers("registration", person.id, [question], {question.id: given}, moment=now())


def test_a_form_is_built_from_nothing(client: PageClient, event: Event) -> None:
    page = client.get_page(address(event))
    assert "Namn, e-postadress, organisation, befattning och yrkesgrupp." in page.text
    assert "Inga egna frågor än" in page.text
    page = page.click("Lägg till ett avsnitt").submit({"Rubrik": "Lunch"}, button="Spara")
    assert page.messages == ["Avsnittet är sparat."]
    page = page.click("Lägg till en fråga").click("Ja eller nej")
    page = page.submit({"Fråga": "Äter du lunch?", "Måste besvaras": True}, button="Spara frågan")
    assert page.messages == ["Frågan är sparad."]
    assert rows(page) == ["Äter du lunch?"]
    form = page.click("Lägg till en fråga").click("Ett av flera alternativ")
    form = form.submit(
        {"label_sv": "Vad äter du?", "options-0-label_sv": "Kött", "options-0-capacity": "12"},
        button="Lägg till ett alternativ",
    )
    assert form.form("Lägg till ett alternativ").values["options-0-label_sv"] == ["Kött"]
    form = form.submit({"options-1-label_sv": "Grönt"}, button="Lägg till ett villkor")
    page = form.submit({"Det som avgör": "Äter du lunch? – Ja"}, button="Spara frågan")
    assert rows(page) == ["Äter du lunch?", "Vad äter du?"]
    assert "Visas om ”Äter du lunch?” är Ja" in page.text
    assert page.texts(".question-options li") == ["Kött 0 av 12 tagna", "Grönt"]


@pytest.mark.parametrize("kind", list(QuestionKind))
def test_every_kind_has_a_form_in_both_languages(
    client: PageClient, event: Event, kind: QuestionKind
) -> None:
    form = client.get_page(address(event, f"/ny?typ={kind.value}"))
    fields = {"label_sv": "Rubrik"}
    if kind in (QuestionKind.INFORMATION, QuestionKind.STATEMENT):
        fields["hint_sv"] = "Läs **noga**."
    if kind in (QuestionKind.ONE_OF, QuestionKind.MANY_OF):
        fields |= {"options-0-label_sv": "A", "options-1-label_sv": "B"}
    page = form.submit(fields, button="Spara frågan")
    assert rows(page) == ["Rubrik"]
    page = client.get_page(
        page.url.replace("/personal/aktiviteter", "/en/staff/events").replace("fragor", "questions")
    )
    page.click("Rubrik")


def test_what_is_wrong_is_said_and_kept(client: PageClient, event: Event) -> None:
    form = client.get_page(address(event, "/ny?typ=many_of"))
    form = form.submit(
        {"label_sv": "", "hint_sv": "Välj fritt", "options-0-label_sv": "Buss"}, button="Spara frågan"
    )
    assert form.problems == ["Skriv frågan."]
    form = form.submit({"label_sv": "Hur kommer du?"}, button="Spara frågan")
    assert form.problems == ["Skriv minst två alternativ."]
    form = form.submit({"options-1-label_sv": "Tåg", "minimum": "3"}, button="Spara frågan")
    assert form.problems == ["Skriv ett tal mellan 1 och 2."]
    assert form.form("Lägg till ett alternativ").values["hint_sv"] == ["Välj fritt"]
    form = form.submit({"minimum": "två"}, button="Spara frågan")
    assert len(form.problems) == 1
    assert labels(event) == []


def test_questions_move_by_buttons(client: PageClient, event: Event) -> None:
    building = build(event)
    add(building, question_facts("Ett"), question_facts("Två"))
    add(building, question_facts("Tre"))
    page = client.get_page(address(event))
    page = page.submit(button="Upp Tre")
    assert labels(event) == ["Ett", "Två", "Tre"]
    assert [len(one.questions) for one in questions_of("event", event.id).sections] == [3, 0]
    page = page.submit(button="Upp Tre").submit(button="Ner Ett")
    assert labels(event) == ["Tre", "Ett", "Två"]
    page.submit(button="Upp Avsnitt 2")
    assert [one.title for one in questions_of("event", event.id).sections] == ["Avsnitt 2", "Avsnitt 1"]


def test_an_order_that_was_dragged_is_kept(client: PageClient, event: Event) -> None:
    building = build(event)
    one, two = add(building, question_facts("Ett"), question_facts("Två"))
    (three,) = add(building, question_facts("Tre"))
    first, second = (section.id for section in building.sections)
    page = client.get_page(address(event))
    order = f"{first}:{three.id};{second}:{two.id},{one.id}"
    page = page.submit({"ordning": order}, button="Spara ordningen")
    assert page.messages == ["Ordningen är sparad."]
    assert rows(page) == ["Tre", "Två", "Ett"]
    page = page.submit({"ordning": f"{first}:{three.id};x:1,y"}, button="Spara ordningen", status=400)
    assert page.problems == ["Ordningen stämmer inte med frågorna. Försök igen."]
    assert labels(event) == ["Tre", "Två", "Ett"]


def test_a_move_past_what_decides_is_refused_by_name(client: PageClient, event: Event) -> None:
    client.get_page(address(event, "/ny?typ=yes_no")).submit({"Fråga": "Lunch"}, button="Spara frågan")
    form = client.get_page(address(event, "/ny?typ=short_text"))
    form.submit({"label_sv": "Allergier"}, button="Lägg till ett villkor").submit(
        {"Det som avgör": "Lunch – Ja"}, button="Spara frågan"
    )
    page = client.get_page(address(event)).submit(button="Upp Allergier", status=400)
    assert "”Allergier” visas beroende på svaret" in page.problems[0]
    page = page.click("Lunch").submit(button="Ta bort frågan", status=400)
    assert page.problems == ["”Lunch” styr när ”Allergier” visas. Ändra först det villkoret."]
    assert labels(event) == ["Lunch", "Allergier"]


def test_the_second_of_two_officers_is_told(client: PageClient, event: Event) -> None:
    (question,) = add(build(event), question_facts("Lunch"))
    mine = client.get_page(address(event, f"/{question.id}"))
    building = build(event, actor=Actor.user(8, "Björn Ek"))
    move_question(building, building.question(question.id), 1)
    add(building, question_facts("Middag"))
    db.session.commit()
    page = mine.submit({"Fråga": "Äter du lunch?"}, button="Spara frågan", status=409)
    assert page.problems[0].startswith("Björn Ek lade till ett avsnitt i formuläret: Avsnitt 2 (")
    assert page.problems[1].startswith("Björn Ek lade till en fråga: Middag (")
    assert page.problems[2] == "Det du skrev finns kvar. Spara igen om det är det som ska gälla."
    assert labels(event) == ["Lunch", "Middag"]
    page = page.submit(button="Spara frågan")
    assert rows(page) == ["Äter du lunch?", "Middag"]


def test_a_question_that_somebody_took_away_is_saved_as_a_new_one(client: PageClient, event: Event) -> None:
    (question,) = add(build(event), question_facts("Lunch"))
    mine = client.get_page(address(event, f"/{question.id}"))
    theirs = client.get_page(address(event, f"/{question.id}"))
    theirs.submit(button="Ta bort frågan")
    page = mine.submit({"Fråga": "Äter du lunch?"}, button="Spara frågan", status=409)
    assert page.problems[0].startswith("Karin Öberg tog bort en fråga: Lunch (")
    assert rows(page.submit(button="Spara frågan")) == ["Äter du lunch?"]


def test_a_button_on_an_old_page_does_nothing(client: PageClient, event: Event) -> None:
    add(build(event), question_facts("Ett"), question_facts("Två"))
    old = client.get_page(address(event))
    client.get_page(address(event)).submit(button="Upp Två")
    page = old.submit(button="Upp Två", status=409)
    assert page.problems[-1] == "Det du tryckte på har inte hänt. Se efter och försök igen."
    assert labels(event) == ["Två", "Ett"]


def test_what_has_answers_is_retired_and_comes_back(client: PageClient, event: Event) -> None:
    (question,) = add(build(event), question_facts("Lunch"))
    answer(event, question, Given("yes"))
    page = client.get_page(address(event))
    assert "1 har svarat" in page.text
    page = page.click("Lunch").submit(button="Ta frågan ur bruk")
    assert (rows(page), labels(event)) == ([], [])
    page = page.submit(button="Ta tillbaka Lunch")
    assert rows(page) == ["Lunch"]
    # A button of our own making cannot delete it either.
    version = find_set("event", event.id).version  # type: ignore[union-attr]
    token = client.csrf_token(address(event))
    page = client.post_page(
        address(event, "/andra"), {"csrf_token": token, "version": version, "gor": f"bort:{question.id}"}
    )
    assert page.messages == ["Frågan har svar, så den är tagen ur bruk i stället. Svaren finns kvar."]


def test_questions_go_to_the_bank_and_from_it(
    client: PageClient, event: Event, sign_in: Callable[..., User]
) -> None:
    (question,) = add(build(event), choice_facts("Hur kommer du?", "Buss", "Tåg", capacity=4))
    page = client.get_page(address(event, f"/{question.id}"))
    assert "Lägg i frågebanken" not in page.buttons()
    assert client.get_page("/personal/fragebank").buttons() == ["Logga ut"]
    client.get_page("/personal/fragebank/ny", status=403)
    sign_in(Role.ADMINISTRATOR)
    page = client.get_page(address(event, f"/{question.id}")).submit(button="Lägg i frågebanken")
    assert page.messages == ["Frågan ligger nu också i frågebanken."]
    assert rows(client.get_page("/personal/fragebank")) == ["Hur kommer du?"]
    other = make_event()
    page = client.get_page(address(other)).click("Hämta ur frågebanken")
    assert page.submit({}, button="Lägg till frågorna").problems == ["Välj minst en fråga."]
    page = page.submit(
        {"questions": ["Hur kommer du? (Ett av flera alternativ)"]}, button="Lägg till frågorna"
    )
    assert page.messages == ["1 fråga är tillagd."]
    assert page.texts(".question-options li") == ["Buss 0 av 4 tagna", "Tåg 0 av 4 tagna"]


def test_all_questions_are_copied_from_another_activity(client: PageClient, event: Event) -> None:
    other = make_event(title="Nätverksdag", format=EventFormat.HYBRID)
    add(build(other), question_facts("Lunch"), choice_facts("Rum", "Enkel", "Dubbel", capacity=2))
    page = client.get_page(address(event)).click("Kopiera från en annan aktivitet")
    assert page.texts(".question-row .cell-main") == ["Nätverksdag"]
    page = page.submit(button="Kopiera frågorna från Nätverksdag")
    assert rows(page) == ["Lunch", "Rum"]
    found = client.get_page(address(event, "/kopiera-fran?q=finns+inte"))
    assert "Ingen annan aktivitet med frågor hittades" in found.text


def test_only_those_who_may_see_and_change(client: PageClient, sign_in: Callable[..., User]) -> None:
    event = make_event()
    add(build(event), question_facts("Lunch"))
    sign_in(Role.OFFICER, reach=Reach.OWN)
    for rest in ("", "/ny", "/avsnitt/nytt", "/kopiera-fran", "/ur-banken"):
        client.get_page(address(event, rest), status=403)
    mine = make_event()
    sign_in(Role.READER, reach=Reach.ALL)
    assert client.get_page(address(event)).buttons() == ["Logga ut"]
    client.get_page(address(mine, "/ny"), status=403)
    assert client.get("/personal/fragor/okand/1").status_code == 404
    client.get_page(address(event).replace(str(event.id), "999999"), status=404)


def test_one_cannot_copy_from_what_one_may_not_see(client: PageClient, sign_in: Callable[..., User]) -> None:
    user = sign_in(Role.OFFICER, reach=Reach.OWN)
    secret, mine = make_event(), make_event(responsible_id=user.id)
    add(build(secret), question_facts("Lunch"))
    page = client.get_page(address(mine, "/kopiera-fran"))
    assert "Ingen annan aktivitet" in page.text
    token = client.csrf_token(address(mine, "/ny?typ=yes_no"))
    data = {"csrf_token": token, "version": 0, "gor": f"fran:{secret.id}"}
    client.post_page(address(mine, "/kopiera-fran"), data, status=403)
    assert labels(mine) == []


def test_the_page_costs_the_same_for_one_question_and_for_fifty(
    client: PageClient, event: Event, queries: Queries
) -> None:
    counted = []
    for number in (1, 49):
        building = build(event)
        facts = [choice_facts(f"Val {number} {one}", "A", "B", capacity=3) for one in range(number)]
        (first, *_rest) = add(building, *facts)
        answer(event, first, Given(options=(first.options[0].id,)))
        url = address(event)
        db.session.commit()
        with queries() as statements:
            client.get_page(url)
        counted.append(len(statements))
    assert counted[0] == counted[1]
    assert counted[1] <= 12


def test_the_questions_are_tried_out_and_nothing_is_kept(
    client: PageClient, sign_in: Callable[..., User]
) -> None:
    event = make_event(format=EventFormat.HYBRID)
    building = build(event)
    (lunch,) = add(building, question_facts("Lunch", is_required=True))
    terms = (answer_is(lunch, "yes"), TermFacts(TermSource.MODE, "onsite"))
    add(building, question_facts("Allergi", QuestionKind.SHORT_TEXT, terms=terms))
    sign_in(Role.READER, reach=Reach.ALL)
    page = client.get_page(address(event)).click("Prova frågorna som deltagaren ser dem")
    assert "Allergi" not in page.text
    page = page.submit(button="Prova svaren")
    assert page.problems == ["Välj ja eller nej."]
    page = page.submit({"Ja": "yes"}, button="Prova svaren")
    assert "Svaren ledde till fler frågor." in page.text
    page = page.submit({"Allergi": "Nötter"}, button="Prova svaren")
    assert "Det här hade gått bra att skicka." in page.text
    page = page.submit({"Digitalt": "online"}, button="Prova svaren")
    assert "Allergi" not in page.text
    assert db.session.scalar(select(func.count()).select_from(Answer)) == 0


def test_what_the_form_never_offered_is_not_taken(client: PageClient, event: Event) -> None:
    """Rows of other questions, sections and conditions that are not there, words of a megabyte, and strange numbers."""
    building = build(event)
    (bus,) = add(building, choice_facts("Buss", "Norr", "Söder"))
    (boat,) = add(building, choice_facts("Båt", "Öst", "Väst"))
    south = bus.options[1].id
    url, other = address(event, f"/{bus.id}"), boat.options[0].id
    page = client.get_page(url)
    stolen = {"options-0-id": str(other), "options-1-id": str(south), "options-0-label_sv": "Min"}
    page.form("Spara frågan").submit(stolen)
    assert sorted(one.label_sv for q in questions_of("event", event.id).all for one in q.options) == [
        "Min",
        "Söder",
        "Väst",
        "Öst",
    ]
    page = client.get_page(url)
    data = {name: values[0] for name, values in page.form("Spara frågan").values.items()}
    for wrong in (
        {"section": "99999"},
        {"terms-0-what": f"q{bus.id}:yes", "terms-0-negated": ""},
        {"terms-0-what": "q\x00:yes"},
        {"label_sv": "x" * 1_000_000},
        {"hint_sv": "x" * 1_000_000},
        {"keep_days": "-1"},
        {"seen_by": "alla"},
        {"options-0-capacity": "9" * 30},
        {f"options-{number}-label_sv": str(number) for number in range(0, 4000, 40)} | {"label_sv": ""},
    ):
        refused = client.post_page(url, data | wrong)
        assert refused.problems, wrong
    for version in ("", "-1", "9" * 40, "\x00"):
        client.post_page(url, data | {"version": version}, status=409)
    for gor in ("", "upp", "upp:", "upp:99999", "sluta:1", f"bort:{'9' * 40}"):
        client.post_page(
            address(event, "/andra"),
            {"csrf_token": data["csrf_token"], "version": data["version"], "gor": gor},
            status=404,
        )


def test_a_question_for_a_file(client: PageClient, event: Event) -> None:
    form = client.get_page(address(event, "/ny?typ=file"))
    assert form.form("Spara frågan").values["file_types"] == ["pdf"]
    refused = form.submit({"Fråga": "Ditt abstract", "file_types": []}, button="Spara frågan")
    assert refused.problems == ["Välj minst en sorts filer."]
    refused = refused.submit(
        {"file_types": ["PDF", "Bild (JPEG, PNG)"], "Högst så många MB": "11"}, button="Spara frågan"
    )
    assert refused.problems == ["Skriv ett tal mellan 1 och 10."]
    refused.submit({"Högst så många MB": "8"}, button="Spara frågan")
    (question,) = questions_of("event", event.id).all
    assert (question.file_types, question.maximum) == ("pdf,picture", 8)
    form = client.get_page(address(event, f"/{question.id}"))
    assert form.form("Spara frågan").values["file_types"] == ["pdf", "picture"]
    form.submit({"file_types": ["PDF"]}, button="Spara frågan")
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "questions.changed")).one()
    assert entry.changes == {"question": ["Ditt abstract"] * 2, "question_file_types": None}


def test_a_file_is_asked_for_once_the_place_is_secured(client: PageClient, event: Event) -> None:
    client.get_page(address(event)).click("Lägg till ett avsnitt").submit(
        {"Rubrik": "Först", "asked_at": "I anmälan"}, button="Spara"
    )
    form = client.get_page(address(event, "/ny?typ=file"))
    refused = form.submit({"Fråga": "Ditt abstract"}, button="Spara frågan")
    assert refused.problems == [
        "”Ditt abstract” besvaras med en fil. Sådana frågor ställs när platsen är klar. Lägg den i ett annat avsnitt."
    ]


def test_trying_a_question_for_a_file_out(client: PageClient, event: Event) -> None:
    build_file = client.get_page(address(event, "/ny?typ=file"))
    build_file.submit({"Fråga": "Ditt abstract", "Måste besvaras": True}, button="Spara frågan")
    page = client.get_page(address(event, "/prova"))
    assert "PDF, högst 5 MB." in page.text
    assert page.one("input[type=file]")["accept"] == ".pdf"
    wrong = page.submit({"Ditt abstract": Upload("a.pdf", b"MZ")}, button="Prova svaren")
    assert "Filen är inte det som namnet säger" in wrong.problems[0]
    right = wrong.submit({"Ditt abstract": Upload("a.pdf", make_file())}, button="Prova svaren")
    assert "Det här hade gått bra att skicka." in right.text
    assert "Ta bort filen" not in right.text, "nothing was kept"
