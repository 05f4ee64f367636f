"""What an officer sees before a change is saved: more places, fewer places, and the letter of a new place."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from eventsapp.core.db import db
from eventsapp.events.models import EventFormat, WaitingListRule
from eventsapp.events.queries import get_event
from eventsapp.registrations.models import RegistrationStatus
from tests.e2e.steps import Activity, finish, make_activity, sign_in
from tests.factories.registrations import make_registration
from tests.mailbox import Mailbox, text_of

OFFICER = "admin@example.se"
WAITING = ("asa.kommer.upp@example.se", "bo.kommer.upp@example.se", "eva.star.kvar@example.se")


def full_activity(title: str) -> Activity:
    """One with two places, both taken, and three people who wait."""
    activity = make_activity(
        title,
        format=EventFormat.ONSITE,
        separate_pools=False,
        capacity_total=2,
        waiting_list=WaitingListRule.OFFER,
    )
    event = get_event(activity.id)
    for _ in range(2):
        make_registration(event, email="")
    for email in WAITING:
        make_registration(event, email=email, status=RegistrationStatus.WAITING)
    finish()
    return activity


def editor(page: Page, activity: Activity) -> None:
    page.goto(f"/personal/aktiviteter/{activity.id}/innehall")


def save(page: Page) -> None:
    page.get_by_role("button", name="Spara", exact=True).click()


def capacity(activity: Activity) -> int | None:
    found = get_event(activity.id).capacity_total
    db.session.remove()
    return found


def test_more_places_are_given_to_those_who_wait_once_the_officer_has_seen_it(
    open_context: Callable[..., BrowserContext],
    site_data: Flask,
    site_mailbox: Mailbox,
    check_axe: Callable[[Page], None],
) -> None:
    activity = full_activity("Fler platser")
    page = open_context().new_page()
    sign_in(page, OFFICER)
    editor(page, activity)
    page.get_by_label("Antal platser").fill("4")
    save(page)
    expect(page.get_by_role("heading", name="Innan du sparar")).to_be_visible()
    expect(page.get_by_text("2 på reservlistan får var sitt erbjudande om en plats.")).to_be_visible()
    check_axe(page)
    assert (capacity(activity), site_mailbox.to(WAITING[0])) == (2, [])
    page.get_by_role("button", name="Fortsätt redigera").click()
    expect(page.get_by_label("Antal platser")).to_have_value("4")
    save(page)
    save(page)
    expect(page.get_by_text("Ändringarna är sparade.")).to_be_visible()
    assert capacity(activity) == 4
    for email in WAITING[:2]:
        assert activity.title in text_of(site_mailbox.wait_for(email))
    assert site_mailbox.to(WAITING[2]) == []


@pytest.mark.parametrize("javascript", [True, False])
def test_fewer_places_take_nobody_s(
    open_context: Callable[..., BrowserContext], site_data: Flask, javascript: bool
) -> None:
    activity = full_activity("Färre platser")
    page = open_context(java_script_enabled=javascript).new_page()
    sign_in(page, OFFICER)
    editor(page, activity)
    page.get_by_label("Antal platser").fill("1")
    save(page)
    expect(
        page.get_by_text("Antalet platser är 1 men 2 är anmälda: ingen förlorar sin plats")
    ).to_be_visible()
    save(page)
    expect(page.get_by_text("Ändringarna är sparade.")).to_be_visible()
    assert capacity(activity) == 1


def test_the_code_is_asked_for_where_a_code_is_the_way_in(desktop: Page, site_data: Flask) -> None:
    activity = make_activity("Med kod")
    sign_in(desktop, OFFICER)
    editor(desktop, activity)
    code, hours = desktop.get_by_label("Kod", exact=True), desktop.get_by_label("Timmar att svara")
    expect(code).to_be_hidden()
    desktop.get_by_label("Bara den som har en kod").check()
    expect(code).to_be_visible()
    save(desktop)
    expect(desktop.get_by_role("alert")).to_contain_text("Skriv koden som man anmäler sig med.")
    code.fill("norrsken")
    desktop.get_by_label("Ingen reservlista").check()
    expect(hours).to_be_hidden()
    save(desktop)
    expect(desktop.get_by_text("Ändringarna är sparade.")).to_be_visible()
