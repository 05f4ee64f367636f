"""A network and the invitations to the activities that are not for everybody: made-up people, and no letter to send."""

from datetime import datetime, timedelta

from sqlalchemy import insert, select

from eventsapp.accounts.models import User
from eventsapp.admission.models import Invitation, InvitationState
from eventsapp.audit import operations as audit
from eventsapp.cli.demo.coming import Placed
from eventsapp.core.actor import Actor
from eventsapp.core.clock import clock_at
from eventsapp.core.db import db
from eventsapp.core.text import email_key, family_first, search_text, slugify, sort_key
from eventsapp.events.models import Admission, Event
from eventsapp.networks.lines import PastedPerson
from eventsapp.networks.member_operations import add_members
from eventsapp.networks.models import Network
from eventsapp.networks.operations import NetworkFacts, choose_network, create_network
from eventsapp.networks.queries import members_of
from eventsapp.registrations.models import Registration

NETWORK = NetworkFacts(
    name="Länsnätverket mot våld i nära relationer",
    description="Kommunernas och regionens samordnare mot våld. Varje kommun i länet utser minst en person.",
    county_code="24",
)
MEMBERS = (
    ("Annika Fjällström", "Umeå kommun"),
    ("Mattias Öhlund", "Umeå kommun"),
    ("Sara Lövgren", "Skellefteå kommun"),
    ("Leila Haddad", "Skellefteå kommun"),
    ("Göran Stenvall", "Lycksele kommun"),
    ("Ida Marklund", "Vännäs kommun"),
    ("Pernilla Rönnqvist", "Robertsfors kommun"),
    ("Johan Åkerfeldt", "Nordmalings kommun"),
    ("Maria Nutti", "Storumans kommun"),
    ("Eva Granbom", "Vilhelmina kommun"),
    ("Åke Östberg", "Åsele kommun"),
    ("Zahra Rahimi", "Norsjö kommun"),
    ("Kerstin Ullberg", "Vindelns kommun"),
    ("Ulrika Sundelin", "Region Västerbotten"),
    ("Pär Holmsund", "Länsstyrelsen Västerbotten"),
)
"""Eleven of the county's fifteen municipalities have a member."""
APPOINTED = (
    ("Helena Brattberg", "Umeå kommun"),
    ("Tomas Eklöv", "Skellefteå kommun"),
    ("Anneli Vikberg", "Malå kommun"),
    ("Björn Lidman", "Sorsele kommun"),
    ("Karin Äng", "Dorotea kommun"),
    ("Nils Bergdahl", "Bjurholms kommun"),
    ("Samira Nouri", "Region Västerbotten"),
    ("Olof Hedman", "Polismyndigheten"),
)
DECLINED = (2, 6)
"""Which of those who have not signed up have said no, by their place in the list."""

Row = dict[str, object]


def load_circles(placed: list[Placed], officer: User, moment: datetime) -> Network:
    """Make the network, and invite people to what is for it or for the invited alone; flushes.

    Everyone who is signed up for such an activity is invited, and the others have not answered or have said no.
    """
    actor = Actor.user(officer.id, officer.name)
    with clock_at(moment - timedelta(days=90)):
        network = create_network(NETWORK, actor=actor)
        people = [PastedPerson(name, _address(name), workplace) for name, workplace in MEMBERS]
        add_members(network, people, actor=actor)
    members = [(one.name, one.email, one.organisation_name) for one in members_of(network.id)]
    appointed = [(name, _address(name), workplace) for name, workplace in APPOINTED]
    for one in placed:
        if one.text.admission is Admission.NETWORK:
            choose_network(one.event, network, actor=actor)
            _invite(one.event, members, actor)
        elif one.text.admission is Admission.INVITATION:
            _invite(one.event, appointed, actor)
    db.session.flush()
    return network


def _address(name: str) -> str:
    return f"{slugify(name).replace('-', '.')}@example.se"


def _invite(event: Event, people: list[tuple[str, str, str]], actor: Actor) -> None:
    assert event.published_at is not None
    invited_at = event.published_at + timedelta(hours=1)
    registered = db.session.scalars(
        select(Registration).where(Registration.event_id == event.id).order_by(Registration.id)
    ).all()
    rows = [
        _row(event, (one.name, one.email, one.organisation_name), invited_at)
        | {
            "state": InvitationState.ACCEPTED,
            "registration_id": one.id,
            "answered_at": one.registered_at,
        }
        for one in registered
    ]
    there = {one.email_key for one in registered}
    others = [person for person in people if email_key(person[1]) not in there]
    for number, person in enumerate(others):
        says_no = number in DECLINED
        rows.append(
            _row(event, person, invited_at)
            | {
                "state": InvitationState.DECLINED if says_no else InvitationState.INVITED,
                "registration_id": None,
                "answered_at": invited_at + timedelta(days=1) if says_no else None,
            }
        )
    db.session.execute(insert(Invitation), rows)
    with clock_at(invited_at):
        audit.record(
            "invitations.sent",
            "event",
            event.id,
            actor=actor,
            event_id=event.id,
            changes={"letters": ["", str(len(rows))]},
        )


def _row(event: Event, person: tuple[str, str, str], invited_at: datetime) -> Row:
    name, email, workplace = person
    return {
        "event_id": event.id,
        "name": name,
        "email": email,
        "email_key": email_key(email),
        "organisation_name": workplace,
        "language": "sv",
        "sort_key": sort_key(family_first(name)),
        "search_text": search_text(name, email, workplace),
        "invited_at": invited_at,
    }
