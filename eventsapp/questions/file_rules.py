"""Which files a question takes. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from unicodedata import category

from flask_babel import gettext

from eventsapp.core.errors import DomainError
from eventsapp.core.text import clean_line
from eventsapp.questions.models import FileGroup
from eventsapp.rendering.file_types import FileType, type_of

USUAL_MEGABYTES = 5
"""How large a file may be where its question says nothing."""
LONGEST_NAME = 120
_MEGABYTE = 1024 * 1024
TYPES = {
    FileGroup.PDF: (FileType.PDF,),
    FileGroup.DOCUMENT: (FileType.DOCX, FileType.ODT),
    FileGroup.PICTURE: (FileType.JPEG, FileType.PNG),
    FileGroup.SPREADSHEET: (FileType.XLSX, FileType.ODS),
}


@dataclass(frozen=True)
class FileRule:
    """What a question takes."""

    groups: tuple[FileGroup, ...]
    megabytes: int

    @property
    def most_bytes(self) -> int:
        return self.megabytes * _MEGABYTE

    @property
    def types(self) -> tuple[FileType, ...]:
        return tuple(one for group in self.groups for one in TYPES[group])

    @property
    def accept(self) -> str:
        """What the browser offers to choose among."""
        return ",".join(f".{ending}" for one in self.types for ending in one.endings)

    @property
    def words(self) -> str:
        """ "PDF, dokument (DOCX, ODT) eller bild (JPEG, PNG)"."""
        *others, last = (group.words for group in self.groups)
        return f"{', '.join(others)} {gettext('eller')} {last}" if others else last

    @property
    def hint(self) -> str:
        """ "PDF, högst 5 MB."."""
        said = self.words
        return gettext(
            "%(types)s, högst %(size)s MB.", types=said[:1].upper() + said[1:], size=self.megabytes
        )


def clean_name(posted: str) -> str:
    """What the one who sends a file calls it: NFC, on one line, shortened before its ending. Raises DomainError for a name
    that is none, that names a folder, or that has control characters in it."""
    name = clean_line(posted)
    if any(sign in posted for sign in "/\\") or any(category(sign) == "Cc" for sign in posted):
        raise DomainError(
            gettext(
                "Filens namn får inte innehålla snedstreck eller styrtecken. Byt namn på filen och välj den igen."
            )
        )
    stem, dot, ending = name.rpartition(".")
    if not stem.strip(". ") or not ending:
        raise DomainError(gettext("Filen behöver ett namn med ändelse, till exempel underlag.pdf."))
    ending = ending[: LONGEST_NAME // 2]
    return f"{stem[: LONGEST_NAME - len(ending) - 1].strip()}{dot}{ending}"


def judge(name: str, content: bytes, rule: FileRule) -> FileType:
    """What a file is that a question takes. Raises DomainError with a sentence for one that it does not take, that is empty or
    too large, or that is not what its name says."""
    ending = name.rpartition(".")[2].casefold()
    if not content:
        raise DomainError(gettext("Filen är tom. Välj en annan fil."))
    if len(content) > rule.most_bytes:
        raise DomainError(gettext("Filen är för stor. Den får vara högst %(size)s MB.", size=rule.megabytes))
    if not any(ending in one.endings for one in rule.types):
        raise DomainError(gettext("Den sortens fil går inte att skicka. Välj %(types)s.", types=rule.words))
    found = type_of(content)
    if found is None or found not in rule.types or ending not in found.endings:
        raise DomainError(
            gettext(
                "Filen är inte det som namnet säger, eller är skadad. Öppna den, spara den på nytt som %(types)s och "
                "välj den igen.",
                types=rule.words,
            )
        )
    return found


def groups_in(text: str) -> tuple[FileGroup, ...]:
    """The groups that a question's column names, in the order in which they are offered; all where it names none."""
    named = set(text.split(","))
    return tuple(one for one in FileGroup if one in named) or tuple(FileGroup)


def groups_text(groups: Iterable[str]) -> str:
    """What the column says for these groups."""
    chosen = set(groups)
    return ",".join(one.value for one in FileGroup if one in chosen)
