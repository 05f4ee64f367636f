"""The forms of the builder."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import current_app, request
from flask_babel import gettext
from wtforms import BooleanField, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from eventsapp.config import Settings
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.questions.builder_rules import (
    LARGEST_NUMBER,
    LONGEST_HINT,
    MAXIMUM_ONLY,
    MOST_KEEP_DAYS,
    MOST_OPTIONS,
    MOST_TERMS,
    TEXTS,
    WITH_LIMITS,
    WITH_OPTIONS,
    OptionFacts,
    QuestionFacts,
    SectionFacts,
    TermFacts,
)
from eventsapp.questions.file_rules import USUAL_MEGABYTES, groups_in, groups_text
from eventsapp.questions.models import (
    AskedAt,
    ConditionMatch,
    FileGroup,
    QuestionKind,
    QuestionSection,
    SeenBy,
    TermSource,
)
from eventsapp.web.fields import (
    ChoiceField,
    RadioChoiceField,
    RowsField,
    TicksField,
    WholeNumberField,
    choices_of,
)
from eventsapp.web.forms import Form, LineField, NotTooLong, Required, TextField

LINE = NotTooLong(300)
TEXT = NotTooLong(LONGEST_HINT)


class TryForm(Form):
    """What conditions look at beside answers, to try the questions out with."""

    mode = RadioChoiceField(_l("Hur deltar man?"))
    items = TicksField(_l("Valda programpunkter"))

    def offer(self, *, modes: Iterable[tuple[str, str]], items: Iterable[tuple[int, str]]) -> None:
        """Ask for what the subject has."""
        self.mode.choices = choices_of(modes)
        self.items.choices = choices_of((str(item_id), title) for item_id, title in items)
        self.mode.data = self.mode.data or (self.mode.choices[0].value if self.mode.choices else None)
        if not self.mode.choices:
            del self.mode
        if not self.items.choices:
            del self.items

    @property
    def chosen_mode(self) -> str:
        return self.mode.data or "" if self.mode is not None else ""

    @property
    def chosen_items(self) -> frozenset[int]:
        chosen = self.items.data or () if self.items is not None else ()
        return frozenset(int(one) for one in chosen if one.isdecimal() and len(one) < 10)


class VersionedForm(Form):
    """A form that knows which version of the questions it shows."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version that the one who sends the form has seen; -1 for what is none."""
        text = self.version.data or ""
        return int(text) if text.isdecimal() and len(text) < 10 else -1

    def now_at(self, version: int) -> None:
        """Let the next save count for this version."""
        self.version.data = str(version)


class SectionForm(VersionedForm):
    """What a section is called, and when its questions are asked."""

    title_sv = LineField(_l("Rubrik"), [NotTooLong(200)])
    title_en = LineField(_l("Rubrik på engelska"), [NotTooLong(200)])
    asked_at = RadioChoiceField(
        _l("När frågorna besvaras"),
        choices=lambda: choices_of((one.value, one.label) for one in AskedAt),
        default=AskedAt.AFTER.value,
        description=_l(
            "Ha så få frågor som möjligt i anmälan. När platsen är klar kan de andra besvaras i lugn och ro."
        ),
    )

    def offer(self, *, has_stages: bool) -> None:
        """Ask when only where it can be chosen."""
        if not has_stages:
            del self.asked_at

    def facts(self) -> SectionFacts:
        return SectionFacts(
            self.title_sv.data or "",
            self.title_en.data or "",
            AskedAt(self.asked_at.data if self.asked_at is not None else AskedAt.AFTER),
        )


class OptionRow(PlainForm):
    """One alternative. A row without a text is as if it were not there."""

    id = HiddenField()
    label_sv = LineField(_l("Alternativ"), [NotTooLong(200)])
    label_en = LineField(_l("På engelska"), [NotTooLong(200)])
    capacity = WholeNumberField(_l("Antal platser"))

    def facts(self) -> OptionFacts | None:
        if not self.label_sv.data:
            return None
        row_id = self.id.data or ""
        return OptionFacts(
            self.label_sv.data,
            self.label_en.data or "",
            self.capacity.data,
            int(row_id) if row_id.isdecimal() and len(row_id) < 10 else None,
        )


class TermRow(PlainForm):
    """One part of a condition; one without a choice is as if it were not there."""

    what = ChoiceField(_l("Det som avgör"))
    negated = ChoiceField(
        _l("Gäller när det"),
        choices=lambda: choices_of([("", gettext("är så")), ("inte", gettext("inte är så"))]),
    )

    def facts(self) -> TermFacts | None:
        source, _, value = (self.what.data or "").partition(":")
        is_negated = self.negated.data == "inte"
        if not source:
            return None
        if source in (TermSource.MODE, TermSource.ITEM):
            return TermFacts(TermSource(source), value, None, is_negated)
        return TermFacts(TermSource.QUESTION, value, int(source[1:]), is_negated)


class _Megabytes:
    """A file may be so large at most, or the usual size where nothing is said."""

    def __init__(self, most: int) -> None:
        self.most = most

    def __call__(self, _form: object, field: Any) -> None:
        if field.data is not None and not 1 <= field.data <= self.most:
            raise ValidationError(gettext("Skriv ett tal mellan 1 och %(most)s.", most=self.most))


class QuestionForm(VersionedForm):
    """One question. `for_kind` leaves out what its kind does not have."""

    label_sv = LineField(_l("Fråga"), [Required(_l("Skriv frågan.")), LINE])
    hint_sv = TextField(_l("Förklaring"), [TEXT], description=_l("Visas under frågan."))
    options = RowsField(FormField(OptionRow), _l("Alternativ"), max_entries=MOST_OPTIONS)
    is_required = BooleanField(_l("Måste besvaras"))
    minimum = WholeNumberField(_l("Lägsta tal"), minimum=-LARGEST_NUMBER, maximum=LARGEST_NUMBER)
    maximum = WholeNumberField(_l("Högsta tal"), minimum=-LARGEST_NUMBER, maximum=LARGEST_NUMBER)
    file_types = TicksField(
        _l("Sorters filer"),
        choices=lambda: choices_of((one.value, one.label) for one in FileGroup),
        description=_l("Den som svarar kan bara skicka filer av de sorter som du väljer."),
    )
    label_en = LineField(_l("Fråga på engelska"), [LINE])
    hint_en = TextField(_l("Förklaring på engelska"), [TEXT])
    section = ChoiceField(_l("Avsnitt"))
    condition_match = ChoiceField(
        _l("Frågan visas när"),
        choices=lambda: choices_of(
            [
                (ConditionMatch.ALL.value, gettext("alla delar stämmer")),
                (ConditionMatch.ANY.value, gettext("någon av delarna stämmer")),
            ]
        ),
        default=ConditionMatch.ALL.value,
    )
    terms = RowsField(FormField(TermRow), _l("Villkor"), max_entries=MOST_TERMS)
    seen_by = RadioChoiceField(
        _l("Vem ser svaren?"),
        choices=lambda: choices_of((one.value, one.label) for one in SeenBy),
        default=SeenBy.ATTENDEE_LIST.value,
        description=_l("Svar om mat, hälsa och annat känsligt ska bara några få se."),
    )
    reason_sv = TextField(
        _l("Varför frågar ni?"),
        [TEXT],
        description=_l("Visas för den som svarar. Krävs när bara några ser svaren."),
    )
    reason_en = TextField(_l("Varför frågar ni? På engelska"), [TEXT])
    keep_days = WholeNumberField(
        _l("Svaren raderas så många dagar efter aktiviteten"),
        minimum=1,
        maximum=MOST_KEEP_DAYS,
        description=_l("Krävs när bara några ser svaren. Tomt är lika länge som anmälan."),
    )
    is_staff_only = BooleanField(
        _l("Visas bara för personal"), description=_l("Deltagaren ser den inte. Ni fyller i svaret.")
    )
    name = LineField(
        _l("Kort namn"),
        [NotTooLong(80)],
        description=_l("Det frågan heter i listor och kalkylblad, till exempel Lunch."),
    )
    confirmed = BooleanField(_l("Ja, ändra antalet platser"))
    """Asked for when alternatives get fewer places than are taken."""

    def for_kind(self, kind: QuestionKind) -> None:
        """Have the fields of a kind."""
        self.kind = kind
        unwanted = set()
        if kind in TEXTS:
            unwanted |= {"seen_by", "reason_sv", "reason_en", "keep_days"}
            self.hint_sv.label.text = gettext("Text")
            self.hint_en.label.text = gettext("Text på engelska")
            self.hint_sv.description = gettext("Markdown fungerar: **fetstil**, listor och länkar.")
            self.hint_sv.validators = [Required(gettext("Skriv texten.")), TEXT]
            self.hint_sv.flags.required = True
        if kind is QuestionKind.INFORMATION:
            unwanted |= {"is_required", "is_staff_only", "name"}
            self.label_sv.validators = [LINE]
            self.label_sv.flags.required = False
            self.label_sv.label.text = gettext("Rubrik")
            self.label_en.label.text = gettext("Rubrik på engelska")
        if kind not in WITH_OPTIONS:
            unwanted |= {"options", "confirmed"}
        self._name_limits(kind)
        if kind not in WITH_LIMITS:
            unwanted |= {"minimum", "maximum"}
        elif kind in MAXIMUM_ONLY:
            unwanted.add("minimum")
        if kind is not QuestionKind.FILE:
            unwanted.add("file_types")
        for name in unwanted:
            delattr(self, name)

    def offer(self, sections: Iterable[QuestionSection], conditions: Sequence[tuple[str, str]]) -> None:
        """Let these sections, and these things that a condition may look at, be chosen."""
        self.section.choices = _section_choices(sections)
        for row in self.terms:
            row.form.what.choices = choices_of([("", gettext("Välj")), *conditions])

    def _name_limits(self, kind: QuestionKind) -> None:
        if kind is QuestionKind.MANY_OF:
            self.minimum.label.text = gettext("Minst så många alternativ")
            self.maximum.label.text = gettext("Högst så många alternativ")
        elif kind is QuestionKind.SHORT_TEXT:
            self.maximum.label.text = gettext("Högst så många tecken")
            self.maximum.description = gettext("Tomt är 200.")
        elif kind is QuestionKind.LONG_TEXT:
            self.maximum.label.text = gettext("Högst så många tecken")
            self.maximum.description = gettext("Tomt är 2 000.")
        elif kind is QuestionKind.FILE:
            settings: Settings = current_app.config["SETTINGS"]
            self.maximum.label.text = gettext("Högst så många MB")
            self.maximum.validators = [_Megabytes(settings.file_megabytes)]
            self.maximum.description = gettext(
                "Tomt är %(usual)s. Mer än %(most)s går inte.",
                usual=min(USUAL_MEGABYTES, settings.file_megabytes),
                most=settings.file_megabytes,
            )

    def fill(self, facts: QuestionFacts) -> None:
        """Rows and fields as a question is now."""
        for one in facts.options:
            self.options.append_entry(
                {
                    "id": str(one.id or ""),
                    "label_sv": one.label_sv,
                    "label_en": one.label_en,
                    "capacity": one.capacity,
                }
            )
        for term in facts.terms:
            self.terms.append_entry({"what": _what(term), "negated": "inte" if term.is_negated else ""})

    def add_option(self) -> None:
        """One more empty row, where there is room."""
        if self.options is not None and len(self.options.entries) < MOST_OPTIONS:
            self.options.append_entry()

    def add_term(self) -> None:
        """One more empty part of the condition, where there is room."""
        if len(self.terms.entries) < MOST_TERMS:
            self.terms.append_entry()

    def facts(self) -> QuestionFacts:
        """What was filled in; only after a successful validation."""
        options = (row.form.facts() for row in self.options) if self.options else ()
        terms = (row.form.facts() for row in self.terms)
        return QuestionFacts(
            kind=self.kind,
            label_sv=self.label_sv.data or "",
            label_en=self.label_en.data or "",
            hint_sv=self.hint_sv.data or "",
            hint_en=self.hint_en.data or "",
            name=self._said("name") or "",
            is_required=bool(self._said("is_required")),
            is_staff_only=bool(self._said("is_staff_only")),
            seen_by=SeenBy(self._said("seen_by") or SeenBy.ATTENDEE_LIST),
            reason_sv=self._said("reason_sv") or "",
            reason_en=self._said("reason_en") or "",
            keep_days=self._said("keep_days"),
            minimum=self._said("minimum"),
            maximum=self._said("maximum"),
            file_types=groups_text(self._said("file_types") or ()),
            options=tuple(one for one in options if one is not None),
            condition_match=ConditionMatch(self.condition_match.data),
            terms=tuple(dict.fromkeys(one for one in terms if one is not None)),
        )

    def _said(self, name: str) -> Any:
        return self[name].data if name in self else None


def _what(term: TermFacts) -> str:
    source = f"q{term.source_question_id}" if term.source is TermSource.QUESTION else term.source.value
    return f"{source}:{term.value}"


def form_data(facts: QuestionFacts) -> dict[str, object]:
    """What a form is filled with to show a question, but its rows."""
    names = ("label_sv", "label_en", "hint_sv", "hint_en", "name", "is_required", "is_staff_only")
    more = ("reason_sv", "reason_en", "keep_days", "minimum", "maximum")
    data: dict[str, object] = {name: getattr(facts, name) for name in (*names, *more)}
    return data | {
        "seen_by": facts.seen_by.value,
        "condition_match": facts.condition_match.value,
        "file_types": [one.value for one in groups_in(facts.file_types)],
    }


class BankForm(VersionedForm):
    """Which questions of the bank are wanted, and where."""

    section = ChoiceField(_l("Lägg dem i"))
    questions = TicksField(_l("Frågor"))

    def offer(self, sections: Iterable[QuestionSection], questions: Iterable[tuple[str, str]]) -> None:
        self.section.choices = _section_choices(sections)
        self.questions.choices = choices_of(questions)


def _section_choices(sections: Iterable[QuestionSection]) -> list[Any]:
    choices = [(str(one.id), one.title or gettext("Avsnitt utan rubrik")) for one in sections]
    return choices_of(choices or [("", gettext("Ett nytt avsnitt"))])


def pressed() -> tuple[str, int]:
    """Which button of a form with many was pressed, and about what: "upp:12"."""
    verb, _, number = request.form.get("gor", "").partition(":")
    return verb, int(number) if number.isdecimal() and len(number) < 10 else 0
