"""The letters to those who have signed up, and the one to the officer: template folder and context → draft of a letter.

Food and access needs are in none of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from eventsapp.core.clock import now
from eventsapp.core.i18n import format_day, format_deadline, in_language
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.events.words import cancelled_in_words
from eventsapp.outbox.operations import Attachment, LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.answered import answered
from eventsapp.registrations.documents import CALENDAR_TYPE, calendar_filename, personal_calendar
from eventsapp.registrations.models import ACTIVE, AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.rules import first_name, offer_deadline, people_at_screen, sees_join_link
from eventsapp.registrations.wishes import WishedSlot, awaits_result, result_in_words, wishes_in_words
from eventsapp.registrations.words import (
    cancelled_paragraph,
    moved_paragraph,
    occasions_in_words,
    where_for,
)
from eventsapp.web.pages import site_url

SUBJECT_KIND = "registration"


@dataclass(frozen=True)
class EventFacts:
    """What a letter tells one group of people about an event: those of one language and one way of taking part."""

    title: str
    when: list[str]
    where: str
    mode: str
    """How they take part, where there is more than one way; else empty."""
    join_url: str
    join_note: str
    page_url: str
    venue_access: str
    last_day: str
    """The last day to register in words, or empty."""
    contact_email: str
    contact_phone: str
    people: int = 1
    """How many sit at the screen."""
    asks_questions: bool = False
    """Whether there is something to answer once the place is secured."""


@dataclass(frozen=True)
class LetterParts:
    """The facts and the calendar file, made once for all who have the same ones."""

    facts: EventFacts
    calendar_file: Attachment | None


class LettersOfEvent:
    """Writes the letters about one event, which must be loaded as `queries.EVENT_IN_LETTERS` says."""

    def __init__(
        self,
        event: Event,
        moment: datetime | None = None,
        items: Mapping[int, Sequence[ProgrammeItem]] | None = None,
        wished: Mapping[int, Sequence[WishedSlot]] | None = None,
    ) -> None:
        """`items` has the programme items that people have chosen, and `wished` those that they have ranked, under the ids of
        their registrations. What is ranked is looked up for each letter when `wished` is left out, as for one alone."""
        self.event = event
        self.moment = moment or now()
        self.items = items or {}
        self.wished = wished
        self._parts: dict[tuple[str, AttendanceMode, bool, int], LetterParts] = {}

    def confirmed(self, registration: Registration) -> LetterDraft:
        """You are registered; with the calendar file, the ticket and the way to change."""
        return self._draft("confirmed", registration, with_calendar=True)

    def entered(self, registration: Registration, number: int | None) -> LetterDraft:
        """What a new sign-up has led to: a place, number `number` in line, or an application."""
        match registration.status:
            case RegistrationStatus.WAITING:
                return self._draft("waiting", registration, number=number)
            case RegistrationStatus.APPLIED:
                return self._draft("applied", registration)
        return self.confirmed(registration)

    def left(self, registration: Registration, was: RegistrationStatus, *, by_person: bool) -> LetterDraft:
        """One who had a place, waited or had applied has gone, or was taken out by staff."""
        if was is RegistrationStatus.CONFIRMED:
            return (
                self.cancelled_by_self(registration) if by_person else self.cancelled_by_staff(registration)
            )
        return self._draft(
            "left_list", registration, by_person=by_person, had_offer=was is RegistrationStatus.OFFERED
        )

    def moved_up(self, registration: Registration) -> LetterDraft:
        """A place has come free and is theirs."""
        return self._draft("moved_up", registration, with_calendar=True)

    def place_offered(self, registration: Registration) -> LetterDraft:
        """A place has come free, and is held until they answer."""
        return self._draft("place_offered", registration, answer_by=self._answer_by(registration))

    def other_date_offered(self, registration: Registration) -> LetterDraft:
        """There is a place on another date than the one they wait for."""
        return self._draft("other_date_offered", registration, answer_by=self._answer_by(registration))

    def offer_expired(self, registration: Registration) -> LetterDraft:
        return self._draft("offer_expired", registration)

    def offer_declined(self, registration: Registration) -> LetterDraft:
        return self._draft("offer_declined", registration)

    def refused(self, registration: Registration) -> LetterDraft:
        """The organiser's no, with the reason that was written."""
        return self._draft("refused", registration, reason=registration.refusal_reason)

    def _answer_by(self, registration: Registration) -> str:
        with in_language(registration.language):
            return format_deadline(offer_deadline(self.event, self.moment))

    def officer_list_empty(self, recipient: str) -> LetterDraft:
        """To the officer: the waiting list has run dry."""
        with in_language("sv"):
            when = occasions_in_words(self.event)
        rendered = render_letter(
            "registrations/letters/officer_list_empty",
            "sv",
            title=self.event.title_sv,
            when=when,
            list_url=site_url("attendees_staff.attendees", lang="sv", event_id=self.event.id),
        )
        return LetterDraft(
            kind="officer_list_empty",
            subject_kind="event",
            subject_id=self.event.id,
            event_id=self.event.id,
            recipient=recipient,
            language="sv",
            subject_line=rendered.subject_line,
            body_text=rendered.body_text,
            body_html=rendered.body_html,
        )

    def already_registered(self, registration: Registration) -> LetterDraft:
        """Somebody filled in the form with this address, which is registered since before."""
        return self._draft("already_registered", registration, with_calendar=True)

    def changed(self, registration: Registration, people_before: int = 1) -> LetterDraft:
        """The registration as it is after a change, with what was answered but for what only few may see; for how many it
        is, and that it is for one where it was for more."""
        answers: list[tuple[str, str]] = []
        if self.event.asks_questions:
            with in_language(registration.language):
                answers = answered(registration, for_staff=False, sees_sensitive=False, in_letter=True).words
        return self._draft(
            "changed",
            registration,
            with_calendar=True,
            answers=answers,
            now_alone=people_before > 1 and not registration.shares_screen,
        )

    def cancelled_by_self(self, registration: Registration) -> LetterDraft:
        return self._draft("cancelled_by_self", registration)

    def cancelled_by_staff(self, registration: Registration) -> LetterDraft:
        return self._draft("cancelled_by_staff", registration)

    def date_changed(self, registration: Registration, before: Event, *, lost: Sequence[str]) -> LetterDraft:
        """The person has moved here from another date; `lost` says in their language what did not come along."""
        with in_language(registration.language):
            when_before = "; ".join(occasions_in_words(before))
            title_before = before.title
        return self._draft(
            "date_changed",
            registration,
            with_calendar=True,
            title_before=title_before,
            when_before=when_before,
            lost=list(lost),
        )

    def handed_over(self, registration: Registration) -> LetterDraft:
        """The colleague has said yes, so this person is no longer registered."""
        return self._draft("handed_over", registration)

    def handover_declined(self, registration: Registration) -> LetterDraft:
        """The colleague has said no, so the place is still this person's."""
        return self._draft("handover_declined", registration)

    def event_cancelled(self, registration: Registration, message: str = "") -> LetterDraft:
        """The event is off, and why; `message` is the officer's own words in place of the usual ones."""
        with in_language(registration.language):
            sentence, usual = cancelled_in_words(self.event), cancelled_paragraph()
        return self._draft(
            "event_cancelled",
            registration,
            sentence=sentence,
            reason=self.event.cancel_reason.strip(),
            message=message.strip() or usual,
            standing=registration.status.value,
        )

    def event_moved(self, registration: Registration, message: str = "") -> LetterDraft:
        """The new time and place, for those who come with a new calendar file; `message` as above."""
        with in_language(registration.language):
            usual = moved_paragraph(self.event.format)
        return self._draft(
            "event_moved",
            registration,
            with_calendar=registration.status is RegistrationStatus.CONFIRMED,
            message=message.strip() or usual,
            standing=registration.status.value,
        )

    def still_coming(self, registration: Registration, answer_by: datetime) -> LetterDraft:
        """Do you still come? Who does not answer loses the place."""
        with in_language(registration.language):
            by = format_deadline(answer_by)
        return self._draft("still_coming", registration, answer_by=by)

    def silent(self, registration: Registration) -> LetterDraft:
        """There was no answer in time, and the place has gone on."""
        return self._draft("silent", registration)

    def reminder(self, registration: Registration) -> LetterDraft:
        return self._draft("reminder", registration, with_calendar=True)

    def officer_late_change(
        self,
        registration: Registration,
        *,
        recipient: str,
        cancelled: bool = False,
        taken_over: bool = False,
        new_needs: bool = False,
    ) -> LetterDraft:
        """To the officer: somebody cancelled, changed or took over a place after the last day to register."""
        parts = self._parts_for("sv", registration)
        rendered = render_letter(
            "registrations/letters/officer_late_change",
            "sv",
            facts=parts.facts,
            name=registration.name,
            organisation=registration.organisation_name,
            cancelled=cancelled,
            taken_over=taken_over,
            new_needs=new_needs,
            person_url=site_url(
                "attendees_staff.person",
                lang="sv",
                event_id=self.event.id,
                registration_id=registration.id,
            ),
        )
        # It is about the activity, since letters about a registration are those to the person.
        return LetterDraft(
            kind="officer_late_change",
            subject_kind="event",
            subject_id=self.event.id,
            event_id=self.event.id,
            recipient=recipient,
            language="sv",
            subject_line=rendered.subject_line,
            body_text=rendered.body_text,
            body_html=rendered.body_html,
        )

    def _draft(
        self, name: str, registration: Registration, *, with_calendar: bool = False, **context: object
    ) -> LetterDraft:
        parts = self._parts_for(registration.language, registration)
        calendar_file = parts.calendar_file if with_calendar else None
        items = self.items.get(registration.id, ())
        wishes, wish_result = self._wishes(registration)
        rendered = render_letter(
            f"registrations/letters/{name}",
            registration.language,
            personal={"first_name": first_name(registration.name)},
            keep=not items and not wishes and not context,
            facts=parts.facts,
            calendar_file=calendar_file,
            items=items,
            wishes=wishes,
            wish_result=wish_result,
            **context,
        )
        return LetterDraft(
            kind=name,
            subject_kind=SUBJECT_KIND,
            subject_id=registration.id,
            event_id=self.event.id,
            recipient=registration.email,
            language=registration.language,
            subject_line=rendered.subject_line,
            body_text=rendered.body_text,
            body_html=rendered.body_html,
            attachments=(calendar_file,) if calendar_file else (),
            reply_to=self.event.contact_email or None,
        )

    def _wishes(self, registration: Registration) -> tuple[list[str], str]:
        """What a person has ranked and when they hear what they got, while items are ranked."""
        if not awaits_result(self.event) or registration.status not in ACTIVE:
            return [], ""
        with in_language(registration.language):
            return wishes_in_words(registration, self.wished), result_in_words(self.event)

    def _parts_for(self, language: str, registration: Registration) -> LetterParts:
        may_join = sees_join_link(registration, self.event, self.moment)
        people = people_at_screen(self.event, registration)
        key = (language, registration.mode, may_join, people)
        if key not in self._parts:
            with in_language(language):
                facts = event_facts(self.event, language, registration.mode, may_join=may_join, people=people)
            self._parts[key] = LetterParts(facts, _calendar_file(self.event, language, facts))
        return self._parts[key]


def event_facts(
    event: Event, language: str, mode: AttendanceMode, *, may_join: bool, people: int = 1
) -> EventFacts:
    """What those are told who take part in one way; the texts are in the language that holds now."""
    return EventFacts(
        title=event.title,
        when=occasions_in_words(event),
        where=where_for(event, mode),
        mode=mode.label if event.format is EventFormat.HYBRID else "",
        join_url=event.join_url if may_join else "",
        join_note=event.join_note if may_join else "",
        page_url=site_url("catalogue.event", lang=language, slug=event.slug),
        venue_access=event.venue_access if mode is AttendanceMode.ONSITE else "",
        last_day=format_day(event.registration_closes_on) if event.registration_closes_on else "",
        contact_email=event.contact_email,
        contact_phone=event.contact_phone,
        people=people,
        asks_questions=event.asks_questions,
    )


def _calendar_file(event: Event, language: str, facts: EventFacts) -> Attachment | None:
    if not event.occasions or event.state is EventState.DRAFT:
        return None
    content = personal_calendar(event, language=language, page_url=facts.page_url, join_url=facts.join_url)
    return Attachment(calendar_filename(event), CALENDAR_TYPE, content)
