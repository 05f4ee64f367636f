"""Adding members, changing and removing them. The trail names what was done and which fields, never who."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext
from sqlalchemy import insert

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

SEEN = ("name", "email", "organisation_name", "job_title")
"""The fields of a member that people see, as the trail names them."""


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
        # Past the objects: nobody needs the ids of these rows, and to ask for them would cost a statement for each.
        db.session.execute(insert(NetworkMember), _new_rows(network, new))
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


def _new_rows(network: Network, people: Sequence[PastedPerson]) -> list[dict[str, Any]]:
    """The columns of new members; each organisation is looked up once."""
    organisations = find_by_names(person.organisation for person in people if person.organisation)
    moment = now()
    rows = []
    for person in people:
        facts = MemberFacts(name=person.name, email=person.email, organisation=person.organisation)
        values = _values(facts, organisations.get(person.organisation))
        rows.append({**values, "network_id": network.id, "added_at": moment})
    return rows


def _fill_in(member: NetworkMember, facts: MemberFacts, organisation: Organisation | None) -> set[str]:
    """Put the facts into a member; answers which of those that people see got another value."""
    values = _values(facts, organisation)
    changed = {name for name in SEEN if getattr(member, name) != values[name]}
    for name, value in values.items():
        setattr(member, name, value)
    return changed


def _values(facts: MemberFacts, organisation: Organisation | None) -> dict[str, Any]:
    workplace = organisation.name_sv if organisation else facts.organisation
    return {
        "name": facts.name,
        "email": facts.email,
        "email_key": email_key(facts.email),
        "organisation_id": organisation.id if organisation else None,
        "organisation_name": workplace,
        "municipality_code": organisation.municipality_code if organisation else None,
        "job_title": facts.job_title,
        "sort_key": sort_key(family_first(facts.name)),
        "search_text": search_text(facts.name, facts.email, workplace, facts.job_title),
    }
