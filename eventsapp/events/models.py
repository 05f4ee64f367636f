"""The event: what it is, when and where, how one signs up, and how it is versioned for calendars."""

import uuid
from datetime import date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from flask_babel import gettext
from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Exists,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    exists,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from eventsapp.accounts.models import Team, User
from eventsapp.core.clock import swedish_today, to_swedish
from eventsapp.core.db import Base, EnumText, SortKey, UtcDateTime
from eventsapp.core.i18n import localized
from eventsapp.organisations.models import County, Municipality, Organisation
from eventsapp.questions.models import Question, QuestionSection, QuestionSet


class EventState(StrEnum):
    """The life cycle. "Moved" is not a state: it is shown when the time changed after publication."""

    DRAFT = "draft"
    SAVE_THE_DATE = "save_the_date"
    PUBLISHED = "published"
    CANCELLED = "cancelled"
    COMPLETED = "completed"

    @property
    def label(self) -> str:
        return {
            "draft": gettext("Utkast"),
            "save_the_date": gettext("Boka datumet"),
            "published": gettext("Publicerad"),
            "cancelled": gettext("Inställd"),
            "completed": gettext("Genomförd"),
        }[self.value]


PUBLIC_STATES = (
    EventState.SAVE_THE_DATE,
    EventState.PUBLISHED,
    EventState.CANCELLED,
    EventState.COMPLETED,
)


class EventFormat(StrEnum):
    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"

    @property
    def label(self) -> str:
        return {
            "onsite": gettext("På plats"),
            "online": gettext("Digitalt"),
            "hybrid": gettext("På plats och digitalt"),
        }[self.value]


class RegistrationMode(StrEnum):
    NONE = "none"
    REQUIRED = "required"
    ELSEWHERE = "elsewhere"

    @property
    def label(self) -> str:
        return {
            "none": gettext("Ingen anmälan behövs"),
            "required": gettext("Anmälan här"),
            "elsewhere": gettext("Anmälan på en annan webbplats"),
        }[self.value]


class Admission(StrEnum):
    """How one gets in, where registration is here."""

    FIRST_COME = "first_come"
    APPROVAL = "approval"
    ALLOCATION = "allocation"
    INVITATION = "invitation"
    NETWORK = "network"
    CODE = "code"

    @property
    def label(self) -> str:
        return {
            "first_come": gettext("Först till kvarn"),
            "approval": gettext("Vi godkänner varje anmälan"),
            "allocation": gettext("Vi fördelar platserna efter sista anmälningsdagen"),
            "invitation": gettext("Bara inbjudna"),
            "network": gettext("Bara medlemmar i ett nätverk"),
            "code": gettext("Bara den som har en kod"),
        }[self.value]


class WaitingListRule(StrEnum):
    """What happens with those who come when it is full."""

    NONE = "none"
    OFFER = "offer"
    AUTOMATIC = "automatic"

    @property
    def label(self) -> str:
        return {
            "none": gettext("Ingen reservlista"),
            "offer": gettext("Reservlista: den som står först får ett erbjudande och svarar"),
            "automatic": gettext("Reservlista: den som står först får platsen direkt"),
        }[self.value]


class EventLanguage(StrEnum):
    SWEDISH = "sv"
    ENGLISH = "en"
    SIGN_LANGUAGE = "swl"
    FINNISH = "fi"
    MEANKIELI = "fit"
    NORTHERN_SAMI = "se"
    SOUTHERN_SAMI = "sma"
    LULE_SAMI = "smj"

    @property
    def label(self) -> str:
        return {
            "sv": gettext("Svenska"),
            "en": gettext("Engelska"),
            "swl": gettext("Svenskt teckenspråk"),
            "fi": gettext("Finska"),
            "fit": gettext("Meänkieli"),
            "se": gettext("Nordsamiska"),
            "sma": gettext("Sydsamiska"),
            "smj": gettext("Lulesamiska"),
        }[self.value]


class NamedRow:
    """A row of a list that staff can extend: a stable code for addresses, and a name in each language."""

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    name_sv: Mapped[str]
    name_en: Mapped[str]
    sort_key: Mapped[str] = mapped_column(SortKey)
    is_retired: Mapped[bool] = mapped_column(default=False)

    @property
    def name(self) -> str:
        return localized(self, "name")


class MergedCode(Base):
    """The code of a row that was merged into another of its list. Addresses with the old code find the same for ever."""

    __tablename__ = "merged_codes"

    list_name: Mapped[str] = mapped_column(String(20), primary_key=True)
    """The table of the rows."""
    code: Mapped[str] = mapped_column(String(80), primary_key=True)
    into_code: Mapped[str] = mapped_column(String(80))


class EventKind(NamedRow, Base):
    """Utbildningsdag, konferens, webbutbildning … with its colour and the words that its state agrees with."""

    __tablename__ = "event_kinds"

    colour: Mapped[str] = mapped_column(String(10), default="neutral")
    definite_sv: Mapped[str]
    """"Konferensen", "Webbinariet": the subject of "… är inställd"."""
    is_neuter: Mapped[bool] = mapped_column(default=False)
    position: Mapped[int] = mapped_column(default=100)


class TargetGroup(NamedRow, Base):
    """Whom activities are for."""

    __tablename__ = "target_groups"


class Topic(NamedRow, Base):
    """What activities are about."""

    __tablename__ = "topics"


class Series(NamedRow, Base):
    """Activities that belong together."""

    __tablename__ = "series"

    shared_capacity: Mapped[int | None]
    """Places that all its dates share, on top of those that each date has; None where they share none."""


event_target_groups = Table(
    "event_target_groups",
    Base.metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("target_group_id", ForeignKey("target_groups.id"), primary_key=True, index=True),
)
event_topics = Table(
    "event_topics",
    Base.metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("topic_id", ForeignKey("topics.id"), primary_key=True, index=True),
)
event_counties = Table(
    "event_counties",
    Base.metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("county_code", ForeignKey("counties.code"), primary_key=True, index=True),
)
event_co_organisers = Table(
    "event_co_organisers",
    Base.metadata,
    Column("event_id", ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    Column("organisation_id", ForeignKey("organisations.id"), primary_key=True, index=True),
)


def _questions_of(event_id: Mapped[int], *conditions: ColumnElement[bool]) -> Exists:
    """Whether an event has questions that are not retired."""
    return exists().where(
        QuestionSet.subject_kind == "event",
        QuestionSet.subject_id == event_id,
        QuestionSection.set_id == QuestionSet.id,
        Question.section_id == QuestionSection.id,
        Question.retired_at.is_(None),
        *conditions,
    )


class Event(Base):
    """An activity. `version` guards against two people saving at once; `first_starts_at` and `last_ends_at`
    are kept with the occasions, and are None for one that is open without a date."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("capacity_total IS NULL OR capacity_total >= 0", name="capacity_total"),
        CheckConstraint("capacity_onsite IS NULL OR capacity_onsite >= 0", name="capacity_onsite"),
        CheckConstraint("capacity_online IS NULL OR capacity_online >= 0", name="capacity_online"),
        Index("ix_events_state_last_ends_at", "state", "last_ends_at"),
        # SQLite would give a deleted draft's number to the next event, and with it the draft's history.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(100), unique=True)
    state: Mapped[EventState] = mapped_column(EnumText(EventState, 15), default=EventState.DRAFT)
    kind_id: Mapped[int] = mapped_column(ForeignKey("event_kinds.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), index=True)
    language: Mapped[EventLanguage] = mapped_column(EnumText(EventLanguage, 3), default=EventLanguage.SWEDISH)

    title_sv: Mapped[str] = mapped_column(String(300))
    title_en: Mapped[str | None] = mapped_column(String(300))
    summary_sv: Mapped[str] = mapped_column(Text, default="")
    summary_en: Mapped[str | None] = mapped_column(Text)
    body_sv: Mapped[str] = mapped_column(Text, default="")
    body_en: Mapped[str | None] = mapped_column(Text)

    format: Mapped[EventFormat] = mapped_column(EnumText(EventFormat, 10), default=EventFormat.ONSITE)
    venue: Mapped[str] = mapped_column(default="")
    room: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    municipality_code: Mapped[str | None] = mapped_column(ForeignKey("municipalities.code"), index=True)
    venue_access: Mapped[str] = mapped_column(Text, default="")
    join_url: Mapped[str] = mapped_column(default="")
    join_note: Mapped[str] = mapped_column(Text, default="")

    capacity_total: Mapped[int | None]
    """Places in all, for one way of taking part or shared by both; None is unlimited."""
    separate_pools: Mapped[bool] = mapped_column(default=False)
    """Whether a hybrid counts on site and online apart."""
    capacity_onsite: Mapped[int | None]
    capacity_online: Mapped[int | None]
    room_capacity: Mapped[int | None]
    """How many people the room holds, so that a change can be warned of; it limits nothing by itself."""

    registration_mode: Mapped[RegistrationMode] = mapped_column(
        EnumText(RegistrationMode, 10), default=RegistrationMode.REQUIRED
    )
    registration_url: Mapped[str] = mapped_column(default="")
    registration_opens_on: Mapped[date | None]
    registration_closes_on: Mapped[date | None]
    """The last day, inclusive, to 23.59 Swedish time."""
    admission: Mapped[Admission] = mapped_column(
        EnumText(Admission, 12), default=Admission.FIRST_COME, server_default="first_come"
    )
    admission_code: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """What one types to get in, where that is how; the officer chose it and gives it to whom they want."""
    waiting_list: Mapped[WaitingListRule] = mapped_column(
        EnumText(WaitingListRule, 10), default=WaitingListRule.OFFER, server_default="none"
    )
    offer_hours: Mapped[int] = mapped_column(default=48, server_default="48")
    """How long one who is offered a place has to answer."""
    allows_groups: Mapped[bool] = mapped_column(default=True, server_default=sa.false())
    """Whether one person may sign up several at once."""
    asks_phone: Mapped[bool] = mapped_column(default=False)
    asks_food: Mapped[bool] = mapped_column(default=False)
    asks_access: Mapped[bool] = mapped_column(default=False)
    shared_screen_max: Mapped[int | None]
    """How many may take part behind one screen, with one registration and one place; None where each has their own."""
    reminder_days: Mapped[int | None]
    """Days before the start that the reminder goes out; None is the setting's, 0 is none."""
    ask_again_days: Mapped[int | None]
    """Days before the start that people are asked whether they still come; None is never."""
    neutral_in_calendars: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether the calendars of those who take part are told nothing of what it is about, since others see them too."""
    items_are_ranked: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    """Whether people rank the programme items of a time, which are then given out; else first come, first served."""
    assign_items_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When ranked items are given out by themselves; None is when staff do it."""
    items_assigned_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    items_seed: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """What the lots are drawn with, made once, so that anybody can repeat the draw and find the same."""

    target_note: Mapped[str] = mapped_column(default="")
    cost: Mapped[str] = mapped_column(default="")
    organiser_id: Mapped[int | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    contact_phone: Mapped[str] = mapped_column(default="")
    reference_number: Mapped[str] = mapped_column(default="")
    is_example: Mapped[bool] = mapped_column(default=False)

    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)

    first_starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    last_ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When something that the public sees last changed."""
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the time last changed after publication."""
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    speaker_names: Mapped[str] = mapped_column(Text, default="")
    """Who speaks in the programme, one a line, kept by its room so that a search finds them."""
    search_text: Mapped[str] = mapped_column(Text, default="")
    sort_key: Mapped[str] = mapped_column(SortKey, default="")
    version: Mapped[int] = mapped_column(default=1)

    kind: Mapped[EventKind] = relationship(lazy="raise_on_sql")
    series: Mapped[Series | None] = relationship(lazy="raise_on_sql")
    municipality: Mapped[Municipality | None] = relationship(lazy="raise_on_sql")
    organiser: Mapped[Organisation | None] = relationship(lazy="raise_on_sql")
    responsible: Mapped[User | None] = relationship(lazy="raise_on_sql")
    team: Mapped[Team | None] = relationship(lazy="raise_on_sql")
    occasions: Mapped[list["Occasion"]] = relationship(
        back_populates="event",
        cascade="all, delete-orphan",
        order_by="Occasion.starts_at",
        lazy="raise_on_sql",
    )
    links: Mapped[list["EventLink"]] = relationship(
        cascade="all, delete-orphan", order_by="EventLink.position", lazy="raise_on_sql"
    )
    target_groups: Mapped[list[TargetGroup]] = relationship(
        secondary=event_target_groups,
        order_by=TargetGroup.sort_key,
        lazy="raise_on_sql",
    )
    topics: Mapped[list[Topic]] = relationship(
        secondary=event_topics, order_by=Topic.sort_key, lazy="raise_on_sql"
    )
    counties: Mapped[list[County]] = relationship(
        secondary=event_counties, order_by=County.sort_key, lazy="raise_on_sql"
    )
    co_organisers: Mapped[list[Organisation]] = relationship(
        secondary=event_co_organisers,
        order_by=Organisation.sort_key,
        lazy="raise_on_sql",
    )

    has_questions: Mapped[bool] = column_property(
        _questions_of(id).correlate_except(QuestionSet, QuestionSection, Question),  # noqa: A003 - the column above
        deferred=True,
    )
    """Whether there are questions of its own; read with the event by those who need it."""
    asks_questions: Mapped[bool] = column_property(
        _questions_of(id, Question.is_staff_only.is_(False)).correlate_except(  # noqa: A003 - the column above
            QuestionSet, QuestionSection, Question
        ),
        deferred=True,
    )
    """Whether those who sign up are asked more than what every form asks."""

    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        return localized(self, "title")

    @property
    def summary(self) -> str:
        return localized(self, "summary")

    @property
    def body(self) -> str:
        return localized(self, "body")

    @property
    def is_public(self) -> bool:
        return self.state in PUBLIC_STATES

    @property
    def ranks_items(self) -> bool:
        """Whether people rank programme items now; once these are given out, people choose among what is left."""
        return self.items_are_ranked and self.items_assigned_at is None


class Occasion(Base):
    """One time that an event takes place, with an identity that calendars keep for ever.

    An all-day occasion begins at the Swedish midnight of its first day and ends at the one after its last.
    An occasion that was public is never deleted: it is cancelled, so that subscribers learn of it.
    """

    __tablename__ = "occasions"
    __table_args__ = (CheckConstraint("ends_at > starts_at", name="ends_after_start"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    uid: Mapped[str] = mapped_column(String(36), unique=True, default=lambda: str(uuid.uuid4()))
    starts_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    ends_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    all_day: Mapped[bool] = mapped_column(default=False)
    label_sv: Mapped[str] = mapped_column(default="")
    label_en: Mapped[str | None]
    cancelled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(default=0)
    """RFC 5545 SEQUENCE: rises with every change that a calendar shows, never falls."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)

    event: Mapped[Event] = relationship(back_populates="occasions", lazy="raise_on_sql")

    @property
    def label(self) -> str:
        return localized(self, "label")

    @property
    def first_day(self) -> date:
        return to_swedish(self.starts_at).date()

    @property
    def last_day(self) -> date:
        return swedish_today(self.ends_at - timedelta(microseconds=1))


class EventLink(Base):
    """A link on the event page, as a programme or a source."""

    __tablename__ = "event_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
    label: Mapped[str]
    url: Mapped[str]
    position: Mapped[int] = mapped_column(default=0)


class FormerSlug(Base):
    """An address that an event once had, which still leads to it."""

    __tablename__ = "former_slugs"

    slug: Mapped[str] = mapped_column(String(100), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id", ondelete="CASCADE"), index=True)
