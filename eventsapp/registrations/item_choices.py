"""What becomes of people's choices when a programme item is no longer one that they choose."""

from sqlalchemy import delete, select, update

from eventsapp.core.db import db
from eventsapp.places.models import Place, PlaceState, Pool
from eventsapp.registrations.models import ChosenItem


def end_choice(item_id: int) -> None:
    """Let go of everybody's choice of a programme item, and of its places, whose pool this transaction has retired.

    Their registrations stay as they are. Were the places kept, they would count again if the item becomes a choice anew.
    """
    places = Place.pool_id.in_(
        select(Pool.id).where(Pool.subject_kind == "programme_item", Pool.subject_id == item_id)
    )
    apart = {"synchronize_session": False}
    db.session.execute(delete(Place).where(places, Place.number.is_(None)), execution_options=apart)
    db.session.execute(
        update(Place).where(places).values(state=PlaceState.FREE, holder_kind=None, holder_id=None),
        execution_options=apart,
    )
    db.session.execute(delete(ChosenItem).where(ChosenItem.item_id == item_id), execution_options=apart)
