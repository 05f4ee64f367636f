"""The form of a publication."""

from typing import Any

from wtforms import BooleanField, HiddenField
from wtforms.validators import Optional

from eventsapp.core.i18n import lazy_text as _l
from eventsapp.publications.models import Publication
from eventsapp.publications.operations import PublicationFacts
from eventsapp.web.fields import TicksField, WebAddressField, WholeNumberField, choices_of
from eventsapp.web.forms import Form, LineField, NotTooLong, Required, TextField


class PublicationForm(Form):
    """What staff decide about a publication."""

    title_sv = LineField(_l("Titel"), validators=[Required(_l("Skriv en titel")), NotTooLong(300)])
    document_type = LineField(
        _l("Slags dokument"),
        description=_l("Till exempel länsstrategi, kartläggning eller vägledning."),
        validators=[NotTooLong(100)],
    )
    summary_sv = TextField(
        _l("Sammanfattning"), validators=[Required(_l("Skriv en sammanfattning")), NotTooLong(4000)]
    )
    publishers = TextField(
        _l("Utgivare"),
        description=_l("En organisation på varje rad."),
        validators=[Required(_l("Skriv vem som ger ut publikationen")), NotTooLong(2000)],
    )
    year_from = WholeNumberField(_l("Från år"), minimum=1900, maximum=2100)
    year_to = WholeNumberField(_l("Till år"), minimum=1900, maximum=2100)
    audience = LineField(_l("Vem den är till för"), validators=[NotTooLong(300)])
    url = WebAddressField(_l("Länk till dokumentet"))
    counties = TicksField(_l("Län som den handlar om"), validators=[Optional()])
    events = TicksField(_l("Aktiviteter som visar den"), validators=[Optional()])
    title_en = LineField(_l("Titel på engelska"), validators=[NotTooLong(300)])
    summary_en = TextField(_l("Sammanfattning på engelska"), validators=[NotTooLong(4000)])
    is_public = BooleanField(_l("Visa för alla"), default=True)
    version = HiddenField()

    @classmethod
    def to_fill_in(
        cls, publication: Publication | None, counties: list[tuple[str, str]], events: list[tuple[str, str]]
    ) -> "PublicationForm":
        """The form with its choices, filled in with what is stored."""
        form = cls(data=_values(publication) if publication else None)
        form.counties.choices = choices_of(counties)
        form.events.choices = choices_of(events)
        return form

    def facts(self) -> PublicationFacts:
        """What was filled in, once the form is valid."""
        return PublicationFacts(
            title_sv=self.title_sv.data or "",
            title_en=self.title_en.data or None,
            document_type=self.document_type.data or "",
            summary_sv=self.summary_sv.data or "",
            summary_en=self.summary_en.data or None,
            audience=self.audience.data or "",
            url=self.url.data or "",
            year_from=self.year_from.data,
            year_to=self.year_to.data,
            is_public=bool(self.is_public.data),
            publishers=tuple(
                dict.fromkeys(
                    line.strip() for line in (self.publishers.data or "").splitlines() if line.strip()
                )
            ),
            counties=tuple(self.counties.data or ()),
            events=tuple(int(event_id) for event_id in self.events.data or ()),
        )

    @property
    def seen_version(self) -> int:
        """The version that the form was opened with; 0 when the field cannot be ours."""
        value = str(self.version.data or "")
        return int(value) if value.isdecimal() and len(value) < 10 else 0


def _values(publication: Publication) -> dict[str, Any]:
    plain = (
        "title_sv",
        "title_en",
        "document_type",
        "summary_sv",
        "summary_en",
        "audience",
        "url",
        "year_from",
        "year_to",
    )
    return {name: getattr(publication, name) for name in plain} | {
        "is_public": publication.is_public,
        "publishers": "\n".join(organisation.name_sv for organisation in publication.publishers),
        "counties": [county.code for county in publication.counties],
        "events": [str(event.id) for event in publication.events],
        "version": str(publication.version),
    }
