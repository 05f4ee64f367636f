"""Descriptions of things as RDF: as RDF/XML, which data portals fetch, and as JSON-LD for a page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from eventsapp.rendering.plain_text import plain_line

RDF_TYPE = "application/rdf+xml; charset=utf-8"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True, slots=True)
class Iri:
    """The absolute address of a thing, described here or elsewhere."""

    address: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words in a language; "" where they are in none, as a name or a media type."""

    words: str
    language: str = ""


Value = Iri | Text


@dataclass(frozen=True, slots=True)
class Thing:
    """Something described: its address, its class, and its properties as pairs of name and value.

    Names have a prefix, as in "dcterms:title"; one that has several values is repeated.
    """

    address: str
    kind: str
    properties: Sequence[tuple[str, Value]]


def rdf_xml(things: Sequence[Thing], prefixes: Mapping[str, str]) -> bytes:
    """The things as a file in UTF-8. Raises KeyError for a prefix that is not among `prefixes`."""
    for prefix, address in {"rdf": _RDF, **prefixes}.items():
        ElementTree.register_namespace(prefix, address)
    root = ElementTree.Element(f"{{{_RDF}}}RDF")
    for thing in things:
        element = ElementTree.SubElement(
            root, _expanded(thing.kind, prefixes), {f"{{{_RDF}}}about": thing.address}
        )
        for name, value in thing.properties:
            child = ElementTree.SubElement(element, _expanded(name, prefixes))
            if isinstance(value, Iri):
                child.set(f"{{{_RDF}}}resource", value.address)
                continue
            child.text = plain_line(value.words)
            if value.language:
                child.set(_LANGUAGE, value.language)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def json_ld(things: Sequence[Thing], prefixes: Mapping[str, str]) -> dict[str, Any]:
    """The same as JSON-LD."""
    return {"@context": dict(prefixes), "@graph": [_json_thing(thing) for thing in things]}


def _json_thing(thing: Thing) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": thing.address, "@type": thing.kind}
    for name, value in thing.properties:
        found.setdefault(name, []).append(_json_value(value))
    return found


def _json_value(value: Value) -> dict[str, str]:
    if isinstance(value, Iri):
        return {"@id": value.address}
    words = plain_line(value.words)
    return {"@value": words, "@language": value.language} if value.language else {"@value": words}


def _expanded(name: str, prefixes: Mapping[str, str]) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{prefixes[prefix]}}}{local}"
