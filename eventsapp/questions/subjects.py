"""Whose questions are built. Rooms above say here what an activity, and later a survey, has to say about its questions."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from flask import Flask, current_app
from flask_babel import gettext
from flask_login import current_user

from eventsapp.core.errors import NotAllowed, NotFound
from eventsapp.core.permissions import Permission

BANK = "bank"
EVENT = "event"
_EXTENSION = "question_subjects"


@dataclass(frozen=True, kw_only=True)
class OpenSubject:
    """One subject, as the builder's pages and verbs need it for the one who asks."""

    kind: str
    id: int
    title: str
    may_edit: bool
    layout: str
    """The template that the builder's pages stand in."""
    words: Mapping[str, object] = field(default_factory=dict)
    """What that template needs."""
    event_id: int | None = None
    """The activity in whose history the changes stand."""
    always_asked: tuple[str, ...] = ()
    """What every form asks, in words."""
    switches: tuple[tuple[str, bool], ...] = ()
    """What the subject itself can turn on and off elsewhere: what it is called, and whether it is on."""
    switches_page: str = ""
    """The endpoint where they are."""
    has_stages: bool = False
    """Whether some questions are asked in the form itself, and others once the place is secured."""
    modes: tuple[tuple[str, str], ...] = ()
    """The ways of taking part that conditions may name: value and label; empty where there is one only."""
    items: tuple[tuple[int, str], ...] = ()
    """The programme items that conditions may name: id and title."""

    @property
    def address(self) -> dict[str, Any]:
        """What the addresses of its pages are made of."""
        return {"subject_kind": self.kind, "subject_id": self.id}


@dataclass(frozen=True)
class Other:
    """A subject whose questions can be copied: its id, and what it is called."""

    id: int
    title: str
    note: str = ""


class Subject(Protocol):
    """A kind of subject."""

    def open(self, subject_id: int, *, to_change: bool = False) -> OpenSubject:
        """One subject, locked when it is to be changed. Raises NotFound, and NotAllowed for one who may not see it, or
        may not change it."""

    def options_changed(self, subject_id: int, capacities: Mapping[int, int | None]) -> None:
        """Keep the places of options: option id → its number of places, None where it has no limit."""

    def options_taken(self, option_ids: Collection[int]) -> dict[int, int]:
        """How many places of options with a limit are taken."""

    def others(self, subject_id: int, query: str) -> list[Other]:
        """The other subjects of the kind whose questions the current user may copy, those that fit a search."""


class _Bank:
    """The questions of the whole authority: all officers read it, those who look after lists change it."""

    def open(self, subject_id: int, *, to_change: bool = False) -> OpenSubject:
        if subject_id != 0:
            raise NotFound
        may_edit = current_user.may(Permission.EDIT_LISTS)
        if to_change and not may_edit:
            raise NotAllowed(gettext("Frågebanken ändras av dem som administrerar listorna."))
        return OpenSubject(
            kind=BANK,
            id=0,
            title=gettext("Frågebank"),
            may_edit=may_edit,
            layout="layouts/staff.html",
        )

    def options_changed(self, subject_id: int, capacities: Mapping[int, int | None]) -> None:
        """Nobody signs up to the bank."""

    def options_taken(self, option_ids: Collection[int]) -> dict[int, int]:
        return {}

    def others(self, subject_id: int, query: str) -> list[Other]:
        return []


def register_subject(app: Flask, kind: str, subject: Subject) -> None:
    """Let a kind of subject have questions."""
    app.extensions.setdefault(_EXTENSION, {BANK: _Bank()})[kind] = subject


def subject_of(kind: str) -> Subject:
    """A kind of subject; raises NotFound."""
    subjects: dict[str, Subject] = current_app.extensions[_EXTENSION]
    if kind not in subjects:
        raise NotFound
    return subjects[kind]
