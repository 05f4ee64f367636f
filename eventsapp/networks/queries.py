"""Finding networks and what belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from eventsapp.core.db import db
from eventsapp.core.errors import NotFound
from eventsapp.networks.models import Network, NetworkEvent, NetworkMember
from eventsapp.organisations.models import County, Municipality


@dataclass(frozen=True)
class NetworkRow:
    """A line of the list of networks. The municipalities are those of its county, if it has one."""

    network: Network
    county: County | None
    members: int
    covered: int
    municipalities: int


@dataclass(frozen=True)
class Coverage:
    """Which municipalities of a county have a member, in Swedish order."""

    county: County
    covered: list[tuple[Municipality, int]]
    """Those that have, and how many members each."""
    without: list[Municipality]

    @property
    def municipalities(self) -> int:
        return len(self.covered) + len(self.without)


def all_networks() -> list[NetworkRow]:
    """Every network in Swedish order, the retired ones last; one statement."""
    members = select(func.count()).where(NetworkMember.network_id == Network.id)
    covered = (
        select(func.count(func.distinct(NetworkMember.municipality_code)))
        .join(Municipality, Municipality.code == NetworkMember.municipality_code)
        .where(NetworkMember.network_id == Network.id, Municipality.county_code == Network.county_code)
    )
    municipalities = select(func.count()).where(Municipality.county_code == Network.county_code)
    rows = db.session.execute(
        select(
            Network,
            County,
            members.correlate(Network).scalar_subquery(),
            covered.correlate(Network).scalar_subquery(),
            municipalities.correlate(Network).scalar_subquery(),
        )
        .outerjoin(County, County.code == Network.county_code)
        .order_by(Network.is_retired, Network.sort_key, Network.id)
    )
    return [NetworkRow(*row) for row in rows]


def get_network(network_id: int) -> Network:
    """One network; raises NotFound."""
    network = db.session.get(Network, network_id)
    if network is None:
        raise NotFound
    return network


def find_network_by_name(name: str) -> Network | None:
    """The network that has this name, whatever its capitals."""
    wanted = name.casefold()
    return next((one for one in db.session.scalars(select(Network)) if one.name.casefold() == wanted), None)


def networks_to_choose(chosen: Network | None) -> list[Network]:
    """The networks that an activity can be for: those in use, and the one that it has."""
    networks = db.session.scalars(select(Network).order_by(Network.sort_key, Network.id))
    return [one for one in networks if not one.is_retired or one is chosen]


def network_of_event(event_id: int) -> Network | None:
    """The network that an activity is for."""
    return db.session.scalars(
        select(Network)
        .join(NetworkEvent, NetworkEvent.network_id == Network.id)
        .where(NetworkEvent.event_id == event_id)
    ).one_or_none()


def members_of(network_id: int) -> Sequence[NetworkMember]:
    """All members of a network, in the order that they were added."""
    return db.session.scalars(
        select(NetworkMember).where(NetworkMember.network_id == network_id).order_by(NetworkMember.id)
    ).all()


def find_member(network_id: int, email_key: str) -> NetworkMember | None:
    """The member with an address."""
    return db.session.scalars(
        select(NetworkMember).where(
            NetworkMember.network_id == network_id, NetworkMember.email_key == email_key
        )
    ).one_or_none()


def get_member(network_id: int, member_id: int) -> NetworkMember:
    """One member of a network; raises NotFound."""
    member = db.session.scalars(
        select(NetworkMember).where(NetworkMember.id == member_id, NetworkMember.network_id == network_id)
    ).one_or_none()
    if member is None:
        raise NotFound
    return member


def member_count(network_id: int) -> int:
    return (
        db.session.scalar(
            select(func.count()).select_from(NetworkMember).where(NetworkMember.network_id == network_id)
        )
        or 0
    )


def coverage_of(network: Network) -> Coverage | None:
    """Which municipalities of the network's county have a member; None for a network without a county."""
    if network.county_code is None:
        return None
    county = db.session.get_one(County, network.county_code)
    rows = db.session.execute(
        select(Municipality, func.count(NetworkMember.id))
        .outerjoin(
            NetworkMember,
            (NetworkMember.municipality_code == Municipality.code) & (NetworkMember.network_id == network.id),
        )
        .where(Municipality.county_code == network.county_code)
        .group_by(Municipality.code)
        .order_by(Municipality.sort_key)
    ).all()
    return Coverage(
        county,
        [(municipality, members) for municipality, members in rows if members],
        [municipality for municipality, members in rows if not members],
    )


def county_choices() -> list[tuple[str, str]]:
    """Every county as (code, name)."""
    return [
        (county.code, county.name) for county in db.session.scalars(select(County).order_by(County.sort_key))
    ]
