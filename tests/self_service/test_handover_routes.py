"""Handing a place over, page by page, without JavaScript."""

import re
from collections.abc import Callable

from sqlalchemy import select

from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.core.permissions import Role
from eventsapp.events.models import EventFormat
from eventsapp.outbox.models import Letter
from eventsapp.places.models import QuotaBy
from eventsapp.places.queries import pools_of
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import AskedAt, QuestionKind
from eventsapp.questions.queries import questions_of
from eventsapp.registrations.answered import given_to
from eventsapp.registrations.answering import answer_questions
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from eventsapp.self_service.handover_links import add_handover_link
from eventsapp.self_service.handover_queries import last_handover
from eventsapp.waiting_list.quotas import QuotaFacts, set_quotas
from tests.factories.events import make_event
from tests.factories.questions import add, build, choice_facts, question_facts
from tests.factories.registrations import make_personal_link, make_registration
from tests.page_client import PageClient
from tests.registrations.steps import STAFF, check, loaded, make_choice, person, step

BO = "bo.berg@skelleftea.example.se"


def a_link(registration: Registration) -> str:
    return f"/min/anmalan/{make_personal_link(registration)}"


def the_colleagues_link(registration_id: int) -> str:
    handover = last_handover(registration_id)
    assert handover is not None
    token = add_handover_link(handover.id)
    db.session.commit()
    return f"/min/plats/{token}"


def offer(client: PageClient, url: str, registration_id: int, address: str = BO) -> str:
    """Fill in the form; answers the address in the colleague's letter."""
    page = client.get_page(url).click("Lämna över platsen till en kollega")
    page.submit({"Kollegans namn": "Bo Berg", "Kollegans e-postadress": address}, button="Erbjud platsen")
    return the_colleagues_link(registration_id)


def test_a_place_is_offered_and_the_colleague_takes_it(client: PageClient) -> None:
    event = make_event(title_sv="Att upptäcka våld", asks_food=True)
    first = make_registration(event, name="Åsa Ahlström")
    first_id, url = first.id, a_link(first)
    page = client.get_page(url).click("Lämna över platsen till en kollega")
    assert page.heading == "Lämna över platsen till en kollega"
    page = page.submit({"Kollegans namn": "Bo Berg", "Kollegans e-postadress": BO}, button="Erbjud platsen")
    assert page.messages == ["Ett brev är på väg till Bo Berg."]
    assert page.heading == "Du är anmäld, Åsa"
    assert "Du har erbjudit din plats till Bo Berg" in page.text
    assert "Lämna över platsen till en kollega" not in page.text
    link = the_colleagues_link(first_id)
    page = client.get_page(link)
    assert page.heading == "Du är erbjuden en plats"
    assert "Åsa Ahlström kan inte komma och vill att du får platsen." in page.text
    assert page.form("Ja, jag tar platsen").names() == [
        "nonce",
        "csrf_token",
        "name",
        "organisation",
        "job_title",
        "profession",
        "food",
        "food_other",
    ]
    page = page.submit({"Var arbetar du?": "Skellefteå kommun"}, button="Ja, jag tar platsen")
    assert page.heading == "Platsen är din"
    page = client.get_page(url)
    assert page.heading == "Du har lämnat över din plats"
    assert "Din kollega har sagt ja och har nu platsen." in page.text
    successor = db.session.scalars(select(Registration).where(Registration.email == BO)).one()
    assert (successor.name, successor.organisation_name) == ("Bo Berg", "Skellefteå kommun")


def test_the_letter_tells_who_what_and_when_but_not_how_to_join(client: PageClient) -> None:
    event = make_event(
        format=EventFormat.HYBRID, title_sv="Att upptäcka våld", join_url="https://video.example.se/rum/42"
    )
    item = make_choice(event, None, title="Verkstad om samtal")
    first = make_registration(event, name="Åsa Ahlström", mode=AttendanceMode.ONLINE)
    first_id, url = first.id, a_link(first)
    page = client.get_page(url + "/andra")
    page.submit({"slot_0": str(item)}, button="Spara ändringarna")
    link = offer(client, url, first_id)
    letter = db.session.scalars(select(Letter).where(Letter.kind == "place_handed")).one()
    assert letter.recipient == BO
    assert letter.subject_line == "Åsa Ahlström erbjuder dig sin plats: Att upptäcka våld"
    assert letter.body_text.startswith("Hej Bo!\n\nÅsa Ahlström, Umeå kommun, kan inte komma")
    assert "Med platsen följer: Verkstad om samtal" in letter.body_text
    assert "video.example.se" not in letter.body_text + letter.body_html
    assert re.findall(r"\[\[link:([a-z]+)\]\]", letter.body_text) == ["answer"]
    page = client.get_page(link)
    assert "Verkstad om samtal" in page.text
    assert "Du deltar: Digitalt" in page.text
    assert "slot_0" not in page.form("Ja, jag tar platsen").names()


def test_the_colleague_says_no_by_a_button(client: PageClient) -> None:
    first = make_registration(make_event())
    first_id, url = first.id, a_link(first)
    link = offer(client, url, first_id)
    page = client.get_page(link).submit(button="Nej, tack")
    assert page.heading == "Tack för ditt svar"
    assert "Din kollega tackade nej. Platsen är fortfarande din." in client.get_page(url).text
    assert offer(client, url, first_id, "cia@example.se")


def test_the_offer_is_taken_back_by_a_button(client: PageClient) -> None:
    first = make_registration(make_event())
    first_id, url = first.id, a_link(first)
    link = offer(client, url, first_id)
    page = client.get_page(url).submit(button="Ta tillbaka erbjudandet")
    assert "Du har erbjudit din plats" not in page.text
    page = client.get_page(link)
    assert page.heading == "Platsen erbjuds inte längre"
    assert "Ja, jag tar platsen" not in page.buttons()


def test_nobody_else_learns_that_the_colleague_is_registered(client: PageClient) -> None:
    event = make_event()
    first = make_registration(event)
    make_registration(event, email=BO)
    first_id, url = first.id, a_link(first)
    link = offer(client, url, first_id)
    assert "Du har erbjudit din plats till Bo Berg" in client.get_page(url).text
    page = client.get_page(link)
    assert page.heading == "Du är redan anmäld"
    assert page.buttons() == ["Nej, tack"]


def test_what_is_missing_is_asked_for_with_everything_kept(client: PageClient) -> None:
    first = make_registration(make_event())
    first_id, url = first.id, a_link(first)
    page = client.get_page(url + "/lamna-over").submit(
        {"Kollegans namn": "www.example.se"}, button="Erbjud platsen", status=400
    )
    assert page.problems == [
        "Skriv bara namnet, utan länkar och adresser.",
        "Fyll i en e-postadress, till exempel namn@kommun.se",
    ]
    link = offer(client, url, first_id)
    page = client.get_page(link).submit({"Befattning": "Kurator"}, button="Ja, jag tar platsen", status=400)
    assert page.problems == ["Skriv var du arbetar"]
    page = page.submit({"Var arbetar du?": "Umeå kommun"}, button="Ja, jag tar platsen")
    assert page.heading == "Platsen är din"
    successor = db.session.scalars(select(Registration).where(Registration.email == BO)).one()
    assert successor.job_title == "Kurator"


def test_a_wrong_link_leads_nowhere(client: PageClient) -> None:
    for address in ("/min/plats/finns-inte", "/en/my/place/finns-inte"):
        assert client.get(address).status_code == 404


def test_one_who_may_not_is_sent_to_the_own_page(client: PageClient) -> None:
    url = a_link(make_registration(make_event(), status=RegistrationStatus.WAITING))
    page = client.get_page(url + "/lamna-over")
    assert page.messages == ["Det går inte att lämna över platsen. Kontakta oss."]
    assert "Lämna över platsen till en kollega" not in page.text


def test_the_colleague_answers_the_activitys_own_questions(client: PageClient) -> None:
    event = make_event()
    sign_up_question, _ = (
        add(build(event), question_facts("Vad vill du lära dig?", QuestionKind.SHORT_TEXT), asked_at=asked)[0]
        for asked in (AskedAt.SIGN_UP, AskedAt.AFTER)
    )
    question_id = sign_up_question.id
    first = make_registration(event)
    first_id, url = first.id, a_link(first)
    link = offer(client, url, first_id)
    page = client.get_page(link).submit(
        {"Var arbetar du?": "Umeå kommun", "Vad vill du lära dig?": "Att fråga"}, button="Ja, jag tar platsen"
    )
    assert page.heading == "Platsen är din"
    successor = db.session.scalars(select(Registration).where(Registration.email == BO)).one()
    assert {number: given.value for number, given in given_to(successor).items()} == {
        question_id: "Att fråga"
    }


def test_places_of_answers_are_given_back_and_not_handed_over(client: PageClient) -> None:
    event = make_event()
    add(build(event), choice_facts("Vilken lunch?", "Fisk", "Soppa", capacity=1))
    (question,) = questions_of("event", event.id).all
    option = question.options[0].id
    first = make_registration(event)
    db.session.commit()
    with step():
        given = {question.id: Given("", (option,))}
        answer_questions(person(first), [question], given, actor=Actor.participant(first.id))
    first_id, url = first.id, a_link(first)
    page = client.get_page(offer(client, url, first_id))
    page.submit({"Var arbetar du?": "Umeå kommun"}, button="Ja, jag tar platsen")
    assert [pool.taken for pool in pools_of("question_option", option)] == [0]
    check()


def test_a_profession_that_is_needed_is_not_called_optional(client: PageClient) -> None:
    event = make_event()
    first = make_registration(event)
    form_url, first_id, url = f"/aktiviteter/{event.slug}/anmalan", first.id, a_link(first)
    link = offer(client, url, first_id)
    for address in (form_url, link):
        page = client.get_page(address)
        assert page.text_of("label[for=profession]") == "Yrkesgrupp (frivilligt)"
    with step():
        set_quotas(loaded(event), [QuotaFacts(by=QuotaBy.PROFESSION, capacity=1)], actor=STAFF)
    for address in (form_url, link, f"{form_url}/grupp"):
        page = client.get_page(address)
        assert page.text_of("label[for=profession]") == "Yrkesgrupp"
        assert page.texts("select[name=profession] option")[0] == "Välj yrkesgrupp"


def test_staff_find_the_one_who_took_the_place_over(
    client: PageClient, sign_in: Callable[..., object]
) -> None:
    first = make_registration(make_event())
    event_id, first_id, url = first.event_id, first.id, a_link(first)
    page = client.get_page(offer(client, url, first_id))
    page.submit({"Var arbetar du?": "Umeå kommun"}, button="Ja, jag tar platsen")
    sign_in(Role.ADMINISTRATOR)
    page = client.get_page(f"/personal/aktiviteter/{event_id}/deltagare/{first_id}")
    assert "Lämnade över platsen till Bo Berg" in page.text
    assert page.click("Bo Berg").heading == "Bo Berg"
