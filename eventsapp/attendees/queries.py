"""The attendee list: what can be asked of it, and the answer in a bounded number of statements."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from werkzeug.datastructures import MultiDict

from eventsapp.core.db import db
from eventsapp.core.text import like_pattern, search_words
from eventsapp.core.tokens import digest
from eventsapp.events.models import Event
from eventsapp.organisations.models import Municipality
from eventsapp.outbox.models import Letter
from eventsapp.outbox.queries import UNDELIVERED, letters_about
from eventsapp.questions.kinds import Given
from eventsapp.questions.models import Answer, AnswerOption
from eventsapp.questions.queries import answers_of, given_in
from eventsapp.registrations.companions import names_of
from eventsapp.registrations.models import (
    AttendanceMode,
    PersonalLink,
    Profession,
    Registration,
    RegistrationStatus,
)
from eventsapp.registrations.sensitive import QUESTIONS_SUBJECT
from eventsapp.registrations.wishes import programme_in_words
from eventsapp.web.paging import PAGE_SIZE, Page

TICKET_LENGTH = 20
_ANSWER = re.compile(r"[0-9]{1,9}:([0-9]{1,9}|yes|no)")
Member = TypeVar("Member", bound=StrEnum)


class AttendeeSort(StrEnum):
    """What the list is ordered by, as in the address; a minus sign before it turns it round."""

    NAME = "namn"
    ORGANISATION = "organisation"
    REGISTERED = "anmald"
    STATUS = "status"


class AttendeeColumn(StrEnum):
    """A column of the list and its exports. Food and access needs are no columns, on purpose."""

    NAME = "namn"
    EMAIL = "epost"
    PHONE = "telefon"
    ORGANISATION = "organisation"
    MUNICIPALITY = "kommun"
    JOB_TITLE = "befattning"
    PROFESSION = "yrkesgrupp"
    MODE = "deltar"
    HEAD_COUNT = "antal"
    COMPANIONS = "vid-skarmen"
    STATUS = "status"
    REGISTERED = "anmald"
    PROGRAMME = "program"

    @property
    def label(self) -> str:
        return {
            "namn": gettext("Namn"),
            "epost": gettext("E-post"),
            "telefon": gettext("Telefon"),
            "organisation": gettext("Organisation"),
            "kommun": gettext("Kommun"),
            "befattning": gettext("Befattning"),
            "yrkesgrupp": gettext("Yrkesgrupp"),
            "deltar": gettext("Deltar"),
            "antal": gettext("Antal personer"),
            "vid-skarmen": gettext("Fler vid skärmen"),
            "status": gettext("Status"),
            "anmald": gettext("Anmäld"),
            "program": gettext("Val i programmet"),
        }[self.value]


SCREEN_COLUMNS = (AttendeeColumn.HEAD_COUNT, AttendeeColumn.COMPANIONS)
"""Columns that are offered only where several may share a screen."""
DEFAULT_COLUMNS = (
    AttendeeColumn.NAME,
    AttendeeColumn.EMAIL,
    AttendeeColumn.ORGANISATION,
    AttendeeColumn.JOB_TITLE,
    AttendeeColumn.MODE,
    AttendeeColumn.STATUS,
    AttendeeColumn.REGISTERED,
)


@dataclass(frozen=True)
class AttendeeView:
    """A view of the list that an address describes wholly: selection, order and columns."""

    query: str = ""
    status: RegistrationStatus | None = None
    municipality: str = ""
    mode: AttendanceMode | None = None
    profession: Profession | None = None
    only_letter_trouble: bool = False
    still_comes: bool | None = None
    """Only those who were asked whether they come, and have said yes or not answered."""
    sort: AttendeeSort = AttendeeSort.NAME
    descending: bool = False
    columns: tuple[AttendeeColumn, ...] = DEFAULT_COLUMNS
    questions: tuple[int, ...] = ()
    """The activity's own questions whose answers are columns, by their ids."""
    answer: str = ""
    """Only those who answered so: "12:yes", or "12:5" with the id of an alternative."""

    @classmethod
    def from_args(cls, args: "MultiDict[str, str]") -> "AttendeeView":
        """Read a view from the address; what is unknown there is as if it were not."""
        order = args.get("sortera", "")
        chosen = tuple(column for column in AttendeeColumn if column.value in args.getlist("kolumn"))
        return cls(
            query=args.get("q", "")[:200],
            status=_member(RegistrationStatus, args.get("status", "")),
            municipality=args.get("kommun", "") if args.get("kommun", "").isdecimal() else "",
            mode=_member(AttendanceMode, args.get("deltar", "")),
            profession=_member(Profession, args.get("yrkesgrupp", "")),
            only_letter_trouble=args.get("brev") == "fel",
            still_comes={"ja": True, "vantar": False}.get(args.get("kommer", "")),
            sort=_member(AttendeeSort, order.removeprefix("-")) or AttendeeSort.NAME,
            descending=order.startswith("-"),
            columns=(AttendeeColumn.NAME, *(c for c in chosen if c is not AttendeeColumn.NAME))
            if chosen
            else cls.columns,
            questions=tuple(dict.fromkeys(int(one) for one in args.getlist("fraga") if one.isdecimal())),
            answer=args.get("svar", "") if _ANSWER.fullmatch(args.get("svar", "")) else "",
        )

    def to_query(self) -> dict[str, Any]:
        """The address of this view: only what differs from the plain list."""
        parts = {
            "q": self.query,
            "status": self.status.value if self.status else "",
            "kommun": self.municipality,
            "deltar": self.mode.value if self.mode else "",
            "yrkesgrupp": self.profession.value if self.profession else "",
            "brev": "fel" if self.only_letter_trouble else "",
            "kommer": self.still_comes_text,
            "sortera": "" if self.sort_text == AttendeeSort.NAME else self.sort_text,
            "kolumn": [] if self.columns == DEFAULT_COLUMNS else [column.value for column in self.columns],
            "fraga": list(self.questions),
            "svar": self.answer,
        }
        return {name: value for name, value in parts.items() if value}

    @property
    def sort_text(self) -> str:
        return ("-" if self.descending else "") + self.sort.value

    @property
    def still_comes_text(self) -> str:
        return {True: "ja", False: "vantar", None: ""}[self.still_comes]

    @property
    def is_selection(self) -> bool:
        """Whether anything is left out of the list."""
        return any(
            (
                self.query,
                self.status,
                self.municipality,
                self.mode,
                self.profession,
                self.only_letter_trouble,
                self.answer,
                self.still_comes_text,
            )
        )


def _member(members: type[Member], value: str) -> Member | None:
    return members(value) if value in set(members) else None


@dataclass(frozen=True)
class AttendeeFigures:
    """The numbers above the list."""

    everyone: int
    confirmed: int
    waiting: int
    offered: int
    applied: int
    cancelled: int
    onsite: int
    online: int
    municipalities: int
    """How many municipalities of the home county have somebody registered."""
    home_municipalities: int
    asked_again: int
    """How many of those who have a place have been asked whether they still come."""
    still_come: int
    people: int
    """How many come: as many as are confirmed, and those with whom they share a screen."""


@dataclass(frozen=True)
class AttendeePage(Page["AttendeeRow"]):
    """One page of the list; `people` are those of the whole selection with all at their screens."""

    people: int


@dataclass(frozen=True)
class AttendeeRow:
    """One person in the list."""

    registration: Registration
    municipality: str
    answers: Mapping[int, Given] = field(default_factory=dict)
    """What was answered to the questions that are columns: question id → answer."""
    companions: tuple[str, ...] = ()
    """The others at the screen, where that is a column."""
    programme: str = ""
    """What was chosen or ranked in the programme, where that is a column."""
    letter_lost: bool = False
    """Whether the newest letter to the person failed or bounced; exports do not ask."""


def _latest_letter_trouble() -> Select[int]:
    """The ids of registrations whose newest letter failed or bounced."""
    newest = (
        select(func.max(Letter.id).label("id"))
        .where(Letter.subject_kind == "registration")
        .group_by(Letter.subject_id)
        .subquery()
    )
    return select(Letter.subject_id).where(Letter.id.in_(select(newest.c.id)), Letter.state.in_(UNDELIVERED))


def _conditions(event_id: int, view: AttendeeView) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [Registration.event_id == event_id]
    if view.query:
        words = and_(
            *(
                Registration.search_text.like(like_pattern(word), escape="\\")
                for word in search_words(view.query)
            )
        )
        ticket = view.query.strip().upper().replace("-", "").replace(" ", "")
        if len(ticket) == TICKET_LENGTH:
            # A hand-held scanner types the ticket's code into the search box.
            owner = select(PersonalLink.registration_id).where(
                PersonalLink.ticket_digest == digest(ticket), PersonalLink.revoked_at.is_(None)
            )
            conditions.append(or_(words, Registration.id.in_(owner)))
        else:
            conditions.append(words)
    if view.status:
        conditions.append(Registration.status == view.status)
    if view.municipality:
        conditions.append(Registration.municipality_code == view.municipality)
    if view.mode:
        conditions.append(Registration.mode == view.mode)
    if view.profession:
        conditions.append(Registration.profession == view.profession)
    if view.answer:
        conditions.append(Registration.id.in_(_who_answered(view.answer)))
    if view.still_comes is not None:
        answered = Registration.still_comes_at
        conditions += [
            Registration.status == RegistrationStatus.CONFIRMED,
            Registration.asked_again_at.is_not(None),
            answered.is_not(None) if view.still_comes else answered.is_(None),
        ]
    if view.only_letter_trouble:
        conditions.append(Registration.id.in_(_latest_letter_trouble()))
    return conditions


def _who_answered(answer: str) -> Select[int]:
    """The ids of registrations with an answer, which nobody can ask of what only few may see."""
    question, value = answer.split(":")
    found = select(Answer.subject_id).where(
        Answer.subject_kind == QUESTIONS_SUBJECT,
        Answer.question_id == int(question),
        Answer.is_sealed.is_(False),
    )
    if value.isdecimal():
        return found.join(AnswerOption, AnswerOption.answer_id == Answer.id).where(
            AnswerOption.option_id == int(value)
        )
    return found.where(Answer.value == value)


def _order(view: AttendeeView) -> list[ColumnElement[Any]]:
    columns: dict[AttendeeSort, ColumnElement[Any]] = {
        AttendeeSort.NAME: Registration.sort_key.expression,
        AttendeeSort.ORGANISATION: Registration.organisation_sort_key.expression,
        AttendeeSort.REGISTERED: Registration.registered_at.expression,
        AttendeeSort.STATUS: Registration.status.expression,
    }
    first = columns[view.sort]
    ordered = first.desc() if view.descending else first
    return [ordered, Registration.sort_key.expression, Registration.id.expression]


def attendee_page(event_id: int, view: AttendeeView, page_number: int) -> AttendeePage:
    """One page of the list, in three statements however long the list is, and one more for each of answers and names."""
    conditions = _conditions(event_id, view)
    total, people = db.session.execute(
        select(func.count(), func.coalesce(func.sum(Registration.head_count), 0)).where(*conditions)
    ).one()
    last = max(1, -(-total // PAGE_SIZE))
    number = min(page_number, last)
    found = db.session.execute(
        select(Registration, Municipality.name)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(*conditions)
        .order_by(*_order(view))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    ).all()
    letters = (
        letters_about("registration", [registration.id for registration, _name in found]) if found else {}
    )
    ids = [registration.id for registration, _name in found]
    answers, companions = _answers_in_columns(view, ids), _companions_in_column(view, ids)
    programme = _programme_in_columns(event_id, view, ids)
    rows = [
        AttendeeRow(
            registration,
            name or "",
            answers.get(registration.id, {}),
            companions.get(registration.id, ()),
            programme.get(registration.id, ""),
            letter_lost=registration.id in letters and letters[registration.id].did_not_arrive,
        )
        for registration, name in found
    ]
    return AttendeePage(rows, number, PAGE_SIZE, total, people)


def attendee_rows(event_id: int, view: AttendeeView) -> Iterator[AttendeeRow]:
    """Every row of a view, read in portions so that memory stays constant; for exports."""
    found = db.session.execute(
        select(Registration, Municipality.name)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(*_conditions(event_id, view))
        .order_by(*_order(view))
        .execution_options(yield_per=500)
    )
    for portion in found.partitions():
        ids = [registration.id for registration, _name in portion]
        answers, companions = _answers_in_columns(view, ids), _companions_in_column(view, ids)
        programme = _programme_in_columns(event_id, view, ids)
        for registration, name in portion:
            yield AttendeeRow(
                registration,
                name or "",
                answers.get(registration.id, {}),
                companions.get(registration.id, ()),
                programme.get(registration.id, ""),
            )


def _companions_in_column(view: AttendeeView, registration_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """Whom these people have named at their screens; asks nothing where that is no column."""
    if AttendeeColumn.COMPANIONS not in view.columns or not registration_ids:
        return {}
    return names_of(registration_ids)


def _answers_in_columns(view: AttendeeView, registration_ids: list[int]) -> dict[int, dict[int, Given]]:
    """What these people answered to the questions that are columns; asks nothing where there are none."""
    if not view.questions or not registration_ids:
        return {}
    return {
        registration_id: {
            question_id: given_in(answer)
            for question_id, answer in found.items()
            if question_id in view.questions and not answer.is_sealed
        }
        for registration_id, found in answers_of(QUESTIONS_SUBJECT, registration_ids).items()
    }


def _programme_in_columns(event_id: int, view: AttendeeView, registration_ids: list[int]) -> dict[int, str]:
    """What these people have chosen or ranked in the programme; asks nothing where it is no column."""
    event = db.session.get(Event, event_id) if AttendeeColumn.PROGRAMME in view.columns else None
    return programme_in_words(event, registration_ids) if event and registration_ids else {}


def attendee_figures(event_id: int, home_county: str) -> AttendeeFigures:
    """The numbers above the list, in one statement."""
    confirmed = Registration.status == RegistrationStatus.CONFIRMED
    home = select(func.count()).select_from(Municipality).where(Municipality.county_code == home_county)
    row = db.session.execute(
        select(
            func.count(Registration.id),
            _count(RegistrationStatus.CONFIRMED),
            _count(RegistrationStatus.WAITING),
            _count(RegistrationStatus.OFFERED),
            _count(RegistrationStatus.APPLIED),
            _count(RegistrationStatus.CANCELLED),
            func.count(case((and_(confirmed, Registration.mode == AttendanceMode.ONSITE), 1))),
            func.count(case((and_(confirmed, Registration.mode == AttendanceMode.ONLINE), 1))),
            func.count(
                func.distinct(
                    case((and_(confirmed, Municipality.county_code == home_county), Municipality.code))
                )
            ),
            home.scalar_subquery(),
            func.count(case((and_(confirmed, Registration.asked_again_at.is_not(None)), 1))),
            func.count(case((and_(confirmed, Registration.still_comes_at.is_not(None)), 1))),
            func.coalesce(func.sum(case((confirmed, Registration.head_count))), 0),
        )
        .select_from(Registration)
        .outerjoin(Municipality, Municipality.code == Registration.municipality_code)
        .where(Registration.event_id == event_id)
    ).one()
    return AttendeeFigures(*row)


def _count(status: RegistrationStatus) -> ColumnElement[int]:
    return func.count(case((Registration.status == status, 1)))


def municipalities_present(event_id: int) -> list[tuple[str, str]]:
    """The municipalities that the people of an event work in, as (code, name) in Swedish order."""
    rows = db.session.execute(
        select(Municipality.code, Municipality.name)
        .where(
            Municipality.code.in_(
                select(Registration.municipality_code).where(Registration.event_id == event_id).distinct()
            )
        )
        .order_by(Municipality.sort_key)
    )
    return [(code, name) for code, name in rows]
