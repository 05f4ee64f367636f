"""What an import would lead to under the places that there are now. Nothing is locked, and nothing written."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext

from eventsapp.core.text import email_key
from eventsapp.events.models import Event
from eventsapp.imports import queries
from eventsapp.imports.columns import EMAIL, FIRST_NAME, LAST_NAME, NAME, ORGANISATION, columns_of, labels_of
from eventsapp.imports.models import ImportBatch
from eventsapp.imports.problems import Problem, ProblemKind
from eventsapp.imports.rules import CheckedRow, Reading, check_rows
from eventsapp.organisations.models import Organisation
from eventsapp.organisations.rules import name_key
from eventsapp.places.operations import PoolFull
from eventsapp.registrations.rules import keeps_waiting_list
from eventsapp.registrations.seats import Belonging, SeatsInView, look_at_seats
from eventsapp.registrations.submission import Submission


class Fate(StrEnum):
    """What will happen to a row. FULL are those for whom there is no place: they wait, are left out, or come above the
    number, as the officer chooses. ITEM_FULL are those who have chosen an item of the programme that is full: nobody waits
    for one, so they are left out or come above its number."""

    PLACE = "place"
    FULL = "full"
    ITEM_FULL = "item_full"
    REGISTERED = "registered"
    BROKEN = "broken"


_GOOD = (Fate.PLACE, Fate.FULL, Fate.ITEM_FULL)


@dataclass(frozen=True)
class PreviewRow:
    """A row as the preview shows it. What cannot be read is shown as it stands in the list, cut short."""

    number: int
    name: str
    email: str
    organisation: str
    fate: Fate
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """Whom a row is about, as it stands in the list."""

    name: str = ""
    email: str = ""
    organisation: str = ""


@dataclass(frozen=True)
class Preview:
    """Every row of a list, and what would happen to it."""

    rows: tuple[PreviewRow, ...]
    keeps_list: bool
    letters: int
    """How many of those who would be registered have an address."""

    def count(self, fate: str) -> int:
        return sum(1 for row in self.rows if row.fate == fate)

    def with_fate(self, fate: Fate | None) -> list[PreviewRow]:
        return [row for row in self.rows if fate is None or row.fate is fate]

    @property
    def good(self) -> int:
        """Those who can be registered, places aside."""
        return sum(self.count(fate) for fate in _GOOD)


def preview_of(event: Event, batch: ImportBatch, rows: Sequence[tuple[int, Sequence[str]]]) -> Preview:
    """Check every row as it is now, of `queries.rows_with_cells`; a few statements however long the list is."""
    checked = check_rows(Reading.of_batch(event, batch), rows)
    fates = _fates(event, checked)
    labels = labels_of(columns_of(event))
    cells = dict(rows)
    shown = tuple(_shown(row, cells[row.number], batch, fates[row.number], labels) for row in checked)
    letters = sum(
        1 for row in checked if row.submission and row.submission.email and fates[row.number] in _GOOD
    )
    return Preview(shown, keeps_waiting_list(event), letters)


def _shown(
    row: CheckedRow, cells: Sequence[str], batch: ImportBatch, fate: Fate, labels: Mapping[str, str]
) -> PreviewRow:
    problems = (Problem(ProblemKind.REGISTERED),) if fate is Fate.REGISTERED else row.problems
    reasons = tuple(problem.in_words(labels) for problem in problems)
    if row.submission:
        one = row.submission
        return PreviewRow(row.number, one.name, one.email, one.organisation, fate, reasons)
    said = said_by(batch, cells)
    return PreviewRow(row.number, said.name, said.email, said.organisation, fate, reasons)


def said_by(batch: ImportBatch, cells: Sequence[str]) -> Said:
    """What stands in the cells of a row that tell whom it is about, cut short."""
    said = {key: cell for key, cell in zip(batch.columns, cells, strict=False) if key}
    name = said.get(NAME) or f"{said.get(FIRST_NAME, '')} {said.get(LAST_NAME, '')}".strip()
    return Said(_short(name), _short(said.get(EMAIL, "")), _short(said.get(ORGANISATION, "")))


def _short(text: str) -> str:
    text = "".join(sign if sign.isprintable() else "�" for sign in text)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _fates(event: Event, checked: Sequence[CheckedRow]) -> dict[int, Fate]:
    good = {row.number: row.submission for row in checked if row.submission}
    registered = queries.registered_among(event.id, {email_key(one.email) for one in good.values()})
    fates = {row.number: Fate.BROKEN for row in checked}
    new = {}
    for number, submission in good.items():
        if email_key(submission.email) in registered:
            fates[number] = Fate.REGISTERED
        else:
            new[number] = submission
    fates |= dict(zip(new, _fit(event, list(new.values())), strict=True))
    return fates


def _fit(event: Event, people: Sequence[Submission]) -> list[Fate]:
    """Whether there is a place for each of these, one after the other, also in the items that they have chosen."""
    seats = look_at_seats(event)
    belongings = _belongings(seats, people)
    seats.meet(event, belongings)
    left = seats.ledger.left()
    taken: Counter[int] = Counter()
    fitting: list[Fate] = []

    def has_room(pool: int) -> bool:
        room = left[pool]
        return room is None or taken[pool] < room

    for submission, belonging in zip(people, belongings, strict=True):
        try:
            needs = seats.pool_ids(event, submission.mode, belonging)
        except PoolFull:
            fitting.append(Fate.FULL)
            continue
        items = [pool for item_id in submission.items if (pool := seats.item_pool(item_id)) is not None]
        if not all(map(has_room, needs)):
            fitting.append(Fate.FULL)
        elif not all(map(has_room, items)):
            fitting.append(Fate.ITEM_FULL)
        else:
            taken.update((*needs, *items))
            fitting.append(Fate.PLACE)
    return fitting


def _belongings(seats: SeatsInView, people: Sequence[Submission]) -> list[Belonging]:
    if not seats.quotas:
        return [Belonging()] * len(people)
    known = queries.organisations_by_name()
    return [_belonging(one, known.get(name_key(one.organisation))) for one in people]


def _belonging(person: Submission, organisation: Organisation | None) -> Belonging:
    code = organisation.municipality_code if organisation else None
    return Belonging(
        municipality_code=code,
        county_code=code[:2] if code else (organisation.county_code if organisation else None),
        organisation_id=organisation.id if organisation else None,
        organisation_name=person.organisation,
        profession=person.profession,
    )


def fate_label(fate: Fate, *, keeps_list: bool) -> str:
    """What a row meets, in a word or two."""
    return {
        Fate.PLACE: gettext("Får plats"),
        Fate.FULL: gettext("Reservlistan") if keeps_list else gettext("Ingen plats"),
        Fate.ITEM_FULL: gettext("Vald punkt är full"),
        Fate.REGISTERED: gettext("Redan anmäld"),
        Fate.BROKEN: gettext("Går inte att läsa in"),
    }[fate]
