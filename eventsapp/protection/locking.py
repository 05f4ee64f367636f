"""Turning an ordinary registration into an alias, and taking the person out of every copy that others may read."""

from dataclasses import replace
from urllib.parse import urlsplit

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.audit.redaction import redact_entries
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.redaction import Redaction
from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.outbox.redaction import Person, forget_letter_files, lock_letters, redact_letters
from eventsapp.protection import queries, rules
from eventsapp.protection.operations import ALIAS_TAKEN, give_code, seal_details
from eventsapp.protection.rules import SealedDetails
from eventsapp.protection.signals import record_locked
from eventsapp.questions.answers import IN_OWN_WORDS, erase_answers
from eventsapp.registrations.companions import forget_names
from eventsapp.registrations.groups import keep_members, members_of
from eventsapp.registrations.leaving import pass_on_group
from eventsapp.registrations.models import Registration, SignUpReceipt
from eventsapp.registrations.records import index_registration, lock_registration
from eventsapp.registrations.seats import lock_seats
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.self_service.handovers import forget_handovers
from eventsapp.web.pages import site_url

SUBJECT_KIND = "registration"


def lock_record(
    event: Event, registration: Registration, *, seal_organisation: bool, actor: Actor
) -> str | None:
    """Seal who a person is and leave an alias with the same place; answers the code that opens their page; flushes.

    Place, status, choices, municipality and the answers on food and access stay, and of the answers to questions those
    that were chosen. What was written in own words goes, and name and address go from letters, receipts, invitations and
    the trail. Locking twice does nothing the second time, and answers None.
    """
    details = _details(registration, seal_organisation=False)
    lock_letters(_person(registration, _redaction(details, registration.name)))
    lock_seats(event)
    lock_registration(registration)
    if rules.is_alias(registration):
        return None
    details = _details(registration, seal_organisation=seal_organisation)
    key = registration.email_key
    with conflict_if(ALIAS_TAKEN, gettext("Försök igen.")):
        _make_anonymous(
            registration, queries.next_alias_number(event.id), seal_organisation=seal_organisation
        )
    seal_details(registration.id, details)
    redaction = _redaction(details, registration.name)
    registration.refusal_reason = redaction(registration.refusal_reason)
    pass_on_group(registration)
    forget_handovers(registration, key)
    code = give_code(registration)
    _forget_copies(event, registration, redaction, key)
    audit.record(
        "registration.locked",
        SUBJECT_KIND,
        registration.id,
        actor=actor,
        event_id=event.id,
        changes=dict.fromkeys(
            ["name", "email", "phone", "job_title", *(["organisation_name"] if seal_organisation else [])]
        ),
    )
    record_locked.send(registration.id, event_id=event.id, email_key=key)
    db.session.flush()
    return code


def _details(registration: Registration, *, seal_organisation: bool) -> SealedDetails:
    return SealedDetails(
        name=registration.name,
        email=registration.email,
        phone=registration.phone,
        job_title=registration.job_title,
        organisation=registration.organisation_name if seal_organisation else "",
    )


def _make_anonymous(registration: Registration, number: int, *, seal_organisation: bool) -> None:
    registration.alias_number = number
    registration.name = rules.alias_name(number)
    registration.email = registration.email_key = registration.phone = registration.job_title = ""
    registration.told_registered_at = None
    registration.is_invited = False
    if seal_organisation:
        # The municipality stays, since figures are counted by it.
        registration.organisation_id = None
        registration.organisation_name = ""
    registration.changed_at = now()
    index_registration(registration)


def _redaction(details: SealedDetails, instead: str) -> Redaction:
    return Redaction(
        instead=instead,
        name=details.name,
        email=details.email,
        phone=details.phone,
        also=(details.organisation, details.job_title),
    )


def _person(registration: Registration, redaction: Redaction) -> Person:
    where = {"event_id": registration.event_id, "registration_id": registration.id}
    return Person(
        subject_kind=SUBJECT_KIND,
        subject_id=registration.id,
        event_id=registration.event_id,
        redaction=redaction,
        page_path=urlsplit(site_url("attendees_staff.person", lang="sv", **where)).path,
    )


def _forget_copies(event: Event, registration: Registration, redaction: Redaction, key: str) -> None:
    redact_letters(_person(registration, redaction), subject_line=gettext("Borttaget brev"))
    forget_letter_files(redaction)
    redact_entries(SUBJECT_KIND, registration.id, redaction)
    redact_entries("event", event.id, redaction)
    erase_answers(QUESTIONS_SUBJECT, [registration.id], IN_OWN_WORDS)
    forget_names(registration.id)
    for receipt in queries.receipts_of(event.id, registration.id):
        _forget_in_receipt(receipt, registration, key)


def _forget_in_receipt(receipt: SignUpReceipt, registration: Registration, key: str) -> None:
    """Delete the receipt of one person, and take the person out of that of a group."""
    if receipt.registration_id == registration.id:
        db.session.delete(receipt)
        return
    members = members_of(receipt)
    kept = tuple(
        replace(
            member, name=registration.name, email="", phone="", job_title="", food="", access="", answers=()
        )
        if key and email_key(member.email) == key
        else member
        for member in members
    )
    if kept == members:
        return
    if len(members) == 1:
        db.session.delete(receipt)
        return
    keep_members(receipt, kept)
