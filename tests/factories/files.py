"""Small files of each type that people send, and some that are not what they claim."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from eventsapp.rendering.file_types import FileType

_OFFICE_MAIN = {
    FileType.DOCX: ("word/document.xml", "<w:document/>"),
    FileType.XLSX: ("xl/workbook.xml", "<workbook/>"),
}


def make_file(kind: FileType = FileType.PDF, words: str = "") -> bytes:
    """A file of a type, with some words in it that can be looked for."""
    match kind:
        case FileType.PDF:
            return b"%PDF-1.7\n% " + words.encode() + b"\n%%EOF\n"
        case FileType.PNG:
            return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + words.encode()
        case FileType.JPEG:
            return b"\xff\xd8\xff\xe0\x00\x10JFIF" + words.encode()
        case FileType.DOCX | FileType.XLSX:
            part, content = _OFFICE_MAIN[kind]
            listed = f'<Types><Override PartName="/{part}" ContentType="{kind.media_type}.main+xml"/></Types>'
            return make_archive(("[Content_Types].xml", listed), (part, content + words))
        case FileType.ODT | FileType.ODS:
            return make_archive(("mimetype", kind.media_type), ("content.xml", f"<office/>{words}"))


def make_archive(*parts: tuple[str, str]) -> bytes:
    """A ZIP file with these parts; the first is not packed."""
    file = BytesIO()
    with ZipFile(file, "w") as archive:
        for number, (name, content) in enumerate(parts):
            archive.writestr(name, content, ZIP_DEFLATED if number else ZIP_STORED)
    return file.getvalue()
