"""The form for signing up, and its relative for changing."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from flask import g, request
from flask_babel import gettext, ngettext
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField
from wtforms.validators import ValidationError

from eventsapp.core.clock import to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import format_clock, format_day
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.tokens import new_token
from eventsapp.events.models import Admission, Event
from eventsapp.events.rules import largest_at_screen, offers_both_modes
from eventsapp.places.queries import PoolCount, places_taken
from eventsapp.programme.queries import choices_of
from eventsapp.programme.rules import Slot, choice_slots
from eventsapp.questions.conditions import Circumstances
from eventsapp.questions.models import AskedAt
from eventsapp.questions.queries import questions_of
from eventsapp.questions.sheets import Sheet, is_look
from eventsapp.registrations.fields import NoLinks, OneOf, PhoneField
from eventsapp.registrations.models import AttendanceMode, Profession, Registration
from eventsapp.registrations.queries import Answers, chosen_items
from eventsapp.registrations.rules import head_count_in_words, keeps_waiting_list, modes_of
from eventsapp.registrations.submission import FoodChoice, Submission
from eventsapp.registrations.wish_fields import (
    WishSlot,
    chosen_wishes,
    fields_for,
    fill_in_wishes,
    offer_items,
)
from eventsapp.registrations.wishes import result_in_words, wishes_of
from eventsapp.web.forms import EmailField, Form, LineField, NotTooLong, Required, TextField

OTHER_FOOD = "other"
_NUMBER = re.compile(r"[0-9]{1,4}")
_NONCE = re.compile(r"[A-Za-z0-9_-]{20,64}")


def usable_nonce(nonce: str) -> str:
    """The nonce of a form as it came, or a new one where it cannot be ours."""
    return nonce if _NONCE.fullmatch(nonce) else new_token()


class RegistrationForm(Form):
    """What a person answers. `for_event` leaves out what the event does not ask."""

    name = LineField(_l("Namn"), validators=[Required(_l("Skriv ditt namn")), NotTooLong(200), NoLinks()])
    email = EmailField(
        _l("E-postadress"),
        description=_l("Hit skickar vi bekräftelsen och kalenderfilen."),
        validators=[Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
    )
    organisation = LineField(
        _l("Var arbetar du?"),
        description=_l("Skriv kommun, region, myndighet eller organisation."),
        validators=[Required(_l("Skriv var du arbetar")), NotTooLong(200)],
    )
    job_title = LineField(_l("Befattning"), validators=[NotTooLong(200)])
    profession = SelectField(
        _l("Yrkesgrupp"),
        description=_l("Vi använder den till statistik."),
        default="",
        validate_choice=False,
        validators=[OneOf(_l("Välj en av yrkesgrupperna"))],
    )
    phone = PhoneField(_l("Telefon"))
    mode = RadioField(
        _l("Hur deltar du?"),
        validate_choice=False,
        validators=[Required(_l("Välj hur du deltar")), OneOf(_l("Välj hur du deltar"))],
    )
    head_count = LineField(
        _l("Hur många är ni vid skärmen?"),
        description=_l("Skriv 1 om du är ensam. Ni tar en plats tillsammans, men alla räknas som deltagare."),
        default="1",
    )
    food = RadioField(
        _l("Vilken mat behöver du?"),
        default="",
        validate_choice=False,
        validators=[OneOf(_l("Välj ett av alternativen för mat"))],
    )
    food_other = LineField(
        _l("Annan mat eller något du inte tål"),
        description=_l("Du behöver inte skriva varför."),
        validators=[NotTooLong(300)],
    )
    access = TextField(_l("Behöver du något för att kunna delta?"), validators=[NotTooLong(1000)])
    takes_any_mode = BooleanField(
        _l("Blir det reservlistan tar jag gärna en plats på det andra sättet också")
    )
    takes_other_item = BooleanField(_l("Går mina val inte att få tar jag en annan punkt samma tid"))
    code = LineField(
        _l("Kod"),
        description=_l("Koden står i din inbjudan."),
        validators=[Required(_l("Skriv koden som står i din inbjudan")), NotTooLong(40)],
    )
    slots: Sequence[Any] = ()
    """The choices in the programme: a field for each slot, in order of time."""
    slot_notes: Mapping[str, str] = {}
    full_items: Collection[str] = ()
    wish_slots: Sequence[WishSlot] = ()
    """Where items are ranked instead: the fields of each time."""
    wish_result = ""
    """When people hear what they got."""

    @classmethod
    def for_event(cls, event: Event, **values: Any) -> "RegistrationForm":
        """The form with the choices of this event and without the questions that it does not ask; one or two statements."""
        choices = choice_slots(choices_of(event.id))
        ranked, chosen = (choices, []) if event.ranks_items else ([], choices)
        left_out = _not_asked(event) if ranked else _not_asked(event) | {"takes_other_item"}
        sizes = tuple(len(slot.items) for slot in ranked)
        kind: Any = cls
        form: RegistrationForm = _shaped(kind, left_out, len(chosen), sizes)(**values)
        form._ask_slots(chosen)
        form.wish_slots = offer_items(form, ranked)
        form.wish_result = result_in_words(event)
        form._offer_professions(gettext("Välj om du vill"))
        form._ask_mode(event)
        form._ask_head_count(event)
        form._ask_needs()
        return form

    def ask_profession(self) -> None:
        """Say that the profession must be answered, where a quota counts by it."""
        if "profession" in self:
            self.profession.flags.required = True
            self._offer_professions(gettext("Välj yrkesgrupp"))

    def _offer_professions(self, nothing: str) -> None:
        self.profession.choices = [
            ("", nothing),
            *((profession.value, profession.label) for profession in Profession),
        ]

    def _ask_slots(self, choices: Sequence[Slot]) -> None:
        self.slots = [self[f"slot_{number}"] for number in range(len(choices))]
        if not choices:
            return
        items = [item.id for slot in choices for item in slot.items]
        pools = places_taken("programme_item", items)
        self.full_items = [
            str(item_id) for item_id, found in pools.items() if any(one.is_full for one in found)
        ]
        self.slot_notes = {
            str(item_id): places_left_note(found[0]) for item_id, found in pools.items() if found
        }
        days = {to_swedish(slot.starts_at).date() for slot in choices}
        for field, slot in zip(self.slots, choices, strict=True):
            clock = format_clock(slot.starts_at)
            if len(days) > 1:
                day = format_day(to_swedish(slot.starts_at).date(), year=False)
                field.label.text = gettext("Välj en punkt %(day)s kl. %(time)s", day=day, time=clock)
            else:
                field.label.text = gettext("Välj en punkt kl. %(time)s", time=clock)
            field.choices = [
                *((str(item.id), item.title) for item in slot.items),
                ("", gettext("Ingen av dem")),
            ]

    def reject(self, error: DomainError) -> None:
        """As every form; a choice in the programme has one field for each time, and a wish several."""
        fields = [*self.slots, *(slot.fields[0] for slot in self.wish_slots)]
        if error.field == "items" and fields:
            error = DomainError(error.message, fields[0].name)
        super().reject(error)

    @property
    def was_asked_otherwise(self) -> bool:
        """Whether the page that was sent asked for a choice where items are ranked now, or the other way round."""
        other = "slot_" if self.wish_slots else "wish_"
        return self.is_submitted() and any(name.startswith(other) for name in request.form)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; what was chosen on a page that asked in another way is asked again."""
        valid = super().validate(extra_validators)
        if self.was_asked_otherwise:
            self.reject(DomainError(gettext("Valen i programmet har ändrats. Välj igen."), "items"))
            return False
        return valid

    def chosen_items(self) -> tuple[int, ...]:
        """The programme items that were chosen, once the form is valid."""
        return tuple(sorted(int(field.data) for field in self.slots if field.data))

    def _ask_mode(self, event: Event) -> None:
        self._only_mode = modes_of(event)[0]
        if "mode" in self:
            town = event.municipality.name if event.municipality else ""
            onsite = gettext("På plats i %(town)s", town=town) if town else AttendanceMode.ONSITE.label
            self.mode.choices = [("onsite", onsite), ("online", AttendanceMode.ONLINE.label)]

    def _ask_head_count(self, event: Event) -> None:
        self.most_at_screen = largest_at_screen(event)
        if "head_count" in self:
            self.head_count.flags.required = True
            if offers_both_modes(event):
                self.head_count.description = gettext(
                    "Gäller när du deltar digitalt. Skriv 1 om du är ensam. Ni tar en plats tillsammans, men alla räknas som "
                    "deltagare. På plats anmäler sig var och en."
                )

    @property
    def _people(self) -> int | None:
        """How many sit at the screen, as typed; None where it is not asked, or is no number."""
        typed = self._value("head_count") if "head_count" in self else ""
        return int(typed) if _NUMBER.fullmatch(typed) else None

    def validate_head_count(self, _field: Field) -> None:
        mode = self.mode.data if "mode" in self else self._only_mode.value
        if mode == AttendanceMode.ONSITE:
            return  # Nobody asks it of one who comes, whatever stands there.
        if self._people is None or not 1 <= self._people <= self.most_at_screen:
            raise ValidationError(head_count_in_words(self.most_at_screen))

    def _ask_needs(self) -> None:
        if "food" in self:
            self.food.choices = [
                ("", gettext("Vad som helst")),
                *((choice.value, choice.label) for choice in FoodChoice),
                (OTHER_FOOD, gettext("Annat, skriv vad")),
            ]

    def validate_food_other(self, field: Field) -> None:
        if "food" in self and self.food.data == OTHER_FOOD and not field.data:
            raise ValidationError(gettext("Skriv vilken mat du behöver"))

    def submission(self) -> Submission:
        """What was typed, once the form is valid."""
        profession = self._value("profession")
        return Submission(
            name=self._value("name"),
            email=self._value("email"),
            organisation=self._value("organisation"),
            mode=AttendanceMode(self.mode.data) if "mode" in self else self._only_mode,
            job_title=self._value("job_title"),
            profession=Profession(profession) if profession else None,
            phone=self._value("phone"),
            food=self._food(),
            access=self._value("access"),
            items=self.chosen_items(),
            wishes=chosen_wishes(self.wish_slots) if self.wish_slots else None,
            takes_other_item="takes_other_item" in self and bool(self.takes_other_item.data),
            takes_any_mode="takes_any_mode" in self and bool(self.takes_any_mode.data),
            head_count=self._people,
            code=self._value("code"),
            language=g.lang,
            nonce=self._value("nonce"),
        )

    def _food(self) -> str:
        if "food" not in self:
            return ""
        choice = str(self.food.data or "")
        own_words: str = self.food_other.data or ""
        if own_words and choice in set(FoodChoice):
            return f"{FoodChoice(choice).label}, {own_words}"
        # One who only writes, without ticking "other", needs what they write.
        return own_words or choice

    def _value(self, name: str) -> str:
        return str(self[name].data or "") if name in self else ""


def places_left_note(pool: PoolCount | None) -> str:
    """ "(3 platser kvar)", "(fullt)", or nothing where there is no limit."""
    if pool is None or pool.is_full:
        return gettext("(fullt)")
    if pool.left is None:
        return ""
    return ngettext("(%(num)d plats kvar)", "(%(num)d platser kvar)", pool.left)


def _not_asked(event: Event) -> frozenset[str]:
    """The questions that an event does not ask."""
    asks_mode = offers_both_modes(event)
    asked = {
        "phone": event.asks_phone,
        "code": event.admission is Admission.CODE,
        "mode": asks_mode,
        "takes_any_mode": asks_mode and event.separate_pools and keeps_waiting_list(event),
        "head_count": largest_at_screen(event) > 1,
        "food": event.asks_food,
        "food_other": event.asks_food,
        "access": event.asks_access,
    }
    return frozenset(name for name, is_asked in asked.items() if not is_asked)


@cache
def _shaped(
    form: Any, left_out: frozenset[str], slots: int, ranked: tuple[int, ...]
) -> type[RegistrationForm]:
    """A form without some questions, with so many choices in the programme, and times with so many items to rank.

    Made once for each shape: WTForms looks through a class when it is new, and makes every field of it for each request.
    """
    fields: dict[str, Any] = dict.fromkeys(left_out)
    for position in range(slots):
        fields[f"slot_{position}"] = RadioField(
            default="", validate_choice=False, validators=[OneOf(_l("Välj en av punkterna"))]
        )
    fields |= fields_for(ranked)
    return type(f"{form.__name__}Shaped", (form,), fields) if fields else form


class SignUpForm(RegistrationForm):
    """The public form. Its nonce makes double clicks and resent forms one registration. `sheet` has the activity's own
    questions that are asked with it, where there are any."""

    nonce = HiddenField(default=new_token)
    sheet: Sheet | None = None

    @classmethod
    def for_event(cls, event: Event, **values: Any) -> "SignUpForm":
        form = super().for_event(event, **values)
        assert isinstance(form, SignUpForm)
        form.ask_questions(event)
        return form

    def ask_questions(self, event: Event) -> None:
        """Ask the questions of the activity that come with the form, in the circumstances of this one."""
        if event.asks_questions:
            questions = questions_of("event", event.id).for_participants().at(AskedAt.SIGN_UP)
            self.sheet = Sheet(self, questions, self.circumstances) if questions else None

    @property
    def circumstances(self) -> Circumstances:
        """What conditions of questions look at, with what the form says now."""
        mode = self.mode.data if "mode" in self else self._only_mode.value
        items = (int(field.data) for field in self.slots if str(field.data).isdecimal())
        return Circumstances(str(mode or ""), frozenset(items))

    @property
    def status(self) -> int:
        """The HTTP status of a page that shows the form: nobody is refused for what they have not been asked yet."""
        return 400 if self.is_submitted() and self.problems else 200

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields and the questions; a look at what else is asked now is no sending."""
        if self.sheet is None:
            return super().validate(extra_validators)
        if is_look():
            return False
        valid = super().validate(extra_validators)
        return self.sheet.check(self.circumstances) and valid

    @property
    def checked_nonce(self) -> str:
        """The nonce as it came, or a new one where it cannot be ours."""
        return usable_nonce(str(self.nonce.data or ""))

    def submission(self) -> Submission:
        self.nonce.data = self.checked_nonce
        plain = super().submission()
        if self.sheet is None:
            return plain
        given = sorted(self.sheet.given.items())
        answers = tuple((number, one.value, one.options) for number, one in given if not one.is_empty)
        return replace(plain, answers=answers)


class ChangeForm(RegistrationForm):
    """For the person, behind the personal link. Another address needs a new registration."""

    email = None  # type: ignore[assignment]
    code = None  # type: ignore[assignment]

    @classmethod
    def for_registration(cls, registration: Registration, event: Event, answers: Answers) -> "ChangeForm":
        """The form filled in with what is registered; one who has an alias is never asked who they are."""
        own_words = answers.food not in {"", *FoodChoice}
        form = cls.for_event(
            event,
            data={
                "name": registration.name,
                "organisation": registration.organisation_name,
                "job_title": registration.job_title,
                "profession": registration.profession.value if registration.profession else "",
                "phone": registration.phone,
                "mode": registration.mode.value,
                "head_count": str(registration.head_count),
                "food": OTHER_FOOD if own_words else answers.food,
                "food_other": answers.food if own_words else "",
                "access": answers.access,
                "takes_any_mode": registration.takes_any_mode,
                "takes_other_item": registration.takes_other_item,
            },
        )
        # What one has already can be kept, also where the activity takes fewer now.
        form.most_at_screen = max(form.most_at_screen, registration.head_count)
        chosen = {str(item_id) for item_id in chosen_items([registration.id]).get(registration.id, ())}
        if not form.is_submitted() or form.was_asked_otherwise:
            for field in form.slots:
                field.data = next((value for value, *_ in field.choices if value in chosen), "")
            if form.wish_slots:
                fill_in_wishes(form.wish_slots, wishes_of([registration.id]).get(registration.id, ()))
        # What one has already can be kept, however full it is.
        form.full_items = [item for item in form.full_items if item not in chosen]
        if registration.alias_number is not None:
            for asked in {
                "name",
                "organisation",
                "job_title",
                "profession",
                "phone",
                "head_count",
            } & form._fields.keys():
                delattr(form, asked)
        assert isinstance(form, ChangeForm)
        return form
