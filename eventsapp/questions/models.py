"""Questions that officers build, and the answers to them. Whose questions and answers they are is named by kind and id."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from eventsapp.core.db import Base, EnumText, UtcDateTime
from eventsapp.core.i18n import language
from eventsapp.core.i18n import lazy_text as _l


class QuestionKind(StrEnum):
    """What is asked for; INFORMATION asks nothing, and STATEMENT is a text to accept."""

    SHORT_TEXT = "short_text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DATE = "date"
    EMAIL = "email"
    PHONE = "phone"
    WEB_ADDRESS = "web_address"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    MANY_OF = "many_of"
    ORGANISATION = "organisation"
    INFORMATION = "information"
    STATEMENT = "statement"
    FILE = "file"

    @property
    def label(self) -> str:
        return str(_KIND_LABELS[self.value])


_KIND_LABELS = {
    "short_text": _l("Kort text"),
    "long_text": _l("Lång text"),
    "number": _l("Tal"),
    "date": _l("Datum"),
    "email": _l("E-postadress"),
    "phone": _l("Telefonnummer"),
    "web_address": _l("Webbadress"),
    "yes_no": _l("Ja eller nej"),
    "one_of": _l("Ett av flera alternativ"),
    "many_of": _l("Flera av flera alternativ"),
    "organisation": _l("Organisation"),
    "information": _l("Informationstext"),
    "statement": _l("Text att godkänna"),
    "file": _l("Fil"),
}


class FileGroup(StrEnum):
    """Types of files that a question takes together."""

    PDF = "pdf"
    DOCUMENT = "document"
    PICTURE = "picture"
    SPREADSHEET = "spreadsheet"

    @property
    def words(self) -> str:
        """As it stands within a sentence."""
        return str(_GROUP_WORDS[self.value])

    @property
    def label(self) -> str:
        words = self.words
        return words[:1].upper() + words[1:]


_GROUP_WORDS = {
    "pdf": _l("PDF"),
    "document": _l("dokument (DOCX, ODT)"),
    "picture": _l("bild (JPEG, PNG)"),
    "spreadsheet": _l("kalkylblad (XLSX, ODS)"),
}


class AskedAt(StrEnum):
    """SIGN_UP is asked in the form itself, AFTER once the place is secured."""

    SIGN_UP = "sign_up"
    AFTER = "after"

    @property
    def label(self) -> str:
        return str(_ASKED_LABELS[self.value])


_ASKED_LABELS = {
    "sign_up": _l("I anmälan"),
    "after": _l("När platsen är klar"),
}


class SeenBy(StrEnum):
    """Whose eyes an answer is for."""

    ATTENDEE_LIST = "list"
    SENSITIVE = "sensitive"

    @property
    def label(self) -> str:
        return str(_SEEN_LABELS[self.value])


_SEEN_LABELS = {
    "list": _l("Alla som ser deltagarlistan"),
    "sensitive": _l("Bara de som får se kost och behov"),
}


class ConditionMatch(StrEnum):
    """How many of a question's terms must hold."""

    ALL = "all"
    ANY = "any"


class TermSource(StrEnum):
    """What a term looks at: the answer to an earlier question, the way of taking part, or a chosen programme item."""

    QUESTION = "question"
    MODE = "mode"
    ITEM = "item"


def _in_language(swedish: str, english: str) -> str:
    return english if language() == "en" and english else swedish


class QuestionSet(Base):
    """The questions of one subject: ("event", id), or ("bank", 0) for the bank of the whole authority.

    `version` is one more at each change, so that two who edit at once are told.
    """

    __tablename__ = "question_sets"
    __table_args__ = (UniqueConstraint("subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)

    sections: Mapped[list["QuestionSection"]] = relationship(
        cascade="all, delete-orphan", order_by="QuestionSection.position", lazy="raise_on_sql"
    )


class QuestionSection(Base):
    """Questions that stand together under a heading, which may be empty."""

    __tablename__ = "question_sections"

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("question_sets.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    title_sv: Mapped[str] = mapped_column(String(200), default="")
    title_en: Mapped[str] = mapped_column(String(200), default="")
    asked_at: Mapped[AskedAt] = mapped_column(EnumText(AskedAt, 10), default=AskedAt.AFTER)

    questions: Mapped[list["Question"]] = relationship(
        cascade="all, delete-orphan", order_by="Question.position", lazy="raise_on_sql"
    )

    @property
    def title(self) -> str:
        return _in_language(self.title_sv, self.title_en)


class Question(Base):
    """One question. One in use is retired and never deleted; what people were asked is kept in `QuestionVersion`."""

    __tablename__ = "questions"
    __table_args__ = (Index("ix_questions_section_id_position", "section_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("question_sections.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[QuestionKind] = mapped_column(EnumText(QuestionKind, 20))
    name: Mapped[str] = mapped_column(String(80), default="")
    """What staff call it, in lists and exports; empty is the label."""
    label_sv: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300), default="")
    hint_sv: Mapped[str] = mapped_column(Text, default="")
    """Under the label; for INFORMATION and STATEMENT the text itself, in Markdown."""
    hint_en: Mapped[str] = mapped_column(Text, default="")
    is_required: Mapped[bool] = mapped_column(default=False)
    is_staff_only: Mapped[bool] = mapped_column(default=False)
    seen_by: Mapped[SeenBy] = mapped_column(EnumText(SeenBy, 10), default=SeenBy.ATTENDEE_LIST)
    reason_sv: Mapped[str] = mapped_column(Text, default="")
    """Why it is asked, shown to who answers."""
    reason_en: Mapped[str] = mapped_column(Text, default="")
    keep_days: Mapped[int | None]
    """Days after the activity until the answers are erased; None is as long as the registration."""
    minimum: Mapped[int | None]
    """The least number, or the fewest alternatives to choose."""
    maximum: Mapped[int | None]
    """The largest number, the most alternatives, the longest text in characters, or the largest file in megabytes."""
    file_types: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """Of FILE the groups that it takes, with commas between; empty is all."""
    condition_match: Mapped[ConditionMatch] = mapped_column(
        EnumText(ConditionMatch, 5), default=ConditionMatch.ALL
    )
    version: Mapped[int] = mapped_column(default=1)
    """Which wording this is; one more when a question that somebody has answered is worded otherwise."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    options: Mapped[list["QuestionOption"]] = relationship(
        cascade="all, delete-orphan", order_by="QuestionOption.position", lazy="raise_on_sql"
    )
    terms: Mapped[list["ConditionTerm"]] = relationship(
        cascade="all, delete-orphan",
        order_by="ConditionTerm.id",
        foreign_keys="ConditionTerm.question_id",
        lazy="raise_on_sql",
    )

    @property
    def label(self) -> str:
        return _in_language(self.label_sv, self.label_en)

    @property
    def hint(self) -> str:
        return _in_language(self.hint_sv, self.hint_en)

    @property
    def reason(self) -> str:
        return _in_language(self.reason_sv, self.reason_en)

    @property
    def short_name(self) -> str:
        """What staff call it."""
        return self.name or self.label_sv

    @property
    def field_name(self) -> str:
        """Its name in a form."""
        return f"q{self.id}"


class QuestionOption(Base):
    """One alternative. One with a `capacity` has a pool ("question_option", id); None is for everybody."""

    __tablename__ = "question_options"
    __table_args__ = (CheckConstraint("capacity IS NULL OR capacity >= 0", name="capacity"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    label_sv: Mapped[str] = mapped_column(String(200))
    label_en: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int | None]
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def label(self) -> str:
        return _in_language(self.label_sv, self.label_en)


class ConditionTerm(Base):
    """One term of the condition under which a question is asked.

    `value` is of a question "answered", "yes", "no" or the id of an option; of the mode "onsite" or "online"; of an item its id.
    """

    __tablename__ = "question_terms"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"), index=True)
    source: Mapped[TermSource] = mapped_column(EnumText(TermSource, 10))
    source_question_id: Mapped[int | None] = mapped_column(ForeignKey("questions.id"), index=True)
    value: Mapped[str] = mapped_column(String(20))
    is_negated: Mapped[bool] = mapped_column(default=False)


class QuestionVersion(Base):
    """A wording that somebody has answered, as JSON: label, hint and options in both languages."""

    __tablename__ = "question_versions"
    __table_args__ = (UniqueConstraint("question_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id", ondelete="CASCADE"))
    number: Mapped[int]
    wording: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Answer(Base):
    """One answer of one subject, as ("registration", id). Of alternatives the chosen ones are `AnswerOption` rows."""

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "question_id"),
        Index("ix_answers_question_id", "question_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int]
    question_id: Mapped[int] = mapped_column(ForeignKey("questions.id"))
    question_version: Mapped[int]
    value: Mapped[str] = mapped_column(Text, default="")
    """In the kind's own spelling: the text, "12", "2026-11-25", "yes", of a file its name in the folder, "/" and the name that
    people know it by; sealed where only few may see it."""
    is_sealed: Mapped[bool] = mapped_column(default=False)
    answered_at: Mapped[datetime] = mapped_column(UtcDateTime)

    chosen: Mapped[list["AnswerOption"]] = relationship(
        cascade="all, delete-orphan", lazy="raise_on_sql", order_by="AnswerOption.option_id"
    )


class AnswerOption(Base):
    """An alternative that was chosen."""

    __tablename__ = "answer_options"

    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    option_id: Mapped[int] = mapped_column(ForeignKey("question_options.id"), primary_key=True, index=True)


class AnswerFile(Base):
    """The file that an answer is. What the participant calls it stands in the answer; its bytes are in the folder under
    `stored_name`, sealed where the answer is."""

    __tablename__ = "answer_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answers.id", ondelete="CASCADE"), unique=True)
    stored_name: Mapped[str] = mapped_column(String(64), unique=True)
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    """In bytes, before sealing."""
    sha256: Mapped[str] = mapped_column(String(64))
    """The digest of the bytes before sealing, in hexadecimal; empty for what is sealed, of which it would tell."""
