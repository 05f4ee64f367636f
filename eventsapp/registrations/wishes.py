"""What people wish for while the programme items of an activity are ranked; nothing is claimed in the items' pools."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask_babel import gettext
from sqlalchemy import delete, insert, select, update

from eventsapp.core.db import db
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_clock, format_deadline
from eventsapp.events.models import Event, EventState
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.queries import choices_of
from eventsapp.programme.rules import MOST_WISHES
from eventsapp.registrations.models import Registration
from eventsapp.registrations.queries import items_of
from eventsapp.registrations.submission import Submission
from eventsapp.registrations.wish_models import ItemWish


@dataclass(frozen=True)
class WishedSlot:
    """What one person wishes at one time, in the order that they would rather have it."""

    starts_at: datetime
    items: tuple[ProgrammeItem, ...]


def require_wishes(event: Event, submission: Submission) -> None:
    """Raise DomainError unless wishes are what the event asks for, and each is for an item that is ranked; the event must
    be locked, since items are given out once."""
    asked_otherwise = submission.items if event.ranks_items else submission.wishes
    wishes = submission.wishes or ()
    offered = {item.id: item.starts_at for item in choices_of(event.id)} if wishes else {}
    by_time = Counter(offered[wish] for wish in wishes if wish in offered)
    if (
        asked_otherwise
        or len(set(wishes)) < len(wishes)
        or not offered.keys() >= set(wishes)
        or any(number > MOST_WISHES for number in by_time.values())
    ):
        raise DomainError(gettext("Valen i programmet har ändrats. Välj igen."), "items")


def keep_wishes(registration_ids: Sequence[int], wishes: Sequence[int]) -> None:
    """Let these people wish for these items and no others, of each time those first that they would rather have."""
    db.session.execute(delete(ItemWish).where(ItemWish.registration_id.in_(registration_ids)))
    rows = [
        {"registration_id": one, "item_id": item_id, "rank": rank}
        for one in registration_ids
        for rank, item_id in enumerate(wishes, 1)
    ]
    if rows:
        db.session.execute(insert(ItemWish), rows)


def wishes_of(registration_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The items that people wish for, of each time those first that they would rather have; one statement."""
    rows = db.session.execute(
        select(ItemWish.registration_id, ItemWish.item_id)
        .where(ItemWish.registration_id.in_(registration_ids))
        .order_by(ItemWish.rank)
    )
    found: dict[int, list[int]] = defaultdict(list)
    for registration_id, item_id in rows:
        found[registration_id].append(item_id)
    return {registration_id: tuple(items) for registration_id, items in found.items()}


def wished_slots(registration_ids: Sequence[int]) -> dict[int, list[WishedSlot]]:
    """What people wish at each time, in order of time; one statement."""
    rows = db.session.execute(
        select(ItemWish.registration_id, ProgrammeItem)
        .join(ProgrammeItem, ProgrammeItem.id == ItemWish.item_id)
        .where(ItemWish.registration_id.in_(registration_ids))
        .order_by(ItemWish.registration_id, ProgrammeItem.starts_at, ItemWish.rank)
    )
    found: dict[int, list[WishedSlot]] = defaultdict(list)
    for (registration_id, starts_at), group in groupby(rows, lambda row: (row[0], row[1].starts_at)):
        found[registration_id].append(WishedSlot(starts_at, tuple(item for _, item in group)))
    return dict(found)


def pass_on_wishes(giver_id: int, receiver_id: int) -> None:
    """Let another person have the wishes of this one."""
    db.session.execute(
        update(ItemWish).where(ItemWish.registration_id == giver_id).values(registration_id=receiver_id),
        execution_options={"synchronize_session": False},
    )


def end_wishes(item_id: int) -> None:
    """Let go of everybody's wish for a programme item; their other wishes stay in their order."""
    db.session.execute(
        delete(ItemWish).where(ItemWish.item_id == item_id), execution_options={"synchronize_session": False}
    )


def wishes_to_tell(event: Event, registration_ids: Sequence[int]) -> dict[int, list[WishedSlot]]:
    """What the letters to many people say of their wishes; one statement, and none where no result is awaited."""
    return wished_slots(registration_ids) if awaits_result(event) else {}


def wishes_in_words(
    registration: Registration, wished: Mapping[int, Sequence[WishedSlot]] | None = None
) -> list[str]:
    """What a person wishes, a line for each time, in the language that holds now; one statement, unless the wishes of many
    are given."""
    known = wished_slots([registration.id]) if wished is None else wished
    slots = known.get(registration.id, ())
    lines = [f"{format_clock(slot.starts_at)}: {ranked_titles(slot.items)}" for slot in slots]
    if lines and registration.takes_other_item:
        lines.append(gettext("Går de inte att få: en annan punkt samma tid"))
    return lines


def programme_in_words(event: Event, registration_ids: Sequence[int]) -> dict[int, str]:
    """What people have chosen in the programme, or ranked while items are ranked, for lists; one statement."""
    if event.ranks_items:
        return {
            registration_id: "; ".join(
                f"{format_clock(slot.starts_at)}: {ranked_titles(slot.items)}" for slot in slots
            )
            for registration_id, slots in wished_slots(registration_ids).items()
        }
    return {
        registration_id: "; ".join(f"{format_clock(item.starts_at)} {item.title}" for item in items)
        for registration_id, items in items_of(registration_ids).items()
    }


def ranked_titles(items: Iterable[ProgrammeItem]) -> str:
    """ "1. Att fråga, 2. Att lyssna"."""
    return ", ".join(f"{rank}. {item.title}" for rank, item in enumerate(items, 1))


def awaits_result(event: Event) -> bool:
    """Whether people have ranked, or still can, and will hear what they got."""
    return event.ranks_items and event.state in (EventState.PUBLISHED, EventState.SAVE_THE_DATE)


def result_in_words(event: Event) -> str:
    """When people hear what they got, in a sentence of the language that holds now."""
    if event.assign_items_at is None:
        return gettext("När platserna är fördelade får du ett brev med besked.")
    return gettext(
        "Platserna fördelas %(when)s. Då får du ett brev med besked.",
        when=format_deadline(event.assign_items_at),
    )
