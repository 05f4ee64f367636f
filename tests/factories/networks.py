"""Networks and members for tests: flushed, not committed."""

from itertools import count
from typing import Any

from eventsapp.core.actor import Actor
from eventsapp.events.models import Event
from eventsapp.networks.member_operations import MemberFacts, add_member
from eventsapp.networks.models import Network, NetworkMember
from eventsapp.networks.operations import NetworkFacts, choose_network, create_network

_numbers = count(1)


def make_network(**facts: Any) -> Network:
    """A network without a county unless one is given."""
    values: dict[str, Any] = {"name": f"Länsnätverket {next(_numbers)}"}
    return create_network(NetworkFacts(**(values | facts)), actor=Actor.system())


def make_member(network: Network, **facts: Any) -> NetworkMember:
    number = next(_numbers)
    values: dict[str, Any] = {
        "name": "Åsa Ahlström",
        "email": f"medlem{number}@example.se",
        "organisation": "",
    }
    return add_member(network, MemberFacts(**(values | facts)), actor=Actor.system())


def make_network_event(event: Event, network: Network) -> None:
    """Let an activity be for a network."""
    choose_network(event, network, actor=Actor.system())
