"""The form for how the items that participants choose are given out."""

from flask_babel import gettext

from eventsapp.assignment.settings import Way
from eventsapp.core.clock import from_swedish, to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.web.fields import ClockField, RadioChoiceField, choices_of
from eventsapp.web.forms import DayField, Form

FIRST_COME, RANKED = "first_come", "ranked"


class WayForm(Form):
    """First come, or ranked; and when it is given out by itself."""

    way = RadioChoiceField(_l("Hur fördelas platserna på punkter som går samtidigt?"))
    day = DayField(
        _l("Dag då platserna fördelas av sig själva"),
        description=_l("Lämna tomt om du vill fördela dem själv med en knapp."),
    )
    clock = ClockField(_l("Klockslag"))

    @classmethod
    def for_way(cls, way: Way) -> "WayForm":
        """The form as it is now."""
        at = to_swedish(way.assign_at) if way.assign_at is not None else None
        data = {
            "way": RANKED if way.is_ranked else FIRST_COME,
            "day": at and at.date(),
            "clock": at and at.time(),
        }
        form = cls(data=data)
        form.way.choices = choices_of(
            [
                (FIRST_COME, gettext("Först till kvarn: var och en väljer en punkt i anmälan")),
                (RANKED, gettext("Deltagarna rangordnar, och platserna fördelas")),
            ]
        )
        return form

    def chosen(self) -> Way:
        """What was filled in; raises DomainError at "day" or "clock"."""
        if self.way.data == FIRST_COME or (self.day.data is None and self.clock.data is None):
            return Way(is_ranked=self.way.data == RANKED)
        if self.day.data is None:
            raise DomainError(gettext("Fyll i vilken dag."), "day")
        if self.clock.data is None:
            raise DomainError(gettext("Fyll i ett klockslag."), "clock")
        try:
            return Way(is_ranked=True, assign_at=from_swedish(self.day.data, self.clock.data))
        except ValueError:
            raise DomainError(
                gettext("Den tiden finns inte: klockan ställs fram till sommartid. Välj en annan tid."),
                "clock",
            ) from None
