"""The letter that tells what one got of what one had ranked."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext

from eventsapp.assignment.rules import Outcome
from eventsapp.core.clock import now, to_swedish
from eventsapp.core.i18n import format_clock, format_day, in_language, join_words
from eventsapp.events.models import Event
from eventsapp.outbox.operations import LetterDraft
from eventsapp.outbox.rendering import render_letter
from eventsapp.programme.models import ProgrammeItem
from eventsapp.registrations.letter_facts import EventFacts, event_facts
from eventsapp.registrations.letters import SUBJECT_KIND
from eventsapp.registrations.models import AttendanceMode, Registration
from eventsapp.registrations.rules import first_name, sees_join_link


class ResultLetters:
    """Writes the letters of one event, which must be loaded as `queries.EVENT_IN_LETTERS` says. `items` are those that
    were given out, and `wishes` what people had ranked, under the ids of their registrations."""

    def __init__(
        self, event: Event, items: Sequence[ProgrammeItem], wishes: Mapping[int, Sequence[int]]
    ) -> None:
        self.event = event
        self.items = {item.id: item for item in items}
        self.wishes = wishes
        self.moment = now()
        self._facts: dict[tuple[str, AttendanceMode, bool], EventFacts] = {}
        self._has_days = len({to_swedish(item.starts_at).date() for item in items}) > 1

    def items_assigned(self, registration: Registration, outcomes: Sequence[Outcome]) -> LetterDraft:
        """What you got at each time, what you did not get, and where to choose among what is left."""
        language = registration.language
        with in_language(language):
            lines = [self._line(one) for one in outcomes]
        rendered = render_letter(
            "assignment/letters/items_assigned",
            language,
            personal={"first_name": first_name(registration.name)},
            keep=True,
            facts=self._facts_for(registration),
            items=(),
            lines=lines,
            lacks_some=any(one.item_id is None for one in outcomes),
        )
        return LetterDraft(
            kind="items_assigned",
            subject_kind=SUBJECT_KIND,
            subject_id=registration.id,
            event_id=self.event.id,
            recipient=registration.email,
            language=language,
            subject_line=rendered.subject_line,
            body_text=rendered.body_text,
            body_html=rendered.body_html,
            reply_to=self.event.contact_email or None,
        )

    def _facts_for(self, registration: Registration) -> EventFacts:
        """The facts of the event, made once for all who have the same ones."""
        language, may_join = registration.language, sees_join_link(registration, self.event, self.moment)
        key = (language, registration.mode, may_join)
        if key not in self._facts:
            with in_language(language):
                self._facts[key] = event_facts(self.event, language, registration.mode, may_join=may_join)
        return self._facts[key]

    def _line(self, outcome: Outcome) -> str:
        """One time in words of the language that holds now."""
        when = format_clock(outcome.starts_at)
        if self._has_days:
            when = f"{format_day(to_swedish(outcome.starts_at).date(), year=False)} {when}"
        wished = [
            self.items[item_id].title
            for item_id in self.wishes[outcome.registration_id]
            if item_id in self.items and self.items[item_id].starts_at == outcome.starts_at
        ]
        missed = join_words([f"”{title}”" for title in wished[: (outcome.rank or len(wished) + 1) - 1]])
        if outcome.item_id is None:
            return gettext("%(when)s: Ingen punkt. %(missed)s gick inte att få.", when=when, missed=missed)
        got = self.items[outcome.item_id].title
        if outcome.rank == 1:
            return gettext("%(when)s: ”%(got)s”, ditt förstahandsval.", when=when, got=got)
        if outcome.rank is None:
            return gettext(
                "%(when)s: ”%(got)s”. %(missed)s gick inte att få, och då ville du gå på en annan punkt.",
                when=when,
                got=got,
                missed=missed,
            )
        return gettext("%(when)s: ”%(got)s”. %(missed)s gick inte att få.", when=when, got=got, missed=missed)
