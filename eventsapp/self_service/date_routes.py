"""Moving to another date, behind the personal link."""

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.words import when_in_words, where_in_words
from eventsapp.registrations import queries, rules
from eventsapp.registrations.models import Registration
from eventsapp.registrations.other_dates import OtherDate, dates_for
from eventsapp.registrations.words import occasions_in_words
from eventsapp.self_service.date_moving import move_to_date, what_is_lost
from eventsapp.web.fields import RadioChoiceField, choices_of
from eventsapp.web.forms import Form
from eventsapp.web.guards import participant_required
from eventsapp.web.pages import page

bp = Blueprint("self_service_dates", __name__)


class DateForm(Form):
    """Which date to move to."""

    other = RadioChoiceField(
        _l("Välj datum"), invalid_choice_message=_l("Välj ett av datumen som har platser kvar.")
    )


@page(
    bp,
    "/min/anmalan/<token>/byt-datum",
    "/my/registration/<token>/change-date",
    methods=("GET", "POST"),
)
@participant_required
def change_date(token: str) -> ResponseReturnValue:
    """The dates with places left; choosing one moves the person there."""
    registration: Registration = g.participant
    if not rules.may_change_date(registration, registration.event, now()):
        if not registration.end_reason:
            flash(gettext("Det går inte att byta datum. Kontakta oss."), "warning")
        return redirect(url_for("self_service_participant.show", token=token), 303)
    dates = dates_for(registration, now()).with_places
    form, status = DateForm(), 200
    form.other.choices = choices_of((str(one.event.id), _in_words(one)) for one in dates)
    if form.validate_on_submit():
        try:
            other = queries.get_event_in_letters(int(form.other.data))
            move_to_date(registration, other, actor=Actor.participant(registration.id))
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            form.reject(error)
            status = error.status
        else:
            return redirect(url_for("self_service_participant.show", token=token), 303)
    elif form.is_submitted():
        status = 400
    return _date_page(token, form, status)


def _date_page(token: str, form: DateForm, status: int) -> ResponseReturnValue:
    registration = queries.find_by_token(token)
    assert registration is not None
    event = registration.event
    found = dates_for(registration, now())
    dates = found.with_places
    form.other.choices = choices_of((str(one.event.id), _in_words(one)) for one in dates)
    lost = {sentence for one in dates for sentence in what_is_lost(registration, one.event)}
    return (
        render_template(
            "self_service/change_date.html",
            registration=registration,
            event=event,
            token=token,
            form=form,
            dates=dates,
            full=found.full,
            lost=sorted(lost),
            when=occasions_in_words(event),
        ),
        status,
    )


def _in_words(date: OtherDate) -> str:
    """What, when and where, and how many places there are."""
    what = f"{date.event.title}, {when_in_words(date.event)}, {where_in_words(date.event, short=True)}"
    if date.left is None:
        return what
    return ngettext("%(what)s (%(num)d plats kvar)", "%(what)s (%(num)d platser kvar)", date.left, what=what)
