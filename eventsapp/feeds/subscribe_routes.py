"""The page that explains how to subscribe to a selection, and makes its address short."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from eventsapp.config import Settings
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.events.filter_choices import FilterChoices, find_choices
from eventsapp.events.filters import EventFilter, coming
from eventsapp.events.models import EventLanguage
from eventsapp.feeds.documents import calendar_name
from eventsapp.feeds.routes import bp
from eventsapp.feeds.short_addresses import find_short_address, shorten
from eventsapp.rendering.calendar import SubscribeLinks, subscribe_links
from eventsapp.rendering.qr import qr_svg
from eventsapp.web.forms import ActionForm, is_pressed
from eventsapp.web.guards import client_address, public
from eventsapp.web.pages import page, site_url


@page(bp, "/prenumerera", "/subscribe")
@public
def subscribe() -> ResponseReturnValue:
    """How to subscribe to the selection in the address, which a form on the page changes."""
    selection, choices = _asked()
    words = selection.in_words(choices.labels)
    links, deadlines = _links(selection, words)
    return render_template(
        "feeds/subscribe.html",
        selection=selection,
        choices=choices,
        languages=[(language.value, language.label) for language in EventLanguage],
        words=words,
        links=links,
        deadlines=deadlines,
        qr=_qr(links, words),
        action_form=ActionForm(),
    )


@page(bp, "/prenumerera/kort-adress", "/subscribe/short-address", methods=("POST",))
@public
def shorten_address() -> ResponseReturnValue:
    """Give the selection in the address a short one."""
    selection, _ = _asked()
    if is_pressed():
        try:
            shorten(selection, client=client_address(), now=now())
            flash(gettext("Adressen är nu kort."))
        except DomainError as error:
            flash(error.message, "error")
        # One attempt too many is counted too.
        db.session.commit()
    return redirect(f"{url_for('feeds.subscribe')}?{selection.to_query()}", 303)


def _qr(links: SubscribeLinks, words: str) -> Markup | None:
    """The calendar's address for a phone's camera, also from a printed page; none for one too long to be read by it.

    As webcal, which phones open as a subscription; as https they would take in a copy that never changes.
    """
    if links.google_may_refuse:
        return None
    title = gettext(
        "QR-kod som prenumererar på kalendern: %(selection)s", selection=words or gettext("Alla aktiviteter")
    )
    return Markup(qr_svg(links.webcal, title=title))  # noqa: S704 - our own drawing


def _asked() -> tuple[EventFilter, FilterChoices]:
    asked = EventFilter.from_args(request.args)
    choices = find_choices(coming(now()), asked)
    return asked.only_known(choices.labels), choices


def _links(selection: EventFilter, words: str) -> tuple[SubscribeLinks, SubscribeLinks]:
    """Those of the calendar and of the days of registration, short if their own address is too long and it was asked for."""
    settings: Settings = current_app.config["SETTINGS"]
    name = calendar_name(settings.site_name, words)
    own_name = gettext("Sista anmälningsdagar – %(calendar)s", calendar=name)
    values = selection.values()
    links = subscribe_links(site_url("feeds.calendar", **values), name)
    deadlines = subscribe_links(site_url("feeds.deadlines", **values), own_name)
    if deadlines.google_may_refuse and (code := find_short_address(selection)) is not None:
        links = subscribe_links(site_url("feeds.short", code=code), name)
        deadlines = subscribe_links(site_url("feeds.short_deadlines", code=code), own_name)
    return links, deadlines
