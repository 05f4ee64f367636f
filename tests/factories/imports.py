"""Lists of participants that were read in, for tests: flushed, not committed."""

from itertools import count

from eventsapp.core.actor import Actor
from eventsapp.events.models import Event
from eventsapp.imports.models import ImportBatch
from eventsapp.imports.operations import Choices, accept, read_in
from eventsapp.imports.rules import LIMITS
from eventsapp.imports.working import work_on
from eventsapp.registrations.queries import get_event_in_letters
from eventsapp.rendering.table_files import read_text

OFFICER = Actor.user(1, "Karin Öberg")


_numbers = count(1)


def a_list() -> str:
    """One person whom nobody knows, and one row that cannot be read."""
    number = next(_numbers)
    rows = [
        "Namn;E-post;Organisation;Deltar",
        f"Ester Ek;ester.ek{number}@example.se;Umeå kommun;På plats",
        "Fel Fel;fel@;Umeå kommun;På plats",
    ]
    return "\n".join(rows)


def make_import(event: Event, text: str = "", *, accepted: bool = False) -> ImportBatch:
    """A list that is looked at; or, `accepted`, one that is read in without letters, the broken rows left out."""
    loaded = get_event_in_letters(event.id)
    batch = read_in(loaded, read_text(text or a_list(), LIMITS), language="sv", actor=OFFICER)
    if accepted:
        accept(
            loaded,
            batch.id,
            Choices(batch.version, tell=False, overbook=True, skip_broken=True),
            actor=OFFICER,
        )
        while work_on(batch.id):
            pass
    return batch
