"""The letters to those who are invited: template folder and context → draft of a letter."""

from dataclasses import dataclass, field

from eventsapp.admission.models import Invitation
from eventsapp.core.i18n import format_day, in_language
from eventsapp.events.models import Event
from eventsapp.events.words import where_in_words
from eventsapp.outbox.operations import LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.registrations.letters import EventFacts
from eventsapp.registrations.rules import first_name
from eventsapp.registrations.words import occasions_in_words
from eventsapp.web.pages import site_url

SUBJECT_KIND = "invitation"


@dataclass
class InvitationLetters:
    """Writes the invitations to one event, which must be loaded as `queries.EVENT_IN_LETTERS` says.

    `network_name` is that of the network whose members are invited, or empty.
    """

    event: Event
    network_name: str = ""
    _facts: dict[str, EventFacts] = field(default_factory=dict)

    def invitation(self, invitation: Invitation) -> LetterDraft:
        """You are invited; with the way to answer."""
        return self._draft("invitation", invitation)

    def invitation_reminder(self, invitation: Invitation) -> LetterDraft:
        """You are invited and have not answered."""
        return self._draft("invitation_reminder", invitation)

    def _draft(self, name: str, invitation: Invitation) -> LetterDraft:
        rendered = render_letter(
            f"admission/letters/{name}",
            invitation.language,
            facts=self._facts_in(invitation.language),
            first_name=first_name(invitation.name),
            network_name=self.network_name,
            items=(),
        )
        return LetterDraft(
            kind=name,
            subject_kind=SUBJECT_KIND,
            subject_id=invitation.id,
            event_id=self.event.id,
            recipient=invitation.email,
            language=invitation.language,
            subject_line=rendered.subject_line,
            body_text=rendered.body_text,
            body_html=rendered.body_html,
            reply_to=self.event.contact_email or None,
        )

    def _facts_in(self, language: str) -> EventFacts:
        if language not in self._facts:
            with in_language(language):
                self._facts[language] = _facts_of(self.event, language)
        return self._facts[language]


def _facts_of(event: Event, language: str) -> EventFacts:
    """What everybody who is invited is told; how to join online is for those who have signed up."""
    return EventFacts(
        title=event.title,
        when=occasions_in_words(event),
        where=where_in_words(event),
        mode="",
        join_url="",
        join_note="",
        page_url=site_url("catalogue.event", lang=language, slug=event.slug),
        venue_access=event.venue_access,
        last_day=format_day(event.registration_closes_on) if event.registration_closes_on else "",
        contact_email=event.contact_email,
        contact_phone=event.contact_phone,
    )
