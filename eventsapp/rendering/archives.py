"""Several files as one ZIP file, made while it is sent, so that memory holds one file at a time."""

from collections.abc import Iterable, Iterator
from io import RawIOBase
from typing import Any
from zipfile import ZIP_STORED, ZipFile


class _Sink(RawIOBase):
    """Takes what is written until somebody fetches it."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, piece: Any) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def fetch(self) -> bytes:
        found = b"".join(self._pieces)
        self._pieces.clear()
        return found


def zip_pieces(members: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The bytes of a ZIP file with these members (name and content), which are not packed: what people send is packed
    already. A name that came before gets a number."""
    sink, taken = _Sink(), set[str]()
    with ZipFile(sink, "w", ZIP_STORED) as archive:
        for name, content in members:
            archive.writestr(_free_name(name, taken), content)
            yield sink.fetch()
    yield sink.fetch()


def _free_name(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    free, number = name, 1
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}){dot}{ending}" if dot else f"{name} ({number})"
    taken.add(free.casefold())
    return free
