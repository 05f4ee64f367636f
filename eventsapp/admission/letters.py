"""The letters to those who are invited: template folder and context → draft of a letter.

A whole network may be invited at once, so each letter is rendered once in each language, and the name put in after.
"""

from dataclasses import dataclass, field
from html import escape

from eventsapp.admission.models import Invitation
from eventsapp.core.i18n import format_day, in_language
from eventsapp.events.models import Event
from eventsapp.events.words import where_in_words
from eventsapp.outbox.operations import LetterDraft
from eventsapp.outbox.rendering import RenderedLetter, render_letter
from eventsapp.registrations.letter_facts import EventFacts
from eventsapp.registrations.rules import first_name
from eventsapp.registrations.words import occasions_in_words
from eventsapp.web.pages import site_url

SUBJECT_KIND = "invitation"
NAME_MARK = "\x02name\x03"
"""Where the name goes in a rendered letter. Texts that people type have no control characters left."""


@dataclass
class InvitationLetters:
    """Writes the invitations to one event, which must be loaded as `queries.EVENT_IN_LETTERS` says.

    `network_name` is that of the network whose members are invited, or empty.
    """

    event: Event
    network_name: str = ""
    _rendered: dict[tuple[str, str, bool], RenderedLetter] = field(default_factory=dict)

    def invitation(self, invitation: Invitation) -> LetterDraft:
        """You are invited; with the way to answer."""
        return self._draft("invitation", invitation)

    def invitation_reminder(self, invitation: Invitation) -> LetterDraft:
        """You are invited and have not answered."""
        return self._draft("invitation_reminder", invitation)

    def _draft(self, name: str, invitation: Invitation) -> LetterDraft:
        first = first_name(invitation.name)
        rendered = self._render(name, invitation.language, has_name=bool(first))
        return LetterDraft(
            kind=name,
            subject_kind=SUBJECT_KIND,
            subject_id=invitation.id,
            event_id=self.event.id,
            recipient=invitation.email,
            language=invitation.language,
            subject_line=rendered.subject_line,
            body_text=_with_name(rendered.body_text, first),
            body_html=_with_name(rendered.body_html, escape(first)),
            reply_to=self.event.contact_email or None,
        )

    def _render(self, name: str, language: str, *, has_name: bool) -> RenderedLetter:
        key = (name, language, has_name)
        if key not in self._rendered:
            with in_language(language):
                facts = _facts_of(self.event, language)
            self._rendered[key] = render_letter(
                f"admission/letters/{name}",
                language,
                facts=facts,
                first_name=NAME_MARK if has_name else "",
                network_name=self.network_name,
                items=(),
            )
        return self._rendered[key]


def _with_name(body: str, name: str) -> str:
    # A name must not become a link by being written as the placeholder of one.
    return body.replace(NAME_MARK, name.replace("[[link:", "[[ link:"))


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
