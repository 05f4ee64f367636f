"""The forms of the staff side of events. Fields have the names of the facts, so that a rule finds its field."""

from typing import Any

from flask_babel import gettext
from wtforms import BooleanField, FormField, HiddenField
from wtforms import Form as PlainForm

from eventsapp.core.clock import to_swedish
from eventsapp.core.errors import DomainError
from eventsapp.core.i18n import lazy_text as _l
from eventsapp.events.checks import (
    CODE_LENGTHS,
    MAX_LINKS,
    MAX_OCCASIONS,
    SHARED_SCREEN,
    When,
    occasion_times,
    problems_in,
)
from eventsapp.events.consequences import MAX_MESSAGE
from eventsapp.events.copying import CopyChoice, CopyDates
from eventsapp.events.editor_choices import EditorChoices
from eventsapp.events.facts import VALUE_FACTS, EventFacts, LinkFacts, OccasionFacts
from eventsapp.events.life_cycle import MAX_REASON
from eventsapp.events.models import (
    Admission,
    EventFormat,
    EventLanguage,
    RegistrationMode,
    WaitingListRule,
)
from eventsapp.organisations.rules import MAX_NAME
from eventsapp.web.fields import (
    ChoiceField,
    ClockField,
    RadioChoiceField,
    RowsField,
    TicksField,
    WebAddressField,
    WholeNumberField,
    choice_in,
    choices_of,
)
from eventsapp.web.forms import DayField, EmailField, Form, LineField, NotTooLong, Required, TextField

TITLE = NotTooLong(300)
LINE = NotTooLong(300)
SHORT_TEXT = NotTooLong(1000)
LONG_TEXT = NotTooLong(50_000)
USUAL_OFFER_HOURS = 48
MESSAGE_HINT = _l("Sedan följer tid, plats och länkar av sig själva. Tomt fält ger den vanliga texten.")


class OccasionRow(PlainForm):
    """One occasion. An empty new row, or one that is ticked to go, is as if it were not there."""

    id = HiddenField()
    first_day = DayField(_l("Dag"))
    starts = ClockField(_l("Börjar"))
    last_day = DayField(_l("Sista dag"), description=_l("Bara om tillfället varar flera dagar."))
    ends = ClockField(_l("Slutar"))
    all_day = BooleanField(_l("Heldag, utan klockslag"))
    label_sv = LineField(_l("Vad tillfället heter"), [LINE])
    label_en = LineField(_l("Vad tillfället heter på engelska"), [LINE])
    remove = BooleanField(_l("Ta bort tillfället"))

    @property
    def is_left_out(self) -> bool:
        """Whether the row says nothing."""
        typed = (self.first_day, self.starts, self.last_day, self.ends, self.label_sv, self.label_en)
        is_empty = not any(_was_typed(field) for field in typed)
        return bool(self.remove.data) or (is_empty and not self.id.data)

    @property
    def when(self) -> When:
        return When(
            first_day=self.first_day.data,
            starts=self.starts.data,
            last_day=self.last_day.data,
            ends=self.ends.data,
            all_day=bool(self.all_day.data),
        )

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields, and that they make a time that exists."""
        if self.is_left_out:
            return True
        if not super().validate(extra_validators):
            return False
        try:
            occasion_times(self.when)
        except DomainError as error:
            field = self._fields[error.field or "first_day"]
            field.errors = [*field.errors, error.message]
            return False
        return True

    def facts(self) -> OccasionFacts:
        starts_at, ends_at = occasion_times(self.when)
        return OccasionFacts(
            id=_number(self.id.data),
            starts_at=starts_at,
            ends_at=ends_at,
            all_day=bool(self.all_day.data),
            label_sv=self.label_sv.data or "",
            label_en=self.label_en.data or None,
        )


class LinkRow(PlainForm):
    """One link on the page. An empty row, or one that is ticked to go, is as if it were not there."""

    label = LineField(_l("Text"), [LINE])
    url = WebAddressField(_l("Webbadress"))
    remove = BooleanField(_l("Ta bort länken"))

    @property
    def is_left_out(self) -> bool:
        return bool(self.remove.data) or not (_was_typed(self.label) or _was_typed(self.url))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check the fields; a link needs both its parts."""
        if self.is_left_out:
            return True
        valid = super().validate(extra_validators)
        if not self.label.data:
            self.label.errors = [*self.label.errors, gettext("Skriv vad länken heter.")]
            valid = False
        if not self.url.data:
            self.url.errors = [*self.url.errors, gettext("Fyll i webbadressen.")]
            valid = False
        return valid


class EventForm(Form):
    """Everything that staff decide about an event."""

    version = HiddenField()
    """The version that the form was filled from, so that a colleague's save in between is noticed."""
    seen = HiddenField()
    """The newest row of the trail when the form was filled, so that the page can say what happened since."""

    title_sv = LineField(_l("Titel"), [Required(_l("Skriv en titel.")), TITLE])
    kind = ChoiceField(_l("Typ"))
    summary_sv = TextField(
        _l("Sammanfattning"),
        [SHORT_TEXT],
        description=_l("Två eller tre meningar. Visas i listan, i kalendrar och överst på sidan."),
    )
    body_sv = TextField(_l("Text"), [LONG_TEXT])
    topics = TicksField(_l("Ämnen"))
    series = ChoiceField(_l("Serie"))
    language = ChoiceField(_l("Språk som talas"))

    occasions = RowsField(FormField(OccasionRow), max_entries=MAX_OCCASIONS)

    format = RadioChoiceField(_l("Hur man deltar"))
    venue = LineField(
        _l("Plats"), [LINE], description=_l("Huset eller anläggningen, till exempel Folkets hus.")
    )
    room = LineField(_l("Lokal"), [LINE])
    room_capacity = WholeNumberField(
        _l("Så många rymmer lokalen"),
        description=_l("Begränsar ingenting, men vi varnar när fler är anmälda på plats."),
    )
    address = LineField(_l("Gatuadress"), [LINE])
    municipality = ChoiceField(_l("Kommun"))
    counties = TicksField(_l("Län"), description=_l("Kommunens län kommer med av sig självt."))
    venue_access = TextField(
        _l("Tillgänglighet på platsen"),
        [SHORT_TEXT],
        description=_l("Till exempel hörslinga, hiss, parkering eller teckenspråkstolk."),
    )
    join_url = WebAddressField(_l("Digital länk"), description=_l("Visas bara för dem som är anmälda."))
    join_note = TextField(
        _l("Hur man ansluter"),
        [SHORT_TEXT],
        description=_l("Till exempel när mötet öppnar. Visas bara för dem som är anmälda."),
    )

    target_groups = TicksField(_l("Målgrupper"))
    target_note = LineField(_l("Målgrupp i egna ord"), [LINE])
    organiser = LineField(
        _l("Arrangör"), [NotTooLong(MAX_NAME)], description=_l("Välj ur förslagen eller skriv namnet.")
    )
    co_organisers = TextField(_l("Samarrangörer"), [LONG_TEXT], description=_l("En på varje rad."))

    registration_mode = RadioChoiceField(_l("Anmälan"))
    registration_url = WebAddressField(_l("Adress till anmälan på den andra webbplatsen"))
    registration_opens_on = DayField(_l("Anmälan öppnar"))
    registration_closes_on = DayField(
        _l("Sista anmälningsdag"), description=_l("Man kan anmäla sig till och med den dagen kl. 23.59.")
    )
    capacity_total = WholeNumberField(
        _l("Antal platser"), description=_l("Lämna tomt om det inte finns någon gräns.")
    )
    separate_pools = BooleanField(
        _l("Räkna platserna på plats och digitalt var för sig"),
        description=_l("Gäller när man kan delta både på plats och digitalt."),
    )
    capacity_onsite = WholeNumberField(_l("Antal på plats"))
    capacity_online = WholeNumberField(_l("Antal digitalt"))
    admission = RadioChoiceField(_l("Hur får man plats?"))
    admission_code = LineField(
        _l("Kod"),
        [NotTooLong(CODE_LENGTHS[1])],
        description=_l(
            "Minst 4 tecken. Den som har koden kan anmäla sig, så dela den bara med dem som ska komma."
        ),
    )
    waiting_list = RadioChoiceField(_l("När det är fullt"))
    offer_hours = WholeNumberField(
        _l("Timmar att svara på ett erbjudande"),
        description=_l(
            "Mellan 1 och 336 timmar. Platsen hålls så länge. Svarar personen inte i tid går erbjudandet vidare till nästa."
        ),
    )
    allows_groups = BooleanField(
        _l("Låt en person anmäla flera på en gång"),
        description=_l("Till exempel en chef som anmäler sin arbetsgrupp."),
    )
    asks_phone = BooleanField(_l("Fråga om telefonnummer"))
    asks_food = BooleanField(_l("Fråga vilken mat man behöver"))
    asks_access = BooleanField(_l("Fråga om behov för att kunna delta"))
    shared_screen_max = WholeNumberField(
        _l("Flera vid samma skärm, högst så många"),
        minimum=SHARED_SCREEN[0],
        maximum=SHARED_SCREEN[1],
        description=_l(
            "Lämna tomt om var och en ska anmäla sig. Gäller den som deltar digitalt: en anmälan får säga hur många som "
            "sitter vid skärmen. Den tar en plats, eftersom en digital plats är en anslutning, men alla räknas som deltagare."
        ),
    )
    reminder_days = WholeNumberField(
        _l("Påminnelse, antal dagar före"),
        maximum=60,
        description=_l("Lämna tomt för det vanliga. Skriv 0 om ingen påminnelse ska skickas."),
    )
    ask_again_days = WholeNumberField(
        _l("Fråga igen om deltagarna kommer, antal dagar före"),
        minimum=3,
        maximum=60,
        description=_l(
            "Lämna tomt om ingen ska frågas. De får ett brev att svara på inom två dagar, och den som inte svarar mister "
            "platsen."
        ),
    )
    neutral_in_calendars = BooleanField(
        _l("Neutral titel i deltagarnas kalendrar"),
        description=_l(
            "I deras egna kalendrar och i kalenderfilerna står då bara typen, tiden, gatuadressen och den digitala länken, inget "
            "om ämnet. Välj det när en kollega eller någon hemma inte ska se vad det gäller. Den öppna kalendern visar titeln "
            "som vanligt."
        ),
    )
    cost = LineField(_l("Kostnad"), [LINE], description=_l("Till exempel: Kostnadsfritt, lunch ingår."))

    contact_email = EmailField(
        _l("E-post för frågor"), description=_l("En funktionsbrevlåda, inte en persons egen adress.")
    )
    contact_phone = LineField(_l("Telefon för frågor"), [NotTooLong(40)])
    responsible = ChoiceField(_l("Ansvarig"))
    reference_number = LineField(
        _l("Diarienummer"), [NotTooLong(60)], description=_l("Visas bara för personal.")
    )

    links = RowsField(FormField(LinkRow), max_entries=MAX_LINKS)

    title_en = LineField(_l("Titel på engelska"), [TITLE])
    summary_en = TextField(_l("Sammanfattning på engelska"), [SHORT_TEXT])
    body_en = TextField(_l("Text på engelska"), [LONG_TEXT])
    slug = LineField(
        _l("Sidans webbadress"),
        [NotTooLong(80)],
        description=_l(
            "Små bokstäver, siffror och bindestreck. Görs av titeln om du lämnar tomt. "
            "En adress som har varit publicerad leder vidare till den nya."
        ),
    )

    message_sv = TextField(_l("Så börjar brevet"), [NotTooLong(MAX_MESSAGE)], description=MESSAGE_HINT)
    message_en = TextField(_l("Så börjar brevet på engelska"), [NotTooLong(MAX_MESSAGE)])
    """What the letters of a change say; asked for on the page that says what follows, and kept on the way back."""

    def offer(self, choices: EditorChoices) -> None:
        """Give the fields what can be chosen in them."""
        self.kind.choices = choices_of(choices.kinds)
        self.topics.choices = choices_of(choices.topics)
        self.series.choices = choices_of([("", gettext("Ingen serie")), *choices.series])
        self.language.choices = choices_of((one.value, one.label) for one in EventLanguage)
        self.format.choices = choices_of((one.value, one.label) for one in EventFormat)
        self.municipality.choices = [
            *choices_of([("", gettext("Ingen kommun"))]),
            *(choice_in(county, code, name) for county, code, name in choices.municipalities),
        ]
        self.counties.choices = choices_of(choices.counties)
        self.target_groups.choices = choices_of(choices.target_groups)
        self.admission.choices = choices_of((one.value, one.label) for one in Admission)
        self.waiting_list.choices = choices_of((one.value, one.label) for one in WaitingListRule)
        self.registration_mode.choices = choices_of((one.value, one.label) for one in RegistrationMode)
        self.responsible.choices = choices_of([("", gettext("Ingen")), *choices.responsible])

    def fill_version(self, version: int, newest_entry: int) -> None:
        """Note which version of the event the form shows, and how far the trail had come."""
        self.version.data = str(version)
        self.seen.data = str(newest_entry)

    def is_of_version(self, version: int) -> bool:
        return bool(self.version.data == str(version))

    @property
    def seen_entry(self) -> int:
        return _number(self.seen.data) or 0

    def add_occasion(self) -> None:
        """One more empty row, where there is room."""
        if len(self.occasions.entries) < MAX_OCCASIONS:
            self.occasions.append_entry()

    def add_link(self) -> None:
        """One more empty row, where there is room."""
        if len(self.links.entries) < MAX_LINKS:
            self.links.append_entry()

    def reject_all(self, error: DomainError) -> None:
        """Put every problem of an error at its field."""
        for problem in problems_in(error):
            self.reject(problem)

    @property
    def messages(self) -> dict[str, str]:
        return messages_of(self.message_sv.data, self.message_en.data)

    def facts(self) -> EventFacts:
        """What was filled in; only after a successful validation."""
        values = {name: self._fields[name].data for name in VALUE_FACTS}
        values |= {name: values[name] or "" for name in _TEXTS}
        values |= {name: values[name] or None for name in ("title_en", "summary_en", "body_en")}
        values["language"] = EventLanguage(self.language.data)
        values["format"] = EventFormat(self.format.data)
        values["registration_mode"] = RegistrationMode(self.registration_mode.data)
        values["admission"] = Admission(self.admission.data)
        values["waiting_list"] = WaitingListRule(self.waiting_list.data)
        values["offer_hours"] = USUAL_OFFER_HOURS if values["offer_hours"] is None else values["offer_hours"]
        return EventFacts(
            **values,
            slug=self.slug.data or "",
            kind=self.kind.data,
            topics=tuple(self.topics.data or ()),
            series=self.series.data or None,
            occasions=tuple(row.form.facts() for row in self.occasions if not row.form.is_left_out),
            municipality=self.municipality.data or None,
            counties=tuple(self.counties.data or ()),
            target_groups=tuple(self.target_groups.data or ()),
            organiser=self.organiser.data or "",
            co_organisers=tuple(line for line in _lines(self.co_organisers.data) if line),
            responsible_id=_number(self.responsible.data),
            links=tuple(
                LinkFacts(label=row.form.label.data, url=row.form.url.data)
                for row in self.links
                if not row.form.is_left_out
            ),
        )


def messages_of(swedish: str | None, english: str | None) -> dict[str, str]:
    """The officer's own words by language, without those that say nothing."""
    typed = {"sv": (swedish or "").strip(), "en": (english or "").strip()}
    return {language: text for language, text in typed.items() if text}


_TEXTS = frozenset(
    {
        "title_sv",
        "summary_sv",
        "body_sv",
        "venue",
        "room",
        "address",
        "venue_access",
        "join_url",
        "join_note",
        "target_note",
        "registration_url",
        "admission_code",
        "cost",
        "contact_email",
        "contact_phone",
        "reference_number",
    }
)


def form_data(facts: EventFacts) -> dict[str, object]:
    """What a form is filled with to show these facts."""
    return {name: getattr(facts, name) for name in VALUE_FACTS} | {
        "slug": facts.slug,
        "kind": facts.kind,
        "topics": facts.topics,
        "series": facts.series or "",
        "occasions": [_occasion_data(occasion) for occasion in facts.occasions],
        "municipality": facts.municipality or "",
        "counties": facts.counties,
        "target_groups": facts.target_groups,
        "organiser": facts.organiser,
        "co_organisers": "\n".join(facts.co_organisers),
        "responsible": str(facts.responsible_id or ""),
        "links": [{"label": link.label, "url": link.url} for link in facts.links],
    }


def _occasion_data(occasion: OccasionFacts) -> dict[str, object]:
    starts, ends = to_swedish(occasion.starts_at), to_swedish(occasion.ends_at)
    last_day = occasion.last_day
    return {
        "id": str(occasion.id or ""),
        "first_day": starts.date(),
        "starts": None if occasion.all_day else starts.time(),
        "last_day": last_day if last_day != starts.date() else None,
        "ends": None if occasion.all_day else ends.time(),
        "all_day": occasion.all_day,
        "label_sv": occasion.label_sv,
        "label_en": occasion.label_en or "",
    }


def _lines(text: str | None) -> list[str]:
    return [line.strip() for line in (text or "").split("\n")]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _was_typed(field: Any) -> bool:
    """Whether anything stands in a field, also something that could not be read."""
    return bool(field.data) or any(str(text).strip() for text in field.raw_data or ())


class CopyForm(Form):
    """How to copy an event."""

    dates = RadioChoiceField(_l("Datum"))
    first_day = DayField(
        _l("Kopians första dag"),
        description=_l("Övriga tillfällen och anmälans dagar flyttas lika långt. Klockslagen behålls."),
    )

    def offer(self) -> None:
        self.dates.choices = choices_of((one.value, one.label) for one in CopyDates)

    def choice(self) -> CopyChoice:
        return CopyChoice(CopyDates(self.dates.data), self.first_day.data)


class CancelForm(Form):
    """Why an event is cancelled."""

    reason = TextField(
        _l("Varför ställs aktiviteten in?"),
        [Required(_l("Skriv varför aktiviteten ställs in.")), NotTooLong(MAX_REASON)],
        description=_l("Står på aktivitetens sida och i breven till dem som är anmälda."),
    )
    message_sv = TextField(_l("Så fortsätter brevet"), [NotTooLong(MAX_MESSAGE)])
    message_en = TextField(_l("Så fortsätter brevet på engelska"), [NotTooLong(MAX_MESSAGE)])

    @property
    def messages(self) -> dict[str, str]:
        return messages_of(self.message_sv.data, self.message_en.data)
