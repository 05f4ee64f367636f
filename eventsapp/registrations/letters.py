"""The letters to those who have signed up, and the one to the officer: template folder and context → draft of a letter.

Food and access needs are in none of them.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from eventsapp.core.clock import now
from eventsapp.core.i18n import format_deadline, format_span, in_language
from eventsapp.events.models import Event
from eventsapp.events.rules import has_ended
from eventsapp.events.words import cancelled_in_words
from eventsapp.outbox.operations import LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.answered import answered
from eventsapp.registrations.calendar_files import CalendarFiles, invites_from
from eventsapp.registrations.calendar_invitations import NOTHING, Plan, comes, plan_letters, withdraw
from eventsapp.registrations.letter_facts import EventFacts, event_facts
from eventsapp.registrations.models import ACTIVE, AttendanceMode, Registration, RegistrationStatus
from eventsapp.registrations.rules import first_name, offer_deadline, people_at_screen, sees_join_link
from eventsapp.registrations.wishes import WishedSlot, awaits_result, result_in_words, wishes_in_words
from eventsapp.registrations.words import (
    cancelled_paragraph,
    moved_paragraph,
    occasions_in_words,
)
from eventsapp.web.pages import site_url

SUBJECT_KIND = "registration"


class Calendar(StrEnum):
    """When a letter to one who comes also puts it in their calendar. One who no longer comes has it taken out in any case."""

    NEVER = "never"
    ALWAYS = "always"
    IF_MISSING = "if_missing"
    """Where nothing has changed, so that one who has it already is not sent it again."""


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
        self._facts: dict[tuple[str, AttendanceMode, bool, int], EventFacts] = {}
        self._plans: dict[int, Plan] = {}
        self._files = CalendarFiles(event, self.moment)

    def plan(self, people: Sequence[Registration], calendar: Calendar = Calendar.ALWAYS) -> None:
        """Take the numbers of the next letters' invitations together, where there are many; else each is taken by itself."""
        self._plans |= plan_letters(
            self.event, [one for one in people if one.email and self._may_plan(one, calendar)]
        )

    def confirmed(self, registration: Registration) -> LetterDraft:
        """You are registered; with the calendar file, the ticket and the way to change."""
        return self._draft("confirmed", registration, calendar=Calendar.ALWAYS)

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
        return self._draft("moved_up", registration, calendar=Calendar.ALWAYS)

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
        return self._draft("already_registered", registration, calendar=Calendar.IF_MISSING)

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
            calendar=Calendar.ALWAYS,
            answers=answers,
            now_alone=people_before > 1 and not registration.shares_screen,
        )

    def cancelled_by_self(self, registration: Registration) -> LetterDraft:
        return self._draft("cancelled_by_self", registration)

    def cancelled_by_staff(self, registration: Registration) -> LetterDraft:
        return self._draft("cancelled_by_staff", registration)

    def date_changed(
        self, registration: Registration, before: Event, *, lost: Sequence[str], withdrawn: bool = False
    ) -> LetterDraft:
        """The person has moved here from another date; `lost` says in their language what did not come along, and
        `withdrawn` that the invitation to the other date is withdrawn by a letter of its own."""
        with in_language(registration.language):
            when_before = "; ".join(occasions_in_words(before))
            title_before = before.title
        return self._draft(
            "date_changed",
            registration,
            calendar=Calendar.ALWAYS,
            title_before=title_before,
            when_before=when_before,
            lost=list(lost),
            withdrawn=withdrawn,
        )

    def calendar_withdrawn(self, registration: Registration) -> LetterDraft | None:
        """Only for the calendar: what it was invited to is no longer there for this person. None where it has nothing.

        A letter of its own, since one letter does one thing in a calendar (RFC 6047 section 2.4).
        """
        uid = registration.invitation_uid
        occasion = next((one for one in self.event.occasions if one.uid == uid), None)
        plans = withdraw(self.event, occasion.uid, [registration]) if occasion is not None else {}
        if occasion is None or registration.id not in plans:
            return None
        self._plans |= plans
        with in_language(registration.language):
            when = format_span(occasion.starts_at, occasion.ends_at, all_day=occasion.all_day)
        return self._draft("calendar_withdrawn", registration, when=when)

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
            calendar=Calendar.ALWAYS,
            message=message.strip() or usual,
            standing=registration.status.value,
        )

    def declined_in_calendar(self, registration: Registration) -> LetterDraft:
        """The person's calendar has said no: do they want to cancel? Only the link does that."""
        return self._draft("declined_in_calendar", registration)

    def still_coming(self, registration: Registration, answer_by: datetime) -> LetterDraft:
        """Do you still come? Who does not answer loses the place."""
        with in_language(registration.language):
            by = format_deadline(answer_by)
        return self._draft("still_coming", registration, answer_by=by)

    def silent(self, registration: Registration) -> LetterDraft:
        """There was no answer in time, and the place has gone on."""
        return self._draft("silent", registration)

    def reminder(self, registration: Registration) -> LetterDraft:
        return self._draft("reminder", registration, calendar=Calendar.IF_MISSING)

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
        return self._to_officer(
            "officer_late_change",
            registration,
            recipient,
            cancelled=cancelled,
            taken_over=taken_over,
            new_needs=new_needs,
        )

    def officer_declined(self, registration: Registration, *, recipient: str) -> LetterDraft:
        """To the officer: somebody's calendar has said no, and they have been asked whether they cancel."""
        return self._to_officer("officer_declined", registration, recipient)

    def _to_officer(
        self, name: str, registration: Registration, recipient: str, **context: object
    ) -> LetterDraft:
        rendered = render_letter(
            f"registrations/letters/{name}",
            "sv",
            personal=None,
            keep=False,
            facts=self._facts_for("sv", registration),
            name=registration.name,
            organisation=registration.organisation_name,
            person_url=site_url(
                "attendees_staff.person",
                lang="sv",
                event_id=self.event.id,
                registration_id=registration.id,
            ),
            **context,
        )
        # It is about the activity, since letters about a registration are those to the person.
        return LetterDraft(
            kind=name,
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
        self,
        name: str,
        registration: Registration,
        *,
        calendar: Calendar = Calendar.NEVER,
        **context: object,
    ) -> LetterDraft:
        facts = self._facts_for(registration.language, registration)
        items = self.items.get(registration.id, ())
        wishes, wish_result = self._wishes(registration)
        plan = self._plan_for(registration, calendar)
        rendered = render_letter(
            f"registrations/letters/{name}",
            registration.language,
            personal={"first_name": first_name(registration.name)},
            keep=not items and not wishes and not context,
            facts=facts,
            in_calendar=plan.what.value,
            calendars_url=site_url("my_page.calendars", lang=registration.language),
            calendar_way_url=site_url("my_page.calendar_way", lang=registration.language),
            items=items,
            wishes=wishes,
            wish_result=wish_result,
            **context,
        )
        files = self._files.of(registration, plan, join_url=facts.join_url, items=items)
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
            attachments=files,
            reply_to=invites_from() if plan.method else self.event.contact_email or None,
        )

    def _plan_for(self, registration: Registration, calendar: Calendar) -> Plan:
        if registration.id not in self._plans and self._may_plan(registration, calendar):
            self.plan([registration], calendar)
        # Once: another letter to the same person has another number.
        return self._plans.pop(registration.id, NOTHING)

    def _may_plan(self, registration: Registration, calendar: Calendar) -> bool:
        if has_ended(self.event, self.moment):
            return False
        if not comes(registration, self.event):
            return registration.is_invited
        match calendar:
            case Calendar.ALWAYS:
                return True
            case Calendar.IF_MISSING:
                return not registration.is_invited
        return False

    def _wishes(self, registration: Registration) -> tuple[list[str], str]:
        """What a person has ranked and when they hear what they got, while items are ranked."""
        if not awaits_result(self.event) or registration.status not in ACTIVE:
            return [], ""
        with in_language(registration.language):
            return wishes_in_words(registration, self.wished), result_in_words(self.event)

    def _facts_for(self, language: str, registration: Registration) -> EventFacts:
        """Made once for all who are told the same."""
        may_join = sees_join_link(registration, self.event, self.moment)
        people = people_at_screen(self.event, registration)
        key = (language, registration.mode, may_join, people)
        if key not in self._facts:
            with in_language(language):
                self._facts[key] = event_facts(
                    self.event, language, registration.mode, may_join=may_join, people=people
                )
        return self._facts[key]
