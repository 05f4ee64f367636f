"""Pages of a long list."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

PAGE_SIZE = 50
T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of a list: its rows, which page it is (from 1), and how many rows there are in all."""

    rows: list[T]
    number: int
    size: int
    total: int

    @property
    def last_number(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)


def requested_page(name: str = "sida") -> int:
    """The page number in the address; anything that is not a sensible number is the first page."""
    value = request.args.get(name, "1")
    return min(max(int(value), 1), 100_000) if value.isdecimal() and len(value) < 7 else 1
