"""The pages behind the personal link: the ticket, changing and cancelling. A GET changes nothing, since mail gateways
open every link."""

from flask import (
    Blueprint,
    Response,
    abort,
    flash,
    g,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError, NotFound
from eventsapp.events.models import EventState
from eventsapp.events.rules import has_ended, is_after_last_day, is_moved
from eventsapp.organisations.queries import official_names
from eventsapp.participants.device import current_device
from eventsapp.places.queries import pools_of
from eventsapp.registrations import line_queries, operations, queries, rules
from eventsapp.registrations.answered import answered
from eventsapp.registrations.changing import change_registration
from eventsapp.registrations.companions import names_of
from eventsapp.registrations.documents import (
    calendar_filename,
    own_save_links,
    personal_calendar,
)
from eventsapp.registrations.forms import ChangeForm
from eventsapp.registrations.guessing import count_failure, refuse_guessers
from eventsapp.registrations.models import ACTIVE, EndReason, Registration, RegistrationStatus
from eventsapp.registrations.personal_links import ticket_code
from eventsapp.registrations.records import note_link_opened
from eventsapp.registrations.sign_up_page import sensitive_days
from eventsapp.registrations.waiting_list import accept_offer, decline_offer
from eventsapp.registrations.wishes import awaits_result, result_in_words, wishes_in_words
from eventsapp.registrations.words import occasions_in_words, where_for
from eventsapp.rendering.calendar import CALENDAR_TYPE
from eventsapp.rendering.qr import qr_svg
from eventsapp.self_service.handover_queries import last_handover
from eventsapp.self_service.handover_rules import may_hand_over
from eventsapp.web.forms import ActionForm
from eventsapp.web.guards import participant_required
from eventsapp.web.pages import page, site_url

bp = Blueprint("self_service_participant", __name__)


def load_participant(token: str) -> Registration | None:
    """The one who holds this token, for the guard; attempts to change something with a wrong one are counted.

    One that was made on the page of a person's registrations counts only on the device that it was made for.
    """
    trying = request.method == "POST"
    if trying:
        refuse_guessers()
    registration = queries.find_by_token(token)
    if registration is None and (let_in := current_device()) is not None:
        registration = queries.find_on_device(token, let_in.device)
    if registration is None:
        if queries.is_link_of_a_device(token):
            abort(redirect(url_for("my_page.start"), 303))
        if trying:
            count_failure()
        return None
    g.participant_id = registration.id
    return registration


@page(bp, "/min/anmalan/<token>", "/my/registration/<token>")
@participant_required
def show(token: str) -> ResponseReturnValue:
    """The ticket, the facts and what one can do."""
    registration: Registration = g.participant
    event = registration.event
    moment = now()
    confirmed = registration.status is RegistrationStatus.CONFIRMED
    code = ticket_code(token)
    offer = None if confirmed else line_queries.find_last_offer(registration.id)
    return render_template(
        "self_service/show.html",
        registration=registration,
        event=event,
        token=token,
        confirmed=confirmed,
        status=registration.status.value,
        ended=registration.end_reason.value if registration.end_reason and not confirmed else "",
        number=line_queries.waiting_number(registration),
        items=queries.items_of([registration.id]).get(registration.id, []),
        wishes=wishes_in_words(registration) if awaits_result(event) else [],
        wish_result=result_in_words(event),
        offer=offer,
        offer_is_open=offer is not None and rules.is_open_offer(offer, moment),
        handover=last_handover(registration.id) if confirmed else None,
        may_change_date=rules.may_change_date(registration, event, moment),
        new_date=_new_date(registration),
        question_is_open=rules.is_question_open(registration, event, moment),
        may_hand_over=may_hand_over(registration, event, moment),
        companions=queries.companions_of(registration),
        people=rules.people_at_screen(event, registration),
        companions_named=names_of([registration.id]).get(registration.id, ())
        if registration.shares_screen
        else (),
        may_name=rules.may_name(registration, event, moment),
        answers=answered(registration, for_staff=False) if confirmed and event.asks_questions else None,
        answer_form=ActionForm(),
        first_name=rules.first_name(registration.name),
        when=occasions_in_words(event),
        where=where_for(event, registration.mode),
        is_on=event.state in (EventState.PUBLISHED, EventState.SAVE_THE_DATE),
        is_over=has_ended(event, moment) or event.state is EventState.COMPLETED,
        moved=is_moved(event, moment),
        code=rules.grouped_code(code),
        ticket=Markup(qr_svg(code, title=gettext("Biljett som QR-kod"))),  # noqa: S704 made of our own code
        sees_join_link=rules.sees_join_link(registration, event, moment),
        may_change=rules.may_change(registration, event, moment),
        saves=own_save_links(event, moment, language=g.lang, page_url=_page_url(registration)),
        opened_form=ActionForm() if registration.link_opened_at is None else None,
    )


@page(
    bp,
    "/min/anmalan/<token>/andra",
    "/my/registration/<token>/change",
    methods=("GET", "POST"),
)
@participant_required
def change(token: str) -> ResponseReturnValue:
    """Change everything but the address."""
    registration: Registration = g.participant
    event = registration.event
    if not rules.may_change(registration, event, now()):
        return _too_late(registration, token)
    confirmed = registration.status is RegistrationStatus.CONFIRMED
    answers = queries.answers_of(registration.id)
    form = ChangeForm.for_registration(registration, event, answers)
    shared_screen, status = registration.shares_screen, 200
    if form.validate_on_submit():
        try:
            change_registration(registration, form.submission(), actor=Actor.participant(registration.id))
            db.session.commit()
        except DomainError as error:
            form.reject(error)
            status = error.status
        else:
            flash(_changed_in_words(alone=shared_screen and not registration.shares_screen))
            return redirect(url_for(".show", token=token), 303)
    elif form.is_submitted():
        status = 400
    return (
        render_template(
            "self_service/change.html",
            registration=registration,
            event=event,
            token=token,
            form=form,
            official_names=official_names(),
            full=[
                pool.name.value
                for pool in pools_of("event", event.id)
                if confirmed and pool.is_full and pool.name.value != registration.mode.value
            ],
            offers_any_mode=not confirmed,
            sensitive_days=sensitive_days(),
            when=occasions_in_words(event),
            late=is_after_last_day(event, now()),
        ),
        status,
    )


@page(bp, "/min/anmalan/<token>/svar", "/my/registration/<token>/answer", methods=("POST",))
@participant_required
def answer(token: str) -> ResponseReturnValue:
    """Yes or no to a place that is offered; the page that follows says what became of it."""
    registration: Registration = g.participant
    actor = Actor.participant(registration.id)
    says_yes = request.form.get("answer") == "yes"
    if ActionForm().validate_on_submit():
        try:
            (accept_offer if says_yes else decline_offer)(registration, actor=actor)
            db.session.commit()
        except DomainError as error:
            db.session.rollback()
            flash(error.message, "warning")
        else:
            flash(
                gettext("Platsen är din. Ett brev med biljetten är på väg.")
                if says_yes
                else gettext("Du har tackat nej. Platsen går till nästa på reservlistan.")
            )
    return redirect(url_for(".show", token=token), 303)


@page(
    bp,
    "/min/anmalan/<token>/avanmal",
    "/my/registration/<token>/cancel",
    methods=("GET", "POST"),
)
@participant_required
def cancel(token: str) -> ResponseReturnValue:
    """Cancel, by a button."""
    registration: Registration = g.participant
    event = registration.event
    form = ActionForm()
    if registration.status not in ACTIVE:
        return redirect(url_for(".show", token=token), 303)
    if not rules.may_change(registration, event, now()):
        return _too_late(registration, token)
    if form.validate_on_submit():
        operations.cancel_registration(registration, actor=Actor.participant(registration.id))
        db.session.commit()
        return redirect(url_for(".show", token=token), 303)
    return (
        render_template(
            "self_service/cancel.html",
            registration=registration,
            event=event,
            token=token,
            form=form,
            when=occasions_in_words(event),
            late=is_after_last_day(event, now()),
        ),
        400 if form.is_submitted() else 200,
    )


@page(bp, "/min/anmalan/<token>/oppnad", "/my/registration/<token>/opened", methods=("POST",))
@participant_required
def opened(token: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard has read it
    """The page behind the letter's link has come up in a browser that runs scripts, so the address was right."""
    if ActionForm().validate_on_submit():
        note_link_opened(g.participant)
        db.session.commit()
    return Response(status=204)


@page(bp, "/min/anmalan/<token>/kalender.ics", "/my/registration/<token>/calendar.ics")
@participant_required
def calendar_file(token: str) -> ResponseReturnValue:  # noqa: ARG001 - the guard has read it
    """The activity as a file for the participant's own calendar, with the way to join online."""
    registration: Registration = g.participant
    event = registration.event
    hidden = event.state is EventState.DRAFT or registration.status is not RegistrationStatus.CONFIRMED
    if hidden or not event.occasions:
        raise NotFound
    content = personal_calendar(
        event,
        language=g.lang,
        page_url=_page_url(registration),
        join_url=event.join_url if rules.sees_join_link(registration, event, now()) else "",
    )
    response = Response(content, content_type=CALENDAR_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=calendar_filename(event))
    return response


def _changed_in_words(*, alone: bool) -> str:
    """What is said of a change; that one is `alone` at the screen now, where there were several, is said too."""
    if not alone:
        return gettext("Din anmälan är ändrad.")
    return gettext("Din anmälan är ändrad. Den gäller nu bara dig.")


def _new_date(registration: Registration) -> Registration | None:
    """The registration on the date that a person has moved to, while it is one."""
    if registration.end_reason is not EndReason.OTHER_DATE or registration.replaced_by_id is None:
        return None
    found = queries.find_with_event(registration.replaced_by_id)
    return found if found is not None and found.status in ACTIVE else None


def _too_late(registration: Registration, token: str) -> ResponseReturnValue:
    return (
        render_template(
            "self_service/too_late.html", registration=registration, event=registration.event, token=token
        ),
        409,
    )


def _page_url(registration: Registration) -> str:
    return site_url("catalogue.event", lang=g.lang, slug=registration.event.slug)
