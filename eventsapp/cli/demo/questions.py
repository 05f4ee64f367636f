"""Three forms of the kinds that the boards send out: a conference with lunch, a closed circle, and a day with a fee for those who
do not come; and what made-up people have answered."""

import random
from datetime import datetime

from sqlalchemy import insert, select

from eventsapp.cli.demo.coming import Placed
from eventsapp.core.actor import Actor
from eventsapp.core.db import db
from eventsapp.events.models import Event
from eventsapp.questions.builder_rules import OptionFacts, QuestionFacts, SectionFacts, TermFacts
from eventsapp.questions.building import Building, add_section, begin_anyhow
from eventsapp.questions.building_questions import add_question
from eventsapp.questions.file_rules import groups_text
from eventsapp.questions.models import (
    Answer,
    AnswerOption,
    AskedAt,
    FileGroup,
    Question,
    QuestionKind,
    TermSource,
)
from eventsapp.registrations.models import AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.question_subject import event_subject
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT

CONFERENCE = "lanskonferens-fritt-fran-vald"
CIRCLE = "strategisk-lansgrupp"
WITH_FEE = "regional-konferens-mr"
ONSITE = TermFacts(TermSource.MODE, AttendanceMode.ONSITE.value)
SEED = 11


def load_questions(placed: list[Placed], moment: datetime) -> None:
    """Build the three forms, and let some of the people of the conference have answered; flushes."""
    events = {one.text.key: one.event for one in placed}
    _ask_conference(_build(events[CONFERENCE]), moment)
    _ask_circle(_build(events[CIRCLE]))
    _ask_with_fee(_build(events[WITH_FEE]))


def _build(event: Event) -> Building:
    return begin_anyhow(event_subject(event), actor=Actor.system())


def _ask_conference(building: Building, moment: datetime) -> None:
    meals = add_section(building, SectionFacts("Lunch och middag", "Lunch and dinner"))
    lunch = add_question(
        building,
        meals,
        QuestionFacts(
            kind=QuestionKind.YES_NO,
            label_sv="Äter du lunch med oss?",
            label_en="Will you have lunch with us?",
            name="Lunch",
            is_required=True,
            reason_sv="Vi beställer maten en vecka före.",
            reason_en="We order the food a week ahead.",
            terms=(ONSITE,),
        ),
    )
    add_question(
        building,
        meals,
        QuestionFacts(
            kind=QuestionKind.ONE_OF,
            label_sv="Middag på kvällen",
            label_en="Dinner in the evening",
            hint_sv="Middagen betalar du själv. Platserna är begränsade.",
            hint_en="You pay for the dinner yourself. The places are limited.",
            name="Middag",
            options=(
                OptionFacts("Ja, jag kommer", "Yes, I am coming", capacity=40),
                OptionFacts("Nej tack", "No, thank you"),
            ),
            terms=(ONSITE,),
        ),
    )
    talks = add_section(building, SectionFacts("Till samtalen", "For the discussions"))
    rounds = add_question(
        building,
        talks,
        QuestionFacts(
            kind=QuestionKind.MANY_OF,
            label_sv="Vilka samtal vill du helst vara med i?",
            label_en="Which discussions would you like to take part in?",
            hint_sv="Välj högst två.",
            hint_en="Choose at most two.",
            name="Samtal",
            maximum=2,
            options=(
                OptionFacts("Våld och funktionsnedsättning", "Violence and disability"),
                OptionFacts("Små kommuner samarbetar", "Small municipalities working together"),
                OptionFacts("Barn som upplever våld", "Children who experience violence"),
            ),
        ),
    )
    add_question(
        building,
        talks,
        QuestionFacts(
            kind=QuestionKind.LONG_TEXT,
            label_sv="Vad vill du fråga föreläsarna?",
            label_en="What would you like to ask the speakers?",
            name="Fråga till föreläsarna",
            maximum=500,
        ),
    )
    _let_people_answer(building, lunch, rounds, moment)


def _ask_circle(building: Building) -> None:
    who = add_section(
        building, SectionFacts("Vem du är i nätverket", "Your part in the network", AskedAt.SIGN_UP)
    )
    part = add_question(
        building,
        who,
        QuestionFacts(
            kind=QuestionKind.ONE_OF,
            label_sv="Hur kommer du?",
            label_en="How do you attend?",
            name="Roll",
            is_required=True,
            options=(
                OptionFacts("Som utsedd ledamot", "As an appointed member"),
                OptionFacts("Som ersättare", "As a substitute"),
                OptionFacts("Som inbjuden gäst", "As an invited guest"),
            ),
        ),
    )
    substitute = next(option for option in part.options if option.label_sv == "Som ersättare")
    add_question(
        building,
        who,
        QuestionFacts(
            kind=QuestionKind.SHORT_TEXT,
            label_sv="Vem ersätter du?",
            label_en="Whom do you stand in for?",
            name="Ersätter",
            is_required=True,
            terms=(TermFacts(TermSource.QUESTION, str(substitute.id), part.id),),
        ),
    )
    agenda = add_section(building, SectionFacts("Dagordningen", "The agenda"))
    add_question(
        building,
        agenda,
        QuestionFacts(
            kind=QuestionKind.LONG_TEXT,
            label_sv="Vad vill du ta upp på mötet?",
            label_en="What would you like to raise at the meeting?",
            name="Att ta upp",
        ),
    )
    add_question(
        building,
        agenda,
        QuestionFacts(
            kind=QuestionKind.FILE,
            label_sv="Har du ett underlag till mötet?",
            label_en="Do you have a document for the meeting?",
            hint_sv="Vi skickar det vidare till de andra i nätverket.",
            hint_en="We pass it on to the others in the network.",
            name="Underlag",
            file_types=groups_text([FileGroup.PDF, FileGroup.DOCUMENT]),
            keep_days=90,
        ),
    )


def _ask_with_fee(building: Building) -> None:
    terms = add_section(
        building, SectionFacts("Anmälan är bindande", "Your registration is binding", AskedAt.SIGN_UP)
    )
    add_question(
        building,
        terms,
        QuestionFacts(
            kind=QuestionKind.STATEMENT,
            label_sv="Jag har läst och godkänner att min arbetsplats kan faktureras",
            label_en="I have read this and accept that my workplace may be invoiced",
            hint_sv="Dagen är kostnadsfri. Kommer du inte, och har inte avanmält dig eller lämnat platsen till en kollega senast "
            "sju dagar före, fakturerar vi din arbetsplats **800 kronor**.",
            hint_en="The day is free of charge. If you do not come, and have not cancelled or handed your place to a colleague "
            "at least seven days before, we invoice your workplace **SEK 800**.",
            name="Bindande",
            is_required=True,
            terms=(ONSITE,),
        ),
    )
    invoice = add_section(building, SectionFacts("Faktura", "Invoice"))
    add_question(
        building,
        invoice,
        QuestionFacts(
            kind=QuestionKind.ORGANISATION,
            label_sv="Vem ska fakturan gå till, om den behövs?",
            label_en="Who should receive the invoice, if one is needed?",
            name="Fakturamottagare",
            is_required=True,
            keep_days=90,
            terms=(ONSITE,),
        ),
    )
    add_question(
        building,
        invoice,
        QuestionFacts(
            kind=QuestionKind.SHORT_TEXT,
            label_sv="Fakturareferens",
            label_en="Invoice reference",
            name="Referens",
            is_required=True,
            keep_days=90,
            maximum=60,
            terms=(ONSITE,),
        ),
    )


def _let_people_answer(building: Building, lunch: Question, rounds: Question, moment: datetime) -> None:
    chance = random.Random(SEED)  # noqa: S311 (made-up answers, not secrets)
    people = db.session.execute(
        select(Registration.id, Registration.mode)
        .where(
            Registration.event_id == building.subject.id,
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.alias_number.is_(None),
        )
        .order_by(Registration.id)
    ).all()
    rows = [
        (question, person.id, "yes" if chance.random() < 0.8 else "no")
        for person in people
        for question in (lunch, rounds)
        if chance.random() < 0.7 and (question is rounds or person.mode is AttendanceMode.ONSITE)
    ]
    ids = db.session.scalars(
        insert(Answer).returning(Answer.id, sort_by_parameter_order=True),
        [
            {
                "subject_kind": QUESTIONS_SUBJECT,
                "subject_id": person_id,
                "question_id": question.id,
                "question_version": question.version,
                "value": value if question is lunch else "",
                "is_sealed": False,
                "answered_at": moment,
            }
            for question, person_id, value in rows
        ],
    ).all()
    chosen = [
        {"answer_id": answer_id, "option_id": option.id}
        for answer_id, (question, _person, _value) in zip(ids, rows, strict=True)
        if question is rounds
        for option in chance.sample(list(rounds.options), chance.randint(1, 2))
    ]
    db.session.execute(insert(AnswerOption), chosen)
    db.session.flush()
