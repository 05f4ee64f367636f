"""Offering those who wait a place on another date."""

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.permissions import Permission
from eventsapp.events.words import when_in_words, where_in_words
from eventsapp.registrations.models import RegistrationStatus
from eventsapp.registrations.other_dates import OtherDate, other_dates
from eventsapp.waiting_list.forms import OtherDateForm
from eventsapp.waiting_list.placing import offer_other_date
from eventsapp.waiting_list.staff_routes import (
    back_url,
    bp,
    load_chosen,
    load_event,
    nobody_chosen,
    words_of,
)
from eventsapp.web.fields import choices_of
from eventsapp.web.guards import current_actor, staff_required
from eventsapp.web.pages import page


@page(
    bp,
    "/personal/aktiviteter/<int:event_id>/reservlista/annat-datum",
    "/staff/events/<int:event_id>/waiting-list/other-date",
    methods=("GET", "POST"),
)
@staff_required(Permission.EDIT_PARTICIPANTS)
def other_date(event_id: int) -> ResponseReturnValue:
    """Offer those who are chosen a place on another date; they stay on the list until they say yes."""
    event, people = load_chosen(event_id)
    if not people:
        return nobody_chosen(event_id)
    waiting = [one for one in people if one.status is RegistrationStatus.WAITING and one.email]
    dates = other_dates(event, current_user, now())
    form = OtherDateForm()
    form.other.choices = choices_of((str(one.event.id), _in_words(one, len(waiting))) for one in dates)
    if form.validate_on_submit():
        try:
            other = load_event(int(form.other.data), to_edit=True)
            offered = offer_other_date(event, other, waiting, actor=current_actor())
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            event, people = load_chosen(event_id)
        else:
            flash(_done_in_words(len(waiting), len(offered)), "success" if offered else "warning")
            return redirect(back_url(event_id, people))
    return render_template(
        "waiting_list/other_date.html",
        **words_of(event),
        back_url=back_url(event_id, people),
        form=form,
        people=people,
        waiting=waiting,
        dates=dates,
    )


def _in_words(date: OtherDate, waiting: int) -> str:
    """What, when and where, how many places there are, and how many of those who are chosen they are enough for."""
    when = f"{date.event.title}, {when_in_words(date.event)}, {where_in_words(date.event, short=True)}"
    if date.left is None:
        return gettext("%(when)s: inget tak, alla %(number)s erbjuds", when=when, number=waiting)
    return ngettext(
        "%(when)s: %(num)s plats kvar, %(number)s erbjuds",
        "%(when)s: %(num)s platser kvar, %(number)s erbjuds",
        date.left,
        when=when,
        number=min(date.left, waiting),
    )


def _done_in_words(asked: int, offered: int) -> str:
    lines = [
        ngettext(
            "%(num)s person har erbjudits det andra datumet.",
            "%(num)s personer har erbjudits det andra datumet.",
            offered,
        )
    ]
    if offered < asked:
        lines.append(
            ngettext(
                "%(num)s person fick inget erbjudande: det är fullt, eller så är personen redan anmäld dit.",
                "%(num)s personer fick inget erbjudande: det är fullt, eller så är de redan anmälda dit.",
                asked - offered,
            )
        )
    return " ".join(lines)
