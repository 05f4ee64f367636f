"""Making networks, and choosing one for an activity. Networks are retired, never deleted."""

from dataclasses import dataclass

from flask_babel import gettext

from eventsapp.audit import operations as audit
from eventsapp.core.actor import Actor
from eventsapp.core.clock import now
from eventsapp.core.db import conflict_if, db
from eventsapp.core.errors import Conflict
from eventsapp.core.text import sort_key
from eventsapp.events.models import Event
from eventsapp.networks.models import Network, NetworkEvent
from eventsapp.networks.queries import find_network_by_name, network_of_event
from eventsapp.networks.rules import require_may_be_chosen
from eventsapp.organisations.models import County

NAME_TAKEN = "uq_networks_name"


@dataclass(frozen=True, kw_only=True)
class NetworkFacts:
    """What staff decide about a network. Without a county no municipality is expected to have a member."""

    name: str
    description: str = ""
    county_code: str | None = None


def create_network(facts: NetworkFacts, *, actor: Actor) -> Network:
    """A new network without members; flushes. Raises Conflict at "name" for a name that is taken."""
    network = Network(created_at=now())
    _require_free(facts.name, None)
    _fill_in(network, facts)
    with conflict_if(NAME_TAKEN, _taken(), field="name"):
        db.session.add(network)
    audit.record(
        "network.created", "network", network.id, actor=actor, changes={"network_name": ["", network.name]}
    )
    return network


def change_network(network: Network, facts: NetworkFacts, *, actor: Actor) -> None:
    """Change what a network is called and which county it covers; flushes. Raises Conflict as `create_network`."""
    _require_free(facts.name, network)
    before = _told(network)
    with conflict_if(NAME_TAKEN, _taken(), field="name"):
        _fill_in(network, facts)
    after = _told(network)
    changes: dict[str, list[str] | None] = {
        fact: [before[fact], after[fact]] for fact in before if before[fact] != after[fact]
    }
    if changes:
        audit.record("network.changed", "network", network.id, actor=actor, changes=changes)


def retire_network(network: Network, *, actor: Actor) -> None:
    """Offer a network no longer; its members and the activities that are for it stay."""
    if network.is_retired:
        return
    network.is_retired = True
    audit.record("network.retired", "network", network.id, actor=actor)
    db.session.flush()


def restore_network(network: Network, *, actor: Actor) -> None:
    """Offer a retired network again."""
    if not network.is_retired:
        return
    network.is_retired = False
    audit.record("network.restored", "network", network.id, actor=actor)
    db.session.flush()


def choose_network(event: Event, network: Network | None, *, actor: Actor) -> None:
    """Say which network an activity is for, or that it is for none; flushes.

    The event must be locked by the caller. Raises Conflict at "network" for one that is retired.
    """
    before = network_of_event(event.id)
    if network is not None:
        require_may_be_chosen(network, before)
    if before is network:
        return
    chosen = db.session.get(NetworkEvent, event.id)
    if network is None:
        db.session.delete(chosen)
    elif chosen is None:
        db.session.add(NetworkEvent(event_id=event.id, network_id=network.id))
    else:
        chosen.network_id = network.id
    audit.record(
        "event.network_chosen",
        "event",
        event.id,
        actor=actor,
        event_id=event.id,
        changes={"network": [before.name if before else "", network.name if network else ""]},
    )
    db.session.flush()


def _taken() -> str:
    return gettext("Det finns redan ett nätverk med det namnet.")


def _require_free(name: str, own: Network | None) -> None:
    found = find_network_by_name(name)
    if found is not None and found is not own:
        raise Conflict(_taken(), "name")


def _fill_in(network: Network, facts: NetworkFacts) -> None:
    network.name = facts.name
    network.description = facts.description
    network.county_code = facts.county_code
    network.sort_key = sort_key(facts.name)


def _told(network: Network) -> dict[str, str]:
    county = db.session.get(County, network.county_code) if network.county_code else None
    return {
        "network_name": network.name,
        "network_description": network.description,
        "network_county": county.name_sv if county else "",
    }
