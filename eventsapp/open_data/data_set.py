"""The data set of this site: its words in both languages and the addresses of its files."""

from collections.abc import Callable

from flask_babel import gettext

from eventsapp.config import Settings
from eventsapp.core.i18n import in_language
from eventsapp.open_data.dcat import DataSet, Distribution, Words
from eventsapp.web.pages import site_url


def data_set(settings: Settings) -> DataSet:
    """The data set with a distribution for each format and language."""
    return DataSet(
        # Its parts are named after this address, so it must not depend on the language of who asks.
        page_url=site_url("open_data.about", lang="sv"),
        site_url=settings.site_url,
        title=_both(lambda: gettext("Utbildningar, konferenser och annat kompetensstöd")),
        description=_both(
            lambda: gettext(
                "Utbildningsdagar, konferenser, webbutbildningar och kampanjer: vad de handlar om, när och var de är, vem de är "
                "till för och vem som ordnar dem. Både det som kommer och det som har varit."
            )
        ),
        publisher=settings.site_organisation,
        contact_email=settings.contact_email,
        licence=settings.open_data_licence,
        distributions=[one for language in ("sv", "en") for one in _distributions(language)],
    )


def _distributions(language: str) -> list[Distribution]:
    return [
        Distribution(
            key=f"json-{language}",
            media_type="application/json",
            url=site_url("open_data.activities_json", lang=language),
            language=language,
            title=Words("JSON", "JSON"),
            description=_both(lambda: gettext("Alla aktiviteter med alla tillfällen, för program.")),
        ),
        Distribution(
            key=f"csv-{language}",
            media_type="text/csv",
            url=site_url("open_data.activities_csv", lang=language),
            language=language,
            title=Words("CSV", "CSV"),
            description=_both(lambda: gettext("Alla aktiviteter som en tabell, för kalkylprogram.")),
        ),
        Distribution(
            key=f"ical-{language}",
            media_type="text/calendar",
            url=site_url("feeds.calendar", lang=language),
            language=language,
            title=Words("iCalendar", "iCalendar"),
            description=_both(lambda: gettext("Det som kommer och det som nyss har varit, för kalendrar.")),
        ),
        Distribution(
            key=f"atom-{language}",
            media_type="application/atom+xml",
            url=site_url("feeds.atom", lang=language),
            language=language,
            title=Words("Atom", "Atom"),
            description=_both(lambda: gettext("Det som är nytt eller ändrat, för nyhetsläsare.")),
        ),
    ]


def _both(say: Callable[[], str]) -> Words:
    found = []
    for language in ("sv", "en"):
        with in_language(language):
            found.append(say())
    return Words(*found)
