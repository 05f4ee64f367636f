"""The demonstration as a whole, loaded once on each database, and its commands."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from eventsapp.accounts.models import User
from eventsapp.accounts.passwords import password_fits
from eventsapp.accounts.rules import require_good_password
from eventsapp.admission.allocation import may_draw
from eventsapp.admission.approval_queries import municipality_counts
from eventsapp.admission.invitation_queries import Answer, answer_counts
from eventsapp.admission.models import Invitation
from eventsapp.assignment.queries import demand_of, people_who_ranked, rankings_of
from eventsapp.attendees.queries import attendee_figures
from eventsapp.cli.demo import DEMO_ACCOUNTS, DEMO_PASSWORD, DemoReport, load_demo_data
from eventsapp.cli.demo.screens import PEOPLE
from eventsapp.cli.reference import load_reference_data
from eventsapp.core.clock import to_swedish
from eventsapp.core.db import db
from eventsapp.events.models import Admission, Event, EventState, Occasion
from eventsapp.networks.queries import all_networks, network_of_event
from eventsapp.outbox.models import Letter, LetterState
from eventsapp.places.models import Place, Pool, QuotaBy
from eventsapp.programme.queries import choices_of
from eventsapp.programme.rules import choice_slots
from eventsapp.publications.models import Publication
from eventsapp.registrations.models import Companion, Registration, RegistrationStatus, SensitiveAnswers
from eventsapp.waiting_list.queries import Queues, open_offers, queues_of
from eventsapp.waiting_list.quotas import quotas_of
from tests.conftest import FrozenClock

TODAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


def test_the_whole_demonstration(app: Flask, frozen_now: FrozenClock) -> None:
    frozen_now.set(TODAY)
    load_reference_data()
    report = load_demo_data()
    db.session.commit()
    assert report == DemoReport(past=78, coming=55, publications=3, people=440)
    assert load_demo_data() is None
    _check_archive()
    _check_coming_year()
    _check_people()
    _check_places()
    _check_circles()
    _check_queues()
    _check_ranking()
    _check_screens()
    _check_accounts()


def _event(slug: str) -> Event:
    return db.session.scalars(select(Event).where(Event.slug == slug)).one()


def _check_archive() -> None:
    past = db.session.scalars(select(Event).where(Event.is_example.is_(False))).all()
    assert len(past) == 78
    assert sorted(event.slug for event in past if event.state is EventState.CANCELLED) == [
        "fran-jord-till-bord-och-allt-mellan-himmel-och-skog-2023"
    ]
    assert {event.state for event in past} == {EventState.COMPLETED, EventState.CANCELLED}
    assert all(event.last_ends_at and event.last_ends_at < TODAY for event in past)
    rights = _event("regional-konferens-manskliga-rattigheter-2022")
    (occasion,) = db.session.scalars(select(Occasion).where(Occasion.event_id == rights.id))
    assert to_swedish(occasion.starts_at).isoformat() == "2022-11-30T10:00:00+01:00"
    assert not occasion.all_day


def _check_coming_year() -> None:
    coming = db.session.scalars(select(Event).where(Event.is_example)).all()
    assert len(coming) == 55
    open_ended = [event for event in coming if event.first_starts_at is None]
    assert len(open_ended) == 4
    months = {event.first_starts_at.strftime("%Y-%m") for event in coming if event.first_starts_at}
    assert len(months) >= 11
    detect = _event("att-upptacka-vald-metodstod-for-socialtjanst-och-skola")
    assert detect.first_starts_at is not None
    assert to_swedish(detect.first_starts_at).strftime("%a %H:%M") == "Wed 09:00"
    assert (detect.capacity_onsite, detect.capacity_online) == (80, 60)
    assert detect.registration_closes_on is not None
    assert detect.registration_closes_on > TODAY.date()
    assert "Maja Lindqvist" in detect.speaker_names
    moved = [event for event in coming if event.moved_at is not None]
    assert [event.slug for event in moved] == [
        "hedersrelaterat-vald-och-fortryck-vad-forskola-och-skola-behover-veta"
    ]
    sequences = set(
        db.session.scalars(select(Occasion.sequence).where(Occasion.event_id == moved[0].id)).all()
    )
    assert sequences == {1}
    assert db.session.scalar(select(func.count()).select_from(Publication)) == 3


def _check_people() -> None:
    statuses = dict(
        db.session.execute(select(Registration.status, func.count()).group_by(Registration.status)).all()
    )
    assert statuses[RegistrationStatus.CONFIRMED] == 609
    assert 10 < statuses[RegistrationStatus.CANCELLED] < 70
    people = db.session.scalar(select(func.count(func.distinct(Registration.email))))
    assert people is not None and 300 <= people <= 500
    assert (
        db.session.scalars(
            select(Registration.email).where(
                ~Registration.email.endswith("@example.se"), Registration.alias_number.is_(None)
            )
        ).all()
        == []
    )
    wrong_time = select(func.count()).where(Registration.registered_at > TODAY)
    assert db.session.scalar(wrong_time) == 0
    assert db.session.scalar(select(func.count()).where(Letter.state == LetterState.WAITING)) == 0
    assert db.session.scalar(select(func.count()).where(Registration.reminded_at.is_(None))) == 1
    alias = db.session.scalars(select(Registration).where(Registration.alias_number.is_not(None))).one()
    assert (alias.name, alias.email, alias.reminded_at) == ("Deltagare 1", "", None)
    sealed = db.session.scalars(select(SensitiveAnswers)).all()
    assert len(sealed) > 30
    assert all("Glutenfritt" not in answers.sealed_food for answers in sealed)


def _check_places() -> None:
    """Everyone who is confirmed or has an offer has one place, numbered from 1 where there is a limit; nobody else has any."""
    holders = set(db.session.scalars(select(Place.holder_id)))
    confirmed = set(
        db.session.scalars(
            select(Registration.id).where(
                Registration.status.in_((RegistrationStatus.CONFIRMED, RegistrationStatus.OFFERED))
            )
        )
    )
    assert holders == confirmed
    rows = db.session.execute(
        select(Pool.capacity, func.count(Place.id), func.max(Place.number), Event.slug)
        .join(Place, Place.pool_id == Pool.id)
        .join(Event, Event.id == Pool.subject_id)
        .group_by(Pool.id, Pool.capacity, Event.slug)
    ).all()
    for capacity, taken, highest, slug in rows:
        assert capacity is None or taken <= capacity, slug
        assert highest is None if capacity is None else highest == taken, slug
    full = {slug for capacity, taken, _, slug in rows if capacity == taken}
    assert full == {"barnets-rattigheter-i-praktiken", "ett-vasterbotten-fritt-fran-vald-lanskonferens"}


def _check_circles() -> None:
    """A network with a member in eleven of fifteen municipalities, and two activities that one comes to by invitation."""
    (row,) = all_networks()
    assert row.network.name == "Länsnätverket mot våld i nära relationer"
    assert (row.members, row.covered, row.municipalities) == (15, 11, 15)
    dialogue = _event("dialogforum-vald-och-stod-i-glesbygd")
    group = _event("strategiska-lansgruppen-mot-mans-vald-mot-kvinnor")
    assert (dialogue.admission, group.admission) == (Admission.NETWORK, Admission.INVITATION)
    network = network_of_event(dialogue.id)
    assert network is row.network
    for event, signed_up in ((dialogue, 5), (group, 13)):
        counts = answer_counts(event.id)
        assert (counts[Answer.YES], counts[Answer.NO]) == (signed_up, 2)
        assert counts[Answer.NONE] > 4
    addresses = db.session.scalars(select(Invitation.email).where(~Invitation.email.endswith("@example.se")))
    assert list(addresses) == []


def _check_queues() -> None:
    """A full activity with a waiting list, one with applications, and one whose lots can be drawn."""
    full = _event("barnets-rattigheter-i-praktiken")
    assert queues_of(full.id) == Queues(waiting=14, offered=2)
    assert [row.is_dead for row in open_offers(full.id, TODAY)] == [False, False]
    approved = _event("jamstalldhetsintegrering-i-vardagen-fyra-tillfallen")
    assert approved.admission is Admission.APPROVAL
    assert queues_of(approved.id) == Queues(applied=9)
    allocated = _event("orosanmalan-som-gar-att-anvanda-workshop-for-inlandet")
    assert may_draw(allocated)
    counts = municipality_counts(allocated.id)
    assert (len(counts), sum(one.applied for one in counts)) == (12, 40)
    assert [(one.by, one.key, one.capacity) for one in quotas_of(allocated.id)] == [
        (QuotaBy.MUNICIPALITY, "", 2)
    ]


def _check_ranking() -> None:
    """A conference that one can still sign up for, where more people want the best talk than there is room for."""
    event = _event("regional-konferens-om-manskliga-rattigheter")
    assert event.ranks_items and event.assign_items_at is not None and event.assign_items_at > TODAY
    items = choices_of(event.id)
    assert [len(slot.items) for slot in choice_slots(items)] == [3, 2]
    rankings = rankings_of(people_who_ranked(event.id))
    assert len(rankings) > 30
    demand = demand_of(items, rankings)
    assert any(one.wishes[0] > (one.item.capacity or 0) for one in demand)


def _check_screens() -> None:
    """Five of those who signed up for one online activity sit with others, and one of them has named them."""
    event = _event("en-vecka-fri-fran-vald-uppstart-for-kommunerna")
    assert event.shared_screen_max == 40
    figures = attendee_figures(event.id, "24")
    assert figures.people - figures.confirmed == sum(people - 1 for people in PEOPLE)
    assert db.session.scalar(select(func.count()).select_from(Companion)) == 3


def _check_accounts() -> None:
    users = {user.email: user for user in db.session.scalars(select(User))}
    assert set(users) == {account.email for account in DEMO_ACCOUNTS}
    assert password_fits(users["karin.oberg@example.se"].password_hash, DEMO_PASSWORD)
    assert users["karin.oberg@example.se"].team is not None
    assert users["karin.oberg@example.se"].team.name == "Jämställdhet och våldsprevention"
    for account in DEMO_ACCOUNTS:
        require_good_password(DEMO_PASSWORD, email=account.email, name=account.name)


def test_the_accounts_are_shown(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "accounts"])
    assert result.exit_code == 0
    assert DEMO_PASSWORD in result.output
    assert "karin.oberg@example.se   officer" in result.output


@pytest.mark.parametrize("command", ["load", "accounts"])
def test_production_has_no_demonstration(app: Flask, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["SETTINGS"]
    monkeypatch.setattr(type(settings), "is_demonstration", property(lambda _self: False))
    result = app.test_cli_runner().invoke(args=["demo", command])
    assert result.exit_code == 1
    assert result.output == "Error: Demonstration data and accounts do not exist in production.\n"
    assert db.session.scalar(select(func.count()).select_from(User)) == 0


def test_reference_data_is_loaded_from_the_command_line(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["reference", "load"])
    assert result.exit_code == 0
    assert "municipalities: 0 new, 0 changed" in result.output
