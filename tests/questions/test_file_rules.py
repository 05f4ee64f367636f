"""Which files a question takes, and what is said of the others."""

import unicodedata

import pytest
from flask import Flask

from eventsapp.core.errors import DomainError
from eventsapp.questions.file_rules import LONGEST_NAME, FileRule, clean_name, groups_in, groups_text, judge
from eventsapp.questions.models import FileGroup
from eventsapp.rendering.file_types import FileType
from tests.factories.files import make_file

PDF = FileRule((FileGroup.PDF,), 1)
WORDS_AND_PICTURES = FileRule((FileGroup.DOCUMENT, FileGroup.PICTURE), 5)


@pytest.fixture(autouse=True)
def _in_a_request(app: Flask) -> None:
    """The sentences are in the page's language."""


def refusal(name: str, content: bytes, rule: FileRule = PDF) -> str:
    with pytest.raises(DomainError) as error:
        judge(name, content, rule)
    return error.value.message


def test_what_it_says_of_itself() -> None:
    assert PDF.hint == "PDF, högst 1 MB."
    assert WORDS_AND_PICTURES.hint == "Dokument (DOCX, ODT) eller bild (JPEG, PNG), högst 5 MB."
    assert WORDS_AND_PICTURES.accept == ".docx,.odt,.jpg,.jpeg,.png"


def test_what_it_takes() -> None:
    assert judge("Abstract.PDF", make_file(), PDF) is FileType.PDF
    assert judge("karta.jpg", make_file(FileType.JPEG), WORDS_AND_PICTURES) is FileType.JPEG
    assert judge("karta.jpeg", make_file(FileType.JPEG), WORDS_AND_PICTURES) is FileType.JPEG


def test_what_it_refuses() -> None:
    assert refusal("a.pdf", b"") == "Filen är tom. Välj en annan fil."
    assert refusal("a.pdf", make_file() + bytes(1024 * 1024)) == "Filen är för stor. Den får vara högst 1 MB."
    assert refusal("a.docx", make_file(FileType.DOCX)) == "Den sortens fil går inte att skicka. Välj PDF."
    disguised = "Filen är inte det som namnet säger, eller är skadad. Öppna den, spara den på nytt som PDF och välj den igen."
    assert refusal("a.pdf", b"MZ a program") == disguised
    assert refusal("a.pdf", make_file(FileType.PNG)) == disguised
    assert "inte det som namnet säger" in refusal("a.png", make_file(FileType.JPEG), WORDS_AND_PICTURES)
    assert "Den sortens fil" in refusal("a.pdf.exe", b"MZ")


def test_a_name_is_kept_as_it_is_called() -> None:
    assert clean_name(unicodedata.normalize("NFD", "Självskattning å.pdf")) == "Självskattning å.pdf"
    assert clean_name("a\u202efdp.exe") == "afdp.exe"
    long = clean_name("å" * 300 + ".pdf")
    assert len(long) == LONGEST_NAME
    assert long.endswith("å.pdf")
    assert len(clean_name("a." + "x" * 300)) <= LONGEST_NAME


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "C:\\fakepath\\a.pdf",
        "a\x00.pdf",
        "a\n.pdf",
        "a\x9b.pdf",
        "",
        ".pdf",
        "...",
        "underlag",
        "a.",
    ],
)
def test_a_name_that_is_none(name: str) -> None:
    with pytest.raises(DomainError):
        clean_name(name)


def test_groups_are_written_in_their_order() -> None:
    assert groups_text(["picture", "pdf", "nonsense"]) == "pdf,picture"
    assert groups_in("picture,pdf") == (FileGroup.PDF, FileGroup.PICTURE)
    assert groups_in("") == tuple(FileGroup)
