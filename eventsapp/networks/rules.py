"""Decisions about networks, on loaded objects alone."""

from flask_babel import gettext

from eventsapp.core.errors import Conflict
from eventsapp.networks.models import Network


def require_may_be_chosen(network: Network, chosen_now: Network | None) -> None:
    """A retired network is not chosen any more; an activity that has it keeps it."""
    if network.is_retired and (chosen_now is None or chosen_now.id != network.id):
        raise Conflict(gettext("Nätverket är avslutat. Välj ett annat."), "network")


def require_in_use(network: Network) -> None:
    """Raise Conflict for a retired network, which gets no more members."""
    if network.is_retired:
        raise Conflict(gettext("Nätverket är avslutat. Ta tillbaka det innan du lägger till medlemmar."))
