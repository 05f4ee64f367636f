"""Swedish first, English complete: which language a page has, and how dates and numbers are written in it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import cast

from babel.dates import format_date
from babel.support import NullTranslations
from flask import Flask, g, has_request_context
from flask_babel import Babel, Domain, force_locale, get_locale, gettext, lazy_gettext, ngettext

from eventsapp.core.clock import to_swedish

LANGUAGES = ("sv", "en")
NBSP = "\u00a0"


class _Catalogue(Domain):
    """The texts of each language, kept. A page asks for a hundred of them, and the library would find out anew for
    each which language it is and under which name that language is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, NullTranslations] = {}

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        if locale is None:
            return NullTranslations()
        kept = self._kept.get(locale.language)
        if kept is None:
            kept = self._kept[locale.language] = super().get_translations()
        return kept

    def text(self, message: str) -> str:
        """`message` in the language of the page, for templates."""
        return self.get_translations().gettext(message)

    def text_of_number(self, singular: str, plural: str, number: int) -> str:
        """As `text` for a number of things."""
        return self.get_translations().ngettext(singular, plural, number)


class _Babel(Babel):
    @cached_property
    def domain_instance(self) -> _Catalogue:
        return _Catalogue()


babel = _Babel()


def _page_language() -> str:
    return getattr(g, "lang", "sv") if has_request_context() else "sv"


def language() -> str:
    """The language that texts are made in right now: "sv" or "en"."""
    locale = get_locale()
    return locale.language if locale else "sv"


@contextmanager
def in_language(code: str) -> Iterator[None]:
    """Make texts in one language, as for a letter, whatever language the page has."""
    if code == language():
        yield
        return
    with force_locale(code):
        yield


def lazy_text(text: str) -> str:
    """A text that is put into the page's language each time it is shown, as forms need it for labels and hints.

    Import it as `_l`, so that it is found for translation. It behaves as text, and is typed as such for WTForms.
    """
    return cast(str, lazy_gettext(text))


def localized(thing: object, attribute: str) -> str:
    """`thing.<attribute>_<language>`, or the Swedish one where there is no translation."""
    text: str | None = getattr(thing, f"{attribute}_{language()}", None)
    return text or getattr(thing, f"{attribute}_sv") or ""


def format_day(day: date, *, weekday: bool = True, year: bool = True) -> str:
    """ "onsdag 25 november 2026" or "Wednesday 25 November 2026"."""
    pattern = ("EEEE " if weekday else "") + "d MMMM" + (" y" if year else "")
    return _day(day, pattern, language())


@lru_cache(maxsize=4096)
def _day(day: date, pattern: str, code: str) -> str:
    # A page says the same few days again and again, and to write one takes as long as a question to the database.
    return format_date(day, pattern, locale=code)


def format_day_short(day: date) -> str:
    """ "ons 25 nov 2026": for tables and lines that must be short."""
    return _day(day, "EEE d MMM y", language()).replace(".", "")


def format_clock(moment: datetime) -> str:
    """ "09.00" in Swedish, "09:00" in English, as Swedish wall-clock time."""
    return to_swedish(moment).strftime("%H.%M" if language() == "sv" else "%H:%M")


def format_moment(moment: datetime) -> str:
    """ "2 okt 2026 14.06": when something happened."""
    day = _day(to_swedish(moment).date(), "d MMM y", language()).replace(".", "")
    return f"{day} {format_clock(moment)}"


def format_deadline(moment: datetime) -> str:
    """ "onsdag 25 november 2026 kl. 09.49": a time that somebody must keep to, so the weekday is said."""
    kl = f"kl.{NBSP}" if language() == "sv" else ""
    return f"{format_day(to_swedish(moment).date())} {kl}{format_clock(moment)}"


def format_clock_range(starts_at: datetime, ends_at: datetime) -> str:
    """ "kl. 09.00–15.30" in Swedish, "09:00–15:30" in English; a no-break space holds it together."""
    times = f"{format_clock(starts_at)}–{format_clock(ends_at)}"
    return f"kl.{NBSP}{times}" if language() == "sv" else times


def format_day_range(first: date, last: date, *, weekday: bool = True) -> str:
    """ "21–25 november 2022", "23 augusti–4 september 2021", "30 december 2026–2 januari 2027"; one day as `format_day`."""
    if first == last:
        return format_day(first, weekday=weekday)
    if first.year != last.year:
        return f"{format_day(first, weekday=False)}–{format_day(last, weekday=False)}"
    if first.month != last.month:
        return f"{format_day(first, weekday=False, year=False)}–{format_day(last, weekday=False)}"
    return f"{first.day}–{format_day(last, weekday=False)}"


def format_span(starts_at: datetime, ends_at: datetime, *, all_day: bool) -> str:
    """When something is, in words: "onsdag 25 november 2026, kl. 09.00–15.30".

    An all-day span ends at the Swedish midnight after its last day.
    """
    first = to_swedish(starts_at).date()
    last = to_swedish(ends_at - timedelta(microseconds=1)).date()
    if all_day:
        return format_day_range(first, last)
    if first == last:
        return f"{format_day(first)}, {format_clock_range(starts_at, ends_at)}"
    kl = f"kl.{NBSP}" if language() == "sv" else ""
    return (
        f"{format_day(first)}, {kl}{format_clock(starts_at)}–"
        f"{format_day(to_swedish(ends_at).date())}, {kl}{format_clock(ends_at)}"
    )


def format_count(number: int) -> str:
    """ "2 129" in Swedish, "2,129" in English."""
    grouped = f"{number:,}"
    return grouped.replace(",", NBSP) if language() == "sv" else grouped


def join_words(words: list[str]) -> str:
    """ "a, b och c"."""
    if len(words) < 2:
        return "".join(words)
    return gettext("%(first)s och %(last)s", first=", ".join(words[:-1]), last=words[-1])


def days_in_words(days: int) -> str:
    return ngettext("%(num)d dag", "%(num)d dagar", days)


def init_i18n(app: Flask) -> None:
    """Connect translations and the template filters."""
    app.config["BABEL_DEFAULT_LOCALE"] = "sv"
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    babel.init_app(app, locale_selector=_page_language)
    catalogue = babel.domain_instance
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=catalogue.text, ngettext=catalogue.text_of_number, newstyle=True
    )
    app.jinja_env.filters.update(
        day=format_day,
        day_short=format_day_short,
        clock=format_clock,
        deadline=format_deadline,
        clock_range=lambda pair: format_clock_range(*pair),
        moment=format_moment,
        count_words=format_count,
        join_words=join_words,
        swedish=to_swedish,
    )
    app.jinja_env.globals.update(
        localized=localized, format_span=format_span, format_day_range=format_day_range
    )
