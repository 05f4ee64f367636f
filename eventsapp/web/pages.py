"""Addresses in two languages: one page, one endpoint, two rules."""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, has_app_context, request, url_for
from werkzeug.routing import BuildError, IntegerConverter, Map

from eventsapp.config import Settings

View = TypeVar("View", bound=Callable[..., Any])


def page(
    blueprint: Blueprint,
    swedish: str,
    english: str,
    *,
    methods: tuple[str, ...] = ("GET",),
) -> Callable[[View], View]:
    """Register a view under its Swedish address and, below /en, under its English one.

    The view gets no language argument: `g.lang` says which it is, and `url_for` keeps it.
    """

    def register(view: View) -> View:
        name = view.__name__
        for lang, rule in (("sv", swedish), ("en", "/en" + english)):
            blueprint.add_url_rule(rule, name, view, methods=list(methods), defaults={"lang": lang})
        return view

    return register


def other_language_url() -> str:
    """The address of this page in the other language; its start page where there is none."""
    other = "en" if g.lang == "sv" else "sv"
    if request.endpoint and _speaks_two_languages(request.endpoint):
        try:
            address = url_for(request.endpoint, lang=other, **(request.view_args or {}))
        except BuildError:
            return url_for("catalogue.index", lang=other)
        # The visitor's own words are put behind the address as they came: as arguments they could be mistaken for ours.
        query = request.query_string.decode("ascii", "replace") if request.method == "GET" else ""
        return f"{address}?{query}" if query else address
    return url_for("catalogue.index", lang=other)


def site_url(endpoint: str, **values: Any) -> str:
    """The absolute address of a page under SITE_URL, the same from a request, the worker and a command.

    Give `lang` for a page in two languages; relative addresses of the request's host never end up in a letter.
    """
    settings: Settings = current_app.config["SETTINGS"]
    adapter = current_app.url_map.bind(
        urlsplit(settings.site_url).netloc, url_scheme=urlsplit(settings.site_url).scheme
    )
    current_app.inject_url_defaults(endpoint, values)
    return settings.site_url + adapter.build(endpoint, values, force_external=False)


def _speaks_two_languages(endpoint: str) -> bool:
    return current_app.url_map.is_endpoint_expecting(endpoint, "lang")


class IdConverter(IntegerConverter):
    """The number of a row. One that no column can hold is a page that does not exist, not a fault of the database."""

    def __init__(self, map: Map, **limits: Any) -> None:  # noqa: A002 - werkzeug's name
        super().__init__(map, **({"max": 2**31 - 1} | limits))


def init_pages(app: Flask) -> None:
    """Take the language from the address and give it back to every address that is built."""
    app.url_map.converters["int"] = IdConverter

    @app.url_value_preprocessor
    def take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
        g.lang = (values or {}).pop("lang", None) or _language_of_path(request.path)

    @app.url_defaults
    def keep_language(endpoint: str, values: dict[str, Any]) -> None:
        if (
            "lang" not in values
            and endpoint in app.view_functions
            and app.url_map.is_endpoint_expecting(endpoint, "lang")
        ):
            values["lang"] = g.get("lang", "sv") if has_app_context() else "sv"

    app.jinja_env.globals["other_language_url"] = other_language_url
    # Some pages are there in demonstration mode only; a layout asks before it links to them.
    app.jinja_env.globals["has_page"] = app.view_functions.__contains__


def _language_of_path(path: str) -> str:
    return "en" if path == "/en" or path.startswith("/en/") else "sv"
