"""A file is what it holds, not what it is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventsapp.rendering.file_types import FileType, type_of
from tests.factories.files import make_archive, make_file

DOCX = FileType.DOCX.media_type


@pytest.mark.parametrize("kind", FileType)
def test_each_type_is_known(kind: FileType) -> None:
    assert type_of(make_file(kind)) is kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00 a program",
        b"<html><script>alert(1)</script>",
        b"GIF89a",
        b" %PDF-1.7 not at the beginning",
        b"PK\x03\x04 cut short",
        b"<script>" + make_file(FileType.DOCX),
        make_file(FileType.DOCX)[:-10],
        make_archive(("a.txt", "any archive")),
        make_archive(("word/document.xml", "no list of contents")),
        make_archive(("[Content_Types].xml", f'"{DOCX}.main+xml"')),
        make_archive(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "")),
        make_archive(("mimetype", "application/epub+zip"), ("content.xml", "")),
        make_archive(("mimetype", FileType.ODT.media_type)),
        make_archive(("content.xml", ""), ("mimetype", FileType.ODT.media_type)),
        make_archive(
            ("[Content_Types].xml", f'"{DOCX}.main+xml"'),
            ("word/document.xml", ""),
            ("word/vbaProject.bin", ""),
        ),
    ],
)
def test_anything_else_is_not(content: bytes) -> None:
    assert type_of(content) is None


@given(content=st.binary(max_size=300))
def test_no_bytes_are_too_much_for_it(content: bytes) -> None:
    for beginning in (b"", b"PK\x03\x04", make_file(FileType.ODS)[:60]):
        assert type_of(beginning + content) in (None, *FileType)
