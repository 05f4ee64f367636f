"""The list of members: what can be asked of it, and the answer in a bounded number of statements."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from eventsapp.core.db import db
from eventsapp.core.text import like_pattern, search_words
from eventsapp.networks.models import NetworkMember
from eventsapp.organisations.models import Municipality
from eventsapp.web.paging import PAGE_SIZE, Page

_AFTER_ALL_OTHERS = "~"


class MemberSort(StrEnum):
    """What the list is ordered by, as in the address; a minus sign before it turns it round."""

    NAME = "namn"
    MUNICIPALITY = "kommun"
    ADDED = "tillagd"


@dataclass(frozen=True)
class MemberView:
    """A view of the list that an address describes wholly."""

    query: str = ""
    municipality: str = ""
    sort: MemberSort = MemberSort.NAME
    descending: bool = False

    @classmethod
    def from_args(cls, args: "MultiDict[str, str]") -> "MemberView":
        """Read a view from the address; what is unknown there is as if it were not."""
        order = args.get("sortera", "")
        code = args.get("kommun", "")
        known = order.removeprefix("-") in set(MemberSort)
        return cls(
            query=args.get("q", "")[:200],
            municipality=code if len(code) == 4 and code.isascii() and code.isdecimal() else "",
            sort=MemberSort(order.removeprefix("-")) if known else MemberSort.NAME,
            descending=known and order.startswith("-"),
        )

    @property
    def sort_text(self) -> str:
        return ("-" if self.descending else "") + self.sort.value

    @property
    def is_selection(self) -> bool:
        """Whether anybody is left out of the list."""
        return bool(self.query or self.municipality)


def member_page(network_id: int, view: MemberView, wanted_number: int) -> Page[NetworkMember]:
    """One page of the members, with their municipalities loaded; two statements."""
    conditions: list[ColumnElement[bool]] = [NetworkMember.network_id == network_id]
    conditions += [
        NetworkMember.search_text.like(like_pattern(word), escape="\\") for word in search_words(view.query)
    ]
    if view.municipality:
        conditions.append(NetworkMember.municipality_code == view.municipality)
    total = db.session.scalar(select(func.count()).select_from(NetworkMember).where(*conditions)) or 0
    number = min(wanted_number, max(1, -(-total // PAGE_SIZE)))
    rows = db.session.scalars(
        select(NetworkMember)
        .outerjoin(NetworkMember.municipality)
        .where(*conditions)
        .options(joinedload(NetworkMember.municipality))
        .order_by(*_order(view))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(list(rows), number, PAGE_SIZE, total)


def _order(view: MemberView) -> list[ColumnElement[Any]]:
    columns: dict[MemberSort, ColumnElement[Any]] = {
        MemberSort.NAME: NetworkMember.sort_key.expression,
        MemberSort.MUNICIPALITY: func.coalesce(Municipality.sort_key, _AFTER_ALL_OTHERS),
        MemberSort.ADDED: NetworkMember.added_at.expression,
    }
    first = columns[view.sort]
    return [
        first.desc() if view.descending else first,
        NetworkMember.sort_key.expression,
        NetworkMember.id.expression,
    ]
