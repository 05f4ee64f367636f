"""The form for signing up several people at once."""

from dataclasses import replace
from typing import Any

from flask import g, request
from flask_babel import gettext
from wtforms import BooleanField, Field, FormField, HiddenField
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.core.text import email_key
from eventsapp.core.tokens import new_token
from eventsapp.registrations.fields import NoLinks
from eventsapp.registrations.forms import RegistrationForm, usable_nonce
from eventsapp.registrations.group_lines import read_members, too_many
from eventsapp.registrations.models import AttendanceMode, Profession
from eventsapp.registrations.submission import MOST_IN_GROUP, GroupSubmission, Submission
from eventsapp.registrations.wish_fields import (
    chosen_wishes,
)
from eventsapp.web.fields import RowsField
from eventsapp.web.forms import EmailField, LineField, NotTooLong, Required, TextField


class MemberForm(PlainForm):
    """One person of a group. A row in which nothing is written is as if it were not there."""

    name = LineField(_l("Namn"), validators=[Required(_l("Skriv namnet")), NotTooLong(200), NoLinks()])
    email = EmailField(
        _l("E-postadress"),
        validators=[Required(_l("Fyll i en e-postadress, till exempel namn@kommun.se"))],
    )
    job_title = LineField(_l("Befattning"), validators=[NotTooLong(200)])

    @property
    def is_left_out(self) -> bool:
        return not any(field.data for field in (self.name, self.email, self.job_title))

    def validate(self, extra_validators: Any = None) -> bool:
        return self.is_left_out or bool(super().validate(extra_validators))


class GroupForm(RegistrationForm):
    """Several people at once: what they share, and who they are. The first is the one who fills it in."""

    name = None  # type: ignore[assignment]
    email = None  # type: ignore[assignment]
    job_title = None  # type: ignore[assignment]
    phone = None  # type: ignore[assignment]
    head_count = None  # type: ignore[assignment]
    food = None  # type: ignore[assignment]
    food_other = None  # type: ignore[assignment]
    access = None  # type: ignore[assignment]
    members = RowsField(FormField(MemberForm), min_entries=2, max_entries=MOST_IN_GROUP)
    lines = TextField(
        _l("En person på varje rad"),
        description=_l(
            "Skriv namn; e-postadress, eller klistra in ur ett kalkylark eller e-postprogram. Du själv först, högst 20 rader."
        ),
    )
    all_or_none = BooleanField(
        _l("Alla eller ingen"),
        description=_l("Räcker inte platserna till er alla står ni tillsammans på reservlistan."),
    )
    nonce = HiddenField(default=new_token)

    def add_member(self) -> bool:
        """Whether the button for one more person was pressed; then there is one more row, and nothing is sent."""
        if "add" not in request.form or len(self.members.entries) >= MOST_IN_GROUP:
            return False
        self.members.append_entry()
        return True

    def fill_in(self) -> bool:
        """Whether the button that fills in pasted lines was pressed; then rows that are empty are filled in and others added,
        and nothing is sent. What could not be read stays in the box, with the reason for each line."""
        if "fill" not in request.form:
            return False
        written = [row for row in self.members if not row.form.is_left_out]
        try:
            read = read_members(
                self.lines.data or "", {email_key(row.form.email.data or "") for row in written}
            )
            if len(written) + len(read.members) > MOST_IN_GROUP:
                raise DomainError(too_many(len(written) + len(read.members)), "lines")
        except DomainError as error:
            self.lines.errors = [error.message]
            return True
        empty = [row for row in self.members if row.form.is_left_out]
        for member in read.members:
            row = empty.pop(0) if empty else self.members.append_entry()
            row.form.name.data, row.form.email.data = member.name, member.email
            row.form.job_title.data = member.job_title
        self.lines.data = "\n".join(line.text for line in read.bad)
        self.lines.errors = [
            gettext(
                "Rad %(number)s, %(text)s: %(reason)s",
                number=one.number,
                text=one.text[:80],
                reason=one.reason,
            )
            for one in read.bad
        ]
        return True

    def validate_lines(self, field: Field) -> None:
        if field.data:
            raise ValidationError(gettext("Tryck på Fyll i raderna, eller töm rutan."))

    def validate_members(self, _field: Field) -> None:
        if all(entry.form.is_left_out for entry in self.members):
            raise ValidationError(gettext("Skriv minst en person."))

    def group_submission(self) -> GroupSubmission:
        """What was typed, once the form is valid."""
        shared = Submission(
            name="",
            organisation=self.organisation.data or "",
            mode=AttendanceMode(self.mode.data) if "mode" in self else self._only_mode,
            profession=Profession(self.profession.data) if self.profession.data else None,
            items=self.chosen_items(),
            wishes=chosen_wishes(self.wish_slots) if self.wish_slots else None,
            takes_other_item="takes_other_item" in self and bool(self.takes_other_item.data),
            takes_any_mode="takes_any_mode" in self and bool(self.takes_any_mode.data),
            code=self._value("code"),
            language=g.lang,
        )
        return GroupSubmission(
            members=tuple(
                replace(
                    shared,
                    name=row.form.name.data or "",
                    email=row.form.email.data or "",
                    job_title=row.form.job_title.data or "",
                )
                for row in self.members
                if not row.form.is_left_out
            ),
            all_or_none=bool(self.all_or_none.data),
            nonce=usable_nonce(str(self.nonce.data or "")),
        )
