"""What spans events and the rooms above them."""

from eventsapp.assignment.settings import copy_way
from eventsapp.core.actor import Actor
from eventsapp.events.copying import CopyChoice, days_to_move
from eventsapp.events.facts import facts_of
from eventsapp.events.models import Event
from eventsapp.events.operations import copy_event
from eventsapp.networks.operations import choose_network
from eventsapp.networks.queries import network_of_event
from eventsapp.programme.operations import copy_programme
from eventsapp.publications.operations import copy_links
from eventsapp.questions.building_copies import copy_set
from eventsapp.registrations.question_subject import event_subject


def copy_activity(original: Event, choice: CopyChoice, *, responsible_id: int | None, actor: Actor) -> Event:
    """A new draft with the facts, the programme, the questions, the publications and the network of another, which has
    everything loaded; flushes.

    Registrations are never copied. Raises DomainError at "first_day".
    """
    days = days_to_move(facts_of(original), choice)
    copy = copy_event(original, choice, responsible_id=responsible_id, actor=actor)
    items = copy_programme(original.id, copy, days=days) if copy.occasions else {}
    if items:
        copy_way(original, copy, days=days)
    copy_set(original.id, event_subject(copy), items=items, actor=actor)
    copy_links(original.id, copy.id)
    network = network_of_event(original.id)
    if network is not None and not network.is_retired:
        choose_network(copy, network, actor=actor)
    return copy
