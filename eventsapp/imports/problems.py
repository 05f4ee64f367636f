"""What can be wrong with a row, as a kind and what it is about; in words when it is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from eventsapp.core.i18n import lazy_text as _l


class ProblemKind(StrEnum):
    MISSING = "missing"
    BAD_ADDRESS = "bad_address"
    REPEATED = "repeated"
    UNKNOWN = "unknown"
    TOO_LONG = "too_long"
    CONTROL = "control"
    LINK = "link"
    BAD_PHONE = "bad_phone"
    REGISTERED = "registered"
    BAD_COUNT = "bad_count"
    ALONE_ON_SITE = "alone_on_site"
    SAME_TITLE = "same_title"
    SAME_TIME = "same_time"
    OVERLAP = "overlap"
    FULL = "full"
    ITEM_FULL = "item_full"
    CHANGED = "changed"


class Unreadable(Exception):
    """A cell cannot be read as what its column holds."""

    def __init__(self, kind: ProblemKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong. `about` is the key of a column, or the number of another row."""

    kind: ProblemKind
    about: str = ""

    def to_pair(self) -> list[str]:
        """As it is stored; never a value from the row."""
        return [self.kind.value, self.about]

    @classmethod
    def from_pair(cls, pair: list[str]) -> "Problem":
        return cls(ProblemKind(pair[0]), pair[1])

    def in_words(self, labels: Mapping[str, str]) -> str:
        """A sentence; `labels` says what the columns are called."""
        return str(_SENTENCES[self.kind]) % {"about": labels.get(self.about, self.about)}


_SENTENCES = {
    ProblemKind.MISSING: _l("Uppgift saknas: %(about)s."),
    ProblemKind.BAD_ADDRESS: _l("Det är ingen e-postadress."),
    ProblemKind.REPEATED: _l("Adressen står redan på rad %(about)s."),
    ProblemKind.UNKNOWN: _l("Okänt värde: %(about)s."),
    ProblemKind.TOO_LONG: _l("För lång text: %(about)s."),
    ProblemKind.CONTROL: _l("Tecken som inte går att läsa: %(about)s."),
    ProblemKind.LINK: _l("Länk eller adress där det ska stå ett namn: %(about)s."),
    ProblemKind.BAD_PHONE: _l("Det är inget telefonnummer."),
    ProblemKind.REGISTERED: _l("Adressen är redan anmäld."),
    ProblemKind.BAD_COUNT: _l("Inget antal som aktiviteten tillåter: %(about)s."),
    ProblemKind.ALONE_ON_SITE: _l("På plats gäller en anmälan en person: %(about)s."),
    ProblemKind.SAME_TITLE: _l("Flera punkter har samma namn. Skriv klockslaget före: %(about)s."),
    ProblemKind.SAME_TIME: _l("Flera val på samma tid: %(about)s."),
    ProblemKind.OVERLAP: _l("Val som överlappar varandra: %(about)s."),
    ProblemKind.FULL: _l("Det finns inga platser kvar."),
    ProblemKind.ITEM_FULL: _l("En vald programpunkt är full."),
    ProblemKind.CHANGED: _l("Anmälan har ändrats efter importen."),
}
