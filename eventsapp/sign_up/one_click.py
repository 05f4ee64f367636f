"""Signing up with one button, for one whom the device remembers, where the activity asks nothing more."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import exists, select

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Event
from eventsapp.events.rules import RegistrationWindow, registration_window
from eventsapp.participants.remembered import RememberedPerson, find_remembered
from eventsapp.places.models import Quota, QuotaBy
from eventsapp.programme.queries import choices_of
from eventsapp.questions.models import AskedAt, Question, QuestionSection, QuestionSet
from eventsapp.registrations.models import Profession, Registration
from eventsapp.registrations.rules import asks_only_who, modes_of
from eventsapp.registrations.submission import Submission
from eventsapp.web.forms import ActionForm


@dataclass(frozen=True)
class KnownPerson:
    """Whom the device remembers, and whether one click is enough for this activity."""

    person: RememberedPerson
    needs_no_form: bool
    nonce: str
    """That of the form where there is one on the page, so that the button and the form give one registration."""
    form: ActionForm

    @property
    def form_values(self) -> Mapping[str, str]:
        """What the form is filled in with, and its nonce."""
        return {
            "name": self.person.name,
            "email": self.person.email,
            "organisation": self.person.organisation,
            "job_title": self.person.job_title,
            "profession": self.person.profession,
            "nonce": self.nonce,
        }


def find_known(event: Event) -> KnownPerson | None:
    """Whom the device of this request remembers; asks the database nothing where it remembers nobody."""
    person = find_remembered()
    if person is None:
        return None
    return KnownPerson(person, needs_no_form(event, person), new_token(), ActionForm(formdata=None))


def needs_no_form(event: Event, person: RememberedPerson) -> bool:
    """Whether everything that one must say to sign up is known already; places aside."""
    return (
        registration_window(event, now()) is RegistrationWindow.OPEN
        and asks_only_who(event)
        and not choices_of(event.id)
        and (bool(person.profession) or not _counts_by_profession(event.id))
        and not _must_answer_questions(event.id)
    )


def submission_of_person(event: Event, person: RememberedPerson, *, nonce: str, language: str) -> Submission:
    """What the form would have said."""
    return Submission(
        name=person.name,
        email=person.email,
        organisation=person.organisation,
        mode=modes_of(event)[0],
        job_title=person.job_title,
        profession=Profession(person.profession) if person.profession in set(Profession) else None,
        nonce=nonce,
        language=language,
    )


def person_of(known: Registration | Submission) -> RememberedPerson:
    """What a device is to remember of one who has signed up."""
    organisation = known.organisation_name if isinstance(known, Registration) else known.organisation
    return RememberedPerson(
        name=known.name,
        email=known.email,
        organisation=organisation,
        job_title=known.job_title,
        profession=known.profession.value if known.profession else "",
    )


def _counts_by_profession(event_id: int) -> bool:
    quota = exists().where(
        Quota.subject_kind == "event", Quota.subject_id == event_id, Quota.by == QuotaBy.PROFESSION
    )
    return bool(db.session.scalar(select(quota)))


def _must_answer_questions(event_id: int) -> bool:
    """Whether the form has questions of the organiser's own that everybody must answer."""
    found = (
        select(Question.id)
        .join(QuestionSection, QuestionSection.id == Question.section_id)
        .join(QuestionSet, QuestionSet.id == QuestionSection.set_id)
        .where(
            QuestionSet.subject_kind == "event",
            QuestionSet.subject_id == event_id,
            QuestionSection.asked_at == AskedAt.SIGN_UP,
            Question.is_required,
            Question.is_staff_only.is_(False),
            Question.retired_at.is_(None),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None
