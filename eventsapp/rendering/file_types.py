"""What a file is, by what it holds: the few types that people send. Nothing in a file is run, and little of it is unfolded."""

from enum import StrEnum
from io import BytesIO
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812 - a class of another library with a small letter

_ZIP = b"PK\x03\x04"
_MOST_PARTS = 20_000
_MOST_LISTED_BYTES = 512 * 1024
"""More than the list of contents of any document has."""


class FileType(StrEnum):
    """A type that can be told from what is in the file."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    JPEG = "jpeg"
    PNG = "png"
    XLSX = "xlsx"
    ODS = "ods"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self.value]

    @property
    def endings(self) -> tuple[str, ...]:
        """How the name of such a file may end, small letters and no dot."""
        return ("jpg", "jpeg") if self is FileType.JPEG else (self.value,)


_MEDIA_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "odt": "application/vnd.oasis.opendocument.text",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}
_BEGINNINGS = {
    b"%PDF-": FileType.PDF,  # ISO 32000-1, 7.5.2
    b"\xff\xd8\xff": FileType.JPEG,  # ISO 10918-1, annex B
    b"\x89PNG\r\n\x1a\n": FileType.PNG,  # RFC 2083, section 3.1
}
_OFFICE = {
    FileType.DOCX: ("word/document.xml", f'"{FileType.DOCX.media_type}.main+xml"'.encode()),
    FileType.XLSX: ("xl/workbook.xml", f'"{FileType.XLSX.media_type}.main+xml"'.encode()),
}
"""The main part of an Office Open XML file, and what its list of contents calls that (ECMA-376, part 1, section 15)."""
_OPEN_DOCUMENTS = {one.media_type.encode(): one for one in (FileType.ODT, FileType.ODS)}


def type_of(content: bytes) -> FileType | None:
    """What a file is, whatever its name says; None for what is none of the types, is damaged, or carries macros."""
    for beginning, found in _BEGINNINGS.items():
        if content.startswith(beginning):
            return found
    if not content.startswith(_ZIP):
        return None
    try:
        with ZipFile(BytesIO(content)) as archive:
            return _type_of_archive(archive)
    # What zipfile raises for files that were made to harm it is of these kinds.
    except (
        BadZipFile,
        ZlibError,
        EOFError,
        OSError,
        ValueError,
        KeyError,
        NotImplementedError,
        RuntimeError,
    ):
        return None


def _type_of_archive(archive: ZipFile) -> FileType | None:
    names = [part.filename for part in archive.infolist()]
    if not names or len(names) > _MOST_PARTS or len(set(names)) < len(names):
        return None
    if names[0] == "mimetype":
        # OpenDocument 1.3, part 2, section 3.3: the first part, as it is.
        found = _OPEN_DOCUMENTS.get(_beginning(archive, "mimetype").strip())
        return found if "content.xml" in names else None
    if any(name.casefold().endswith("vbaproject.bin") for name in names):
        return None
    contents = _beginning(archive, "[Content_Types].xml")
    for found, (main_part, called) in _OFFICE.items():
        if main_part in names and called in contents:
            return found
    return None


def _beginning(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(_MOST_LISTED_BYTES)
