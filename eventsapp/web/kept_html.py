"""HTML that is the same for everybody, written once: to draw an empty form anew takes most of the time of its page."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from flask import Flask, request
from markupsafe import Markup
from wtforms import Field

from eventsapp.core.i18n import language

_MOST_KEPT = 2000

_kept: dict[tuple[object, ...], str] = {}


def kept_field(field: Field, draw: Callable[..., str], **arguments: Any) -> str:
    """`draw(field, **arguments)`, kept for the next form that has the same field with the same words.

    Only an empty field without errors is kept, so nothing that anybody has written stays in memory.
    """
    if not _is_empty(field):
        return draw(field, **arguments)
    key = _key(field, draw, arguments)
    html = _kept.get(key)
    if html is None:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        html = _kept[key] = draw(field, **arguments)
    return html


def _is_empty(field: Field) -> bool:
    if field.errors or field.raw_data or hasattr(field, "entries") or hasattr(field, "form"):
        return False
    return field.data is None or field.data is False or field.data == ""


def _key(field: Field, draw: Callable[..., str], arguments: dict[str, Any]) -> tuple[object, ...]:
    """Everything that the HTML of an empty field is made of."""
    return (
        language(),
        getattr(draw, "name", draw),
        type(field),
        field.widget,
        getattr(field, "option_widget", None),
        field.id,
        field.name,
        field.short_name,
        repr(field.data),
        str(field.label.text),
        str(field.description),
        repr(vars(field.flags)),
        repr(field.render_kw),
        repr(getattr(field, "choices", None)),
        *(_part(name, value) for name, value in arguments.items()),
    )


def _part(name: str, value: object) -> tuple[object, ...]:
    """A text that is HTML and one that is not are written differently, and so they are different parts."""
    if isinstance(value, str):
        return name, type(value), value
    if isinstance(value, Field):
        return name, value.id
    return name, repr(value)


def datalist_options(names: Iterable[str]) -> Markup:
    """The <option>s of a <datalist>."""
    return _options(tuple(names))


@lru_cache(maxsize=16)
def _options(names: tuple[str, ...]) -> Markup:
    return Markup("").join(Markup('<option value="{}"></option>').format(name) for name in names)


def _part_keeper(app: Flask) -> Callable[..., Markup]:
    kept: dict[tuple[object, ...], Markup] = {}

    def kept_part(template: str, **words: str | None) -> Markup:
        """A part of a page that hangs on the language and on `words` alone, never on who asks for what.

        It is drawn without the context of the page: all that it may look at is in the key. An address in it begins
        with the path that the site is under, and so that is too.
        """
        key = (language(), request.root_path, template, *sorted(words.items()))
        html = kept.get(key)
        if html is None:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            html = kept[key] = Markup(app.jinja_env.get_template(template).render(words))  # noqa: S704 - made here
        return html

    return kept_part


def init_kept_html(app: Flask) -> None:
    """Give it to the templates."""
    app.jinja_env.globals["kept_field"] = kept_field
    app.jinja_env.globals["kept_part"] = _part_keeper(app)
    app.jinja_env.filters["datalist_options"] = datalist_options
