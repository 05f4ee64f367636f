"""Atom feeds (RFC 4287), with the standard library: the same entries always give the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

from eventsapp.rendering.plain_text import plain_line, plain_text

ATOM_TYPE = "application/atom+xml; charset=utf-8"
_ATOM = "http://www.w3.org/2005/Atom"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"

ElementTree.register_namespace("", _ATOM)


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomCategory:
    """What an entry belongs to: `term` is its stable code in the list `scheme`, `label` what people read."""

    term: str
    scheme: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomEntry:
    """One entry. `id` is an IRI that never changes; `summary_html` is safe HTML; times are aware."""

    id: str
    title: str
    url: str
    updated_at: datetime
    published_at: datetime
    summary_html: str
    language: str
    categories: Sequence[AtomCategory] = ()
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AtomFeed:
    """A feed and its entries, newest change first. `self_url` is its own address, and its identity."""

    title: str
    author: str
    self_url: str
    page_url: str
    language: str
    updated_at: datetime
    entries: Sequence[AtomEntry]


def render_atom(feed: AtomFeed) -> bytes:
    """The feed as a file in UTF-8."""
    root = ElementTree.Element(_name("feed"), {_LANGUAGE: feed.language})
    _add(root, "id", feed.self_url)
    _add(root, "title", plain_line(feed.title))
    _add(root, "updated", _moment(feed.updated_at))
    _author(root, feed.author)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.self_url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page_url)
    for entry in feed.entries:
        _entry(root, entry)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _entry(root: ElementTree.Element, entry: AtomEntry) -> None:
    element = ElementTree.SubElement(root, _name("entry"), {_LANGUAGE: entry.language})
    _add(element, "id", entry.id)
    _add(element, "title", plain_line(entry.title))
    _add(element, "link", rel="alternate", type="text/html", href=entry.url)
    _add(element, "updated", _moment(entry.updated_at))
    _add(element, "published", _moment(entry.published_at))
    if entry.author:
        _author(element, entry.author)
    for category in entry.categories:
        _add(
            element, "category", term=category.term, scheme=category.scheme, label=plain_line(category.label)
        )
    _add(element, "summary", plain_text(entry.summary_html), type="html")


def _author(parent: ElementTree.Element, name: str) -> None:
    _add(_add(parent, "author"), "name", plain_line(name))


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, _name(name), attributes)
    element.text = text or None
    return element


def _name(name: str) -> str:
    return f"{{{_ATOM}}}{name}"


def _moment(moment: datetime) -> str:
    """RFC 3339 in UTC, to the second: readers disagree about fractions."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
