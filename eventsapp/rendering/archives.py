"""Several files as one ZIP file, which is kept on disk when it is large."""

from collections.abc import Iterable
from tempfile import SpooledTemporaryFile
from typing import IO
from zipfile import ZIP_STORED, ZipFile

_KEPT_IN_MEMORY_BYTES = 4 * 1024 * 1024


def write_zip(members: Iterable[tuple[str, bytes]]) -> IO[bytes]:
    """A ZIP file with these members (name and content), taken one at a time, so that memory holds one. They are not packed:
    what people send is packed already. A name that came before gets a number."""
    file = SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY_BYTES)  # noqa: SIM115 - the response closes it
    taken: set[str] = set()
    with ZipFile(file, "w", ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(_free_name(name, taken), content)
    file.seek(0)
    return file


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}"
    taken.add(free.casefold())
    return free
