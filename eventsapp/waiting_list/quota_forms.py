"""The form of an activity's quotas: a row for each rule."""

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, FormField
from wtforms import Form as PlainForm

from eventsapp.core.clock import swedish_midnight, to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.places.models import Quota, QuotaBy
from eventsapp.waiting_list.quota_groups import Group, find_group, group_names
from eventsapp.waiting_list.quotas import MOST_QUOTAS, QuotaFacts
from eventsapp.web.fields import ChoiceField, RowsField, WholeNumberField, choices_of
from eventsapp.web.forms import DayField, Form, LineField, NotTooLong


def _by_choices() -> list[Any]:
    return choices_of([("", gettext("Välj")), *((one.value, one.label) for one in QuotaBy)])


class QuotaRow(PlainForm):
    """One rule. An empty row, or one that is ticked to go, is as if it were not there."""

    capacity = WholeNumberField(_l("Högst så många"), maximum=10_000)
    by = ChoiceField(_l("Av varje"), choices=_by_choices)
    group = LineField(
        _l("Bara för"),
        [NotTooLong(200)],
        description=_l(
            "Namnet på en kommun, ett län, en organisation eller en yrkesgrupp. Tomt gäller var och en."
        ),
    )
    until = DayField(
        _l("Till"), description=_l("Från den dagen är platserna fria för alla. Tomt gäller alltid.")
    )
    remove = BooleanField(_l("Ta bort kvoten"))

    @property
    def is_left_out(self) -> bool:
        typed = any(
            field.data not in (None, "") for field in (self.capacity, self.by, self.group, self.until)
        )
        wrong = any(field.errors for field in (self.capacity, self.until))
        return bool(self.remove.data) or not (typed or wrong)

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a rule needs a number and what it counts by, and a name must be somebody's."""
        if bool(self.remove.data):
            return True
        valid = super().validate(extra_validators)
        if self.is_left_out:
            return True
        if self.capacity.data is None and not self.capacity.errors:
            self.capacity.errors = [gettext("Skriv hur många.")]
            valid = False
        if not self.by.data:
            self.by.errors = [gettext("Välj vad kvoten räknar.")]
            valid = False
        if valid:
            try:
                self.facts()
            except DomainError as error:
                self.group.errors = [error.message]
                valid = False
        return valid

    def facts(self) -> QuotaFacts:
        """The rule; raises DomainError for a name that is nobody's."""
        by = QuotaBy(self.by.data)
        return QuotaFacts(
            by=by,
            key=find_group(by, self.group.data or ""),
            capacity=self.capacity.data or 0,
            unlocks_at=swedish_midnight(self.until.data) if self.until.data else None,
        )


class QuotasForm(Form):
    """All quotas of an activity."""

    rows = RowsField(FormField(QuotaRow), max_entries=MOST_QUOTAS)

    def fill(self, quotas: Iterable[Quota], event_id: int) -> None:
        """Rows as the quotas are now."""
        quotas = list(quotas)
        names = group_names([Group(one.by, one.key) for one in quotas if one.key], event_id)
        for quota in quotas:
            self.rows.append_entry(
                {
                    "capacity": quota.capacity,
                    "by": quota.by.value,
                    "group": names.get(Group(quota.by, quota.key), ""),
                    "until": to_swedish(quota.unlocks_at).date() if quota.unlocks_at else None,
                }
            )

    def add_row(self) -> None:
        """One more empty row, where there is room."""
        if len(self.rows.entries) < MOST_QUOTAS:
            self.rows.append_entry()

    def facts(self) -> list[QuotaFacts]:
        """The rules; only after a successful validation."""
        return [row.form.facts() for row in self.rows if not row.form.is_left_out]
