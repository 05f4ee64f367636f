"""The letters to those who have signed up, and the one to the officer: template folder and context → draft of a letter.

Food and access needs are in none of them.
"""

from dataclasses import dataclass
from datetime import datetime

from eventsapp.core.clock import now
from eventsapp.core.i18n import format_day, in_language
from eventsapp.events.models import Event, EventFormat, EventState
from eventsapp.events.words import cancelled_in_words
from eventsapp.outbox.operations import Attachment, LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.registrations.documents import CALENDAR_TYPE, calendar_filename, personal_calendar
from eventsapp.registrations.models import AttendanceMode, Registration
from eventsapp.registrations.rules import first_name, sees_join_link
from eventsapp.registrations.words import occasions_in_words, where_for
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


@dataclass(frozen=True)
class LetterParts:
    """The facts and the calendar file, made once for all who have the same ones."""

    facts: EventFacts
    calendar_file: Attachment | None


class LettersOfEvent:
    """Writes the letters about one event, which must be loaded as `queries.EVENT_IN_LETTERS` says."""

    def __init__(self, event: Event, moment: datetime | None = None) -> None:
        self.event = event
        self.moment = moment or now()
        self._parts: dict[tuple[str, AttendanceMode, bool], LetterParts] = {}

    def confirmed(self, registration: Registration) -> LetterDraft:
        """You are registered; with the calendar file, the ticket and the way to change."""
        return self._draft("confirmed", registration, with_calendar=True)

    def already_registered(self, registration: Registration) -> LetterDraft:
        """Somebody filled in the form with this address, which is registered since before."""
        return self._draft("already_registered", registration, with_calendar=True)

    def changed(self, registration: Registration) -> LetterDraft:
        """The registration as it is after a change."""
        return self._draft("changed", registration, with_calendar=True)

    def cancelled_by_self(self, registration: Registration) -> LetterDraft:
        return self._draft("cancelled_by_self", registration)

    def cancelled_by_staff(self, registration: Registration) -> LetterDraft:
        return self._draft("cancelled_by_staff", registration)

    def event_cancelled(self, registration: Registration) -> LetterDraft:
        """The event is off, and why."""
        with in_language(registration.language):
            sentence = cancelled_in_words(self.event)
        return self._draft(
            "event_cancelled", registration, sentence=sentence, reason=self.event.cancel_reason.strip()
        )

    def event_moved(self, registration: Registration) -> LetterDraft:
        """The new time and place, with a new calendar file."""
        return self._draft("event_moved", registration, with_calendar=True)

    def reminder(self, registration: Registration) -> LetterDraft:
        return self._draft("reminder", registration, with_calendar=True)

    def officer_late_change(
        self, registration: Registration, *, cancelled: bool, new_needs: bool, recipient: str
    ) -> LetterDraft:
        """To the officer: somebody cancelled or changed after the last day to register."""
        parts = self._parts_for("sv", registration)
        rendered = render_letter(
            "registrations/letters/officer_late_change",
            "sv",
            facts=parts.facts,
            name=registration.name,
            organisation=registration.organisation_name,
            cancelled=cancelled,
            new_needs=new_needs,
            person_url=site_url(
                "registrations_staff.person",
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
        self, name: str, registration: Registration, *, with_calendar: bool = False, **context: str
    ) -> LetterDraft:
        parts = self._parts_for(registration.language, registration)
        calendar_file = parts.calendar_file if with_calendar else None
        rendered = render_letter(
            f"registrations/letters/{name}",
            registration.language,
            facts=parts.facts,
            first_name=first_name(registration.name),
            calendar_file=calendar_file,
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

    def _parts_for(self, language: str, registration: Registration) -> LetterParts:
        may_join = sees_join_link(registration, self.event, self.moment)
        key = (language, registration.mode, may_join)
        if key not in self._parts:
            with in_language(language):
                facts = _facts(self.event, language, registration.mode, may_join=may_join)
            self._parts[key] = LetterParts(facts, _calendar_file(self.event, language, facts))
        return self._parts[key]


def _facts(event: Event, language: str, mode: AttendanceMode, *, may_join: bool) -> EventFacts:
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
    )


def _calendar_file(event: Event, language: str, facts: EventFacts) -> Attachment | None:
    if not event.occasions or event.state is EventState.DRAFT:
        return None
    content = personal_calendar(event, language=language, page_url=facts.page_url, join_url=facts.join_url)
    return Attachment(calendar_filename(event), CALENDAR_TYPE, content)
