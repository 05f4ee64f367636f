"""What can be wrong with a calendar file, as a kind, a line and what it is about; in words when it is shown."""

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext

from eventsapp.core.i18n import lazy_text as _l


class Kind(StrEnum):
    """The first ones leave an event out; the later ones are told of one that is read all the same."""

    UNREADABLE = "unreadable"
    UNENDED = "unended"
    NO_TITLE = "no_title"
    NO_START = "no_start"
    BAD_TIME = "bad_time"
    BAD_ZONE = "bad_zone"
    BAD_RULE = "bad_rule"
    TOO_OFTEN = "too_often"
    END_FIRST = "end_first"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    TOO_MANY_EVENTS = "too_many_events"
    SAME_UID = "same_uid"

    SPRING_GAP = "spring_gap"
    NO_END = "no_end"
    NO_ZONE = "no_zone"
    NO_UID = "no_uid"
    MANY_TIMES = "many_times"
    CUT = "cut"
    LINE_SKIPPED = "line_skipped"
    ONE_CANCELLED = "one_cancelled"
    OTHER_CHARSET = "other_charset"
    PRIVATE = "private"
    TENTATIVE = "tentative"


class Fault(StrEnum):
    """Why a whole file cannot be read."""

    EMPTY = "empty"
    NOT_A_CALENDAR = "not_a_calendar"
    OLD_FORMAT = "old_format"
    OTHER_CALENDAR = "other_calendar"
    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"

    @property
    def words(self) -> str:
        return str(_FAULTS[self.value])


_FAULTS = {
    "empty": _l("Det står ingenting i filen."),
    "not_a_calendar": _l("Det är ingen kalenderfil. En kalenderfil börjar med BEGIN:VCALENDAR."),
    "old_format": _l("Filen har det äldre formatet vCalendar 1.0. Spara den på nytt som iCalendar (.ics)."),
    "other_calendar": _l("Filen har en annan tideräkning än den gregorianska kalendern."),
    "too_large": _l("Filen är för stor. Den får vara högst 5 MB."),
    "too_deep": _l("Filen är trasig: delarna ligger i varandra utan slut."),
}


class UnreadableFile(Exception):
    """Nothing of a file can be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `about` is a short piece of the line, or a time."""

    kind: Kind
    line: int = 0
    about: str = ""

    def to_list(self) -> list[str | int]:
        """As it is stored."""
        return [self.kind.value, self.line, self.about]

    @classmethod
    def from_list(cls, stored: list[str | int]) -> "Problem":
        kind, line, about = stored
        return cls(Kind(str(kind)), int(line), str(about))

    @property
    def words(self) -> str:
        """A sentence, with the line where one is known."""
        sentence = str(_SENTENCES[self.kind]) % {"about": self.about}
        return (
            gettext("Rad %(line)s: %(sentence)s", line=self.line, sentence=sentence)
            if self.line
            else sentence
        )


class UnreadableEvent(Exception):
    """An event cannot be read; the others can."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.kind.value)
        self.problem = problem


_SENTENCES = {
    Kind.UNREADABLE: _l("aktiviteten går inte att läsa."),
    Kind.UNENDED: _l("aktiviteten börjar här men tar aldrig slut. Raden END:VEVENT saknas."),
    Kind.NO_TITLE: _l("aktiviteten har ingen rubrik (SUMMARY)."),
    Kind.NO_START: _l("aktiviteten har ingen starttid (DTSTART)."),
    Kind.BAD_TIME: _l("tiden går inte att läsa: %(about)s"),
    Kind.BAD_ZONE: _l("tidszonen är okänd: %(about)s"),
    Kind.BAD_RULE: _l("upprepningen går inte att läsa: %(about)s"),
    Kind.TOO_OFTEN: _l("aktiviteten upprepas oftare än en gång om dagen: %(about)s"),
    Kind.END_FIRST: _l("aktiviteten slutar innan den börjar."),
    Kind.TOO_LONG: _l("aktiviteten varar i mer än ett år."),
    Kind.TOO_SLOW: _l(
        "filens upprepningar tar för lång tid att räkna ut, så den här och resten lästes inte."
    ),
    Kind.TOO_MANY_EVENTS: _l(
        "filen har fler än 500 kommande aktiviteter, så den här och resten lästes inte."
    ),
    Kind.SAME_UID: _l("aktiviteten har samma beteckning (UID) som en annan i filen, som är med i stället."),
    Kind.SPRING_GAP: _l(
        "klockslaget finns inte, eftersom klockan ställs fram till sommartid. Läst som %(about)s."
    ),
    Kind.NO_END: _l("sluttid saknas. En timme är antagen."),
    Kind.NO_ZONE: _l("tiden saknar tidszon. Läst som svensk tid."),
    Kind.NO_UID: _l("aktiviteten har ingen egen beteckning (UID), så den känns igen på rubrik och starttid."),
    Kind.MANY_TIMES: _l("upprepningen har fler än 100 tillfällen. De första 100 är med."),
    Kind.CUT: _l("texten är lång och är avkortad."),
    Kind.LINE_SKIPPED: _l("raden går inte att läsa och är inte med: %(about)s"),
    Kind.ONE_CANCELLED: _l("ett tillfälle är inställt och är inte med: %(about)s"),
    Kind.OTHER_CHARSET: _l("Filen är inte i UTF-8. Den är läst som Windows-1252, så kontrollera å, ä och ö."),
    Kind.PRIVATE: _l("aktiviteten är märkt som privat."),
    Kind.TENTATIVE: _l("aktiviteten är märkt som preliminär."),
}
