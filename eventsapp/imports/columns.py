"""What a list can say of a person: the one place that knows the columns, their usual headings, and how a cell is read.

A further column is one more entry in `columns_of`; what it reads ends up in `RowValues` under its key.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from wtforms.validators import ValidationError

from eventsapp.core.i18n import LANGUAGES, in_language
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import clean, clean_line, sort_key
from eventsapp.events.models import Event
from eventsapp.events.rules import largest_at_screen, offers_both_modes
from eventsapp.imports.problems import ProblemKind, Unreadable
from eventsapp.imports.programme_column import reader_of
from eventsapp.programme.models import ProgrammeItem
from eventsapp.programme.queries import choices_of
from eventsapp.questions.kinds import Given, kind_of
from eventsapp.questions.models import Question, QuestionKind, SeenBy
from eventsapp.questions.queries import questions_of
from eventsapp.questions.reading import can_be_read, read_answer
from eventsapp.registrations.fields import carries_link, is_phone
from eventsapp.registrations.models import AttendanceMode, Profession
from eventsapp.registrations.rules import modes_of
from eventsapp.registrations.submission import FoodChoice, Submission
from eventsapp.web.forms import checked_email

RowValues = Mapping[str, object]
"""Key of a column → what its cell was read as; columns that say nothing are not in it."""
MOST_CHARACTERS = 2000
"""No column takes as much; what is longer is cut off there when a file is read, and is too long all the same."""
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]")
NAME, FIRST_NAME, LAST_NAME = "name", "first_name", "last_name"
EMAIL, ORGANISATION, MODE, ITEMS = "email", "organisation", "mode", "items"
HEAD_COUNT, LANGUAGE = "head_count", "language"


@dataclass(frozen=True)
class ImportColumn:
    """One thing that a list can say. `read` turns the text of a cell into a value, "" into None, or raises Unreadable."""

    key: str
    label: str
    headings: tuple[str, ...]
    """The usual headings in both languages, apart from the label."""
    read: Callable[[str], object]
    most: int = 200
    several_lines: bool = False
    is_needed: bool = False
    is_sensitive: bool = False
    """Whether no page quotes its cells."""

    def value(self, cell: str) -> object:
        """What a cell says, None where it says nothing; raises Unreadable."""
        if not cell:
            return None
        if _NOT_TEXT.search(cell):
            raise Unreadable(ProblemKind.CONTROL)
        text = clean(cell) if self.several_lines else clean_line(cell)
        if len(text) > self.most:
            raise Unreadable(ProblemKind.TOO_LONG)
        return self.read(text) if text else None


def heading_key(text: str) -> str:
    """The form in which two spellings of one heading are the same."""
    return re.sub(r"[^a-z0-9{|}]", "", sort_key(text))


def columns_of(event: Event) -> dict[str, ImportColumn]:
    """The columns that a list for this activity can have, by their keys, in the order of the form."""
    asked = {
        "phone": event.asks_phone,
        MODE: offers_both_modes(event),
        "food": event.asks_food,
        "access": event.asks_access,
    }
    columns = [column for column in _COLUMNS if asked.get(column.key, True)]
    if (most := largest_at_screen(event)) > 1:
        columns.append(_column_of_people(most))
    # One that is not stored yet has no programme, and what is ranked is given out at once.
    if event.id and not event.ranks_items and (items := choices_of(event.id)):
        columns.append(_column_of_items(items))
    if event.has_questions:
        columns += [_column_of(one) for one in questions_of("event", event.id).all if can_be_read(one)]
    return {column.key: column for column in columns}


def _column_of_people(most: int) -> ImportColumn:
    """The column that says how many sit at a screen."""

    def read(text: str) -> object:
        if not re.fullmatch(r"[0-9]{1,4}", text) or not 1 <= int(text) <= most:
            raise Unreadable(ProblemKind.BAD_COUNT)
        return int(text)

    headings = ("Antal", "Antal deltagare", "Hur många är ni vid skärmen", "Head count", "Number of people")
    return ImportColumn(HEAD_COUNT, _l("Antal personer"), headings, read)


def _column_of_items(items: Sequence[ProgrammeItem]) -> ImportColumn:
    headings = ("Val i programmet", "Seminarier", "Valda punkter", "Programme choices", "Sessions")
    return ImportColumn(
        ITEMS, _l("Programval"), headings, reader_of(items), most=MOST_CHARACTERS, several_lines=True
    )


def left_to_people(event: Event) -> list[str]:
    """What staff call the questions that a list cannot answer, such as those for a file."""
    if not event.has_questions:
        return []
    asked = [one for one in questions_of("event", event.id).all if kind_of(one).is_asked]
    return [one.short_name for one in asked if not can_be_read(one)]


def _column_of(question: Question) -> ImportColumn:
    """The column of one of the activity's own questions."""

    def read(text: str) -> object:
        try:
            return read_answer(question, text)
        except ValueError:
            raise Unreadable(ProblemKind.UNKNOWN) from None

    return ImportColumn(
        question.field_name,
        question.short_name,
        tuple(label for label in (question.label_sv, question.label_en) if label),
        read,
        most=MOST_CHARACTERS,
        several_lines=question.kind is QuestionKind.LONG_TEXT,
        is_sensitive=question.seen_by is SeenBy.SENSITIVE,
    )


def labels_of(columns: Mapping[str, ImportColumn]) -> dict[str, str]:
    """What the columns are called in the language of the page."""
    return {key: str(column.label) for key, column in columns.items()}


def keys_by_heading(columns: Mapping[str, ImportColumn]) -> dict[str, str]:
    """Every heading that is known, as `heading_key` writes it → the key of its column."""
    found: dict[str, str] = {}
    for column in columns.values():
        for heading in (*_spellings(column.label), *map(heading_key, column.headings)):
            found.setdefault(heading, column.key)
    return found


def submission_of(event: Event, values: RowValues, language: str) -> Submission:
    """What a row says, as the form for adding by hand would have it."""

    def text(key: str) -> str:
        return str(values.get(key) or "")

    mode, profession, items = values.get(MODE), values.get("profession"), values.get(ITEMS)
    people = values.get(HEAD_COUNT)
    return Submission(
        name=text(NAME) or f"{text(FIRST_NAME)} {text(LAST_NAME)}".strip(),
        email=text(EMAIL),
        organisation=text(ORGANISATION),
        mode=mode if isinstance(mode, AttendanceMode) else modes_of(event)[0],
        job_title=text("job_title"),
        profession=profession if isinstance(profession, Profession) else None,
        phone=text("phone"),
        food=text("food"),
        access=text("access"),
        items=items if isinstance(items, tuple) else (),
        head_count=people if isinstance(people, int) else None,
        answers=tuple(
            (int(key.removeprefix("q")), given.value, given.options)
            for key, given in sorted(values.items())
            if isinstance(given, Given)
        ),
        language=text(LANGUAGE) or language,
    )


def _as_it_is(text: str) -> object:
    return text


def _name(text: str) -> object:
    if carries_link(text):
        raise Unreadable(ProblemKind.LINK)
    family, comma, first = text.partition(",")
    # Our own exports, and many lists, put the family name first: "Ahlström, Åsa".
    return f"{first.strip()} {family.strip()}" if comma and first.strip() and "," not in first else text


def _email(text: str) -> object:
    try:
        return checked_email(text)
    except ValidationError:
        raise Unreadable(ProblemKind.BAD_ADDRESS) from None


def _phone(text: str) -> object:
    if not is_phone(text):
        raise Unreadable(ProblemKind.BAD_PHONE)
    return text


def _food(text: str) -> object:
    key = heading_key(text)
    if key in _ANY_FOOD:
        return None
    return _choices(FoodChoice).get(key) or _FOOD_WORDS.get(key) or text


def _language(text: str) -> object:
    found = _LANGUAGE_WORDS.get(heading_key(text))
    if found is None:
        raise Unreadable(ProblemKind.UNKNOWN)
    return found


def _one_of(members: type[StrEnum], words: Mapping[str, StrEnum]) -> Callable[[str], object]:
    def read(text: str) -> object:
        key = heading_key(text)
        found = _choices(members).get(key) or words.get(key)
        if found is None:
            raise Unreadable(ProblemKind.UNKNOWN)
        return found

    return read


@cache
def _choices(members: type[StrEnum]) -> dict[str, StrEnum]:
    """The members of an enum by their values and by their labels in both languages."""
    found: dict[str, StrEnum] = {}
    for language in LANGUAGES:
        with in_language(language):
            found |= {heading_key(member.label): member for member in members}  # type: ignore[attr-defined]
    return found | {heading_key(member.value): member for member in members}


def _spellings(label: str) -> Iterable[str]:
    for language in LANGUAGES:
        with in_language(language):
            yield heading_key(str(label))


_ANY_FOOD = {"", "allt", "inget", "inga", "nej", "vadsomhelst", "any", "anything", "no", "none"}
_FOOD_WORDS = {"vegetarisk": FoodChoice.VEGETARIAN, "vegansk": FoodChoice.VEGAN}
_LANGUAGE_WORDS = {
    **dict.fromkeys(("sv", "svenska", "swedish", "svsv"), "sv"),
    **dict.fromkeys(("en", "eng", "engelska", "english", "engb", "enus"), "en"),
}
_MODE_WORDS: dict[str, StrEnum] = {
    **dict.fromkeys(
        ("plats", "fysisk", "fysiskt", "ilokalen", "inperson", "onsite", "physical"), AttendanceMode.ONSITE
    ),
    **dict.fromkeys(
        ("digital", "distans", "p{distans", "online", "webb", "webben", "vial|nk", "zoom", "teams", "remote"),
        AttendanceMode.ONLINE,
    ),
}
_PROFESSION_WORDS: dict[str, StrEnum] = {
    **dict.fromkeys(
        ("h|lsoochsjukv{rd", "sjukv{rd", "v{rd", "tandv{rd", "healthcare"), Profession.HEALTH_CARE
    ),
    **dict.fromkeys(("skola", "f}rskola", "school", "preschool"), Profession.SCHOOL),
    **dict.fromkeys(("polis", "domstol", "kriminalv{rd", "justice"), Profession.JUSTICE),
    **dict.fromkeys(
        ("civilsamh|lle", "civilsamh|llet", "f}rening", "civilsociety"), Profession.CIVIL_SOCIETY
    ),
    **dict.fromkeys(("student", "students"), Profession.STUDENTS),
    **dict.fromkeys(("annat", "annan", "}vrigt", "other"), Profession.OTHER),
}
_COLUMNS = (
    ImportColumn(
        NAME,
        _l("Namn"),
        (
            "Deltagare",
            "Deltagarens namn",
            "Fullständigt namn",
            "För- och efternamn",
            "Full name",
            "Participant",
            "Attendee",
        ),
        _name,
        is_needed=True,
    ),
    ImportColumn(FIRST_NAME, _l("Förnamn"), ("Tilltalsnamn", "Given name", "Forename"), _name, most=100),
    ImportColumn(LAST_NAME, _l("Efternamn"), ("Surname", "Family name"), _name, most=99),
    ImportColumn(
        EMAIL,
        _l("E-postadress"),
        (
            "E-post",
            "Epost",
            "Mejl",
            "Mejladress",
            "Mail",
            "Mailadress",
            "E-mail",
            "Email",
            "E-mail address",
            "Adress e-post",
        ),
        _email,
        most=320,
    ),
    ImportColumn(
        ORGANISATION,
        _l("Arbetsplats"),
        (
            *(
                "Organisation",
                "Var arbetar du",
                "Var arbetar personen",
                "Arbetsgivare",
                "Myndighet",
                "Företag",
                "Förening",
            ),
            *("Kommun/organisation", "Organization", "Company", "Employer", "Workplace", "Affiliation"),
        ),
        _as_it_is,
        is_needed=True,
    ),
    ImportColumn(
        "job_title",
        _l("Befattning"),
        ("Titel", "Roll", "Yrke", "Yrkestitel", "Job title", "Title", "Position", "Role"),
        _as_it_is,
    ),
    ImportColumn(
        "profession",
        _l("Yrkesgrupp"),
        ("Yrkeskategori", "Målgrupp", "Verksamhet", "Profession", "Professional group", "Occupational group"),
        _one_of(Profession, _PROFESSION_WORDS),
    ),
    ImportColumn(
        "phone",
        _l("Telefon"),
        (
            "Telefonnummer",
            "Tel",
            "Mobil",
            "Mobiltelefon",
            "Mobilnummer",
            "Phone",
            "Phone number",
            "Telephone",
            "Mobile",
        ),
        _phone,
        most=40,
    ),
    ImportColumn(
        MODE,
        _l("Deltar"),
        (
            "Hur deltar du",
            "Deltagande",
            "Deltagarform",
            "Deltar på plats eller digitalt",
            "Plats eller digitalt",
            "Mode",
            "Attendance",
            "Attends",
        ),
        _one_of(AttendanceMode, _MODE_WORDS),
        is_needed=True,
    ),
    ImportColumn(
        LANGUAGE, _l("Språk i breven"), ("Språk", "Brevspråk", "Language", "Letters in"), _language, most=20
    ),
    ImportColumn(
        "food",
        _l("Mat"),
        (
            "Specialkost",
            "Kost",
            "Matpreferens",
            "Allergier",
            "Vilken mat behöver du",
            "Food",
            "Diet",
            "Dietary requirements",
            "Allergies",
        ),
        _food,
        most=300,
        is_sensitive=True,
    ),
    ImportColumn(
        "access",
        _l("Behov för att kunna delta"),
        ("Behov", "Tillgänglighet", "Anpassning", "Access needs", "Accessibility", "Special needs"),
        _as_it_is,
        most=1000,
        several_lines=True,
        is_sensitive=True,
    ),
)
