"""A copy of an activity, with what rooms above the events have about it."""

from eventsapp.core.actor import Actor
from eventsapp.desk.operations import copy_activity
from eventsapp.events.copying import CopyChoice, CopyDates
from eventsapp.events.models import Admission, Event
from eventsapp.events.queries import EVERYTHING, get_event
from eventsapp.networks.operations import retire_network
from eventsapp.networks.queries import network_of_event
from tests.factories.events import make_event
from tests.factories.networks import make_network, make_network_event

STAFF = Actor.user(1, "Karin Öberg")


def copy_of(event: Event) -> Event:
    original = get_event(event.id, *EVERYTHING)
    return copy_activity(original, CopyChoice(CopyDates.NONE), responsible_id=None, actor=STAFF)


def test_a_copy_is_for_the_same_network(app) -> None:
    event, network = make_event(admission=Admission.NETWORK), make_network()
    make_network_event(event, network)
    copy = copy_of(event)
    assert copy.admission is Admission.NETWORK
    assert network_of_event(copy.id) is network


def test_a_network_that_is_retired_is_not_copied(app) -> None:
    event, network = make_event(admission=Admission.NETWORK), make_network()
    make_network_event(event, network)
    retire_network(network, actor=STAFF)
    assert network_of_event(copy_of(event).id) is None
