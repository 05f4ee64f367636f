"""The waiting list of an activity, for staff."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from eventsapp.audit.words import trail_row
from eventsapp.core.clock import now
from eventsapp.core.permissions import Permission
from eventsapp.events.models import Event
from eventsapp.events.rules import may_edit, require_may_edit, require_may_view
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.registrations.rules import moves_waiting_list
from eventsapp.waiting_list.queries import (
    chosen_people,
    list_history,
    open_offers,
    pools_in_words,
    queues_of,
    waiting_page,
)
from eventsapp.waiting_list.quota_groups import quotas_in_words
from eventsapp.waiting_list.quotas import quotas_of
from eventsapp.web.guards import staff_required
from eventsapp.web.pages import page
from eventsapp.web.paging import requested_page

bp = Blueprint("waiting_list_staff", __name__)
MOST_CHOSEN = 200


def load_event(event_id: int, *, to_edit: bool = False) -> Event:
    """The event, as its letters need it."""
    event = get_event_in_letters(event_id)
    (require_may_edit if to_edit else require_may_view)(current_user, event)
    return event


def load_chosen(event_id: int) -> tuple[Event, list[Registration]]:
    """The event, to change, and those whom the address names by `person=`, in the order of the line."""
    event = load_event(event_id, to_edit=True)
    ids = [int(value) for value in request.args.getlist("person") if value.isdecimal() and len(value) < 10]
    return event, chosen_people(event.id, ids[:MOST_CHOSEN])


def words_of(event: Event) -> dict[str, object]:
    """What the head of an activity's staff pages shows."""
    return {
        "event": event,
        "may_edit": may_edit(current_user, event) and current_user.may(Permission.EDIT_PARTICIPANTS),
    }


def list_url(event_id: int) -> str:
    return url_for("waiting_list_staff.waiting_list", event_id=event_id)


def back_url(event_id: int, people: Sequence[Registration], usual: str = "") -> str:
    """Where one came from: the page of the only person, or the list, which is `usual` where that is not the waiting list."""
    if request.args.get("fran") == "personen" and len(people) == 1:
        return url_for("attendees_staff.person", event_id=event_id, registration_id=people[0].id)
    return usual or list_url(event_id)


def nobody_chosen(event_id: int) -> ResponseReturnValue:
    """Back to the list, where one ticks people first."""
    flash(gettext("Markera minst en person först."), "warning")
    return redirect(list_url(event_id))


@page(bp, "/personal/aktiviteter/<int:event_id>/reservlista", "/staff/events/<int:event_id>/waiting-list")
@staff_required(Permission.VIEW_PARTICIPANTS)
def waiting_list(event_id: int) -> ResponseReturnValue:
    """The line, the offers, how full it is, and what has happened."""
    event = load_event(event_id)
    moment = now()
    return render_template(
        "waiting_list/waiting_list.html",
        **words_of(event),
        found=waiting_page(event.id, requested_page()),
        offers=open_offers(event.id, moment),
        queues=queues_of(event.id),
        pools=pools_in_words(event, moment),
        quotas=quotas_in_words(quotas_of(event.id), event.id),
        moves=moves_waiting_list(event, moment),
        history=[(trail_row(row.entry), row.entry.subject_id, row.name) for row in list_history(event.id)],
        all_ticked=request.args.get("markera") == "alla",
    )
