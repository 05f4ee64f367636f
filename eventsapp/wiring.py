"""The one file that knows every room: their blueprints, and which signal reaches which listener."""

from urllib.parse import urlsplit

from flask import Flask
from flask_babel import gettext
from markupsafe import Markup

from eventsapp.about import routes as about
from eventsapp.accounts import routes as accounts
from eventsapp.accounts import staff_routes as accounts_staff
from eventsapp.accounts.operations import mint_password_links
from eventsapp.accounts.sign_in import init_sign_in
from eventsapp.admission import allocation_routes as admission_allocation
from eventsapp.admission import approval_routes as admission_approvals
from eventsapp.admission import forgetting, invitation_links, invitation_routes
from eventsapp.admission import inviting_routes as _admission_inviting_routes  # noqa: F401
from eventsapp.admission import models as _admission_models  # noqa: F401
from eventsapp.admission import public_routes as admission_public
from eventsapp.admission import trail as _admission_trail  # noqa: F401
from eventsapp.assignment import jobs as _assignment_jobs  # noqa: F401
from eventsapp.assignment import staff_routes as assignment_staff
from eventsapp.assignment import trail as _assignment_trail  # noqa: F401
from eventsapp.attendees import answer_routes as _attendees_answer_routes  # noqa: F401
from eventsapp.attendees import file_routes as _attendees_file_routes  # noqa: F401
from eventsapp.attendees import staff_routes as attendees_staff
from eventsapp.audit import models as _audit_models  # noqa: F401
from eventsapp.audit.words import audit_words
from eventsapp.calendar_answers import jobs as _calendar_answers_jobs  # noqa: F401
from eventsapp.calendar_answers import models as _calendar_answers_models  # noqa: F401
from eventsapp.calendar_answers.mailbox import parse_answers_url
from eventsapp.calendar_import import jobs as _calendar_import_jobs  # noqa: F401
from eventsapp.calendar_import import models as _calendar_import_models  # noqa: F401
from eventsapp.calendar_import import partner_routes as _calendar_import_partner_routes  # noqa: F401
from eventsapp.calendar_import import staff_routes as calendar_import_staff
from eventsapp.calendar_import import trail as _calendar_import_trail  # noqa: F401
from eventsapp.calendar_import.fetching import Fetcher
from eventsapp.catalogue import calendar_routes as catalogue_calendar
from eventsapp.catalogue import collection_routes as _catalogue_collection_routes  # noqa: F401
from eventsapp.catalogue import routes as catalogue
from eventsapp.config import Settings
from eventsapp.core import throttle as _throttle  # noqa: F401
from eventsapp.core.actor import Actor
from eventsapp.core.text import family_first
from eventsapp.desk import activity_routes as _desk_activity_routes  # noqa: F401
from eventsapp.desk import health_routes as desk_health
from eventsapp.desk import new_date_routes as _desk_new_date_routes  # noqa: F401
from eventsapp.desk import staff_routes as desk
from eventsapp.events import jobs as _events_jobs  # noqa: F401
from eventsapp.events import life_cycle_routes as _events_life_cycle_routes  # noqa: F401
from eventsapp.events import list_routes as events_lists
from eventsapp.events import public_data as _events_public_data  # noqa: F401
from eventsapp.events import staff_routes as events_staff
from eventsapp.events import trail as _events_trail  # noqa: F401
from eventsapp.events import words
from eventsapp.events.models import Event
from eventsapp.events.queries import lock_events_of_series, visible_event_ids
from eventsapp.events.rules import capacities
from eventsapp.events.signals import (
    capacity_changed,
    event_cancelled,
    event_moved,
    series_capacity_changed,
)
from eventsapp.feeds import atom_routes as _feeds_atom_routes  # noqa: F401
from eventsapp.feeds import event_routes as _feeds_event_routes  # noqa: F401
from eventsapp.feeds import personal_routes as _feeds_personal_routes  # noqa: F401
from eventsapp.feeds import routes as feeds
from eventsapp.feeds import staff_calendar_routes as _feeds_staff_calendar_routes  # noqa: F401
from eventsapp.feeds import staff_feed_routes as _feeds_staff_feed_routes  # noqa: F401
from eventsapp.feeds import subscribe_routes as _feeds_subscribe_routes  # noqa: F401
from eventsapp.imports import jobs as _imports_jobs  # noqa: F401
from eventsapp.imports import models as _imports_models  # noqa: F401
from eventsapp.imports import staff_routes as imports_staff
from eventsapp.imports import trail as _imports_trail  # noqa: F401
from eventsapp.imports.erasing import forget_lists
from eventsapp.my_page import calendar_routes as _my_page_calendar_routes  # noqa: F401
from eventsapp.my_page import calendar_way_routes as _my_page_calendar_way_routes  # noqa: F401
from eventsapp.my_page import list_routes as _my_page_list_routes  # noqa: F401
from eventsapp.my_page import routes as my_page
from eventsapp.networks import event_routes as _networks_event_routes  # noqa: F401
from eventsapp.networks import member_routes as _networks_member_routes  # noqa: F401
from eventsapp.networks import models as _networks_models  # noqa: F401
from eventsapp.networks import staff_routes as networks_staff
from eventsapp.networks import trail as _networks_trail  # noqa: F401
from eventsapp.open_data import routes as open_data
from eventsapp.organisations import public_routes as organisations_public
from eventsapp.outbox import demo_routes as outbox_demo
from eventsapp.outbox import jobs as _outbox_jobs  # noqa: F401
from eventsapp.outbox import staff_routes as outbox_staff
from eventsapp.outbox import trail as _outbox_trail  # noqa: F401
from eventsapp.outbox.links import register_minter
from eventsapp.outbox.rendering import init_rendering
from eventsapp.outbox.transport import make_transport
from eventsapp.participants import jobs as _participants_jobs  # noqa: F401
from eventsapp.participants import links as participants_links
from eventsapp.participants import models as _participants_models  # noqa: F401
from eventsapp.participants.operations import forget_address
from eventsapp.places.models import PoolName
from eventsapp.places.operations import set_pools
from eventsapp.programme import models as _programme_models  # noqa: F401
from eventsapp.programme import staff_routes as programme_staff
from eventsapp.programme import trail as _programme_trail  # noqa: F401
from eventsapp.programme.operations import follow_event
from eventsapp.programme.queries import programme_of
from eventsapp.programme.signals import choice_changed
from eventsapp.protection import models as _protection_models  # noqa: F401
from eventsapp.protection import public_routes as protection_public
from eventsapp.protection import staff_routes as protection_staff
from eventsapp.protection import trail as _protection_trail  # noqa: F401
from eventsapp.protection.signals import record_locked
from eventsapp.publications import models as _publications_models  # noqa: F401
from eventsapp.publications import public_routes as publications_public
from eventsapp.publications import staff_routes as publications_staff
from eventsapp.publications import trail as _publications_trail  # noqa: F401
from eventsapp.publications.queries import publications_of
from eventsapp.questions import jobs as _questions_jobs  # noqa: F401
from eventsapp.questions import models as _questions_models  # noqa: F401
from eventsapp.questions import preview_routes as _questions_preview_routes  # noqa: F401
from eventsapp.questions import question_routes as _questions_question_routes  # noqa: F401
from eventsapp.questions import staff_routes as questions_staff
from eventsapp.questions import trail as _questions_trail  # noqa: F401
from eventsapp.questions.subjects import EVENT, register_subject
from eventsapp.registrations import jobs as _registrations_jobs  # noqa: F401
from eventsapp.registrations import models as _registrations_models  # noqa: F401
from eventsapp.registrations import personal_links
from eventsapp.registrations import trail as _registrations_trail  # noqa: F401
from eventsapp.registrations.consequences import active_count, addressed_count, consequences
from eventsapp.registrations.event_changes import tell_of_cancelled_event, tell_of_moved_event
from eventsapp.registrations.item_choices import end_choice
from eventsapp.registrations.queries import (
    chosen_count,
    get_event_in_letters,
)
from eventsapp.registrations.question_subject import EventQuestions
from eventsapp.registrations.seats import lock_seats
from eventsapp.registrations.series_places import count_in_event, count_in_series, series_counted_in
from eventsapp.registrations.waiting_list import fill_free_places, move_up
from eventsapp.registrations.wish_models import ItemWish as _ItemWish  # noqa: F401
from eventsapp.registrations.wishes import end_wishes
from eventsapp.rendering.markdown import markdown_html
from eventsapp.self_service import answer_routes as _self_service_answer_routes  # noqa: F401
from eventsapp.self_service import companion_routes as _self_service_companion_routes  # noqa: F401
from eventsapp.self_service import date_routes as self_service_dates
from eventsapp.self_service import handover_links
from eventsapp.self_service import handover_routes as self_service_handover
from eventsapp.self_service import jobs as _self_service_jobs  # noqa: F401
from eventsapp.self_service import participant_routes as self_service_participant
from eventsapp.self_service import still_coming_routes as self_service_still_coming
from eventsapp.sign_up import answer_routes as _sign_up_answer_routes  # noqa: F401
from eventsapp.sign_up import one_click_routes as sign_up_one_click
from eventsapp.sign_up import public_routes as sign_up_public
from eventsapp.waiting_list import action_routes as _waiting_list_action_routes  # noqa: F401
from eventsapp.waiting_list import other_date_routes as _waiting_list_other_date_routes  # noqa: F401
from eventsapp.waiting_list import quota_routes as _waiting_list_quota_routes  # noqa: F401
from eventsapp.waiting_list import staff_routes as waiting_list_staff
from eventsapp.waiting_list.queries import queues_of


def register_rooms(app: Flask) -> None:
    """Register every blueprint."""
    app.register_blueprint(about.bp)
    app.register_blueprint(accounts.bp)
    app.register_blueprint(accounts_staff.bp)
    app.register_blueprint(admission_allocation.bp)
    app.register_blueprint(admission_approvals.bp)
    app.register_blueprint(admission_public.bp)
    app.register_blueprint(assignment_staff.bp)
    app.register_blueprint(calendar_import_staff.bp)
    app.register_blueprint(catalogue.bp)
    app.register_blueprint(catalogue_calendar.bp)
    app.register_blueprint(invitation_routes.bp)
    app.register_blueprint(desk.bp)
    app.register_blueprint(desk_health.bp)
    app.register_blueprint(events_lists.bp)
    app.register_blueprint(events_staff.bp)
    app.register_blueprint(feeds.bp)
    app.register_blueprint(imports_staff.bp)
    app.register_blueprint(networks_staff.bp)
    app.register_blueprint(open_data.bp)
    app.register_blueprint(organisations_public.bp)
    app.register_blueprint(self_service_dates.bp)
    app.register_blueprint(self_service_handover.bp)
    app.register_blueprint(my_page.bp)
    app.register_blueprint(sign_up_one_click.bp)
    app.register_blueprint(self_service_participant.bp)
    app.register_blueprint(sign_up_public.bp)
    app.register_blueprint(attendees_staff.bp)
    app.register_blueprint(self_service_still_coming.bp)
    app.register_blueprint(waiting_list_staff.bp)
    app.register_blueprint(outbox_staff.bp)
    app.register_blueprint(programme_staff.bp)
    app.register_blueprint(protection_public.bp)
    app.register_blueprint(protection_staff.bp)
    app.register_blueprint(publications_public.bp)
    app.register_blueprint(publications_staff.bp)
    app.register_blueprint(questions_staff.bp)
    if outbox_demo.has_demo_letters(app.config["SETTINGS"]):
        app.register_blueprint(outbox_demo.bp)


def connect(app: Flask) -> None:
    """Connect signals to listeners, and the loaders that lower floors call back."""
    _give_words_to_templates(app)
    init_sign_in(app, accounts.show_sign_in)
    init_rendering(app)
    # A wrong SMTP_URL stops the start, not the first letter, and a wrong ANSWERS_URL not the first answer.
    make_transport(app.config["SETTINGS"])
    if app.config["SETTINGS"].answers_url:
        parse_answers_url(app.config["SETTINGS"].answers_url)
    register_minter("user", mint_password_links)
    register_minter(
        "participant_link", participants_links.mint_links, may_receive=participants_links.may_receive
    )
    register_minter("invitation", invitation_links.mint_links, may_receive=invitation_links.may_receive)
    register_minter("handover", handover_links.mint_links, may_receive=handover_links.may_receive)
    register_minter("registration", personal_links.mint_links, may_receive=personal_links.may_receive)
    app.extensions["participant_loader"] = self_service_participant.load_participant
    event_cancelled.connect(tell_of_cancelled_event)
    event_moved.connect(_move_programme)
    event_moved.connect(tell_of_moved_event)
    capacity_changed.connect(_follow_capacity)
    choice_changed.connect(_follow_choice)
    record_locked.connect(forgetting.forget_invitation)
    record_locked.connect(forget_lists)
    record_locked.connect(_forget_participant)
    series_capacity_changed.connect(_follow_series)
    app.extensions["calendar_fetcher"] = Fetcher()
    app.extensions["visible_event_ids"] = visible_event_ids
    app.extensions["registered_count"] = active_count
    app.extensions["consequences"] = consequences
    app.extensions["addressed_count"] = addressed_count
    app.extensions["chosen_count"] = chosen_count
    app.extensions["event_page_extras"] = _event_page_extras
    register_subject(app, EVENT, EventQuestions())


def _event_page_extras(event_id: int) -> dict[str, object]:
    """What rooms above the events put on an event's page, for its preview."""
    return {"programme": programme_of(event_id), "publications": publications_of(event_id)}


def _move_programme(event: Event, *, actor: Actor, **_more: object) -> None:
    """The days of the programme go with those of the event, where it is plain which."""
    follow_event(event, actor=actor)


def _forget_participant(_registration_id: int, *, email_key: str, **_more: object) -> None:
    """The address of a person whose record is locked lets nobody in any longer, and stands nowhere."""
    forget_address(email_key)


def _follow_capacity(event: Event) -> None:
    """An event's pools have the numbers of places that its facts say. Where it has left a series that shares places, the
    other dates have those that its people had."""
    series_ids = series_counted_in(event.id)
    lock_seats(event, series_ids=series_ids)
    set_pools("event", event.id, {PoolName(name): number for name, number in capacities(event).items()})
    seats = lock_seats(event, series_ids=series_ids)
    count_in_event(seats, event)
    count_in_series(seats, event)
    move_up(seats, get_event_in_letters(event.id))


def _follow_choice(
    event_id: int, *, item_id: int, is_choice: bool, capacity: int | None, is_moved: bool = False
) -> None:
    """A programme item that participants choose has a pool of its own; wishes for it are for the time that it had."""
    lock_seats(get_event_in_letters(event_id))
    set_pools("programme_item", item_id, {PoolName.ALL: capacity} if is_choice else {})
    if not is_choice:
        end_choice(item_id)
    if is_moved or not is_choice:
        end_wishes(item_id)
    fill_free_places([event_id])


def _follow_series(series_id: int, *, capacity: int | None) -> None:
    """The dates of a series share a pool where it has a number of places of its own."""
    events = [get_event_in_letters(event_id) for event_id in lock_events_of_series(series_id)]
    if events:
        lock_seats(*events)
    set_pools("series", series_id, {} if capacity is None else {PoolName.ALL: capacity})
    seats = lock_seats(*events)
    for event in events:
        count_in_series(seats, event)
    fill_free_places([event.id for event in events])


def _give_words_to_templates(app: Flask) -> None:
    """What templates of several rooms say about an event, and the texts that officers write."""
    settings: Settings = app.config["SETTINGS"]
    own_host = urlsplit(settings.site_url).netloc

    def markdown(text: str) -> Markup:
        new_window = gettext("(öppnas i nytt fönster)")
        return Markup(markdown_html(text, new_window_text=new_window, site_host=own_host))  # noqa: S704 cleaned there

    app.jinja_env.filters.update(markdown=markdown, family_first=family_first)
    app.jinja_env.globals.update(
        admission_in_words=words.admission_in_words,
        audit_words=audit_words,
        cancelled_in_words=words.cancelled_in_words,
        place_in_words=words.place_in_words,
        queues_of=queues_of,
        when_in_words=words.when_in_words,
        where_in_words=words.where_in_words,
    )
