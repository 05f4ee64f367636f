"""Adding members, changing and removing them. The trail names what was done and which fields, never who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import db
from eventsapp.core.errors import Conflict
from eventsapp.core.text import email_key, family_first, search_text, sort_key
from eventsapp.networks.lines import PastedPerson
from eventsapp.networks.models import Network, NetworkMember
from eventsapp.networks.queries import find_member, member_count, members_of
from eventsapp.networks.rules import require_in_use
from eventsapp.organisations.models import Organisation
from eventsapp.organisations.queries import find_by_names, match_organisation


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    """What is known about a member."""

    name: str
    email: str
    organisation: str = ""
    job_title: str = ""


@dataclass(frozen=True)
class Added:
    """What became of many who were added: how many are new, and how many were members before."""

    new: int
    known: int


def add_member(network: Network, facts: MemberFacts, *, actor: Actor) -> NetworkMember:
    """Add one person; flushes. Raises Conflict at "email" for an address that is there, and for a retired network."""
    _lock(network)
    require_in_use(network)
    _require_new_address(network, facts.email)
    member = NetworkMember(network_id=network.id, added_at=now())
    _fill_in(member, facts, match_organisation(facts.organisation))
    db.session.add(member)
    db.session.flush()
    audit.record("network.member_added", "network", network.id, actor=actor)
    return member


def add_members(network: Network, people: Sequence[PastedPerson], *, actor: Actor) -> Added:
    """Add many people; those whose address is there already are counted and left as they are. Flushes."""
    _lock(network)
    require_in_use(network)
    known = {member.email_key for member in members_of(network.id)}
    new = [person for person in people if email_key(person.email) not in known]
    if new:
        db.session.add_all(_new_members(network, new))
        db.session.flush()
        there_were = len(known)
        audit.record(
            "network.members_added",
            "network",
            network.id,
            actor=actor,
            changes={"network_members": [str(there_were), str(there_were + len(new))]},
        )
    return Added(len(new), len(people) - len(new))


def change_member(network: Network, member: NetworkMember, facts: MemberFacts, *, actor: Actor) -> None:
    """Change what is known about a member; flushes. Raises Conflict at "email" for an address that another one has."""
    _lock(network)
    if email_key(facts.email) != member.email_key:
        _require_new_address(network, facts.email)
    changed = _fill_in(member, facts, match_organisation(facts.organisation))
    if changed:
        audit.record(
            "network.member_changed",
            "network",
            network.id,
            actor=actor,
            changes=dict.fromkeys(sorted(changed)),
        )
    db.session.flush()


def remove_member(network: Network, member: NetworkMember, *, actor: Actor) -> None:
    """Take a person out of the network; invitations that they have had stay. Flushes."""
    _lock(network)
    there_were = member_count(network.id)
    db.session.delete(member)
    db.session.flush()
    audit.record(
        "network.member_removed",
        "network",
        network.id,
        actor=actor,
        changes={"network_members": [str(there_were), str(there_were - 1)]},
    )


def _lock(network: Network) -> None:
    """Members are added one request after the other, so that no two can have the same address."""
    db.session.refresh(network, with_for_update=True)


def _require_new_address(network: Network, address: str) -> None:
    if find_member(network.id, email_key(address)) is not None:
        raise Conflict(gettext("Adressen finns redan i nätverket."), "email")


def _new_members(network: Network, people: Iterable[PastedPerson]) -> list[NetworkMember]:
    people = list(people)
    organisations = find_by_names(person.organisation for person in people if person.organisation)
    moment = now()
    members = []
    for person in people:
        member = NetworkMember(network_id=network.id, added_at=moment)
        facts = MemberFacts(name=person.name, email=person.email, organisation=person.organisation)
        _fill_in(member, facts, organisations.get(person.organisation))
        members.append(member)
    return members


def _fill_in(member: NetworkMember, facts: MemberFacts, organisation: Organisation | None) -> set[str]:
    """Put the facts into a member; answers which fields got another value."""
    values = {
        "name": facts.name,
        "email": facts.email,
        "organisation_name": organisation.name_sv if organisation else facts.organisation,
        "job_title": facts.job_title,
    }
    changed = {field for field, value in values.items() if getattr(member, field) != value}
    for field, value in values.items():
        setattr(member, field, value)
    member.email_key = email_key(facts.email)
    member.organisation_id = organisation.id if organisation else None
    member.municipality_code = organisation.municipality_code if organisation else None
    member.sort_key = sort_key(family_first(member.name))
    member.search_text = search_text(member.name, member.email, member.organisation_name, member.job_title)
    return changed
