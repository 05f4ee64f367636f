"""The letter to a colleague who is offered a place."""

from eventsapp.core.i18n import in_language
from eventsapp.outbox.operations import LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.registrations import queries
from eventsapp.registrations.handover_models import PlaceHandover
from eventsapp.registrations.letter_facts import event_facts
from eventsapp.registrations.rules import first_name

SUBJECT_KIND = "handover"


def place_handed(handover: PlaceHandover) -> LetterDraft:
    """Somebody offers you their place; with the way to answer. How to join online is told after a yes.

    The registration must be loaded with its event as `queries.WITH_EVENT` says.
    """
    registration, language = handover.registration, handover.language
    event = registration.event
    with in_language(language):
        facts = event_facts(
            event, language, registration.mode, may_join=False, people=registration.head_count
        )
    rendered = render_letter(
        "registrations/letters/place_handed",
        language,
        personal={"first_name": first_name(handover.name)},
        facts=facts,
        giver=registration.name,
        organisation=registration.organisation_name,
        items=(),
        included=queries.items_of([registration.id]).get(registration.id, ()),
    )
    return LetterDraft(
        kind="place_handed",
        subject_kind=SUBJECT_KIND,
        subject_id=handover.id,
        event_id=event.id,
        recipient=handover.email,
        language=language,
        subject_line=rendered.subject_line,
        body_text=rendered.body_text,
        body_html=rendered.body_html,
        reply_to=event.contact_email or None,
    )
